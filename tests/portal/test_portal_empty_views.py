"""The community portal where there is nothing to show: before the first release, and after one was withdrawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core import db
from core.db import Role
from core.paths import PROJECT_ROOT

pytestmark = pytest.mark.database


def page(as_portal: Callable[..., object], **query: str) -> AppTest:
    as_portal(audience="community")
    app = AppTest.from_file(str(PROJECT_ROOT / "app" / "portal.py"), default_timeout=600)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def test_before_the_first_release_the_pages_say_so(database: str, as_portal: Callable[..., object]) -> None:
    app = page(as_portal)
    assert not app.exception
    assert app.title[0].value == "Nothing is published yet"


def test_a_withdrawn_release_is_no_longer_shown(
    invented_county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None],
    as_portal: Callable[..., object],
) -> None:  # fmt: skip
    use_database(make_database("withdrawn", template=invented_county_database))
    assert page(as_portal).title[0].value == "What was recorded in your area"
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE published.release SET status = 'withdrawn'"))
        reason = (
            "INSERT INTO published.withdrawal SELECT release_id, now(), 'a test' FROM published.release WHERE status = 'withdrawn'"
        )
        connection.execute(text(reason))
    assert page(as_portal, area="lsoa.E01900001").title[0].value == "Nothing is published yet"


def test_before_anything_is_loaded_the_professional_portal_says_what_to_do(database: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    app = AppTest.from_file(str(PROJECT_ROOT / "app" / "portal.py"), default_timeout=600).run()
    assert not app.exception
    assert "Nothing is loaded yet" in app.info[0].value
