"""The synthetic county cut to its smallest district and its newest months: the whole flow on it takes seconds, not a minute."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import shapely

from feeds.synthetic.land import DISTRICT_CODES
from feeds.synthetic.writing import write_bytes, write_csv

DISTRICT = DISTRICT_CODES[2]
MONTHS = tuple(f"2025-{month:02d}" for month in range(9, 13))
# the columns that say in which district a row of a file lies, by the folder of the file
_OF_DISTRICT = ("ltla22_code", "ltla21_code", "ltla24_code", "ltla24_code", "LAD22CD", "ladcd")
_OF_LSOA = ("lsoa21_code", "lsoa11_code", "LSOA code")


def cut(county: Path, folder: Path) -> Path:
    """Write the district of the county's files into a new folder; returns it."""
    for path in sorted(p for p in county.rglob("*") if p.is_file()):
        name = path.relative_to(county)
        if name.parts[0] in ("police", "stop_search") and not name.name.startswith(MONTHS):
            continue
        if name.parts[:2] == ("boundaries", "lsoa11_by_lad") and path.stem != DISTRICT:
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    kept = _lsoas(folder)
    for path in sorted(p for p in folder.rglob("*") if p.name.endswith((".csv", ".csv.gz"))):
        _keep_rows(folder, path, kept)
    _keep_outlines(folder)
    return folder


def _lsoas(folder: Path) -> set[str]:
    """Codes of both editions; '' is that of an incident without a location."""
    changes = pd.read_csv(folder / "lookups/lookup_lsoa11_lsoa21_ltla22.csv.gz")
    ours = changes[changes["ltla22_code"] == DISTRICT]
    return {"", *ours["lsoa11_code"], *ours["lsoa21_code"]}


def _keep_rows(folder: Path, path: Path, lsoas: set[str]) -> None:
    if path.parent.name in ("services", "stop_search"):
        return
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in _OF_DISTRICT:
        if column in rows:
            rows = rows[rows[column] == DISTRICT]
    for column in _OF_LSOA:
        if column in rows:
            rows = rows[rows[column].isin(lsoas)]
    write_csv(folder, str(path.relative_to(folder)), rows)


def _keep_outlines(folder: Path) -> None:
    boundaries = folder / "boundaries"
    lsoa_file = boundaries / "lsoa21_homeshire_wgs84.geojson"
    lsoas = json.loads(lsoa_file.read_text(encoding="utf-8"))
    lsoas["features"] = [f for f in lsoas["features"] if f["properties"]["LAD22CD"] == DISTRICT]
    write_bytes(lsoa_file, json.dumps(lsoas).encode())
    force_file = boundaries / "police_force_areas_2020_homeshire.geojson"
    force = json.loads(force_file.read_text(encoding="utf-8"))
    whole = shapely.union_all([shapely.from_geojson(json.dumps(f["geometry"])) for f in lsoas["features"]])
    force["features"][0]["geometry"] = json.loads(shapely.to_geojson(whole))
    write_bytes(force_file, json.dumps(force).encode())
