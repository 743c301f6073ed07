"""Problem files: opened and planned by an officer, agreed to by a second person, and read by everyone; a plan comes before its response."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app.person.reading import reading
from app.person.sign_in import Person, ProfessionalRole, demo_person
from app.problems import content, store, words
from app.routes import routes_of
from core import db
from core.db import Role
from core.errors import UserError
from core.periods import Period, add_months
from core.settings import PortalSettings
from homeground.desk.serve import serve_one
from published.problem_file import ProblemFile, PublicResult, problem_file
from tests.builders.portal_processes import as_demo, serve_community, serve_professional, stop, visit
from tests.builders.reading_grade import grade, sentences_of
from tests.builders.shown_problem import TOLD, show_problem_file
from tests.conftest import pointed_at

pytestmark = pytest.mark.database

AsPortal = Callable[..., PortalSettings]
ANALYST = demo_person(ProfessionalRole.ANALYST, "")
# the school year of a reader of twelve
TWELVE_YEARS = 7.0


@pytest.fixture(scope="module", autouse=True)
def own_county(county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]) -> Iterator[None]:
    """The module's own copy of the county after the whole flow: its files stay with it."""
    with pointed_at(make_database("problems", template=county_database), use_database):
        yield


def one(statement: str, **values: object) -> tuple[object, ...]:
    with db.transaction(Role.OWNER) as connection:
        return tuple(connection.execute(text(statement), values).one())


def a_place() -> tuple[str, str, str]:
    """Code, name and district of the local area in the middle of those whose violence is printed."""
    query = (
        "SELECT p.place_code, p.name, p.parent_lad FROM published.value AS v INNER JOIN published.place AS p USING (release_id, geography,"
        " place_code) WHERE v.geography = 'msoa' AND v.category = 'violence_and_sexual_offences' AND v.count IS NOT NULL"
        " ORDER BY v.count, 1"
    )
    with db.transaction(Role.OWNER) as connection:
        found = connection.execute(text(query)).all()
    code, name, district = found[len(found) // 2]
    return str(code), str(name), str(district)


def next_month() -> date:
    return add_months(datetime.now(tz=UTC).date().replace(day=1), 1)


def officer() -> Person:
    return demo_person(ProfessionalRole.OFFICER, a_place()[2])


def opened(person: Person, title: str = "Fights after closing time") -> int:
    return store.open_file(
        person, ("msoa", a_place()[0]), "violence_and_sexual_offences", title, "the council", "a residents' panel"
    )


def draw(person: Person) -> AppTest:
    def show(role: str, districts: str) -> None:
        from app.person.sign_in import ProfessionalRole, demo_person
        from app.problems import page

        page.show(demo_person(ProfessionalRole(role), districts))

    return AppTest.from_function(show, args=(person.role.value, person.districts), default_timeout=600).run()


def said(app: AppTest) -> str:
    assert not app.exception
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(e.proto.body for e in app.get("html"))).split())


def test_the_page_says_what_stands_and_what_is_missing(as_portal: AsPortal) -> None:
    as_portal(audience="professional", demo=True)
    me = officer()
    file = opened(me)
    app = draw(me)
    for expected in (
        "Not written yet.",
        "It is written before the response starts; a response without a plan is refused.",
        "Not started.",
    ):
        assert expected in said(app), expected
    with pytest.raises(UserError, match="There is no plan yet"):
        store.respond(me, file, next_month(), "Lights and patrols.")
    store.write(me, file, "objective", "Fewer people are hurt here at night.")
    store.write(me, file, "objective", "Fewer people are hurt here.")
    store.write(me, file, "scanning", "The figure is a middling one.")
    store.ask_for_plan(me, file, next_month(), 12, 25, looks_back=False)
    assert "The plan is being worked out by the worker" in " ".join(i.value for i in draw(me).info)
    with pytest.raises(UserError, match="A plan is being made"):
        store.respond(me, file, next_month(), "Lights and patrols.")
    assert serve_one()
    app = draw(me)
    assert "written 2 times" in said(app) and "figures of release" in said(app)
    assert re.search(r"A fall of 25% would be seen in \d+% of such cases", said(app)) and "before its month." in said(app)
    store.respond(me, file, next_month() + timedelta(days=3), "Lights and patrols.")
    with pytest.raises(UserError, match="its plan stands"):
        store.ask_for_plan(me, file, next_month(), 12, 10, looks_back=False)
    store.commit_to(me, file, "the council", "Keep the lights on", add_months(next_month(), 3))
    assert "Keep the lights on The council, by" in said(draw(me)) and "Not due yet" in said(draw(me))
    # the months of the plan have not come, so there is nothing to read
    store.ask_for_result(me, file)
    assert serve_one()
    assert "months of the plan are not loaded" in " ".join(e.value for e in draw(me).error)


