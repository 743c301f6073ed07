"""The tables of stop and search: how often it found what was searched for, what came of it, and searches by ethnic group."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.look import wording
from app.look.markup import Cell, Table
from app.outcomes.report import limits, percent
from app.searches import report
from app.searches.persons import Filled, Noted, filled_words
from app.searches.report import Disparity, FoundRate
from app.searches.store import Searches


def found_table(rates: Sequence[FoundRate], head: str, caption: str) -> Table:
    rows = [
        [
            Cell(r.name),
            Cell(f"{r.stops:,}", number=True),
            Cell(f"{r.unknown:,}", number=True),
            Cell(percent(r.share) if r.share else "not shown", (limits(r.share) if r.share else r.why_not,), number=True),
        ]
        for r in rates
    ]
    columns = [Cell(head), Cell("Searches", number=True), Cell("Link unknown", number=True), Cell("Found", number=True)]
    text = (
        f"{caption}, by name. Found: searches whose outcome is linked to what was looked for, of those whose link is known, with the 95%"
        " interval (Wilson)"
    )
    return Table(text, columns, rows)


def came_of_table(searches: Sequence[Searches], district: str, caption: str) -> Table:
    rows = [
        [Cell(name), Cell(f"{share.part:,}", number=True), Cell(percent(share), (limits(share),), number=True)]
        for name, share in report.outcome_counts(searches, district)
    ]
    text = f"{caption}. Share of all searches, with its 95% interval. An outcome need not have to do with what was looked for"
    return Table(text, [Cell("Outcome"), Cell("Searches", number=True), Cell("Share", number=True)], rows, narrow=True)


def noted_table(of: Noted, head: str, caption: str) -> Table:
    """Searches of persons by age or sex: how many, their share of those of which it is noted, and how often they found it."""
    rows = []
    for r in of.rates:
        share = of.share(r)
        rows.append(
            [
                Cell(r.name),
                Cell(f"{r.stops:,}", number=True),
                Cell(percent(share) if share else "not shown", (limits(share),) if share else (), number=True),
                Cell(percent(r.share) if r.share else "not shown", (limits(r.share) if r.share else r.why_not,), number=True),
            ]
        )
    missing = of.persons - of.stated
    rows.append([Cell("Not stated"), Cell(f"{missing:,}", number=True), Cell("", number=True), Cell("", number=True)])
    columns = [Cell(head), Cell("Searches", number=True), Cell("Share", number=True), Cell("Found", number=True)]
    return Table(f"{caption}; searches of persons. Share of those of which it is noted; 95% intervals", columns, rows)


def filled_table(rows: Sequence[Filled], caption: str) -> Table:
    cells = [
        [
            Cell(f.field, (f"of {f.of}",)),
            Cell(f"{f.share.part:,} of {f.share.whole:,}", number=True),
            Cell(filled_words(f.share.part, f.share.whole), number=True),
        ]
        for f in rows
    ]
    columns = [Cell("Field"), Cell("Filled in", number=True), Cell("Share", number=True)]
    return Table(f"{caption}. How often the force fills in what the figures are made of", columns, cells, narrow=True)


def found_months_table(months: Sequence[tuple[date, FoundRate]], caption: str) -> Table:
    """Newest first."""
    rows = [
        [
            Cell(wording.month(month)),
            Cell(f"{r.found:,} of {r.known:,}", number=True),
            Cell(percent(r.share) if r.share else "not shown", (limits(r.share) if r.share else r.why_not,), number=True),
        ]
        for month, r in reversed(months)
    ]
    columns = [Cell("Month"), Cell("Found, of those whose link is known", number=True), Cell("Share", number=True)]
    return Table(f"{caption}; with 95% intervals", columns, rows, narrow=True, scrolls="Found, by month")


def years_table(years: Sequence[tuple[str, Disparity]], caption: str) -> Table:
    """years: months in words, oldest first. One row a group and year."""
    rows = [
        [
            Cell(group.label, (period,)),
            Cell(f"{group.stops:,}", number=True),
            Cell(report.ratio_words(group.ratio) or "not shown", number=True),
            Cell(report.ratio_words(group.within) or "not shown", number=True),
        ]
        for label in dict.fromkeys(g.label for _, d in years for g in d.rows if g.group != "white")
        for period, d in reversed(years)
        for group in d.rows
        if group.label == label
    ]
    columns = [
        Cell("Group as people gave it"), Cell("Searches", number=True), Cell("Times as many per resident as White", number=True),
        Cell("Inside the same neighbourhoods", number=True),
    ]  # fmt: skip
    return Table(f"{caption}, each year beside the others; ratios with 95% intervals", columns, rows, scrolls="Ratios by year")


def disparity_table(found: Disparity, caption: str) -> Table:
    rows = [
        [
            Cell(r.label, (f"{r.residents:,.0f} residents",)),
            Cell(f"{r.stops:,}", (f"{r.officer_stops:,} by officers",), number=True),
            Cell(_ratio(r.group, report.ratio_words(r.ratio)), number=True),
            Cell(_ratio(r.group, report.ratio_words(r.within)), number=True),
            Cell(_ratio(r.group, report.ratio_words(r.officer_ratio), r.group in report.BOTH_WAYS), number=True),
            Cell(
                percent(r.found.share) if r.found.share else "not shown",
                (limits(r.found.share) if r.found.share else r.found.why_not,),
                number=True,
            ),
        ]
        for r in found.rows
    ]
    stated = f"{found.not_stated:,} by the person, {found.officer_not_stated:,} by officers"
    rows.append(
        [Cell("Not stated", (stated,)), Cell(f"{found.not_stated:,}", number=True), *(Cell("", number=True) for _ in range(4))]
    )
    columns = [
        Cell("Group as people gave it"), Cell("Searches", number=True), Cell("Times as many per resident as White", number=True),
        Cell("Inside the same neighbourhoods", number=True), Cell("By the officer's word", number=True), Cell("Found", number=True),
    ]  # fmt: skip
    text = f"{caption}; searches of persons. Ratios with their 95% intervals; residents of the census of 2021"
    return Table(text, columns, rows, scrolls="Searches by ethnic group")


def _ratio(group: str, words: str, comparable: bool = True) -> str:
    if group == "white":
        return "1 (compared with)"
    return words or ("not shown" if comparable else "not comparable")
