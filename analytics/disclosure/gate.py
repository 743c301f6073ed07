"""The one gate: `protect` is the only maker of SafeTables, and a release accepts nothing else.

A release that cannot be made safe is refused. Nothing here is an assert: asserts vanish under `python -O`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.disclosure.attack.audit import AuditReport, walk_everywhere
from analytics.disclosure.attack.series import walk_series
from analytics.disclosure.certificate import ATTACKER, BY_KEY, BY_LOSS, KNOWS_OF_WITHHELD, Certificate, Method, share_in_words
from analytics.disclosure.ledger import History, Ledger, lay_in
from analytics.disclosure.nesting import unsaid_cells
from analytics.disclosure.perturb.changed_figures import change_figures, mend_until_safe
from analytics.disclosure.plan import Counts, PublicationPlan, layout_of, system_of
from analytics.disclosure.policy import MethodKind, Policy
from analytics.disclosure.ranges import withheld_ranges
from analytics.disclosure.suppress.cells import primary
from analytics.disclosure.suppress.choice import Choice, choice_of
from analytics.disclosure.suppress.repair import suppress_until_safe
from analytics.disclosure.suppress.tight_series import tight_figures
from analytics.disclosure.system import BoolArray, IntArray
from analytics.disclosure.tiers import FastTier, InseparableError, fast_levels, fast_tier, tiers_of
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


def certificate_of(tables: SafeTables, policy: Policy) -> Certificate:
    """The certificate by which tables may be published. DisclosureError where they did not come from `protect`, where it is not for exactly
    these figures, or where it was made under another policy."""
    if type(tables) is not SafeTables:
        raise DisclosureError("only tables that passed the gate can be published")
    tables.check()
    if tables.certificate.policy["digest"] != policy.digest:
        raise DisclosureError("the certificate was made under another policy")
    return tables.certificate


def digest_of(frame: pd.DataFrame) -> str:
    """SHA-256 over every row and column of a protected table, in order."""
    text = frame.loc[:, list(TABLE_COLUMNS)].to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class _Protected:
    """What protection made of a candidate or a part of it: figures and visibility by row of the history's system, and the audit it passed.

    printed: False where it was attacked only to see that what is printed elsewhere can stand beside the past.
    """

    history: History
    figures: IntArray
    visible: BoolArray
    unsaid: BoolArray
    report: AuditReport
    rounds: int
    method: Method
    tells: dict[int, tuple[int, int]] | None = None
    ranges: tuple[IntArray, IntArray] | None = None
    printed: bool = True

    @property
    def own(self) -> BoolArray:
        """The cells that are printed of it."""
        return self.history.system.candidate if self.printed else np.zeros(self.history.system.n_cells, dtype=bool)


def protect(plan: PublicationPlan, counts: Counts, policy: Policy, ledger: Ledger | None = None, *,
            choice_key: bytes | None = None, say: Callable[[str], None] = lambda _: None) -> SafeTables:  # fmt: skip
    """Withhold, attack, repair, and certify. DisclosureError where no safe publication was found in the rounds that the policy allows.

    choice_key: a secret that has a say in which cells protect others (suppress/choice.py); methods that change figures take none.
    """
    began = time.monotonic()
    past = ledger or Ledger()
    try:
        parts, carried = _in_tiers(plan, counts, policy, past, choice_key, say)
    except InseparableError as found:
        parts, carried = [_alone(plan, counts, policy, past, choice_key, say, found.withheld)], pd.DataFrame()
    frame = _table(parts, carried)
    layout = layout_of(plan, counts) | _tables_in(frame, plan)
    certificate = _certify(parts, policy, frame, layout, past.releases, len(carried), time.monotonic() - began)
    return SafeTables(_SEAL, frame, certificate)


def _alone(plan: PublicationPlan, counts: Counts, policy: Policy, ledger: Ledger, choice_key: bytes | None, say: Callable[[str], None],
           withheld: pd.DataFrame | None = None) -> _Protected:  # fmt: skip
    """The whole candidate and its past in one system. withheld: cells that an attack on a part of it had to withhold already."""
    history = lay_in(plan, counts, ledger, policy)
    if policy.kind is MethodKind.SUPPRESSION:
        return _suppress(history, policy, choice_key, say, withheld)
    return _change(plan, counts, policy, history, say)


def _in_tiers(plan: PublicationPlan, counts: Counts, policy: Policy, ledger: Ledger, choice_key: bytes | None,
              say: Callable[[str], None]) -> tuple[list[_Protected], pd.DataFrame]:  # fmt: skip
    """A new block by itself, then the fast levels with their past; and what is carried. InseparableError where this cannot be."""
    tiers = tiers_of(plan, counts, ledger, policy)
    if tiers is None:
        raise InseparableError
    parts = []
    if tiers.new is not None:
        # what earlier blocks forbid is known before the new one is attacked
        fast_levels(tiers, plan, ledger, None)
        parts.append(_suppress(lay_in(tiers.new, counts, Ledger(), policy), policy, choice_key, say))
    elif tiers.block is not None:
        say(f"{len(tiers.carried)} figures of {tiers.block} are carried as they were printed")
    printed = tiers.carried if tiers.block is None else _table(parts, tiers.carried)
    try:
        fast = fast_tier(tiers, plan, counts, ledger, printed)
    except InseparableError as found:
        if parts:
            say("the new period hangs together with earlier ones: all are attacked together, from what it withholds by itself")
            found.withheld = printed.loc[printed["count"].isna(), list(KEY_COLUMNS)]
        raise
    if fast is not None:
        parts += _fast(fast, policy, choice_key, say)
    return parts, tiers.carried


def _fast(fast: FastTier, policy: Policy, choice_key: bytes | None, say: Callable[[str], None]) -> list[_Protected]:
    """The fast tier, without its finest levels where these cannot be renewed safely. DisclosureError where its past cannot stand beside the
    block that is printed now."""
    for plan in fast.plans:
        try:
            made = _suppress(lay_in(plan, fast.counts, fast.ledger, policy), policy, choice_key, say)
        except DisclosureError as refused:
            say(f"{', '.join(level.column for level in plan.levels)} cannot be renewed: {refused}")
            continue
        return [replace(made, printed=plan.periods != (fast.block,))]
    if fast.new or fast.block is None:
        span = fast.block or fast.plans[0].periods[0]
        raise DisclosureError(f"the figures of {span} cannot be published beside those of other periods that were published before")
    return []


def _suppress(history: History, policy: Policy, choice_key: bytes | None, say: Callable[[str], None],
              withheld: pd.DataFrame | None = None) -> _Protected:  # fmt: skip
    choice = None if choice_key is None else choice_of(history.system, choice_key, policy.threshold)
    lost = None if withheld is None else _candidate_cells(history, withheld)
    visible, report, rounds = suppress_history(history, policy, choice=choice, lost=lost, say=say)
    unsaid = unsaid_cells(history.system, visible, policy)
    method = Method(policy.kind.value, {"choice": BY_LOSS if choice_key is None else BY_KEY})
    return _Protected(history, history.system.cell_counts, visible, unsaid, report, rounds, method,
                      ranges=_ranges(history, visible, unsaid, policy))  # fmt: skip


def _candidate_cells(history: History, keys: pd.DataFrame) -> BoolArray:
    """Which rows of the system are these cells of the candidate. A 0 is never one: it is withheld by what lies above it alone."""
    system = history.system
    named = pd.MultiIndex.from_frame(system.cells[list(KEY_COLUMNS)]).isin(pd.MultiIndex.from_frame(keys))
    return np.asarray(named & system.candidate & (system.cell_counts > 0))


def _change(plan: PublicationPlan, counts: Counts, policy: Policy, history: History, say: Callable[[str], None]) -> _Protected:
    """Round or perturb, and withhold what the attack does not certify."""
    own, system = system_of(plan, counts), history.system
    changed = change_figures(own, plan, counts, policy, keep=history.kept)
    bands = history.with_bands(changed.bands)
    figures = np.concatenate([changed.figures, system.cell_counts[own.n_cells :]])
    withheld, report, rounds = mend_until_safe(system, bands, policy, hidden=figures < 0, targets=history.targets, say=say)
    visible = (figures >= 0) & ~withheld & (system.seen >= 0)
    unsaid = np.zeros(system.n_cells, dtype=bool)
    return _Protected(history, figures, visible, unsaid, report, rounds, Method(policy.kind.value, changed.method), changed.tells)


def suppress_history(history: History, policy: Policy, *, choice: Choice | None = None, only: BoolArray | None = None,
                     lost: BoolArray | None = None, say: Callable[[str], None] = lambda _: None
                     ) -> tuple[BoolArray, AuditReport, int]:  # fmt: skip
    """What of a candidate may be shown beside its past. The small sums beside cells are the history's targets, not single atoms.

    choice: what a key decides. only: the cells that may be withheld; DisclosureError as soon as another would be. lost: cells that are
    withheld from the start.
    """
    if history.targets is None or history.joint is None:
        return suppress_until_safe(history.system, policy, choice=choice, only=only, lost=lost, say=say)
    cells_only = replace(policy, protect_implied=False)
    walk = walk_series(history.joint) if history.joint.windows.shape[1] > 1 else walk_everywhere
    shown = primary(history.system, policy) | (history.system.seen >= 1)
    tight = tight_figures(history.joint, history.system, shown, policy, history.least)
    say(f"{int(tight.sum())} figures would be given away by those before them")
    lost = tight if lost is None else tight | lost
    return suppress_until_safe(
        history.system, cells_only, targets=history.targets, walk=walk, prove=True, lost=lost, least=history.least,
        choice=choice, only=only, say=say,
    )  # fmt: skip


def _ranges(history: History, visible: BoolArray, unsaid: BoolArray, policy: Policy) -> tuple[IntArray, IntArray]:
    """The ranges that the printed figures leave to the withheld ones; InternalError where one tells what was certified to stay unknown."""
    system = history.system
    low, high = withheld_ranges(system, visible, unsaid, said=policy.hidden_is_at_least)
    hidden = system.candidate & ~visible
    wrong = hidden & ((low > system.cell_counts) | ((high != UNBOUNDED) & (high < system.cell_counts)))
    first, last = policy.required
    small = hidden & ~primary(system, policy)
    # every required value is possible, but for those that earlier figures of its own place and group rule out
    known = np.maximum(np.maximum(first, policy.hidden_is_at_least), history.least)
    narrow = small & ((low > known) | ((high != UNBOUNDED) & (high < last)))
    if wrong.any() or narrow.any():
        raise InternalError(f"{int(wrong.sum())} ranges miss their count, and {int(narrow.sum())} are narrower than was certified")
    return low, high


def _table(parts: Sequence[_Protected], carried: pd.DataFrame) -> pd.DataFrame:
    """The candidate's cells with count or symbol, sorted. Where the policy suppresses, a figure is the true count."""
    frames = [_rows_of(made) for made in parts if made.own.any()]
    if len(carried):
        whole = dict.fromkeys(("count", "lowest", "highest"), "Int64") | {"symbol": object}
        frames.append(carried[list(TABLE_COLUMNS)].astype(whole))
    return pd.concat(frames).sort_values(list(KEY_COLUMNS), kind="stable", ignore_index=True)


