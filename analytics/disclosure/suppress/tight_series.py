"""Which new figures their own history would give away: the sums of one place and group over overlapping periods, taken by themselves.

With P_t the incidents up to month class t, a published period (a, b] says P_b - P_a = W, and no month is negative: P_t >= P_(t-1). These are
difference constraints, so the most that P_b - P_a can be is the length of a shortest path from a to b (Bellman 1958; Floyd 1962 for all
pairs at once), a whole number, and exact for what this place and group show by themselves. Other figures can only narrow it: a new figure
that leaves a small month or a small withheld period no room is refuted before any attack, and is withheld from the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.disclosure.history import Joint
from analytics.disclosure.nesting import least_of_members
from analytics.disclosure.policy import Policy, Zeros
from analytics.disclosure.system import BoolArray, IntArray, PublicationSystem

SITE = ["geography", "edition", "place_code", "category"]
# no count comes near it, and the sum of two does not overflow
FAR = 1 << 40
# sites times (months + 1) squared that are worked on at once
AT_ONCE = 20_000_000


def already_known(joint: Joint, system: PublicationSystem) -> IntArray:
    """For each row of the system the least that earlier figures of its own place and group leave possible for it; 0 where they say nothing.

    Earlier symbols speak too: what an earlier release withheld as more than 0 is at least 1, and an area at least as much as its members are.

    What was published cannot be taken back: a count that is 1 or more by what everybody has read already cannot be made to look like a 0.
    """
    least = np.zeros(system.n_cells, dtype=np.int64)
    series = _Series.of(joint, system)
    if not len(series.row):
        return least
    shown, said = system.seen == 1, system.seen == -1
    floors = least_of_members(system, np.where(shown, system.cell_counts, np.where(said, system.known_least, 0)))
    before = shown[series.row]
    at_least = np.where(said[series.row], floors[series.row], 0)
    for some in series.pieces(np.unique(series.site[before | (at_least > 0)])):
        here, place = series.within(some)
        bound = series.longest(len(some), here & before, place, here & (at_least > 0), at_least)
        own = series.row[here]
        least[own] = np.maximum(0, -bound[place[here], series.last[here], series.first[here]])
    return least


def tight_figures(joint: Joint, system: PublicationSystem, visible: BoolArray, policy: Policy, least: IntArray) -> BoolArray:
    """Rows of the candidate that are visible and must not be: with them a small month of their own place and group could not be k, or a
    small period that is withheld could not take every required value. visible: rows of the system, the public past among them."""
    tight = np.zeros(system.n_cells, dtype=bool)
    if policy.required_parts is None or not policy.protect_implied:
        return tight
    series = _Series.of(joint, system)
    # a 0 that the policy always shows is never withheld
    kept = (series.value == 0) & (policy.zeros is Zeros.SHOWN)
    shown, mine = visible[series.row], (system.seen[series.row] == 0) & ~kept
    for some in series.pieces(np.unique(series.site[shown & mine])):
        here, place = series.within(some)
        bound = series.longest(len(some), here & shown, place)
        hidden = here & ~shown
        wrong = _small_months(bound, series.months[some], policy) | _small_periods(
            bound, place[hidden], series.first[hidden], series.last[hidden], series.value[hidden], least[series.row[hidden]], policy
        )
        tight[series.row[here & shown & mine & wrong[place]]] = True
    return tight


@dataclass(frozen=True)
class _Series:
    """The rows that are runs of months of one place and group, and what no release corrected.

    row: in the system; site: place and group of each; first, last: edges of its months in time; value; months: (sites x months) true counts.
    """

    row: IntArray
    site: IntArray
    first: IntArray
    last: IntArray
    value: IntArray
    months: IntArray

    @classmethod
    def of(cls, joint: Joint, system: PublicationSystem) -> _Series:
        spans = _spans(joint)
        n = len(joint.cells)
        corrected = np.diff(joint.incidence[:, joint.area < 0].indptr) > 0 if joint.corrected else np.zeros(n, dtype=bool)
        site = pd.factorize(pd.MultiIndex.from_frame(joint.cells[SITE]))[0]
        row = np.flatnonzero((spans[joint.window_of_row, 0] >= 0) & ~corrected)
        first, last = spans[joint.window_of_row[row]].T
        return cls(row, site[row], first, last, system.cell_counts[row], _months_of_sites(joint, site))

    def pieces(self, sites: IntArray) -> list[IntArray]:
        """The sites in pieces that are worked on at once."""
        size = (self.months.shape[1] + 1) ** 2
        return [s for s in np.array_split(sites, max(1, len(sites) * size // AT_ONCE)) if len(s)]

    def within(self, some: IntArray) -> tuple[BoolArray, IntArray]:
        """Which rows are of these sites, and each row's place among them."""
        return np.isin(self.site, some), np.minimum(np.searchsorted(some, self.site), len(some) - 1)

    def longest(self, sites: int, known: BoolArray, place: IntArray, more: BoolArray | None = None, at_least: IntArray | None = None
                ) -> IntArray:  # fmt: skip
        """known: rows whose value everybody knows; more: rows of which everybody knows that they are at_least so much."""
        floor = np.zeros((4, 0), dtype=np.int64)
        if more is not None and at_least is not None:
            floor = np.array([place[more], self.first[more], self.last[more], at_least[more]])
        return _longest(sites, self.months.shape[1], place[known], self.first[known], self.last[known], self.value[known], floor)


