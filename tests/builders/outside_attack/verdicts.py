"""What falls: each withheld small count, each difference of two releases and each remainder that pencil and paper give, tried by the attack.

Four promises are tried (docs/disclosure.md), k being the threshold:

- `cell`: a withheld figure of 1 to k - 1 may still be each of 1 to k. Values that its own place and group, and the areas in it, had ruled
  out in earlier releases are not asked for again: what was read cannot be taken back. k itself always is.
- `sliver`: the same of what one finest area holds of one finest category in a published period, also where no table shows it.
- `difference`: of each place and group, the months that one release has and another has not, and the months that no two releases tell apart:
  where they hold 1 to k - 1, k must remain possible.
- `remainder`: a figure less the printed figures in it, by areas or by groups: the same.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pandas as pd

from tests.builders.outside_attack.ranges import Attack, Unanswered, Work
from tests.builders.outside_attack.reading import Figure, Ints, Months, Name, Printed, Reading, Told, read
from tests.builders.outside_attack.walk import Sum, Walk

K = 5
# targets between two lines about how far an attack has come
EVERY = 50
KINDS = ("cell", "sliver", "difference", "remainder")


@dataclass(frozen=True)
class Target:
    """A sum of parts that must stay unknown. values: those that must all remain possible."""

    kind: str
    name: str
    parts: Ints
    true: int
    values: tuple[int, ...]


@dataclass(frozen=True)
class Fallen:
    """A promise that does not hold. impossible: the values that a reader rules out; low, high: all that is left to the sum."""

    target: Target
    impossible: tuple[int, ...]
    low: int
    high: float

    @property
    def known(self) -> bool:
        """The reader knows the number."""
        return self.low == self.high

    @property
    def known_small(self) -> bool:
        """The reader knows that it is below k."""
        return self.high < K

    def __str__(self) -> str:
        where = f"{self.target.kind}: {self.target.name} is {self.target.true}; a reader knows {self.low} to {self.high:g}"
        return f"{where} and rules out {', '.join(map(str, self.impossible))}"


@dataclass
class Report:
    """tried: targets by kind. values: of all of them. excused: values that earlier figures had ruled out. open: targets that no programme
    decided."""

    tried: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    fallen: list[Fallen] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    excused: int = 0
    values: int = 0
    work: Work = field(default_factory=Work)
    seconds: float = 0.0
    processor_seconds: float = 0.0

    @property
    def worst(self) -> str:
        """The narrowest of what fell, in words."""
        return str(min(self.fallen, key=lambda f: (f.high - f.low, f.high))) if self.fallen else "nothing fell"

    def __str__(self) -> str:
        tried = ", ".join(f"{n:,} {kind}s" for kind, n in self.tried.items())
        work = (
            f"{self.work.blocks:,} blocks, {self.work.linear:,} linear and {self.work.integer:,} integer programmes,"
            f" {self.work.known:,} of {self.values:,} answers without one of their own"
        )
        return f"{tried}; {len(self.fallen)} fell, {len(self.open)} open; {work}; {self.seconds:.1f} s; {self.worst}"


def attack(
    areas: pd.DataFrame,
    releases: Sequence[Printed],
    counts: pd.DataFrame,
    *,
    answers: Sequence[Told] = (),
    sample: int | None = None,
    seed: int = 1,
    only: Callable[[Target], bool] = lambda _: True,
    walk_first: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Try everything that was printed against the four promises. counts: the true ones (area, category, month, incidents), to judge by.
    sample: so many targets of each kind, drawn with the seed. walk_first: show by a walk over possible tables what can be shown, before
    anything is asked of programmes; the verdicts are the same without it. say: takes how far it has come, in words."""
    begun, busy = time.perf_counter(), time.process_time()
    reading = read(areas, releases, answers)
    truth = reading.truth(counts)
    system = Attack(reading, truth)
    rng, report = np.random.default_rng(seed), Report(work=system.work)
    asked: list[Target] = []
    for kind, found in targets(reading, releases, truth).items():
        wanted = [target for target in found if only(target)]
        if sample is not None and sample < len(wanted):
            wanted = [wanted[i] for i in np.sort(rng.choice(len(wanted), size=sample, replace=False))]
        report.tried[kind] = len(wanted)
        asked += wanted
    say(f"{len(asked):,} sums to be tried, read in {time.perf_counter() - begun:.0f} s")
    walk = Walk(reading, system, truth, [Sum(target.parts, target.values) for target in asked], seed)
    report.values = int(sum(len(target.values) for target in asked))
    if walk_first:
        walk.go(say)
        system.work.known += report.values - int(walk.missing.sum())
    # a table that answers one question is laid beside all others
    system.on_table = walk.stand_on
    past = _Past(reading)
    left = in_place((i for i in range(len(asked)) if walk.missing[i].any()), asked, system)
    for number, i in enumerate(left, start=1):
        _try(asked[i], walk.missing[i], system, past, report)
        if number % EVERY == 0 or number == len(left):
            so_far = f"{len(report.fallen)} fell, {len(report.open)} not decided, {time.perf_counter() - begun:.0f} s"
            say(f"{number:,} of {len(left):,} sums of which the walk left something: {so_far}")
    system.work.blocks = walk.steps
    report.seconds, report.processor_seconds = time.perf_counter() - begun, time.process_time() - busy
    return report


