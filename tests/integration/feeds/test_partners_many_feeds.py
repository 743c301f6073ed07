"""Many feeds of twenty shapes through the worker's queue: all load, the same again change nothing, a third broken in fifteen ways are all
accounted for.

Forty-five feeds by default, so that every shape and every way comes; HOMEGROUND_TEST_FEEDS=300 makes the whole number.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from core import db
from core.db import Role
from core.settings import WorkerSettings
from feeds.loading.load import load_source
from feeds.worker.queue import ask, work
from tests.builders import feeds_files as county
from tests.builders.partners_many import WAYS, break_file, invent

pytestmark = [pytest.mark.database, pytest.mark.slow]

FEEDS = int(os.environ.get("HOMEGROUND_TEST_FEEDS", "45"))
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


def last_outcomes() -> dict[str, str]:
    """What each feed's newest run came to."""
    found = rows("SELECT DISTINCT ON (feed) feed, outcome FROM queue.run ORDER BY feed, run_id DESC")
    return {str(feed): str(outcome) for feed, outcome in found}


def queue_is_empty() -> bool:
    return rows("SELECT count(*) FROM queue.procrastinate_jobs WHERE status IN ('todo', 'doing')") == [(0,)]


def test_every_row_and_every_feed_is_accounted_for(database: str, tmp_path: Path) -> None:
    dice = random.Random(20_260_102)
    county.write_lookups(tmp_path / "lookups")
    load_source(tmp_path / "lookups", region=county.REGION)
    inbox, invented = tmp_path / "in", invent(FEEDS)
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text("".join(f.toml() for f in invented), encoding="utf-8")
    quick = {"retries": 0, "first_retry_s": 0.01, "poll_s": 0.05, "look_s": 0.1, "dead_after_s": 30.0}
    settings = WorkerSettings(inbox=inbox, downloads=tmp_path / "down", **quick)  # type: ignore[arg-type]
    for feed in invented:
        feed.write(inbox, feed.encode(feed.rows(ROWS)))
    # every feed is due: the worker queues each once, and works until nothing is left
    begun = time.perf_counter()
    work(settings, catalogue, until_idle=True)
    print(f"{FEEDS} feeds through the queue: {time.perf_counter() - begun:.1f} s")
    assert last_outcomes() == {f.id: "loaded" for f in invented}
    assert queue_is_empty()
    whole = stored()
    assert whole == {f.id: ROWS for f in invented}

    assert sorted(ask(settings, catalogue, [f.id for f in invented])) == sorted(f.id for f in invented)
    work(settings, catalogue, until_idle=True)
    assert last_outcomes() == {f.id: "unchanged" for f in invented}
    assert stored() == whole

    broken = dice.sample(invented, FEEDS // 3)
    rejected: dict[str, int] = {}
    for number, feed in enumerate(broken):
        data, spoilt = break_file(feed, WAYS[number % len(WAYS)], feed.rows(ROWS, version=1), dice)
        feed.write(inbox, data)
        rejected[feed.id] = spoilt
    ask(settings, catalogue, [f.id for f in invented])
    work(settings, catalogue, until_idle=True)
    expected = {f.id: "unchanged" for f in invented} | {i: "failed" if n < 0 else "loaded" for i, n in rejected.items()}
    assert last_outcomes() == expected
    assert queue_is_empty()
    # a file that cannot be used leaves what stood; one with bad rows stands without them
    assert stored() == {f.id: ROWS - max(rejected.get(f.id, 0), 0) for f in invented}
    assert rows("SELECT count(*) FROM raw.delivery WHERE rows_in <> rows_accepted + rows_rejected") == [(0,)]
    held = rows("SELECT feed, count(*) FROM raw.rejected_row JOIN raw.delivery USING (delivery_id) GROUP BY 1 ORDER BY 1")
    assert held == sorted((i, n) for i, n in rejected.items() if n > 0)
    # three runs a feed, every one of them ended and noted, with the rows that it read
    assert rows("SELECT outcome, count(*) FROM queue.run GROUP BY 1 ORDER BY 1") == sorted(
        (outcome, n) for outcome, n in Counter(["loaded"] * FEEDS + ["unchanged"] * FEEDS + list(expected.values())).items()
    )
    assert rows("SELECT count(*) FROM queue.run WHERE rows_in <> rows_accepted + rows_rejected") == [(0,)]
    said = rows("SELECT count(*) FROM queue.run WHERE outcome = 'failed' AND message <> '' AND files_refused = 1")
    assert said == [(sum(n < 0 for n in rejected.values()),)]
    # whatever the bytes are, the message is for a person
    assert rows("SELECT feed, message FROM queue.run WHERE message LIKE '%defect%'") == []
