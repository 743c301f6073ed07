"""`homeground overlap` and `homeground services`: factors that fall together, and the reach of services, from a terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from core.errors import UserError

if TYPE_CHECKING:
    from core.periods import CoveredPeriod

_NO_ANALYSIS = "run 'homeground analyse' first."
_OF = "Factors that are made from what was recorded are of {}."


@click.group()
def overlap() -> None:
    """Risk and protective factors: what is declared, where they fall together, what one place has of them."""


@overlap.command("factors")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a factor.")
def factors(as_json: bool) -> None:
    """List the declared factors with their thresholds, and those that have no data."""
    from analytics.overlaps import report as overlap_report

    found = overlap_report.factors()
    _require(found, "no factor was worked out")
    covered = _period(overlap_report.period())
    if not as_json:
        click.echo(_OF.format(covered))
    for factor in found:
        if as_json:
            click.echo(json.dumps(factor | covered.as_columns(), default=str))
            continue
        click.echo(f"{factor['factor_id']} ({factor['side']}): {factor['label']}")
        if factor["missing"]:
            click.echo(f"  not used: {factor['missing']}")
        for level in factor["levels"]:
            mark = "*" if level["is_default"] else " "
            unsure = f", {level['meeting_unsure']:,} of them unsure" if level["meeting_unsure"] else ""
            click.echo(f"  {mark} {level['level']}  {level['label']}: {level['meeting']:,} places{unsure}")


@overlap.command("show")
@click.argument("chosen", nargs=-1, required=True, metavar="FACTOR[:LEVEL]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(chosen: tuple[str, ...], as_json: bool) -> None:
    """Where 2 to 4 factors fall together, against chance; without a level each is cut at its default threshold."""
    from analytics.overlaps import report as overlap_report

    found = overlap_report.combination(chosen)
    covered = _period(overlap_report.period())
    if as_json:
        click.echo(json.dumps(found | covered.as_columns(), default=str))
        return
    click.echo(
        f"{found['meeting']:,} of {found['places']:,} places meet all {found['size']}; by chance, each clustered as it is, about"
        f" {found['expected']:.1f} (95% range {found['expected_lower']:.0f} to {found['expected_upper']:.0f}), p {found['p_value']:.3g},"
        f" q {found['q_value']:.3g}."
    )
    if found["meeting_sure"] != found["meeting_possible"]:
        click.echo(
            f"Allowing for the intervals of the rates: from {found['meeting_sure']:,} to {found['meeting_possible']:,} places."
        )
    if found["joined"] is not None:
        click.echo(f"{found['joined']:,} of them lie beside others beyond chance (local join count, q <= 0.05).")
    click.echo(_OF.format(covered))


@overlap.command("place")
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def place(code: str, as_json: bool) -> None:
    """What one neighbourhood (LSOA 2021 code) has of every factor, its kind, and its rates beside those of similar areas."""
    from analytics.overlaps import report as overlap_report

    found = overlap_report.place(code)
    covered = _period(overlap_report.period())
    if as_json:
        click.echo(json.dumps(found | covered.as_columns(), default=str))
        return
    click.echo(f"{found['name']} ({code}), kind {found['type_id'] or 'unknown'}")
    for row in found["factors"]:
        said = "meets" if row["level"] >= row["default_level"] else "does not meet"
        sure = "" if row["sure_level"] == row["possible_level"] else " (unsure: its interval reaches across a threshold)"
        click.echo(f"  {row['side']:<10} {said:<14} {row['label']}{sure}")
    if found["rates"]:
        click.echo(f"Recorded per 1,000 residents over {covered.over}, {covered.in_sentence}:")
    for row in found["rates"]:
        click.echo(
            f"  {row['group_id']}: {row['rate_per_1000']:.1f}{_a_year(covered, row['rate_per_1000'])}; {row['areas']} similar areas, middle"
            f" half {row['areas_lower_quarter']:.1f} to {row['areas_upper_quarter']:.1f}"
            f"{_a_year(covered, row['areas_lower_quarter'], row['areas_upper_quarter'])}"
        )


def _a_year(covered: CoveredPeriod, *rates: float) -> str:
    """The same for a year in brackets; '' where the loaded months are one."""
    factor = covered.per_year
    return "" if factor is None else f" ({' to '.join(f'{rate * factor:.1f}' for rate in rates)} a year)"


def _period(found: CoveredPeriod | None) -> CoveredPeriod:
    if found is None:
        raise UserError("no factor was worked out", where="analysis", hint=_NO_ANALYSIS)
    return found


@click.group()
def services() -> None:
    """Reach of services: how far homes are from them, and where one more would reach most people."""


@services.command("reach")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a kind of service.")
def reach(as_json: bool) -> None:
    """Residents within reach of each kind of service, straight line."""
    from analytics.overlaps import report as overlap_report

    found = overlap_report.service_kinds()
    _require(found, "no reach was worked out")
    for kind in found:
        if as_json:
            click.echo(json.dumps(kind, default=str))
        elif kind["unused"]:
            click.echo(f"{kind['kind']}: not used. {kind['unused']}")
        else:
            click.echo(
                f"{kind['kind']}: {kind['sites']:,} sites; {kind['residents_beyond']:,.0f} of {kind['residents']:,.0f} residents are farther"
                f" than {kind['reach_m']:,} m in a straight line ({kind['beyond_at_border']:,.0f} of them near the region's border)"
            )


@services.command("site")
@click.argument("kind")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a site.")
def site(kind: str, as_json: bool) -> None:
    """Where one, two or three more of a KIND would bring most people into reach."""
    from analytics.overlaps import report as overlap_report
    from analytics.overlaps.definitions import load_factor_definitions
    from analytics.services.stage import declared_kind

    declared_kind(load_factor_definitions(), kind)
    found = overlap_report.service_sites(kind)
    _require(found, f"no further site of {kind} was worked out")
    for row in found:
        if as_json:
            click.echo(json.dumps(row, default=str))
            continue
        which = f"{row['further_sites']} more, site {row['position']}" if row["plan"] == "best" else "nearly as good"
        click.echo(
            f"{row['need_label']}: {which}: {row['name']} ({row['code']}), {row['people_alone']:,.0f} of {row['people_beyond']:,.0f}"
            " people beyond reach"
        )


def _require(found: list[dict[str, Any]], what: str) -> None:
    if not found:
        raise UserError(what, where="analysis", hint=_NO_ANALYSIS)
