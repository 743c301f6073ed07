"""Everything that My patch says, read in one transaction: the five places, why each stands there, and what is behind them. No drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from app.hotspots import report, trust_report, trust_store
from app.hotspots import store as hot_spots
from app.hotspots.store import Choice, Group, HotSpot
from app.look import wording
from app.look.outlines import bounds_of
from app.look.where import MapPlaces
from app.patch import store, words
from app.patch.changes import Change, changes_of
from app.patch.store import Known, Next
from app.person import store as person_store
from app.person.reading import Reader
from app.person.store import MonthStatus, Patch
from app.problems.listing import Listed
from core.periods import add_months

MOST_PLACES = 5


@dataclass(frozen=True)
class Asked:
    """A patch, a kind, and the analysis of neighbourhoods that is looked at."""

    patch: Patch
    group: Group
    choice: Choice


@dataclass(frozen=True)
class Place:
    """One of the five. name: as people say it; beside: the name of the statistics, '' where it is the same. usual: mean of the months
    before the last; series: incidents by month, None for a gap; expected: of the month to come, '' where nothing is; figures: what
    stands behind the words, label and value."""

    number: int
    code: str
    name: str
    beside: str
    recorded: str
    why: str
    trend: str
    sure: str
    expected: str
    last: int
    usual: float | None
    series: tuple[int | None, ...]
    figures: tuple[tuple[str, str], ...]
    lon: float
    lat: float


@dataclass(frozen=True)
class MyPatch:
    """The page of a patch. stands: until when its advice may be followed; expired: whether that is over; order: what the list is sorted
    by; changes: every place whose months have a pattern; points: places of interest that the map can show; how: what is known of the way
    in which this was made, paragraphs under headings; tried: problem files about places here, as everyone may read them."""

    asked: Asked
    title: str
    stands: str
    expired: bool
    order: str
    missing: str
    places: tuple[Place, ...]
    spots: tuple[HotSpot, ...]
    how: tuple[tuple[str, tuple[str, ...]], ...] = field(repr=False)
    changes: tuple[Change, ...] = ()
    points: tuple[MapPlaces, ...] = field(default=(), repr=False)
    tried: tuple[Listed, ...] = ()


def build(reader: Reader, asked: Asked, today: date | None = None) -> MyPatch:
    """The page of a patch. today: by default this day in UTC."""
    choice, patch = asked.choice, asked.patch
    spots = hot_spots.hot_spots(reader, choice, patch)
    status = person_store.months(reader)
    as_of = store.as_of(reader)
    known = store.places(reader, choice, patch, as_of)
    counted = store.months(reader, choice, patch, as_of)
    months = [m for m in status if choice.period.start <= m.month <= choice.period.end]
    series = {s.code: series_of(counted.get(s.code, {}), months) for s in spots}
    ahead = next_month(known, months)
    chosen = ranked([s for s in spots if s.code in known], {code: strength(n, ahead.get(code)) for code, n in series.items()})
    today = today or datetime.now(tz=UTC).date()
    return MyPatch(
        asked=asked,
        title=f"My patch: {patch.name}",
        stands=stands_until(choice.expires_on, today),
        expired=choice.expires_on is not None and today > choice.expires_on,
        order=order_of(ahead),
        missing=report.months_missing(choice),
        places=tuple(
            _place(n, s, known[s.code], ahead.get(s.code), series[s.code], months)
            for n, s in enumerate(chosen[:MOST_PLACES], start=1)
        ),
        spots=spots,
        how=tuple(_how(reader, asked, spots, status)),
        changes=changes_of(spots, known, series),
        points=_points(reader, spots, as_of),
        tried=store.tried(reader, patch, today),
    )


def _points(reader: Reader, spots: Sequence[HotSpot], as_of: datetime | None) -> tuple[MapPlaces, ...]:
    outlines = {s.code: s.outline for s in spots if s.outline is not None}
    return store.points(reader, bounds_of(outlines), as_of) if outlines else ()


def series_of(counted: Mapping[date, int], months: Sequence[MonthStatus]) -> tuple[int | None, ...]:
    """Incidents of each month: none is a zero, and a month that was not loaded is None."""
    return tuple(counted.get(m.month, 0) if m.loaded else None for m in months)


def last_and_usual(series: Sequence[int | None]) -> tuple[int, float | None]:
    """Incidents of the last loaded month, and the mean of the loaded months before it; None where there is none."""
    loaded = [n for n in series if n is not None]
    if not loaded:
        return 0, None
    *before, last = loaded
    return last, sum(before) / len(before) if before else None


def next_month(known: Mapping[str, Known], months: Sequence[MonthStatus]) -> dict[str, Next]:
    """What is expected in the month after the last loaded one of these, by code; of an earlier period nothing is."""
    loaded = [m.month for m in months if m.loaded]
    if not loaded:
        return {}
    following = add_months(loaded[-1], 1)
    return {code: k.next for code, k in known.items() if k.next is not None and k.next.month == following}


def strength(series: Sequence[int | None], ahead: Next | None) -> float:
    """What a place is ranked by: what is expected next, by the rule that its record is for; where nothing is, its mean month."""
    loaded = [n for n in series if n is not None]
    return ahead.expected if ahead is not None else sum(loaded) / len(loaded) if loaded else 0.0


def ranked(spots: Sequence[HotSpot], strengths: Mapping[str, float]) -> list[HotSpot]:
    """The strongest first, hot before cold."""
    return sorted(spots, key=lambda s: (s.kind == "cold", -strengths[s.code], s.name, s.code))


def order_of(ahead: Mapping[str, Next]) -> str:
    """What the list is in the order of."""
    if not ahead:
        return "The list is in the order of what was recorded in an average month of this period, cold spots last."
    first = next(iter(ahead.values()))
    by = (
        "by a rule that foretold months better than the counts of the months before did"
        if first.rule == "foretold"
        else "by the counts of the months before, which no rule that was tried beats for this kind"
    )
    return f"The list is in the order of what is expected in {wording.month(first.month)}, {by}; cold spots last."


def stands_until(expires_on: date | None, today: date) -> str:
    """Until when one may act on what is said here."""
    if expires_on is None:
        return "Stands until new months are loaded."
    if today > expires_on:
        return f"Expired on {wording.day(expires_on)}: history, not advice, until newer months are loaded."
    return f"Stands until {wording.day(expires_on)}, or until new months are loaded."


def _place(
    number: int, spot: HotSpot, known: Known, ahead: Next | None, series: tuple[int | None, ...], months: Sequence[MonthStatus]
) -> Place:
    last, usual = last_and_usual(series)
    month = next((m.month for m in reversed(months) if m.loaded), None)
    sure = words.sureness(spot, known.held)
    trend = words.trend_word(known.pattern)
    return Place(
        number=number,
        code=spot.code,
        name=known.near or known.name,
        beside=known.name if known.near else "",
        recorded=words.recorded(last, "" if month is None else f"{month:%B}", usual),
        why=words.why(spot, known.pattern),
        trend=trend,
        sure=sure.word,
        expected=""
        if ahead is None
        else f"{words.usually(ahead.expected)} expected in {ahead.month:%B} ({ahead.low:,} to {ahead.high:,})",
        last=last,
        usual=usual,
        series=series,
        figures=tuple(_figures(spot, known, ahead, series, months, sure, trend)),
        lon=known.lon,
        lat=known.lat,
    )


def _figures(
    spot: HotSpot,
    known: Known,
    ahead: Next | None,
    series: Sequence[int | None],
    months: Sequence[MonthStatus],
    sure: words.Sureness,
    trend: str,
) -> list[tuple[str, str]]:
    """What stands behind the words of a place."""
    found = [("How sure", f"{sure.word}: {sure.because}")]
    if ahead is not None:
        found.append(
            (
                f"Expected in {wording.month(ahead.month)}",
                f"{words.usually(ahead.expected)}; 90% interval {ahead.low:,} to {ahead.high:,}",
            )
        )
    over = f"{report.spot_words(spot)}, {spot.incidents:,} recorded"
    if spot.q_value is not None:
        over += f"; q {_small(spot.q_value)} after correcting for all places of the region"
    found.append(("Over the period", over))
    if known.pattern is not None:
        pattern = known.pattern
        found.append(
            ("Pattern", f"{pattern.name}; hot in {pattern.hot_steps}, cold in {pattern.cold_steps} of {pattern.steps} months")
        )
        if pattern.trend_z is not None and pattern.trend_p is not None:
            found.append(("Trend", f"{trend}; z {pattern.trend_z:+.1f}, p {_small(pattern.trend_p)}".replace("-", "\u2212")))
    if known.held is not None:
        found.append(("Other grids", f"{trust_report.held_words(known.held)}, at half, the same and double the cell size"))
    found.append(("By month", words.listed_months([(f"{m.month:%b %Y}", n) for m, n in zip(months, series, strict=True)])))
    return found


def _small(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.3f}"


def _how(
    reader: Reader, asked: Asked, spots: Sequence[HotSpot], status: Sequence[MonthStatus]
) -> list[tuple[str, tuple[str, ...]]]:
    choice, patch = asked.choice, asked.patch
    record = trust_report.track_sentences(trust_store.track_record(reader, choice), choice)
    sure = (
        report.MEASURE_NOTES.get(choice.measure, ""),
        report.proactive_note(asked.group, choice.measure),
        report.unplaced_note(status, choice),
        "Recorded crime is what was reported and recorded. The police publish an approximate point for each record, so one near an edge can"
        " be counted next door.",
    )
    return [
        ("How sure, in a word", words.RULE),
        ("Trend", (words.TREND_RULE,)),
        ("Hot spots here", report.statement(spots, choice, patch)),
        ("What such a map is worth as a forecast", record),
        ("What the figures can and cannot say", tuple(s for s in sure if s)),
    ]
