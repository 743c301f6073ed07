"""One file's trouble is that file's alone: whatever goes wrong with it becomes one refusal, and the files after it are taken up.

A database that does not answer, a full disk, and a transaction that lost against another are nobody's file's fault: they go on as they are.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from core.db.connect import is_of_database, said_of_a_value
from core.errors import FeedError, HomegroundError

log = logging.getLogger(__name__)


class UnexpectedFault(FeedError):
    """A file was refused for an error that no check foresaw. The log says where it arose; the message says of what kind it was."""


@contextmanager
def refusals(label: str) -> Iterator[None]:
    """FeedError for whatever a file brings about. Its message never holds what a driver or a library said, which quotes rows."""
    try:
        yield
    except HomegroundError:
        raise
    except MemoryError as error:
        raise FeedError(
            "needs more memory than there is", where=label, hint="ask the publisher for smaller files, or use a larger machine."
        ) from error
    except BaseException as error:
        # a panic of compiled code is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if is_of_database(error):
            if not (said := said_of_a_value(error)):
                raise
            log.error("%s: refused by the database: %s", label, said)
            raise FeedError(
                f"the database refuses a value of it ({said})",
                where=label,
                hint="nothing of it was stored; compare its values with what its feed declares.",
            ) from error
        log.error("%s: %s\n%s", label, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        raise UnexpectedFault(
            f"cannot be taken in ({type(error).__name__}, which no check foresaw)",
            where=label,
            hint="nothing of it was stored. Please report it, with the place that the log names.",
        ) from error
