"""The map of a brief: the place with its streets and neighbours by name, and where it lies. No figure is drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shapely.geometry.base import BaseGeometry

from briefs import drawing, wording
from briefs.content import Figure
from briefs.drawn import streets
from briefs.facts import Facts
from published.background import Feature
from published.outlines import Outline

WIDTH, HEIGHT = 660.0, 432.0
_TOP = 26.0
# a hair less than what fits, so that no frame is cut at the edge
_LARGE, _SMALL = 404.0, 242.0
_AREA_NAME = 10.5
# what the small panel holds of the background
_WIDE = frozenset({"motorway", "a_road", "river", "water", "city", "town"})
_MOST_NAMES = 44
_CONTOUR = "#4f5d64"
_SLIVER_M2 = 4e6


@dataclass(frozen=True)
class Window:
    """A square of the National Grid laid on a square of the drawing."""

    left: float
    top: float
    side: float
    west: float
    north: float
    per_m: float

    @classmethod
    def around(cls, shape: BaseGeometry, left: float, side: float, *, margin: float) -> Window:
        west, south, east, north = shape.bounds
        metres = max(east - west, north - south) * (1 + 2 * margin)
        middle_e, middle_n = (west + east) / 2, (south + north) / 2
        return cls(left, _TOP, side, middle_e - metres / 2, middle_n + metres / 2, side / metres)

    @property
    def width(self) -> float:
        return self.side

    @property
    def height(self) -> float:
        return self.side

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in metres."""
        metres = self.side / self.per_m
        return self.west, self.north - metres, self.west + metres, self.north

    def xy(self, easting: float, northing: float) -> tuple[float, float]:
        return self.left + (easting - self.west) * self.per_m, self.top + (self.north - northing) * self.per_m

    def path(self, shape: BaseGeometry) -> str:
        """SVG path data; detail below a third of a unit is dropped."""
        simple = shape.simplify(0.35 / self.per_m)
        rings = []
        for polygon in getattr(simple, "geoms", [simple]):
            for ring in (polygon.exterior, *polygon.interiors):
                points = " ".join(",".join(drawing.number(v) for v in self.xy(e, n)) for e, n in ring.coords[:-1])
                rings.append(f"M{points}Z")
        return "".join(rings)

    def sees(self, shape: BaseGeometry) -> bool:
        west, south, east, north = shape.bounds
        left, bottom, right, top = self.bounds
        return bool(west < right and east > left and south < top and north > bottom)


@dataclass(frozen=True)
class Windows:
    """close: the place and what is next to it; wide: where it lies, None where nothing is around it."""

    close: Window
    wide: Window | None


def windows_of(facts: Facts) -> Windows | None:
    """What the map shows; None where the release holds no outline of the place."""
    shape = shape_of(facts)
    if shape is None:
        return None
    if facts.place.geography == "all":
        return Windows(Window.around(shape, (WIDTH - _LARGE) / 2, _LARGE, margin=0.05), None)
    district = _district(facts)
    around = district.shape if district is not None else _union([o for o in facts.outlines if o.geography == "lad"])
    margin = 0.06 if district is None else 0.3
    return Windows(
        Window.around(shape, WIDTH - _LARGE - 1.0, _LARGE, margin=margin), Window.around(around, 1.0, _SMALL, margin=0.06)
    )


def draw_map(facts: Facts) -> Figure | None:
    """The map as a figure; None where the release holds no outline of the place."""
    shape, windows = shape_of(facts), windows_of(facts)
    if shape is None or windows is None:
        return None
    district = _district(facts)
    fine = [o for o in _fine(facts) if windows.close.sees(o.shape)]
    heading = {"lad": "Its local areas", "all": "Its districts"}.get(facts.place.geography)
    if heading is None:
        # without a background there is no street to see
        heading = "Its streets and its neighbours" if facts.ground.close else "The place and its neighbours"
    parts = _panel("b", windows.close, heading, fine, shape, facts.ground.close, names=True, facts=facts)
    if windows.wide is not None:
        context = [district] if district is not None else [o for o in facts.outlines if o.geography == "lad"]
        named = facts.parent("lad") or facts.parent("all")
        where = f"Where it lies in {named.name}" if named else "Where it lies"
        wide = [f for f in facts.ground.wide if f.what in _WIDE]
        parts += _panel("a", windows.wide, where, context, shape, wide, names=False, facts=facts)
    title = f"Map of {facts.place.label}"
    alt = _describe(facts, shape, district, fine)
    return Figure("map", drawing.frame(WIDTH, HEIGHT, title, alt, parts), f"{title}. {_source_line(facts)}", alt)


