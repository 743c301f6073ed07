"""A folium map that asks nobody but us for anything: Leaflet from our own route, one GeoJson layer, manners and a background of our own.

The manners are what Leaflet lacks for people who do not point: a name for the frame, areas that can be reached with the Tab key and
chosen with Enter, a spoken label for each, and patterns (not only colours) for "withheld" and "no data".
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import Element, MacroElement
from folium.template import Template

from app.look import where
from app.look.background import for_the_map, script_address
from app.look.outlines import bounds_of
from app.look.palette import Palette
from app.look.pen import TOLD, AfterPen, BeforePen, Pen, style_of
from app.look.where import MapPlaces
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
    """Runs after the layer is drawn: patterns, names and keyboard reach."""

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
            if (told) { told.previous_data = {{ this.told|tojson }}; }
            map.getContainer().setAttribute('role', 'region');
            map.getContainer().setAttribute('aria-label', title + '. Arrow keys move from area to area, Enter chooses one.');
            map.keyboard.disable();
            var host = map.getPanes().overlayPane.querySelector('svg');
            if (host && !document.getElementById('hg-withheld')) {
                var ns = 'http://www.w3.org/2000/svg';
                var defs = document.createElementNS(ns, 'defs');
                defs.innerHTML =
                    '<pattern id="hg-withheld" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
                    '<rect width="7" height="7" fill="{{ this.page }}"></rect>' +
                    '<rect width="2" height="7" fill="{{ this.pattern }}"></rect></pattern>' +
                    '<pattern id="hg-no-data" width="7" height="7" patternUnits="userSpaceOnUse">' +
                    '<rect width="7" height="7" fill="{{ this.page }}"></rect>' +
                    '<circle cx="3" cy="3" r="1" fill="{{ this.pattern }}"></circle></pattern>';
                host.insertBefore(defs, host.firstChild);
            }
            var areas = [];
            var start = null;
            map.eachLayer(function (layer) {
                if (!layer.feature || !layer.getElement || !layer.getElement()) { return; }
                var path = layer.getElement();
                path.setAttribute('tabindex', '-1');
                areas.push(path);
                path.setAttribute('role', 'button');
                path.setAttribute('aria-label', layer.feature.properties.words);
                path.addEventListener('focus', function () { layer.openTooltip(); });
                path.addEventListener('blur', function () { layer.closeTooltip(); });
                path.addEventListener('keydown', function (event) {
                    var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
                    if (step) {
                        // one stop for the Tab key, the arrows go from area to area: nobody tabs through three hundred
                        event.preventDefault();
                        event.stopPropagation();
                        var next = areas[(areas.indexOf(path) + step + areas.length) % areas.length];
                        path.setAttribute('tabindex', '-1');
                        next.setAttribute('tabindex', '0');
                        next.focus();
                    } else if (event.key === 'Enter' || event.key === ' ') {
                        event.preventDefault();
                        layer.fire('click', { latlng: layer.getBounds().getCenter(), layer: layer, target: layer });
                    }
                });
                if (layer.feature.properties.selected) {
                    layer.bringToFront();
                    path.classList.add('hg-selected');
                    start = path;
                }
            });
            start = start || areas[0];
            if (start) { start.setAttribute('tabindex', '0'); }
        })();
        {% endmacro %}
        """
    )

    def __init__(self, title: str, palette: Palette, told: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Manners"
        self.told = dict(told)
        self.title = title
        self.page = palette.page
        self.pattern = palette.pattern


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
) -> OwnMap:
    """A map of areas, fitted to them, or to those that bear a mark. title: what the frame is called. ValueError where there is nothing to
    draw.

    background: drawn where the operator has chosen no tiles. drawing: for a map that can be drawn on, the outlines that are on it already
    (features in degrees). places: what can be switched on; locate: whether the map shows where its reader stands, when asked.
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
    if tiles is not None:
        folium.TileLayer(tiles.url, attr=tiles.attribution or " ", control=False).add_to(result)
    elif background is not None:
        # the frame loads the scripts that the map itself names, one after the other
        result.default_js = [*OwnMap.default_js, ("homeground_background", script_address())]
        _Ground(background, palette).add_to(result)
    looks = {a.code: _look(a, palette, over_tiles=tiles is not None, crowded=len(areas) > _CROWDED) for a in areas}
    layer = folium.GeoJson(
        {
            "type": "FeatureCollection",
            # the selected area last, so that its outline lies on top
            "features": [
                {
                    "type": "Feature",
                    "id": a.code,
                    "properties": {"code": a.code, "words": a.words, "tip": html.escape(a.words), "selected": a.selected},
                    "geometry": a.geometry,
                }
                for a in sorted(areas, key=lambda a: a.selected)
            ],
        },
        style_function=lambda feature: looks[feature["id"]],
        highlight_function=lambda _: {"weight": 3, "color": palette.selected},
        tooltip=folium.GeoJsonTooltip(fields=["tip"], labels=False, sticky=True, class_name="hg-tip"),
        zoom_on_click=False,
    )
    layer.add_to(result)
    for mark in marks:
        look = folium.DivIcon(html=html.escape(mark.text), icon_size=(24, 24), icon_anchor=(12, 12), class_name="hg-mark")
        folium.Marker((mark.lat, mark.lon), icon=look, interactive=False, keyboard=False).add_to(result)
    result.fit_bounds([[south, west], [north, east]], padding=(12, 12))
    if places or locate:
        result.default_js = [*result.default_js, ("homeground_where", where.script_address())]
        where.Where(places, locate=locate).add_to(result)
    if drawing is not None:
        BeforePen().add_to(result)
        Pen(palette).add_to(result)
        AfterPen(drawing, palette).add_to(result)
    _Manners(title, palette, _TOLD if drawing is None else TOLD).add_to(result)
    figure: Any = result.get_root()
    figure.header.add_child(Element(_style(palette)), name="hg-style")
    if places or locate:
        figure.header.add_child(Element(f"<style>{where.style_of(palette)}</style>"), name="hg-where-style")
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


def _look(area: MapArea, palette: Palette, *, over_tiles: bool, crowded: bool) -> dict[str, Any]:
    return {
        "fillColor": area.fill,
        "fillOpacity": 0.75 if over_tiles else 1,
        "color": palette.selected if area.selected else palette.outline,
        "weight": 4 if area.selected else 0.3 if crowded else 0.8,
        "dashArray": "3 3" if area.dashed and not area.selected else None,
    }


def _halo(colour: str) -> str:
    """The page's colour round each letter, so that a name can be read on a dark area and on a pale one."""
    return ",".join(
        f"{x}px {y}px 1.5px {colour}" for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))
    )


def _style(palette: Palette) -> str:
    return (
        "<style>"
        "@font-face{font-family:'Source Sans';src:url('/vendor/fonts/source-sans.woff2') format('woff2');font-weight:200 900}"
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
