"""`homeground group`: prepare a server for many forces, run them, say how far each is."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import UserError
from core.settings import DatabaseSettings, GroupSettings

if TYPE_CHECKING:
    from homeground.group.file import Group

_FILE = click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
_KINDS = ("pipeline", "professional", "community", "questions")


@click.group("group")
def group_command() -> None:
    """Many forces on one server: a database a force, and a hub over what they publish. FILE, or HOMEGROUND_GROUP, names them."""


def _group(file: Path | None) -> Group:
    from homeground.group.file import load_group

    path = file or GroupSettings().group
    if path is None:
        raise UserError(
            "no file of a group is named",
            where="FILE",
            hint="name one (for 'group as' by --file FILE before the command), or set HOMEGROUND_GROUP; docs/group.md shows it.",
        )
    return load_group(path, DatabaseSettings().state_dir)


def _say(text: str) -> None:
    click.echo(text)


@group_command.command()
@_FILE
def prepare(file: Path | None) -> None:
    """Make a database and logins for each force and the hub, keys that sign, and the hub's trust file. Safe to run again."""
    from homeground.group.prepare import prepare as make_ready
    from homeground.group.process import end_with_me

    found = _group(file)
    end_with_me()
    make_ready(found, DatabaseSettings(), say=_say)
    forces = "1 force" if len(found.forces) == 1 else f"{len(found.forces)} forces"
    click.echo(f"{found.name}: {forces} and a hub are ready; 'homeground group run' is next.")


@group_command.command()
@_FILE
@click.option(
    "--load", "source", type=click.Path(path_type=Path, exists=True), help="Load this folder first; each force takes its own files."
)
@click.option("--at-once", type=click.IntRange(min=1), help="How many forces run side by side; half the cores unless told.")
@click.option("--only", multiple=True, metavar="FORCE", help="This force alone, by its slug; may be given again.")
@click.option("--crates-only", is_flag=True, help="Run no stage: hand over what each force published last.")
@click.option(
    "--coarsen", is_flag=True, help="As of 'homeground hub add': leave finest levels out where crates together tell too much."
)
def run(
    file: Path | None, source: Path | None, at_once: int | None, only: tuple[str, ...], crates_only: bool, coarsen: bool
) -> None:
    """Load, analyse and publish each force in processes of its own, then hand their signed crates to the hub.

    A force that fails is named with its last words, the others go on, and the exit code is 2.
    """
    from homeground.group.process import end_with_me
    from homeground.group.run import Work, hand_over, run_forces
    from homeground.group.status import wake

    if crates_only and source is not None:
        raise UserError(
            "nothing is loaded where no stage runs", where="--crates-only", hint="leave out one of --load and --crates-only."
        )
    found = _group(file)
    forces = [found.member(slug) for slug in dict.fromkeys(only)] if only else list(found.forces)
    if found.hub in forces:
        raise UserError("the hub is no force", where="--only", hint="leave it out; it is handed every crate.")
    end_with_me()
    wake(found, DatabaseSettings())
    work = Work(source, flow=not crates_only)
    outcomes = run_forces(forces, work, at_once=at_once or max(1, (os.cpu_count() or 1) // 2), say=_say)
    failed = [o for o in outcomes if o.crate is None] + hand_over(found, outcomes, coarsen=coarsen, say=_say)
    if failed:
        raise UserError(
            f"{len(failed)} of {len(forces)} forces failed\n  " + "\n  ".join(str(o) for o in failed),
            where=found.name,
            hint="put it right, then run these again with --only; all that they said is in log/run.log of the force's folder.",
        )


@group_command.command()
@_FILE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a force.")
def status(file: Path | None, as_json: bool) -> None:
    """A table of the forces: months loaded, last release, crate in the hub, and what is missing."""
    from homeground.group.status import states, table, wake

    found = _group(file)
    wake(found, DatabaseSettings())
    told = states(found)
    click.echo("\n".join(json.dumps(asdict(s), default=str) for s in told) if as_json else table(told))


class _Before(click.Command):
    """Its own options stand before the command, on either side of WHO. What follows is the command's, which may have such, too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own: list[str] = []
        who: list[str] = []
        left = list(args)
        while left:
            if left[0].partition("=")[0] in ("--file", "--kind"):
                taken = 1 if "=" in left[0] else 2
                own, left = [*own, *left[:taken]], left[taken:]
            elif not who and not left[0].startswith("-"):
                who, left = left[:1], left[1:]
            else:
                break
        return super().parse_args(ctx, [*own, *who, *left])


@group_command.command("as", cls=_Before, context_settings={"allow_interspersed_args": False})
@click.argument("who")
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND...")
@click.option(
    "--file", "file", type=click.Path(path_type=Path, dir_okay=False), help="The file of the group; else HOMEGROUND_GROUP."
)
@click.option(
    "--kind",
    type=click.Choice(_KINDS),
    default="pipeline",
    show_default=True,
    help="Whose credential the command gets, and no other.",
)
def as_member(who: str, words: tuple[str, ...], file: Path | None, kind: str) -> None:
    """Run `homeground COMMAND` as a force, or as the hub, with one credential of its own: a worker, a portal, any command."""
    from core.db import Role
    from homeground.group.environment import environment_of
    from homeground.group.process import COMMAND
    from homeground.group.status import wake

    found = _group(file)
    if words[0] == "db":
        raise UserError(
            "'homeground db' is the server's owner's, and no process of a force or the hub has the owner's credential",
            where=who,
            hint="run it without 'group as', with HOMEGROUND_DATABASE_NAME or HOMEGROUND_DATABASE_URL; docs/group.md says more.",
        )
    environment = environment_of(found.member(who), Role[kind.upper()])
    wake(found, DatabaseSettings())
    os.execve(COMMAND[0], [*COMMAND, *words], environment)  # noqa: S606 - our own command