def test_a_look_back_has_a_result_for_the_partnership_and_what_everyone_is_told(as_portal: AsPortal) -> None:
    as_portal(audience="professional", demo=True)
    me = officer()
    file, begun = opened(me, "Fights the year before"), date(2025, 3, 1)
    with pytest.raises(UserError, match="say so: it will be a look back"):
        store.ask_for_plan(me, file, begun, 6, 25, looks_back=False)
    store.write(me, file, "objective", "Fewer people are hurt here at night.")
    store.ask_for_plan(me, file, begun, 6, 25, looks_back=True)
    assert serve_one()
    store.respond(me, file, begun, "Lights and patrols.")
    store.ask_for_result(me, file)
    assert serve_one()
    page = said(draw(me))
    assert "places like this one" in page and "this is a look back and no test" in page
    assert "From counts that are not published: for the partnership, not for the public." in page
    # one release is published, so no span lies before the start
    assert "There are no printed figures of a time before the start." in page
    store.propose(me, file, "publish")
    with pytest.raises(UserError, match="Another person agrees"):
        store.decide(me, proposal_of(file), "agreed")
    store.decide(ANALYST, proposal_of(file), "agreed")
    inside = one("SELECT found ->> 'observed' FROM problem.result WHERE file_id = :f", f=file)[0]
    as_portal(audience="community")
    client = TestClient(Starlette(routes=routes_of("community")))
    for path in (f"/problems/{file}", f"/problems/{file}.json", "/problems"):
        body = re.sub(r"<style>.*?</style>", "", client.get(path).text, flags=re.S)
        assert "Fights the year before" in body and not re.search(rf"\b{int(str(inside)):,}\b", body), path


def proposal_of(file: int) -> int:
    return int(str(one("SELECT max(proposal_id) FROM problem.proposal WHERE file_id = :f", f=file)[0]))


def test_the_second_person_reads_what_everyone_would_and_each_number_that_was_typed(as_portal: AsPortal) -> None:
    as_portal(audience="professional", demo=True)
    me = officer()
    file = opened(me, "Numbers typed by hand")
    store.write(me, file, "objective", "From 7 a night in 2024 to 2.5 by the end of 2025, a fall of 64%.")
    store.propose(me, file, "publish")
    page = said(draw(ANALYST))
    assert "Numbers that somebody typed: 7, 2.5 and 64%." in page and "From 7 a night in 2024" in page
    with reading(ANALYST) as reader:
        mine = next(f for f in store.files(reader) if f.file_id == file)
        dossier = store.dossier(reader, mine)
    assert dossier.waiting is not None
    would = content.proposed(dossier, dossier.waiting)
    assert would is not None and content.numbers_in(replace(would, steps={"objective": "Since 2024, all year."})) == []
    store.decide(ANALYST, proposal_of(file), "refused", "Those are small numbers.")
    assert "refused: Those are small numbers." in said(draw(me))


