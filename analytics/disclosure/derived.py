"""What may be said beside counts: rates, percentages, order, classes of a map, statistics, each from protected figures alone.

A figure derived from true counts gives withheld ones away in ways that no audit of counts sees: a rate times a known population, a share of a
known whole, a place in an order, the edge of a colour class, a mean beside a median, a Gi* of a cell whose neighbour is withheld.
So the rules here take the protected table and nothing else, and `check_derived` refuses a column that was made in any other way.
A withheld cell has no derived value: NaN, shown with the same symbol as its count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from core.errors import DisclosureError, InternalError

# what makes one table of a release: cells of one kind of place, one category and one period are compared with one another
_PANEL = ["geography", "edition", "category", "period_start", "period_end"]
Rule = Callable[[pd.DataFrame], "pd.Series[float]"]


def _counts(frame: pd.DataFrame) -> pd.Series[float]:
    return frame["count"].astype("Float64").astype("float64")


def rate(population: Mapping[tuple[str, str], float], *, per: float = 1_000.0) -> Rule:
    """Count per `per` residents; population by (geography, place_code). A rate is a count to whoever knows the population."""

    def made(frame: pd.DataFrame) -> pd.Series[float]:
        people = [population.get(key, np.nan) for key in zip(frame["geography"], frame["place_code"], strict=True)]
        return _counts(frame) * per / pd.Series(people, index=frame.index).where(lambda p: p > 0)

    return made


def percentage(whole: str) -> Rule:
    """Percent of the category `whole` of the same place: only where both are shown, for with one of them the other can be worked out."""

    def made(frame: pd.DataFrame) -> pd.Series[float]:
        site = ["geography", "edition", "place_code", "period_start", "period_end"]
        base = frame.loc[frame["category"] == whole, [*site]].assign(base=_counts(frame))
        joined = frame[site].merge(base, on=site, how="left")["base"].set_axis(frame.index)
        return 100.0 * _counts(frame) / joined.where(joined > 0)

    return made


def order() -> Rule:
    """Place in the order of size among the cells that are shown, the largest first, equal counts alike. Withheld cells have none."""

    def made(frame: pd.DataFrame) -> pd.Series[float]:
        keys = [frame[c] for c in _PANEL]
        return _counts(frame).groupby(keys, dropna=False).rank(method="min", ascending=False)

    return made


def colour_class(classes: int = 5) -> Rule:
    """Class of a map: quantiles of the shown cells alone, so that an edge tells nothing of the others."""

    def made(frame: pd.DataFrame) -> pd.Series[float]:
        def of_panel(values: pd.Series[float]) -> pd.Series[float]:
            shown = values.dropna()
            if shown.empty:
                return values
            edges = np.unique(np.quantile(shown, np.arange(1, classes) / classes, method="lower"))
            return pd.Series(np.searchsorted(edges, values, side="left"), index=values.index, dtype=float).where(values.notna())

        return _counts(frame).groupby([frame[c] for c in _PANEL], dropna=False, group_keys=False).transform(of_panel)

    return made


def statistic(what: Callable[[Sequence[float]], float], inputs: Mapping[int, Sequence[int]]) -> Rule:
    """A statistic of several cells (a mean, a median, a Gi*, a p value); inputs: for each row number of the table, the rows it is made from.

    Where one of these is withheld there is no value: a statistic of the rest would say which were left out, one of all would say what
    they are.
    """

    def made(frame: pd.DataFrame) -> pd.Series[float]:
        counts = _counts(frame).to_numpy()
        values = np.full(len(frame), np.nan)
        for row, rows in inputs.items():
            used = counts[[row, *rows]]
            if not np.isnan(used).any():
                values[row] = what(counts[list(rows)].tolist())
        return pd.Series(values, index=frame.index)

    return made


def check_derived(frame: pd.DataFrame, rule: Rule, proposed: Iterable[float], *, what: str) -> None:
    """Refuse a derived column that is not what the rule makes of the protected table; says how many cells, never which or what."""
    values = np.asarray(list(proposed), dtype=np.float64)
    if len(values) != len(frame):
        raise InternalError(f"{what}: one value a cell is needed")
    allowed = rule(frame).to_numpy(dtype=np.float64)
    told = np.isnan(allowed) & ~np.isnan(values)
    if told.any():
        raise DisclosureError(f"{what}: {int(told.sum())} cells that are withheld, or rest on withheld ones, carry a value")
    other = ~np.isnan(values) & ~np.isclose(values, allowed, rtol=1e-9, atol=1e-9)
    if other.any():
        raise DisclosureError(f"{what}: {int(other.sum())} values do not follow from the published figures alone")
