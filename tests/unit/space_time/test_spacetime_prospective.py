"""The prospective scan of several kinds: as a plain program finds it, at the rate that it states, and where something was planted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from analytics.statistics.scan.prospective import prospective_scan
from analytics.statistics.scan.windows import Windows, circular_windows
from core.errors import InternalError, UserError

Counts = NDArray[np.int64]
SIDE, STEPS = 6, 14
# two kinds of one category each, and one of all
KINDS = np.array([[True, False], [False, True], [True, True]])


def places() -> NDArray[np.float64]:
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    return np.column_stack([x.ravel(), y.ravel()]) * 1_000.0 + np.random.default_rng(0).uniform(0, 200, (SIDE * SIDE, 2))


def drawn(rng: np.random.Generator, mean: float = 3.0) -> Counts:
    busy = np.random.default_rng(1).gamma(2.0, mean / 2, (2, SIDE * SIDE))
    season = 1 + 0.4 * np.sin(np.arange(STEPS) / 2)
    return rng.poisson(busy[:, :, None] * season)


def circles(counts: Counts, radius_m: float = 1_800.0) -> Windows:
    return circular_windows(places(), counts.sum(axis=(0, 2)).astype(float), radius_m=radius_m)


def plain_best(counts: Counts, windows: Windows, longest: int) -> list[float]:
    """The largest ratio of each kind, by trying every zone and span."""
    found = []
    for kind in KINDS:
        held = counts[kind]
        total = held.sum()
        best = 0.0
        for position in np.flatnonzero(windows.closes):
            zone = windows.members(int(position))
            for length in range(1, longest + 1):
                c = held[:, zone, -length:].sum()
                e = sum(float(one[zone].sum()) * one[:, -length:].sum() / one.sum() for one in held)
                if c > e and c >= 2:
                    best = max(best, c * math.log(c / e) + (total - c) * math.log((total - c) / (total - e)))
        found.append(best)
    return found


def test_every_cylinder_that_is_alive_is_tried() -> None:
    counts = drawn(np.random.default_rng(3))
    counts[1, [7, 8, 13], -2:] += 9
    windows = circles(counts)
    found = prospective_scan(counts, KINDS, windows, longest=4, level=0.99, seed=1, replicates=199)
    best = plain_best(counts, windows, 4)
    for kind, ratio in enumerate(best):
        assert max(c.ratio for c in found.clusters if c.kind == kind) == pytest.approx(ratio)


def test_each_draw_is_the_best_of_a_shuffle_that_keeps_every_margin() -> None:
    # a category in which one place has all cases of a month has no other shuffle: its ratio is that of the data in every replicate
    counts = np.zeros((2, SIDE * SIDE, STEPS), dtype=np.int64)
    counts[0, 5, :] = 4
    counts[1, 9, -1] = 6
    found = prospective_scan(counts, KINDS, circles(counts, 1.0), longest=3, level=0.5, seed=2, replicates=49)
    assert found.clusters == ()
    assert found.smallest_p == 1.0


def test_the_expected_are_those_of_each_category() -> None:
    counts = drawn(np.random.default_rng(4))
    counts[0, 14, -1] += 30
    found = prospective_scan(counts, KINDS, circles(counts), longest=3, level=0.05, seed=3, replicates=199)
    both = next(c for c in found.clusters if c.kind == 2)
    zone = list(both.places)
    assert both.observed == counts[:, zone, both.start :].sum()
    wanted = sum(one[zone].sum() * one[:, both.start :].sum() / one.sum() for one in counts)
    assert both.expected == pytest.approx(wanted)


def test_chance_alone_raises_as_many_as_stated() -> None:
    rng = np.random.default_rng(5)
    looks, level = 400, 0.1
    raised = 0
    for look in range(looks):
        counts = drawn(rng, 1.0)
        raised += bool(prospective_scan(counts, KINDS, circles(counts), longest=3, level=level, seed=look, replicates=99).clusters)
    # 40 on average, with a deviation of 6
    assert 24 <= raised <= 58


def test_a_flare_up_is_found_where_and_when_it_is() -> None:
    counts = drawn(np.random.default_rng(6))
    planted = [14, 15, 20]
    counts[0][planted, -2:] += 8
    found = prospective_scan(counts, KINDS, circles(counts), longest=5, level=1 / 12, seed=7, replicates=499)
    first = found.clusters[0]
    assert first.start == STEPS - 2
    assert set(planted) <= set(first.places)
    assert first.kind in (0, 2)
    assert first.recurrence == pytest.approx(1 / first.p)
    assert {c.kind for c in found.clusters} >= {0, 2}
    # a rise that has ended is no warning
    over = np.concatenate([counts, drawn(np.random.default_rng(8))[:, :, :6]], axis=2)
    assert all(set(planted) - set(c.places) for c in prospective_scan(
        over, KINDS, circles(over), longest=5, level=1 / 12, seed=7, replicates=499).clusters)  # fmt: skip


def test_the_same_seed_gives_the_same_and_no_case_gives_none() -> None:
    counts = drawn(np.random.default_rng(9))
    windows = circles(counts)
    first, second = (prospective_scan(counts, KINDS, windows, longest=3, level=0.9, seed=4, replicates=60) for _ in range(2))
    assert first.clusters == second.clusters
    np.testing.assert_array_equal(first.strongest, second.strongest)
    nothing = prospective_scan(np.zeros_like(counts), KINDS, windows, longest=3, level=0.9, seed=4, replicates=60)
    assert nothing.clusters == ()


def test_what_cannot_be_scanned_is_refused() -> None:
    counts = drawn(np.random.default_rng(9))
    windows = circles(counts)
    with pytest.raises(UserError, match="spans shorter than its 14 steps"):
        prospective_scan(counts, KINDS, windows, longest=STEPS, level=0.1, seed=4, replicates=60)
    with pytest.raises(UserError, match=r"9 replicates give no p below 0\.1"):
        prospective_scan(counts, KINDS, windows, longest=3, level=0.05, seed=4, replicates=9)
    with pytest.raises(InternalError, match="whole numbers"):
        prospective_scan(counts - 100, KINDS, windows, longest=3, level=0.1, seed=4, replicates=60)
    with pytest.raises(InternalError, match="do not fit"):
        prospective_scan(counts[:, :5], KINDS, windows, longest=3, level=0.1, seed=4, replicates=60)


def test_incidents_that_come_in_pairs_raise_no_more_for_it() -> None:
    rng = np.random.default_rng(11)
    raised, plain = 0, 0
    for look in range(60):
        # pairs: a variance twice that of single incidents, with nothing that rises
        counts = 2 * drawn(rng, 1.5)
        found = prospective_scan(counts, KINDS, circles(counts), longest=3, level=0.1, seed=look, replicates=59)
        assert (found.dispersion > 1.5).all() and (found.dispersion < 2.6).all()
        raised += bool(found.clusters)
        single = drawn(rng, 3.0)
        plain += bool(prospective_scan(single, KINDS, circles(single), longest=3, level=0.1, seed=look, replicates=59).clusters)
    # 6 of 60 on average, with a deviation of 2
    assert raised <= 16
    assert plain <= 14
