"""What each tile of a dashboard says: the newest figure with its interval, its months with their limits, gaps, and what it is. No drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from app.hotspots.store import groups
from app.look import wording
from app.look.markup import Table, Tile
from app.outcomes import report as outcome_report
from app.outcomes import store as outcome_store
from app.outcomes.words import CHARGED, kind_of
from app.own_dashboard import measures, store
from app.own_dashboard.bars import Bars, bars_of
from app.own_dashboard.indicators import figure_of, periods_of, periods_table
from app.own_dashboard.measures import Measure, Wanted
from app.person.reading import Reader
from app.person.store import Patch, months
from app.searches import store as search_store
from app.searches.report import FoundRate
from app.violence import control
from app.violence import store as count_store
from app.violence.control import Point
from app.violence.spans import a_year, total_of, way_of
from app.violence.store import PartnerMonths
from app.violence.tables import by_month
from core.periods import CoveredPeriod, Period, add_months, months_in_words
from core.poisson import count_limits, rate_per_1000
from core.proportion import Proportion, proportion
from published.count_change import change_words

_Of = TypeVar("_Of")
_YEAR = 12
NOT_SUPPLIED = "not supplied"
_FOLLOWED = 6
BY_DISTRICT = "It is counted by whole districts. Choose one, or all of them."


@dataclass(frozen=True)
class Line:
    """Months of a tile, those that the chart shows. percent: they are shares; unsaid: loaded months of which too few are known for one."""

    values: Mapping[date, float]
    points: tuple[Point, ...]
    missing: tuple[date, ...]
    percent: bool = False
    unsaid: tuple[date, ...] = ()

    @property
    def standing_out(self) -> tuple[Point, ...]:
        """Of the newest twelve months."""
        last = max(self.values)
        return tuple(p for p in self.points if p.signal and p.month > add_months(last, -_YEAR))


@dataclass(frozen=True)
class Figure:
    """A figure as a file gives it: of a span, or of a period as its publisher names it. covered None: the publisher's period alone."""

    value: float | None
    lower: float | None
    upper: float | None
    unit: str
    covered: CoveredPeriod | None
    period: str = ""


@dataclass(frozen=True)
class TileContent:
    """A tile. figure None where there is none, and why_not says why; line None where there are no months; bars: of an indicator, None where
    there is nothing to draw; figures: as a file gives them."""

    wanted: Wanted
    title: str
    where: str
    measure: Measure | None
    figure: Tile | None = None
    line: Line | None = None
    table: Table | None = None
    why_not: str = ""
    figures: tuple[Figure, ...] = field(default=(), repr=False)
    bars: Bars | None = None

    @property
    def heading(self) -> str:
        return f"{self.title}, {self.where}" if self.where else self.title


@dataclass(frozen=True)
class _Place:
    """A place of the tiles with what several of them ask. residents: None where there is no population; partners: where a tile has events."""

    patch: Patch
    residents: float | None
    partners: tuple[PartnerMonths, ...]


def build(
    reader: Reader, wanted: Sequence[Wanted], offered: Mapping[str, Measure], patches: Mapping[str, Patch]
) -> tuple[TileContent, ...]:
    """Each tile in order. patches: those of the places that the person may see, by code."""
    events = {w.place for w in wanted if w.measure.startswith(f"{measures.EVENT}.")}
    held = {
        code: _Place(patch, _residents(reader, patch), count_store.partners(reader, patch) if code in events else ())
        for code, patch in patches.items()
    }
    return tuple(_tile(reader, w, offered.get(w.measure), held.get(w.place)) for w in wanted)


def _tile(reader: Reader, wanted: Wanted, measure: Measure | None, place: _Place | None) -> TileContent:
    if measure is None:
        why = "Nothing of that name is loaded any more, or your account does not open it."
        return TileContent(wanted, "Not there", "", None, why_not=why)
    if place is None:
        return TileContent(wanted, measure.label, "", measure, why_not="Your account does not open the place of this tile.")
    empty = TileContent(wanted, measure.label, place.patch.name, measure)
    if not measure.supplied:
        return _without(empty, NOT_SUPPLIED)
    return _MADE[measure.kind](reader, empty, measure, place)


def _without(of: TileContent, why: str) -> TileContent:
    return TileContent(of.wanted, of.title, of.where, of.measure, why_not=why)


def _residents(reader: Reader, patch: Patch) -> float | None:
    made = count_store.counted_at(reader)
    total = next((g.group_id for g in groups(reader) if g.kind == "total"), "")
    if made is None or not total:
        return None
    held = [p.residents for p in count_store.places(reader, made, total, patch) if not patch.msoa or p.code == patch.msoa]
    return sum(r for r in held if r) or None


