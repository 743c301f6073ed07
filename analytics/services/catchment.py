"""How much of a service there is for the people around it: two-step floating catchment areas and their kin, by PySAL's `access`.

2SFCA (Luo and Wang 2003, Environment and Planning B 30, 865-884): each site is shared among everyone within its catchment, and a place adds
up the shares of the sites within its own. Enhanced (Luo and Qi 2009, Health & Place 15, 1100-1107): near counts more than far, in three
rings of weight 1, 0.68 and 0.22. 3SFCA (Wan, Zou and Sternberg 2012, International Journal of Geographical Information Science 26,
1073-1089): people with more choice draw less on each site. Sites count alike, because no file says how much each can do.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from analytics.services.reach import Floats
from core.errors import InternalError

# Luo and Qi's slow decay, by thirds of the catchment
RING_WEIGHTS = (1.0, 0.68, 0.22)


@dataclass(frozen=True)
class Catchment:
    """Sites per person, all (n); 0 where no site lies within the catchment."""

    two_step: Floats
    enhanced: Floats
    three_step: Floats


def catchment_access(places: Floats, people: Floats, sites: Floats, *, catchment_m: float) -> Catchment:
    """Sites per person of each place. places (n x 2), people (n) and sites (s x 2), EPSG:27700.

    InternalError for people that are missing or below 0. A site with nobody in its catchment serves nobody and drops out.
    """
    if not (np.isfinite(people).all() and (people >= 0).all()):
        raise InternalError("catchments: the residents of a place are not known")
    costs = _costs(places, sites, catchment_m)
    if costs.empty:
        nothing = np.zeros(len(places))
        return Catchment(nothing, nothing, nothing)
    from access import fca, weights

    supply = pd.DataFrame({"supply": np.ones(len(sites))})
    demand = pd.DataFrame({"demand": people})
    common = {"demand_df": demand, "supply_df": supply, "max_cost": catchment_m, "demand_index": True}
    rings = weights.step_fn({catchment_m * (k + 1) / 3: w for k, w in enumerate(RING_WEIGHTS)})
    with warnings.catch_warnings():
        # sites without people divide by nothing; they are put right below
        warnings.simplefilter("ignore")
        found = [
            fca.two_stage_fca(**common, cost_df=costs.copy()),
            fca.two_stage_fca(**common, cost_df=costs.copy(), weight_fn=rings),
            fca.three_stage_fca(**common, cost_df=costs.copy(), weight_fn=rings),
        ]
    two, enhanced, three = (_every_place(series, len(places)) for series in found)
    return Catchment(two, enhanced, three)


def _costs(places: Floats, sites: Floats, catchment_m: float) -> pd.DataFrame:
    """Straight-line distance of each pair within the catchment: columns origin (place), dest (site), cost."""
    pairs = cKDTree(places).sparse_distance_matrix(cKDTree(sites), catchment_m, output_type="coo_matrix")
    return pd.DataFrame({"origin": pairs.row, "dest": pairs.col, "cost": pairs.data}).astype({"origin": "int64", "dest": "int64"})


def _every_place(series: pd.Series, n: int) -> Floats:
    return np.asarray(series.replace([np.inf, -np.inf], np.nan).reindex(range(n)).fillna(0.0).to_numpy(dtype=np.float64))
