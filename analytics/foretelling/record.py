"""Both rules on every month that can be scored, and on the month after the last: pure mathematics, from counts to expected counts.

    foretold   posterior means with constants chosen before the month (analytics.foretelling.choosing)
    counts     the mean of the unbroken run of months before: where it was last time

Nothing that is said of a month knows the month itself, nor any after it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analytics.foretelling.calibration import calibrate, seen, with_some_of_the_region
from analytics.foretelling.choosing import FEWEST_TUNING, Scores, foretold_by, score_months, tuning_months
from analytics.foretelling.posterior import CONSTANTS, Constants, Floats, History
from analytics.statistics.accuracy import COVERAGES, Accuracy, accuracy, best_within
from analytics.trust.back_test import FEWEST_EARLIER, targets
from core.periods import add_months

Rule = Literal["foretold", "counts"]
RULES: tuple[Rule, ...] = ("foretold", "counts")
# tuning months that a calibration is fitted on, the newest
CALIBRATED_ON = 12


@dataclass(frozen=True)
class Expected:
    """One rule's word on a month: what places are ranked by, raw and calibrated counts, and the 90% interval; each (n x groups)."""

    ranked_by: Floats
    raw: Floats
    expected: Floats
    low: NDArray[np.int64]
    high: NDArray[np.int64]


@dataclass(frozen=True)
class Word:
    """What is said of one month. constants: those chosen, one a group."""

    month: date
    constants: tuple[Constants, ...]
    by_rule: dict[Rule, Expected]


@dataclass(frozen=True)
class Scored:
    """A month that came: what was said of it, what came (n x groups), and how both rules did, one accuracy a group."""

    word: Word
    came: Floats
    accuracies: dict[Rule, tuple[Accuracy, ...]]


class Foreteller:
    """Words on months of one history; scores and forecasts that several months need are made once."""

    def __init__(self, history: History, constants: Sequence[Constants] = CONSTANTS) -> None:
        self._history, self._constants = history, tuple(constants)
        self._scores: Scores = score_months(history, add_months(history.months[-1], 1), self._constants)
        self._made: dict[tuple[date, tuple[int, ...]], Floats] = {}

    def may_foretell(self, month: date) -> bool:
        """Whether there are months enough to choose constants by."""
        return bool(self._history.run_before(month)) and len(tuning_months(self._history.months, month)) >= FEWEST_TUNING

    def word(self, month: date) -> Word:
        """What the months before say of a month that `may_foretell` allows."""
        history = self._history
        chosen = self._scores.chosen_before(month)
        fitted_on = tuning_months(history.months, month)[-CALIBRATED_ON:]

        def foretold(one: date) -> Floats:
            return self._foretold(one, chosen)

        def counts(one: date) -> Floats:
            return with_some_of_the_region(history.usual(one))

        by_rule: dict[Rule, Expected] = {
            "foretold": self._calibrated(foretold, month, fitted_on, ranked_by=foretold(month)),
            # places are ranked by the counts as they are, ties and all
            "counts": self._calibrated(counts, month, fitted_on, ranked_by=history.usual(month)),
        }
        return Word(month, tuple(self._constants[int(c)] for c in chosen), by_rule)

    def _calibrated(self, say: Callable[[date], Floats], month: date, fitted_on: Sequence[date], *, ranked_by: Floats) -> Expected:
        runs = [len(self._history.run_before(one)) >= FEWEST_EARLIER for one in fitted_on]
        calibration = calibrate([seen(say(one), self._history.at(one)) for one in fitted_on], kind=runs)
        raw = say(month)
        expected = calibration.factor * raw
        return Expected(ranked_by, raw, expected, *calibration.interval(expected))

    def _foretold(self, month: date, chosen: NDArray[np.int64]) -> Floats:
        key = (month, tuple(int(c) for c in chosen))
        if key not in self._made:
            self._made[key] = foretold_by(self._history, month, chosen, self._constants)
        return self._made[key]


def score_record(history: History, area_km2: Floats, foreteller: Foreteller) -> list[Scored]:
    """Every loaded month that has 3 unbroken months before it and tuning months enough, in order. area_km2: (n,)."""
    return [
        score(history, area_km2, foreteller.word(target.month))
        for target in targets(history.months)
        if foreteller.may_foretell(target.month)
    ]


def score(history: History, area_km2: Floats, word: Word) -> Scored:
    """How both rules did on a month that came, places in order of what was expected per km2 before calibration."""
    came = history.at(word.month)
    found: dict[Rule, tuple[Accuracy, ...]] = {}
    best = [best_within(np.ascontiguousarray(column), area_km2, COVERAGES) for column in came.T]
    for rule, said in word.by_rule.items():
        found[rule] = tuple(
            accuracy(said.ranked_by[:, group] / area_km2, came[:, group], area_km2, best=best[group])
            for group in range(came.shape[1])
        )
    return Scored(word, came, found)
