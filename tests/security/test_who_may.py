"""The table of who may see and do what (app/person/who_may.toml) against the database: every role x table x column, and every function."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.person.sign_in import ProfessionalRole, demo_person
from app.person.who_may import LEVELS, PATH, Role, pages_of, who_may
from core import db
from core.db import Role as Credential
from core.declared import checked, read_toml
from core.errors import UserError
from core.settings import QuestionSettings

pytestmark = pytest.mark.database

ROLES = {r.id: r for r in who_may().role}
CREDENTIALS: dict[str, Credential] = {str(c.value): c for c in Credential if c.value in {r.credential for r in who_may().role}}
# what a geography is as small as; the outlines of maps and the lists of reference have others
SMALL_AS = {
    "all": "all",
    "force": "all",
    "region": "all",
    "lad": "lad",
    "msoa": "msoa",
    "lsoa": "lsoa",
    "h3": "lsoa",
    "ward": "lsoa",
}
PUBLIC_FUNCTIONS = ("published.", "audit.event_hash", "audit.forbid_change")


def rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Credential.OWNER) as connection:
        return [tuple(r) for r in connection.execute(text(statement), values)]


def schemas() -> list[str]:
    """Every schema that is not PostgreSQL's own."""
    return [
        str(r[0])
        for r in rows("SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'")
    ]


@lru_cache(maxsize=1)
def columns() -> dict[str, tuple[str, ...]]:
    """Every relation of ours that is no part of another, with its columns."""
    found = rows(
        "SELECT n.nspname || '.' || c.relname, array_agg(a.attname::TEXT ORDER BY a.attnum)"
        " FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname = any(:s) GROUP BY 1 ORDER BY 1",
        s=schemas(),
    )
    return {str(name): tuple(of) for name, of in found}  # type: ignore[arg-type]


@contextmanager
def session(role: Role) -> Iterator[Connection]:
    """A transaction as the portal opens it for somebody of this role, with everything that its sessions may say of themselves."""
    credential = CREDENTIALS[role.credential]
    if credential is not Credential.PROFESSIONAL:
        with db.transaction(credential) as connection:
            yield connection
        return
    own = str(rows("SELECT min(lad_code) FROM analysis.rate WHERE lad_code <> ''")[0][0])
    person = demo_person(ProfessionalRole(role.id), own)
    with db.transaction(
        credential,
        districts=person.districts,
        person=person.actor,
        analyst="analyst" in role.says,
        moderator="moderator" in role.says,
        steward="steward" in role.says,
        board="board" in role.says,
        feeds=person.feeds or None,
    ) as connection:
        yield connection


def tried(connection: Connection, statement: str, **values: object) -> str | list[object]:
    """The code of the database's refusal, or what came back."""
    connection.execute(text("SAVEPOINT tried"))
    try:
        found: list[object] = list(connection.execute(text(statement), values).scalars())
    except DBAPIError as error:
        connection.execute(text("ROLLBACK TO SAVEPOINT tried"))
        return db.code_of(error)
    return found


def may_read(role: Role, table: str, column: str) -> bool:
    of = who_may().seen(table)
    return of is not None and role.id in of.roles and (not of.fields or column in of.fields)


