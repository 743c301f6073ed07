"""Patches of one's own on the pages: kept from a list, offered in every box, opened by a link, renamed and deleted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from app.person import patches
from app.person.patches import OwnPatch
from app.person.sign_in import Person, ProfessionalRole, demo_person
from core import db
from core.db import Role
from core.paths import PROJECT_ROOT
from tests.builders import portal_data

pytestmark = pytest.mark.database
ASHMOOR, LINFIELD = "E07900001", "E07900002"
COLLEAGUE = Person("oidc:colleague", "Colleague", ProfessionalRole.ANALYST, "*")


@pytest.fixture(autouse=True)
def nothing_kept_before(invented_county: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM person.setting"))
        connection.execute(text("DELETE FROM person.patch"))


def some(district: str, number: int) -> tuple[str, ...]:
    return tuple(sorted(a.code for a in portal_data.areas() if a.lad == district)[:number])


def patch(name: str, codes: tuple[str, ...], *districts: str) -> OwnPatch:
    held = [a for a in portal_data.areas() if a.code in codes]
    west, south, east, north = (
        f(b) for f, b in zip((min, min, max, max), zip(*(a.polygon.bounds for a in held), strict=True), strict=True)
    )
    land = f"MULTIPOLYGON ((({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south})))"
    return OwnPatch("", name, "drawn", districts, codes, land)


def portal(
    as_portal: Callable[..., object], page: str = "", role: str = "officer", district: str = ASHMOOR, **address: str
) -> AppTest:
    as_portal(audience="professional", demo=True)
    app = AppTest.from_file(str(PROJECT_ROOT / "app" / "portal.py"), default_timeout=600)
    app.session_state["hg-demo-person"] = demo_person(ProfessionalRole(role), district)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def alone(
    module: str, as_portal: Callable[..., object], role: str = "officer", district: str = ASHMOOR, function: str = "show"
) -> AppTest:
    """One page of the portal, as an officer of Ashmoor sees it."""
    as_portal(audience="professional", demo=True)

    def page(module: str, function: str, role: str, district: str) -> None:
        import importlib

        from app.person.sign_in import ProfessionalRole, demo_person

        getattr(importlib.import_module(module), function)(demo_person(ProfessionalRole(role), district))

    app = AppTest.from_function(page, args=(module, function, role, district), default_timeout=600).run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    body = " ".join(e.proto.body for e in app.get("html") if "<style>" not in e.proto.body)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_my_patch_is_of_the_neighbourhoods_of_a_patch_and_its_address_says_so(as_portal: Callable[..., object]) -> None:
    codes = some(ASHMOOR, 3)
    code = patches.add(demo_person(ProfessionalRole.OFFICER, ASHMOOR), patch("Market Square", codes, ASHMOOR))
    app = portal(as_portal)
    whole = len(re.findall("<summary>", " ".join(e.proto.body for e in app.get("html"))))
    assert whole == 5
    box = app.selectbox(key="mp-district")
    assert "Market Square (yours)" in box.options
    box.set_value(code).run()
    assert not app.exception
    assert app.title[0].value == "My patch: Market Square"
    assert len(re.findall("<summary>", " ".join(e.proto.body for e in app.get("html")))) == 3
    assert app.query_params["patch"] in (code, [code])
    # what was chosen by hand is there the next time, with the name that it has then
    patches.rename(demo_person(ProfessionalRole.OFFICER, ASHMOOR), code, "Market")
    assert portal(as_portal).title[0].value == "My patch: Market"
    patches.remove(demo_person(ProfessionalRole.OFFICER, ASHMOOR), code)
    assert portal(as_portal).title[0].value == "My patch: Ashmoor"
    # in the session in which it was looked at too
    app.run()
    assert not app.exception and app.title[0].value == "My patch: Ashmoor"


def test_a_link_opens_a_colleagues_patch_and_a_copy_of_it_can_be_kept(as_portal: Callable[..., object]) -> None:
    code = patches.add(COLLEAGUE, patch("Estate", some(ASHMOOR, 4), ASHMOOR))
    app = portal(as_portal, patch=code)
    assert app.title[0].value == "My patch: Estate"
    assert app.selectbox(key="mp-district").options.count("Estate (from a link)") == 1
    app.button(key="mp-adopt").click().run()
    assert not app.exception and "“Estate” is yours too now" in app.success[0].value
    patches.remove(COLLEAGUE, code)
    assert "Estate (yours)" in portal(as_portal).selectbox(key="mp-district").options
    # where the first is gone, its link says so and shows one's own
    gone = portal(as_portal, patch=code)
    assert gone.title[0].value == "My patch: Ashmoor" and "does not open" in html(gone)


def test_a_link_to_a_patch_of_two_districts_opens_for_nobody_of_one(as_portal: Callable[..., object]) -> None:
    code = patches.add(COLLEAGUE, patch("Border", some(ASHMOOR, 1) + some(LINFIELD, 1), ASHMOOR, LINFIELD))
    officer = portal(as_portal, patch=code)
    assert officer.title[0].value == "My patch: Ashmoor"
    assert "Border" not in html(officer) and "Border" not in " ".join(officer.selectbox(key="mp-district").options)
    analyst = portal(as_portal, role="analyst", district="", patch=code)
    assert analyst.title[0].value == "My patch: Border"
    assert len(re.findall("<summary>", " ".join(e.proto.body for e in analyst.get("html")))) == 2


def test_hot_spots_are_of_the_neighbourhoods_and_of_hexagons_whose_middle_lies_inside(as_portal: Callable[..., object]) -> None:
    codes = some(ASHMOOR, 6)
    own = patch("Six", codes, ASHMOOR)
    code = patches.add(demo_person(ProfessionalRole.OFFICER, ASHMOOR), own)
    app = alone("app.hotspots.page", as_portal)
    app.selectbox(key="hs-district").set_value(code).run()
    assert not app.exception
    assert app.title[0].value.startswith("Hot spots of") and " in Six, " in app.title[0].value
    assert "of 6 neighbourhoods in Six" in html(app).lower().replace("six", "Six")
    app.selectbox(key="hs-group").set_value("violence").run()
    app.selectbox(key="hs-geography").set_value("Hexagons of about 0.1 km²").run()
    assert not app.exception
    with db.transaction(Role.OWNER) as connection:
        inside = connection.execute(
            text(
                "SELECT count(DISTINCT spot.code) FROM analysis.hotspot AS spot JOIN place.h3_cell AS cell ON spot.code = to_hex(cell.cell)"
                " WHERE spot.geography = 'h3' AND spot.edition = 'r9' AND spot.lad_code = :lad"
                " AND st_covers(st_geomfromtext(:land, 27700), st_centroid(cell.geom))"
            ),
            {"land": own.drawn, "lad": ASHMOOR},
        ).scalar_one()
    said = re.search(r"[Oo]f (\d+) hexagons? in Six", html(app))
    assert said is not None, html(app)
    assert int(said[1]) == inside > 0


def test_a_patch_is_kept_from_a_list_renamed_and_deleted_on_the_page(as_portal: Callable[..., object]) -> None:
    app = alone("app.own_area.page", as_portal, function="show_to")
    app.button_group(key="oa-how").set_value("From a list").run()
    app.text_area(key="oa-codes").set_value("E01999999").run()
    assert not app.exception and "Of 1 code 1 is no area of this region" in html(app)
    app.text_area(key="oa-codes").set_value(" ".join(some(ASHMOOR, 2) + some(LINFIELD, 1))).run()
    assert not app.exception and "3 neighbourhoods" in html(app)
    assert "leaves out 1 neighbourhood of Linfield" in html(app)
    press(app, "Save the patch")
    assert "A patch needs a name" in html(app)
    app.text_input(key="oa-name").set_value("Beat 7")
    press(app, "Save the patch")
    assert "“Beat 7” is saved" in app.success[0].value
    with_own = app.selectbox(key="oa-patch")
    assert with_own.options == ["A new one", "Beat 7 (yours)"] and with_own.value.startswith("own-")
    app.text_input(key=f"oa-rename-{with_own.value}").set_value("Beat 8")
    press(app, "Rename the patch")
    assert "is called “Beat 8” now" in app.success[0].value
    assert "/?patch=own-" in app.code[0].value
    press(app, "Delete the patch")
    assert "“Beat 8” is deleted" in app.success[0].value
    assert not any(box.key == "oa-patch" for box in app.selectbox)


def press(app: AppTest, label: str) -> None:
    next(b for b in app.button if b.label == label).click().run()
    assert not app.exception


def test_a_patch_that_is_gone_leaves_the_boxes_at_their_beginning(as_portal: Callable[..., object]) -> None:
    officer = demo_person(ProfessionalRole.OFFICER, ASHMOOR)
    code = patches.add(officer, patch("Gone soon", some(ASHMOOR, 2), ASHMOOR))
    app = alone("app.hotspots.page", as_portal)
    app.selectbox(key="hs-district").set_value(code).run()
    assert not app.exception
    patches.remove(officer, code)
    app.run()
    assert not app.exception
    assert app.selectbox(key="hs-district").value == ASHMOOR
