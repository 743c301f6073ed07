"""Areas of the database as frames and indexes: the one place where place.area and its lookups are read."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection

from boundaries.kept_indexes import kept_index
from boundaries.point_in_area import AreaIndex, build_index
from core.contracts import Geography
from core.db import fetch, fetch_arrow, fetch_geo
from core.db.tables import AREA
from core.errors import UserError
from core.settings import DatabaseSettings, RegionSettings


@dataclass(frozen=True)
class Region:
    """The police force area that this installation serves, and its districts of 2022."""

    name: str
    code: str
    districts: frozenset[str]


def read_region(connection: Connection, wanted: RegionSettings | None = None) -> Region:
    """The region; UserError before the lookups that define it are loaded, or where they name no area of the force that is wanted."""
    rows = fetch(connection, "boundaries/region")
    if rows.empty:
        held = [str(name) for name in fetch(connection, "boundaries/force_names")["name"]]
        if held:
            raise (wanted or RegionSettings()).no_such_area(held)
    districts = fetch(connection, "boundaries/region_districts")["lad_code"]
    if rows.empty or districts.empty:
        raise UserError(
            "the region is not known yet",
            where="place.region" if rows.empty else "place.area_parent",
            hint="load the lookup of districts to police force areas first: 'homeground feeds load --source DIR'.",
        )
    return Region(str(rows["name"].iloc[0]), str(rows["force_code"].iloc[0]), frozenset(districts))


def read_areas(connection: Connection, geography: Geography) -> gpd.GeoDataFrame:
    """Outlines of a geography, EPSG:27700, indexed by code in ascending order; columns name, detail, geom."""
    values = {"geography": geography.level, "edition": geography.edition}
    return fetch_geo(connection, "boundaries/areas", AREA.c.geom, values).set_index("code")


def index_of(areas: gpd.GeoDataFrame, geography: Geography) -> AreaIndex:
    """The index of a geography's outlines; UserError where none is loaded."""
    if areas.empty:
        raise UserError(
            f"no outlines of {geography} are loaded",
            where="place.area",
            hint="load a boundary file of that edition: 'homeground feeds load --source DIR'.",
        )
    return build_index(list(areas.index), list(areas.geometry), detail=list(areas["detail"]))


def outline_fingerprints(connection: Connection) -> dict[Geography, str]:
    """A hash of the outlines of each geography that places records (LSOA, districts); one without outlines is missing."""
    rows = fetch(connection, "boundaries/outline_fingerprints")
    return {Geography(r.geography, r.edition): str(r.fingerprint) for r in rows.itertuples()}


def read_index(connection: Connection, geography: Geography, fingerprints: dict[Geography, str]) -> AreaIndex | None:
    """The index of a geography's outlines as index_of makes it, kept between runs; None where no outline is loaded."""
    fingerprint = fingerprints.get(geography)
    if fingerprint is None:
        return None
    folder = DatabaseSettings().state_dir / "indexes"
    return kept_index(folder, geography, fingerprint, lambda: index_of(read_areas(connection, geography), geography))


def require_index(connection: Connection, geography: Geography, fingerprints: dict[Geography, str]) -> AreaIndex:
    """The same; UserError where no outline is loaded."""
    index = read_index(connection, geography, fingerprints)
    # index_of says what to do about it
    return index if index is not None else index_of(read_areas(connection, geography), geography)


def read_parents(connection: Connection, child: Geography, parent: Geography) -> pd.Series:
    """Parent code by child code."""
    values = {
        "child_geography": child.level,
        "child_edition": child.edition,
        "parent_geography": parent.level,
        "parent_edition": parent.edition,
    }
    rows = fetch_arrow(connection, "boundaries/parents", {"child_code": pa.string(), "parent_code": pa.string()}, values)
    codes, parents = (rows[name].to_numpy().astype(object) for name in ("child_code", "parent_code"))
    return pd.Series(parents, index=codes, dtype=object)
