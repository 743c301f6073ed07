"""`homeground bench place`: locations to LSOA and H3 cell as the place stage does it, against PostGIS ST_Intersects on a GiST index and
geopandas.sjoin.

Incidents share their points, and the stage places each location once (record.location). So the input is locations: those of all real
files, then ten million that lie up to 50 m from one of these. Same locations, same outlines (LSOA 2011, generalised), same run, in turn.
What is timed, each with its index already built (ours and PostGIS's; sjoin builds its own, in milliseconds):

- ours: boundaries.place_arrays, as `homeground analyse` runs it without Dask: longitude and latitude in; position, area and H3 cell out;
- ours_area_only: the area of positions in EPSG:27700, which is all that the peers are asked for;
- PostGIS: the join of a point table and an area table, both in EPSG:27700, indexed and analysed; rows are counted, not written;
- geopandas: sjoin of point geometries that are made beforehand, in EPSG:27700.

Every location's area is then compared with both, outside the timing. A point on a border, which the peers give once for each area, counts as
the smallest code.
"""

from __future__ import annotations

import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import shapely
from sqlalchemy import Connection

from bench.flow import scratch_cluster
from bench.result import BenchResult, alternate, machine
from boundaries.place_arrays import LsoaIndexes, place_in_tasks
from boundaries.point_in_area import build_index
from boundaries.projection import to_national_grid, to_wgs84
from core import db, migrate
from core.contracts import BRITISH_NATIONAL_GRID
from core.db import Role
from core.db.sql import read_sql
from core.settings import ComputeSettings

_LARGE = 10_000_000
_ROUNDS, _ROUNDS_LARGE = 5, 3
_SEED = 20_260_101
_Float = npt.NDArray[np.float64]


def run(data: Path, *, large: int = _LARGE, rounds: int = _ROUNDS, rounds_large: int = _ROUNDS_LARGE) -> BenchResult:
    """The locations of all real incidents, then `large` around them."""
    areas = gpd.read_file(data / "boundaries" / "lsoa11_thames_valley_bng_shp.zip").sort_values("LSOA11CD", ignore_index=True)
    areas["geometry"] = areas.geometry.make_valid()
    begun = time.perf_counter()
    index = build_index(list(areas["LSOA11CD"]), list(areas.geometry))
    figures: dict[str, float] = {"areas": len(areas), "index_build_s": time.perf_counter() - begun}
    ratios: dict[str, float] = {}
    lon, lat, incidents = _locations(data)
    around = _around(lon, lat, large)
    with scratch_cluster() as settings:
        migrate.prepare(settings)
        # a cluster of its own: nothing of a person's database is touched. Real tables, because PostgreSQL joins temporary ones with one
        # process only
        with db.transaction(Role.OWNER) as connection:
            _load_areas(connection, areas)
            for prefix, points, turns in (("real", (lon, lat), rounds), ("large", around, rounds_large)):
                found = _measure(connection, LsoaIndexes(None, index), areas, *points, turns)
                figures |= {f"{prefix}_{name}": value for name, value in found.items()}
                for peer in ("postgis", "geopandas"):
                    name = f"{peer}/ours" if prefix == "large" else f"{peer}/ours_real"
                    ratios[name] = found[f"{peer}_s"] / found["ours_s"]
                    ratios[f"{name}_area_only"] = found[f"{peer}_s"] / found["ours_area_only_s"]
    return BenchResult(
        name="place",
        machine=machine(),
        input=f"{len(lon):,} locations of {incidents:,} incidents of police.uk, then {large:,} around them; {len(areas):,} LSOA 2011",
        figures=figures,
        ratios=ratios,
    )


def _locations(data: Path) -> tuple[_Float, _Float, int]:
    """Each distinct point, and how many incidents have one."""
    frames = [pd.read_csv(path, usecols=["Longitude", "Latitude"]) for path in sorted((data / "police").glob("*-street.csv.gz"))]
    points = pd.concat(frames).dropna()
    each = points.drop_duplicates()
    return each["Longitude"].to_numpy(np.float64), each["Latitude"].to_numpy(np.float64), len(points)


def _around(lon: _Float, lat: _Float, large: int) -> tuple[_Float, _Float]:
    rng = np.random.default_rng(_SEED)
    easting, northing = to_national_grid(lon, lat)
    pick = rng.integers(0, len(lon), large)
    return to_wgs84(easting[pick] + rng.uniform(-50, 50, large), northing[pick] + rng.uniform(-50, 50, large))


def _measure(
    connection: Connection, indexes: LsoaIndexes, areas: gpd.GeoDataFrame, lon: _Float, lat: _Float, rounds: int
) -> dict[str, float]:
    local = ComputeSettings(engine="local")
    ours = place_in_tasks(indexes, lon, lat, local)
    _load_points(connection, ours.easting, ours.northing, ours.lsoa21)
    points = gpd.GeoDataFrame(geometry=shapely.points(ours.easting, ours.northing), crs=BRITISH_NATIONAL_GRID)
    polygons = areas[["geometry"]]
    seconds = alternate(
        {
            "ours": lambda: place_in_tasks(indexes, lon, lat, local),
            "ours_area_only": lambda: indexes.lsoa21.assign(ours.easting, ours.northing),
            "postgis": lambda: db.scalar(connection, "bench/place_join"),
            "geopandas": lambda: gpd.sjoin(points, polygons, predicate="intersects", how="inner"),
        },
        rounds=rounds,
        warm_up=len(lon) < 1_000_000,
    )
    joined = gpd.sjoin(points, polygons, predicate="intersects", how="inner")["index_right"]
    by_geopandas = np.full(len(lon), len(areas), dtype=np.int64)
    np.minimum.at(by_geopandas, joined.index.to_numpy(), joined.to_numpy())
    by_geopandas[by_geopandas == len(areas)] = -1
    return {
        "locations": len(lon),
        **{f"{name}_s": value for name, value in seconds.items()},
        "ours_locations_per_s": len(lon) / seconds["ours"],
        "assigned_differently_from_postgis": int(db.scalar(connection, "bench/place_different")),
        "assigned_differently_from_geopandas": int((by_geopandas != ours.lsoa21).sum()),
        "outside_every_area": int((ours.lsoa21 < 0).sum()),
    }


def _load_areas(connection: Connection, areas: gpd.GeoDataFrame) -> None:
    db.run_script(connection, read_sql("bench/place_areas"))
    shapes = shapely.set_srid(areas.geometry.to_numpy(), BRITISH_NATIONAL_GRID)
    frame = pd.DataFrame({"area": range(len(areas)), "geom": shapely.to_wkb(shapes, hex=True, include_srid=True)})
    db.copy_frame(connection, "public", "bench_area", frame)
    db.run_script(connection, read_sql("bench/place_areas_ready"))


def _load_points(connection: Connection, easting: _Float, northing: _Float, ours: npt.NDArray[np.int32]) -> None:
    """Positions travel as exact doubles, with our answer beside them."""
    db.run_script(connection, read_sql("bench/place_points"))
    db.copy_arrow(connection, "public", "bench_located", pa.table({"x": easting, "y": northing, "ours": ours}), exact=True)
    db.run_script(connection, read_sql("bench/place_points_ready"))
