"""An officer's pages in a browser: record and expiry on the map, a grid of one's own, when, models behind a board, overlaps, services."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.testing.v1 import AppTest

from analytics.counts.loaded_months import current_period
from analytics.hotspots.chosen_grids import choose_grid, find_area
from analytics.hotspots.grids import compute_grid
from analytics.risk_model.stage import compute_risk_model, record_decision
from analytics.risk_model.terms import Owner, load_terms
from core import db
from core.db import Role
from core.paths import PROJECT_ROOT
from core.provenance import finish_run, start_run
from tests.builders.portal_processes import PATHS, Visit, boxes, enter, in_order, serve_professional, stop
from tests.builders.transactions import transactions
from tests.conftest import pointed_at

pytestmark = [pytest.mark.database, pytest.mark.browser]

DISTRICT = "Homeminster"
PHONE = 390
WIDE = 1280


@pytest.fixture(scope="module")
def own_county(county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]) -> Iterator[str]:
    with pointed_at(make_database("trust_pages", template=county_database), use_database) as name:
        yield name


@pytest.fixture(scope="module")
def model_id(own_county: str) -> int:
    """A county of one's own, with a chosen grid and a model that somebody answers for and no board has seen."""
    owner = Owner(
        organisation="Homeshire", team="Analysis", senior_responsible_owner="A. Person", contact="a@b.example",
        website="https://homeshire.example",
    )  # fmt: skip
    terms = load_terms(PROJECT_ROOT / "analytics" / "risk_model" / "risk_model.toml").model_copy(update={"owner": owner})
    with db.transaction(Role.PIPELINE) as connection:
        period = current_period(connection, 12)
        grid = choose_grid(connection, find_area(connection, DISTRICT), 350, actor="test")
        compute_grid(connection, grid, period=period, seed=1, permutations=999)
        found = compute_risk_model(connection, terms, period=period, seed=3).model_id
    # so that the test says the same in any year
    change("UPDATE analysis.risk_model SET expires_on = current_date + 30")
    change("UPDATE analysis.hotspot SET expires_on = current_date + 30")
    return found


def change(statement: str) -> None:
    """A change of the stored results, and a run that tells the portal of it: what it keeps in memory goes by the latest run."""
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text(statement))
        finish_run(connection, start_run(connection, "grid", seed=None, parameters={}, delivery_ids=[]))


@pytest.fixture(scope="module")
def address(model_id: int, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("trust_pages")
    process, found = serve_professional(folder)
    yield found
    assert stop(process) == 0
    assert "Traceback" not in (folder / "professional.log").read_text()


def officer(seen: Visit) -> Page:
    return enter(seen, "Neighbourhood officer")


def nothing_runs_off(page: Page) -> None:
    scroll, client = page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()"
    )
    assert scroll <= client
    # 11.5 px is the least that a phone at arm's length can be read at
    small = page.evaluate(
        "[...document.querySelectorAll('[data-testid=stMain] p, [data-testid=stMain] td, [data-testid=stMain] th, [data-testid=stMain] li')]"
        ".filter(e => e.offsetParent && parseFloat(getComputedStyle(e).fontSize) < 11.5).map(e => e.innerText.slice(0, 40))"
    )
    assert small == []


def go(seen: Visit, link: str, heading: str) -> Page:
    """To another page."""
    seen.settled().get_by_role("link", name=link, exact=True).click()
    seen.page.get_by_role("heading", level=1).filter(has_text=heading).wait_for()
    return seen.settled()


def another(seen: Visit, label: str) -> str:
    """Choose what a select box offers and does not show, the first of it on the screen; its name."""
    shown = seen.page.get_by_label(label, exact=True).input_value()
    options = seen.opened(label)
    name = next(n for n in options.all_inner_texts() if n != shown)
    seen.pick(label, name, options)
    return name