def _spans(joint: Joint) -> IntArray:
    """First month class of each window and the one after its last, in order of time; (-1, -1) where other months lie between."""
    found = []
    for inside in joint.windows:
        at = np.flatnonzero(inside[joint.in_time])
        whole = len(at) and at[-1] - at[0] + 1 == len(at)
        found.append((at[0], at[-1] + 1) if whole else (-1, -1))
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _months_of_sites(joint: Joint, site: IntArray) -> IntArray:
    """Incidents of each site in each month class, in order of time, over all months that any row of the site holds."""
    own = np.flatnonzero(joint.area >= 0)
    rows: Any = joint.incidence[:, own]
    place = np.empty_like(joint.in_time)
    place[joint.in_time] = np.arange(len(place))
    months = np.zeros((int(site.max()) + 1, len(place)), dtype=np.int64)
    for month in np.unique(joint.month[own]):
        held = rows @ np.where(joint.month[own] == month, joint.atom_counts[own], 0)
        np.maximum.at(months[:, place[month]], site, held)
    return months


def _longest(sites: int, months: int, place: IntArray, a: IntArray, b: IntArray, value: IntArray, floor: IntArray) -> IntArray:
    """(sites x (months + 1) x (months + 1)): the most that the incidents from the one edge of a month to the other can be."""
    bound = np.full((sites, months + 1, months + 1), FAR, dtype=np.int64)
    edge = np.arange(months + 1)
    bound[:, edge, edge] = 0
    bound[:, edge[1:], edge[:-1]] = 0
    np.minimum.at(bound, (place, a, b), value)
    np.minimum.at(bound, (place, b, a), -value)
    np.minimum.at(bound, (floor[0], floor[2], floor[1]), -floor[3])
    for k in edge:
        np.minimum(bound, bound[:, :, k, None] + bound[:, None, k, :], out=bound)
    return bound


def _small_months(bound: IntArray, months: IntArray, policy: Policy) -> BoolArray:
    """Sites with a month of 1 to k - 1 that can never be what parts_must_keep asks for."""
    edge = np.arange(months.shape[1])
    small = (months >= policy.smallest_sensitive) & (months >= 1) & (months < policy.threshold)
    most = bound[:, edge, edge + 1]
    least = -bound[:, edge + 1, edge]
    low, high = policy.required_parts or policy.required
    return np.asarray((small & ((most < high) | (least > low))).any(axis=1))


def _small_periods(bound: IntArray, place: IntArray, a: IntArray, b: IntArray, value: IntArray, least: IntArray, policy: Policy
                   ) -> BoolArray:  # fmt: skip
    """Sites with a withheld period of 1 to k - 1 that cannot take every required value that was possible before."""
    low, high = policy.required
    small = (value >= 1) & (value < policy.threshold)
    narrow = (bound[place, a, b] < high) | (-bound[place, b, a] > np.maximum(low, least))
    wrong = np.zeros(len(bound), dtype=bool)
    wrong[place[small & narrow]] = True
    return wrong