def _recorded(reader: Reader, of: TileContent, measure: Measure, place: _Place) -> TileContent:
    loaded = [m.month for m in months(reader) if m.loaded]
    made = count_store.counted_at(reader)
    if not loaded or made is None:
        return _without(of, NOT_SUPPLIED)
    found = dict.fromkeys(loaded, 0)
    for (_, month), n in count_store.months(reader, made, measure.name, place.patch).items():
        if month in found:
            found[month] += n
    return _counted(of, found, place.residents)


def _events(reader: Reader, of: TileContent, measure: Measure, place: _Place) -> TileContent:
    held = measures.months_of(reader, measure)
    if not held:
        return _without(of, NOT_SUPPLIED)
    found = dict.fromkeys(held, 0)
    for feed in place.partners:
        if feed.feed == measure.name:
            for (category, month), n in feed.by_category.items():
                if measure.category in ("", category):
                    found[month] = found.get(month, 0) + n
    return _counted(of, found, place.residents)


def _searched(reader: Reader, of: TileContent, measure: Measure, place: _Place) -> TileContent:
    held = _months_of_searches(reader, place.patch)
    if isinstance(held, str):
        return _without(of, held)
    return _counted(of, {m: r.stops for m, r in held.items()}, place.residents)


def _found(reader: Reader, of: TileContent, measure: Measure, place: _Place) -> TileContent:
    held = _months_of_searches(reader, place.patch)
    if isinstance(held, str):
        return _without(of, held)

    def share(some: Sequence[FoundRate]) -> Proportion | None:
        return FoundRate("", sum(r.stops for r in some), sum(r.found for r in some), sum(r.known for r in some)).share

    return _shared(of, held, share)


def _months_of_searches(reader: Reader, patch: Patch) -> dict[date, FoundRate] | str:
    """Every loaded month, or why there are none."""
    made = outcome_store.made_at(reader)
    loaded = [] if made is None else [m.month for m in search_store.months(reader, made)]
    if made is None or not loaded:
        return NOT_SUPPLIED
    if patch.msoa or patch.own:
        return BY_DISTRICT
    rows = {r.month: r for r in search_store.by_month(reader, made, patch.district)}
    return {
        m: FoundRate("", rows[m].stops, rows[m].found, rows[m].found_known) if m in rows else FoundRate("", 0, 0, 0) for m in loaded
    }


def _charged(reader: Reader, of: TileContent, measure: Measure, place: _Place) -> TileContent:
    made = outcome_store.made_at(reader)
    followed = () if made is None else outcome_store.months(reader, made)
    at_least = max((n for n in outcome_report.follow_choices(followed) if n <= _FOLLOWED), default=None)
    if made is None or at_least is None:
        return _without(of, NOT_SUPPLIED)
    if place.patch.msoa or place.patch.own:
        return _without(of, BY_DISTRICT)
    counted = {m.month: [0, 0] for m in outcome_report.followed(followed, at_least)}
    for month, outcome, n in store.outcomes_by_month(reader, made, measure.name, place.patch.district, at_least):
        if month in counted:
            counted[month][0] += n if kind_of(outcome) is CHARGED else 0
            counted[month][1] += n

    def share(some: Sequence[list[int]]) -> Proportion | None:
        found = proportion(sum(s[0] for s in some), sum(s[1] for s in some))
        return None if found is None or found.whole < outcome_report.FEWEST else found

    return _shared(of, counted, share)


def _counted(of: TileContent, counts: Mapping[date, int], residents: float | None) -> TileContent:
    """A tile of what is counted month by month. counts: of every loaded month."""
    now, before, drawn, missing = _spans(counts)
    points = control.points_of(drawn)
    line = Line(drawn, points, missing)
    total = total_of(counts, now)
    lower, upper = count_limits(total)
    notes = [f"{now}. 95% interval {lower:,.0f} to {upper:,.0f}."]
    if before is not None:
        notes.append(f"{wording.capitalised(change_words(total_of(counts, before), before.loaded, total, now.loaded))}.")
    rate = a_year(rate_per_1000(total, residents), now) if residents else None
    if rate is not None:
        notes.append(f"{wording.rate(rate.per_1000)} a year per 1,000 residents ({wording.interval(rate)}).")
    last = max(counts)
    notes.append(f"{wording.month(last)}: {counts[last]:,}{_judged(points, '{:,.0f}'.format)}.")
    figures = [Figure(total, lower, upper, "number", now)]
    if rate is not None:
        figures.append(Figure(rate.per_1000, rate.lower, rate.upper, "a year per 1,000 residents", now))
    figures += [_of_month(m, counts.get(m), points, list(counts), "number") for m in sorted([*drawn, *missing])]
    tile = Tile("Newest 12 months", f"{total:,}", (*notes, *_standing_out(line)))
    table = by_month(f"{of.heading}, by month", "Number", drawn, missing, points)
    return TileContent(of.wanted, of.title, of.where, of.measure, tile, line, table, figures=tuple(figures))


