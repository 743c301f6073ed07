"""The one gate: `protect` is the only maker of SafeTables, and a release accepts nothing else.

A release that cannot be made safe is refused. Nothing here is an assert: asserts vanish under `python -O`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.disclosure.attack.audit import AuditReport, walk_everywhere
from analytics.disclosure.attack.series import walk_series
from analytics.disclosure.certificate import ATTACKER, Certificate, Method
from analytics.disclosure.ledger import History, Ledger, lay_in
from analytics.disclosure.nesting import unsaid_cells
from analytics.disclosure.perturb.changed_figures import change_figures, mend_until_safe
from analytics.disclosure.plan import Counts, PublicationPlan, layout_of, system_of
from analytics.disclosure.policy import MethodKind, Policy
from analytics.disclosure.ranges import withheld_ranges
from analytics.disclosure.suppress.cells import primary
from analytics.disclosure.suppress.repair import suppress_until_safe
from analytics.disclosure.suppress.tight_series import tight_figures
from analytics.disclosure.system import BoolArray, IntArray, PublicationSystem
from core.contracts import NOT_AVAILABLE, SUPPRESSED
from core.errors import DisclosureError, InternalError
from core.ranges import UNBOUNDED

# what names a cell, and all that is printed of it
KEY_COLUMNS = ("geography", "edition", "place_code", "category", "period_start", "period_end")
TABLE_COLUMNS = (*KEY_COLUMNS, "count", "symbol", "lowest", "highest")

# nobody outside this module holds it, so nobody else can make SafeTables; a forger who reaches for it here is seen in review
_SEAL = object()


class SafeTables:
    """Protected figures with the certificate of exactly these figures. Made by `protect` and by nothing else."""

    __slots__ = ("_certificate", "_frame")

    def __init__(self, seal: object, frame: pd.DataFrame, certificate: Certificate) -> None:
        if seal is not _SEAL:
            raise DisclosureError("safe tables are made by analytics.disclosure.gate.protect and by nothing else")
        self._frame = frame.copy()
        self._certificate = certificate

    def __init_subclass__(cls) -> None:
        raise DisclosureError("safe tables have no other kinds")

    def __reduce__(self) -> str:
        raise DisclosureError("safe tables do not travel: protect again where they are needed")

    @property
    def certificate(self) -> Certificate:
        return self._certificate

    @property
    def frame(self) -> pd.DataFrame:
        """A copy of the figures (TABLE_COLUMNS): exactly one of count and symbol is filled.

        lowest, highest: of a withheld figure the least and largest count that the figures of this release leave possible, whole numbers;
        missing where a figure is shown, where nothing bounds it, and under a method that changes figures.
        """
        return self._frame.copy()

    def check(self) -> None:
        """Raise DisclosureError unless the certificate is for exactly these figures."""
        if digest_of(self._frame) != self._certificate.digest:
            raise DisclosureError("the certificate is not for these figures")


def digest_of(frame: pd.DataFrame) -> str:
    """SHA-256 over every row and column of a protected table, in order."""
    text = frame.loc[:, list(TABLE_COLUMNS)].to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class _Protected:
    """What protection made of a candidate: figures and visibility by row of the history's system, and the audit that it passed."""

    history: History
    figures: IntArray
    visible: BoolArray
    unsaid: BoolArray
    report: AuditReport
    rounds: int
    method: Method
    tells: dict[int, tuple[int, int]] | None = None
    ranges: tuple[IntArray, IntArray] | None = None


