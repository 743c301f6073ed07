"""My patch: five places and why, for the patch that the address names, and only where the person may look."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core import db
from core.db import Role
from core.paths import PROJECT_ROOT
from tests.builders import portal_data

pytestmark = pytest.mark.database
ASHMOOR, LINFIELD = "E07900001", "E07900002"


@pytest.fixture(autouse=True)
def nothing_chosen_before(invented_county: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM person.setting"))


def kept() -> dict[str, tuple[str, str, str, str]]:
    """What is kept of each person, read as the owner."""
    with db.transaction(Role.OWNER) as connection:
        found = connection.execute(text("SELECT person, patch, kind, until, page FROM person.setting"))
        return {r.person: (r.patch, r.kind, r.until, r.page) for r in found}


def page(as_portal: Callable[..., object], role: str = "officer", district: str = ASHMOOR, **address: str) -> AppTest:
    """The whole portal, which opens with My patch; address: what stands behind the ? of the address."""
    from app.person.sign_in import ProfessionalRole, demo_person

    as_portal(audience="professional", demo=True)
    app = AppTest.from_file(str(PROJECT_ROOT / "app" / "portal.py"), default_timeout=600)
    app.session_state["hg-demo-person"] = demo_person(ProfessionalRole(role), district)
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return " ".join(e.proto.body for e in app.get("html") if "<style>" not in e.proto.body)


def rows(app: AppTest) -> list[str]:
    """Each of the places as text, its figures left out."""
    found = re.findall(r"<summary>(.*?)</summary>", html(app), flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def named(app: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[-1] for name, value in app.query_params.items()}


def in_months(code: str, group: str) -> list[int]:
    """A second way to the counts: from the builder's own figures."""
    exact = portal_data.counts().set_index(["code", "category"])["count"]
    return portal_data.by_month(int(exact[(code, group)]), 11)


def test_the_portal_opens_with_five_places_of_ones_own_district(invented_county: str, as_portal: Callable[..., object]) -> None:
    app = page(as_portal, kind="violence")
    assert app.title[0].value == "My patch: Ashmoor"
    own = {a.code: in_months(a.code, "violence") for a in portal_data.areas() if a.lad == ASHMOOR}
    most = sorted(own, key=lambda code: -sum(own[code]))[:5]
    names = {a.code: a.name for a in portal_data.areas()}
    found = rows(app)
    assert len(found) == 5
    for number, (code, row) in enumerate(zip(most, found, strict=True), start=1):
        *before, last = own[code]
        assert row.startswith(f"{number} {names[code]} {last} in November, usually {sum(before) / 10:.0f} "), row
    said = html(app)
    assert "Stands until new months are loaded." in said
    assert "December 2024 to November 2025; 11 of 12 months, without July 2025" in said
    assert "Not for publication" in said
    assert "Jul 2025 not loaded" in said
    assert "Linfield" not in said


def test_a_place_says_why_which_way_and_how_sure(invented_county: str, as_portal: Callable[..., object]) -> None:
    found = rows(page(as_portal, kind="violence"))
    middle = next(row for row in found if "Ashmoor 003C" in row)
    assert middle.endswith("more than chance now, and in 6 of 11 months \u2197 rising strong")
    # hot, and looked for on no other grid
    assert any(row.endswith("no trend yet fair") for row in found)


def test_what_changes_is_listed_and_is_a_layer_of_the_map(invented_county: str, as_portal: Callable[..., object]) -> None:
    app = page(as_portal, kind="violence")
    found = re.findall(r'<ul class="hg-places hg-changes">(.*?)</ul>', html(app), flags=re.DOTALL)
    said = " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())
    # the middle alone: the other pattern of the county is cold, lasts, and lies in the other district
    assert said == "Ashmoor 003C Hot spot, on and off: more than chance now, and in 6 of 11 months"
    assert app.expander[0].label == "What changes: 1 place"
    assert "hot spot, 99% confidence" in html(app)
    app.button_group(key="mp-layer").set_value("What changes").run()
    assert "hot spot that begins, grows or turned" in html(app) and "hot spot, 99% confidence" not in html(app)
    app.button_group(key="mp-layer").set_value("Month by month").run()
    assert not app.exception
    assert "hot spot that begins, grows or turned" not in html(app) and "not loaded" in html(app)
    assert "in each month from December 2024 to November 2025" in html(app) and "Not loaded: July 2025." in html(app)


