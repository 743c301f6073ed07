"""The overlap stage: places that meet a risk condition and are hot spots too, against what chance would give.

Reads analysis.hotspot and record.indicator; writes analysis.overlap (each place and the conditions it meets) and
analysis.overlap_summary (how many meet both). Which condition, and how sure a hot spot must be, is data: [[overlap]] in definitions.toml.

Both maps cluster, so the honest question is not "would so many coincide if places were drawn one by one?" but "if the deprived places
lay elsewhere, as clustered as they are?". expected, its interval and p_value answer the second (analytics.statistics.spectral_randomisation);
expected_independent and p_independent keep the textbook answer (hypergeometric) beside it. The overlap says where two things are found
together, never that one causes the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.counts.definitions import Definitions, OverlapDefinition, load_definitions
from analytics.counts.places import deliveries_of, read_groups, read_places
from analytics.neighbours.weights import contiguity
from analytics.statistics.coincidence import Expected, clustered, independent, shuffled_regions
from analytics.statistics.spectral_randomisation import spatial_patterns
from boundaries.areas import read_areas
from core.contracts import LSOA_2021
from core.db import copy_rows, fetch, replaced_rows, run_statement
from core.errors import UserError
from core.periods import Period
from core.provenance import finish_run, start_run

RANDOM_MAPS = 1_999
DEPRIVED = "deprived"
HOT = "hot_spot"


@dataclass(frozen=True)
class OverlapCount:
    """One definition x group: places with an indicator value, those that meet the condition, hot spots, both, and two kinds of chance."""

    overlap_id: str
    group_id: str
    places: int
    deprived: int
    hot: int
    both: int
    chance: Expected
    chance_independent: Expected


@dataclass(frozen=True)
class OverlapReport:
    """skipped: why a definition gave nothing, in words. without_indicator: places that the indicator does not cover."""

    period: Period
    counts: tuple[OverlapCount, ...]
    rows: int
    without_indicator: int
    skipped: tuple[str, ...]
    run_id: int


@dataclass(frozen=True)
class _Condition:
    """Places (n) with an indicator value, which of them meet the condition, and their random stand-ins (n x maps)."""

    codes: pd.Index
    lad_codes: NDArray[np.object_]
    deprived: NDArray[np.bool_]
    shuffled: NDArray[np.bool_]


def compute_overlaps(connection: Connection, *, period: Period, seed: int, definitions: Definitions | None = None) -> OverlapReport:
    """Lay every definition's condition over the hot spots of every group; replaces the overlaps of the same period.

    UserError where the hot spots of the period were not computed.
    """
    definitions = definitions or load_definitions()
    run_parameters = {
        "period": [period.start, period.end],
        "overlaps": [overlap.model_dump(mode="json") for overlap in definitions.overlap],
        "null": f"{RANDOM_MAPS} maps by Moran spectral randomisation of the indicator's ranks",
    }
    run_id = start_run(
        connection, "overlap", seed=seed, parameters=run_parameters, delivery_ids=_inputs(connection, period, definitions)
    )
    run_statement(connection, "overlaps/clear_overlap_summary", {"period_end": period.end})
    places = read_places(connection, LSOA_2021, read_groups(connection), period)
    districts = pd.Series(places.lad_codes, index=list(places.codes))
    outlines = read_areas(connection, LSOA_2021)
    counts: list[OverlapCount] = []
    skipped: list[str] = []
    without = 0
    with replaced_rows(connection, "analysis", "overlap", where={"period_end": period.end}) as result:
        for overlap in definitions.overlap:
            indicator = _indicator(connection, overlap.indicator, overlap.period).reindex(districts.index).dropna()
            if indicator.empty:
                skipped.append(f"{overlap.id}: {overlap.indicator} of {overlap.period} is not loaded for the region")
                continue
            without += len(districts) - len(indicator)
            # neighbours among the places that have a value
            patterns = spatial_patterns(contiguity(outlines.loc[indicator.index].geometry.to_numpy()).matrix)
            condition = _condition(connection, overlap, indicator, districts, patterns, seed)
            for group_id, hot in _hot_places(connection, overlap, period, condition.codes):
                counts.append(_count(overlap, group_id, condition, hot))
                named = {"overlap_id": overlap.id, "group_id": group_id, "period_end": period.end, "run_id": run_id}
                result.add(_overlap_rows(condition, hot).assign(**named))
    _store_summary(connection, counts, period, run_id)
    finish_run(connection, run_id)
    return OverlapReport(period, tuple(counts), result.rows, without, tuple(skipped), run_id)


def _inputs(connection: Connection, period: Period, definitions: Definitions) -> list[int]:
    ids = set(deliveries_of(connection, period))
    for overlap in definitions.overlap:
        rows = fetch(connection, "overlaps/indicator", _indicator_values(overlap.indicator, overlap.period))
        ids |= {int(d) for d in rows["delivery_id"].unique()}
    return sorted(ids)


def _indicator_values(indicator: str, period: str) -> dict[str, str]:
    return {"indicator": indicator, "geography": LSOA_2021.level, "edition": LSOA_2021.edition, "period": period}


def _indicator(connection: Connection, indicator: str, period: str) -> pd.Series:
    rows = fetch(connection, "overlaps/indicator", _indicator_values(indicator, period))
    return pd.Series(rows["value"].to_numpy(dtype=np.float64), index=rows["code"].tolist())


def _condition(
    connection: Connection,
    overlap: OverlapDefinition,
    indicator: pd.Series,
    districts: pd.Series,
    patterns: NDArray[np.float64],
    seed: int,
) -> _Condition:
    """Which places meet the condition, and maps of as many places that lie elsewhere and cluster as much."""
    deprived = (indicator <= overlap.deprived_at_most).to_numpy()
    score = indicator
    if overlap.rank_indicator:
        rank = _indicator(connection, overlap.rank_indicator, overlap.period).reindex(indicator.index)
        score = rank if rank.notna().all() else indicator
    shuffled = shuffled_regions(-score.to_numpy(), int(deprived.sum()), patterns, maps=RANDOM_MAPS, seed=seed)
    return _Condition(indicator.index, districts[indicator.index].to_numpy(object), deprived, shuffled)


def _hot_places(
    connection: Connection, overlap: OverlapDefinition, period: Period, codes: pd.Index
) -> Iterable[tuple[str, NDArray[np.bool_]]]:
    """Each group that was mapped, and which of the places are hot spots of it."""
    values = {
        "geography": LSOA_2021.level,
        "edition": LSOA_2021.edition,
        "measure": overlap.measure,
        "period_end": period.end,
    }
    groups = fetch(connection, "overlaps/hotspot_groups", values)["group_id"]
    if groups.empty:
        raise UserError(
            f"there are no hot spots of {period} by {overlap.measure}", where="analysis.hotspot", hint="run 'homeground analyse'."
        )
    found = fetch(connection, "overlaps/significant_places", values | {"certainty": overlap.certainty})
    for group_id in groups:
        yield str(group_id), codes.isin(found.loc[found["group_id"] == group_id, "code"])


def _count(overlap: OverlapDefinition, group_id: str, condition: _Condition, hot: NDArray[np.bool_]) -> OverlapCount:
    n, deprived, hot_places = len(condition.codes), int(condition.deprived.sum()), int(hot.sum())
    both = int((condition.deprived & hot).sum())
    return OverlapCount(
        overlap.id, group_id, n, deprived, hot_places, both,
        chance=clustered(hot, both, condition.shuffled),
        chance_independent=independent(n, deprived, hot_places, both),
    )  # fmt: skip


def _overlap_rows(condition: _Condition, hot: NDArray[np.bool_]) -> pd.DataFrame:
    """Rows of analysis.overlap, without definition, group and run: every place that meets at least one condition."""
    either = condition.deprived | hot
    written = {(True, True): f"{{{DEPRIVED},{HOT}}}", (True, False): f"{{{DEPRIVED}}}", (False, True): f"{{{HOT}}}"}
    return pd.DataFrame(
        {
            "geography": LSOA_2021.level,
            "edition": LSOA_2021.edition,
            "code": condition.codes[either],
            "lad_code": condition.lad_codes[either],
            "conditions": [written[bool(d), bool(h)] for d, h in zip(condition.deprived[either], hot[either], strict=True)],
            "meets_all": (condition.deprived & hot)[either],
        }
    )


def _store_summary(connection: Connection, counts: Iterable[OverlapCount], period: Period, run_id: int) -> None:
    columns = (
        "overlap_id", "geography", "edition", "group_id", "period_end", "places", "deprived", "hot", "hot_and_deprived",
        "expected", "expected_lower", "expected_upper", "p_value", "expected_independent", "p_independent", "method", "run_id",
    )  # fmt: skip
    rows = [
        (
            c.overlap_id, LSOA_2021.level, LSOA_2021.edition, c.group_id, period.end, c.places, c.deprived, c.hot, c.both,
            c.chance.mean, c.chance.lower, c.chance.upper, c.chance.p, c.chance_independent.mean, c.chance_independent.p,
            f"Moran spectral randomisation, {RANDOM_MAPS} maps", run_id,
        )
        for c in counts
    ]  # fmt: skip
    copy_rows(connection, "analysis", "overlap_summary", columns, rows)
