"""News of an area by e-mail: asked for without an account, confirmed by its owner, stopped by a link; nobody learns who gets it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app.asking import proof
from app.asking.proof import Asked
from app.asking.serve import build
from app.headers import SecurityHeaders
from app.routes import routes_of
from app.web.who_asks import WhoAsks
from core import db
from core.db import Role, code_of
from core.mail import MailError
from core.settings import PortalSettings
from homeground.desk import news
from homeground.desk.news import send_news
from tests.builders.portal_processes import proven, unproven
from tests.builders.reading_grade import grade, sentences_of
from tests.builders.replay.mail_server import MailServer, Taken, mail_server
from tests.builders.shown_problem import show_problem_file

pytestmark = pytest.mark.database

TWELVE_YEARS = 7.0
COMMUNITY, QUESTIONS = "http://127.0.0.1:8601", "http://127.0.0.1:8603"
TODAY = datetime.now(UTC).date()
TOMORROW = TODAY + timedelta(days=1)
ME = "resident@place.example"
ON = {"news_by_email": True, "community_url": COMMUNITY, "questions_url": QUESTIONS}
AsPortal = Callable[..., PortalSettings]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """The partnership's server for e-mail, and the settings of the worker that uses it."""
    with mail_server() as made:
        given = {
            "HOMEGROUND_SMTP_HOST": "127.0.0.1", "HOMEGROUND_SMTP_PORT": str(made.port), "HOMEGROUND_SMTP_SECURITY": "none",
            "HOMEGROUND_SMTP_SENDER": "figures@partnership.example", "HOMEGROUND_PORTAL_NEWS_BY_EMAIL": "true",
            "HOMEGROUND_PORTAL_COMMUNITY_URL": COMMUNITY, "HOMEGROUND_PORTAL_QUESTIONS_URL": QUESTIONS,
        }  # fmt: skip
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def asking(invented_county: str, as_portal: AsPortal, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    # a proof takes a browser a second, and Python more
    monkeypatch.setattr(proof, "ZERO_BITS", 6)
    with db.transaction(Role.OWNER) as connection:
        for table in ("asked.alert", "asked.alert_day", "asked.question", "asked.day", "answered.question"):
            connection.execute(text(f"DELETE FROM {table}"))
    return asking_process(as_portal)


def asking_process(as_portal: AsPortal) -> TestClient:
    process = build(as_portal(audience="questions", **ON))
    return TestClient(process, base_url=QUESTIONS, headers={"origin": COMMUNITY}, follow_redirects=False)


def community(as_portal: AsPortal, **settings: object) -> TestClient:
    now = as_portal(audience="community", **{**ON, **settings})
    passed = [Middleware(SecurityHeaders, page_scripts="", form_to=now.questions_url), Middleware(WhoAsks)]
    return TestClient(Starlette(routes=routes_of("community"), middleware=passed), base_url=COMMUNITY)


def wanted(address: str = ME, code: str = "E01900001", geography: str = "lsoa") -> Asked:
    return Asked("news", geography, code, "", address)


def kept() -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        query = "SELECT address, geography, place_code, language, confirmed_on FROM asked.alert ORDER BY alert_id"
        return [tuple(r) for r in connection.execute(text(query))]


def link_in(letter: Taken, step: str) -> str:
    (found,) = re.findall(rf"{COMMUNITY}((?:/cy)?/news/{step}\?t=[0-9a-f]{{32}})", letter.text)
    return str(found)


def press(page: str, asking: TestClient) -> int:
    """The button of a page that a link led to."""
    assert re.search(rf'<form class="hg-ask" action="{QUESTIONS}/news" method="post"', page)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    return asking.post("/news", data=fields).status_code


def confirmed(asking: TestClient, server: MailServer, as_portal: AsPortal, address: str = ME, **data: str) -> TestClient:
    """An address that confirmed; the questions process as it is afterwards."""
    assert asking.post("/ask", data={**proven(wanted(address)), **data}).status_code == 200
    send_news(TODAY)
    page = community(as_portal).get(link_in(server.taken[-1], "confirm")).text
    asking = asking_process(as_portal)
    assert press(page, asking) == 200
    server.taken.clear()
    return asking


def answer_a_question() -> None:
    with db.transaction(Role.OWNER) as connection:
        connection.execute(
            text(
                "INSERT INTO answered.question (sort, geography, place_code, category, lad_code, question, body, answer, outcome, asked_on)"
                " VALUES ('question', 'lsoa', 'E01900001', 'robbery', 'E07900001', 'Why?', 'the police', 'Because.', 'explained', now())"
            )
        )


def test_a_resident_asks_confirms_is_told_and_stops(asking: TestClient, server: MailServer, as_portal: AsPortal) -> None:
    """The whole way, as a panel member goes it."""
    form = community(as_portal).get("/news?about=lsoa.E01900001")
    assert form.status_code == 200 and f'action="{QUESTIONS}/ask"' in form.text
    assert f"form-action 'self' {QUESTIONS}" in form.headers["content-security-policy"]
    assert "/feeds/area/lsoa/E01900001.atom" in form.text
    asking = asking_process(as_portal)
    answer = asking.post("/ask", data=proven(wanted()))
    assert answer.status_code == 200 and "Look for our letter" in answer.text and ME not in answer.text
    assert server.taken == []
    assert send_news(TODAY) == 1
    (letter,) = server.taken
    assert letter.to == (ME,) and letter.message["Subject"].startswith("Please confirm: news of ")
    assert grade([s for s in re.split(r"(?<=[.?!])\s", letter.text) if "http" not in s]) <= TWELVE_YEARS
    # no second letter, however often the worker looks, and no news before the button is pressed
    answer_a_question()
    assert (send_news(TODAY), send_news(TOMORROW), len(server.taken)) == (0, 0, 1)
    page = community(as_portal).get(link_in(letter, "confirm"))
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    assert kept()[0][4] is None, "a program that opens the links of letters confirms nothing"
    asking = asking_process(as_portal)
    assert press(page.text, asking) == 200 and kept()[0][4] == TODAY
    assert press(page.text, asking) == 200, "twice is as good as once"
    # what happens today is told tomorrow, in one letter, and once
    file = show_problem_file("lsoa", "E01900001", "robbery")
    assert send_news(TODAY) == 0
    assert send_news(TOMORROW) == 1
    news = server.taken[-1]
    assert news.message["Subject"].startswith("News of ")
    assert f"{COMMUNITY}/figure/lsoa/E01900001/robbery#answer-" in news.text and "Who answers: the police." in news.text
    assert f"{COMMUNITY}/problems/{file}\n" in news.text
    assert send_news(TOMORROW) == 0
    # stopped by the page that the letter leads to
    stop = community(as_portal).get(link_in(news, "stop")).text
    assert press(stop, asking_process(as_portal)) == 200
    assert kept() == []
    assert press(stop, asking_process(as_portal)) == 404


def test_new_figures_are_news(
    asking: TestClient, server: MailServer, as_portal: AsPortal, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    confirmed(asking, server, as_portal)
    with db.transaction(Role.OWNER) as connection:
        published = connection.execute(text("SELECT published_at FROM published.release WHERE status = 'current'")).scalar_one()
        day = published.astimezone(UTC).date()
        connection.execute(text("UPDATE asked.alert SET told_until = :day"), {"day": day})
    send_news(day + timedelta(days=1))
    assert "There are new figures. They are of " in server.taken[-1].text
    assert f"{COMMUNITY}/area/lsoa/E01900001\n" in server.taken[-1].text


def test_letters_are_in_the_language_of_the_page(asking: TestClient, server: MailServer, as_portal: AsPortal) -> None:
    asking.post("/ask", data={**proven(wanted()), "language": "cy"})
    send_news(TODAY)
    (letter,) = server.taken
    assert "/cy/news/confirm?t=" in letter.text
    assert "We hope it was you" not in letter.text
    page = community(as_portal).get(link_in(letter, "confirm"))
    assert page.status_code == 200 and '<html lang="cy">' in page.text and 'name="language" value="cy"' in page.text


def test_a_mail_program_stops_letters_by_one_post(asking: TestClient, server: MailServer, as_portal: AsPortal) -> None:
    asking = confirmed(asking, server, as_portal)
    answer_a_question()
    send_news(TOMORROW)
    message = server.taken[-1].message
    address = message["List-Unsubscribe"].strip("<>")
    assert address.startswith(f"{QUESTIONS}/news/stop?t=") and message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = address.removeprefix(QUESTIONS)
    # whoever opens it is led to the page, and nowhere else
    led = asking.get(path)
    assert led.status_code == 303 and led.headers["location"] == COMMUNITY + path
    assert kept(), "opening it stops nothing"
    mail_program = TestClient(asking.app, base_url=QUESTIONS)
    assert mail_program.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert kept() == []
    assert mail_program.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 404


@pytest.mark.parametrize(
    "token", ["", "x", "0" * 31, "0" * 33, "//evil.example", "0" * 32 + "@evil.example", "%0d%0aSet-Cookie:a=b"]
)
def test_a_link_that_is_none_leads_nowhere(asking: TestClient, as_portal: AsPortal, token: str) -> None:
    for answer in (asking.get(f"/news/stop?t={token}"), asking.post(f"/news/stop?t={token}")):
        assert answer.status_code == 404 and "location" not in answer.headers and "set-cookie" not in answer.headers
    assert asking.post("/news", data={"step": "confirm", "token": token}).status_code == 404
    page = community(as_portal).get(f"/news/confirm?t={token}")
    assert page.status_code == 404 and "evil" not in page.text and "<form class" not in page.text


def test_nobody_learns_who_gets_letters(asking: TestClient, server: MailServer, as_portal: AsPortal) -> None:
    asking = confirmed(asking, server, as_portal)

    def said(address: str) -> tuple[int, str]:
        answer = asking.post("/ask", data=proven(wanted(address)))
        return answer.status_code, answer.text

    assert said(ME) == said("nobody@place.example") == said(ME.upper().replace("PLACE.EXAMPLE", "place.example"))
    send_news(TODAY)
    # and whoever owns the address is not written to again
    assert [t.to for t in server.taken] == [("nobody@place.example",)]
    assert len(kept()) == 2


def test_an_address_is_not_flooded_by_somebody_else(asking: TestClient, server: MailServer, as_portal: AsPortal) -> None:
    with db.transaction(Role.QUESTIONS) as connection:
        for number in range(1, 11):
            row = {"address": ME, "geography": "lsoa", "place_code": f"E0190000{number % 6 + 1}", "language": "en"}
            db.run_statement(connection, "news/take_in", row)
    for day in range(8):
        send_news(TODAY + timedelta(days=day))
    assert len(server.taken) == 3


@pytest.mark.parametrize(
    "given",
    [
        "nobody", "a@b", "a@place.example, b@place.example", "a@place.example\r\nBcc: b@place.example", "a@place.example\nb@place.example",
        "<a@place.example>", "a@place.example\0", '"a b"@place.example', "a" * 250 + "@place.example", "",
    ],
)  # fmt: skip
def test_what_is_not_one_address_is_given_back(asking: TestClient, given: str) -> None:
    answer = asking.post("/ask", data=proven(wanted(given)))
    assert answer.status_code == 400 and "not one whole e-mail address" in answer.text
    assert kept() == []


def test_what_the_process_should_have_refused_the_database_refuses(asking: TestClient) -> None:
    for row, code in (
        ({"address": "a@place.example\nb@place.example"}, "23514"), ({"address": "a,b@place.example"}, "23514"),
        ({"language": "xx"}, "23514"), ({"place_code": "E01999999"}, "HG001"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError) as refused, db.transaction(Role.QUESTIONS) as connection:
            given = {"address": ME, "geography": "lsoa", "place_code": "E01900001", "language": "en", **row}
            db.run_statement(connection, "news/take_in", given)
        assert code_of(refused.value) == code


def test_what_is_no_address_holds_up_no_letter(asking: TestClient, server: MailServer) -> None:
    """Whoever holds the credential adds what the process would refuse and the table lets in."""
    with db.transaction(Role.QUESTIONS) as connection:
        for address in ("a..b@place.example", "a@PLACE.example", "\u00e9@place.example", "a@place"):
            row = {"address": address, "geography": "lsoa", "place_code": "E01900001", "language": "en"}
            db.run_statement(connection, "news/take_in", row)
    asking.post("/ask", data=proven(wanted()))
    assert send_news(TODAY) == 1
    assert [t.to for t in server.taken] == [(ME,)] and [row[0] for row in kept()] == [ME]


def test_a_day_takes_in_its_measure(asking: TestClient) -> None:
    with db.transaction(Role.OWNER) as connection:
        before = connection.execute(text("SELECT most_a_day FROM asked.rule")).scalar_one()
        connection.execute(text("UPDATE asked.rule SET most_a_day = 3"))
    try:
        answers = [asking.post("/ask", data=proven(wanted(f"a{n}@place.example"))) for n in range(5)]
    finally:
        with db.transaction(Role.OWNER) as connection:
            connection.execute(text("UPDATE asked.rule SET most_a_day = :n"), {"n": before})
    assert [a.status_code for a in answers] == [200] * 3 + [503] * 2 and len(kept()) == 3
    assert "cannot take more addresses in today" in answers[-1].text


def test_robots_get_one_form_an_hour_and_a_hidden_field_stops_them(asking: TestClient) -> None:
    assert asking.post("/ask", data={**proven(wanted()), "website": "x"}).status_code == 400
    assert [asking.post("/ask", data=unproven(wanted(f"b{n}@place.example"))).status_code for n in range(3)] == [200, 429, 429]
    assert len(kept()) == 1


def test_what_nobody_confirmed_is_forgotten_after_seven_days(asking: TestClient, server: MailServer, as_portal: AsPortal) -> None:
    asking.post("/ask", data=proven(wanted()))
    send_news(TODAY)
    page = community(as_portal).get(link_in(server.taken[-1], "confirm")).text
    send_news(TODAY + timedelta(days=7))
    assert len(kept()) == 1
    # past its time, and the worker has not come by yet
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("UPDATE asked.alert SET asked_on = asked_on - 8"))
    assert press(page, asking_process(as_portal)) == 404
    send_news(TODAY)
    assert kept() == []


def test_an_address_that_its_server_does_not_know_is_deleted_and_a_full_one_waits(
    asking: TestClient, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("gone@place.example", "full@place.example", ME):
        asking.post("/ask", data=proven(wanted(address)))
    server.refused = {"gone@place.example": 550, "full@place.example": 452}
    assert send_news(TODAY) == 1
    assert [t.to for t in server.taken] == [(ME,)]
    assert [row[0] for row in kept()] == ["full@place.example", ME]
    server.refused = {}
    # within the hour nobody knocks again
    assert send_news(TODAY) == 0
    monkeypatch.setattr(news, "_full", {})
    assert send_news(TODAY) == 1


def test_a_mailbox_that_is_full_for_a_month_is_let_go(
    asking: TestClient, server: MailServer, as_portal: AsPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirmed(asking, server, as_portal, "full@place.example")
    answer_a_question()
    server.refused = {"full@place.example": 452}
    monkeypatch.setattr(news, "_full", {})
    assert send_news(TODAY + timedelta(days=20)) == 0 and len(kept()) == 1
    monkeypatch.setattr(news, "_full", {})
    assert send_news(TODAY + timedelta(days=40)) == 0 and kept() == []


def test_a_server_that_is_away_loses_no_letter(asking: TestClient, server: MailServer) -> None:
    asking.post("/ask", data=proven(wanted()))
    server.hangs_up = 1
    with pytest.raises(MailError, match="does not answer as one"):
        send_news(TODAY)
    assert server.taken == [] and send_news(TODAY) == 1


def test_only_the_worker_reads_addresses(asking: TestClient) -> None:
    asking.post("/ask", data=proven(wanted()))
    for role in (Role.QUESTIONS, Role.COMMUNITY, Role.PROFESSIONAL):
        for statement in (
            "SELECT * FROM asked.alert", "SELECT address FROM asked.alert", "SELECT count(*) FROM asked.alert", "DELETE FROM asked.alert",
            "UPDATE asked.alert SET confirmed_on = now()", "SELECT * FROM asked.alert_step", "SELECT * FROM asked.alert_day",
            "INSERT INTO asked.alert (address, geography, place_code, language) VALUES ('a@b.example', 'lsoa', 'E01900001', 'en')"
            " RETURNING token",
            "INSERT INTO asked.alert (address, geography, place_code, token) VALUES ('a@b.example', 'lsoa', 'E01900001', repeat('0', 32))",
        ):  # fmt: skip
            with pytest.raises(DBAPIError, match="permission denied"), db.transaction(role) as connection:
                connection.execute(text(statement))


def test_without_the_setting_there_is_the_feed_alone(asking: TestClient, server: MailServer, as_portal: AsPortal) -> None:
    asking.post("/ask", data=proven(wanted()))
    page = community(as_portal, news_by_email=False).get("/news?about=lsoa.E01900001").text
    assert "/feeds/area/lsoa/E01900001.atom" in page and 'name="words"' not in page and "by feed alone" in page
    off = TestClient(
        build(as_portal(audience="questions", news_by_email=False, questions_url=QUESTIONS)),
        base_url=QUESTIONS,
        headers={"origin": COMMUNITY},
    )
    assert off.post("/ask", data=proven(wanted("other@place.example"))).status_code == 400
    assert len(kept()) == 1
    with pytest.raises(ValidationError, match="HOMEGROUND_PORTAL_COMMUNITY_URL"):
        PortalSettings(news_by_email=True, community_url="", questions_url="")


def test_the_page_says_no_area_that_is_not_there_and_is_read_at_twelve(invented_county: str, as_portal: AsPortal) -> None:
    portal = community(as_portal)
    assert portal.get("/news?about=lsoa.E01999999").status_code == 404
    assert portal.get("/news?about=<script>").status_code == 404
    whole = portal.get("/news")
    assert whole.status_code == 200 and grade(sentences_of(whole.text)) <= TWELVE_YEARS
    for path in ("/area/lsoa/E01900001", "/figure/lsoa/E01900001/robbery", "/ask?about=lsoa.E01900001"):
        assert 'href="/news?about=lsoa.E01900001"' in portal.get(path).text, path
