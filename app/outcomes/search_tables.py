"""The tables of stop and search: how often it found what was searched for, what came of it, and searches by ethnic group."""

from __future__ import annotations

from collections.abc import Sequence

from app.look.markup import Cell, Table
from app.outcomes import search_report as report
from app.outcomes.report import limits, percent
from app.outcomes.search_report import Disparity, FoundRate
from app.outcomes.search_store import Searches


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
