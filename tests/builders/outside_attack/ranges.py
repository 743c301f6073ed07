"""The ranges that a reader can work out: linear programmes over everything that was printed, and integer ones where halves are no counts.

What is printed is first put as simply as it can be. A sum less the printed sums inside it is a smaller sum; a sum of 0, or of one part,
settles its parts; what then hangs together is one component, with a model of its own in HiGHS. The model stays, and only its objective
changes from one question to the next. A solution counts only after it was rounded and checked in whole numbers against every printed figure
of its component; all that were found are kept, since one possible table answers for every cell.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from tests.builders.outside_attack.reading import Ints, Reading

NEAR_WHOLE = 1e-6
KEPT_TABLES = 1_500
KEPT_MODELS = 40
# nodes for one integer programme; a question that is not answered by then counts as open and never as safe
NODES = 5_000
# columns beside the halves of a solution, and nodes, to make whole numbers of them
BESIDE = 500
FEW_NODES = 200


@dataclass
class Work:
    """How many programmes were solved, and how many answers needed none because a table was known already. blocks: those of the walk."""

    blocks: int = 0
    linear: int = 0
    integer: int = 0
    known: int = 0


class Unanswered(RuntimeError):
    """An integer programme ended neither with a table nor with a proof."""


class Attack:
    """Everything that was printed, ready for questions. truth: a possible table to begin with; the answers are the same without it.

    on_table: told of every table that is found, as the parts of some components and their values.
    """

    def __init__(self, reading: Reading, truth: Ints | None = None) -> None:
        self.work = Work()
        self.on_table: Callable[[Ints, Ints], object] = lambda _parts, _values: None
        self._parts_an_area = reading.shape[1] * reading.shape[2]
        rows = [(figure.parts, figure.count) for figure in reading.figures if figure.count is not None]
        equal = _once([*rows, *reading.answers])
        least = [(f.parts, f.least) for f in reading.figures if f.count is None and f.least > 0]
        self._truth = truth
        self.value, self.lower, self.equal = _simplify(reading.n_parts, equal)
        self.least = self._what_symbols_add(equal, least)
        self._bounded = np.zeros(reading.n_parts, dtype=bool)
        for parts, _ in self.equal:
            self._bounded[parts] = True
        self.component = self._components(reading.n_parts)
        self._rows_of: dict[int, tuple[list[int], list[int]]] = {}
        for which, rows_ in enumerate((self.equal, self.least)):
            for i, (parts, _) in enumerate(rows_):
                self._rows_of.setdefault(int(self.component[parts[0]]), ([], []))[which].append(i)
        order = np.argsort(self.component, kind="stable")
        cuts = np.flatnonzero(np.diff(self.component[order], prepend=-2))
        self._parts_of = {
            int(self.component[order[a]]): np.sort(order[a:b]) for a, b in zip(cuts, [*cuts[1:], len(order)], strict=True)
        }
        self._models: OrderedDict[tuple[int, ...], _Model] = OrderedDict()
        self._near: OrderedDict[tuple[int, ...], _Model] = OrderedDict()
        self._areas_of_row = [frozenset((parts // self._parts_an_area).tolist()) for parts, _ in (*self.equal, *self.least)]
        self._rows_in: dict[int, list[int]] = {}
        for i, areas in enumerate(self._areas_of_row):
            self._rows_in.setdefault(min(areas), []).append(i)

    def range_of(self, parts: Ints) -> tuple[int, float]:
        """The least and the largest whole number that a sum of parts can be in the eyes of the reader; inf where nothing bounds it."""
        settled, free, model = self._look_up(parts)
        if model is None:
            return settled, settled
        low = settled + model.extreme(free, -1)
        return low, settled + model.extreme(free, 1) if self._bounded[parts[self.value[parts] < 0]].all() else math.inf

    def linear_range_of(self, parts: Ints) -> tuple[int, float]:
        """The same by linear programmes alone, rounded inwards: never narrower than the true range."""
        settled, free, model = self._look_up(parts)
        if model is None:
            return settled, settled
        low = settled + model.bound(free, -1)[0]
        return low, settled + model.bound(free, 1)[0] if self._bounded[parts[self.value[parts] < 0]].all() else math.inf

    def can_be(self, parts: Ints, value: int) -> bool:
        """Whether a sum of parts can be this number: some table of whole numbers has it, or a programme without a solution rules it out."""
        settled, free, model = self._look_up(parts)
        if model is None:
            return value == settled
        return model.has_seen(free, value - settled) or (
            not self._own_areas_rule_out(parts, value) and model.can_be(free, value - settled)
        )

    def was_seen(self, parts: Ints, value: int) -> bool:
        """Whether a table that was found already gives a sum this value; solves nothing."""
        settled, free, model = self._look_up(parts)
        return value == settled if model is None else model.has_seen(free, value - settled)

    def _own_areas_rule_out(self, parts: Ints, value: int) -> bool:
        """Whether the figures that lie whole in the areas of a sum bound it off a value already. Fewer figures leave more tables possible, so
        what they rule out is ruled out; and of one area they are a small programme where everything that hangs together is a large one."""
        open_ = parts[self.value[parts] < 0]
        areas = tuple(np.unique(open_ // self._parts_an_area).tolist())
        model = self._near.get(areas)
        if model is None:
            numbers = [i for area in areas for i in self._rows_in.get(area, []) if self._areas_of_row[i].issubset(areas)]
            rows = [(*self.equal[i], self.equal[i][1]) if i < len(self.equal) else (*self.least[i - len(self.equal)], math.inf)
                    for i in numbers]  # fmt: skip
            inside = np.unique(np.concatenate([open_, *(row[0] for row in rows)]))
            rows = [(np.searchsorted(inside, within), low, high) for within, low, high in rows]
            model = self._near[areas] = _Model(inside, rows, self.lower[inside], None, self.work, kept=1)
            while len(self._near) > KEPT_MODELS:
                self._near.popitem(last=False)
        elif not np.isin(open_, model.parts).all():
            return False
        free = np.searchsorted(model.parts, open_)
        rest = value - int(self.value[parts[self.value[parts] >= 0]].sum())
        return rest < model.bound(free, -1)[0] or (model.is_bounded(free) and rest > model.bound(free, 1)[0])

    def _look_up(self, parts: Ints) -> tuple[int, Ints, _Model | None]:
        """What of a sum is settled, and the rest by its position in the model of its component (or of several, put together)."""
        open_ = parts[self.value[parts] < 0]
        settled = int(self.value[parts[self.value[parts] >= 0]].sum())
        if not len(open_):
            return settled, open_, None
        key = tuple(np.unique(self.component[open_]).tolist())
        model = self._models.get(key)
        if model is None:
            model = self._models[key] = self._model(key)
            while len(self._models) > KEPT_MODELS:
                self._models.popitem(last=False)
        self._models.move_to_end(key)
        return settled, np.searchsorted(model.parts, open_), model

    def _model(self, components: tuple[int, ...]) -> _Model:
        inside = np.sort(np.concatenate([self._parts_of[c] for c in components]))
        rows: list[tuple[Ints, int, float]] = []
        for c in components:
            equal, least = self._rows_of.get(c, ([], []))
            rows += [(np.searchsorted(inside, self.equal[i][0]), self.equal[i][1], self.equal[i][1]) for i in equal]
            rows += [(np.searchsorted(inside, self.least[i][0]), self.least[i][1], math.inf) for i in least]
        known = None if self._truth is None else self._truth[inside]
        return _Model(inside, rows, self.lower[inside], known, self.work, on_table=self.on_table)

    def _what_symbols_add(self, equal: list[tuple[Ints, int]], said: list[tuple[Ints, int]]) -> list[tuple[Ints, int]]:
        """Those withheld sums of which 'at least' says more than the printed figures do already; single parts get it as their bound."""
        n = len(self.value)
        open_rows = []
        for parts, least in said:
            free = parts[self.value[parts] < 0]
            rest = least - int(self.value[parts[self.value[parts] >= 0]].sum())
            if rest > 0 and len(free) == 1:
                self.lower[free[0]] = max(int(self.lower[free[0]]), rest)
            elif rest > 0 and len(free):
                open_rows.append((free, rest))
        positive = [(parts, value) for parts, value in self.equal if value > 0]
        rows = sorted([*_once(open_rows, best=True)], key=lambda row: len(row[0]))
        of_part: list[list[tuple[Ints, int]]] = [[] for _ in range(n)]
        for parts, value in positive:
            of_part[parts[0]].append((parts, value))
        inside, kept = np.zeros(n, dtype=bool), []
        for parts, least in rows:
            inside[parts] = True
            told = int(self.lower[parts].sum()) >= least or any(
                value >= least and len(within) <= len(parts) and inside[within].all() for p in parts for within, value in of_part[p]
            )
            inside[parts] = False
            if not told:
                kept.append((parts, least))
                of_part[parts[0]].append((parts, least))
        return kept

    def _components(self, n: int) -> Ints:
        rows = [parts for parts, _ in (*self.equal, *self.least)]
        row = np.repeat(np.arange(len(rows)), [len(parts) for parts in rows])
        column = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
        graph = sparse.coo_matrix((np.ones(len(row), dtype=np.int8), (row + n, column)), shape=(n + len(rows), n + len(rows)))
        return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1][:n], dtype=np.int64)


def _once(rows: Iterable[tuple[Ints, int]], *, best: bool = False) -> list[tuple[Ints, int]]:
    """Each sum once. best: the largest of what is said of it; otherwise two figures of one sum must agree."""
    found: dict[bytes, tuple[Ints, int]] = {}
    for parts, value in rows:
        key = np.sort(parts).tobytes()
        if key in found and not best and found[key][1] != value:
            raise ValueError(f"two printed figures of one sum differ: {found[key][1]} and {value}")
        if key not in found or value > found[key][1]:
            found[key] = np.sort(parts), value
    return list(found.values())


def _simplify(n: int, rows: list[tuple[Ints, int]]) -> tuple[Ints, Ints, list[tuple[Ints, int]]]:
    """(value of each part that is settled, else -1; lower bounds; the sums that are left over open parts)."""
    value = np.full(n, -1, dtype=np.int64)
    while True:
        rows = _settle(value, rows)
        smaller = _less_what_is_inside(n, rows)
        if sum(len(p) for p, _ in smaller) == sum(len(p) for p, _ in rows):
            return value, np.zeros(n, dtype=np.int64), smaller
        rows = smaller


def _settle(value: Ints, rows: list[tuple[Ints, int]]) -> list[tuple[Ints, int]]:
    """Take settled parts out of the sums, and settle what a sum of 0 or of one part says, until nothing changes."""
    while True:
        left, changed = [], False
        for parts, total in rows:
            open_ = value[parts] < 0
            rest = total - int(value[parts[~open_]].sum())
            free = parts[open_]
            if rest < 0 or (rest and not len(free)):
                raise ValueError("the printed figures contradict one another")
            if len(free) and (rest == 0 or len(free) == 1):
                value[free] = rest
                changed = True
            elif len(free):
                left.append((free, rest))
        rows = left
        if not changed:
            return _once(rows)


def _less_what_is_inside(n: int, rows: list[tuple[Ints, int]]) -> list[tuple[Ints, int]]:
    """Each sum less disjoint printed sums that lie in it, the largest first; smaller ones only, so that together they say the same."""
    rows = sorted(rows, key=lambda row: -len(row[0]))
    # a sum inside another has its first part in it
    begins: list[list[int]] = [[] for _ in range(n)]
    for i, (parts, _) in enumerate(rows):
        begins[parts[0]].append(i)
    any_begins = np.array([bool(found) for found in begins])
    size = [len(parts) for parts, _ in rows]
    inside, found = np.zeros(n, dtype=bool), []
    for i, (parts, total) in enumerate(rows):
        inside[parts] = True
        left, rest = size[i], total
        for j in sorted({j for p in parts[any_begins[parts]].tolist() for j in begins[p] if j > i and size[j] < size[i]}):
            if size[j] <= left and inside[rows[j][0]].all():
                inside[rows[j][0]] = False
                left, rest = left - size[j], rest - rows[j][1]
        if left:
            found.append((parts[inside[parts]], rest))
        elif rest:
            raise ValueError("the printed figures contradict one another")
        inside[parts] = False
    return _once(found)


class _Model:
    """One component: its programme, and the tables that were found possible."""

    def __init__(
        self,
        parts: Ints,
        rows: list[tuple[Ints, int, float]],
        lower: Ints,
        known: Ints | None,
        work: Work,
        *,
        kept: int = KEPT_TABLES,
        on_table: Callable[[Ints, Ints], object] = lambda _parts, _values: None,
    ) -> None:
        self.parts, self.work, self._on_table = parts, work, on_table
        self._lower = lower
        self._matrix = sparse.csr_matrix(
            (
                np.ones(sum(len(r[0]) for r in rows), dtype=np.int64),
                np.concatenate([r[0] for r in rows]) if rows else np.zeros(0, dtype=np.int64),
                np.cumsum([0, *(len(r[0]) for r in rows)]),
            ),
            shape=(len(rows), len(parts)),
        )
        self._row_low = np.array([r[1] for r in rows], dtype=np.float64)
        self._row_high = np.array([r[2] for r in rows], dtype=np.float64)
        self._solver = self._load(whole=False)
        self._rng = np.random.default_rng(len(parts))
        self._tables = np.zeros((kept, len(parts)), dtype=np.int32)
        self._n_tables = self._next = 0
        if known is not None and not self._note(known.astype(np.float64)):
            raise ValueError("the true counts are not what the printed figures say")

    def is_bounded(self, free: Ints) -> bool:
        """Whether each of these parts lies in a sum that is known."""
        known = self._matrix[np.isfinite(self._row_high)]
        return bool(np.isin(free, known.indices).all())

    def bound(self, free: Ints, sign: int) -> tuple[int, bool]:
        """The least (-1) or largest (1) sum by a linear programme, rounded inwards; whether a whole table has it."""
        cost = np.zeros(len(self.parts))
        cost[free] = 1.0
        status = self._run(self._solver, cost, sign)
        self.work.linear += 1
        if status != highspy.HighsModelStatus.kOptimal:
            raise Unanswered(f"the linear programme ended with {status}")
        best = self._solver.getInfo().objective_function_value
        whole = math.ceil(best - NEAR_WHOLE) if sign < 0 else math.floor(best + NEAR_WHOLE)
        table = np.array(self._solver.getSolution().col_value)
        return whole, self._note(table) and int(np.rint(table[free]).sum()) == whole

    def extreme(self, free: Ints, sign: int) -> int:
        """The least or largest whole sum: the linear bound where a table has it, else the next value that one has."""
        value, has = self.bound(free, sign)
        while not has and not self.can_be(free, value):
            value -= sign
        return value

    def can_be(self, free: Ints, value: int) -> bool:
        """Whether a table of whole numbers gives the sum this value."""
        if value < int(self._lower[free].sum()):
            return False
        if self.has_seen(free, value):
            self.work.known += 1
            return True
        cost = np.zeros(len(self.parts))
        solver = self._solver
        row = solver.getNumRow()
        solver.addRow(float(value), float(value), len(free), free.astype(np.int32), np.ones(len(free)))
        status = self._run(solver, cost, -1)
        self.work.linear += 1
        if status == highspy.HighsModelStatus.kOptimal:
            table = made_whole(solver, self._matrix.tocsc(), len(self.parts), self._rng)
        solver.deleteRows(1, np.array([row], dtype=np.int32))
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        if status == highspy.HighsModelStatus.kOptimal and self._note(table) and table[free].sum() == value:
            return True
        return self._can_be_whole(free, value)

    def has_seen(self, free: Ints, value: int) -> bool:
        """Whether a table that is kept gives the sum this value."""
        return bool((self._tables[: self._n_tables, free].sum(axis=1) == value).any())

    def _can_be_whole(self, free: Ints, value: int) -> bool:
        solver = self._load(whole=True)
        solver.addRow(float(value), float(value), len(free), free.astype(np.int32), np.ones(len(free)))
        status = self._run(solver, np.zeros(len(self.parts)), -1)
        self.work.integer += 1
        table = np.array(solver.getSolution().col_value)
        if status == highspy.HighsModelStatus.kInfeasible:
            return False
        if status == highspy.HighsModelStatus.kOptimal and self._note(table):
            return True
        raise Unanswered(f"the integer programme ended with {status}")

    def _run(self, solver: Any, cost: Any, sign: int) -> Any:
        solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        solver.changeObjectiveSense(highspy.ObjSense.kMaximize if sign > 0 else highspy.ObjSense.kMinimize)
        solver.run()
        return solver.getModelStatus()

    def _note(self, table: Any) -> bool:
        """Keep a table that is whole and gives every printed figure; checked in whole numbers, a solver's word is not enough."""
        whole = np.rint(table).astype(np.int64)
        sums = self._matrix @ whole
        if (whole < self._lower).any() or (sums < self._row_low).any() or (sums > self._row_high).any():
            return False
        self._tables[self._next] = whole
        self._next = (self._next + 1) % len(self._tables)
        self._n_tables = max(self._n_tables, self._next or len(self._tables))
        self._on_table(self.parts, whole)
        return True

    def _load(self, *, whole: bool) -> Any:
        n_rows, n = self._matrix.shape
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = n, n_rows
        model.col_cost_ = np.zeros(n)
        model.col_lower_ = self._lower.astype(np.float64)
        model.col_upper_ = np.full(n, highspy.kHighsInf)
        model.row_lower_ = self._row_low
        model.row_upper_ = np.where(np.isinf(self._row_high), highspy.kHighsInf, self._row_high)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = self._matrix.indptr.astype(np.int32)
        model.a_matrix_.index_ = self._matrix.indices.astype(np.int32)
        model.a_matrix_.value_ = self._matrix.data.astype(np.float64)
        if whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * n
        solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        if whole:
            solver.setOptionValue("mip_max_nodes", NODES)
        else:
            solver.setOptionValue("presolve", "off")  # a basis that is kept is worth more than a smaller programme
        solver.passModel(model)
        return solver


