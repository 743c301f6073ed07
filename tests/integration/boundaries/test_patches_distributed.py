"""The place and count stages on two Dask workers, one of which is killed in the middle: the same rows as in one process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from analytics.counts.arrays import LocationKeys, count_one_month
from analytics.counts.definitions import load_definitions
from analytics.counts.stage import count_months
from boundaries.distributed import _scattered, run_chunks
from boundaries.placement import place_locations
from core import db
from core.db import Role
from core.errors import UserError
from core.settings import AnalysisSettings, ComputeSettings
from tests.builders.waiting import until

distributed = pytest.importorskip("distributed")


class _KillOne(distributed.SchedulerPlugin):  # type: ignore[misc, name-defined]
    """Kills a worker when some tasks are done and others are not."""

    def __init__(self, pid: int, after: int, tell: Path | None = None) -> None:
        """tell: a file that is there once the worker has been killed."""
        self.pid, self.after, self.tell, self.done, self.killed = pid, after, tell, 0, False

    def transition(self, key: object, start: str, finish: str, *args: object, **kwargs: object) -> None:
        if start != "processing" or finish != "memory":
            return
        self.done += 1
        if self.done >= self.after and not self.killed:
            self.killed = True
            os.kill(self.pid, signal.SIGKILL)
            if self.tell is not None:
                self.tell.touch()


@pytest.fixture
def two_workers() -> Iterator[object]:
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        yield cluster


def _on(cluster: object, **more: object) -> ComputeSettings:
    return ComputeSettings(engine="dask", scheduler=cluster.scheduler_address, **more)  # type: ignore[attr-defined, arg-type]


def _kill_one(cluster: object, after: int, tell: Path | None = None) -> _KillOne:
    with distributed.Client(cluster, set_as_default=False) as client:
        pids = sorted(client.run(os.getpid).values())
    plugin = _KillOne(pids[0], after, tell)
    cluster.scheduler.add_plugin(plugin)  # type: ignore[attr-defined]
    return plugin


def _square(shared: tuple[int, Path | None], number: int) -> int:
    """The later ones wait for a worker's death, so that it comes in the middle however quick the machine is."""
    more, killed = shared
    if killed is not None and number >= 20:
        until(killed.exists, "the death of a worker")
    return more + number * number


def _wrong(shared: int, number: int) -> int:
    raise ZeroDivisionError(f"task {number}")


def test_answers_come_in_the_order_of_the_questions_though_a_worker_dies(two_workers: object, tmp_path: Path) -> None:
    plugin = _kill_one(two_workers, after=5, tell=tmp_path / "killed")
    found = run_chunks(_square, (1, tmp_path / "killed"), ((n,) for n in range(40)), _on(two_workers))
    assert found == [1 + n * n for n in range(40)]
    assert plugin.killed
    assert plugin.done > 5


def test_of_what_all_tasks_share_it_can_be_asked_whether_it_was_lost(two_workers: object) -> None:
    """A tuple is shared whole: taken apart it would be a tuple of futures, and none could be asked after a worker's death."""
    with distributed.Client(two_workers, set_as_default=False) as client:
        everywhere = _scattered(client, (1, "two"))
        assert everywhere.status == "finished"
        assert client.submit(lambda shared: shared, everywhere).result() == (1, "two")


def test_an_error_of_a_task_is_an_error_here(two_workers: object) -> None:
    with pytest.raises(ZeroDivisionError, match="task 0"):
        run_chunks(_wrong, 1, [(0,)], _on(two_workers))


def test_a_scheduler_that_is_not_there_is_a_users_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boundaries.distributed._ANSWER_S", 1)
    with pytest.raises(UserError, match="no Dask scheduler answers"):
        run_chunks(_square, (1, None), [(1,)], ComputeSettings(engine="dask", scheduler="tcp://127.0.0.1:9"))


def test_a_month_without_anything_in_the_region_counts_nothing() -> None:
    nothing = LocationKeys(np.zeros(0, dtype=np.int64), np.zeros((0, 7), dtype=np.int32))
    counted = count_one_month(nothing, np.array([5]), np.array([0], dtype=np.int32))
    assert [len(geography.incidents) for geography in counted] == [0] * 8


def _rows() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    with db.transaction(Role.PIPELINE) as connection:
        place_locations(connection)
        count_months(connection, definitions=load_definitions(AnalysisSettings().definitions))
        placed = connection.execute(text("SELECT * FROM place.location_place ORDER BY location_id")).all()
        counted = connection.execute(text("SELECT * FROM analysis.count_month ORDER BY 1, 2, 3, 5, 6")).all()
        connection.execute(text("TRUNCATE place.location_place"))
    return [tuple(row) for row in placed], [tuple(row) for row in counted]


@pytest.mark.database
@pytest.mark.slow
def test_stages_give_the_same_rows_though_a_worker_dies(
    county_database: str,
    make_database: Callable[..., str],
    use_database: Callable[[str], None],
    two_workers: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_database(make_database("on_dask", template=county_database))
    with db.transaction(Role.PIPELINE) as connection:
        locations = connection.execute(text("SELECT count(*) FROM record.location")).scalar_one()
        connection.execute(text("TRUNCATE place.location_place"))
    local = _rows()
    assert len(local[0]) == locations > 1_000
    assert len(local[1]) > 10_000
    for name, value in (("ENGINE", "dask"), ("SCHEDULER", two_workers.scheduler_address), ("LOCATIONS_A_TASK", locations // 30)):  # type: ignore[attr-defined]
        monkeypatch.setenv(f"HOMEGROUND_COMPUTE_{name}", str(value))
    plugin = _kill_one(two_workers, after=4)
    on_dask = _rows()
    assert plugin.killed
    assert on_dask[0] == local[0]
    assert on_dask[1] == local[1]
