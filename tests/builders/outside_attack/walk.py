"""A walk over tables that everything printed leaves possible: one table answers for very many sums at once.

To ask of each sum and each value whether it is possible is a programme apiece, over everything that hangs together. Nearly all of them
are possible, and of that a table is the whole proof. So the walk goes first. It takes some areas, kinds and months out of the table that
it stands on and has a linear programme fill them anew, so that every printed sum stays as it is and hundreds of asked ones come as near
as they can to values that they have not shown yet. What it fills in counts only after it was rounded and held in whole numbers against
every printed figure of every release, as printed and before anything was simplified. Then it is the table to go on from, and whatever
an asked sum is in it has been shown to be possible.

What the blocks have not shown is asked for one by one: the least change of the table that gives it (least_change.py).

A walk proves nothing impossible. What no table has shown in the end is for the programmes over everything (ranges.py).
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from tests.builders.outside_attack.least_change import least_change
from tests.builders.outside_attack.ranges import Attack, made_whole
from tests.builders.outside_attack.reading import Ints, Reading

# parts in a block, and asked sums that one programme has in view: more take longer than they find more
BLOCK = 3_000
IN_VIEW = 300
# blocks after which it is looked again which areas lack something; where these showed fewer values each than that, larger ones do better
LOOK_AROUND = 50
FEW = 2
# seconds between two lines about how far the walk has come
EVERY = 20.0


@dataclass(frozen=True)
class Sum:
    """A sum of parts, and those of its values of which somebody wants to know whether they are possible; 0 or more."""

    parts: Ints
    values: tuple[int, ...]


class Walk:
    """missing: sums x values 0 to the largest asked for; true where it was asked for and no table has shown it."""

    def __init__(self, reading: Reading, system: Attack, table: Ints, asked: Sequence[Sum], seed: int = 1) -> None:
        """ValueError where the table to begin with is not what was printed."""
        self.steps = 0
        self._begun = time.perf_counter()
        self._shape, self._lower = reading.shape, system.lower
        self._open, self._component = system.value < 0, system.component
        self._least = np.array([least for _, least in system.least], dtype=np.int64)
        self._n_equal = len(system.equal)
        self._figures, self._low, self._high = _printed(reading)
        self._rows = _matrix([parts for parts, _ in (*system.equal, *system.least)], reading.n_parts)
        self._rows_by_row = self._rows.tocsr()
        self._asked = _matrix([each.parts for each in asked], reading.n_parts)
        self._asked_by_row = self._asked.tocsr()
        self.missing = np.zeros((len(asked), 1 + max((v for each in asked for v in each.values), default=0)), dtype=bool)
        for i, each in enumerate(asked):
            self.missing[i, list(each.values)] = True
        self._rng = np.random.default_rng(seed)
        self._lacking = np.arange(reading.shape[0])
        self._table = np.zeros(reading.n_parts, dtype=np.int64)
        self._figure, self._sum = np.zeros(len(self._low), dtype=np.int64), np.zeros(len(asked), dtype=np.int64)
        if not self.stand_on(np.arange(reading.n_parts), table):
            raise ValueError("the table to begin with is not what the printed figures say")

    def go(self, say: Callable[[str], None] = lambda _: None) -> None:
        """Walk until every value was shown, or every sum that lacks one was asked for: small blocks first, of which one shows many values,
        then the least change for each value that is left."""
        self._begun = time.perf_counter()
        self._small_blocks(say)
        self._least_changes(say)

    def _small_blocks(self, say: Callable[[str], None]) -> None:
        """Blocks around sums that lack a value, while LOOK_AROUND of them show FEW values each."""
        said, before = time.perf_counter(), 0
        for number in itertools.count():
            live = np.flatnonzero(self.missing.any(axis=1))
            if number % LOOK_AROUND == 0:
                if number and before - self.missing.sum() < FEW * LOOK_AROUND:
                    break
                before = int(self.missing.sum())
                # what is left lies in few areas in the end: blocks of these have more in view
                self._lacking = np.unique(self._asked_by_row[live].indices // (self._shape[1] * self._shape[2]))
            if not len(live):
                break
            centre = int(self._rng.choice(live))
            self._step(centre, self._block(centre))
            if time.perf_counter() - said > EVERY:
                said = time.perf_counter()
                say(self._so_far("small blocks"))

    def _least_changes(self, say: Callable[[str], None]) -> None:
        """For each value that is left, the least change of the table that shows it, over all that hangs together."""
        said = time.perf_counter()
        for centre in np.flatnonzero(self.missing.any(axis=1)).tolist():
            own = self._open_parts(centre)
            if not len(own):
                continue
            block = np.flatnonzero(self._open & np.isin(self._component, np.unique(self._component[own])))
            rows, low, high = self._rows_over(block)
            for value in np.flatnonzero(self.missing[centre]).tolist():
                # a table before may have shown it
                if self.missing[centre, value]:
                    self.steps += 1
                    room, move = self._table[block] - self._lower[block], value - int(self._sum[centre])
                    change = least_change(rows, low, high, room, np.searchsorted(block, own), move, self._rng)
                    if change is not None and self.stand_on(block, self._table[block] + change):
                        rows, low, high = self._rows_over(block)
            if time.perf_counter() - said > EVERY:
                said = time.perf_counter()
                say(self._so_far("least changes"))

    def _so_far(self, what: str) -> str:
        left = f"{self.missing.sum():,} values of {self.missing.any(axis=1).sum():,} sums to be shown"
        return f"{what}: {self.steps:,} programmes, {left}, {time.perf_counter() - self._begun:.0f} s"

    def stand_on(self, parts: Ints, values: Ints) -> bool:
        """Put these values in the table, where all that was printed still holds, and note what each asked sum is then."""
        moved = np.flatnonzero(values != self._table[parts])
        where, by = parts[moved], (values - self._table[parts])[moved]
        figure = self._figure + self._figures[:, where] @ by
        if (values < 0).any() or (figure < self._low).any() or (figure > self._high).any():
            return False
        self._table[where] += by
        self._figure, self._sum = figure, self._sum + self._asked[:, where] @ by
        in_sight = np.flatnonzero((self._sum >= 0) & (self._sum < self.missing.shape[1]))
        self.missing[in_sight, self._sum[in_sight]] = False
        return True

    def _step(self, centre: int, block: Ints) -> None:
        if not len(block):
            return
        near = self._asked[:, block].tocsr()
        goals = np.flatnonzero((np.diff(near.indptr) > 0) & self.missing.any(axis=1))
        if len(goals) > IN_VIEW:
            goals = np.union1d(self._rng.choice(goals, IN_VIEW, replace=False), [centre])
        # one of the values that a sum lacks, drawn at random
        wanted = np.argmax(self._rng.random((len(goals), self.missing.shape[1])) * self.missing[goals], axis=1)
        self.steps += 1
        filled = self._fill(block, near[goals], wanted - self._sum[goals])
        self.stand_on(block, filled)

    def _open_parts(self, number: int) -> Ints:
        parts = self._asked_by_row.indices[self._asked_by_row.indptr[number] : self._asked_by_row.indptr[number + 1]]
        return np.asarray(parts[self._open[parts]], dtype=np.int64)

    def _block(self, centre: int) -> Ints:
        """Parts of one component: some areas of the sum and others, all kinds or two, all months or six."""
        _, n_kinds, n_months = self._shape
        own = self._open_parts(centre)
        if not len(own):
            return own
        component = self._component[self._rng.choice(own)]
        own = own[self._component[own] == component]
        area, kind, month = np.unravel_index(own, self._shape)
        everywhere = np.unravel_index(np.flatnonzero(self._open & (self._component == component)), self._shape)
        few_kinds, few_months = [(n_kinds, n_months), (2, n_months), (n_kinds, 6)][self._rng.integers(3)]
        kinds = self._some(kind, everywhere[1], few_kinds)
        months = self._some(month, everywhere[2], few_months)
        areas = self._some(area, everywhere[0], max(4, BLOCK // (len(kinds) * len(months))), self._lacking)
        block = ((areas[:, None, None] * n_kinds + kinds[None, :, None]) * n_months + months[None, None, :]).ravel()
        return np.asarray(block[self._open[block] & (self._component[block] == component)], dtype=np.int64)

    def _some(self, own: Ints, others: Ints, most: int, rather: Ints | None = None) -> Ints:
        """So many of each: half of them of its own, then half of what is left from some that are asked for rather, then any."""
        others = np.unique(others)
        if len(others) <= most:
            return others
        kept = self._draw(np.unique(own), max(1, most // 2))
        if rather is not None:
            kept = np.union1d(kept, self._draw(np.setdiff1d(np.intersect1d(others, rather), kept), (most - len(kept)) // 2))
        return np.union1d(kept, self._draw(np.setdiff1d(others, kept), most - len(kept)))

    def _draw(self, among: Ints, most: int) -> Ints:
        return self._rng.choice(among, min(len(among), most), replace=False)

    def _rows_over(self, block: Ints) -> tuple[Any, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The printed sums over the parts of a block, by column, and the least and the largest by which each may change."""
        rows = self._rows[:, block]
        touched = np.unique(rows.indices)
        rows = sparse.csc_matrix((rows.data, np.searchsorted(touched, rows.indices), rows.indptr), shape=(len(touched), len(block)))
        low, high = np.zeros(len(touched)), np.zeros(len(touched))
        least = touched >= self._n_equal
        low[least] = self._least[touched[least] - self._n_equal] - self._rows_by_row[touched[least]] @ self._table
        high[least] = highspy.kHighsInf
        return rows, low, high

    def _fill(self, block: Ints, near: Any, move: Ints) -> Ints:
        """Values for the parts of a block, rounded: printed sums stay, asked ones move by as much as they can of what is wanted."""
        rows, low, high = self._rows_over(block)
        before: Ints = self._table[block]
        low, high = low + rows @ before, high + rows @ before
        goal = (near @ before + move).astype(np.float64)
        n, n_goals = len(block), len(move)
        short = sparse.identity(n_goals, format="csc")
        matrix = sparse.bmat(
            [[rows, None, None], [near, short, -short]] if rows.shape[0] else [[near, short, -short]], format="csc"
        )
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = n + 2 * n_goals, matrix.shape[0]
        model.col_cost_ = np.concatenate([np.zeros(n), np.ones(2 * n_goals)])
        model.col_lower_ = np.concatenate([self._lower[block].astype(np.float64), np.zeros(2 * n_goals)])
        model.col_upper_ = np.full(n + 2 * n_goals, highspy.kHighsInf)
        model.row_lower_, model.row_upper_ = np.concatenate([low, goal]), np.concatenate([high, goal])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        model.a_matrix_.index_ = matrix.indices.astype(np.int32)
        model.a_matrix_.value_ = matrix.data.astype(np.float64)
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.passModel(model)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return before
        return made_whole(solver, matrix[:, :n], n, self._rng)


def _matrix(rows: Sequence[Ints], n: int) -> Any:
    sizes = [len(parts) for parts in rows]
    return sparse.csr_matrix(
        (
            np.ones(sum(sizes), dtype=np.int64),
            np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64),
            np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]),
        ),
        shape=(len(rows), n),
    ).tocsc()


def _printed(reading: Reading) -> tuple[Any, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Every figure, symbol and answer as printed, each sum once: rows over parts, the least and the largest that each may be."""
    said: dict[bytes, tuple[Ints, float, float]] = {}
    ends = [
        (f.parts, float(f.least), np.inf) if f.count is None else (f.parts, float(f.count), float(f.count)) for f in reading.figures
    ]
    for parts, low, high in (*ends, *((parts, float(count), float(count)) for parts, count in reading.answers)):
        key = np.sort(parts).tobytes()
        _, lowest, highest = said.get(key, (parts, -np.inf, np.inf))
        said[key] = parts, max(low, lowest), min(high, highest)
    rows = list(said.values())
    return _matrix([parts for parts, _, _ in rows], reading.n_parts), np.array([r[1] for r in rows]), np.array([r[2] for r in rows])
