"""SQL is in sql/: no statement stands in Python but where core.db.write says that no file can hold it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.paths import PROJECT_ROOT

PACKAGES = ("core", "feeds", "boundaries", "analytics", "published", "briefs", "app", "homeground", "bench")
# COPY, temporary tables and the replacement of rows by names that a caller gives; COPY of a query's rows; databases and roles
ALLOWED = frozenset({"core/db/write.py", "core/db/read.py", "core/migrate.py"})
_VERBS = "SELECT|INSERT|UPDATE|DELETE|WITH|COPY|CREATE|DROP|ALTER|TRUNCATE|SET|LOCK|GRANT|REVOKE|ANALYZE|VACUUM|CALL|DO|EXPLAIN"
_STATEMENT = re.compile(rf"\s*(--.*\n\s*)*({_VERBS})\s")
# methods that run what they are given; their first argument is looked at whatever the case of its letters
_RUN = frozenset({"text", "execute", "exec_driver_sql", "run_script", "copy_expert", "mogrify", "SQL"})


def statements(source: str) -> Iterator[tuple[int, str]]:
    """Line and beginning of every string that begins as SQL does, docstrings apart; what an f-string puts in stands as {}."""
    tree = ast.parse(source)
    skip = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
    skip |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    given = {id(node.args[0]) for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args and _called(node) in _RUN}
    for node in ast.walk(tree):
        if id(node) in skip:
            continue
        written = _written(node)
        if written is not None and _STATEMENT.match(written.upper() if id(node) in given else written):
            yield node.lineno, written[:60]


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _written(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def modules() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (PROJECT_ROOT / package).rglob("*.py"))


def test_no_statement_stands_in_python() -> None:
    found = [
        f"{name}:{line}: {words}"
        for path in modules()
        if (name := str(path.relative_to(PROJECT_ROOT))) not in ALLOWED
        for line, words in statements(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_a_module_is_excepted_only_while_it_needs_it(name: str) -> None:
    assert list(statements((PROJECT_ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "planted",
    [
        'connection.execute(text("SELECT 1"))',
        'connection.exec_driver_sql(f"DROP TABLE {name}")',
        'cursor.execute("select code from place.area")',
        '_JOIN = "WITH a AS (SELECT 1) SELECT * FROM a"',
        'text("""\n-- one row\nINSERT INTO raw.delivery (feed) VALUES (:feed)\n""")',
        'text("UPDATE analysis.run "\n     "SET finished_at = now()")',
    ],
)
def test_a_planted_statement_is_found(planted: str) -> None:
    assert len(list(statements(planted))) == 1


@pytest.mark.parametrize(
    "planted", ['"""SELECT is what a person may do."""', 'say("Select an area")', 'drawing.text("A", "SELECTED")']
)
def test_words_are_no_statement(planted: str) -> None:
    assert list(statements(planted)) == []