def _panel(
    name: str, window: Window, heading: str, areas: Sequence[Outline], here: BaseGeometry, ground: Sequence[Feature], *, names: bool,
    facts: Facts,
) -> list[str]:  # fmt: skip
    side = f'width="{window.side:g}" height="{window.side:g}"'
    clip = f'<clipPath id="{name}"><rect x="{drawing.number(window.left)}" y="{_TOP:g}" {side}/></clipPath>'
    land = "" if ground else drawing.LAND
    edges = "".join(f'<path d="{window.path(o.shape)}"/>' for o in areas)
    # streets must be seen through the place, so it is a strong line and a tint where there are any
    tint = "1" if not names else "0.14" if ground else "0.18"
    place = (
        f'<path d="{window.path(here)}" fill="{drawing.ACCENT}" fill-opacity="{tint}" stroke="{drawing.ACCENT}"'
        f' stroke-width="{2.4 if names else 1.2}" stroke-linejoin="round"/>'
    )
    look = replace(streets.COLOURS, edge=0.0) if not names else streets.COLOURS
    said = _names(window, areas, ground, facts) if names else streets.names(window, ground, [_around(window, here)], most=6)
    lines = f'<g fill="{land or "none"}" stroke="{_CONTOUR}" stroke-width="0.8" stroke-linejoin="round">{edges}</g>'
    body = [streets.drawn(window, ground, look), lines, place] if ground else [lines, place]
    return [
        drawing.text(window.left, 14, drawing.shorten(heading, 52 if names else 34), size=13, weight=600),
        f"<defs>{clip}</defs>",
        drawing.rect(window.left, _TOP, window.side, window.side, fill="#fbfaf7" if ground else "#ffffff"),
        f'<g clip-path="url(#{name})">{"".join(body)}{said}</g>',
        drawing.rect(window.left, _TOP, window.side, window.side, stroke=drawing.HAIRLINE),
        *drawing.scale_bar(window.left + 10, _TOP + window.side - 12, window.per_m, most=window.side * 0.3),
        *(_north(window) if names else []),
    ]


def _names(window: Window, areas: Sequence[Outline], ground: Sequence[Feature], facts: Facts) -> str:
    """Names of streets and places, and of the areas around where there is room: those of the areas first, for tables name them."""
    right, bottom = window.left + window.side, window.top + window.side
    taken: list[streets.Box] = [
        (right - 34, window.top, right, window.top + 46),
        (window.left, bottom - 40, window.left + window.side * 0.34, bottom),
    ]
    parts = []
    for outline in sorted(areas, key=lambda o: -o.shape.area):
        place = facts.release.place(outline.geography, outline.code)
        if place is None:
            continue
        point = outline.shape.representative_point()
        x, y = window.xy(point.x, point.y)
        words = drawing.shorten(place.local_name or place.name, 28)
        wide = 0.53 * _AREA_NAME * len(words) + 4
        box = (x - wide / 2, y - 7, x + wide / 2, y + 7)
        fits = box[0] > window.left + 2 and box[2] < right - 2 and box[1] > window.top + 2 and box[3] < bottom - 2
        if not fits or any(box[0] < b[2] and box[2] > b[0] and box[1] < b[3] and box[3] > b[1] for b in taken):
            continue
        taken.append(box)
        said = drawing.text(x, y + 4, words, size=_AREA_NAME, anchor="middle", colour=drawing.ACCENT, weight=600)
        pale = ' paint-order="stroke" stroke="#ffffff" stroke-width="2.6" stroke-linejoin="round"'
        parts.append(said.replace(" fill=", f"{pale} fill=", 1))
    return streets.names(window, ground, taken, most=_MOST_NAMES) + "".join(parts)


