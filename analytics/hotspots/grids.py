"""Hot spots on the hexagon grids that a partnership chose: the grid stage, after the hot spot stage and by the same method.

Reads record.incident by location; writes analysis.hexagon_cell and analysis.grid_hotspot, one row a cell x group x measure, with the measures
'count' and, for groups that have offences which police activity produces, 'count_with_proactive' (analytics.hotspots.stage says why both).

Study area of a grid: the cells that hold a location of the chosen area at which an incident was ever recorded, as for H3 (decision 0031).
Incidents are those of the area alone, so they add up to the area's and a cell across the edge counts what lies inside. Neighbours are the
up to six cells around that are part of the study area. The comparison is with the chosen area, not with the region: in a quiet district
the same cell can be hot that is nothing special in the region, and each page says which it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from sqlalchemy import Connection

from analytics.counts.located import LocatedCounts, read_located_counts
from analytics.counts.places import PlaceTable, deliveries_of, months_loaded, period_values, read_groups
from analytics.hotspots.chosen_grids import ChosenGrid, inside_or_why_not, list_grids
from analytics.hotspots.stage import FEWEST_PLACES, LIFE_MONTHS, Slice, Verdicts, expiry, hotspot_rows, judge_maps, slices_of
from analytics.neighbours.hexagon_grid import HexagonGrid, Ints, rings
from analytics.neighbours.national_hexagons import cell_codes, grid_of_width
from analytics.neighbours.weights import SpatialWeights
from analytics.statistics.false_discovery import CERTAINTIES
from core.db import replace_rows
from core.db.geometry import ewkb
from core.db.tables import HEXAGON_CELL
from core.errors import UserError
from core.periods import Period
from core.provenance import finish_run, start_run


@dataclass(frozen=True)
class GridReport:
    """One grid. incidents: of all maps' input, the widest group. hot, cold: cells at 95% or more in the maps by count, all groups together.

    skipped: why there is no map, in words.
    """

    grid: str
    cells: int
    incidents: int
    maps: int
    hot: int
    cold: int
    skipped: str
    run_id: int


@dataclass(frozen=True)
class GridsReport:
    """Every grid that was chosen."""

    period: Period
    grids: tuple[GridReport, ...]


@dataclass(frozen=True)
class Cells:
    """The study area of one grid: n cells in rising order, the cell of each location (L,), below 0 outside the area."""

    grid: HexagonGrid
    keys: Ints
    at: Ints


def compute_grids(
    connection: Connection,
    *,
    period: Period,
    seed: int,
    permutations: int,
    life_months: int = LIFE_MONTHS,
    only: Sequence[ChosenGrid] | None = None,
) -> GridsReport:
    """Test every map of the chosen grids (or of some of them) over one period; replaces the maps that they had.

    The same seed and input give the same rows. UserError where no month of the period is loaded.
    """
    wanted = list_grids(connection) if only is None else tuple(only)
    months = months_loaded(connection, period)
    groups = [group for group in read_groups(connection) if group.hotspot_input]
    reported = read_located_counts(connection, groups, months)
    everything = read_located_counts(connection, groups, months, with_proactive=True)
    deliveries = deliveries_of(connection, period)
    reports = []
    for chosen in wanted:
        parameters = {
            "grid": {"area_kind": chosen.area.kind, "area_code": chosen.area.code, "width_m": chosen.width_m},
            "period": [period.start, period.end],
            "months": list(months),
            "statistic": "Getis-Ord Gi*, binary weights with self, the six cells around",
            "scale": "log(1 + incidents)",
            "null": f"{permutations} permutations of the whole map" if permutations else "normal approximation",
            "false_discovery": "Benjamini-Hochberg over cells, each map by itself",
            "expires_on": expiry(period, life_months),
        }
        run_id = start_run(connection, "grid", seed=seed, parameters=parameters, delivery_ids=deliveries)
        within, skipped = inside_or_why_not(connection, chosen.area, reported)
        cells = cells_with_locations(grid_of_width(chosen.width_m), reported, within)
        table = _table(chosen, cells, reported, everything)
        if not skipped and len(table) < FEWEST_PLACES:
            skipped = f"{len(table)} cells hold a location, at least {FEWEST_PLACES} are needed"
        _store_cells(connection, chosen, cells, table)
        slices: list[Slice] = []
        verdicts = None
        if not skipped:
            slices = slices_of(table, groups)
            verdicts = judge_maps(slices, cell_weights(cells.keys), permutations=permutations, seed=seed)
        rows = _rows(table, slices, verdicts).assign(
            grid_id=chosen.grid_id, **period_values(period), expires_on=expiry(period, life_months), run_id=run_id
        )
        replace_rows(connection, "analysis", "grid_hotspot", rows, where={"grid_id": chosen.grid_id})
        finish_run(connection, run_id)
        reports.append(_report(chosen, table, slices, verdicts, skipped, run_id))
    return GridsReport(period, tuple(reports))


def compute_grid(
    connection: Connection, chosen: ChosenGrid, *, period: Period, seed: int, permutations: int, life_months: int = LIFE_MONTHS
) -> GridReport:
    """One grid, as compute_grids does it. UserError where too few of its cells hold a location for a map."""
    done = compute_grids(
        connection, period=period, seed=seed, permutations=permutations, life_months=life_months, only=[chosen]
    ).grids[0]
    if done.skipped:
        raise UserError(f"{chosen.words}: {done.skipped}", where="--width", hint="choose narrower hexagons or a larger area.")
    return done


def cells_with_locations(grid: HexagonGrid, located: LocatedCounts, within: np.ndarray) -> Cells:
    """The cells that hold a location of the area; within: which locations lie in it, (L,)."""
    keys, position = np.unique(grid.cells_at(located.points_m[within]), return_inverse=True)
    at = np.full(len(located), -1, dtype=np.int64)
    at[within] = position
    return Cells(grid, keys, at)


def cell_weights(keys: Ints) -> SpatialWeights:
    """Each cell with itself and the up to six around it that are among the cells, binary. A lone cell stays alone, as on H3."""
    matrix = rings(keys)
    alone = np.flatnonzero(np.diff(matrix.indptr) <= 1)
    components, _ = sparse.csgraph.connected_components(matrix, directed=False)
    return SpatialWeights(matrix, tuple(int(i) for i in alone), False, int(components))


def _table(chosen: ChosenGrid, cells: Cells, reported: LocatedCounts, everything: LocatedCounts) -> PlaceTable:
    n = len(cells.keys)
    return PlaceTable(
        geography=chosen.geography,
        codes=cell_codes(chosen.width_m, cells.keys),
        lad_codes=tuple(districts_of_cells(cells, reported.lad22)),
        # nobody counts the residents of such cells, and an estimate for cells this small would be worse than none
        residents=np.full(n, np.nan),
        incidents=everything.summed_by(cells.at, n).sum(axis=2).astype(np.int64),
        reported=reported.summed_by(cells.at, n).sum(axis=2).astype(np.int64),
    )


def districts_of_cells(cells: Cells, lad22: np.ndarray) -> list[str]:
    """The district that most of a cell's locations lie in; the smaller code among equals."""
    held = pd.DataFrame({"cell": cells.at, "lad": lad22})[cells.at >= 0]
    counted = held.groupby(["cell", "lad"]).size().reset_index(name="locations")
    first = counted.sort_values(["cell", "locations", "lad"], ascending=[True, False, True]).drop_duplicates("cell")
    return [str(lad) for lad in first["lad"]]


