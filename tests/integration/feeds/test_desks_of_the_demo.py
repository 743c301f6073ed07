"""The demo's desks: one delivery is held and one release is proposed, once, and a second steward can approve it."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from analytics import stage as analytics_stage
from core import db
from core.db import Role
from feeds.loading.load import load_source
from homeground.desk.demo import fill_desks
from tests.builders import feeds_files as county
from tests.builders.release_county import fill_county

pytestmark = pytest.mark.database


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


def test_one_delivery_is_held_and_one_release_is_proposed_and_neither_twice(module_database: str, tmp_path: Path) -> None:
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection)
    months = ("2024-08", "2024-09", "2024-10", "2024-11", "2024-12")
    for month in months:
        county.write(tmp_path, county.street_name(month), county.street_csv(county.many(400, month)))
    assert load_source(tmp_path, region=county.REGION).count("loaded") == len(months)
    last = tmp_path / county.street_name("2024-12")
    (tmp_path / f"{last.name}.gz").write_bytes(gzip.compress(last.read_bytes()))
    context = replace(analytics_stage.default_context(actor="demo", region=county.REGION), region=county.REGION)
    said: list[str] = []
    fill_desks(tmp_path, context, say=said.append)
    fill_desks(tmp_path, context, say=said.append)
    assert [line.split()[0] for line in said] == ["held", "proposed"]
    assert rows("SELECT file_name, rows_in FROM raw.delivery WHERE status = 'held'") == [(county.street_name("2025-01"), 40)]
    assert rows("SELECT kind, proposed_by FROM steward.proposal") == [("publish", "demo:steward-2")]
    # nothing is published by that, and nothing of the held month is in the store
    assert rows("SELECT count(*) FROM published.release") == [(0,)]
    assert rows("SELECT count(*) FROM record.incident WHERE month = '2025-01-01'") == [(0,)]
    with db.transaction(Role.PROFESSIONAL, person="demo:steward", steward=True) as connection:
        db.scalar(connection, "steward/approve", {"proposal": 1})
    assert rows("SELECT verdict, given_by FROM steward.verdict") == [("approved", "demo:steward")]
