"""docs/testing.md says every kind of test in one line, with a command that runs and what it needs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from core.paths import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
TESTS = PROJECT_ROOT / "tests"
NEEDS = {"database": "PostGIS", "browser": "Chromium", "real_data": "real data"}


def rows() -> dict[str, tuple[str, str]]:
    """Of the table of kinds: folder under tests/ -> what it needs and its command."""
    section = PAGE.split("## The kinds")[1].split("\n\n`tests/builders/`")[0]
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    assert cells[0] == ["kind", "what it holds", "needs", "command"]
    named = [row[0] for row in cells[2:]]
    assert len(named) == len(set(named))
    return {kind: (needs, command) for kind, _, needs, command in cells[2:]}


def code_of(folder: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(folder.rglob("test_*.py")))


def test_each_folder_of_tests_has_one_line_and_its_command() -> None:
    folders = {folder.name for folder in TESTS.iterdir() if any(folder.rglob("test_*.py"))}
    assert {kind: command for kind, (_, command) in rows().items()} == {f: f"`./run test tests/{f}`" for f in folders}


def test_each_kind_names_what_its_tests_need() -> None:
    for kind, (needs, _) in rows().items():
        used = {NEEDS[marker] for marker in NEEDS if f"mark.{marker}" in code_of(TESTS / kind)}
        assert {need for need in NEEDS.values() if need in needs} == used, kind


def test_each_command_runs_what_is_there() -> None:
    commands = re.findall(r"\./run test[^`#\n]*", PAGE)
    paths = [path for command in commands for path in re.findall(r"(?<= )tests/[\w./]+", command)]
    assert len(paths) > len(rows())
    assert [path for path in paths if not (PROJECT_ROOT / path).exists()] == []


def test_every_marker_and_every_variable_of_the_tests_is_explained() -> None:
    declared = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"][
        "markers"
    ]
    variables = set(re.findall(r"HOMEGROUND_TEST_[A-Z]+", "\n".join(code_of(TESTS / kind) for kind in rows())))
    assert variables
    assert [name for name in [*(marker.split(":")[0] for marker in declared), *sorted(variables)] if f"`{name}`" not in PAGE] == []


def test_slow_tests_are_left_out_by_run_test_alone_and_ci_leaves_out_none() -> None:
    short, whole = re.findall(
        r"^      (?:''|--all)\) set -- (.*?); export", (PROJECT_ROOT / "run").read_text(encoding="utf-8"), re.M
    )
    assert short == f"-m 'not slow' {whole}" and "-m" not in whole.split()
    assert (PROJECT_ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-2:] == ["./run check", "./run test --all"]
