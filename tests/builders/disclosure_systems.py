"""Small publication systems whose every possible table can be listed, and the fixture of the issue at sdcTools/UserSupport#136."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import LinearConstraint, milp

from analytics.disclosure.attack.evidence import lay_out_attack
from analytics.disclosure.nesting import unsaid_cells
from analytics.disclosure.policy import Policy
from analytics.disclosure.system import BoolArray, PublicationSystem, Table, build_system

MONTH = date(2025, 1, 1)

REGIONS = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
SUMS = {"county-1": "ABIJ", "county-2": "KLMN", "BIG": "LM", "small": "ABIJKN", "all": "ABIJKLMN"}


def system_from_rows(rows: list[list[int]], counts: list[int], *, names: list[tuple[str, str]] | None = None,
                     weight: list[float] | None = None) -> PublicationSystem:  # fmt: skip
    """A system from 0/1 rows; names are (geography, place) of each row."""
    names = names or [("place", f"c{i}") for i in range(len(rows))]
    cells = pd.DataFrame(
        {
            "geography": [g for g, _ in names],
            "edition": "",
            "place_code": [p for _, p in names],
            "category": "all",
            "period_start": MONTH,
            "period_end": MONTH,
            "release": 0,
        }
    )
    return PublicationSystem(
        incidence=sparse.csr_matrix(np.array(rows, dtype=np.int64)),
        atom_counts=np.array(counts, dtype=np.int64),
        cells=cells,
        weight=np.array(weight or [1.0] * len(rows)),
        seen=np.zeros(len(rows), dtype=np.int8),
    )


def regions_system() -> PublicationSystem:
    """Eight regions, two counties, two sizes, and the total, which must not be withheld."""
    codes = list(REGIONS)
    members = {**{c: c for c in codes}, **SUMS}
    rows = [[int(c in inside) for c in codes] for inside in members.values()]
    kinds = ["region"] * 8 + ["county"] * 2 + ["size"] * 2 + ["all"]
    weight = [1.0] * 8 + [5.0] * 4 + [np.inf]
    return system_from_rows(rows, list(REGIONS.values()), names=list(zip(kinds, members, strict=True)), weight=weight)


def possible_tables(rows: np.ndarray, figures: np.ndarray, n_atoms: int) -> np.ndarray:
    """Every table of non-negative whole numbers with rows @ table = figures. Every atom must lie in some row."""
    if not (rows.sum(axis=0) > 0).all():
        raise ValueError("an atom in no published cell may take any value")
    found = np.zeros((1, 0), dtype=np.int64)
    left = np.asarray(figures, dtype=np.int64)[None, :]
    for atom in range(n_atoms):
        column = rows[:, atom].astype(np.int64)
        # as often as the tightest figure over it still allows
        most = left[:, column > 0].min(axis=1)
        again = np.repeat(np.arange(len(found)), most + 1)
        value = np.arange(len(again)) - np.repeat(np.cumsum(most + 1) - (most + 1), most + 1)
        found = np.column_stack([found[again], value])
        left = left[again] - value[:, None] * column
        # a row none of whose atoms is still to come must be used up
        over = rows[:, atom + 1 :].sum(axis=1) == 0
        fine = ~(left[:, over] != 0).any(axis=1)
        found, left = found[fine], left[fine]
    return found


def side_by_side(parts: list[tuple[list[list[int]], list[int]]]) -> PublicationSystem:
    """Many small systems as one that has nothing in common between them: (0/1 rows, counts) of each, one place a system."""
    matrix = sparse.block_diag([sparse.csr_matrix(np.array(rows, dtype=np.int64)) for rows, _ in parts], format="csr")
    cells = pd.DataFrame({"place_code": [f"s{i}c{c}" for i, (rows, _) in enumerate(parts) for c in range(len(rows))]})
    cells = cells.assign(geography="place", edition="", category="all", period_start=MONTH, period_end=MONTH, release=0)
    return PublicationSystem(
        incidence=sparse.csr_matrix(matrix, dtype=np.int64),
        atom_counts=np.concatenate([counts for _, counts in parts]).astype(np.int64),
        cells=cells,
        weight=np.ones(len(cells)),
        seen=np.zeros(len(cells), dtype=np.int8),
    )


def random_layout(rng: np.random.Generator, *, areas: int, categories: int, hexes: int, most: int) -> PublicationSystem:
    """Areas in two districts, hexagons laid over the areas, categories with an overlay: the shapes of a real plan, small."""
    pieces = sorted(
        {(int(a), int(rng.integers(hexes))) for a in rng.integers(areas, size=areas + 2)} | {(a, a % hexes) for a in range(areas)}
    )
    area = np.array([f"a{a}" for a, _ in pieces], dtype=object)
    hexagon = np.array([f"h{h}" for _, h in pieces], dtype=object)
    district = np.array([f"d{a % 2}" for a, _ in pieces], dtype=object)
    every = np.array(["t"] * len(pieces), dtype=object)
    members = np.vstack([np.ones((1, categories), dtype=bool), np.eye(categories, dtype=bool)])
    if categories > 2:
        overlay = np.zeros((1, categories), dtype=bool)
        overlay[0, :2] = True
        members = np.vstack([members, overlay])
    names = tuple(f"g{i}" for i in range(len(members)))
    spans = ((MONTH, MONTH),)
    tables = [
        Table("area", "", area, names, members, spans, 10.0),
        Table("district", "", district, names, members, spans, 100.0),
        Table("all", "", every, names, members, spans, np.inf),
    ]
    if hexes > 1:
        tables.append(Table("hex", "", hexagon, names, members, spans, 4.0))
    n = len(pieces) * categories
    counts = rng.integers(0, most + 1, size=n) * (rng.random(n) < 0.7)
    place, category = np.divmod(np.arange(n), categories)
    return build_system(tables, place, category, np.zeros(n, dtype=np.int64), counts.astype(np.int64), [MONTH])


def every_value_is_possible(system: PublicationSystem, visible: BoolArray, policy: Policy) -> None:
    """By an integer programme for each value of each small count, apart from the auditor; AssertionError where one has no table."""
    attack = lay_out_attack(
        system, visible, threshold=policy.threshold, required=policy.required, hidden_is_at_least=policy.hidden_is_at_least,
        unsaid=unsaid_cells(system, visible, policy),
    )  # fmt: skip
    known = [
        LinearConstraint(attack.published, attack.figures, attack.figures),
        LinearConstraint(attack.watch, attack.at_least, np.inf),
    ]
    targets = np.flatnonzero(attack.target)
    assert len(targets)
    for row in targets:
        for value in range(policy.required[0], policy.required[1] + 1):
            held = LinearConstraint(attack.watch[[int(row)]], value, value)
            found = milp(np.zeros(system.n_atoms), constraints=[*known, held], integrality=np.ones(system.n_atoms))
            assert found.success, (attack.cell[row], attack.atom[row], value)
