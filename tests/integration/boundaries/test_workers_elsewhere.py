"""Two Dask workers in two network namespaces, as nobody and without a setting of ours; one is killed in the middle."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from boundaries.distributed import run_chunks, secrets
from core.settings import ComputeSettings, DatabaseSettings
from tests.builders.kills.namespaces import forbidden, host, namespaces, workers
from tests.integration.boundaries.test_patches_distributed import _KillOne, _square

distributed = pytest.importorskip("distributed")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that nobody may enter as well."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def _told() -> tuple[int, int, list[str], str]:
    return (
        os.getpid(),
        os.getuid(),
        [k for k in os.environ if k.startswith("HOMEGROUND_")],
        str(Path("/proc/self/ns/net").readlink()),
    )


@pytest.mark.slow
def test_answers_are_the_same_from_two_networks_though_a_worker_dies(open_folder: Path) -> None:
    if why := forbidden():
        pytest.skip(why)
    killed = open_folder / "killed"
    with (
        namespaces(2) as names,
        distributed.LocalCluster(n_workers=0, host=host(), dashboard_address=None) as cluster,
        workers(names, cluster.scheduler_address, open_folder),
    ):
        with distributed.Client(cluster, set_as_default=False) as client:
            client.wait_for_workers(2)
            told = list(client.run(_told).values())
        assert len({network for *_, network in told} | {str(Path("/proc/self/ns/net").readlink())}) == 3
        assert all(user != os.getuid() and found == [] for _, user, found, _ in told)
        plugin = _KillOne(told[0][0], 5, killed)
        cluster.scheduler.add_plugin(plugin)
        settings = ComputeSettings(engine="dask", scheduler=cluster.scheduler_address)
        found = run_chunks(_square, (1, killed), ((n,) for n in range(40)), settings)
    assert plugin.killed and found == [1 + n * n for n in range(40)]


def test_no_secret_reaches_a_worker_of_our_own() -> None:
    urls = {f"HOMEGROUND_{name.upper()}" for name in DatabaseSettings.model_fields if name.endswith("_url")}
    assert len(urls) == 5 and urls <= set(secrets())