def runs_asked(seen: Visit) -> list[bytes]:
    """Filled with every message by which the browser asks the server to run the page."""
    found: list[bytes] = []

    def sent(frame: bytes | str) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            found.append(frame)

    seen.page.on("websocket", lambda socket: socket.on("framesent", sent))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_record_expiry_season_and_a_grid_of_one_s_own(address: str, visit: Callable[..., Visit], width: int) -> None:
    change("UPDATE analysis.hotspot SET expires_on = current_date + 30")
    seen = visit(address, width=width)
    page = officer(seen)
    frame = page.frame_locator("iframe[title^='Map of hot spots']")
    expect(frame.locator(PATHS).first).to_be_visible()
    seen.settled()

    # what the map is worth stands above the map, before a colour is seen
    said = page.locator(".hg-trust")
    expect(said).to_contain_text("Track record: searching 5% of the area, this map would have caught")
    expect(said).to_contain_text("a map drawn by chance, 5%")
    expect(said).to_contain_text("Expires on")
    in_order(said, page.locator("iframe[title^='Map of hot spots']"))
    # every column of the record is on the screen, the gain among them
    record = page.locator("table", has_text="Share of the next month")
    expect(record.locator("tbody tr")).to_have_count(4)
    cells = boxes(record.locator("th, td"))
    assert len(cells) > 4
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in cells)
    expect(page.get_by_text("was looked for on 20 other hexagon grids")).to_have_count(1)

    # when: the plain statement, and the season as a table one tap away
    expect(page.get_by_text("not the day or the hour")).to_have_count(1)
    page.get_by_text("Months and hours as tables").click()
    season = page.locator("table", has_text="Recorded a day over the average day of the same years")
    expect(season.locator("tbody tr")).to_have_count(12)
    expect(season.get_by_role("rowheader", name="December")).to_be_visible()
    # the table of hours slides below a caption that stays whole, in a region that the keyboard reaches
    hours = page.get_by_role("region", name="Shares by day and hour").first
    assert hours.get_attribute("tabindex") == "0"
    whole, caption = hours.bounding_box(), hours.locator("caption").bounding_box()
    assert whole is not None and caption is not None and caption["x"] + caption["width"] <= whole["x"] + whole["width"] + 1
    nothing_runs_off(page)

    seen.choose("On", f"Hexagons 350 m wide, {DISTRICT}")
    page.get_by_text(f"hexagons in {DISTRICT}", exact=False).first.wait_for()
    seen.settled()
    expect(page.get_by_text(f"stand above the rest of {DISTRICT}")).to_have_count(1)
    expect(page.get_by_text("this map has not been tested against the months that came after")).to_have_count(1)
    expect(frame.locator(PATHS).nth(20)).to_be_attached()
    expect(page.locator("table", has_text="w350q").first).to_be_attached()
    nothing_runs_off(page)
    assert seen.others() == set()
    assert seen.errors == []


@pytest.mark.slow
def test_an_expired_map_says_so_before_anything_else(address: str, visit: Callable[..., Visit]) -> None:
    change("UPDATE analysis.hotspot SET expires_on = current_date - 1")
    seen = visit(address, width=PHONE)
    page = officer(seen)
    note = page.locator(".hg-note", has_text="Expired on")
    expect(note).to_contain_text("load newer months before anyone plans by them")
    expect(page.locator(".hg-trust")).not_to_contain_text("Expires on")
    in_order(note, page.get_by_role("heading", name="Hot and cold spots"))


@pytest.mark.slow
def test_a_model_is_the_analysts_until_a_board_approves_it_and_after_it_expires(
    address: str, visit: Callable[..., Visit], model_id: int
) -> None:
    analyst, other = visit(address), visit(address, width=PHONE)
    enter(analyst, "Analyst")
    officer(other)
    page = go(analyst, "Models", "What goes with")
    expect(page.get_by_text("Not approved: analysts alone see this model.")).to_have_count(1)
    expect(page.get_by_role("heading", name="What it cannot say, and must not be used for")).to_be_visible()
    phone = go(other, "Models", "Models of places")
    expect(phone.get_by_text("No model is open to you.")).to_have_count(1)

    with db.transaction(Role.PIPELINE) as connection:
        today = connection.execute(text("SELECT current_date")).scalar_one()
        until = connection.execute(text("SELECT current_date + 10")).scalar_one()
        record_decision(
            connection, model_id, "approved", board="Homeshire Ethics Board", signed_by="B. Chair", decided_on=today, valid_until=until,
            conditions="for six months", actor="test",
        )  # fmt: skip
    go(other, "The data", "The data")
    phone = go(other, "Models", "What goes with")
    expect(phone.get_by_text("Approved by Homeshire Ethics Board (signed by B. Chair")).to_have_count(1)
    expect(phone.get_by_text("Conditions: for six months")).to_have_count(1)
    expect(phone.frame_locator("iframe[title^='Map of places against their kind']").locator(PATHS).first).to_be_attached()
    nothing_runs_off(phone)
    # an officer is offered their own district and no other
    assert other.opened("District").all_inner_texts() == [DISTRICT]
    phone.keyboard.press("Escape")

    change("UPDATE analysis.risk_model SET expires_on = current_date - 1")
    go(other, "The data", "The data")
    phone = go(other, "Models", "Models of places")
    expect(phone.get_by_text("No model is open to you.")).to_have_count(1)
    go(analyst, "The data", "The data")
    page = go(analyst, "Models", "What goes with")
    expect(page.get_by_text("analysts alone see this model, as history")).to_have_count(1)
    assert analyst.errors == other.errors == []


