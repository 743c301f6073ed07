"""SQL is text in sql/; this module reads it. Values go in as bound parameters, never into the text."""

from __future__ import annotations

from functools import cache

from core.errors import InternalError
from core.paths import SQL_ROOT


@cache
def read_sql(name: str) -> str:
    """The text of sql/NAME.sql, for example read_sql('published/release')."""
    path = (SQL_ROOT / f"{name}.sql").resolve()
    if not path.is_relative_to(SQL_ROOT) or not path.is_file():
        raise InternalError(f"no SQL file sql/{name}.sql")
    return path.read_text(encoding="utf-8")
