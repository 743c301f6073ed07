"""Work on arrays, here or on Dask workers, chosen by one setting (decision 0025).

A task takes arrays and gives arrays: no task opens a database, so a worker needs no credential and may be anywhere. The driver reads,
hands out, puts the answers in the order of the questions and writes; so the rows are the same whichever engine ran and however often a
worker died. Dask runs the tasks of a dead worker again; where it gives up, or the data that all tasks share died with the workers, the
driver hands out anew what is missing.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any, TypeVar

from core.describe_settings import settings_of
from core.errors import UserError
from core.settings import ComputeSettings, all_settings_classes

_Result = TypeVar("_Result")

# how often one chunk may be lost with its worker before the cluster is taken to be broken, beyond Dask's own three tries
_MOST_LOSSES = 5
# tasks handed out ahead for each worker: enough to keep it busy, few enough that the driver holds little
_AHEAD = 3
# seconds in which a named scheduler must answer
_ANSWER_S = 20


def run_chunks(
    task: Callable[..., _Result], shared: Any, chunks: Iterable[tuple[Any, ...]], settings: ComputeSettings
) -> list[_Result]:
    """task(shared, *chunk) of every chunk, in the order of the chunks; chunks are taken as they are needed.

    An error that the task raises is raised here. UserError where Dask is asked for and not installed, its scheduler does not answer, or
    workers die faster than they work.
    """
    if settings.engine == "local":
        return [task(shared, *chunk) for chunk in chunks]
    with _client(settings) as client:
        return _on_cluster(client, task, shared, chunks)


def _on_cluster(client: Any, task: Callable[..., _Result], shared: Any, chunks: Iterable[tuple[Any, ...]]) -> list[_Result]:
    dask = _dask()
    results: dict[int, _Result] = {}
    losses: dict[int, int] = {}
    waiting = iter(enumerate(chunks))
    given: dict[Any, tuple[int, tuple[Any, ...]]] = {}
    everywhere = _scattered(client, shared)
    done = dask.as_completed(loop=client.loop)

    def hand_out(number: int, chunk: tuple[Any, ...]) -> None:
        future = client.submit(task, everywhere, *chunk, pure=False)
        given[future.key] = (number, chunk)
        done.add(future)

    def fill() -> None:
        room = _AHEAD * max(len(client.scheduler_info(n_workers=-1)["workers"]), 1)
        while len(given) < room and (following := next(waiting, None)) is not None:
            hand_out(*following)

    fill()
    while given:
        future = next(done)
        number, chunk = given.pop(future.key)
        try:
            results[number] = future.result()
        except (dask.KilledWorker, CancelledError) as error:
            losses[number] = losses.get(number, 0) + 1
            if losses[number] > _MOST_LOSSES:
                raise UserError(
                    f"a task was lost with its worker {losses[number]} times; nothing was stored",
                    where="Dask cluster",
                    hint="look at the workers' logs (memory is the usual cause), or set HOMEGROUND_COMPUTE_ENGINE=local.",
                ) from error
            if everywhere.status != "finished":
                everywhere = _scattered(client, shared)
            hand_out(number, chunk)
        future.release()
        fill()
    return [results[number] for number in range(len(results))]


def _scattered(client: Any, shared: Any) -> Any:
    """One future of it, with a copy on each worker: one that dies does not take the only one with it.

    In a list, because Dask takes a tuple apart and gives a tuple of futures, of which nobody can ask whether it was lost.
    """
    (everywhere,) = client.scatter([shared], broadcast=True, hash=False)
    return everywhere


def secrets() -> list[str]:
    """Every setting that is a secret. A worker of ours inherits the environment; these are blanked in it."""
    return [setting.variable for cls in all_settings_classes() for setting in settings_of(cls) if setting.secret]


@contextmanager
def _client(settings: ComputeSettings) -> Iterator[Any]:
    """A client of the named scheduler, or of workers of our own on the loopback address, behind TLS made for this one run."""
    dask = _dask()
    if settings.scheduler:
        try:
            client = dask.Client(settings.scheduler, timeout=_ANSWER_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UserError(
                f"no Dask scheduler answers at {settings.scheduler}",
                where="HOMEGROUND_COMPUTE_SCHEDULER",
                hint="start it, correct the address, or leave it empty for workers on this machine.",
            ) from error
        with client:
            yield client
        return
    with (
        # other accounts of this machine can reach the loopback address, and a scheduler runs what it is sent: hence TLS
        dask.LocalCluster(
            n_workers=settings.workers, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None,
            security=True, silence_logs=logging.ERROR, env=dict.fromkeys(secrets(), ""),
        ) as cluster,
        dask.Client(cluster, set_as_default=False) as client,
    ):  # fmt: skip
        yield client


def _dask() -> Any:
    """The package distributed, which only an installation with the extra of that name has; untyped."""
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise UserError(
            "Dask is not installed",
            where="HOMEGROUND_COMPUTE_ENGINE",
            hint="install it with: pip install 'homeground[distributed]', or set the engine to local.",
        ) from error
