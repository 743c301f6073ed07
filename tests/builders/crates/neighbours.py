"""Invented counties that share borders: each of 24 neighbourhoods in a grid, protected by the gate and written as a crate that it signs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from shapely import MultiPolygon, box, union_all

from analytics.release.crate.contents import CrateContents
from analytics.release.crate.write import write_crate
from core.signing_keys import public_of
from tests.builders.crates.county import protected
from tests.builders.release_county import GROUPS, PERIOD, county_counts, lsoas

NAMES = ("Northshire", "Midshire", "Southshire")
CODES = ("E23900001", "E23900002", "E23900003")
KEYS = tuple(Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (11, 12, 13))
WHOLE = "X99000001"
_LABELS = {
    "all_recorded": "All recorded incidents", "violence": "Violence and sexual offences", "acquisitive": "Theft and robbery",
    "disorder": "Disorder", "serious_violence": "Serious violence",
}  # fmt: skip
# degrees; columns and rows of the grid that a county is moved by, so that each touches the two others
SIDE, WEST, SOUTH = 0.01, -1.0, 52.0
MOVED = ((0, 0), (6, 0), (3, 4))


def areas_of(county: int) -> pd.DataFrame:
    """Columns lsoa 2021, msoa 2021, lad 2022, all."""
    held = lsoas()
    own = {level: held[level].str.replace(r"99(?=\d{4}$)", f"{50 + county}", regex=True) for level in ("code", "msoa", "lad")}
    return pd.DataFrame({"lsoa 2021": own["code"], "msoa 2021": own["msoa"], "lad 2022": own["lad"], "all": CODES[county]})


def counts_of(county: int, seed: int = 5) -> pd.DataFrame:
    """code, category, month, incidents."""
    codes = dict(zip(lsoas()["code"], areas_of(county)["lsoa 2021"], strict=True))
    rows = county_counts(seed + county)
    return rows.assign(code=rows["code"].map(codes))


def contents(county: int, *, seed: int = 5, ends: tuple[date, ...] = (PERIOD.end,)) -> CrateContents:
    """Releases of a county one after another, with names, parents and outlines."""
    areas = areas_of(county)
    made = protected(areas, counts_of(county, seed), ends)
    places = made.places.assign(name=_named(made.places, county), residents=_residents(made.places, areas))
    outlines = _outlines(places, areas, county)
    return replace(made, places=places, outlines=outlines, categories=kinds(made), region_name=NAMES[county], unplaced_percent=2.0)


def kinds(made: CrateContents) -> pd.DataFrame:
    """The kinds of incident of a crate with their labels, each in its place: a total, its parts, what cuts across."""
    names = made.categories["category"]
    return made.categories.assign(label=[_LABELS[c] for c in names], kind=[GROUPS[c][0] for c in names])


def _named(places: pd.DataFrame, county: int) -> list[str]:
    kinds = {"lsoa": "Ward", "msoa": "Quarter", "lad": "District", "all": ""}
    return [
        f"{NAMES[county]} {kinds[p.geography]} {p.place_code[-2:]}" if p.geography != "all" else NAMES[county]
        for p in places.itertuples()
    ]


def _residents(places: pd.DataFrame, areas: pd.DataFrame) -> list[int]:
    return [1500 * int((areas[f"{p.geography} {p.edition}".strip()] == p.place_code).sum()) for p in places.itertuples()]


def _outlines(places: pd.DataFrame, areas: pd.DataFrame, county: int) -> gpd.GeoDataFrame:
    held, (right, up) = lsoas(), MOVED[county]
    west, south = WEST + SIDE * (held["column"] + right), SOUTH + SIDE * (held["row"] + up)
    squares = [box(x, y, x + SIDE, y + SIDE) for x, y in zip(west, south, strict=True)]
    shapes = []
    for p in places.itertuples():
        inside = areas[f"{p.geography} {p.edition}".strip()] == p.place_code
        whole = union_all([s for s, there in zip(squares, inside, strict=True) if there])
        shapes.append(whole if whole.geom_type == "MultiPolygon" else MultiPolygon([whole]))
    return gpd.GeoDataFrame(places.assign(geom=shapes), geometry="geom", crs=4326)


def write(folder: Path, county: int, *, seed: int = 5, ends: tuple[date, ...] = (PERIOD.end,)) -> Path:
    write_crate(folder, contents(county, seed=seed, ends=ends), KEYS[county])
    return folder


def trust_file(path: Path, *, districts: dict[int, list[str]] | None = None, threshold: int = 5, more: str = "") -> Path:
    """Trusts the three counties, by their keys."""
    lines = ["[hub]", f'code = "{WHOLE}"', 'name = "Three counties"', f"threshold = {threshold}"]
    for n, (code, name) in enumerate(zip(CODES, NAMES, strict=True)):
        lines += ["[[force]]", f'code = "{code}"', f'name = "{name} Police"', f'keys = ["{public_of(KEYS[n])}"]']
        if districts and n in districts:
            lines.append(f"districts = {districts[n]}".replace("'", '"'))
    path.write_text("\n".join([*lines, more]) + "\n", encoding="utf-8")
    return path
