"""Whether a rule beats the counts of the months before: a paired t interval of the monthly gain, and a false discovery rate over the cells.

A cell is a group at a share of the area. 'beats' asks both that the 95% interval lies above 0 and that the cell stands after
Benjamini-Hochberg over all cells of the geography; 'behind' asks the interval alone, the more cautious way (docs/decisions/0100).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analytics.statistics.false_discovery import q_values

Floats = NDArray[np.float64]
Word = Literal["beats", "level", "behind", "too_few"]

FEWEST_MONTHS = 6
_LEVEL = 0.95
_FALSE_DISCOVERY = 0.05


@dataclass(frozen=True)
class PairedGain:
    """Mean gain over the months that have one, its t interval, two-sided p, and how many months; each (cells,). NaN below 2 months."""

    mean: Floats
    low: Floats
    high: Floats
    p: Floats
    months: NDArray[np.int64]


def paired_gain(ours: Floats, theirs: Floats, *, level: float = _LEVEL) -> PairedGain:
    """Student's t of paired differences, (months x cells) each; a month in which either is missing is left out of its cell."""
    difference = ours - theirs
    held = ~np.isnan(difference)
    months = held.sum(axis=0)
    few = months < 2
    n = np.where(few, 2, months)
    mean = np.where(held, difference, 0.0).sum(axis=0) / n
    spread = np.sqrt((np.where(held, difference - mean, 0.0) ** 2).sum(axis=0) / (n - 1))
    error = spread / np.sqrt(n)
    reach = stats.t.ppf(0.5 + level / 2.0, n - 1) * error
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2.0 * stats.t.sf(np.abs(mean) / error, n - 1)
    # months that all differ by the same have no error: by nothing at all, they are equal
    p = np.where(error > 0, p, np.where(mean == 0, 1.0, 0.0))
    mean, low, high, p = (np.where(few, np.nan, column) for column in (mean, mean - reach, mean + reach, p))
    return PairedGain(mean, low, high, p, months)


@dataclass(frozen=True)
class Standings:
    """gain, q and word of each cell; of (groups x coverages), flattened group by group."""

    gain: PairedGain
    q: Floats
    word: NDArray[np.object_]


def standings(ours: Floats, theirs: Floats) -> Standings:
    """Judge hit rates of (months x cells) each: all cells of one geography at once."""
    gain = paired_gain(ours, theirs)
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
