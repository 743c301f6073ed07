"""Routes of the public pages that look at many areas: comparison, map of a measure, table, releases, words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app import plain_pages
from app.api.content import ROOT
from app.api.description import description
from app.area.change_over_time import NO_EARLIER
from app.area.glance import key_categories
from app.area.suppliers import how_they_came, suppliers_table
from app.languages.addresses import language_of
from app.languages.pages import release_of_page
from app.look import wording
from app.look.markup import Cell, Table
from app.region import compare, every_area, measure_map, search_finds, searches
from app.region.releases import changes_table, releases_table
from app.region.words import words
from app.web.answers import not_found, problem
from app.web.kept_pages import Endpoint, Page
from core.db import Role, transaction
from core.errors import UserError
from core.languages.spoken import called, say, speaking
from published.release import Category, Release, current_release
from published.releases import certificate_of
from published.search import Found, find_places
from published.searches import current_searches

Keep = Callable[..., Endpoint]
_PLAIN_WORD = re.compile(r"[A-Za-z0-9_]{0,64}")
_NAMED_PLACE = re.compile(r"(lad|all)\.[A-Za-z0-9]{1,16}")


def routes(keep: Keep) -> list[Route]:
    return [
        Route("/compare", of_release(comparison)),
        Route("/map", keep(of_release(map_of_a_measure), map_asked)),
        Route("/table", keep(of_release(table_of_areas), asked)),
        Route("/releases", keep(of_release(releases))),
        Route("/glossary", keep(of_release(glossary))),
        Route("/stop-and-search", keep(of_release(stop_and_search), place_asked)),
        Route("/stop-and-search.csv", keep(searches_file)),
        Route("/data", keep(of_release(use_the_data))),
        Route("/download/certificate/{release:int}.json", keep(certificate)),
    ]


def no_such_page(path: str) -> str:
    """What stands at an address that leads nowhere, in the language that it asks for."""
    with speaking(language_of(path)):
        try:
            release = release_of_page()
        except UserError:
            release = None
        return plain_pages.no_such_page(release)


def of_release(make: Callable[[Release, Request], str | None], *, in_english: bool = False) -> Page:
    """A page of the current release, with the names of its kinds in the language of the page unless it is wanted in_english; 404 where
    `make` knows nothing of what was asked."""

    def answer(request: Request) -> Response:
        try:
            release = current_release(Role.COMMUNITY) if in_english else release_of_page()
            if release is None:
                return HTMLResponse(plain_pages.nothing_published(), status_code=404)
            made = make(release, request)
            return HTMLResponse(plain_pages.no_such_page(release), status_code=404) if made is None else HTMLResponse(made)
        except UserError:
            return problem()

    return answer


@dataclass(frozen=True)
class Asked:
    """What a map or a table is asked for: words of an address as they came."""

    level: str
    kind: str
    district: str
    order: str
    page: int

    @classmethod
    def of(cls, request: Request) -> Asked:
        def word(name: str, otherwise: str = "") -> str:
            given = request.query_params.get(name, "")
            # what is no word names nothing, and is kept under one name
            return (given or otherwise) if _PLAIN_WORD.fullmatch(given) else "-"

        page = request.query_params.get("page", "1")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
        return cls(word("level", "msoa"), word("kind"), word("district"), word("order", "name"), max(1, number))


def asked(request: Request) -> str:
    """The name that a map or a table is kept under."""
    of = Asked.of(request)
    return f"{request.url.path} {of.level} {of.kind} {of.district} {of.order} {of.page}"


def map_asked(request: Request) -> str:
    """The name that a map is kept under, which depends on no order and no page: there are few of them."""
    of = Asked.of(request)
    return f"{request.url.path} {of.level} {of.kind} {of.district}"


def comparison(release: Release, request: Request) -> str:
    places, unknown = compare.named_areas(release, request.query_params.getlist("area")[:20])
    typed = request.query_params.get("q", "")[:80]
    found = find_places(release, typed) if typed else Found(())
    of = compare.compare(release, places) if places else None
    names = wording.listed([p.label for p in places])
    asked = [("area", f"{p.geography}.{p.code}") for p in places] + ([("q", typed)] if typed else [])
    return plain_pages.page(
        "compare.html",
        release,
        title=say("Compare %(places)s", places=names) if places else say("Compare areas"),
        here=f"/compare?{urlencode(asked)}" if asked else "/compare",
        places=places,
        unknown=unknown,
        typed=typed,
        found=found,
        of=of,
        most=compare.MOST,
        address_of=compare.address_of,
    )


def category_of(release: Release, of: Asked) -> Category | None:
    """The kind asked for, violence where none is; None where the release has no such kind or no such district."""
    if of.district and release.place("lad", of.district) is None:
        return None
    return release.category(of.kind) if of.kind else next(iter(key_categories(release)), None)


def picture_of_map(category: Category, level: str, district: str) -> str:
    """Address of the map by itself as a picture (app.region.pictures)."""
    return "/picture/map.png?" + urlencode({"kind": category.category, "level": level, "district": district})


def map_of_a_measure(release: Release, request: Request) -> str | None:
    of = Asked.of(request)
    category = category_of(release, of)
    if category is None or of.level not in measure_map.LEVELS:
        return None
    view = release.for_level(of.level, of.district)
    return plain_pages.page(
        "measure.html",
        view,
        title=say("%(kind)s: map of %(place)s", kind=category.label, place=where(release, of)),
        here="/map?" + urlencode({"kind": category.category, "level": of.level, "district": of.district}),
        shown_as="map",
        picture=picture_of_map(category, of.level, of.district),
        of=measure_map.measure_map(view, category, of.level, of.district),
        levels=measure_map.LEVELS,
        other="/table?" + urlencode({"kind": category.category, "level": of.level, "district": of.district}),
        **_chosen(release, of, category),
    )


def table_of_areas(release: Release, request: Request) -> str | None:
    of = Asked.of(request)
    category = category_of(release, of)
    known = of.level in every_area.LEVELS and of.order in every_area.ORDERS
    if category is None or not known:
        return None
    view = release.for_level(of.level, of.district)
    table = every_area.every_area(view, category, of.level, of.order, of.page, of.district)
    if table.page != of.page:
        return None
    chosen = {"kind": category.category, "level": of.level, "district": of.district}
    title = say("%(kind)s: table of %(place)s", kind=category.label, place=where(release, of))
    return plain_pages.page(
        "measure.html",
        view,
        title=title if of.page == 1 else say("%(title)s, page %(page)s", title=title, page=of.page),
        here="/table?" + urlencode({**chosen, "order": of.order, "page": of.page}),
        shown_as="table",
        of=table,
        levels=[level for level in every_area.LEVELS if level != "force" or release.suppliers],
        orders=every_area.ORDERS,
        order=of.order,
        page_address=lambda n: "/table?" + urlencode({**chosen, "order": of.order, "page": n}),
        other="/map?" + urlencode(chosen if of.level in measure_map.LEVELS else {"kind": category.category}),
        **_chosen(release, of, category),
    )


def where(release: Release, of: Asked) -> str:
    """'local areas of Oxford'."""
    place = release.place("lad", of.district)
    if of.level == "all":
        return release.region_name
    return say(
        "%(kinds)s of %(place)s",
        kinds=wording.geographies(of.level),
        place=release.region_name if place is None else place.label,
    )


def _chosen(release: Release, of: Asked, category: Category) -> dict[str, Any]:
    first = key_categories(release)
    kinds = [*first, *(c for c in release.categories if c not in first)]
    return {"categories": kinds, "category": category, "level": of.level, "district": of.district}


def releases(release: Release, _request: Request) -> str:
    return plain_pages.page(
        "releases.html",
        release,
        title=say("Releases"),
        here="/releases",
        releases=releases_table(),
        changes=changes_table(release),
        no_earlier=NO_EARLIER,
    )


def place_asked(request: Request) -> str:
    """The name that a page of one place is kept under: what names no place is kept under one name."""
    return f"{request.url.path} {_named_place(request)}"


def _named_place(request: Request) -> str:
    given = request.query_params.get("place", "")
    return given if not given or _NAMED_PLACE.fullmatch(given) else "-"


def stop_and_search(release: Release, request: Request) -> str | None:
    """None where a place is named of which nothing was published."""
    found = current_searches()
    named = _named_place(request)
    of = None if found is None else searches.page_of(release, found, named)
    if of is None and named:
        return None
    return plain_pages.page(
        "stop_and_search.html",
        release,
        title=say("Stop and search") if of is None else say("Stop and search in %(place)s", place=of.place.label),
        here="/stop-and-search" + ("" if of is None or not named else f"?place={named}"),
        of=of,
        most=release.threshold - 1,
        cannot_say=(*searches.CANNOT_SAY, searches.NOT_HERE),
        residents_are=searches.RESIDENTS_ARE,
        came_means=search_finds.MEANS,
        outcome_test=search_finds.OUTCOME_TEST,
        nothing=searches.NOTHING,
    )


def searches_file(_request: Request) -> Response:
    """Every published figure of searches as CSV; 404 where there is none."""
    try:
        release, found = current_release(Role.COMMUNITY), current_searches()
    except UserError:
        return problem()
    if release is None or found is None:
        return not_found()
    headers = {"content-disposition": 'attachment; filename="homeground-stop-and-search.csv"'}
    return Response(searches.csv_of(release, found), media_type="text/csv; charset=utf-8", headers=headers)


def glossary(release: Release, _request: Request) -> str:
    return plain_pages.page("glossary.html", release, title=say("What the words mean"), here="/glossary", words=words(release))


def use_the_data(release: Release, _request: Request) -> str:
    rows = [[Cell(f"{ROOT}{path}"), Cell(called(of["get"]["summary"]))] for path, of in description()["paths"].items()]
    paths = Table(say("What may be asked, and what comes back"), [Cell(say("Address")), Cell(say("Answer"))], rows, narrow=True)
    return plain_pages.page("data.html", release, title=say("Use the data"), here="/data", paths=paths, kinds=key_categories(release),
                            suppliers=suppliers_table(release), how_they_came=how_they_came(release))  # fmt: skip


def certificate(request: Request) -> Response:
    """The whole certificate of a release that was not withdrawn."""
    number = int(request.path_params["release"])
    try:
        with transaction(Role.COMMUNITY) as connection:
            found = certificate_of(connection, number) if number < 1 << 63 else None
    except UserError:
        return problem()
    if found is None:
        return not_found()
    name = f"homeground-certificate-{number}.json"
    body = json.dumps(found, indent=2, default=str)
    return Response(body, media_type="application/json", headers={"content-disposition": f'attachment; filename="{name}"'})
