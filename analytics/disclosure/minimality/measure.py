"""How much the choice of withheld cells says of a small count: which values give that choice, and what the attacker believes afterwards.

Without a key the attacker asks of each guess at the counts whether the suppressor prints the same. With a key that they do not know they
ask how likely it does with a key drawn at random. One measure serves both: what they believe of a count's value v once they have seen
which cells P are withheld. By Bayes p(v | P) is p(v) times the share of guesses and keys under v that give P. Beforehand each value that
must remain possible is as likely as the others, and so is any guess at the rest.

That share is far too small to be found by trial: no key drawn at random gives a whole release again. But the owner has a case that does,
the true counts and their own key, and can walk from there: change some of what the key decides, or of the guess, and step only where P
still comes out. Such a walk is at each place as often as it is likely (Metropolis and others 1953), and at each place every value of the
count is tried. A value that comes out once is not ruled out by anybody, for good: a case that gives P was found. One that never does may
have been tried too seldom.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.disclosure.minimality.reruns import Part
from analytics.disclosure.minimality.tables import Guesses
from analytics.disclosure.suppress.choice import Choice, choice_from
from analytics.disclosure.system import FloatArray, IntArray

# share of what a key decides that one step draws anew; steps to another key and to another guess between two looks
ANEW = 0.25
KEY_STEPS = 2
GUESS_STEPS = 2


@dataclass(frozen=True)
class Measured:
    """What was found of one small count; it depends on true counts and is for the owner alone.

    values: those that must remain possible; truth: the place of the true one among them. tried, came_out: for each value how many guesses
    were run and how many gave exactly what is printed. belief: for each value how many times as likely as before it is to the attacker;
    None where the walk never left the true counts. looks: places at which all values were tried; guesses, keys: steps to another table and
    to another key; cut_short: the time was over.
    """

    geography: str
    values: IntArray
    truth: int
    tried: IntArray
    came_out: IntArray
    belief: FloatArray | None
    looks: int
    guesses: int
    keys: int
    cut_short: bool

    @property
    def surviving(self) -> int:
        return int((self.came_out > 0).sum())


def measure(part: Part, cell: int, choice: Choice | None, *, looks: int, seed: int, deadline: float,
            decides: Callable[[Choice], Choice] | None = None) -> Measured:  # fmt: skip
    """Attack one withheld small cell of a part. cell, choice: in the part's own rows; looks: how many places are looked at.

    choice: what the owner's key decides, which the attacker does not know; None where there is no key. decides: what of all
    that it could a key decides, where not all.
    """
    policy, system = part.policy, part.system
    rng = np.random.default_rng(seed)
    walk = _Walk(part, Guesses(system, part.visible, policy, cell, rng), choice, rng, decides)
    values = np.arange(policy.required[0], policy.required[1] + 1, dtype=np.int64)
    truth = int(np.searchsorted(values, system.cell_counts[cell]))
    walk.value = int(values[truth])
    tried, came_out = np.zeros_like(values), np.zeros_like(values)
    believed: list[Any] = []
    made, late = 0, False
    for look in range(looks + 1):
        if look:
            walk.go_on()
        gives = np.zeros(len(values), dtype=bool)
        for i, value in enumerate(values.tolist()):
            late = time.monotonic() > deadline
            if late:
                break
            if value == walk.value:
                # the walk stands on it
                gives[i], known = True, True
            else:
                known, gives[i] = walk.look(value)
            tried[i] += known
        if late:
            break
        made += 1
        came_out += gives
        if walk.guesses:
            believed.append(gives / gives.sum())
        walk.value = int(walk.rng.choice(values[gives]))
    belief = np.mean(believed, axis=0) * len(values) if believed else None
    return Measured(part.geography, values, truth, tried, came_out, belief, made, walk.guesses, walk.keys, late)


class _Walk:
    """Where the walk stands: a guess at the rest, the value of the cell, and a key's choice, which together give what is printed."""

    def __init__(self, part: Part, possible: Guesses, choice: Choice | None, rng: np.random.Generator,
                 decides: Callable[[Choice], Choice] | None) -> None:  # fmt: skip
        self.part, self.possible, self.choice, self.rng, self.decides = part, possible, choice, rng, decides
        self.guess = possible.truth
        self.value = 0
        self.guesses = self.keys = 0

    def look(self, value: int) -> tuple[bool, bool]:
        """Whether a table with this value was found here, and whether it gives what is printed."""
        table = self.possible.table(self.guess, value)
        return table is not None, table is not None and self.part.reproduced(table, self.choice)

    def go_on(self) -> None:
        """Steps to another key and to another guess at the rest, each taken where what is printed still comes out."""
        here = self.possible.table(self.guess, self.value)
        if here is None:
            return
        for _ in range(KEY_STEPS):
            if self.choice is None:
                break
            other = self._other_key(self.choice)
            if self.part.reproduced(here, other):
                self.choice = other
                self.keys += 1
        for _ in range(GUESS_STEPS):
            guess = self.possible.other(self.guess, self.rng)
            there = self.possible.table(guess, self.value)
            if there is None:
                continue
            if np.array_equal(there, here):
                # another guess that comes to the same table
                self.guess = guess
            elif self.part.reproduced(there, self.choice):
                self.guess, here = guess, there
                self.guesses += 1

    def _other_key(self, choice: Choice) -> Choice:
        """The choice with some of what it decides drawn anew, as another key would."""
        n = len(choice.factor)
        drawn = choice_from(self.rng.random((n, 2)), self.part.policy.threshold)
        anew, too = self.rng.random((2, n)) < ANEW
        other = Choice(np.where(anew, drawn.factor, choice.factor), np.where(too, drawn.room, choice.room))
        return other if self.decides is None else self.decides(other)
