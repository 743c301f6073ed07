"""A figure asked for an area of one's own choice: given only if everything ever published, and this figure with it, still holds.

The area is a set of finest areas. Its count enters the system as one more published row beside all releases and all answers before; the
auditor attacks the whole. A refusal says nothing of the count: it may be small, or large and telltale.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from analytics.disclosure.attack.audit import audit, walk_everywhere
from analytics.disclosure.attack.series import walk_series
from analytics.disclosure.ledger import Ledger, counts_seen_by, lay_in
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import MethodKind, Policy
from core.errors import DisclosureError, UserError
from core.periods import Period

_SEAL = object()


@dataclass(frozen=True)
class Question:
    """members: rows of Counts.areas; group: its id and the publisher's categories in it; release: the release whose counts are asked."""

    members: frozenset[int]
    group: tuple[str, frozenset[str]]
    period: Period
    loaded: frozenset[date]
    release: int


class SafeAnswer:
    """One figure that was attacked with everything before it and held. Made by `ask` and by nothing else."""

    __slots__ = ("attacked", "count", "question", "releases", "seconds")

    def __init__(self, seal: object, question: Question, count: int, attacked: int, releases: int, seconds: float) -> None:
        if seal is not _SEAL:
            raise DisclosureError("a safe answer is made by analytics.disclosure.ask.ask and by nothing else")
        self.question, self.count, self.attacked, self.releases, self.seconds = question, count, attacked, releases, seconds


def ask(question: Question, counts: Counts, policy: Policy, ledger: Ledger) -> SafeAnswer | None:
    """The answer, or None where it would let a small count be worked out or is small itself.

    counts: areas, and nothing else of it is used: the figure is made from the counts that the question's release saw.
    """
    if policy.kind is not MethodKind.SUPPRESSION:
        raise UserError(
            f"no figure can be given for an area of one's own under the method {policy.kind.value}", where="disclosure policy"
        )
    inside = np.isin(np.arange(len(counts.areas)), sorted(question.members))
    column = Level("asked", "", float("inf"))
    areas = counts.areas.assign(**{column.column: np.where(inside, "asked", "")})
    seen = replace(counts, areas=areas, frame=counts_seen_by(ledger, question.release), loaded=question.loaded)
    plan = PublicationPlan((column,), (question.group,), (question.period,))
    history = lay_in(plan, seen, ledger, policy)
    if history.targets is None or history.joint is None:
        raise UserError("nothing is published yet", where="published.release", hint="publish a release first.")
    system = history.system
    count = int(system.cell_counts[0])
    if policy.smallest_sensitive <= count < policy.threshold:
        return None
    walk = walk_series(history.joint) if history.joint.windows.shape[1] > 1 else walk_everywhere
    report = audit(
        system,
        system.seen >= 0,
        replace(policy, protect_implied=False),
        seed=policy.seed,
        targets=history.targets,
        walk=walk,
        least=history.least,
    )
    if not report.safe:
        return None
    return SafeAnswer(_SEAL, question, count, report.targets, history.releases, report.seconds)


def first_safe(questions: Iterable[Question], counts: Counts, policy: Policy, ledger: Ledger) -> Question | None:
    """The first of some areas, nearest first, for which a figure could be given. The figure itself is not given by this."""
    return next((q for q in questions if ask(q, counts, policy, ledger) is not None), None)
