from __future__ import annotations

import math
from collections.abc import Iterator

import numba
import numpy as np
import pytest
from scipy import sparse

from analytics.statistics.scan.analysis import ScanResult, gumbel_p, permutation_scan, poisson_scan
from analytics.statistics.scan.windows import Windows, circular_windows, ring_windows
from core.errors import InternalError, UserError


def plain_ratio(cases: float, expected: float, total: float) -> float:
    if cases <= expected:
        return 0.0
    rest = (total - cases) * math.log((total - cases) / (total - expected)) if cases < total else 0.0
    return cases * math.log(cases / expected) + rest


def plain_best(
    counts: np.ndarray, expected: np.ndarray, windows: Windows, longest: int, *, alive_only: bool = False, minimum_cases: int = 2
) -> tuple[float, tuple[int, ...], int, int]:
    """Every cylinder, one after the other: ratio, places, first and last step of the best."""
    total, steps = counts.sum(), counts.shape[1]
    best: tuple[float, tuple[int, ...], int, int] = (0.0, (), 0, 0)
    for centre in range(windows.places):
        for position in range(windows.offsets[centre], windows.offsets[centre + 1]):
            if not windows.closes[position]:
                continue
            places = [int(p) for p in windows.order[windows.offsets[centre] : position + 1]]
            for start in range(steps):
                for stop in range(start + 1, min(steps, start + longest) + 1):
                    if alive_only and stop != steps:
                        continue
                    cases = counts[places, start:stop].sum()
                    ratio = plain_ratio(cases, expected[places, start:stop].sum(), total)
                    if cases >= minimum_cases and ratio > best[0] + 1e-12:
                        best = (ratio, tuple(places), start, stop - 1)
    return best


def _grid_points(side: int) -> np.ndarray:
    return np.array([(x * 500.0, y * 500.0) for x in range(side) for y in range(side)])


def _rook(side: int) -> sparse.csr_matrix:
    line = sparse.diags([1.0, 1.0], [-1, 1], shape=(side, side))
    one = sparse.eye(side)
    return (sparse.kron(line, one) + sparse.kron(one, line)).tocsr()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("share", [0.2, 0.5, 1.0])
