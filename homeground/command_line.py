"""`homeground`: the entry point. A person's mistake gives one clear message and exit code 2, never a traceback."""

from __future__ import annotations

import errno
import sys

import click
from pydantic import ValidationError

from core.errors import DisclosureError, UserError
from core.provenance import VERSION
from core.settings import wrong_settings
from homeground.analyse_commands import analyse
from homeground.area_commands import area
from homeground.audit_commands import audit
from homeground.bench_commands import bench
from homeground.brief_commands import assessment, brief
from homeground.database_commands import database
from homeground.demo_commands import demo
from homeground.feed_commands import feeds
from homeground.feedback_commands import feedback
from homeground.group.commands import group_command
from homeground.hotspot_commands import hotspots
from homeground.hub.commands import hub
from homeground.model_commands import model
from homeground.overlap_commands import overlap, services
from homeground.patch_commands import patches, weights
from homeground.portal_commands import portal, questions
from homeground.problem.evaluate_commands import evaluate
from homeground.release_commands import release
from homeground.worker_commands import worker

USER_MISTAKE = 2
REFUSED = 3
_ELSEWHERE = "name a folder that this account may write to; HOMEGROUND_STATE_DIR says where Homeground keeps its own."
_FREE = "free some space, then run the same command again; what was committed to the database stands."
_OF_THE_DISK = {
    errno.EROFS: _ELSEWHERE, errno.EACCES: _ELSEWHERE, errno.EPERM: _ELSEWHERE, errno.ENOSPC: _FREE, errno.EDQUOT: _FREE, errno.EFBIG: _FREE,
}  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="homeground")
def commands() -> None:
    """Place-based analytics and a community map portal for partnerships that prevent serious violence."""


for command in (
    demo,
    database,
    feeds,
    worker,
    patches,
    weights,
    area,
    analyse,
    hotspots,
    feedback,
    evaluate,
    model,
    overlap,
    services,
    release,
    hub,
    group_command,
    brief,
    assessment,
    portal,
    questions,
    audit,
    bench,
):
    commands.add_command(command)


def main() -> None:
    """Run a command; turn the errors that a person can put right into one message."""
    try:
        commands(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(USER_MISTAKE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped.", err=True)
        sys.exit(130)
    except UserError as error:
        click.echo(f"homeground: {error}", err=True)
        sys.exit(USER_MISTAKE)
    except ValidationError as error:
        # a setting that cannot be what it is; any other model that does not hold is a fault of ours
        wrong = wrong_settings(error)
        if wrong is None:
            raise
        click.echo(f"homeground: {wrong}", err=True)
        sys.exit(USER_MISTAKE)
    except DisclosureError as error:
        click.echo(f"homeground: not published: {error}", err=True)
        sys.exit(REFUSED)
    except BrokenPipeError:
        sys.exit(0)
    except OSError as error:
        # every command writes files somewhere: a disk that is full or that nobody may write to is the same mistake everywhere
        if error.errno not in _OF_THE_DISK:
            raise
        where = f"{error.filename}: " if error.filename else ""
        click.echo(
            f"homeground: {where}a file cannot be written ({error.strerror})\n  What next: {_OF_THE_DISK[error.errno]}", err=True
        )
        sys.exit(USER_MISTAKE)


if __name__ == "__main__":
    main()
