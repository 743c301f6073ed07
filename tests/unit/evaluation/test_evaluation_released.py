"""What everyone is told of a response: from printed figures alone, and true of every value that a withheld one can have."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from analytics.evaluation.effect import difference_in_differences
from analytics.evaluation.released import Printed, between, from_released, rounded

# a row of places, each of which touches the next
PLACES, TARGET = 40, 20


def in_a_row(n: int = PLACES) -> sparse.csr_matrix:
    return sparse.diags([np.ones(n - 1), np.ones(n - 1)], [-1, 1], format="csr")


def figures(seed: int = 1, times: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    level = rng.uniform(90, 110, PLACES)
    before, after = rng.poisson(level).astype(float), rng.poisson(level).astype(float)
    after[TARGET] = round(after[TARGET] * times)
    return before, after


def printed(counts: np.ndarray) -> Printed:
    return Printed(counts, counts)


def test_where_every_figure_is_printed_it_is_the_difference_in_differences() -> None:
    before, after = figures(times=0.6)
    found = between(printed(before), printed(after))
    same = difference_in_differences(before.astype(int), after.astype(int))
    assert (found.middle, found.low, found.high) == pytest.approx((same.ratio, same.low, same.high), rel=1e-8)
    assert found.places == same.places
    # with fewer incidents than the others have it is given more room, here as there
    before[0], after[0] = 12, 9
    found, same = between(printed(before), printed(after)), difference_in_differences(before.astype(int), after.astype(int))
    assert (found.low, found.high) == pytest.approx((same.low, same.high), rel=1e-8)


@pytest.mark.parametrize(("times", "verdict"), [(0.5, "fell"), (1.0, "no_such_fall"), (2.0, "rose")])
def test_a_verdict_says_what_the_interval_says(times: float, verdict: str) -> None:
    told = from_released(*(printed(f) for f in figures(times=times)), in_a_row(), TARGET, 0.4)
    assert told.verdict == verdict and told.effect is not None
    # the place and the two that touch it are none of those that it is compared with
    assert told.effect.places == PLACES - 3
    middle, low, high = rounded(told.effect)
    assert all(share % 5 == 0 for share in (middle, low, high))
    assert low <= 100 * told.effect.low and high >= 100 * told.effect.high


def test_a_withheld_figure_of_the_place_tells_nothing_and_one_of_the_others_makes_it_wider() -> None:
    before, after = figures(times=0.5)
    told = from_released(printed(before), printed(after), in_a_row(), TARGET, 0.4)
    hidden = before.copy()
    hidden[TARGET] = np.nan
    nothing = from_released(Printed(hidden, hidden), printed(after), in_a_row(), TARGET, 0.4)
    assert (nothing.verdict, nothing.why, nothing.effect) == ("cannot_tell", "hidden", None)
    ranged = Printed(after - 8.0 * (np.arange(PLACES) == 5), after + 8.0 * (np.arange(PLACES) == 5))
    wider = from_released(printed(before), ranged, in_a_row(), TARGET, 0.4)
    assert wider.effect is not None and told.effect is not None
    assert wider.effect.low < told.effect.low and wider.effect.high > told.effect.high


def test_too_few_places_alike_tell_nothing() -> None:
    before, after = figures()
    others = np.arange(PLACES) != TARGET
    before[others & (np.arange(PLACES) > 10)] = 500
    told = from_released(printed(before), printed(after), in_a_row(), TARGET, 0.4)
    assert (told.verdict, told.why, told.effect) == ("cannot_tell", "few", None)


def test_what_rose_around_it_is_said() -> None:
    before, after = figures(times=0.5)
    quiet = from_released(printed(before), printed(after), in_a_row(), TARGET, 0.4)
    after[[TARGET - 1, TARGET + 1]] *= 3
    moved = from_released(printed(before), printed(after), in_a_row(), TARGET, 0.4)
    assert quiet.around == "cannot_tell" and moved.around == "rose"
    assert moved.effect == quiet.effect, "what touches the place is not compared with it"
