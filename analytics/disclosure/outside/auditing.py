"""Somebody else's published tables, attacked from what is printed alone: audit_tables."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.disclosure.attack.audit import attack_all
from analytics.disclosure.attack.evidence import lay_out_attack
from analytics.disclosure.outside.frames import (
    KEY_COLUMNS,
    NO_MONTH,
    Knowledge,
    check_frame,
    check_threshold,
    read_areas,
    read_counts,
    small_counts,
    some_of,
)
from analytics.disclosure.outside.margins import contradiction
from analytics.disclosure.outside.printed import (
    NO_END,
    Columns,
    Printed,
    groups_of,
    lay_out,
    read_printed,
    read_symbols,
)
from analytics.disclosure.outside.ranges import NoTable, Ranges, find_ranges
from analytics.disclosure.system import PublicationSystem
from core.errors import UserError

WORKED_OUT = "can be worked out exactly"
LARGE = "known to be large"
NOT_DECIDED = "not decided in the time"


@dataclass(frozen=True)
class TruthAudit:
    """The attack with the true counts at hand (attack/audit.py), which knows what is small and what is not.

    safe: every small count, withheld or implied, keeps each value from 1 to k possible, and none is printed.
    targets: small counts attacked, of which `implied` are no figure of their own.
    unsafe: names of the withheld figures that do not keep them. unsafe_implied: how many implied counts do not.
    refuted: of all unsafe ones, those of which a programme over everything proved that a value is impossible; the others were not
    certified in the time.
    """

    safe: bool
    targets: int
    implied: int
    unsafe: pd.DataFrame = field(repr=False)
    unsafe_implied: int
    refuted: int
    seconds: float


@dataclass(frozen=True)
class TablesAudit:
    """What printed figures give away.

    cells: one row a withheld figure: geography, place, category, period, symbol, lowest, highest (Int64; missing: no upper end), exact
    (possible tables were found that reach both ends), verdict.
    implied: the same for what can be told apart only by taking figures from one another: `inside` names the figures that hold it.
    printed_small: figures from 1 to k - 1 that are printed openly. figures: how many are printed, withheld ones included.
    """

    threshold: int
    knowledge: str
    figures: int
    cells: pd.DataFrame = field(repr=False)
    implied: pd.DataFrame = field(repr=False)
    printed_small: pd.DataFrame = field(repr=False)
    truth: TruthAudit | None
    seconds: float

    @property
    def learnt(self) -> pd.DataFrame:
        """Rows of `cells`: withheld figures that everybody can know to be from 1 to k - 1."""
        return self.cells[_learnt(self.cells, self.threshold)]

    @property
    def learnt_implied(self) -> pd.DataFrame:
        """Rows of `implied`: counts of no figure of their own that everybody can know to be from 1 to k - 1."""
        return self.implied[_learnt(self.implied, self.threshold)]

    @property
    def passes(self) -> bool:
        """Nobody can know of any count that it is from 1 to k - 1, and everything was decided. With the truth, it must be safe as well."""
        open_ = (self.cells["verdict"] == NOT_DECIDED).any() or (self.implied["verdict"] == NOT_DECIDED).any()
        given_away = len(self.learnt) + len(self.learnt_implied) + len(self.printed_small)
        return not (open_ or given_away) and (self.truth is None or self.truth.safe)

    def explain(self) -> str:
        """What was found, in plain sentences, and how far it can be relied on."""
        return explain(self)


def audit_tables(
    published: pd.DataFrame | Sequence[pd.DataFrame] | Mapping[str, pd.DataFrame],
    *,
    areas: pd.DataFrame,
    groups: Mapping[str, Sequence[str]] | None = None,
    threshold: int = 5,
    knowledge: Knowledge = "at_least_one",
    symbols: Mapping[str, tuple[int, int | None]] | None = None,
    periods: Mapping[str, Any] | None = None,
    area: str = "area",
    geography: str = "geography",
    place: str = "place",
    category: str | None = "category",
    period: str | None = "period",
    count: str = "count",
    symbol: str = "symbol",
    implied: bool = True,
    truth: pd.DataFrame | None = None,
    month: str | None = None,
    seconds: float = 300.0,
    seed: int = 20260101,
) -> TablesAudit:
    """Work out what published tables give away of the figures that they withhold. All of them are put together.

    published: one long frame or several, one row a figure, with the columns named by geography, place, category, period and count
    (category=None, period=None: there is none). A figure is withheld where count is missing or a text such as "*"; a column of
    symbols may stand beside it.
    areas: one row a finest area, in the column named by `area`; the other columns say in which place of each geography it lies.
    groups: what each printed category is made of: name -> finest categories. Needed where more than one is printed.
    threshold: k; counts from 1 to k - 1 are small.
    knowledge: what readers take a withheld figure to be: "at_least_one" (where zeros are published) or "may_be_zero".
    symbols: what single symbols say instead, least and most: {"<5": (1, 4), "*": (0, None)}. "[x]" says nothing: (0, None).
    periods: the months of each period: label -> "2025-01" or ("2025-01", "2025-12"); not needed for labels written like "2025-01".
    implied: look also at what no figure shows by itself, such as an area less the areas in it.
    truth: the true counts (columns named by area, category and month, and "count") for the stronger attack: see TruthAudit.
    seconds: for the ranges, and as many of the processor for the attack with the truth. seed: of that attack.

    Returns TablesAudit. lowest and highest are sound: no table of whole numbers that agrees with all that is printed lies outside them.
    Where exact is True, tables were found, and checked in whole numbers, that reach both. The verdicts:

    - "can be worked out exactly": lowest and highest are the same;
    - "known to be below k": highest is below the threshold;
    - "known to be large": lowest is the threshold or more;
    - "keeps 1..k possible": for each value from 1 to k a possible table was found and checked;
    - "some of 1..k ruled out": what is left: neither small nor large for certain, but not every value is possible;
    - "not decided in the time": `seconds` ran out.

    UserError: a mistake in what was given; figures that contradict one another are named. Figures must be true counts, not rounded ones.
    Sources: docs/library.md.
    """
    began = time.monotonic()
    k = check_threshold(threshold)
    if not seconds > 0:
        raise UserError("seconds must be above 0", where="seconds")
    columns = Columns(geography, place, category, period, count, symbol)
    tables = _tables(published)
    cells = read_printed(
        tables, columns, read_symbols(symbols, knowledge), periods, timeless=truth is None or month is None
    )  # fmt: skip
    named = groups_of(cells, groups)
    check_frame(areas, [area], "areas")
    known = read_areas(areas, area, None)
    long = None
    if truth is not None:
        if month is None and any(span.start != NO_MONTH for span in cells["span"]):
            raise UserError(
                "the tables have periods, the true counts no months", where="truth", hint="name the column of months by month=."
            )
        long = read_counts(truth, known, {"area": area, "category": category, "month": month, "count": "count"}, "truth")
    printed = lay_out(cells, known, named, long)
    attacked = None if long is None else _attack_with_truth(printed, k, seed=seed, seconds=seconds)
    hidden = np.flatnonzero(~printed.shown)
    slivers = _without_figure(printed) if implied else np.zeros(0, dtype=np.int64)
    one = sparse.identity(printed.rows.shape[1], dtype=np.int64, format="csr")
    watch = sparse.csr_matrix(sparse.vstack([printed.rows[hidden], one[slivers]], format="csr"))
    try:
        ranges = find_ranges(printed, watch, k, seconds=seconds)
    except NoTable:
        raise contradiction(printed) from None
    found = _verdicts(ranges, k)
    n = len(hidden)
    names = printed.cells.loc[hidden, [*KEY_COLUMNS, "symbol"]].reset_index(drop=True)
    inside = pd.DataFrame({"inside": [_inside(printed, int(a)) for a in slivers]}, dtype=object)
    open_ = printed.shown & (printed.least >= 1) & (printed.least < k)
    return TablesAudit(
        threshold=k,
        knowledge=knowledge,
        figures=len(printed.cells),
        cells=pd.concat([names, found.iloc[:n].reset_index(drop=True)], axis=1),
        implied=pd.concat([inside, found.iloc[n:].reset_index(drop=True)], axis=1),
        printed_small=printed.cells.loc[open_, [*KEY_COLUMNS, "figure"]].reset_index(drop=True),
        truth=attacked,
        seconds=time.monotonic() - began,
    )


def keeps(k: int) -> str:
    """The verdict of a withheld figure that is protected as our own rule asks."""
    return f"keeps 1..{k} possible"


def below(k: int) -> str:
    return f"known to be below {k}"


def some_ruled_out(k: int) -> str:
    return f"some of 1..{k} ruled out"


def _tables(published: object) -> list[tuple[str, pd.DataFrame]]:
    """The tables with a name each, for errors."""
    if isinstance(published, Mapping):
        tables = [(f"published, {name}", frame) for name, frame in published.items()]
    elif isinstance(published, pd.DataFrame):
        tables = [("published", published)]
    elif isinstance(published, Sequence) and not isinstance(published, str):
        tables = [(f"published, table {i}", frame) for i, frame in enumerate(published, start=1)]
    else:
        raise UserError(f"a frame, a list or a dict of frames is needed, not {type(published).__name__}", where="published")
    if not tables:
        raise UserError("there is no table", where="published")
    return tables


def _without_figure(printed: Printed) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Atoms that are no printed figure by themselves."""
    size = np.diff(printed.rows.indptr)
    alone = np.unique(printed.rows[np.flatnonzero(size == 1)].indices)
    return np.setdiff1d(np.arange(printed.rows.shape[1]), alone).astype(np.int64)


