"""Methods that change figures instead of withholding them, behind the same gate: rounded or perturbed, attacked, mended, certified."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analytics.disclosure.attack.audit import AuditReport
from analytics.disclosure.attack.intervals import Bands, attack_intervals
from analytics.disclosure.nesting import Silence
from analytics.disclosure.perturb.cell_key import perturb, read_ptable, read_secret
from analytics.disclosure.perturb.rounding import round_controlled
from analytics.disclosure.plan import Counts, PublicationPlan
from analytics.disclosure.policy import MethodKind, Policy
from analytics.disclosure.system import BoolArray, IntArray, PublicationSystem
from analytics.disclosure.targets import Targets
from core.errors import DisclosureError, InternalError


@dataclass(frozen=True)
class Changed:
    """figures: what is printed of each cell, where shown; bands: what everybody then knows of it; method: facts for the certificate."""

    figures: IntArray
    bands: Bands
    method: dict[str, object]

    @property
    def tells(self) -> dict[int, tuple[int, int]]:
        """The least and the largest count that each printed figure stands for: over all its cells, the narrowest."""
        shown = self.figures >= 0
        rows = zip(self.figures[shown].tolist(), self.bands.low[shown].tolist(), self.bands.high[shown].tolist(), strict=True)
        found: dict[int, tuple[int, int]] = {}
        for figure, low, high in rows:
            before = found.get(figure, (low, high))
            found[figure] = (max(low, before[0]), min(high, before[1]))
        return found


def change_figures(system: PublicationSystem, plan: PublicationPlan, counts: Counts, policy: Policy, *, keep: IntArray | None = None
                   ) -> Changed:  # fmt: skip
    """Apply the policy's method to every cell of a candidate. keep: figures published before that a rounding must not change."""
    true = system.cell_counts
    if policy.kind is MethodKind.ROUNDING:
        made = round_controlled(system, policy.base, seed=policy.seed, keep=keep)
        bands = made.bands
        if policy.withhold_below:
            below = true < policy.withhold_below
            # a figure that is shown says that the count is not below
            low = np.where(below, 0, np.maximum(bands.low, policy.withhold_below))
            bands = Bands(low, np.where(below, policy.withhold_below - 1, bands.high))
            figures = np.where(below, -1, made.figures)
        else:
            figures = made.figures
        return Changed(figures, bands, {"base": policy.base, "sums": made.sums, "sums_that_do_not_add_up": made.broken})
    if policy.kind is MethodKind.CELL_KEY:
        ptable = read_ptable(policy.ptable, policy.ptable_threshold)
        figures, bands = perturb(system, plan, counts, ptable, read_secret(policy.secret_file))
        return Changed(figures, bands, {"ptable": ptable.digest, "threshold": ptable.threshold})
    raise InternalError(f"the method {policy.kind.value} changes no figures")


def as_readers_take_it(system: PublicationSystem, bands: Bands, hidden: BoolArray) -> Bands:
    """What a reader knows who takes every withheld count to be at least 1, where that is so: the strongest that is right of each of them.

    hidden: the cells that are printed without a figure. Of those that are truly 0 this reader knows no more than anybody: what follows from
    taking them to be 1 does not hold (the certificate says how many they are). Nor do they of what lies in a withheld wider area or total,
    as where figures are suppressed: few incidents in many kinds leave most of them 0.
    """
    taken = hidden & ~Silence(system).unsaid(~hidden) & (system.cell_counts > 0)
    return Bands(np.where(taken, np.maximum(bands.low, 1), bands.low), bands.high)


def mend_until_safe(system: PublicationSystem, bands: Bands, policy: Policy, *, hidden: BoolArray | None = None,
                    targets: Targets | None = None, say: Callable[[str], None] = lambda _: None
                    ) -> tuple[BoolArray, AuditReport, int]:  # fmt: skip
    """Attack, and withhold cells around what the attack does not certify. Returns the cells withheld for that, the audit and the rounds.

    hidden: cells that the method prints without a figure; the reader who is attacked with takes these, and all that is withheld here, to
    be at least 1. targets: sums that must stay unknown, instead of every small atom.
    """
    without = np.zeros(system.n_cells, dtype=bool) if hidden is None else hidden
    withheld = np.zeros(system.n_cells, dtype=bool)
    columns = sparse.csc_matrix(system.incidence)
    size = np.diff(system.incidence.indptr)
    price = np.where(system.candidate, system.weight * (1.0 + np.log2(1.0 + size)), np.inf)
    deadline = time.process_time() + policy.audit_seconds
    for turn in range(policy.repair_rounds):
        known = as_readers_take_it(system, bands.without(withheld), without | withheld)
        report = attack_intervals(system, known, policy, seed=policy.seed + turn,
                                  seconds=max(1.0, deadline - time.process_time()), targets=targets)  # fmt: skip
        open_ = len(report.unsafe_cells) + len(report.unsafe_atoms) + len(report.unsafe_targets)
        say(f"attack {turn + 1}: {open_} of {report.targets} not yet certified")
        if report.safe:
            return withheld, report, turn + 1
        if time.process_time() > deadline:
            break
        own = [system.incidence.indices[system.incidence.indptr[c] : system.incidence.indptr[c + 1]] for c in report.unsafe_cells]
        own += [np.array([a]) for a in report.unsafe_atoms if a < system.n_atoms]
        if targets is not None:
            own += [targets.rows.indices[targets.rows.indptr[t] : targets.rows.indptr[t + 1]] for t in report.unsafe_targets]
        found = False
        for atoms in own:
            around = np.unique(columns[:, atoms].indices)
            around = around[bands.shown[around] & ~without[around] & ~withheld[around] & np.isfinite(price[around])]
            if len(around):
                withheld[around[np.argmin(price[around])]] = True
                found = True
        if not found:
            break
    raise DisclosureError(
        f"{open_} of {report.targets} sensitive counts could not be protected by"
        f" {policy.kind.value}; take a larger base, coarser areas or fewer categories"
    )
