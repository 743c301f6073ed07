"""The histories that months are foretold from, read from the counts; and the rows that are stored, made from what was foretold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.counts.monthly import read_monthly_counts
from analytics.counts.places import Group
from analytics.foretelling.posterior import Floats, History, without_self
from analytics.foretelling.record import RULES, Rule, Scored, Word
from analytics.foretelling.reliability import reliability
from analytics.foretelling.standing import Standings, standings
from analytics.neighbours.place_weights import place_weights
from analytics.statistics.accuracy import COVERAGES
from boundaries.areas import read_areas
from core.contracts import Geography
from core.db import fetch


@dataclass(frozen=True)
class Places:
    """n places of one geography. lad_codes: '' for a cell near a location that never held an incident; it is ranked, and not stored."""

    geography: Geography
    codes: tuple[str, ...]
    lad_codes: NDArray[np.object_]
    area_km2: Floats
    history: History


def read_history(connection: Connection, geography: Geography, groups: Sequence[Group], months: Sequence[date]) -> Places:
    """Every place of a geography with its counts in the given loaded months, without what police activity itself produces.

    Of H3 all stored cells, as in the track record. UserError where an area has no outline.
    """
    counted = read_monthly_counts(connection, geography, groups, months)
    codes, area_m2 = _areas(connection, geography, counted.codes)
    at = pd.Index(codes).get_indexer(list(counted.codes))
    held = at >= 0
    incidents = np.zeros((len(months), len(codes), len(groups)))
    incidents[:, at[held], :] = counted.incidents[held].transpose(2, 0, 1)
    lads = np.full(len(codes), "", dtype=object)
    lads[at[held]] = np.asarray(counted.lad_codes, dtype=object)[held]
    neighbours = without_self(place_weights(connection, geography, codes).matrix)
    everything = next(i for i, group in enumerate(groups) if group.kind == "total")
    return Places(geography, codes, lads, area_m2 / 1e6, History(incidents, tuple(months), neighbours, everything))


def _areas(connection: Connection, geography: Geography, counted: Sequence[str]) -> tuple[tuple[str, ...], Floats]:
    if geography.level == "h3":
        cells = fetch(connection, "trust/h3_cells", {"resolution": int(geography.edition[1:])})
        return tuple(cells["code"]), cells["area_m2"].to_numpy(dtype=np.float64)
    outlines = read_areas(connection, geography)
    codes = tuple(code for code in counted if code in outlines.index)
    return codes, outlines.loc[list(codes)].geometry.area.to_numpy(dtype=np.float64)


def foretold_rows(places: Places, word: Word, rules: Sequence[Rule], groups: Sequence[Group]) -> pd.DataFrame:
    """Rows of analysis.foretold without the run: each group by its own rule, of the places that lie in a district."""
    history = places.history
    last, usual = history.at(history.months[-1]), history.usual(word.month)
    run = len(history.run_before(word.month))
    stored = places.lad_codes != ""
    frames = []
    for column, (group, rule) in enumerate(zip(groups, rules, strict=True)):
        said = word.by_rule[rule]
        expected = said.expected[:, column]
        frame = pd.DataFrame(
            {
                "code": list(places.codes),
                "lad_code": places.lad_codes,
                "expected": expected,
                "low": said.low[:, column],
                "high": said.high[:, column],
                "last_month": last[:, column].astype(np.int64),
                "usual": usual[:, column],
                "position": scipy.stats.rankdata(-said.ranked_by[:, column], method="min").astype(np.int64),
                "area_share": area_shares(said.ranked_by[:, column] / places.area_km2, places.area_km2),
            }
        )[stored]
        frames.append(frame.assign(group_id=group.id, rule=rule, usual_months=run, target_month=word.month))
    return pd.concat(frames, ignore_index=True).assign(geography=places.geography.level, edition=places.geography.edition)


def area_shares(density: Floats, area_km2: Floats) -> Floats:
    """Share of the area searched, densest first, when each place and all that tie with it have been searched; (n,)."""
    order = np.argsort(-density, kind="stable")
    along = np.cumsum(area_km2[order]) / area_km2.sum()
    falling = -density[order]
    ends = np.searchsorted(falling, falling, side="right") - 1
    found = np.empty(len(density))
    found[order] = along[ends]
    return np.minimum(found, 1.0)


def judged(scored: Sequence[Scored]) -> Standings:
    """Standings of all cells of a geography, (groups x coverages) flattened group by group."""
    ours, theirs = (_hit_rates(scored, rule) for rule in RULES)
    return standings(ours, theirs, [one.word.month for one in scored])


def _hit_rates(scored: Sequence[Scored], rule: Rule) -> Floats:
    return np.stack([np.concatenate([one.hit_rate for one in month.accuracies[rule]]) for month in scored])


def record_rows(geography: Geography, scored: Sequence[Scored], groups: Sequence[Group]) -> pd.DataFrame:
    """Rows of analysis.foretold_record without the run."""
    rows = [
        (group.id, rule, month.word.month, coverage, int(found.incidents), *measures)
        for month in scored
        for rule in RULES
        for group, found in zip(groups, month.accuracies[rule], strict=True)
        for coverage, *measures in zip(found.coverage, found.hit_rate, found.pai, found.pei, found.ser, strict=True)
    ]
    columns = ("group_id", "rule", "target_month", "coverage", "incidents", "hit_rate", "pai", "pei", "ser")
    return pd.DataFrame(rows, columns=columns).assign(geography=geography.level, edition=geography.edition)


def standing_rows(geography: Geography, found: Standings, record: pd.DataFrame, groups: Sequence[Group]) -> pd.DataFrame:
    """Rows of analysis.foretold_standing without the run; record: those of `record_rows`."""
    means = record.groupby(["group_id", "coverage", "rule"])[["hit_rate", "pai", "pei"]].mean().unstack("rule")
    rows = []
    for cell, (group, coverage) in enumerate((group.id, coverage) for group in groups for coverage in COVERAGES):
        gain = found.gain
        mean = means.loc[(group, coverage)]
        measured = [float(mean[measure, rule]) for measure in ("hit_rate", "pai", "pei") for rule in RULES]
        judged_as = (found.word[cell], int(gain.months[cell]), gain.mean[cell], gain.low[cell], gain.high[cell], found.q[cell])
        rows.append((group, coverage, *judged_as, *measured))
    columns = (
        "group_id", "coverage", "standing", "months", "gain", "gain_lower", "gain_upper", "q_value",
        "hit_rate", "counts_hit_rate", "pai", "counts_pai", "pei", "counts_pei",
    )  # fmt: skip
    months = record["target_month"]
    return pd.DataFrame(rows, columns=columns).assign(
        geography=geography.level, edition=geography.edition, first_month=months.min(), last_month=months.max()
    )


def reliability_rows(geography: Geography, scored: Sequence[Scored], groups: Sequence[Group]) -> pd.DataFrame:
    """Rows of analysis.foretold_reliability without the run."""
    frames = []
    for rule in RULES:
        found = reliability(scored, rule)
        columns = ("ratio_before", "ratio_after", "busiest_before", "busiest_after", "inside", "busiest_inside")
        frame = pd.DataFrame({name: getattr(found, name) for name in columns})
        frames.append(frame.assign(group_id=[group.id for group in groups], rule=rule, months=found.months))
    return pd.concat(frames, ignore_index=True).assign(geography=geography.level, edition=geography.edition)
