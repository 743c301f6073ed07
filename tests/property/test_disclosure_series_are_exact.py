"""Histories small enough to list every possible table: what the series of months propose, rule out and leave aside is exactly right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analytics.disclosure.attack.audit import audit
from analytics.disclosure.attack.evidence import Evidence, lay_out_attack
from analytics.disclosure.attack.programs import _remainders
from analytics.disclosure.attack.series import walk_series
from analytics.disclosure.attack.steady_tables import atoms_of_sites, propose_steady
from analytics.disclosure.ledger import Earlier, History, Ledger, lay_in
from analytics.disclosure.nesting import Silence, unsaid_cells
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import Policy, Zeros, load_policy
from analytics.disclosure.suppress.cells import primary
from analytics.disclosure.suppress.tight_series import FAR, _longest, tight_figures
from core.periods import Period, add_months
from core.settings import ReleaseSettings
from tests.builders.disclosure_systems import possible_tables
from tests.builders.rolling_releases import FIRST

POLICY = load_policy(ReleaseSettings().policy)
# parts 5 and cells 1 to 5 at this threshold make systems too large to list; the rule is the same with smaller numbers
SMALL = replace(POLICY, threshold=3, required=(1, 3), required_parts=(3, 3), protect_implied=True, zeros=Zeros.MAY_BE_HIDDEN)
# the same for readers who know that what is withheld is not 0
KNOWING = replace(SMALL, zeros=Zeros.SHOWN)
GROWING, ROLLING = ((0, 0), (0, 1), (0, 2)), ((0, 1), (1, 2), (2, 3))
ONE = (("all_recorded", frozenset({"x"})),)


def _history(rng: np.random.Generator, spans: Sequence[tuple[int, int]], n_areas: int = 3, policy: Policy = SMALL) -> History:
    """Two earlier releases and a candidate over a few areas, first and last month of each; some figures of the past are withheld."""
    n_months = max(last for _, last in spans) + 1
    months = [add_months(FIRST, m) for m in range(n_months)]
    table = rng.integers(0, 4, (n_areas, n_months))
    names = ["a", "b", "c"][:n_areas]
    frame = pd.DataFrame(
        [(a, "x", months[m], int(table[a, m])) for a in range(n_areas) for m in range(n_months)],
        columns=["area", "category", "month", "incidents"],
    )
    frame = frame[frame["incidents"] > 0]
    areas = pd.DataFrame({"area": names, "all": "R"})
    ledger = Ledger()
    for release, (first, last) in enumerate(spans[:2], start=1):
        held = table[:, first : last + 1].sum(axis=1)
        small = (held >= 1) & (held < SMALL.threshold)
        hidden = small | (small.any() & (rng.random(n_areas) < 0.6))
        if policy.zeros is Zeros.SHOWN:
            hidden &= held > 0
        count = [None if h else int(n) for h, n in zip(hidden, held, strict=True)]
        figures = pd.DataFrame(
            {"geography": ["area"] * n_areas + ["all"], "edition": "", "place_code": [*names, "R"], "category": "all_recorded",
             "period_start": months[first], "period_end": months[last], "count": pd.array([*count, int(held.sum())], dtype="Int64")}
        )  # fmt: skip
        figures["known_least"] = policy.hidden_is_at_least
        past = Earlier(release, frozenset(months), ONE, figures)
        seen = frame.assign(release=release) if release == 1 else frame.iloc[:0].assign(release=release)
        ledger = Ledger((*ledger.past, past), pd.concat([ledger.changes, seen], ignore_index=True))
    first, last = spans[2]
    plan = PublicationPlan((Level("area", "", 1.0), Level("all", "", float("inf"))), ONE, (Period(months[first], months[last]),))
    return lay_in(plan, Counts(areas, frame, frozenset(months)), ledger, policy)


def _safe(history: History, visible: np.ndarray, policy: Policy = SMALL) -> tuple[np.ndarray, np.ndarray]:
    """Of the attack's rows: which are targets, and of which every required value occurs among all possible tables."""
    attack = lay_out_attack(
        history.system, visible, threshold=SMALL.threshold, required=SMALL.required, smallest_sensitive=SMALL.smallest_sensitive,
        hidden_is_at_least=policy.hidden_is_at_least, protect_implied=False, targets=history.targets, least=history.least,
        unsaid=unsaid_cells(history.system, visible, policy),
    )  # fmt: skip
    tables = possible_tables(attack.published.toarray(), attack.figures, history.system.n_atoms)
    values = tables @ attack.watch.toarray().T
    values = values[(values >= attack.at_least).all(axis=1)]
    wanted = attack.demand.wanted
    safe = np.array(
        [
            all((column == low + bit).any() for bit in range(int(bits).bit_length()) if int(bits) >> bit & 1)
            for column, low, bits in zip(values.T, attack.demand.low, wanted, strict=True)
        ],
        dtype=bool,
    )
    return np.asarray(wanted != 0), safe