@pytest.mark.parametrize("role", [ProfessionalRole.BOARD, ProfessionalRole.STEWARD])
def test_who_does_not_work_on_problems_writes_none(as_portal: AsPortal, role: ProfessionalRole) -> None:
    as_portal(audience="professional", demo=True)
    with pytest.raises(UserError, match="written by officers, analysts and planners"):
        opened(demo_person(role, ""))
    assert "You can read them." in said(draw(demo_person(role, "")))


def test_an_officer_of_another_district_sees_no_file(as_portal: AsPortal) -> None:
    as_portal(audience="professional", demo=True)
    opened(officer())
    with db.transaction(Role.OWNER) as connection:
        query = "SELECT code FROM place.area WHERE geography = 'lad' AND code <> :own ORDER BY code LIMIT 1"
        other = str(connection.execute(text(query), {"own": a_place()[2]}).scalar_one())
    assert "No problem file is open in your districts." in said(draw(demo_person(ProfessionalRole.OFFICER, other)))


@pytest.fixture(scope="module")
def shown() -> int:
    return show_problem_file("msoa", a_place()[0], "violence_and_sexual_offences")


@pytest.fixture
def community(as_portal: AsPortal) -> TestClient:
    as_portal(audience="community")
    return TestClient(Starlette(routes=routes_of("community")))


def test_everyone_reads_it_from_the_list_the_area_and_the_areas_around(community: TestClient, shown: int) -> None:
    code, _, district = a_place()
    (inside,) = one(
        "SELECT child_code FROM place.area_parent WHERE parent_geography = 'msoa' AND parent_code = :c AND child_edition = '2021'"
        " ORDER BY 1 LIMIT 1", c=code,
    )  # fmt: skip
    (outside,) = one("SELECT code FROM place.area WHERE geography = 'msoa' AND code <> :c ORDER BY code LIMIT 1", c=code)
    for path in ("/problems", f"/area/msoa/{code}", f"/area/lad/{district}", f"/area/lsoa/{inside}"):
        assert f'href="/problems/{shown}"' in community.get(path).text, path
    assert f'href="/problems/{shown}"' not in community.get(f"/area/msoa/{outside}").text
    page = community.get(f"/problems/{shown}")
    assert page.headers["cache-control"] == "no-cache"
    told = " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page.text, flags=re.S).split())
    for expected in (
        "We cannot tell whether anything changed. 0 of 1 promise kept so far.", "People can walk home here (scanning).",
        "Recorded in the year 2025:", "Keep the lights on The council, by",
        "Our best guess is 5% fewer. Anything from 40% fewer to 55% more fits the figures.",
        "We compared the year 2025 with the year 2024, here and in 39 places like it.", "So this is a look back and no test.",
    ):  # fmt: skip
        assert expected in told, expected
    assert not re.search(r"SHA-256|[0-9a-f]{32}|demo:", page.text)
    sentences = sentences_of(page.text)
    assert len(sentences) >= 15 and grade(sentences) <= TWELVE_YEARS


def test_a_file_of_a_neighbourhood_is_found_on_all_that_lies_around_it(community: TestClient) -> None:
    code, _, district = a_place()
    (inside,) = one(
        "SELECT child_code FROM place.area_parent WHERE parent_geography = 'msoa' AND parent_code = :c AND child_edition = '2021'"
        " ORDER BY 1 DESC LIMIT 1", c=code,
    )  # fmt: skip
    file = show_problem_file("lsoa", str(inside), "violence_and_sexual_offences")
    (beside,) = one(
        "SELECT child_code FROM place.area_parent WHERE parent_geography = 'msoa' AND parent_code = :c AND child_edition = '2021'"
        " ORDER BY 1 LIMIT 1", c=code,
    )  # fmt: skip
    for path in (f"/area/lsoa/{inside}", f"/area/msoa/{code}", f"/area/lad/{district}"):
        assert f'href="/problems/{file}"' in community.get(path).text, path
    assert f'href="/problems/{file}"' not in community.get(f"/area/lsoa/{beside}").text


