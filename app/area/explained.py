"""Where one published figure comes from: what was counted, over which months and places, from which files, and how it is protected.

All of it is read from the release. Of a withheld figure nothing is said that its symbol, its range and the figures around it do not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.area.change_over_time import ChangeRow, change_over_time
from app.area.glance import KeyFigure, key_figures
from app.area.profile import Figure, figure_of, statistical
from app.area.suppliers import sources_of
from app.area.time_line import Line, time_lines
from app.area.why_withheld import why_withheld
from app.look import wording
from published.release import OVERLAY, PARTITION, TOTAL, Category, Place, Release, Source


@dataclass(frozen=True)
class Part:
    """A sum that the figure is a part of, or that is made of it: what it is called and what stands there."""

    words: str
    figure: Figure
    place: Place
    category: Category


@dataclass(frozen=True)
class Explained:
    """Everything that the page of a figure says. key: the figure as a profile's first screen has it."""

    place: Place
    category: Category
    figure: Figure
    key: KeyFigure
    counted: tuple[str, ...]
    people: str
    protected: str
    parts: tuple[Part, ...]
    boundaries: tuple[str, ...]
    counted_from: tuple[Source, ...]
    others: tuple[Source, ...]
    change: ChangeRow | None
    lines: tuple[Line, ...]


def explained(release: Release, place: Place, category: Category) -> Explained | None:
    """None where nothing was published. release: as it is for the level of the place."""
    figure = figure_of(release, place, category.category)
    if figure.cell is None:
        return None
    change = change_over_time(release, place)
    (key,) = key_figures(release, place, change, (category,))
    # a source with months is one of records that were counted; others say where places lie and who lives there
    sources = sources_of(release, place)
    records = tuple(s for s in sources if s.period is not None)
    return Explained(
        place,
        category,
        figure,
        key,
        _counted(release, category),
        _people(place, figure),
        why_withheld(release, place, category, figure) or _shown(release),
        _parts(release, place, category),
        _boundaries(release, place),
        records,
        tuple(s for s in sources if s not in records),
        None if change is None else next((r for r in change.rows if r.category.category == category.category), None),
        () if change is None else time_lines(change, [category.category]),
    )


def _counted(release: Release, category: Category) -> tuple[str, ...]:
    kinds = _publishers_kinds(release, category)
    said = [category.description] if category.description else []
    if kinds:
        said.append(f"The police call it: {wording.listed(kinds)}.")
    if category.kind == TOTAL:
        said.append("It is the total of all kinds.")
    elif category.kind == OVERLAY:
        said.append("It cuts across the other kinds, so it is no part of the total of its own.")
    said.append(f"Each record counts once, in the month that the police give it. The months are {release.covered.in_sentence}.")
    return tuple(said)


def _publishers_kinds(release: Release, category: Category) -> list[str]:
    layout = release.certificate.get("layout")
    groups = layout.get("groups") if isinstance(layout, Mapping) else None
    found = groups.get(category.category) if isinstance(groups, Mapping) else None
    return sorted(map(str, found)) if isinstance(found, list | tuple) else []


def _people(place: Place, figure: Figure) -> str:
    if not place.residents:
        return "It is not known how many people live here, so there is no rate."
    reference = f" ({wording.reference(place.residents_reference)})" if place.residents_reference else ""
    rate = "the number divided by these people" if figure.count is not None else "each end of the range divided by these people"
    return f"{place.residents:,} people live here{reference}. The rate is {rate}, times 1,000."


def _shown(release: Release) -> str:
    return (
        f"The number is printed as it is. It is 0, or {release.threshold} or more, and with all other figures of the release it gives no"
        " small number away. That was tried before the release."
    )


def _parts(release: Release, place: Place, category: Category) -> tuple[Part, ...]:
    """The sums that an outsider would start from: all of them are published figures."""
    found = []
    total = release.total
    if total is not None and category.kind == PARTITION:
        found.append((f"all kinds together in {place.label}, of which it is one", place, total))
    found += [
        (f"the same kind in {wider.label}, of which {place.label} is a part", wider, category) for wider in release.around(place)
    ]
    parts = ((words, at, of, figure_of(release, at, of.category)) for words, at, of in found)
    return tuple(Part(words, figure, at, of) for words, at, of, figure in parts if figure.cell is not None)


def _boundaries(release: Release, place: Place) -> tuple[str, ...]:
    edition = f"{statistical(release, place)} {place.code}" + (f", boundaries of {place.edition}" if place.edition else "")
    return (
        f"The area is {edition}.",
        "The police give each record a point on the map near the true place. The point says in which area the record is counted. So nothing"
        " had to be carried over from older boundaries, and a record near an edge can be counted next door.",
    )