def _tables_in(frame: pd.DataFrame, plan: PublicationPlan) -> dict[str, object]:
    """Of a plan whose levels have periods of their own: which tables are printed, as level, first and last month, groups; newest first."""
    if not any(level.periods for level in plan.levels):
        return {}
    tables, order = [], [name for name, _ in plan.groups]
    for (geography, edition, start, end), rows in frame.groupby([*KEY_COLUMNS[:2], *KEY_COLUMNS[4:]], sort=True):
        inside = set(rows["category"])
        level = f"{geography} {edition}".strip()
        tables.append([level, start.isoformat(), end.isoformat(), [name for name in order if name in inside]])
    return {"tables": sorted(tables, key=lambda t: (t[2], t[1]), reverse=True)}


def _rows_of(made: _Protected) -> pd.DataFrame:
    own = made.own
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
    return frame


def _certify(parts: Sequence[_Protected], policy: Policy, frame: pd.DataFrame, layout: dict[str, object], releases: int, carried: int,
             seconds: float) -> Certificate:  # fmt: skip
    low, high = policy.required
    first = low
    for made in parts:
        # derived from what is public alone: the narrowest that a withheld count below the threshold can be by now
        least = made.history.least
        known = int(least[~made.visible & (least < policy.threshold)].max(initial=0))
        if not made.report.safe or made.report.narrowest < high - max(low, known) + 1:
            raise InternalError("a certificate was asked for what did not pass its audit")
        first = max(first, known)
    kind = one.method.kind if (one := parts[0] if parts else None) else policy.kind.value
    knowledge = KNOWS_OF_WITHHELD["said" if policy.hidden_is_at_least else kind].format(symbol=SUPPRESSED, nothing=NOT_AVAILABLE)
    if not policy.hidden_is_at_least:
        knowledge += _share_of_zeros(parts)
    small = sum(int((made.own & ~primary(made.history.system, policy) & ~made.visible).sum()) for made in parts)
    hidden = sum(int((made.own & ~made.visible).sum()) for made in parts)
    return Certificate(
        digest=digest_of(frame),
        policy=policy.as_json(),
        method=one.method if one else Method(policy.kind.value, {}),
        attacker=ATTACKER.format(hidden=knowledge),
        levels=_levels(frame),
        cells=len(frame),
        atoms=sum(made.history.system.n_atoms for made in parts),
        primary=small,
        secondary=hidden - small,
        targets=sum(made.report.targets for made in parts),
        implied_targets=sum(made.report.implied_targets + made.report.asked_targets for made in parts),
        required_values=high - low + 1,
        narrowest=(first, high),
        alternative_tables=sum(made.report.tables for made in parts),
        repair_rounds=sum(made.rounds for made in parts),
        releases_attacked_together=1 + releases,
        earlier_figures=sum(made.history.laid_in for made in parts) + carried,
        earlier_not_comparable=sum(made.history.not_comparable for made in parts),
        earlier_releases=releases,
        corrected=sum(made.history.corrected for made in parts),
        seconds=seconds,
        audit_seconds=sum(made.report.seconds for made in parts),
        seed=policy.seed,
        layout=layout,
        tells=one.tells if one else None,
        carried=carried,
        carried_withheld=int(frame["count"].isna().sum()) - hidden,
    )


