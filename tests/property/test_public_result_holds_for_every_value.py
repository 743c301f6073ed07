"""The interval that everyone is told of a response holds whatever the withheld figures are."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.evaluation.effect import difference_in_differences
from analytics.evaluation.released import Printed, between


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(4, 15), st.floats(0.0, 0.4))
def test_the_interval_holds_that_of_every_value_that_is_possible(seed: int, places: int, width: float) -> None:
    rng = np.random.default_rng(seed)
    ends = []
    for _ in range(2):
        low = rng.integers(1, 60, places).astype(float)
        ends.append(Printed(low, low + np.floor(width * low * rng.random(places)) + rng.integers(0, 3, places)))
    before, after = ends
    told = between(before, after)
    for _ in range(20):
        # corners more often than what lies between them
        share = np.where(rng.random((2, places)) < 0.7, rng.integers(0, 2, (2, places)), rng.random((2, places)))
        b, a = (np.round(p.low + s * (p.high - p.low)).astype(int) for p, s in zip((before, after), share, strict=True))
        one = difference_in_differences(b, a)
        assert told.low <= one.low * (1 + 1e-9) and told.high >= one.high * (1 - 1e-9)
