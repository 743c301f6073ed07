"""Proof of work: a browser spends about a second before it sends a form, and whoever sends ten thousand spends hours.

The browser looks for a number that gives SHA-256 of `minute.what.number` a run of zero bits at its beginning (app/questions/asking.js), where
`what` is of the words themselves. So nobody hands out puzzles, a proof fits one question, and it is good once and for two hours.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict
from dataclasses import dataclass

ZERO_BITS = 18
_MINUTES_BEFORE, _MINUTES_AFTER = 120, 5
_MOST_KEPT = 20_000
_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True)
class Asked:
    """What a form says. place: level and code, such as 'lsoa.E01000001'. category: '' where it is about the area."""

    sort: str
    geography: str
    place_code: str
    category: str
    words: str

    @property
    def mark(self) -> str:
        """Twenty hexadecimal digits of all of it, as the script works them out."""
        text = "\n".join((self.sort, f"{self.geography}.{self.place_code}", self.category, self.words))
        return hashlib.sha256(text.encode()).hexdigest()[:20]


def message(minute: int | str, asked: Asked, number: int | str) -> str:
    return f"{minute}.{asked.mark}.{number}"


def is_enough(text: str) -> bool:
    """Whether SHA-256 of a text begins with the zero bits."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> (32 - ZERO_BITS) == 0


class Proofs:
    """Proofs that were used, so that none is used twice. Bounded: they are good for two hours, and the oldest go first."""

    def __init__(self) -> None:
        self._used: OrderedDict[str, None] = OrderedDict()

    def accepts(self, asked: Asked, minute: str, number: str, now: float | None = None) -> bool:
        """Whether it is a proof for this question, of now, that was not used."""
        if not (_NUMBER.fullmatch(minute) and _NUMBER.fullmatch(number)):
            return False
        age = int((time.time() if now is None else now) // 60) - int(minute)
        in_time = -_MINUTES_AFTER <= age <= _MINUTES_BEFORE
        return in_time and not self.was_used(asked, minute, number) and is_enough(message(minute, asked, number))

    def was_used(self, asked: Asked, minute: str, number: str) -> bool:
        """Whether this very form came before, as when a page is loaded again. The script begins at a random number each time."""
        return message(minute, asked, number) in self._used

    def use(self, asked: Asked, minute: str, number: str) -> None:
        self._used[message(minute, asked, number)] = None
        while len(self._used) > _MOST_KEPT:
            self._used.popitem(last=False)
