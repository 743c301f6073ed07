"""A release is attacked together with every release before it: same period, overlapping periods, corrected data, other methods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure.attack.audit import audit
from analytics.disclosure.attack.series import tilings, walk_series
from analytics.disclosure.gate import protect, suppress_history
from analytics.disclosure.ledger import Answer, Earlier, Ledger, lay_in
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import Policy, Zeros, load_policy
from core.errors import DisclosureError
from core.paths import PROJECT_ROOT
from core.periods import Period, add_months
from core.settings import ReleaseSettings
from tests.builders.rolling_releases import FIRST, counts, remember, roll, up_to

POLICY = load_policy(ReleaseSettings().policy)
ROUNDING = load_policy(PROJECT_ROOT / "analytics" / "disclosure" / "policy_rounding.toml")
ONE = (("all_recorded", frozenset({"x"})),)


def _plan(*periods: Period) -> PublicationPlan:
    return PublicationPlan((Level("area", "", 1.0), Level("all", "", float("inf"))), ONE, periods)


def _counts(rows: dict[str, list[int]]) -> Counts:
    """Counts of areas month by month, from FIRST."""
    frame = pd.DataFrame(
        [(i, "x", add_months(FIRST, m), n) for i, months in enumerate(rows.values()) for m, n in enumerate(months)],
        columns=["area", "category", "month", "incidents"],
    )
    loaded = frozenset(frame["month"])
    return Counts(pd.DataFrame({"area": list(rows), "all": "R"}), frame[frame["incidents"] > 0], loaded)


def _shown(places: list[str], count: list[int | None], period: Period, release: int = 7, loaded: frozenset[date] | None = None,
           changes: Counts | None = None) -> Ledger:  # fmt: skip
    """A ledger of one release that showed these figures."""
    figures = pd.DataFrame(
        {
            "geography": ["all" if p == "R" else "area" for p in places], "edition": "", "place_code": places, "category": "all_recorded",
            "period_start": period.start, "period_end": period.end, "count": pd.array(count, dtype="Int64"),
        }
    )  # fmt: skip
    past = Earlier(release, loaded or frozenset(period.months()), ONE, figures, saw_counts=changes is not None)
    seen = Ledger().changes if changes is None else changes.frame.assign(release=release)
    return Ledger((past,), seen)


def _unsafe(plan: PublicationPlan, now: Counts, ledger: Ledger, hidden: set[str], policy: Policy = POLICY) -> int:
    """How many sensitive counts fall when the candidate shows everything but `hidden`."""
    history = lay_in(plan, now, ledger, policy)
    system = history.system
    visible = (system.seen >= 1) | ((system.seen == 0) & ~system.cells["place_code"].isin(hidden).to_numpy())
    report = audit(system, visible, replace(policy, protect_implied=False), seed=1, targets=history.targets,
                   walk=walk_series(history.joint), prove=True)  # type: ignore[arg-type]  # fmt: skip
    return len(report.unsafe_cells) + len(report.unsafe_targets) + len(report.exposed)


YEAR = Period(FIRST, FIRST)


def test_two_releases_that_are_safe_apart_are_not_safe_together():
    now = _counts({"a": [3], "b": [8], "c": [9]})
    for shown, hidden, falls in ((["R"], "ab", False), (["R"], "ac", False), (["c", "R"], "ab", False), (["b", "R"], "ac", False),
                                 (["c", "R"], "ac", True), (["b", "R"], "ab", True)):  # fmt: skip
        figures: list[int | None] = [{"b": 8, "c": 9, "R": 20}[p] for p in shown]
        assert (_unsafe(_plan(YEAR), now, _shown(shown, figures, YEAR), set(hidden)) > 0) == falls, (shown, hidden)


def test_the_suppressor_works_around_what_was_shown():
    now = _counts({"a": [3], "b": [8], "c": [9]})
    history = lay_in(_plan(YEAR), now, _shown(["b", "R"], [8, 20], YEAR), POLICY)
    assert (history.laid_in, history.not_comparable, history.releases) == (2, 0, 1)
    visible, report, _ = suppress_history(history, POLICY)
    assert report.safe
    assert visible[:4].tolist() == [False, True, False, True], "b was shown: c must go with a"


def test_a_single_month_is_the_difference_of_two_periods():
    """January to March, then January to April: who takes one from the other has April."""
    now = _counts({"a": [9, 9, 9, 3], "b": [20, 20, 20, 20], "c": [30, 30, 30, 30]})
    first, second = Period(FIRST, add_months(FIRST, 2)), Period(FIRST, add_months(FIRST, 3))
    ledger = _shown(["a", "b", "c", "R"], [27, 60, 90, 177], first)
    assert _unsafe(_plan(second), now, ledger, set()) > 0, "a's April is 30 - 27 = 3"
    tables = protect(_plan(second), now, replace(POLICY, seed=3), ledger)
    shown = tables.frame.set_index("place_code")["count"]
    assert pd.isna(shown["a"]) and shown.isna().sum() >= 2
    assert tables.certificate.as_dict()["releases_attacked_together"] == 2
    # a partnership may ask for less of parts: then the difference may be seen
    assert _unsafe(_plan(second), now, ledger, set(), replace(POLICY, required_parts=None)) == 0


def test_small_cells_of_earlier_releases_stay_targets():
    """What was withheld in January to March must not fall with what is shown for January to April."""
    now = _counts({"a": [1, 1, 1, 40], "b": [20, 20, 20, 0], "c": [30, 30, 30, 30]})
    first, april = Period(FIRST, add_months(FIRST, 2)), Period(add_months(FIRST, 3), add_months(FIRST, 3))
    second = Period(FIRST, add_months(FIRST, 3))
    ledger = _shown(["a", "b", "c", "R"], [None, None, 90, 153], first)
    assert _unsafe(_plan(april), now, ledger, set()) == 0
    assert _unsafe(_plan(april, second), now, ledger, set()) > 0, "43 - 40 = 3 in the quarter before"


def test_a_gap_is_in_no_row_and_a_month_that_came_late_is_no_correction():
    late = _counts({"a": [9, 0, 12], "b": [20, 21, 22]})
    gap = replace(late, loaded=late.loaded - {add_months(FIRST, 1)})  # type: ignore[operator]
    quarter = Period(FIRST, add_months(FIRST, 2))
    without = gap.frame[gap.frame["month"] != add_months(FIRST, 1)]
    ledger = _shown(["a", "b", "R"], [21, 42, 63], quarter, loaded=gap.loaded, changes=replace(gap, frame=without))
    history = lay_in(_plan(quarter), late, ledger, POLICY)
    assert (history.laid_in, history.not_comparable, history.corrected) == (3, 0, 0)
    assert history.system.cell_counts[:3].tolist() == [21, 63, 84]


def test_corrected_data_do_not_make_the_system_impossible():
    """One incident of b was recorded as c's at first: both releases are true of their date, and both are attacked."""
    then, now = _counts({"a": [3], "b": [8], "c": [9], "d": [20]}), _counts({"a": [3], "b": [9], "c": [8], "d": [20]})
    ledger = _shown(["a", "b", "c", "d", "R"], [None, None, 9, 20, 40], YEAR, changes=then)
    history = lay_in(_plan(YEAR), now, ledger, POLICY)
    assert history.corrected == 2 and history.not_comparable == 0
    system = history.system
    assert (system.incidence @ system.atom_counts >= 0).all()
    assert _unsafe(_plan(YEAR), now, ledger, {"a", "b"}) == 0
    assert _unsafe(_plan(YEAR), now, ledger, {"a"}) > 0
    visible, report, _ = suppress_history(history, POLICY)
    assert report.safe and not visible[0]


