"""Whoever re-runs the choice of withheld cells on guessed counts: what they learn without a key, and how a key blunts it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.gate import digest_of, protect, suppress_history
from analytics.disclosure.ledger import Ledger, lay_in
from analytics.disclosure.minimality.measure import measure
from analytics.disclosure.minimality.reruns import Part, Parts
from analytics.disclosure.minimality.sample import attack_choice
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import load_policy
from analytics.disclosure.suppress.choice import KEY_BYTES, SPREAD, choice_of, load_choice_key, make_choice_key
from core.errors import UserError
from core.periods import Period
from core.settings import ReleaseSettings
from tests.builders import rolling_releases
from tests.builders.disclosure_systems import possible_tables

POLICY = replace(load_policy(ReleaseSettings().policy), audit_seconds=600.0)
JANUARY = date(2025, 1, 1)
KEY, OTHER = bytes(range(KEY_BYTES)), bytes(range(1, KEY_BYTES + 1))

# a + b + c is 12 to everybody. Three small counts make 12 as 4 + 4 + 4 only; were one of them larger, it would have been shown, or d would
# have gone in its place, since d is the cheapest to withhold
DRAWN = {"a": 4, "b": 4, "c": 4, "d": 5, "e": 20}


def candidate(counts: dict[str, int]) -> tuple[PublicationPlan, Counts]:
    levels = (Level("area", "", 1.0), Level("all", "", float("inf")))
    plan = PublicationPlan(levels, (("all_recorded", frozenset({"x"})),), (Period(JANUARY, JANUARY),))
    frame = pd.DataFrame({"area": range(len(counts)), "category": "x", "month": JANUARY, "incidents": list(counts.values())})
    return plan, Counts(pd.DataFrame({"area": list(counts), "all": "R"}), frame[frame["incidents"] > 0])


def drawn(key: bytes | None = None) -> Part:
    """The drawn layout as one part, with what is printed of it under a key."""
    history = lay_in(*candidate(DRAWN), Ledger(), POLICY)
    choice = None if key is None else choice_of(history.system, key, POLICY.threshold)
    visible, _, _ = suppress_history(history, POLICY, choice=choice)
    return Part(history, POLICY, np.arange(history.system.n_cells), visible, "")


def attacked(part: Part, key: bytes | None, looks: int = 25):
    choice = None if key is None else choice_of(part.system, key, POLICY.threshold)
    cell = part.system.cells["place_code"].tolist().index("a")
    return measure(part, cell, choice, looks=looks, seed=1, deadline=time.monotonic() + 300)


def values_that_reproduce(part: Part, place: str) -> set[int]:
    """By every possible table, one after another."""
    system, shown = part.system, part.visible
    tables = possible_tables(system.incidence[np.flatnonzero(shown)].toarray(), system.cell_counts[shown], system.n_atoms)
    tables = tables[(tables @ system.incidence[np.flatnonzero(~shown)].T.toarray() >= 1).all(axis=1)]
    cell = system.cells["place_code"].tolist().index(place)
    value = tables @ system.incidence[cell].toarray().ravel()
    return {int(v) for v, table in zip(value, tables, strict=True) if v <= 5 and part.reproduced(np.ascontiguousarray(table), None)}


@pytest.mark.slow
def test_without_a_key_one_value_is_left_and_the_attack_finds_it():
    part = drawn()
    hidden = part.system.cells["place_code"][~part.visible].tolist()
    assert hidden == ["a", "b", "c"]
    assert values_that_reproduce(part, "a") == {4}, "whoever tries every table knows the count"
    found = attacked(part, None)
    assert found.tried.min() > 0
    assert found.values[found.came_out > 0].tolist() == [4]
    assert found.surviving == 1


@pytest.mark.slow
def test_with_a_key_several_values_give_the_same_cells():
    part = drawn(KEY)
    assert part.system.cells["place_code"][~part.visible].tolist() == ["a", "b", "c"], "the same is printed"
    found = attacked(part, KEY)
    assert found.surviving >= 3 and found.keys > 0
    assert found.belief is not None
    assert found.belief.sum() == pytest.approx(len(found.values))
    assert found.belief.max() < 4.0, "5 would be to know it"


@pytest.mark.slow
def test_a_value_that_came_out_is_one_that_some_table_gives():
    """On layouts of which every possible table can be listed, the attack never finds more than there is."""
    rng = np.random.default_rng(3)
    narrowed = 0
    for _ in range(8):
        counts = {name: int(n) for name, n in zip("abcdef", rng.integers(1, 9, size=6), strict=True)}
        history = lay_in(*candidate(counts), Ledger(), POLICY)
        visible, _, _ = suppress_history(history, POLICY)
        part = Part(history, POLICY, np.arange(history.system.n_cells), visible, "")
        small = (history.system.cell_counts < POLICY.threshold) & ~visible
        if not small.any() or not visible[-1]:
            continue
        cell = int(np.flatnonzero(small)[0])
        exact = values_that_reproduce(part, str(history.system.cells["place_code"][cell]))
        found = measure(part, cell, None, looks=8, seed=2, deadline=time.monotonic() + 300)
        assert set(found.values[found.came_out > 0].tolist()) <= exact
        narrowed += exact != set(range(1, 6))
    assert narrowed >= 2, "the layouts must hold some that narrow a count"


def test_the_same_key_gives_the_same_bytes_and_no_key_those_of_before():
    plan = rolling_releases.plan_of(Period(JANUARY, JANUARY))
    frame = rolling_releases.counts(18, 1, 4.0, seed=5).assign(month=JANUARY)
    counts = Counts(rolling_releases.areas(18), frame[frame["incidents"] > 0])
    plain = protect(plan, counts, POLICY)
    first, again = (protect(plan, counts, POLICY, choice_key=KEY) for _ in range(2))
    other = protect(plan, counts, POLICY, choice_key=OTHER)
    assert digest_of(first.frame) == digest_of(again.frame)
    assert len({digest_of(t.frame) for t in (plain, first, other)}) == 3
    small = plain.frame["symbol"].notna() & first.frame["symbol"].notna()
    assert small.any()
    both = first.frame["count"].notna() & plain.frame["count"].notna()
    assert (first.frame["count"][both] == plain.frame["count"][both]).all(), "what is shown is true either way"


def test_the_certificate_says_that_a_key_was_used_and_nothing_of_it():
    with_key = protect(*candidate(DRAWN), POLICY, choice_key=KEY).certificate.as_dict()
    other = protect(*candidate(DRAWN), POLICY, choice_key=OTHER).certificate.as_dict()
    without = protect(*candidate(DRAWN), POLICY).certificate.as_dict()
    assert with_key["method"] != without["method"]
    assert any("many keys of their own" in text for text in with_key["not_protected"])
    assert any("guessed counts" in text for text in without["not_protected"])
    timed = {"seconds", "audit_seconds"}
    assert {k: v for k, v in with_key.items() if k not in timed} == {k: v for k, v in other.items() if k not in timed}


def test_what_a_key_decides_is_within_its_bounds_and_the_same_in_every_period():
    history = lay_in(*candidate({f"p{i:03d}": i for i in range(300)}), Ledger(), POLICY)
    choice = choice_of(history.system, KEY, POLICY.threshold)
    assert choice.factor.min() >= 1 / SPREAD and choice.factor.max() <= SPREAD
    assert set(choice.room) == set(range(POLICY.threshold))
    later = replace(history.system, cells=history.system.cells.assign(period_start=date(2026, 1, 1)))
    assert (choice_of(later, KEY, POLICY.threshold).factor == choice.factor).all()
    assert (choice_of(history.system, OTHER, POLICY.threshold).factor != choice.factor).any()


def test_an_area_whose_figures_stand_is_attacked_by_itself():
    frame = rolling_releases.counts(40, 1, 6.0, seed=2).assign(month=JANUARY)
    counts = Counts(rolling_releases.areas(40, districts=4), frame[frame["incidents"] > 0])
    history = lay_in(rolling_releases.plan_of(Period(JANUARY, JANUARY)), counts, Ledger(), POLICY)
    visible, _, _ = suppress_history(history, POLICY)
    parts = Parts(history, POLICY, visible, None)
    small = np.flatnonzero((history.system.cell_counts < POLICY.threshold) & ~visible)
    part = parts.around(int(small[0]))
    assert part is not None and part.geography == "district"
    assert len(part.rows) < history.system.n_cells
    assert part.system.cell_counts.tolist() == history.system.cell_counts[part.rows].tolist()
    assert (part.visible == visible[part.rows]).all() and small[0] in part.rows


def test_a_release_beside_earlier_ones_is_attacked_with_them():
    frame = rolling_releases.counts(8, 4, 1.5, seed=4)
    _, ledger = rolling_releases.roll(frame, POLICY, releases=2, length=2)
    now = rolling_releases.up_to(frame, date(2024, 4, 1))
    history = lay_in(rolling_releases.plan_of(Period.ending(date(2024, 4, 1), 2)), now, ledger, POLICY)
    found = attack_choice(history, POLICY, None, sample=1, looks=1, seed=1, seconds=600)
    assert found.measured[0].geography == "" and found.measured[0].surviving >= 1


def test_words_are_for_the_owner_and_say_what_few_tries_mean():
    history = lay_in(*candidate(DRAWN), Ledger(), POLICY)
    found = attack_choice(history, POLICY, None, sample=2, looks=3, seed=1, seconds=600)
    words = found.in_words()
    assert words.startswith("FOR YOU ALONE") and "Do not publish" in words
    assert "may do so in others" in words and found.survivors[1] == 2
    assert attack_choice(history, POLICY, None, sample=2, looks=3, seed=1, seconds=600).survivors == found.survivors
    assert "the time was over" in attack_choice(history, POLICY, None, sample=2, looks=3, seed=1, seconds=0).in_words()


def test_a_key_is_a_file_that_its_owner_alone_reads(tmp_path):
    path = tmp_path / "keys" / "choice"
    make_choice_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(load_choice_key(path)) == KEY_BYTES
    with pytest.raises(UserError, match="no key is overwritten"):
        make_choice_key(path)
    path.chmod(0o644)
    with pytest.raises(UserError, match="others than its owner"):
        load_choice_key(path)
    path.chmod(0o600)
    path.write_text("abcd\n")
    with pytest.raises(UserError, match="64 hexadecimal"):
        load_choice_key(path)
    path.write_text("not a key")
    with pytest.raises(UserError, match="no key of the choice"):
        load_choice_key(path)
    with pytest.raises(UserError, match="cannot be read"):
        load_choice_key(tmp_path / "none")
