"""The background of maps in this process: which one is shown, its colours, and the route that gives its tiles.

It is the operator's file of tiles where there is one (app.look.tile_file), else what was cut of the files that were loaded.

A tile's address holds the mark of the whole background, so a browser may keep it for ever; another background has other addresses. The
background is open data and the same for everyone, so no tile asks who is there; each process reads it with its own credential.
"""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from app import process
from app.look.palette import Ground, Palette
from app.look.tile_file import VECTOR, TileFile, tile_file
from app.web.packed import Packed
from core.db import transaction
from core.errors import UserError
from published import background as published_background
from published.background import Background, current_background

ADDRESS = "/background/{mark}/{zoom:int}/{x:int}/{y:int}.mvt"
_SCRIPT, _AREAS = Path(__file__).with_name("background.js"), Path(__file__).with_name("areas.js")
# how long a process believes what it asked of the database, s
_STALE_S = 5.0
# tiles that are kept: at most 64 KB each
_MOST_KEPT = 512
_FOR_EVER = "public, max-age=31536000, immutable"
_asked: tuple[float, Background | None] | None = None


def background_now() -> Background | None:
    """The background that maps show, asked anew every few seconds; None where nothing is loaded or the database does not answer."""
    global _asked
    own = own_file()
    if own is not None:
        return own.background
    known = _asked
    if known is None or time.monotonic() - known[0] > _STALE_S:
        try:
            with transaction(process.role()) as connection:
                known = (time.monotonic(), current_background(connection))
        except UserError:
            # a map without streets is a map; what else the page needs says that the database is gone
            return None if known is None else known[1]
        _asked = known
    return known[1]


def own_file() -> TileFile | None:
    """The operator's file of tiles; None where the settings name none. UserError where it cannot be shown."""
    path = process.settings().tile_file
    return None if path is None else tile_file(path)


@lru_cache(maxsize=1)
def script_address() -> str:
    """Where the script that draws it is; another script has another address."""
    return f"/vendor/background.js?{hashlib.sha256(_SCRIPT.read_bytes()).hexdigest()[:12]}"


@lru_cache(maxsize=1)
def areas_address() -> str:
    """Where the script that draws the areas above it is (app.look.outline_files has their outlines)."""
    return f"/vendor/areas.js?{hashlib.sha256(_AREAS.read_bytes()).hexdigest()[:12]}"


def areas_script(_request: Request) -> Response:
    """The script that draws areas."""
    return FileResponse(_AREAS, media_type="text/javascript", headers={"cache-control": "public, max-age=604800"})


def for_the_map(background: Background, palette: Palette) -> dict[str, Any]:
    """What the script is given (homegroundBackground)."""
    west, south, east, north = background.bounds
    return {
        "mark": background.mark,
        "least": background.least_zoom,
        "most": background.most_zoom,
        "bounds": [[south, west], [north, east]],
        "attribution": background.attribution,
        "picture": background.picture,
        "dark": palette.ground.blend == "screen",
        "look": _look(palette.ground),
    }


def _look(ground: Ground) -> dict[str, str]:
    """Colours by class (feeds.shapes.background), where several classes share one."""
    return {
        "motorway": ground.motorway, "a_road": ground.a_road, "b_road": ground.b_road, "minor_road": ground.b_road, "street": ground.street,
        "path": ground.street, "railway": ground.railway, "river": ground.water, "stream": ground.water, "water": ground.water,
        "park": ground.park, "wood": ground.park, "blend": ground.blend,
    }  # fmt: skip


def script(_request: Request) -> Response:
    """The script that draws the background and its names."""
    return FileResponse(_SCRIPT, media_type="text/javascript", headers={"cache-control": "public, max-age=604800"})


def tile(request: Request) -> Response:
    """One tile; 204 where nothing lies there, 404 for another background's or an address that is none."""
    at = request.path_params
    shown = background_now()
    if shown is None or at["mark"] != shown.mark or not shown.holds(at["zoom"], at["x"], at["y"]):
        return PlainTextResponse("There is nothing at this address.\n", status_code=404, headers={"cache-control": "no-store"})
    try:
        found = _kept(shown.mark, at["zoom"], at["x"], at["y"])
    except UserError:
        return PlainTextResponse("Please try again later.\n", status_code=503, headers={"cache-control": "no-store"})
    if found is None:
        return Response(status_code=204, headers={"cache-control": _FOR_EVER})
    return found.answer(request.headers)


@lru_cache(maxsize=_MOST_KEPT)
def _kept(mark: str, zoom: int, x: int, y: int) -> Packed | None:
    own = own_file()
    if own is not None:
        found = own.tile(zoom, x, y)
        headers = {"content-type": own.media_type, "cache-control": _FOR_EVER}
        return None if found is None else Packed(*found, f'W/"{mark}-{zoom}-{x}-{y}"', headers)
    with transaction(process.role()) as connection:
        body = published_background.tile(connection, mark, zoom, x, y)
    if body is None:
        return None
    return Packed(body, True, f'W/"{mark}-{zoom}-{x}-{y}"', {"content-type": VECTOR, "cache-control": _FOR_EVER})
