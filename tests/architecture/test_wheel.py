"""The wheel holds all that the code reads beside itself, so that what is installed from it starts without the repository."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from core.paths import PROJECT_ROOT

PACKAGES = ("analytics", "app", "bench", "boundaries", "briefs", "core", "feeds", "homeground", "published", "sql")


def tracked() -> set[str]:
    listed = subprocess.run(["git", "ls-files", *PACKAGES], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    return set(listed.stdout.split())


def test_the_wheel_holds_every_file_of_its_packages(tmp_path: Path) -> None:
    wanted = tracked()
    if not wanted:
        pytest.skip("not a clone: nobody can say which files belong to it")
    # a copy, because a build leaves folders of its own behind
    copy = tmp_path / "project"
    for name in [*sorted(wanted), "pyproject.toml", "README.md", "LICENSE"]:
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((PROJECT_ROOT / name).read_bytes())
    made = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(copy)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert wanted - set(archive.namelist()) == set()
