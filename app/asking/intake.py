"""What becomes of a form: a receipt, or one plain sentence that says why not and gives the words back."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app import process
from app.asking import news
from app.asking.limits import Limits
from app.asking.proof import Asked, Proofs
from app.look.palette import DARK, LIGHT, variables_of
from app.web.forms import TooLarge, fields
from core.db import Role, code_of, run_statement, transaction
from core.errors import UserError
from core.languages.spoken import ENGLISH, TAGS, called, language, mark, say, speak, speaking, translated, translated_many
from core.questions.receipt import Receipt, new_receipt
from core.questions.screen import LEAST, MOST, screened
from core.settings import QuestionSettings

# a thousand letters of four bytes each, three signs a byte as browsers send them, and the other fields
MOST_BYTES = 16_384
_PLACE = re.compile(r"(lsoa|msoa|lad|force|all)\.([A-Za-z0-9]{1,20})")
_KIND = re.compile(r"[a-z0-9_]{0,64}")
# one less than the role's connections: a question waits its turn, and the health of the process can still be asked
_AT_ONCE, _MOST_WAITING = 4, 64
_FULL_S = 10.0

_NO_PLACE, _FULL, _REFUSED_WORDS, _TAKEN = "HG001", "HG002", "23514", "23505"


@dataclass(frozen=True)
class Refusal:
    """Why a form was not taken in. said: for the catalogue."""

    status: int
    said: str

    @property
    def sentence(self) -> str:
        return say(self.said, least=LEAST, most=f"{MOST:,}")


# the sort of a form that asks for news by e-mail; its words are the address
NEWS = "news"
LETTER_COMES = mark(
    "If the address is right, a letter is on its way to it. It comes within the hour. Open the link in it and press the button. Until you do,"
    " we send nothing else. After seven days we forget an address that nobody confirmed. No letter? Look among your unwanted mail."
)
CONFIRMED = mark(
    "A letter comes when there is something new about the area: new figures, an answer, or what is done about a problem. At most one a day."
    " Each has a link that stops them."
)
STOPPED = mark("We have deleted your address.")

LATER = mark("We cannot take more questions in today. Please try again tomorrow, or use the paper form.")
TOO_LARGE = Refusal(413, mark("The form is too large. Write at most %(most)s letters."))
NO_FORM = Refusal(400, mark("The form did not come through whole. Please go back, load the page again and send it once more."))
SHORT = Refusal(400, mark("Please write a little more: at least %(least)s letters."))
LONG = Refusal(400, mark("Please write less: at most %(most)s letters."))
NO_PLACE = Refusal(400, mark("We do not publish figures for that area or kind. Please start again from its page."))
PERSONAL = Refusal(
    400, mark("It still holds something that looks like a phone number or an address. Please take it out and send it again.")
)
TOO_MANY = Refusal(
    429,
    mark("Too many questions came from your connection. Please try again in an hour, or use the paper form. It has no such limit."),
)
NO_PROOF = Refusal(
    429,
    mark(
        "Your browser sent no proof that it is not a robot, and only a few such questions are taken in each hour. Please try again in"
        " an hour, turn scripts on, or use the paper form."
    ),
)
DAY_IS_FULL = Refusal(503, LATER)
AGAIN = Refusal(409, mark("This very form came before. Its receipt was shown when you sent it the first time."))
BUSY = Refusal(503, mark("Too many people ask at this moment. Please send it again in a few minutes."))
NO_DATABASE = Refusal(503, mark("Your question could not be stored. Please send it again in a few minutes, or use the paper form."))

NEWS_AGAIN = Refusal(409, mark("This very form came before. If the address was right, a letter is on its way to it."))
NEWS_FULL = Refusal(503, mark("We cannot take more addresses in today. Please try again tomorrow, or use the feed."))
NO_ADDRESS = Refusal(
    400, mark("That is not one whole e-mail address. It looks like name@place.example. Please look at it once more.")
)
NO_LINK = Refusal(
    404,
    mark(
        "This link leads nowhere any more. You may have stopped these letters already, or it is older than seven days. Then your address is"
        " deleted, and no letter comes."
    ),
)
# what is said in place of it to whoever asks for news by e-mail
_OF_NEWS = {
    AGAIN: NEWS_AGAIN,
    DAY_IS_FULL: NEWS_FULL,
    SHORT: NO_ADDRESS,
    TOO_MANY: Refusal(429, mark("Too many forms came from your connection. Please try again in an hour, or use the feed.")),
    NO_PROOF: Refusal(
        429,
        mark(
            "Your browser sent no proof that it is not a robot, and only a few such forms are taken in each hour. Please try again in an"
            " hour, turn scripts on, or use the feed."
        ),
    ),
    NO_DATABASE: Refusal(503, mark("Your address could not be stored. Please send it again in a few minutes, or use the feed.")),
}
_NEWS_KEPT = {"no_address": NO_ADDRESS, "no_place": NO_PLACE, "full": DAY_IS_FULL, "away": NO_DATABASE, "no_link": NO_LINK}


class Intake:
    """The one address that takes a form. Holds in memory what addresses have left and which proofs were used."""

    def __init__(self) -> None:
        self.limits, self.proofs = Limits(), Proofs()
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        # of questions, and of addresses for news
        self._full_until: dict[bool, float] = {}

    async def ask(self, request: Request) -> Response:
        """The answer to a form, in the language of the page that it was written on."""
        with speaking(ENGLISH):
            return await self._ask(request)

    async def _ask(self, request: Request) -> Response:
        origin = request.headers.get("origin", "")
        address = request.client.host if request.client else ""
        if not self.limits.may_try(address):
            return refused(TOO_MANY, "", origin)
        try:
            form = await fields(request, MOST_BYTES)
        except TooLarge:
            return refused(TOO_LARGE, "", origin)
        speak(form.get("language", ""))
        # a field that nobody sees: whoever fills it in is no person, and is told nothing that would help
        if form.get("website"):
            return refused(NO_FORM, "", origin)
        read = asked_in(form)
        if isinstance(read, Refusal):
            return refused(read, form.get("words", ""), origin)
        if read.sort == NEWS and not process.settings().news_by_email:
            return refused(NO_FORM, "", origin)
        minute, number = form.get("minute", ""), form.get("number", "")
        if self.proofs.was_used(read, minute, number):
            return refused(AGAIN, "", origin, read.sort)
        proven = self.proofs.accepts(read, minute, number)
        if not self.limits.may_ask(address, proven=proven):
            return refused(TOO_MANY if proven else NO_PROOF, read.words, origin, read.sort)
        if time.monotonic() < self._full_until.get(read.sort == NEWS, float("-inf")):
            return refused(DAY_IS_FULL, read.words, origin, read.sort)
        if self._waiting >= _MOST_WAITING:
            return refused(BUSY, read.words, origin)
        if proven:
            self.proofs.use(read, minute, number)
        self._waiting += 1
        try:
            async with self._turn:
                kept = await run_in_threadpool(_kept if read.sort == NEWS else store, read)
        finally:
            self._waiting -= 1
        if kept is DAY_IS_FULL:
            # the database is not asked for each form of a flood
            self._full_until[read.sort == NEWS] = time.monotonic() + _FULL_S
        if isinstance(kept, Refusal):
            return refused(kept, read.words, origin, read.sort)
        return _letter_comes(origin) if kept is None else taken(*kept, origin)

    async def step(self, request: Request) -> Response:
        """What the owner of an address does on the page that a letter's link leads to: confirm, or stop."""
        with speaking(ENGLISH):
            origin = request.headers.get("origin", "")
            if not self.limits.may_try(request.client.host if request.client else ""):
                return refused(TOO_MANY, "", origin, NEWS)
            try:
                form = await fields(request, MOST_BYTES)
            except TooLarge:
                return refused(TOO_LARGE, "", origin)
            speak(form.get("language", ""))
            return await self._step(form.get("step", ""), form.get("token", ""), origin)

    async def stop(self, request: Request) -> Response:
        """The same from a mail program, by POST and nothing more (RFC 8058); whoever opens the link is led to the page for people."""
        token = request.query_params.get("t", "")
        if request.method != "POST":
            there = process.settings().community_url.rstrip("/")
            known = bool(there) and news.is_token(token)
            return RedirectResponse(f"{there}/news/stop?t={token}", status_code=303) if known else refused(NO_LINK, "", "")
        if not self.limits.may_try(request.client.host if request.client else ""):
            return refused(TOO_MANY, "", "", NEWS)
        return await self._step("stop", token, "")

    async def _step(self, step: str, token: str, origin: str) -> Response:
        async with self._turn:
            why = await run_in_threadpool(news.take, step, token)
        if why:
            return refused(_NEWS_KEPT[why], "", origin, NEWS)
        title, said = (say("You get news from now on"), CONFIRMED) if step == "confirm" else (say("No more letters come"), STOPPED)
        return _page(200, title=title, origin=origin, said=say(said))


