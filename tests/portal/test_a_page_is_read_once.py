"""Every professional page takes what it shows, and what its boxes offer, from one transaction; a view adds one event in one of its own.

Which streets lie under the maps is the process's own question, asked every few seconds whatever the page: here it was asked before.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core import db
from core.db import Role
from tests.builders.transactions import transactions

pytestmark = pytest.mark.database
READ = [Role.PROFESSIONAL.value]
READ_AND_RECORDED = READ * 2


def page(module: str, role: str, district: str) -> None:
    import importlib

    from app.person.sign_in import ProfessionalRole, demo_person

    importlib.import_module(module).show(demo_person(ProfessionalRole(role), district))


def begun(run: Callable[[], AppTest]) -> list[str]:
    with transactions() as found:
        app = run()
    assert not app.exception
    return found


def district_of(name: str) -> str:
    with db.transaction(Role.OWNER) as connection:
        found = connection.execute(text("SELECT code FROM place.area WHERE geography = 'lad' AND name = :name"), {"name": name})
        return str(found.scalar_one())


def opened(module: str, role: str) -> AppTest:
    district = district_of("Homeminster") if role == "officer" else ""
    return AppTest.from_function(page, args=(module, role, district), default_timeout=600)


@pytest.mark.parametrize("role", ["analyst", "officer"])
@pytest.mark.parametrize(
    "module",
    [
        "app.patch.page",
        "app.hotspots.page",
        "app.overlaps.page",
        "app.services.page",
        "app.outcomes.page",
        "app.violence.page",
        "app.own_dashboard.page",
        "app.searches.page",
        "app.record.page",
        "app.problems.page",
    ],
)
def test_a_page_is_read_once_whoever_looks(county: str, as_portal: Callable[..., object], module: str, role: str) -> None:
    as_portal(audience="professional", demo=True)
    app = opened(module, role)
    assert begun(app.run) == READ_AND_RECORDED
    # the same view drawn anew is no new event
    assert begun(app.run) == READ


@pytest.mark.parametrize("role", ["analyst", "officer"])
@pytest.mark.parametrize("module", ["app.data_status", "app.risk_model.page"])
def test_a_page_without_places_is_read_once_and_leaves_no_event(
    county: str, as_portal: Callable[..., object], module: str, role: str
) -> None:
    as_portal(audience="professional", demo=True)
    assert begun(opened(module, role).run) == READ


@pytest.mark.parametrize(("module", "role"), [("app.steward.deliveries_page", "steward"), ("app.steward.releases_page", "steward")])
def test_the_desk_of_a_steward_is_read_once(county: str, as_portal: Callable[..., object], module: str, role: str) -> None:
    as_portal(audience="professional", demo=True)
    app = opened(module, role)
    assert begun(app.run) == READ_AND_RECORDED
    assert begun(app.run) == READ


def test_another_choice_is_read_once_too(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    code = district_of("Marram Coast")
    hot = opened("app.hotspots.page", "analyst").run()
    # a patch that is chosen there is kept under the person's name
    assert begun(hot.selectbox(key="hs-district").set_value(code).run) == [*READ_AND_RECORDED, Role.PROFESSIONAL.value]
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM person.setting"))
    hexagons = hot.selectbox(key="hs-geography")
    assert begun(hexagons.set_value(next(o for o in hexagons.options if o.startswith("Hexagons"))).run) == READ_AND_RECORDED
    overlaps = opened("app.overlaps.page", "analyst").run()
    assert begun(overlaps.selectbox(key="ro-place").select_index(3).run) == READ
    assert begun(overlaps.multiselect(key="ro-factors").set_value(["income", "education", "health"]).run) == READ_AND_RECORDED
    services = opened("app.services.page", "analyst").run()
    assert begun(services.selectbox(key="sr-kind").set_value("pharmacy").run) == READ_AND_RECORDED
    outcomes = opened("app.outcomes.page", "analyst").run()
    assert begun(outcomes.selectbox(key="oc-followed").set_value(6).run) == READ
    assert begun(outcomes.selectbox(key="oc-district").set_value(code).run) == READ_AND_RECORDED
    searches = opened("app.searches.page", "analyst").run()
    assert begun(searches.selectbox(key="ss-from").select_index(1).run) == READ_AND_RECORDED
    # of the map another measure alone: nothing more is looked at
    assert begun(searches.segmented_control(key="ss-measure").set_value("found").run) == READ


def test_a_place_brief_reads_what_is_published_and_for_an_officer_their_district(
    county: str, as_portal: Callable[..., object]
) -> None:
    """The release, kept by its id, and a postcode are read by published.release and published.search in transactions of their own."""
    as_portal(audience="professional", demo=True)
    for role, of_our_own in (("analyst", 0), ("officer", 1)):
        app = opened("app.place_brief", role).run()
        assert begun(app.run) == READ * (of_our_own + 1)
        assert begun(app.text_input(key="pb-typed").set_value("zz99 9zz").run) == READ * (of_our_own + 2)


def test_the_box_and_the_content_are_of_the_same_neighbourhood(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    app = opened("app.overlaps.page", "analyst").run()

    def explained() -> str:
        return next(e.proto.body for e in app.get("html") if "Risk factors of" in e.proto.body)

    def chosen() -> str:
        box = app.selectbox(key="ro-place")
        return box.options[box.index or 0]

    for change in (
        lambda: app.selectbox(key="ro-place").select_index(5),
        lambda: app.selectbox(key="ro-district").set_value(district_of("Marram Coast")),
        lambda: app.selectbox(key="ro-place").select_index(2),
        lambda: app.selectbox(key="ro-district").set_value(""),
        lambda: app.selectbox(key="ro-district").set_value(district_of("Homeminster")),
    ):
        change().run()
        assert not app.exception
        assert f"Risk factors of {chosen()}:" in explained()
