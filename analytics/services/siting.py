"""Where further services would bring most people into reach: the maximal covering location problem, by PySAL's `spopt`.

Church and ReVelle (1974), Papers of the Regional Science Association 32, 101-118. Candidates are the middles of all places; demand are
the homes that no service reaches now. Posed with every home and place the model takes minutes to build, so it is made smaller without
changing its answer:

    homes that the same candidates reach are one;
    a candidate can be in the best plan of p sites only if what it reaches alone is at least (what a greedy plan of p sites reaches) less
    (what the best plan of p - 1 sites reaches), because a plan reaches at most the sum of its parts.

A site here is a neighbourhood in which to look, not an address: nothing is known of buildings, cost, staff or bus routes.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from analytics.services.reach import Floats
from core.errors import InternalError

# another first site that reaches at least this share of what the best reaches is as good an answer as ours
NEARLY = 0.9
# how many such sites are named; neighbours of one another count once
MOST_NEARLY = 5


@dataclass(frozen=True)
class Plan:
    """sites: positions of the candidates, the one that reaches most first. alone: people each would bring into reach by itself; people:
    what the plan brings into reach. proven: whether the solver showed that no plan is better."""

    sites: tuple[int, ...]
    alone: tuple[float, ...]
    people: float
    proven: bool


@dataclass(frozen=True)
class Coverage:
    """Which candidates reach which groups of unreached homes. reaches (groups x candidates) binary; people (groups)."""

    reaches: sparse.csc_matrix
    people: Floats

    @property
    def alone(self) -> Floats:
        """(candidates): people that each would bring into reach by itself."""
        return np.asarray(self.reaches.T @ self.people)

    def people_of(self, sites: tuple[int, ...]) -> float:
        """People that several sites together would bring into reach, each counted once."""
        return float(self.people @ (np.asarray(self.reaches[:, list(sites)].sum(axis=1)).ravel() > 0))


def coverage_of(homes: Floats, people: Floats, candidates: Floats, *, reach_m: float) -> Coverage:
    """Unreached homes (h x 2) with their people (h), grouped by the candidates (c x 2) that would reach them."""
    found = cKDTree(candidates).query_ball_point(homes, reach_m, return_sorted=True)
    groups: dict[tuple[int, ...], float] = {}
    for near, count in zip(found, people, strict=True):
        if near and count > 0:
            groups[tuple(near)] = groups.get(tuple(near), 0.0) + float(count)
    rows = [row for row, near in enumerate(groups) for _ in near]
    columns = [column for near in groups for column in near]
    matrix = sparse.csc_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(groups), len(candidates)))
    return Coverage(matrix, np.array(list(groups.values()), dtype=np.float64))


def best_plans(coverage: Coverage, *, most_sites: int, seconds: float = 60.0) -> tuple[Plan, ...]:
    """The best plans of 1, 2, ... most_sites sites; fewer where less would reach everyone that can be reached, none where nobody can be."""
    plans: list[Plan] = []
    alone = coverage.alone
    before = 0.0
    for count in range(1, most_sites + 1):
        greedy = _greedy(coverage, count)
        if len(greedy) < count:
            break
        floor = coverage.people_of(greedy) - before
        worth = np.flatnonzero(alone >= floor * (1 - 1e-12))
        sites, proven = (greedy, True) if count == 1 else _covering_model(coverage, worth, count, seconds)
        # the bound rests on the plan before
        proven = proven and all(plan.proven for plan in plans)
        if coverage.people_of(sites) < coverage.people_of(greedy):
            # the solver ran out of time below the greedy plan
            sites = greedy
        before = coverage.people_of(sites)
        ordered = tuple(sorted(sites, key=lambda s: (-alone[s], s)))
        plans.append(Plan(ordered, tuple(float(alone[s]) for s in ordered), before, proven))
    return tuple(plans)


def nearly_as_good(coverage: Coverage, candidates: Floats, best: int, *, apart_m: float) -> tuple[int, ...]:
    """Other first sites that would reach at least NEARLY as many, none within apart_m of the best or of one another."""
    alone = coverage.alone
    chosen = [best]
    for site in np.argsort(-alone, kind="stable"):
        if alone[site] < NEARLY * alone[best] or len(chosen) > MOST_NEARLY:
            break
        if all(np.hypot(*(candidates[site] - candidates[other])) > apart_m for other in chosen):
            chosen.append(int(site))
    return tuple(chosen[1:])


def _greedy(coverage: Coverage, count: int) -> tuple[int, ...]:
    """The site that adds most, again and again; ends early where no site adds anybody. Ties go to the smaller position."""
    left = coverage.people.copy()
    chosen: list[int] = []
    for _ in range(count):
        gain = coverage.reaches.T @ left
        best = int(np.argmax(gain)) if len(gain) else -1
        if best < 0 or gain[best] <= 0:
            break
        chosen.append(best)
        left[coverage.reaches[:, [best]].indices] = 0.0
    return tuple(chosen)


def _covering_model(coverage: Coverage, worth: NDArray[np.intp], count: int, seconds: float) -> tuple[tuple[int, ...], bool]:
    """spopt's MCLP over the candidates that can be in the best plan, solved by HiGHS."""
    with warnings.catch_warnings():
        # the package brings others that warn on import
        warnings.simplefilter("ignore")
        import pulp
        from spopt.locate import MCLP

        reduced = coverage.reaches[:, worth].tocsr()
        # rows alike over the remaining candidates are one again
        groups: dict[bytes, int] = {}
        row_of = np.array([groups.setdefault(reduced[row].indices.tobytes(), len(groups)) for row in range(reduced.shape[0])])
        people = np.bincount(row_of, coverage.people, minlength=len(groups))
        first = np.zeros(len(groups), dtype=np.int64)
        first[row_of[::-1]] = np.arange(len(row_of))[::-1]
        model = MCLP.from_cost_matrix(np.where(reduced[first].toarray() > 0, 0.0, 2.0), people, 1.0, p_facilities=count)
        status = model.problem.solve(pulp.HiGHS(msg=False, timeLimit=seconds))
    if status not in (pulp.LpStatusOptimal, pulp.LpStatusNotSolved):
        raise InternalError(f"location model: the solver answers {pulp.LpStatus[status]}")
    chosen = tuple(int(worth[j]) for j in range(len(worth)) if (model.fac_vars[j].value() or 0) > 0.5)
    return chosen, bool(status == pulp.LpStatusOptimal and model.problem.sol_status == pulp.LpSolutionOptimal)