def asked_in(form: dict[str, str]) -> Asked | Refusal:
    """What a form asks, with its words as they came but for the ends of lines, which browsers send in their own way."""
    place = _PLACE.fullmatch(form.get("place", ""))
    kind, sort = form.get("kind", ""), form.get("sort", "")
    if place is None or not _KIND.fullmatch(kind) or sort not in ("question", "contest", NEWS) or "words" not in form:
        return NO_FORM
    words = form["words"].replace("\r\n", "\n").replace("\r", "\n")
    return Asked(sort, place[1], place[2], kind, words)


def _kept(asked: Asked) -> Refusal | None:
    """None where an address for news was kept."""
    why = news.keep(asked)
    return _NEWS_KEPT[why] if why else None


def store(asked: Asked) -> tuple[Receipt, tuple[str, ...]] | Refusal:
    """The receipt of a question that was stored, with the kinds of identifiers that were taken out of it first."""
    found = screened(asked.words)
    if len(found.words) < LEAST:
        return SHORT
    if len(found.words) > MOST:
        return LONG
    row = {
        "sort": asked.sort, "geography": asked.geography, "place_code": asked.place_code, "category": asked.category, "words": found.words,
    }  # fmt: skip
    for _ in range(3):
        receipt = new_receipt()
        try:
            with transaction(Role.QUESTIONS) as connection:
                run_statement(
                    connection, "questions/take_in", {**row, "reference": receipt.reference, "code_hash": receipt.code_hash}
                )
        except DBAPIError as error:
            code = code_of(error)
            if code == _TAKEN:
                continue
            known = {_NO_PLACE: NO_PLACE, _FULL: DAY_IS_FULL, _REFUSED_WORDS: PERSONAL}
            if code not in known:
                # nothing of it is logged: the error shows the words
                return NO_DATABASE
            return known[code]
        except UserError:
            return NO_DATABASE
        return receipt, found.removed
    return NO_DATABASE


