"""`homeground bench place`: point to LSOA and H3 cell, against PostGIS ST_Intersects on a GiST index and geopandas.sjoin.

Same points, same outlines (LSOA 2011, generalised), same run, in turn. What is timed, each with its index already built (ours and
PostGIS's; sjoin builds its own, in milliseconds):

- ours: longitude and latitude in; area and H3 cell of every point out, projection included;
- PostGIS: the join of a point table and an area table, both in EPSG:27700, indexed and analysed; rows are counted, not written;
- geopandas: sjoin of point geometries that are made beforehand, in EPSG:27700.

So both peers do less than ours. Every point's area is then compared with both, outside the timing: the peers are asked for each distinct
point (equal points have equal answers) and the answers handed out. A point on a border, which the peers give once for each area, counts
as the smallest code.
"""

from __future__ import annotations

import io
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import Connection

from bench.flow import scratch_cluster
from bench.result import BenchResult, alternate, machine
from boundaries.batch import assign_points, distinct_points
from boundaries.point_in_area import AreaIndex, build_index
from boundaries.projection import to_national_grid
from core import db, migrate
from core.contracts import BRITISH_NATIONAL_GRID
from core.db import Role
from core.db.sql import read_sql

_LARGE = 10_000_000
_ROUNDS, _ROUNDS_LARGE = 5, 3
_SEED = 20_260_101
_Float = npt.NDArray[np.float64]


def run(data: Path, *, large: int = _LARGE, rounds: int = _ROUNDS, rounds_large: int = _ROUNDS_LARGE) -> BenchResult:
    """All real incidents with a point, then `large` drawn from them with replacement."""
    areas = gpd.read_file(data / "boundaries" / "lsoa11_thames_valley_bng_shp.zip").sort_values("LSOA11CD", ignore_index=True)
    areas["geometry"] = areas.geometry.make_valid()
    begun = time.perf_counter()
    index = build_index(list(areas["LSOA11CD"]), list(areas.geometry))
    figures: dict[str, float] = {"areas": len(areas), "index_build_s": time.perf_counter() - begun}
    ratios: dict[str, float] = {}
    lon, lat = _incidents(data)
    drawn = np.random.default_rng(_SEED).integers(0, len(lon), large)
    with scratch_cluster() as settings:
        migrate.prepare(settings)
        # a cluster of its own: nothing of a person's database is touched. Real tables, because PostgreSQL joins temporary ones with one
        # process only
        with db.transaction(Role.OWNER) as connection:
            _load_areas(connection, areas)
            for prefix, pick, turns in (("real", None, rounds), ("large", drawn, rounds_large)):
                points = (lon, lat) if pick is None else (lon[pick], lat[pick])
                found = _measure(connection, index, areas, *points, turns)
                figures |= {f"{prefix}_{name}": value for name, value in found.items()}
                for peer in ("postgis", "geopandas"):
                    name = f"{peer}/ours" if prefix == "large" else f"{peer}/ours_real"
                    ratios[name] = found[f"{peer}_s"] / found["ours_s"]
    return BenchResult(
        name="place",
        machine=machine(),
        input=f"{len(lon):,} incidents of police.uk with a point, then {large:,} drawn from them; {len(areas):,} LSOA 2011",
        figures=figures,
        ratios=ratios,
    )


def _incidents(data: Path) -> tuple[_Float, _Float]:
    frames = [pd.read_csv(path, usecols=["Longitude", "Latitude"]) for path in sorted((data / "police").glob("*-street.csv.gz"))]
    points = pd.concat(frames).dropna()
    return points["Longitude"].to_numpy(np.float64), points["Latitude"].to_numpy(np.float64)


def _measure(
    connection: Connection, index: AreaIndex, areas: gpd.GeoDataFrame, lon: _Float, lat: _Float, rounds: int
) -> dict[str, float]:
    easting, northing = to_national_grid(lon, lat)
    first, place = distinct_points(lon, lat)
    _load_points(connection, easting[first], northing[first], place)
    points = gpd.GeoDataFrame(geometry=shapely.points(easting, northing), crs=BRITISH_NATIONAL_GRID)
    polygons = areas[["geometry"]]
    seconds = alternate(
        {
            "ours": lambda: assign_points(index, lon, lat),
            "ours_every_point_no_h3": lambda: index.assign(easting, northing),
            "postgis": lambda: db.scalar(connection, "bench/place_join"),
            "geopandas": lambda: gpd.sjoin(points, polygons, predicate="intersects", how="inner"),
        },
        rounds=rounds,
        warm_up=len(lon) < 1_000_000,
    )
    ours = assign_points(index, lon, lat)
    joined = gpd.sjoin(points.iloc[first].reset_index(drop=True), polygons, predicate="intersects", how="inner")["index_right"]
    by_geopandas = np.full(len(first), len(areas), dtype=np.int64)
    np.minimum.at(by_geopandas, joined.index.to_numpy(), joined.to_numpy())
    by_geopandas[by_geopandas == len(areas)] = -1
    by_postgis = db.fetch(connection, "bench/place_answer")["area"].to_numpy(np.int64)
    return {
        "points": len(lon),
        "distinct_points": len(first),
        **{f"{name}_s": value for name, value in seconds.items()},
        "ours_points_per_s": len(lon) / seconds["ours"],
        "assigned_differently_from_postgis": int((by_postgis[place] != ours.area).sum()),
        "assigned_differently_from_geopandas": int((by_geopandas[place] != ours.area).sum()),
        "outside_every_area": int((ours.area < 0).sum()),
    }


def _load_areas(connection: Connection, areas: gpd.GeoDataFrame) -> None:
    db.run_script(connection, read_sql("bench/place_areas"))
    shapes = shapely.set_srid(areas.geometry.to_numpy(), BRITISH_NATIONAL_GRID)
    frame = pd.DataFrame({"area": range(len(areas)), "geom": shapely.to_wkb(shapes, hex=True, include_srid=True)})
    db.copy_frame(connection, "public", "bench_area", frame)
    db.run_script(connection, read_sql("bench/place_areas_ready"))


def _load_points(connection: Connection, easting: _Float, northing: _Float, place: npt.NDArray[np.int64]) -> None:
    """The distinct points travel once, as exact doubles; the repeated ones are made on the server."""
    db.run_script(connection, read_sql("bench/place_points"))
    frame = pd.DataFrame({"place": range(len(easting)), "x": easting, "y": northing})
    db.copy_frame(connection, "public", "bench_distinct", frame)
    db.copy_stream(connection, "public", "bench_drawn", ["place"], io.StringIO("\n".join(map(str, place.tolist())) + "\n"))
    db.run_script(connection, read_sql("bench/place_points_ready"))
