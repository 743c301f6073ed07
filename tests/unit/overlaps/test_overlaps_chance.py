"""How often factors fall together by chance: bits against sets, the null on unrelated maps, and a planted overlap."""

from __future__ import annotations

from itertools import combinations

import libpysal
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from analytics.overlaps.chance import (
    DRAWN,
    every_combination,
    falling_together,
    false_discovery_by_size,
    map_against,
    packed,
    random_maps,
    surrogate_scores,
    tally,
    unpacked,
)
from analytics.overlaps.definitions import Factor, FactorSource, Side, Threshold
from analytics.overlaps.levels import CutFactor, cut_factor
from analytics.overlaps.values import FactorValues
from analytics.statistics.spectral_randomisation import spatial_patterns, spectral_surrogates

SIDE = 14
N = SIDE * SIDE
Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def patterns() -> Floats:
    grid = libpysal.weights.lat2W(SIDE, SIDE).sparse.tocsr()
    return spatial_patterns(sparse.csr_matrix(grid + sparse.identity(N, format="csr")))


def smooth(patterns: Floats, seed: int) -> Floats:
    """A map of the coarsest 25 patterns: it clusters strongly."""
    return patterns[:, :25] @ np.random.default_rng(seed).normal(size=25)


def cut(name: str, score: Floats, shares: tuple[float, ...] = (0.3, 0.15), side: Side = "risk") -> CutFactor:
    thresholds = tuple(Threshold(label="a", highest_share=share) for share in shares)
    source = FactorSource(kind="indicator", indicator="i")
    of = Factor(
        id=name, side=side, theme="t", label="l", high="h", low="l", unit="u", source=source, thresholds=thresholds, default=1
    )
    nothing = np.full(len(score), np.nan)
    return cut_factor(FactorValues(of, score, nothing, nothing, score))


def test_bits_are_the_places_they_stand_for() -> None:
    places = np.random.default_rng(0).random((131, 7)) < 0.4
    assert (unpacked(packed(places), 131) == places).all()
    assert (np.bitwise_count(packed(places)).sum(axis=1) == places.sum(axis=0)).all()


def test_every_combination_is_what_sets_say(patterns: Floats) -> None:
    factors = [cut(f"factor_{k}", smooth(patterns, k)) for k in range(4)]
    maps = [random_maps(f, surrogate_scores(f, patterns, maps=40, seed=1)) for f in factors]
    found = {c.key: c for c in every_combination(maps, [])}
    assert len(found) == 6 * 4 + 4 * 8 + 1 * 16
    for chosen in combinations(range(4), 3):
        key = "+".join(f"factor_{k}:2" for k in chosen)
        meets = np.logical_and.reduce([factors[k].level >= 2 for k in chosen])
        drawn = np.logical_and.reduce([unpacked(maps[k].at[1], N)[:, DRAWN:] for k in chosen]).sum(axis=0)
        assert found[key].meeting == meets.sum()
        assert found[key].expected == pytest.approx(drawn.mean())
        assert found[key].expected_lower <= np.median(drawn) <= found[key].expected_upper
    for k, m in enumerate(maps):
        for level in (1, 2):
            assert (unpacked(m.at[level - 1], N)[:, DRAWN:].sum(axis=0) == (factors[k].level >= level).sum()).all()


def test_a_place_without_a_value_meets_nothing_in_any_map(patterns: Floats) -> None:
    score = smooth(patterns, 1)
    score[:10] = np.nan
    factor = cut("factor_a", score)
    maps = random_maps(factor, surrogate_scores(factor, patterns, maps=30, seed=1))
    assert not unpacked(maps.at[0], N)[:10].any()


def test_unrelated_maps_that_cluster_are_called_together_no_oftener_than_the_level(patterns: Floats) -> None:
    ours = textbook = 0
    pairs = 120
    for k in range(pairs):
        one, two = cut("factor_a", smooth(patterns, 2 * k)), cut("factor_b", smooth(patterns, 2 * k + 1))
        maps = [random_maps(f, surrogate_scores(f, patterns, maps=199, seed=k)) for f in (one, two)]
        widest = next(c for c in every_combination(maps, []) if c.at_defaults)
        ours += widest.p <= 0.05
        textbook += (widest.p_independent or 0.0) <= 0.05
    # binomial: 12 or more of 120 at 5% has a chance of about 2%; the textbook test is out by multiples
    assert ours <= 12
    assert textbook > 2 * ours


def test_a_planted_overlap_is_found_and_survives_the_correction(patterns: Floats) -> None:
    shared = smooth(patterns, 5)
    noise = [smooth(patterns, s) for s in (6, 7)]
    factors = [cut("factor_a", shared + 0.3 * noise[0]), cut("factor_b", shared + 0.3 * noise[1])]
    factors += [cut(f"factor_{k}", smooth(patterns, 20 + k)) for k in range(2)]
    maps = [random_maps(f, surrogate_scores(f, patterns, maps=499, seed=2)) for f in factors]
    found = list(every_combination(maps, []))
    q = dict(zip([c.key for c in found], false_discovery_by_size(found), strict=True))
    planted = next(c for c in found if c.key == "factor_a:1+factor_b:1")
    assert planted.meeting > planted.expected_upper
    assert q[planted.key] <= 0.05