def test_nothing_changed_where_the_feed_says_nothing_changed():
    """A correction elsewhere gives the attacker no doubt about a figure that was not corrected."""
    then, now = _counts({"a": [3], "b": [8], "c": [9], "d": [20]}), _counts({"a": [3], "b": [8], "c": [9], "d": [21]})
    ledger = _shown(["b", "c", "d", "R"], [8, None, 20, 40], YEAR, changes=then)
    assert _unsafe(_plan(YEAR), now, ledger, {"a", "b"}) > 0, "b was shown and is what it was; c is shown now: a falls"


def test_figures_of_releases_that_left_no_counts_are_compared_with_today():
    now = _counts({"a": [3], "b": [8], "c": [9]})
    history = lay_in(_plan(YEAR), now, _shown(["b", "c"], [11, 9], YEAR), POLICY)
    assert (history.laid_in, history.not_comparable) == (1, 1)


def test_areas_that_cannot_be_expressed_refuse_the_release():
    now = _counts({"a": [30], "b": [8]})
    ledger = _shown(["a"], [30], YEAR)
    other = replace(ledger.past[0], figures=ledger.past[0].figures.assign(geography="h3", edition="r8"))
    with pytest.raises(DisclosureError, match="h3 r8"):
        protect(_plan(YEAR), now, POLICY, replace(ledger, past=(other,)))


