"""Which constants foretell a month: chosen by how well they foretold earlier ones, each of these from the months before itself.

A nested rolling origin. The tuning months of T are loaded months before T; the month that is foretold is never one of them, so a record of
months foretold in this way is of months that chose nothing (docs/decisions/0100).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.foretelling.posterior import CONSTANTS, Constants, Floats, History, posterior_means
from core.periods import add_months

FEWEST_TUNING = 2
# loaded months that a tuning month has before it
_FEWEST_EARLIER = 2


def tuning_months(loaded: Sequence[date], target: date) -> tuple[date, ...]:
    """Loaded months before the target whose own month before is loaded too, with at least 2 loaded months before them; in order."""
    months = sorted(set(loaded))
    return tuple(
        month
        for number, month in enumerate(months)
        if month < target and number >= _FEWEST_EARLIER and months[number - 1] == add_months(month, -1)
    )


def log_scores(foretold: Floats, came: Floats) -> Floats:
    """Multinomial log score, (constants x groups), of expected counts (constants x n x groups) for what came (n x groups).

    How well the incidents were shared out over places, whatever their total was. 0 where nothing was foretold or nothing came.
    """
    held = came.any(axis=1)
    least = np.finfo(np.float64).tiny
    total = np.log(np.maximum(np.einsum("cng->cg", foretold), least))
    asked = np.log(np.maximum(foretold[:, held], least))
    score = np.einsum("ng,cng->cg", came[held], asked) - came.sum(axis=0) * total
    return np.where(np.einsum("cng->cg", foretold) > 0, score, 0.0)


@dataclass(frozen=True)
class Scores:
    """table: log scores (tuning months x constants x groups), in the order of months."""

    months: tuple[date, ...]
    table: Floats

    def chosen_before(self, month: date) -> NDArray[np.int64]:
        """The best constants of each group, (groups,), by the months before this one; the first of equals."""
        earlier = [i for i, one in enumerate(self.months) if one < month]
        return np.asarray(self.table[earlier].sum(axis=0).argmax(axis=0))


def score_months(history: History, until: date, constants: Sequence[Constants] = CONSTANTS) -> Scores:
    """Score every pair of constants on every tuning month before `until`."""
    months = tuning_months(history.months, until)
    n_constants, groups = len(constants), history.by_month.shape[2]
    table = np.zeros((len(months), n_constants, groups))
    for i, month in enumerate(months):
        table[i] = log_scores(posterior_means(history, month, constants), history.at(month))
    return Scores(months, table)


def foretold_by(history: History, month: date, chosen: NDArray[np.int64], constants: Sequence[Constants] = CONSTANTS) -> Floats:
    """Expected incidents of a month, (n x groups), with the constants chosen for each group (groups,)."""
    used = np.unique(chosen)
    means = posterior_means(history, month, [constants[int(c)] for c in used])
    return np.asarray(means[np.searchsorted(used, chosen), :, np.arange(len(chosen))].T)