def taken(receipt: Receipt, removed: tuple[str, ...], origin: str) -> Response:
    return _page(200, title=say("We have your question"), origin=origin, receipt=receipt, removed=removed)


def _letter_comes(origin: str) -> Response:
    """The same whether the address is known, new or nobody's."""
    return _page(200, title=say("Look for our letter"), origin=origin, said=say(LETTER_COMES))


def refused(why: Refusal, words: str, origin: str, sort: str = "") -> Response:
    """The sentence, and the words given back so that nothing is lost. sort: of the form, where it is known."""
    title = say("We have this question already") if why is AGAIN else say("Your question was not taken in")
    if sort == NEWS:
        why, title = _OF_NEWS.get(why, why), say("That did not work")
    headers = {"retry-after": "3600"} if why.status in (429, 503) else {}
    answer = _page(why.status, title=title, origin=origin, refusal=why, words=words[: 2 * MOST], of_news=sort == NEWS)
    answer.headers.update(headers)
    return answer


def _page(status: int, **given: object) -> Response:
    spoken = language()
    values = {"receipt": None, "removed": (), "refusal": None, "words": "", "said": "", "of_news": False, **given}
    body = (
        _environment()
        .get_template("answer.html")
        .render(contact=process.settings().contact, lang=TAGS[spoken], prefix="" if spoken == ENGLISH else f"/{spoken}", **values)
    )
    return HTMLResponse(body, status_code=status, headers={"cache-control": "no-store"})


@lru_cache(maxsize=1)
def _environment() -> Environment:
    folder = Path(__file__).resolve().parent / "templates"
    made = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_callables(translated, translated_many, newstyle=True)  # type: ignore[attr-defined]
    made.filters["called"] = called
    # what is the same for as long as the process lives
    made.globals.update(
        light=variables_of(LIGHT),
        dark=variables_of(DARK),
        days=QuestionSettings().kept_days,
        read_within=QuestionSettings().read_within_days,
    )
    return made
