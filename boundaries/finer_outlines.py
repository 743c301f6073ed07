"""Finer outlines of a new edition from an old edition that is held in more detail (decision 0021).

Most small areas pass unchanged from one census to the next, so their finer old outline is theirs. A merged area is the union of its
parts. A split area's outer border is its parent's; only the new border inside comes from the coarse file: each piece of the parent
goes to the child whose coarse outline it lies in, and a piece in none (between the fine and the coarse border) to the child with which
it shares the longest border. So the finer map keeps the coarse map's codes, leaves no gap where the old edition had none and lets no
two areas overlap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely


@dataclass(frozen=True)
class FinerOutlines:
    """outlines and their detail by new code, MultiPolygon in the CRS of the input. left: codes that keep theirs, with the reason."""

    outlines: Mapping[str, Any]
    detail: Mapping[str, int]
    left: Mapping[str, str]


def finer_outlines(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, changes: pd.DataFrame) -> FinerOutlines:
    """Outlines for the areas of `new` that `old` can give in more detail.

    old, new: indexed by code, columns detail and a geometry in one projected CRS. changes: from_code, to_code, change (U same, S split,
    M merged, X irregular). Areas that changed irregularly, or whose old outline is missing or no finer, are left as they are.
    """
    outlines: dict[str, Any] = {}
    finer_detail: dict[str, int] = {}
    left: dict[str, str] = {}
    old_shape, new_shape = dict(old.geometry.items()), dict(new.geometry.items())
    detail = {"old": dict(old["detail"].items()), "new": dict(new["detail"].items())}
    known = changes[changes["to_code"].isin(new_shape)]
    for family in _families(known):
        reason = _why_not(family, detail["old"], detail["new"])
        if reason:
            left.update(dict.fromkeys(family.children, reason))
            continue
        finer_detail.update(dict.fromkeys(family.children, min(detail["old"][code] for code in family.parents)))
        if len(family.children) == 1:
            outlines[family.children[0]] = as_areas(shapely.union_all([old_shape[code] for code in family.parents]))
        else:
            outlines.update(_divide(old_shape[family.parents[0]], {code: new_shape[code] for code in family.children}))
    for code in new.index.difference(known["to_code"]):
        left[str(code)] = "not in the lookup between the editions"
    return FinerOutlines(outlines, finer_detail, left)


@dataclass(frozen=True)
class _Family:
    """Old and new areas that share land with each other and with no others."""

    parents: tuple[str, ...]
    children: tuple[str, ...]
    irregular: bool


def _families(changes: pd.DataFrame) -> list[_Family]:
    """The pairs grouped so that each old and each new code stands in one group only."""
    root: dict[str, str] = {}

    def find(node: str) -> str:
        while root.setdefault(node, node) != node:
            node = root[node]
        return node

    pairs = list(zip(changes["from_code"], changes["to_code"], changes["change"], strict=True))
    for parent, child, _ in pairs:
        root[find(f"from {parent}")] = find(f"to {child}")
    grouped: dict[str, list[tuple[str, str, str]]] = {}
    for pair in pairs:
        grouped.setdefault(find(f"to {pair[1]}"), []).append(pair)
    return [
        _Family(tuple(sorted({p[0] for p in group})), tuple(sorted({p[1] for p in group})), any(p[2] == "X" for p in group))
        for group in grouped.values()
    ]


def _why_not(family: _Family, old_detail: Mapping[str, int], new_detail: Mapping[str, int]) -> str:
    if family.irregular or (len(family.parents) > 1 and len(family.children) > 1):
        return "changed irregularly"
    if not all(code in old_detail for code in family.parents):
        return "an outline of its family is missing"
    if min(old_detail[code] for code in family.parents) <= max(new_detail[code] for code in family.children):
        return "the old outline is no finer"
    return ""


def _divide(parent: Any, children: Mapping[str, Any]) -> dict[str, Any]:
    """Divide the parent's outline among its children after their coarse outlines."""
    shares = {code: parent.intersection(shape) for code, shape in children.items()}
    rest = parent.difference(shapely.union_all(list(children.values())))
    for piece in shapely.get_parts(rest):
        # a hair's breadth around the piece: its border was computed and may miss the child's by rounding
        around = piece.buffer(0.01)
        nearest = max(shares, key=lambda code: (shares[code].boundary.intersection(around).length, -shares[code].distance(piece)))
        shares[nearest] = shares[nearest].union(piece)
    return {code: as_areas(shape) for code, shape in shares.items()}


def as_areas(shape: Any) -> Any:
    """The polygons of a valid shape as one MultiPolygon; what has no area (a shared line, a touching point) is dropped."""
    parts = shapely.get_parts(shape if shape.is_valid else shapely.make_valid(shape))
    # collections may nest once: a GeometryCollection that make_valid returned holds MultiPolygons
    flat = [polygon for part in parts for polygon in shapely.get_parts(part) if polygon.geom_type == "Polygon" and polygon.area > 0]
    whole = shapely.union_all(flat)
    return whole if whole.geom_type == "MultiPolygon" else shapely.MultiPolygon([whole])
