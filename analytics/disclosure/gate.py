"""The one gate: `protect` is the only maker of SafeTables, and a release accepts nothing else.

A release that cannot be made safe is refused. Nothing here is an assert: asserts vanish under `python -O`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from analytics.disclosure.audit import WIDTHS, AuditReport, Memory, audit
from analytics.disclosure.certificate import ATTACKER, Certificate
from analytics.disclosure.equations import close_equations
from analytics.disclosure.ledger import History, Ledger, lay_in
from analytics.disclosure.plan import Counts, PublicationPlan, system_of
from analytics.disclosure.policy import MethodKind, Policy
from analytics.disclosure.suppress import Need, Suppressor, loss, primary
from analytics.disclosure.system import BoolArray, PublicationSystem
from core.contracts import SUPPRESSED
from core.errors import DisclosureError, InternalError, UserError

TABLE_COLUMNS = ("geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol")

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
        """A copy of the figures (TABLE_COLUMNS): exactly one of count and symbol is filled."""
        return self._frame.copy()

    def check(self) -> None:
        """Raise DisclosureError unless the certificate is for exactly these figures."""
        if digest_of(self._frame) != self._certificate.digest:
            raise DisclosureError("the certificate is not for these figures")


def digest_of(frame: pd.DataFrame) -> str:
    """SHA-256 over every row and column of a protected table, in order."""
    text = frame.loc[:, list(TABLE_COLUMNS)].to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def protect(plan: PublicationPlan, counts: Counts, policy: Policy, ledger: Ledger | None = None, *,
            say: Callable[[str], None] = lambda _: None) -> SafeTables:  # fmt: skip
    """Withhold, attack, repair, and certify. DisclosureError where no safe publication was found in the rounds that the policy allows."""
    if policy.kind is not MethodKind.SUPPRESSION:
        raise UserError(f"method {policy.kind.value!r} is not available yet", where="disclosure policy")
    began = time.monotonic()
    ledger = ledger or Ledger()
    history = lay_in(system_of(plan, counts), ledger)
    system = history.system
    visible, report, rounds = suppress_until_safe(system, policy, say=say)
    frame = _table(system, visible)
    certificate = _certify(system, visible, policy, report, rounds, frame, history, ledger, time.monotonic() - began)
    return SafeTables(_SEAL, frame, certificate)


def suppress_until_safe(system: PublicationSystem, policy: Policy, *, say: Callable[[str], None] = lambda _: None
                        ) -> tuple[BoolArray, AuditReport, int]:  # fmt: skip
    """What may be shown, the audit that it passed and the rounds it took. DisclosureError where it does not pass."""
    start = primary(system, policy)
    visible = close_equations(system, start, loss(system, policy), enough=policy.required[1])
    suppressor = Suppressor(system, policy, visible)
    memory: Memory | None = None
    stubborn: set[tuple[int, int]] = set()
    deadline = time.monotonic() + policy.audit_seconds
    for turn in range(policy.repair_rounds):
        # while much is open, wide programmes would be spent on what the next repair mends anyway
        widths = WIDTHS[:1] if turn == 0 else WIDTHS
        report = audit(system, suppressor.visible, policy, seed=policy.seed + turn, memory=memory, widths=widths,
                       seconds=max(1.0, deadline - time.monotonic()))  # fmt: skip
        memory = report.memory
        open_ = {(int(c), -1) for c in report.unsafe_cells} | {(-1, int(a)) for a in report.unsafe_atoms}
        say(f"attack {turn + 1}: {len(open_)} of {report.targets} sensitive counts not yet certified")
        if report.safe:
            return suppressor.visible, report, turn + 1
        if len(report.exposed):
            raise DisclosureError(f"{len(report.exposed)} small counts are already public")
        if time.monotonic() > deadline:
            break
        needs = _needs(report)
        for need in suppressor.meet(needs, reach=turn // 3):
            suppressor.widen(need)
        # the programme sees a way but the audit finds no whole table: withhold one more cell around it
        for need in needs:
            if (need.cell, need.atom) in stubborn:
                suppressor.widen(need)
                stubborn.discard((need.cell, need.atom))
        stubborn |= open_ if turn else set()
    raise DisclosureError(
        f"{len(report.unsafe_cells) + len(report.unsafe_atoms)} of {report.targets} sensitive counts could not be protected"
        " in the time and rounds that the policy allows; publish coarser areas, fewer categories or longer periods"
    )


def _needs(report: AuditReport) -> list[Need]:
    """The largest and smallest missing value of every unsafe target: what makes these possible nearly always does so between them."""
    needs = [
        Need(int(c), -1, v) for c, bits in zip(report.unsafe_cells, report.unsafe_cell_bits, strict=True) for v in _ends(int(bits))
    ]
    needs += [
        Need(-1, int(a), v) for a, bits in zip(report.unsafe_atoms, report.unsafe_atom_bits, strict=True) for v in _ends(int(bits))
    ]
    return needs


def _ends(bits: int) -> list[int]:
    """The largest and the smallest missing value."""
    return sorted({bits.bit_length() - 1, (bits & -bits).bit_length() - 1}, reverse=True)


def _table(system: PublicationSystem, visible: BoolArray) -> pd.DataFrame:
    """The candidate's cells with count or symbol, sorted; counts are whole numbers, never rounded."""
    own = system.candidate
    frame = system.cells.loc[own, list(TABLE_COLUMNS[:6])].copy()
    shown = visible[own]
    frame["count"] = pd.array(np.where(shown, system.cell_counts[own], 0), dtype="Int64")
    frame.loc[~shown, "count"] = pd.NA
    frame["symbol"] = pd.Series([None if s else SUPPRESSED for s in shown], index=frame.index, dtype=object)
    return frame.sort_values(list(TABLE_COLUMNS[:6]), kind="stable", ignore_index=True)