def test_the_best_cylinder_is_the_one_that_trying_all_gives(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    side, steps = 4, 8
    counts = rng.poisson(rng.gamma(0.8, 2.0, (side * side, 1)) * np.ones((1, steps)))
    points = rng.random((side * side, 2)) * 5000
    alive = bool(seed % 2)
    longest = 4 if seed % 3 else 7
    for windows in (
        circular_windows(points, counts.sum(axis=1).astype(float), max_share=share),
        ring_windows(_rook(side), counts.sum(axis=1).astype(float), max_share=share),
    ):
        expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
        plain = plain_best(counts, expected, windows, longest, alive_only=alive)
        ours = permutation_scan(counts, windows, seed=1, replicates=1, max_steps=longest, alive_only=alive, level=0.5)
        assert ours.best is not None
        assert ours.best.ratio == pytest.approx(plain[0], rel=1e-9)
        baseline = rng.gamma(2.0, 1.0, counts.shape)
        population = baseline * counts.sum() / baseline.sum()
        plain = plain_best(counts, population, windows, longest, alive_only=alive)
        result = poisson_scan(counts, baseline, windows, seed=1, replicates=1, max_steps=longest, alive_only=alive, level=0.5)
        cluster = result.best
        assert cluster is not None
        assert cluster.ratio == pytest.approx(plain[0], rel=1e-9)
        # the cylinder that is reported has the ratio that is reported
        span = slice(cluster.start, cluster.end + 1)
        assert cluster.observed == counts[list(cluster.places), span].sum()
        assert plain_ratio(cluster.observed, cluster.expected, counts.sum()) == pytest.approx(cluster.ratio, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_the_largest_ratio_of_each_replicate_is_that_of_trying_all(seed: int) -> None:
    # a purely spatial scan of one step: the replicates are drawn here again, with the same generator as the compiled code
    rng = np.random.default_rng(seed)
    counts = rng.poisson(5, (16, 6))
    windows = circular_windows(rng.random((16, 2)) * 1000, counts.sum(axis=1).astype(float))
    result = permutation_scan(counts, windows, seed=seed, replicates=6, level=0.2)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    place, step = (np.repeat(index.ravel(), counts.ravel()) for index in np.indices(counts.shape))
    for replicate, numbers in enumerate(np.random.SeedSequence(seed).generate_state(6)):
        stream = np.random.RandomState(numbers)
        shuffled = step.copy()
        for i in range(len(shuffled) - 1, 0, -1):
            j = int(stream.random_sample() * (i + 1))
            shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
        replica = np.zeros_like(counts)
        np.add.at(replica, (place, shuffled), 1)
        assert (replica.sum(axis=0) == counts.sum(axis=0)).all()
        assert result.maxima[replicate] == pytest.approx(plain_best(replica, expected, windows, 3)[0], rel=1e-9)


def _planted(seed: int, *, side: int = 12, steps: int = 24, factor: float = 3.0) -> tuple[np.ndarray, set[int]]:
    """Counts with an outbreak in a 3 x 3 block during steps 14 to 17."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(3.0, 0.6, (side * side, 1)) * np.linspace(0.8, 1.2, steps)
    block = {r * side + c for r in range(4, 7) for c in range(5, 8)}
    rate[sorted(block), 14:18] *= factor
    return rng.poisson(rate), block


def test_a_planted_outbreak_is_found_where_and_when_it_is() -> None:
    counts, block = _planted(3)
    weight = counts.sum(axis=1).astype(float)
    for windows in (circular_windows(_grid_points(12), weight, max_share=0.2), ring_windows(_rook(12), weight, max_share=0.2)):
        cluster = permutation_scan(counts, windows, seed=7, replicates=99).clusters[0]
        assert cluster.p == 0.01
        assert len(block & set(cluster.places)) >= 5
        assert 13 <= cluster.start <= 15
        assert 16 <= cluster.end <= 18
        assert cluster.p_gumbel < 0.001


def test_a_place_that_is_always_busy_is_no_cluster_of_the_permutation_model_but_one_of_the_poisson_model() -> None:
    rng = np.random.default_rng(2)
    rate = np.full((100, 12), 2.0)
    rate[44] = 30.0
    counts = rng.poisson(rate)
    windows = circular_windows(_grid_points(10), counts.sum(axis=1).astype(float))
    quiet = permutation_scan(counts, windows, seed=1, replicates=199)
    assert quiet.clusters == ()
    assert quiet.best is not None
    assert quiet.best.p > 0.05
    assert quiet.words().startswith("No cluster: at the 5% level")
    even = circular_windows(_grid_points(10), np.ones(100))
    first = poisson_scan(counts, np.ones_like(rate), even, seed=1, replicates=199, max_steps=12).clusters[0]
    assert first.p == 0.005
    assert first.places == (44,)
    assert first.steps == 12


def test_secondary_clusters_share_no_place_and_come_in_order() -> None:
    counts, _ = _planted(5)
    counts[[0, 1, 12, 13], 2:5] += 6
    result = permutation_scan(
        counts, circular_windows(_grid_points(12), counts.sum(axis=1).astype(float), max_share=0.1), seed=2, replicates=99
    )
    seen: set[int] = set()
    for cluster in result.clusters:
        assert not seen & set(cluster.places)
        seen |= set(cluster.places)
    ratios = [cluster.ratio for cluster in result.clusters]
    assert ratios == sorted(ratios, reverse=True)
    assert len(result.clusters) >= 2
    assert result.words() == f"{len(result.clusters)} clusters at the 5% level."
    # the map has more cylinders that share no place, and none of them is listed
    assert all(cluster.p <= 0.05 for cluster in result.clusters)
    assert len(result.clusters) < 20


def test_the_same_seed_gives_the_same_result_on_one_thread_and_on_all() -> None:
    counts, _ = _planted(9, side=8, steps=12)
    windows = circular_windows(_grid_points(8), counts.sum(axis=1).astype(float))

    def run(seed: int) -> ScanResult:
        return permutation_scan(counts, windows, seed=seed, replicates=40)

    every = run(4)
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        alone = run(4)
    finally:
        numba.set_num_threads(threads)
    assert alone.clusters == every.clusters
    assert (alone.maxima == every.maxima).all()
    assert (run(5).maxima != every.maxima).any()


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Many small scans: waiting for a second thread on a busy machine would cost more than it gives."""
    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    yield
    numba.set_num_threads(threads)


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
def test_chance_alone_is_called_a_cluster_as_often_as_the_level_says() -> None:
    rng = np.random.default_rng(17)
    points = _grid_points(8)
    small = {"permutation": 0, "poisson": 0}
    runs = 100
    for run in range(runs):
        counts = rng.poisson(rng.gamma(2.0, 0.7, (64, 1)) * np.linspace(0.7, 1.4, 10))
        windows = circular_windows(points, counts.sum(axis=1).astype(float))
        small["permutation"] += permutation_scan(counts, windows, seed=run, replicates=99).clusters != ()
        counts = rng.poisson(1.5, (64, 10))
        even = circular_windows(points, np.ones(64))
        small["poisson"] += poisson_scan(counts, np.ones((64, 10)), even, seed=run, replicates=99).clusters != ()
    # 100 draws at 5%: 1 to 11 holds 98.9% of the time
    assert 1 <= small["permutation"] <= 11
    assert 1 <= small["poisson"] <= 11


def test_the_level_decides_what_is_listed_and_must_be_within_reach() -> None:
    counts, _ = _planted(5)
    counts[[0, 1, 12, 13], 2:5] += 2
    windows = circular_windows(_grid_points(12), counts.sum(axis=1).astype(float), max_share=0.1)
    strict, loose = (permutation_scan(counts, windows, seed=2, replicates=99, level=level) for level in (0.01, 0.5))
    assert strict.best == loose.best
    assert len(strict.clusters) < len(loose.clusters)
    assert strict.clusters == tuple(cluster for cluster in loose.clusters if cluster.p <= 0.01)
    with pytest.raises(UserError, match="19 replicates give no p below") as told:
        permutation_scan(counts, windows, seed=2, replicates=19, level=0.01)
    assert "at least 99 replicates" in str(told.value)
    with pytest.raises(UserError, match="between 0 and 1"):
        permutation_scan(counts, windows, seed=2, replicates=19, level=1.0)


def test_circles_take_places_at_the_same_distance_together() -> None:
    # a cross: four places 100 m from the middle
    points = np.array([[0.0, 0], [100, 0], [-100, 0], [0, 100], [0, -100]])
    windows = circular_windows(points, np.ones(5), max_share=1.0)
    sizes = [position + 1 for position in range(windows.offsets[1]) if windows.closes[position]]
    assert sizes == [1, 5]
    assert windows.reach[4] == pytest.approx(100)


def test_circles_stop_at_the_share_the_radius_and_the_number_of_places() -> None:
    line = np.column_stack([np.arange(10) * 100.0, np.zeros(10)])
    assert len(circular_windows(line, np.ones(10), max_share=0.3).order) == 10 * 3
    by_radius = circular_windows(line, np.ones(10), radius_m=100.0)
    assert [int(n) for n in np.diff(by_radius.offsets)] == [2, 3, 3, 3, 3, 3, 3, 3, 3, 2]
    # two neighbours at the same distance do not fit into a limit of two places
    few = circular_windows(line, np.ones(10), most_places=2)
    assert [int(n) for n in np.diff(few.offsets)] == [2, 1, 1, 1, 1, 1, 1, 1, 1, 2]


def test_rings_are_whole_neighbour_orders() -> None:
    # 0 - 1 - 2 - 3, and 4 alone
    links = sparse.csr_matrix(
        np.array([[0, 1, 0, 0, 0], [1, 0, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]], dtype=float)
    )
    windows = ring_windows(links, np.ones(5), max_share=1.0)
    second = [windows.members(int(p)).tolist() for p in range(windows.offsets[1], windows.offsets[2]) if windows.closes[p]]
    assert second == [[1], [1, 0, 2], [1, 0, 2, 3]]
    assert windows.members(int(windows.offsets[4])).tolist() == [4]
    assert len(ring_windows(links, np.ones(5), max_order=0, max_share=1.0).order) == 5


def test_mistakes_are_told() -> None:
    counts = np.ones((4, 6), dtype=int)
    windows = circular_windows(_grid_points(2), np.ones(4))
    with pytest.raises(UserError, match="at least two steps"):
        permutation_scan(counts[:, :1], windows, seed=1)
    with pytest.raises(UserError, match="at least two cases"):
        permutation_scan(np.zeros((4, 6), dtype=int), windows, seed=1)
    with pytest.raises(UserError, match="longest span"):
        permutation_scan(counts, windows, seed=1, max_steps=6)
    with pytest.raises(UserError, match="no population"):
        poisson_scan(counts, np.where(np.arange(6) == 2, 0.0, 1.0) * np.ones((4, 1)), windows, seed=1)
    with pytest.raises(UserError, match="nothing to scan"):
        circular_windows(_grid_points(2), np.zeros(4))
    with pytest.raises(UserError, match="share"):
        circular_windows(_grid_points(2), np.ones(4), max_share=1.5)
    with pytest.raises(InternalError, match="whole numbers"):
        permutation_scan(counts.astype(float), windows, seed=1)  # type: ignore[arg-type]
    with pytest.raises(InternalError, match="do not fit"):
        permutation_scan(counts[:3], windows, seed=1)


def test_gumbel_p_is_close_to_the_share_of_replicates_in_the_middle() -> None:
    maxima = np.random.default_rng(1).gumbel(8.0, 1.2, 5000)
    assert gumbel_p(float(np.quantile(maxima, 0.95)), maxima) == pytest.approx(0.05, abs=0.01)
    assert math.isnan(gumbel_p(3.0, maxima[:10]))
