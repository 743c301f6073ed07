"""Routes of pages in every language that they stand in, and the release in the words of the language that is spoken."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.languages.addresses import OTHERS, is_complete
from core.db import Role
from core.languages.spoken import ENGLISH, called, language, speaking
from published.release import Release, current_release

FIRST = "/areas"


def in_every_language(routes: Sequence[Any]) -> list[Any]:
    """The routes, and those of complete pages once more for each other language. A language's bare prefix leads to its first page."""
    made = list(routes)
    for other in OTHERS:
        made += [
            Route(f"/{other}{r.path}", _speaking(other, r.endpoint), methods=sorted(r.methods or ()))
            for r in routes
            if isinstance(r, Route) and is_complete(r.path)
        ]
        made.append(Route(f"/{other}", _first_page(other)))
    return made


def _speaking(wanted: str, endpoint: Callable[[Request], Any]) -> Callable[[Request], Any]:
    if inspect.iscoroutinefunction(endpoint):

        async def answer(request: Request) -> Response:
            with speaking(wanted):
                made: Response = await endpoint(request)
                return made

        return answer

    def answer_at_once(request: Request) -> Response:
        with speaking(wanted):
            made: Response = endpoint(request)
            return made

    return answer_at_once


def _first_page(other: str) -> Callable[[Request], Response]:
    return lambda _request: RedirectResponse(f"/{other}{FIRST}", status_code=307)


def release_of_page() -> Release | None:
    """The current release, with the names of its kinds in the language that is spoken."""
    release = current_release(Role.COMMUNITY)
    return release if release is None or language() == ENGLISH else in_words_of(release, language())


@lru_cache(maxsize=4)
def in_words_of(release: Release, _language: str) -> Release:
    """A copy that shares places and cells. As a release is equal to itself alone, whatever is kept by it is kept for each language."""
    categories = tuple(replace(c, label=called(c.label), description=called(c.description)) for c in release.categories)
    # one copy of each period and its months, however many levels have it
    views = {view.window: replace(view, categories=categories) for view in release.views}
    return replace(
        views[release.window],
        levels={key: views[view.window] for key, view in release.levels.items()},
        supplied={key: views[view.window] for key, view in release.supplied.items()},
    )