def in_place(numbers: Iterable[int], asked: Sequence[Target], system: Attack) -> list[int]:
    """Targets of one component after one another, so that its model is at hand."""
    return sorted(numbers, key=lambda i: (int(system.component[asked[i].parts[0]]), i))


def _try(target: Target, missing: npt.NDArray[np.bool_], system: Attack, past: _Past, report: Report) -> None:
    """missing: by value, what no table has shown; it changes as tables are found."""
    try:
        impossible = [v for v in target.values if missing[v] and not system.can_be(target.parts, v)]
        if impossible and target.kind == "cell":
            least = past.known_before(target)
            report.excused += sum(v < least and v != K for v in impossible)
            impossible = [v for v in impossible if v >= least or v == K]
        if impossible:
            report.fallen.append(Fallen(target, tuple(impossible), *system.range_of(target.parts)))
    except Unanswered as error:
        report.open.append(f"{target.kind}: {target.name}: {error}")


def targets(reading: Reading, releases: Sequence[Printed], truth: Ints) -> dict[str, list[Target]]:
    """All sums that must stay unknown, each once."""
    taken: set[bytes] = set()
    found: dict[str, list[Target]] = {kind: [] for kind in KINDS}
    every = tuple(range(1, K + 1))
    makers: tuple[tuple[str, Iterator[tuple[str, Ints]], tuple[int, ...]], ...] = (
        ("cell", _cells(reading), every),
        ("sliver", _slivers(reading), every),
        ("difference", _differences(reading, releases), (K,)),
        ("remainder", _remainders(reading, releases), (K,)),
    )
    for kind, sums, values in makers:
        for name, parts in sums:
            true = int(truth[parts].sum())
            if not 1 <= true < K:
                continue
            key = np.sort(parts).tobytes()
            if key not in taken:
                taken.add(key)
                found[kind].append(Target(kind, name, parts, true, values))
    return found


def _named(name: Name) -> str:
    return f"release {name.release + 1}, {name.level} {name.place}, {name.group}, {min(name.months)} to {max(name.months)}"


def _cells(reading: Reading) -> Iterator[tuple[str, Ints]]:
    # a figure that is printed is nobody's secret, unless it is small: then it is a target too, and falls
    for figure in reading.figures:
        if figure.name.months:
            yield _named(figure.name), figure.parts


def _slivers(reading: Reading) -> Iterator[tuple[str, Ints]]:
    n_areas, n_kinds, n_spans = reading.shape
    for months in sorted({figure.name.months for figure in reading.figures if figure.name.months}, key=sorted):
        window = reading.window(months)
        for area in range(n_areas):
            for kind in range(n_kinds):
                text = f"area {area} x category {kind}, {min(months)} to {max(months)}"
                yield text, (area * n_kinds + kind) * n_spans + window


