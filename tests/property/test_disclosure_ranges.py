"""On systems small enough to list every possible table, a printed range holds every count that is possible, and hardly ever more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.disclosure.nesting import Silence
from analytics.disclosure.policy import Zeros, load_policy
from analytics.disclosure.ranges import withheld_ranges
from analytics.disclosure.suppress.repair import suppress_until_safe
from analytics.disclosure.system import PublicationSystem
from core.errors import DisclosureError
from core.ranges import UNBOUNDED, Printed, Reader
from core.settings import ReleaseSettings
from tests.builders.disclosure_systems import possible_tables, random_layout, regions_system, system_from_rows


def _listed(system: PublicationSystem, visible: np.ndarray, least: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and largest count of each cell over all possible tables."""
    rows = system.incidence.toarray()
    tables = possible_tables(rows[visible], system.cell_counts[visible], system.n_atoms)
    values = tables @ rows.T
    values = values[(values >= np.where(visible, 0, least)).all(axis=1)]
    return values.min(axis=0), values.max(axis=0)


@pytest.mark.parametrize("said", [0, 1])
def test_ranges_are_those_of_the_list_of_all_tables(said: int) -> None:
    rng = np.random.default_rng([5, said])
    asked = equal = 0
    for _ in range(120):
        n = int(rng.integers(3, 6))
        extra = (rng.random((int(rng.integers(1, 5)), n)) < 0.5).astype(int)
        rows = [*np.eye(n, dtype=int).tolist(), *extra[extra.sum(axis=1) > 1].tolist(), [1] * n]
        system = system_from_rows(rows, rng.integers(0, 6, n).tolist())
        visible = (rng.random(system.n_cells) < 0.4) | ((system.cell_counts == 0) & bool(said))
        visible[-1] = True
        quiet = np.zeros(system.n_cells, dtype=bool)
        low, high = withheld_ranges(system, visible, quiet, said=said)
        first, last = _listed(system, visible, np.full(system.n_cells, said))
        hidden = ~visible
        assert (low[hidden] <= first[hidden]).all() and (high[hidden] >= last[hidden]).all()
        asked += int(hidden.sum())
        equal += int(((low == first) & (high == last))[hidden].sum())
    assert asked > 300 and equal >= 0.97 * asked


@pytest.mark.parametrize("zeros", list(Zeros))
def test_a_protected_layout_prints_no_range_that_tells_a_small_count(zeros: Zeros) -> None:
    policy = replace(load_policy(ReleaseSettings().policy), zeros=zeros)
    for seed in range(6):
        system = random_layout(np.random.default_rng(seed), areas=5, categories=3, hexes=1 + seed % 2, most=9)
        visible, _, _ = suppress_until_safe(system, policy)
        said = policy.hidden_is_at_least
        unsaid = Silence(system).unsaid(visible) if said else np.zeros(system.n_cells, dtype=bool)
        low, high = withheld_ranges(system, visible, unsaid, said=said)
        counts = system.cell_counts
        small = ~visible & (counts >= 1) & (counts < policy.threshold)
        assert small.any()
        assert (low[small] <= 1).all() and (high[small] >= policy.threshold).all()
        assert (low[~visible] <= counts[~visible]).all() and (high[~visible] >= counts[~visible]).all()


def test_the_regions_published_naively_have_no_width() -> None:
    """sdcTools/UserSupport#136: sizes and counties together give away what each alone hides."""
    system = regions_system()
    counts = system.cell_counts
    visible = (counts == 0) | (counts >= 5)
    _, high = withheld_ranges(system, visible, np.zeros(system.n_cells, dtype=bool), said=1)
    hidden = np.flatnonzero(~visible)
    told = [system.cells["place_code"][i] for i in hidden if high[i] < 5]
    assert "K" in told


def test_five_kinds_that_are_each_one_by_pencil() -> None:
    system = system_from_rows([*np.eye(7, dtype=int).tolist(), [1] * 7], [7, 15, 1, 1, 1, 1, 1])
    visible = np.array([True, True, False, False, False, False, False, True])
    low, high = withheld_ranges(system, visible, np.zeros(8, dtype=bool), said=1)
    assert low[2:7].tolist() == [1] * 5 and high[2:7].tolist() == [1] * 5


def test_a_count_that_nothing_bounds_says_so_and_a_contradiction_is_refused() -> None:
    system = system_from_rows([[1, 0], [0, 1]], [3, 9])
    low, high = withheld_ranges(system, np.array([False, True]), np.zeros(2, dtype=bool), said=1)
    assert (low[0], high[0]) == (1, UNBOUNDED)
    rows = system_from_rows([[1, 0], [0, 1], [1, 1]], [3, 9]).incidence
    with pytest.raises(DisclosureError, match="contradict"):
        Reader(Printed(rows, np.array([3, 9, 11]), rows[:0], np.zeros(0, dtype=np.int64)))


def test_a_sum_over_parts_that_nothing_joins_adds_up() -> None:
    system = system_from_rows([[1, 1, 0, 0], [0, 0, 1, 1]], [3, 4, 5, 6])
    reader = Reader(Printed(system.incidence, system.cell_counts, system.incidence[:0], np.zeros(0, dtype=np.int64)))
    low, high = reader.ranges(np.array([[1, 0, 1, 0], [1, 1, 1, 0]]))
    assert low.tolist() == [0, 7] and high.tolist() == [18, 18]
