"""Benjamini-Hochberg against the worked example of its authors and against esda's cut-off."""

from __future__ import annotations

import esda
import numpy as np
import pytest

from analytics.statistics.false_discovery import certainty_of, q_values

# Benjamini and Hochberg (1995), J. R. Statist. Soc. B 57(1), section 3.2: fifteen comparisons of two treatments after myocardial
# infarction (data of Neuhaus et al. 1992)
BH_1995 = np.array(
    [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
)


def test_worked_example_rejects_the_first_four_at_five_percent() -> None:
    rng = np.random.default_rng(1)
    order = rng.permutation(len(BH_1995))
    q = np.empty(len(BH_1995))
    q[order] = q_values(BH_1995[order][:, None])[:, 0]
    assert (q <= 0.05).tolist() == [True] * 4 + [False] * 11
    # the procedure's arithmetic in the paper: the fourth p is the last below i x 0.05 / 15 = 0.0133
    assert q[3] == pytest.approx(0.0095 * 15 / 4)


def test_certainty_of_the_worked_example() -> None:
    certainty = certainty_of(q_values(BH_1995[:, None]))[:, 0].tolist()
    # adjusted p of the paper's values: 0.0015, 0.003, 0.0095, 0.0356, 0.0603, 0.0639, 0.0639, 0.0645, 0.0765, 0.486, ...
    assert certainty == [99, 99, 99, 95, 90, 90, 90, 90, 90, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("alpha", [0.1, 0.05, 0.01])
def test_same_places_as_the_cut_off_of_esda(alpha: float) -> None:
    """esda.fdr gives a cut-off and, where nothing is rejected, the Bonferroni bound, below which there is nothing then."""
    rng = np.random.default_rng(20260101)
    p = np.concatenate([rng.uniform(size=900), rng.uniform(0, 0.003, size=100)])
    assert ((q_values(p[:, None])[:, 0] <= alpha) == (p <= esda.fdr(p, alpha))).all()
