"""The private cluster as a whole: its other databases, and several databases that migrate at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import psycopg2
import pytest

from core.paths import PROJECT_ROOT
from core.settings import DatabaseSettings
from tests.security.conftest import ATTACKERS, Attacker

pytestmark = pytest.mark.database


def test_no_credential_reaches_the_private_servers_other_databases(cluster: DatabaseSettings, database: str) -> None:
    """In the server's own databases anybody could make temporary tables and large objects."""
    for role in ATTACKERS:
        for name in ("postgres", "template1"):
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("HOMEGROUND_DATABASE_NAME", name)
                with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
                    Attacker(role)


def test_databases_of_one_server_migrate_at_once(cluster: DatabaseSettings, make_database: Callable[..., str]) -> None:
    """Roles belong to the server: of several migrations at once, each in its own database, none fails and none waits for ever."""
    names = [make_database(f"at_once_{n}") for n in range(4)]
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", "from core.migrate import prepare\nfor _ in range(3): prepare()"],
            cwd=PROJECT_ROOT,
            env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT), "HOMEGROUND_DATABASE_NAME": name},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in names
    ]
    said = [process.communicate(timeout=300)[0] for process in begun]
    assert [(process.returncode, words) for process, words in zip(begun, said, strict=True)] == [(0, "")] * len(names)
