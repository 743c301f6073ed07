"""The desk of moderators, and where an answer stands once it is given: beside the figure, on the profile, on its own page, in the feed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app.person.reading import reading
from app.person.sign_in import Person, ProfessionalRole, demo_person
from app.questions import desk_store as desk
from app.questions.words import REASONS
from app.routes import kept_pages, routes_of
from core import db
from core.db import Role
from core.errors import UserError
from core.questions.receipt import as_typed
from core.settings import PortalSettings
from published.answers import Answer, followed
from tests.builders.portal_processes import WORDS, serve_community, serve_questions, stop, visit
from tests.builders.reading_grade import grade, sentences_of
from tests.builders.shown_problem import show_problem_file
from tests.builders.starts.ports import free_port
from tests.conftest import Command

pytestmark = pytest.mark.database

ANALYST = demo_person(ProfessionalRole.ANALYST, "")
OFFICER = demo_person(ProfessionalRole.OFFICER, "E07900001")
AsPortal = Callable[..., PortalSettings]
# the school year of a reader of twelve
TWELVE_YEARS = 7.0


def recent_answers() -> list[Answer]:
    with reading(ANALYST) as reader:
        return desk.recent_answers(reader)


@pytest.fixture(autouse=True)
def nothing_asked(invented_county: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        for table in ("asked.question", "asked.day", "answered.question", "answered.ending"):
            connection.execute(text(f"DELETE FROM {table}"))


@pytest.fixture
def community(invented_county: str, as_portal: AsPortal) -> Iterator[TestClient]:
    as_portal(audience="community")
    yield TestClient(Starlette(routes=routes_of("community")))


def asked(words: str = WORDS, category: str = "robbery", sort: str = "contest") -> int:
    """A question on paper about the first neighbourhood; its number."""
    desk.type_in(ANALYST, sort, "lsoa", "E01900001", category, words)
    with db.transaction(Role.OWNER) as connection:
        return int(connection.execute(text("SELECT max(question_id) FROM asked.question")).scalar_one())


def answered(shown: str = "A shorter form of the question", **given: object) -> int:
    number = asked(**given)  # type: ignore[arg-type]
    desk.accept(ANALYST, number, shown)
    desk.answer(ANALYST, number, "the police", "We counted again and it is right.", "stands", None)
    return number


def test_an_answer_stands_beside_its_figure_with_body_and_date_and_nothing_else_of_the_question_shows(
    community: TestClient,
) -> None:
    answered()
    for path in ("/figure/lsoa/E01900001/robbery", "/area/lsoa/E01900001", "/questions"):
        html = community.get(path).text
        assert "A shorter form of the question" in html and "We counted again and it is right." in html
        assert re.search(r"<strong>The figure stands\.</strong> The police, \d{1,2} \w+ 20\d\d", html), path
        assert WORDS not in html
    assert "A shorter form" not in community.get("/figure/lsoa/E01900001/burglary").text
    assert "A shorter form" not in community.get("/area/lsoa/E01900002").text
    assert 'href="/ask?about=lsoa.E01900001&kind=robbery"' in community.get("/figure/lsoa/E01900001/robbery").text.replace(
        "&amp;", "&"
    )


@pytest.mark.parametrize("state", ["waiting", "accepted", "passed", "refused"])
def test_what_is_not_answered_shows_nowhere(community: TestClient, state: str) -> None:
    number = asked()
    if state == "refused":
        desk.refuse(ANALYST, number, "unclear")
    elif state != "waiting":
        desk.accept(ANALYST, number, "A shorter form of the question")
    if state == "passed":
        desk.pass_on(ANALYST, number, "the council")
    for path in ("/figure/lsoa/E01900001/robbery", "/area/lsoa/E01900001", "/questions", "/feeds/area/lsoa/E01900001.atom"):
        html = community.get(path).text
        assert WORDS not in html and "A shorter form" not in html


def test_outcomes_and_reasons_are_counted_in_public_and_outlive_the_questions(community: TestClient) -> None:
    answered()
    for reason in ("person", "person", "abusive"):
        desk.refuse(ANALYST, asked(), reason)
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM asked.question"))
    html = community.get("/questions").text
    assert grade(sentences_of(html)) <= TWELVE_YEARS
    said = " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S).split())
    assert "The figure stands 1 The figure was put right 0 Explained 0" in said
    assert f"{REASONS['person']} 2" in said and f"{REASONS['abusive']} 1" in said and f"{REASONS['advert']} 0" in said


def test_a_feed_of_an_area_tells_releases_and_answers(community: TestClient) -> None:
    answered()
    feed = ElementTree.fromstring(community.get("/feeds/area/lsoa/E01900001.atom").text)  # noqa: S314
    atom = "{http://www.w3.org/2005/Atom}"
    entries = feed.findall(f"{atom}entry")
    titles = [e.findtext(f"{atom}title", "") for e in entries]
    assert titles[0] == "Answer: Robbery in " + titles[0].split(" in ")[1] and len(titles) > 1
    (link,) = entries[0].findall(f"{atom}link")
    assert re.fullmatch(r"/figure/lsoa/E01900001/robbery#answer-\d+", link.get("href", ""))
    assert "The figure stands. The police: We counted again" in entries[0].findtext(f"{atom}summary", "")
    times = [e.findtext(f"{atom}updated", "") for e in entries]
    assert times == sorted(times, reverse=True) and feed.findtext(f"{atom}updated") == times[0]
    assert len({e.findtext(f"{atom}id") for e in entries}) == len(entries)
    assert not any("Answer" in t for t in community.get("/feeds/releases.atom").text.splitlines())


def test_a_feed_of_an_area_tells_what_is_done_about_its_problems(community: TestClient) -> None:
    file = show_problem_file("lsoa", "E01900001", "robbery")
    atom = "{http://www.w3.org/2005/Atom}"

    def actions(path: str) -> list[ElementTree.Element]:
        entries = ElementTree.fromstring(community.get(path).text).findall(f"{atom}entry")  # noqa: S314
        return [e for e in entries if e.findtext(f"{atom}title", "").startswith("What is done: ")]

    (mine,) = actions("/feeds/area/lsoa/E01900001.atom")
    (link,) = mine.findall(f"{atom}link")
    assert link.get("href") == f"/problems/{file}" and community.get(f"/problems/{file}").status_code == 200
    said = mine.findtext(f"{atom}summary", "")
    assert "The lights stay on until the last bus." in said and "The council: Keep the lights on, by" in said
    # the district hears of what is in it, and the next neighbourhood does not
    assert len(actions("/feeds/area/lad/E07900001.atom")) == 1
    assert actions("/feeds/area/lad/E07900002.atom") == []


def test_a_page_that_is_kept_shows_a_new_answer_and_drops_one_that_was_taken_down(
    invented_county: str, as_portal: AsPortal
) -> None:
    as_portal(audience="community")
    pages = kept_pages()
    portal = TestClient(Starlette(routes=routes_of("community", pages)))

    def now() -> str:
        pages._asked_at = float("-inf")
        return portal.get("/questions").text

    assert "We counted again" not in now()
    answered()
    assert "We counted again" in now()
    (one,) = recent_answers()
    desk.take_down(ANALYST, one.answer_id)
    assert "We counted again" not in now() and "taken down again" in now()


def test_words_that_name_somebody_are_not_accepted_for_the_public(invented_county: str) -> None:
    number = asked()
    with pytest.raises(UserError, match="still hold what looks like: phone number, name"):
        desk.accept(ANALYST, number, "Ask Mrs Jones on 07700 900123")


def test_a_figure_that_was_put_right_names_the_release_that_shows_it(community: TestClient) -> None:
    number = asked()
    desk.accept(ANALYST, number, "The number is wrong")
    with db.transaction(Role.OWNER) as connection:
        release = int(connection.execute(text("SELECT max(release_id) FROM published.release")).scalar_one())
        connection.execute(text("UPDATE asked.question SET received_on = '2099-01-01'"))
    with pytest.raises(UserError, match="neither published nor withdrawn since"):
        desk.answer(ANALYST, number, "the police", "Corrected.", "corrected", release)
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE asked.question SET received_on = '2001-01-01'"))
    desk.answer(ANALYST, number, "the police", "Corrected.", "corrected", release)
    html = community.get("/figure/lsoa/E01900001/robbery").text
    assert f'<a href="/releases">Release {release} shows what was changed</a>' in html and "The figure was put right." in html


def test_a_paper_form_is_typed_in_by_command_and_its_receipt_opens(homeground: Command, tmp_path: Path) -> None:
    form = tmp_path / "form.txt"
    form.write_text("Why is it so high near 12 Mill Road? Call 07700 900123", encoding="utf-8")
    done = homeground("questions", "paper", "--about", "lsoa.E01900001", "--kind", "robbery", "--contest", str(form))
    assert done.returncode == 0, done.stderr
    found = re.search(r"reference   (\S+)\nfive words  (.+)\ntaken out: phone number, address\n", done.stdout)
    assert found is not None
    receipt = as_typed(found[1], found[2])
    assert receipt is not None
    with db.transaction(Role.COMMUNITY) as connection:
        state = followed(connection, receipt.reference, receipt.code_hash)
    assert state is not None and (state.state, state.category) == ("waiting", "robbery")
    wrong = homeground("questions", "paper", "--about", "lsoa.E01999999", str(form))
    assert wrong.returncode == 2 and "no figure is published of that area" in wrong.stderr
    assert homeground("questions", "forget").stdout == "0 questions deleted.\n"


def open_desk(as_portal: AsPortal, person: Person) -> AppTest:
    def show(role: str, districts: str) -> None:
        from app.person.sign_in import ProfessionalRole, demo_person
        from app.questions import desk

        desk.show(demo_person(ProfessionalRole(role), districts))

    as_portal(audience="professional", demo=True)
    return AppTest.from_function(show, args=(person.role.value, person.districts), default_timeout=600).run()


def words(app: AppTest) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(e.proto.body for e in app.get("html"))).split())


def press(app: AppTest, label: str) -> AppTest:
    return next(b for b in app.button if b.label == label).click().run()


def test_a_moderator_reads_takes_in_passes_on_and_answers(invented_county: str, as_portal: AsPortal) -> None:
    number = asked()
    app = open_desk(as_portal, ANALYST)
    assert not app.exception and WORDS in words(app) and "1 question to be read" in words(app)
    app = press(app, "Take in")
    assert not app.exception and f"Question {number}: taken in." in [s.value for s in app.success]
    app = press(app, "Pass on")
    assert f"Question {number}: passed to the police." in [s.value for s in app.success]
    app = press(app, "Publish the answer")
    assert [e.value for e in app.error] == ["Something is missing: words to show, a body, or an answer."]
    next(t for t in app.text_area if t.label == "The answer, in plain words").set_value("It is right.")
    app = press(app, "Publish the answer")
    assert f"Question {number}: answered in public." in [s.value for s in app.success]
    (one,) = recent_answers()
    assert (one.question, one.answer, one.outcome, one.body) == (WORDS, "It is right.", "stands", "the police")
    app = press(app, "Take down")
    assert not app.exception and recent_answers() == []


def test_a_clerk_types_in_a_paper_form_at_the_desk_and_gets_the_receipt_once(invented_county: str, as_portal: AsPortal) -> None:
    app = open_desk(as_portal, ANALYST)
    next(t for t in app.text_input if t.label.startswith("Area")).set_value("LSOA.e01900001")
    next(t for t in app.text_area if t.label == "Words").set_value("Why was it more in the winter?")
    app = press(app, "Type in")
    (receipt,) = [s.value for s in app.success if s.value.startswith("Receipt")]
    assert re.search(r"this once: [0-9A-Z]{4}-[0-9A-Z]{4}, (\w+ ){4}\w+\.", receipt)
    assert not [s for s in app.run().success if s.value.startswith("Receipt")]


def test_who_does_not_moderate_is_told_so_and_not_led_there(invented_county: str, as_portal: AsPortal) -> None:
    asked()
    app = open_desk(as_portal, OFFICER)
    assert not app.exception and "Yours does not." in words(app) and WORDS not in words(app) and not app.button[1:]


@pytest.mark.browser
def test_a_resident_asks_in_a_browser_and_reads_the_answer(
    invented_county: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """From a figure to the form, the sum that the browser does, the receipt, what became of it, and the answer beside the figure."""
    folder, port = tmp_path_factory.mktemp("asking"), free_port()
    processes = []
    try:
        process, portal = serve_community(folder, HOMEGROUND_PORTAL_QUESTIONS_URL=f"http://127.0.0.1:{port}")
        processes.append(process)
        process, asking = serve_questions(folder, portal, port)
        processes.append(process)
        seen = visit(browser, portal, width=390)
        page = seen.open("/figure/lsoa/E01900001/robbery")
        page.get_by_role("link", name="Ask about this figure").click()
        page.get_by_label("I think the figure is wrong").check()
        page.get_by_label("Your words").fill(WORDS + "\nA second line, with an é.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("We have your question")
        assert seen.violations() == []
        assert page.url == f"{asking}/ask"
        reference, code = page.locator("dd").all_inner_texts()
        with db.transaction(Role.OWNER) as connection:
            kept = connection.execute(text("SELECT question_id, words FROM asked.question")).one()
        assert kept.words == WORDS + "\nA second line, with an é."
        page.get_by_role("link", name="Follow up your question").click()
        page.get_by_label("Reference").fill(reference)
        page.get_by_label("Your five words").fill(code)
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("It waits to be read.")).to_be_visible()
        assert code.replace(" ", "+") not in page.url and reference not in page.url
        desk.accept(ANALYST, kept.question_id, "Are there more than before?")
        desk.answer(ANALYST, kept.question_id, "the police", "No, there are as many.", "stands", None)
        page.get_by_label("Reference").fill(reference)
        page.get_by_label("Your five words").fill(code)
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("No, there are as many.")).to_be_visible()
        assert seen.others() == {asking.removeprefix("http://")} and seen.errors == []
        seen.page.context.close()
    finally:
        ended = [stop(p) for p in processes]
    assert ended == [0, 0]
    for log in ("community.log", "questions.log"):
        said = (folder / log).read_text()
        assert "Traceback" not in said and "127.0.0.1:5" not in said and WORDS not in said


def test_what_nobody_reads_in_time_is_late_on_the_receipt_at_the_desk_and_in_public(community: TestClient) -> None:
    receipt, _ = desk.type_in(ANALYST, "question", "lsoa", "E01900001", "robbery", WORDS)

    def followed() -> str:
        return community.post("/follow", data={"reference": receipt.reference, "code": receipt.code}).text

    assert "It waits to be read." in followed() and "It should be read by" in followed()
    assert "waited to be read" not in community.get("/questions").text
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE asked.question SET received_on = received_on - 15 WHERE state = 'waiting'"))
    assert "It should have been read by" in followed() and "counted in public as late" in followed()
    fresh = TestClient(Starlette(routes=routes_of("community")))
    assert re.search(r"\d+ questions? ha(s|ve) waited to be read for more than 14 days\.", fresh.get("/questions").text)
    assert WORDS not in fresh.get("/questions").text
    # whoever reads it ends that
    with db.transaction(Role.OWNER) as connection:
        numbers = list(connection.execute(text("SELECT question_id FROM asked.question WHERE state = 'waiting'")).scalars())
    for number in numbers:
        desk.accept(ANALYST, int(number), "A shorter form of the question")
    assert "waited to be read" not in TestClient(Starlette(routes=routes_of("community"))).get("/questions").text
