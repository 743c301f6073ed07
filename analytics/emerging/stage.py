"""The emerging stage: the pattern of each place's months, for every group of hot spot input, on LSOAs of 2021 and hexagons of r8.

Reads analysis.count_month and analysis.month_status; writes analysis.emerging, one row a place x group. The cube holds log(1 + incidents),
the scale on which hot spots are tested (docs/decisions/0030), of the loaded months of one span (`analytics.counts.month_runs`); a month that
was not loaded is no step, and the months on either side of it are not neighbours. With fewer than 10 steps there is no result, and the
report says so. The method itself is docs/emerging.md. Nothing here is random.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from analytics.counts.month_runs import LONGEST_GAP, LONGEST_SPAN, Span, bridged_span
from analytics.counts.monthly import MonthlyCounts, read_monthly_counts
from analytics.counts.places import Group, deliveries_of, months_loaded, period_values, read_groups
from analytics.emerging.analysis import EmergingHotSpots, counts_by_pattern, emerging_hot_spots
from analytics.emerging.patterns import MINIMUM_STEPS, Pattern
from analytics.hotspots.stage import FEWEST_PLACES
from analytics.neighbours.place_weights import place_weights
from core.contracts import H3_R8, LSOA_2021, Geography
from core.db import replaced_rows
from core.periods import Period
from core.provenance import finish_run, start_run

GEOGRAPHIES = (LSOA_2021, H3_R8)


@dataclass(frozen=True)
class EmergingMap:
    """How many places of one map have each pattern; patterns that none has are left out."""

    geography: Geography
    group_id: str
    places: int
    patterns: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class EmergingReport:
    """steps: loaded months used; gaps: months missing between them. skipped: why there is no result, in words."""

    steps: int
    first_month: date
    last_month: date
    gaps: tuple[date, ...]
    rows: int
    maps: tuple[EmergingMap, ...]
    skipped: tuple[str, ...]
    run_id: int


def compute_emerging(connection: Connection, *, period: Period) -> EmergingReport:
    """Patterns of the loaded months of a period, which are as many as fit the rule of `analytics.counts.month_runs`; replaces those that
    end then.

    A period without enough steps removes what was stored for its end and says so in `skipped`: no result is a result.
    UserError where no month of the period is loaded.
    """
    groups = [group for group in read_groups(connection) if group.hotspot_input]
    span = bridged_span(months_loaded(connection, period), longest=min(len(period), LONGEST_SPAN))
    used = Period(span.months[0], span.months[-1])
    parameters = {
        "months": list(span.months),
        "gaps": list(span.gaps),
        "longest_gap_bridged": LONGEST_GAP,
        "scale": "log(1 + incidents)",
        "false_discovery": "Benjamini-Hochberg over all bins of a cube, 5%",
        "trend": "Mann-Kendall, overlap of neighbouring z allowed for, 5%",
    }
    run_id = start_run(connection, "emerging", seed=None, parameters=parameters, delivery_ids=deliveries_of(connection, used))
    maps: list[EmergingMap] = []
    skipped: list[str] = []
    with replaced_rows(connection, "analysis", "emerging", where={"period_end": used.end}) as result:
        if len(span.months) < MINIMUM_STEPS:
            skipped.append(too_few_steps(span))
        for geography in GEOGRAPHIES if not skipped else ():
            counts = read_monthly_counts(connection, geography, groups, span.months)
            if len(counts) < FEWEST_PLACES:
                skipped.append(f"{geography}: {len(counts)} places, at least {FEWEST_PLACES} are needed")
                continue
            weights = place_weights(connection, geography, counts.codes)
            for column, group in enumerate(groups):
                cube = np.log1p(counts.incidents[:, column, :].astype(np.float64))
                found = emerging_hot_spots(cube, weights.matrix, months=np.asarray(span.numbers()))
                result.add(emerging_rows(counts, group, found).assign(**period_values(used), run_id=run_id))
                maps.append(_map(geography, group, found))
    finish_run(connection, run_id)
    return EmergingReport(len(span.months), used.start, used.end, span.gaps, result.rows, tuple(maps), tuple(skipped), run_id)


def too_few_steps(span: Span) -> str:
    """Why there is no emerging map, in words that a page can show."""
    months = "month" if len(span.months) == 1 else "months"
    return (
        f"{len(span.months)} loaded {months} from {span.months[0]:%B %Y} to {span.months[-1]:%B %Y}; a pattern needs at least"
        f" {MINIMUM_STEPS}, and the months before are missing"
    )


def emerging_rows(counts: MonthlyCounts, group: Group, found: EmergingHotSpots) -> pd.DataFrame:
    """Rows of analysis.emerging without period and run, a row a place."""
    return pd.DataFrame(
        {
            "geography": counts.geography.level,
            "edition": counts.geography.edition,
            "code": list(counts.codes),
            "lad_code": list(counts.lad_codes),
            "group_id": group.id,
            "steps": found.steps,
            "class": found.labels(),
            "trend_z": found.trend_z,
            "trend_p": found.trend_p,
            "hot_steps": (found.signs > 0).sum(axis=1),
            "cold_steps": (found.signs < 0).sum(axis=1),
        }
    )


def _map(geography: Geography, group: Group, found: EmergingHotSpots) -> EmergingMap:
    counted: Sequence[tuple[Pattern, int]] = tuple(counts_by_pattern(found.pattern).items())
    return EmergingMap(geography, group.id, len(found.pattern), tuple((kind.label, n) for kind, n in counted if n))
