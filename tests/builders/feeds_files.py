"""An invented county's files in the publishers' own layouts, for tests of loading: 16 square areas, two districts, street months.

Each square is one LSOA of both editions. Nothing here is real; codes start with E..9 so that they cannot be mistaken.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

from pyproj import Transformer

from core.settings import RegionSettings

FORCE = "Testshire Police"
FORCE_CODE = "E23900001"
REGION = RegionSettings(force_name=FORCE, force_area_name="Testshire", synthetic=True)
STREET_HEADER = [
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Crime type",
    "Last outcome category", "Context",
]  # fmt: skip
WEST, SOUTH, SIDE_M, ACROSS = 450_000, 206_000, 1_000, 4
LSOAS = [f"E0190{i:04d}" for i in range(ACROSS * ACROSS)]
TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)


def district_of(i: int) -> tuple[str, str]:
    """West half, east half."""
    return ("E07900001", "Westford") if i % ACROSS < ACROSS // 2 else ("E07900002", "Easton")


def msoa_of(i: int) -> tuple[str, str]:
    code, name = district_of(i)
    return f"E0290000{code[-1]}", f"{name} 001"


def point_in(i: int, dx: float = 0.5, dy: float = 0.5) -> tuple[str, str]:
    """Longitude and latitude inside square i, written with six decimals as the police write them."""
    x, y = WEST + (i % ACROSS + dx) * SIDE_M, SOUTH + (i // ACROSS + dy) * SIDE_M
    lon, lat = TO_DEGREES.transform(x, y)
    return f"{lon:.6f}", f"{lat:.6f}"


def as_csv(header: list[str], rows: list[list[str]], *, end: str = "\n") -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator=end)
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode()


@dataclass(frozen=True)
class Street:
    """One row of a street file; the defaults make a good one."""

    crime_id: str = ""
    month: str = "2025-01"
    force: str = FORCE
    lon: str = point_in(5)[0]
    lat: str = point_in(5)[1]
    location: str = "On or near High Street"
    lsoa: str = LSOAS[5]
    lsoa_name: str = "Westford 001B"
    kind: str = "Burglary"
    outcome: str = ""

    def cells(self) -> list[str]:
        return [
            self.crime_id, self.month, self.force, self.force, self.lon, self.lat, self.location, self.lsoa, self.lsoa_name, self.kind,
            self.outcome, "",
        ]  # fmt: skip


def street_csv(rows: list[Street], *, end: str = "\n") -> bytes:
    return as_csv(STREET_HEADER, [r.cells() for r in rows], end=end)


def many(count: int, month: str = "2025-01") -> list[Street]:
    """Good rows spread over the squares, each with a Crime ID of its own."""
    rows = []
    for i in range(count):
        lon, lat = point_in(i % len(LSOAS), 0.1 + (i % 7) / 10, 0.1 + (i % 5) / 10)
        rows.append(Street(f"{month}-{i:060d}", month, lon=lon, lat=lat, lsoa=LSOAS[i % len(LSOAS)]))
    return rows


def street_name(month: str = "2025-01", force: str = "testshire") -> str:
    return f"{month}-{force}-street.csv"


def write(folder: Path, name: str, data: bytes) -> Path:
    """Write a file, packed where its name ends in .gz."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    return path


def write_zip(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return path


def write_lookups(folder: Path) -> None:
    """The four lookups that make a region."""
    rows = [[c, f"Area {i}", *msoa_of(i), *district_of(i)] for i, c in enumerate(LSOAS)]
    header = ["LSOA21CD", "LSOA21NM", "MSOA21CD", "MSOA21NM", "LAD22CD", "LAD22NM"]
    write(folder, "lookups/lsoa21.csv.gz", as_csv(header, rows))
    header = ["lsoa11_name", "lsoa11_code", "change_code", "lsoa21_name", "lsoa21_code", "ltla22_name", "ltla22_code"]
    rows = [[f"Area {i}", c, "U", f"Area {i}", c, *reversed(district_of(i))] for i, c in enumerate(LSOAS)]
    write(folder, "lookups/changes.csv", as_csv(header, rows))
    districts = sorted({district_of(i) for i in range(len(LSOAS))})
    rows = [[code, name, "E22900001", "Testshire", FORCE_CODE, "Testshire"] for code, name in districts]
    header = ["ltla24_code", "ltla24_name", "csp24_code", "csp24_name", "pfa24_code", "pfa24_name"]
    write(folder, "lookups/forces.csv", as_csv(header, rows))
    header = [f"ltla{year}_{what}" for year in range(16, 25) for what in ("code", "name")]
    write(folder, "lookups/districts.csv", as_csv(header, [[v for _ in range(16, 25) for v in d] for d in districts]))


def square(i: int, *, degrees: bool = True) -> list[list[float]]:
    """The ring of square i."""
    x, y = WEST + (i % ACROSS) * SIDE_M, SOUTH + (i // ACROSS) * SIDE_M
    corners = [(x, y), (x + SIDE_M, y), (x + SIDE_M, y + SIDE_M), (x, y + SIDE_M), (x, y)]
    return [list(TO_DEGREES.transform(*c)) if degrees else [float(v) for v in c] for c in corners]


def geojson(features: list[tuple[dict[str, object], list[list[float]]]], crs: str = "") -> bytes:
    collection: dict[str, object] = {"type": "FeatureCollection"}
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    collection["features"] = [
        {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for properties, ring in features
    ]
    return json.dumps(collection).encode()


def lsoa21_geojson(name: str = "Area") -> bytes:
    return geojson(
        [({"LSOA21CD": c, "LSOA21NM": f"{name} {i}", "LAD22CD": district_of(i)[0]}, square(i)) for i, c in enumerate(LSOAS)]
    )


def write_county(folder: Path) -> None:
    """Lookups, boundaries of both editions, and one good month of 40 rows."""
    write_lookups(folder)
    write(folder, "lsoa21_testshire.geojson", lsoa21_geojson())
    features = [({"LSOA11CD": c, "LSOA11NM": f"Area {i}", "Shape__Area": 1.0}, square(i)) for i, c in enumerate(LSOAS)]
    write(folder, "lsoa11.geojson", geojson(features))
    write(folder, street_name() + ".gz", street_csv(many(40)))
