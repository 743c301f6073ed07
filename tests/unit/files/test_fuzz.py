"""Files of every format, changed at random: each is read or refused by one of our own messages, and none fills the memory.

HOMEGROUND_TEST_FUZZ says how many (`HOMEGROUND_TEST_FUZZ=10000` takes a few minutes), HOMEGROUND_TEST_FUZZ_SEED which.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from core.paths import PROJECT_ROOT
from tests.builders.files.mutated import Outcome

COUNT = int(os.environ.get("HOMEGROUND_TEST_FUZZ", "220"))
SEED = int(os.environ.get("HOMEGROUND_TEST_FUZZ_SEED", "1"))
# above what the good files take; the bounds of the files themselves are far wider than what was made small
MOST_MB = 256


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """In a process of its own: a crash of compiled code is a failure of this test alone, and the peak of memory is its own."""
    command = [sys.executable, "-m", "tests.builders.files.mutated", str(COUNT), str(SEED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT_ROOT)
    assert done.returncode == 0, f"the process died (seed {SEED}): {done.stderr[-2000:]}"
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))


def test_every_file_is_read_or_refused_by_a_message_of_ours(outcome: Outcome) -> None:
    assert outcome.faults == [], f"seed {SEED}; run one again by 'python -m tests.builders.files.mutated 1 {SEED} NUMBER'"


def test_the_changes_reach_both_readers_and_checks(outcome: Outcome) -> None:
    assert outcome.files == COUNT
    assert outcome.read > COUNT // 10, "most changes should not be so coarse that every file is refused"
    assert outcome.refused > COUNT // 10


def test_no_file_takes_much_memory(outcome: Outcome) -> None:
    assert outcome.peak_mb <= MOST_MB