def made_whole(solver: Any, matrix: Any, n: int, rng: np.random.Generator) -> Ints:
    """The solution of a linear programme in whole numbers, of the first n columns. matrix: of these columns, by column.

    Halves hang together in a few sums. An integer programme over them and some columns beside them, the others fixed, is small; where it
    finds nothing the solution is rounded as it is, and whoever asked finds out. The solver is left as it was.
    """
    exact = np.array(solver.getSolution().col_value)[:n]
    table: Ints = np.rint(exact).astype(np.int64)
    halves = np.flatnonzero(np.abs(exact - table) > NEAR_WHOLE)
    if not len(halves):
        return table
    by_row = matrix.tocsr()
    beside = np.setdiff1d(by_row[np.unique(matrix[:, halves].indices)].indices, halves)
    free = np.union1d(halves, rng.choice(beside, min(len(beside), BESIDE), replace=False)).astype(np.int32)
    fixed = np.setdiff1d(np.arange(n), free).astype(np.int32)
    bounds = solver.getLp()
    low, high = np.array(bounds.col_lower_), np.array(bounds.col_upper_)
    solver.changeColsBounds(len(fixed), fixed, table[fixed].astype(np.float64), table[fixed].astype(np.float64))
    solver.changeColsIntegrality(len(free), free, np.ones(len(free), dtype=np.uint8))
    for option, value in (("presolve", "choose"), ("mip_max_nodes", FEW_NODES)):
        solver.setOptionValue(option, value)
    solver.run()
    if solver.getSolution().value_valid:
        table = np.rint(np.array(solver.getSolution().col_value)[:n]).astype(np.int64)
    solver.changeColsIntegrality(len(free), free, np.zeros(len(free), dtype=np.uint8))
    solver.changeColsBounds(len(fixed), fixed, low[fixed], high[fixed])
    solver.setOptionValue("presolve", "off")
    return table
