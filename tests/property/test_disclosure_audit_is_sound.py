"""On systems small enough to list every possible table, the auditor never certifies what a reader could narrow down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.disclosure.audit import attack_all
from analytics.disclosure.evidence import Attack, lay_out_attack
from tests.builders.disclosure_systems import possible_tables, random_layout, system_from_rows


def _truth(attack: Attack) -> np.ndarray:
    """For each watched row, the values that no published number rules out, as bits; by listing every table."""
    tables = possible_tables(attack.published.toarray(), attack.figures, len(attack.truth))
    values = tables @ attack.watch.toarray().T
    fine = (values >= attack.at_least).all(axis=1)
    low, high = attack.required
    bits = np.zeros(attack.watch.shape[0], dtype=np.uint64)
    for row in values[fine]:
        inside = (row >= low) & (row <= high)
        bits[inside] |= np.uint64(1) << (row[inside] - low).astype(np.uint64)
    return bits


def _compare(system, visible, *, required, at_least, seed) -> tuple[int, int]:
    """(targets that are truly safe, of these certified); fails where one is certified that is not safe."""
    attack = lay_out_attack(system, visible, threshold=5, required=required, hidden_is_at_least=at_least)
    report = attack_all(system, attack, seed=seed, seconds=20)
    wanted = np.uint64((1 << (required[1] - required[0] + 1)) - 1)
    safe = (_truth(attack) & wanted) == wanted
    unsafe_cells = set(report.unsafe_cells.tolist())
    implied_atom = [int(attack.watch[r].indices[0]) for r in range(attack.watch.shape[0])]
    certified_safe = truly_safe = 0
    for row in np.flatnonzero(attack.target):
        cell = int(attack.cell[row])
        certified = cell not in unsafe_cells if cell >= 0 else implied_atom[row] not in set(report.unsafe_atoms.tolist())
        assert safe[row] or not certified, "certified, though a required value is impossible"
        truly_safe += bool(safe[row])
        certified_safe += bool(safe[row] and certified)
    return truly_safe, certified_safe


@st.composite
def _random_case(draw: st.DrawFn):
    n_atoms = draw(st.integers(3, 6))
    counts = draw(st.lists(st.integers(0, 6), min_size=n_atoms, max_size=n_atoms))
    extra = draw(st.lists(st.lists(st.integers(0, 1), min_size=n_atoms, max_size=n_atoms), min_size=1, max_size=5))
    rows = [*np.eye(n_atoms, dtype=int).tolist(), *[r for r in extra if sum(r) > 1], [1] * n_atoms]
    visible = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    visible[-1] = True
    return rows, counts, visible


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(case=_random_case(), at_least=st.integers(0, 1), top=st.integers(4, 5), seed=st.integers(0, 9))
def test_never_certifies_wrongly_on_any_layout(case, at_least, top, seed):
    rows, counts, visible = case
    system = system_from_rows(rows, counts)
    hidden = np.asarray(visible) & ~((system.cell_counts >= 1) & (system.cell_counts < 5))
    # an attacker who knows that withheld cells are at least 1 meets only publications in which that is true
    hidden |= (system.cell_counts == 0) & bool(at_least)
    hidden[-1] = True
    _compare(system, hidden, required=(1, top), at_least=at_least, seed=seed)


@pytest.mark.parametrize("hexes", [1, 3])
def test_hardly_ever_fails_to_certify_what_is_safe(hexes):
    """States the share: of the truly safe targets, at least 99 in 100 are certified."""
    rng = np.random.default_rng(7)
    truly = certified = 0
    for seed in range(30):
        system = random_layout(rng, areas=3, categories=3 if hexes == 1 else 2, hexes=hexes, most=5)
        counts = system.cell_counts
        visible = ~((counts >= 1) & (counts < 5)) & ((counts == 0) | (rng.random(len(counts)) < 0.75))
        visible |= np.isinf(system.weight) & ((counts == 0) | (counts >= 5))
        if not visible.any() or (system.incidence[visible].sum(axis=0) == 0).any():
            continue
        a, b = _compare(system, visible, required=(1, 5), at_least=0, seed=seed)
        truly, certified = truly + a, certified + b
    assert truly > 25
    assert certified >= 0.99 * truly
