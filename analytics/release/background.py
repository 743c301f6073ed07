"""The background stage: loaded roads, water, green and names cut into vector tiles that every map may show.

Reads place.background and raw.delivery; writes published.background and published.background_tile, which belong to no release. Only open
data gets here (feeds.catalogue.entry). Nothing is cut anew while the same deliveries stand.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
from sqlalchemy import Connection

from core.db import copy_arrow, one, one_or_none, rows, run_statement
from core.provenance import finish_run, start_run

LEAST_ZOOM, MOST_ZOOM = 7, 14
# what a phone on a slow line takes in a blink; a tile above it leaves out what is finest
MOST_TILE_BYTES = 64 * 1024
# pixels at zoom 0 of the square of web maps, metres across
_SQUARE_M, _TILE_PIXELS = 40_075_016.7, 256
# of a pixel
_TOLERANCE = 0.45
# a change in how tiles are cut cuts them anew
_CUT = 1


@dataclass(frozen=True)
class BackgroundReport:
    """What was cut. largest: bytes of the largest tile, packed; unchanged: the tiles of before stand."""

    features: int
    tiles: int
    bytes: int
    largest: int
    unchanged: bool = False


def cut_background(connection: Connection) -> BackgroundReport | None:
    """Cut the tiles; None where nothing is loaded, and then nothing is shown any more."""
    deliveries = rows(connection, "release/background_deliveries")
    ids = [int(d.delivery_id) for d in deliveries]
    last = one_or_none(connection, "release/background_last")
    if last is not None and (last.delivery_ids, last.cut) == (ids, _CUT) and last.standing == bool(ids):
        kept = one(connection, "release/background_size")
        return (
            BackgroundReport(int(kept.features), int(kept.tiles), int(kept.bytes), int(kept.largest), unchanged=True)
            if ids
            else None
        )
    run_id = start_run(connection, "background", seed=None, parameters={"cut": _CUT}, delivery_ids=ids)
    run_statement(connection, "release/background_clear_tiles")
    run_statement(connection, "release/background_clear")
    if ids:
        run_statement(connection, "release/background_features")
        run_statement(connection, "release/background_index")
        run_statement(connection, "release/background_measure")
        tiles = [tile for zoom in range(LEAST_ZOOM, MOST_ZOOM + 1) for tile in _tiles(connection, zoom)]
        _store(connection, tiles, "; ".join(dict.fromkeys(d.attribution for d in deliveries)))
    finish_run(connection, run_id)
    if not ids:
        return None
    made = one(connection, "release/background_size")
    return BackgroundReport(int(made.features), int(made.tiles), int(made.bytes), int(made.largest))


@dataclass(frozen=True)
class _Tile:
    zoom: int
    x: int
    y: int
    body: bytes


def _tiles(connection: Connection, zoom: int) -> Iterator[_Tile]:
    """The tiles of one zoom, packed; one that would be too large without what is finest."""
    across = one(connection, "release/background_span", {"zoom": zoom})
    for tile in _cut(connection, zoom, zoom, (across.west, across.east, across.north, across.south)):
        detail = zoom
        while len(tile.body) > MOST_TILE_BYTES and detail > LEAST_ZOOM:
            detail -= 1
            tile = next(iter(_cut(connection, zoom, detail, (tile.x, tile.x, tile.y, tile.y))), tile)
        yield tile


def _cut(connection: Connection, zoom: int, detail: int, span: tuple[int, int, int, int]) -> list[_Tile]:
    west, east, north, south = span
    values = {
        "zoom": zoom, "detail": detail, "west": west, "east": east, "north": north, "south": south,
        "tolerance": _TOLERANCE * _SQUARE_M / _TILE_PIXELS / 2**zoom,
    }  # fmt: skip
    found = rows(connection, "release/background_tiles", values)
    # no time and no name in it: the same body gives the same bytes
    return [_Tile(zoom, int(t.x), int(t.y), gzip.compress(bytes(t.body), 9, mtime=0)) for t in found]


def _store(connection: Connection, tiles: list[_Tile], attribution: str) -> None:
    digest = hashlib.sha256(attribution.encode())
    for tile in tiles:
        digest.update(f"{tile.zoom}/{tile.x}/{tile.y}".encode() + tile.body)
    table = pa.table(
        {
            "zoom": pa.array([t.zoom for t in tiles], pa.int16()),
            "x": pa.array([t.x for t in tiles], pa.int32()),
            "y": pa.array([t.y for t in tiles], pa.int32()),
            "body": pa.array([t.body for t in tiles], pa.binary()),
        }
    )
    copy_arrow(connection, "published", "background_tile", table, exact=True)
    values = {"mark": digest.hexdigest()[:16], "attribution": attribution, "least_zoom": LEAST_ZOOM, "most_zoom": MOST_ZOOM}
    run_statement(connection, "release/background_insert", values)