def _certify(system: PublicationSystem, visible: BoolArray, policy: Policy, report: AuditReport, rounds: int, frame: pd.DataFrame,
             history: History, ledger: Ledger, seconds: float) -> Certificate:  # fmt: skip
    low, high = policy.required
    if not report.safe or report.narrowest < high - low + 1:
        raise InternalError("a certificate was asked for what did not pass its audit")
    own = system.candidate
    small = own & ~primary(system, policy)
    hidden = own & ~visible
    at_least = "withheld counts are at least 1" if policy.hidden_is_at_least else "a withheld count may be 0"
    return Certificate(
        digest=digest_of(frame), policy=policy.as_json(), attacker=ATTACKER.format(hidden=at_least), levels=_levels(system, visible),
        cells=int(own.sum()), atoms=system.n_atoms, primary=int(small.sum()), secondary=int((hidden & ~small).sum()), targets=report.targets,
        implied_targets=report.implied_targets, required_values=high - low + 1, narrowest_values=report.narrowest,
        alternative_tables=report.tables, repair_rounds=rounds, releases_attacked_together=1 + history.releases,
        earlier_figures=history.laid_in,
        earlier_not_comparable=history.not_comparable,
        earlier_releases=ledger.releases, seconds=seconds,
        audit_seconds=report.seconds, seed=policy.seed,
    )  # fmt: skip


def _levels(system: PublicationSystem, visible: BoolArray) -> dict[str, dict[str, object]]:
    """What stays visible of each geography: share of its cells, and of the incidents that its cells hold."""
    counts = system.cell_counts
    out: dict[str, dict[str, object]] = {}
    for (geography, edition), rows in system.cells[system.candidate].groupby(["geography", "edition"], sort=True).groups.items():
        index = np.asarray(rows)
        shown = visible[index]
        held = int(counts[index].sum())
        out[f"{geography} {edition}".strip()] = {
            "cells": len(index),
            "withheld": int((~shown).sum()),
            "cells_visible": round(float(shown.mean()), 4),
            "incidents_visible": round(float(counts[index][shown].sum()) / held, 4) if held else 1.0,
        }
    return out
