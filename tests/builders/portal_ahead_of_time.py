"""A portal whose check of sign-ins takes the time from a clock that a test sets, so that an identity runs out without anybody waiting.

The file that PORTAL_CLOCK_AHEAD names holds how many seconds the clock is ahead.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from app import serve
from app.person import sign_in


class Clock:
    """What `app.person.sign_in` uses of the time module."""

    @staticmethod
    def time() -> float:
        return time.time() + float(Path(os.environ["PORTAL_CLOCK_AHEAD"]).read_text(encoding="ascii"))


def main(arguments: Sequence[str]) -> int:
    sign_in.time = Clock  # type: ignore[assignment]
    return serve.main(arguments)
