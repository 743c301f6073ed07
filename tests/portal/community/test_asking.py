"""A resident asks: the form, the process that takes it in, the receipt, what follows; and floods of forms."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app.asking import intake, proof
from app.asking.limits import Limits
from app.asking.proof import Asked, Proofs
from app.asking.serve import build
from app.headers import SecurityHeaders
from app.routes import routes_of
from app.web.fair_share import FairShare
from app.web.who_asks import WhoAsks
from core import db
from core.db import Role
from core.questions.receipt import as_typed
from core.settings import PortalSettings
from tests.builders.portal_processes import WORDS, proven, unproven
from tests.builders.reading_grade import grade, sentences_of

pytestmark = pytest.mark.database

# the school year of a reader of twelve
TWELVE_YEARS = 7.0
ORIGIN = "http://127.0.0.1:8601"
ROBBERY = Asked("contest", "lsoa", "E01900001", "robbery", WORDS)
AsPortal = Callable[..., PortalSettings]


@pytest.fixture
def asking(invented_county: str, as_portal: AsPortal, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The process that takes questions in, which a browser reaches from the community portal's page."""
    # a proof takes a browser a second, and Python more
    monkeypatch.setattr(proof, "ZERO_BITS", 6)
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM asked.question"))
        connection.execute(text("DELETE FROM asked.day"))
    yield TestClient(build(as_portal(audience="questions")), base_url="http://127.0.0.1:8603", headers={"origin": ORIGIN})


def community(as_portal: AsPortal, **settings: str) -> TestClient:
    now = as_portal(audience="community", **settings)
    passed = [
        Middleware(SecurityHeaders, page_scripts="", form_to=now.questions_url), Middleware(WhoAsks), Middleware(FairShare),
    ]  # fmt: skip
    return TestClient(Starlette(routes=routes_of("community"), middleware=passed), base_url=ORIGIN)


def stored() -> list[str]:
    with db.transaction(Role.OWNER) as connection:
        return list(connection.execute(text("SELECT words FROM asked.question ORDER BY question_id")).scalars())


def receipt_in(html: str) -> tuple[str, str]:
    found = re.findall(r"<dd>([^<]+)</dd>", html)
    assert len(found) == 2
    return found[0], found[1]


def test_a_question_is_taken_in_and_its_receipt_follows_it_up(asking: TestClient, as_portal: AsPortal) -> None:
    answer = asking.post("/ask", data=proven(ROBBERY))
    assert answer.status_code == 200
    reference, code = receipt_in(answer.text)
    assert stored() == [WORDS]
    assert answer.headers["cache-control"] == "no-store" and "default-src 'none'" in answer.headers["content-security-policy"]
    assert f'href="{ORIGIN}/follow"' in answer.text and "90 days" in answer.text
    assert grade(sentences_of(answer.text)) <= TWELVE_YEARS

    portal = community(as_portal)
    typed = {"reference": f" {reference.lower().replace('-', ' ')}", "code": code.upper().replace(" ", "-")}
    followed = portal.post("/follow", data=typed, headers={"origin": ORIGIN})
    assert followed.status_code == 200 and "It waits to be read." in followed.text
    assert 'href="/figure/lsoa/E01900001/robbery"' in followed.text
    assert WORDS not in followed.text and followed.headers["cache-control"] == "no-store"
    # one half alone, another's words, a receipt in an address: nothing
    for wrong in ({**typed, "code": "able able able able able"}, {**typed, "reference": "0000-0000"}):
        answer = portal.post("/follow", data=wrong, headers={"origin": ORIGIN})
        assert answer.status_code == 404 and "No question has that reference" in answer.text
    assert "waits to be read" not in portal.get("/follow", params=typed).text
    assert portal.post("/follow", data={"reference": "1", "code": "x"}, headers={"origin": ORIGIN}).status_code == 400
    assert portal.post("/follow", data=typed, headers={"origin": "https://evil.example"}).status_code == 403
    assert portal.post("/questions", data=typed, headers={"origin": ORIGIN}).status_code == 405


