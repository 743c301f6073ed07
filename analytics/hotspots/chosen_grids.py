"""The hexagon grids that a partnership chose, kept in analysis.hexagon_grid: an area (a district, a patch, the whole region) and a width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.counts.located import LocatedCounts
from analytics.neighbours.national_hexagons import cell_m2, grid_of_width
from boundaries.areas import read_areas, read_region
from boundaries.patches import list_patches, read_patch
from core.audit import record_event
from core.contracts import LAD_2022, Geography
from core.db import fetch, run_statement
from core.errors import InternalError, UserError

AreaKind = Literal["district", "patch", "region"]
# what a person may write for the whole region, beside its code
REGION_WORD = "region"
# the geography of such cells; its edition says which grid
LEVEL = "hexagon"


@dataclass(frozen=True)
class GridArea:
    """Where a grid is laid. code: a district's code, the name of a patch, or the force area's code."""

    kind: AreaKind
    code: str
    name: str


@dataclass(frozen=True)
class ChosenGrid:
    """A stored grid."""

    grid_id: int
    area: GridArea
    width_m: int

    @property
    def geography(self) -> Geography:
        """The edition holds width and area, because a cell's neighbours and what it is compared with depend on both."""
        return Geography(LEVEL, f"{self.width_m} m {self.area.code}")

    @property
    def words(self) -> str:
        """For people: how wide, and where."""
        return f"hexagons {self.width_m} m wide, {self.area.name}"


def find_area(connection: Connection, wanted: str) -> GridArea:
    """The area that a code or a name means: a district of the region, a patch, or 'region'. UserError for none of them."""
    region = read_region(connection)
    said = wanted.strip()
    if said.casefold() in (REGION_WORD, region.code.casefold(), region.name.casefold()):
        return GridArea("region", region.code, region.name)
    names = read_areas(connection, LAD_2022)["name"]
    districts = {str(code): str(names[code]) for code in sorted(region.districts) if code in names.index}
    for code, name in districts.items():
        if said.casefold() in (code.casefold(), name.casefold()):
            return GridArea("district", code, name)
    patches = [patch.name for patch in list_patches(connection)]
    if said in patches:
        return GridArea("patch", said, said)
    known = ", ".join([*(f"{code} ({name})" for code, name in districts.items()), *patches])
    raise UserError(f"no area '{wanted}'", where="--area", hint=f"choose '{REGION_WORD}', a district or a patch: {known}.")


def list_grids(connection: Connection) -> tuple[ChosenGrid, ...]:
    """Every grid, in the order in which they were chosen."""
    rows = fetch(connection, "hotspots/hexagon_grids")
    return tuple(
        ChosenGrid(int(r.grid_id), GridArea(r.area_kind, str(r.area_code), str(r.area_name)), int(r.width_m))
        for r in rows.itertuples()
    )


def choose_grid(connection: Connection, area: GridArea, width_m: int, *, actor: str) -> ChosenGrid:
    """Keep a grid; the one that is there, where it was chosen before. UserError for a width that no grid may have."""
    grid_of_width(width_m)
    values = {"area_kind": area.kind, "area_code": area.code, "area_name": area.name, "width_m": width_m}
    if run_statement(connection, "hotspots/insert_hexagon_grid", values | {"cell_m2": cell_m2(width_m)}):
        record_event(connection, actor=actor, action="choose", subject="hexagon_grid", detail=values)
    found = next((grid for grid in list_grids(connection) if grid.area.code == area.code and grid.width_m == width_m), None)
    if found is None:
        raise InternalError("a hexagon grid was not kept")
    return found


def drop_grid(connection: Connection, grid: ChosenGrid, *, actor: str) -> None:
    """Forget a grid, with its cells and hot spots."""
    run_statement(connection, "hotspots/delete_hexagon_grid", {"grid_id": grid.grid_id})
    values = {"area_kind": grid.area.kind, "area_code": grid.area.code, "width_m": grid.width_m}
    record_event(connection, actor=actor, action="drop", subject="hexagon_grid", detail=values)


def inside(connection: Connection, area: GridArea, located: LocatedCounts) -> NDArray[np.bool_]:
    """Which locations lie in the area, (L,). A location has one LSOA and one district (stage place), so it is in or out, never divided."""
    if area.kind == "region":
        return np.ones(len(located), dtype=bool)
    if area.kind == "district":
        return np.asarray(located.lad22 == area.code)
    return np.isin(located.lsoa21.astype(str), list(read_patch(connection, area.code).members))


def inside_or_why_not(connection: Connection, area: GridArea, located: LocatedCounts) -> tuple[NDArray[np.bool_], str]:
    """The same as `inside`; nowhere, and why, where the patch of a grid was removed since: the other grids stand."""
    try:
        return inside(connection, area, located), ""
    except UserError as error:
        return np.zeros(len(located), dtype=bool), str(error)
