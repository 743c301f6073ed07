"""Why a figure of a place is withheld, in this very case, and the range that stands in its place.

Everything is read from what was published: the symbol, the range, and which wider figures are shown. A number that is small and one that
stands back to protect a small one have the same symbol and the same words.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.area.profile import Figure, figure_of
from app.look import wording
from core.contracts import NOT_AVAILABLE
from core.languages.spoken import say
from published.release import TOTAL, Category, Place, Release
from published.sums import others_together


@dataclass(frozen=True)
class Withheld:
    """Kinds that are withheld for the same reason, each with what stands in its place."""

    kinds: tuple[tuple[Category, Figure], ...]
    why: str


def withheld_here(release: Release, place: Place) -> tuple[Withheld, ...]:
    """The withheld kinds of a place by reason, in the order of the release."""
    found: dict[str, list[tuple[Category, Figure]]] = {}
    for category in release.categories:
        figure = figure_of(release, place, category.category)
        if figure.withheld:
            found.setdefault(why_withheld(release, place, category, figure), []).append((category, figure))
    return tuple(Withheld(tuple(kinds), why) for why, kinds in found.items())


def why_withheld(release: Release, place: Place, category: Category, figure: Figure) -> str:
    """The reason in plain words; '' for a figure that is shown."""
    most = release.threshold - 1
    if not figure.withheld:
        return ""
    if figure.worked_out:
        return say("We do not print this number. But the other figures leave one number only, so it is no secret.")
    if figure.symbol == NOT_AVAILABLE:
        wider = wording.listed(_wider_not_shown(release, place, category))
        if wider:
            return say("The number for %(wider)s is not shown. So we print no number inside it, not even a 0.", wider=wider)
        return say("The number of a wider area, or a total, is not shown. So we print no number inside it, not even a 0.")
    if figure.ranged and figure.cell is not None and figure.cell.lowest is not None and figure.cell.lowest > most:
        return say(
            "This number is not small: it is at least %(number)s. It is held back because a small number next to it could be"
            " worked out from it by taking away.",
            number=f"{figure.cell.lowest:,}",
        )
    return say(
        "We never print a number from 1 to %(most)s, because it could point to a person. This may be one. Or it may be a larger one that"
        " would give a small one away. We do not say which.",
        most=most,
    )


def summed_up(release: Release, place: Place) -> str:
    """What the withheld kinds of a place make together; '' where that does not follow from its figures."""
    together = others_together(release, place)
    if together is None:
        return ""
    return say(
        "The %(kinds)s kinds with a range make %(number)s together: that is the total less the kinds shown.",
        kinds=len(together.categories),
        number=f"{together.count:,}",
    )


def _wider_not_shown(release: Release, place: Place, category: Category) -> list[str]:
    """What the figure is a part of and what is not shown itself."""
    found = []
    total = release.total
    if total is not None and category.kind != TOTAL:
        whole = release.cell(place, total.category)
        if whole is not None and whole.count is None:
            found.append(say("all kinds together in %(place)s", place=place.label))
    for wider in release.around(place):
        cell = release.cell(wider, category.category)
        if cell is not None and cell.count is None:
            found.append(wider.label)
    return found
