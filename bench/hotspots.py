"""`homeground bench hotspots`: batch Gi* and local Moran against loops of esda.G_Local and esda.Moran_Local, on every month of real files.

The cube is place x (14 categories x months), by LSOA 2021 and by H3 r9. esda gets its weights ready made (binary with the star for G_Local,
row-standardised without it for Moran_Local) and keeps no simulations, so only its own work is timed; both run on one core. Analytic: the
full cube, all slices. Permutations: a stated sample of slices (the last ones), the same slices for both, because a permutation run of esda
over the whole cube would take many minutes a round. National size is the weights of every LSOA of England and Wales and resampled Thames
Valley counts.
"""

from __future__ import annotations

import resource
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numba
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analytics.neighbours.weights import contiguity, hexagon_rings
from analytics.statistics.gi_star import getis_ord_gi_star
from analytics.statistics.gi_star_permutation import permutation_p, permutation_ranks
from analytics.statistics.local_moran import local_moran
from bench.result import BenchResult, alternate, machine
from boundaries.hexagons import cells_at
from boundaries.point_in_area import build_index
from boundaries.projection import to_national_grid
from core.errors import UserError

# a round of esda over the full hexagon cube takes about a minute, so steady that its median needs no second
ROUNDS = {"lsoa": 2, "hexagon": 1}
PERMUTED_ROUNDS = 2
PERMUTATIONS = 999
# of the last month's categories: enough for a steady median, few enough to end within minutes
PERMUTED_SLICES = {"lsoa": 8, "hexagon": 2}
# every so manieth slice is compared number by number; on hexagons a look at each would take as long as the timing itself
COMPARED_EVERY = {"lsoa": 1, "hexagon": 6}
STATISTICS = ("g_local", "moran_local")
SEED = 20_260_101
NATIONAL_SLICES = 14 * 36

Floats = NDArray[np.float64]
Program = Callable[[], object]


def run(data: Path) -> BenchResult:
    """Times, equality and ratios; a machine without esda gets our times alone."""
    begun = time.perf_counter()
    incidents = read_incidents(data / "police")
    lsoas = gpd.read_file(data / "boundaries" / "lsoa21_thames_valley_bng.gpkg").sort_values("LSOA21CD")
    months, categories = incidents["Month"].nunique(), incidents["Crime type"].nunique()
    figures: dict[str, float] = {"months": months, "categories": categories}
    ratios: dict[str, float] = {}
    missing = [] if _esda() is not None else ["esda"]
    by_lsoa = lsoa_cube(incidents, lsoas)
    for name, (cube, weights) in {"lsoa": by_lsoa, "hexagon": hexagon_cube(incidents)}.items():
        part = cube[:, -PERMUTED_SLICES[name] :]
        figures |= {
            f"{name}_places": len(cube),
            # every slice of the cube is timed for both, by so many rounds; permutations on the slices named, for both as well
            f"{name}_slices": cube.shape[1],
            f"{name}_rounds": ROUNDS[name],
            f"{name}_permuted_slices": part.shape[1],
            f"{name}_permuted_rounds": PERMUTED_ROUNDS,
        }
        analytic: dict[str, Program] = {
            f"ours_g_local_analytic_{name}_s": partial(getis_ord_gi_star, cube, weights),
            f"ours_moran_local_analytic_{name}_s": partial(local_moran, cube, weights),
        }
        permuted: dict[str, Program] = {
            f"ours_g_local_permutation_{name}_s": partial(
                permutation_p, part, weights, permutations=PERMUTATIONS, seed=SEED, null="conditional"
            ),
            f"ours_moran_local_permutation_{name}_s": partial(local_moran, part, weights, permutations=PERMUTATIONS, seed=SEED),
        }
        if not missing:
            peers = {"g_local": (g_local, as_pysal(weights)), "moran_local": (moran_local, as_pysal(weights, star=False))}
            for statistic, (call, w) in peers.items():
                analytic[f"esda_{statistic}_analytic_{name}_s"] = partial(loop_of, call, cube, w)
                permuted[f"esda_{statistic}_permutation_{name}_s"] = partial(
                    loop_of, call, part, w, permutations=PERMUTATIONS, seed=SEED, n_jobs=1
                )
            # this also runs everything once, so that compiling is in nobody's time
            figures |= _agreement(name, cube, part, weights, peers["g_local"][1], peers["moran_local"][1])
        with one_core():
            figures |= alternate(analytic, rounds=ROUNDS[name], warm_up=False)
            figures |= alternate(permuted, rounds=PERMUTED_ROUNDS, warm_up=False)
        both = {f"{key[:-2]}_all_cores_s": program for key, program in permuted.items() if key.startswith("ours")}
        figures |= alternate(both, rounds=PERMUTED_ROUNDS, warm_up=False)
        if not missing:
            ratios |= ratios_of(figures, name)
    figures |= national(data, by_lsoa[0])
    figures["in_all_s"] = time.perf_counter() - begun
    text = f"{len(incidents):,} placed incidents of {months} months, {categories} categories"
    return BenchResult("hotspots", machine(), text, figures, ratios, missing)


