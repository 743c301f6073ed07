"""One row, one value: what the readers give, and that they refuse what is not one."""

from __future__ import annotations

import pytest

from core import db
from core.db import Role
from core.errors import InternalError

pytestmark = pytest.mark.database


def test_one_row_is_read_by_the_names_of_its_columns(database: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        found = db.one(connection, "counts/loaded_span")
        assert (found.first_month, found.last_month) == (None, None)
        assert db.scalar(connection, "checks/answers") == 1


def test_no_row_is_none_or_refused(database: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        asked = {"name": "no_such_role"}
        assert db.scalar(connection, "server/role_exists", asked) is None
        assert db.one_or_none(connection, "server/role_exists", asked) is None
        with pytest.raises(InternalError, match="server/role_exists gave no row"):
            db.one(connection, "server/role_exists", asked)


def test_more_rows_than_one_are_refused(database: str) -> None:
    with db.transaction(Role.OWNER) as connection, pytest.raises(InternalError, match="gave more than one row"):
        db.one(connection, "server/migrations_done")


def test_a_temporary_table_is_dropped_and_no_other(database: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        for _ in range(2):
            db.run_statement(connection, "feeds/stage/label")
            db.drop_temporary(connection, "feeds_label")
    with pytest.raises(Exception, match="does not exist"), db.transaction(Role.OWNER) as connection:
        # a table of the database bears this name, a temporary one does not
        db.drop_temporary(connection, "homeground_migration")
