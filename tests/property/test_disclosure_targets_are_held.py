"""Targets with requirements of their own: what is certified of a sum, a difference or an interval is so in the list of all tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.disclosure.attack.audit import audit
from analytics.disclosure.policy import Zeros, load_policy
from analytics.disclosure.suppress.repair import suppress_until_safe
from analytics.disclosure.targets import chosen_values, every_value, interval, join
from core.errors import DisclosureError, InternalError
from core.settings import ReleaseSettings
from tests.builders.disclosure_systems import possible_tables, random_layout, system_from_rows

POLICY = replace(load_policy(ReleaseSettings().policy), protect_implied=False)


def _random_targets(rng, system):
    """Three differences, three sums with a set of values, three sums with an interval, around their true values."""
    n = system.n_atoms
    parts = []
    for kind in range(3):
        rows = (rng.random((3, n)) < 0.3).astype(np.int64)
        rows[:, rng.integers(n)] = 1
        if kind == 0:
            rows -= rng.random((3, n)) < 0.3
        true = rows @ system.atom_counts
        below, above = rng.integers(0, 3, 3), rng.integers(1, 4, 3)
        if kind == 1:
            parts.append(chosen_values(rows, [{int(t), int(t + a)} for t, a in zip(true, above, strict=True)]))
        else:
            make = interval if kind == 2 else every_value
            parts.append(make(rows, np.maximum(true - below, 0) if kind else true - below, true + above))
    return join(parts)


def _truly_possible(targets, values):
    """For each target whether the listed values hold everything required."""
    fine = []
    for t in range(len(targets)):
        low, high, seen = int(targets.low[t]), int(targets.high[t]), set(values[:, t].tolist())
        if targets.ends[t]:
            fine.append(min(seen) <= low and max(seen) >= high)
        else:
            wanted = {v for v in range(low, high + 1) if int(targets.wanted[t]) >> (v - low) & 1}
            fine.append(wanted <= seen)
    return np.array(fine)


def _cases(n):
    for seed in range(n):
        rng = np.random.default_rng(seed)
        system = random_layout(rng, areas=3, categories=2, hexes=1 + seed % 3, most=5)
        counts = system.cell_counts
        visible = (counts >= 5) | ((counts == 0) & (rng.random(len(counts)) < 0.6)) | np.isinf(system.weight)
        if not (system.incidence[visible].sum(axis=0) == 0).any():
            yield seed, system, visible, _random_targets(rng, system)


def test_what_is_certified_of_a_target_is_true():
    safe = certified = unsafe = 0
    for seed, system, visible, targets in _cases(30):
        report = audit(
            system,
            visible,
            replace(POLICY, zeros=Zeros.MAY_BE_HIDDEN),
            seed=seed,
            seconds=600,
            targets=targets,
            protect_small=False,
        )
        tables = possible_tables(system.incidence[visible].toarray(), system.cell_counts[visible], system.n_atoms)
        truly = _truly_possible(targets, tables @ targets.rows.toarray().T)
        said = np.ones(len(targets), dtype=bool)
        said[report.unsafe_targets] = False
        assert not (said & ~truly).any()
        assert report.targets == report.asked_targets == len(targets) and report.safe == bool(said.all())
        safe, certified, unsafe = safe + truly.sum(), certified + said.sum(), unsafe + (~truly).sum()
    assert safe > 50 and unsafe > 50
    assert certified >= 0.99 * safe


def test_the_suppressor_makes_room_for_targets():
    """A withheld cell's sliver of 2 and a difference: both must be able to move, though no small cell is at stake."""
    made = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        system = random_layout(rng, areas=4, categories=2, hexes=2, most=9)
        pieces = np.flatnonzero((system.atom_counts > 0) & (system.atom_counts < 5))[:2]
        if len(pieces) < 2:
            continue
        rows = np.zeros((2, system.n_atoms), dtype=np.int64)
        rows[0, pieces[0]], rows[1, pieces] = 1, (1, -1)
        true = rows @ system.atom_counts
        targets = join([every_value(rows[:1], true[:1], true[:1] + 2), interval(rows[1:], true[1:] - 1, true[1:] + 1)])
        try:
            visible, report, _ = suppress_until_safe(system, POLICY, targets=targets)
        except DisclosureError:
            continue
        made += 1
        assert report.safe and audit(system, visible, POLICY, seed=99, targets=targets).safe
    assert made >= 5


def test_a_target_of_published_cells_is_unsafe():
    system = system_from_rows([[1, 0], [0, 1], [1, 1]], [7, 9])
    everything = np.ones(3, dtype=bool)
    difference = every_value(np.array([[1, -1]]), np.array([-2]), np.array([-1]))
    report = audit(system, everything, POLICY, seed=1, targets=difference)
    assert not report.safe and report.unsafe_targets.tolist() == [0] and report.unsafe_target_bits.tolist() == [2]


def test_requirements_that_make_no_sense_are_refused():
    row = np.array([[1, 0]])
    with pytest.raises(InternalError, match="above"):
        every_value(row, np.array([3]), np.array([2]))
    with pytest.raises(InternalError, match="interval instead"):
        every_value(row, np.array([0]), np.array([63]))
    with pytest.raises(InternalError, match="empty"):
        chosen_values(row, [set()])
    with pytest.raises(InternalError, match="other atoms"):
        audit(system_from_rows([[1]], [1]), np.zeros(1, dtype=bool), POLICY, seed=1, targets=interval(row, np.zeros(1), np.ones(1)))
