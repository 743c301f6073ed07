"""A secret that has a say in which cells are withheld, so that nobody else can re-run the choice.

The rule that chooses is public, and what it withholds hangs on the true counts: whoever guesses the counts can run it and compare. What gives
most away is not which of two like cells went, but that one more had to go at all: then the small ones beside it came to less than k. So a key
decides two things of each cell, both drawn by HMAC-SHA-256 from the key and the cell's name:

- a factor of its weight, log-uniform from 1 / SPREAD to SPREAD: which of nearly equal cells goes;
- by how much more than k, 0 to k - 1, the withheld members of what it is the sum of must come to: whether one more goes.

What is safe does not hang on either, so the attack certifies the result like any other.

The name is the place and the group, without the period: a cell keeps what was drawn for it from release to release. A choice drawn anew each
month would withhold now this cell and now that one, and what one release shows the next cannot hide. For the same reason a key is kept.
"""

from __future__ import annotations

import hmac
import math
import secrets
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analytics.disclosure.system import FloatArray, IntArray, PublicationSystem
from core.errors import UserError
from core.secret_files import read_secret_file, write_secret

# the most that a factor multiplies or divides a weight by
SPREAD = 2.0
KEY_BYTES = 32
_NAME = ["geography", "edition", "place_code", "category"]


def make_choice_key(path: Path) -> None:
    """Write a new key, 64 hexadecimal digits, that its owner alone may read. UserError where the file is there."""
    write_secret(path, f"{secrets.token_hex(KEY_BYTES)}\n".encode())


def load_choice_key(path: Path) -> bytes:
    """The key of a file. UserError where it is missing, is no key, or may be read by others than its owner."""
    hint = "make one by 'homeground release key FILE --choice'."
    data = read_secret_file(path, what="the key of the choice", hint=hint)
    try:
        key = bytes.fromhex(data.decode("ascii"))
    except ValueError as error:
        raise UserError("the file is no key of the choice", where=str(path), hint=hint) from error
    if len(key) != KEY_BYTES:
        raise UserError(f"a key of the choice has {2 * KEY_BYTES} hexadecimal digits", where=str(path), hint=hint)
    return key


@dataclass(frozen=True)
class Choice:
    """What a key decides, for each cell of a system. factor: of its weight; room: by how much more than k the remainder of what it is the sum
    of must be, 0 to k - 1."""

    factor: FloatArray
    room: IntArray

    def of(self, rows: IntArray) -> Choice:
        return Choice(self.factor[rows], self.room[rows])


def choice_of(system: PublicationSystem, key: bytes, threshold: int) -> Choice:
    """What the key decides of each row of the system; threshold: k of the policy."""
    names = ("|".join(map(str, row)) for row in system.cells[_NAME].itertuples(index=False))
    drawn = [hmac.digest(key, name.encode(), "sha256") for name in names]
    lots = np.array([[int.from_bytes(d[:8], "big"), int.from_bytes(d[8:16], "big")] for d in drawn], dtype=np.float64) / 2**64
    return choice_from(lots, threshold)


def choice_from(lots: FloatArray, threshold: int) -> Choice:
    """From lots that are uniform from 0 to 1, two a cell."""
    factor = np.exp(math.log(SPREAD) * (2.0 * lots[:, 0] - 1.0))
    return Choice(factor, np.minimum(lots[:, 1] * threshold, threshold - 1).astype(np.int64))