def test_the_page_of_a_model_is_read_once(model_id: int, as_portal: Callable[..., object]) -> None:
    def models() -> None:
        from app.person.sign_in import ProfessionalRole, demo_person
        from app.risk_model import page

        page.show(demo_person(ProfessionalRole.ANALYST, ""))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(models, default_timeout=600)
    with transactions() as first:
        app.run()
    with transactions() as again:
        app.selectbox(key="rm-district").select_index(0).run()
    assert not app.exception
    assert [h.value for h in app.header][:2] == ["How far to trust it", "What goes with more, and with fewer"]
    # read, and recorded as a view; the same view anew is read alone
    assert (len(first), len(again)) == (2, 1)


@pytest.mark.slow
def test_a_map_that_has_been_drawn_does_not_run_the_page(address: str, visit: Callable[..., Visit]) -> None:
    """A page that runs of itself moves or closes a list that a person has just opened: their choice goes to another place."""
    seen = visit(address, width=PHONE)
    asked = runs_asked(seen)
    page = officer(seen)
    expect(page.frame_locator("iframe[title^='Map of hot spots']").locator(PATHS).first).to_be_attached()
    # the visit itself, the button "Enter", and the choice of another map than the one that opens
    assert len(asked) == 3
    page = go(seen, "Risk overlaps", "Risk factors that fall together")
    frame = seen.one_map("Map of risk factors")
    # the place that is explained is marked on the first map, so that no second one is drawn
    expect(frame.locator("path.hg-selected")).to_have_count(1)
    first = page.get_by_label("Neighbourhood", exact=True).input_value()

    # a click on the map is told; so is the first on a map drawn anew, though it is of the same place as the last on the map before
    other = frame.locator(PATHS).nth(0)
    words = str(other.get_attribute("aria-label"))
    name = words.split(". ", maxsplit=1)[0]
    assert name != first
    for number in (5, 7):
        frame.get_by_label(words, exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"Risk factors of {name}")).to_have_count(1)
        frame = seen.one_map("Map of risk factors")
        expect(frame.locator("path.hg-selected")).to_have_attribute("aria-label", words)
        assert len(asked) == number
        if number == 5:
            third = another(seen, "Neighbourhood")
            expect(page.get_by_text(f"Risk factors of {third}")).to_have_count(1)
            frame = seen.one_map("Map of risk factors")
            expect(frame.locator("path.hg-selected")).not_to_have_attribute("aria-label", words)
    assert seen.errors == []


@pytest.mark.slow
def test_overlaps_and_services_answer_a_choice_on_a_phone(address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(address, width=PHONE)
    officer(seen)
    page = go(seen, "Risk overlaps", "Risk factors that fall together")
    expect(page.locator(".hg-legend").get_by_text("none of them", exact=True)).to_be_visible()
    second = another(seen, "Neighbourhood")
    expect(page.get_by_text(f"Risk factors of {second}")).to_have_count(1)
    expect(page.get_by_text("Without data, and so in no figure here: many suspensions from school")).to_have_count(1)
    nothing_runs_off(page)

    page = go(seen, "Services", "General practices in reach of")
    seen.choose("Service", "Pharmacies")
    page.get_by_role("heading", level=1).filter(has_text="Pharmacies in reach of").wait_for()
    seen.settled()
    expect(page.locator(".hg-legend").get_by_text("nearly all homes", exact=True)).to_be_visible()
    expect(page.get_by_text("Every distance is a straight line.")).to_have_count(1)
    nothing_runs_off(page)
    assert seen.others() == set()
    assert seen.errors == []