def _inside(printed: Printed, atom: int) -> str:
    """The printed figures that hold an atom: places by geography, then categories and periods."""
    own = printed.cells.iloc[np.flatnonzero(printed.rows[:, [atom]].toarray().ravel())]
    parts = [f"{geography} {place}" for geography, place in own[["geography", "place"]].drop_duplicates().itertuples(index=False)]
    parts += [" and ".join(own[c].unique()) for c in ("category", "period") if printed.cells[c].nunique() > 1]
    return ", ".join(parts)


def _verdicts(ranges: Ranges, k: int) -> pd.DataFrame:
    """lowest, highest, exact, verdict of each sum."""
    low, high = ranges.lowest, ranges.highest
    met, ruled_out = ranges.met[:, 1:].all(axis=1), ranges.ruled_out[:, 1:].any(axis=1)
    verdict = np.select(
        [low == high, low >= k, high < k, met, ruled_out],
        [WORKED_OUT, LARGE, below(k), keeps(k), some_ruled_out(k)],
        default=NOT_DECIDED,
    ).astype(object)
    exact = (low == high) | (ranges.lowest_exact & ranges.highest_exact)
    # where time ran out, a range that may still narrow decides only what narrowing cannot change
    verdict[(verdict == some_ruled_out(k)) & ~exact] = NOT_DECIDED
    return pd.DataFrame(
        {
            "lowest": pd.array(low, dtype="Int64"),
            "highest": pd.array(high, dtype="Int64"),
            "exact": exact,
            "verdict": verdict,
        }
    ).assign(highest=lambda f: f["highest"].mask(f["highest"] >= NO_END))


