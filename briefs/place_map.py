"""The map of a brief: the place within its district, and close to with its neighbours. No figure is drawn on it."""

from __future__ import annotations

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from briefs import drawing, wording
from briefs.content import Figure
from briefs.facts import Facts
from published.outlines import Outline

WIDTH, HEIGHT = 660.0, 350.0
# a hair less than what fits, so that no frame is cut at the edge
_PANEL = 318.0
_TOP = 26.0
_LEFT, _RIGHT = 1.0, WIDTH - _PANEL - 1.0


@dataclass(frozen=True)
class _View:
    """A window of the National Grid laid on a square of the drawing."""

    left: float
    top: float
    min_e: float
    max_n: float
    per_m: float

    @classmethod
    def around(cls, shape: BaseGeometry, left: float, *, margin: float) -> _View:
        min_e, min_n, max_e, max_n = shape.bounds
        side = max(max_e - min_e, max_n - min_n) * (1 + 2 * margin)
        middle_e, middle_n = (min_e + max_e) / 2, (min_n + max_n) / 2
        return cls(left, _TOP, middle_e - side / 2, middle_n + side / 2, _PANEL / side)

    def path(self, shape: BaseGeometry) -> str:
        """SVG path data; detail below a third of a unit is dropped."""
        simple = shape.simplify(0.35 / self.per_m)
        rings = []
        for polygon in getattr(simple, "geoms", [simple]):
            for ring in (polygon.exterior, *polygon.interiors):
                points = " ".join(
                    f"{drawing.number(self.left + (e - self.min_e) * self.per_m)},{drawing.number(self.top + (self.max_n - n) * self.per_m)}"
                    for e, n in ring.coords[:-1]
                )
                rings.append(f"M{points}Z")
        return "".join(rings)


def draw_map(facts: Facts) -> Figure | None:
    """The map as a figure; None where the release holds no outline of the place."""
    here = facts.outline
    if here is None or here.shape.is_empty:
        return None
    district = _district(facts)
    around = district or here
    context = [o for o in facts.outlines if o.geography == "lad"]
    fine = _neighbours(facts)
    alt = _describe(facts, here, district)
    title = f"Map of {facts.place.label}"
    if here is around:
        # a district: left its place among its neighbours, right the community areas within it
        parts = _panel("a", _View.around(_union(context), _LEFT, margin=0.04), "In the whole area", context, here)
        parts += _panel("b", _View.around(here.shape, _RIGHT, margin=0.06), "Its community areas", fine, here, filled=False)
    else:
        named = facts.parent("lad")
        heading = f"In {named.name}" if named else "In its district"
        parts = _panel("a", _View.around(around.shape, _LEFT, margin=0.06), heading, [around], here)
        parts += _panel("b", _View.around(here.shape, _RIGHT, margin=0.45), "Close to, with its neighbours", fine, here)
    svg = drawing.frame(WIDTH, HEIGHT, title, alt, parts)
    return Figure("map", svg, f"{title}. {_source_line(facts)}", alt)


def _panel(name: str, view: _View, heading: str, areas: list[Outline], here: Outline, *, filled: bool = True) -> list[str]:
    clip = f'<clipPath id="{name}"><rect x="{drawing.number(view.left)}" y="{_TOP:g}" width="{_PANEL:g}" height="{_PANEL:g}"/></clipPath>'
    shapes = "".join(f'<path d="{view.path(o.shape)}"/>' for o in areas if o is not here)
    around = f'<g fill="{drawing.LAND}" stroke="#8b959c" stroke-width="0.7" stroke-linejoin="round">{shapes}</g>'
    own = drawing.ACCENT if filled else "none"
    place = f'<path d="{view.path(here.shape)}" fill="{own}" stroke="{drawing.ACCENT}" stroke-width="1.5" stroke-linejoin="round"/>'
    return [
        drawing.text(view.left, 14, drawing.shorten(heading, 40), size=14, weight=600),
        f"<defs>{clip}</defs>",
        drawing.rect(view.left, _TOP, _PANEL, _PANEL, fill="#ffffff"),
        f'<g clip-path="url(#{name})">{around}{place}</g>',
        drawing.rect(view.left, _TOP, _PANEL, _PANEL, stroke=drawing.HAIRLINE),
        *drawing.scale_bar(view.left + 10, _TOP + _PANEL - 12, view.per_m, most=_PANEL * 0.33),
        *_north(view),
    ]


def _north(view: _View) -> list[str]:
    x, y = view.left + _PANEL - 16, _TOP + 12
    arrow = f"M{drawing.number(x)},{drawing.number(y)} l5,14 l-5,-4 l-5,4 Z"
    return [
        f'<circle cx="{drawing.number(x)}" cy="{drawing.number(y + 15)}" r="15" fill="#ffffff" fill-opacity="0.85"/>',
        f'<path d="{arrow}" fill="{drawing.INK}"/>',
        drawing.text(x, y + 26, "N", size=12, anchor="middle", weight=600),
    ]


def _district(facts: Facts) -> Outline | None:
    code = facts.place.parent_lad
    return next((o for o in facts.outlines if o.geography == "lad" and o.code == code), None)


def _neighbours(facts: Facts) -> list[Outline]:
    """What is drawn close to: areas of the place's own kind; for a district, its community areas."""
    place = facts.place
    level = "msoa" if place.geography == "lad" else place.geography
    return [o for o in facts.outlines if o.geography == level and (level == "msoa" or o.edition == place.edition)]


def _union(areas: list[Outline]) -> BaseGeometry:
    from shapely import union_all

    return union_all([o.shape for o in areas])


def _describe(facts: Facts, here: Outline, district: Outline | None) -> str:
    """The text that stands for the map."""
    size = here.shape.area / 1e6
    words = f"The outline of {facts.place.label}, an area of {size:,.1f} square kilometres"
    named = facts.parent("lad")
    if district is not None and named is not None:
        dx = here.shape.centroid.x - district.shape.centroid.x
        dy = here.shape.centroid.y - district.shape.centroid.y
        half = (district.shape.area / 3.14159) ** 0.5
        where = "near the middle" if (dx * dx + dy * dy) ** 0.5 < 0.2 * half else f"in the {wording.compass(dx, dy)}"
        return f"{words}, {where} of {named.name}; beside it the same outline drawn larger, among the areas next to it."
    return f"{words}, among the districts of {facts.release.region_name}; beside it the community areas within it."


def _source_line(facts: Facts) -> str:
    maker = "Outlines are synthetic." if facts.release.synthetic else "Outlines: Office for National Statistics, generalised."
    return f"{maker} North is grid north."
