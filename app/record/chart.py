"""What each map of a kind caught, as marks on one line from nothing to all: a drawing beside the table that holds the same figures."""

from __future__ import annotations

from html import escape

from app.hotspots.record_store import COUNTS, FORETOLD, Layer, Record
from app.look.markup import LegendEntry, as_address
from app.look.palette import Palette
from app.record import report

_WIDTH, _HEIGHT, _MARGIN = 360, 30, 8
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)


def drawing(record: Record, coverage: float, palette: Palette, label: str) -> str:
    """One kind: its name, the map that comes first with what it caught, and every map as a mark. HTML."""
    caught = [(layer, layer.at(coverage).hit_rate) for layer in record.layers]
    told = "; ".join(f"{report.layer_name(layer.name)} {100 * share:.0f}%" for layer, share in caught)
    best, share = caught[0]
    return (
        f'<figure class="hg-strip"><figcaption><strong>{escape(label)}</strong>'
        f" <span>{escape(report.layer_name(best.name))}, {100 * share:.0f}%</span></figcaption>"
        f'<img src="{as_address(_svg(record, coverage, palette))}" width="{_WIDTH}" height="{_HEIGHT}" alt="{escape(told)}"></figure>'
    )


def legend_of(palette: Palette) -> tuple[LegendEntry, ...]:
    return (
        LegendEntry("where next", palette.accent, "circle"),
        LegendEntry("hot spots", palette.muted, "diamond"),
        LegendEntry("counts of the last months", palette.text, "bar"),
    )


def _svg(record: Record, coverage: float, palette: Palette) -> str:
    middle = _HEIGHT / 2
    lines = "".join(f'<path d="M{_x(q):.1f} 4V{_HEIGHT - 4}" stroke="{palette.line}" stroke-width="1"/>' for q in _QUARTERS)
    axis = f'<path d="M{_x(0):.1f} {middle}H{_x(1):.1f}" stroke="{palette.line}" stroke-width="1"/>'
    # the one that comes first lies on top
    marks = "".join(_mark(layer, layer.at(coverage).hit_rate, palette) for layer in reversed(record.layers))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">'
    return f"{head}{lines}{axis}{marks}</svg>"


def _x(share: float) -> float:
    return _MARGIN + (_WIDTH - 2 * _MARGIN) * share


def _mark(layer: Layer, share: float, palette: Palette) -> str:
    x, y = _x(share), _HEIGHT / 2
    if layer.name == FORETOLD:
        return f'<circle cx="{x:.1f}" cy="{y}" r="6" fill="{palette.accent}" stroke="{palette.page}" stroke-width="1"/>'
    if layer.name == COUNTS:
        return f'<path d="M{x:.1f} {y - 10}V{y + 10}" stroke="{palette.text}" stroke-width="3"/>'
    corners = f"M{x:.1f} {y - 6}L{x + 6:.1f} {y}L{x:.1f} {y + 6}L{x - 6:.1f} {y}Z"
    return f'<path d="{corners}" fill="{palette.page}" stroke="{palette.muted}" stroke-width="2"/>'
