"""What stands above a map and never leaves the browser: places that can be switched on, and the position of whoever holds it.

Where somebody stands is told to no server: the map marks it and does not move there, because the tiles that it would then ask for say it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from branca.element import MacroElement
from folium.template import Template
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app.look.palette import Palette

_SCRIPT = Path(__file__).with_name("where.js")


@dataclass(frozen=True)
class MapPlaces:
    """Places of one kind, such as schools: hidden until somebody switches them on. points: latitude, longitude, name."""

    label: str
    points: tuple[tuple[float, float, str], ...]


@lru_cache(maxsize=1)
def script_address() -> str:
    """Where the script is; another script has another address."""
    return f"/vendor/where.js?{hashlib.sha256(_SCRIPT.read_bytes()).hexdigest()[:12]}"


def script(_request: Request) -> Response:
    return FileResponse(_SCRIPT, media_type="text/javascript", headers={"cache-control": "public, max-age=604800"})


class Where(MacroElement):
    """Runs the script (where.js) on a map."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        if (window.homegroundWhere) { homegroundWhere({{ this._parent.get_name() }}, {{ this.given|tojson }}); }
        {% endmacro %}
        """
    )

    def __init__(self, places: Sequence[MapPlaces], *, locate: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Where"
        self.given: dict[str, Any] = {
            "layers": [{"label": p.label, "letter": p.label[:1], "points": [list(one) for one in p.points]} for p in places],
            "locate": locate,
        }


def style_of(palette: Palette) -> str:
    """Buttons and marks in the colours of the page."""
    box = f"background:{palette.page};color:{palette.text};border:1px solid {palette.outline};border-radius:3px"
    return (
        f".hg-locate button,.hg-places-box button{{{box};font:600 13px 'Source Sans',sans-serif;"
        "min-height:32px;padding:0 10px;cursor:pointer}"
        f".hg-locate button:focus-visible,.hg-places-box button:focus-visible{{outline:3px solid {palette.accent}}}"
        f".hg-locate p,.hg-places-box div{{{box};font-size:13px;line-height:1.35;margin:6px 0 0;padding:6px 9px;max-width:15rem}}"
        ".hg-places-box{text-align:right}.hg-places-box div{text-align:left;max-height:16rem;overflow-y:auto}"
        ".hg-places-box label{display:block;min-height:28px;line-height:28px;white-space:nowrap}"
        f".hg-place{{border-radius:3px;background:{palette.page};color:{palette.text};border:1px solid {palette.text};box-sizing:border-box;"
        "font-weight:700;font-size:11px;line-height:16px;text-align:center}"
        f".hg-here{{border-radius:50%;background:{palette.accent};border:3px solid {palette.page};box-sizing:border-box;"
        f"box-shadow:0 0 0 2px {palette.accent}}}"
        f".hg-about{{stroke:{palette.accent};fill:{palette.accent};fill-opacity:.15;stroke-width:1}}"
    )
