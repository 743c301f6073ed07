"""Files of map tiles as others make them: vector tiles written by hand, in MBTiles and PMTiles."""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

# (type: 1 points, 2 lines, 3 areas; the points in units of 4,096 to a tile's side; what is said of it)
Feature = tuple[int, Sequence[tuple[int, int]], Mapping[str, str]]
# the tile of zoom 7 in which Oxford lies
HERE = (7, 63, 42)
BOX = (-2.0, 51.0, 0.0, 52.5)


def vector_tile(layers: Mapping[str, Iterable[Feature]]) -> bytes:
    """A vector tile (Mapbox Vector Tile 2.1)."""
    return b"".join(_part(3, _layer(name, list(features))) for name, features in layers.items())


def mbtiles(path: Path, tiles: Mapping[tuple[int, int, int], bytes], **metadata: str) -> Path:
    """tiles: by (zoom, x, y), rows from the north; in the file they count from the south."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        connection.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
        said = {"format": "pbf", "bounds": ",".join(map(str, BOX)), **metadata}
        connection.executemany("INSERT INTO metadata VALUES (?, ?)", list(said.items()))
        rows = [(z, x, (1 << z) - 1 - y, body) for (z, x, y), body in tiles.items()]
        connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return path


def pmtiles(
    path: Path, tiles: Mapping[tuple[int, int, int], bytes], kind: str = "MVT", packing: str = "NONE", **metadata: str
) -> Path:
    """By the format's own library."""
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import Writer

    west, south, east, north = BOX
    zooms = [z for z, _, _ in tiles]
    header = {
        "tile_type": TileType[kind], "tile_compression": Compression[packing], "min_zoom": min(zooms), "max_zoom": max(zooms),
        "min_lon_e7": int(west * 1e7), "min_lat_e7": int(south * 1e7), "max_lon_e7": int(east * 1e7), "max_lat_e7": int(north * 1e7),
        "center_zoom": 7, "center_lon_e7": 0, "center_lat_e7": 0,
    }  # fmt: skip
    with path.open("wb") as opened:
        writer = Writer(opened)
        for at, body in sorted(tiles.items(), key=lambda one: zxy_to_tileid(*one[0])):
            writer.write_tile(zxy_to_tileid(*at), body)
        writer.finalize(header, dict(metadata))
    return path


def picture(red: int, green: int, blue: int) -> bytes:
    """A PNG of 256 x 256 pixels of one colour."""
    row = b"\0" + bytes((red, green, blue)) * 256
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(row * 256)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(b)) + k + b + struct.pack(">I", zlib.crc32(k + b)) for k, b in parts
    )


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def _part(field: int, body: bytes) -> bytes:
    return _number(field << 3 | 2) + _number(len(body)) + body


def _plain(field: int, value: int) -> bytes:
    return _number(field << 3) + _number(value)


def _layer(name: str, features: list[Feature]) -> bytes:
    keys = list(dict.fromkeys(k for _, _, said in features for k in said))
    values = list(dict.fromkeys(v for _, _, said in features for v in said.values()))
    body = _part(1, name.encode())
    for kind, points, said in features:
        tags = b"".join(_number(keys.index(k)) + _number(values.index(v)) for k, v in said.items())
        body += _part(2, _part(2, tags) + _plain(3, kind) + _part(4, _shape(kind, points)))
    body += b"".join(_part(3, key.encode()) for key in keys)
    body += b"".join(_part(4, _part(1, value.encode())) for value in values)
    return body + _plain(5, 4096) + _plain(15, 2)


def _shape(kind: int, points: Sequence[tuple[int, int]]) -> bytes:
    out, at = bytearray(), (0, 0)
    for number, point in enumerate(points):
        if number == 0:
            out += _number(1 | 1 << 3)
        elif number == 1:
            out += _number(2 | (len(points) - 1) << 3)
        for axis in (0, 1):
            step = point[axis] - at[axis]
            out += _number(step << 1 ^ step >> 31)
        at = point
    return bytes(out) + (_number(7 | 1 << 3) if kind == 3 else b"")


def others_tiles() -> dict[str, dict[str, list[Any]]]:
    """The same little town as three makers of tiles write it, each a tile for HERE: a road, a wood, water, a town's name, a station."""
    road, wood, lake = [(0, 2000), (4096, 2100)], [(200, 200), (900, 200), (900, 900)], [(3000, 3000), (3900, 3000), (3900, 3900)]
    town, stop = [(2048, 1024)], [(2500, 2600)]
    return {
        "OpenMapTiles": {
            "transportation": [(2, road, {"class": "trunk"})],
            "landcover": [(3, wood, {"class": "wood", "subclass": "forest"})],
            "water": [(3, lake, {"class": "lake"})],
            "place": [(1, town, {"class": "town", "name": "Oldtown"})],
            "poi": [(1, stop, {"class": "railway", "subclass": "station", "name": "Oldtown Station"})],
        },
        "Protomaps": {
            "roads": [(2, road, {"kind": "major_road", "kind_detail": "trunk", "ref": "A34"})],
            "landuse": [(3, wood, {"kind": "forest"})],
            "water": [(3, lake, {"kind": "lake"})],
            "places": [(1, town, {"kind": "locality", "kind_detail": "town", "name": "Oldtown"})],
            "pois": [(1, stop, {"kind": "station", "name": "Oldtown Station"})],
        },
        "OS Open Zoomstack": {
            "roads": [(2, road, {"type": "A Road", "number": "A34"})],
            "woodland": [(3, wood, {"type": "National"})],
            "surfacewater": [(3, lake, {"type": "National"})],
            "names": [(1, town, {"type": "Town", "name1": "Oldtown"})],
            "railway_stations": [(1, stop, {"type": "Railway Station", "name": "Oldtown Station"})],
        },
    }
