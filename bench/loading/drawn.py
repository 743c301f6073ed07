"""Street files of national size, drawn from real ones.

No national set of police.uk files is at hand, so one is drawn: each row is a real one (kind, outcome, wording, and whether it has a
place), drawn with replacement, and its real anchor point is copied to one of as many LSOAs of the national outlines as there are copies
of the real force area in the country. So anchor points repeat as they really do, 1.2 million of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import shapely

from core.periods import add_months, month_from_text

_SEED = 20_260_101
_COPIES_OF_THE_FORCE = 25  # 35,672 LSOAs over the 1,485 of the force area, rounded up
_FIRST_MONTH = "2020-01"


@dataclass(frozen=True)
class Anchors:
    """National LSOAs as targets: code, centre in degrees and a length in degrees (n each)."""

    code: npt.NDArray[np.object_]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    length: npt.NDArray[np.float64]


def draw(data: Path, outlines: Path, folder: Path, rows: int, months: int) -> dict[str, float]:
    """Write `rows` rows in so many month files into the folder, which is made. outlines: LSOA 2021 in degrees, packed by gzip."""
    folder.mkdir()
    real, anchors = _real_rows(data), _anchors(outlines)
    rng = np.random.default_rng(_SEED)
    a_month, written = -(-rows // months), 0
    for k in range(months):
        month = add_months(month_from_text(_FIRST_MONTH), k)
        count = min(a_month, rows - written)
        _write(folder / f"{month:%Y-%m}-thames-valley-street.csv", real, anchors, rng, k, month, count)
        written += count
    return {"drawn": float(written)}


def _real_rows(data: Path) -> pa.Table:
    """All real rows with the number of their printed LSOA and of their anchor point (-1 for none)."""
    files = sorted((data / "police").glob("*-street.csv.gz"))
    frame = pd.concat([pd.read_csv(f, dtype=str, keep_default_na=False) for f in files], ignore_index=True)
    placed = (frame["Longitude"] != "") & (frame["LSOA code"] != "")
    frame["area"] = np.where(placed, pd.factorize(frame["LSOA code"])[0], -1)
    frame["anchor"] = np.where(placed, pd.factorize(frame["Longitude"] + frame["Latitude"])[0], -1)
    return pa.Table.from_pandas(frame, preserve_index=False)


def _anchors(outlines: Path) -> Anchors:
    areas = gpd.read_file(f"/vsigzip/{outlines}")
    code = areas[next(c for c in areas.columns if c.lower() in ("lsoa21_code", "lsoa21cd"))].to_numpy(dtype=object)
    points = areas.geometry.representative_point()
    return Anchors(code, points.x.to_numpy(), points.y.to_numpy(), np.sqrt(shapely.area(areas.geometry.to_numpy())))


def _write(path: Path, real: pa.Table, anchors: Anchors, rng: np.random.Generator, k: int, month: date, count: int) -> None:
    picked = real.take(pa.array(rng.integers(0, real.num_rows, count)))
    area, anchor = picked.column("area").to_numpy(), picked.column("anchor").to_numpy()
    copy = rng.integers(0, _COPIES_OF_THE_FORCE, count)
    target = (copy * (int(area.max()) + 1) + area) % len(anchors.code)
    # where an anchor point stands in its area: drawn once from its number, the same in every month
    shift = np.stack([np.modf(anchor * 0.6180339887)[0] - 0.5, np.modf(anchor * 0.7548776662)[0] - 0.5])
    lon = np.round(anchors.lon[target] + 0.4 * shift[0] * anchors.length[target], 6)
    lat = np.round(anchors.lat[target] + 0.4 * shift[1] * anchors.length[target], 6)
    nowhere = pa.array(area < 0)
    empty = pa.scalar("")
    identifiers = pc.utf8_lpad(pc.cast(pa.array(np.arange(count) + k * 10_000_000), pa.string()), 64, "0")
    columns = {
        "Crime ID": pc.if_else(pc.equal(picked.column("Crime ID"), ""), empty, identifiers),
        "Month": pa.repeat(f"{month:%Y-%m}", count),
        "Reported by": pa.repeat("Thames Valley Police", count),
        "Falls within": pa.repeat("Thames Valley Police", count),
        "Longitude": pc.if_else(nowhere, empty, pc.cast(pa.array(lon), pa.string())),
        "Latitude": pc.if_else(nowhere, empty, pc.cast(pa.array(lat), pa.string())),
        "Location": picked.column("Location"),
        "LSOA code": pc.if_else(nowhere, empty, pa.array(anchors.code[target], pa.string())),
        "LSOA name": pa.repeat("", count),
        **{name: picked.column(name) for name in ("Crime type", "Last outcome category", "Context")},
    }
    arrow_csv.write_csv(pa.table(columns), path, arrow_csv.WriteOptions(quoting_style="needed"))