def test_a_question_from_a_welsh_page_is_answered_in_welsh(asking: TestClient, as_portal: AsPortal) -> None:
    answer = asking.post("/ask", data={**proven(ROBBERY), "language": "cy"})
    assert answer.status_code == 200 and '<html lang="cy">' in answer.text
    assert "Mae eich cwestiwn gennym" in answer.text and f'href="{ORIGIN}/cy/follow"' in answer.text
    reference, code = receipt_in(answer.text)
    few = Asked(ROBBERY.sort, ROBBERY.geography, ROBBERY.place_code, ROBBERY.category, "Why?")
    short = asking.post("/ask", data={**proven(few), "language": "cy"})
    assert short.status_code == 400 and "Ysgrifennwch ychydig mwy: o leiaf 10 llythyren." in short.text
    # what is no language of ours is English, and so is the next form
    odd = asking.post("/ask", data={**proven(few), "language": "<b>"})
    assert '<html lang="en-GB">' in odd.text and "<b>" not in odd.text

    portal = community(as_portal, questions_url="http://127.0.0.1:8603")
    form = portal.get("/cy/ask?about=lsoa.E01900001")
    assert '<input type="hidden" name="language" value="cy">' in form.text and 'data-left="{number} ar ôl."' in form.text
    assert "form-action 'self' http://127.0.0.1:8603" in form.headers["content-security-policy"]
    followed = portal.post("/cy/follow", data={"reference": reference, "code": code}, headers={"origin": ORIGIN})
    assert followed.status_code == 200 and "aros i gael ei ddarllen" in followed.text
    assert 'href="/cy/figure/lsoa/E01900001/robbery"' in followed.text


def test_a_form_that_is_sent_again_is_told_apart_from_one_without_a_proof(asking: TestClient) -> None:
    form = proven(ROBBERY)
    assert asking.post("/ask", data=form).status_code == 200
    again = asking.post("/ask", data=form)
    assert again.status_code == 409 and "We have this question already" in again.text and len(stored()) == 1


def test_receipts_are_not_found_by_trying(asking: TestClient, as_portal: AsPortal) -> None:
    portal = community(as_portal)
    sent = [
        portal.post("/follow", data={"reference": "0000-0000", "code": "able acid acorn actor album"}, headers={"origin": ORIGIN})
        for _ in range(14)
    ]
    assert [a.status_code for a in sent][:10] == [404] * 10 and sent[-1].status_code == 429


