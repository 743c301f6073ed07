"""A folium map that asks nobody but us for anything: Leaflet from our own route, one layer of areas, manners and a background of our own.

Outlines come from an address of their own that a browser keeps (app.look.outline_files), so another measure of the same places is a matter of
colours and words. What Leaflet lacks for people who do not point is in areas.js: areas that can be reached with the Tab key and chosen with
Enter, a spoken label for each, words that fit on a phone, and patterns (not only colours) for "withheld" and "no data".
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import Element, MacroElement
from folium.template import Template

from app.look import outline_files, where
from app.look.background import areas_address, for_the_map, script_address
from app.look.markup import font
from app.look.months import MapMonths, Slider
from app.look.months import script_address as months_script_address
from app.look.months import style_of as months_style_of
from app.look.outlines import bounds_of
from app.look.palette import Palette
from app.look.pen import TOLD, AfterPen, BeforePen, Pen, style_of
from app.look.where import MapPlaces
from app.web.packed import Packed
from published.background import Background

LEAFLET_JS = "/vendor/leaflet/leaflet.js"
LEAFLET_CSS = "/vendor/leaflet/leaflet.css"
# above this Leaflet draws on a canvas: browsers lay out ten thousand SVG paths slowly, and nobody can tab through them
_MOST_SVG_PATHS = 2_500
# above this the outlines of small areas would hide their fill until one zooms in
_CROWDED = 500
# what a page is told of a map that nobody has touched
_TOLD = {"last_object_clicked_count": 0, "last_active_drawing": None}


class OwnMap(folium.Map):
    """folium.Map with nothing from a public CDN."""

    default_js: list[tuple[str, str]] = [("leaflet", LEAFLET_JS)]  # noqa: RUF012 - folium reads it so
    default_css: list[tuple[str, str]] = [("leaflet_css", LEAFLET_CSS)]  # noqa: RUF012
    # the outlines of its areas, as a browser fetches them
    file: Packed


@dataclass(frozen=True)
class MapArea:
    """One area to draw: its look, and the words that its tooltip shows and a screen reader says."""

    code: str
    geometry: Mapping[str, Any]
    fill: str
    words: str
    selected: bool = False
    # drawn with a broken outline: nothing was published for it
    dashed: bool = False


@dataclass(frozen=True)
class MapMark:
    """A short text on an area of the map, such as its number in a list, at a point of it. A tap goes through it to the area below.

    fits: whether the map opens on the areas with such marks, and not on all that are drawn.
    """

    code: str
    lat: float
    lon: float
    text: str
    fits: bool = True


@dataclass(frozen=True)
class Tiles:
    """A background map that the operator has chosen; None of ours by default."""

    url: str
    attribution: str


class _Manners(MacroElement):
    """A name for the frame, and no news for the page from a map that is merely drawn."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function () {
            var map = {{ this._parent.get_name() }};
            var title = {{ this.title|tojson }};
            try { if (window.frameElement) { window.frameElement.title = title; } } catch (e) {}
            document.documentElement.lang = 'en-GB';
            // A new map has nothing to tell, yet streamlit-folium would tell it, and the page would run once more under the reader's hand:
            // an open list moves or closes. So this is marked as told already. In the order in which the component writes it.
            var told = window.__GLOBAL_DATA__;
            if (told) { told.previous_data = {{ this.told }}; }
            map.getContainer().setAttribute('role', 'region');
            map.getContainer().setAttribute('aria-label', title + '. Arrow keys move from area to area, Enter chooses one.');
            map.keyboard.disable();
        })();
        {% endmacro %}
        """
    )

    def __init__(self, title: str, told: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Manners"
        # as it stands: the filter of templates would put the keys in another order, and the component compares texts
        self.told = json.dumps(dict(told))
        self.title = title


class _Areas(MacroElement):
    """The areas in an empty group, which areas.js fills once their outlines are there: what the component hears of a click is the group's."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.featureGroup().addTo({{ this._parent.get_name() }});
        homegroundAreas({{ this._parent.get_name() }}, {{ this.get_name() }}, {{ this.given|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, given: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Areas"
        self.given = given


class _Ground(MacroElement):
    """Streets, water and green under the areas, and names above them (background.js)."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        if (window.homegroundBackground) { homegroundBackground({{ this._parent.get_name() }}, {{ this.given|tojson }}); }
        {% endmacro %}
        """
    )

    def __init__(self, background: Background, palette: Palette) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Ground"
        self.given = for_the_map(background, palette)


def draw_map(
    areas: Sequence[MapArea],
    *,
    title: str,
    palette: Palette,
    tiles: Tiles | None = None,
    marks: Sequence[MapMark] = (),
    background: Background | None = None,
    drawing: Sequence[Mapping[str, Any]] | None = None,
    places: Sequence[MapPlaces] = (),
    locate: bool = False,
    months: MapMonths | None = None,
) -> OwnMap:
    """A map of areas, fitted to them, or to those that bear a mark. title: what the frame is called. ValueError where there is nothing to
    draw.

    background: drawn where the operator has chosen no tiles. drawing: for a map that can be drawn on, the outlines that are on it already
    (features in degrees). places: what can be switched on; locate: whether the map shows where its reader stands, when asked. months: what
    the areas are moved through in the browser; their words are then their names.
    """
    marked = {m.code for m in marks if m.fits}
    west, south, east, north = bounds_of({a.code: a.geometry for a in areas if a.code in marked or not marked})
    result = OwnMap(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_start=10,
        zoom_snap=0.25,
        prefer_canvas=len(areas) > _MOST_SVG_PATHS,
        attribution_control=tiles is not None or background is not None,
        min_zoom=6,
    )
    # the frame loads the scripts that the map itself names, one after the other
    result.default_js = [*OwnMap.default_js, ("homeground_areas", areas_address())]
    if tiles is not None:
        folium.TileLayer(tiles.url, attr=tiles.attribution or " ", control=False).add_to(result)
    elif background is not None:
        result.default_js = [*result.default_js, ("homeground_background", script_address())]
        _Ground(background, palette).add_to(result)
    outlines = [(a.code, a.geometry) for a in areas]
    ordered = [areas[n] for n in outline_files.in_order(outlines)]
    result.file = outline_files.file_of([(a.code, a.geometry) for a in ordered])
    layer = _Areas(_given(ordered, outline_files.address_of(result.file), palette, over_tiles=tiles is not None))
    layer.add_to(result)
    if months is not None:
        result.default_js = [*result.default_js, ("homeground_months", months_script_address())]
        Slider(months, [a.code for a in ordered], layer.get_name(), palette).add_to(result)
    for mark in marks:
        look = folium.DivIcon(html=html.escape(mark.text), icon_size=(24, 24), icon_anchor=(12, 12), class_name="hg-mark")
        folium.Marker((mark.lat, mark.lon), icon=look, interactive=False, keyboard=False).add_to(result)
    # the slider lies on the foot of the map, and nothing that is looked for lies under it
    result.fit_bounds(
        [[south, west], [north, east]], padding_top_left=(12, 12), padding_bottom_right=(12, 12 if months is None else 90)
    )
    if places or locate:
        result.default_js = [*result.default_js, ("homeground_where", where.script_address())]
        where.Where(places, locate=locate).add_to(result)
    if drawing is not None:
        BeforePen().add_to(result)
        Pen(palette).add_to(result)
        AfterPen(drawing, palette).add_to(result)
    _Manners(title, _TOLD if drawing is None else TOLD).add_to(result)
    figure: Any = result.get_root()
    figure.header.add_child(Element(_style(palette)), name="hg-style")
    if places or locate:
        figure.header.add_child(Element(f"<style>{where.style_of(palette)}</style>"), name="hg-where-style")
    if months is not None:
        figure.header.add_child(Element(f"<style>{months_style_of(palette)}</style>"), name="hg-months-style")
    if drawing is not None:
        figure.header.add_child(Element(f"<style>{style_of(palette)}</style>"), name="hg-pen-style")
    return result


def filled(areas: Sequence[MapArea], palette: Palette) -> folium.FeatureGroup:
    """Areas with a fill over a map that is there already."""
    group = folium.FeatureGroup()
    features = [{"type": "Feature", "id": a.code, "properties": {}, "geometry": a.geometry} for a in areas]
    if features:
        look = {"stroke": False, "fillColor": palette.accent, "fillOpacity": 0.45, "interactive": False, "className": "hg-held"}
        folium.GeoJson({"type": "FeatureCollection", "features": features}, style_function=lambda _: look).add_to(group)
    return group


def _given(areas: Sequence[MapArea], address: str, palette: Palette, *, over_tiles: bool) -> dict[str, Any]:
    """What areas.js is given: the address of the outlines, and of each area, in the order of that file, its look and its words, each once."""
    looks: dict[tuple[Any, ...], int] = {}
    parts: dict[str, int] = {}
    of, said = [], []
    for area in areas:
        look = _look(area, palette, over_tiles=over_tiles, crowded=len(areas) > _CROWDED)
        of.append(looks.setdefault(tuple(look.items()), len(looks)))
        # sentences that many areas share, such as "Not significant", go once
        said.append([parts.setdefault(part, len(parts)) for part in area.words.split(". ")])
    return {
        "outlines": address,
        "looks": [dict(look) for look in looks],
        "of": of,
        "parts": list(parts),
        "said": said,
        "selected": next((n for n, area in enumerate(areas) if area.selected), -1),
        "highlight": {"weight": 3, "color": palette.selected},
        "page": palette.page,
        "pattern": palette.pattern,
    }


def _look(area: MapArea, palette: Palette, *, over_tiles: bool, crowded: bool) -> dict[str, Any]:
    return {
        "fillColor": area.fill,
        "fillOpacity": 0.75 if over_tiles else 1,
        "color": palette.selected if area.selected else palette.outline,
        "weight": 4 if area.selected else 0.3 if crowded else 0.8,
        "dashArray": "3 3" if area.dashed and not area.selected else "",
    }


def _halo(colour: str) -> str:
    """The page's colour round each letter, so that a name can be read on a dark area and on a pale one."""
    return ",".join(
        f"{x}px {y}px 1.5px {colour}" for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))
    )


