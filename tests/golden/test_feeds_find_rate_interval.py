"""Wilson's interval of a find rate, against published values: Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""

from __future__ import annotations

import pytest

from analytics.police_records import wilson


@pytest.mark.parametrize(
    ("found", "known", "lower", "upper"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_published_intervals(found: int, known: int, lower: float, upper: float) -> None:
    share, low, high = wilson(found, known)
    assert share == found / known
    assert low == pytest.approx(lower, abs=5e-5)
    assert high == pytest.approx(upper, abs=5e-5)


def test_of_nothing_nothing_is_said() -> None:
    assert wilson(0, 0) == (None, None, None)
