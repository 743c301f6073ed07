"""The route of the easy-read profile: /easy/LEVEL/CODE."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from app import plain_pages
from app.easy.content import easy_profile
from app.easy.pictures import picture
from app.region.pages import Keep, of_release
from core.languages.spoken import say
from published.release import Release


def routes(keep: Keep) -> list[Route]:
    return [Route("/easy/{geography}/{code}", keep(of_release(easy)))]


def easy(release: Release, request: Request) -> str | None:
    place = release.place(request.path_params["geography"], request.path_params["code"])
    if place is None:
        return None
    return plain_pages.page(
        "easy.html",
        release.for_place(place),
        title=say("%(place)s in easy words", place=place.label),
        here=f"/easy/{place.geography}/{place.code}",
        parts=easy_profile(release, place),
        picture_of=picture,
    )
