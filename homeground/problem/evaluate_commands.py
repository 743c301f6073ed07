"""`homeground evaluate`: write down how a response will be judged before it starts, and judge it by that and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from core import migrate
from core.errors import UserError
from core.periods import month_from_text
from homeground.problem import said

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def evaluate() -> None:
    """Did a response to a problem change anything: a plan before it starts, the effect with its interval after it."""


@evaluate.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--areas", required=True, metavar="CODE,...", help="Neighbourhoods (LSOA 2021) that get the response; neighbours of each other."
)
@click.option("--group", required=True, help="Kind of incident that the response is about, such as serious_violence.")
@click.option("--starts", required=True, metavar="MONTH", help="Month in which the response starts, such as 2026-09.")
@click.option("--months", default=12, show_default=True, type=click.IntRange(3, 36), help="Months that will be read after that.")
@click.option(
    "--least-fall", default=25, show_default=True, type=click.IntRange(5, 90), help="Smallest fall that would be worth it, in %."
)
@_JSON
def plan(file: Path, areas: str, group: str, starts: str, months: int, least_fall: int, as_json: bool) -> None:
    """Write the plan to FILE, with its hash: what is compared with what, and how likely it is that a fall would be seen."""
    from analytics.evaluation.store import make_plan
    from core import db

    if file.exists():
        raise UserError("there is a plan already", where=str(file), hint="a plan is written once; give another name.")
    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        made = make_plan(
            connection,
            areas=[code.strip() for code in areas.split(",") if code.strip()],
            group=group,
            starts=month_from_text(starts),
            months=months,
            least_fall=least_fall / 100,
            written_on=datetime.now(UTC).date(),
        )
    held: dict[str, Any] = {"plan": made.as_json(), "sha256": made.digest}
    file.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(held) if as_json else "\n".join([*said.of_plan(made), f"  Written to {file}, SHA-256 {made.digest}"]))


@evaluate.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", default=20_260_101, show_default=True, help="Of the draws behind the interval of displacement.")
@_JSON
def read(file: Path, seed: int, as_json: bool) -> None:
    """What became of the response of the plan in FILE. Refused while a month of the plan is not loaded, or where the plan was changed."""
    from analytics.evaluation.plan import plan_from_json
    from analytics.evaluation.store import evaluate as evaluated
    from core import db

    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        made, stated = plan_from_json(held["plan"]), str(held["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("this is no plan", where=str(file), hint="give the file as 'homeground evaluate plan' wrote it.") from error
    if made.digest != stated:
        raise UserError(
            "the plan was changed after it was written",
            where=str(file),
            hint="give the file as it was written; its hash is part of it.",
        )
    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        found = evaluated(connection, made, seed=seed)
    click.echo(json.dumps(found.as_json() | {"sha256": stated}) if as_json else "\n".join(found.sentences))
