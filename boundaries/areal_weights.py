"""Weights that carry residents from one geography to another: LSOA 2011 and 2021 both ways, and LSOA 2021 to H3 cells.

For denominators alone. Incidents have a point and are counted where it lies; a weight never touches them.

The method is dasymetric: within an area, people are taken to live where its postcodes in use are, each an equal share (Mennis 2009,
"Dasymetric mapping for estimating population in small areas", Geography Compass 3(2)); an area with fewer than five postcodes goes by land.
Between editions only the pairs of the publisher's exact-fit lookup may exchange people, so an unchanged area keeps all of its own and a
merged one receives all of its parts. Each area's weights add up to 1, so totals stand. How wrong the estimates are is measured where the
truth is known, beside plain area weighting (decision 0024).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import Connection

from boundaries import hexagons
from boundaries.areas import read_areas, read_parents, read_region
from boundaries.projection import to_wgs84
from core.contracts import H3_R7, H3_R8, H3_R9, LAD_2022, LSOA_2011, LSOA_2021, MSOA_2021, Geography
from core.db import copy_frame, fetch, run_statement
from core.errors import InternalError, UserError
from core.provenance import finish_run, start_run

FEWEST_POSTCODES = 5
RESIDENTS_2021 = "census2021"
RESIDENTS_2011 = "mid2020"
ESTIMATED = "census2021 dasymetric"

_PAIR = ["from_code", "to_code"]


@dataclass(frozen=True)
class EstimateError:
    """Estimates against known residents, over `areas`: percent, absolute, of the known number. by_land: the same by plain area weighting."""

    what: str
    areas: int
    mean_percent: float
    median_percent: float
    worst_percent: float
    by_land_mean_percent: float
    by_land_median_percent: float


@dataclass(frozen=True)
class WeightsReport:
    """pairs: rows of place.area_weight by crossing; basis: how many source areas went by each; cells: hexagons with residents."""

    pairs: dict[str, int]
    basis: dict[str, int]
    cells: dict[str, int]
    residents: float
    residents_in_cells: float
    errors: tuple[EstimateError, ...]
    run_id: int


def shares_by_postcode(postcodes: pd.DataFrame, land: pd.DataFrame, *, fewest: int = FEWEST_POSTCODES) -> pd.DataFrame:
    """Weights from_code, to_code, weight, basis; the weights of each from_code add up to 1.

    postcodes: from_code, to_code, one row a postcode in use. land: from_code, to_code, m2, every pair that may exchange people. A source
    with one target gives it all ('exact'); one with at least `fewest` postcodes on its pairs goes by them ('postcodes'), others by 'area'.
    """
    counted = postcodes.groupby(_PAIR, as_index=False).size().rename(columns={"size": "postcodes"})
    table = land.groupby(_PAIR, as_index=False)["m2"].sum().merge(counted, on=_PAIR, how="left").fillna({"postcodes": 0})
    sums = table.groupby("from_code")[["m2", "postcodes"]].transform("sum")
    targets = table.groupby("from_code")["to_code"].transform("size")
    by_postcode = sums["postcodes"] >= fewest
    if bool((~by_postcode & (targets > 1) & (sums["m2"] <= 0)).any()):
        raise InternalError("weights: an area has neither postcodes nor land on its pairs")
    weight = np.where(by_postcode, table["postcodes"] / sums["postcodes"].clip(lower=1), table["m2"] / sums["m2"].clip(lower=1e-9))
    table["weight"] = np.where(targets == 1, 1.0, weight)
    table["basis"] = np.where(targets == 1, "exact", np.where(by_postcode, "postcodes", "area"))
    return table.loc[table["weight"] > 0, [*_PAIR, "weight", "basis"]].reset_index(drop=True)


def carry(values: pd.Series, weights: pd.DataFrame) -> pd.Series:
    """Values by source code to values by target code. InternalError where a value's area has no weights: it would be lost."""
    if len(lost := values.index.difference(weights["from_code"])):
        raise InternalError(f"weights: {len(lost)} areas with a value have none, such as {lost[0]}")
    moved = weights["weight"] * weights["from_code"].map(values)
    return moved.groupby(weights["to_code"]).sum(min_count=1).dropna()


