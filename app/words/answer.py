"""The answer to a question in words: one sentence of published figures, where they stand, and what else may be asked.

Every number is read from the release as the profile reads it, and said in the profile's words: a withheld figure by its range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app.area.change_over_time import Change, change_over_time
from app.area.glance import NO_CHANGE_YET, beside_similar, beside_wider
from app.area.profile import Figure, figure_of
from app.look import wording
from app.region import compare
from app.words.kinds import without_bracket
from app.words.named import gazetteer_of
from app.words.reading import LONGEST, Option, Read, read
from core.periods import CoveredPeriod
from published import range_words
from published.count_change import months_note
from published.release import Category, Place, Release
from published.similar import rate_together, similar_areas

PAGE = "/in-words"

REFUSED: Mapping[str, str] = {
    "searches": "Stop and search has a page of its own, with what was looked for and what came of it.",
    "person": "Nothing here is about a person. We count what was recorded in places, and of people we say how many live there.",
    "future": "We say what was recorded, and nothing of what is to come.",
    "unreleased": "No figure of that was published. Each figure is of a place, a kind and all months together.",
    "arithmetic": "We do not add figures up here, or take one from another. An area of your own can be put together, and is checked first.",
    "cause": "We say how many were recorded, and never why. Figures of places do not tell that.",
    "ranking": "We do not put places in order, or say if one is safe. Much of what sets small places apart is chance.",
    "period": "No figure of those months was published.",
    "long": f"That is too long. Please ask in at most {LONGEST} letters.",
    "many": f"Please name at most {compare.MOST} places.",
    "not_published": "No such figure of that place was published.",
}
# what is refused here and can be had elsewhere
_LEADS = {
    "arithmetic": (("Put together an area of your own", "/area-you-choose"),),
    "searches": (("Stop and search", "/stop-and-search"),),
    "ranking": (("Areas side by side", "/compare"),),
}
NOT_UNDERSTOOD = "We do not understand that. Name a kind and a place, as in the examples below."
CHOOSE = "That can be read in more than one way. Choose what you mean."


@dataclass(frozen=True)
class Link:
    """Where words lead."""

    words: str
    address: str


@dataclass(frozen=True)
class Given:
    """A figure of an answer, with the release as it is for its place."""

    release: Release
    place: Place
    category: Category
    figure: Figure


@dataclass(frozen=True)
class Answer:
    """sort and reason: as the question was read. sentence: the answer. notes: how it was understood and what must be known of it.

    word: what was explained. covered: the months of the figures. others: questions to ask in its place, or besides.
    """

    sort: str
    reason: str
    sentence: str
    notes: tuple[str, ...] = ()
    figures: tuple[Given, ...] = ()
    links: tuple[Link, ...] = ()
    others: tuple[Link, ...] = ()
    word: str = ""
    covered: CoveredPeriod | None = None


def answer(release: Release, typed: str, about: Place | None = None) -> Answer:
    """about: the place that a question is about where it names none."""
    of = read(release, typed, about)
    makers = {"figure": _figure, "change": _change, "comparison": _comparison, "beside": _beside, "people": _people, "when": _when}
    if of.sort in makers:
        made = makers[of.sort](release, of)
    elif of.sort == "meaning":
        made = Answer(
            "meaning", "", f"{of.meaning[0]}: {of.meaning[1]}", word=of.meaning[0], links=(Link("All words", "/glossary"),)
        )
    else:
        made = _without_a_figure(release, of)
    others = tuple(Link(_said(o), _asks(release, o, of.sort)) for o in of.options)
    return replace(made, notes=(*of.notes, *made.notes) if made.sort != "refused" else made.notes, others=others or made.others)


def _without_a_figure(release: Release, of: Read) -> Answer:
    if of.sort == "nothing":
        return Answer("nothing", "", "")
    if of.sort == "choose":
        return Answer("choose", "", CHOOSE)
    if of.sort == "not_understood":
        strange = [w for w in of.unknown if w.isalpha() and len(w) <= 20][:3]
        said = f"We do not know what to make of: {wording.listed(strange)}." if strange else NOT_UNDERSTOOD
        return Answer("not_understood", "", said)
    return _refused(release, of, of.reason)


def _refused(release: Release, of: Read, reason: str) -> Answer:
    notes: tuple[str, ...] = ()
    others: tuple[Link, ...] = ()
    if reason == "period":
        notes = (f"The newest figures are of {_view(release, of).covered.in_sentence}.",)
        if of.places or of.category is not None:
            option = Option(next(iter(of.places), None), of.category)
            others = (Link(_said(option), _asks(release, option, "figure")),)
    links = tuple(Link(*leads) for leads in _LEADS.get(reason, ()))
    return Answer("refused", reason, REFUSED[reason], notes, links=links, others=others)


def _said(option: Option) -> str:
    label = option.category.label if option.category is not None else "Everything recorded"
    return f"{label} in {option.place.label}" if option.place is not None else label


def _asks(release: Release, option: Option, sort: str) -> str:
    """The address of a question that is read as nothing else. sort: of the question that it is offered in place of, or besides."""
    kind = "" if option.category is None else without_bracket(option.category.label)
    where = "" if option.place is None else gazetteer_of(release).name_of(option.place)
    asked = " in ".join(filter(None, (kind or "all crime", where)))
    return f"{PAGE}?{urlencode({'q': f'change: {asked}' if sort == 'change' else asked})}"


def _links(place: Place, category: Category | None = None) -> tuple[Link, ...]:
    at = f"{place.geography}/{place.code}"
    profile = Link(f"Everything about {place.label}", f"/area/{at}")
    return (
        (Link("How this number came about", f"/figure/{at}/{category.category}"), profile) if category is not None else (profile,)
    )


def _view(release: Release, of: Read) -> Release:
    """The release as it is for the first place that is named."""
    return release.for_place(of.places[0]) if of.places else release


def _one(release: Release, of: Read) -> tuple[Release, Place, Category, Figure]:
    """The release as it is for the place, the place, the kind and the figure."""
    (place,), category = of.places, of.category
    if category is None:
        raise ValueError("a question of a figure has a kind")
    view = _view(release, of)
    return view, place, category, figure_of(view, place, category.category)


def rate_in_words(figure: Figure, covered: CoveredPeriod, *, chance: bool = True) -> str:
    """'12.1 for every 1,000 people in a year', of a range with both ends; '' where there is none."""
    by = covered.to_a_year
    span = "for every 1,000 people in a year" if covered.loaded else "for every 1,000 people"
    if figure.rate is not None:
        own = figure.rate.times(by)
        moved = f" (chance alone could make that {wording.interval(own)})" if chance else ""
        return f"{wording.rate(own.per_1000)} {span}{moved}"
    if figure.rate_ends is not None:
        return f"{range_words.between(*(wording.rate(e * by) for e in figure.rate_ends))} {span}"
    return ""


def _number(figure: Figure) -> str:
    """'35 recorded', 'between 1 and 12 recorded', or why there is no number."""
    return f"{figure.words} recorded" if figure.count is not None or (figure.ranged and not figure.worked_out) else figure.words


def _sentence(place: Place, category: Category, figure: Figure, covered: CoveredPeriod) -> str:
    rate = rate_in_words(figure, covered)
    return f"{category.label} in {place.label}, {covered.in_sentence}: {_number(figure)}{f', {rate}' if rate else ''}."


def _figure(release: Release, of: Read) -> Answer:
    release, place, category, figure = _one(release, of)
    if of.period is not None and of.period != release.period:
        return _earlier(release, of, change_over_time(release, place))
    if figure.cell is None:
        return _refused(release, of, "not_published")
    said = _sentence(place, category, figure, release.covered)
    given = (Given(release, place, category, figure),)
    return Answer("figure", "", said, figures=given, links=_links(place, category), covered=release.covered)


def _earlier(release: Release, of: Read, change: Change | None) -> Answer:
    """The figure of an earlier release over just the months that were named."""
    release, place, category, _ = _one(release, of)
    span = next((s for s in change.spans if s.covered.period == of.period), None) if change is not None else None
    figure = None if span is None else span.figures.get(category.category)
    if span is None or figure is None or figure.cell is None:
        return _refused(release, of, "period")
    said = _sentence(place, category, figure, span.covered)
    note = (f"The newest figures are of {release.covered.in_sentence}.",)
    return Answer("earlier", "", said, note, links=_links(place, category), covered=span.covered)


def _change(release: Release, of: Read) -> Answer:
    release, place, category, figure = _one(release, of)
    if figure.cell is None:
        return _refused(release, of, "not_published")
    change = change_over_time(release, place)
    row = None if change is None else next((r for r in change.rows if r.category == category), None)
    given = (Given(release, place, category, figure),)
    links = (*_links(place, category), Link("Change over time", f"/area/{place.geography}/{place.code}#change"))
    if change is None or row is None:
        said = f"{NO_CHANGE_YET} {_sentence(place, category, figure, release.covered)}"
        return Answer("change", "", said, figures=given, links=links, covered=release.covered)
    before, now = change.spans[-2].covered, change.spans[-1].covered
    said = f"{category.label} in {place.label}, {now.in_sentence} beside {before.in_sentence}: {row.words}."
    if row.figures[-2].count is None or figure.count is None:
        said += f" Before: {_number(row.figures[-2])}. Now: {_number(figure)}."
    months = months_note(before, now)
    return Answer("change", "", said, (months,) if months else (), given, links, covered=now)


def _comparison(release: Release, of: Read) -> Answer:
    category = of.category
    if category is None:
        raise ValueError("a comparison has a kind")
    views = [release.for_place(p) for p in of.places]
    figures = [figure_of(v, p, category.category) for v, p in zip(views, of.places, strict=True)]
    if all(f.cell is None for f in figures):
        return _refused(release, of, "not_published")
    one_period = compare.of_one_period(release, of.places)
    rates = [
        f"{p.label} {rate_in_words(f, v.covered, chance=False).replace(' for every 1,000 people in a year', '') or f.words}"
        + ("" if one_period else f" ({v.covered.in_sentence})")
        for p, f, v in zip(of.places, figures, views, strict=True)
    ]
    apart = (
        compare.which_differ(views[0], of.places, category)
        if one_period
        else "These figures are not of the same months, so nothing is said of which is higher."
    )
    span = f", {views[0].covered.in_sentence}" if one_period else ""
    said = f"{category.label} for every 1,000 people in a year{span}: {'; '.join(rates)}. {apart}"
    given = tuple(Given(v, p, category, f) for v, p, f in zip(views, of.places, figures, strict=True) if f.cell is not None)
    links = (
        Link("Side by side, with the intervals drawn", compare.address_of(of.places)),
        *(li for p in of.places for li in _links(p)),
    )
    return Answer("comparison", "", said, figures=given, links=links, covered=views[0].covered if one_period else None)


def _beside(release: Release, of: Read) -> Answer:
    release, place, category, figure = _one(release, of)
    if figure.cell is None:
        return _refused(release, of, "not_published")
    own = f"{category.label} in {place.label}, {release.covered.in_sentence}: {rate_in_words(figure, release.covered) or figure.words}."
    given = [Given(release, place, category, figure)]
    if of.whole == "like":
        like = similar_areas(release, place)
        said = beside_similar(figure, place, rate_together(release, like, category.category), release.covered)
        none = "We know of no areas like it to set it beside." if not like else "It cannot be set beside areas like it."
        return Answer(
            "beside", "", f"{own} {said or none}", figures=tuple(given), links=_links(place, category), covered=release.covered
        )
    whole = (
        release.region if of.whole == "all" else next((p for p in release.around(place) if p.geography == "lad"), release.region)
    )
    if whole is None or whole == place:
        return Answer("choose", "", f"{place.label} lies in no wider area of this release. Name another place to set it beside.")
    other = figure_of(release, whole, category.category)
    said = beside_wider(release, place, whole, category) or f"It cannot be set beside {whole.label}."
    if other.cell is not None:
        given.append(Given(release, whole, category, other))
    links = (Link("Side by side, with the intervals drawn", compare.address_of((place, whole))), *_links(place, category))
    return Answer("beside", "", f"{own} {said}", figures=tuple(given), links=links, covered=release.covered)


def _people(release: Release, of: Read) -> Answer:
    (place,) = of.places[:1]
    if place.residents is None:
        return _refused(release, of, "not_published")
    source = f" ({wording.reference(place.residents_reference)})" if place.residents_reference else ""
    return Answer("people", "", f"{place.residents:,} people live in {place.label}{source}.", links=_links(place))


def _when(release: Release, of: Read) -> Answer:
    release = _view(release, of)
    of_what = f"The figures of {of.places[0].label}" if of.places else "The newest figures"
    said = f"{of_what} are of {release.covered.in_sentence}. They were published on {wording.day(release.published_at)}."
    links = (*(_links(of.places[0]) if of.places else ()), Link("Every release", "/releases"))
    return Answer(
        "when", "", said, (release.covered.gaps_note,) if release.covered.gaps_note else (), links=links, covered=release.covered
    )