def _share_of_zeros(parts: Sequence[_Protected]) -> str:
    """How often a withheld count is 0, in words, where a symbol leaves that open."""
    counts = [made.history.system.cell_counts[made.own & ~made.visible] for made in parts]
    every = np.concatenate(counts) if counts else np.zeros(0, dtype=np.int64)
    return share_in_words(int((every == 0).sum()), len(every))


def _levels(frame: pd.DataFrame) -> dict[str, dict[str, object]]:
    """What stays visible of each geography: share of its cells, and of the incidents that its cells hold.

    The share of incidents is made from printed figures: of those categories and periods whose figure for the widest geography is shown.
    With the true whole as its base, a share would tell what a withheld figure of the widest geography is.
    """
    cells = frame[list(KEY_COLUMNS)].assign(shown=frame["count"].notna(), figure=frame["count"].fillna(0).astype("int64"))
    kinds = ["category", "period_start", "period_end"]
    widest = cells.groupby(["geography", "edition"])["place_code"].nunique().idxmin()
    top = cells[(cells["geography"] == widest[0]) & (cells["edition"] == widest[1])]
    whole = top.groupby(kinds).agg(shown=("shown", "all"), held=("figure", "sum"))
    known = whole[whole["shown"]]
    out: dict[str, dict[str, object]] = {}
    for (geography, edition), rows in cells.groupby(["geography", "edition"], sort=True):
        # a group that this geography is not published by says nothing of what it shows
        both = known[known.index.get_level_values("category").isin(set(rows["category"]))]
        printed = rows.groupby(kinds)["figure"].sum().reindex(both.index).sum()
        held = int(both["held"].sum())
        out[f"{geography} {edition}".strip()] = {
            "cells": len(rows),
            "withheld": int((~rows["shown"]).sum()),
            "cells_visible": round(float(rows["shown"].mean()), 4),
            "incidents_visible": min(1.0, round(float(printed) / held, 4)) if held else None,
        }
    return out
