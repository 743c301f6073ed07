"""Adaptive hexagons: H3 cells merged into their parents until each holds enough incidents: fine where there are many, coarse where few.

A cell is divided into its children only where every child that holds anything holds enough; so no published hexagon but one that was never
divided holds less. Which cells are merged depends on the counts: it tells that some child held fewer than `enough`, which is why `enough` is
well above the threshold, and the gate attacks what comes out like any other table.
"""

from __future__ import annotations

from collections.abc import Mapping

import h3

COARSEST = 5


def adaptive_hexagons(counts: Mapping[str, int], *, enough: int) -> dict[str, str]:
    """The hexagon of each finest cell (all of one resolution). counts: incidents of the whole period by cell."""
    if not counts:
        return {}
    finest = h3.get_resolution(next(iter(counts)))
    held: list[dict[str, int]] = [dict(counts)]
    for resolution in range(finest - 1, COARSEST - 1, -1):
        parents: dict[str, int] = {}
        for cell, n in held[-1].items():
            parent = h3.cell_to_parent(cell, resolution)
            parents[parent] = parents.get(parent, 0) + n
        held.append(parents)
    chosen: dict[str, str] = {}
    # from the coarsest down: a cell stands for all below it until all of its children hold enough
    open_ = set(held[-1])
    for level in range(len(held) - 2, -1, -1):
        children: dict[str, list[str]] = {}
        resolution = finest - level - 1
        for cell in held[level]:
            parent = h3.cell_to_parent(cell, resolution)
            if parent in open_:
                children.setdefault(parent, []).append(cell)
        divided = {parent for parent, below in children.items() if all(held[level][c] >= enough for c in below)}
        for parent in open_ - divided:
            chosen[parent] = parent
        open_ = {c for parent in divided for c in children[parent]}
    chosen.update({cell: cell for cell in open_})
    return {cell: _holder(cell, finest, chosen) for cell in counts}


def _holder(cell: str, finest: int, chosen: Mapping[str, str]) -> str:
    for resolution in range(finest, COARSEST - 1, -1):
        above = cell if resolution == finest else h3.cell_to_parent(cell, resolution)
        if above in chosen:
            return above
    return cell
