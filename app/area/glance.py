"""What matters of a place on one screen: violence first, each figure beside areas like it, its district and the release before.

Everything here is worked out from published figures alone. A range is told apart from another place only where both of its ends are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.area.change_over_time import Change
from app.area.profile import Figure, figure_of
from app.look import wording
from core.languages.spoken import mark, say, say_many
from core.periods import CoveredPeriod
from core.poisson import count_limits
from published import range_words
from published.findings import CHANGED, LARGEST, LEVEL, LIKE, findings_of
from published.release import OVERLAY, TOTAL, Category, Place, Release
from published.similar import Together, rate_together, similar_areas

# what this portal is for; the word stands in the id of every group that holds violence (analytics/counts/definitions.toml)
_FIRST = "violence"
# what core.poisson.SIDES says, of a whole that a place is a part of and of areas like it
_BESIDE_WIDER = {
    1: mark("Clearly higher than in %(place)s as a whole (%(rate)s)."),
    -1: mark("Clearly lower than in %(place)s as a whole (%(rate)s)."),
    0: mark("Not clearly different from %(place)s as a whole (%(rate)s)."),
}
NO_CHANGE_YET = mark("This is the first period we show, so we cannot say yet if it went up or down.")


@dataclass(frozen=True)
class KeyFigure:
    """One kind: its figure as a heading prints it, what stands under that, and sentences, the most important first."""

    category: Category
    figure: Figure
    number: str
    unit: str
    sentences: tuple[str, ...]


def key_categories(release: Release) -> tuple[Category, ...]:
    """Kinds that are about violence, those that cut across others last, then all kinds together."""
    first = sorted((c for c in release.categories if _FIRST in c.category and c.kind != TOTAL), key=lambda c: c.kind == OVERLAY)
    return (*first, *(c for c in release.categories if c.kind == TOTAL))


def key_figures(
    release: Release, place: Place, change: Change | None, categories: Sequence[Category] = ()
) -> tuple[KeyFigure, ...]:
    """Those categories of which anything was published for the place; the key ones where none are named."""
    like = similar_areas(release, place)
    changed = {} if change is None else {r.category.category: r.words for r in change.rows}
    found = []
    for category in categories or key_categories(release):
        figure = figure_of(release, place, category.category)
        if figure.cell is not None:
            found.append(
                KeyFigure(
                    category,
                    figure,
                    _number(figure),
                    _unit(figure),
                    tuple(
                        filter(
                            None,
                            (
                                _rate(figure, release.covered),
                                beside_similar(figure, place, rate_together(release, like, category.category), release.covered),
                                beside_wider(release, place, release.wider(place), category),
                                _change(category, change, changed),
                            ),
                        )
                    ),
                )
            )
    return tuple(found)


def _number(figure: Figure) -> str:
    if figure.count is None and not figure.ranged:
        return say("not shown")
    return figure.text


def _unit(figure: Figure) -> str:
    if figure.worked_out:
        return say("worked out from the other figures")
    if figure.count is None:
        return say("a range, to protect people") if figure.ranged else say("to protect people")
    return say("recorded")


def _rate(figure: Figure, covered: CoveredPeriod) -> str:
    by = covered.to_a_year
    # of a release that did not note its months nobody knows what a year would be
    if figure.rate is not None:
        own = figure.rate.times(by)
        values = {"rate": wording.rate(own.per_1000), "interval": wording.interval(own)}
        if covered.loaded:
            return say("In a year that is %(rate)s for every 1,000 people. Chance alone could make it %(interval)s.", **values)
        return say("That is %(rate)s for every 1,000 people. Chance alone could make it %(interval)s.", **values)
    if figure.rate_ends is not None:
        between = range_words.between(*(wording.rate(e * by) for e in figure.rate_ends))
        if covered.loaded:
            return say("In a year that is %(rate)s for every 1,000 people.", rate=between)
        return say("That is %(rate)s for every 1,000 people.", rate=between)
    return ""


def beside_similar(figure: Figure, place: Place, other: Together | None, covered: CoveredPeriod) -> str:
    """How the rate of a place stands beside that of areas like it; '' where either is not known."""
    limits = limits_of_rate(figure, place)
    if other is None or limits is None:
        return ""
    by = covered.to_a_year
    there = range_words.two_ends(wording.rate(other.lowest * by), wording.rate(other.highest * by))
    side = _told_apart(limits, (other.lowest, other.highest))
    if side > 0:
        return say_many(
            "Clearly higher than in %(count)s area like it (%(rate)s).",
            "Clearly higher than in %(count)s areas like it (%(rate)s).",
            other.areas,
            rate=there,
        )
    if side < 0:
        return say_many(
            "Clearly lower than in %(count)s area like it (%(rate)s).",
            "Clearly lower than in %(count)s areas like it (%(rate)s).",
            other.areas,
            rate=there,
        )
    return say_many(
        "Not clearly different from %(count)s area like it (%(rate)s).",
        "Not clearly different from %(count)s areas like it (%(rate)s).",
        other.areas,
        rate=there,
    )


def beside_wider(release: Release, place: Place, wider: Place | None, category: Category) -> str:
    """How the rate of a place stands beside that of an area that it lies in; '' where either is not known."""
    side = release.beside(place, wider, category.category)
    if wider is None or side is None:
        return ""
    by = release.covered.to_a_year
    other = figure_of(release, wider, category.category)
    ends = (other.rate.per_1000,) * 2 if other.rate is not None else other.rate_ends or (0.0, 0.0)
    there = range_words.two_ends(*(wording.rate(e * by) for e in ends))
    return say(_BESIDE_WIDER[side], place=wider.label, rate=there)


def limits_of_rate(figure: Figure, place: Place) -> tuple[float, float] | None:
    """How low and how high the rate of a figure can be by chance: of a range, the low limit of its least and the high one of its most."""
    if figure.rate is not None:
        return figure.rate.lower, figure.rate.upper
    if figure.cell is None or figure.cell.ends is None or not place.residents:
        return None
    lowest, highest = figure.cell.ends
    return 1000 * count_limits(lowest)[0] / place.residents, 1000 * count_limits(highest)[1] / place.residents


def _told_apart(own: tuple[float, float], other: tuple[float, float]) -> int:
    return 1 if own[0] > other[1] else -1 if own[1] < other[0] else 0


def _change(category: Category, change: Change | None, words: Mapping[str, str]) -> str:
    if change is None:
        return ""
    before = change.spans[-2].covered.period
    if category.category not in words:
        return ""
    return say("Since %(period)s: %(change)s.", period=before, change=words[category.category])


def stands_out(release: Release, place: Place, change: Change | None) -> tuple[str, ...]:
    """What the brief of the place says first beside the key figures, in its words (published.findings): kinds that rose, what is unusual,
    where inside the place, and what is strong."""
    found = findings_of(release, place, () if change is None else change.earlier)
    key = {c.category for c in key_categories(release)}
    # the key figures say how much there was in all and of violence, how that changed, and set it beside all areas like it
    told = [f for f in found if f.about not in (LEVEL, LARGEST, LIKE) and not (f.about == CHANGED and set(f.categories) <= key)]
    return tuple(f.text for f in told)


def note_of(release: Release, place: Place, change: Change | None) -> str:
    """What is said once for all key figures: what 'clearly' means where any kind is set beside the area around, and what is like it."""
    like = similar_areas(release, place)
    said = []
    if any(release.beside(place, release.wider(place), c.category) is not None for c in release.categories):
        said.append(say("Clearly means: by more than chance would give. At least 1 in 20 can look so all the same."))
    if like:
        said.append(
            say(
                "Areas like it: the %(areas)s other neighbourhoods of %(region)s in the same tenth of deprivation, all taken together.",
                areas=f"{len(like):,}",
                region=release.region_name,
            )
        )
    if change is None:
        said.append(say(NO_CHANGE_YET))
    return " ".join(said)
