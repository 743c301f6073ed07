"""What may have been recorded in an area of somebody's own choice, worked out from what is printed and from nothing else.

The answer to a question is the range that all figures of the release leave possible, or the figure where they leave one value only. Rules
that never look at the true count of what is asked give nothing away by answering (simulatable auditing: Kenthapadi, Mishra and Nissim 2005,
PODS, 118-127): everybody who has the release and a solver has the answer already. So no question is refused, none needs to be remembered,
and the order in which they are asked makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from scipy import sparse
from sqlalchemy import Connection

from core.contracts import SUPPRESSED
from core.db import fetch
from core.errors import UserError
from core.ranges import UNBOUNDED, Printed, Reader
from published.release import Cell, Given, Place, Release

LSOA, MSOA = "lsoa", "msoa"
# widest first: what is printed of a wider area is taken whole before what is printed of the areas in it
_WIDEST_FIRST = ("all", "force", "lad", MSOA, LSOA)
# areas with a neighbour more or a member less that are tried beside the one asked for
TRIED = 12
# of a release whose zeros are all shown a withheld figure is known to be 1 or more; its policy says so in this word
_ZEROS_SHOWN = "shown"
_SUPPRESSION = "suppression"


@dataclass(frozen=True)
class Possible:
    """The least and the largest count that everything printed leaves possible. highest: None where nothing bounds it."""

    lowest: int
    highest: int | None

    @property
    def exact(self) -> bool:
        return self.lowest == self.highest

    @property
    def words(self) -> str:
        """'exactly 57', 'between 34 and 41', 'at least 34'."""
        if self.highest is None:
            return f"at least {self.lowest:,}"
        return f"exactly {self.lowest:,}" if self.exact else f"between {self.lowest:,} and {self.highest:,}"


@dataclass(frozen=True)
class Near:
    """An area near the one asked for, of which a figure is known exactly. added, left_out: codes, how it differs; people: residents of
    both."""

    members: tuple[str, ...]
    added: tuple[str, ...]
    left_out: tuple[str, ...]
    people: int
    count: int


@dataclass(frozen=True)
class Figure:
    """What is known of one category of the area. near: the nearest area with an exact figure; None where this one is exact, or none is
    near."""

    category: str
    possible: Possible
    near: Near | None


@dataclass(frozen=True)
class OwnArea:
    """The answer. members: codes of neighbourhoods in ascending order; residents: None where they are not known of all of them."""

    release_id: int
    members: tuple[str, ...]
    residents: int | None
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Tables:
    """What is printed, as far as a question needs it: places and cells by their keys, and what each category is the sum of.

    groups: category of the release -> the publisher's categories in it. least: what everybody knows of a figure that is withheld as
    SUPPRESSED, 1 or 0. given: figures that were given for areas somebody asked for.
    """

    places: Mapping[tuple[str, str], Place]
    cells: Mapping[tuple[str, str, str], Cell]
    groups: Mapping[str, frozenset[str]]
    least: int
    given: Sequence[Given] = ()


class Questions:
    """A release that can be asked of any area. At 1,485 neighbourhoods building it takes a third of a processor second, and a question less.

    Safe to be used by several threads: the solver under it is asked by one at a time.
    """

    def __init__(self, tables: Tables) -> None:
        """UserError where the release holds no neighbourhoods, or does not say where each lies; DisclosureError where its figures contradict
        one another."""
        self._tables = tables
        self._lock = Lock()
        lsoas = sorted((p for (geography, _), p in tables.places.items() if geography == LSOA), key=lambda p: p.code)
        if not lsoas:
            raise UserError("this release holds no figures of neighbourhoods", where="published.place")
        if lost := [p.code for p in lsoas if p.parent_msoa is None or p.parent_lad is None]:
            raise UserError(f"this release does not say in which areas {lost[0]} lies", where="published.place")
        self._lsoas = {p.code: p for p in lsoas}
        self._position = {p.code: i for i, p in enumerate(lsoas)}
        self._areas = _areas(tables.places, lsoas)
        self._kinds, self._n_kinds = _kinds(tables.groups)
        self._reader = Reader(self._printed())

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(self._kinds)

    def ask(
        self, release_id: int, members: Iterable[str], around: Sequence[str] = (), *, categories: Sequence[str] = ()
    ) -> OwnArea:
        """What is known of an area, by category (all of them unless told).

        around: codes of the neighbourhoods that touch the area (see `around`), from which the areas near it are made. All of them are tried,
        whatever comes of it, so that the time tells nothing either. UserError where the area is empty, holds a neighbourhood that the release
        does not, or a category is not one of the release's.
        """
        own = frozenset(members)
        if not own:
            raise UserError("an area holds at least one neighbourhood", where="the area asked for")
        if unknown := sorted(own - set(self._lsoas)):
            raise UserError(
                f"{len(unknown)} of {len(own)} neighbourhoods are not in this release, such as {unknown[0]}",
                where="the area asked for",
            )
        asked = tuple(categories) or self.categories
        if strange := [c for c in asked if c not in self._kinds]:
            raise UserError(
                f"the release has no category {strange[0]!r}",
                where="the category asked for",
                hint=f"one of: {', '.join(self._kinds)}.",
            )
        areas = [own, *self._nearby(own, around)]
        found = self._possible([(area, category) for category in asked for area in areas])
        figures = []
        for i, category in enumerate(asked):
            mine = found[i * len(areas) : (i + 1) * len(areas)]
            first = next((k for k in range(1, len(areas)) if mine[k].exact), None)
            near = None if first is None or mine[0].exact else self._near(own, areas[first], mine[first].lowest)
            figures.append(Figure(category, mine[0], near))
        return OwnArea(release_id, tuple(sorted(own)), self._residents(own), tuple(figures))

    def _possible(self, questions: Sequence[tuple[frozenset[str], str]]) -> list[Possible]:
        rows, known = [], []
        for area, category in questions:
            rest, figure = self._less_what_is_printed(np.array(sorted(self._position[c] for c in area), dtype=np.int64), category)
            rows.append(self._atoms(rest, category))
            known.append(figure)
        matrix = self._matrix(rows)
        with self._lock:
            low, high = self._reader.ranges(matrix)
        return [
            Possible(int(least) + figure, None if most == UNBOUNDED else int(most) + figure)
            for least, most, figure in zip(low, high, known, strict=True)
        ]

    def _nearby(self, own: frozenset[str], around: Sequence[str]) -> list[frozenset[str]]:
        """Areas like the one asked for, nearest first by residents gained and lost: one neighbour more, one member less, the whole local
        areas that it touches, and those of them that it holds at least half of."""
        touched = {str(self._lsoas[c].parent_msoa) for c in own}
        within = {m: frozenset(c for c, p in self._lsoas.items() if p.parent_msoa == m) for m in sorted(touched)}
        mostly = [inside for inside in within.values() if 2 * len(inside & own) >= len(inside)]
        whole = {frozenset[str]().union(*within.values()), frozenset[str]().union(*mostly)}
        single = {own | {c} for c in around if c in self._lsoas and c not in own} | {own - {c} for c in own}

        def distance(area: frozenset[str]) -> tuple[float, int, list[str]]:
            return sum(self._lsoas[c].residents or 0 for c in area ^ own), len(area ^ own), sorted(area)

        steps = sorted(single - whole - {own, frozenset()}, key=distance)[:TRIED]
        return sorted({*steps, *whole} - {own, frozenset()}, key=distance)

    def _near(self, own: frozenset[str], area: frozenset[str], count: int) -> Near:
        people = sum(self._lsoas[c].residents or 0 for c in area ^ own)
        return Near(tuple(sorted(area)), tuple(sorted(area - own)), tuple(sorted(own - area)), people, count)

    def _residents(self, members: frozenset[str]) -> int | None:
        people = [self._lsoas[c].residents for c in members]
        return None if any(p is None for p in people) else sum(p or 0 for p in people)

    def _less_what_is_printed(self, members: Any, category: str, *, below: str = "") -> tuple[Any, int]:
        """Positions of members that no printed figure of an area inside them covers, and the sum of those figures.

        below: take the figures of areas narrower than this geography only.
        """
        left, figure = members, 0
        inside = np.zeros(len(self._lsoas), dtype=bool)
        inside[members] = True
        for geography in _WIDEST_FIRST[_WIDEST_FIRST.index(below) + 1 :] if below else _WIDEST_FIRST:
            place_of, sets = self._areas[geography]
            for place in np.unique(place_of[left]):
                code, own = sets[place]
                cell = self._tables.cells.get((geography, code, category))
                if cell is not None and cell.count is not None and inside[own].all():
                    figure += cell.count
                    inside[own] = False
            left = np.flatnonzero(inside)
        return left, figure

    def _printed(self) -> Printed:
        """Every figure and every symbol as a row over atoms, less the printed figures inside it: that binds the same, and joins less."""
        equal, figures, floors, least = [], [], [], []
        for geography in _WIDEST_FIRST:
            for code, own in self._areas[geography][1]:
                for category in self._kinds:
                    cell = self._tables.cells.get((geography, code, category))
                    if cell is None:
                        continue
                    if cell.count is not None:
                        rest, inside = self._less_what_is_printed(own, category, below=geography)
                        equal.append(self._atoms(rest, category))
                        figures.append(cell.count - inside)
                    elif cell.symbol == SUPPRESSED and self._tables.least:
                        floors.append(self._atoms(own, category))
                        least.append(self._tables.least)
        for given in self._tables.given:
            if given.category not in self._kinds or not set(given.members) <= set(self._position):
                continue
            members = np.array(sorted(self._position[c] for c in given.members), dtype=np.int64)
            rest, inside = self._less_what_is_printed(members, given.category)
            equal.append(self._atoms(rest, given.category))
            figures.append(given.count - inside)
        return Printed(
            self._matrix(equal), np.array(figures, dtype=np.int64), self._matrix(floors), np.array(least, dtype=np.int64)
        )

    def _atoms(self, areas: Any, category: str) -> Any:
        """Numbers of the atoms (neighbourhood x kind of incident) that a category of some neighbourhoods is the sum of."""
        kinds = self._kinds[category]
        return (areas[:, None] * self._n_kinds + kinds[None, :]).ravel()

    def _matrix(self, rows: Sequence[Any]) -> Any:
        ends = np.concatenate([[0], np.cumsum([len(r) for r in rows], dtype=np.int64)]).astype(np.int64)
        columns = np.concatenate([*rows, np.zeros(0, dtype=np.int64)]).astype(np.int64)
        shape = (len(rows), len(self._lsoas) * self._n_kinds)
        return sparse.csr_matrix((np.ones(len(columns), dtype=np.int64), columns, ends), shape=shape)


def _areas(places: Mapping[tuple[str, str], Place], lsoas: Sequence[Place]) -> dict[str, tuple[Any, list[tuple[str, Any]]]]:
    """By geography: the number of the area that each neighbourhood lies in, and by that number the area's code and its neighbourhoods."""
    region = next((code for geography, code in places if geography == "all"), "")
    holder = {
        LSOA: [p.code for p in lsoas],
        MSOA: [str(p.parent_msoa) for p in lsoas],
        "lad": [str(p.parent_lad) for p in lsoas],
        "force": [p.supplier or "" for p in lsoas],
        "all": [region] * len(lsoas),
    }
    found = {}
    for geography, codes in holder.items():
        names, number = np.unique(np.array(codes, dtype=object), return_inverse=True)
        order = np.argsort(number, kind="stable")
        inside = np.split(order, np.cumsum(np.bincount(number, minlength=len(names)))[:-1])
        found[geography] = (number, [(str(name), own) for name, own in zip(names, inside, strict=True)])
    return found


