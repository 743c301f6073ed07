"""The pages of risk overlaps and services: by Streamlit's harness and in a browser, on what the flow made of the synthetic county."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core import db
from core.db import Role
from tests.builders.portal_processes import PATHS, Visit, enter

pytestmark = pytest.mark.database


def overlaps(role: str, district: str) -> None:
    from app.overlaps import page as risk_overlaps
    from app.person.sign_in import ProfessionalRole, demo_person

    risk_overlaps.show(demo_person(ProfessionalRole(role), district))


def services(role: str, district: str) -> None:
    from app.person.sign_in import ProfessionalRole, demo_person
    from app.services import page as service_reach

    service_reach.show(demo_person(ProfessionalRole(role), district))


def words(app: AppTest) -> str:
    parts = [e.value for kind in ("title", "header", "info", "warning", "error") for e in getattr(app, kind)]
    parts += [e.proto.body for e in app.get("html")]
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(parts), flags=re.DOTALL).split())


def districts() -> list[tuple[str, str]]:
    with db.transaction(Role.OWNER) as connection:
        statement = "SELECT code, name FROM place.area WHERE geography = 'lad' AND edition = '2022' AND code IN (SELECT lad_code FROM analysis.factor_place) ORDER BY name"  # noqa: E501
        return [(r.code, r.name) for r in connection.execute(text(statement))]


def test_an_analyst_chooses_factors_and_reads_chance_doubt_and_strengths(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(overlaps, args=("analyst", ""), default_timeout=600).run()
    assert not app.exception
    said = words(app)
    assert re.search(r"In the whole region [\d,]+ of 300 neighbourhoods (has|have) both", said)
    assert "by chance it would be about" in said.lower()
    assert "Synthetic data" in said
    assert "Not for publication" in said
    assert "says something of a place, never of a person" in said
    assert "Without data, and so in no figure here: many suspensions from school" in said
    # which file would bring it is no business of a reader
    assert "school_suspensions" not in said
    assert "Kind A" in said.replace("\u00a0", " ")
    app.multiselect(key="ro-factors").set_value(["income", "education", "health"]).run()
    assert not app.exception
    assert re.search(r"(has|have) all three", words(app))
    app.multiselect(key="ro-factors").set_value(["income"]).run()
    assert "Choose at least two risk factors." in words(app)


def test_an_officer_reads_of_their_district_alone(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    (code, name), *others = districts()
    for page in (overlaps, services):
        app = AppTest.from_function(page, args=("officer", code), default_timeout=600).run()
        assert not app.exception
        offered = next(s for s in app.selectbox if s.label == "Patch").options
        assert offered == [name]
        # similar areas and further sites name places elsewhere on purpose; no table lists them as this patch's own
        for title in (e.value for e in app.title):
            assert not any(other in title for _, other in others)
    neighbourhoods = app.get("html")
    assert neighbourhoods


def test_services_say_straight_line_and_what_is_left_out(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(services, args=("analyst", ""), default_timeout=600).run()
    assert not app.exception
    said = words(app)
    assert "in a straight line from a general practice" in said
    assert "Every distance is a straight line." in said
    assert "Schools: The file holds only a part of all schools" in said
    assert "In the whole region one more would bring most residents into reach around" in said
    assert "It knows nothing of buildings" in said
    app.selectbox(key="sr-kind").set_value("hospital").run()
    assert not app.exception
    # nobody asks where one more hospital should stand
    assert "one more would bring" not in words(app)


def test_looking_and_taking_away_are_in_the_audit_trail(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None], as_portal: Callable[..., object]
) -> None:
    use_database(make_database("overlaps_pages", template=county_database))
    as_portal(audience="professional", demo=True)

    def events() -> list[tuple[str, str]]:
        with db.transaction(Role.OWNER) as connection:
            rows = connection.execute(text("SELECT action, subject FROM audit.event WHERE action = 'view' ORDER BY event_id"))
            return [(r.action, r.subject) for r in rows]

    before = len(events())
    app = AppTest.from_function(overlaps, args=("analyst", ""), default_timeout=600).run()
    app.run()
    AppTest.from_function(services, args=("analyst", ""), default_timeout=600).run()
    assert events()[before:] == [("view", "risk_overlaps"), ("view", "service_reach")]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_both_pages_are_drawn_whole_and_ask_no_other_host(county_portal: str, visit: Callable[..., Visit], width: int) -> None:
    seen = visit(county_portal, width=width)
    page = enter(seen, "Analyst")
    for link, heading, title in (
        ("Risk overlaps", "Risk factors that fall together", "Map of risk factors"),
        ("Services", "in reach of", "Map of general practices"),
    ):
        page.get_by_role("link", name=link).click()
        page.get_by_role("heading", level=1).filter(has_text=heading).wait_for()
        seen.settled()
        frame = page.frame_locator(f"iframe[title^='{title}']")
        expect(frame.locator(PATHS).first).to_be_visible()
        # nothing is wider than the screen
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.others() == set()
    assert seen.errors == []
