"""Whether a rule beats the counts of the months before: an interval of the monthly gain, and a false discovery rate over the cells.

A cell is a group at a share of the area. 'beats' asks both that the 95% interval lies above 0 and that the cell stands after
Benjamini-Hochberg over all cells of the geography; 'behind' asks the interval alone, the more cautious way (docs/decisions/0100). The
interval allows for months that follow one another, as that of the track record does (docs/decisions/0103).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import scipy
from numpy.typing import NDArray

from analytics.statistics.accuracy import FEWEST_MONTHS, mean_error
from analytics.statistics.columns_alike import columns_alike
from analytics.statistics.false_discovery import q_values

Floats = NDArray[np.float64]

_LEVEL = 0.95
_FALSE_DISCOVERY = 0.05


@dataclass(frozen=True)
class PairedGain:
    """Mean gain over the months that have one, its interval, two-sided p, and how many months; each (cells,). NaN below 2 months."""

    mean: Floats
    low: Floats
    high: Floats
    p: Floats
    months: NDArray[np.int64]


def paired_gain(ours: Floats, theirs: Floats, months: Sequence[date]) -> PairedGain:
    """Gains of (months x cells) each; a month in which either is missing is left out of its cell."""
    difference = ours - theirs
    when = np.array([12 * month.year + month.month for month in months], dtype=np.int64)
    held = ~np.isnan(difference)
    mean, low, high, p = (np.full(difference.shape[1], np.nan) for _ in range(4))
    # cells that miss the same months, which is nearly all of them, at once
    for kept, cells in columns_alike(held):
        if kept.sum() < 2:
            continue
        middle, error, freedom = mean_error(difference[np.ix_(kept, cells)], when[kept])
        reach = scipy.stats.t.ppf(0.5 + _LEVEL / 2.0, freedom) * error
        with np.errstate(divide="ignore", invalid="ignore"):
            chance = 2.0 * scipy.stats.t.sf(np.abs(middle) / error, freedom)
        mean[cells], low[cells], high[cells] = middle, middle - reach, middle + reach
        # months that all differ by the same have no error: by nothing at all, they are equal
        p[cells] = np.where(error > 0, chance, np.where(middle == 0, 1.0, 0.0))
    return PairedGain(mean, low, high, p, held.sum(axis=0))


@dataclass(frozen=True)
class Standings:
    """gain, q and word of each cell; of (groups x coverages), flattened group by group."""

    gain: PairedGain
    q: Floats
    word: NDArray[np.object_]


def standings(ours: Floats, theirs: Floats, months: Sequence[date]) -> Standings:
    """Judge hit rates of (months x cells) each: all cells of one geography at once."""
    gain = paired_gain(ours, theirs, months)
    enough = gain.months >= FEWEST_MONTHS
    q = q_values(np.where(enough, gain.p, np.nan)[:, None])[:, 0]
    word = np.full(len(q), "level", dtype=object)
    word[(gain.low > 0) & (q <= _FALSE_DISCOVERY)] = "beats"
    word[gain.high < 0] = "behind"
    word[~enough] = "too_few"
    return Standings(gain, q, word)


def survives(words: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Groups that the rule foretells, (groups,), from (groups x coverages): one cell at least beats the counts, and none is behind."""
    return np.asarray((words == "beats").any(axis=1) & (words != "behind").all(axis=1))