def test_a_hot_spot_map_that_stays_is_what_sets_say(patterns: Floats) -> None:
    score = smooth(patterns, 3)
    score[:10] = np.nan
    factor = cut("factor_a", score)
    hot = smooth(patterns, 4) > 0.5
    maps = random_maps(factor, surrogate_scores(factor, patterns, maps=99, seed=1))
    found = map_against("hot_spots.violence.count", 95, hot, maps)
    drawn = (unpacked(maps.default, N)[:, DRAWN:] & hot[:, None]).sum(axis=0)
    assert found.key == "hot_spots.violence.count:95+factor_a:1"
    assert (found.places, found.meeting) == (N - 10, (hot & (factor.level >= 1)).sum())
    assert found.expected == pytest.approx(drawn.mean())
    assert found.expected_independent == pytest.approx(hot[10:].sum() * (factor.level >= 1).sum() / (N - 10))
    assert map_against("none", 95, np.zeros(N, dtype=bool), maps).p == 1.0


def test_a_hot_spot_map_is_called_together_no_oftener_than_the_level_and_a_planted_one_is(patterns: Floats) -> None:
    ours = textbook = 0
    pairs = 120
    for k in range(pairs):
        factor, hot = cut("factor_a", smooth(patterns, 2 * k)), cut("factor_b", smooth(patterns, 2 * k + 1)).meets(1)
        found = map_against("m", 95, hot, random_maps(factor, surrogate_scores(factor, patterns, maps=199, seed=k)))
        ours += found.p <= 0.05
        textbook += (found.p_independent or 0.0) <= 0.05
    # binomial, as above
    assert ours <= 12
    assert textbook > 2 * ours
    same = map_against("m", 95, factor.meets(1), random_maps(factor, surrogate_scores(factor, patterns, maps=499, seed=1)))
    assert same.p <= 0.01
    assert same.expected_upper < same.meeting


def test_chance_of_independent_places_is_the_textbook_one() -> None:
    """Fisher's tasting of tea: 8 cups, 4 chosen of 4; all 4 right has a chance of 1 in 70."""
    score = np.arange(8.0)
    maps = random_maps(cut("cups", score, (0.5,)), np.random.default_rng(0).normal(size=(8, 20)))
    found = map_against("m", 95, score >= 4, maps)
    assert found.expected_independent == pytest.approx(2.0)
    assert found.p_independent == pytest.approx(2 / 70)


def test_a_protective_factor_goes_with_one_risk_factor_only(patterns: Floats) -> None:
    risk = [cut(f"factor_{k}", smooth(patterns, k)) for k in range(3)]
    shield = cut("shield", smooth(patterns, 9), side="protective")
    maps = [random_maps(f, surrogate_scores(f, patterns, maps=20, seed=1)) for f in (*risk, shield)]
    keys = [c.key for c in every_combination(maps[:3], maps[3:])]
    assert {k.count("+") for k in keys if "shield" in k} == {1}


def test_the_tally_counts_places_by_how_many_they_meet(patterns: Floats) -> None:
    factors = [cut(f"factor_{k}", smooth(patterns, k)) for k in range(3)]
    maps = [random_maps(f, surrogate_scores(f, patterns, maps=99, seed=1)) for f in factors]
    met = np.sum([f.level >= 1 for f in factors], axis=0)
    assert [t.meeting for t in tally(maps)] == [(met >= k).sum() for k in (1, 2, 3)]
    real, drawn = falling_together(maps)
    assert real.sum() == tally(maps)[2].meeting
    assert drawn.sum(axis=0).mean() == pytest.approx(tally(maps)[2].expected)
    assert tally([]) == ()


def test_the_same_seed_gives_the_same_maps_and_no_two_factors_share_theirs(patterns: Floats) -> None:
    score = smooth(patterns, 1)
    one, again, other = (surrogate_scores(cut(n, score), patterns, maps=5, seed=4) for n in ("factor_a", "factor_a", "factor_b"))
    assert (one == again).all()
    assert not np.allclose(one, other)


def test_patterns_that_are_kept_are_those_of_their_own_places() -> None:
    small, large = (spatial_patterns(libpysal.weights.lat2W(k, k).sparse.tocsr()) for k in (3, 4))
    assert (small.shape, large.shape) == ((9, 8), (16, 15))
    again = spatial_patterns(libpysal.weights.lat2W(3, 3).sparse.tocsr())
    np.testing.assert_allclose(spectral_surrogates(np.arange(9.0), small, maps=2, seed=1),
                               spectral_surrogates(np.arange(9.0), again, maps=2, seed=1))  # fmt: skip
