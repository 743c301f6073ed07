"""A database that is down gives one clear message and exit code 2, whatever the command."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from core import db
from tests.conftest import Command

COMMANDS = (
    ["feeds", "status"],
    ["analyse"],
    ["release", "list"],
    ["release", "publish"],
    ["brief", "E01028513"],
    ["db", "up"],
)


@pytest.fixture
def down(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of somebody whose database does not answer, and none of these tests' own."""
    for name in [name for name in os.environ if name.startswith("HOMEGROUND_")]:
        monkeypatch.delenv(name)
    # port 9 (discard) on loopback: nobody answers there
    monkeypatch.setenv("HOMEGROUND_DATABASE_URL", "postgresql://someone:secret-word@127.0.0.1:9/homeground")
    db.dispose_engines()
    yield
    db.dispose_engines()


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_database_that_is_down(down: None, homeground: Command, arguments: list[str]) -> None:
    done = homeground(*arguments)
    assert done.returncode == 2, done.stderr
    assert "the database does not answer" in done.stderr
    assert "What next:" in done.stderr
    assert "secret-word" not in done.stderr + done.stdout