def _learnt(frame: pd.DataFrame, k: int) -> Any:
    return ((frame["lowest"] >= 1) & (frame["highest"] < k)).fillna(False).astype(bool)


def _attack_with_truth(printed: Printed, k: int, *, seed: int, seconds: float) -> TruthAudit:
    truth = printed.truth
    if truth is None:  # pragma: no cover - the caller has it
        raise UserError("no true counts", where="truth")
    sums = np.asarray(printed.rows @ truth)
    wrong = (sums < printed.least) | (sums > printed.most)
    if wrong.any():
        raise UserError(
            "the true counts do not add up to what is printed, or a symbol says what is not so: "
            + some_of(printed.name(int(i)) for i in np.flatnonzero(wrong)),
            where="truth",
            hint="give the counts that the tables were made from; check what the symbols stand for.",
        )
    hidden = ~printed.shown
    if (printed.most[hidden] < NO_END).any():
        raise UserError(
            "the attack with true counts does not reckon with symbols that say an upper end",
            where="symbols",
            hint="leave out truth; the ranges from what is printed reckon with them.",
        )
    names = printed.cells.rename(columns={"place": "place_code", "period": "period_start"})
    system = PublicationSystem(
        incidence=printed.rows,
        atom_counts=truth,
        cells=names.assign(edition="", period_end=names["period_start"], release=0).loc[
            :, ["geography", "edition", "place_code", "category", "period_start", "period_end", "release"]
        ],
        weight=np.ones(len(names)),
        seen=np.zeros(len(names), dtype=np.int8),
    )
    attack = lay_out_attack(system, printed.shown, threshold=k, required=(1, k))
    own = attack.cell >= 0
    attack.at_least[own] = printed.least[attack.cell[own]]
    report = attack_all(system, attack, seed=seed, seconds=seconds, prove=True)
    return TruthAudit(
        safe=report.safe,
        targets=report.targets + len(report.exposed),
        implied=report.implied_targets,
        unsafe=printed.cells.loc[np.sort(report.unsafe_cells), list(KEY_COLUMNS)].reset_index(drop=True),
        unsafe_implied=len(report.unsafe_atoms),
        refuted=report.refuted,
        seconds=report.seconds,
    )