def shared_land(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """pairs (from_code, to_code) with m2, the land that both outlines cover; a pair without both outlines has 0."""
    known = pairs["from_code"].isin(left.index) & pairs["to_code"].isin(right.index)
    m2 = np.zeros(len(pairs))
    held = pairs[known]
    m2[known.to_numpy()] = shapely.area(
        shapely.intersection(left.geometry.loc[held["from_code"]].to_numpy(), right.geometry.loc[held["to_code"]].to_numpy())
    )
    return pairs[_PAIR].assign(m2=m2)


def cells_of_areas(areas: gpd.GeoDataFrame, resolution: int = hexagons.FINEST) -> pd.DataFrame:
    """from_code, to_code (the cell, BIGINT), m2: every H3 cell that an area reaches into."""
    parts = []
    for code, shape in areas.geometry.items():
        near = hexagons.ring_one(hexagons.cells_over(shape.bounds, resolution))
        cells = np.fromiter(near, dtype=np.int64, count=len(near))
        m2 = shapely.area(shapely.intersection(hexagons.outlines_of(cells), shape))
        parts.append(pd.DataFrame({"from_code": code, "to_code": cells[m2 > 0], "m2": m2[m2 > 0]}))
    # typed also where there is none: an untyped empty column joined to cells would turn them into floats, which hold no H3 cell exactly
    none = {"from_code": pd.Series(dtype="str"), "to_code": pd.Series(dtype="int64"), "m2": pd.Series(dtype="float64")}
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(none)


def hexagon_codes(cells: Iterable[int]) -> npt.NDArray[np.object_]:
    """Cells as the 15 hexadecimal characters that place.population and analysis.* use."""
    return np.array([f"{int(cell):x}" for cell in cells], dtype=object)


def prepare_weights(connection: Connection) -> WeightsReport:
    """Fill place.area_weight and the estimated residents of hexagons in place.population, and measure the error. Safe to run again.

    Runs after the geography stage. UserError where outlines, postcodes or residents are not loaded; InternalError where a total is not kept.
    """
    region = read_region(connection)
    district = read_parents(connection, LSOA_2021, LAD_2022)
    inside = district.index[district.isin(region.districts)]
    residents = _residents(connection, LSOA_2021, RESIDENTS_2021)
    residents = residents[residents.index.isin(inside)]
    new = read_areas(connection, LSOA_2021)
    new = new[new.index.isin(inside)]
    postcodes = fetch(connection, "boundaries/live_postcodes")
    if residents.empty or postcodes.empty or new.empty:
        raise UserError(
            "residents, postcodes or outlines of the region are not loaded",
            where="place.population" if residents.empty else "place.postcode" if postcodes.empty else "place.area",
            hint="load them with 'homeground feeds load --source DIR' and run 'homeground analyse'.",
        )
    parameters = {"fewest_postcodes": FEWEST_POSTCODES, "residents": RESIDENTS_2021}
    run_id = start_run(connection, "weights", seed=None, parameters=parameters, delivery_ids=())
    changes = fetch(connection, "boundaries/edition_changes")
    changes = changes[changes["to_code"].isin(inside)].reset_index(drop=True)
    errors, stored, basis = [], {}, {"exact": 0, "postcodes": 0, "area": 0}

    def keep(weights: pd.DataFrame, source: Geography, target: Geography) -> None:
        stored[f"{source} to {target}"] = _store(connection, weights, source, target)
        for name, count in weights.drop_duplicates("from_code")["basis"].value_counts().items():
            basis[str(name)] += int(count)

    old = read_areas(connection, LSOA_2011)
    if not changes.empty:
        land = shared_land(old, new, changes)
        forward = _forward(postcodes, land)
        keep(forward, LSOA_2011, LSOA_2021)
        back_land = land.rename(columns={"from_code": "to_code", "to_code": "from_code"})
        keep(shares_by_postcode(_pairs(postcodes, "lsoa21_code", "lsoa11_code", back_land), back_land), LSOA_2021, LSOA_2011)
        known_2011 = _residents(connection, LSOA_2011, RESIDENTS_2011)
        by_land = shares_by_postcode(postcodes.iloc[:0].reindex(columns=_PAIR), land)
        errors += edition_errors(changes, forward, by_land, residents, known_2011)
    errors += one_level_up(connection, postcodes, new, residents)
    cells = _cell_weights(postcodes, new)
    keep(cells.assign(to_code=hexagon_codes(cells["to_code"])), LSOA_2021, H3_R9)
    counts, total = _store_cell_residents(connection, carry(residents, cells))
    if abs(total - residents.sum()) > 1e-6 * residents.sum():
        raise InternalError(f"hexagons hold {total:.3f} residents of {residents.sum():.3f}")
    finish_run(connection, run_id, found={"errors": [asdict(error) for error in errors]})
    return WeightsReport(stored, basis, counts, float(residents.sum()), total, tuple(errors), run_id)


def edition_errors(
    changes: pd.DataFrame, weights: pd.DataFrame, by_land: pd.DataFrame, truth: pd.Series, known_2011: pd.Series
) -> list[EstimateError]:
    """How well residents of 2011 areas become residents of 2021 areas; truth by LSOA 2021.

    First the weights alone: the true residents of each divided area are shared among its children. Then as used, from the residents of
    another date by LSOA 2011, on changed areas and, because the dates differ, on unchanged ones, whose error the weights cannot cause.
    """
    changed = set(changes.loc[changes["change"] != "U", "to_code"])
    divided = changes[changes["change"].isin(["S", "X"]) & changes["to_code"].isin(truth.index)]
    whole = divided[divided.groupby("to_code")["from_code"].transform("size") == 1]
    parent = whole["to_code"].map(truth).groupby(whole["from_code"]).sum()
    errors = [_error("weights alone, children of divided areas", carry_known(parent, weights), carry_known(parent, by_land), truth)]
    known = known_2011[known_2011.index.isin(changes["from_code"])]
    if len(known) == changes["from_code"].nunique():
        used, land = carry(known, weights), carry(known, by_land)
        for label, codes in (("changed", truth.index.isin(changed)), ("unchanged", ~truth.index.isin(changed))):
            errors.append(_error(f"mid-2020 residents on {label} areas against Census 2021", used, land, truth[codes]))
    return [error for error in errors if error.areas]


def carry_known(values: pd.Series, weights: pd.DataFrame) -> pd.Series:
    """As carry, of the sources that have a value alone."""
    return carry(values, weights[weights["from_code"].isin(values.index)])


def one_level_up(
    connection: Connection, postcodes: pd.DataFrame, lsoas: gpd.GeoDataFrame, residents: pd.Series
) -> list[EstimateError]:
    """The method of the hexagons where the truth is known: residents of MSOAs shared among their LSOAs."""
    msoa = read_parents(connection, LSOA_2021, MSOA_2021)
    msoa = msoa[msoa.index.isin(residents.index) & msoa.index.isin(lsoas.index)]
    if msoa.empty:
        return []
    land = pd.DataFrame({"from_code": msoa.to_numpy(), "to_code": msoa.index, "m2": lsoas.geometry.loc[msoa.index].area.to_numpy()})
    found = pd.DataFrame({"from_code": postcodes["lsoa21_code"].map(msoa), "to_code": postcodes["lsoa21_code"]}).dropna()
    total = residents[msoa.index].groupby(msoa).sum()
    by_post, by_land = shares_by_postcode(found, land), shares_by_postcode(found.iloc[:0], land)
    return [
        _error("residents of MSOAs shared among their LSOAs", carry(total, by_post), carry(total, by_land), residents[msoa.index])
    ]


def _error(what: str, estimate: pd.Series, by_land: pd.Series, truth: pd.Series) -> EstimateError:
    codes = truth.index[truth.index.isin(estimate.index) | truth.index.isin(by_land.index)]
    codes = codes[(truth[codes] > 0).to_numpy()]
    if codes.empty:
        return EstimateError(what, 0, *([float("nan")] * 5))
    off, land = (100.0 * (v.reindex(codes, fill_value=0.0) - truth[codes]).abs() / truth[codes] for v in (estimate, by_land))
    return EstimateError(
        what, len(codes), float(off.mean()), float(off.median()), float(off.max()), float(land.mean()), float(land.median())
    )


def _residents(connection: Connection, geography: Geography, reference: str) -> pd.Series:
    values = {"geography": geography.level, "edition": geography.edition, "reference": reference}
    return fetch(connection, "boundaries/residents", values).set_index("code")["people"].astype(float)


def _pairs(postcodes: pd.DataFrame, source: str, target: str, allowed: pd.DataFrame) -> pd.DataFrame:
    """Postcodes that lie in both areas of an allowed pair. Others lie where two editions' outlines were generalised apart."""
    found = pd.DataFrame({"from_code": postcodes[source], "to_code": postcodes[target]}).dropna()
    return found.merge(allowed[_PAIR].drop_duplicates(), on=_PAIR)


def _forward(postcodes: pd.DataFrame, land: pd.DataFrame) -> pd.DataFrame:
    return shares_by_postcode(_pairs(postcodes, "lsoa11_code", "lsoa21_code", land), land)


def _cell_weights(postcodes: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """LSOA 2021 to cells of resolution 9. Land is worked out for the few LSOAs alone that need it."""
    held = postcodes[postcodes["lsoa21_code"].isin(areas.index)]
    lon, lat = to_wgs84(held["easting"], held["northing"])
    found = pd.DataFrame({"from_code": held["lsoa21_code"].to_numpy(), "to_code": hexagons.cells_at(lon, lat)})
    enough = found.groupby("from_code").size()
    few = areas[~areas.index.isin(enough.index[enough >= FEWEST_POSTCODES])]
    land = pd.concat([found.drop_duplicates().assign(m2=0.0), cells_of_areas(few)], ignore_index=True)
    return shares_by_postcode(found, land)


def _store(connection: Connection, weights: pd.DataFrame, source: Geography, target: Geography) -> int:
    crossing = {"from_geography": source.level, "from_edition": source.edition, "to_geography": target.level,
                "to_edition": target.edition}  # fmt: skip
    run_statement(connection, "boundaries/clear_weights", crossing)
    return copy_frame(connection, "place", "area_weight", weights.assign(**crossing))


def _store_cell_residents(connection: Connection, residents: pd.Series) -> tuple[dict[str, int], float]:
    """Residents by cell of resolution 9 into place.population, with the coarser cells that incidents are counted to."""
    run_statement(connection, "boundaries/clear_cell_residents", {"reference": ESTIMATED})
    counts = {}
    total = float(residents.sum())
    for geography, resolution in ((H3_R9, 9), (H3_R8, 8), (H3_R7, 7)):
        cells = residents.groupby([hexagons.parent_of(int(c), resolution) for c in residents.index]).sum()
        frame = pd.DataFrame({"code": hexagon_codes(cells.index), "people": cells.to_numpy()})
        frame = frame.assign(geography=geography.level, edition=geography.edition, measure="residents", reference=ESTIMATED)
        counts[str(geography)] = copy_frame(connection, "place", "population", frame)
    return counts, total
