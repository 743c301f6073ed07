"""The attack on crates that have places in common: one system over all of them, from what is printed alone.

It goes by the verifier (analytics.release.crate.verify), which shares no code with what withholds cells. Crates without a common place have
no incident in common, so every table that is possible for one goes with every table of the other: what was attacked alone has been
attacked together. Sums that the hub adds are sums of printed figures, so they rule out no table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np

from analytics.release.crate import verify
from analytics.release.hub.intake import refused
from analytics.release.hub.member import ALL, ASK, HEXAGONS, KEY, Member
from core.periods import Period

# numbers of releases are each force's own; those of the next member begin here
_APART = 1_000_000


@dataclass(frozen=True)
class Added:
    """A figure that the hub adds to those of its members. parts: (number of the member, level, place, category, first and last month) of the
    figures that it is the sum of."""

    label: str
    count: int
    parts: tuple[tuple[int, str, str, str, Any, Any], ...]


@dataclass
class Attacked:
    """What the attack came to. together: names of members that were attacked as one system; fallen: what a reader can work out, in words."""

    together: list[tuple[str, ...]] = field(default_factory=list)
    targets: int = 0
    programmes: int = 0
    fallen: list[str] = field(default_factory=list)


def linked(members: Sequence[Member]) -> list[list[int]]:
    """Numbers of members that have a place or a finest area in common, by whatever way; those that have none with another are not named."""
    of = list(range(len(members)))
    finest = [{area["area"] for area in m.crate.areas} for m in members]
    for i, j in combinations(range(len(members)), 2):
        levels = set(members[i].areas) & set(members[j].areas) - {ALL}
        if finest[i] & finest[j] or any(set(members[i].areas[level]) & set(members[j].areas[level]) for level in levels):
            of = [of[i] if g == of[j] else g for g in of]
    groups = [[i for i, g in enumerate(of) if g == name] for name in sorted(set(of))]
    return [group for group in groups if len(group) > 1]


def require_one_truth(members: Sequence[Member]) -> None:
    """Places in common are cut up alike, and what is printed of them twice is the same. UserError for the first that is not; the later member
    is the one that is refused."""
    for one, other in combinations(members, 2):
        shared = False
        for level in (set(one.areas) & set(other.areas)) - {ALL, *HEXAGONS}:
            for code in sorted(set(one.areas[level]) & set(other.areas[level])):
                shared = True
                if one.areas[level][code] != other.areas[level][code]:
                    why = f"it cuts {level} {code} up otherwise than {one.force.name} does, so that the two cannot be attacked together"
                    raise refused(other.given, why, f"{ASK[:-1]}, and name the districts of each in the trust file.")
        if shared:
            _same_figures(one, other)


def _same_figures(one: Member, other: Member) -> None:
    both = one.values.merge(other.values, on=KEY, suffixes=("", "_other"))
    both = both[~both["level"].isin([ALL, *HEXAGONS])]
    for row in both[(both["count"] != both["count_other"]).fillna(value=False)].itertuples():
        span = Period(row.period_start, row.period_end)
        if one.groups[row.category] == other.groups[row.category] and one.window(span) == other.window(span):
            why = f"it says {row.count_other} of {row.level} {row.place_code}, {row.category}, where {one.force.name} says {row.count}"
            raise refused(other.given, why, ASK)


def attack_together(members: Sequence[Member], added: Iterable[Added] = ()) -> Attacked:
    """Attack every group of members that have places in common, with what the hub adds to their figures."""
    found = Attacked()
    sums = list(added)
    for group in linked(members):
        own = [s for s in sums if {part[0] for part in s.parts} <= set(group)]
        _attack([members[i] for i in group], [_renumbered(s, group) for s in own], found)
        found.together.append(tuple(members[i].force.name for i in group))
    return found


def _renumbered(added: Added, group: list[int]) -> Added:
    return replace(added, parts=tuple((group.index(n), *rest) for n, *rest in added.parts))


def _attack(members: Sequence[Member], added: Sequence[Added], found: Attacked) -> None:
    findings = verify.Findings()
    system = _System(members)
    rows: list[verify.Row] = []
    targets: list[verify.Target] = []
    for n, member in enumerate(members):
        own = _rows(member)
        targets += [replace(t, atoms=system.joint(n, t.atoms)) for t in verify.targets_of(member.crate, own)]
        rows += [
            replace(
                row, atoms=system.joint(n, row.atoms), label=f"{member.force.name}, {row.label}", release=row.release + n * _APART
            )
            for row in own
        ]
    rows += [_row_of(a, members, rows) for a in added]
    # the same atoms in the words of several members: what is asked most of comes first
    once: dict[bytes, verify.Target] = {}
    for target in sorted(targets, key=lambda t: ("withheld", "part", "atom").index(t.what)):
        once.setdefault(target.atoms.tobytes(), target)
    now = members[-1].crate.current
    low, high = now.required
    for atom in system.slivers:
        single = np.array([atom], dtype=np.int64)
        label = f"what the figures of {' and '.join(m.force.name for m in members)} leave between them"
        once.setdefault(single.tobytes(), verify.Target(label, single, "atom", low, high, now.threshold, current=True))
    margins = verify.Margins(system.size, rows, findings, True)
    margins.reduce(system.shape)
    if margins.broken or findings.faults.get("margins"):
        found.fallen += [f"margins: {w}" for w in (*margins.broken, *findings.faults.get("margins", ()))]
        return
    attack = verify.Attack(members[-1].crate, rows, margins, list(once.values()), 1)
    if words := attack.run():
        found.fallen.append(words)
        return
    verify.judge(members[-1].crate, attack, False, findings)
    found.fallen += findings.faults.get("narrow", [])
    found.targets += len(once)
    found.programmes += sum(p.programmes + p.whole_programmes for p in attack.parts)


def _rows(member: Member) -> list[verify.Row]:
    """Every figure of a member's history that the hub does not leave out; where data were corrected, as the verifier loosens them."""
    crate = member.crate
    rows = verify.rows_of(crate, verify.Findings())
    certificate = crate.current.certificate
    if any(certificate.get(n) for n in ("corrections_allowed_for", "earlier_figures_not_comparable")):
        margins = verify.Margins(len(crate.atoms), rows, verify.Findings(), True)
        margins.reduce(crate.atoms[:, 1] * len(crate.spans) + crate.atoms[:, 2])
        if margins.broken:
            rows, _ = verify.without_corrections(rows, len(crate.atoms), crate.current.number)
    return [row for row in rows if f"{row.site[0]} {row.site[1]}".strip() not in member.left_out]