def test_programs_read_the_same_with_the_seal_of_the_plan(community: TestClient, shown: int) -> None:
    found = community.get(f"/problems/{shown}.json").json()
    assert found["title"] == "Fights after closing time" and found["result"]["middle"] == TOLD["middle"]
    assert re.fullmatch("[0-9a-f]{64}", found["plan"]["seal"]) and "demo:" not in str(found)
    for path in ("/problems/999999", "/problems/999999.json", f"/problems/{10**30}"):
        assert community.get(path).status_code == 404, path


def test_questions_that_were_answered_are_counted_and_named_by_no_receipt(community: TestClient, shown: int) -> None:
    assert "asked and answered" not in community.get(f"/problems/{shown}").text
    with db.transaction(Role.OWNER) as connection:
        for category in ("", "violence_and_sexual_offences"):
            connection.execute(
                text(
                    "INSERT INTO answered.question (sort, geography, place_code, category, lad_code, question, body, answer, outcome,"
                    " asked_on) VALUES ('question', 'msoa', :c, :k, :d, 'Why?', 'the police', 'So it is.', 'explained', now())"
                ),
                {"c": a_place()[0], "k": category, "d": a_place()[2]},
            )
    page = community.get(f"/problems/{shown}").text
    assert "2 questions about this place were asked and answered." in page and f'href="/area/msoa/{a_place()[0]}#asked"' in page


RESULT = PublicResult("fell", "", "fell", 75, 60, 90, 30, Period(date(2024, 1, 1), date(2024, 12, 1)),
                      Period(date(2025, 4, 1), date(2026, 3, 1)), date(2026, 6, 1))  # fmt: skip


def test_every_verdict_has_its_words_and_says_cannot_be_told_plainly(shown: int) -> None:
    with db.transaction(Role.COMMUNITY) as connection:
        file = problem_file(connection, shown)
    assert isinstance(file, ProblemFile)
    heads = {v: words.headline(replace(RESULT, verdict=v), 25) for v in ("fell", "rose", "no_such_fall", "cannot_tell", "not_yet")}
    assert len(set(heads.values())) == 5 and heads["cannot_tell"] == "We cannot tell whether anything changed."
    fell = words.result_sentences(RESULT, file.plan)
    assert "Our best guess is 25% fewer. Anything from 40% fewer to 10% fewer fits the figures." in fell
    assert "We compared April 2025 to March 2026 with the year 2024, here and in 30 places like it." in fell
    assert "Fewer were recorded in the places around it, too." in fell and words.ALSO in fell
    for why in ("hidden", "few"):
        bare = replace(RESULT, verdict="cannot_tell", why=why, middle=None, low=None, high=None, places=None)
        assert not any("%" in s for s in words.result_sentences(bare, None))


def unfolded(page: Page, label: str) -> None:
    """Open what lies behind a line, and wait until it has come to rest: a click on what still slides down is lost.

    Where nothing stands beside it, as on a page without files, it is open already.
    """
    line = page.get_by_text(label, exact=True)
    line.wait_for()
    unfolds = page.locator("details[open]").filter(has=line)
    if unfolds.count() == 0:
        line.click()
    unfolds.wait_for()
    unfolds.evaluate("e => Promise.all(e.getAnimations({subtree: true}).map(a => a.finished.catch(() => 0)))")


