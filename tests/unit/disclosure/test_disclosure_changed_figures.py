"""Rounding and cell keys pass the same gate: what is printed is what the method says, and the attack on intervals is the same auditor's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.attack.intervals import NO_LIMIT, Bands, attack_intervals, lay_out_intervals
from analytics.disclosure.certificate import share_in_words
from analytics.disclosure.gate import protect
from analytics.disclosure.perturb.cell_key import read_ptable
from analytics.disclosure.perturb.changed_figures import as_readers_take_it, change_figures, mend_until_safe
from analytics.disclosure.perturb.rounding import round_controlled
from analytics.disclosure.plan import Counts, Level, PublicationPlan, system_of
from analytics.disclosure.policy import MethodKind, Zeros, load_policy
from core.errors import InternalError, UserError
from core.paths import PROJECT_ROOT
from core.periods import Period
from tests.builders.disclosure_systems import random_layout, system_from_rows

FOLDER = PROJECT_ROOT / "analytics" / "disclosure"
ROUNDING = load_policy(FOLDER / "policy_rounding.toml")
JANUARY = date(2025, 1, 1)


@pytest.fixture
def cell_key(tmp_path: Path):
    (tmp_path / "secret").write_bytes(b"0123456789abcdef" * 2)
    return replace(load_policy(FOLDER / "policy_cell_key.toml"), secret_file=str(tmp_path / "secret"))


def _candidate(seed: int, areas: int = 12) -> tuple[PublicationPlan, Counts]:
    rng = np.random.default_rng(seed)
    groups = (("total", frozenset({"x", "y", "z"})), ("x", frozenset({"x"})), ("yz", frozenset({"y", "z"})))
    plan = PublicationPlan(
        (Level("area", "", 1.0), Level("district", "", 10.0), Level("all", "", float("inf"))), groups, (Period(JANUARY, JANUARY),)
    )
    codes = [f"a{i:02d}" for i in range(areas)]
    frame = pd.DataFrame(
        [(i, c, JANUARY, int(rng.poisson(6))) for i in range(areas) for c in "xyz"],
        columns=["area", "category", "month", "incidents"],
    )
    return plan, Counts(pd.DataFrame({"area": codes, "district": [f"d{i % 3}" for i in range(areas)], "all": "R"}), frame)


@pytest.mark.parametrize("seed", range(4))
def test_rounded_figures_are_multiples_beside_the_count_and_add_up(seed):
    plan, counts = _candidate(seed)
    system = system_of(plan, counts)
    made = round_controlled(system, 5, seed=1)
    true = system.cell_counts
    assert (made.figures % 5 == 0).all()
    assert (np.abs(made.figures - true) < 5).all()
    assert (made.figures[true % 5 == 0] == true[true % 5 == 0]).all()
    assert made.broken == 0 and made.sums > 20
    table = system.cells.assign(figure=made.figures).set_index(["geography", "place_code", "category"])["figure"]
    for category in ("total", "x", "yz"):
        assert table.loc["area", :, category].sum() == table["all", "R", category]
        assert table.loc["district", :, category].sum() == table["all", "R", category]
    for place in ("d0", "d1", "d2"):
        assert table["district", place, "total"] == table["district", place, "x"] + table["district", place, "yz"]


def test_rounding_is_near_the_truth_and_not_always_down():
    plan, counts = _candidate(3, areas=60)
    system = system_of(plan, counts)
    shift = round_controlled(system, 5, seed=1).figures - system.cell_counts
    assert abs(shift.mean()) < 0.6
    assert (np.abs(shift) <= 2).mean() > 0.8


def test_the_gate_certifies_rounded_figures_and_says_what_they_do_not_give():
    plan, counts = _candidate(2)
    tables = protect(plan, counts, ROUNDING)
    shown = tables.frame["count"].dropna()
    assert (shown % 5 == 0).all() and len(shown) == len(tables.frame)
    told = tables.certificate.as_dict()
    assert told["method"]["base"] == 5 and told["method"]["sums_that_do_not_add_up"] == 0
    assert any("rounded figure of 0" in text for text in told["not_protected"])


def test_counts_withheld_before_rounding_are_a_symbol():
    plan, counts = _candidate(2)
    policy = replace(ROUNDING, withhold_below=8, threshold=8, required=(1, 7))
    tables = protect(plan, counts, policy)
    truth = system_of(plan, counts)
    merged = tables.frame.merge(truth.cells.assign(true=truth.cell_counts), on=list(truth.cells.columns[:6]))
    assert merged.loc[merged["true"] < 8, "symbol"].eq("[c]").all()
    assert merged["count"].notna().any()


def test_a_reader_who_takes_withheld_figures_to_be_at_least_1_learns_no_more():
    """Three withheld parts of a figure of 5: whoever knows of no 0 knows that none of them is more than 3, by pencil."""
    rows = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 1, 0], [1, 1, 1, 1]]
    names = [("area", p) for p in "abcd"] + [("district", "e"), ("all", "t")]
    system = system_from_rows(rows, [1, 1, 3, 40], names=names, weight=[1.0, 1.0, 1.0, 1.0, 5.0, np.inf])
    hidden = np.array([True, True, True, False, False, False])
    bands = Bands(np.where(hidden, 0, system.cell_counts - 2), np.where(hidden, NO_LIMIT, system.cell_counts + 2))
    bands = Bands(np.where(rows_of(system, "e"), 5, bands.low), np.where(rows_of(system, "e"), 5, bands.high))
    withheld, report, _ = mend_until_safe(system, bands, ROUNDING, hidden=hidden)
    assert report.safe
    assert withheld[4], "the figure of the district goes"
    # whoever reckons with a 0 finds nothing to mend
    withheld, report, _ = mend_until_safe(system, bands, ROUNDING)
    assert report.safe and not withheld.any()


def rows_of(system, place):
    return (system.cells["place_code"] == place).to_numpy()


def test_a_true_0_that_is_withheld_is_not_taken_to_be_more():
    system = system_from_rows([[1, 0], [0, 1], [1, 1]], [0, 7])
    bands = Bands(np.array([0, 0, 5]), np.array([7, 7, 9]))
    known = as_readers_take_it(system, bands, np.array([True, True, False]))
    assert known.low.tolist() == [0, 1, 5] and known.high.tolist() == [7, 7, 9]


def test_of_what_lies_in_a_withheld_figure_nothing_is_taken():
    """A place with six in all, two and four by part, each withheld: were both parts known not to be 0, the six could not be a 1."""
    names = [("area", "a"), ("area", "b"), ("area", "c"), ("district", "d"), ("district", "e")]
    system = system_from_rows([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 0, 1]], [2, 4, 30], names=names)
    bands = Bands(np.array([0, 0, 28, 0, 28]), np.array([7, 7, 32, 7, 32]))
    known = as_readers_take_it(system, bands, np.array([True, True, False, True, False]))
    assert known.low.tolist() == [0, 0, 28, 1, 28]


def test_the_certificate_says_under_which_knowledge(cell_key):
    plan, counts = _candidate(5, areas=120)
    for policy in (replace(ROUNDING, withhold_below=8, threshold=8, required=(1, 7)), cell_key):
        tables = protect(plan, counts, policy)
        told = tables.certificate.as_dict()
        assert "a withheld count is at least 1, wherever that is so" in told["attacker"]
        truth = system_of(plan, counts)
        merged = tables.frame.merge(truth.cells.assign(true=truth.cell_counts), on=list(truth.cells.columns[:6]))
        hidden = merged[merged["symbol"].notna()]
        assert len(hidden) > 100 and (hidden["true"] == 0).mean() < 0.05
        assert "is right nearly always" in told["attacker"]
    plain = protect(*_candidate(2), ROUNDING).certificate.as_dict()
    assert "who takes a withheld count" not in plain["attacker"], "nothing is withheld"
    weaker = replace(load_policy(FOLDER / "policy.toml"), zeros=Zeros.MAY_BE_HIDDEN)
    told = protect(*_candidate(2), weaker).certificate.as_dict()
    assert "a withheld count may be 0" in told["attacker"]
    assert any("may be 0" in text for text in told["not_protected"])
    told = protect(*_candidate(2), load_policy(FOLDER / "policy.toml")).certificate.as_dict()
    assert "a count marked [c] is at least 1" in told["attacker"]
    assert not any("may be 0" in text for text in told["not_protected"])


@pytest.mark.parametrize(
    ("zeros", "withheld", "words"), [(0, 99, ""), (0, 100, "nearly always"), (30, 100, "about 7 times"), (99, 100, "hardly ever")]
)
def test_how_many_are_0_is_said_in_tenths(zeros, withheld, words):
    assert words in share_in_words(zeros, withheld)
    assert bool(words) == bool(share_in_words(zeros, withheld))


def test_cell_keys_give_the_packages_figures_and_the_same_ones_again(cell_key):
    plan, counts = _candidate(5)
    first, second = (protect(plan, counts, cell_key) for _ in range(2))
    assert first.certificate.digest == second.certificate.digest
    system = system_of(plan, counts)
    made = change_figures(system, plan, counts, cell_key)
    true = system.cell_counts
    assert (made.figures[true < 10] == -1).all()
    nearest = np.array([5 * round(c / 5) for c in true])
    assert (made.figures[true >= 10] == nearest[true >= 10]).all(), "the sample table rounds to the nearest multiple of 5"
    assert made.bands.high[true < 10].max() == 9 and made.bands.low[made.figures == 10].min() == 10


def test_a_ptable_of_ones_own_moves_figures_by_the_key(cell_key, tmp_path):
    rows = [(pcv, key, (0 if key < 128 else 1)) for pcv, key in product(range(1, 751), range(256))]
    path = tmp_path / "ptable.csv"
    pd.DataFrame(rows, columns=["pcv", "ckey", "pvalue"]).to_csv(path, index=False)
    plan, counts = _candidate(5, areas=40)
    system = system_of(plan, counts)
    made = change_figures(system, plan, counts, replace(cell_key, ptable=str(path)))
    shown = made.figures >= 0
    shift = (made.figures - system.cell_counts)[shown]
    assert set(shift.tolist()) == {0, 1}
    assert (made.bands.high - made.bands.low)[shown & (made.figures > 11)].max() == 1
    assert read_ptable(str(path), 10).digest != read_ptable("10_5", 10).digest


def test_cell_keys_need_a_secret(cell_key, tmp_path):
    plan, counts = _candidate(1)
    with pytest.raises(UserError, match="secret"):
        protect(plan, counts, replace(cell_key, secret_file=str(tmp_path / "none")))
    (tmp_path / "short").write_bytes(b"x")
    with pytest.raises(UserError, match="shorter"):
        protect(plan, counts, replace(cell_key, secret_file=str(tmp_path / "short")))


@pytest.mark.parametrize("seed", range(25))
def test_intervals_are_never_certified_wrongly(seed):
    """Every table in the intervals is listed; what the attack certifies must be possible in one of them."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 6, size=4).tolist()
    rows = [*np.eye(4, dtype=int).tolist(), [1, 1, 0, 0], [0, 1, 1, 1], [1, 1, 1, 1]]
    system = system_from_rows(rows, counts)
    true = system.cell_counts
    low, high = np.maximum(true - rng.integers(0, 4, len(rows)), 0), true + rng.integers(0, 4, len(rows))
    hidden = rng.random(len(rows)) < 0.2
    hidden[-1] = False
    bands = Bands(np.where(hidden, 0, low), np.where(hidden, NO_LIMIT, high))
    if seed % 2:
        bands = as_readers_take_it(system, bands, hidden)
    top = int(bands.high[-1])
    tables = np.array(list(product(range(top + 1), repeat=4)))
    sums = tables @ np.array(rows).T
    inside = ((sums >= bands.low) & (sums <= bands.high)).all(axis=1)
    possible = sums[inside]
    report = attack_intervals(system, bands, ROUNDING, seed=seed, seconds=600)
    _, attack = lay_out_intervals(system, bands, ROUNDING)
    unsafe = set(report.unsafe_cells.tolist())
    for cell in attack.cell[attack.target]:
        safe = {1, 2, 3, 4} <= set(possible[:, cell].tolist())
        assert safe or cell in unsafe
        assert not safe or cell not in unsafe, "with so few tables the programmes find every value"


def test_an_interval_that_misses_the_truth_is_a_defect():
    system = system_from_rows([[1, 0], [0, 1]], [3, 9])
    with pytest.raises(InternalError):
        lay_out_intervals(system, Bands(np.array([4, 9]), np.array([8, 9])), ROUNDING)


def test_systems_with_overlaid_grids_are_rounded_too():
    system = random_layout(np.random.default_rng(4), areas=5, categories=3, hexes=3, most=9)
    made = round_controlled(system, 5, seed=2)
    assert (np.abs(made.figures - system.cell_counts) < 5).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"base": 4}, "exposed"),
        ({"base": 30}, "exposed"),
        ({"zeros": Zeros.SHOWN}, "may_be_hidden"),
        ({"kind": MethodKind.CELL_KEY}, "below the policy's"),
    ],
)
def test_policies_that_cannot_hold_are_refused(change, said):
    with pytest.raises(UserError, match=said):
        replace(ROUNDING, **change)


def test_a_section_of_another_method_is_refused(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text((FOLDER / "policy_rounding.toml").read_text().replace("[rounding]\nbase = 5", "[cell_key]\nbase = 5"))
    with pytest.raises(UserError, match="rounding"):
        load_policy(path)
