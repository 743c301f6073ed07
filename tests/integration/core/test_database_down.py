"""A database that is down gives one clear message and exit code 2, whatever the command."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

COMMANDS = (
    ["feeds", "status"],
    ["analyse"],
    ["release", "list"],
    ["release", "publish"],
    ["brief", "E01028513"],
    ["db", "up"],
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_database_that_is_down(arguments: list[str]) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HOMEGROUND_")}
    # port 9 (discard) on loopback: nobody answers there
    environment["HOMEGROUND_DATABASE_URL"] = "postgresql://someone:secret-word@127.0.0.1:9/homeground"
    done = subprocess.run(
        [sys.executable, "-m", "homeground.command_line", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "the database does not answer" in done.stderr
    assert "What next:" in done.stderr
    assert "secret-word" not in done.stderr + done.stdout
