"""What a look is made of, read from the counts; and what is kept of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from analytics.counts.month_runs import Span
from analytics.counts.places import period_values
from analytics.statistics.scan.prospective import ProspectiveScan
from analytics.warning.rule import LEAST_MONTHS, Alarm, Judged, Table
from boundaries.areas import read_areas
from core.contracts import LSOA_2021
from core.db import fetch, rows, run_statement, scalar
from core.errors import InternalError, UserError
from core.periods import Period, add_months

_KEY = {"geography": LSOA_2021.level, "edition": LSOA_2021.edition}


@dataclass(frozen=True)
class Seen:
    """The newest look at a month: what its counts were."""

    month: date
    digest: str


def read_table(connection: Connection, months: Sequence[date]) -> Table:
    """Counts of every LSOA of 2021 by category in the given loaded months. UserError where a place has no outline."""
    places = fetch(connection, "counts/places", _KEY)
    members = fetch(connection, "warning/members")
    categories = sorted(set(members["category"]))
    groups = tuple(dict.fromkeys(members["group_id"]))
    counted = fetch(connection, "warning/monthly_counts", _KEY | period_values(Period(months[0], months[-1])))
    place = pd.Index(places["code"]).get_indexer(counted["code"])
    category = pd.Index(categories).get_indexer(counted["category"])
    month = pd.Index(list(months)).get_indexer(counted["month"])
    if (place < 0).any() or (category < 0).any():
        raise InternalError("early warning: a counted place or category is unknown")
    counts = np.zeros((len(categories), len(places), len(months)), dtype=np.int64)
    held = month >= 0
    counts[category[held], place[held], month[held]] = counted["incidents"].to_numpy(dtype=np.int64)[held]
    kinds = np.zeros((len(groups), len(categories)), dtype=bool)
    kinds[pd.Index(groups).get_indexer(members["group_id"]), pd.Index(categories).get_indexer(members["category"])] = True
    return Table(
        tuple(places["code"]), tuple(places["lad_code"]), tuple(months), groups, counts, kinds, _middles(connection, list(places["code"]))
    )  # fmt: skip


def _middles(connection: Connection, codes: list[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    outlines = read_areas(connection, LSOA_2021)
    missing = len(set(codes) - set(outlines.index))
    if missing:
        raise UserError(
            f"{missing} places of {LSOA_2021} have no outline",
            where="place.area",
            hint="load the boundary file of that edition for the whole region.",
        )
    middle = outlines.loc[codes].geometry.centroid
    return np.column_stack([middle.x.to_numpy(), middle.y.to_numpy()]).astype(np.float64)


def digest_of(table: Table, span: Span) -> str:
    """What a look at a month rests on: places, months, kinds and counts."""
    steps = [table.months.index(month) for month in span.months]
    held = hashlib.md5(usedforsecurity=False)
    for part in (table.codes, table.lad_codes, span.months, table.groups):
        held.update(repr(part).encode())
    held.update(table.kinds.tobytes())
    held.update(np.ascontiguousarray(table.counts[:, :, steps]).tobytes())
    return held.hexdigest()


def read_looks(connection: Connection) -> dict[date, Seen]:
    """The newest look at each month."""
    return {row.month: Seen(row.month, row.counts_digest) for row in rows(connection, "warning/looks")}


def keep_look(
    connection: Connection,
    table: Table,
    span: Span,
    scan: ProspectiveScan,
    alarms: Sequence[Alarm],
    *,
    in_time: bool,
    digest: str,
    run_id: int,
) -> None:
    """A look and its alarms, as they were raised."""
    month = span.months[-1]
    look = int(
        scalar(
            connection,
            "warning/add_look",
            {
                "month": month, "in_time": in_time, "first_month": span.months[0], "steps": len(span.months), "longest": scan.longest,
                "replicates": scan.replicates, "seed": scan.seed, "least_months": LEAST_MONTHS, "kinds": len(table.groups),
                "places": len(table.codes), "alarms": len(alarms), "counts_digest": digest, "run_id": run_id,
            },
        )
    )  # fmt: skip
    before = rows(connection, "warning/alarms_of_month", {"month": add_months(month, -1)})
    for number, alarm in enumerate(alarms, start=1):
        codes = [table.codes[place] for place in alarm.places]
        earlier = [row.first_raised for row in before if row.group_id == alarm.group and set(row.codes) & set(codes)]
        found = alarm.cluster
        run_statement(
            connection,
            "warning/add_alarm",
            {
                "month": month, "look": look, "number": number, "group_id": alarm.group, "lad_code": table.lad_codes[alarm.places[0]],
                "code": codes[0], "codes": codes, "radius_m": round(found.reach), "since": alarm.since,
                "first_raised": min(earlier, default=month), "observed": found.observed, "expected": found.expected, "ratio": found.ratio,
                "p_kind": found.p_kind, "p": found.p, "once_in_months": found.recurrence, "before_here": alarm.before_here,
                "before_region": alarm.before_region, "run_id": run_id,
            },
        )  # fmt: skip


@dataclass(frozen=True)
class Unjudged:
    """An alarm whose next month is loaded."""

    month: date
    look: int
    number: int
    group: str
    lad_code: str
    codes: tuple[str, ...]
    before_here: int
    before_region: int
    month_after: date


def read_unjudged(connection: Connection) -> tuple[Unjudged, ...]:
    return tuple(
        Unjudged(r.month, r.look, r.number, r.group_id, r.lad_code, tuple(r.codes), r.before_here, r.before_region, r.month_after)
        for r in rows(connection, "warning/unjudged")
    )


def keep_verdict(connection: Connection, alarm: Unjudged, found: Judged, *, run_id: int) -> None:
    values = {
        "month": alarm.month, "look": alarm.look, "number": alarm.number, "lad_code": alarm.lad_code, "observed": found.observed,
        "expected": found.expected, "p_value": found.p, "verdict": found.verdict, "run_id": run_id,
    }  # fmt: skip
    run_statement(connection, "warning/add_verdict", values)
