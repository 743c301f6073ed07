"""Two tiers of a series: small areas in blocks that are printed once, wide areas each month. Small invented series, attacked from outside."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.disclosure import gate
from analytics.disclosure.gate import SafeTables, protect
from analytics.disclosure.ledger import Answer, Earlier, History, Ledger
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import Policy, load_policy
from analytics.disclosure.renewal import renewed
from analytics.disclosure.system import BoolArray
from analytics.disclosure.tiers import InseparableError, fast_tier, side_by_side, tiers_of
from core.contracts import SUPPRESSED
from core.errors import InternalError
from core.periods import Period, add_months
from core.settings import ReleaseSettings
from tests.builders.outside_attack.publications import Publication
from tests.builders.outside_attack.reading import Printed
from tests.builders.outside_attack.verdicts import attack
from tests.builders.rolling_releases import FIRST, areas, counts

POLICY = load_policy(ReleaseSettings().policy)
LENGTH = 4
LEVELS = (Level("area", "", 1.0, LENGTH), Level("district", "", 10.0), Level("all", "", float("inf")))
# one group cuts across two others, as serious violence does
GROUPS = (
    ("total", frozenset("xyz")), ("x", frozenset("x")), ("yz", frozenset("yz")), ("xy", frozenset("xy"))
)  # fmt: skip
KEY = ["geography", "place_code", "category"]


def series(frame: pd.DataFrame, ends: Sequence[int], policy: Policy = POLICY, levels: tuple[Level, ...] = LEVELS
           ) -> tuple[list[SafeTables], Ledger]:  # fmt: skip
    """Releases asked for periods that end so many months after the first one, in that order."""
    ledger, made, loaded = Ledger(), [], frozenset(frame["month"])
    n_areas = int(frame["area"].max()) + 1
    for number, end in enumerate(ends, start=1):
        asked = Period.ending(add_months(FIRST, end), LENGTH)
        own = renewed(levels, asked, add_months(FIRST, ends[0]), loaded)
        plan = PublicationPlan(own, GROUPS, (max(level.periods[0] for level in own),))
        seen = frame[frame["month"].isin(plan.months)]
        counted = Counts(areas(n_areas), seen[seen["incidents"] > 0], loaded & frozenset(plan.months))
        tables = protect(plan, counted, policy, ledger)
        ledger = _remember(ledger, tables, counted, number)
        made.append(tables)
    return made, ledger


def _remember(ledger: Ledger, tables: SafeTables, counted: Counts, number: int) -> Ledger:
    said = (tables.frame["symbol"] == SUPPRESSED).astype(int)
    past = Earlier(number, counted.loaded or frozenset(), GROUPS, tables.frame.assign(known_least=said))
    known = ledger.changes[["area", "category", "month"]].apply(tuple, axis=1) if len(ledger.changes) else []
    fresh = counted.frame[~counted.frame[["area", "category", "month"]].apply(tuple, axis=1).isin(set(known))]
    changes = pd.concat([ledger.changes, fresh.assign(release=number)], ignore_index=True)
    return replace(ledger, past=(*ledger.past, past), changes=changes)


def rows_of(tables: SafeTables, geography: str, end: date | None = None) -> pd.DataFrame:
    frame = tables.frame[tables.frame["geography"] == geography]
    return (frame if end is None else frame[frame["period_end"] == end]).reset_index(drop=True)


def test_a_block_is_carried_as_it_was_printed_and_districts_are_renewed() -> None:
    frame = counts(12, 10, 2.0, seed=1)
    made, _ = series(frame, [3, 4, 5, 6, 7])
    first, *between, last = made
    for tables in between:
        pd.testing.assert_frame_equal(rows_of(tables, "area"), rows_of(first, "area"))
        assert tables.certificate.carried > 0
    assert set(rows_of(last, "area")["period_end"]) == {add_months(FIRST, 7)}
    assert last.certificate.carried == 0
    for number, tables in enumerate(between, start=4):
        own = rows_of(tables, "district", add_months(FIRST, number))
        assert own["count"].notna().all()
        assert set(own["category"]) == {"total", "x", "yz"}, "a group that cuts across others is for blocks"
        assert len(tables.certificate.layout["tables"]) == 5
    for tables in made:
        tables.check()
        assert tables.certificate.as_dict()["withheld"] == int(tables.frame["count"].isna().sum())


def test_a_figure_is_the_true_count_whatever_tier_it_is_of() -> None:
    frame = counts(12, 10, 2.0, seed=2)
    members = dict(GROUPS)
    for tables in series(frame, [5, 7, 3, 9, 6])[0]:
        for row in tables.frame[tables.frame["count"].notna()].itertuples():
            place = areas(12)[row.geography] == row.place_code
            inside = frame["area"].isin(np.flatnonzero(place)) & frame["category"].isin(members[row.category])
            inside &= frame["month"].between(row.period_start, row.period_end)
            assert row.count == frame.loc[inside, "incidents"].sum()


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "mean"), [(1, 0.6), (2, 0.6), (3, 1.0), (4, 1.0), (5, 2.0)])
def test_nothing_falls_to_an_attack_from_outside_in_any_order(seed: int, mean: float) -> None:
    frame = counts(10, 12, mean, seed=seed)
    ends = list(range(3, 12))
    random.Random(seed).shuffle(ends)
    made, ledger = series(frame, ends[:5])
    printed = tuple(Printed(t.frame, dict(p.groups), p.loaded) for t, p in zip(made, ledger.past, strict=True))
    published = Publication(areas(10), printed, frame[frame["incidents"] > 0])
    report = attack(published.areas, published.releases, published.counts)
    assert report.tried["difference"] > 20
    assert report.open == []
    assert report.fallen == []


def test_the_attack_from_outside_finds_what_a_block_out_of_step_tells() -> None:
    """The same areas each month, in one tier that forgets its past. Before the fourth month there are none: the last one is known."""
    frame = counts(10, 8, 1.0, seed=3)
    frame = frame[frame["month"] >= add_months(FIRST, 3)]
    printed = []
    for end in (5, 6):
        period = Period.ending(add_months(FIRST, end), LENGTH)
        plan = PublicationPlan(tuple(replace(level, every=1) for level in LEVELS), GROUPS, (period,))
        seen = frame[frame["month"].isin(plan.months) & (frame["incidents"] > 0)]
        loaded = frozenset(plan.months) & frozenset(frame["month"])
        tables = protect(plan, Counts(areas(10), seen, loaded), POLICY)
        printed.append(Printed(tables.frame, dict(GROUPS), loaded))
    assert attack(areas(10), printed, frame[frame["incidents"] > 0]).fallen


def test_groups_that_cut_across_others_are_left_to_blocks() -> None:
    assert [name for name, _ in side_by_side(GROUPS)] == ["total", "x", "yz"]
    assert side_by_side((("a", frozenset("ab")), ("b", frozenset("a")))) == (("a", frozenset("ab")), ("b", frozenset("a")))


def test_what_is_no_series_of_blocks_is_attacked_whole() -> None:
    frame = counts(8, 9, 2.0, seed=4)
    _, ledger = series(frame, [3])
    asked = Period.ending(add_months(FIRST, 5), LENGTH)
    own = renewed(LEVELS, asked, add_months(FIRST, 3), frozenset(frame["month"]))
    plan = PublicationPlan(own, GROUPS, (asked,))
    counted = Counts(areas(8), frame[frame["month"].isin(plan.months)], frozenset(plan.months))
    assert tiers_of(plan, counted, ledger, POLICY) is not None
    given = Answer("asked", frozenset({1}), GROUPS[0], asked, frozenset(plan.months), 9, 1)
    (past,) = ledger.past
    overlapping = PublicationPlan(tuple(replace(level, periods=(asked,)) for level in own), GROUPS, (asked,))
    for other, before in [
        (plan, replace(ledger, answers=(given,))),
        (plan, replace(ledger, past=(replace(past, tells={0: (0, 1)}),))),
        (plan, replace(ledger, past=(replace(past, groups=GROUPS[:2]),))),
        (plan, replace(ledger, past=(replace(past, figures=past.figures.assign(known_least=0)),))),
        (overlapping, ledger),
    ]:
        assert tiers_of(other, counted, before, POLICY) is None


def test_what_earlier_releases_printed_in_another_way_keeps_the_tiers_together() -> None:
    """Years of small areas that share months, a group that cuts across others between blocks: neither is rows and columns any more."""
    frame = counts(8, 14, 3.0, seed=7)
    _, ledger = series(frame, [3, 4])
    first, second = ledger.past
    asked = Period.ending(add_months(FIRST, 11), LENGTH)
    own = renewed(LEVELS, asked, add_months(FIRST, 3), frozenset(frame["month"]))
    plan = PublicationPlan(own, GROUPS, (asked,))
    counted = Counts(areas(8), frame[frame["month"].isin(plan.months)], frozenset(plan.months))
    assert tiers_of(plan, counted, ledger, POLICY) is not None
    shifted = first.figures.assign(period_start=add_months(FIRST, 2), period_end=add_months(FIRST, 5))
    overlapping = replace(ledger, past=(first, replace(second, figures=shifted)))
    assert tiers_of(plan, counted, overlapping, POLICY) is None

    found = tiers_of(plan, counted, ledger, POLICY)
    assert found is not None
    printed = first.figures.assign(period_start=asked.start, period_end=asked.end, count=9)
    assert fast_tier(found, plan, counted, ledger, printed) is not None
    fresh = second.figures["period_end"] == add_months(FIRST, 4)
    crossing = second.figures[fresh & (second.figures["category"] == "x")].assign(category="xy")
    whole = replace(second, figures=pd.concat([second.figures, crossing]))
    with pytest.raises(InseparableError):
        fast_tier(found, plan, counted, replace(ledger, past=(first, whole)), printed)


def _next_block(frame: pd.DataFrame) -> tuple[PublicationPlan, Counts]:
    """What is asked for when the second block is whole: months 8 to 11."""
    asked = Period.ending(add_months(FIRST, 11), LENGTH)
    own = renewed(LEVELS, asked, add_months(FIRST, 3), frozenset(frame["month"]))
    plan = PublicationPlan(own, GROUPS, (asked,))
    return plan, Counts(areas(8), frame[frame["month"].isin(plan.months) & (frame["incidents"] > 0)], frozenset(plan.months))


def test_what_earlier_blocks_forbid_is_known_before_the_new_one_is_attacked(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = counts(8, 14, 3.0, seed=7)
    _, ledger = series(frame, [3, 4])
    first, second = ledger.past
    fresh = second.figures["period_end"] == add_months(FIRST, 4)
    crossing = second.figures[fresh & (second.figures["category"] == "x")].assign(category="xy")
    whole = replace(ledger, past=(first, replace(second, figures=pd.concat([second.figures, crossing]))))
    attacked: list[int] = []

    class StopHereError(Exception):
        pass

    def attack_once(history: History, *_: object) -> None:
        attacked.append(history.laid_in)
        raise StopHereError

    monkeypatch.setattr(gate, "_suppress", attack_once)
    with pytest.raises(StopHereError):
        protect(*_next_block(frame), POLICY, whole)
    # the one attack is that of everything together
    assert len(attacked) == 1
    assert attacked[0] > 0


def test_an_attack_that_comes_first_is_where_the_next_one_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Districts were renewed between blocks; in the new block one of their figures is small, so the past and the block hang together."""
    frame = counts(8, 14, 3.0, seed=7)
    new = frame["month"] >= add_months(FIRST, 8)
    frame.loc[new & (frame["area"] % 2 == 1) & (frame["category"] == "x"), "incidents"] = 0
    one = new & (frame["area"] == 1) & (frame["category"] == "x") & (frame["month"] == add_months(FIRST, 9))
    frame.loc[one, "incidents"] = 2
    _, ledger = series(frame, [3, 4])
    real = gate.suppress_history
    runs: list[tuple[History, BoolArray | None, BoolArray]] = []

    def recorded(history: History, policy: Policy, *, lost: BoolArray | None = None, **more: Any) -> Any:
        found = real(history, policy, lost=lost, **more)
        runs.append((history, lost, found[0]))
        return found

    monkeypatch.setattr(gate, "suppress_history", recorded)
    tables = protect(*_next_block(frame), POLICY, ledger)
    (block, _, shown), (together, start, left) = runs
    assert start is not None

    def keys(history: History, rows: BoolArray) -> set[tuple[object, ...]]:
        return set(history.system.cells.loc[rows, list(gate.KEY_COLUMNS)].itertuples(index=False, name=None))

    went = keys(block, ~shown & (block.system.cell_counts > 0))
    assert went
    assert went <= keys(together, start & together.system.candidate)
    assert not (left & start).any()
    tables.check()


