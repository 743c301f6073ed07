"""Gi* against numbers from outside: the worked example of its authors, the documentation of spdep and esda, and esda on real data."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import h3.api.basic_int as h3
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analytics.neighbours.weights import contiguity, hexagon_rings
from analytics.statistics.gi_star import getis_ord_gi_star
from analytics.statistics.gi_star_permutation import permutation_ranks

# A 16 x 16 grid of remotely sensed values with a spacing of 30 m: the example of Getis and Ord (1996), Local spatial statistics: an
# overview, in Longley and Batty (eds), Spatial analysis: modelling in a GIS environment, 261-277. Values as in the data set `getisord`
# of the R package spData 2.2.1 (CC0).
GETIS_ORD_1996 = """
 40  41  42  43  49  54  47  44  42  44  43  46  52  56  56  61
 40  42  41  40  43  49  46  42  42  43  43  49  59  62  53  62
 43  42  40  42  42  42  41  42  42  43  42  53  66  61  51  62
 44  41  39  42  44  43  42  42  42  43  43  49  56  53  53  61
 42  43  44  43  42  41  42  44  43  43  44  47  58  59  55  61
 52  59  61  56  41  40  43  44  46  48  50  52  68  69  60  61
 62  62  86  85  55  59  64  72  75  70  70  62  66  61  55  57
 65  62  68  72 102  94  90  83  74  81  96  69  52  50  51  54
 62  59  55  61  99  97  93  80  65  87 107  80  59  60  67  66
 62  55  56  56  80  90  99  88  64  91 112  94  76  91 100  85
 63  57  58  58  77  92  82  71  59  90 105  92  79  98 110  83
 59  58  60  64  88  99  82  81  71  80  89  89  89 102 104  75
 55  54  53  61  82 102  88  93  96  94 110 114 109 103  92  68
 55  55  56  60  91  95  86  98 115 105 110 107 101  89  85  68
 62  63  64  59  85  88  95 106 110  99  89  82  79  84  97  79
 55  56  54  58  65  75  82  77  74  74  69  61  62  71  73  63
"""


def within(points: np.ndarray, distance: float) -> sparse.csr_matrix:
    apart = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    return sparse.csr_matrix((apart <= distance).astype(float))


def test_getis_and_ord_1996() -> None:
    values = np.array(GETIS_ORD_1996.split(), dtype=float)
    row, column = np.divmod(np.arange(256), 16)
    result = getis_ord_gi_star(values[:, None], within(np.column_stack([column, row]) * 30.0, 30.0))
    z = result.z[256 - 136 - 1, 0]
    # the value of equation 14.2, as R's spdep::localG prints it for this example (reference page of localG)
    assert z == pytest.approx(1.45078, abs=5e-6)
    # the value printed on page 267, whose variance divides by n - 1
    assert z * values.std() / values.std(ddof=1) == pytest.approx(1.4479, abs=5e-5)


def test_example_of_esda_documentation() -> None:
    """Zs of G_Local(y, w, transform='B', star=True) in the docstring of esda.getisord.G_Local."""
    points = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float)
    y = np.array([2, 3, 3.2, 5, 8, 7])
    expected = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert getis_ord_gi_star(y[:, None], within(points, 15.0)).z[:, 0] == pytest.approx(expected, abs=1e-8)


@pytest.fixture(scope="module")
def street(real_data: Path) -> pd.DataFrame:
    path = real_data / "police" / "2025-03-thames-valley-street.csv.gz"
    return pd.read_csv(path, usecols=["Longitude", "Latitude", "LSOA code", "Crime type"]).dropna()


@pytest.fixture(scope="module")
def lsoas(real_data: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(real_data / "boundaries" / "lsoa21_thames_valley_bng.gpkg")


def by_lsoa(street: pd.DataFrame, lsoas: gpd.GeoDataFrame) -> tuple[np.ndarray, sparse.csr_matrix]:
    counts = street.groupby(["LSOA code", "Crime type"]).size().unstack(fill_value=0).reindex(lsoas["LSOA21CD"]).fillna(0)
    return counts.to_numpy(float), contiguity(lsoas.geometry.to_numpy()).matrix


def by_hexagon(street: pd.DataFrame) -> tuple[np.ndarray, sparse.csr_matrix]:
    points = street[["Longitude", "Latitude"]].drop_duplicates()
    points["cell"] = [h3.latlng_to_cell(lat, lon, 9) for lon, lat in points.itertuples(index=False)]
    counts = street.merge(points).groupby(["cell", "Crime type"]).size().unstack(fill_value=0)
    return counts.to_numpy(float), hexagon_rings(counts.index.tolist()).matrix


def esda_gi_star(y: np.ndarray, weights: sparse.csr_matrix, **options: object) -> object:
    import esda
    from libpysal.weights import WSP

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        w = WSP(weights).to_W(silence_warnings=True)
        return esda.G_Local(y, w, transform="B", star=True, **options)


@pytest.mark.real_data
@pytest.mark.parametrize("geography", ["lsoa", "hexagon"])
def test_equals_esda_on_real_data(geography: str, street: pd.DataFrame, lsoas: gpd.GeoDataFrame) -> None:
    values, weights = by_lsoa(street, lsoas) if geography == "lsoa" else by_hexagon(street)
    assert values.shape[1] == 14
    # the counts, and the scale that the hot spot stage tests them on
    both = np.column_stack([values, np.log1p(values)])
    ours = getis_ord_gi_star(both, weights)
    for j in range(both.shape[1]):
        theirs = esda_gi_star(both[:, j], weights, permutations=0)
        np.testing.assert_allclose(ours.z[:, j], theirs.Zs, rtol=0, atol=1e-9)
        np.testing.assert_allclose(ours.p[:, j], 2 * theirs.p_norm, rtol=1e-9, atol=1e-12)


@pytest.mark.slow
@pytest.mark.real_data
def test_conditional_permutation_agrees_with_esda(street: pd.DataFrame, lsoas: gpd.GeoDataFrame) -> None:
    """Two independent sets of 1,999 permutations: the share of larger sums differs by Monte Carlo error only."""
    values, weights = by_lsoa(street, lsoas)
    y = values[:, -1]
    permutations = 1_999
    theirs = esda_gi_star(y, weights, permutations=permutations, seed=7, n_jobs=1)
    share = (theirs.sim >= theirs.Gs - 1e-15).mean(axis=0)
    _, high = permutation_ranks(y[:, None], weights, permutations=permutations, seed=11, null="conditional")
    ours = high[:, 0] / permutations
    error = np.sqrt(2 * np.maximum(share * (1 - share), 1 / permutations) / permutations)
    # draws are shared by all places in both, so errors go together; 5.5 standard errors over 1,485 places leave room for that
    assert (np.abs(ours - share) < 5.5 * error).all()
    assert np.abs(ours - share).mean() < 0.01