def protect(plan: PublicationPlan, counts: Counts, policy: Policy, ledger: Ledger | None = None, *,
            say: Callable[[str], None] = lambda _: None) -> SafeTables:  # fmt: skip
    """Withhold, attack, repair, and certify. DisclosureError where no safe publication was found in the rounds that the policy allows."""
    began = time.monotonic()
    history = lay_in(plan, counts, ledger or Ledger(), policy)
    if policy.kind is MethodKind.SUPPRESSION:
        visible, report, rounds = suppress_history(history, policy, say=say)
        unsaid = unsaid_cells(history.system, visible, policy)
        made = _Protected(history, history.system.cell_counts, visible, unsaid, report, rounds, Method(policy.kind.value, {}),
                          ranges=_ranges(history, visible, unsaid, policy))  # fmt: skip
    else:
        made = _change(plan, counts, policy, history, say)
    frame = _table(made)
    certificate = _certify(made, policy, frame, layout_of(plan, counts), time.monotonic() - began)
    return SafeTables(_SEAL, frame, certificate)


def _change(plan: PublicationPlan, counts: Counts, policy: Policy, history: History, say: Callable[[str], None]) -> _Protected:
    """Round or perturb, and withhold what the attack does not certify."""
    own, system = system_of(plan, counts), history.system
    changed = change_figures(own, plan, counts, policy, keep=history.kept)
    bands = history.with_bands(changed.bands)
    withheld, report, rounds = mend_until_safe(system, bands, policy, targets=history.targets, say=say)
    figures = np.concatenate([changed.figures, system.cell_counts[own.n_cells :]])
    visible = (figures >= 0) & ~withheld & (system.seen >= 0)
    unsaid = np.zeros(system.n_cells, dtype=bool)
    return _Protected(history, figures, visible, unsaid, report, rounds, Method(policy.kind.value, changed.method), changed.tells)


def suppress_history(history: History, policy: Policy, *, say: Callable[[str], None] = lambda _: None
                     ) -> tuple[BoolArray, AuditReport, int]:  # fmt: skip
    """What of a candidate may be shown beside its past. The small sums beside cells are the history's targets, not single atoms."""
    if history.targets is None or history.joint is None:
        return suppress_until_safe(history.system, policy, say=say)
    cells_only = replace(policy, protect_implied=False)
    walk = walk_series(history.joint) if history.joint.windows.shape[1] > 1 else walk_everywhere
    shown = primary(history.system, policy) | (history.system.seen >= 1)
    lost = tight_figures(history.joint, history.system, shown, policy, history.least)
    say(f"{int(lost.sum())} figures would be given away by those before them")
    return suppress_until_safe(
        history.system, cells_only, targets=history.targets, walk=walk, prove=True, lost=lost, least=history.least, say=say
    )


def _ranges(history: History, visible: BoolArray, unsaid: BoolArray, policy: Policy) -> tuple[IntArray, IntArray]:
    """The ranges that the printed figures leave to the withheld ones; InternalError where one tells what was certified to stay unknown."""
    system = history.system
    low, high = withheld_ranges(system, visible, unsaid, said=policy.hidden_is_at_least)
    hidden = system.candidate & ~visible
    wrong = hidden & ((low > system.cell_counts) | ((high != UNBOUNDED) & (high < system.cell_counts)))
    first, last = policy.required
    small = hidden & ~primary(system, policy)
    # from this release alone every required value is possible, whatever earlier ones have ruled out
    narrow = small & ((low > np.maximum(first, policy.hidden_is_at_least)) | ((high != UNBOUNDED) & (high < last)))
    if wrong.any() or narrow.any():
        raise InternalError(f"{int(wrong.sum())} ranges miss their count, and {int(narrow.sum())} are narrower than was certified")
    return low, high


