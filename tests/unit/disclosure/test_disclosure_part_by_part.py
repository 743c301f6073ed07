"""What the attack by parts calls possible and impossible, against lists of every possible table."""

from __future__ import annotations

import time

import numpy as np
import pytest

from analytics.disclosure.attack import part_by_part
from analytics.disclosure.attack.evidence import Attack, Evidence, lay_out_attack
from analytics.disclosure.attack.part_by_part import walk_parts
from analytics.disclosure.attack.programs import can_move, prepare_ground
from analytics.disclosure.system import BoolArray, PublicationSystem
from tests.builders.disclosure_systems import possible_tables, random_layout, side_by_side, system_from_rows


def _attack(system: PublicationSystem, visible: BoolArray) -> Attack:
    return lay_out_attack(system, visible, threshold=5, required=(1, 5), hidden_is_at_least=1)


def _walked(attack: Attack) -> tuple[Evidence, np.ndarray, np.ndarray]:
    evidence = Evidence(attack)
    ground = prepare_ground(attack, np.ones(len(attack.truth), dtype=bool))
    tried, never = walk_parts(evidence, ground, rng=np.random.default_rng(1), deadline=time.process_time() + 600)
    return evidence, tried, never


@pytest.mark.parametrize("seed", range(8))
def test_what_is_seen_is_possible_and_what_is_ruled_out_is_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    system = random_layout(rng, areas=4, categories=2, hexes=1 + seed % 2, most=7)
    counts = system.cell_counts
    visible = (counts == 0) | ((counts >= 5) & ((rng.random(system.n_cells) < 0.6) | ~np.isfinite(system.weight)))
    attack = _attack(system, visible)
    if (attack.published.sum(axis=0) == 0).any():
        visible |= np.diff(system.incidence.indptr) == np.diff(system.incidence.indptr).max()
        attack = _attack(system, visible)
    tables = possible_tables(attack.published.toarray(), attack.figures, system.n_atoms)
    values = tables @ attack.watch.toarray().T
    values = values[(values >= attack.at_least).all(axis=1)]
    known = (tables[(tables @ attack.watch.toarray().T >= attack.at_least).all(axis=1)] == system.atom_counts).all(axis=0)
    assert known[~can_move(attack)].all(), "an atom is taken for known that may be another"
    evidence, tried, never = _walked(attack)
    assert set(never) <= set(tried)
    for row in tried:
        seen = {v for v in range(1, 6) if int(evidence.covered[row]) >> v - 1 & 1}
        truly = set(range(1, 6)) & set(values[:, row].tolist())
        assert seen <= truly
        assert (row in never) <= (truly != set(range(1, 6)))
        # what is left open although it is possible is for whole numbers alone to find
        assert row in never or len(truly - seen) <= 1


def test_figures_that_tell_an_atom_take_it_out_one_after_the_other() -> None:
    """a and a + b are printed, so b is known; then c by b + c; d and e are not, and f is part of a 0."""
    rows = [[1, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [0, 1, 1, 0, 0, 0], [0, 0, 1, 1, 1, 0], [0, 0, 0, 0, 0, 1], [0, 0, 0, 1, 0, 0]]
    system = system_from_rows(rows, [6, 7, 8, 2, 9, 0])
    visible = np.array([True, True, True, True, True, False])
    assert can_move(_attack(system, visible)).tolist() == [False, False, False, True, True, False]


def test_parts_are_told_apart_and_their_tables_admitted_as_one() -> None:
    """Sixty like sums that have nothing in common take no more tables than the one that takes most."""
    one = ([[1, 0], [0, 1], [1, 1]], [3, 8])
    system = side_by_side([one] * 60)
    visible = np.tile([False, False, True], 60)
    evidence, tried, never = _walked(_attack(system, visible))
    assert len(tried) == 60 and not len(never)
    assert not len(evidence.open_rows)
    # the truth, and 1, 2, 4 and 5 once each
    assert evidence.tables == 5


def test_parts_that_are_too_large_are_left_to_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_by_part, "ATOMS", 1)
    system = system_from_rows([[1, 0], [0, 1], [1, 1]], [3, 8])
    evidence, tried, _ = _walked(_attack(system, np.array([False, False, True])))
    assert not len(tried) and len(evidence.open_rows) == 1
