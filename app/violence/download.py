"""The dashboard's figures as one file, long form: each row says what it is, of when and where, and how sure."""

from __future__ import annotations

from app.look.csv_text import csv_text
from app.look.wording import HANDLING
from app.violence.content import Dashboard
from core.periods import CoveredPeriod, Period
from core.poisson import Rate

COLUMNS = (
    "table", "place", "place_code", "kind", "row", "period_start", "period_end", "number", "measure", "value", "lower_95", "upper_95", "note",
    "months_loaded", "months_missing", "handling",
)  # fmt: skip

Row = tuple[object, ...]


def csv_of(of: Dashboard) -> str:
    return csv_text(COLUMNS, rows_of(of))


def rows_of(of: Dashboard) -> list[Row]:
    patch, kind = of.asked.patch, of.asked.group.label
    where = (patch.name, patch.code or "*", kind)
    points = {p.month: p for p in of.points}
    rows: list[Row] = []
    for month in sorted([*of.counts, *of.missing]):
        covered = CoveredPeriod.of(Period(month, month), list(of.counts))
        p = points.get(month)
        limits = ("usual range", p.usual, p.lower, p.upper) if p is not None else ("", None, None, None)
        rows.append(_row("month", where, "", covered, of.counts.get(month), limits, p.signal if p is not None else ""))
    for period in (of.now, of.before):
        if period is None:
            continue
        for k in of.kinds:
            rows.append(_row("kind", where, k.name, period, k.now if period is of.now else k.before, _NONE, ""))
        for r in of.parts:
            is_now = period is of.now
            rate = _rate(r.rate) if is_now else _NONE
            rows.append(_row("place", (r.name, r.code, kind), r.name, period, r.now if is_now else r.before, rate, ""))
    for s in of.outcomes:
        share = ("share", s.share.share, s.share.lower, s.share.upper)
        rows.append(_row("outcome", where, s.kind.label, None, s.share.part, share, f"crimes of {of.outcomes_of}"))
    for age in of.ages.rows:
        rows.append(
            _row("age", (patch.name, patch.code or "*", _VICTIMS), age.band, of.ages.covered, age.victims, _rate(age.rate), "")
        )
    for place in of.ages.places:
        where_ = (place.name, place.code or "*", _VICTIMS)
        rows.append(_row("allowing for age", where_, "crude", of.ages.covered, place.victims, _rate(place.crude), ""))
        allowed = _rate(place.standardised, "a year per 1,000 residents, directly standardised, European Standard Population 2013")
        rows.append(_row("allowing for age", where_, "standardised", of.ages.covered, place.victims, allowed, ""))
    for series in of.partners:
        for month, n in sorted(series.events.items()):
            covered = CoveredPeriod(Period(month, month), (), noted=False)
            rows.append(_row("partner", where, series.name, covered, n, _NONE, ", ".join(series.feeds)))
    return rows


_Limited = tuple[str, float | None, float | None, float | None]
_VICTIMS = "victims of violence with injury"
_NONE: _Limited = ("", None, None, None)


def _rate(rate: Rate | None, measure: str = "a year per 1,000 residents") -> _Limited:
    return _NONE if rate is None else (measure, rate.per_1000, rate.lower, rate.upper)


def _row(
    table: str,
    where: tuple[str, str, str],
    row: str,
    covered: CoveredPeriod | None,
    number: int | None,
    limited: _Limited,
    note: str,
) -> Row:
    start, end = (covered.period.start, covered.last_day) if covered is not None else ("", "")
    loaded, missing = (covered.loaded_listed, covered.gaps_listed) if covered is not None else ("", "")
    return (table, *where, row, start, end, number, *limited, note, loaded, missing, HANDLING)
