"""Write a protected release to the schema that everyone may read. Accepts SafeTables and nothing else."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from analytics.disclosure.gate import SafeTables, certificate_of
from analytics.release.build import Candidate
from analytics.release.past import note_counts
from analytics.release.searches import publish_searches
from core.audit import record_event
from core.audit.events import head
from core.db import copy_frame, run_statement, scalar
from core.paths import PROJECT_ROOT
from core.provenance import code_version


def publish(
    connection: Connection, tables: SafeTables, *, candidate: Candidate, actor: str, told: Mapping[str, Any] | None = None,
    searches: SafeTables | None = None,
) -> int:  # fmt: skip
    """Publish inside the caller's transaction and return the release's id; the release before it becomes superseded. Its header has the
    newest period that any of its figures is of.

    told: what the audit trail says beside the certificate, such as the two people who agreed. searches: those of the candidate, protected,
    where the release has any.
    DisclosureError where the tables did not come from the gate, or their certificate is not for exactly these figures.
    """
    certificate = certificate_of(tables, candidate.policy)
    candidate = candidate.as_printed(tables.frame)
    run_statement(connection, "release/supersede")
    release_id = int(scalar(connection, "release/insert", _header(connection, tables, candidate)))
    values = tables.frame
    values.insert(0, "release_id", release_id)
    copy_frame(connection, "published", "value", values)
    note_counts(connection, release_id, candidate.counts.frame, candidate.ledger, candidate.counts.areas["lsoa 2021"],
                frozenset(candidate.counts.loaded or ()))  # fmt: skip
    categories = pd.DataFrame(
        {
            "release_id": release_id,
            "category": candidate.categories["group_id"],
            "label": candidate.categories["label"],
            "description": candidate.categories["description"],
            "position": candidate.categories["position"],
            "kind": candidate.categories["kind"],
        }
    )
    copy_frame(connection, "published", "category", categories)
    run_statement(connection, "release/places", {"release_id": release_id})
    run_statement(connection, "release/indicators", {"release_id": release_id, "threshold": candidate.policy.threshold})
    run_statement(connection, "release/clear_postcodes")
    run_statement(connection, "release/postcodes", {"release_id": release_id})
    run_statement(connection, "release/services", {"release_id": release_id})
    span = {
        "release_id": release_id,
        "period_start": candidate.period.start,
        "period_end": candidate.period.end,
        "titles": _titles(),
    }
    run_statement(connection, "release/sources", span)
    if searches is not None and candidate.searches is not None:
        publish_searches(connection, release_id, searches, candidate.searches)
    record_event(
        connection,
        actor=actor,
        action="release_published",
        subject=f"release {release_id}",
        detail={
            "policy": certificate.policy["digest"],
            **{k: v for k, v in certificate.as_record().items() if isinstance(v, int | str)},
            **({} if searches is None else {"searches": searches.certificate.digest}),
            **(told or {}),
        },
    )
    return release_id


def _titles() -> str:
    """Titles of the feeds as JSON. The catalogue is read as data: a release imports no feed code."""
    catalogue = tomllib.loads((PROJECT_ROOT / "feeds" / "catalogue.toml").read_text(encoding="utf-8"))
    return json.dumps({str(feed["id"]): str(feed["title"]) for feed in catalogue["feed"]})


def _header(connection: Connection, tables: SafeTables, candidate: Candidate) -> dict[str, Any]:
    # the head of the audit trail goes out with the release, so that whoever has a copy can tell whether the trail still passes through it
    certificate = tables.certificate.as_dict() | {"audit_trail": asdict(head(connection))}
    return {
        "title": candidate.title,
        "period_start": candidate.period.start,
        "period_end": candidate.period.end,
        "months_loaded": list(candidate.months_loaded),
        "months_missing": list(candidate.months_missing),
        "unplaced_percent": candidate.unplaced_percent,
        "region_name": candidate.region_name,
        "synthetic": candidate.synthetic,
        "policy": json.dumps(tables.certificate.policy),
        "certificate": json.dumps(certificate),
        "code_version": code_version(),
    }
