"""How far homes are from the nearest service, place by place, in straight lines: no road network is held, and every page says so.

Homes are the live postcodes of a place, its residents shared evenly among them (as residents cross between geographies, decision 0024);
a place without one is represented by a point in its outline. All coordinates are EPSG:27700, all distances metres.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from core.errors import InternalError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Homes:
    """h points for the homes of n places. place (h): position of the place, in ascending order; xy (h x 2); people (h), NaN where unknown.

    homes (n): how many points a place has; from_outline (n): places that have no postcode and are represented by one point.
    """

    place: Ints
    xy: Floats
    people: Floats
    homes: Ints
    from_outline: Bools

    @property
    def middle(self) -> Floats:
        """(n x 2): mean point of each place's homes."""
        n = len(self.homes)
        total = np.column_stack([np.bincount(self.place, self.xy[:, axis], minlength=n) for axis in (0, 1)])
        return np.asarray(total / self.homes[:, None])


@dataclass(frozen=True)
class Reach:
    """All (n). nearest: distance of the middle home; lower, upper: a tenth of homes are nearer, a tenth farther.

    within: share of homes within reach. beyond: residents outside it. at_border: share of homes that are nearer to the region's border
    than to a service, for whom a service across the border may be nearer. home_beyond and home_at_border (h) are the same for each home.
    """

    nearest: Floats
    lower: Floats
    upper: Floats
    within: Floats
    beyond: Floats
    at_border: Floats
    home_beyond: Bools
    home_at_border: Bools


def homes_of(postcode_place: Ints, postcode_xy: Floats, residents: Floats, inside: Floats) -> Homes:
    """Homes of n places from their live postcodes. postcode_place (p): position of the place; residents (n); inside (n x 2): a point in
    each outline, for places without a postcode."""
    n = len(residents)
    counted = np.bincount(postcode_place, minlength=n)
    without = counted == 0
    place = np.concatenate([postcode_place, np.flatnonzero(without)])
    xy = np.concatenate([postcode_xy, inside[without]])
    order = np.argsort(place, kind="stable")
    homes = np.where(without, 1, counted)
    return Homes(place[order], xy[order], (residents / homes)[place[order]], homes, without)


def nearest_service(homes: Homes, services: Floats) -> Floats:
    """(h): distance of each home to the nearest of the services (s x 2). InternalError where there is none: nothing can be measured then."""
    if len(services) == 0:
        raise InternalError("reach: no service has a point")
    distance, _ = cKDTree(services).query(homes.xy)
    return np.asarray(distance)


def reach_of(homes: Homes, distance: Floats, *, reach_m: float, border: Floats) -> Reach:
    """Reach of one kind of service from the nearest_service of each home and its distance to the region's border (h)."""
    inside = distance <= reach_m
    at_border = border < distance
    n = len(homes.homes)
    lower, middle, upper = _quantiles(homes, distance, (0.1, 0.5, 0.9))
    return Reach(
        nearest=middle,
        lower=lower,
        upper=upper,
        within=np.bincount(homes.place, inside, minlength=n) / homes.homes,
        beyond=np.bincount(homes.place, np.where(inside, 0.0, homes.people), minlength=n).astype(np.float64),
        at_border=np.bincount(homes.place, at_border, minlength=n) / homes.homes,
        home_beyond=~inside,
        home_at_border=at_border,
    )


def _quantiles(homes: Homes, distance: Floats, shares: tuple[float, ...]) -> tuple[Floats, ...]:
    """The smallest distance within which at least that share of a place's homes lies, for each share."""
    order = np.lexsort((distance, homes.place))
    first = np.concatenate([[0], np.cumsum(homes.homes)[:-1]])
    return tuple(np.asarray(distance[order][first + np.ceil(share * homes.homes).astype(np.int64) - 1]) for share in shares)


def distance_to_border(homes: Homes, areas: NDArray[np.object_], farthest: Floats) -> Floats:
    """Metres from each home to the outer border of the areas together, or infinity where it is surely more than `farthest` (h).

    Generalised outlines leave slivers between neighbours, so they are joined half a metre wider than they are.
    """
    outline = shapely.union_all(shapely.buffer(areas, 0.5)).boundary
    ends = [np.asarray(part.coords) for part in shapely.get_parts(outline)]
    pieces = np.concatenate([shapely.linestrings(np.stack([line[:-1], line[1:]], axis=1)) for line in ends])
    border = shapely.STRtree(pieces)
    middle = homes.middle
    spread = np.hypot(*(homes.xy - middle[homes.place]).T)
    _, of_middle = border.query_nearest(shapely.points(middle), return_distance=True, all_matches=False)
    asked = np.flatnonzero(of_middle[homes.place] - spread <= farthest)
    distance = np.full(len(homes.xy), np.inf)
    _, distance[asked] = border.query_nearest(shapely.points(homes.xy[asked]), return_distance=True, all_matches=False)
    return distance