def _store_cells(connection: Connection, chosen: ChosenGrid, cells: Cells, table: PlaceTable) -> None:
    outlines = ewkb(HEXAGON_CELL.c.geom, cells.grid.outlines(cells.keys))
    frame = pd.DataFrame(
        {
            "grid_id": chosen.grid_id,
            "code": list(table.codes),
            "lad_code": list(table.lad_codes),
            "locations": np.bincount(cells.at[cells.at >= 0], minlength=len(table)),
            "geom": [outline.hex() for outline in outlines],
        }
    )
    replace_rows(connection, "analysis", "hexagon_cell", frame, where={"grid_id": chosen.grid_id})


def _rows(table: PlaceTable, slices: Sequence[Slice], verdicts: Verdicts | None) -> pd.DataFrame:
    """Rows of analysis.grid_hotspot without grid, period and run; none where there is no map."""
    if verdicts is None:
        return pd.DataFrame(columns=["code"])
    return hotspot_rows(table, slices, verdicts).drop(columns=["geography", "edition"])


def _report(
    chosen: ChosenGrid, table: PlaceTable, slices: Sequence[Slice], verdicts: Verdicts | None, skipped: str, run_id: int
) -> GridReport:
    hot = cold = 0
    if verdicts is not None:
        shown = np.array([s.measure == "count" for s in slices])
        sure = (verdicts.certainty >= CERTAINTIES[1]) & shown
        hot, cold = int((sure & (verdicts.gi.z > 0)).sum()), int((sure & (verdicts.gi.z < 0)).sum())
    most = int(table.incidents.sum(axis=0).max()) if table.incidents.size else 0
    return GridReport(chosen.words, len(table), most, len(slices), hot, cold, skipped, run_id)
