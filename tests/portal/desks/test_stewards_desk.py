"""The steward's desk: a held delivery is accepted with its reason, what became of every row adds up, and two people publish."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from app.person import store as person_store
from app.person.reading import reading
from app.person.sign_in import Person, ProfessionalRole, demo_person
from app.steward import deliveries_content, store
from core import db
from core.db import Role
from core.errors import UserError
from core.settings import PortalSettings
from feeds.loading.freshness import freshness
from feeds.loading.load import load_source
from homeground.desk.serve import serve_one
from tests.builders import feeds_files as county
from tests.builders.portal_processes import as_demo, serve_professional, stop
from tests.builders.release_county import fill_county

pytestmark = pytest.mark.database

ANNE, BEN, CLEO = (demo_person(ProfessionalRole.STEWARD, "", number=n) for n in (1, 2, 3))
OFFICER = demo_person(ProfessionalRole.OFFICER, "E07990000")
AsPortal = Callable[..., PortalSettings]


@pytest.fixture(scope="module", autouse=True)
def one_held(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A small county that the analysis has counted; beside it three usual months of a feed, and two of a tenth of their size."""
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection)
        # the demo's door opens where a district has an outline
        connection.execute(
            text(
                "INSERT INTO place.area (geography, edition, code, name, geom) VALUES ('lad', '2022', 'E07990000', 'Testborough',"
                " st_multi(st_makeenvelope(450000, 200000, 450600, 200400, 27700)))"
            )
        )
    folder = tmp_path_factory.mktemp("months")
    for month, rows in (("2025-01", 400), ("2025-02", 400), ("2025-03", 400), ("2025-04", 40), ("2025-05", 30)):
        made = county.street_csv(county.many(rows, month))
        county.write(folder, county.street_name(month), made)
    load_source(folder, region=county.REGION, actor="command line")


@pytest.fixture
def portal(as_portal: AsPortal) -> Iterator[None]:
    as_portal(audience="professional", demo=True)
    yield


def draw(page: str, person: Person) -> AppTest:
    def show(page: str, role: str, districts: str, number: int) -> None:
        from importlib import import_module

        from app.person.sign_in import ProfessionalRole, demo_person

        import_module(f"app.steward.{page}").show(demo_person(ProfessionalRole(role), districts, number=number))

    number = int(person.actor[-1]) if person.actor[-1].isdigit() else 1
    return AppTest.from_function(show, args=(page, person.role.value, person.districts, number), default_timeout=600).run()


def words(app: AppTest) -> str:
    assert not app.exception
    said = [e.proto.body for e in app.get("html")] + [e.value for e in (*app.info, *app.warning, *app.success, *app.error)]
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(said)).split())


def press(app: AppTest, label: str) -> AppTest:
    return next(b for b in app.button if b.label == label).click().run()


def write(app: AppTest, label: str, value: str) -> None:
    next(t for t in app.text_input if t.label == label).set_value(value)


def one(statement: str) -> tuple[object, ...]:
    with db.transaction(Role.OWNER) as connection:
        return tuple(connection.execute(text(statement)).one())


