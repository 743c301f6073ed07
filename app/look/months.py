"""A map that moves through months in the browser: what it is given once, and the slider below it (months.js)."""

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

from app.look.classes import Classes, classes_of
from app.look.markup import LegendEntry
from app.look.palette import NO_DATA_FILL, Palette

_SCRIPT = Path(__file__).with_name("months.js")


@dataclass(frozen=True)
class MapMonths:
    """What was recorded in each area in each month. names: the months in words, the oldest first; codes: of the areas; counts: for each code
    a number a month, None in a month that was not loaded."""

    names: tuple[str, ...]
    codes: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]

    @property
    def classes(self) -> Classes:
        """Of all months together, so that a colour means the same number in each."""
        return classes_of([float(n) for row in self.counts for n in row if n])

    def fills(self, palette: Palette) -> tuple[str, ...]:
        return palette.sequential[-len(self.classes.labels()) :]

    def legend(self, palette: Palette) -> tuple[LegendEntry, ...]:
        labels = map(LegendEntry, self.classes.labels(), self.fills(palette))
        gaps = any(n is None for row in self.counts for n in row)
        return (LegendEntry("none", palette.neutral), *labels, *([LegendEntry("not loaded", look="no-data")] if gaps else []))


@lru_cache(maxsize=1)
def script_address() -> str:
    """Where the script is; another script has another address."""
    return f"/vendor/months.js?{hashlib.sha256(_SCRIPT.read_bytes()).hexdigest()[:12]}"


def script(_request: Request) -> Response:
    return FileResponse(_SCRIPT, media_type="text/javascript", headers={"cache-control": "public, max-age=604800"})


class Slider(MacroElement):
    """Runs the script on a map. codes: of the areas in the order of their outlines; layer: the name of the group that they are in."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        homegroundMonths({{ this._parent.get_name() }}, {{ this.layer }}, {{ this.given|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, months: MapMonths, codes: Sequence[str], layer: str, palette: Palette) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Slider"
        self.layer = layer
        self.given = _given(months, codes, palette)


def _given(months: MapMonths, codes: Sequence[str], palette: Palette) -> dict[str, Any]:
    of = dict(zip(months.codes, months.counts, strict=True))
    by_month = list(zip(*(of[code] for code in codes), strict=True))
    return {
        "names": list(months.names),
        # a month is a gap for the whole region, never for one area
        "counts": [None if None in month else list(month) for month in by_month],
        "edges": list(months.classes.edges),
        "fills": list(months.fills(palette)),
        "none": palette.neutral,
        "gap": NO_DATA_FILL,
    }


def style_of(palette: Palette) -> str:
    """The bar below the map in the colours of the page; what else stands at the foot of the map stands above it."""
    return (
        ".hg-months{position:absolute;left:0;right:0;bottom:0;z-index:850;padding:4px 10px 6px;"
        f"background:{palette.page};color:{palette.text};border-top:1px solid {palette.outline}}}"
        ".hg-months p{margin:0;font-size:15px;font-weight:600;line-height:1.4}.hg-months div{display:flex;align-items:center;gap:6px}"
        f".hg-months input{{flex:1;min-width:0;height:40px;margin:0;accent-color:{palette.accent};cursor:pointer}}"
        ".hg-months button{flex:none;width:40px;height:40px;font-size:24px;line-height:1;cursor:pointer;background:none;color:inherit;"
        f"border:1px solid {palette.outline};border-radius:3px}}"
        f".hg-months input:focus-visible{{outline:3px solid {palette.accent}}}"
        ".hg-with-months .leaflet-bottom,.hg-with-months .hg-said{bottom:74px}"
    )
