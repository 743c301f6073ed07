"""Shares of published searches, and when one may be given: what every part of the public page of stop and search works with."""

from __future__ import annotations

from collections.abc import Sequence

from app.area.profile import Figure
from app.look.markup import Cell
from core.languages.spoken import called
from core.proportion import Proportion, proportion
from published import range_words
from published.release import Place
from published.searches import ETHNICITY, NOT_STATED, PublishedSearches, SearchGroup

# no share, rate or ratio of fewer, and no ratio where the ethnic group is not known of more than this share
FEWEST, MOST_UNKNOWN = 10, 0.25


def known_enough(found: PublishedSearches, place: Place) -> bool:
    share = ethnicity_unknown(found, place)
    return share is not None and share.share <= MOST_UNKNOWN


def ethnicity_unknown(found: PublishedSearches, place: Place) -> Proportion | None:
    group = next((g for g in found.of(ETHNICITY) if g.ethnicity == NOT_STATED), None)
    return None if group is None else share_of(found, place, group)


def count_of(found: PublishedSearches, place: Place, group: SearchGroup) -> int | None:
    cell = found.cell(place.geography, place.code, group)
    return None if cell is None else cell.count


def share_of(found: PublishedSearches, place: Place, group: SearchGroup, of: SearchGroup | None = None) -> Proportion | None:
    """Of all searches, or of those of another group; None where one of the two figures is withheld, or there are under FEWEST."""
    part, whole = count_of(found, place, group), count_of(found, place, of or found.all)
    return None if part is None or whole is None or whole < FEWEST else proportion(part, whole)


def figure_cell(found: PublishedSearches, place: Place, group: SearchGroup) -> Cell:
    cell = found.cell(place.geography, place.code, group)
    return Cell(Figure(cell).text, number=True)


def ranged(found: PublishedSearches, place: Place, groups: Sequence[SearchGroup]) -> str:
    figures = [Figure(found.cell(place.geography, place.code, g)) for g in groups]
    said = f". {called(range_words.STANDS_FOR)}" if any(f.ranged and not f.worked_out for f in figures) else ""
    return said + (f". {called(range_words.MARK_MEANS)}" if any(f.worked_out for f in figures) else "")