@pytest.mark.parametrize("name", list(ROLES))
def test_every_column_of_every_table_is_read_by_whom_the_table_names_and_by_nobody_else(county: str, name: str) -> None:
    """A role that is not named gets a refusal or no row; one that is named gets no refusal, and rows where there are any for it."""
    role, wrong, asked = ROLES[name], list[str](), 0
    alike = [r for r in ROLES.values() if r.credential == role.credential]
    filled = {t for t in columns() if rows(f"SELECT EXISTS (SELECT FROM {t})")[0][0]}
    with session(role) as connection:
        for table, of in columns().items():
            # where nothing is refused, one question does for all columns
            whole = tried(connection, "SELECT " + ", ".join(f'"{c}" IS NULL' for c in of) + f" FROM {table} LIMIT 1")
            for column in of:
                asked += 1
                found = tried(connection, f'SELECT "{column}" IS NULL FROM {table} LIMIT 1') if isinstance(whole, str) else whole
                refused = isinstance(found, str)
                assert not refused or found == "42501", (table, column, found)
                # a grant is of the credential: it is there for whoever comes by it, or for nobody
                if refused is any(may_read(r, table, column) for r in alike):
                    wrong.append(f"{table}.{column}: {'refused' if refused else 'granted'}")
                if not may_read(role, table, column) and found and not refused:
                    wrong.append(f"{table}.{column}: shows rows to {name}")
                entry = who_may().seen(table)
                everybody = entry is not None and entry.rows in ("district", "region", "everyone", "waiting")
                if may_read(role, table, column) and everybody and table in filled and not found and role.districts != "own":
                    wrong.append(f"{table}.{column}: shows nothing to {name}")
    assert asked > 700
    assert wrong == []


def test_no_row_that_a_role_sees_is_of_a_smaller_place_than_the_table_says(county: str) -> None:
    wrong, looked = [], 0
    for table, of in columns().items():
        entry = who_may().seen(table)
        if entry is None or table.startswith(("place.", "public.", "asked.", "answered.")):
            continue
        smallest = LEVELS.index(entry.level)
        if "geography" in of:
            found = {str(r[0]) for r in rows(f"SELECT DISTINCT geography FROM {table}")}
            looked += len(found)
            wrong += [f"{table}: {g}" for g in found if LEVELS.index(SMALL_AS.get(g, "lsoa")) > smallest]
        elif entry.level in ("all", "lad") and (set(of) & {"lsoa21_code", "msoa21_code", "lon", "geom"}):
            wrong.append(f"{table} names a smaller place")
        if entry.level == "all" and "lad_code" in of:
            wrong.append(f"{table} names a district")
    assert wrong == []
    assert looked > 20


def test_a_table_that_has_a_smaller_place_than_it_says_is_found() -> None:
    """What the test above would see: a table of districts with rows of neighbourhoods."""
    assert LEVELS.index(SMALL_AS["lsoa"]) > LEVELS.index("lad") > LEVELS.index("all")
    entry = who_may().seen("analysis.stop_count")
    assert entry is not None
    assert LEVELS.index(SMALL_AS["lsoa"]) > LEVELS.index(entry.level)


@pytest.mark.parametrize("credential", list(CREDENTIALS))
def test_what_is_written_without_a_function_is_what_the_table_says(county: str, credential: str) -> None:
    found = {}
    for table, adds, changes, removes in rows(
        "SELECT n.nspname || '.' || c.relname,"
        " array_agg(a.attname::TEXT) FILTER (WHERE has_column_privilege(:c, c.oid, a.attnum, 'INSERT')),"
        " array_agg(a.attname::TEXT) FILTER (WHERE has_column_privilege(:c, c.oid, a.attnum, 'UPDATE')),"
        " bool_or(has_table_privilege(:c, c.oid, 'DELETE') OR has_table_privilege(:c, c.oid, 'TRUNCATE'))"
        " FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname = any(:s) AND has_schema_privilege(:c, n.oid, 'USAGE') GROUP BY 1",
        c=credential,
        s=schemas(),
    ):
        if adds or changes or removes:
            found[table] = (set(adds or ()), set(changes or ()), removes)  # type: ignore[call-overload]
    wanted = {
        w.table: (set(w.add), set(w.change), w.remove)
        for w in who_may().writes
        if {ROLES[r].credential for r in w.roles} == {credential}
    }
    assert found == wanted


