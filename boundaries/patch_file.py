"""What a person hands in for a patch: a GeoJSON file with a drawn area, or a list of codes. Nothing is guessed and nothing repaired."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from boundaries.projection import to_national_grid
from core.contracts import BRITISH_NATIONAL_GRID, WGS84
from core.errors import UserError
from core.provenance import file_sha256

# a drawn neighbourhood has hundreds of points; a file beyond these is something else
MOST_BYTES = 10_000_000
MOST_POINTS = 200_000
MOST_CODES = 20_000

# the United Kingdom with a margin: least x, least y, greatest x, greatest y
_PLAUSIBLE = {WGS84: (-9.5, 49.0, 2.5, 61.5), BRITISH_NATIONAL_GRID: (-100_000.0, -50_000.0, 700_000.0, 1_300_000.0)}
_CODE = re.compile(r"[A-Z][0-9]{2}[0-9A-Z]{2,12}")
_CRS_NAMES = {
    "CRS84": WGS84, "OGC:CRS84": WGS84, "URN:OGC:DEF:CRS:OGC:1.3:CRS84": WGS84, "URN:OGC:DEF:CRS:OGC::CRS84": WGS84,
    "EPSG:4326": WGS84, "URN:OGC:DEF:CRS:EPSG::4326": WGS84, "EPSG:27700": BRITISH_NATIONAL_GRID,
    "URN:OGC:DEF:CRS:EPSG::27700": BRITISH_NATIONAL_GRID,
}  # fmt: skip


@dataclass(frozen=True)
class DrawnArea:
    """A drawn area as one valid MultiPolygon in EPSG:27700; epsg is the system that the file was in."""

    shape: Any
    epsg: int
    file_name: str
    sha256: str


def read_drawn_area(path: Path, *, epsg: int | None = None) -> DrawnArea:
    """The union of all polygons of a GeoJSON file.

    The reference system is the file's own `crs` member, else `epsg`, else CRS84 as RFC 7946 says; coordinates must agree with it.
    UserError for a file that cannot be read, is too large, holds no polygon, or whose outline crosses itself.
    """
    data = _bytes(path)
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _bad(path, "is not GeoJSON", "save the drawn area as GeoJSON and give that file.") from error
    if not isinstance(document, dict):
        raise _bad(path, "is not GeoJSON", "save the drawn area as GeoJSON and give that file.")
    said = _declared(document, path)
    if said is not None and epsg is not None and said != epsg:
        raise _bad(
            path, f"says EPSG:{said} and was declared EPSG:{epsg}", "leave --crs out, or save the file in the system you mean."
        )
    system = said or epsg or WGS84
    polygons = _polygons(document, path)
    coordinates = shapely.get_coordinates(polygons)
    if len(coordinates) > MOST_POINTS:
        raise _bad(path, f"has {len(coordinates):,} points; at most {MOST_POINTS:,} are read", "simplify the drawn area.")
    _agrees(coordinates, system, path)
    if system == WGS84:
        polygons = [shapely.transform(p, lambda xy: np.column_stack(to_national_grid(xy[:, 0], xy[:, 1]))) for p in polygons]
    whole = shapely.union_all(polygons)
    if whole.area < 1.0:
        raise _bad(path, "encloses less than a square metre", "draw a larger area.")
    shape = whole if whole.geom_type == "MultiPolygon" else shapely.MultiPolygon([whole])
    return DrawnArea(shape, system, path.name, file_sha256(data))


def read_codes(given: str) -> tuple[str, ...]:
    """Codes of areas, each once and in order: written out with commas or spaces, or the path of a text file that holds them.

    A file may be a CSV whose first line is a heading; its first column is read.
    """
    path = Path(given)
    where = "--codes"
    if len(given) < 1_000 and path.suffix and path.is_file():
        where = path.name
        try:
            lines = _bytes(path).decode("utf-8-sig").splitlines()
        except UnicodeDecodeError as error:
            raise _bad(path, "is not text", "give a text file with one code a line.") from error
        words = [line.replace('"', "").split(",")[0].strip() for line in lines if line.strip()]
        if words and not _CODE.fullmatch(words[0].upper()):
            words = words[1:]
    else:
        words = re.split(r"[,\s]+", given.strip())
    codes = tuple(sorted({word.upper() for word in words if word}))
    hint = "give codes such as E01033262, or a text file with one a line."
    if not codes:
        raise UserError("no codes are given", where=where, hint=hint)
    if len(codes) > MOST_CODES:
        raise UserError(f"{len(codes):,} codes are given; at most {MOST_CODES:,} are read", where=where, hint=hint)
    if wrong := [code for code in codes if not _CODE.fullmatch(code)]:
        raise UserError(
            f"{len(wrong)} of {len(codes)} entries are no codes of areas, such as {wrong[0][:20]!r}", where=where, hint=hint
        )
    return codes


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _bad(
                path, f"is larger than {MOST_BYTES // 1_000_000} MB", "a patch is one drawn area; give a file with only that."
            )
        return path.read_bytes()
    except OSError as error:
        raise _bad(path, "cannot be read", "check the path and that you may read the file.") from error


def _bad(path: Path, what: str, hint: str) -> UserError:
    return UserError(f"the file {what}; nothing was stored", where=path.name, hint=hint)


def _declared(document: dict[str, Any], path: Path) -> int | None:
    """The EPSG code of the file's own `crs` member (of GeoJSON 2008), None where it has none."""
    crs = document.get("crs")
    if crs is None:
        return None
    try:
        name = str(crs["properties"]["name"])
    except (KeyError, TypeError) as error:
        raise _bad(path, "has a 'crs' that cannot be read", "save it in WGS84 (CRS84) or the British National Grid.") from error
    if name.upper() not in _CRS_NAMES:
        raise _bad(path, f"is in {name[:60]}", "save it in WGS84 (CRS84) or the British National Grid (EPSG:27700).")
    return _CRS_NAMES[name.upper()]


