"""Routes of the community portal about news of an area: by feed, by e-mail, and the two pages that the links of letters lead to.

This process sends nothing and keeps no address: its pages hold forms that go to the process that takes questions in.
"""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app import plain_pages, process
from app.languages.pages import release_of_page
from app.questions import words
from app.region.pages import of_release
from app.web.answers import problem
from core.errors import UserError
from core.languages.spoken import say
from published.release import Place, Release

_TOKEN = re.compile(r"[0-9a-f]{32}")


def routes() -> list[Route]:
    return [
        Route("/news", of_release(news)),
        Route("/news/confirm", confirm),
        Route("/news/stop", stop),
    ]


def place_named(release: Release, request: Request) -> Place | None:
    """The place that ?about= names, the whole region where it names none; None for what this release does not have."""
    given = request.query_params.get("about", "")
    return release.named(given) if given else next(iter([*release.of("all"), *release.of("force")]), None)


def news(release: Release, request: Request) -> str | None:
    place = place_named(release, request)
    if place is None:
        return None
    at = f"{place.geography}.{place.code}"
    return plain_pages.page(
        "news.html",
        release,
        title=say("News of %(area)s", area=place.label),
        here=f"/news?about={at}",
        what=place.label,
        about=at,
        back=f"/area/{place.geography}/{place.code}",
        feed=f"/feeds/area/{place.geography}/{place.code}.atom",
        goes_to=process.settings().questions_url if process.settings().news_by_email else "",
        kept=tuple(map(say, words.OF_ADDRESSES)),
        without_script=say(words.NEWS_WITHOUT_SCRIPT),
    )


def confirm(request: Request) -> Response:
    return _button(request, "confirm", say("Get news by e-mail"), say("Yes, send me news"), say(words.CONFIRM))


def stop(request: Request) -> Response:
    return _button(request, "stop", say("Stop the letters"), say("Stop them"), say(words.STOP))


def _button(request: Request, step: str, title: str, label: str, lead: str) -> Response:
    """A page with one button. A link alone does nothing: programs open the links of letters before their readers do."""
    token = request.query_params.get("t", "")
    goes_to = process.settings().questions_url if process.settings().news_by_email else ""
    known = bool(goes_to and _TOKEN.fullmatch(token))
    values: dict[str, Any] = {"step": step, "token": token if known else "", "label": label, "lead": lead, "goes_to": goes_to}
    try:
        made = plain_pages.page(
            "news_link.html", release_of_page(), title=title, here=f"/news/{step}" + (f"?t={token}" if known else ""), **values
        )
    except UserError:
        return problem()
    return HTMLResponse(made, status_code=200 if known else 404, headers={"cache-control": "no-store", "x-robots-tag": "noindex"})