@pytest.mark.parametrize("credential", list(CREDENTIALS))
def test_the_functions_of_a_credential_are_those_that_the_table_names(county: str, credential: str) -> None:
    granted = {
        str(r[0])
        for r in rows(
            "SELECT DISTINCT n.nspname || '.' || p.proname FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace"
            " WHERE n.nspname = any(:s) AND n.nspname <> 'public' AND p.prorettype <> 'trigger'::REGTYPE"
            " AND has_schema_privilege(:c, n.oid, 'USAGE') AND has_function_privilege(:c, p.oid, 'EXECUTE')",
            c=credential,
            s=schemas(),
        )
    }
    named = {f for d in who_may().does if {ROLES[r].credential for r in d.roles} == {credential} for f in d.functions}
    assert {f for f in granted if not f.startswith(PUBLIC_FUNCTIONS)} == named


@pytest.mark.parametrize("name", [r.id for r in who_may().role if r.credential == "homeground_professional"])
def test_a_function_refuses_whom_the_table_does_not_name(county: str, name: str) -> None:
    """Called with nothing that exists: who may gets past the first question, who may not is refused at it, or given nothing."""
    role, wrong = ROLES[name], []
    kinds = {
        str(f): [str(t) for t in types]  # type: ignore[attr-defined]
        for f, types in rows(
            "SELECT n.nspname || '.' || p.proname, ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) AS t) FROM pg_proc AS p"
            " JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = any(:s)",
            s=schemas(),
        )
    }
    everyone = {r.id for r in ROLES.values() if r.credential == "homeground_professional"}
    with session(role) as connection:
        for entry in who_may().does:
            if not set(entry.roles) & everyone or set(entry.roles) >= everyone:
                continue
            for function in entry.functions:
                given = ", ".join(f"NULL::{kind}" for kind in kinds[function])
                found = tried(connection, f"SELECT {function}({given})")
                if role.id in entry.roles:
                    if found == entry.refused and entry.refused in ("HG010", "HG020"):
                        wrong.append(f"{function} refuses {name}")
                elif entry.refused and found != entry.refused:
                    wrong.append(f"{function} does not refuse {name}: {found}")
                elif not entry.refused and not isinstance(found, str) and any(found):
                    wrong.append(f"{function} gives {name} something: {found[:1]}")
    assert wrong == []


def test_the_pages_of_the_portal_are_those_of_the_table() -> None:
    """Each page is some role's, and the settings' moderators are roles that are offered the desk of questions."""
    source = PATH.parent.parent.joinpath("pages.py").read_text(encoding="utf-8")
    named = {p for name in ROLES for p in pages_of(name)}
    for page in named:
        assert f'"{page}"' in source, page
    listed = set(re.findall(r'url_path="([a-z-]+)"', source)) | {
        "my-patch",
        "questions-from-residents",
        "for-the-board",
        "audit-trail",
    }
    assert listed | {"deliveries", "releases"} == named
    assert {r.value for r in ProfessionalRole} == {r.id for r in ROLES.values() if r.credential == "homeground_professional"}
    for moderator in QuestionSettings().moderating_roles:
        assert "questions-from-residents" in pages_of(moderator)
    # a steward sees no figure of any place, and nobody else sees the desk
    assert set(pages_of("steward")).isdisjoint(p for name in ROLES if name != "steward" for p in pages_of(name))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('roles = ["steward"]', 'roles = ["stewards"]', "no such role"),
        ('tables = ["steward.*"]', 'tables = ["place.*"]', "stands twice"),
        ('level = "msoa"', 'level = "street"', "level"),
    ],
)
def test_a_table_that_names_what_there_is_not_is_refused(tmp_path: object, old: str, new: str, said: str) -> None:
    from pathlib import Path

    from app.person.who_may import WhoMay

    written = PATH.read_text(encoding="utf-8")
    assert old in written
    path = Path(str(tmp_path)) / "who_may.toml"
    path.write_text(written.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UserError, match=said):
        checked(WhoMay, read_toml(path, what="a table"), where=str(path), hint="")
