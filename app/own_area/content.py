"""What the page says of an area that somebody chose: everything in words and tables, from the published release alone. No drawing here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.look import wording
from app.look.markup import Cell, Table
from core.db import Role, transaction
from core.periods import CoveredPeriod
from core.poisson import rate_per_1000
from published.own_area import LSOA, MSOA, Figure, Near, OwnArea, Possible, around, questions_of
from published.release import Release

# choices that one question may hold: each is a neighbourhood, or a local area of four to six
MOST_CHOICES = 40

WHAT_A_RANGE_IS = (
    "A range holds every count that the published figures leave possible. It is worked out from published figures alone: totals, the"
    " figures of areas around and inside yours, and what a withheld figure is known to be. So it says nothing of anybody that the"
    " published figures do not say already. The true count lies in it, and nothing says that the middle is likelier than the ends."
)
HOW_TO_NARROW = (
    "Where the published figures leave one count only, it is given as it is. Whole local areas and districts often have one; an area"
    " with a neighbourhood more or less may have one too."
)


@dataclass(frozen=True)
class Answered:
    """An answered question: a headline, what it means, the figures, and areas near it with exact figures (None where all are exact)."""

    title: str
    lead: tuple[str, ...]
    figures: Table
    near: Table | None


def choices(release: Release) -> dict[str, str]:
    """Codes that may be chosen, with their names: whole local areas first, then neighbourhoods, each by name."""
    return {p.code: p.label for geography in (MSOA, LSOA) for p in release.of(geography)}


def members_of(release: Release, chosen: Iterable[str]) -> tuple[str, ...]:
    """The neighbourhoods that chosen neighbourhoods and local areas stand for; what the release does not hold is left out."""
    wanted = set(chosen)
    return tuple(sorted(p.code for p in release.of(LSOA) if p.code in wanted or p.parent_msoa in wanted))


@lru_cache(maxsize=256)
def answer(release: Release, members: tuple[str, ...], role: Role) -> OwnArea:
    """All categories of an area. UserError where nothing can be worked out from this release, DisclosureError where it contradicts itself."""
    questions = questions_of(release)
    with transaction(role) as connection:
        touching = around(connection, release, members)
    return questions.ask(release.release_id, members, touching)


def build(release: Release, found: OwnArea, name: str = "") -> Answered:
    """The answer in words. name: what the area is called, where it has a name."""
    places = wording.plural(len(found.members), "neighbourhood")
    people = "" if found.residents is None else f", {found.residents:,} residents ({_reference(release, found.members[0])})"
    total = next((f for f in found.figures if release.total is not None and f.category == release.total.category), None)
    lead = [f"{places}{people}."]
    if total is not None:
        label = "" if release.total is None else release.total.label
        lead.append(f"{label}, {release.covered.in_sentence}: {total.possible.words}.")
    near = [(f, f.near) for f in found.figures if f.near is not None]
    return Answered(
        title=name or "The area you chose",
        lead=(*lead, *filter(None, [release.covered.year_note])),
        figures=_figures(release, found),
        near=_near(release, near) if near else None,
    )


def range_words(possible: Possible) -> str:
    """'57', '34 to 41', '34 or more': as short as a table asks for."""
    if possible.highest is None:
        return f"{possible.lowest:,} or more"
    return f"{possible.lowest:,}" if possible.exact else f"{possible.lowest:,} to {possible.highest:,}"


def _figures(release: Release, found: OwnArea) -> Table:
    rows = [
        [
            Cell(_label(release, figure.category)),
            Cell(range_words(figure.possible), () if figure.possible.exact else ("worked out",), number=True),
            _rate(figure.possible, found.residents, release.covered),
        ]
        for figure in found.figures
    ]
    caption = (
        f"Recorded in the area, {release.covered.in_sentence}, and per 1,000 residents over {release.covered.over}; below an exact rate"
        f" its 95% interval{'; then the same rate for a year' if release.covered.per_year else ''}"
    )
    head = [Cell("Kind"), Cell("Recorded", number=True), Cell("Per 1,000", number=True)]
    return Table(caption, head, rows, narrow=True)


def _rate(possible: Possible, residents: int | None, covered: CoveredPeriod) -> Cell:
    """The rate of the figure with its interval, or the rates of both ends; below it the same for a year where the months loaded are none."""
    if not residents:
        return Cell("not known", number=True)
    low = rate_per_1000(possible.lowest, residents)
    high = low if possible.highest is None else rate_per_1000(possible.highest, residents)
    said = _ends(low.per_1000, None if possible.highest is None else high.per_1000)
    factor = covered.per_year
    year = (
        []
        if factor is None
        else [f"{_ends(low.per_1000 * factor, None if possible.highest is None else high.per_1000 * factor)} a year"]
    )
    return Cell(said, (*([wording.interval(low)] if possible.exact else []), *year), number=True, unbroken=possible.exact)


def _ends(lowest: float, highest: float | None) -> str:
    if highest is None:
        return f"{wording.rate(lowest)} or more"
    return wording.rate(lowest) if lowest == highest else f"{wording.rate(lowest)} to {wording.rate(highest)}"


def _near(release: Release, near: Sequence[tuple[Figure, Near]]) -> Table:
    rows = [
        [Cell(_label(release, figure.category)), Cell(_difference(release, area)), Cell(f"{area.count:,}", number=True)]
        for figure, area in near
    ]
    head = [Cell("Kind"), Cell("The same area"), Cell("Recorded", number=True)]
    return Table(
        "The nearest area of which the published figures give an exact count, by residents gained and lost", head, rows, narrow=True
    )


def _difference(release: Release, area: Near) -> str:
    said = [f"with {_names(release, area.added)}"] if area.added else []
    said += [f"without {_names(release, area.left_out)}"] if area.left_out else []
    return " and ".join(said)


def _names(release: Release, codes: Sequence[str]) -> str:
    labels = [place.label if (place := release.place(LSOA, c)) is not None else c for c in codes]
    return wording.listed(labels)


def _label(release: Release, category: str) -> str:
    found = release.category(category)
    return category if found is None else found.label


def _reference(release: Release, code: str) -> str:
    place = release.place(LSOA, code)
    return "" if place is None else wording.reference(place.residents_reference)
