"""Loads that are killed (-9) at random moments: what is committed always agrees with its delivery records, and the next load completes it.

A moment is one of the statements and commits of a load. Every other load waits there for its death; the others go on, so that it meets them
wherever they have come to. Twelve kills by default; HOMEGROUND_TEST_KILLS=200 makes the whole number.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from core import db
from core.audit import first_broken_link
from core.db import Role
from feeds.loading.load import load_source
from tests.builders import feeds_files as county
from tests.builders.feeds_files import REGION
from tests.builders.kills.child import Spawner

pytestmark = [pytest.mark.database, pytest.mark.slow]

KILLS = int(os.environ.get("HOMEGROUND_TEST_KILLS", "12"))
MONTHS = [f"2025-{m:02d}" for m in range(1, 7)]
# every delivery in force holds exactly the rows that it says it accepted, and no row belongs to one that is not in force
DISAGREE = """
SELECT coalesce(d.delivery_id, i.delivery_id), d.status, d.rows_accepted, i.stored
FROM (SELECT delivery_id, count(*) AS stored FROM record.incident GROUP BY delivery_id) AS i
FULL JOIN (SELECT * FROM raw.delivery WHERE feed = 'police_uk_street') AS d USING (delivery_id)
WHERE CASE WHEN d.status = 'loaded' THEN d.rows_accepted IS DISTINCT FROM coalesce(i.stored, 0) ELSE i.stored IS NOT NULL END
"""


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


@pytest.fixture
def spawner(database: str) -> Iterator[Spawner]:
    made = Spawner("tests.builders.kills.loads")
    yield made
    made.close()


def write_version(folder: Path, version: int) -> None:
    """Six months; another version has other rows, so that a load replaces what the one before it stored. No version's bytes come twice."""
    for month in MONTHS:
        good = county.many(300 + version % 7, month)
        good[0] = replace(good[0], location=f"version {version}")
        county.write(folder, county.street_name(month), county.street_csv([*good, county.Street(month=month, kind="Spitting")]))


def test_kills_at_random_moments_leave_rows_and_records_agreeing(database: str, spawner: Spawner, tmp_path: Path) -> None:
    dice = random.Random(20_260_101)
    write_version(tmp_path, 0)
    spawner.start(tmp_path)
    assert spawner.ended()[0] == 0
    write_version(tmp_path, KILLS + 1)
    spawner.start(tmp_path)
    code, statements = spawner.ended()
    assert code == 0
    assert statements > 6 * len(MONTHS)
    killed = 0
    for version in range(1, KILLS + 1):
        write_version(tmp_path, version)
        pid = spawner.start(tmp_path, at=dice.randint(1, statements), stops=version % 2 == 0)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        killed += spawner.ended()[0] == -signal.SIGKILL
        assert rows(DISAGREE) == [], f"after {killed} kills"
    assert killed >= KILLS // 2, "every load that waited for it was killed"
    load_source(tmp_path, region=REGION)
    assert rows(DISAGREE) == []
    wanted = 300 + KILLS % 7
    assert rows("SELECT month::TEXT, count(*) FROM record.incident GROUP BY 1 ORDER BY 1") == [(f"{m}-01", wanted) for m in MONTHS]
    assert rows("SELECT count(*), sum(rows_in - rows_accepted - rows_rejected) FROM raw.delivery WHERE status = 'loaded'") == [
        (6, 0)
    ]
    assert rows("SELECT count(*) FROM raw.rejected_row") == [(6,)]
    assert {f.status for f in load_source(tmp_path, region=REGION).files} == {"unchanged"}
    with db.transaction(Role.PIPELINE) as connection:
        assert first_broken_link(connection) is None