def test_a_steward_accepts_a_held_delivery_and_the_worker_loads_it(portal: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEGROUND_REGION_FORCE_NAME", county.REGION.force_name)
    monkeypatch.setenv("HOMEGROUND_REGION_SYNTHETIC", "true")
    ((waits,),) = [one("SELECT min(delivery_id) FROM raw.delivery WHERE status = 'held'")]
    app = draw("deliveries_page", ANNE)
    said = words(app)
    assert "Held 2 the longest since" in said and "10% of the usual 400" in said
    assert "Rows a month 40 400 400" in said, "the delivery beside what is usual and the one before it"
    assert "No worker runs" in said and "homeground worker --until-idle" in said
    app = press(app, "Accept: load it as it is")
    assert "Say why" in words(app)
    write(app, "Why (it stands in the audit trail)", "the force was on strike")
    app = press(app, "Accept: load it as it is")
    assert f"Delivery {waits}: the worker was asked to load it." in words(app)
    assert "You asked to load it" in words(app) and "It waits for a worker" in words(app)
    assert not [b for b in app.button if b.label.startswith("Accept")], "nobody decides a second time"
    with pytest.raises(UserError, match="asked for already"):
        store.decide(BEN, int(str(waits)), "refuse", "no")
    assert one("SELECT count(*) FROM record.incident WHERE month = '2025-04-01'") == (0,), "the page itself loads nothing"
    assert serve_one() and not serve_one()
    assert one("SELECT count(*) FROM record.incident WHERE month = '2025-04-01'") == (40,)
    app = press(app, "Look again")
    assert "Held 1 the longest" in words(app) and f"{ANNE.actor}: the force was on strike" in words(app)
    assert one(
        "SELECT string_agg(action || ' by ' || actor || ' as ' || credential, '; ' ORDER BY event_id) FROM audit.event"
        " WHERE action IN ('delivery_decided', 'accept')"
    ) == (f"delivery_decided by {ANNE.actor} as homeground_professional; accept by {ANNE.actor} as homeground_pipeline",)


def test_rows_add_up_late_feeds_are_those_of_the_command_and_uses_come_from_the_trail(portal: None) -> None:
    app = draw("deliveries_page", ANNE)
    said = words(app)
    with reading(ANNE, steward=True) as reader:
        deliveries = store.deliveries(reader)
    assert all(d.rows_in == d.kept + d.left_out + d.outside + d.rejected and d.kept >= 0 for d in deliveries)
    late = {x.feed: x.age_days for x in deliveries_content.late_feeds(deliveries, store.catalogue(), datetime.now(UTC).date())}
    assert late == {f.feed: f.age_days for f in freshness() if f.late}
    assert late and "Late" in said
    analyst = demo_person(ProfessionalRole.ANALYST, "")
    person_store.record(analyst, "view", "outcomes_and_searches", {})
    with db.transaction(Role.OWNER) as connection:
        connection.execute(
            text(
                "INSERT INTO analysis.run (stage, parameters, delivery_ids, code_version, finished_at)"
                " SELECT 'records', '{}', array_agg(delivery_id), 'x', now() FROM raw.delivery WHERE feed = 'police_uk_street'"
            )
        )
    assert "Outcomes and searches looked at Analyst 1 1" in words(draw("deliveries_page", ANNE))


def test_two_people_publish_and_two_withdraw_on_the_page(portal: None) -> None:
    app = draw("releases_page", ANNE)
    assert "Nothing is published now." in words(app)
    write(app, "Last month, as 2024-12; empty: the newest that is loaded", "2024-13")
    app = press(app, "Build and attack it")
    assert "Write a month as 2024-12." in words(app)
    write(app, "Last month, as 2024-12; empty: the newest that is loaded", "")
    app = press(app, "Build and attack it")
    assert "You asked to build a candidate" in words(app) and "No worker runs" in words(app)
    assert serve_one()
    app = press(app, "Look again")
    said = words(app)
    assert (
        "Small counts attacked" in said
        and "values possible" in said
        and re.search(r"Of the figures \d+ are withheld as small", said)
    )
    kinds = re.findall(r"(\w+) (Whole area|Districts|Local areas|Neighbourhoods)", said)
    assert "violence" in kinds[0][0], "violence comes first"
    write(app, "Why it should be published", "the month is in")
    app = press(app, "Propose to publish candidate 1")
    assert "You proposed it, so somebody else approves it." in words(app)
    assert not [b for b in app.button if b.label.startswith("Approve")]
    with pytest.raises(UserError, match="Another person approves it"):
        store.approve(ANNE, 1)
    app = press(draw("releases_page", BEN), "Approve proposal 1")
    assert "Proposal 1 is approved: the worker publishes it." in words(app)
    with pytest.raises(UserError, match="somebody has decided"):
        store.approve(CLEO, 1)
    assert serve_one()
    said = words(draw("releases_page", CLEO))
    assert "Release 1 is current" in said and f"{ANNE.actor} and {BEN.actor}" in said
    store.propose(CLEO, "withdraw", 1, "a file was wrong")
    app = press(draw("releases_page", ANNE), "Approve proposal 2")
    assert "release 1 is withdrawn" in words(app) and "Nothing is published now." in words(app)
    assert one("SELECT reason FROM published.withdrawal") == ("a file was wrong",)


@pytest.mark.parametrize("page", ["deliveries_page", "releases_page"])
def test_nobody_else_reads_the_desk(portal: None, page: str) -> None:
    app = draw(page, OFFICER)
    assert "Your role is another." in words(app) and len(app.button) == 1 and not app.selectbox
    with pytest.raises(UserError, match="Only a data steward"):
        store.propose(OFFICER, "publish", 1, "x")


@pytest.mark.slow
@pytest.mark.browser
def test_stewards_in_a_browser(browser: Browser, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """One accepts a held delivery on a phone and proposes a release; a second approves it on a wide screen; a third has nothing to do."""
    monkeypatch.setenv("HOMEGROUND_REGION_FORCE_NAME", county.REGION.force_name)
    monkeypatch.setenv("HOMEGROUND_REGION_SYNTHETIC", "true")
    folder = tmp_path_factory.mktemp("desk")
    process, address = serve_professional(folder)
    try:
        first = as_demo(browser, address, "Data steward", "/hot-spots?patch=E07990000", width=390)
        page = first.page
        # a colleague's link to a page of places leads a steward to their own
        expect(page.get_by_role("heading", level=1)).to_have_text("Deliveries")
        expect(page.get_by_role("link", name="Releases")).to_be_visible()
        expect(page.get_by_role("link", name="Hot spots")).to_have_count(0)
        expect(page.get_by_text("of the usual 400").first).to_be_visible()
        first.sound()
        page.get_by_label("Why (it stands in the audit trail)").fill("a strike")
        with first.run():
            page.get_by_role("button", name="Accept: load it as it is").click()
        expect(page.get_by_text("It waits for a worker")).to_be_visible()
        assert serve_one()
        with first.run():
            page.get_by_role("button", name="Look again").click()
        expect(page.get_by_text("Decisions (")).to_be_visible()
        assert one("SELECT count(*) FROM audit.event WHERE action = 'accept' AND detail ->> 'reason' = 'a strike'") == (1,)
        store.ask_for_candidate(ANNE, None)
        assert serve_one()
        with first.run():
            page.get_by_role("link", name="Releases").click()
        page.get_by_label("Why it should be published").fill("the strike is over")
        with first.run():
            page.get_by_role("button", name="Propose to publish candidate").click()
        expect(page.get_by_text("You proposed it, so somebody else approves it.")).to_be_visible()
        expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        first.charts(1)
        first.sound()
        second = as_demo(browser, address, "Data steward", "/releases", Which_of_them="Second", width=1280, dark=True)
        second.charts(1)
        second.sound()
        third = as_demo(browser, address, "Data steward", "/releases", Which_of_them="Third", width=1280)
        with second.run():
            second.page.get_by_role("button", name="Approve proposal").click()
        expect(second.page.get_by_text("is approved: the worker publishes it.")).to_be_visible()
        # the third has the page from before, on which it still waits
        with third.run():
            third.page.get_by_role("button", name="Approve proposal").click()
        expect(third.page.get_by_text("It waits for a worker")).to_be_visible()
        expect(third.page.get_by_role("button", name="Approve")).to_have_count(0)
        assert one("SELECT given_by FROM steward.verdict ORDER BY proposal_id DESC LIMIT 1") == (BEN.actor,)
        assert serve_one()
        with second.run():
            second.page.get_by_role("button", name="Look again").click()
        expect(second.page.get_by_text("is current:")).to_be_visible()
        for seen in (first, second, third):
            seen.page.context.close()
    finally:
        ended = stop(process)
    assert ended == 0 and "Traceback" not in (folder / "professional.log").read_text()
