"""The read-only interface for programs, by the community credential and out of what was published. Answers are kept as pages are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app import process
from app.api import content, feeds
from app.api.content import LEVELS, ROOT
from app.api.description import description
from app.area.answers import answers_for
from app.problems.listing import files_for
from app.web.answers import json_problem, json_unreadable, not_found, problem
from app.web.kept_pages import Endpoint, Page
from core.db import Role, transaction
from core.errors import UserError
from published.release import Release, current_release
from published.releases import every_release

Keep = Callable[..., Endpoint]
_WORD = re.compile(r"[A-Za-z0-9_]{0,64}")


def routes(keep: Keep) -> list[Route]:
    return [
        Route("/api/openapi.json", keep(openapi)),
        Route(f"{ROOT}/release", keep(_json(lambda release, _request: content.release_of(release)))),
        Route(f"{ROOT}/releases", keep(_json(_releases))),
        Route(ROOT + "/areas/{level}", keep(_json(_areas), asked)),
        Route(ROOT + "/areas/{level}/{code}", keep(_json(_area))),
        Route(ROOT + "/figures/{level}/{kind}", keep(_json(_figures), asked)),
        Route(ROOT + "/outlines/{level}", keep(_json(_outlines, "application/geo+json"), asked)),
        Route("/feeds/releases.atom", keep(feed)),
        Route("/feeds/area/{level}/{code}.atom", keep(feed)),
        Route("/sitemap.xml", keep(sitemap)),
    ]


def asked(request: Request) -> str:
    """The name that an answer is kept under: its path and the two words that it may be asked for."""
    return f"{request.url.path} {_word(request, 'district')} {_word(request, 'kind')}"


def _word(request: Request, name: str) -> str:
    given = request.query_params.get(name, "")
    return given if _WORD.fullmatch(given) else "-"


def _json(make: Callable[[Release, Request], dict[str, Any] | None], media: str = "application/json") -> Page:
    def answer(request: Request) -> Response:
        try:
            release = current_release(Role.COMMUNITY)
            made = None if release is None else make(release, request)
        except UserError:
            return json_unreadable()
        if made is None:
            return json_problem("nothing of that name was published", 404)
        return Response(json.dumps(made, ensure_ascii=False, separators=(",", ":")), media_type=media)

    return answer


def openapi(_request: Request) -> Response:
    return JSONResponse(description())


def _releases(_release: Release, _request: Request) -> dict[str, Any]:
    with transaction(Role.COMMUNITY) as connection:
        return content.releases_of(every_release(connection))


def _view(release: Release, request: Request) -> Release | None:
    """The release as it is for the level that was asked for; None for a level or a district that it does not have."""
    level, district = request.path_params["level"], _word(request, "district")
    if level not in LEVELS or (district and (level in ("force", "all") or release.place("lad", district) is None)):
        return None
    return release.for_level(level, district)


def _areas(release: Release, request: Request) -> dict[str, Any] | None:
    view = _view(release, request)
    return None if view is None else content.areas_of(view, request.path_params["level"], _word(request, "district"))


def _area(release: Release, request: Request) -> dict[str, Any] | None:
    place = release.place(request.path_params["level"], request.path_params["code"])
    return None if place is None else content.area_with_figures(release.for_place(place), place)


def _figures(release: Release, request: Request) -> dict[str, Any] | None:
    view, category = _view(release, request), release.category(request.path_params["kind"])
    if view is None or category is None:
        return None
    return content.figures_of(view, category, request.path_params["level"], _word(request, "district"))


def _outlines(release: Release, request: Request) -> dict[str, Any] | None:
    view, kind = _view(release, request), _word(request, "kind")
    category = release.category(kind) if kind else None
    if view is None or (kind and category is None):
        return None
    return content.outlines_of(view, request.path_params["level"], _word(request, "district"), category)


def feed(request: Request) -> Response:
    """The releases as an Atom feed, of the region or of the area that the path names."""
    named = request.path_params
    try:
        release = current_release(Role.COMMUNITY)
        place = release.place(named["level"], named["code"]) if release is not None and named else None
        if release is None or (named and place is None):
            return not_found()
        with transaction(Role.COMMUNITY) as connection:
            found = every_release(connection)
        answers = () if place is None else answers_for(release, place)
        problems = () if place is None else files_for(release, place)
        body = feeds.releases_feed(release, found, place, process.public_url(), answers, problems)
    except UserError:
        return problem()
    return Response(body, media_type="application/atom+xml")


def sitemap(_request: Request) -> Response:
    """404 where it was not told at which address people come: a sitemap has whole addresses."""
    try:
        release = current_release(Role.COMMUNITY)
    except UserError:
        return problem()
    root = process.public_url()
    return not_found() if release is None or not root else Response(feeds.sitemap(release, root), media_type="application/xml")


def robots() -> Response:
    return PlainTextResponse(feeds.robots(process.public_url()))
