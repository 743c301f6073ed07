"""How a release is mended: the same on a slow machine, silence where floors bind, and less shown rather than nothing."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date
from typing import Any

import highspy
import numpy as np
import pytest

from analytics.disclosure.policy import Zeros, load_policy
from analytics.disclosure.suppress.cells import Need, Suppressor, primary
from analytics.disclosure.suppress.repair import suppress_until_safe
from analytics.disclosure.system import PublicationSystem, Table, build_system
from core.errors import DisclosureError
from core.settings import ReleaseSettings
from tests.builders.disclosure_systems import MONTH, every_value_is_possible, random_layout, system_from_rows

POLICY = load_policy(ReleaseSettings().policy)
REAL = highspy.Highs


class SlowHighs:
    """The solver on a machine on which a second is over in a microsecond, and one thread or the other is held up now and then."""

    calls = 0
    _lock = threading.Lock()

    def __init__(self) -> None:
        self._solver: Any = REAL()  # type: ignore[no-untyped-call]

    def setOptionValue(self, option: str, value: object) -> object:  # noqa: N802 - the solver's own name
        if option == "time_limit":
            value = float(str(value)) / 1e6
        return self._solver.setOptionValue(option, value)

    def run(self) -> object:
        with SlowHighs._lock:
            SlowHighs.calls += 1
            late = SlowHighs.calls % 3 == 0
        if late:
            time.sleep(0.002)
        return self._solver.run()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._solver, name)


@pytest.mark.parametrize("hexes", [1, 7])
def test_a_slow_machine_withholds_the_same(hexes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is withheld, in how many rounds and by how many tables: to the byte, with solvers that are slow and threads out of step."""
    system = random_layout(np.random.default_rng(hexes), areas=24, categories=3, hexes=hexes, most=9)
    visible, report, rounds = suppress_until_safe(system, POLICY)
    monkeypatch.setattr(highspy, "Highs", SlowHighs)
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: 1e6 * clock())
    SlowHighs.calls = 0
    again, later, rounds_later = suppress_until_safe(system, POLICY)
    assert SlowHighs.calls > 5
    assert visible.tobytes() == again.tobytes()
    assert (rounds, report.tables, report.by_walk, report.by_programme) == (
        rounds_later, later.tables, later.by_walk, later.by_programme
    )  # fmt: skip


def _area_with_hexagons() -> PublicationSystem:
    """Area a holds two hexagons whole, each with one x; the others hold enough. Who sees both withheld knows that a holds at least two."""
    pieces = [("a", "h1"), ("a", "h2"), ("a", "h3"), ("b", "h3"), ("b", "h4"), ("c", "h4"), ("c", "h5")]
    x = [1, 1, 0, 9, 7, 8, 6]
    y = [6, 7, 5, 9, 8, 9, 9]
    area, hexagon = (np.array([piece[i] for piece in pieces], dtype=object) for i in (0, 1))
    every = np.array(["t"] * len(pieces), dtype=object)
    members = np.array([[True, True], [True, False], [False, True]])
    spans = ((MONTH, MONTH),)
    tables = [
        Table("hex", "", hexagon, ("all", "x", "y"), members, spans, 4.0),
        Table("area", "", area, ("all", "x", "y"), members, spans, 10.0),
        Table("all", "", every, ("all", "x", "y"), members, spans, np.inf),
    ]
    n = len(pieces)
    place, category = np.tile(np.arange(n), 2), np.repeat([0, 1], n)
    return build_system(tables, place, category, np.zeros(2 * n, dtype=np.int64), np.array(x + y, dtype=np.int64), [MONTH])


def _row(system: PublicationSystem, geography: str, place: str, category: str) -> int:
    cells = system.cells
    found = (cells["geography"] == geography) & (cells["place_code"] == place) & (cells["category"] == category)
    return int(np.flatnonzero(found)[0])


