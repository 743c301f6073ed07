"""Both rules on months that came: nothing known too soon, what is stored of it, and a group of which nothing ever came."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import sparse, stats

from analytics.counts.places import Group
from analytics.foretelling.posterior import History, without_self
from analytics.foretelling.record import Foreteller, score_record
from analytics.foretelling.reliability import reliability
from analytics.foretelling.stage import foretell_places
from analytics.foretelling.store import Places, foretold_rows, judged, record_rows, reliability_rows, standing_rows
from core.contracts import LSOA_2021
from core.periods import add_months

START = date(2023, 1, 1)
PLACES, MONTHS = 80, 14
GROUPS = (
    Group("robbery", "partition", True),
    Group("never", "partition", True),
    Group("all_recorded", "total", True),
)


@pytest.fixture(scope="module")
def places() -> Places:
    """Places in a row with lasting rates, a group of which nothing ever came, and a gap after the fourth month."""
    rng = np.random.default_rng(11)
    counts = rng.poisson(rng.gamma(0.7, 2.0, PLACES)[None, :, None] * np.array([1.0, 0.0]), (MONTHS, PLACES, 2)).astype(float)
    everything = counts.sum(axis=2, keepdims=True) + rng.poisson(2.0, (MONTHS, PLACES, 1))
    star = sparse.csr_matrix(sparse.diags([1.0, 1.0, 1.0], [-1, 0, 1], shape=(PLACES, PLACES)))
    months = tuple(add_months(START, i + (2 if i > 3 else 0)) for i in range(MONTHS))
    history = History(np.concatenate([counts, everything], axis=2), months, without_self(star), 2)
    codes = tuple(f"E0{i:03d}" for i in range(PLACES))
    lads = np.array(["E07000900"] * (PLACES - 1) + [""], dtype=object)
    return Places(LSOA_2021, codes, lads, np.linspace(0.5, 3.0, PLACES), history)


def test_scored_months_have_three_before_them_and_two_to_choose_by(places: Places) -> None:
    months = places.history.months
    scored = score_record(places.history, places.area_km2, Foreteller(places.history))
    # of month 3 one alone could choose; after the gap three are wanted again
    assert [one.word.month for one in scored] == list(months[7:])


def test_no_word_on_a_month_knows_it_or_what_came_after(places: Places) -> None:
    history = places.history
    month = history.months[9]
    changed = history.by_month.copy()
    changed[9:] = changed[9:, ::-1] * 3.0
    words = [Foreteller(one).word(month) for one in (history, replace(history, by_month=changed))]
    assert words[0].constants == words[1].constants
    for rule, said in words[0].by_rule.items():
        other = words[1].by_rule[rule]
        for name in ("ranked_by", "raw", "expected", "low", "high"):
            np.testing.assert_array_equal(getattr(said, name), getattr(other, name))


def test_what_is_stored_agrees_with_the_rule_that_is_shown(places: Places) -> None:
    history = places.history
    month = add_months(history.months[-1], 1)
    found = foretell_places(places, month)
    rows = foretold_rows(places, found.word, found.rules, GROUPS)
    # a place in no district is ranked, and not stored
    assert len(rows) == (PLACES - 1) * len(GROUPS)
    robbery = rows[rows["group_id"] == "robbery"].set_index("code")
    said = found.word.by_rule[found.rules[0]]
    ranks = pd.Series(stats.rankdata(-said.ranked_by[:, 0], method="min"), index=list(places.codes))
    assert (robbery["position"] == ranks[robbery.index]).all()
    assert (robbery["usual"] == pd.Series(history.by_month[4:].mean(axis=0)[:, 0], index=list(places.codes))[robbery.index]).all()
    assert (robbery["usual_months"] == 10).all()
    assert (robbery["low"] <= robbery["expected"]).all() and (robbery["expected"] <= robbery["high"] + 1).all()


def test_a_group_of_which_nothing_came_is_shown_by_counts_of_none(places: Places) -> None:
    month = add_months(places.history.months[-1], 1)
    found = foretell_places(places, month)
    assert found.rules[1] == "counts"
    rows = foretold_rows(places, found.word, found.rules, GROUPS)
    never = rows[rows["group_id"] == "never"]
    assert (never[["expected", "low", "high", "usual"]] == 0).all(axis=None)
    record = record_rows(LSOA_2021, found.scored, GROUPS)
    standing = standing_rows(LSOA_2021, judged(found.scored), record, GROUPS)
    assert len(standing) == len(GROUPS) * 4
    empty = standing[standing["group_id"] == "never"]
    assert (empty["standing"] == "too_few").all() and empty["hit_rate"].isna().all()
    assert standing[standing["group_id"] == "robbery"]["months"].eq(7).all()
    assert reliability_rows(LSOA_2021, found.scored, GROUPS).set_index("group_id").loc["never", "ratio_after"].isna().all()


def test_intervals_hold_and_totals_agree_where_nothing_changes(places: Places) -> None:
    scored = score_record(places.history, places.area_km2, Foreteller(places.history))
    for rule in ("foretold", "counts"):
        found = reliability(scored, rule)
        assert found.ratio_after[0] == pytest.approx(1.0, abs=0.1)
        assert found.inside[0] > 0.88