@pytest.mark.parametrize("policy", [SMALL, KNOWING], ids=["may be hidden", "shown"])
def test_the_attack_on_histories_certifies_exactly_what_is_safe(policy):
    rng = np.random.default_rng(5)
    truly = found = lost = refuted = 0
    for seed in range(36):
        history = _history(rng, (GROWING, ROLLING)[seed % 2], 3 - seed % 2, policy)
        if history.joint is None:
            raise AssertionError("there is a past")
        system = history.system
        visible = primary(system, SMALL) & ((system.seen != 0) | np.isinf(system.weight) | (rng.random(system.n_cells) < 0.7))
        visible |= system.seen >= 1
        if policy.zeros is Zeros.SHOWN:
            visible |= (system.seen == 0) & (system.cell_counts == 0)
            visible &= ~Silence(system).unsaid(visible)
        if (system.incidence[visible].sum(axis=0) == 0).any():
            continue
        target, safe = _safe(history, visible, policy)
        report = audit(
            system, visible, replace(policy, protect_implied=False), seed=seed, seconds=600, targets=history.targets,
            walk=walk_series(history.joint), prove=True, least=history.least,
        )  # fmt: skip
        unsafe = len(report.unsafe_cells) + len(report.unsafe_targets)
        assert report.targets == target.sum()
        assert unsafe >= (target & ~safe).sum(), "certified, though a required value is impossible"
        assert report.refuted <= (target & ~safe).sum(), "refuted, though every required value is possible"
        truly, found = truly + int((target & safe).sum()), found + report.targets - unsafe
        lost, refuted = lost + int((target & ~safe).sum()), refuted + report.refuted
    assert truly > 25 and lost > 25
    assert found == truly, "of what is safe everything is certified"
    # a programme proves it of what other places could bear on; a place whose every window is shown needs none
    assert lost / 2 < refuted <= lost


def test_a_figure_that_its_own_past_gives_away_is_unsafe_whatever_else_is_shown():
    rng = np.random.default_rng(8)
    flagged = 0
    for turn in range(18):
        history = _history(rng, (GROWING, ROLLING)[turn % 2], 3 - turn % 2)
        if history.joint is None:
            raise AssertionError("there is a past")
        system = history.system
        shown = primary(system, SMALL) | (system.seen >= 1)
        tight = tight_figures(history.joint, system, shown, SMALL, history.least)
        assert not (tight & ((system.seen != 0) | ~shown)).any()
        for row in np.flatnonzero(tight):
            flagged += 1
            # with as little else shown as can be: the region's own figures and this one beside the past
            least = (system.seen >= 1) | (np.isinf(system.weight) & (system.seen == 0))
            least[row] = True
            target, safe = _safe(history, least)
            assert (target & ~safe).any()
    assert flagged > 3


