"""`homeground release`: build, audit, publish, list, export and verify releases."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analytics import stage as analytics_stage
from analytics.counts import loaded_months
from core import migrate
from core.errors import InternalError, UserError
from core.periods import Period, month_from_text
from core.provenance import noted_run

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from analytics.release.build import Candidate
    from analytics.stage import Context
    from published.own_area import OwnArea
    from published.release import Release


def _month(context: click.Context, option: click.Parameter, typed: str | None) -> date | None:
    try:
        return None if typed is None else month_from_text(typed)
    except ValueError as error:
        raise click.BadParameter("give a month as YYYY-MM, such as 2024-12.") from error


_UNTIL = click.option(
    "--until", callback=_month, metavar="YYYY-MM", help="Last month of the span; without it the newest month that is loaded."
)


@click.group()
def release() -> None:
    """Protect small numbers, attack the result, publish it if it holds."""


@release.command()
@_UNTIL
@click.option("--by-category", is_flag=True, help="With what is shown, and how wide the ranges are, of each level and category.")
def build(until: date | None, by_category: bool) -> None:
    """Build a candidate and say what would be published and withheld. Publishes nothing."""
    from analytics.release.report import describe_candidate

    click.echo(describe_candidate(_candidate(until), by_category=by_category))


@release.command()
@_UNTIL
@click.option(
    "--minimality", is_flag=True, help="Re-run the choice of cells on guessed counts instead; what it prints is for you alone."
)
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="With --minimality: how many small counts are tried.",
)
@click.option(
    "--tries",
    type=click.IntRange(min=1),
    default=12,
    show_default=True,
    help="With --minimality: guesses at the other counts, of each.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="With --minimality: of the sample and the guesses.")
@click.option(
    "--seconds", type=click.IntRange(min=1), default=900, show_default=True, help="With --minimality: begin nothing new after."
)
def audit(until: date | None, minimality: bool, sample: int, tries: int, seed: int, seconds: int) -> None:
    """Build a candidate and attack it; prints the certificate. Publishes nothing.

    With --minimality: what does it tell to re-run our own choice of cells? Where the figures are published already it is that release which
    is attacked. The result depends on true counts: never publish it.
    """
    from analytics.release.build import audit_release
    from analytics.release.minimality import attack_release
    from analytics.release.searches import audit_searches

    if minimality:
        found = attack_release(_candidate(until), sample=sample, tries=tries, seed=seed, seconds=seconds, say=_say_aside)
        click.echo(found.in_words())
        return
    candidate = _candidate(until)
    record = audit_release(candidate).certificate.as_record()
    searches = audit_searches(candidate.searches, say=_say_aside)
    if searches is not None:
        record |= {"searches": searches.certificate.as_record()}
    click.echo(json.dumps(record, indent=2, default=str))


def _say_aside(text: str) -> None:
    click.echo(text, err=True)


@release.command()
@click.option("--suggest", "wanted", is_flag=True, help="Compare thresholds, areas, groups and periods by what stays visible.")
@click.option(
    "--for", "group", default=None, help="Category group to compare by; the one that the plan says is worth most unless told."
)
@click.option("--json", "as_json", is_flag=True)
def plan(wanted: bool, group: str | None, as_json: bool) -> None:
    """What is published; with --suggest, choices side by side, those that show violence in at least 95% of places first."""
    from analytics.disclosure.plan import load_plan
    from analytics.release.suggest import as_table, suggest
    from core import db

    context = analytics_stage.default_context(actor="command line")
    if not wanted:
        file = load_plan(context.release.plan)
        click.echo(f"{file.title}: {', '.join(level.column for level in file.levels)}; groups: {', '.join(file.kinds)}")
        for level in file.levels:
            click.echo(f"  {level.column:<10} renewed {'each month' if level.every == 1 else f'every {level.every} months'}")
        return
    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        period = loaded_months.current_period(connection, context.analysis.months)
        found = suggest(connection, period, group=group, settings=context.release)
    click.echo(json.dumps([asdict(c) | {"good": c.good} for c in found.choices]) if as_json else as_table(found))


def _candidate(until: date | None) -> Candidate:
    from analytics.release.build import build_release
    from core import db

    migrate.prepare()
    context = analytics_stage.default_context(actor="command line")
    with noted_run(analytics_stage.ANALYSIS, "release build"), db.transaction(db.Role.PIPELINE) as connection:
        period = _span(connection, context, until)
        return build_release(connection, period=period, settings=context.release)


def _span(connection: Connection, context: Context, until: date | None) -> Period:

    current = loaded_months.current_period(connection, context.analysis.months)
    if until is not None and until > current.end:
        raise UserError(f"{until:%Y-%m} is not loaded; the newest month is {current.end:%Y-%m}", where="--until")
    return current if until is None else Period.ending(until, context.analysis.months)


@release.command()
@_UNTIL
@click.option("--proposal", type=int, default=None, help="Publish what two people approved on the page Releases, by its number.")
def publish(until: date | None, proposal: int | None) -> None:
    """Build, audit and publish; a release that fails its audit is not published. The portal compares it with the periods before it.

    With HOMEGROUND_RELEASE_TWO_PEOPLE only what two people approved is published: --proposal NUMBER.
    """
    from analytics import pipeline
    from analytics.release.proposals import require_no_second_person
    from core import db
    from core.audit.anchors import note_head
    from homeground.desk.tasks import publish_approved
    from published.release import current_release

    if proposal is not None and until is not None:
        raise UserError("a proposal has its span already", where="--until", hint="leave out one of --until and --proposal.")
    migrate.prepare()
    if proposal is not None:
        click.echo(f"release {publish_approved(proposal, say=_say_aside)} is published, as proposal {proposal} says")
        return
    with db.transaction(db.Role.PIPELINE) as connection:
        require_no_second_person(connection)
    context = analytics_stage.default_context(actor="command line")
    if until is None:
        analytics_stage.run_stages(pipeline.RELEASE_STAGES, context, say=click.echo)
        return
    with noted_run(analytics_stage.ANALYSIS, "release publish"), db.transaction(db.Role.PIPELINE) as connection:
        period = _span(connection, context, until)
        number = pipeline.publish_period(connection, context, period)
    note_head(click.echo, released=True)
    found = current_release(db.Role.COMMUNITY)
    if found is None or found.release_id != number:
        raise InternalError("the release that was published is not the current one")
    click.echo(f"release {number} is published: {found.covered}. It is the current one until another is published.")
    for geography, view in found.levels.items():
        click.echo(f"  {geography}: {view.covered}, carried until it is renewed")


@release.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_command(as_json: bool) -> None:
    """Every release there was."""
    from analytics.release.export import list_releases
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        rows = list_releases(connection)
    for row in rows:
        click.echo(json.dumps(asdict(row), default=str) if as_json else str(row))


@release.command()
@click.argument("name")
@click.option("--category", default="all_recorded", show_default=True, help="Category group of the current release.")
@click.option("--by", "actor", default="command line", show_default=True, help="Who asks; it stands in the audit trail.")
@click.option("--json", "as_json", is_flag=True)
def ask(name: str, category: str, actor: str, as_json: bool) -> None:
    """What the published figures say of a patch (see 'homeground patches'): a figure, or the least and largest count that are possible."""
    from boundaries.patches import read_patch
    from core import db
    from core.audit import record_event
    from published.own_area import around, questions_of
    from published.release import current_release

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        patch = read_patch(connection, name)
    # from here on as the public: that credential reads what is published and nothing else
    current = current_release(db.Role.COMMUNITY)
    if current is None:
        raise UserError("nothing is published yet", where="published.release", hint="run 'homeground release publish' first.")
    current = current.for_level("lsoa")
    questions = questions_of(current)
    with db.transaction(db.Role.COMMUNITY) as connection:
        touching = around(connection, current, patch.members)
    answer = questions.ask(current.release_id, patch.members, touching, categories=[category])
    detail = {"category": category, "areas": len(patch.members), "release": current.release_id}
    with db.transaction(db.Role.PIPELINE) as connection:
        record_event(connection, actor=actor, action="figure_asked", subject=patch.name, detail=detail)
    click.echo(_answer_as_json(patch.name, answer, current) if as_json else _answer_in_words(patch.name, answer, current))


def _answer_as_json(name: str, answer: OwnArea, current: Release) -> str:
    figure = answer.figures[0]
    return json.dumps(
        {
            "patch": name,
            "release": answer.release_id,
            "period": str(current.covered),
            **current.covered.as_columns(),
            "category": figure.category,
            "members": answer.members,
            "residents": answer.residents,
            "lowest": figure.possible.lowest,
            "highest": figure.possible.highest,
            "words": figure.possible.words,
            "near": None if figure.near is None else asdict(figure.near),
        }
    )


def _answer_in_words(name: str, answer: OwnArea, current: Release) -> str:
    figure = answer.figures[0]
    lines = [f"{name}: {figure.possible.words} ({figure.category}, {current.covered}, release {answer.release_id})"]
    if figure.possible.exact:
        return lines[0]
    lines.append("  worked out from published figures alone: they leave each of these counts possible.")
    if figure.near is None:
        lines.append("  of no area near it do they say more exactly; the release's own areas are published.")
        return "\n".join(lines)
    near = figure.near
    change = [f"with {', '.join(near.added)}"] * bool(near.added) + [f"without {', '.join(near.left_out)}"] * bool(near.left_out)
    lines.append(
        f"  nearest area with an exact figure, {near.count:,}: the same {' and '.join(change)} ({near.people:,} residents apart)"
    )
    lines.append(f"  homeground patches add NAME --edition 2021 --codes {','.join(near.members)}")
    return "\n".join(lines)


@release.command()
@click.argument("release_id", type=int)
@click.option("--reason", required=True, help="Why, in a sentence; it is kept with the release.")
@click.option("--by", "actor", required=True, help="Who withdraws it; it stands in the audit trail.")
def withdraw(release_id: int, reason: str, actor: str) -> None:
    """Show a release no longer. It stays in the ledger, because it was seen."""
    from analytics.release.past import withdraw as take_back
    from analytics.release.proposals import require_no_second_person
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        require_no_second_person(connection, "withdraw")
        take_back(connection, release_id, reason=reason, actor=actor)
    click.echo(f"release {release_id}: withdrawn. Later releases are still attacked together with it.")


@release.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--release", "release_id", type=int, default=None, help="Which release; the current one unless told.")
@click.option(
    "--only", is_flag=True, help="Leave out earlier releases and answers; 'verify' then refuses, because they are missing."
)
def export(folder: Path, release_id: int | None, only: bool) -> None:
    """Write a release to DIR as a crate: figures, layout, provenance, everything published before, hashes and a signature."""
    from analytics.release.export import export as write
    from core import db
    from core.settings import ReleaseSettings

    migrate.prepare()
    settings = ReleaseSettings()
    with db.transaction(db.Role.PIPELINE) as connection:
        for path in write(connection, folder, release_id=release_id, only=only, settings=settings):
            click.echo(path)
    if settings.signing_key is None:
        click.echo(
            "NOT SIGNED: nobody can tell who made this crate, and 'verify' refuses it without --unsigned.\n"
            "  What next: 'homeground release key FILE', then set HOMEGROUND_RELEASE_SIGNING_KEY.",
            err=True,
        )


@release.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--show", is_flag=True, help="Print the public key of a key that is there, and make none.")
@click.option("--choice", is_flag=True, help="Make the secret key that varies which cells are withheld. It has no public half.")
def key(file: Path | None, show: bool, choice: bool) -> None:
    """Make a key that signs exported releases, and print its public half. FILE, or the one of HOMEGROUND_RELEASE_SIGNING_KEY.

    With --choice: make the key of the choice. FILE, or the one of HOMEGROUND_RELEASE_CHOICE_KEY.
    """
    from analytics.disclosure.suppress.choice import make_choice_key
    from core.settings import ReleaseSettings
    from core.signing_keys import load_key, make_key, public_of

    if show and choice:
        raise UserError("a key of the choice has no public half", where="--show", hint="leave out one of --show and --choice.")
    settings = ReleaseSettings()
    path = file or (settings.choice_key if choice else settings.signing_key)
    if path is None:
        raise UserError("no file is named for the key", where="FILE", hint="name one, outside of the project's folder.")
    if choice:
        make_choice_key(path)
        click.echo(f"Keep {path} secret, keep a copy of it, and set HOMEGROUND_RELEASE_CHOICE_KEY to it. With another key other cells are"
                   " withheld, which costs the releases to come.", err=True)  # fmt: skip
        return
    public = public_of(load_key(path)) if show else make_key(path)
    click.echo(public)
    if not show:
        click.echo(f"Keep {path} secret and set HOMEGROUND_RELEASE_SIGNING_KEY to it. Tell readers the line above by another way than"
                   " the crates.", err=True)  # fmt: skip


@release.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--key",
    "trusted",
    metavar="HEX|FILE",
    help="Public key that you trust. Without it a signature shows only that the crate is whole.",
)
@click.option("--unsigned", is_flag=True, help="Read a crate that nobody signed.")
@click.option("--threshold", type=int, help="Refuse a policy whose threshold is lower than this.")
@click.option("--crates-own", is_flag=True, help="Run the verify.py that lies in DIR, not ours. Only where you trust DIR.")
def verify(folder: Path, trusted: str | None, unsigned: bool, threshold: int | None, crates_own: bool) -> None:
    """Attack the crate in DIR from what is published alone. Ends with 0 where it holds, 1 where it is refused, 2 where it cannot be read."""
    from analytics.release.crate.write import VERIFIER

    program = folder / "verify.py" if crates_own else VERIFIER
    given = [*(["--key", trusted] if trusted else []), *(["--threshold", str(threshold)] if threshold is not None else [])]
    # -I: neither the folder of the crate nor our own packages are on the path of what it imports
    done = subprocess.run([sys.executable, "-I", str(program), str(folder), *given, *(["--unsigned"] * unsigned)], check=False)
    # not by click's own exit: the command line runs without its standalone mode, which would swallow the code
    sys.exit(done.returncode)
