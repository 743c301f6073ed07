"""What somebody outside can read of releases, laid out as one system of sums: nothing here comes from the product but its public tables.

A reader holds the printed tables (place, category group, period, count or symbol), knows which areas lie in which, which of the publisher's
categories each group holds, and which months each release had. All releases that there ever were go into one system. Its variables are the
finest parts that any two tables tell apart: area x category x months. Every figure is a sum of such parts.

Counts are taken to be the same in all releases. Where data was corrected between two releases, this reader would be misled, so such
histories are not for this attack.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Months = frozenset[date]
SAYS_MORE_THAN_NONE = "[c]"


@dataclass(frozen=True)
class Printed:
    """One release as anybody can read it. figures: geography, edition, place_code, category, period_start, period_end, count (missing where
    withheld), symbol. groups: the publisher's categories in each group. loaded: the months that it had. least: what [c] says of a count."""

    figures: pd.DataFrame
    groups: Mapping[str, frozenset[str]]
    loaded: Months
    least: int = 1


@dataclass(frozen=True)
class Told:
    """A figure that was given for an area somebody asked for. areas: rows of the layout's areas."""

    areas: frozenset[int]
    categories: frozenset[str]
    months: Months
    count: int


class Name(NamedTuple):
    """What a figure is of. months: the loaded ones of its period."""

    release: int
    level: str
    place: str
    group: str
    months: Months


@dataclass(frozen=True)
class Figure:
    """One printed figure over the parts that it is the sum of. count: None where withheld; least: what is said of it then."""

    name: Name
    parts: Ints
    count: int | None
    least: int


@dataclass(frozen=True)
class Reading:
    """All figures over parts 0 .. n_parts - 1; the classes that places, groups and windows are made of, to ask for sums of one's own."""

    figures: tuple[Figure, ...]
    answers: tuple[tuple[Ints, int], ...]
    shape: tuple[int, int, int]
    area_class: Ints
    category_class: Mapping[str, int]
    month_class: Mapping[date, int]
    places: Mapping[tuple[str, str], Ints]
    groups: Mapping[frozenset[str], Ints]
    _windows: dict[Months, Ints] = field(default_factory=dict)

    @property
    def n_parts(self) -> int:
        return int(np.prod(self.shape))

    def window(self, months: Months) -> Ints:
        """The month classes of some months. The months of one class must be asked for together."""
        if months not in self._windows:
            self._windows[months] = np.unique([self.month_class[m] for m in months if m in self.month_class]).astype(np.int64)
        return self._windows[months]

    def sum_of(self, place: tuple[str, str], group: frozenset[str], months: Months) -> Ints:
        """The parts of one place (level, code), group of categories and span of months."""
        return _product(self.places[place], self.groups[group], self.window(months), self.shape)

    def sum_over(self, areas: Iterable[int], group: frozenset[str], months: Months) -> Ints:
        """The parts of some finest areas, by their rows in the layout. ValueError where some table tells only areas together of which one is
        not among them."""
        own = set(areas)
        classes = np.unique(self.area_class[sorted(own)])
        if set(np.flatnonzero(np.isin(self.area_class, classes)).tolist()) != own:
            raise ValueError("these areas cannot be told from others")
        return _product(classes, self.groups[group], self.window(months), self.shape)

    def truth(self, counts: pd.DataFrame) -> Ints:
        """The parts of true counts (area, category, month, incidents). No attacker has them; a test judges by them."""
        inside = counts["category"].isin(list(self.category_class)) & counts["month"].isin(list(self.month_class))
        rows = counts[inside]
        where = (
            self.area_class[rows["area"].to_numpy(dtype=np.int64)],
            rows["category"].map(dict(self.category_class)).to_numpy(dtype=np.int64),
            rows["month"].map(dict(self.month_class)).to_numpy(dtype=np.int64),
        )
        table = np.zeros(self.shape, dtype=np.int64)
        np.add.at(table, where, rows["incidents"].to_numpy(dtype=np.int64))
        return table.ravel()


def read(areas: pd.DataFrame, releases: Sequence[Printed], answers: Sequence[Told] = ()) -> Reading:
    """Lay out what is known. areas: one row a finest area, one column a level ("lsoa 2021"), '' where it lies in no place of it."""
    tables: list[pd.DataFrame] = []
    for release in releases:
        rows = release.figures
        level = (rows["geography"] + " " + rows["edition"]).str.strip()
        tables.append(rows.assign(level=level, number=len(tables)))
    levels = sorted({level for rows in tables for level in rows["level"]})
    asked = [[("in" if i in told.areas else "out") for i in range(len(areas))] for told in answers]
    area_class, stand_for = _classes(list(zip(*[areas[level] for level in levels], *asked, strict=True)))
    sets = sorted({g for release in releases for g in release.groups.values()} | {told.categories for told in answers}, key=sorted)
    words = sorted(set().union(*sets))
    kind_class, kind_rows = _classes([tuple(word in inside for inside in sets) for word in words])
    spans = {
        (number, start, end): frozenset(m for m in releases[number].loaded if start <= m <= end)
        for number, rows in enumerate(tables)
        for start, end in rows[["period_start", "period_end"]].drop_duplicates().itertuples(index=False)
    }
    windows = sorted({*spans.values(), *(told.months for told in answers)}, key=sorted)
    months = sorted(frozenset().union(*windows))
    month_class, month_rows = _classes([tuple(month in window for window in windows) for month in months])
    shape = (len(stand_for), len(kind_rows), len(month_rows))

    places: dict[tuple[str, str], Ints] = {}
    for level in levels:
        codes = areas[level].to_numpy(dtype=object)[stand_for]
        for code, classes in pd.Series(np.arange(len(codes))).groupby(codes).groups.items():
            if code != "":
                places[level, str(code)] = np.asarray(classes, dtype=np.int64)
    groups = {
        inside: np.unique([kind_class[i] for i, word in enumerate(words) if word in inside]).astype(np.int64) for inside in sets
    }
    reading = Reading(
        (), (), shape, area_class, dict(zip(words, kind_class.tolist(), strict=True)),
        dict(zip(months, month_class.tolist(), strict=True)), places, groups,
    )  # fmt: skip
    figures = []
    for rows in tables:
        for row in rows.itertuples(index=False):
            release, window = releases[row.number], spans[row.number, row.period_start, row.period_end]
            shown = None if pd.isna(row.count) else int(row.count)
            least = release.least if row.symbol == SAYS_MORE_THAN_NONE else 0
            parts = reading.sum_of((row.level, row.place_code), release.groups[row.category], window)
            figures.append(Figure(Name(row.number, row.level, row.place_code, row.category, window), parts, shown, least))
    given = tuple(
        (
            _product(np.unique(area_class[sorted(told.areas)]), groups[told.categories], reading.window(told.months), shape),
            told.count,
        )
        for told in answers
    )
    return Reading(tuple(figures), given, shape, area_class, reading.category_class, reading.month_class, places, groups)


def _classes(rows: list[tuple[Any, ...]]) -> tuple[Ints, Ints]:
    """A number for each row, equal rows alike; and one row that stands for each number."""
    number: dict[tuple[Any, ...], int] = {}
    label = [number.setdefault(row, len(number)) for row in rows]
    first = {n: i for i, n in reversed(list(enumerate(label)))}
    return np.array(label, dtype=np.int64), np.array([first[n] for n in range(len(number))], dtype=np.int64)


def _product(area: Ints, kind: Ints, month: Ints, shape: tuple[int, int, int]) -> Ints:
    return ((area[:, None, None] * shape[1] + kind[None, :, None]) * shape[2] + month[None, None, :]).ravel()
