"""`homeground model`: risk factor models that inform, what they are, and what an ethics board decided of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import click

from analytics import stage as analytics_stage
from analytics.counts import loaded_months
from core import migrate
from core.errors import UserError
from core.periods import Period

_ACTOR = "command line"
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
_MODEL = click.argument("model_id", type=click.IntRange(min=1), metavar="ID")


@click.group()
def model() -> None:
    """Small-area models that inform, never decide: fit, read, and record an ethics board's decision."""


@model.command()
@click.option("--group", default="", help="Category group; that of the terms file unless told.")
@_JSON
def fit(group: str, as_json: bool) -> None:
    """Fit a model to the current period, score it in space and time, and store it unapproved."""
    from analytics.risk_model.stage import compute_risk_model
    from analytics.risk_model.terms import load_terms
    from core import db

    migrate.prepare()
    context = analytics_stage.default_context(actor=_ACTOR)
    terms = load_terms(context.analysis.risk_model)
    with db.transaction(db.Role.PIPELINE) as connection:
        period = loaded_months.current_period(connection, context.analysis.months)
        covered = loaded_months.covered(connection, period)
        report = compute_risk_model(connection, terms, period=period, seed=context.analysis.seed, group_id=group)
    if as_json:
        click.echo(json.dumps(asdict(report) | covered.as_columns(), default=str))
        return
    click.echo(
        f"model {report.model_id}: {report.group_id}, {report.family.replace('_', ' ')}, {report.places:,} places,"
        f" {report.incidents:,} incidents, {covered.in_sentence}, expires {report.expires_on:%Y-%m-%d}"
    )
    for name, scores in (("places held back", report.space), ("later months held back", report.time)):
        for score in scores:
            inside = "" if score.coverage != score.coverage else f", {score.coverage:.0%} inside the 95% interval"
            click.echo(
                f"  {name:<23} {score.rule:<28} {score.deviance_explained:>5.0%} of deviance explained,"
                f" {score.top_tenth:>4.0%} of incidents in the tenth put first{inside}"
            )
    if not report.time:
        click.echo("  later months held back  too few months")
    click.echo("Nobody but an analyst sees it until 'homeground model approve' records a board's approval.")


@model.command("list")
@_JSON
def list_(as_json: bool) -> None:
    """Every model with its latest decision."""
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        rows = db.fetch(connection, "risk_model/list").astype(object)
    records: list[dict[Any, Any]] = rows.where(rows.notna(), None).to_dict("records")
    if as_json:
        click.echo(json.dumps(records, default=str))
        return
    if not records:
        click.echo("no model was fitted yet.")
    for row in records:
        decided = "no decision" if row["decision"] is None else f"{row['decision']} by {row['board']}, until {row['valid_until']}"
        span = Period(row["period_start"], row["period_end"])
        click.echo(f"{row['model_id']:>4}  {row['group_id']:<28} {span}  expires {row['expires_on']}  {decided}")


@model.command()
@_MODEL
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write to a file; printed unless told.")
def card(model_id: int, out: Path | None) -> None:
    """The model card: what it is, its terms with intervals, how it did, what it must not be used for."""
    from analytics.risk_model.card import card_text

    _write(card_text(_stored(model_id, "card")), out)


@model.command()
@_MODEL
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Write to a file; printed unless told.")
def record(model_id: int, out: Path | None) -> None:
    """The record of the Algorithmic Transparency Recording Standard, from the model's own facts."""
    from analytics.risk_model.transparency import as_text

    _write(as_text("Algorithmic transparency record", _stored(model_id, "transparency")), out)


def _decision(decision: Literal["approved", "refused", "withdrawn"], **values: Any) -> None:
    from analytics.risk_model.stage import record_decision
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        record_decision(connection, values.pop("model_id"), decision, actor=_ACTOR, **values)
    click.echo(f"recorded: {decision} by {values['board']}, signed by {values['signed_by']}.")


def _day(text: str, option: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise UserError(f"'{text}' is no day", where=option, hint="write it as 2026-11-30.") from error


_BOARD = click.option("--board", required=True, help="Name of the ethics board.")
_SIGNED = click.option("--signed-by", required=True, help="Name of the person who signed for the board.")
_ON = click.option("--on", "on", required=True, metavar="DAY", help="Day of the decision, YYYY-MM-DD.")


@model.command()
@_MODEL
@_BOARD
@_SIGNED
@_ON
@click.option("--valid-until", required=True, metavar="DAY", help="Last day of the approval, at most the model's own.")
@click.option(
    "--conditions", default="", help="Conditions that the board set, in words; the page and the public register show them."
)
def approve(model_id: int, board: str, signed_by: str, on: str, valid_until: str, conditions: str) -> None:
    """Record that an ethics board approved a model for everyone who signs in."""
    _decision(
        "approved", model_id=model_id, board=board, signed_by=signed_by, decided_on=_day(on, "--on"),
        valid_until=_day(valid_until, "--valid-until"), conditions=conditions,
    )  # fmt: skip


@model.command()
@_MODEL
@_BOARD
@_SIGNED
@_ON
@click.option("--reason", default="", help="The board's reason, in words; the public register prints it.")
def refuse(model_id: int, board: str, signed_by: str, on: str, reason: str) -> None:
    """Record that an ethics board refused a model."""
    day = _day(on, "--on")
    _decision("refused", model_id=model_id, board=board, signed_by=signed_by, decided_on=day, valid_until=day, conditions=reason)


@model.command()
@_MODEL
@_BOARD
@_SIGNED
@_ON
@click.option("--reason", default="", help="The board's reason, in words; the public register prints it.")
def withdraw(model_id: int, board: str, signed_by: str, on: str, reason: str) -> None:
    """Record that an ethics board took its approval back; the page closes at once."""
    day = _day(on, "--on")
    _decision("withdrawn", model_id=model_id, board=board, signed_by=signed_by, decided_on=day, valid_until=day, conditions=reason)


def _stored(model_id: int, part: Literal["card", "transparency"]) -> dict[str, Any]:
    from core import db

    migrate.prepare()
    with db.transaction(db.Role.PIPELINE) as connection:
        rows = db.fetch(connection, "risk_model/one", {"model_id": model_id})
    if rows.empty:
        raise UserError(f"there is no model {model_id}", where="analysis.risk_model", hint="run 'homeground model list'.")
    held = rows[part].iloc[0]
    found: dict[str, Any] = json.loads(held) if isinstance(held, str) else held
    return found


def _write(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text)
        return
    out.write_text(text, encoding="utf-8")
    click.echo(f"written: {out}")
