"""Routes of one figure: the page that explains it, and it or a map by itself, for other sites to show in a frame."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.routing import Route

from app import plain_pages, process
from app.area.answers import NOTHING_ASKED, answers_for, ask_address
from app.area.change_over_time import NO_EARLIER
from app.area.explained import Explained, explained
from app.languages.addresses import in_language
from app.region import measure_map, pictures
from app.region.pages import Asked, Keep, category_of, map_asked, of_release, where
from core.languages.spoken import language, say
from published.release import Release


def routes(keep: Keep) -> list[Route]:
    return [
        Route("/figure/{geography}/{code}/{kind}", keep(of_release(figure))),
        Route("/embed/figure/{geography}/{code}/{kind}", keep(of_release(embedded_figure))),
        Route("/embed/map", keep(of_release(embedded_map), map_asked)),
    ]


def _explained(release: Release, request: Request) -> tuple[Release, Explained] | None:
    """The figure that a path names, with the release as it is for its level."""
    named = request.path_params
    place, category = release.place(named["geography"], named["code"]), release.category(named["kind"])
    if place is None or category is None:
        return None
    view = release.for_place(place)
    found = explained(view, place, category)
    return None if found is None else (view, found)


def figure(release: Release, request: Request) -> str | None:
    found = _explained(release, request)
    if found is None:
        return None
    view, of = found
    address = in_language(f"/embed/figure/{of.place.geography}/{of.place.code}/{of.category.category}", language())
    title = say("%(kind)s in %(place)s", kind=of.category.label, place=of.place.label)
    snippet = f'<iframe src="{process.public_url()}{address}" title="{title}" width="360" height="320"></iframe>'
    embeds = bool(process.settings().embed_in and process.public_url())
    return plain_pages.page(
        "figure.html",
        view,
        here=f"/figure/{of.place.geography}/{of.place.code}/{of.category.category}",
        title=title,
        of=of,
        no_earlier=NO_EARLIER,
        snippet=snippet,
        picture=pictures.figure_address(of.place, of.category),
        embeds=embeds,
        answers=answers_for(view, of.place, of.category.category),
        ask=ask_address(of.place, of.category.category),
        nothing_asked=NOTHING_ASKED,
    )


def embedded_figure(release: Release, request: Request) -> str | None:
    found = _explained(release, request)
    if found is None:
        return None
    view, of = found
    return plain_pages.page(
        "embed_figure.html",
        view,
        title=say("%(kind)s in %(place)s", kind=of.category.label, place=of.place.label),
        key=of.key,
        lines=of.lines,
        address=f"/figure/{of.place.geography}/{of.place.code}/{of.category.category}",
        leads=say("How this number came about"),
    )


def embedded_map(release: Release, request: Request) -> str | None:
    of = Asked.of(request)
    category = category_of(release, of)
    if category is None or of.level not in measure_map.LEVELS:
        return None
    view = release.for_level(of.level, of.district)
    return plain_pages.page(
        "embed_map.html",
        view,
        title=say("%(kind)s: map of %(place)s", kind=category.label, place=where(release, of)),
        of=measure_map.measure_map(view, category, of.level, of.district),
        address="/map?" + urlencode({"kind": category.category, "level": of.level, "district": of.district}),
        leads=say("The map with its choices"),
    )
