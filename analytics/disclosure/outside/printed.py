"""Tables as somebody printed them, laid out as one system: what each figure is a sum of, and what a withheld one tells.

An atom is what no printed figure tells apart: a set of areas x categories x months. Every printed figure, shown or withheld, is the sum of
the atoms in its row. No true count is known here, unless it is given besides (truth).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.disclosure.outside.frames import (
    KEY_COLUMNS,
    NO_MONTH,
    WHOLE,
    Areas,
    Groups,
    LongCounts,
    check_frame,
    numbers_in,
    read_groups,
    read_period,
    rows_of,
    some_of,
    texts,
    whole_numbers,
)
from analytics.disclosure.system import IntArray, Table, build_system
from core.contracts import NOT_AVAILABLE
from core.errors import UserError
from core.periods import Period

KEY = list(KEY_COLUMNS)
# no upper end is known
NO_END = 1 << 50


@dataclass(frozen=True)
class Columns:
    """Names of the columns of a printed table; category, period: None where there is none."""

    geography: str
    place: str
    category: str | None
    period: str | None
    count: str
    symbol: str


@dataclass(frozen=True)
class Symbols:
    """What a withheld figure tells by its symbol: least and most (NO_END: nothing); `least` for symbols that are not named."""

    told: Mapping[str, tuple[int, int]]
    least: int

    def of(self, symbol: str) -> tuple[int, int]:
        return self.told.get(symbol, (self.least, NO_END))


@dataclass(frozen=True)
class Printed:
    """cells: one row a printed figure: geography, place, category, period, figure (Int64, missing where withheld), symbol, least, most.

    rows: CSR of figures x atoms (0/1, int64). truth: the true count of each atom, where it was given.
    """

    cells: pd.DataFrame
    rows: Any
    truth: IntArray | None = None

    @property
    def shown(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.asarray(self.cells["figure"].notna(), dtype=bool)

    @property
    def least(self) -> IntArray:
        """What everybody knows each figure to be at least; the figure itself where it is shown."""
        return np.asarray(self.cells["figure"].fillna(self.cells["least"]), dtype=np.int64)

    @property
    def most(self) -> IntArray:
        return np.asarray(self.cells["figure"].fillna(self.cells["most"]), dtype=np.int64)

    def name(self, row: int) -> str:
        """'county county-1', with category and period where there is more than one."""
        cell = self.cells.iloc[row]
        more = [str(cell[c]) for c in ("category", "period") if self.cells[c].nunique() > 1]
        return ", ".join([f"{cell['geography']} {cell['place']}", *more])


def read_symbols(given: Mapping[str, tuple[int, int | None]] | None, knowledge: str) -> Symbols:
    """What symbols tell. UserError for an interval that is none."""
    least = {"at_least_one": 1, "may_be_zero": 0}.get(str(knowledge))
    if least is None:
        raise UserError(
            f"knowledge {str(knowledge)[:40]!r} is not known", where="knowledge", hint="write 'at_least_one' or 'may_be_zero'."
        )
    told = {NOT_AVAILABLE: (0, NO_END)}
    for symbol, pair in (given or {}).items():
        whole = isinstance(pair, tuple | list) and len(pair) == 2
        low, high = pair if whole else (None, None)
        if type(low) is not int or low < 0 or not (high is None or (type(high) is int and high >= low)):
            raise UserError(
                f"the symbol {symbol!r} needs the least and the most count it stands for",
                where="symbols",
                hint="write {'<5': (1, 4), '*': (0, None)}.",
            )
        told[str(symbol)] = (low, NO_END if high is None else high)
    return Symbols(told, least)


def read_printed(
    tables: Sequence[tuple[str, pd.DataFrame]],
    columns: Columns,
    symbols: Symbols,
    periods: Mapping[str, Any] | None,
    *,
    timeless: bool,
) -> pd.DataFrame:
    """All printed figures, each once: Printed.cells with `span` (Period) beside. What stands in two tables must be the same in both.

    timeless: where there is one period alone, its months do not matter.
    """
    frames = [_one_table(frame, name, columns, symbols) for name, frame in tables]
    cells = pd.concat(frames, ignore_index=True)
    cells["span"] = _spans(cells["period"], columns, periods, timeless=timeless)
    together = cells.groupby(KEY, sort=False)
    shown = together["figure"].agg(["min", "max"])
    differ = shown.index[(shown["min"] < shown["max"]).fillna(False).to_numpy(dtype=bool)]
    if len(differ):
        which = [f"{' '.join(key)} ({shown.loc[key, 'min']} and {shown.loc[key, 'max']})" for key in differ]
        raise UserError(
            f"the tables contradict one another: the same figure is printed differently: {some_of(which)}", where="published",
            hint="correct one of them, or audit tables of different dates one by one.",
        )  # fmt: skip
    out = together.agg(
        figure=("figure", "first"), symbol=("symbol", "first"), least=("least", "max"), most=("most", "min"), span=("span", "first")
    ).reset_index()
    wrong = (out["least"] > out["most"]) | (out["figure"] < out["least"]) | (out["figure"] > out["most"])
    if wrong.any():
        which = [" ".join(key) for key in out.loc[wrong.fillna(False), KEY].itertuples(index=False)]
        raise UserError(
            f"the tables contradict one another: one shows a figure that the symbol in another rules out: {some_of(which)}",
            where="published",
            hint="check what the symbols stand for (symbols, knowledge).",
        )
    out.loc[out["figure"].notna(), "symbol"] = None
    return out


def _one_table(frame: pd.DataFrame, where: str, columns: Columns, symbols: Symbols) -> pd.DataFrame:
    named = [c for c in (columns.geography, columns.place, columns.category, columns.period, columns.count) if c is not None]
    frame = check_frame(frame, named, where)
    out = pd.DataFrame(
        {
            "geography": texts(frame[columns.geography]),
            "place": texts(frame[columns.place]),
            "category": WHOLE if columns.category is None else texts(frame[columns.category]),
            "period": WHOLE if columns.period is None else texts(frame[columns.period]),
        }
    )
    for column in KEY:
        if (out[column] == "").any():
            raise UserError(f"{rows_of(out[column] == '')} have no {column}", where=where, hint="name it in every row.")
    twice = out.duplicated(KEY, keep=False)
    if twice.any():
        raise UserError(
            f"duplicate rows of the same figure: {rows_of(twice)}", where=where, hint="leave one row a figure in each table."
        )
    figure = numbers_in(frame[columns.count])
    withheld = np.isnan(figure)
    figures = whole_numbers(frame[columns.count].where(~pd.Series(withheld, index=frame.index), 0), f"{where}, {columns.count!r}")
    mark = texts(frame[columns.count])
    if columns.symbol in frame.columns:
        given = texts(frame[columns.symbol])
        mark = given.where(given != "", mark)
    mark = mark.where(pd.Series(withheld, index=frame.index), "")
    unread = mark.map(lambda m: bool(re.search(r"\d", m)) and m not in symbols.told)
    if unread.any():
        raise UserError(
            f"{rows_of(unread)} hold a figure that is no number", where=f"{where}, {columns.count!r}",
            hint="write figures as plain numbers; where the text is a symbol such as '<5', say what it stands for: symbols={'<5': (1, 4)}.",
        )  # fmt: skip
    told = [symbols.of(m) if gone else (0, NO_END) for m, gone in zip(mark, withheld, strict=True)]
    out["figure"] = pd.Series(figures, index=frame.index, dtype="Int64").mask(withheld)
    out["symbol"] = mark.astype(object)
    out["least"] = [low for low, _ in told]
    out["most"] = [high for _, high in told]
    return out


def _spans(labels: pd.Series, columns: Columns, periods: Mapping[str, Any] | None, *, timeless: bool) -> list[Period]:
    """The months of each label."""
    named = labels.unique()
    if periods is None and (columns.period is None or (timeless and len(named) == 1)):
        return [Period(NO_MONTH, NO_MONTH)] * len(labels)
    known = {str(k): read_period(v, f"periods, {k!r}") for k, v in (periods or {}).items()}
    for label in named:
        if label not in known:
            try:
                known[label] = read_period(label, f"published, {columns.period!r}")
            except UserError as error:
                raise UserError(
                    f"the months of the period {label!r} are not known", where="published",
                    hint="write periods as '2025-01' or '2025-01 to 2025-12', or say them: periods={'spring': ('2025-03', '2025-05')}.",
                ) from error  # fmt: skip
    return [known[label] for label in labels]


def groups_of(cells: pd.DataFrame, groups: Mapping[str, Sequence[str]] | None) -> Groups:
    """The groups of the printed categories. UserError where one is not explained."""
    printed = sorted(cells["category"].unique())
    if groups is None:
        if len(printed) > 1:
            raise UserError(
                f"nobody said which categories lie in which: {some_of(printed)}",
                where="groups",
                hint="write {'all': ['assault', 'robbery'], 'assault': ['assault'], 'robbery': ['robbery']}.",
            )
        return ((printed[0], frozenset([printed[0]])),)
    named = read_groups(groups, [], "groups")
    unknown = sorted(set(printed) - {name for name, _ in named})
    if unknown:
        raise UserError(
            f"categories that are no group: {some_of(unknown)}",
            where="published",
            hint="say in groups which categories are in each.",
        )
    return tuple((name, inside) for name, inside in named if name in printed)


def lay_out(cells: pd.DataFrame, areas: Areas, groups: Groups, truth: LongCounts | None = None) -> Printed:
    """One system of all printed figures. UserError for a geography or a place that areas does not hold."""
    strange = sorted(set(cells["geography"]) - set(areas.places))
    if strange:
        raise UserError(
            f"geographies that areas does not hold: {some_of(strange)}",
            where="published",
            hint=f"the columns of areas are {some_of(areas.places)}; add a column that says where each area lies.",
        )
    categories = sorted(set().union(*(inside for _, inside in groups)))
    months = sorted({m for span in set(cells["span"]) for m in span.months()})
    tables = []
    for geography, own in cells.groupby("geography", sort=False):
        places = areas.places[str(geography)]
        lost = sorted(set(own["place"]) - set(places))
        if lost:
            raise UserError(f"places of {geography} in which no area lies: {some_of(lost)}", where="published", hint="check areas.")
        printed = set(own["category"])
        used = [(name, inside) for name, inside in groups if name in printed]
        members = np.array([[c in inside for c in categories] for _, inside in used], dtype=bool)
        spans = tuple(dict.fromkeys((s.start, s.end) for s in own["span"]))
        tables.append(Table(str(geography), "", places, tuple(name for name, _ in used), members, spans, 1.0))
    counts = _positions(truth, categories, months)
    system = build_system(tables, *counts, months)
    position = system.cells.assign(row=np.arange(system.n_cells)).rename(columns={"place_code": "place"})
    keys = ["geography", "place", "category", "period_start", "period_end"]
    wanted = cells.assign(period_start=[s.start for s in cells["span"]], period_end=[s.end for s in cells["span"]])
    again = wanted.duplicated(keys, keep=False)
    if again.any():
        raise UserError(
            f"two names of one period: {some_of(sorted(set(wanted.loc[again, 'period'])))}", where="published", hint="use one name."
        )
    row = wanted[keys].merge(position[[*keys, "row"]], on=keys, how="left")["row"].to_numpy(dtype=np.int64)
    rows, atom = _merged(system.incidence[row])
    known = np.bincount(atom[atom >= 0], weights=system.atom_counts[atom >= 0], minlength=rows.shape[1]).astype(np.int64)
    return Printed(cells.drop(columns="span"), rows, None if truth is None else known)


def _positions(truth: LongCounts | None, categories: list[str], months: list[Any]) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Area, category, month and incidents of the true counts, those that no printed figure holds left out."""
    if truth is None:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, nothing, nothing
    frame = truth.frame[truth.frame["category"].isin(categories) & truth.frame["month"].isin(months)]
    return (
        frame["area"].to_numpy(dtype=np.int64),
        frame["category"].map({c: i for i, c in enumerate(categories)}).to_numpy(dtype=np.int64),
        frame["month"].map({m: i for i, m in enumerate(months)}).to_numpy(dtype=np.int64),
        frame["incidents"].to_numpy(dtype=np.int64),
    )


def _merged(rows: Any) -> tuple[Any, IntArray]:
    """Columns that lie in the same rows made one, those in none left out; and the new column of each old one (-1 for none)."""
    columns = sparse.csc_matrix(rows)
    columns.sort_indices()
    inside = [columns.indices[a:b].tobytes() for a, b in zip(columns.indptr[:-1], columns.indptr[1:], strict=True)]
    number: dict[bytes, int] = {}
    atom = np.array([number.setdefault(key, len(number)) if key else -1 for key in inside], dtype=np.int64)
    used, first = np.unique(atom, return_index=True)
    merged = columns[:, first[used >= 0]]
    return sparse.csr_matrix(merged, dtype=np.int64), atom