def ratios_of(figures: Mapping[str, float], name: str) -> dict[str, float]:
    """esda over ours: both statistics together (`esda_analytic/ours`), and each by itself; suffixed for hexagons."""
    suffix = "" if name == "lsoa" else f"_{name}"
    ratios = {}
    for kind in ("analytic", "permutation"):
        seconds = {who: [figures[f"{who}_{s}_{kind}_{name}_s"] for s in STATISTICS] for who in ("esda", "ours")}
        ratios[f"esda_{kind}/ours{suffix}"] = sum(seconds["esda"]) / sum(seconds["ours"])
        for statistic, theirs, ours in zip(STATISTICS, seconds["esda"], seconds["ours"], strict=True):
            ratios[f"esda_{statistic}_{kind}/ours{suffix}"] = theirs / ours
    return ratios


def _esda() -> Any:
    try:
        import esda
    except ImportError:
        return None
    return esda


def read_incidents(folder: Path) -> pd.DataFrame:
    """Rows with coordinates of every street file, with columns Month, Crime type, Longitude, Latitude."""
    files = sorted(folder.glob("*-street.csv*"))
    if not files:
        raise UserError("no street files", where=str(folder), hint="name the folder of real data with --data DIR.")
    columns = ["Month", "Crime type", "Longitude", "Latitude"]
    return pd.concat([pd.read_csv(f, usecols=columns).dropna() for f in files], ignore_index=True)


def lsoa_cube(incidents: pd.DataFrame, lsoas: gpd.GeoDataFrame) -> tuple[Floats, sparse.csr_matrix]:
    """(LSOA x month and category) counts, by our own join of points to outlines, and the contiguity of the LSOAs."""
    points = incidents[["Longitude", "Latitude"]].drop_duplicates()
    easting, northing = to_national_grid(points["Longitude"], points["Latitude"])
    codes = lsoas["LSOA21CD"].tolist()
    points = points.assign(place=build_index(codes, list(lsoas.geometry)).codes_at(easting, northing))
    return _cube(incidents, points, codes), contiguity(lsoas.geometry.to_numpy()).matrix


def hexagon_cube(incidents: pd.DataFrame) -> tuple[Floats, sparse.csr_matrix]:
    """(cell of resolution 9 that ever held an incident x month and category) counts, and rings of one."""
    points = incidents[["Longitude", "Latitude"]].drop_duplicates()
    points = points.assign(place=cells_at(points["Longitude"], points["Latitude"]))
    cells = sorted(points["place"].unique().tolist())
    return _cube(incidents, points, cells), hexagon_rings(cells).matrix


def _cube(incidents: pd.DataFrame, points: pd.DataFrame, places: list[Any]) -> Floats:
    placed = incidents.merge(points, on=["Longitude", "Latitude"])
    table = placed.groupby(["place", "Month", "Crime type"]).size().unstack(["Month", "Crime type"], fill_value=0)
    table = table.sort_index(axis=1).reindex(places, fill_value=0)
    return np.ascontiguousarray(table.to_numpy(dtype=np.float64))


def as_pysal(weights: sparse.csr_matrix, *, star: bool = True) -> Any:
    """The same weights as a libpysal W, its sparse form already made: binary with the star, or row-standardised without it."""
    from libpysal.weights import WSP

    matrix = weights
    if not star:
        matrix = (weights - sparse.eye(weights.shape[0], format="csr")).tocsr()
        matrix.eliminate_zeros()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        w = WSP(matrix).to_W(silence_warnings=True)
        w.transform = "B" if star else "R"
        _ = w.sparse
    return w


