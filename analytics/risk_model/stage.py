"""Fit, score and store a risk factor model: analysis.risk_model and analysis.risk_estimate. Not part of the daily flow.

Reads analysis.count_month (offences that police activity produces left out), place.population, place.area and record.indicator, for LSOAs of
2021 with residents. Every call makes a new model with its card and its transparency record; nobody but an analyst sees it until a decision
of an ethics board is recorded (`record_decision`). The database holds to that, not the page: sql/functions/risk_model_open.sql.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from scipy import sparse
from sqlalchemy import Connection

from analytics.counts.monthly import MonthlyCounts, read_monthly_counts
from analytics.counts.places import deliveries_of, months_loaded, read_groups, read_residents
from analytics.hotspots.stage import expiry
from analytics.neighbours.place_weights import place_weights
from analytics.risk_model.model import (
    Fit,
    Floats,
    Score,
    blocks_of,
    cross_validate_space,
    cross_validate_time,
    design_of,
    expected,
    fit,
    interval,
    normal_scores,
    residual_autocorrelation,
)
from analytics.risk_model.terms import ModelTerms
from analytics.risk_model.transparency import LIMITS, MUST_NOT, transparency_record
from analytics.statistics.spectral_randomisation import spatial_patterns
from boundaries.areas import read_areas
from core.audit import record_event
from core.contracts import LSOA_2021
from core.db import fetch, one, one_or_none, replaced_rows, run_statement, scalar
from core.errors import UserError
from core.periods import CoveredPeriod, Period
from core.provenance import code_version, finish_run, start_run

BLOCKS = 8
# wide blocks of places, left out one at a time for the errors of the terms
ERROR_BLOCKS = 16
FEWEST_HELD_BACK = 2
_RESIDUAL_PERMUTATIONS = 999

Decision = Literal["approved", "refused", "withdrawn"]


@dataclass(frozen=True)
class RiskModelReport:
    """What was fitted: scores in space and time, and what the card says of the family."""

    model_id: int
    group_id: str
    family: str
    places: int
    incidents: int
    space: tuple[Score, ...]
    time: tuple[Score, ...]
    expires_on: date
    run_id: int


@dataclass(frozen=True)
class Inputs:
    """Places with residents: their counts by month (n x months), residents, terms, where they are and who their neighbours are."""

    counts: MonthlyCounts
    kept: np.ndarray
    residents: Floats
    terms: dict[str, Floats]
    points_m: Floats
    weights: sparse.csr_matrix
    clusters: np.ndarray
    delivery_ids: list[int]


def compute_risk_model(
    connection: Connection, terms: ModelTerms, *, period: Period, seed: int, group_id: str = ""
) -> RiskModelReport:
    """Fit the model of one group over a period and store it, unapproved. UserError where an input is missing or too little was recorded."""
    wanted = group_id or terms.group
    group = next((g for g in read_groups(connection) if g.id == wanted and g.hotspot_input), None)
    if group is None:
        raise UserError(f"'{wanted}' is no group of hot spot input", where="analysis.category_group", hint="name one that is.")
    months = months_loaded(connection, period)
    inputs = _read_inputs(connection, terms, months, wanted)
    deliveries = sorted({*deliveries_of(connection, period), *inputs.delivery_ids})
    parameters = {"group": wanted, "months": list(months), "terms": terms.model_dump(mode="json", exclude={"owner"})}
    run_id = start_run(connection, "risk_model", seed=seed, parameters=parameters, delivery_ids=deliveries)
    monthly = inputs.counts.incidents[inputs.kept][:, 0, :].astype(np.float64)
    patterns = spatial_patterns(inputs.weights)[:, : terms.spatial.patterns]
    design, names = design_of(inputs.terms, inputs.weights, neighbours=terms.spatial.neighbours, patterns=patterns)
    y, exposure = monthly.sum(axis=1), inputs.residents * monthly.shape[1]
    model = fit(y, design, names, exposure, inputs.clusters)
    mu = expected(model, design, exposure)
    low, high = interval(model, design, exposure, seed=seed)
    space = cross_validate_space(y, design, names, exposure, inputs.clusters, blocks_of(inputs.points_m, BLOCKS), seed=seed)
    time = _in_time(monthly, design, names, inputs, seed)
    until = expiry(period, terms.life.months)
    card = _card(connection, terms, inputs, model, wanted, months, until, seed, deliveries)
    card |= {
        "cross_validation": {"space": [_plain(s) for s in space], "time": [_plain(s) for s in time], "blocks": BLOCKS},
        "residuals": _residuals(y, mu, model, design, names, exposure, inputs, seed),
        "in_sample_coverage": float(((y >= low) & (y <= high)).mean()),
    }
    model_id = int(
        scalar(
            connection,
            "risk_model/insert_model",
            {
                "group_id": wanted, "geography": LSOA_2021.level, "edition": LSOA_2021.edition, "period_start": months[0],
                "period_end": months[-1], "family": model.family, "expires_on": until, "card": json.dumps(card, default=str),
                "transparency": json.dumps(transparency_record(terms, card)), "run_id": run_id,
            },
        )
    )  # fmt: skip
    frame = pd.DataFrame(
        {
            "model_id": model_id,
            "geography": LSOA_2021.level,
            "edition": LSOA_2021.edition,
            "code": np.asarray(inputs.counts.codes, dtype=object)[inputs.kept],
            "lad_code": np.asarray(inputs.counts.lad_codes, dtype=object)[inputs.kept],
            "observed": y.astype(np.int64),
            "expected": mu,
            "lower": low,
            "upper": high,
            "run_id": run_id,
        }
    )
    with replaced_rows(connection, "analysis", "risk_estimate", where={"model_id": model_id}) as result:
        result.add(frame)
    finish_run(connection, run_id)
    return RiskModelReport(model_id, wanted, model.family, len(y), int(y.sum()), space, time, until, run_id)


def _read_inputs(connection: Connection, terms: ModelTerms, months: Sequence[date], group_id: str) -> Inputs:
    group = next(g for g in read_groups(connection) if g.id == group_id)
    counts = read_monthly_counts(connection, LSOA_2021, [group], months)
    residents = read_residents(connection, LSOA_2021).reindex(list(counts.codes)).to_numpy(dtype=np.float64)
    values: dict[str, Floats] = {}
    known = residents > 0
    deliveries: set[int] = set()
    for term in terms.term:
        rows = fetch(connection, "risk_model/indicator_latest", {"indicator": term.indicator, "geography": LSOA_2021.level,
                                                                         "edition": LSOA_2021.edition})  # fmt: skip
        if rows.empty:
            raise UserError(
                f"no values of '{term.indicator}' for {LSOA_2021} are loaded",
                where="record.indicator",
                hint="load the file that holds them, or take the term out of analytics/risk_model/risk_model.toml.",
            )
        deliveries |= {int(d) for d in rows["delivery_id"]}
        found = rows.set_index("code")["value"].reindex(list(counts.codes)).to_numpy(dtype=np.float64)
        values[term.id] = found
        known &= np.isfinite(found)
    kept = np.flatnonzero(known)
    codes = [counts.codes[i] for i in kept]
    if len(codes) < BLOCKS * 10:
        raise UserError(
            f"{len(codes)} places have residents and every term, at least {BLOCKS * 10} are needed", where="place.population"
        )
    scores = {t.id: normal_scores(values[t.id][kept], lowest_is_most=t.lowest_is_most) for t in terms.term}
    middles = shapely.centroid(read_areas(connection, LSOA_2021).loc[codes].geometry.to_numpy())
    points = np.column_stack([shapely.get_x(middles), shapely.get_y(middles)])
    return Inputs(
        counts, kept, residents[kept], scores, points, place_weights(connection, LSOA_2021, codes).matrix,
        blocks_of(points, ERROR_BLOCKS), sorted(deliveries),
    )  # fmt: skip


def _in_time(monthly: Floats, design: Floats, names: Sequence[str], inputs: Inputs, seed: int) -> tuple[Score, ...]:
    """The later half of the months from the earlier; none where either half has fewer than FEWEST_HELD_BACK months."""
    half = monthly.shape[1] // 2
    if half < FEWEST_HELD_BACK:
        return ()
    before, after = monthly[:, :-half].sum(axis=1), monthly[:, -half:].sum(axis=1)
    exposure = (inputs.residents * (monthly.shape[1] - half), inputs.residents * half)
    return cross_validate_time(before, after, design, names, exposure, inputs.clusters, seed=seed)


def _residuals(
    y: Floats, mu: Floats, model: Fit, design: Floats, names: Sequence[str], exposure: Floats, inputs: Inputs, seed: int
) -> dict[str, Any]:
    plain = [i for i, name in enumerate(names) if name == "constant" or name in inputs.terms]
    bare = fit(y, design[:, plain], [names[i] for i in plain], exposure, inputs.clusters)
    found = {}
    for label, fitted, rows in (("with_spatial_terms", model, design), ("without", bare, design[:, plain])):
        i, p = residual_autocorrelation(
            y, expected(fitted, rows, exposure), fitted.alpha, inputs.weights, permutations=_RESIDUAL_PERMUTATIONS, seed=seed
        )
        found[label] = {"i": i, "p": p}
    return found


def _card(
    connection: Connection, terms: ModelTerms, inputs: Inputs, model: Fit, group_id: str, months: Sequence[date], until: date, seed: int,
    deliveries: list[int],
) -> dict[str, Any]:  # fmt: skip
    label = one(connection, "risk_model/group_label", {"group_id": group_id}).label
    sources = fetch(connection, "risk_model/input_sources", {"delivery_ids": deliveries})
    labels = {term.id: term.label for term in terms.term}

    def named(name: str) -> str:
        own = name.removesuffix(" of neighbours")
        return labels.get(own, own) + (", of neighbours" if name != own else "")

    return {
        "title": terms.title,
        "group_id": group_id,
        "group_label": str(label),
        "family": model.family,
        "alpha": model.alpha,
        "dispersion_z": model.dispersion_z,
        "places": len(inputs.kept),
        "places_left_out": len(inputs.counts) - len(inputs.kept),
        "incidents": int(inputs.counts.incidents[inputs.kept].sum()),
        "period_start": f"{months[0]:%B %Y}",
        "period_end": f"{months[-1]:%B %Y}",
        "months": len(months),
        "coverage": CoveredPeriod.of(Period(months[0], months[-1]), months).coverage,
        "terms": [
            {"term": named(name), "ratio": ratio, "lower": lower, "upper": upper, "spatial": name.startswith("spatial pattern")}
            for name, ratio, lower, upper in model.terms()
        ],
        "spatial_patterns": terms.spatial.patterns,
        "excluded": [one.model_dump() for one in terms.excluded],
        "limits": list(LIMITS),
        "must_not": list(MUST_NOT),
        "inputs": [f"{row.publisher}: {row.feed}" for row in sources.itertuples()],
        "delivery_ids": f"{len(deliveries)} (listed with run of the model)",
        "seed": seed,
        "code_version": code_version(),
        "made_on": datetime.now(tz=UTC).date(),
        "expires_on": until,
        "owner_missing": terms.owner.missing(),
    }


def _plain(score: Score) -> dict[str, Any]:
    return {key: None if isinstance(value, float) and np.isnan(value) else value for key, value in asdict(score).items()}


def record_decision(
    connection: Connection,
    model_id: int,
    decision: Decision,
    *,
    board: str,
    signed_by: str,
    decided_on: date,
    valid_until: date,
    conditions: str,
    actor: str,
) -> None:
    """Add a decision of an ethics board, and an audit event. An approval needs a model that has not expired and a complete owner.

    UserError for a model that is not there, an end before the decision or after the model's own, or an owner with empty fields.
    """
    row = one_or_none(connection, "risk_model/owner_missing", {"model_id": model_id})
    if row is None:
        raise UserError(f"there is no model {model_id}", where="analysis.risk_model", hint="run 'homeground model list'.")
    if not board.strip() or not signed_by.strip():
        raise UserError(
            "a decision needs the board's name and the name of the person who signed for it", where="--board, --signed-by"
        )
    if decision == "approved":
        if row.missing:
            raise UserError(
                f"nobody answers for this model yet: {', '.join(row.missing)} not given",
                where="[owner] in analytics/risk_model/risk_model.toml",
                hint="fill them in and fit the model again; the transparency record prints them.",
            )
        if valid_until > row.expires_on:
            raise UserError(f"the model itself expires on {row.expires_on:%Y-%m-%d}", where="--valid-until")
    if valid_until < decided_on:
        raise UserError("the approval ends before it begins", where="--valid-until")
    run_statement(
        connection,
        "risk_model/insert_decision",
        {
            "model_id": model_id, "decision": decision, "board": board.strip(), "signed_by": signed_by.strip(), "decided_on": decided_on,
            "valid_until": valid_until, "conditions": conditions, "recorded_by": actor,
        },
    )  # fmt: skip
    detail = {"board": board, "until": str(valid_until)}
    record_event(connection, actor=actor, action=f"model {decision}", subject=f"risk_model {model_id}", detail=detail)
