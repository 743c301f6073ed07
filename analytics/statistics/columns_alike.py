"""Columns of a table of yes and no that are the same."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray


def columns_alike(held: NDArray[np.bool_]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.int64]]]:
    """Each column of held (n x m) that there is, (n,), with the numbers of all columns like it, in the order of the columns' own values.

    By the bytes of their bits, which sort as the columns do: NumPy's unique columns make a record with a field a row, and of many rows
    take a hundred times as long.
    """
    if held.shape[1] and held.all():
        yield held[:, 0], np.arange(held.shape[1])
        return
    found: dict[bytes, list[int]] = {}
    for number, packed in enumerate(np.packbits(held, axis=0).T):
        found.setdefault(packed.tobytes(), []).append(number)
    for packed_bytes in sorted(found):
        numbers = found[packed_bytes]
        yield held[:, numbers[0]], np.array(numbers)
