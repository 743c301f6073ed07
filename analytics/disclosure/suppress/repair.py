"""Withhold, attack, repair, until the attack fails or the rounds that the policy allows are over; then show again what was not needed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from scipy import sparse

from analytics.disclosure.attack.audit import WIDTHS, AuditReport, Memory, Walk, audit, walk_everywhere
from analytics.disclosure.attack.evidence import lay_out_attack
from analytics.disclosure.attack.programs import in_parts, prepare_ground
from analytics.disclosure.policy import Policy
from analytics.disclosure.suppress.cells import REACH, Need, Suppressor, loss, primary
from analytics.disclosure.suppress.choice import Choice
from analytics.disclosure.suppress.equations import close_equations
from analytics.disclosure.suppress.give_back import COUNTS, GivingBack, Held, withheld_for_others
from analytics.disclosure.system import BoolArray, IntArray, PublicationSystem
from analytics.disclosure.targets import Targets, no_targets
from core.errors import DisclosureError

# neighbourhoods that the first repair tries; the round from which a need that found no remedy takes the cheapest cell around it
NEAR = 2
PATIENCE = 2
# attacks in a row after which a count whose remedies did not help takes one more cell
STUBBORN = 3


def suppress_until_safe(system: PublicationSystem, policy: Policy, *, targets: Targets | None = None, protect_small: bool = True,
                        walk: Walk = walk_everywhere, prove: bool = False, lost: BoolArray | None = None, least: IntArray | None = None,
                        choice: Choice | None = None, only: BoolArray | None = None,
                        say: Callable[[str], None] = lambda _: None) -> tuple[BoolArray, AuditReport, int]:  # fmt: skip
    """What may be shown, the audit that it passed and the rounds it took. DisclosureError where not even withholding all that may be
    withheld around what is open lets it pass, or where the time that the policy allows is over; time decides nothing else.

    targets: sums of atoms with requirements of their own that must hold too; protect_small: False attacks nothing but these (the small
    cells are withheld all the same). prove: from the first attack on, try what is left on the whole system too before more is withheld.
    lost: cells that are withheld from the start, since they are known to be unsafe. least: for each cell the
    least count that what was public before leaves possible. choice: what a key decides of each row of the system.
    only: the cells that may be withheld; the run ends as soon as another is that cannot be shown again (whoever compares a run with a choice
    that is known need not wait for the rest of it). What is superfluous is shown again where no further targets are asked for.
    """
    targets = targets if targets is not None else no_targets(system.n_atoms)
    if choice is not None:
        system = system.with_weight(system.weight * choice.factor)
    # what was public before stays so, and what binds an interval or a correction is public by construction
    start = primary(system, policy) | (system.seen >= 1)
    if lost is not None:
        start &= ~lost
    if protect_small:
        start = close_equations(system, start, loss(system, policy), enough=policy.required[1],
                                more=None if choice is None else choice.room)  # fmt: skip
    suppressor = Suppressor(system, policy, start, targets)
    # what is small, or lost before anything was chosen, is never shown again
    kept = ~primary(system, policy) if lost is None else ~primary(system, policy) | lost
    _stay_within(system, suppressor.visible | ~kept, only)
    memory: Memory | None = None
    patience = _Patience()
    attacked = 0.0
    deadline = time.process_time() + policy.audit_seconds

    def attack(visible: BoolArray, turn: int, memory: Memory | None, widths: tuple[tuple[int, int], ...] = WIDTHS) -> AuditReport:
        left = max(1.0, deadline - time.process_time())
        return audit(system, visible, policy, seed=policy.seed + turn, memory=memory, widths=widths, seconds=left, targets=targets,
                     protect_small=protect_small, walk=walk, prove=prove, least=least)  # fmt: skip

    # one attack more than rounds of repair: the last repair gives up all around what is still open
    for turn in range(policy.repair_rounds + 1):
        # while much is open, programmes for single values would be spent on what the next repair mends anyway
        widths = WIDTHS if turn or prove else ()
        report = attack(suppressor.visible, turn, memory, widths)
        memory, attacked = report.memory, attacked + report.seconds
        needs = list(_needs(system, report, targets))
        open_ = {need.who for need in needs}
        say(f"attack {turn + 1}: {len(open_)} of {report.targets} sensitive counts not yet certified")
        if report.safe:
            visible, last, more = suppressor.visible, report, 0
            price = loss(system, policy)
            if (
                not len(targets)
                and report.targets <= COUNTS
                and (~kept & withheld_for_others(system, policy, visible, price)).any()
            ):
                back = GivingBack(system, policy, visible, price, held_by_the_attack(system, policy, visible), choice)
                visible, last, more = _give_back(back, ~kept, report, turn, attack, say)
            _stay_within(system, visible, only)
            # what the attacks before it showed possible, the last one did not look for again
            return visible, replace(last, seconds=attacked + last.seconds * (more > 0)), turn + 1 + more
        if len(report.exposed):
            raise DisclosureError(f"{len(report.exposed)} small counts are already public")
        if time.process_time() > deadline:
            raise DisclosureError(
                f"{len(open_)} of {report.targets} sensitive counts were still open after the {policy.audit_seconds:.0f} processor seconds"
                " that the policy allows; allow more (audit_seconds), or publish fewer areas or categories at once"
            )
        if turn + 1 < policy.repair_rounds:
            _repair(suppressor, needs, patience, turn)
        elif turn + 1 == policy.repair_rounds:
            say(f"{suppressor.give_up(needs)} more figures are withheld around {len(open_)} counts that nothing less protects")
        _stay_within(system, suppressor.visible | ~kept, only)
    raise DisclosureError(
        f"{len(open_)} of {report.targets} sensitive counts could not be protected though every figure around them that may be withheld is:"
        " figures that the plan never withholds (weight inf), or that were published before, give them away; publish coarser areas,"
        " fewer categories or longer periods"
    )


def held_by_the_attack(system: PublicationSystem, policy: Policy, visible: BoolArray) -> Held:
    """What hangs together in a layout, and the counts that must stay unknown, as the attack has it.

    Parts are those where something is said of every withheld cell: where nothing is said of some, they only fall apart further.
    """
    attack = lay_out_attack(
        system, visible, threshold=policy.threshold, required=policy.required, smallest_sensitive=policy.smallest_sensitive,
        hidden_is_at_least=policy.hidden_is_at_least, protect_implied=policy.protect_implied,
    )  # fmt: skip
    rows = np.flatnonzero(attack.target)
    shift = [_must_move(attack.demand, int(row), int((attack.watch[row] @ attack.truth)[0])) for row in rows]
    return Held(
        part=in_parts(prepare_ground(attack)).part,
        watch=sparse.csr_matrix(attack.watch[rows]),
        shift=np.array(shift, dtype=np.int64).reshape(-1, 2),
    )


def _must_move(demand: Targets, row: int, truth: int) -> tuple[int, int]:
    """By how much a target must be able to move down and up; 0 where nothing is asked of that side."""
    low, high = int(demand.low[row]), int(demand.high[row])
    if not demand.ends[row]:
        bits = int(demand.wanted[row])
        low, high = low + (bits & -bits).bit_length() - 1, low + bits.bit_length() - 1
    return min(low - truth, 0), max(high - truth, 0)


def _repair(suppressor: Suppressor, needs: list[Need], patience: _Patience, turn: int) -> None:
    """Remedies for what is open, in small neighbourhoods first: what they withhold often mends what would have taken a large one."""
    last = min(NEAR + turn, len(REACH))
    for need in suppressor.meet(needs, first=turn // 3, last=last, quiet=turn >= PATIENCE):
        if turn >= PATIENCE:
            suppressor.widen(need, patience.more(need))
    # the programme sees a way but the audit finds no whole table: withhold more cells around it
    for need in patience.worn_out(needs):
        suppressor.widen(need, patience.more(need))


class _Patience:
    """How often each count was open in a row, and how many cells it takes the next time: twice as many each time."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, int, int], int] = {}
        self._cells: dict[tuple[int, int, int], int] = {}

    def worn_out(self, needs: list[Need]) -> list[Need]:
        """One need of each count that was open more than STUBBORN times in a row, this time included."""
        one = {need.who: need for need in reversed(needs)}
        self._open = {who: self._open.get(who, 0) + 1 for who in one}
        return [need for who, need in sorted(one.items()) if self._open[who] > STUBBORN]

    def more(self, need: Need) -> int:
        """How many cells a count takes now."""
        self._cells[need.who] = 2 * self._cells.get(need.who, 0) or 1
        return self._cells[need.who]


