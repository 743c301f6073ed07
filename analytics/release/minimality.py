"""What it tells to re-run our own choice of withheld cells on guessed counts, measured on a candidate or on the release of its period.

The result depends on true counts. It is printed for the owner and is never published, stored or put into a certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from analytics.disclosure.gate import KEY_COLUMNS
from analytics.disclosure.ledger import Earlier, History, Ledger, lay_in
from analytics.disclosure.minimality.sample import ChoiceAttack, attack_choice
from analytics.disclosure.plan import PublicationPlan
from analytics.disclosure.policy import MethodKind
from analytics.disclosure.tiers import tiers_of
from analytics.release.build import Candidate
from core.errors import UserError


@dataclass(frozen=True)
class ReleaseAttack:
    """The attack, and which release it was on: published is the id of the release of that period, None where there is none; differs: how many
    of its cells today's run withholds that it showed, or shows that it withheld."""

    attack: ChoiceAttack
    published: int | None
    differs: int

    def in_words(self) -> str:
        if self.published is None:
            on = "on a candidate: nothing of this period is published"
        elif not self.differs:
            on = f"on release {self.published}, as it was made"
        else:
            on = (
                f"on a candidate: release {self.published} is of these periods, but {self.differs} of its cells come out otherwise today"
                " (other data, another policy, another key or an older version)"
            )
        return f"{self.attack.in_words()}\n{on}"


def attack_release(candidate: Candidate, *, sample: int, tries: int, seed: int, seconds: float,
                   say: Callable[[str], None] = lambda _: None) -> ReleaseAttack:  # fmt: skip
    """Attack a sample of the small counts that a candidate withholds.

    Where its periods are published, the release that showed them is attacked as it was made: a block of small areas by itself (tiers.py),
    else beside what was published before it. UserError under a method that changes figures.
    """
    policy = candidate.policy
    if policy.kind is not MethodKind.SUPPRESSION:
        raise UserError(
            f"the method of the policy is {policy.kind.value}, which does not choose cells to withhold",
            where="--minimality",
            hint="this attack is on suppression (docs/disclosure.md).",
        )
    history, same = _as_made(candidate)
    attack = attack_choice(history, policy, candidate.choice_key, sample=sample, looks=tries, seed=seed, seconds=seconds, say=say)
    if same is None:
        return ReleaseAttack(attack, None, 0)
    own = history.system.candidate
    keys = list(KEY_COLUMNS)
    today = history.system.cells.loc[own, keys].assign(today=attack.visible[own])
    # of a block the release printed more: other periods of districts
    then = same.figures[keys].assign(then=same.figures["count"].notna().to_numpy())
    both = today.merge(then, on=keys, how="left")
    return ReleaseAttack(attack, same.release, int(np.sum(both["today"].ne(both["then"]))))


def _as_made(candidate: Candidate) -> tuple[History, Earlier | None]:
    """The candidate beside what was published before it, and the release that is the same, where there is one."""
    plan, counts, policy, ledger = candidate.plan, candidate.counts, candidate.policy, candidate.ledger
    tiers = tiers_of(plan, counts, ledger, policy)
    # a block is made by itself, whatever was published; what is chosen beside it are figures of districts, which always stand
    block = tiers_of(plan, counts, Ledger(), policy)
    if tiers is not None and block is not None and block.new is not None and block.block is not None:
        return lay_in(block.new, counts, Ledger(), policy), tiers.blocks.get(block.block)
    before, same = _before(ledger, plan)
    return lay_in(plan, counts, before, policy), same


def _before(ledger: Ledger, plan: PublicationPlan) -> tuple[Ledger, Earlier | None]:
    """What was published before the last release of the plan's periods, and that release; all of it where there is none."""
    periods = {(p.start, p.end) for level in plan.levels for p in plan.periods_of(level)}
    for at in range(len(ledger.past) - 1, -1, -1):
        past = ledger.past[at]
        if set(zip(past.figures["period_start"], past.figures["period_end"], strict=True)) == periods:
            earlier = {p.release for p in ledger.past[:at]}
            changes = ledger.changes[ledger.changes["release"].isin(earlier)]
            answers = tuple(a for a in ledger.answers if a.release in earlier)
            return replace(ledger, past=ledger.past[:at], changes=changes, answers=answers), past
    return ledger, None
