"""Rows of a query's frame as named tuples in which every missing value is None."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def rows_of(frame: pd.DataFrame) -> Iterator[Any]:
    """A frame says NaN or NaT for what is missing, by the kind of its column; and whole numbers beside it turn into floats."""
    yield from frame.astype(object).where(frame.notna(), None).itertuples(index=False)
