"""What was published has one reader, the package `published`: a second one in the portal, in briefs or anywhere else fails here.

The stage that publishes is no reader: `analytics` writes the schema, and reads back what it wrote with sql/release/.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.paths import PROJECT_ROOT

PACKAGES = ("core", "feeds", "boundaries", "analytics", "published", "briefs", "app", "homeground", "bench")
# sql/migrations and sql/functions make the schema, sql/grants.sql says who may read it
_SQL_OF_THE_SCHEMA = ("published", "release", "migrations", "functions")
# in SQL and in a string of Python alike
_READS = re.compile(r"\b(?:FROM|JOIN)\s+published\s*\.\s*\w+", re.I)
_QUERY = re.compile(r"published/\w+")


def second_readers(root: Path) -> list[str]:
    """Files of a project that read the schema `published` beside its reader and its writer."""
    return [*_sql_elsewhere(root / "sql"), *_python_elsewhere(root)]


def _sql_elsewhere(sql: Path) -> Iterator[str]:
    for path in sorted(sql.rglob("*.sql")):
        inside = path.relative_to(sql)
        if inside.parts[0] not in _SQL_OF_THE_SCHEMA and _READS.search(re.sub(r"--.*", "", path.read_text(encoding="utf-8"))):
            yield f"sql/{inside}"


def _python_elsewhere(root: Path) -> Iterator[str]:
    for package in PACKAGES:
        if package == "published":
            continue
        for path in sorted((root / package).rglob("*.py")):
            said = _strings(path)
            if any(_QUERY.fullmatch(s) for s in said) or (package != "analytics" and any(_READS.search(s) for s in said)):
                yield str(path.relative_to(root))


def _strings(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_nothing_but_its_reader_reads_what_was_published() -> None:
    assert second_readers(PROJECT_ROOT) == []


def test_the_queries_of_the_reader_read_published_alone() -> None:
    paths = sorted((PROJECT_ROOT / "sql" / "published").glob("*.sql"))
    assert len(paths) >= 10
    for path in paths:
        code = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
        assert set(re.findall(r"\b(raw|place|record|analysis|published|audit|counted|queue)\.[a-z]", code)) == {"published"}, (
            path.name
        )
        assert not re.search(r"\b(INSERT|UPDATE|DELETE|TRUNCATE)\b", code), path.name


def test_each_query_of_the_reader_is_used_by_one_module() -> None:
    modules = {p.name: _strings(p) for p in (PROJECT_ROOT / "published").glob("*.py")}
    for path in sorted((PROJECT_ROOT / "sql" / "published").glob("*.sql")):
        assert len([m for m, said in modules.items() if f"published/{path.stem}" in said]) == 1, path.name


@pytest.mark.parametrize(
    ("file", "planted"),
    [
        ("sql/briefs/places.sql", "SELECT name\nFROM published.place\nWHERE release_id = :release_id;\n"),
        ("sql/area/earlier.sql", "SELECT c.label\nFROM place.area AS a\nINNER JOIN published.category AS c ON TRUE;\n"),
        ("sql/analysis/values.sql", "select count from\n  published.value"),
        ("briefs/places.py", "def read(connection):\n    return fetch(connection, 'published/release_places')\n"),
        ("analytics/places.py", "ROWS = fetch(connection, 'published/release_values')\n"),
        ("app/area/places.py", "ROWS = text('SELECT name FROM published.place')\n"),
    ],
)
def test_a_planted_second_reader_is_found(tmp_path: Path, file: str, planted: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    (tmp_path / "sql").mkdir(exist_ok=True)
    path.write_text(planted, encoding="utf-8")
    assert second_readers(tmp_path) == [file]
