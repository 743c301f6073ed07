"""What residents asked, which body answered and what is done stands beside the map of hot spots that shows these places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core import db
from core.db import Role
from tests.builders.shown_problem import show_problem_file

pytestmark = pytest.mark.database

HEADING = "Asked and done about places here"


@pytest.fixture
def answered(
    invented_county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> Iterator[None]:
    """An answer and a problem file about a place of each district."""
    use_database(make_database("asked_beside", template=invented_county_database))
    with db.transaction(Role.OWNER) as connection:
        for code, lad in (("E01900001", "E07900001"), ("E01900021", "E07900002")):
            connection.execute(
                text(
                    "INSERT INTO answered.question"
                    " (sort, geography, place_code, category, lad_code, question, body, answer, outcome, asked_on)"
                    " VALUES ('contest', 'lsoa', :code, 'robbery', :lad, '<b>Is it too high?</b>', 'the police', :said, 'stands', now())"
                ),
                {"code": code, "lad": lad, "said": f"We counted again in {code}."},
            )
    show_problem_file("lsoa", "E01900001", "robbery")
    yield


def opened(as_portal: Callable[..., object]) -> AppTest:
    def show() -> None:
        from app.hotspots import page
        from app.person.sign_in import ProfessionalRole, demo_person

        page.show(demo_person(ProfessionalRole.OFFICER, "E07900001"))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(show, default_timeout=600).run()
    app.selectbox(key="hs-map").set_value("Hot spots").run()
    assert not app.exception
    return app


def html_of(app: AppTest) -> str:
    return " ".join(e.proto.body for e in app.get("html"))


def test_an_answer_and_a_problem_stand_beside_the_map_of_their_place(answered: None, as_portal: Callable[..., object]) -> None:
    app = opened(as_portal)
    assert HEADING in [h.value for h in app.header]
    html = html_of(app)
    said = unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S).split()))
    assert "Robbery in Ashmoor 001A" in said and "The figure stands. The police, " in said
    assert "We counted again in E01900001." in said
    assert "Fights after closing time" in said and 'href="/problems?file=' in html
    # words of residents are text, and nothing of another district is there
    assert "<b>Is it too high?</b>" not in html and "&lt;b&gt;Is it too high?&lt;/b&gt;" in html
    assert "E01900021" not in html


def test_where_nobody_asked_there_is_no_such_part(invented_county: str, as_portal: Callable[..., object]) -> None:
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM answered.question"))
        shown = connection.execute(text("SELECT count(*) FROM published.problem_file")).scalar_one()
    assert (HEADING in [h.value for h in opened(as_portal).header]) == bool(shown)