def _row_of(added: Added, members: Sequence[Member], rows: Sequence[verify.Row]) -> verify.Row:
    """A sum of the hub as a row over atoms, found by the figures that it is made of."""
    sites = {}
    for row in rows:
        n, number = divmod(row.release, _APART)
        if number == members[n].number:
            sites[n, *row.site] = row
    held = []
    for n, level, place, category, start, end in added.parts:
        geography, _, edition = level.partition(" ")
        held.append(sites[n, geography, edition, place, category, start.isoformat(), end.isoformat()])
    atoms = np.unique(np.concatenate([row.atoms for row in held]))
    months = frozenset[str]().union(*(row.months for row in held))
    return verify.Row(added.label, atoms, added.count, added.count, len(members) * _APART, True, ("hub", "", "", ""), months)


class _System:
    """Atoms of several members as one list. Where an area is in one crate alone, its atoms are as that crate has them; where it is in
    several, classes of categories and of months are cut as fine as all of them together tell apart."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._number: dict[tuple[Any, ...], int] = {}
        self._shapes: dict[tuple[Any, ...], int] = {}
        shape: list[int] = []
        holders: dict[str, list[int]] = {}
        for n, member in enumerate(members):
            for area in member.crate.areas:
                holders.setdefault(_home(area, member), []).append(n)
        crates = [m.crate for m in members]
        self._atoms: list[list[Any]] = []
        slivers: set[int] = set()
        for n, crate in enumerate(crates):
            mine = []
            for area, kind, span in crate.atoms:
                home = _home(crate.areas[area], members[n])
                who = tuple(holders[home])
                pairs = _finer(who, crates, n, int(kind), int(span)) if len(who) > 1 else [((n, int(kind)), (n, int(span)))]
                numbers = []
                for pair in pairs:
                    numbers.append(self._number.setdefault((home, *pair), len(self._number)))
                    if numbers[-1] == len(shape):
                        shape.append(self._shapes.setdefault(pair, len(self._shapes)))
                if len(who) > 1:
                    slivers.update(numbers)
                mine.append(np.array(numbers, dtype=np.int64))
            self._atoms.append(mine)
        self.shape = np.array(shape, dtype=np.int64)
        self.size = len(self._number)
        self.slivers = sorted(slivers)

    def joint(self, member: int, atoms: Any) -> Any:
        """Atoms of a member as atoms of all."""
        return np.sort(np.concatenate([self._atoms[member][i] for i in atoms]))


def _home(area: Mapping[str, str], member: Member) -> str:
    """A finest area by what it is of: its code, unless it is named by the whole force that it lies in."""
    return f"{member.force.code} all" if area["area"] == member.force.code else area["area"]


def _finer(who: tuple[int, ...], crates: Sequence[verify.Crate], n: int, kind: int, span: int) -> list[tuple[Any, Any]]:
    """The classes of categories x months, told apart by all crates that hold an area, that an atom of one of them is made of."""
    kinds = {tuple(_class_of(crates[i].kinds, c) for i in who) for c in crates[n].kinds[kind]}
    spans = {tuple(_class_of(crates[i].spans, m) for i in who) for m in crates[n].spans[span]}
    return [((who, k), (who, s)) for k in sorted(kinds) for s in sorted(spans)]


def _class_of(classes: Sequence[frozenset[str]], member: str) -> int:
    return next((i for i, inside in enumerate(classes) if member in inside), -1)