def test_a_district_with_a_withheld_figure_waits_for_the_next_block() -> None:
    """Its figures between blocks would not add up to one that is shown: so districts are left out, and the whole is renewed."""
    frame = counts(8, 6, 5.0, seed=5)
    d1 = frame["area"] % 2 == 1
    frame.loc[d1 & (frame["category"] == "x"), "incidents"] = 0
    frame.loc[(frame["area"] == 1) & (frame["category"] == "x") & (frame["month"] == FIRST), "incidents"] = 2
    made, _ = series(frame, [3, 4])
    assert rows_of(made[0], "district")["count"].isna().any()
    assert set(rows_of(made[1], "district")["period_end"]) == {add_months(FIRST, 3)}
    assert rows_of(made[1], "all", add_months(FIRST, 4))["count"].notna().all()


def test_districts_are_released_for_months_in_which_small_areas_have_no_block() -> None:
    """The first block is of the newest months; of the time before it there are no earlier ones that a block could hold."""
    frame = counts(8, 8, 5.0, seed=6)
    frame = frame[frame["month"] >= add_months(FIRST, 4)]
    made, ledger = series(frame, [7, 6, 5])
    for tables, end in zip(made[1:], (6, 5), strict=True):
        assert set(tables.frame["geography"]) == {"all", "district"}
        assert set(tables.frame["period_end"]) == {add_months(FIRST, end)}
        assert set(tables.frame["category"]) == {"total", "x", "yz"}
    printed = [Printed(t.frame, dict(p.groups), p.loaded) for t, p in zip(made, ledger.past, strict=True)]
    report = attack(areas(8), printed, frame[frame["incidents"] > 0])
    assert report.fallen == report.open == []


def test_a_range_may_begin_where_earlier_figures_have_put_its_count() -> None:
    """What the past has ruled out is not asked of a range; what it has not is."""
    cells = SimpleNamespace(
        n_cells=1, candidate=np.array([True]), cell_counts=np.array([3]), seen=np.array([0], dtype=np.int8), weight=np.array([1.0])
    )
    history = SimpleNamespace(system=cells, least=np.array([2]))
    hidden = np.array([False])
    for least, narrow in ((2, False), (0, True)):
        history.least = np.array([least])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(gate, "withheld_ranges", lambda *_, **__: (np.array([2]), np.array([9])))
            if narrow:
                with pytest.raises(InternalError, match="1 are narrower"):
                    gate._ranges(history, hidden, hidden, POLICY)  # type: ignore[arg-type]
            else:
                gate._ranges(history, hidden, hidden, POLICY)  # type: ignore[arg-type]
