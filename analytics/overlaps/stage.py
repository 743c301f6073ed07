"""The factor stage: where declared risk and protective factors fall together, against chance, and what each place has of them.

Reads record.indicator, analysis.hotspot, analysis.event_count and analysis.service_reach; writes analysis.factor, factor_level, factor_place,
factor_overlap, factor_tally, factor_join and beside for one period. Factors and thresholds are data
(analytics/overlaps/risk_factors.toml). Every choice of 2 to 4 factors at every threshold is worked out, so that the portal lets a person
choose and only reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import pandas as pd
from scipy import sparse
from sqlalchemy import Connection

from analytics.counts.places import deliveries_of
from analytics.neighbours.place_frame import Floats, PlaceFrame, read_place_frame
from analytics.overlaps.beside import moran_beside
from analytics.overlaps.chance import (
    LARGEST,
    Combination,
    RandomMaps,
    combination_key,
    every_combination,
    falling_together,
    false_discovery_by_size,
    random_maps,
    surrogate_scores,
    tally,
)
from analytics.overlaps.definitions import FactorDefinitions, Side, load_factor_definitions
from analytics.overlaps.hot_spot_maps import every_map
from analytics.overlaps.levels import UNKNOWN, CutFactor, cut_factor, normal_order
from analytics.overlaps.local_join_counts import local_join_counts
from analytics.overlaps.values import FactorValues, read_factor
from analytics.statistics.local_moran import Quadrant
from analytics.statistics.spectral_randomisation import spatial_patterns
from core.db import replace_rows
from core.periods import Period
from core.provenance import finish_run, start_run

RANDOM_MAPS = 999
# of esda's own null, which stands beside ours
PERMUTATIONS = 999
FEWEST_PLACES = 30
ALPHA = 0.05
METHOD = f"Moran spectral randomisation of each factor, {RANDOM_MAPS} maps; Benjamini-Hochberg over combinations of the same size"
METHOD_OF_MAPS = f"Moran spectral randomisation of the factor alone, {RANDOM_MAPS} maps; Benjamini-Hochberg over all hot spot maps"


@dataclass(frozen=True)
class FactorReport:
    """used: factors with data; missing: the others with the reason. joins: places with a significant join, over all combinations."""

    period: Period
    places: int
    used: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    combinations: int
    beyond_chance: int
    joins: int
    run_id: int


def compute_factors(
    connection: Connection, *, period: Period, seed: int, definitions: FactorDefinitions | None = None, maps: int = RANDOM_MAPS
) -> FactorReport:
    """Every table of the stage for one period; replaces those of the same end. UserError where the region is not known.

    maps: random maps of each factor; fewer only where a test cannot wait.
    """
    definitions = definitions or load_factor_definitions()
    places = read_place_frame(connection)
    read = [read_factor(connection, factor, places, period) for factor in definitions.factor]
    cut = [cut_factor(values) for values in read if not values.missing]
    parameters = {
        "period": [period.start, period.end],
        "factors": [f.model_dump(mode="json") for f in definitions.factor],
        "beside": definitions.beside.model_dump(mode="json"),
        "hot_spots": definitions.hot_spots and definitions.hot_spots.model_dump(mode="json"),
        "null": f"Moran spectral randomisation of each factor's order, {maps} maps each",
        "largest_combination": LARGEST,
        "permutations": PERMUTATIONS,
    }
    inputs = sorted(set(deliveries_of(connection, period)).union(*(values.deliveries for values in read)))
    run_id = start_run(connection, "factor", seed=seed, parameters=parameters, delivery_ids=inputs)
    worked = _Worked(places, cut, definitions, seed, maps)
    asked = definitions.hot_spots
    against = worked.maps.get(asked.against) if asked else None
    mapped = list(every_map(connection, asked, against, places, period)) if asked and against else []
    tables = {
        "factor": _factor_rows(read, worked),
        "factor_level": _level_rows(cut),
        "factor_place": _place_rows(cut, places),
        **worked.tables(mapped),
    }
    for table, frame in tables.items():
        named = frame.assign(period_end=period.end, run_id=run_id)
        replace_rows(connection, "analysis", table, named, where={"period_end": period.end})
    finish_run(connection, run_id)
    overlaps, joins = tables["factor_overlap"], tables["factor_join"]
    return FactorReport(
        period,
        len(places),
        tuple(f.id for f in cut),
        tuple((v.factor.id, v.missing) for v in read if v.missing),
        len(overlaps),
        int((overlaps["q_value"] <= ALPHA).sum()) if len(overlaps) else 0,
        int((joins["q_value"] <= ALPHA).sum()) if len(joins) else 0,
        run_id,
    )


class _Worked:
    """What is worked out from random maps; empty where there are too few places to say anything of chance."""

    def __init__(self, places: PlaceFrame, cut: Sequence[CutFactor], definitions: FactorDefinitions, seed: int, maps: int) -> None:
        self.places, self.definitions, self.seed = places, definitions, seed
        self.enough = len(places) >= FEWEST_PLACES and bool(cut)
        self.maps: dict[str, RandomMaps] = {}
        self._continuous: dict[str, Floats] = {}
        self.weights: sparse.csr_matrix | None = None
        if not self.enough:
            return
        self.weights = places.weights().matrix
        patterns = spatial_patterns(self.weights)
        beside = {*definitions.beside.first, definitions.beside.second}
        for factor in cut:
            scores = surrogate_scores(factor, patterns, maps=maps, seed=seed)
            self.maps[factor.id] = random_maps(factor, scores)
            if factor.id in beside and factor.values.known.all():
                self._continuous[factor.id] = scores

    def on(self, side: Side) -> list[RandomMaps]:
        return [m for m in self.maps.values() if m.factor.values.factor.side == side]

    def moran_i(self, values: FactorValues) -> float | None:
        """Moran's I of the order of a factor over all places."""
        if self.weights is None or values.missing:
            return None
        z = normal_order(values.score)
        z = z - z.mean()
        pairs = self.weights.nnz - len(z)
        spread = float(z @ z)
        return float((z @ (self.weights @ z) - spread) * len(z) / pairs / spread) if spread > 0 and pairs else None

    def tables(self, mapped: Sequence[Combination]) -> dict[str, pd.DataFrame]:
        """mapped: hot spot maps against a factor, corrected for testing all of them and kept beside the choices of factors."""
        found = list(every_combination(self.on("risk"), self.on("protective")))
        beside, beside_summary = self._beside_rows()
        return {
            "factor_overlap": pd.concat([_overlap_rows(found, METHOD), _overlap_rows(mapped, METHOD_OF_MAPS)], ignore_index=True),
            "factor_tally": self._tally_rows(),
            "factor_join": self._join_rows(),
            "beside": beside,
            "beside_summary": beside_summary,
        }

    def _tally_rows(self) -> pd.DataFrame:
        sides: tuple[Side, ...] = ("risk", "protective")
        rows = [
            (side, t.at_least, len(self.on(side)), len(self.places), t.meeting, t.expected, t.expected_lower, t.expected_upper, t.p)
            for side in sides
            for t in tally(self.on(side))
        ]
        return pd.DataFrame(rows, columns=_TALLY_COLUMNS)

    def _join_rows(self) -> pd.DataFrame:
        frames = [pd.DataFrame(columns=_JOIN_COLUMNS)]
        columns = pd.DataFrame(self.places.columns())
        for chosen in self._chosen_at_defaults():
            meets, drawn = falling_together(chosen)
            if not meets.any() or self.weights is None:
                continue
            joins = local_join_counts(meets, self.weights, drawn)
            frames.append(
                columns.iloc[joins.place].assign(
                    combination=combination_key([(m.factor.id, m.factor.default) for m in chosen]),
                    neighbours=joins.neighbours,
                    joins=joins.joins,
                    p_shuffled=joins.p_shuffled,
                    p_value=joins.p,
                    q_value=joins.q,
                )
            )
        return pd.concat([f for f in frames if len(f)] or frames)

    def _chosen_at_defaults(self) -> Iterator[tuple[RandomMaps, ...]]:
        for size in range(2, LARGEST + 1):
            yield from combinations(self.on("risk"), size)

    def _beside_rows(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Each place of each declared pair, and one row a pair."""
        second = self.definitions.beside.second
        frames = [pd.DataFrame(columns=_BESIDE_COLUMNS)]
        summary: list[tuple[object, ...]] = []
        for first in self.definitions.beside.first:
            if first not in self._continuous or second not in self._continuous or self.weights is None:
                continue
            x, y = (normal_order(self.maps[factor].factor.values.score) for factor in (first, second))
            found = moran_beside(
                x, y, self.weights, self._continuous[first], self._continuous[second], permutations=PERMUTATIONS, seed=self.seed
            )
            both_high = found.quadrant == Quadrant.HIGH_HIGH
            summary.append(
                (first, second, found.whole, found.whole_lower, found.whole_upper, found.whole_p,
                 int((both_high & (found.q <= ALPHA)).sum()), int((both_high & (found.q_shuffled <= ALPHA)).sum()))
            )  # fmt: skip
            frames.append(
                pd.DataFrame(
                    {
                        "first": first,
                        "second": second,
                        **self.places.columns(),
                        "moran_i": found.i,
                        "p_shuffled": found.p_shuffled,
                        "q_shuffled": found.q_shuffled,
                        "p_value": found.p,
                        "q_value": found.q,
                        "quadrant": [Quadrant(k).label for k in found.quadrant],
                        "class": [Quadrant(k).label for k in found.labels()],
                    }
                )
            )
        return pd.concat([f for f in frames if len(f)] or frames), pd.DataFrame(summary, columns=_BESIDE_SUMMARY_COLUMNS)


def _factor_rows(read: Sequence[FactorValues], worked: _Worked) -> pd.DataFrame:
    rows = []
    for position, values in enumerate(read):
        factor, known = values.factor, int(values.known.sum())
        rows.append(
            (factor.id, position, factor.side, factor.theme, factor.label, factor.unit, source_words(values), factor.caution,
             worked.moran_i(values), known, len(values.value) - known, values.missing)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=_FACTOR_COLUMNS)


def source_words(values: FactorValues) -> str:
    """Where a factor's values come from, in words."""
    source = values.factor.source
    return {
        "indicator": f"indicator {source.indicator}",
        "rate": f"smoothed rate of {source.group}, recorded incidents",
        "hot_spot": f"hot spots of {source.group} by {source.measure.replace('_', ' ')}, recorded incidents",
        "event": f"events of {source.feed}",
        "reach": f"straight-line distance to {source.service}",
    }[source.kind]


def _level_rows(cut: Sequence[CutFactor]) -> pd.DataFrame:
    rows = []
    for factor in cut:
        for position, threshold in enumerate(factor.values.factor.thresholds, start=1):
            meets = factor.meets(position)
            sure, possible = factor.sure >= position, factor.possible >= position
            rows.append(
                (factor.id, position, threshold.label, position == factor.default, factor.cuts[position - 1], int(meets.sum()),
                 int((meets & ~sure).sum()), int((possible & ~meets).sum()))
            )  # fmt: skip
    return pd.DataFrame(rows, columns=_LEVEL_COLUMNS)


def _place_rows(cut: Sequence[CutFactor], places: PlaceFrame) -> pd.DataFrame:
    columns = pd.DataFrame(places.columns())
    frames = []
    for factor in cut:
        known = factor.level != UNKNOWN
        values = factor.values
        frames.append(
            columns[known].assign(
                factor_id=factor.id,
                value=values.value[known],
                lower=values.lower[known],
                upper=values.upper[known],
                level=factor.level[known],
                sure_level=factor.sure[known],
                possible_level=factor.possible[known],
            )
        )
    return pd.concat(frames) if frames else pd.DataFrame(columns=["factor_id"])


def _overlap_rows(found: Sequence[Combination], method: str) -> pd.DataFrame:
    q = false_discovery_by_size(found)
    rows = [
        (c.key, len(c.members), c.at_defaults, c.places, c.meeting, c.meeting_sure, c.meeting_possible, c.expected, c.expected_lower,
         c.expected_upper, c.p, q[k], c.expected_independent, c.p_independent, method)
        for k, c in enumerate(found)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=_OVERLAP_COLUMNS)


_FACTOR_COLUMNS = [
    "factor_id", "position", "side", "theme", "label", "unit", "source", "caution", "moran_i", "places", "without", "missing",
]  # fmt: skip
_LEVEL_COLUMNS = [
    "factor_id", "level", "label", "is_default", "cut", "meeting", "meeting_unsure", "not_meeting_unsure",
]  # fmt: skip
_OVERLAP_COLUMNS = [
    "combination", "size", "at_defaults", "places", "meeting", "meeting_sure", "meeting_possible", "expected", "expected_lower",
    "expected_upper", "p_value", "q_value", "expected_independent", "p_independent", "method",
]  # fmt: skip
_TALLY_COLUMNS = [
    "side", "at_least", "factors", "places", "meeting", "expected", "expected_lower", "expected_upper", "p_value",
]  # fmt: skip
_JOIN_COLUMNS = ["combination", "neighbours", "joins", "p_shuffled", "p_value", "q_value"]
_BESIDE_COLUMNS = ["first", "second", "moran_i", "p_shuffled", "q_shuffled", "p_value", "q_value", "quadrant", "class"]
_BESIDE_SUMMARY_COLUMNS = [
    "first", "second", "moran_i", "expected_lower", "expected_upper", "p_value", "high_beside_high", "high_beside_high_shuffled",
]  # fmt: skip