def _give_back(back: GivingBack, among: BoolArray, report: AuditReport, turn: int,
               attack: Callable[[BoolArray, int, Memory | None], AuditReport],
               say: Callable[[str], None]) -> tuple[BoolArray, AuditReport, int]:  # fmt: skip
    """Show again what is not needed: what is visible then, the attack that it passed, and how many attacks that took. Where a count is open
    afterwards, what was given back around it goes again, then all that hangs together with it, and at last everything."""
    before = back.visible.copy()
    if not back.give(among):
        return before, report, 0
    system = back.system
    memory, more = _without(report.memory, system, back.anew), 0
    for near in (True, True, False, False):
        more += 1
        found = attack(back.visible, turn + more, memory)
        if found.safe:
            say(f"{int((back.visible & ~before).sum())} figures are shown again, which nothing needs withheld")
            return back.visible, found, more
        memory = found.memory
        open_ = np.concatenate([system.incidence[found.unsafe_cells].indices, found.unsafe_atoms])
        open_ = np.unique(open_).astype(np.int64)
        if not (near and back.take_back(open_, near=True)) and not back.take_back(open_, near=False):
            break
    return before, report, more


def _without(memory: Memory, system: PublicationSystem, atoms: BoolArray) -> Memory:
    """What was shown possible, but of all that holds any of these atoms nothing."""
    cells = np.asarray(system.incidence @ atoms.astype(np.int64)).ravel() > 0
    nothing = np.uint64(0)
    return replace(memory, cells=np.where(cells, nothing, memory.cells), atoms=np.where(atoms, nothing, memory.atoms))


