"""Everything published as one system over atoms: a sparse 0/1 matrix, and what each of its rows is called.

An atom is a non-empty intersection of all published geographies x the finest category class x the finest span of months. Every
published cell, ordinary or total, of this release or of an earlier one, is the sum of the atoms whose row entries are 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.errors import InternalError

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
_T = TypeVar("_T")

# seen: a row that is public by the way the system is built and counts no incidents (the bounds of an interval or of a correction)
BY_CONSTRUCTION = 2
# the columns that name a cell, in published order; release is 0 for the candidate, else the id of an earlier release
CELL_COLUMNS = ("geography", "edition", "place_code", "category", "period_start", "period_end", "release")


@dataclass(frozen=True)
class PublicationSystem:
    """Cells x atoms.

    incidence: CSR, one row a cell, one column an atom, entries 1 (int64).
    atom_counts: the true count of each atom.
    cells: one row a cell with CELL_COLUMNS, in the order of the matrix rows.
    weight: the loss of withholding each cell; infinite where it must never be a secondary suppression.
    known_least: of each withheld row of an earlier release the least that its symbol says (0 where it says nothing, as for any other row).
    seen: 0 for a cell of the candidate, 1 for one published by an earlier release, -1 for one that an earlier release withheld,
    BY_CONSTRUCTION for a row that is no cell.
    """

    incidence: Any
    atom_counts: IntArray
    cells: pd.DataFrame
    weight: FloatArray
    seen: npt.NDArray[np.int8]
    known_least: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        if not len(self.known_least):
            object.__setattr__(self, "known_least", np.zeros(self.incidence.shape[0], dtype=np.int64))
        n_cells, n_atoms = self.incidence.shape
        if (
            len(self.atom_counts) != n_atoms
            or not len(self.cells) == len(self.weight) == len(self.seen) == len(self.known_least) == n_cells
        ):
            raise InternalError("publication system: matrix, atoms and cells differ in length")
        if (self.incidence.data == 0).any():
            raise InternalError("publication system: the matrix keeps entries that are 0")
        if n_atoms and self.atom_counts.min() < 0:
            raise InternalError("publication system: an atom count is negative")

    @property
    def n_cells(self) -> int:
        return int(self.incidence.shape[0])

    @property
    def n_atoms(self) -> int:
        return int(self.incidence.shape[1])

    @cached_property
    def cell_counts(self) -> IntArray:
        """The true count of every cell."""
        return np.asarray(self.incidence @ self.atom_counts, dtype=np.int64)

    @property
    def candidate(self) -> BoolArray:
        """Which cells belong to the release being made."""
        return np.asarray(self.seen == 0)

    @property
    def place_of_atom(self) -> tuple[IntArray, ...]:
        """For each geography: the place of every atom, -1 for none."""
        return self.kept("place_of_atom", self._place_of_atom)

    def _place_of_atom(self) -> tuple[IntArray, ...]:
        out = []
        for _, rows in self.cells.groupby(["geography", "edition"], sort=True).groups.items():
            index = np.asarray(rows)
            code = _codes(self.cells["place_code"].to_numpy()[index])
            part = self.incidence[index].tocoo()
            label = np.full(self.n_atoms, -1, dtype=np.int64)
            label[part.col] = code[part.row]
            out.append(label)
        return tuple(out)

    @property
    def area_of_atom(self) -> IntArray:
        """The finest area of every atom: atoms of one area lie in the same place of every geography."""
        return self.kept("area_of_atom", self._area_of_atom)

    def _area_of_atom(self) -> IntArray:
        return joint(self.place_of_atom)

    @property
    def kind_of_atom(self) -> IntArray:
        """The finest category and period of every atom: atoms of one kind belong to the same published categories and periods."""
        return self.kept("kind_of_atom", self._kind_of_atom)

    def _kind_of_atom(self) -> IntArray:
        labels = []
        columns: str | list[str]
        for columns in ("category", ["period_start", "period_end"]):
            for _, rows in self.cells.groupby(columns, sort=True).groups.items():
                label = np.zeros(self.n_atoms, dtype=np.int64)
                label[self.incidence[np.asarray(rows)].indices] = 1
                labels.append(label)
        return joint(labels)

    @cached_property
    def layout(self) -> dict[str, Any]:
        """What was worked out from the matrix and the names of its rows alone (see `kept`)."""
        return {}

    def kept(self, name: str, work_out: Callable[[], _T]) -> _T:
        """What a name stands for, worked out once for all systems that differ in counts or weights only. Nobody may change it."""
        if name not in self.layout:
            self.layout[name] = work_out()
        found: _T = self.layout[name]
        return found

    def with_weight(self, weight: FloatArray) -> PublicationSystem:
        return self._of_same_layout(replace(self, weight=weight))

    def with_counts(self, atom_counts: IntArray) -> PublicationSystem:
        return self._of_same_layout(replace(self, atom_counts=atom_counts))

    def _of_same_layout(self, other: PublicationSystem) -> PublicationSystem:
        other.__dict__["layout"] = self.layout
        return other


@dataclass(frozen=True)
class Table:
    """One table of a publication: every place of a geography x categories x periods.

    places: code of the place that each finest area lies in, one a finest area ('' = in none of this geography).
    members: groups x publisher's categories, True where the category belongs to the group.
    spans: first and last month of each published period.
    weight: loss of withholding one cell, before the size of its count is looked at; factors: by category, 1 where empty.
    """

    geography: str
    edition: str
    places: npt.NDArray[np.object_]
    categories: tuple[str, ...]
    members: BoolArray
    spans: tuple[tuple[date, date], ...]
    weight: float
    release: int = 0
    factors: tuple[float, ...] = ()


def build_system(tables: Sequence[Table], area: IntArray, category: IntArray, month: IntArray, incidents: IntArray,
                 months: Sequence[date]) -> PublicationSystem:  # fmt: skip
    """Make the system of some tables from long counts.

    area, category, month: index of each count's finest area, publisher's category and month; incidents: the counts.
    Finest areas, categories and months that no table tells apart are one class, so that there are as few atoms as there can be:
    fewer atoms mean fewer alternatives for the attacker, which is the careful side.
    """
    if not tables:
        raise InternalError("publication system: no table")
    area_class, area_rows = _classes(np.column_stack([_codes(t.places) for t in tables]))
    category_class, category_rows = _classes(np.vstack([t.members for t in tables]).T)
    in_span = [[start <= m <= end for t in tables for start, end in t.spans] for m in months]
    month_class, month_rows = _classes(np.array(in_span, dtype=np.int64).reshape(len(months), -1))
    shape = (len(area_rows), len(category_rows), len(month_rows))
    flat = np.ravel_multi_index((area_class[area], category_class[category], month_class[month]), shape)
    counts = np.bincount(flat, weights=incidents, minlength=int(np.prod(shape))).astype(np.int64)

    blocks, frames, weights = [], [], []
    for table in tables:
        block, frame = _table_rows(table, area_rows, category_rows, month_rows, months)
        blocks.append(block)
        frames.append(frame)
        factor = dict(zip(table.categories, table.factors or (1.0,) * len(table.categories), strict=True))
        weights.append(table.weight * frame["category"].map(factor).to_numpy(dtype=np.float64))
    matrix = sparse.csr_matrix(sparse.vstack(blocks, format="csr"), dtype=np.int64)
    cells = pd.concat(frames, ignore_index=True)
    used = np.asarray(matrix.sum(axis=0)).ravel() > 0
    if counts[~used].any():
        # incidents outside every table (an uncategorised one) belong to no cell: nobody can learn of them
        counts = np.where(used, counts, 0)
    return PublicationSystem(
        incidence=sparse.csr_matrix(matrix[:, used]),
        atom_counts=counts[used],
        cells=cells,
        weight=np.concatenate(weights),
        seen=np.zeros(len(cells), dtype=np.int8),
    )


def joint(labels: Iterable[IntArray]) -> IntArray:
    """One label, from 0, for each combination of labels that occurs."""
    out: IntArray | None = None
    for label in labels:
        code = _codes(label)
        out = code if out is None else _codes(out * (code.max(initial=0) + 1) + code)
    if out is None:
        raise InternalError("publication system: nothing to combine")
    return out


def _codes(places: npt.NDArray[Any]) -> IntArray:
    return np.asarray(pd.factorize(places)[0], dtype=np.int64)


def _classes(rows: npt.NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Class of each row, where equal rows are one class, and one row that stands for each class."""
    _, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return np.asarray(inverse, dtype=np.int64).ravel(), np.asarray(first, dtype=np.int64)


