"""The address of each professional page names what is looked at: a link, a reload and the way back show the same."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from app.person import patches
from app.person.patches import OwnPatch
from app.person.sign_in import ProfessionalRole, demo_person
from core import db
from core.db import Role
from tests.builders import portal_data

pytestmark = pytest.mark.database
ASHMOOR, LINFIELD, PART = "E07900001", "E07900002", "E02900006"
NOT_YOURS = "That link leads to a patch that your account does not open"


@pytest.fixture
def nothing_kept(invented_county: str) -> None:
    """Nobody chose anything before."""
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM person.setting"))
        connection.execute(text("DELETE FROM person.patch"))


def opened(as_portal: Callable[..., object], module: str, *, district: str = "", **address: str) -> AppTest:
    """A page by its link, as a new session sees it: an analyst's, or that of an officer of a district."""

    def page(module: str, role: str, district: str) -> None:
        import importlib

        from app.person.sign_in import ProfessionalRole, demo_person

        importlib.import_module(module).show(demo_person(ProfessionalRole(role), district))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(page, args=(module, "officer" if district else "analyst", district), default_timeout=600)
    for name, value in address.items():
        app.query_params[name] = value
    return ran(app)


def ran(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception and not app.warning
    return app


def address(app: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


def html(app: AppTest) -> str:
    body = " ".join(e.proto.body for e in app.get("html") if "<style>" not in e.proto.body)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def district_of(name: str) -> str:
    with db.transaction(Role.OWNER) as connection:
        found = connection.execute(text("SELECT code FROM place.area WHERE geography = 'lad' AND name = :name"), {"name": name})
        return str(found.scalar_one())


def kept() -> list[tuple[str, str]]:
    with db.transaction(Role.OWNER) as connection:
        return [tuple(row) for row in connection.execute(text("SELECT patch, kind FROM person.setting"))]


HOT_SPOTS = [
    {"patch": PART, "kind": "violence", "on": "lsoa-2021", "map": "hot", "measure": "rate"},
    {"patch": LINFIELD, "kind": "all_recorded", "on": "h3-r9", "map": "hot", "measure": "count"},
    {"patch": "all", "kind": "robbery", "on": "lsoa-2021", "map": "recorded", "kinds": "robbery.category-burglary", "months": "3",
     "as": "rate"},
    {"patch": LINFIELD, "kind": "robbery", "on": "lsoa-2021", "map": "recorded", "months": "12", "as": "number"},
]  # fmt: skip


@pytest.mark.parametrize("link", HOT_SPOTS, ids=lambda link: "-".join(link.values()))
@pytest.mark.usefixtures("nothing_kept")
def test_a_link_of_hot_spots_is_opened_as_it_was_sent(as_portal: Callable[..., object], link: dict[str, str]) -> None:
    app = opened(as_portal, "app.hotspots.page", **link)
    assert address(app) == link
    assert app.selectbox(key="hs-group").value == link["kind"]
    assert app.selectbox(key="hs-map").value == {"hot": "Hot spots", "recorded": "What was recorded"}[link["map"]]
    # what a link leads to is not what this person chose
    assert kept() == []
    assert address(ran(app)) == link


@pytest.mark.usefixtures("nothing_kept")
def test_what_is_chosen_stands_in_the_address_and_is_there_the_next_time(as_portal: Callable[..., object]) -> None:
    app = opened(as_portal, "app.hotspots.page")
    assert address(app)["patch"] == ASHMOOR
    app.selectbox(key="hs-district").set_value(LINFIELD).run()
    app.selectbox(key=f"hs-part-{LINFIELD}").set_value(PART).run()
    app.selectbox(key="hs-group").set_value("burglary").run()
    app.selectbox(key="hs-map").set_value("What was recorded").run()
    app.multiselect(key="hs-kinds").set_value(["robbery", "category:Drugs"]).run()
    assert not app.exception
    said = address(app)
    assert said == {
        "patch": PART, "kind": "burglary", "on": "lsoa-2021", "map": "recorded", "kinds": "robbery.category-drugs", "months": "12",
        "as": "number",
    }  # fmt: skip
    again = opened(as_portal, "app.hotspots.page", **said)
    assert again.title[0].value == app.title[0].value
    # patch and kind are kept under the person's name, for this page and for My patch
    assert kept() == [(PART, "burglary")]
    plain = opened(as_portal, "app.hotspots.page")
    assert (address(plain)["patch"], address(plain)["kind"]) == (PART, "burglary")


@pytest.mark.usefixtures("nothing_kept")
def test_what_an_address_names_and_the_boxes_do_not_offer_is_left_out(as_portal: Callable[..., object]) -> None:
    odd = {
        "kind": "<b>",
        "on": "x",
        "map": "naive",
        "kinds": "a.b",
        "months": "99",
        "as": "'",
        "measure": "x" * 500,
        "alarms": "none",
    }
    app = opened(as_portal, "app.hotspots.page", **odd)
    assert "<b>" not in html(app) and set(address(app)) <= {"patch", "kind", "on", "map", "measure"}


@pytest.mark.usefixtures("nothing_kept")
def test_a_colleagues_patch_opens_by_its_link(as_portal: Callable[..., object]) -> None:
    held = tuple(sorted(a.code for a in portal_data.areas() if a.lad == ASHMOOR)[:3])
    made = OwnPatch("", "Market Square", "listed", (ASHMOOR,), held, "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)))")
    code = patches.add(demo_person(ProfessionalRole.OFFICER, ASHMOOR), made)
    app = opened(as_portal, "app.hotspots.page", patch=code)
    assert address(app)["patch"] == code
    assert "Market Square (from a link)" in app.selectbox(key="hs-district").options
    next(b for b in app.button if b.label == "Keep it as a patch of mine").click().run()
    assert "“Market Square” is yours too now" in app.success[0].value


PAGES = {
    "app.hotspots.page": "patch", "app.overlaps.page": "patch", "app.services.page": "patch", "app.outcomes.page": "place",
    "app.violence.page": "place",
}  # fmt: skip


def test_a_link_into_another_district_opens_ones_own_and_says_so(county: str, as_portal: Callable[..., object]) -> None:
    mine, theirs = district_of("Homeminster"), district_of("Marram Coast")
    for module, name in PAGES.items():
        officer = opened(as_portal, module, district=mine, **{name: theirs})
        assert NOT_YOURS in html(officer) and "Marram Coast" not in html(officer)
        analyst = opened(as_portal, module, **{name: theirs})
        assert NOT_YOURS not in html(analyst) and address(analyst)[name] == theirs


def test_other_pages_name_their_boxes_too(county: str, as_portal: Callable[..., object]) -> None:
    district = district_of("Marram Coast")
    overlaps = opened(as_portal, "app.overlaps.page", patch=district)
    said = address(overlaps)
    assert len(said["factors"].split(".")) == 2 and said["patch"] == district
    other = {**said, "factors": ".".join(re.sub(r"-\d$", "-1", f) for f in said["factors"].split("."))}
    assert other != said
    assert address(opened(as_portal, "app.overlaps.page", **other)) == other
    outcomes = opened(as_portal, "app.outcomes.page", place=district)
    outcomes.selectbox(key="oc-group").select_index(1).run()
    outcomes.selectbox(key="oc-followed").set_value(6).run()
    assert address(outcomes)["followed"] == "6"
    assert address(opened(as_portal, "app.outcomes.page", **address(outcomes))) == address(outcomes)
    services = opened(as_portal, "app.services.page")
    services.selectbox(key="sr-kind").set_value("pharmacy").run()
    assert address(services)["service"] == "pharmacy"
    assert address(opened(as_portal, "app.services.page", **address(services))) == address(services)
    for module in PAGES:
        opened(as_portal, module, patch="'; --", place="%00", service="x", factors="x-1.y", kind="z", followed="x")