def explain(audit: TablesAudit) -> str:
    """An audit in plain sentences."""
    k = audit.threshold
    counted = audit.cells["verdict"].value_counts()
    takes = "to be at least 1" if audit.knowledge == "at_least_one" else "to be 0 or more"
    lines = [
        f"{audit.figures:,} figures are printed, {len(audit.cells):,} of them withheld. Readers put all of them together, and take a withheld"
        f" figure {takes} unless its symbol says something else.",
        *(f"  - {n:,}: {verdict}" for verdict, n in counted.items()),
        f"Withheld figures that everybody can know to be {small_counts(k)}: {len(audit.learnt):,}.",
        *(f"  - {_row_said(row)}" for _, row in audit.learnt.head(20).iterrows()),
        f"Counts that no figure shows, but that differences between figures show to be {small_counts(k)}: {len(audit.learnt_implied):,}.",
        *(f"  - in {row['inside']}: {_range_said(row)}" for _, row in audit.learnt_implied.head(20).iterrows()),
        f"Figures of {small_counts(k)} that are printed openly: {len(audit.printed_small):,}.",
    ]
    if audit.truth is not None:
        bad = len(audit.truth.unsafe) + audit.truth.unsafe_implied + len(audit.printed_small)
        found = "all are safe" if audit.truth.safe else f"{bad:,} are not safe"
        lines.append(
            f"With the true counts {audit.truth.targets:,} small counts were attacked, {audit.truth.implied:,} of them implied:"
            f" {found}."
        )
    lines.append(
        "The ranges hold for every table of whole numbers that agrees with what is printed. They do not reckon with what readers know from"
        " elsewhere, nor with figures that are not in these tables."
    )
    return "\n".join(lines)


def _row_said(row: pd.Series) -> str:
    return f"{row['geography']} {row['place']}, {row['category']}, {row['period']}: {_range_said(row)}"


def _range_said(row: pd.Series) -> str:
    return f"exactly {row['lowest']}" if row["lowest"] == row["highest"] else f"from {row['lowest']} to {row['highest']}"
