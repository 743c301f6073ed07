"""On systems small enough to list every possible table, the auditor never certifies what a reader could narrow down.

HOMEGROUND_TEST_SYSTEMS sets how many random systems each case lists (500 unless it says otherwise).
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from analytics.disclosure.attack.audit import attack_all
from analytics.disclosure.attack.evidence import Attack, lay_out_attack
from tests.builders.disclosure_systems import possible_tables, random_layout, side_by_side

SYSTEMS = int(os.environ.get("HOMEGROUND_TEST_SYSTEMS", "500"))


def _random_part(rng: np.random.Generator) -> tuple[list[list[int]], list[int]]:
    """Three to six counts of up to 6, each a cell, up to five sums of some of them, and the total."""
    n = int(rng.integers(3, 7))
    extra = rng.random((int(rng.integers(1, 6)), n)) < 0.5
    rows = [*np.eye(n, dtype=int).tolist(), *extra[extra.sum(axis=1) > 1].astype(int).tolist(), [1] * n]
    return rows, rng.integers(0, 7, n).tolist()


def _safe_by_list(attack: Attack, rows: np.ndarray, atoms: slice, published: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """For each watched row of one small system: whether every required value occurs in the list of all its possible tables."""
    tables = possible_tables(published, figures, atoms.stop - atoms.start)
    values = tables @ attack.watch[rows][:, atoms].toarray().T
    values = values[(values >= attack.at_least[rows]).all(axis=1)]
    low, high = attack.required
    return np.array([set(range(low, high + 1)) <= set(column.tolist()) for column in values.T])


@pytest.mark.parametrize("at_least", [0, 1])
@pytest.mark.parametrize("top", [4, 5])
def test_never_certifies_wrongly_on_thousands_of_systems(at_least, top):
    """All systems of a case are attacked as one release; what is true of each is known from its own list of tables."""
    rng = np.random.default_rng([at_least, top])
    parts = [_random_part(rng) for _ in range(SYSTEMS)]
    system = side_by_side(parts)
    counts = system.cell_counts
    visible = (rng.random(system.n_cells) < 0.5) & ~((counts >= 1) & (counts < 5))
    # an attacker who knows that withheld cells are at least 1 meets only publications in which that is true
    visible |= (counts == 0) & bool(at_least)
    last = np.cumsum([len(rows) for rows, _ in parts])
    visible[last - 1] = True
    attack = lay_out_attack(system, visible, threshold=5, required=(1, top), hidden_is_at_least=at_least)
    # no small system has more atoms than the first neighbourhood takes in
    report = attack_all(system, attack, seed=top, seconds=600, widths=((60, 150),))
    unsafe_cells = np.isin(attack.cell, report.unsafe_cells) & (attack.cell >= 0)
    unsafe_atoms = np.isin(attack.atom, report.unsafe_atoms) & (attack.atom >= 0)
    certified = attack.target & ~unsafe_cells & ~unsafe_atoms
    edges = np.concatenate([[0], np.cumsum([len(c) for _, c in parts])])
    first_atom = np.minimum.reduceat(attack.watch.indices, attack.watch.indptr[:-1])
    of_part = np.searchsorted(edges, first_atom, side="right") - 1
    shown = np.flatnonzero(visible)
    part_shown = np.searchsorted(last, shown, side="right")
    safe = np.zeros(len(certified), dtype=bool)
    for i in range(SYSTEMS):
        rows = np.flatnonzero(of_part == i)
        if attack.target[rows].any():
            cells, atoms = shown[part_shown == i], slice(int(edges[i]), int(edges[i + 1]))
            safe[rows] = _safe_by_list(attack, rows, atoms, system.incidence[cells][:, atoms].toarray(), counts[cells])
    assert not (certified & ~safe).any(), "certified, though a required value is impossible"
    safe &= attack.target
    missed = 1.0 - certified[safe].mean()
    print(f"{SYSTEMS} systems, {attack.target.sum()} targets, {safe.sum()} of them safe, {missed:.2%} of these not certified")
    assert safe.sum() > SYSTEMS / 4 and (attack.target & ~safe).sum() > SYSTEMS / 4
    assert missed <= 0.01


@pytest.mark.parametrize("hexes", [1, 3])
def test_hardly_ever_fails_to_certify_what_is_safe(hexes):
    """On layouts like a real plan's: nothing is certified wrongly, and of the truly safe targets at least 99 in 100 are certified."""
    rng = np.random.default_rng(7)
    truly = found = 0
    for seed in range(14):
        system = random_layout(rng, areas=3, categories=3 if hexes == 1 else 2, hexes=hexes, most=5)
        counts = system.cell_counts
        visible = ~((counts >= 1) & (counts < 5)) & ((counts == 0) | (rng.random(len(counts)) < 0.75))
        visible |= np.isinf(system.weight) & ((counts == 0) | (counts >= 5))
        if not visible.any() or (system.incidence[visible].sum(axis=0) == 0).any():
            continue
        attack = lay_out_attack(system, visible, threshold=5, required=(1, 5))
        report = attack_all(system, attack, seed=seed, seconds=600)
        rows = np.arange(len(attack.cell))
        safe = _safe_by_list(attack, rows, slice(0, system.n_atoms), attack.published.toarray(), attack.figures) & attack.target
        certified = attack.target & ~(np.isin(attack.cell, report.unsafe_cells) & (attack.cell >= 0))
        certified &= ~(np.isin(attack.atom, report.unsafe_atoms) & (attack.atom >= 0))
        assert not (certified & ~safe).any(), "certified, though a required value is impossible"
        truly, found = truly + int(safe.sum()), found + int(certified.sum())
    assert truly > 10
    assert found >= 0.99 * truly