def _polygons(document: dict[str, Any], path: Path) -> list[Any]:
    """Every polygon of the file, two-dimensional and valid."""
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(document)))
    except (shapely.errors.GEOSException, ValueError, TypeError) as error:
        raise _bad(path, "is not GeoJSON that can be read", "save the drawn area anew; the file may be cut short.") from error
    parts = list(shapely.get_parts(shape)) if shape is not None else []
    while any(part.geom_type == "GeometryCollection" for part in parts):
        parts = [inner for part in parts for inner in shapely.get_parts(part)]
    parts = [part for part in parts if not part.is_empty]
    if not parts:
        raise _bad(path, "holds no area", "draw a polygon and save it.")
    kinds = {part.geom_type for part in parts}
    if other := kinds - {"Polygon", "MultiPolygon"}:
        raise _bad(
            path, f"holds {' and '.join(sorted(other))} beside or instead of polygons", "keep only the polygon of the patch."
        )
    for number, part in enumerate(parts, start=1):
        if not part.is_valid:
            raise _bad(path, f"has an outline that is not valid (polygon {number}: {shapely.is_valid_reason(part)})",
                       "draw it anew so that its outline does not cross itself.")  # fmt: skip
    return parts


def _agrees(coordinates: np.ndarray, epsg: int, path: Path) -> None:
    west, south, east, north = _PLAUSIBLE[epsg]
    x, y = coordinates[:, 0], coordinates[:, 1]
    degrees_as_metres = epsg == BRITISH_NATIONAL_GRID and bool(np.all((np.abs(x) <= 180) & (np.abs(y) <= 90)))
    # written so that NaN fails too
    if not degrees_as_metres and bool(np.all((x >= west) & (x <= east) & (y >= south) & (y <= north))):
        return
    hint = "say --crs 27700 for metres of the British National Grid; in WGS84, longitude comes first."
    raise _bad(path, f"has coordinates that cannot be of EPSG:{epsg} in the United Kingdom", hint)
