"""Routes of the community portal about problem files: the list, and a page for each: you said, we did, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from app import plain_pages
from app.languages.pages import release_of_page
from app.problems.body import body_of
from app.problems.listing import about, listed
from app.web.answers import json_problem, json_unreadable, problem
from core.db import Role, transaction
from core.errors import UserError
from core.languages.spoken import mark, say
from published.answers import answers
from published.problem_file import ProblemFile, problem_file, problem_files
from published.release import Release

# what two people take down is gone at once
_FRESH = {"cache-control": "no-cache"}
# of a number in the database
_MOST = 2**63 - 1


def routes() -> list[Route]:
    return [Route("/problems", every_file), Route("/problems/{file:int}", one_file), Route("/problems/{file:int}.json", as_json)]


def every_file(_request: Request) -> Response:
    try:
        release = release_of_page()
        with transaction(Role.COMMUNITY) as connection:
            found = problem_files(connection)
        made = plain_pages.page(
            "problems.html", release, title=say(HEADING), here="/problems", heading=say(HEADING), files=listed(release, found)
        )
        return HTMLResponse(made, headers=_FRESH)
    except UserError:
        return problem()


HEADING = mark("You said, we did, what changed")


def one_file(request: Request) -> Response:
    try:
        release = release_of_page()
        with transaction(Role.COMMUNITY) as connection:
            found = problem_file(connection, min(request.path_params["file"], _MOST))
            asked = 0 if found is None else len(answers(connection, found.geography, found.place_code))
        if found is None:
            return HTMLResponse(plain_pages.no_such_page(release), status_code=404, headers=_FRESH)
        return HTMLResponse(_page(release, found, asked, datetime.now(tz=UTC).date()), headers=_FRESH)
    except UserError:
        return problem()


def _page(release: Release | None, of: ProblemFile, asked: int, today: date) -> str:
    place = None if release is None else release.place(of.geography, of.place_code)
    return plain_pages.page(
        "problem.html",
        release,
        title=of.title,
        here=f"/problems/{of.file_id}",
        body=body_of(of, asked, today),
        place=place,
        about=about(release, of),
    )


def as_json(request: Request) -> Response:
    """The file with the seal of its plan: SHA-256 of the plan's own SHA-256, a colon and a key, which are shown to whoever checks."""
    try:
        with transaction(Role.COMMUNITY) as connection:
            found = problem_file(connection, min(request.path_params["file"], _MOST))
    except UserError:
        return json_unreadable()
    if found is None:
        return json_problem("no such problem file", 404)
    return JSONResponse(_plain(asdict(found)), headers=_FRESH)


def _plain(value: Any) -> Any:
    """As JSON holds it: days as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
