"""Outlines of published places: simplified for a map on a screen, and whole for a map on paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import Connection

from core.contracts import BRITISH_NATIONAL_GRID
from core.db import fetch, fetch_geo
from core.db.tables import PUBLISHED_PLACE
from published.release import Place, Release
from published.rows import rows_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True)
class Outline:
    """The outline of a place in British National Grid metres."""

    geography: str
    edition: str
    code: str
    parent_msoa: str | None
    parent_lad: str | None
    shape: BaseGeometry


def simplified_outlines(
    connection: Connection, release: Release, geography: str, district: str, tolerance: float
) -> Mapping[str, dict[str, Any]]:
    """GeoJSON geometry (WGS84) by place code, of one district or (district '') the whole region; tolerance in degrees."""
    which = {"release_id": release.release_id, "geography": geography, "district": district, "tolerance": tolerance}
    return {r.place_code: json.loads(r.outline) for r in rows_of(fetch(connection, "published/outlines", which))}


def outlines_around(connection: Connection, release: Release, place: Place) -> tuple[Outline, ...]:
    """Every district, and the areas inside the district of a place."""
    lad = place.code if place.geography == "lad" else place.parent_lad
    frame = fetch_geo(
        connection, "published/outlines_around", PUBLISHED_PLACE.c.geom, {"release_id": release.release_id, "lad": lad}
    )
    # the public credential may not read spatial_ref_sys, so the projection is done here and not with ST_Transform
    return tuple(Outline(*row) for row in rows_of(pd.DataFrame(frame.to_crs(BRITISH_NATIONAL_GRID))))