def _kinds(groups: Mapping[str, frozenset[str]]) -> tuple[dict[str, Any], int]:
    """The publisher's categories that the groups tell apart, as numbers: by group those in it, and how many there are."""
    names = list(groups)
    told = sorted({tuple(name in held for name in names) for held in _groups_of(groups).values()})
    return {name: np.array([i for i, t in enumerate(told) if t[k]], dtype=np.int64) for k, name in enumerate(names)}, len(told)


def _groups_of(groups: Mapping[str, frozenset[str]]) -> dict[str, set[str]]:
    every = frozenset[str]().union(*groups.values())
    return {category: {name for name, held in groups.items() if category in held} for category in every}


def questions_of(release: Release) -> Questions:
    """A release that can be asked; kept in memory by the release. UserError where its figures are changed ones, or it names no groups."""
    return _kept(release)


@lru_cache(maxsize=2)
def _kept(release: Release) -> Questions:
    return Questions(tables_of(release))


def tables_of(release: Release) -> Tables:
    """What a release prints, with what its certificate and its policy say of it."""
    method = str(release.policy.get("method", _SUPPRESSION))
    if method != _SUPPRESSION:
        raise UserError(
            f"nothing can be worked out for an area of one's own from figures that were changed ({method})",
            where="disclosure policy",
        )
    layout = release.certificate.get("layout")
    groups = layout.get("groups") if isinstance(layout, Mapping) else None
    if not isinstance(groups, Mapping):
        raise UserError(
            "this release does not say what its categories are made of", where=f"release {release.release_id}", hint="publish anew."
        )
    named = {c.category: frozenset(groups[c.category]) for c in release.categories if c.category in groups}
    least = int(release.policy.get("zeros") == _ZEROS_SHOWN)
    return Tables(release.places, release.cells, named, least, release.given)


def around(connection: Connection, release: Release, members: Sequence[str]) -> tuple[str, ...]:
    """Codes of the neighbourhoods that touch some others of the release, which are not among them."""
    which = {"release_id": release.release_id, "members": sorted(set(members))}
    return tuple(str(c) for c in fetch(connection, "published/around", which)["place_code"])