def test_a_figure_that_what_is_known_of_others_holds_up_is_freed_by_saying_less_of_one() -> None:
    system = _area_with_hexagons()
    suppressor = Suppressor(system, POLICY, primary(system, POLICY))
    a, first, second = (_row(system, *cell) for cell in (("area", "a", "x"), ("hex", "h1", "x"), ("hex", "h2", "x")))
    assert not suppressor.visible[[a, first, second]].any()
    assert not suppressor.unsaid[[first, second]].any()
    assert suppressor.meet([Need(a, -1, 1)]) == []
    assert suppressor.unsaid[[first, second]].any()
    # what nobody has to fall below is left to other remedies
    suppressor = Suppressor(system, POLICY, primary(system, POLICY))
    assert suppressor.meet([Need(a, -1, 3)]) == []
    assert not suppressor.unsaid[[first, second]].any()


def test_such_a_release_stands_before_integer_programmes() -> None:
    system = _area_with_hexagons()
    visible, report, _ = suppress_until_safe(system, POLICY)
    assert report.safe
    assert visible[(system.cells["geography"] == "all").to_numpy()].all()
    every_value_is_possible(system, visible, POLICY)


class Helpless(Suppressor):
    """No remedy is ever found, and one cell more or less mends nothing."""

    def meet(self, needs: list[Need], *, first: int = 0, last: int = 0, quiet: bool = False) -> list[Need]:
        return needs

    def widen(self, need: Need, how_many: int = 1) -> bool:
        return False


def test_a_count_that_nothing_protects_costs_what_is_around_it_and_not_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.disclosure.suppress.repair.Suppressor", Helpless)
    # nothing is withheld beside small cells before the first attack
    monkeypatch.setattr("analytics.disclosure.suppress.repair.close_equations", lambda system, start, *rest, **more: start)
    system = _area_with_hexagons()
    said: list[str] = []
    visible, report, rounds = suppress_until_safe(system, replace(POLICY, repair_rounds=2), say=said.append)
    assert report.safe
    # the last attack is of what is shown again
    assert rounds == 4
    assert visible[(system.cells["geography"] == "all").to_numpy()].all()
    assert any("nothing less protects" in line for line in said)
    every_value_is_possible(system, visible, POLICY)


def test_what_the_plan_never_withholds_can_still_refuse_a_release() -> None:
    """One and seven are eight, and seven and eight are never withheld: nothing that may be withheld hides the one."""
    names = [("place", "a"), ("place", "b"), ("all", "t")]
    system = system_from_rows([[1, 0], [0, 1], [1, 1]], [1, 7], names=names, weight=[1.0, np.inf, np.inf])
    with pytest.raises(DisclosureError, match="never withholds"):
        suppress_until_safe(system, POLICY)


def test_a_count_that_stays_open_takes_twice_as_many_cells_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    class Counting(Helpless):
        def widen(self, need: Need, how_many: int = 1) -> bool:
            taken.append(how_many)
            return False

    monkeypatch.setattr("analytics.disclosure.suppress.repair.Suppressor", Counting)
    names = [("place", "a"), ("place", "b"), ("all", "t")]
    system = system_from_rows([[1, 0], [0, 1], [1, 1]], [1, 7], names=names, weight=[1.0, np.inf, np.inf])
    with pytest.raises(DisclosureError):
        suppress_until_safe(system, replace(POLICY, repair_rounds=6, zeros=Zeros.MAY_BE_HIDDEN))
    assert sorted(set(taken)) == [2**i for i in range(len(set(taken)))]
    assert len(set(taken)) > 3


def test_rings_of_cells_are_taken_from_the_cheapest_outwards() -> None:
    rows = [[1, 0, 0, 0], [1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [1, 1, 1, 1]]
    names = [("place", str(i)) for i in range(4)] + [("all", "t")]
    system = system_from_rows(rows, [9, 9, 9, 9], names=names, weight=[2.0, 1.0, 1.0, 1.0, np.inf])
    assert system.cells["period_start"].iloc[0] == date(2025, 1, 1)
    suppressor = Suppressor(system, POLICY, np.ones(5, dtype=bool))
    suppressor.widen(Need(0, -1, 1), 1)
    assert suppressor.visible.tolist() == [True, False, True, True, True]
    suppressor.widen(Need(0, -1, 1), 2)
    assert suppressor.visible.tolist() == [False, False, False, True, True]
    assert suppressor.give_up([Need(0, -1, 1)]) == 1
    assert suppressor.visible.tolist() == [False, False, False, False, True]
