"""A benchmark brings what it is compared with: pinned with hashes, installed by `./run bench`, named in one line where it is not there."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench import peers
from bench.result import BenchResult
from core.paths import PROJECT_ROOT
from homeground.bench_commands import BENCHES, bench

PEERS_LOCK = (PROJECT_ROOT / "requirements-bench.lock").read_text(encoding="utf-8")
LOCK = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_every_peer_is_locked_with_hashes_at_a_version_that_the_product_allows() -> None:
    group = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["bench"]
    declared = {re.split(r"[<>=\[]", requirement)[0] for requirement in group}
    assert declared == {package for packages in peers.OPTIONAL.values() for package in packages}
    assert set(peers.OPTIONAL) <= set(BENCHES)
    entries = re.split(r"\n(?=\S)", PEERS_LOCK.strip())
    assert all(re.match(r"\S+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    assert declared <= set(peers.pinned())
    # installing a peer must not move a package that the product is locked to
    assert [
        f"{name}=={version}"
        for name, version in peers.pinned().items()
        if f"\n{name}==" in f"\n{LOCK}" and f"{name}=={version} " not in LOCK
    ] == []


def test_no_lock_names_where_packages_come_from() -> None:
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url|--find-links", LOCK + PEERS_LOCK) == []


@pytest.mark.parametrize("as_json", [False, True])
def test_a_benchmark_without_its_peer_names_the_line_to_type(
    as_json: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = BenchResult("disclosure", "a machine", "a file", {"ours_s": 1.0}, missing=["tau-ARGUS (pytauargus)"])
    monkeypatch.setattr("bench.disclosure.run", lambda data: result)
    monkeypatch.setattr(peers, "_installed", lambda package: None)
    command = ["disclosure", "--data", str(tmp_path), *(["--json"] if as_json else [])]
    done = CliRunner().invoke(bench, command)
    assert done.exit_code == 0, done.output
    hint = done.stderr if as_json else done.stdout
    assert "type './run bench disclosure'" in hint
    assert ("What next" in done.stdout) is not as_json
    monkeypatch.setattr(peers, "_installed", peers.pinned().get)
    assert "What next" not in CliRunner().invoke(bench, command).output


def test_a_benchmark_of_which_a_part_failed_prints_the_others_and_ends_with_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = BenchResult("disclosure", "a machine", "a file", {"ours_s": 1.0}, failed={"together": "DisclosureError: one count"})
    monkeypatch.setattr("bench.disclosure.run", lambda data: result)
    done = CliRunner().invoke(bench, ["disclosure", "--data", str(tmp_path)])
    assert done.exit_code == 1
    assert "ours_s" in done.stdout
    assert "failed: together: DisclosureError: one count" in done.stdout


# ./run bench in a folder of its own, with a Python and a homeground that write down how they were called ------------------

_PYTHON = """#!/bin/sh
case "$*" in
  *bench.peers*) echo "$WANTING" ;;
  *pip*) echo "pip $*" >>called; exit "$PIP" ;;
esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("run", "requirements.lock", "requirements-bench.lock", "pyproject.toml"):
        shutil.copy(PROJECT_ROOT / name, tmp_path)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, text in (("python", _PYTHON), ("homeground", '#!/bin/sh\necho "homeground $*" >>called\n')):
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    prepared = (tmp_path / "requirements.lock").read_bytes() + (tmp_path / "pyproject.toml").read_bytes()
    (tmp_path / ".venv" / "installed").write_text(hashlib.sha256(prepared).hexdigest(), encoding="utf-8")
    return tmp_path


def run_bench(clone: Path, *, wanting: str, pip: int = 0) -> tuple[list[str], str]:
    """What was called, and what was said on the error stream."""
    path = f"{Path(sys.executable).resolve().parent}{os.pathsep}{os.environ['PATH']}"
    told = {
        **os.environ,
        "PATH": path,
        "HOMEGROUND_DATABASE_URL": "postgresql://nowhere.invalid/x",
        "WANTING": wanting,
        "PIP": str(pip),
    }
    done = subprocess.run(
        ["./run", "bench", "disclosure", "--json"], cwd=clone, env=told, capture_output=True, text=True, check=True
    )
    return (clone / "called").read_text(encoding="utf-8").splitlines(), done.stderr


def test_run_bench_installs_the_locked_peers_first(clone: Path) -> None:
    called, _ = run_bench(clone, wanting="pytauargus==1")
    assert len(called) == 2
    assert called[0].startswith("pip ")
    assert called[0].endswith("--require-hashes -r requirements-bench.lock")
    assert called[1] == "homeground bench disclosure --json"


def test_run_bench_asks_for_nothing_where_the_peers_are_there(clone: Path) -> None:
    assert run_bench(clone, wanting="") == (["homeground bench disclosure --json"], "")


def test_run_bench_without_a_network_says_the_line_and_goes_on(clone: Path) -> None:
    called, said = run_bench(clone, wanting="pytauargus==1", pip=1)
    assert called[-1] == "homeground bench disclosure --json"
    assert "type './run bench disclosure --json' again" in said


def test_a_peer_that_crashes_is_named_with_its_last_words_and_leaves_its_files_behind(tmp_path: Path) -> None:
    from bench.disclosure import BrokenPeerError, run_apart

    assert run_apart("open('left.txt', 'w').close(); print('chatter'); print(0.5)", "", str(tmp_path)) == 0.5
    assert (tmp_path / "left.txt").is_file()
    for programme, words in (
        ("import os; os.abort()", "signal 6"),
        ("raise SystemExit('no table')", "exit code 1: no table"),
        ("print('no figure')", "exit code 0: no figure"),
        ("pass", "exit code 0"),
    ):
        with pytest.raises(BrokenPeerError, match=words):
            run_apart(programme, "", str(tmp_path))


def test_what_is_ours_stands_though_the_peer_crashed(monkeypatch: pytest.MonkeyPatch) -> None:
    import pandas as pd

    from analytics.disclosure.policy import load_policy
    from bench import disclosure
    from core.settings import ReleaseSettings

    def broken(_: disclosure.Incidents) -> None:
        raise disclosure.BrokenPeerError("signal 11")

    monkeypatch.setattr(disclosure, "_tau_argus", broken)
    rows = [("a", "x")] * 2 + [("a", "y")] * 9 + [("b", "x")] * 9 + [("b", "y")] * 8 + [("c", "x")] * 8 + [("c", "y")] * 7
    frame = pd.DataFrame(rows, columns=["lsoa", "category"]).assign(all="region")
    missing: list[str] = []
    failed: dict[str, str] = {}
    policy = load_policy(ReleaseSettings().policy)
    figures = disclosure._one_table(disclosure.Incidents(frame, 1), policy, missing, failed)
    assert figures["ours_primary"] == 1.0 and figures["ours_secondary"] >= 1.0
    assert "tau_argus_s" not in figures
    assert (missing, failed) == ([], {"tau-ARGUS": "signal 11"})