def _table_rows(table: Table, area_rows: IntArray, category_rows: IntArray, month_rows: IntArray, months: Sequence[date]
                ) -> tuple[Any, pd.DataFrame]:  # fmt: skip
    """The rows of one table: the Kronecker product of place, category and period membership."""
    place_of = table.places[area_rows]
    codes = sorted(set(table.places) - {""})
    position = {code: i for i, code in enumerate(codes)}
    inside = np.flatnonzero(place_of != "")
    by_place = sparse.csr_matrix(
        (np.ones(len(inside), dtype=np.int64), ([position[c] for c in place_of[inside]], inside)),
        shape=(len(codes), len(area_rows)),
    )
    by_category = sparse.csr_matrix(table.members[:, category_rows].astype(np.int64))
    stand_for = [months[i] for i in month_rows]
    by_span = sparse.csr_matrix(np.array([[s <= m <= e for m in stand_for] for s, e in table.spans], dtype=np.int64))
    block = sparse.kron(sparse.kron(by_place, by_category, format="csr"), by_span, format="csr")
    n_place, n_category, n_span = len(codes), len(table.categories), len(table.spans)
    frame = pd.DataFrame(
        {
            "geography": table.geography,
            "edition": table.edition,
            "place_code": np.repeat(codes, n_category * n_span),
            "category": np.tile(np.repeat(table.categories, n_span), n_place),
            "period_start": np.tile(np.array([s for s, _ in table.spans], dtype=object), n_place * n_category),
            "period_end": np.tile(np.array([e for _, e in table.spans], dtype=object), n_place * n_category),
            "release": table.release,
        }
    )
    return block, frame
