"""Everything that the dashboard of serious violence says of a place, read in one transaction. No drawing here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.hotspots import store as analysis_store
from app.hotspots.store import Group
from app.hotspots.time_report import STOP_SEARCH
from app.hotspots.time_store import WeekTimes, week_times
from app.look import wording
from app.look.markup import Tile
from app.outcomes import report as outcome_report
from app.outcomes import store as outcome_store
from app.outcomes.report import KindShare
from app.outcomes.words import CHARGED
from app.person import store as person_store
from app.person.reading import Reader
from app.person.store import Patch
from app.violence import ages, control, partners, store
from app.violence.ages import Ages
from app.violence.control import Point
from app.violence.partners import Series
from app.violence.spans import a_year, total_of
from core.periods import CoveredPeriod, Period, add_months, months_in_words
from core.poisson import Counted, Rate, beside_whole, rate_per_1000
from published.count_change import change_words, months_note

SERIOUS = "serious_violence"
_PARTS = {"lad": "Districts", "msoa": "Local areas", "lsoa": "Neighbourhoods"}
YEAR = 12


@dataclass(frozen=True)
class Asked:
    """What the dashboard is of. made: when incidents were counted."""

    made: datetime
    patch: Patch
    group: Group


@dataclass(frozen=True)
class Kind:
    """A kind that the publisher names, over the newest twelve months and the twelve before."""

    name: str
    now: int
    before: int | None
    change: str


@dataclass(frozen=True)
class PlaceRow:
    """A part of the place. rate: a year, per 1,000 residents; None without a population. side: how it stands beside the whole
    (core.poisson.beside_whole)."""

    code: str
    name: str
    now: int
    before: int | None
    change: str
    rate: Rate | None
    side: int


@dataclass(frozen=True)
class Dashboard:
    """The page. before: None where the twelve months before hold none that was loaded. counts: of every loaded month; points, missing: of the
    months from since on, which are drawn."""

    asked: Asked
    title: str
    now: CoveredPeriod
    before: CoveredPeriod | None
    tiles: tuple[Tile, ...]
    counts: Mapping[date, int]
    points: tuple[Point, ...]
    missing: tuple[date, ...]
    since: date
    signals: tuple[str, ...]
    note: str
    kinds: tuple[Kind, ...]
    parts_are: str
    parts: tuple[PlaceRow, ...]
    whole_rate: Rate | None
    outcomes: tuple[KindShare, ...]
    outcomes_of: str
    hours: tuple[WeekTimes, ...]
    partners: tuple[Series, ...]
    ages: Ages

    @property
    def drawn(self) -> dict[date, int]:
        """Counts of the months that the chart shows."""
        return {m: n for m, n in self.counts.items() if m >= self.since}


def build(reader: Reader, asked: Asked) -> Dashboard | None:
    """None where no month was loaded."""
    patch, group = asked.patch, asked.group
    loaded = [m.month for m in person_store.months(reader) if m.loaded]
    if not loaded:
        return None
    span = CoveredPeriod.of(Period(loaded[0], loaded[-1]), loaded)
    now = CoveredPeriod.of(Period.ending(loaded[-1], YEAR), loaded)
    earlier = CoveredPeriod.of(Period.ending(add_months(now.period.start, -1), YEAR), loaded)
    before = earlier if earlier.loaded else None
    by_kind = store.months(reader, asked.made, group.group_id, patch)
    counts = {m: sum(by_kind.get((c, m), 0) for c in group.categories) for m in loaded}
    since = next(m for m in loaded if m >= add_months(loaded[-1], 1 - control.NEWEST))
    points = control.points_of({m: n for m, n in counts.items() if m >= since})
    parts, whole_rate, parts_are = _parts(reader, asked, now, before)
    shares, followed, recent = _outcomes(reader, asked, since)
    return Dashboard(
        asked=asked,
        title=f"{_short(group)} in {patch.name}",
        now=now,
        before=before,
        tiles=_tiles(counts, points, now, before, whole_rate, shares if recent else (), followed),
        counts=counts,
        points=points,
        missing=tuple(m for m in span.missing if m >= since),
        since=since,
        signals=_signals(points),
        note=months_note(before, now) if before is not None else "",
        kinds=_kinds(by_kind, group, now, before),
        parts_are=parts_are,
        parts=parts,
        whole_rate=whole_rate,
        outcomes=shares,
        outcomes_of=followed,
        hours=_hours(reader, patch),
        partners=partners.series_of(store.partners(reader, patch)),
        ages=ages.build(reader, patch),
    )


def _short(group: Group) -> str:
    """'Serious violence': what stands in brackets behind a label is said below."""
    return group.label.split(" (")[0]


def _change(before: int | None, months_before: int, now: int, months_now: int) -> str:
    return "" if before is None else change_words(before, months_before, now, months_now)


def _rate(count: int, residents: float | None, covered: CoveredPeriod) -> Rate | None:
    return a_year(rate_per_1000(count, residents), covered) if residents and covered.loaded else None


def _tiles(
    counts: Mapping[date, int], points: tuple[Point, ...], now: CoveredPeriod, before: CoveredPeriod | None, rate: Rate | None,
    shares: tuple[KindShare, ...], followed: str,
) -> tuple[Tile, ...]:  # fmt: skip
    total = total_of(counts, now)
    earlier = None if before is None else total_of(counts, before)
    changed = _change(earlier, 0 if before is None else before.loaded, total, now.loaded)
    made = [Tile("Recorded in the newest 12 months", f"{total:,}", (str(now), changed and f"{changed[:1].upper()}{changed[1:]}."))]
    last = max(counts)
    if points:
        point = points[-1]
        judged = f"{_where(point)} {point.lower:,.0f} to {point.upper:,.0f}, its usual range"
    else:
        judged = f"no usual range yet: {control.FEWEST} loaded months are needed"
    made.append(Tile(wording.month(last), f"{counts[last]:,}", (f"{judged[:1].upper()}{judged[1:]}.",)))
    if rate is not None:
        made.append(Tile("A year per 1,000 residents", wording.rate(rate.per_1000), (f"95% interval {wording.interval(rate)}.",)))
    charged = next((s for s in shares if s.kind is CHARGED), None)
    if charged is not None and charged.share.whole >= outcome_report.FEWEST:
        limits = outcome_report.limits(charged.share)
        made.append(Tile(CHARGED.label, outcome_report.percent(charged.share), (f"95% interval {limits}, crimes of {followed}.",)))
    return tuple(made)


def _where(point: Point) -> str:
    if point.count > point.upper:
        return "above"
    return "below" if point.count < point.lower else "within"


def _signals(points: tuple[Point, ...]) -> tuple[str, ...]:
    """The newest twelve months in words: each run of one signal once."""
    if not points:
        return (f"Too few months for limits: {control.FEWEST} loaded ones are needed, with neighbours among them.",)
    recent = points[-YEAR:]
    alike: dict[tuple[str, int], list[Point]] = {}
    for point in recent:
        if point.signal:
            alike.setdefault((point.signal, point.side), []).append(point)
    if not alike:
        return (f"None of the newest {wording.plural(len(recent), 'loaded month')} stands out from the others.",)
    return tuple(_signal_words(signal, side, alike[signal, side]) for signal, side in sorted(alike, key=lambda s: _ORDER[s[0]]))


_ORDER = {control.OUTSIDE: 0, control.RUN: 1, control.NEAR: 2}


def _signal_words(signal: str, side: int, months: list[Point]) -> str:
    way = "more" if side > 0 else "fewer"
    if signal == control.OUTSIDE:
        when = wording.listed([f"{wording.month(p.month)} ({p.count:,})" for p in months])
        verb = "lies" if len(months) == 1 else "lie"
        return f"{when} {verb} outside the usual range: {way} than ups and downs from month to month explain."
    when = months_in_words(p.month for p in months)
    if signal == control.RUN:
        return (
            f"{when}: part of eight months or more in a row with {way} than usual. That is a shift, not chance from month to month."
        )
    return f"{when}: {way} than usual, and near the {'upper' if side > 0 else 'lower'} limit in three months of four."


def _kinds(
    by_kind: Mapping[tuple[str, date], int], group: Group, now: CoveredPeriod, before: CoveredPeriod | None
) -> tuple[Kind, ...]:
    found = []
    for category in group.categories:
        counts = {m: n for (c, m), n in by_kind.items() if c == category}
        total, earlier = total_of(counts, now), None if before is None else total_of(counts, before)
        found.append(Kind(category, total, earlier, _change(earlier, 0 if before is None else before.loaded, total, now.loaded)))
    return tuple(sorted(found, key=lambda k: (-k.now, k.name)))


def _parts(
    reader: Reader, asked: Asked, now: CoveredPeriod, before: CoveredPeriod | None
) -> tuple[tuple[PlaceRow, ...], Rate | None, str]:
    """The parts of the patch (store.parts_are), and the rate of the whole they are set against, a year."""
    patch, group_id = asked.patch, asked.group.group_id
    places = store.places(reader, asked.made, group_id, patch)
    counted = store.months_by_place(reader, asked.made, group_id, patch)
    rows = []
    residents: dict[str, float] = {}
    total, people = 0, 0.0
    for place in places:
        if patch.msoa and place.code != patch.msoa:
            continue
        counts = {m: n for (c, m), n in counted.items() if c == place.code}
        one, earlier = total_of(counts, now), None if before is None else total_of(counts, before)
        total, people = total + one, people + (place.residents or 0.0)
        change = _change(earlier, 0 if before is None else before.loaded, one, now.loaded)
        rows.append(PlaceRow(place.code, place.name, one, earlier, change, _rate(one, place.residents, now), 0))
        residents[place.code] = place.residents or 0.0
    whole = _rate(total, people, now)
    # counts and not rates: what is beyond chance depends on how many were counted, whatever time the rate is said for
    rows = [_beside(r, residents[r.code], Counted(total, total, people)) for r in rows]
    rows.sort(key=lambda r: (-(r.rate.per_1000 if r.rate is not None else 0.0), r.name))
    return (() if patch.msoa else tuple(rows)), whole, _PARTS[store.parts_are(patch)]


def _beside(row: PlaceRow, residents: float, whole: Counted) -> PlaceRow:
    if row.rate is None:
        return row
    return replace(row, side=beside_whole(Counted(row.now, row.now, residents), whole))


def _outcomes(reader: Reader, asked: Asked, since: date) -> tuple[tuple[KindShare, ...], str, bool]:
    """What became of crimes followed for half a year, else of all that were followed; of which months; whether they are of the months drawn.

    Of districts alone: of smaller areas outcomes are not counted.
    """
    made = outcome_store.made_at(reader)
    if made is None or asked.patch.msoa or asked.patch.own:
        return (), "", False
    months = outcome_store.months(reader, made)
    at_least = max((n for n in outcome_report.follow_choices(months) if n <= 6), default=None)
    if at_least is None:
        return (), "", False
    rows = outcome_store.outcomes(reader, made, at_least)
    crimes = outcome_report.crimes_by_outcome(rows, asked.group.categories, asked.patch.district)
    followed = outcome_report.followed(months, at_least)
    return outcome_report.shares(crimes), outcome_report.spans(followed), max(m.month for m in followed) >= since


def _hours(reader: Reader, patch: Patch) -> tuple[WeekTimes, ...]:
    """When partners' records of violence happened, of whole districts: hours are counted for these alone."""
    if patch.msoa or patch.own:
        return ()
    return tuple(t for t in week_times(reader, patch) if t.source != STOP_SEARCH and partners.is_of_violence(t.source))


def serious_first(reader: Reader) -> list[Group]:
    """Every group, those that cut across the others first: what a partnership defined itself."""
    return sorted(analysis_store.groups(reader), key=lambda g: (g.group_id != SERIOUS, g.kind != "overlay"))
