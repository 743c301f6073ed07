"""Complaints that arose from stop and search, where a partner gives them: by month, by what was alleged, beside the searches. No drawing.

They come from a feed of indicators by district and month (stop_search_complaints, and stop_search_allegations_... for what was alleged).
A month counts where every district of the place that gives any has given it; others are gaps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.look import wording
from app.look.markup import Cell, Table
from app.outcomes.download import NOT_SHOWN, Row, Where, as_row
from app.person.reading import Reader
from app.violence.control import Point, points_of
from app.violence.tables import by_month
from core.periods import CoveredPeriod, Period
from core.poisson import Rate, rate_per_1000

CASES = "stop_search_complaints"
NOT_SUPPLIED = "Not supplied: no feed of complaints is loaded."
# a rate of fewer searches says nothing
_FEWEST = 100


@dataclass(frozen=True)
class Given:
    """Complaints, or allegations of one kind, of a district in a month."""

    name: str
    label: str
    publisher: str
    lad_code: str
    month: date
    number: int


@dataclass(frozen=True)
class Complaints:
    """Of a span. counts: complaints of each month that was given; alleged: what was alleged with how often, by name; rate: complaints per
    1,000 searches, of the months that both are known of."""

    covered: CoveredPeriod
    counts: Mapping[date, int]
    missing: tuple[date, ...]
    points: tuple[Point, ...]
    alleged: tuple[tuple[str, int], ...]
    rate: Rate | None
    publisher: str

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def given(reader: Reader, district: str) -> tuple[Given, ...]:
    """None of it is kept in memory: no run says when it was delivered anew."""
    return tuple(
        Given(str(r["name"]), str(r["label"]), str(r["publisher"]), str(r["lad_code"]), r["month"], int(r["number"]))
        for r in reader.rows("searches/complaints", {"district": district})
    )


def complaints_of(rows: Sequence[Given], searches: Mapping[date, int], period: Period) -> Complaints | None:
    """None where no complaint was ever given of the place. searches: of each loaded month of the span."""
    cases = [r for r in rows if r.name == CASES]
    if not cases:
        return None
    districts = {r.lad_code for r in cases}
    by: dict[date, dict[str, int]] = {}
    for r in cases:
        by.setdefault(r.month, {})[r.lad_code] = r.number
    whole = {m: sum(of.values()) for m, of in by.items() if of.keys() == districts and period.start <= m <= period.end}
    counts = dict(sorted(whole.items()))
    missing = tuple(m for m in period.months() if m not in counts)
    alleged: dict[str, int] = {}
    for r in rows:
        if r.name != CASES:
            alleged[r.label] = alleged.get(r.label, 0) + (r.number if r.month in counts else 0)
    both = [m for m in counts if m in searches]
    searched = sum(searches[m] for m in both)
    rate = rate_per_1000(sum(counts[m] for m in both), searched) if searched >= _FEWEST else None
    covered = CoveredPeriod.of(period, counts)
    return Complaints(covered, counts, missing, points_of(counts), tuple(sorted(alleged.items())), rate, cases[0].publisher)


def sentences_of(found: Complaints, where: str) -> tuple[str, ...]:
    if not found.counts:
        return ("No month of this span was given.",)
    said = [f"{wording.plural(found.total, 'complaint')} that arose from stop and search in {where}, {found.covered}."]
    if found.rate is not None:
        said.append(
            f"That is {wording.rate(found.rate.per_1000)} for every 1,000 searches ({wording.interval(found.rate)}), of the months of which"
            " both are known."
        )
    said.append(
        "A complaint is counted in the month in which it was recorded, which may come long after the search; one may hold several"
        " allegations. Few of those who are searched complain, so a low number does not say that all went well."
    )
    return tuple(said)


def months_table(found: Complaints, caption: str) -> Table:
    return by_month(caption, "Complaints", found.counts, found.missing, found.points)


def alleged_table(found: Complaints, caption: str) -> Table:
    rows = [[Cell(name), Cell(f"{n:,}", number=True)] for name, n in found.alleged]
    return Table(
        f"{caption}. One complaint may hold several",
        [Cell("What was alleged"), Cell("Allegations", number=True)],
        rows,
        narrow=True,
    )


def rows_of(found: Complaints | None, where: Where) -> list[Row]:
    """Of the file of tables; where nothing is given, one row that says so."""
    if found is None:
        return [as_row("complaints", where, "Complaints", None, None, "number", NOT_SHOWN, "not supplied")]
    of = Where(where.place, where.place_code, where.crimes, str(found.covered.period), found.covered)
    rate = NOT_SHOWN if found.rate is None else (found.rate.per_1000, found.rate.lower, found.rate.upper)
    rows = [as_row("complaints", of, "Complaints", found.total, None, "per 1,000 searches", rate, "")]
    for m in sorted([*found.counts, *found.missing]):
        there = m in found.counts
        note = "" if there else "not supplied"
        rows.append(as_row("complaints, by month", of, f"{m:%Y-%m}", found.counts.get(m), None, "number", NOT_SHOWN, note))
    rows += [
        as_row("allegations", of, name, n, None, "number", NOT_SHOWN, "one complaint may hold several") for name, n in found.alleged
    ]
    return rows
