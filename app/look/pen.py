"""Drawing on a map: folium's Draw with its script from our own route, in our words, for areas alone.

An outline that crosses itself is refused while it is drawn. Nothing leaves the browser before an outline is closed, or its change saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from branca.element import MacroElement
from folium.plugins import Draw
from folium.template import Template

from app.look.palette import DARK, Palette

SCRIPT = "/vendor/leaflet-draw/leaflet.draw.js"
STYLE = "/vendor/leaflet-draw/leaflet.draw.css"
ICONS = "/vendor/leaflet-draw/images/spritesheet.svg"
# what the page is told of the map, in the order in which the component writes it
TOLD = {"all_drawings": None}

_WORDS = {
    "draw": {
        "toolbar": {
            "actions": {"title": "Stop drawing", "text": "Stop"},
            "finish": {"title": "Close the outline", "text": "Close it"},
            "undo": {"title": "Take the last corner back", "text": "Take back"},
            "buttons": {"polygon": "Draw an outline, corner by corner", "rectangle": "Draw a rectangle"},
        },
        "handlers": {
            "polygon": {
                "tooltip": {
                    "start": "Tap the first corner.",
                    "cont": "Tap the next corner.",
                    "end": "Tap the first corner again to close the outline.",
                }
            },
            "rectangle": {"tooltip": {"start": "Press and drag over the area."}},
            "simpleshape": {"tooltip": {"end": "Let go to finish."}},
            "polyline": {"error": "<strong>The outline would cross itself.</strong> Tap elsewhere."},
        },
    },
    "edit": {
        "toolbar": {
            "actions": {
                "save": {"title": "Keep the changes", "text": "Keep"},
                "cancel": {"title": "Leave everything as it was", "text": "Undo"},
                "clearAll": {"title": "Take all outlines away", "text": "All away"},
            },
            "buttons": {
                "edit": "Move corners",
                "editDisabled": "Nothing to change yet",
                "remove": "Take an outline away",
                "removeDisabled": "Nothing to take away yet",
            },
        },
        "handlers": {
            "edit": {"tooltip": {"text": "Drag a corner to move it.", "subtext": "Then press Keep."}},
            "remove": {"tooltip": {"text": "Tap an outline to take it away."}},
        },
    },
}


class Pen(Draw):
    """The buttons for an outline and a rectangle, and for changing what was drawn."""

    default_js: list[tuple[str, str]] = [("leaflet_draw_js", SCRIPT)]  # noqa: RUF012 - folium reads it so
    default_css: list[tuple[str, str]] = [("leaflet_draw_css", STYLE)]  # noqa: RUF012

    def __init__(self, palette: Palette) -> None:
        look = {"color": palette.selected, "weight": 3, "fillColor": palette.accent, "fillOpacity": 0.15}
        super().__init__(  # type: ignore[no-untyped-call]
            show_geometry_on_click=False,
            draw_options={
                "polyline": False,
                "circle": False,
                "marker": False,
                "circlemarker": False,
                "polygon": {
                    "allowIntersection": False,
                    "shapeOptions": look,
                    "drawError": {"color": palette.selected, "timeout": 2500},
                },
                # its own words for an area stop on an undeclared name
                "rectangle": {"shapeOptions": look, "showArea": False},
            },
            edit_options={"poly": {"allowIntersection": False}},
        )


class BeforePen(MacroElement):
    """The words of the buttons; and one corner a tap, where Leaflet.draw counts a finger twice: as a touch and as a click."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        (function () {
            function put(into, words) {
                Object.keys(words).forEach(function (key) {
                    if (typeof words[key] === 'string') { into[key] = words[key]; } else { put(into[key], words[key]); }
                });
            }
            put(L.drawLocal, {{ this.words|tojson }});
            L.Draw.Polyline.prototype._onTouch = L.Util.falseFn;
        })();
        {% endmacro %}
        """
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "BeforePen"
        self.words = _WORDS


class AfterPen(MacroElement):
    """Outlines that were drawn before: on the map again, to be changed."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        L.geoJSON({{ this.given|tojson }}, { style: {{ this.look|tojson }} }).eachLayer(function (layer) {
            layer.options.editing = layer.options.editing || {};
            drawnItems.addLayer(layer);
        });
        {% endmacro %}
        """
    )

    def __init__(self, drawn: Sequence[Mapping[str, Any]], palette: Palette) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "AfterPen"
        self.given = {"type": "FeatureCollection", "features": list(drawn)}
        self.look = {"color": palette.selected, "weight": 3, "fillColor": palette.accent, "fillOpacity": 0.15}


def style_of(palette: Palette) -> str:
    """Buttons and words of the pen in the colours of the page; its icons are dark, and turned over where the page is."""
    turned = "filter:invert(1);" if palette == DARK else ""
    return (
        f".leaflet-bar.leaflet-draw-toolbar{{background:{palette.page}}}"
        # the sprite of Leaflet.draw has 30 pixels for each icon
        f".leaflet-bar.leaflet-draw-toolbar a{{{turned}background-color:transparent;background-image:url('{ICONS}');"
        "background-repeat:no-repeat;background-size:300px 30px;background-origin:content-box;background-clip:content-box;"
        "box-sizing:content-box;width:30px;height:30px;padding:3px}"
        ".leaflet-touch .leaflet-draw-actions,.leaflet-draw-actions{left:36px}"
        f".leaflet-draw-actions a{{background:{palette.text};color:{palette.page};font:inherit;font-size:13px;height:32px;line-height:32px}}"
        f".leaflet-draw-actions li{{border-color:{palette.page}!important}}"
        f".leaflet-draw-tooltip{{background:{palette.text};color:{palette.page};font-size:13px;line-height:1.35;border-radius:3px}}"
        f".leaflet-draw-tooltip:before{{border-right-color:{palette.text}}}"
        f".leaflet-div-icon{{background:{palette.page};border:2px solid {palette.selected};border-radius:50%;box-sizing:border-box}}"
    )
