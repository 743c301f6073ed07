"""Writes files the way the publishers do; the same rows give the same bytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from core.contracts import BRITISH_NATIONAL_GRID, WGS84

_TO_WGS84 = Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True)


def write_csv(folder: Path, name: str, frame: pd.DataFrame) -> None:
    """A CSV, gzipped where its name ends in .gz (without a time stamp, so that bytes repeat); a missing number is empty."""
    buffer = io.StringIO()
    # the standard writer takes half the time of DataFrame.to_csv on these narrow rows
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(frame.columns)
    columns = [frame[c].astype(object).where(frame[c].notna(), "").tolist() for c in frame.columns]
    writer.writerows(zip(*columns, strict=True))
    write_bytes(folder / name, buffer.getvalue().encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, compresslevel=3, mtime=0) if path.suffix == ".gz" else data)


def write_geojson(path: Path, properties: pd.DataFrame, outlines: npt.NDArray[Any], *, crs84: bool) -> None:
    """A FeatureCollection in longitude and latitude. crs84: with the crs member that older ONS files carry."""
    in_degrees = shapely.transform(outlines, lambda p: np.round(np.column_stack(_TO_WGS84.transform(p[:, 0], p[:, 1])), 7))
    features = [
        {"type": "Feature", "properties": record, "geometry": json.loads(shapely.to_geojson(shape))}
        for record, shape in zip(properties.to_dict("records"), in_degrees, strict=True)
    ]
    whole: dict[str, Any] = {"type": "FeatureCollection"}
    if crs84:
        whole["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    write_bytes(path, json.dumps({**whole, "features": features}).encode("utf-8"))


def in_degrees(easting: npt.ArrayLike, northing: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Longitude and latitude with the six decimals of police.uk."""
    lon, lat = _TO_WGS84.transform(np.asarray(easting, float), np.asarray(northing, float))
    return np.round(lon, 6), np.round(lat, 6)
