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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations

import numpy as np
import pandas as pd

from tests.builders.outside_attack.ranges import Attack, Unanswered, Work
from tests.builders.outside_attack.reading import Figure, Ints, Months, Name, Printed, Reading, Told, read

K = 5
# targets between two lines about how far an attack has come
EVERY = 500
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
    """tried: targets by kind. excused: values that earlier figures had ruled out. open: targets that no programme decided."""

    tried: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    fallen: list[Fallen] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    excused: int = 0
    work: Work = field(default_factory=Work)
    seconds: float = 0.0

    @property
    def worst(self) -> str:
        """The narrowest of what fell, in words."""
        return str(min(self.fallen, key=lambda f: (f.high - f.low, f.high))) if self.fallen else "nothing fell"

    def __str__(self) -> str:
        tried = ", ".join(f"{n:,} {kind}s" for kind, n in self.tried.items())
        work = f"{self.work.linear:,} linear and {self.work.integer:,} integer programmes, {self.work.known:,} answers without one"
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
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Try everything that was printed against the four promises. counts: the true ones (area, category, month, incidents), to judge by.
    sample: so many targets of each kind, drawn with the seed. say: takes how far it has come, in words."""
    begun = time.perf_counter()
    reading = read(areas, releases, answers)
    truth = reading.truth(counts)
    system = Attack(reading, truth)
    rng, report = np.random.default_rng(seed), Report(work=system.work)
    for kind, found in targets(reading, releases, truth).items():
        asked = [target for target in found if only(target)]
        if sample is not None and sample < len(asked):
            asked = [asked[i] for i in np.sort(rng.choice(len(asked), size=sample, replace=False))]
        report.tried[kind] = len(asked)
        for number, target in enumerate(in_place(asked, system), start=1):
            _try(target, system, reading, report)
            if number % EVERY == 0 or number == len(asked):
                so_far = f"{len(report.fallen)} fell, {len(report.open)} not decided, {time.perf_counter() - begun:.0f} s"
                say(f"{number:,} of {len(asked):,} {kind}s: {so_far}")
    report.seconds = time.perf_counter() - begun
    return report


def in_place(asked: Iterable[Target], system: Attack) -> list[Target]:
    """Targets of one component after one another, so that its model is at hand."""
    return sorted(asked, key=lambda target: int(system.component[target.parts[0]]))


def _try(target: Target, system: Attack, reading: Reading, report: Report) -> None:
    try:
        # the linear programmes find tables, which answer for many another target too
        if len(target.values) > 1 and not all(system.was_seen(target.parts, v) for v in target.values):
            system.linear_range_of(target.parts)
        impossible = [v for v in target.values if not system.can_be(target.parts, v)]
        if impossible and target.kind == "cell":
            least = known_before(target, reading)
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


def known_before(target: Target, reading: Reading) -> int:
    """The least that figures and symbols of earlier releases leave to a cell, by its own place and group and the areas in it alone."""
    key = np.sort(target.parts).tobytes()
    first = min(figure.name.release for figure in reading.figures if np.sort(figure.parts).tobytes() == key)
    own = {(f.name.level, f.name.place): f for f in reading.figures if np.sort(f.parts).tobytes() == key}
    areas = {place for figure in own.values() for place in reading.places[figure.name.level, figure.name.place].tolist()}
    groups = {figure.name.group for figure in own.values()}
    earlier = tuple(
        figure
        for figure in reading.figures
        if figure.name.release < first
        and figure.name.group in groups
        and areas.issuperset(reading.places[figure.name.level, figure.name.place].tolist())
    )
    if not earlier:
        return 0
    alone = Reading(
        earlier, (), reading.shape, reading.area_class, reading.category_class, reading.month_class, reading.places, reading.groups
    )
    return Attack(alone).range_of(target.parts)[0]


def check_printed_ranges(
    areas: pd.DataFrame,
    releases: Sequence[Printed],
    *,
    equal_share: float,
    release: int = -1,
    sample: int | None = None,
    seed: int = 1,
) -> Mapping[str, float]:
    """Hold the ranges that a release prints beside withheld figures (columns lowest, highest) against the exact ones.

    AssertionError where a printed range does not hold the exact one, or where fewer than equal_share of them are equal to it. A range that
    is printed must not be narrower than what everybody can work out: then it would say something of its own. An empty highest is no bound.
    Returns how many were held against one another, and the share that is equal. release: which of the releases.
    """
    number = range(len(releases))[release]
    frame = releases[number].figures.reset_index(drop=True)
    assert {"lowest", "highest"} <= set(frame.columns), "the release prints no ranges"
    reading = read(areas, releases)
    system = Attack(reading)
    own = [figure for figure in reading.figures if figure.name.release == number]
    asked = np.flatnonzero(frame["count"].isna().to_numpy() & frame["lowest"].notna().to_numpy())
    if sample is not None and sample < len(asked):
        asked = np.sort(np.random.default_rng(seed).choice(asked, size=sample, replace=False))
    wrong, equal = [], 0
    for i in asked.tolist():
        low, high = system.range_of(own[i].parts)
        printed_low = int(frame["lowest"].iloc[i])
        printed_high = float("inf") if pd.isna(frame["highest"].iloc[i]) else float(frame["highest"].iloc[i])
        if printed_low > low or printed_high < high:
            wrong.append(f"{_named(own[i].name)}: printed {printed_low} to {printed_high:g}, exact {low} to {high:g}")
        equal += (printed_low, printed_high) == (low, high)
    assert not wrong, f"{len(wrong)} printed ranges are narrower than what can be worked out: {'; '.join(wrong[:5])}"
    share = equal / len(asked) if len(asked) else 1.0
    assert share >= equal_share, f"{share:.3f} of {len(asked)} printed ranges are exact, {equal_share} are asked for"
    return {"ranges": float(len(asked)), "equal": share}
