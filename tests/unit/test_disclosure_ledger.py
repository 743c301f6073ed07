"""What an earlier release showed cannot be withheld again, and what is withheld now is attacked together with it."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.disclosure.audit import audit
from analytics.disclosure.gate import suppress_until_safe
from analytics.disclosure.ledger import KEY, Ledger, lay_in
from analytics.disclosure.policy import load_policy
from core.settings import ReleaseSettings
from tests.builders.disclosure_systems import system_from_rows

POLICY = load_policy(ReleaseSettings().policy)


@pytest.fixture
def system():
    names = [("area", "a"), ("area", "b"), ("area", "c"), ("all", "t")]
    rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]
    return system_from_rows(rows, [3, 8, 9], names=names, weight=[1, 1, 1, np.inf])


def _shown(system, rows, counts):
    return Ledger(system.cells.iloc[rows][KEY].assign(count=counts, release=7), 1)


def test_two_releases_that_are_safe_apart_are_not_safe_together(system):
    first = np.array([False, False, True, True])
    second = np.array([False, True, False, True])
    assert audit(system, first, POLICY, seed=1).safe and audit(system, second, POLICY, seed=1).safe
    together = lay_in(system, _shown(system, [2, 3], [9, 20])).system
    report = audit(together, np.append(second, [True, True]), POLICY, seed=1)
    assert not report.safe and report.unsafe_cells.tolist() == [0]


def test_the_suppressor_works_around_what_was_shown(system):
    history = lay_in(system, _shown(system, [1, 3], [8, 20]))
    assert (history.laid_in, history.not_comparable, history.releases) == (2, 0, 1)
    visible, report, _ = suppress_until_safe(history.system, POLICY)
    assert report.safe
    assert visible[:4].tolist() == [False, True, False, True], "b was shown: c must go with a"


def test_a_corrected_figure_is_counted_and_left_out(system):
    history = lay_in(system, _shown(system, [1], [11]))
    assert (history.laid_in, history.not_comparable, history.releases) == (0, 1, 0)