def _table(made: _Protected) -> pd.DataFrame:
    """The candidate's cells with count or symbol, sorted. Where the policy suppresses, a figure is the true count."""
    own = made.history.system.candidate
    frame = made.history.system.cells.loc[own, list(KEY_COLUMNS)].copy()
    shown = made.visible[own]
    frame["count"] = pd.array(np.where(shown, made.figures[own], 0), dtype="Int64")
    frame.loc[~shown, "count"] = pd.NA
    quiet = made.unsaid[own]
    symbols = [None if s else NOT_AVAILABLE if q else SUPPRESSED for s, q in zip(shown, quiet, strict=True)]
    frame["symbol"] = pd.Series(symbols, index=frame.index, dtype=object)
    nothing = np.full(int(own.sum()), UNBOUNDED, dtype=np.int64)
    low, high = (made.ranges[0][own], made.ranges[1][own]) if made.ranges else (nothing, nothing)
    for name, end, there in (("lowest", low, ~shown & (made.ranges is not None)), ("highest", high, ~shown & (high != UNBOUNDED))):
        column = pd.Series(pd.array(end, dtype="Int64"), index=frame.index)
        frame[name] = column.where(pd.Series(there, index=frame.index))
    return frame.sort_values(list(KEY_COLUMNS), kind="stable", ignore_index=True)


def _certify(made: _Protected, policy: Policy, frame: pd.DataFrame, layout: dict[str, object], seconds: float) -> Certificate:
    low, high = policy.required
    system, report, history = made.history.system, made.report, made.history
    # derived from what is public alone: the narrowest that a withheld count below the threshold can be by now
    known = history.least[~made.visible & (history.least < policy.threshold)]
    first = max(low, int(known.max(initial=0)))
    if not report.safe or report.narrowest < high - first + 1:
        raise InternalError("a certificate was asked for what did not pass its audit")
    own = system.candidate
    small = own & ~primary(system, policy) & ~made.visible
    hidden = own & ~made.visible
    at_least = (
        f"a count marked {SUPPRESSED} is at least 1, while {NOT_AVAILABLE} says nothing of a count"
        if policy.hidden_is_at_least
        else "a withheld count may be 0"
    )
    return Certificate(
        digest=digest_of(frame),
        policy=policy.as_json(),
        method=made.method,
        attacker=ATTACKER.format(hidden=at_least),
        levels=_levels(system, made.figures, made.visible),
        cells=int(own.sum()),
        atoms=system.n_atoms,
        primary=int(small.sum()),
        secondary=int((hidden & ~small).sum()),
        targets=report.targets,
        implied_targets=report.implied_targets + report.asked_targets,
        required_values=high - low + 1,
        narrowest=(first, high),
        alternative_tables=report.tables,
        repair_rounds=made.rounds,
        releases_attacked_together=1 + history.releases,
        earlier_figures=history.laid_in,
        earlier_not_comparable=history.not_comparable,
        earlier_releases=history.releases,
        corrected=history.corrected,
        seconds=seconds,
        audit_seconds=report.seconds,
        seed=policy.seed,
        layout=layout,
        tells=made.tells,
    )


def _levels(system: PublicationSystem, figures: IntArray, visible: BoolArray) -> dict[str, dict[str, object]]:
    """What stays visible of each geography: share of its cells, and of the incidents that its cells hold.

    The share of incidents is made from printed figures: of those categories and periods whose figure for the widest geography is shown.
    With the true whole as its base, a share would tell what a withheld figure of the widest geography is.
    """
    cells = system.cells.assign(shown=visible, figure=np.where(visible, figures, 0))[system.candidate]
    kinds = ["category", "period_start", "period_end"]
    widest = cells.groupby(["geography", "edition"])["place_code"].nunique().idxmin()
    top = cells[(cells["geography"] == widest[0]) & (cells["edition"] == widest[1])]
    whole = top.groupby(kinds).agg(shown=("shown", "all"), held=("figure", "sum"))
    known = whole[whole["shown"]]
    out: dict[str, dict[str, object]] = {}
    for (geography, edition), rows in cells.groupby(["geography", "edition"], sort=True):
        printed = rows.groupby(kinds)["figure"].sum().reindex(known.index).sum()
        held = int(known["held"].sum())
        out[f"{geography} {edition}".strip()] = {
            "cells": len(rows),
            "withheld": int((~rows["shown"]).sum()),
            "cells_visible": round(float(rows["shown"].mean()), 4),
            "incidents_visible": min(1.0, round(float(printed) / held, 4)) if held else None,
        }
    return out
