"""Figures of areas that one chooses: true, the same in worlds that look the same, the same in any order, and no more than was printed."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.gate import protect
from analytics.disclosure.plan import Counts, PublicationPlan, load_plan
from analytics.disclosure.policy import load_policy
from bench.ask import printed
from core.errors import UserError
from core.ranges import UNBOUNDED
from core.settings import ReleaseSettings
from published.own_area import OwnArea, Possible, Questions
from published.release import Given
from tests.builders.canary_worlds import two_worlds
from tests.builders.release_county import FORCE, GROUPS, PERIOD, county_counts, lsoas

NAMES = {name: frozenset(members) for name, (_, members) in GROUPS.items()}
PLACES = lsoas()
AREAS = pd.DataFrame({"lsoa 2021": PLACES["code"], "msoa 2021": PLACES["msoa"], "lad 2022": PLACES["lad"], "all": FORCE})
CODES = list(PLACES["code"])


def _frame(rows: pd.DataFrame) -> pd.DataFrame:
    counts = Counts(AREAS, rows.assign(area=rows["code"].map({c: i for i, c in enumerate(CODES)})))
    plan = PublicationPlan(load_plan(ReleaseSettings().plan).levels, tuple(NAMES.items()), (PERIOD,))
    return protect(plan, counts, load_policy(ReleaseSettings().policy)).frame


def _opened(frame: pd.DataFrame, *given: Given) -> Questions:
    tables = printed(frame, AREAS, NAMES, load_policy(ReleaseSettings().policy).hidden_is_at_least)
    return Questions(type(tables)(tables.places, tables.cells, tables.groups, tables.least, given))


@lru_cache(maxsize=1)
def _county() -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = county_counts(5)
    return rows, _frame(rows)


def _true(rows: pd.DataFrame, codes: frozenset[str] | list[str], category: str) -> int:
    return int(rows.loc[rows["code"].isin(codes) & rows["category"].isin(NAMES[category]), "incidents"].sum())


def _possible(answer: OwnArea) -> dict[str, Possible]:
    return {f.category: f.possible for f in answer.figures}


def _pairs(seed: int, most: int) -> list[list[str]]:
    rng = np.random.default_rng(seed)
    return [list(rng.choice(CODES, size=2, replace=False)) for _ in range(most)]


def test_two_hundred_pairs_hold_the_truth_and_are_the_same_in_worlds_that_look_the_same() -> None:
    worlds = two_worlds()
    frames = [_frame(rows) for rows in worlds.rows]
    pd.testing.assert_frame_equal(frames[0], frames[1])
    one, other = (_opened(frame) for frame in frames)
    asked = [[worlds.code, c] for c in CODES if c != worlds.code] + _pairs(3, 200)
    told = 0
    for pair in asked:
        answers = [q.ask(1, pair, CODES) for q in (one, other)]
        assert repr(answers[0]).encode() == repr(answers[1]).encode()
        for category, possible in _possible(answers[0]).items():
            assert possible.highest is not None
            for rows in worlds.rows:
                assert possible.lowest <= _true(rows, pair, category) <= possible.highest
            told += possible.exact
    assert 0 < told < len(asked) * len(NAMES), "some are exact and some are not"
    alone = _possible(one.ask(1, [worlds.code]))[worlds.group]
    assert min(worlds.counts) >= alone.lowest and not alone.exact


def test_no_answer_says_that_a_sum_is_below_the_threshold() -> None:
    """Every area of two neighbourhoods that truly holds 1 to 4 may hold 5 for all that the answer says. In a county with few thefts."""
    rows = county_counts(5)
    share = np.where(rows["category"].isin(NAMES["acquisitive"]), 0.08, 1.0)
    rows = rows.assign(incidents=np.random.default_rng(2).binomial(rows["incidents"], share))
    questions = _opened(_frame(rows[rows["incidents"] > 0]))
    small = 0
    for category, members in NAMES.items():
        held = rows[rows["category"].isin(members)].groupby("code")["incidents"].sum().reindex(CODES, fill_value=0)
        for pair in combinations(CODES, 2):
            if 1 <= int(held[list(pair)].sum()) <= 4:
                small += 1
                possible = _possible(questions.ask(1, pair, categories=[category]))[category]
                assert possible.highest is not None and possible.highest >= 5
    assert small > 20


def test_the_answer_for_a_neighbourhood_is_the_range_that_the_release_prints() -> None:
    """Two ways to build the programmes: the gate's from its system, the reader's from the printed table."""
    _, frame = _county()
    questions = _opened(frame)
    hidden = frame[(frame["geography"] != "all") & frame["count"].isna()]
    assert len(hidden) > 20
    for row in hidden.itertuples():
        inside = PLACES.loc[PLACES[{"lsoa": "code", "msoa": "msoa", "lad": "lad"}[row.geography]] == row.place_code, "code"]
        possible = _possible(questions.ask(1, inside, categories=[row.category]))[row.category]
        assert (possible.lowest, possible.highest) == (row.lowest, None if row.highest == UNBOUNDED else row.highest)


def test_the_order_of_questions_makes_no_difference_and_sums_are_consistent() -> None:
    _, frame = _county()
    district = list(PLACES.loc[PLACES["lad"] == PLACES["lad"].iloc[0], "code"])
    rng = np.random.default_rng(11)
    for _ in range(12):
        drawn = list(rng.permutation(district))
        a, b = frozenset(drawn[:2]), frozenset(drawn[2:5])
        areas = {"a": a, "b": b, "both": a | b, "rest": frozenset(district) - a, "district": frozenset(district)}
        orders = [
            ["a", "b", "both", "rest", "district"],
            ["district", "rest", "both", "b", "a"],
            ["both", "a", "rest", "b", "district"],
        ]
        found = []
        for order in orders:
            questions = _opened(frame)
            said = {name: questions.ask(1, areas[name], CODES) for name in order}
            found.append({name: said[name] for name in areas})
        assert found[0] == found[1] == found[2]
        for category in NAMES:
            one, two, both, rest, whole = (_possible(found[0][n])[category] for n in areas)
            assert whole.exact, "districts always stand"
            assert one.highest is not None and two.highest is not None and both.highest is not None and rest.highest is not None
            assert one.lowest + two.lowest <= both.lowest and both.highest <= one.highest + two.highest
            assert rest.lowest == whole.lowest - one.highest and rest.highest == whole.lowest - one.lowest


def test_a_near_area_is_exact_and_true_and_shown_beside_wide_ranges_only() -> None:
    rows, frame = _county()
    questions = _opened(frame)
    near = 0
    for pair in _pairs(8, 60):
        for figure in questions.ask(1, pair, CODES).figures:
            if figure.near is None:
                continue
            near += 1
            assert not figure.possible.exact
            assert _true(rows, list(figure.near.members), figure.category) == figure.near.count
            assert frozenset(pair) - set(figure.near.left_out) | set(figure.near.added) == frozenset(figure.near.members)
    assert near > 20


def test_a_figure_that_was_given_once_is_printed_like_any_other() -> None:
    rows, frame = _county()
    wide = next(p for p in _pairs(4, 200) if not _possible(_opened(frame).ask(1, p))["acquisitive"].exact)
    count = _true(rows, wide, "acquisitive")
    told = _opened(frame, Given(tuple(wide), "acquisitive", count))
    assert _possible(told.ask(1, wide))["acquisitive"] == Possible(count, count)


def test_a_question_that_makes_no_sense_is_refused_in_words() -> None:
    questions = _opened(_county()[1])
    with pytest.raises(UserError, match="not in this release"):
        questions.ask(1, ["E01000001"])
    with pytest.raises(UserError, match="no category 'nonsense'"):
        questions.ask(1, CODES[:1], categories=["nonsense"])
    with pytest.raises(UserError, match="at least one"):
        questions.ask(1, [])