def test_an_answer_given_before_is_attacked_too():
    now = _counts({"a": [3], "b": [8], "c": [9], "d": [30]})
    ledger = _shown(["d", "R"], [30, 50], YEAR)
    assert _unsafe(_plan(YEAR), now, ledger, {"a", "b"}) == 0
    answer = Answer("a patch", frozenset({0, 3}), ONE[0], YEAR, frozenset({FIRST}), 33, 7)
    assert _unsafe(_plan(YEAR), now, replace(ledger, answers=(answer,)), {"a", "b"}) > 0, "33 - 30 = 3"


def test_rounded_figures_of_the_past_are_intervals():
    now = _counts({"a": [3], "b": [8], "c": [19], "d": [30]})
    rounded = protect(_plan(YEAR), now, ROUNDING)
    ledger = remember(Ledger(), rounded, now, None, 1, ONE)
    assert ledger.past[0].tells == {f: (max(f - 4, 0), f + 4) for f in rounded.frame["count"].dropna().astype(int)}
    again = protect(_plan(YEAR), now, ROUNDING, ledger)
    assert again.frame["count"].tolist() == rounded.frame["count"].tolist(), "the same counts are rounded the same way"
    history = lay_in(_plan(YEAR), now, ledger, POLICY)
    assert history.laid_in == 5 and (history.system.seen == 2).sum() == 10


def test_months_of_rolling_years_tile_all_windows():
    windows = np.array([[w <= m < w + 12 for m in range(23)] for w in range(12)])
    assert {frozenset(t) for t in tilings(windows)} == {frozenset({m, m + 12}) for m in range(11)} | {frozenset({11})}
    assert tilings(np.array([[True, True, False], [True, True, True]])) == [(0,), (1,)]


def test_a_zero_that_is_always_shown_is_never_withheld_for_its_past():
    now = _counts({"a": [9, 9, 3, 0], "b": [20, 20, 20, 20], "c": [30, 30, 30, 30]})
    first, second = Period(FIRST, add_months(FIRST, 2)), Period(add_months(FIRST, 3), add_months(FIRST, 3))
    ledger = _shown(["a", "b", "c", "R"], [21, 60, 90, 171], first)
    shown = protect(_plan(second), now, replace(POLICY, zeros=Zeros.SHOWN), ledger).frame.set_index("place_code")["count"]
    assert shown["a"] == 0


def test_what_was_read_of_a_count_is_not_asked_to_be_hidden_again():
    """January to March showed 7; April has nothing, so February to April holds what January left of 7: a reader knows that it is not 0."""
    now = _counts({"a": [3, 2, 2, 0], "b": [20, 20, 20, 20], "c": [30, 30, 30, 30]})
    first, second = Period(FIRST, add_months(FIRST, 2)), Period(add_months(FIRST, 1), add_months(FIRST, 3))
    january = Period(FIRST, FIRST)
    before = _shown(["a", "b", "c", "R"], [7, 60, 90, 157], first)
    plan = _plan(second)
    assert lay_in(plan, now, before, POLICY).least[:4].tolist() == [0, 0, 0, 0], "January could have been all of it"
    both = replace(before, past=(*before.past, _shown(["b", "c", "R"], [20, 30, 53], january, release=8).past[0]))
    history = lay_in(plan, now, both, POLICY)
    assert history.least[:4].tolist() == [0, 40, 60, 104]
    own = _shown(["a"], [3], january, release=9).past[0]
    assert lay_in(plan, now, replace(both, past=(*both.past, own)), POLICY).least[0] == 4, "7 less January's 3"


def test_every_release_of_a_rolling_period_holds_against_all_before_it():
    frame = counts(6, 12, 4.0, 11)
    made, ledger = roll(frame, POLICY, releases=4, length=6)
    assert [t.certificate.as_dict()["releases_attacked_together"] for t in made] == [1, 2, 3, 4]
    end = add_months(FIRST, 8)
    plan = PublicationPlan((Level("all", "", float("inf")),), ledger.past[-1].groups, (Period.ending(end, 6),))
    history = lay_in(plan, up_to(frame, end), ledger, POLICY)
    report = audit(history.system, history.system.seen >= 1, replace(POLICY, protect_implied=False), seed=99, targets=history.targets,
                   walk=walk_series(history.joint), prove=True)  # type: ignore[arg-type]  # fmt: skip
    assert report.targets > 10
    assert report.safe, "an attack on everything that was published finds nothing"
