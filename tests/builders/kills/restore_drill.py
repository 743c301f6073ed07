"""Everything that must be the same in a restored database, and a drill with a real one: `python -m tests.builders.kills.restore_drill`.

The drill takes the private cluster of HOMEGROUND_STATE_DIR (a copy: it is brought to this code's migrations), backs it up, restores it into
an empty cluster of its own and says seconds, sizes and whether all is equal; exit code 1 where it is not.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from core import db, local_postgis, migrate
from core.audit import first_broken_link
from core.backup import backup, restore
from core.db import Role
from core.settings import DatabaseSettings

_OURS = (
    "('raw', 'place', 'record', 'analysis', 'published', 'audit', 'queue', 'counted', 'person', 'asked', 'answered', 'steward', 'hub',"
    " 'problem')"
)
# what must be the same afterwards: each a list of rows
STATE = {
    "policies": "SELECT tablename, policyname, roles::TEXT, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2",
    "guarded": f"SELECT oid::REGCLASS::TEXT, relrowsecurity FROM pg_class WHERE relnamespace::REGNAMESPACE::TEXT IN {_OURS} ORDER BY 1",
    "owners": f"SELECT oid::REGCLASS::TEXT, relowner::REGROLE::TEXT FROM pg_class WHERE relnamespace::REGNAMESPACE::TEXT IN {_OURS}"
    " AND relkind <> 'i' ORDER BY 1",
    "rights": "SELECT c.oid::REGCLASS::TEXT, a.grantee::REGROLE::TEXT, a.privilege_type FROM pg_class AS c, aclexplode(c.relacl) AS a"
    f" WHERE c.relnamespace::REGNAMESPACE::TEXT IN {_OURS} ORDER BY 1, 2, 3",
    "functions": "SELECT p.oid::REGPROCEDURE::TEXT, p.proowner::REGROLE::TEXT, p.prosecdef, p.proconfig::TEXT, a.grantee::REGROLE::TEXT"
    " FROM pg_proc AS p LEFT JOIN LATERAL aclexplode(p.proacl) AS a ON TRUE"
    f" WHERE p.pronamespace::REGNAMESPACE::TEXT IN {_OURS} ORDER BY 1, 5",
    "triggers": "SELECT tgrelid::REGCLASS::TEXT, tgname, tgenabled::TEXT FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "closed to everybody": "SELECT count(*) FROM pg_proc WHERE pronamespace = 'pg_catalog'::REGNAMESPACE"
    " AND NOT has_function_privilege('public', oid, 'EXECUTE')",
    "migrations": "SELECT number, checksum FROM homeground_migration ORDER BY 1",
    "roles": "SELECT rolname, rolsuper, rolcanlogin, rolconnlimit FROM pg_roles WHERE rolname LIKE 'homeground_%' ORDER BY 1",
    "entering": "SELECT has_database_privilege('homeground_community', current_database(), 'TEMPORARY')",
}


def rows(query: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def contents() -> dict[str, tuple[object, ...]]:
    """Rows and a fingerprint of every table."""
    names = [
        r[0]
        for r in rows(
            f"SELECT oid::REGCLASS::TEXT FROM pg_class WHERE relnamespace::REGNAMESPACE::TEXT IN {_OURS} AND relkind = 'r'"
        )
    ]
    return {str(n): rows(f"SELECT count(*), md5(string_agg(t::TEXT, '|' ORDER BY t::TEXT)) FROM {n} AS t")[0] for n in names}


@contextmanager
def empty_cluster() -> Iterator[DatabaseSettings]:
    """A private cluster of its own without anything in it, to which the code is pointed."""
    folder = Path(tempfile.mkdtemp(prefix="hg-restored-"))
    folder.chmod(0o755)
    pointed = {"HOMEGROUND_STATE_DIR": str(folder), "HOMEGROUND_DATABASE_NAME": "homeground"}
    before = {name: os.environ.get(name) for name in pointed}
    os.environ.update(pointed)
    db.dispose_engines()
    try:
        yield DatabaseSettings()
    finally:
        db.dispose_engines()
        local_postgis.down(DatabaseSettings())
        shutil.rmtree(folder, ignore_errors=True)
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        db.dispose_engines()


def drill() -> bool:
    """Whether all was equal."""
    migrate.prepare()
    told, state = contents(), {name: rows(query) for name, query in STATE.items()}
    size = rows("SELECT pg_database_size(current_database())")[0][0]
    print(
        f"{len(told)} tables, {sum(int(str(t[0])) for t in told.values()):,} rows, {int(str(size)) / 1e6:,.0f} MB in the database"
    )
    with tempfile.TemporaryDirectory(prefix="hg-drill-") as folder:
        file = Path(folder) / "homeground.backup"
        begun = time.perf_counter()
        written = backup(file)
        print(f"backup:  {time.perf_counter() - begun:6.1f} s, {written / 1e6:,.1f} MB")
        with empty_cluster():
            begun = time.perf_counter()
            restore(file)
            print(f"restore: {time.perf_counter() - begun:6.1f} s, the empty cluster's making among them")
            equal = {"rows": contents() == told} | {name: rows(query) == state[name] for name, query in STATE.items()}
            with db.transaction(Role.PIPELINE) as connection:
                equal["the trail's links whole"] = first_broken_link(connection) is None
    for name, same in equal.items():
        print(f"  {'equal' if same else 'OTHER':<6} {name}")
    return all(equal.values())


if __name__ == "__main__":
    sys.exit(0 if drill() else 1)