def _style(palette: Palette) -> str:
    return (
        "<style>"
        f"@font-face{{font-family:'Source Sans';src:url('{font('source-sans')}') format('woff2');font-weight:200 900}}"
        f"html,body,.leaflet-container{{background:{palette.page};font-family:'Source Sans','Source Sans Pro',sans-serif}}"
        # a pale edge on both sides of the dark outline, so that it stands out from light and dark areas alike
        f"path.hg-selected{{filter:drop-shadow(0 0 1.5px {palette.page}) drop-shadow(0 0 1.5px {palette.page})}}"
        "path.leaflet-interactive:focus{outline:none}"
        f"path.leaflet-interactive:focus-visible{{stroke:{palette.accent};stroke-width:5px}}"
        # as wide as its words need: at the edge of a map it would shrink to a column of single words
        ".leaflet-tooltip.hg-tip{width:max-content;max-width:15rem}"
        ".leaflet-tooltip.hg-tip{white-space:normal;font-size:14px;line-height:1.35;padding:6px 9px;border-radius:3px;"
        f"background:{palette.page};color:{palette.text};border:1px solid {palette.outline};box-shadow:none}}"
        ".leaflet-tooltip.hg-tip:before{display:none}"
        ".hg-said{position:absolute;left:0;right:0;bottom:0;z-index:900;display:flex;align-items:flex-start;gap:8px;padding:8px 6px 8px 12px;"
        f"font-size:15px;line-height:1.35;background:{palette.page};color:{palette.text};border-top:2px solid {palette.text}}}"
        ".hg-said[hidden]{display:none}.hg-said p{margin:0;flex:1}"
        ".hg-said button{flex:none;width:36px;height:36px;border:0;background:none;color:inherit;font-size:24px;line-height:1;cursor:pointer}"
        f".hg-mark{{border-radius:50%;background:{palette.text};color:{palette.page};border:2px solid {palette.page};box-sizing:border-box;"
        "font-weight:700;font-size:13px;line-height:20px;text-align:center;pointer-events:none}"
        f".leaflet-bar a,.leaflet-bar a:hover{{background:{palette.page};color:{palette.text};border-color:{palette.line};"
        "width:32px;height:32px;line-height:32px}"
        ".hg-name-at{background:none;border:0;width:0;height:0}"
        ".hg-name{position:absolute;transform:translate(-50%,-50%);white-space:nowrap;line-height:1.1;"
        f"color:{palette.text};text-shadow:{_halo(palette.page)}}}"
        ".hg-name-city,.hg-name-town{font-weight:600}"
        f".hg-name-station,.hg-name-hamlet{{color:{palette.muted}}}"
        ".hg-name-station{transform:translate(-50%,-130%)}"
        f".hg-name-station:after{{content:'';position:absolute;left:50%;top:calc(100% + 1px);width:5px;height:5px;margin-left:-3px;"
        f"border:1px solid {palette.muted};border-radius:50%;background:{palette.page}}}"
        f".leaflet-container .leaflet-control-attribution{{background:{palette.page};color:{palette.muted};font-size:10px}}"
        f".leaflet-container .leaflet-control-attribution a{{color:{palette.muted}}}"
        ".foliumtooltip table{margin:0}.foliumtooltip td,.foliumtooltip tr{padding:0;background:transparent;border:0}"
        "</style>"
    )
