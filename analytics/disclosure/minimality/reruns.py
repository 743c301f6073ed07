"""The suppressor as anybody can re-run it: on other counts, with other keys, on the smallest part of a release that stands by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from analytics.disclosure.gate import suppress_history
from analytics.disclosure.ledger import History
from analytics.disclosure.policy import Policy
from analytics.disclosure.suppress.choice import Choice
from analytics.disclosure.system import BoolArray, IntArray, PublicationSystem
from core.errors import DisclosureError

# an area whose own figures stand could lose one of them only together with that of another area: it counts twice
WITH_ANOTHER = 2.0


@dataclass
class Part:
    """Some rows of a release that can be re-run by themselves, and what was withheld of them.

    history: the part as a release of its own, with the weights that everybody knows; rows: its cells in the whole system; visible: what is
    printed of it; geography: of the area that it is, '' for the whole release. runs: how often the suppressor was run.
    """

    history: History
    policy: Policy
    rows: IntArray
    visible: BoolArray
    geography: str
    runs: int = field(default=0)

    @property
    def system(self) -> PublicationSystem:
        return self.history.system

    def reproduced(self, table: IntArray, choice: Choice | None) -> bool:
        """Whether the suppressor, run on this table with this choice, prints exactly what is printed."""
        self.runs += 1
        history = self.history.with_table(table, self.policy)
        try:
            visible, _, _ = suppress_history(history, self.policy, choice=choice, only=~self.visible)
        except DisclosureError:
            return False
        # every figure that is printed is the same in every possible table, so the same cells are the same bytes
        return bool(np.array_equal(visible[history.system.candidate], self.visible[history.system.candidate]))


class Parts:
    """Finds the part of a release that a cell can be attacked in, and keeps it.

    A part is the smallest area around the cell whose own figures all stand and which, run by itself with the owner's choice on the true
    counts, gives exactly what is printed of it. What lies outside of such an area says nothing of what is in it. Where there is none, and
    beside earlier releases, it is the whole release.
    """

    def __init__(self, history: History, policy: Policy, visible: BoolArray, choice: Choice | None) -> None:
        self._history, self._policy, self._visible, self._choice = history, policy, visible, choice
        self._found: dict[tuple[str, str, str], Part | None] = {}
        self._by_atom = sparse.csc_matrix(history.system.incidence)

    def around(self, cell: int) -> Part | None:
        """The part of a cell; None where not even the whole release is reproduced (a run that ended by the clock, say)."""
        if self._history.joint is None:
            for place in self._places_around(cell):
                if place not in self._found:
                    self._found[place] = self._checked(self._cut(place))
                if self._found[place] is not None:
                    return self._found[place]
        whole = ("", "", "")
        if whole not in self._found:
            rows = np.arange(self._history.system.n_cells)
            self._found[whole] = self._checked(Part(self._history, self._policy, rows, self._visible, ""))
        return self._found[whole]

    @property
    def runs(self) -> int:
        """How often the suppressor was run, in all parts that were found."""
        return sum(part.runs for part in self._found.values() if part is not None)

    def _places_around(self, cell: int) -> Iterator[tuple[str, str, str]]:
        """Areas that hold all atoms of the cell and whose figures stand, the smallest first."""
        system = self._history.system
        own = system.incidence[cell].indices
        over = np.bincount(self._by_atom[:, own].indices, minlength=system.n_cells) == len(own)
        size = np.diff(system.incidence.indptr)
        names = system.cells.loc[over, ["geography", "edition", "place_code"]].assign(size=size[over])
        order = names.groupby(["geography", "edition", "place_code"], sort=False)["size"].max().sort_values(kind="stable")
        widest = int(size.max())
        for (geography, edition, code), most in order.items():
            rows = self._rows_of((geography, edition, code))
            if most < widest and self._visible[rows].all():
                yield geography, edition, code

    def _rows_of(self, place: tuple[str, str, str]) -> IntArray:
        cells = self._history.system.cells
        same = (cells["geography"] == place[0]) & (cells["edition"] == place[1]) & (cells["place_code"] == place[2])
        return np.flatnonzero(same.to_numpy())

    def _cut(self, place: tuple[str, str, str]) -> Part:
        system, own = self._history.system, self._rows_of(place)
        atoms = np.unique(system.incidence[own].indices)
        inside = system.incidence[:, atoms]
        rows = np.flatnonzero(np.diff(inside.indptr) == np.diff(system.incidence.indptr))
        weight = np.where(np.isin(rows, own), WITH_ANOTHER, 1.0) * system.weight[rows]
        part = PublicationSystem(
            incidence=sparse.csr_matrix(inside[rows]),
            atom_counts=system.atom_counts[atoms],
            cells=system.cells.iloc[rows].reset_index(drop=True),
            weight=weight,
            seen=system.seen[rows],
        )
        none = np.zeros(len(rows), dtype=np.int64)
        return Part(History(part, None, None, none, none - 1, 0, 0, 0), self._policy, rows, self._visible[rows], place[0])

    def _checked(self, part: Part) -> Part | None:
        choice = None if self._choice is None else self._choice.of(part.rows)
        return part if part.reproduced(part.system.atom_counts, choice) else None