def _shared(of: TileContent, held: Mapping[date, _Of], share: Callable[[Sequence[_Of]], Proportion | None]) -> TileContent:
    """A tile of a share. share: of some months together; None where too few are known to say one."""
    now, _, drawn, missing = _spans(held)
    by_month_ = {m: share([row]) for m, row in drawn.items()}
    percents = {m: 100 * s.share for m, s in by_month_.items() if s is not None}
    unsaid = tuple(m for m, s in by_month_.items() if s is None)
    whole = share([row for m, row in held.items() if now.period.start <= m <= now.period.end])
    if whole is None or not percents:
        return _without(of, "Too few are known to say a share.")
    points = control.levels_of(percents)
    line = Line(percents, points, missing, percent=True, unsaid=unsaid)
    last = max(percents)
    interval = f"{100 * whole.lower:.1f}% to {100 * whole.upper:.1f}%"
    notes = [
        f"{now}. 95% interval {interval}: {whole.part:,} of {whole.whole:,}.",
        f"{wording.month(last)}: {percents[last]:.1f}%{_judged(points, '{:.0f}%'.format)}.",
    ]
    if unsaid:
        notes.append(f"Too few for a share in {months_in_words(unsaid)}.")
    figures = [Figure(100 * whole.share, 100 * whole.lower, 100 * whole.upper, "percent", now)]
    figures += [_of_month(m, percents.get(m), points, list(held), "percent") for m in sorted([*drawn, *missing])]
    tile = Tile("Newest 12 months", f"{100 * whole.share:.1f}%", (*notes, *_standing_out(line)))
    table = by_month(f"{of.heading}, by month", "Share", percents, sorted([*missing, *unsaid]), points, percent=True)
    return TileContent(of.wanted, of.title, of.where, of.measure, tile, line, table, figures=tuple(figures))


def _indicator(reader: Reader, of: TileContent, measure: Measure, place: _Place) -> TileContent:
    given = store.indicator(reader, measure.name, place.patch)
    periods = periods_of(given, measure.unit)
    if not periods:
        by = wording.GEOGRAPHY.get(measure.given_by, measure.given_by)
        smaller = place.patch.msoa or place.patch.own
        return _without(of, f"It is given by {by}, and not for this place." if smaller else NOT_SUPPLIED)
    figures = tuple(Figure(p.value, p.lower, p.upper, p.unit, None, p.period) for p in periods)
    table = periods_table(f"{of.heading}, by period", periods)
    newest = [g.value for g in given if g.period == periods[-1].period and g.value is not None]
    bars = bars_of(periods, newest)
    return TileContent(of.wanted, of.title, of.where, of.measure, figure_of(periods), None, table, figures=figures, bars=bars)


def _spans(held: Mapping[date, _Of]) -> tuple[CoveredPeriod, CoveredPeriod | None, dict[date, _Of], tuple[date, ...]]:
    """The newest twelve months, the twelve before where any was loaded, the months that a chart shows, and those missing among them."""
    last = max(held)
    now = CoveredPeriod.of(Period.ending(last, _YEAR), held)
    earlier = CoveredPeriod.of(Period.ending(add_months(last, -_YEAR), _YEAR), held)
    drawn = {m: held[m] for m in sorted(held) if m >= add_months(last, 1 - control.NEWEST)}
    missing = CoveredPeriod.of(Period(min(drawn), last), held).missing
    return now, earlier if earlier.loaded else None, drawn, missing


def _judged(points: Sequence[Point], said: Callable[[float], str]) -> str:
    """How the newest month stands to its usual range."""
    if not points:
        return f"; no usual range yet, which takes {control.FEWEST} months"
    p = points[-1]
    way = way_of(p.count, p.lower, p.upper)
    return f", {way} {said(p.lower)} to {said(p.upper)}, its usual range"


def _standing_out(line: Line) -> list[str]:
    found = line.standing_out
    if not found:
        return []
    more = months_in_words(p.month for p in found if p.side > 0)
    fewer = months_in_words(p.month for p in found if p.side < 0)
    named = [f"{months_} ({way})" for months_, way in ((more, "more"), (fewer, "fewer")) if months_]
    return [f"Stands out: {wording.listed(named)}."]


def _of_month(month: date, value: float | None, points: Sequence[Point], loaded: Sequence[date], unit: str) -> Figure:
    """A month as a file gives it, its limits beside it; a missing one has no value."""
    p = next((p for p in points if p.month == month), None)
    covered = CoveredPeriod.of(Period(month, month), loaded)
    return Figure(value, None if p is None else p.lower, None if p is None else p.upper, f"{unit} a month, usual range", covered)


_Made = Callable[[Reader, TileContent, Measure, _Place], TileContent]
_MADE: Mapping[str, _Made] = {
    measures.GROUP: _recorded, measures.CHARGE: _charged, measures.SEARCHES: _searched, measures.FOUND: _found, measures.EVENT: _events,
    measures.INDICATOR: _indicator,
}  # fmt: skip
