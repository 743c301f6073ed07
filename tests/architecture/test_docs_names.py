"""What the pages name is there: files, modules, functions, tables, tests. Prose that names what was since renamed fails here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.describe_tables import tables
from core.paths import PROJECT_ROOT, SQL_ROOT

PAGES = sorted([PROJECT_ROOT / "README.md", *(PROJECT_ROOT / "docs").rglob("*.md"), *(PROJECT_ROOT / "docker").glob("*.md")])
_PACKAGES = ("core", "feeds", "boundaries", "analytics", "published", "briefs", "app", "homeground", "bench")
TABLES = {f"{t.schema}.{t.name}" for t in tables()}
_SCHEMAS = ("raw", "place", "record", "analysis", "published", "audit")
_TOP = {p.name for p in PROJECT_ROOT.iterdir()}
# made by a start or a build, never in the repository
_MADE = (".homeground", ".venv", "docker/env", ".env")


def spans(page: Path) -> Iterator[str]:
    """Every `code span` of a page, outside of its indented and fenced blocks."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    text = "\n".join(line for line in text.splitlines() if not line.startswith("    "))
    yield from re.findall(r"`([^`\n]+)`", text)


def ids(page: Path) -> str:
    return str(page.relative_to(PROJECT_ROOT))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if not re.match(r"[a-z]+:", t) and not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_path_is_there(page: Path) -> None:
    missing = []
    for span in spans(page):
        path = span.split("::")[0].removeprefix("./")
        if not re.fullmatch(r"[\w.\-]+(/[\w.\-*]+)*/?", path) or path.startswith(_MADE):
            continue
        if "/" not in path.rstrip("/") and not re.search(r"\.(py|toml|md|sql|yaml|lock|typ|ipynb|sh)$", path):
            continue
        if path.split("/")[0] not in _TOP and "/" in path:
            continue  # not a path of ours, such as audit/2025
        if not (any(PROJECT_ROOT.glob(path)) if "*" in path else (PROJECT_ROOT / path).exists() or (page.parent / path).exists()):
            missing.append(span)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_module_and_function_is_there(page: Path) -> None:
    named = [s for s in spans(page) if re.match(rf"({'|'.join(_PACKAGES)})\.\w", s) and not _is_python_name(s)]
    # `published` is a package and a schema; its tables are looked at below
    assert [s for s in named if not any(s.startswith(table) for table in TABLES)] == []


def _is_python_name(span: str) -> bool:
    """core.db, core.db.fetch(...), `python -m core.db`: the longest module prefix exists and defines the next name."""
    dotted = re.match(r"[\w.]+", span)
    parts = dotted[0].rstrip(".").split(".") if dotted else []
    if parts[-1] in {"py", "toml", "md", "sql", "yaml", "typ", "css", "html"}:
        return True  # a file name, which the test above looks at
    for size in range(len(parts), 0, -1):
        base = PROJECT_ROOT.joinpath(*parts[:size])
        source = base.with_suffix(".py") if base.with_suffix(".py").is_file() else base / "__init__.py"
        if source.is_file():
            return not parts[size:] or _defines(source.read_text(encoding="utf-8"), parts[size])
    return False


def _defines(code: str, name: str) -> bool:
    return re.search(rf"^\s*(async def|def|class) {name}\b|^\s*{name}\b\s*[:=]|import .*\b{name}\b", code, re.M) is not None


def test_every_table_is_there() -> None:
    known = {f"{t.schema}.{t.name}" for t in tables()}
    known |= {f"{t.schema}.{t.name}.{c.name}" for t in tables() for c in t.columns}
    code = "\n".join(p.read_text(encoding="utf-8") for p in SQL_ROOT.rglob("*.sql"))
    known |= {m.lower() for m in re.findall(r"(?:FUNCTION|TYPE|VIEW) (\w+\.\w+)", code)}
    missing = []
    for page in PAGES:
        for span in spans(page):
            for name in re.findall(rf"^((?:{'|'.join(_SCHEMAS)})\.[a-z_0-9]+\*?)", span):
                stem = name.rstrip("*")
                if not (name in known or (name.endswith("*") and any(k.startswith(stem) for k in known))):
                    missing.append(f"{page.name}: {name}")
    assert missing == []


def _rows_of_security() -> list[list[str]]:
    lines = (PROJECT_ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|") and line.strip("|-")]


def test_each_fault_that_was_found_has_a_test_that_attacks_it() -> None:
    rows = [cells for cells in _rows_of_security() if len(cells) == 4 and cells[0] != "fault"]
    assert [int(fault.partition(".")[0]) for fault, *_ in rows] == list(range(1, 24))
    for fault, before, now, tested_by in rows:
        assert before and now, fault
        (named,) = re.findall(r"^`([^`]+)::(\w+)`$", tested_by)
        file, name = named
        assert f"def {name}(" in (PROJECT_ROOT / file).read_text(encoding="utf-8"), fault


def test_security_names_a_module_and_a_test_for_each_property() -> None:
    """docs/security.md: each row of its table has a module that exists and a test that exists in its file."""
    rows = [cells for cells in _rows_of_security() if len(cells) == 3 and cells[0] != "property"]
    assert len(rows) >= 12
    wrong = []
    for said, held_by, tested_by in rows:
        named = re.findall(r"`([^`]+)`", held_by)
        tests = re.findall(r"`([^`]+)::(\w+)`", tested_by)
        if not named or not tests:
            wrong.append(f"{said}: no module or no test named")
        wrong += [f"{said}: {n}" for n in named if not ((PROJECT_ROOT / n).exists() or _is_python_name(n))]
        for file, name in tests:
            path = PROJECT_ROOT / file
            if not path.is_file() or f"def {name}(" not in path.read_text(encoding="utf-8"):
                wrong.append(f"{said}: {file}::{name}")
    assert wrong == []


def test_no_page_names_a_machine_or_a_package_registry() -> None:
    pattern = re.compile(r"/work/|/root/|/tmp/|pypi\.org|registry\.npmjs|deb\.debian|docker\.io|ghcr\.io|quay\.io")
    files = [*PAGES, *(PROJECT_ROOT / "docker").glob("*"), PROJECT_ROOT / "pyproject.toml", PROJECT_ROOT / "CHANGELOG.md"]
    found = [f"{f.name}: {m[0]}" for f in files if f.is_file() for m in pattern.finditer(f.read_text(encoding="utf-8"))]
    # a container's own temporary folder is no machine's
    assert [f for f in found if f not in {"Dockerfile: /tmp/"}] == []
