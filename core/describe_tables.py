"""docs/data-dictionary.md from the migrations: `python -m core.describe_tables` writes it.

Each CREATE TABLE carries its grain in the comment above it; a comment after or above a column explains the column. A later migration
that adds a column with ALTER TABLE, or drops a table, is read too. A test compares the page with what this module makes, and with a
real database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.errors import InternalError
from core.paths import PROJECT_ROOT, SQL_ROOT

DICTIONARY = PROJECT_ROOT / "docs" / "data-dictionary.md"

_SCHEMAS = {
    "raw": "What was delivered: files and the rows that were rejected. Written by `feeds`, read by the pipeline.",
    "place": "Areas by edition, cells, lookups, postcodes, population. Written by `feeds` and `boundaries`.",
    "record": "Incidents, services and indicators as delivered. Written by `feeds`, read by the pipeline alone.",
    "analysis": "Counts, rates, hot spots, overlaps. Written by `analytics`, read by professionals through row-level security; and the views"
    " `analysis.indicator_place` and `analysis.measure_kind`, what feeds delivered as it stands.",
    "published": "What everyone may see: protected values with their release and certificate, written by `analytics.release`; and the view"
    " `published.model_register`, models that an ethics board decided on.",
    "queue": "The worker's runs, beside the task queue's own tables (procrastinate_*), which its package defines. Written by `feeds.worker`.",
    "person": "What a professional chose, drew, put together, wrote and asked for: each person for themselves alone; briefs by the worker.",
    "asked": "Questions of residents and who gets news by e-mail, closed. Written by the process that takes them in and by moderators'"
    " functions; moderators read questions, the worker addresses.",
    "answered": "Answers that everyone may read, and counts of how questions ended. Written by moderators' functions alone.",
    "hub": "Crates that a hub took in. Read and written by the pipeline alone, which changes none of them.",
    "steward": "The steward's desk. Written by functions that each write their event, and by the worker; read by stewards alone.",
    "problem": "Problem files. Written by functions that each write their event, and by the worker; read by people of the place's district."
    " What two people agreed to show is the view `published.problem_file`.",
    "audit": "Append-only, hash-chained events. Written through one database function.",
}
_CREATE = re.compile(r"^CREATE TABLE (?P<schema>\w+)\.(?P<table>\w+) \($")
# not any line that begins so: a long CHECK may be closed on a line of its own
_END = re.compile(r"^\)( PARTITION BY .+)?;$")
_DROP = re.compile(r"^DROP TABLE (?P<schema>\w+)\.(?P<table>\w+);$")
_ALTER = re.compile(r"^ALTER TABLE (?P<schema>\w+)\.(?P<table>\w+) ADD COLUMN (?P<rest>.+?);?$")
_NOT_A_COLUMN = ("CONSTRAINT", "PRIMARY KEY", "UNIQUE", "CHECK", "FOREIGN KEY", "EXCLUDE")
# words that end a column's type
_AFTER_TYPE = re.compile(r"\s+(NOT NULL|NULL|DEFAULT|REFERENCES|PRIMARY KEY|UNIQUE|CHECK|GENERATED|COLLATE)\b")


@dataclass(frozen=True)
class Column:
    """One column: its type as the migration writes it, whether it may be empty, and the comment beside it."""

    name: str
    kind: str
    required: bool
    note: str


@dataclass
class Table:
    """One table; filled line by line while its migration is read."""

    schema: str
    name: str
    grain: str
    columns: list[Column] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def tables() -> list[Table]:
    """Every table of every migration, in the order in which they are made."""
    found: dict[tuple[str, str], Table] = {}
    for path in sorted((SQL_ROOT / "migrations").glob("*.sql")):
        _read(path.read_text(encoding="utf-8").splitlines(), found)
    return list(found.values())


def _read(lines: list[str], found: dict[tuple[str, str], Table]) -> None:
    comment: list[str] = []
    table: Table | None = None
    for line in lines:
        text = line.strip()
        if table is not None:
            if _END.match(text):
                table, comment = None, []
            elif text.startswith("--"):
                comment.append(text[2:].strip())
            elif text:
                _column(table, text, " ".join(comment))
                comment = []
            continue
        if made := _CREATE.match(text):
            table = Table(made["schema"], made["table"], " ".join(comment))
            found[table.schema, table.name] = table
            comment = []
        elif gone := _DROP.match(text):
            # what was renamed first, and is dropped by its other name, is not there
            found.pop((gone["schema"], gone["table"]), None)
            comment = []
        elif added := _ALTER.match(text):
            _column(_existing(found, added["schema"], added["table"]), added["rest"], " ".join(comment))
            comment = []
        elif text.startswith("--"):
            comment = [] if text.endswith("---") else [*comment, text[2:].strip()]
        else:
            comment = []


def _existing(found: dict[tuple[str, str], Table], schema: str, name: str) -> Table:
    if (schema, name) not in found:
        raise InternalError(f"a migration alters {schema}.{name}, which none before it made")
    return found[schema, name]


def _column(table: Table, text: str, above: str) -> None:
    """One line inside CREATE TABLE: a column, or a rule of the table."""
    code, _, beside = text.partition("--")
    code = code.strip().rstrip(",")
    if code.startswith(_NOT_A_COLUMN):
        if code.startswith("PRIMARY KEY"):
            table.keys = re.findall(r"\w+", code.removeprefix("PRIMARY KEY"))
        return
    name, _, rest = code.partition(" ")
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", name) or not rest:
        return  # a continuation of the line before, such as a long CHECK
    if "PRIMARY KEY" in rest:
        table.keys = [name]
    kind = _AFTER_TYPE.split(rest, maxsplit=1)[0].strip()
    note = " ".join(part for part in (above, beside.strip()) if part)
    required = "NOT NULL" in rest or "PRIMARY KEY" in rest
    table.columns.append(Column(name, kind, required, note))


def dictionary_page() -> str:
    """The text of docs/data-dictionary.md."""
    parts = [
        "# Data dictionary",
        "",
        "Every table with its grain, made by `python -m core.describe_tables` from the migrations. Bold columns are the key.",
    ]
    every = tables()
    for schema, purpose in _SCHEMAS.items():
        parts += ["", f"## {schema}", "", purpose]
        for table in (t for t in every if t.schema == schema):
            parts += [
                "",
                f"### {table.schema}.{table.name}",
                "",
                table.grain,
                "",
                "| column | type | may be empty | note |",
                "|---|---|---|---|",
            ]
            parts += list(_lines(table))
    unknown = sorted({t.schema for t in every} - set(_SCHEMAS))
    if unknown:
        raise InternalError(f"schemas without a description: {', '.join(unknown)}")
    return "\n".join(parts) + "\n"


def _lines(table: Table) -> Iterator[str]:
    for column in table.columns:
        name = f"**{column.name}**" if column.name in table.keys else column.name
        empty = "no" if column.required or column.name in table.keys else "yes"
        yield f"| {name} | {column.kind} | {empty} | {column.note.replace('|', '/')} |"


def main() -> None:
    DICTIONARY.write_text(dictionary_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
