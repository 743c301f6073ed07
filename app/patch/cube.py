"""The months of a patch on one map: what was recorded in each neighbourhood in each month of the cube that the patterns are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.hotspots.store import Choice, HotSpot
from app.look import wording
from app.look.map_frame import MapArea
from app.look.months import MapMonths
from app.look.palette import Palette
from app.patch import store
from app.person import store as person_store
from app.person.reading import Reader
from app.person.store import MonthStatus, Patch
from core.periods import Period


@dataclass(frozen=True)
class Cube:
    """months: every month from the first to the last, gaps among them; loaded: those that were; counted: incidents by neighbourhood and
    month, a month without any left out."""

    months: tuple[date, ...]
    loaded: frozenset[date]
    counted: Mapping[str, Mapping[date, int]]


def read(reader: Reader, choice: Choice, patch: Patch) -> Cube:
    """The cube of a kind; where no pattern was worked out, the months of the period."""
    as_of = store.as_of(reader)
    span = store.cube_span(reader, choice, as_of) or choice.period
    return cube_of(span, person_store.months(reader), store.months(reader, choice, patch, as_of, span))


def cube_of(span: Period, status: Sequence[MonthStatus], counted: Mapping[str, Mapping[date, int]]) -> Cube:
    months = tuple(span.months())
    return Cube(months, frozenset(m.month for m in status if m.loaded) & frozenset(months), counted)


def months_of(spots: Sequence[HotSpot], cube: Cube) -> MapMonths:
    """What the slider moves through: a month without a record is 0, one that was not loaded is None."""
    drawn = [s.code for s in spots if s.outline is not None]
    return MapMonths(
        tuple(wording.month(m) for m in cube.months),
        tuple(drawn),
        tuple(tuple(cube.counted.get(code, {}).get(m, 0) if m in cube.loaded else None for m in cube.months) for code in drawn),
    )


def areas_of(spots: Sequence[HotSpot], palette: Palette) -> tuple[MapArea, ...]:
    """The neighbourhoods by name; colours and figures of a month are the slider's."""
    return tuple(MapArea(s.code, s.outline, palette.neutral, s.name) for s in spots if s.outline is not None)


def said(cube: Cube) -> str:
    """Which months the slider has, and which of them are gaps."""
    gaps = [wording.month(m) for m in cube.months if m not in cube.loaded]
    first, last = wording.month(cube.months[0]), wording.month(cube.months[-1])
    missing = f" Not loaded: {wording.listed(gaps)}." if gaps else ""
    return (
        f"What was recorded in each month from {first} to {last}, which the patterns are made of; a colour means the same number in every"
        f" month. One month of one neighbourhood is mostly chance.{missing}"
    )
