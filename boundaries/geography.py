"""The geography stage: what follows from the loaded boundaries and lookups, before any record is placed.

Reads place.area, place.area_parent, place.edition_change, place.region; writes the finer LSOA 2021 outlines, MSOAs, districts and the
region into place.area, the parents that follow, and the LSOAs of postcodes and services.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection

from boundaries.areas import Region, index_of, read_areas, read_parents, read_region
from boundaries.finer_outlines import as_areas, finer_outlines
from boundaries.point_in_area import AreaIndex
from core.contracts import ALL_AREA, LAD_2022, LSOA_2011, LSOA_2021, MSOA_2021, Geography
from core.db import copy_frame, fetch, run_statement
from core.db.geometry import ewkb
from core.db.tables import AREA
from core.settings import RegionSettings


@dataclass(frozen=True)
class GeographyReport:
    """What the stage made. finer: LSOA 2021 outlines taken from the finer 2011 ones in this run. The LSOAs include near neighbours."""

    lsoa_2011: int
    lsoa_2021: int
    finer: int
    left_as_loaded: int
    msoa: int
    districts: int
    region_name: str
    region_code: str
    region_km2: float
    postcodes_placed: int
    services_placed: int


def prepare_geography(connection: Connection, wanted: RegionSettings | None = None) -> GeographyReport:
    """Derive areas, parents and the places of postcodes and services. Safe to run again: a second run finds nothing to refine.

    wanted: whose region it is to be. UserError where its lookups or LSOA 2021 outlines are not loaded.
    """
    run_statement(connection, "boundaries/prefer_hash_joins")
    region = read_region(connection, wanted)
    old, new = read_areas(connection, LSOA_2011), read_areas(connection, LSOA_2021)
    index_of_new = index_of(new, LSOA_2021)  # also the message for a person who loaded no outlines
    finer = finer_outlines(old, new, fetch(connection, "boundaries/edition_changes"))
    if finer.outlines:
        _store(connection, LSOA_2021, finer.outlines, new["name"], finer.detail)
        new = read_areas(connection, LSOA_2021)
        index_of_new = index_of(new, LSOA_2021)
    run_statement(connection, "boundaries/store_parents")
    msoas, districts = _derive_coarser(connection, new, region)
    run_statement(connection, "boundaries/local_names")
    run_statement(connection, "boundaries/names_around")
    run_statement(connection, "boundaries/measure_areas")
    index_of_old = index_of(old, LSOA_2011) if not old.empty else None
    area_km2 = sum(shape.area for shape in districts.values()) / 1e6
    return GeographyReport(
        lsoa_2011=len(old),
        lsoa_2021=len(new),
        finer=len(finer.outlines),
        left_as_loaded=len(finer.left),
        msoa=len(msoas),
        districts=len(districts),
        region_name=region.name,
        region_code=region.code,
        region_km2=area_km2,
        postcodes_placed=_place_postcodes(connection, index_of_new, index_of_old),
        services_placed=_place_services(connection, index_of_new, region),
    )


def _derive_coarser(connection: Connection, lsoas: gpd.GeoDataFrame, region: Region) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """MSOAs, districts and the region as unions of their LSOAs, so that every published outline nests in the next.

    Only the region's own: of a neighbouring district some LSOAs may be loaded and others not, and their union would be a wrong district.
    """
    district_of = read_parents(connection, LSOA_2021, LAD_2022)
    inside = lsoas[lsoas.index.map(district_of).isin(region.districts)]
    detail = int(inside["detail"].min())
    msoa_of = read_parents(connection, LSOA_2021, MSOA_2021)
    # 'Bracknell Forest 005A' lies in MSOA 'Bracknell Forest 005' of the district 'Bracknell Forest'
    msoas = _dissolve(inside, msoa_of)
    msoa_names = _most_common(inside["name"].str.slice(stop=-1), msoa_of)
    districts = _dissolve(inside, district_of)
    district_names = _most_common(inside["name"].str.rsplit(" ", n=1).str[0], district_of)
    _store(connection, MSOA_2021, msoas, msoa_names, dict.fromkeys(msoas, detail))
    _store(connection, LAD_2022, districts, district_names, dict.fromkeys(districts, detail))
    whole = as_areas(shapely.union_all(list(districts.values())))
    _store(connection, ALL_AREA, {region.code: whole}, pd.Series({region.code: region.name}), {region.code: detail})
    return msoas, districts


def _dissolve(areas: gpd.GeoDataFrame, parent_of: pd.Series) -> dict[str, Any]:
    parents = areas.index.map(parent_of)
    # a grid of 1 mm joins borders that two computations left a rounding step apart, which would show as cracks
    return {
        str(code): as_areas(shapely.union_all(shapes.to_numpy(), grid_size=0.001))
        for code, shapes in areas.geometry.groupby(parents)
    }


def _most_common(names: pd.Series, parent_of: pd.Series) -> pd.Series:
    grouped = names.groupby(names.index.map(parent_of))
    return grouped.agg(lambda group: group.mode().iloc[0])


def _store(
    connection: Connection, geography: Geography, shapes: Mapping[str, Any], names: pd.Series, detail: Mapping[str, int]
) -> None:
    """Put outlines into place.area; names there stay, a place without a name gets ours."""
    frame = pd.DataFrame({"code": list(shapes)})
    frame = frame.assign(
        geography=geography.level,
        edition=geography.edition,
        name=[str(names.get(code, code)) for code in shapes],
        detail=[detail[code] for code in shapes],
        geom=[outline.hex() for outline in ewkb(AREA.c.geom, list(shapes.values()))],
    )
    run_statement(connection, "boundaries/stage_areas")
    copy_frame(connection, "pg_temp", "boundaries_area", frame)
    run_statement(connection, "boundaries/store_areas")
    run_statement(connection, "boundaries/unstage_areas")


def _place_postcodes(connection: Connection, lsoa21: AreaIndex, lsoa11: AreaIndex | None) -> int:
    """LSOAs of postcodes from their coordinates, else through the lookup; returns how many have an LSOA 2021 from coordinates."""
    rows = fetch(connection, "boundaries/postcodes")
    placed = pd.DataFrame({"postcode": rows["postcode"]})
    placed["lsoa11_code"] = lsoa11.codes_at(rows["easting"], rows["northing"]) if lsoa11 is not None else None
    placed["lsoa21_code"] = lsoa21.codes_at(rows["easting"], rows["northing"])
    run_statement(connection, "boundaries/stage_postcodes")
    copy_frame(connection, "pg_temp", "boundaries_postcode", placed)
    run_statement(connection, "boundaries/store_postcodes")
    run_statement(connection, "boundaries/postcodes_by_lookup")
    run_statement(connection, "boundaries/unstage_postcodes")
    return int(placed["lsoa21_code"].notna().sum())


def _place_services(connection: Connection, lsoa21: AreaIndex, region: Region) -> int:
    """Coordinates, LSOA 2021 and district of services; a service outside the region gets no district. Returns how many lie in it."""
    rows = fetch(connection, "boundaries/services")
    placed = rows.assign(lsoa21_code=lsoa21.codes_at(rows["easting"], rows["northing"]))
    districts = placed["lsoa21_code"].map(read_parents(connection, LSOA_2021, LAD_2022))
    placed["lad22_code"] = districts.where(districts.isin(region.districts), None)
    run_statement(connection, "boundaries/stage_services")
    copy_frame(connection, "pg_temp", "boundaries_service", placed)
    run_statement(connection, "boundaries/store_services")
    run_statement(connection, "boundaries/unstage_services")
    return int(placed["lad22_code"].notna().sum())