def test_what_is_no_longer_required_was_ruled_out_by_what_was_public_before():
    rng = np.random.default_rng(9)
    known = 0
    for turn in range(30):
        history = _history(rng, (GROWING, ROLLING)[turn % 2], 2)
        system = history.system
        before = np.flatnonzero(system.seen == 1)
        covered = system.incidence[before].sum(axis=0) > 0
        atoms = np.flatnonzero(np.asarray(covered).ravel())
        rows = system.incidence[before][:, atoms].toarray()
        tables = possible_tables(rows, system.cell_counts[before], len(atoms))
        # months that no earlier release held may be 0
        values = tables @ system.incidence[:, atoms].toarray().T
        assert (history.least <= values.min(axis=0)).all()
        hidden = system.seen != 1
        known += int((history.least[hidden] > 0).sum())
    assert known > 3


def test_longest_paths_are_the_most_and_the_least_that_months_can_hold():
    rng = np.random.default_rng(3)
    for _ in range(100):
        months = rng.integers(0, 4, 4)
        spans = np.array([(0, 4)] + [sorted(rng.choice(5, 2, replace=False)) for _ in range(int(rng.integers(1, 4)))])
        rows = np.array([[a <= m < b for m in range(4)] for a, b in spans], dtype=int)
        tables = possible_tables(rows, rows @ months, 4)
        upto = np.concatenate([np.zeros((len(tables), 1), dtype=int), tables.cumsum(axis=1)], axis=1)
        bound = _longest(
            1, 4, np.zeros(len(spans), dtype=np.int64), spans[:, 0], spans[:, 1], rows @ months, np.zeros((4, 0), np.int64)
        )[0]
        assert (bound < FAR).all()
        for a in range(5):
            for b in range(5):
                assert bound[a, b] == (upto[:, b] - upto[:, a]).max()


def test_steady_tables_are_admitted_and_reach_every_value_that_fixed_windows_allow():
    rng = np.random.default_rng(4)
    reached = 0
    for _ in range(8):
        history = _history(rng, ROLLING, 2)
        if history.joint is None:
            raise AssertionError("there is a past")
        # every figure that there is is shown: then nothing but steady series is possible
        system = history.system
        attack = lay_out_attack(
            system, np.ones(system.n_cells, dtype=bool), threshold=SMALL.threshold, required=SMALL.required, protect_implied=False,
            targets=history.targets,
        )  # fmt: skip
        whole = np.vstack([attack.published.toarray(), system.incidence[np.flatnonzero(system.seen == -1)].toarray()])
        tables = possible_tables(whole, whole @ system.atom_counts, system.n_atoms)
        evidence = Evidence(attack)
        before = int(np.bitwise_count(evidence.covered).sum())
        turns = propose_steady(evidence, history.joint, atoms_of_sites(history.joint))
        assert evidence.tables == 1 + turns, "every proposal was a possible table"
        reached += int(np.bitwise_count(evidence.covered).sum()) - before
        values = tables @ attack.watch.toarray().T
        part = attack.extra >= 0
        for row in np.flatnonzero(part & (attack.demand.wanted != 0)):
            for bit in range(int(attack.demand.wanted[row]).bit_length()):
                if int(attack.demand.wanted[row]) >> bit & 1 and (values[:, row] == attack.demand.low[row] + bit).any():
                    assert int(evidence.covered[row]) >> bit & 1
    assert reached > 4


def test_what_is_left_of_large_rows_binds_as_much_as_they_do():
    rng = np.random.default_rng(6)
    for _ in range(60):
        rows = (rng.random((12, 9)) < rng.choice([0.2, 0.4, 0.7])).astype(np.int64)
        rows = rows[rows.any(axis=1)]
        left = _remainders(sparse.csr_matrix(rows)).toarray()
        rank = np.linalg.matrix_rank
        assert rank(left) == rank(rows) == rank(np.vstack([rows, left]))
    nested = sparse.csr_matrix(np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 0]]))
    assert _remainders(nested).toarray().tolist() == [[0, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
