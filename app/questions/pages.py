"""Routes of the community portal about questions: the form and its paper twin, what became of one by its receipt, and every answer.

This process holds the credential that reads what is public; what a form says goes to another process (app.asking), which reads nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app import plain_pages, process
from app.area.answers import OUTCOMES, SORTS, shown
from app.languages.pages import release_of_page
from app.look import wording
from app.look.markup import Cell, Table
from app.questions import news, words
from app.region.pages import Keep, of_release
from app.web.answers import problem
from app.web.forms import TooLarge, fields
from app.web.who_asks import FOLLOW
from core.db import Role, transaction
from core.errors import UserError
from core.languages.spoken import called, mark, say
from core.questions.receipt import as_typed
from core.questions.screen import LEAST, MOST
from core.settings import QuestionSettings
from published.answers import answers, endings, followed, overdue
from published.release import Category, Place, Release

# a reference and five words
_MOST_BYTES = 1_024
_UNKNOWN = mark(
    "No question has that reference and those words. Look at both once more. A receipt ends some weeks after the answer: the page that"
    " gave it to you says when."
)
_SHOWN_AT_ONCE = 200


def routes(keep: Keep) -> list[Route]:
    return [
        Route("/ask", of_release(form)),
        Route("/ask/paper", of_release(paper)),
        Route(FOLLOW, follow_form),
        Route(FOLLOW, follow, methods=["POST"]),
        Route("/questions", keep(of_release(questions), _of_today)),
        Route("/vendor/asking.js", script),
        *news.routes(),
    ]


def _of_today(request: Request) -> str:
    """The name that the page of answers is kept under: how many questions are late changes by the day."""
    return f"{request.url.path} {datetime.now(tz=UTC).date()}"


def script(_request: Request) -> Response:
    body = Path(__file__).with_name("asking.js").read_text(encoding="utf-8")
    return Response(body, media_type="text/javascript", headers={"cache-control": "public, max-age=3600"})


def _about(release: Release, request: Request) -> tuple[Place, Category | None] | None:
    """The place and the kind that an address names, the whole region where it names none; None for what this release does not have."""
    given, kind = request.query_params.get("about", ""), request.query_params.get("kind", "")
    whole = next(iter([*release.of("all"), *release.of("force")]), None)
    place = release.named(given) if given else whole
    category = release.category(kind) if kind else None
    return None if place is None or (kind and category is None) else (place, category)


def _page(template: str, release: Release, request: Request, title: str) -> str | None:
    about = _about(release, request)
    if about is None:
        return None
    place, category = about
    what = place.label if category is None else say("%(kind)s in %(place)s", kind=category.label, place=place.label)
    at = f"{place.geography}.{place.code}"
    kind = "" if category is None else category.category
    asked = urlencode({"about": at, **({"kind": kind} if kind else {})})
    return plain_pages.page(
        template,
        release,
        title=f"{title}: {what}",
        here=("/ask?" if template == "ask.html" else "/ask/paper?") + asked,
        heading=title,
        what=what,
        about=at,
        kind=kind,
        back=f"/figure/{place.geography}/{place.code}/{kind}" if kind else f"/area/{place.geography}/{place.code}",
        other=("/ask/paper?" if template == "ask.html" else "/ask?") + asked,
        sorts=SORTS,
        not_to_write=tuple(map(say, words.NOT_TO_WRITE)),
        what_happens=tuple(map(say, words.WHAT_HAPPENS)),
        kept=words.kept(QuestionSettings().kept_days),
        without_script=say(words.WITHOUT_SCRIPT),
        letters=words.letters(),
        least=LEAST,
        most=MOST,
        goes_to=process.settings().questions_url,
    )


def form(release: Release, request: Request) -> str | None:
    return _page("ask.html", release, request, say("Ask, or say that a figure is wrong"))


def paper(release: Release, request: Request) -> str | None:
    return _page("ask_paper.html", release, request, say("A question about the figures"))


def questions(release: Release, _request: Request) -> str:
    with transaction(Role.COMMUNITY) as connection:
        found = [shown(release, a) for a in answers(connection, most=_SHOWN_AT_ONCE)]
        ended, since = endings(connection)
        days = QuestionSettings().read_within_days
        late = words.late(overdue(connection, days), days)
    outcomes = [[Cell(called(name)), Cell(f"{ended.get(key, 0):,}", number=True)] for key, name in OUTCOMES.items()]
    refused = [[Cell(called(reason)), Cell(f"{ended.get(key, 0):,}", number=True)] for key, reason in words.REASONS.items()]
    if ended.get("taken_down"):
        outcomes.append([Cell(say(words.TAKEN_DOWN)), Cell(f"{ended['taken_down']:,}", number=True)])
    number = Cell(say("Questions"), number=True)
    return plain_pages.page(
        "questions.html",
        release,
        title=say("Questions and answers"),
        here="/questions",
        answers=found,
        late=late,
        most=_SHOWN_AT_ONCE,
        since="" if since is None else wording.month(since),
        outcomes=Table(say("What came of the questions that were answered"), [Cell(say("Outcome")), number], outcomes, narrow=True),
        refused=Table(say("Why questions were not taken in"), [Cell(say("Reason")), number], refused, narrow=True),
    )


def follow_form(_request: Request) -> Response:
    return _follow_page()


async def follow(request: Request) -> Response:
    """What became of the question whose receipt was sent."""
    try:
        sent = await fields(request, _MOST_BYTES)
    except TooLarge:
        sent = {}
    return await run_in_threadpool(_followed, sent.get("reference", ""), sent.get("code", ""))


def _followed(reference: str, code: str) -> Response:
    receipt = as_typed(reference, code)
    if receipt is None:
        return _follow_page(said=(say("A receipt has a reference of eight letters and numbers, and five words."),), status=400)
    try:
        with transaction(Role.COMMUNITY) as connection:
            found = followed(connection, receipt.reference, receipt.code_hash)
    except UserError:
        return problem()
    if found is None:
        return _follow_page(said=(say(_UNKNOWN),), status=404)
    return _follow_page(said=tuple(s for s in words.states(found) if s), reference=receipt.reference, found=found)


def _follow_page(*, status: int = 200, said: tuple[str, ...] = (), reference: str = "", found: Any = None) -> Response:
    try:
        release = release_of_page()
    except UserError:
        return problem()
    about = link = news_of_it = ""
    if release is not None and found is not None:
        place = release.place(found.geography, found.place_code)
        category = release.category(found.category) if found.category else None
        if place is not None:
            about = place.label if category is None else say("%(kind)s in %(place)s", kind=category.label, place=place.label)
            at = f"{place.geography}/{place.code}"
            link = f"/area/{at}" if category is None else f"/figure/{at}/{category.category}"
            news_of_it = f"/news?about={place.geography}.{place.code}"
    body = plain_pages.page(
        "follow.html",
        release,
        title=say("Follow up a question"),
        here="/follow",
        said=said,
        reference=reference,
        found=found,
        about=about,
        link=link,
        news=news_of_it,
    )
    return HTMLResponse(body, status_code=status, headers={"cache-control": "no-store"})
