"""`homeground analyse`: every stage between the load and the release."""

from __future__ import annotations

import click

from analytics import stage as analytics_stage
from analytics.counts import loaded_months
from core import migrate


@click.command()
@click.option("--since", metavar="MONTH", default=None, help="Length of the analysed period given by its first month, YYYY-MM.")
@click.option(
    "--only",
    "only",
    metavar="STAGE,...",
    default=None,
    help="Run these stages alone, in the order of the flow.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a stage.")
def analyse(since: str | None, only: str | None, as_json: bool) -> None:
    """Place, count, rate, hot spots and overlaps for what is loaded."""
    import json

    from analytics import pipeline
    from core import db
    from core.errors import UserError
    from core.periods import month_from_text

    if only is not None:
        # a wrong name is said before a database is started
        pipeline.stages_named([name.strip() for name in only.split(",")])
    migrate.prepare()
    context = analytics_stage.default_context()
    if since is not None:
        try:
            first = month_from_text(since)
        except ValueError as error:
            raise UserError(str(error), where="--since", hint="write a month as 2025-01.") from error
        with db.transaction(db.Role.PIPELINE) as connection:
            last = loaded_months.last_loaded_month(connection)
        length = (last.year - first.year) * 12 + last.month - first.month + 1
        if length < 1:
            raise UserError(f"{since} is after the last loaded month, {last:%Y-%m}", where="--since")
        context = analytics_stage.with_months(context, length)
    say = (lambda line: None) if as_json else click.echo
    stages = pipeline.ANALYSE_STAGES if only is None else pipeline.stages_named([name.strip() for name in only.split(",")])
    for report in analytics_stage.run_stages(stages, context, say=say):
        if as_json:
            click.echo(json.dumps(report.as_dict(), default=str))
