"""Patterns planted in a drawn county are called by their names when they stand out; on the scale that the stage uses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from analytics.emerging.analysis import emerging_hot_spots

SIDE, STEPS = 20, 24
PATTERNS = {
    "new hot spot": np.where(np.arange(STEPS) == STEPS - 1, 7.0, 1.0),
    "intensifying hot spot": 3.0 + 5.0 * np.arange(STEPS) / (STEPS - 1),
    "persistent hot spot": np.full(STEPS, 5.0),
    "diminishing hot spot": 9.0 - 6.0 * np.arange(STEPS) / (STEPS - 1),
    "historical hot spot": np.where(np.arange(STEPS) < STEPS - 2, 6.0, 1.0),
}
CORNERS = [(2, 2), (2, 14), (14, 2), (14, 14), (8, 8)]


def queen_star() -> sparse.csr_matrix:
    line = sparse.diags([1.0, 1.0, 1.0], [-1, 0, 1], shape=(SIDE, SIDE))
    return sparse.csr_matrix(sparse.kron(line, line))


@pytest.mark.parametrize(("pattern", "corner"), list(zip(PATTERNS, CORNERS, strict=True)))
def test_the_middle_of_a_planted_patch_has_its_pattern(pattern: str, corner: tuple[int, int]) -> None:
    right = 0
    seeds = 10
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        expected = np.full((SIDE, SIDE, STEPS), 4.0)
        for (row, column), factors in zip(CORNERS, PATTERNS.values(), strict=True):
            expected[row : row + 4, column : column + 4] *= factors
        cube = np.log1p(rng.poisson(expected).reshape(-1, STEPS).astype(float))
        labels = np.array(emerging_hot_spots(cube, queen_star()).labels(), dtype=object).reshape(SIDE, SIDE)
        row, column = corner
        right += int((labels[row + 1 : row + 3, column + 1 : column + 3] == pattern).sum())
    assert right >= 0.8 * 4 * seeds, right
