"""A map as a plain drawing (SVG), for pages without a script: where a place lies in its district."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup, escape

from app.look.outlines import bounds_of, published_outlines
from published.release import Place, Release

_WIDTH = 640


def drawn_map(release: Release, place: Place) -> Markup:
    """The place in its district, or alone where it has none; empty where no outline was published."""
    district = place.parent_lad or (place.code if place.geography == "lad" else "")
    around = dict(published_outlines(release, "lsoa", district)) if district else {}
    own = published_outlines(release, place.geography, district if place.geography in ("lsoa", "msoa") else "").get(place.code)
    if own is None:
        return Markup("")
    west, south, east, north = bounds_of({**around, place.code: own})
    # an equal-distance drawing: at this latitude a degree of longitude is shorter than one of latitude
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = _WIDTH / max((east - west) * squeeze, 1e-9)
    height = round((north - south) * scale)
    if height > _WIDTH:
        scale *= _WIDTH / height
        height = _WIDTH
    width = round((east - west) * squeeze * scale)

    def path(geometry: dict[str, Any]) -> str:
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        rings = [ring for polygon in polygons for ring in polygon]
        return "".join(
            "M" + "L".join(f"{(lon - west) * squeeze * scale:.1f} {(north - lat) * scale:.1f}" for lon, lat in ring) + "Z"
            for ring in rings
        )

    where = release.place("lad", district)
    label = f"Map: {place.label}" + (f" in {where.label}" if where is not None and where is not place else "")
    others = "".join(f'<path d="{path(g)}"/>' for code, g in around.items() if code != place.code)
    own_class = "own" if around and place.geography != "lad" else "outline"
    # every number is ours and the label is escaped
    return Markup(  # noqa: S704
        f'<svg class="hg-drawing" viewBox="-2 -2 {width + 4} {height + 4}" role="img" aria-label="{escape(label)}">'
        f'<g class="around">{others}</g><path class="{own_class}" d="{path(own)}"/></svg>'
    )