def _differences(reading: Reading, releases: Sequence[Printed]) -> Iterator[tuple[str, Ints]]:
    """Of each place and group that releases show: the months of one less those of another, and each class of months by itself."""
    windows: dict[tuple[str, str, frozenset[str]], set[Months]] = defaultdict(set)
    named: dict[tuple[str, str, frozenset[str]], str] = {}
    for figure in reading.figures:
        name = figure.name
        site = (name.level, name.place, releases[name.release].groups[name.group])
        windows[site].add(name.months)
        named[site] = f"{name.level} {name.place}, {name.group}"
    classes: dict[int, set[date]] = defaultdict(set)
    for month, number in reading.month_class.items():
        classes[number].add(month)
    for (level, place, group), spans in windows.items():
        apart = {frozenset(one - other) for one, other in permutations(spans, 2)}
        apart |= {frozenset(months) for months in classes.values() if any(months <= span for span in spans)}
        for months in sorted((m for m in apart if m), key=sorted):
            text = f"{named[level, place, group]}, {min(months)} to {max(months)} ({len(months)} months)"
            yield text, reading.sum_of((level, place), group, months)


def _remainders(reading: Reading, releases: Sequence[Printed]) -> Iterator[tuple[str, Ints]]:
    """Each figure less the printed ones in it: the places of a finer level, or groups that have nothing in common."""
    table: dict[Name, Figure] = {figure.name: figure for figure in reading.figures}
    kinds = {(n.release, n.level, n.months) for n in table}
    places_of: dict[str, list[str]] = defaultdict(list)
    for level, place in reading.places:
        places_of[level].append(place)
    inside: dict[tuple[str, str], dict[str, list[str]]] = {}
    for (level, place), classes in reading.places.items():
        own = set(classes.tolist())
        inside[level, place] = {
            finer: [p for p in places if own.issuperset(reading.places[finer, p].tolist())]
            for finer, places in places_of.items()
            if len(places) > len(places_of[level])
        }
    for name, figure in table.items():
        for finer, places in inside[name.level, name.place].items():
            if (name.release, finer, name.months) in kinds:
                # a level may have other groups over a period than a finer one
                members = [table[n] for p in places if (n := name._replace(level=finer, place=p)) in table]
                yield from _less(figure, members, f"areas ({finer})")
        groups = releases[name.release].groups
        rest, parts_of_it = set(groups[name.group]), []
        for other in sorted(groups, key=lambda g: (-len(groups[g]), g)):
            member = table.get(name._replace(group=other))
            if member is None or member.count is None:
                continue
            if other != name.group and groups[other] <= rest and groups[other] != groups[name.group]:
                rest -= groups[other]
                parts_of_it.append(member)
        yield from _less(figure, parts_of_it, "groups")


def _less(figure: Figure, members: Sequence[Figure], what: str) -> Iterator[tuple[str, Ints]]:
    shown = [member.parts for member in members if member.count is not None]
    left = np.setdiff1d(figure.parts, np.concatenate(shown)) if shown else figure.parts
    if len(left) and len(left) < len(figure.parts):
        yield f"{_named(figure.name)} less its printed {what}", left


class _Past:
    """Figures by what they are of, to look for earlier ones of the same place and group."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._of_sum: dict[bytes, list[Figure]] = defaultdict(list)
        self._of_site: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
        for figure in reading.figures:
            self._of_sum[np.sort(figure.parts).tobytes()].append(figure)
            self._of_site[figure.name.group, figure.name.level, figure.name.place].append(figure)

    def known_before(self, target: Target) -> int:
        """The least that figures and symbols of earlier releases leave to a cell, by its own place and group and the areas in it alone."""
        same = self._of_sum[np.sort(target.parts).tobytes()]
        first = min(figure.name.release for figure in same)
        areas = {area for f in same for area in self._reading.places[f.name.level, f.name.place].tolist()}
        inside = [site for site, classes in self._reading.places.items() if areas.issuperset(classes.tolist())]
        earlier = [
            figure
            for group in {figure.name.group for figure in same}
            for site in inside
            for figure in self._of_site.get((group, *site), ())
            if figure.name.release < first
        ]
        if not earlier:
            return 0
        # of the whole layout these figures hold a small part
        parts = np.unique(np.concatenate([target.parts, *(figure.parts for figure in earlier)]))
        alone = replace(
            self._reading,
            figures=tuple(replace(figure, parts=np.searchsorted(parts, figure.parts)) for figure in earlier),
            answers=(),
            shape=(len(parts), 1, 1),
        )
        return Attack(alone).range_of(np.searchsorted(parts, target.parts))[0]
