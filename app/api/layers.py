"""Areas of a release with their outlines and every figure as plain columns, as programs for maps read them: features in WGS84, or GeoParquet.

A feature's columns of a kind are `KIND_count`, `KIND_symbol`, `KIND_lowest` and `KIND_highest` of a withheld count, and `KIND_rate` with
`KIND_rate_lower` and `KIND_rate_upper`: per 1,000 residents in a year, of a number with its 95% interval, of a range both ends and no rate.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.api.content import figure_as_json
from app.area.profile import figure_of
from core.db import Role, transaction
from published.outlines import simplified_outlines
from published.release import Place, Release

if TYPE_CHECKING:
    from shapely import STRtree

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Layer:
    """The areas of a level that have an outline, by code. features: each as the text of a GeoJSON feature. around: west, south, east, north.

    release: as it is for that level. days: the first and the last day of the figures of each area; those of several forces may differ.
    """

    release: Release
    level: str
    codes: tuple[str, ...]
    features: tuple[str, ...]
    days: tuple[tuple[date, date], ...]
    around: Box | None
    _tree: STRtree

    def within(self, boxes: Sequence[Box]) -> list[int]:
        """Numbers of the features whose outline meets any of the boxes."""
        from shapely import box

        found: set[int] = set()
        for one in boxes:
            found.update(int(n) for n in self._tree.query(box(*one), predicate="intersects"))
        return sorted(found)


@lru_cache(maxsize=8)
def layer_of(release: Release, level: str) -> Layer:
    """release: any view of it; outlines are whole, to about a metre."""
    from shapely import STRtree
    from shapely.geometry import shape

    view = release.for_level(level)
    outlines = _outlines(view, level)
    places = sorted((p for p in view.of(level) if p.code in outlines), key=lambda p: p.code)
    own = [release.for_place(p) for p in places]
    features = tuple(
        json.dumps(
            {"type": "Feature", "id": p.code, "geometry": outlines[p.code], "properties": columns_of(of, p)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for p, of in zip(places, own, strict=True)
    )
    days = tuple((of.period.start, of.covered.last_day) for of in own)
    shapes = [shape(outlines[p.code]) for p in places]
    edges = [s.bounds for s in shapes]
    around = (
        (min(e[0] for e in edges), min(e[1] for e in edges), max(e[2] for e in edges), max(e[3] for e in edges)) if edges else None
    )
    return Layer(view, level, tuple(p.code for p in places), features, days, around, STRtree(shapes))


def _outlines(release: Release, level: str) -> dict[str, dict[str, Any]]:
    with transaction(Role.COMMUNITY) as connection:
        return dict(simplified_outlines(connection, release, level, "", 0.0))


_OF_A_KIND = ("count", "symbol", "lowest", "highest", "rate", "rate_lower", "rate_upper")
_OF_AN_AREA = (
    "code", "name", "label", "edition", "residents", "msoa", "district", "release", "first_month", "last_month", "months_loaded",
    "months_missing", "page",
)  # fmt: skip
_WHOLE = ("_count", "_lowest", "_highest")


def columns(release: Release) -> tuple[str, ...]:
    """The names of the columns, in their order."""
    return (*_OF_AN_AREA, *(f"{c.category}_{name}" for c in release.categories for name in _OF_A_KIND))


def type_of(column: str) -> str:
    """The type of a column in the words of JSON schema; each may be null."""
    if column in ("residents", "release", "months_loaded") or column.endswith(_WHOLE):
        return "integer"
    return "number" if column.endswith(("_rate", "_rate_lower", "_rate_upper")) else "string"


def columns_of(release: Release, place: Place) -> dict[str, Any]:
    """An area's columns; None where nothing was published or nothing is known. release: as it is for the place."""
    covered = release.covered
    found: dict[str, Any] = {
        "code": place.code,
        "name": place.name,
        "label": place.label,
        "edition": place.edition,
        "residents": place.residents,
        "msoa": place.parent_msoa,
        "district": place.parent_lad,
        "release": release.release_id,
        "first_month": f"{covered.period.start:%Y-%m}",
        "last_month": f"{covered.period.end:%Y-%m}",
        "months_loaded": covered.loaded_listed,
        "months_missing": covered.gaps_listed,
        "page": f"/area/{place.geography}/{place.code}",
    }
    for category in release.categories:
        figure = figure_as_json(release, place, category, figure_of(release, place, category.category)) or {}
        ends, rate = figure.get("range") or {}, figure.get("rate_a_year") or {}
        values = {
            "count": figure.get("count"),
            "symbol": figure.get("symbol"),
            "lowest": ends.get("lowest"),
            "highest": ends.get("highest"),
            "rate": rate.get("per_1000"),
            "rate_lower": rate.get("lower_95", None) if rate.get("per_1000") is not None else rate.get("lowest"),
            "rate_upper": rate.get("upper_95", None) if rate.get("per_1000") is not None else rate.get("highest"),
        }
        found |= {f"{category.category}_{name}": value for name, value in values.items()}
    return found


def as_geoparquet(layer: Layer) -> bytes:
    """The same as one GeoParquet file (WGS84), a row an area."""
    import geopandas as gpd
    import pandas as pd
    from shapely.geometry import shape

    features = [json.loads(f) for f in layer.features]
    frame = pd.DataFrame([f["properties"] for f in features], columns=list(columns(layer.release)))
    # a column of which nothing is known has the type that it has where something is
    types = {"integer": "Int64", "number": "float64", "string": "string"}
    frame = frame.astype({c: types[type_of(c)] for c in frame.columns})
    table = gpd.GeoDataFrame(frame, geometry=[shape(f["geometry"]) for f in features], crs="OGC:CRS84")
    body = io.BytesIO()
    table.to_parquet(body, index=False)
    return body.getvalue()