def test_what_names_a_person_is_taken_out_before_it_is_stored(asking: TestClient) -> None:
    words = "Mr John Smith of 12 Mill Road, OX4 2AB, tel 07700 900123, js@example.org says it is wrong"
    answer = asking.post("/ask", data=proven(Asked("question", "lad", "E07900001", "", words)))
    assert answer.status_code == 200 and "We took out what looked like: e-mail address, phone number" in answer.text
    (kept,) = stored()
    assert kept == "[name] of [address], [postcode], tel [phone number], [e-mail address] says it is wrong"


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"words": "Why?"}, 400, "a little more"), ({"words": "x" * 1_001}, 400, "Please write less"),
        ({"place": "lsoa.E01999999"}, 400, "We do not publish"),
        ({"kind": "no_such_kind"}, 400, "We do not publish"), ({"sort": "vote"}, 400, "whole"),
        ({"place": "h3.89195d0834fffff"}, 400, "whole"),
        ({"website": "https://spam.example"}, 400, "whole"), ({"words": "x" * 20_000}, 413, "too large"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in_gets_one_sentence_and_its_words_back(
    asking: TestClient, changed: dict[str, str], status: int, said: str
) -> None:
    answer = asking.post("/ask", data={**unproven(ROBBERY), **changed})
    assert (answer.status_code, stored()) == (status, []) and said in answer.text
    if status == 400 and "words" not in changed and "website" not in changed and said != "whole":
        assert WORDS in answer.text and "They were not stored" in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example", ""])
def test_a_form_from_another_page_is_not_taken(asking: TestClient, origin: str) -> None:
    assert asking.post("/ask", data=proven(ROBBERY), headers={"origin": origin}).status_code == 403
    assert stored() == []


def test_the_process_has_one_address_and_its_health(asking: TestClient) -> None:
    assert asking.get("/health").json() == {"status": "ok", "audience": "questions"}
    for path in (
        "/",
        "/ask",
        "/follow",
        "/questions",
        "/docs",
        "/openapi.json",
        "/static/x",
        "/_stcore/health",
        "/area/lsoa/E01900001",
    ):
        assert asking.get(path).status_code == 404, path
    assert asking.get("/health", headers={"host": "evil.example"}).status_code == 421


def test_a_proof_is_good_once_for_its_own_words_and_for_two_hours() -> None:
    sent = proven(ROBBERY, minute=1_000)
    minute, number = sent["minute"], sent["number"]
    assert Proofs().accepts(ROBBERY, minute, number, now=60_000.0)
    assert Proofs().accepts(ROBBERY, minute, number, now=60_000.0 + 7_200)
    assert not Proofs().accepts(ROBBERY, minute, number, now=60_000.0 + 7_260)
    assert not Proofs().accepts(ROBBERY, minute, number, now=60_000.0 - 600)
    other = Asked(ROBBERY.sort, ROBBERY.geography, ROBBERY.place_code, ROBBERY.category, WORDS + " ")
    assert not Proofs().accepts(other, minute, number, now=60_000.0)
    assert not Proofs().accepts(ROBBERY, minute, f"0{number}", now=60_000.0)
    assert not Proofs().accepts(ROBBERY, minute, "", now=60_000.0)
    used = Proofs()
    used.use(ROBBERY, minute, number)
    assert used.was_used(ROBBERY, minute, number) and not used.accepts(ROBBERY, minute, number, now=60_000.0)


def test_without_a_script_an_address_has_one_an_hour_and_all_together_twenty() -> None:
    limits = Limits()
    assert [limits.may_ask("198.51.100.1", proven=False, now=t) for t in (0.0, 1.0, 3_590.0, 3_601.0)] == [True, False, False, True]
    many = Limits()
    assert sum(many.may_ask(f"198.51.100.{i}", proven=False, now=0.0) for i in range(200)) == 20
    assert sum(Limits().may_ask("198.51.100.1", proven=False, now=0.0) for _ in range(1)) == 1
    proofs = Limits()
    assert [proofs.may_ask("198.51.100.1", proven=True, now=0.0) for _ in range(6)] == [True] * 5 + [False]
    assert proofs.may_ask("198.51.100.1", proven=True, now=721.0)


def test_no_address_is_kept_and_the_key_that_hid_it_is_drawn_anew_each_day() -> None:
    limits = Limits()
    limits.may_ask("198.51.100.77", proven=True, now=limits._since)
    held = list(limits._proven._left)
    assert held and all(re.fullmatch(r"[0-9a-f]{64}", name) for name in held) and "198.51" not in str(vars(limits))
    limits.may_ask("198.51.100.77", proven=True, now=limits._since + 86_401.0)
    assert held[0] not in limits._proven._left


@pytest.mark.parametrize(
    "given", ["ask.example", "https://a.example/path", "*", "https://*.example", "https://a.example b.example"]
)
def test_where_questions_go_is_one_origin_and_nothing_more(given: str) -> None:
    with pytest.raises(ValidationError):
        PortalSettings(questions_url=given)


def test_the_form_is_offered_where_somebody_takes_it_and_says_what_not_to_write(invented_county: str, as_portal: AsPortal) -> None:
    on_paper = community(as_portal).get("/ask?about=lsoa.E01900001&kind=robbery")
    assert on_paper.status_code == 200 and "<textarea" not in on_paper.text and "on paper here" in on_paper.text
    assert on_paper.headers["referrer-policy"] == "same-origin"
    portal = community(as_portal, questions_url="https://ask.example")
    answer = portal.get("/ask?about=lsoa.E01900001&kind=robbery")
    assert 'action="https://ask.example/ask"' in answer.text and 'value="lsoa.E01900001"' in answer.text
    assert "No names. No house numbers." in answer.text and "call 999" in answer.text and "90 days" in answer.text
    assert "form-action 'self' https://ask.example;" in answer.headers["content-security-policy"]
    # so that the process can tell whose page sent a form
    assert answer.headers["referrer-policy"] == "strict-origin"
    assert "ask.example" not in portal.get("/areas").headers["content-security-policy"]
    for path in ("/ask?about=lsoa.E01999999", "/ask?about=lsoa.E01900001&kind=none", "/ask?about=<b>", "/ask/paper?about=h3.1"):
        assert portal.get(path).status_code == 404
    sheet = portal.get("/ask/paper?about=lsoa.E01900001&kind=robbery").text
    for said in (
        "I have a question",
        "I think the figure is wrong",
        "No names. No house numbers.",
        "For the clerk",
        "lsoa.E01900001, robbery",
    ):
        assert said in sheet


def test_ten_thousand_forms_of_robots_show_nowhere_and_fill_no_more_than_a_day(asking: TestClient, as_portal: AsPortal) -> None:
    """9,000 without a proof and 1,000 with one (with less work than it is), each from another address, fifty at a time."""
    application = build(as_portal(audience="questions"))

    async def send(number: int) -> int:
        asked = Asked("question", "lsoa", "E01900001", "", f"Buy cheap things now, number {number}")
        form = proven(asked) if number % 10 == 0 else unproven(asked)
        body = urlencode(form).encode()
        headers = [
            (b"host", b"127.0.0.1:8603"), (b"origin", ORIGIN.encode()), (b"content-type", b"application/x-www-form-urlencoded"),
        ]  # fmt: skip
        scope = {
            "type": "http", "method": "POST", "path": "/ask", "raw_path": b"/ask", "query_string": b"", "headers": headers, "scheme": "http",
            "client": (f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", 1), "server": ("127.0.0.1", 8603), "http_version": "1.1",
        }  # fmt: skip
        statuses: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def answered(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(int(str(message["status"])))

        await application(scope, receive, answered)  # type: ignore[arg-type]
        return statuses[0]

    async def flood() -> list[int]:
        turns = asyncio.Semaphore(50)

        async def one(number: int) -> int:
            async with turns:
                return await send(number)

        return list(await asyncio.gather(*(one(n) for n in range(10_000))))

    became = Counter(asyncio.run(flood()))
    assert became == {200: 200, 503: 820, 429: 8_980}
    assert len(stored()) == 200
    assert asking.get("/health").status_code == 200
    portal = community(as_portal)
    for path in ("/questions", "/area/lsoa/E01900001", "/figure/lsoa/E01900001/robbery", "/feeds/area/lsoa/E01900001.atom"):
        answer = portal.get(path)
        assert answer.status_code == 200 and "cheap" not in answer.text
    # a resident of that day is told so, in plain words
    late = TestClient(application, base_url="http://127.0.0.1:8603", headers={"origin": ORIGIN}).post("/ask", data=proven(ROBBERY))
    assert late.status_code == 503 and intake.LATER in late.text and f"{ORIGIN}/ask/paper" in late.text and WORDS in late.text


def test_a_receipt_is_read_as_people_copy_it() -> None:
    assert as_typed("7k3f 9xq2", "Able, acid\nacorn-actor album") == as_typed("7K3F-9XQ2", "able acid acorn actor album")
    assert as_typed("OIL0-0000", "able acid acorn actor album") == as_typed("0110-0000", "able acid acorn actor album")
    for wrong in (("7K3F-9XQ", "a b c d e"), ("7K3F-9XQ2", "able acid"), ("", ""), ("7K3F-9XQU", "a b c d e")):
        assert as_typed(*wrong) is None
