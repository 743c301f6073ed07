"""What an evaluation is made of, read from the counts: a plan before the response, and what became of it after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from sqlalchemy import Connection

from analytics.counts.loaded_months import first_loaded_month, last_loaded_month
from analytics.counts.places import months_loaded, period_values, read_groups
from analytics.evaluation.places import Place, hang_together, monthly, place_of, places_alike, ring_without
from analytics.evaluation.plan import FEWEST_MONTHS_BEFORE, Plan, months_planned, power_of, why_nothing_can_be_told
from analytics.evaluation.result import Result, Series, result_of
from analytics.neighbours.place_frame import PlaceFrame, read_place_frame
from core.db import fetch
from core.errors import UserError
from core.periods import Period, add_months

Counts = NDArray[np.int64]

# three years show seasons and the way that places go by themselves; older months say less of today's
MOST_MONTHS_BEFORE = 36


@dataclass(frozen=True)
class Land:
    """Neighbourhoods of 2021 with who touches whom, themselves left out."""

    frame: PlaceFrame
    neighbours: sparse.csr_matrix

    def positions(self, codes: Sequence[str]) -> tuple[int, ...]:
        """UserError for a code that is not of the region."""
        found = self.frame.positions(list(codes))
        unknown = [code for code, at in zip(codes, found, strict=True) if at < 0]
        if unknown:
            raise UserError(
                f"no neighbourhood of this region: {', '.join(unknown)}",
                where="areas of the problem",
                hint="give codes of LSOAs of 2021, such as those that 'homeground area PLACE' prints.",
            )
        return tuple(int(at) for at in found)

    def codes(self, positions: Sequence[int]) -> tuple[str, ...]:
        return tuple(str(self.frame.codes[at]) for at in positions)


def read_land(connection: Connection) -> Land:
    frame = read_place_frame(connection)
    matrix = frame.weights().matrix.copy()
    matrix.setdiag(0)
    matrix.eliminate_zeros()
    return Land(frame, matrix.tocsr())


def make_plan(
    connection: Connection, *, areas: Sequence[str], group: str, starts: date, months: int, least_fall: float, written_on: date
) -> Plan:
    """A plan from the months before the response that are loaded. UserError for areas, kinds or months that cannot be."""
    after = months_planned(starts, months)
    if not 0.05 <= least_fall <= 0.9:
        raise UserError(f"a fall of {least_fall:.0%} is no aim", where="least fall", hint="give 5% to 90%, such as 25.")
    if not areas:
        raise UserError("no area is named", where="areas of the problem", hint="name at least one neighbourhood.")
    _known_group(connection, group)
    land = read_land(connection)
    before = _months_before(connection, starts)
    counts = _counts(connection, land, group, before)
    held = land.positions(areas)
    if not hang_together(land.neighbours, held):
        raise UserError(
            "the areas do not touch each other",
            where="areas of the problem",
            hint="plan each part by itself: places alike are of one piece, and would not vary as several do.",
        )
    target = place_of(land.neighbours, held)
    middle = shapely.centroid(land.frame.outlines)
    centres = np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])
    alike = places_alike(counts.sum(axis=1), centres, land.neighbours, target)
    own = monthly(counts, [target, *alike])
    power = power_of(own, months, least_fall) if len(alike) >= 3 else None
    why = why_nothing_can_be_told(own, power, least_fall)
    return Plan(
        outcome=group,
        areas=land.codes(target.areas),
        ring=land.codes(target.ring),
        alike=tuple(land.codes(place.areas) for place in alike),
        starts=starts,
        months_before=before,
        months_after=after,
        least_fall=least_fall,
        power=power,
        why_not=why,
        written_on=written_on,
    )


def evaluate(connection: Connection, plan: Plan, *, seed: int) -> Result:
    """UserError while a month of the plan is not loaded: a result that is read early can be read until it pleases."""
    known = set(months_loaded(connection, Period(plan.months_before[0], last_loaded_month(connection))))
    wanting = [m for m in (*plan.months_before, *plan.months_after) if m not in known]
    if wanting:
        raise UserError(
            f"{len(wanting)} months of the plan are not loaded, {wanting[0]:%B %Y} the first",
            where="plan",
            hint=f"load them, the last is {plan.months_after[-1]:%B %Y}; until then nothing is read, or one would stop where it pleases.",
        )
    _known_group(connection, plan.outcome)
    if plan.power is None:
        raise UserError(
            "there is nothing to compare with: " + " ".join(plan.why_not),
            where="plan",
            hint="say in the problem file that it cannot be told, or plan with more areas.",
        )
    land = read_land(connection)
    target = Place(land.positions(plan.areas), land.positions(plan.ring))
    alike = [ring_without(place_of(land.neighbours, land.positions(place)), target) for place in plan.alike]
    months = (*plan.months_before, *plan.months_after)
    counts = _counts(connection, land, plan.outcome, months)
    own, rings = monthly(counts, [target, *alike]), monthly(counts, [target, *alike], ring=True)
    cut = len(plan.months_before)
    return result_of(plan, Series(own[:, :cut], own[:, cut:], rings[:, :cut], rings[:, cut:]), seed=seed)


def _known_group(connection: Connection, group: str) -> None:
    known = [g.id for g in read_groups(connection)]
    if group not in known:
        raise UserError(f"no kind of incident '{group}'", where="outcome", hint=f"choose one of {', '.join(known)}.")


def _months_before(connection: Connection, starts: date) -> tuple[date, ...]:
    first, last = first_loaded_month(connection), min(last_loaded_month(connection), add_months(starts, -1))
    held = months_loaded(connection, Period(first, last))[-MOST_MONTHS_BEFORE:] if last >= first else ()
    if len(held) < FEWEST_MONTHS_BEFORE:
        raise UserError(
            f"{len(held)} months before {starts:%B %Y} are loaded, at least {FEWEST_MONTHS_BEFORE} are needed",
            where="analysis.month_status",
            hint="load earlier months, or plan for a later start.",
        )
    return held


def _counts(connection: Connection, land: Land, group: str, months: Sequence[date]) -> Counts:
    """(n x months)."""
    asked = {"group_id": group} | period_values(Period(months[0], months[-1]))
    rows = fetch(connection, "evaluation/monthly_counts", asked)
    at = {month: i for i, month in enumerate(months)}
    counts = np.zeros((len(land.frame), len(months)), dtype=np.int64)
    places = land.frame.positions(rows["code"])
    for place, month, incidents in zip(places, rows["month"], rows["incidents"], strict=True):
        if place >= 0 and month in at:
            counts[place, at[month]] = incidents
    return counts
