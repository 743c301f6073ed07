"""A map as a plain drawing (SVG), for pages without a script: where a place lies in its district."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from app.look.outlines import bounds_of, published_outlines
from core.languages.spoken import say
from published.release import Place, Release

_WIDTH = 640
_Bounds = tuple[float, float, float, float]


def drawn_map(release: Release, place: Place) -> Markup:
    """The place in its district, or alone where it has none; empty where no outline was published."""
    district = place.parent_lad or (place.code if place.geography == "lad" else "")
    own = published_outlines(release, place.geography, district if place.geography in ("lsoa", "msoa") else "").get(place.code)
    if own is None:
        return Markup("")
    bounds = bounds_of({place.code: own})
    if district and (within := _bounds_of_district(release, district)) is not None:
        bounds = (*map(min, bounds[:2], within[:2]), *map(max, bounds[2:], within[2:]))  # type: ignore[assignment]
    paper = _paper(bounds)
    around = _paths_of_district(release, district, paper) if district else {}
    where = release.place("lad", district)
    if where is not None and where is not place:
        label = say("Map: %(place)s in %(district)s", place=place.label, district=where.label)
    else:
        label = say("Map: %(place)s", place=place.label)
    others = "".join(drawn for code, drawn in around.items() if code != place.code)
    own_class = "own" if around and place.geography != "lad" else "outline"
    # every number is ours and the label is escaped
    return Markup(  # noqa: S704
        f'<svg class="hg-drawing" viewBox="-2 -2 {paper.width + 4} {paper.height + 4}" role="img" aria-label="{escape(label)}">'
        f'<g class="around">{others}</g><path class="{own_class}" d="{paper.path(own)}"/></svg>'
    )


@dataclass(frozen=True)
class _Paper:
    """Where on the drawing a longitude and a latitude lie. squeeze: how much shorter a degree of longitude is than one of latitude."""

    west: float
    north: float
    squeeze: float
    scale: float
    width: int
    height: int

    def path(self, geometry: Mapping[str, Any]) -> str:
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        rings = [ring for polygon in polygons for ring in polygon]
        west, north, squeeze, scale = self.west, self.north, self.squeeze, self.scale
        return "".join(
            "M" + "L".join([f"{(lon - west) * squeeze * scale:.1f} {(north - lat) * scale:.1f}" for lon, lat in ring]) + "Z"
            for ring in rings
        )


def _paper(bounds: _Bounds) -> _Paper:
    west, south, east, north = bounds
    # an equal-distance drawing: at this latitude a degree of longitude is shorter than one of latitude
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = _WIDTH / max((east - west) * squeeze, 1e-9)
    height = round((north - south) * scale)
    if height > _WIDTH:
        scale *= _WIDTH / height
        height = _WIDTH
    return _Paper(west, north, squeeze, scale, round((east - west) * squeeze * scale), height)


@lru_cache(maxsize=64)
def _bounds_of_district(release: Release, district: str) -> _Bounds | None:
    outlines = published_outlines(release, "lsoa", district)
    return bounds_of(outlines) if outlines else None


@lru_cache(maxsize=64)
def _paths_of_district(release: Release, district: str, paper: _Paper) -> Mapping[str, str]:
    """The neighbourhoods of a district as elements of a drawing, by code: drawn once for all places whose paper is the same."""
    return {code: f'<path d="{paper.path(g)}"/>' for code, g in published_outlines(release, "lsoa", district).items()}
