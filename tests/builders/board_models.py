"""Models for an ethics board without a fit: a card as the fit writes it, its transparency record, and estimates for every neighbourhood."""

from __future__ import annotations

import json

from sqlalchemy import text

from analytics.risk_model.terms import Owner, load_terms
from analytics.risk_model.transparency import LIMITS, MUST_NOT, transparency_record
from core import db
from core.db import Role
from core.paths import PROJECT_ROOT
from core.provenance import finish_run, start_run

OWNER = Owner(
    organisation="Invented Partnership", team="Analysis", senior_responsible_owner="A. Person", contact="panel@example.org",
    website="https://partnership.example",
)  # fmt: skip
# a score of the model as its card and its record have it; no public page may say it
SCORE = 0.4271


def store_model(
    owner: Owner = OWNER, *, label: str = "Robbery", group: str = "robbery", days: int = 200, score: float = SCORE
) -> int:
    """A model of a group that no board has decided on, which expires in so many days. score: how well it does, by every measure."""
    terms = load_terms(PROJECT_ROOT / "analytics" / "risk_model" / "risk_model.toml").model_copy(update={"owner": owner})
    scores = {"rule": "model", "deviance_explained": score, "top_tenth": score, "coverage": score}
    card = {
        "title": terms.title, "group_id": group, "group_label": label, "family": "poisson", "alpha": 0.0, "dispersion_z": 0.0, "places": 40,
        "places_left_out": 0, "incidents": 4271, "period_start": "December 2024", "period_end": "November 2025", "months": 12,
        "coverage": "11 of 12 months", "terms": [{"term": "Low incomes", "ratio": 1.2, "lower": 1.1, "upper": 1.3, "spatial": False}],
        "spatial_patterns": 0, "excluded": [one.model_dump() for one in terms.excluded], "limits": list(LIMITS),
        "must_not": list(MUST_NOT), "inputs": ["Invented Police: incidents"], "delivery_ids": "11 (listed with run of the model)", "seed": 3,
        "code_version": "test", "made_on": "2025-12-01", "expires_on": "2026-12-31", "owner_missing": owner.missing(),
        "cross_validation": {"space": [scores], "time": [scores], "blocks": 8},
        "residuals": {"with_spatial_terms": {"i": score, "p": score}, "without": {"i": score, "p": score}}, "in_sample_coverage": score,
    }  # fmt: skip
    with db.transaction(Role.OWNER) as connection:
        run = start_run(connection, "risk_model", seed=3, parameters={}, delivery_ids=[])
        model = connection.execute(
            text(
                "INSERT INTO analysis.risk_model (group_id, geography, edition, period_start, period_end, family, expires_on, card,"
                " transparency, run_id) VALUES (:group, 'lsoa', '2021', '2024-12-01', '2025-11-01', 'poisson', current_date + :days,"
                " CAST(:card AS JSONB), CAST(:record AS JSONB), :run) RETURNING model_id"
            ),
            {
                "group": group,
                "days": days,
                "card": json.dumps(card),
                "record": json.dumps(transparency_record(terms, card)),
                "run": run,
            },
        ).scalar_one()
        # the first ten neighbourhoods have more than expected, the others as many
        connection.execute(
            text(
                "INSERT INTO analysis.risk_estimate (model_id, geography, edition, code, lad_code, observed, expected, lower, upper, run_id)"
                " SELECT :model, p.child_geography, p.child_edition, p.child_code, p.parent_code,"
                " CASE WHEN row_number() OVER (ORDER BY p.parent_code, p.child_code) <= 10 THEN 30 ELSE 10 END, 10, 4, 18, :run"
                " FROM place.area_parent AS p WHERE p.child_geography = 'lsoa' AND p.child_edition = '2021' AND p.parent_geography = 'lad'"
            ),
            {"model": model, "run": run},
        )
        finish_run(connection, run)
    return int(model)


def forget_models() -> None:
    """As before any was made; the audit trail keeps its events."""
    with db.transaction(Role.OWNER) as connection:
        for table in ("risk_model_decision", "risk_estimate", "risk_model"):
            connection.execute(text(f"DELETE FROM analysis.{table}"))
