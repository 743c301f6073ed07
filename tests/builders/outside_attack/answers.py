"""What is said beside the figures: ranges of withheld counts, and answers about areas that somebody asks for, held against the exact ranges.

Both are worked out from print alone. So neither may leave less possible than everybody can work out from the same print: then it would say
something of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tests.builders.outside_attack.ranges import Attack
from tests.builders.outside_attack.reading import Printed, read


@dataclass
class Held:
    """How many ranges were held against the exact ones, how many are equal to them, and those that are narrower, in words."""

    ranges: int = 0
    equal: int = 0
    narrower: list[str] = field(default_factory=list)

    def note(self, what: str, said: tuple[int, float], exact: tuple[int, float]) -> None:
        self.ranges += 1
        self.equal += said == exact
        if said[0] > exact[0] or said[1] < exact[1]:
            self.narrower.append(f"{what}: said {said[0]} to {said[1]:g}, exact {exact[0]} to {exact[1]:g}")


@dataclass(frozen=True)
class Answer:
    """What was said of a group of categories in an area. areas: rows of the layout's areas. highest: inf where nothing bounds it."""

    areas: frozenset[int]
    group: str
    lowest: int
    highest: float


def hold_ranges(areas: pd.DataFrame, releases: Sequence[Printed]) -> Held:
    """Every range that is printed beside a withheld figure, against all figures of its own release; those that a release carries on once."""
    held, seen = Held(), set[tuple[object, ...]]()
    for number, release in enumerate(releases, start=1):
        frame = release.figures.reset_index(drop=True)
        withheld = frame[frame["count"].isna() & frame["lowest"].notna()]
        names = ["geography", "place_code", "category", "period_start", "period_end", "symbol", "lowest", "highest"]
        own = [tuple(None if pd.isna(v) else v for v in row) for row in withheld[names].itertuples(index=False, name=None)]
        if not set(own) - seen:
            continue
        reading = read(areas, [release])
        system = Attack(reading)
        for row, said in zip(withheld.index, own, strict=True):
            if said not in seen:
                low, high = int(said[-2]), math.inf if said[-1] is None else float(said[-1])  # type: ignore[arg-type]
                what = f"release {number}, {said[0]} {said[1]}, {said[2]}"
                held.note(what, (low, high), system.range_of(reading.figures[row].parts))
        seen.update(own)
    return held


def hold_answers(areas: pd.DataFrame, release: Printed, answers: Iterable[Answer]) -> Held:
    """Answers about areas of somebody's own, each against all figures of the release that they were made from."""
    reading = read(areas, [release])
    system, held = Attack(reading), Held()
    (months,) = {figure.name.months for figure in reading.figures}
    for answer in answers:
        parts = reading.sum_over(answer.areas, release.groups[answer.group], months)
        what = f"{len(answer.areas)} areas from {min(answer.areas)}, {answer.group}"
        held.note(what, (answer.lowest, answer.highest), system.range_of(parts))
    return held