def _stay_within(system: PublicationSystem, visible: BoolArray, only: BoolArray | None) -> None:
    if only is not None and (system.candidate & ~visible & ~only).any():
        raise DisclosureError("a cell would be withheld that may not be")


def _needs(system: PublicationSystem, report: AuditReport, targets: Targets) -> Iterator[Need]:
    """Of every unsafe target the missing value farthest above the truth and the one farthest below: what makes these possible nearly always
    does so between them."""
    low = report.required[0]
    for cell, bits in zip(report.unsafe_cells, report.unsafe_cell_bits, strict=True):
        yield from (Need(int(cell), -1, v) for v in _ends(_values(int(bits), low), int(system.cell_counts[cell])))
    for atom, bits in zip(report.unsafe_atoms, report.unsafe_atom_bits, strict=True):
        yield from (Need(-1, int(atom), v) for v in _ends(_values(int(bits), low), int(system.atom_counts[atom])))
    truth = targets.rows @ system.atom_counts
    for row, bits in zip(report.unsafe_targets, report.unsafe_target_bits, strict=True):
        first, last = int(targets.low[row]), int(targets.high[row])
        # of an interval, bit 1 is its upper end; of a set, bit b is the value b above the lowest
        values = [last if b else first for b in _values(int(bits), 0)] if targets.ends[row] else _values(int(bits), first)
        yield from (Need(-1, -1, v, int(row)) for v in _ends(values, int(truth[row])))


def _values(bits: int, low: int) -> list[int]:
    return [low + b for b in range(bits.bit_length()) if bits >> b & 1]


def _ends(values: list[int], truth: int) -> list[int]:
    return [v for v in {max(values), min(values)} if v == (max(values) if v > truth else min(values))]
