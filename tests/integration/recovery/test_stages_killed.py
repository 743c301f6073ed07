"""Every stage, and the release, killed (-9): each table is as it was before or as it is after, and the stage can be run again.

A stage is killed at one of its statements or commits, where every other one waits for its death and the others go on and are met somewhere.
It is killed so several times in a row, asked for another result than the one that stands, and then let finish with what it was asked
first: that must give every row of every table as it was where nobody was killed. The synthetic county is cut to one district and four months,
so that a stage takes a second. A kill a stage by default; HOMEGROUND_TEST_KILLS=200 makes the whole number.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from analytics import pipeline
from analytics import stage as analytics_stage
from core import db
from core.audit import first_broken_link
from core.db import Role
from feeds.synthetic.county import COUNTY_REGION
from tests.builders.kills.child import Spawner
from tests.builders.kills.contents import Contents
from tests.builders.kills.one_district import cut
from tests.builders.kills.stages import context_of
from tests.builders.shared_server import SuiteRun

pytestmark = [pytest.mark.database, pytest.mark.slow]

STAGES = [stage.name for stage in pipeline.STAGES]
KILLS = int(os.environ.get("HOMEGROUND_TEST_KILLS", len(STAGES)))
# before: what the database was filled with; now: what every stage makes another result of
BEFORE, NOW = (20_260_101, 3), (20_260_102, 4)
# who did what and when: each attempt that ended adds to it, and its chain is checked
TRAIL = ("audit.event", "audit.head", "analysis.run")


@dataclass(frozen=True)
class Filled:
    """A database in which every stage ran once. spawner: runs stages in it; made: statements and seconds of each stage as it was filled."""

    spawner: Spawner
    made: dict[str, tuple[int, float]]


@pytest.fixture(scope="module")
def filled(
    county_files: Path,
    tmp_path_factory: pytest.TempPathFactory,
    suite_run: SuiteRun,
    made_once: Callable[..., str],
    make_database: Callable[..., str],
    use_database: Callable[[str], None],
) -> Iterator[Filled]:
    told = suite_run.folder / "one_district.json"

    def fill() -> None:
        files = cut(county_files, tmp_path_factory.mktemp("district") / "files")
        context = context_of(*BEFORE, COUNTY_REGION)
        pipeline.load(files, context, say=lambda line: None)
        made = {}
        for stage in pipeline.STAGES:
            begun = time.perf_counter()
            with counted() as statements:
                analytics_stage.run_stages((stage,), context, say=lambda line: None)
            made[stage.name] = (len(statements), time.perf_counter() - begun)
        told.write_text(json.dumps(made))

    use_database(make_database("stages_killed", template=made_once("one_district", fill)))
    spawner = Spawner("tests.builders.kills.stages")
    yield Filled(spawner, {name: tuple(made) for name, made in json.loads(told.read_text()).items()})
    spawner.close()
    db.dispose_engines()


@contextmanager
def counted() -> Iterator[list[None]]:
    """Grows with each statement and commit of this process."""
    found: list[None] = []

    def count(*_: object) -> None:
        found.append(None)

    for what in ("before_cursor_execute", "commit"):
        event.listen(Engine, what, count)
    try:
        yield found
    finally:
        for what in ("before_cursor_execute", "commit"):
            event.remove(Engine, what, count)


def one(statement: str) -> int:
    with db.transaction(Role.OWNER) as connection:
        return int(connection.execute(text(statement)).scalar_one())


CONTENTS = Contents()


def state(name: str) -> dict[str, tuple[object, ...]]:
    """Every row of every table. A stage run again makes the same results under another number; a release is another release each time."""
    return CONTENTS.now(exact=name == "release", without=TRAIL)


def test_a_stage_that_is_killed_leaves_each_table_whole_and_can_be_run_again(filled: Filled) -> None:
    dice = random.Random(20_260_103)
    turns = [STAGES[n % len(STAGES)] for n in range(KILLS)]
    spawner = filled.spawner
    for name in STAGES:
        kills = turns.count(name)
        if not kills:
            continue
        # another span of months beside the first would have the release attacked together with it, which takes minutes
        asked = BEFORE if name == "release" else NOW
        statements, took = filled.made[name]
        before = state(name)
        stood = stored = 0
        after: dict[str, tuple[object, ...]] | None = None
        for kill in range(kills):
            pid = spawner.start(name, *asked, at=dice.randint(1, statements), stops=kill % 2 == 0)
            if kill % 2:
                time.sleep(dice.random() * took)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            code, _ = spawner.ended()
            assert code in (0, -signal.SIGKILL), f"{name}: {code}"
            found = state(name)
            assert one("SELECT count(*) FROM analysis.run WHERE stage LIKE 'stage:%' AND finished_at IS NULL") == 0
            if found == before:
                stood += 1
                continue
            stored += 1
            if name == "release":
                _whole_release()
                before = found
            elif after is None:
                after = found
            else:
                assert found == after, f"{name}: neither as before nor as after: {_differing(found, before, after)}"
        if after is not None:
            assert _finished(spawner, name, asked) == after, f"{name}: another result: {_differing(state(name), after)}"
        finished = _finished(spawner, name, BEFORE)
        if name == "release":
            _whole_release()
        else:
            assert finished == before, f"{name}: not as where nobody was killed: {_differing(finished, before)}"
        print(f"{name:<10} {kills} kills: {stood} left it as before, {stored} as after", flush=True)
    with db.transaction(Role.PIPELINE) as connection:
        assert first_broken_link(connection) is None
    assert one("SELECT count(*) FROM published.release WHERE status = 'current'") == 1


def _finished(spawner: Spawner, name: str, asked: tuple[int, int]) -> dict[str, tuple[object, ...]]:
    spawner.start(name, *asked)
    assert spawner.ended()[0] == 0, name
    return state(name)


def _whole_release() -> None:
    """The newest release has as many rows in every table as the one before it, and the same values."""
    for table in ("value", "place", "category"):
        counted = (
            f"SELECT count(*) FROM (SELECT to_jsonb(t) - 'release_id' AS row, count(*) FROM published.{table} AS t"
            " WHERE release_id = (SELECT max(release_id) FROM published.release) GROUP BY 1"
            f" EXCEPT SELECT to_jsonb(t) - 'release_id', count(*) FROM published.{table} AS t"
            " WHERE release_id = (SELECT min(release_id) FROM published.release WHERE period_start = (SELECT period_start FROM"
            " published.release ORDER BY release_id DESC LIMIT 1)) GROUP BY 1) AS other"
        )
        assert one(counted) == 0, table


def _differing(*states: dict[str, tuple[object, ...]] | None) -> list[str]:
    told = [s for s in states if s is not None]
    return sorted(t for t in told[0] if len({s.get(t) for s in told}) > 1)
