"""Columns that are the same come together, in the order in which NumPy sorts them."""

from __future__ import annotations

import numpy as np
import pytest

from analytics.statistics.columns_alike import columns_alike


@pytest.mark.parametrize("shape", [(1, 4), (5, 7), (8, 30), (13, 30), (17, 1), (3, 0)])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 1.0])
def test_they_are_numpys_unique_columns(shape: tuple[int, int], share: float) -> None:
    held = np.random.default_rng(2).random(shape) < share
    patterns, of = np.unique(held, axis=1, return_inverse=True)
    found = list(columns_alike(held))
    assert len(found) == patterns.shape[1]
    for number, (column, numbers) in enumerate(found):
        np.testing.assert_array_equal(column, patterns[:, number])
        np.testing.assert_array_equal(numbers, np.flatnonzero(of.ravel() == number))