def test_hot_come_before_cold_though_few_are_hot(invented_county: str, as_portal: Callable[..., object]) -> None:
    # a column of five neighbourhoods, the last of them cold
    app = page(as_portal, district=LINFIELD, patch="E02900008", kind="violence")
    found = rows(app)
    assert app.title[0].value == "My patch: Linfield 004"
    assert len(found) == 5
    assert "fewer than chance in 11 of 11 months" in found[-1] and "Linfield 004E" in found[-1]
    cold = ["fewer than chance" in row for row in found]
    assert cold == sorted(cold)


def test_what_is_chosen_stands_in_the_address_and_an_address_chooses(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    app = page(as_portal, "analyst", "")
    assert named(app) == {"patch": ASHMOOR, "kind": "serious_violence"}
    app.selectbox(key="mp-district").set_value(LINFIELD).run()
    app.selectbox(key="mp-kind").set_value("burglary").run()
    assert named(app) == {"patch": LINFIELD, "kind": "burglary"}
    part = app.selectbox(key=f"mp-part-{LINFIELD}").set_value("E02900006").run()
    assert part.title[0].value == "My patch: Linfield 002"
    there = named(app)
    assert there == {"patch": "E02900006", "kind": "burglary"}
    # somebody else follows the link
    other = page(as_portal, "planner", "", **there)
    assert other.title[0].value == "My patch: Linfield 002"
    assert rows(other) == rows(app)
    # the way back: the address changes under an open page
    app.query_params["patch"], app.query_params["kind"] = ASHMOOR, "violence"
    app.run()
    assert app.title[0].value == "My patch: Ashmoor"
    assert app.selectbox(key="mp-kind").value == "violence"
    everywhere = page(as_portal, "analyst", "", patch="all")
    assert everywhere.title[0].value == "My patch: all districts"


@pytest.mark.parametrize("patch", [LINFIELD, "E02900006", "E99999999", "all", "'; DROP TABLE place.area; --"])
def test_a_link_to_a_patch_that_one_may_not_see_says_so_and_shows_ones_own(
    invented_county: str, as_portal: Callable[..., object], patch: str
) -> None:
    app = page(as_portal, patch=patch, kind="violence")
    assert "That link leads to a patch that your account does not open, or that is not there." in html(app)
    assert app.title[0].value == "My patch: Ashmoor"
    assert "Linfield" not in html(app)
    assert named(app) == {"patch": ASHMOOR, "kind": "violence"}
    # said once, not on every run
    app.run()
    assert "That link leads" not in html(app)


def test_what_a_person_chose_is_there_the_next_time_and_is_nobody_elses(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    app = page(as_portal, "analyst", "")
    assert kept() == {}
    app.selectbox(key="mp-district").set_value(LINFIELD).run()
    app.selectbox(key="mp-kind").set_value("burglary").run()
    assert kept() == {"demo:analyst": (LINFIELD, "burglary", "", "")}
    # another session, as after signing in again
    again = page(as_portal, "analyst", "")
    assert named(again) == {"patch": LINFIELD, "kind": "burglary"}
    assert named(page(as_portal, "planner", "")) == {"patch": ASHMOOR, "kind": "serious_violence"}
    # a link leads elsewhere and leaves what was chosen as it was
    assert page(as_portal, "analyst", "", patch=ASHMOOR).title[0].value == "My patch: Ashmoor"
    assert kept() == {"demo:analyst": (LINFIELD, "burglary", "", "")}


def test_what_was_kept_opens_nothing_that_one_may_not_see_any_more(invented_county: str, as_portal: Callable[..., object]) -> None:
    page(as_portal, district=LINFIELD).selectbox(key=f"mp-part-{LINFIELD}").set_value("E02900006").run()
    assert kept() == {"demo:officer": ("E02900006", "serious_violence", "", "")}
    # the same account, now of another district: no word of the old one
    app = page(as_portal, district=ASHMOOR)
    assert app.title[0].value == "My patch: Ashmoor"
    assert "Linfield" not in html(app) and "That link leads" not in html(app)


def test_the_portal_opens_with_the_page_that_one_chose_unless_the_address_says_otherwise(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    app = page(as_portal)
    app.selectbox(key="mp-page").set_value("data").run()
    assert kept()["demo:officer"][3] == "data"
    assert app.title[0].value == "My patch: Ashmoor"
    assert page(as_portal).title[0].value == "The data behind the maps"
    assert page(as_portal, patch=ASHMOOR).title[0].value == "My patch: Ashmoor"


def test_an_earlier_period_is_chosen_named_and_left_out_of_the_address_again(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    earlier = (
        "INSERT INTO analysis.hotspot SELECT geography, edition, code, lad_code, group_id, measure, DATE '2024-06-01', DATE '2025-05-01',"
        " incidents, value, gi_z, p_value, q_value, class, certainty, run_id, NULL FROM analysis.hotspot"
        " WHERE geography = 'lsoa' AND period_end = DATE '2025-11-01'"
    )
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text(earlier))
        connection.execute(text("UPDATE analysis.run SET finished_at = clock_timestamp()"))
    try:
        app = page(as_portal)
        assert "December 2024 to November 2025" in html(app)
        app.selectbox(key="mp-until").set_value("2025-05").run()
        assert named(app)["until"] == "2025-05"
        assert "June 2024 to May 2025" in html(app)
        assert " in May, usually " in " ".join(rows(app))
        assert rows(page(as_portal, "planner", "", **named(app))) == rows(app)
        app.selectbox(key="mp-until").set_value("").run()
        assert "until" not in named(app)
        assert named(page(as_portal, until="1999-01")).get("until") is None
    finally:
        with db.transaction(Role.OWNER) as connection:
            connection.execute(text("DELETE FROM analysis.hotspot WHERE period_end = DATE '2025-05-01'"))
            connection.execute(text("UPDATE analysis.run SET finished_at = clock_timestamp()"))


def test_a_kind_that_is_not_there_is_the_first_one(invented_county: str, as_portal: Callable[..., object]) -> None:
    app = page(as_portal, kind="witchcraft")
    assert named(app)["kind"] == "serious_violence"


def test_the_sheet_is_offered_and_made_only_when_asked_for(
    invented_county: str, as_portal: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.patch import page as my_patch

    made = []
    monkeypatch.setattr(my_patch, "patrol_sheet", lambda *args, **values: made.append(values) or b"%PDF")
    app = page(as_portal)
    assert [b.label for b in app.button if "PDF" in b.label] == ["Sheet (PDF)"]
    assert made == []


def test_looking_is_recorded_once_for_each_view(invented_county: str, as_portal: Callable[..., object]) -> None:
    def views() -> list[dict[str, object]]:
        with db.transaction(Role.OWNER) as connection:
            query = "SELECT detail FROM audit.event WHERE subject = 'my_patch' ORDER BY event_id"
            return list(connection.execute(text(query)).scalars())

    before = len(views())
    app = page(as_portal)
    app.run()
    app.selectbox(key="mp-kind").set_value("burglary").run()
    added = views()[before:]
    assert [v["group"] for v in added] == ["serious_violence", "burglary"]
    # codes and a number of places: no figure
    assert set(added[0]) == {"district", "msoa", "group", "period_end", "places", "role"}
