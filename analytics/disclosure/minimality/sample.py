"""The attack on a sample of a release's small counts, in words for its owner."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analytics.disclosure.gate import suppress_history
from analytics.disclosure.ledger import History
from analytics.disclosure.minimality.measure import Measured, measure
from analytics.disclosure.minimality.reruns import Parts
from analytics.disclosure.policy import Policy
from analytics.disclosure.suppress.cells import primary
from analytics.disclosure.suppress.choice import Choice, choice_of
from analytics.disclosure.system import BoolArray

# a value that the attacker believes this many times as much as before, or with this probability
TWICE = 2.0
SURE = 0.9


@dataclass(frozen=True)
class ChoiceAttack:
    """The attack on some small counts of a release. It depends on true counts: for the owner's eyes alone.

    visible: what is shown by the run that was attacked; keyed: whether a key chose. small: small counts that are withheld; asked: how many of
    them were to be tried; not_rerun: of these, around how many no run on the true counts gives what is printed; runs: of the suppressor.
    """

    measured: tuple[Measured, ...]
    required: tuple[int, int]
    visible: BoolArray
    keyed: bool
    small: int
    asked: int
    not_rerun: int
    runs: int
    seed: int
    seconds: float

    @property
    def survivors(self) -> list[int]:
        """How many counts keep none, 1, 2, ... of the values that must remain possible."""
        low, high = self.required
        found = [m.surviving for m in self.measured]
        return [found.count(n) for n in range(high - low + 2)]

    @property
    def of_truth(self) -> list[float]:
        """For each count whose walk left the true table: how many times as likely as before the true value is to the attacker."""
        return [float(m.belief[m.truth]) for m in self.measured if m.belief is not None]

    @property
    def sure_of_truth(self) -> int:
        """In how many of these the attacker is nearly sure of the true value."""
        return sum(x >= SURE * (self.required[1] - self.required[0] + 1) for x in self.of_truth)

    @property
    def of_likeliest(self) -> list[float]:
        return [float(m.belief.max()) for m in self.measured if m.belief is not None]

    def in_words(self) -> str:
        return "\n".join([*self._what_was_done(), *self._what_survived(), *self._what_is_believed(), *LIMITS])

    def _what_was_done(self) -> list[str]:
        looks = sum(m.looks for m in self.measured)
        tried = sum(int(m.tried.sum()) for m in self.measured)
        kinds = [m.geography or "the whole release" for m in self.measured]
        lines = [
            "FOR YOU ALONE: this depends on true counts. Do not publish it, and do not put it into a certificate.",
            "the choice of withheld cells, re-run on guessed counts "
            + ("by somebody who does not know the key" if self.keyed else "(no key: everybody can do this)"),
            f"  tried: {len(self.measured)} of {self.small:,} small withheld counts (sample of {self.asked}, seed {self.seed}),"
            f" {looks} guesses at the other counts, {tried} values, {self.runs} runs, {self.seconds:.0f} s",
            "  each in the smallest area that can be re-run by itself: "
            + (", ".join(f"{kinds.count(k)} by {k}" for k in sorted(set(kinds))) or "none"),
        ]
        if self.not_rerun:
            lines.append(f"  {self.not_rerun} left out: no run on the true counts gives what is printed around them")
        if len(self.measured) + self.not_rerun < min(self.asked, self.small):
            lines.append("  the time was over before the whole sample was tried: allow more --seconds")
        return lines

    def _what_survived(self) -> list[str]:
        low, high = self.required
        most = high - low + 1
        told = ", ".join(f"{n} keep {kept}" for kept, n in enumerate(self.survivors) if n)
        fewer = sum(self.survivors[:most])
        share = f"{fewer / len(self.measured):.0%}" if self.measured else "none"
        return [
            f"values from {low} to {high} with which the same cells come out at least once: {told or 'nothing was tried'}",
            f"  fewer than all {most}: {fewer} of {len(self.measured)} ({share}). A value that came out is not ruled out by anybody. One",
            "  that did not come out in these tries may do so in others: so this counts too many as narrowed, never too few.",
        ]

    def _what_is_believed(self) -> list[str]:
        truth, likeliest = self.of_truth, self.of_likeliest
        if not truth:
            return ["what an attacker believes afterwards: not measured, no other guess at the counts gave the same cells"]
        most = self.required[1] - self.required[0] + 1
        stuck = len(self.measured) - len(truth)
        return [
            f"what an attacker believes afterwards, who thought each of these values as likely as the others ({len(truth)} counts"
            + (f"; {stuck} without another guess that gave the same cells are left out, and may be the worst):" if stuck else "):"),
            f"  the true value: {np.mean(truth):.2f} times as likely as before on average (1 tells nothing, {most} tells all),"
            f" {np.max(truth):.2f} at most; {SURE:.0%} sure of it or more in {self.sure_of_truth} counts",
            f"  the likeliest value, true or not: {np.mean(likeliest):.2f} times; more than {TWICE:g} times in"
            f" {sum(x > TWICE for x in likeliest)} counts",
        ]


LIMITS = (
    "What this does not say: guesses were drawn near the true counts, which an attacker does not have, and few were drawn; another sample",
    "or more tries give other figures. It speaks of each count by itself.",
)


def attack_choice(history: History, policy: Policy, key: bytes | None, *, sample: int, looks: int, seed: int, seconds: float,
                  decides: Callable[[Choice], Choice] | None = None,
                  say: Callable[[str], None] = lambda _: None) -> ChoiceAttack:  # fmt: skip
    """Make the release and attack a sample of the small counts that it withholds. DisclosureError where it cannot be made safe.

    key: the owner's; None where cells are chosen by loss alone. looks: guesses at the other counts, for each small count. seconds: after
    which nothing new is begun; what was begun ends. decides: what a key decides of all that it could, the attacker's keys too; all unless
    told.
    """
    began = time.monotonic()
    system = history.system
    choice = None if key is None else choice_of(system, key, policy.threshold)
    if choice is not None and decides is not None:
        choice = decides(choice)
    visible, _, _ = suppress_history(history, policy, choice=choice, say=say)
    small = np.flatnonzero(system.candidate & ~primary(system, policy) & ~visible)
    rng = np.random.default_rng(seed)
    parts = Parts(history, policy, visible, choice)
    measured, lost = [], 0
    for cell in rng.choice(small, min(sample, len(small)), replace=False):
        if time.monotonic() - began > seconds:
            break
        part = parts.around(int(cell))
        if part is None:
            lost += 1
            continue
        inside = int(np.flatnonzero(part.rows == cell)[0])
        own = None if choice is None else choice.of(part.rows)
        found = measure(part, inside, own, looks=looks, seed=int(rng.integers(1 << 62)), deadline=began + seconds, decides=decides)
        measured.append(found)
        say(f"{len(measured)}: {found.surviving} of {len(found.values)} values come out, {found.looks} guesses")
    return ChoiceAttack(
        measured=tuple(measured), required=policy.required, visible=visible, keyed=key is not None, small=len(small), asked=sample,
        not_rerun=lost, runs=parts.runs, seed=seed, seconds=time.monotonic() - began,
    )  # fmt: skip
