"""The track record of every map side by side: what each caught, beside the counts of the same months, and which of them leads.

A map leads where it beats the counts of the months before at one share of the area at least and is behind them at none; of those that
lead, the one that gains most where a twentieth of the area is searched comes first. Where none leads, the counts do (decision 0109).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from app.person.reading import Reader
from app.person.store import number

# the share of the area by which maps are put in order
JUDGED_AT = 0.05
# the names of two layers that are no map of hot spots; every other layer is the measure of one
FORETOLD, COUNTS = "foretold", "counts"


@dataclass(frozen=True)
class Score:
    """How one map did at one share of the area, mean of the months foretold. counts_*: what the counts of the same months did."""

    coverage: float
    standing: str
    months: int
    first_month: date
    last_month: date
    hit_rate: float
    counts_hit_rate: float
    gain: float | None
    gain_lower: float | None
    gain_upper: float | None
    pai: float | None
    counts_pai: float | None
    pei: float | None
    counts_pei: float | None

    @property
    def of_counts(self) -> Score:
        """The same months by the counts alone, which gain nothing on themselves."""
        return Score(
            self.coverage, "itself", self.months, self.first_month, self.last_month, self.counts_hit_rate, self.counts_hit_rate,
            None, None, None, self.counts_pai, self.counts_pai, self.counts_pei, self.counts_pei,
        )  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """A map with its record. name: FORETOLD, COUNTS or the measure of a map of hot spots; scores: narrowest share of the area first."""

    name: str
    scores: tuple[Score, ...]

    def at(self, coverage: float) -> Score:
        return min(self.scores, key=lambda score: abs(score.coverage - coverage))

    @property
    def leads(self) -> bool:
        """Whether it beats the counts somewhere and is behind them nowhere."""
        found = {score.standing for score in self.scores}
        return "beats" in found and "behind" not in found

    @property
    def too_few(self) -> bool:
        """Whether too few months could be scored to say anything."""
        return any(score.standing == "too_few" for score in self.scores)


@dataclass(frozen=True)
class Record:
    """Every tested map of one group on one geography, the best first."""

    geography: str
    edition: str
    group_id: str
    layers: tuple[Layer, ...]

    @property
    def best(self) -> Layer:
        return self.layers[0]


def records(reader: Reader, group_id: str = "") -> tuple[Record, ...]:
    """The record of each geography and group, in the order of the groups. group_id: of one group alone."""
    rows = reader.rows("trust/layers", {"group_id": group_id})
    return tuple(
        Record(*key, in_order(_layers(found)))
        for key, found in groupby(rows, key=lambda r: (str(r["geography"]), str(r["edition"]), str(r["group_id"])))
    )


def _layers(rows: Iterable[Mapping[str, Any]]) -> tuple[Layer, ...]:
    return tuple(Layer(name, tuple(map(_score, found))) for name, found in groupby(rows, key=lambda r: str(r["layer"])))


def in_order(tested: Sequence[Layer]) -> tuple[Layer, ...]:
    """The maps that lead, the counts, then the others; within each the one that gains most first.

    tested: the maps without the counts, whose own record is taken from beside that of where next, else of the first map.
    """
    if not tested:
        return ()
    beside = next((layer for layer in tested if layer.name == FORETOLD), tested[0])
    counts = Layer(COUNTS, tuple(score.of_counts for score in beside.scores))
    ordered = sorted(tested, key=lambda layer: (-_gain(layer), layer.name))
    return (*(x for x in ordered if x.leads), counts, *(x for x in ordered if not x.leads))


def _gain(layer: Layer) -> float:
    score = layer.at(JUDGED_AT)
    return score.hit_rate - score.counts_hit_rate


def _score(row: Mapping[str, Any]) -> Score:
    return Score(
        float(row["coverage"]), str(row["standing"]), int(row["months"]), row["first_month"], row["last_month"],
        float(row["hit_rate"]), float(row["counts_hit_rate"]),
        *(number(row[name]) for name in ("gain", "gain_lower", "gain_upper", "pai", "counts_pai", "pei", "counts_pei")),
    )  # fmt: skip
