"""A background of maps out of one file of tiles, PMTiles or MBTiles, that the operator has put beside the portal.

The file is read where it lies, a tile at a time; nothing of it is loaded, and nothing asks another host. Vector tiles are drawn as our own
are (background.js knows the layers of OpenMapTiles, Protomaps and OS Open Zoomstack), pictures as they are.
Formats: PMTiles version 3 (github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md), MBTiles 1.3 (github.com/mapbox/mbtiles-spec).
"""

from __future__ import annotations

import hashlib
import html
import re
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from core.db.sql import read_sql
from core.errors import UserError
from published.background import Background

SETTING = "HOMEGROUND_PORTAL_TILE_FILE"
VECTOR = "application/vnd.mapbox-vector-tile"
# the widest zoom that a map of ours has, and degrees beyond which web maps have no tiles
_WIDEST, _CLOSEST = 6, 20
_WORLD = (-180.0, -85.0511, 180.0, 85.0511)
_PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
_GZIP = b"\x1f\x8b"
_NEXT = "give a PMTiles or MBTiles file whose tiles are vector tiles (MVT), PNG, JPEG or WebP, or leave the setting empty."


@dataclass(frozen=True)
class TileFile:
    """A file that is open for reading. media_type: of each tile; read: (zoom, x, y) to its bytes, which may be packed with gzip."""

    background: Background
    media_type: str
    read: Callable[[int, int, int], bytes | None]

    def tile(self, zoom: int, x: int, y: int) -> tuple[bytes, bool] | None:
        """(bytes, whether they are packed with gzip); None where nothing lies there. UserError where the file breaks off."""
        try:
            body = self.read(zoom, x, y)
        except Exception as error:
            raise _refused(f"its tile {zoom}/{x}/{y} cannot be read ({type(error).__name__})") from error
        return None if not body else (body, body.startswith(_GZIP))


@lru_cache(maxsize=1)
def tile_file(path: Path) -> TileFile:
    """Open a file, once in a process. UserError where it is none of the two kinds or of tiles that no browser draws."""
    try:
        with path.open("rb") as opened:
            start = opened.read(65_536)
    except OSError as error:
        raise _refused(f"{path} cannot be read: {error.strerror}") from error
    state = path.stat()
    mark = hashlib.sha256(start + f"{state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:12]
    try:
        if start.startswith(b"PMTiles"):
            return _pmtiles(path, mark)
        if start.startswith(b"SQLite format 3\0"):
            return _mbtiles(path, mark)
    except UserError:
        raise
    except Exception as error:
        raise _refused(f"{path.name} is damaged ({type(error).__name__})") from error
    raise _refused(f"{path.name} is neither a PMTiles nor an MBTiles file")


def _pmtiles(path: Path, mark: str) -> TileFile:
    from pmtiles.reader import MmapSource, Reader
    from pmtiles.tile import Compression, TileType

    # the map of the file outlives its handle
    with path.open("rb") as opened:
        reader: Any = Reader(MmapSource(opened))  # type: ignore[no-untyped-call]
    header = reader.header()
    types = {TileType.MVT: VECTOR, TileType.PNG: "image/png", TileType.JPEG: "image/jpeg", TileType.WEBP: "image/webp"}
    kind = types.get(header["tile_type"])
    if kind is None or header["tile_compression"] not in (Compression.NONE, Compression.GZIP, Compression.UNKNOWN):
        raise _refused(f"{path.name} holds tiles of a kind that browsers do not draw")
    bounds = tuple(header[f"{end}_e7"] / 1e7 for end in ("min_lon", "min_lat", "max_lon", "max_lat"))
    return _opened(mark, kind, reader.metadata(), (header["min_zoom"], header["max_zoom"]), bounds, reader.get)


def _mbtiles(path: Path, mark: str) -> TileFile:
    # immutable: the folder may be one that nobody writes to, and two portals read one file
    connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    lock = threading.Lock()
    said = {str(name): str(value) for name, value in connection.execute(read_sql("tile_file/metadata"))}
    least, most = connection.execute(read_sql("tile_file/zooms")).fetchone()
    if least is None:
        raise _refused(f"{path.name} holds no tile")
    kind = VECTOR if said.get("format") == "pbf" else _PICTURES.get(said.get("format", ""))
    if kind is None:
        raise _refused(f"{path.name} holds tiles of a kind that browsers do not draw ({said.get('format', 'no format named')})")
    bounds = tuple(float(end) for end in said["bounds"].split(",")) if "bounds" in said else _WORLD

    one_tile = read_sql("tile_file/tile")

    def read(zoom: int, x: int, y: int) -> bytes | None:
        # rows of MBTiles count from the south
        at = {"zoom": zoom, "x": x, "row": (1 << zoom) - 1 - y}
        with lock:
            found = connection.execute(one_tile, at).fetchone()
        return None if found is None else bytes(found[0])

    return _opened(mark, kind, said, (least, most), bounds, read)


def _opened(
    mark: str,
    kind: str,
    said: Mapping[str, object],
    zooms: tuple[int, int],
    bounds: tuple[float, ...],
    read: Callable[[int, int, int], bytes | None],
) -> TileFile:
    west, south, east, north = bounds
    west, south, east, north = max(west, _WORLD[0]), max(south, _WORLD[1]), min(east, _WORLD[2]), min(north, _WORLD[3])
    if not (west < east and south < north):
        raise _refused(f"its bounds are no box on the earth ({', '.join(f'{end:g}' for end in bounds)})")
    # attributions are written as HTML with links; a page of ours links to no other host
    credit = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", str(said.get("attribution") or ""))).split())
    background = Background(
        mark, credit[:300], max(_WIDEST, int(zooms[0])), min(_CLOSEST, int(zooms[1])), (west, south, east, north),
        picture=kind != VECTOR,
    )  # fmt: skip
    return TileFile(background, kind, read)


def _refused(what: str) -> UserError:
    return UserError(f"the background of maps cannot be shown: {what}", where=SETTING, hint=_NEXT)
