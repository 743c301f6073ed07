"""The early warning in words, for the command line: what is alive now, and what became of the alarms before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from analytics.hotspots.chosen_grids import GridArea
from core.db import fetch
from core.errors import UserError


@dataclass(frozen=True)
class Warnings:
    """Rows of analysis.alarm with names: those alive, those of the record, and the months that were looked at."""

    area: GridArea
    alive: tuple[Mapping[str, Any], ...]
    record: tuple[Mapping[str, Any], ...]
    looked: tuple[Mapping[str, Any], ...]


def read_warnings(connection: Connection, area: GridArea, *, group_id: str) -> Warnings:
    """The alarms of an area, of one group or ('') of all. UserError where no month was looked at."""
    district = area.code if area.kind == "district" else ""
    looked = _rows(connection, "warning/looked", {})
    if not looked:
        raise UserError("no month was looked at", where="analysis.alarm_look", hint="run 'homeground analyse'.")
    where = {
        "district": district,
        "msoa": "",
        "patch": area.code if area.kind == "patch" else "",
        "group_id": group_id,
        "members": [],
    }
    record = _rows(connection, "warning/record", {"district": district, "members": []})
    kept = tuple(row for row in record if group_id in ("", row["group_id"]))
    return Warnings(area, _rows(connection, "warning/list_alarms", where), kept, looked)


def _rows(connection: Connection, name: str, values: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return tuple({str(k): v for k, v in row.items()} for row in fetch(connection, name, values).astype(object).to_dict("records"))


def warning_lines(found: Warnings) -> Iterator[str]:
    """A heading, a line an alarm, and what the record is."""
    newest = found.looked[0]
    yield (
        f"{found.area.name}, {newest['month']:%B %Y}: {len(found.alive)} alive of {newest['kinds']} kinds; chance alone raises an alarm"
        f" somewhere in the region in one month of {newest['least_months']}"
    )
    for row in found.alive:
        names = row["names"]
        beside = f" and {len(names) - 1} beside it" if len(names) > 1 else ""
        yield (
            f"  {row['number']:>3}  {row['group_id']}: {row['observed']} for {row['expected']:.1f} expected since {row['since']:%B %Y},"
            f" by chance once in {recurs(row['once_in_months'], row['replicates'])}; {row['code']}  {names[0]}{beside}"
        )
    yield f"  {record_line(found)}"


def recurs(months: float, replicates: int) -> str:
    """'15 months'; where no shuffle came near, that it is rarer than they can tell."""
    more = "more than " if months >= replicates + 1 - 1e-6 else ""
    return f"{more}{months - 1e-9:,.0f} months" if not more else f"{more}{replicates:,} months"


def record_line(found: Warnings) -> str:
    """How many alarms there were in how many months, how many chance alone would have raised, and how many went on."""
    months = len(found.looked)
    afterwards = sum(not row["in_time"] for row in found.looked)
    with_alarm = sum(int(row["alarms"]) > 0 for row in found.looked)
    judged = [row for row in found.record if row["verdict"] in ("went_on", "eased")]
    went_on = sum(row["verdict"] == "went_on" for row in judged)
    by_chance = sum(1 / int(row["least_months"]) for row in found.looked)
    return (
        f"record: {months} months looked at ({afterwards} of them afterwards), {with_alarm} with an alarm somewhere in the region, where"
        f" chance alone gives {by_chance:.1f}; of {len(judged)} alarms here that were judged by the month after, {went_on} went on"
    )
