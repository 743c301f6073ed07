"""The import contracts hold, and would not if somebody broke them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.paths import PROJECT_ROOT

PACKAGES = ("core", "feeds", "boundaries", "analytics", "published", "briefs", "app", "homeground", "bench")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    # the folder comes first on the path, so the copy is linted, not the installed project
    program = (
        f"import sys; sys.path.insert(0, {str(folder)!r}); from importlinter.cli import lint_imports; "
        "sys.exit(lint_imports(no_cache=True))"
    )
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for package in PACKAGES:
        shutil.copytree(PROJECT_ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT_ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("package", "planted"),
    [
        ("app", "import analytics"),
        ("app", "from analytics.disclosure import gate"),
        ("app", "import psycopg2"),
        ("core", "import psycopg2"),
        ("core/db", "import psycopg"),
        ("published", "import psycopg"),
        ("feeds/worker", "import psycopg"),
        ("briefs", "import feeds"),
        ("feeds", "import boundaries"),
        ("boundaries", "import feeds"),
        ("core", "import app"),
        ("analytics/disclosure", "import core.db"),
        ("analytics", "import streamlit"),
    ],
)
def test_a_planted_import_breaks_a_contract(copy: Path, package: str, planted: str) -> None:
    (copy / package / "planted.py").write_text(f"{planted}\n", encoding="utf-8")
    done = lint(copy)
    assert done.returncode != 0, done.stdout
    assert "BROKEN" in done.stdout
