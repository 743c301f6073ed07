"""The when stage: seasons of recorded crime by district, and hours of the week of the feeds that give times.

Reads analysis.count_month (offences that police activity produces left out), record.event and record.stop; writes analysis.season and
analysis.week_count. police.uk gives the month of an incident and nothing finer, so recorded crime has a season at most; partners' events
have weekdays and hours where their feed says so, and stop and search has hours, which tell when officers search.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from analytics.counts.monthly import read_monthly_counts
from analytics.counts.places import deliveries_of, months_loaded, read_groups
from analytics.times.patterns import Season, season, years_used
from core.contracts import ALL_AREA, LAD_2022
from core.db import fetch, replaced_rows, run_statement, scalar
from core.periods import Period
from core.provenance import finish_run, start_run


@dataclass(frozen=True)
class TimeReport:
    """years: calendar years behind the seasons, none where they are too few. seasons: rows; beyond_chance: seasons with p <= 0.05.

    week_rows: rows of hours of the week, of these sources.
    """

    years: tuple[int, ...]
    seasons: int
    beyond_chance: int
    week_rows: int
    sources: tuple[str, ...]
    run_id: int


def compute_times(connection: Connection, *, period: Period) -> TimeReport:
    """Replaces every season and every hour of the week. period: of the seasons, all that is loaded as a rule."""
    groups = read_groups(connection)
    months = months_loaded(connection, period)
    years = years_used(months)
    parameters = {"months": list(months), "years": list(years), "test": "quasi-Poisson, F test of the calendar months"}
    run_id = start_run(connection, "when", seed=None, parameters=parameters, delivery_ids=deliveries_of(connection, period))
    rows: list[dict[str, object]] = []
    beyond = 0
    for geography in (ALL_AREA, LAD_2022) if years else ():
        counts = read_monthly_counts(connection, geography, groups, months)
        for place, code in enumerate(counts.codes):
            for column, group in enumerate(groups):
                found = season(counts.incidents[place, column], months) if group.hotspot_input else None
                if found is not None:
                    rows += _rows(group.id, "" if geography == ALL_AREA else code, found)
                    beyond += int(found.p_value <= 0.05)
    with replaced_rows(connection, "analysis", "season", where={}, until={"period_end": period.end}) as result:
        if rows:
            result.add(pd.DataFrame(rows).assign(period_start=months[0], period_end=months[-1], run_id=run_id))
    run_statement(connection, "times/clear_week_count")
    run_statement(connection, "times/fill_week_count", {"run_id": run_id})
    sources = fetch(connection, "times/week_sources")
    finish_run(connection, run_id)
    week_rows = int(scalar(connection, "times/week_rows"))
    return TimeReport(years, result.rows, beyond, week_rows, tuple(sources["source"]), run_id)


def _rows(group_id: str, lad_code: str, found: Season) -> list[dict[str, object]]:
    return [
        {
            "group_id": group_id,
            "lad_code": lad_code,
            "calendar_month": m + 1,
            "years": int(found.years[m]),
            "incidents": int(found.recorded[m]),
            "ratio": found.ratio[m],
            "lower": found.lower[m],
            "upper": found.upper[m],
            "p_value": found.p_value,
        }
        for m in range(12)
    ]
