"""How far a hot spot depends on where the grid was laid, how large its cells are, and one single address.

For each hot spot by count (95% or more) of analysis.hotspot, LSOAs and hexagons alike:

    grids   the same incidents on 20 hexagon grids in EPSG:27700, shifted and turned at random, at half, the same and double the cell area
            (an LSOA's cell area is the median LSOA's). A hot spot holds in a grid where at least half of its own incidents lie in
            cells that are hot there; with no incidents of its own, where the cell at its middle is.
    busiest the map is tested again without the busiest location of its neighbourhood, the way it was tested first: does it stay hot?

A laid grid is tested as the map was (docs/decisions/0030): log(1 + incidents), random permutations of the whole map, Benjamini-Hochberg;
with fewer permutations, because 60 grids are tested. Study area: cells that hold a location. Writes analysis.stability; not part of the daily
flow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sqlalchemy import Connection

from analytics.false_discovery import q_values
from analytics.gi_star import Floats, getis_ord_gi_star
from analytics.gi_star_permutation import permutation_p
from analytics.hexagon_grid import HexagonGrid, other_grids, rings
from analytics.located_counts import codes_of, read_located_counts
from analytics.monthly_counts import read_monthly_counts
from analytics.place_table import Group, deliveries_of, months_loaded, period_values, read_groups
from analytics.place_weights import place_weights
from boundaries.areas import read_areas
from core.contracts import H3_R8, H3_R9, LSOA_2021, Geography
from core.db import fetch, replaced_rows
from core.errors import UserError
from core.periods import Period
from core.provenance import finish_run, start_run

GEOGRAPHIES = (LSOA_2021, H3_R9, H3_R8)
GRIDS = 20
# cell area, in that of the place's own geography
SIZES = (0.5, 1.0, 2.0)
PERMUTATIONS = 9_999
ALPHA = 0.05

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Stability:
    """h hot spots of one map.

    places: positions (h,). grids: (h x sizes), in how many grids each holds. without_busiest: (h,), 1 holds, 0 does not, -1 cannot be
    asked (a single location, or so near the border that with this many permutations it is not hot to begin with). busiest_share:
    (h,), that location's part of the neighbourhood's incidents; NaN for none.
    """

    places: Ints
    grids: Ints
    without_busiest: NDArray[np.int8]
    busiest_share: Floats


@dataclass(frozen=True)
class StabilityReport:
    """hot_spots: examined; in_most_grids: hot in at least half of the grids of every size; fell: no longer hot without one location."""

    hot_spots: int
    in_most_grids: int
    fell: int
    rows: int
    run_id: int


def compute_stability(
    connection: Connection,
    *,
    period: Period,
    seed: int,
    geographies: Sequence[Geography] = GEOGRAPHIES,
    group_ids: Sequence[str] = (),
    grids: int = GRIDS,
    permutations: int = PERMUTATIONS,
) -> StabilityReport:
    """Examine every stored hot spot of a period; replaces what stood for its end. UserError where no hot spots were computed for it."""
    groups = [g for g in read_groups(connection) if g.hotspot_input and (not group_ids or g.id in group_ids)]
    months = months_loaded(connection, period)
    found = fetch(connection, "queries/analytics_hot_places", period_values(period))
    if not int(found["maps"].iloc[0] if len(found) else 0):
        raise UserError(f"no hot spots of {period} are stored", where="analysis.hotspot", hint="run 'homeground analyse'.")
    located = read_located_counts(connection, groups, months)
    parameters = {"grids": grids, "sizes": list(SIZES), "permutations": permutations, "alpha": ALPHA, "months": list(months)}
    run_id = start_run(connection, "stability", seed=seed, parameters=parameters, delivery_ids=deliveries_of(connection, period))
    total = most = fell = 0
    with replaced_rows(connection, "analysis", "stability", where={"period_end": period.end}) as result:
        for geography in geographies:
            counts = read_monthly_counts(connection, geography, groups, months)
            weights = place_weights(connection, geography, counts.codes).matrix
            place = pd.Index(counts.codes).get_indexer(codes_of(located, geography))
            cell_km2 = _cell_km2(connection, geography)
            for column, group in enumerate(groups):
                same = (found["geography"] == geography.level) & (found["edition"] == geography.edition)
                codes = found.loc[same & (found["group_id"] == group.id), "code"].to_numpy(dtype=object)
                hot = pd.Index(counts.codes).get_indexer(codes)
                if not len(hot):
                    continue
                at_location = located.incidents[:, column, :].sum(axis=1).astype(np.float64)
                answer = examine(
                    hot, at_location, located.points_m, place, weights, cell_km2, grids=grids, permutations=permutations, seed=seed
                )
                result.add(_rows(geography, group, counts.codes, counts.lad_codes, answer, grids, period, run_id))
                total += len(hot)
                most += int((2 * answer.grids >= grids).all(axis=1).sum())
                fell += int((answer.without_busiest == 0).sum())
    finish_run(connection, run_id)
    return StabilityReport(total, most, fell, result.rows, run_id)


def examine(
    hot: Ints,
    at_location: Floats,
    points_m: Floats,
    place: Ints,
    weights: sparse.csr_matrix,
    cell_km2: float,
    *,
    grids: int,
    permutations: int,
    seed: int,
) -> Stability:
    """Both questions for the hot spots of one map.

    hot: positions (h,) of hot places. at_location, points_m, place: (L,), (L x 2), (L,) of each location: incidents, where, in which place
    (below 0: none). weights: (n x n) star weights of the places.
    """
    held = np.zeros((len(hot), len(SIZES)), dtype=np.int64)
    for size, times in enumerate(SIZES):
        for number, grid in enumerate(other_grids(cell_km2 * times, grids, seed=seed + size)):
            in_hot = hot_locations(grid, at_location, points_m, permutations=permutations, seed=seed + number)
            held[:, size] += _holds(hot, at_location, place, in_hot)
    without, share = _without_busiest(hot, at_location, place, weights, permutations=permutations, seed=seed)
    return Stability(hot, held, without, share)


def hot_locations(grid: HexagonGrid, at_location: Floats, points_m: Floats, *, permutations: int, seed: int) -> Bools:
    """Which locations lie in a cell that is hot on this grid, (L,)."""
    cells, own = np.unique(grid.cells_at(points_m), return_inverse=True)
    counts = np.bincount(own, weights=at_location, minlength=len(cells)).astype(np.float64)
    return np.asarray(hot_of_maps(counts[:, None], rings(cells), permutations=permutations, seed=seed)[own, 0])


def hot_of_maps(counts: Floats, weights: sparse.csr_matrix, *, permutations: int, seed: int) -> Bools:
    """Which places of each map of counts (n x m) are hot after false discovery control, the way analysis.hotspot is made."""
    values = np.log1p(counts)
    z = getis_ord_gi_star(values, weights).z
    p = permutation_p(values, weights, permutations=permutations, seed=seed)
    q = q_values(np.where(np.isnan(z), np.nan, p))
    return np.asarray((q <= ALPHA) & (z > 0))


def _holds(hot: Ints, at_location: Floats, place: Ints, in_hot: Bools) -> Bools:
    inside = place >= 0
    n = int(max(place.max(initial=-1), hot.max(initial=-1))) + 1
    # a place without incidents of its own is judged by its locations alike, each counting the same
    total = np.bincount(place[inside], weights=at_location[inside], minlength=n)
    caught = np.bincount(place[inside], weights=(at_location * in_hot)[inside], minlength=n)
    points = np.bincount(place[inside], minlength=n)
    hot_points = np.bincount(place[inside], weights=in_hot[inside].astype(np.float64), minlength=n)
    own = total[hot] > 0
    return np.where(own, 2 * caught[hot] >= total[hot], (points[hot] > 0) & (2 * hot_points[hot] >= points[hot]))


def _without_busiest(
    hot: Ints, at_location: Floats, place: Ints, weights: sparse.csr_matrix, *, permutations: int, seed: int
) -> tuple[NDArray[np.int8], Floats]:
    """Neighbours share their busiest location, so each location is taken off once and the whole map tested again."""
    n = weights.shape[0]
    inside = np.flatnonzero(place >= 0)
    counts = np.bincount(place[inside], weights=at_location[inside], minlength=n).astype(np.float64)
    # the busiest location of each place, by a sort on place and then count; empty places have none
    order = inside[np.lexsort((at_location[inside], place[inside]))]
    last = np.append(np.flatnonzero(np.diff(place[order]) != 0), len(order) - 1) if len(order) else np.empty(0, dtype=np.int64)
    busiest_of = np.full(n, -1, dtype=np.int64)
    busiest_of[place[order[last]]] = order[last]
    active = np.bincount(place[inside], weights=(at_location[inside] > 0).astype(np.float64), minlength=n)

    busiest = np.full(len(hot), -1, dtype=np.int64)
    share = np.full(len(hot), np.nan)
    single = np.zeros(len(hot), dtype=bool)
    for k, i in enumerate(hot):
        near = weights.indices[weights.indptr[i] : weights.indptr[i + 1]]
        candidates = busiest_of[near]
        candidates = candidates[candidates >= 0]
        total = counts[near].sum()
        if len(candidates) and total > 0:
            busiest[k] = candidates[np.argmax(at_location[candidates])]
            share[k] = at_location[busiest[k]] / total
        single[k] = active[near].sum() <= 1
    answer = np.full(len(hot), -1, dtype=np.int8)
    to_begin_with = hot_of_maps(counts[:, None], weights, permutations=permutations, seed=seed)[hot, 0]
    asked = ~single & (busiest >= 0) & to_begin_with
    if asked.any():
        removed, column = np.unique(busiest[asked], return_inverse=True)
        for start in range(0, len(removed), _AT_ONCE):
            block = removed[start : start + _AT_ONCE]
            maps = np.repeat(counts[:, None], len(block), axis=1)
            maps[place[block], np.arange(len(block))] -= at_location[block]
            still = hot_of_maps(maps, weights, permutations=permutations, seed=seed)
            mine = (column >= start) & (column < start + len(block))
            answer[np.flatnonzero(asked)[mine]] = still[hot[asked][mine], column[mine] - start]
    return answer, share


# maps tested at once: 11,000 hexagons times this many must fit in memory several times
_AT_ONCE = 64


def _cell_km2(connection: Connection, geography: Geography) -> float:
    if geography.level == "h3":
        cells = fetch(connection, "queries/analytics_h3_cells", {"resolution": int(geography.edition[1:])})
        return float(cells["area_m2"].median() / 1e6)
    return float(read_areas(connection, geography).geometry.area.median() / 1e6)


def _rows(
    geography: Geography,
    group: Group,
    codes: Sequence[str],
    lads: Sequence[str],
    answer: Stability,
    grids: int,
    period: Period,
    run_id: int,
) -> pd.DataFrame:
    holds = pd.array([None if value < 0 else bool(value) for value in answer.without_busiest], dtype="boolean")
    return pd.DataFrame(
        {
            "geography": geography.level,
            "edition": geography.edition,
            "code": [codes[i] for i in answer.places],
            "lad_code": [lads[i] for i in answer.places],
            "group_id": group.id,
            "grids": grids,
            "grids_half": answer.grids[:, 0],
            "grids_same": answer.grids[:, 1],
            "grids_double": answer.grids[:, 2],
            "holds_without_busiest": holds,
            "busiest_share": answer.busiest_share,
            **period_values(period),
            "run_id": run_id,
        }
    )
