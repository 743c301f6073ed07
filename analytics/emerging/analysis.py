"""Emerging hot spots of a cube: space-time Gi*, false discovery rate, Mann-Kendall on each place's z, one of 17 patterns a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analytics.emerging.cube import Ints, Window, space_time_gi_star
from analytics.emerging.overlap import overlap_ratio
from analytics.emerging.patterns import Pattern, Signs, classify, require_steps
from analytics.statistics.false_discovery import q_values
from analytics.statistics.gi_star import Floats, two_sided_p
from analytics.statistics.mann_kendall import mann_kendall, trend_of
from core.errors import InternalError

Family = Literal["cube", "step"]
TrendNull = Literal["overlap", "independent"]

# z values this close are the same sum of counts added in another order
SAME_Z = 1e-9


@dataclass(frozen=True)
class EmergingHotSpots:
    """pattern: (n,) numbers of Pattern. signs, z, q: (n x T): 1 hot, -1 cold, 0 neither; Gi*; its q value.

    trend: (n,) direction of a significant trend of z. trend_z, trend_p: the test behind it. steps: T. gaps: months missing between
    the first and the last. The settings that made it travel with it.
    """

    pattern: Signs
    signs: Signs
    z: Floats
    q: Floats
    trend: Signs
    trend_z: Floats
    trend_p: Floats
    steps: int
    gaps: int
    alpha: float
    trend_alpha: float
    window: Window
    family: Family
    trend_null: TrendNull

    def labels(self) -> list[str]:
        """The pattern of each place in words."""
        return [Pattern(int(code)).label for code in self.pattern]


def emerging_hot_spots(
    cube: Floats,
    spatial: sparse.csr_matrix,
    *,
    months: Ints | None = None,
    alpha: float = 0.05,
    trend_alpha: float = 0.05,
    window: Window = "cube",
    family: Family = "cube",
    trend_null: TrendNull = "overlap",
) -> EmergingHotSpots:
    """Patterns of the places of cube (n places x T steps) of counts or rates, in order of time.

    spatial: (n x n) binary star weights. months: (T,) rising whole numbers; without them every step follows the one before. alpha: false
    discovery rate of the bins, over all bins of the cube or over the places of each step (family). trend_alpha: two-sided level of
    the trend. trend_null: "overlap" allows for the values that neighbouring z share, "independent" is the text as it stands (see
    docs/emerging.md). UserError below 10 steps.
    """
    cube = np.asarray(cube, dtype=np.float64)
    if cube.ndim != 2:
        raise InternalError(f"emerging hot spots: a cube is (places x steps), got {cube.shape}")
    require_steps(cube.shape[1])
    months = np.arange(cube.shape[1]) if months is None else np.asarray(months)
    z, p = space_time_gi_star(cube, spatial, months, window=window)
    q = q_values(p.reshape(-1)).reshape(p.shape) if family == "cube" else q_values(p)
    signs = np.where(q <= alpha, np.sign(np.nan_to_num(z)), 0).astype(np.int8)
    test = mann_kendall(z, tie_tolerance=SAME_Z)
    trend_z = test.z
    if trend_null == "overlap":
        trend_z = trend_z / np.sqrt(overlap_ratio(_follows_previous(months)))
    trend_p = two_sided_p(trend_z)
    trend = trend_of(test.s, trend_p, trend_alpha)
    return EmergingHotSpots(
        pattern=classify(signs, trend), signs=signs, z=z, q=q, trend=trend, trend_z=trend_z, trend_p=trend_p, steps=cube.shape[1],
        gaps=int(months[-1] - months[0]) + 1 - len(months), alpha=alpha, trend_alpha=trend_alpha, window=window, family=family,
        trend_null=trend_null,
    )  # fmt: skip


def _follows_previous(months: Ints) -> tuple[bool, ...]:
    return (False, *(bool(gap == 1) for gap in np.diff(months)))


def counts_by_pattern(pattern: NDArray[np.int8]) -> dict[Pattern, int]:
    """How many places have each of the 17 patterns, those with none included, hot first."""
    order = sorted(Pattern, key=lambda kind: (kind == 0, kind < 0, abs(kind)))
    return {kind: int((pattern == kind).sum()) for kind in order}
