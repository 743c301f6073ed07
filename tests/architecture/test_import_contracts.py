"""The import contracts hold, and each would not if somebody broke it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.paths import PROJECT_ROOT

PROJECT = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["importlinter"]["root_packages"]
CONTRACTS = [contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]]


# in one process for all, which takes the imports of the linter once; nothing is remembered from one time to the next
_LINTER = """
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
from importlinter.cli import lint_imports
for _ in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = lint_imports(no_cache=True)
    print(json.dumps([code, said.getvalue()]), flush=True)
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contracts")
    for package in PACKAGES:
        shutil.copytree(PROJECT_ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT_ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def lint(copy: Path) -> Iterator[Callable[[], str]]:
    """lint() is what the linter says of the copy as it is now. The folder comes first on its path: not the installed project is linted."""
    with subprocess.Popen(
        [sys.executable, "-c", _LINTER, str(copy)], cwd=copy, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        asked, answers = process.stdin, process.stdout
        assert asked is not None
        assert answers is not None

        def ask() -> str:
            asked.write("\n")
            asked.flush()
            code, said = json.loads(answers.readline())
            assert (code == 0) == ("0 broken" in said), said
            # a long name is broken over two lines
            return " ".join(said.split())

        yield ask
        asked.close()


def test_the_contracts_hold(lint: Callable[[], str]) -> None:
    said = lint()
    assert "0 broken" in said, said
    for name in CONTRACTS:
        assert f"{name} KEPT" in said


# contract -> what would break it: file to plant, and its import
PLANTED = {
    "the project in layers: what is lower knows nothing of what is above it": [
        ("published/planted.py", "import feeds"),
        ("bench/planted.py", "import homeground"),
    ],
    "analytics in layers, and no room without its place": [
        ("analytics/hotspots/planted.py", "import analytics.trust.stability"),
        ("analytics/trust/planted.py", "import analytics.emerging.stage"),
        ("analytics/new_room/__init__.py", ""),
    ],
    "no two siblings of any package import each other, by whatever way": [
        ("core/errors.py", "import core.db"),
        ("app/look/planted.py", "import app.hotspots.report"),
        ("feeds/catalogue/planted.py", "import feeds.shapes.checks"),
    ],
    "core imports nothing of ours": [("core/planted.py", "import app"), ("core/planted.py", "import published")],
    "published imports core alone": [("published/planted.py", "import briefs")],
    "app sees core, published and briefs only: an unprotected number is barred from the public twice": [
        ("app/planted.py", "import analytics"),
        ("app/planted.py", "from analytics.disclosure import gate"),
    ],
    "briefs see core and published only": [("briefs/planted.py", "import feeds")],
    "feeds see core only": [("feeds/planted.py", "import boundaries")],
    "boundaries see core only": [("boundaries/planted.py", "import feeds")],
    "analytics never sees the portal, the briefs, what was published or the command line": [
        ("analytics/counts/planted.py", "import briefs")
    ],
    "the list of stages alone ties feeds to the analysis": [
        ("analytics/counts/planted.py", "import feeds"),
        # a module that no list names yet
        ("analytics/planted.py", "import feeds"),
    ],
    "the disclosure gate sees core only, never the database and no topic": [
        ("analytics/disclosure/planted.py", "import core.db"),
        ("analytics/disclosure/planted.py", "import analytics.counts.rates"),
    ],
    "attack never imports suppress: the auditor shares no code with what it audits": [
        ("analytics/disclosure/attack/planted.py", "import analytics.disclosure.suppress.cells"),
        ("analytics/disclosure/outside/ranges.py", "import analytics.disclosure.gate"),
    ],
    "the library of protection needs no database, no setting and no page": [
        ("homeground/disclosure.py", "import core.settings"),
        ("analytics/disclosure/outside/frames.py", "import core.settings"),
    ],
    "release imports no topic": [("analytics/release/planted.py", "import analytics.hotspots.stage")],
    "statistics and weights are arrays in, arrays out: no database": [("analytics/statistics/planted.py", "import core.db")],
    "only app draws pages": [("analytics/counts/planted.py", "import streamlit")],
    "only core.db touches the driver": [
        ("app/planted.py", "import psycopg2"),
        ("core/planted.py", "import psycopg2"),
        ("published/planted.py", "import psycopg2"),
    ],
    "only feeds.worker.queue touches the task queue": [
        ("feeds/worker/planted.py", "import procrastinate"),
        ("feeds/worker/planted.py", "import psycopg"),
        ("core/db/planted.py", "import psycopg"),
    ],
    "only feeds.fetching.client asks other machines for anything": [("feeds/live/planted.py", "import httpx")],
    "only core.mail.outbox sends e-mail": [("app/asking/planted.py", "import smtplib")],
}


def test_each_contract_has_something_that_would_break_it() -> None:
    assert sorted(PLANTED) == sorted(CONTRACTS)


def test_what_few_commands_need_is_imported_where_it_is_used() -> None:
    """SciPy's distributions and frames of shapes are a third of what a command would take to start."""
    distributions = re.compile(r"^from scipy(\.stats import| import .*\bstats\b)|^import scipy\.stats", re.M)
    shapes = re.compile(r"^(import|from) geopandas", re.M)
    sources = {path: path.read_text(encoding="utf-8") for name in PACKAGES for path in (PROJECT_ROOT / name).rglob("*.py")}
    assert [str(path) for path, code in sources.items() if distributions.search(code)] == []
    assert [str(path) for path, code in sources.items() if path.is_relative_to(PROJECT_ROOT / "core") and shapes.search(code)] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("contract", "file", "planted"), [(name, file, line) for name, plants in PLANTED.items() for file, line in plants]
)
def test_a_planted_import_breaks_its_contract(copy: Path, lint: Callable[[], str], contract: str, file: str, planted: str) -> None:
    path = copy / file
    before = path.read_text(encoding="utf-8") if path.is_file() else None
    new_room = not path.parent.is_dir()
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{before or ''}\n{planted}\n", encoding="utf-8")
    try:
        assert f"{contract} BROKEN" in lint()
    finally:
        if before is not None:
            path.write_text(before, encoding="utf-8")
        else:
            path.unlink()
            if new_room:
                path.parent.rmdir()
