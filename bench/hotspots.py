"""`homeground bench hotspots`: batch Gi* against a loop of esda.G_Local, on every month of a folder of real files.

The cube is place x (14 categories x months), by LSOA 2021 and by H3 r9. esda gets its weights ready made, binary and with the star, so
only its own work is timed; both run on one core. National size is the weights of every LSOA of England
and Wales and resampled Thames Valley counts.
"""

from __future__ import annotations

import resource
import time
import warnings
from collections.abc import Callable, Iterator
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

from analytics.gi_star import getis_ord_gi_star
from analytics.gi_star_permutation import permutation_p, permutation_ranks
from analytics.weights import contiguity, hexagon_rings
from bench.result import BenchResult, alternate, machine
from boundaries.hexagons import cells_at
from boundaries.point_in_area import build_index
from boundaries.projection import to_national_grid
from core.errors import UserError

ROUNDS = 3
PERMUTATIONS = 999
# the last month's 14 categories; four of them on hexagons
PERMUTED_SLICES = {"lsoa": 14, "hexagon": 4}
SEED = 20_260_101
NATIONAL_SLICES = 14 * 36

Floats = NDArray[np.float64]
Program = Callable[[], object]


def run(data: Path) -> BenchResult:
    """Times, equality and ratios; a machine without esda gets our times alone."""
    incidents = read_incidents(data / "police")
    lsoas = gpd.read_file(data / "boundaries" / "lsoa21_thames_valley_bng.gpkg").sort_values("LSOA21CD")
    months, categories = incidents["Month"].nunique(), incidents["Crime type"].nunique()
    figures: dict[str, float] = {"months": months, "categories": categories}
    ratios: dict[str, float] = {}
    missing = [] if _esda() is not None else ["esda"]
    by_lsoa = lsoa_cube(incidents, lsoas)
    for name, (cube, weights) in {"lsoa": by_lsoa, "hexagon": hexagon_cube(incidents)}.items():
        # the last slices only: a permutation run of esda over the whole cube would take many minutes a round
        part = cube[:, -PERMUTED_SLICES[name] :]
        figures |= {f"{name}_places": len(cube), f"{name}_slices": cube.shape[1], f"{name}_permuted_slices": part.shape[1]}
        analytic: dict[str, Program] = {f"ours_analytic_{name}_s": partial(getis_ord_gi_star, cube, weights)}
        permuted: dict[str, Program] = {
            f"ours_permutation_{name}_s": partial(
                permutation_p, part, weights, permutations=PERMUTATIONS, seed=SEED, null="conditional"
            )
        }
        if not missing:
            w = as_pysal(weights)
            analytic[f"esda_analytic_{name}_s"] = partial(loop_of_g_local, cube, w)
            permuted[f"esda_permutation_{name}_s"] = partial(
                loop_of_g_local, part, w, permutations=PERMUTATIONS, seed=SEED, n_jobs=1
            )
            # this also runs everything once, so that compiling is in nobody's time
            figures |= _agreement(name, cube, part, weights, w)
        with one_core():
            figures |= alternate(analytic, rounds=ROUNDS, warm_up=False)
            figures |= alternate(permuted, rounds=ROUNDS, warm_up=False)
        figures |= alternate({f"ours_permutation_{name}_all_cores_s": permuted[f"ours_permutation_{name}_s"]}, rounds=ROUNDS)
        if not missing:
            suffix = "" if name == "lsoa" else f"_{name}"
            for kind in ("analytic", "permutation"):
                ratios[f"esda_{kind}/ours{suffix}"] = figures[f"esda_{kind}_{name}_s"] / figures[f"ours_{kind}_{name}_s"]
    figures |= national(data, by_lsoa[0])
    text = f"{len(incidents):,} placed incidents of {months} months, {categories} categories"
    return BenchResult("hotspots", machine(), text, figures, ratios, missing)


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


def as_pysal(weights: sparse.csr_matrix) -> Any:
    """The same weights as a libpysal W, binary, its sparse form already made."""
    from libpysal.weights import WSP

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        w = WSP(weights).to_W(silence_warnings=True)
        w.transform = "B"
        _ = w.sparse
    return w


def g_local(values: Floats, w: Any, *, permutations: int = 0, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _esda().G_Local(values, w, transform="B", star=True, permutations=permutations, keep_simulations=False, **options)


def loop_of_g_local(values: Floats, w: Any, **options: Any) -> None:
    """What one does without a batch: a call a slice. Results are let go, for each holds its arrays and the weights."""
    for j in range(values.shape[1]):
        g_local(values[:, j], w, **options)


@contextmanager
def one_core() -> Iterator[None]:
    """Our compiled loops on one core, as esda's with n_jobs=1: its processes would be timed for starting and copying, not for counting."""
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)


def _agreement(name: str, cube: Floats, part: Floats, weights: sparse.csr_matrix, w: Any) -> dict[str, float]:
    """The largest difference of z over the cube, and the mean difference of the permutation p of one slice (Monte Carlo error)."""
    ours = getis_ord_gi_star(cube, weights)
    apart = 0.0
    for j in range(cube.shape[1]):
        if not ours.degenerate[j]:
            apart = max(apart, float(np.abs(ours.z[:, j] - g_local(cube[:, j], w).Zs).max()))
    theirs = g_local(part[:, -1], w, permutations=PERMUTATIONS, seed=SEED, n_jobs=1)
    _, larger = permutation_ranks(part[:, -1:], weights, permutations=PERMUTATIONS, seed=SEED, null="conditional")
    # esda's directed p, from our ranks
    directed = (np.minimum(larger, PERMUTATIONS - larger)[:, 0] + 1) / (PERMUTATIONS + 1)
    return {
        f"largest_z_difference_{name}": apart,
        f"mean_p_difference_{name}": float(np.abs(directed - theirs.p_sim).mean()),
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
