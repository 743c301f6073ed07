"""The one way to the database: SQLAlchemy over psycopg2, a credential a role, SQL as text in sql/. These names are its face."""

from core.db.connect import dispose_engines, engine, is_coming_up, read_elsewhere, settle, transaction, translated, unavailable
from core.db.read import code_of, fetch, fetch_arrow, fetch_geo, one, one_or_none, rows, run_script, run_statement, scalar
from core.db.role import Role, describe, parse_url
from core.db.write import (
    NewRows,
    copy_arrow,
    copy_arrow_parts,
    copy_frame,
    copy_out,
    copy_rows,
    copy_stream,
    drop_temporary,
    replace_rows,
    replaced_rows,
    truncate,
)

__all__ = [
    "NewRows",
    "Role",
    "code_of",
    "copy_arrow",
    "copy_arrow_parts",
    "copy_frame",
    "copy_out",
    "copy_rows",
    "copy_stream",
    "describe",
    "dispose_engines",
    "drop_temporary",
    "engine",
    "fetch",
    "fetch_arrow",
    "fetch_geo",
    "is_coming_up",
    "one",
    "one_or_none",
    "parse_url",
    "read_elsewhere",
    "replace_rows",
    "replaced_rows",
    "rows",
    "run_script",
    "run_statement",
    "scalar",
    "settle",
    "transaction",
    "translated",
    "truncate",
    "unavailable",
]
