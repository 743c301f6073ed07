"""PAI, PEI and SER by their published definitions.

PAI = (n / N) / (a / A) and PEI = PAI / the maximum PAI for the area: Chainey, Tompson and Uhlig (2008), Security Journal 21, 4-28; Hunt
(2016); both as the National Institute of Justice scored its Real-Time Crime Forecasting Challenge
(https://nij.ojp.gov/real-time-crime-forecasting-challenge-winners, note 1), and as R's ptools::pai sorts: by density, whole cells.
"""

from __future__ import annotations

import numpy as np
import pytest

from analytics.statistics.accuracy import accuracy, accuracy_of_selection


@pytest.mark.parametrize(("caught", "area_share", "pai"), [(25, 0.5, 0.5), (20, 0.1, 2.0), (80, 0.4, 2.0)])
def test_pai_of_the_ratios_by_which_the_index_is_explained(caught: int, area_share: float, pai: float) -> None:
    # 100 incidents; the chosen cell holds `caught` of them in area_share of 10 km2
    result = accuracy_of_selection(
        np.array([True, False]), np.array([caught, 100 - caught]), np.array([area_share, 1 - area_share]) * 10
    )
    assert result.pai[0] == pytest.approx(pai)
    assert result.ser[0] == pytest.approx(caught / (area_share * 10))


def test_cumulative_pai_and_pei_of_whole_cells() -> None:
    # the definition of ptools::pai written out: sort by predicted density, cumulate, divide; PEI against sorting by observed density
    rng = np.random.default_rng(7)
    predicted, observed = rng.gamma(2, 3, 40), rng.poisson(4, 40).astype(float)
    order, best = np.argsort(-predicted), np.argsort(-observed, kind="stable")
    share = np.arange(1, 41) / 40
    pai = np.cumsum(observed[order]) / observed.sum() / share
    pei = pai / (np.cumsum(observed[best]) / observed.sum() / share)
    result = accuracy(predicted, observed, np.ones(40), coverages=share)
    assert result.pai == pytest.approx(pai, rel=1e-12)
    assert result.pei == pytest.approx(pei, rel=1e-12)
