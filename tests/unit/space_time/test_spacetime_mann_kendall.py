from __future__ import annotations

import numpy as np
import pytest

from analytics.statistics.mann_kendall import LONGEST_EXACT, mann_kendall
from core.errors import InternalError


def test_a_constant_series_has_no_trend_and_no_surprise() -> None:
    result = mann_kendall(np.full((1, 12), 3.0))
    assert result.s[0] == 0
    assert result.p[0] == 1.0
    assert np.isnan(result.tau[0])
    assert result.trend(0.05)[0] == 0


def test_a_missing_value_makes_its_own_series_untested_and_no_other() -> None:
    result = mann_kendall(np.array([[1.0, 2, np.nan, 4, 5, 6, 7, 8, 9, 10], np.arange(10.0)]))
    assert np.isnan(result.p[0])
    assert list(result.trend(0.05)) == [0, 1]


def test_falling_is_minus_one() -> None:
    assert mann_kendall(np.arange(10.0, 0, -1)[None, :]).trend(0.05)[0] == -1


def test_rounding_noise_is_a_tie_within_the_tolerance() -> None:
    # the same three numbers added in two orders
    a, b = (0.1 + 0.2) + 0.3, 0.1 + (0.2 + 0.3)
    assert a != b
    noisy = np.array([[b] * 6 + [a] * 6])
    assert mann_kendall(noisy).trend(0.05)[0] == 1
    assert mann_kendall(noisy, tie_tolerance=1e-9).s[0] == 0


def test_exact_p_stops_at_its_length() -> None:
    assert not np.isnan(mann_kendall(np.arange(float(LONGEST_EXACT))[None, :]).p_exact[0])
    assert np.isnan(mann_kendall(np.arange(LONGEST_EXACT + 1.0)[None, :]).p_exact[0])


@pytest.mark.parametrize("shape", [(5,), (3, 1)])
def test_a_wrong_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InternalError, match="Mann-Kendall"):
        mann_kendall(np.zeros(shape))
