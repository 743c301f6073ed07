"""All areas of a level with one kind, as a table that is sorted by its address and read in pages."""

from __future__ import annotations

from dataclasses import dataclass

from app.area.profile import Figure, figure_of
from app.look import wording
from app.look.markup import Cell, Table
from app.region.measure_map import areas_shown
from core.languages.spoken import called, mark, say
from published import range_words
from published.release import Category, Place, Release

LEVELS = ("lsoa", "msoa", "lad", "force", "all")
ORDERS = {"name": mark("Name"), "rate": mark("Rate"), "number": mark("Number"), "people": mark("People")}
ON_A_PAGE = 100


@dataclass(frozen=True)
class EveryArea:
    """One page of the table. pages: how many there are; page: which this is, from 1."""

    table: Table
    page: int
    pages: int
    count: int


def every_area(release: Release, category: Category, level: str, order: str, page: int, district: str = "") -> EveryArea:
    """release: as it is for that level. Of a range the least it can be is what it is sorted by; without a figure a place comes last."""
    places = list(release.of(level)) if level in ("force", "all") else areas_shown(release, level, district)
    rows = [(p, figure_of(release, p, category.category)) for p in places]
    if order != "name":
        rows.sort(key=lambda row: _key(order, *row))
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return EveryArea(_table(release, category, shown), page, pages, len(rows))


def _key(order: str, place: Place, figure: Figure) -> tuple[bool, float, str]:
    """The largest first; the name settles what is equal."""
    value: float | None
    if order == "people":
        value = place.residents
    else:
        ends = None if figure.cell is None else figure.cell.ends
        value = None if ends is None else ends[0]
        if order == "rate" and value is not None:
            value = 1000 * value / place.residents if place.residents else None
    return value is None, -(value or 0), place.name


def _table(release: Release, category: Category, rows: list[tuple[Place, Figure]]) -> Table:
    covered = release.covered
    by = covered.to_a_year
    cells = [
        [
            Cell(p.label, link=f"/area/{p.geography}/{p.code}"),
            Cell(f.text if f.ranged or f.count is not None else f.words, number=True),
            Cell(
                f.year_text(covered) or f.rate_text,
                (say("chance: %(interval)s", interval=wording.interval(f.rate.times(by))),) if f.rate is not None else (),
                number=True,
            ),
            Cell("" if p.residents is None else f"{p.residents:,}", number=True),
        ]
        for p, f in rows
    ]
    caption = say(
        "%(kind)s, %(period)s: number, rate for every 1,000 people in a year, and people who live there",
        kind=category.label,
        period=covered.in_sentence,
    )
    if any(f.ranged and not f.worked_out for _, f in rows):
        caption += f". {called(range_words.STANDS_FOR)}"
    if any(f.worked_out for _, f in rows):
        caption += f". {called(range_words.MARK_MEANS)}"
    if other := wording.other_months(release.of_other_months(p for p, _ in rows)):
        caption += f". {other.rstrip('.')}"
    columns = [
        Cell(say("Area")),
        Cell(say("Number"), number=True),
        Cell(say("Rate"), number=True),
        Cell(say("People"), number=True),
    ]
    return Table(caption, columns, cells)