def _around(window: Window, here: BaseGeometry) -> streets.Box:
    """The box of a place that no name may hide; of a large one its middle alone."""
    west, south, east, north = here.bounds
    (left, top), (right, bottom) = window.xy(west, north), window.xy(east, south)
    if right - left > 0.3 * window.side:
        return 0.0, 0.0, 0.0, 0.0
    return left - 2, top - 2, right + 2, bottom + 2


def _north(window: Window) -> list[str]:
    x, y = window.left + window.side - 16, _TOP + 12
    arrow = f"M{drawing.number(x)},{drawing.number(y)} l5,14 l-5,-4 l-5,4 Z"
    return [
        f'<circle cx="{drawing.number(x)}" cy="{drawing.number(y + 15)}" r="15" fill="#ffffff" fill-opacity="0.85"/>',
        f'<path d="{arrow}" fill="{drawing.INK}"/>',
        drawing.text(x, y + 26, "N", size=12, anchor="middle", weight=600),
    ]


def shape_of(facts: Facts) -> BaseGeometry | None:
    """The outline of the place; of the whole area that of its districts together."""
    if facts.outline is not None and not facts.outline.shape.is_empty:
        return facts.outline.shape
    districts = [o for o in facts.outlines if o.geography == "lad"]
    return _without_slivers(_union(districts)) if facts.place.geography == "all" and districts else None


def _without_slivers(shape: BaseGeometry) -> BaseGeometry:
    """Outlines that were generalised one by one leave slivers between them, which would be drawn as specks."""
    from shapely import MultiPolygon, Polygon

    parts = getattr(shape, "geoms", [shape])
    return MultiPolygon([Polygon(p.exterior, [i for i in p.interiors if Polygon(i).area > _SLIVER_M2]) for p in parts])


def _district(facts: Facts) -> Outline | None:
    code = facts.place.parent_lad
    return next((o for o in facts.outlines if o.geography == "lad" and o.code == code), None)


def _fine(facts: Facts) -> list[Outline]:
    """What is drawn close to: areas of the place's own kind; of a district its local areas, of the whole area its districts."""
    place = facts.place
    level = {"lad": "msoa", "all": "lad"}.get(place.geography, place.geography)
    return [o for o in facts.outlines if o.geography == level and (level in ("msoa", "lad") or o.edition == place.edition)]


def _union(areas: list[Outline]) -> BaseGeometry:
    from shapely import union_all

    return union_all([o.shape for o in areas])


def _describe(facts: Facts, shape: BaseGeometry, district: Outline | None, fine: Sequence[Outline]) -> str:
    """The text that stands for the map."""
    words = f"The outline of {facts.place.label}, an area of {shape.area / 1e6:,.1f} square kilometres"
    named = facts.parent("lad")
    if facts.place.geography == "all":
        return f"{words}, with its districts."
    if district is None or named is None:
        return f"{words}, with the local areas within it; beside it the same outline among the districts of {facts.release.region_name}."
    dx = shape.centroid.x - district.shape.centroid.x
    dy = shape.centroid.y - district.shape.centroid.y
    half = (district.shape.area / 3.14159) ** 0.5
    where = "near the middle" if (dx * dx + dy * dy) ** 0.5 < 0.2 * half else f"in the {wording.compass(dx, dy)}"
    own = (facts.place.geography, facts.place.edition, facts.place.code)
    touching = [o for o in fine if (o.geography, o.edition, o.code) != own and o.shape.distance(shape) < 1]
    next_to = sorted(p.label for o in touching if (p := facts.release.place(o.geography, o.code)) is not None)
    beside = f" It borders {wording.list_of(next_to, most=8)}." if next_to else ""
    return f"{words}, {where} of {named.name}, with its streets and the areas next to it.{beside}"


def _source_line(facts: Facts) -> str:
    maker = "Outlines are synthetic." if facts.release.synthetic else "Outlines: Office for National Statistics, generalised."
    ground = f" Streets and names: {facts.ground.attribution.rstrip('.')}." if facts.ground.close else ""
    return f"{maker}{ground} North is grid north."
