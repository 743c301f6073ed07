"""Many feeds of twenty shapes on the worker: all load, the same again change nothing, a third broken in fifteen ways are all accounted for.

Forty feeds by default; HOMEGROUND_TEST_FEEDS=300 makes the whole number.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from sqlalchemy import text

from core import db
from core.db import Role
from core.settings import WorkerSettings
from feeds.catalogue import read_catalogue
from feeds.load import load_source
from feeds.worker.run import RunFailed, run_feed
from tests.builders import feeds_files as county
from tests.builders.partners_many import WAYS, Invented, break_file, invent

pytestmark = [pytest.mark.database, pytest.mark.slow]

FEEDS = int(os.environ.get("HOMEGROUND_TEST_FEEDS", "40"))
ROWS = 60


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


def stored() -> dict[str, int]:
    """Rows that stand in the store, by feed."""
    found = rows(
        "SELECT d.feed, sum(n)::INT FROM raw.delivery AS d JOIN ("
        " SELECT delivery_id, count(*) AS n FROM record.incident GROUP BY 1"
        " UNION ALL SELECT delivery_id, count(*) FROM record.event GROUP BY 1"
        " UNION ALL SELECT delivery_id, count(*) FROM record.indicator GROUP BY 1) AS s USING (delivery_id)"
        " WHERE d.status = 'loaded' GROUP BY 1"
    )
    return {str(feed): int(str(count)) for feed, count in found}


def run_all(catalogue_path: Path, invented: list[Invented], settings: WorkerSettings) -> dict[str, str]:
    """What each feed's run on the worker came to."""
    catalogue = read_catalogue(catalogue_path)
    outcomes = {}
    for number, feed in enumerate(invented, start=1):
        try:
            outcomes[feed.id] = str(run_feed(catalogue, feed.id, job_id=number, attempt=1, settings=settings).outcome)
        except RunFailed:
            outcomes[feed.id] = "failed"
    return outcomes


def test_every_row_and_every_feed_is_accounted_for(database: str, tmp_path: Path) -> None:
    dice = random.Random(20_260_102)
    county.write_lookups(tmp_path / "lookups")
    load_source(tmp_path / "lookups", region=county.REGION)
    inbox, invented = tmp_path / "in", invent(FEEDS)
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text("".join(f.toml() for f in invented), encoding="utf-8")
    settings = WorkerSettings(inbox=inbox, downloads=tmp_path / "down", retries=0, first_retry_s=0.01)
    for feed in invented:
        feed.write(inbox, feed.encode(feed.rows(ROWS)))
    assert set(run_all(catalogue, invented, settings).values()) == {"loaded"}
    whole = stored()
    assert whole == {f.id: ROWS for f in invented}

    assert set(run_all(catalogue, invented, settings).values()) == {"unchanged"}
    assert stored() == whole

    broken = dice.sample(invented, FEEDS // 3)
    rejected: dict[str, int] = {}
    for number, feed in enumerate(broken):
        data, spoilt = break_file(feed, WAYS[number % len(WAYS)], feed.rows(ROWS, version=1), dice)
        feed.write(inbox, data)
        rejected[feed.id] = spoilt
    outcomes = run_all(catalogue, invented, settings)
    expected = {f.id: "unchanged" for f in invented} | {i: "failed" if n < 0 else "loaded" for i, n in rejected.items()}
    assert outcomes == expected
    # a file that cannot be used leaves what stood; one with bad rows stands without them
    assert stored() == {f.id: ROWS - max(rejected.get(f.id, 0), 0) for f in invented}
    assert rows("SELECT count(*) FROM raw.delivery WHERE rows_in <> rows_accepted + rows_rejected") == [(0,)]
    held = rows("SELECT feed, count(*) FROM raw.rejected_row JOIN raw.delivery USING (delivery_id) GROUP BY 1 ORDER BY 1")
    assert held == sorted((i, n) for i, n in rejected.items() if n > 0)
    assert rows("SELECT count(*) FROM queue.run WHERE outcome = 'failed'") == [(sum(n < 0 for n in rejected.values()),)]
    assert rows("SELECT count(*) FROM queue.run WHERE outcome = 'running'") == [(0,)]