@pytest.mark.slow
@pytest.mark.browser
def test_from_an_officers_file_to_what_everyone_reads(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An officer opens a file on a phone, is refused a response before a plan, plans, starts and proposes; an analyst agrees on a wide
    screen; residents read it, and officers on My patch."""
    lad = a_place()[2]
    (district,) = one("SELECT name FROM place.area WHERE geography = 'lad' AND code = :c", c=lad)
    folder, public = tmp_path_factory.mktemp("problems"), tmp_path_factory.mktemp("residents")
    process, address = serve_professional(folder)
    other, site = serve_community(public)
    title = "Rows at the last bus"
    try:
        first = as_demo(browser, address, "Neighbourhood officer", "/problems", District=str(district), width=390)
        page = first.page
        expect(page.get_by_role("heading", level=1)).to_have_text("Problems")
        unfolded(page, "Open a problem file")
        page.get_by_label("Title, as everyone would read it").fill(title)
        page.get_by_label("Residents' panel that has a say in it").fill("the panel of the town")
        with first.run():
            page.get_by_role("button", name="Open it").click()
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        file = int(str(one("SELECT max(file_id) FROM problem.file")[0]))
        unfolded(page, "Write: objective")
        page.get_by_label("Objective", exact=True).fill("People wait for the last bus in peace.")
        with first.run():
            page.get_by_role("button", name="Keep it").first.click()
        # a response before a plan is refused, and what was typed stays
        unfolded(page, "Start the response")
        page.get_by_label("What is done").fill("A warden waits at the stop.")
        with first.run():
            page.get_by_role("button", name="Start it").click()
        expect(page.get_by_text("a response without a plan is not started here")).to_be_visible()
        assert one("SELECT count(*) FROM problem.response WHERE file_id = :f", f=file) == (0,)
        unfolded(page, "Have the plan worked out")
        with first.run():
            page.get_by_role("button", name="Ask for the plan").click()
        expect(page.get_by_text("The plan is being worked out by the worker")).to_be_visible()
        first.sound()
        assert serve_one()
        with first.run():
            page.get_by_role("button", name="Look again").click()
        expect(page.get_by_text("before its month.")).to_be_visible()
        unfolded(page, "Start the response")
        expect(page.get_by_label("What is done")).to_have_value("A warden waits at the stop.")
        with first.run():
            page.get_by_role("button", name="Start it").click()
        expect(page.get_by_text("Its plan stands from now on.")).to_be_visible()
        unfolded(page, "Add a commitment")
        page.get_by_label("What they promise").fill("Pay for the warden")
        with first.run():
            page.get_by_role("button", name="Add it").click()
        with first.run():
            page.get_by_role("button", name="Propose to show it").click()
        expect(page.get_by_text("You proposed it, so somebody else agrees.")).to_be_visible()
        expect(page.get_by_role("button", name="Agree")).to_have_count(0)
        first.sound()
        residents = visit(browser, site, width=390)
        residents.page.goto(f"{site}/problems/{file}")
        expect(residents.page.get_by_role("heading", level=1)).to_have_text("There is no page at this address")
        residents.errors.clear()
        second = as_demo(browser, address, "Analyst", f"/problems?file={file}", width=1280, dark=True)
        expect(second.page.get_by_text("What everyone would read", exact=True)).to_be_visible()
        second.sound()
        with second.run():
            second.page.get_by_role("button", name="Agree").click()
        expect(second.page.get_by_text("Agreed. It is shown to everyone.")).to_be_visible()
        for width, dark in ((390, False), (1280, True)):
            reader = visit(browser, site, width=width, dark=dark)
            reader.open("/problems").get_by_role("link", name=title).click()
            expect(reader.page.get_by_role("heading", level=1)).to_have_text(title)
            for words_ in (
                "A warden waits at the stop.",
                "Pay for the warden",
                "Work begins on",
                "Nobody has looked at what changed yet.",
            ):
                expect(reader.page.get_by_text(words_).first).to_be_visible()
            reader.sound()
            reader.page.context.close()
        with first.run():
            page.get_by_role("link", name="My patch").click()
        unfolded(page, page.get_by_text("What was tried here:").inner_text())
        expect(page.get_by_role("link", name=title)).to_be_visible()
        for seen in (first, second, residents):
            seen.page.context.close()
    finally:
        ended = (stop(process), stop(other))
    assert ended == (0, 0)
    assert "Traceback" not in (folder / "professional.log").read_text() + (public / "community.log").read_text()
