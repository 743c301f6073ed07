"""Pages that are made from the code stand as the code makes them: settings, .env.example, data dictionary."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from sqlalchemy import text

from core import db
from core.db import Role
from core.describe_settings import ENV_EXAMPLE, SETTINGS_PAGE, env_example, settings_of, settings_page
from core.describe_tables import DICTIONARY, dictionary_page, tables
from core.settings import DatabaseSettings, all_settings_classes


def test_settings_page_is_current() -> None:
    assert SETTINGS_PAGE.read_text(encoding="utf-8") == settings_page(), "run 'python -m core.describe_settings'"


def test_env_example_is_current() -> None:
    assert ENV_EXAMPLE.read_text(encoding="utf-8") == env_example(), "run 'python -m core.describe_settings'"


def test_every_setting_has_help_and_a_line_in_the_example() -> None:
    lines = ENV_EXAMPLE.read_text(encoding="utf-8").splitlines()
    found = [setting for cls in all_settings_classes() for setting in settings_of(cls)]
    assert len(found) > 15
    assert [s.variable for s in found if len(s.description) < 15] == []
    assert [s.variable for s in found if not any(line.startswith(f"#{s.variable}=") for line in lines)] == []
    assert all(s.default == "" for s in found if s.secret)


def test_every_settings_class_is_described() -> None:
    from pydantic_settings import BaseSettings

    import core.settings

    classes = {
        c for c in vars(core.settings).values() if isinstance(c, type) and issubclass(c, BaseSettings) and c is not BaseSettings
    }
    assert classes == set(all_settings_classes())


def test_no_default_shows_a_path_of_this_machine() -> None:
    from core.paths import PROJECT_ROOT

    assert str(PROJECT_ROOT) not in settings_page() + env_example()


def test_an_empty_line_in_the_environment_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEGROUND_PG_BIN", "")
    monkeypatch.setenv("HOMEGROUND_DATABASE_URL", "")
    settings = DatabaseSettings(_env_file=None)  # type: ignore[call-arg]
    assert settings.pg_bin is None
    assert settings.database_url is None


def test_data_dictionary_is_current() -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == dictionary_page(), "run 'python -m core.describe_tables'"


def test_every_table_states_its_grain() -> None:
    assert [f"{t.schema}.{t.name}" for t in tables() if not t.grain] == []


@pytest.mark.database
def test_the_dictionary_is_the_database(database: str) -> None:
    """Tables and columns as PostgreSQL has them: the parser of the migrations cannot lose one."""
    with db.transaction(Role.OWNER) as connection:
        rows = connection.execute(
            text(
                "SELECT c.table_schema, c.table_name, c.column_name FROM information_schema.columns AS c"
                " JOIN pg_class AS t ON t.relname = c.table_name"
                " JOIN pg_namespace AS n ON n.oid = t.relnamespace AND n.nspname = c.table_schema"
                " WHERE c.table_schema IN"
                " ('raw', 'place', 'record', 'analysis', 'published', 'audit', 'queue', 'person', 'asked', 'answered', 'steward', 'hub',"
                " 'problem')"
                # the task queue's own tables are its package's to describe
                " AND c.table_name NOT LIKE 'procrastinate%'"
                " AND t.relkind IN ('r', 'p') AND NOT t.relispartition"
            )
        ).all()
    real: dict[str, set[str]] = {}
    for schema, name, column in rows:
        real.setdefault(f"{schema}.{name}", set()).add(column)
    described: Mapping[str, set[str]] = {f"{t.schema}.{t.name}": {c.name for c in t.columns} for t in tables()}
    assert described == real