def g_local(values: Floats, w: Any, *, permutations: int = 0, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _esda().G_Local(values, w, transform="B", star=True, permutations=permutations, keep_simulations=False, **options)


def moran_local(values: Floats, w: Any, *, permutations: int = 0, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _esda().Moran_Local(values, w, permutations=permutations, keep_simulations=False, **options)


def loop_of(call: Callable[..., Any], values: Floats, w: Any, **options: Any) -> None:
    """What one does without a batch: a call a slice. Results are let go, for each holds its arrays and the weights."""
    for j in range(values.shape[1]):
        call(values[:, j], w, **options)


@contextmanager
def one_core() -> Iterator[None]:
    """Our compiled loops on one core, as esda's with n_jobs=1: its processes would be timed for starting and copying, not for counting."""
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)


def _agreement(name: str, cube: Floats, part: Floats, weights: sparse.csr_matrix, w_star: Any, w_row: Any) -> dict[str, float]:
    """The largest difference of z over the slices compared, and the mean difference of the permutation p of one slice (Monte Carlo error).

    z of Moran_Local is (I - E) / sqrt(V) of its own conditional moments.
    """
    gi, moran = getis_ord_gi_star(cube, weights), local_moran(cube, weights)
    apart = {"g_local": 0.0, "moran_local": 0.0}
    for j in range(0, cube.shape[1], COMPARED_EVERY[name]):
        if gi.degenerate[j]:
            continue
        theirs = moran_local(cube[:, j], w_row)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = (theirs.Is - theirs.EIc) / np.sqrt(theirs.VIc)
        apart["g_local"] = max(apart["g_local"], float(np.abs(gi.z[:, j] - g_local(cube[:, j], w_star).Zs).max()))
        # a hexagon without neighbours has no local Moran; esda divides 0 by 0 there
        apart["moran_local"] = max(apart["moran_local"], float(np.nanmax(np.abs(moran.z[:, j] - score))))
    slice_ = part[:, -1:]
    smaller, larger = permutation_ranks(slice_, weights, permutations=PERMUTATIONS, seed=SEED, null="conditional")
    # esda's directed p, from our ranks
    directed = (np.minimum(larger, PERMUTATIONS - larger)[:, 0] + 1) / (PERMUTATIONS + 1)
    options = {"permutations": PERMUTATIONS, "seed": SEED, "n_jobs": 1}
    # local Moran grows with the neighbours' sum where the place itself is above the mean, and falls with it below: ties on its side
    beyond = np.where(slice_[:, 0] > slice_[:, 0].mean(), larger[:, 0], smaller[:, 0])
    directed_moran = (np.minimum(beyond, PERMUTATIONS - beyond) + 1) / (PERMUTATIONS + 1)
    p_star = g_local(slice_[:, 0], w_star, **options).p_sim
    p_row = moran_local(slice_[:, 0], w_row, **options).p_sim
    # warms the compiled loop of our local Moran too; its two-sided p is at most twice esda's smaller side
    ours = local_moran(slice_, weights, permutations=PERMUTATIONS, seed=SEED).p[:, 0]
    known = ~np.isnan(ours)
    return {
        **{f"largest_z_difference_{statistic}_{name}": value for statistic, value in apart.items()},
        f"mean_p_difference_g_local_{name}": float(np.abs(directed - p_star).mean()),
        f"mean_p_difference_moran_local_{name}": float(np.abs(directed_moran - p_row)[known].mean()),
    }


def national(data: Path, cube: Floats) -> dict[str, float]:
    """Seconds and peak memory for every LSOA of England and Wales x 14 categories x 36 months."""
    path = data / "boundaries" / "lsoa21_ew_bsc_wgs84.geojson.gz"
    if not path.is_file():
        return {}
    areas = gpd.read_file(f"/vsigzip/{path.resolve()}").to_crs(27700)
    begun = time.perf_counter()
    weights = contiguity(areas.geometry.to_numpy()).matrix
    weighed = time.perf_counter() - begun
    rng = np.random.default_rng(SEED)
    values = rng.choice(cube.ravel(), size=(len(areas), NATIONAL_SLICES))
    begun = time.perf_counter()
    getis_ord_gi_star(values, weights)
    analytic = time.perf_counter() - begun
    begun = time.perf_counter()
    permutation_p(values[:, :14], weights, permutations=PERMUTATIONS, seed=SEED)
    return {
        "national_places": len(areas),
        "national_slices": NATIONAL_SLICES,
        "national_weights_s": weighed,
        "national_analytic_s": analytic,
        "national_permutation_14_slices_s": time.perf_counter() - begun,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
