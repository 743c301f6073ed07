"""What an analyst would write with geopandas: read the files, join points to outlines, count, and hand both tables to PostGIS.

No screening, one geography (LSOA 2021) and one edition; outlines are read beforehand, as ours has them in its store. Run by
bench.loading.apart in a process of its own, which asks for it by the name of the module.
"""

from __future__ import annotations

import time
from pathlib import Path

import geopandas as gpd
import pandas as pd

from bench.loading.apart import seconds_between
from bench.loading.files import by_gdal
from core import db
from core.contracts import WGS84
from core.db import Role

_COLUMNS = ["Crime ID", "Month", "Longitude", "Latitude", "Location", "LSOA code", "Crime type", "Last outcome category"]


def run(files: list[Path], outlines: Path, scratch: Path) -> dict[str, float]:
    """Seconds of each step, and how many incidents were counted. scratch is not used: the tables go to the benchmark's cluster."""
    areas = gpd.read_file(by_gdal(outlines))
    code = next(c for c in areas.columns if c.lower() in ("lsoa21_code", "lsoa21cd"))
    areas = areas[[code, "geometry"]].rename(columns={code: "code"}).to_crs(WGS84)
    times = [time.perf_counter()]
    rows = pd.concat([pd.read_csv(file, usecols=_COLUMNS) for file in files], ignore_index=True)
    times.append(time.perf_counter())
    points = gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(rows["Longitude"], rows["Latitude"]), crs=WGS84)
    placed = gpd.sjoin(points, areas, how="left", predicate="within").drop(columns="index_right")
    times.append(time.perf_counter())
    counts = placed.groupby(["code", "Crime type", "Month"]).size().rename("incidents").reset_index()
    times.append(time.perf_counter())
    engine = db.engine(Role.OWNER)
    with engine.begin() as connection:
        placed.to_postgis("bench_analyst_incident", connection, if_exists="replace", index=False)
        counts.to_sql("bench_analyst_count", connection, if_exists="replace", index=False)
    times.append(time.perf_counter())
    return seconds_between(times) | {"counted": float(counts["incidents"].sum())}
