from __future__ import annotations

import pytest

from core.db import describe, parse_url
from core.db.sql import read_sql
from core.errors import HomegroundError, InternalError, UserError


def test_a_user_error_says_what_where_and_what_next() -> None:
    error = UserError("3 columns are missing", where="2025-01-street.csv", hint="download the file again.")
    assert str(error) == "2025-01-street.csv: 3 columns are missing\n  What next: download the file again."
    assert isinstance(error, HomegroundError)


@pytest.mark.parametrize("name", ["../pyproject", "published/../../core/db", "no/such/file"])
def test_sql_is_read_from_its_own_folder_only(name: str) -> None:
    with pytest.raises(InternalError, match="no SQL file"):
        read_sql(name)


@pytest.mark.parametrize("url", ["mysql://u:p@h/d", "not a url", "postgresql//oops"])
def test_a_wrong_database_address_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(UserError, match="HOMEGROUND_DATABASE_URL") as caught:
        parse_url(url)
    assert "u:p@h" not in str(caught.value)


def test_a_server_is_described_without_its_password() -> None:
    assert "hunter2" not in describe(parse_url("postgresql://me:hunter2@db.example:5432/homeground"))
