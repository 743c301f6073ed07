"""95% limits of counts against published numbers: Byar's from 10 incidents upwards, exact Poisson below.

Sources:
- DataS-DHSC/PHStatsMethods, the Department of Health and Social Care's own port of PHEindicatormethods, tests of byars_lower: the
  lower limit of 100 is 81.36210549052788 (the exact one would be 81.364).
- The same formula for 65 events to four places, 50.1632 and 82.8491, beside the exact 50.1656 and 82.8478 (tests of the package
  `analogy`; 65 is the example of the technical guide Confidence Intervals, Public Health England 2018).
- ukhsa-collaboration/PHEindicatormethods, tests/testthat/testdata_funnel_ratio_outputs.csv (commit 8ac28e5), columns
  lower_2s_exp_events (the upper limit of the count) and upper_2s_exp_events (the lower): exact limits, from a spreadsheet whose
  chi-squared function is good to about six figures.
"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.counts.rates import limits_of


def limits(count: int) -> tuple[float, float]:
    low, high = limits_of(np.array([[count]]))
    return float(low[0, 0]), float(high[0, 0])


def test_byar_of_one_hundred() -> None:
    assert limits(100)[0] == pytest.approx(81.36210549052788, rel=1e-13)


def test_byar_of_sixty_five() -> None:
    assert limits(65) == pytest.approx((50.1632, 82.8491), abs=5e-5)


@pytest.mark.parametrize(
    ("count", "lower", "upper"),
    [
        (1, 0.025317898, 5.571644585),
        (2, 0.242209467, 7.224687515),
        (5, 1.623486324, 11.6683331),
        (9, 4.11537405, 17.08479966),
    ],
)
def test_exact_below_ten(count: int, lower: float, upper: float) -> None:
    assert limits(count) == pytest.approx((lower, upper), rel=5e-6)


def test_none_has_an_upper_limit() -> None:
    """The exact upper 95% limit of no events: minus the logarithm of 0.025."""
    assert limits(0) == pytest.approx((0.0, 3.688879454), abs=1e-9)


def test_the_method_changes_at_ten() -> None:
    """Exact limits of 10 are 4.795387629 and 18.39035799; Byar's lie within the 0.2% that the technical guide states, and differ."""
    lower, upper = limits(10)
    assert (lower, upper) == pytest.approx((4.795387629, 18.39035799), rel=2e-3)
    assert abs(lower - 4.795387629) > 1e-3
