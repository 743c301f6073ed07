"""The HTTP routes beside Streamlit's own: health, Leaflet, robots, and (community only) downloads and plain pages.

Each route authorises for itself. The professional process has one route that returns figures, and it hands each file out once, to the session
that asked for it (app.person.take_away).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app import plain_pages, process
from app.api import ogc
from app.api import routes as api
from app.api.content import LEVELS
from app.api.layers import as_geoparquet, layer_of
from app.area import downloads
from app.board import register
from app.easy import page as easy
from app.languages.pages import in_every_language, release_of_page
from app.look import background, months, outline_files, where
from app.pages import COMMUNITY_PAGES, FIRST_PAGE
from app.person import take_away
from app.person.sessions import SESSIONS, cookies_of, number_in
from app.questions import pages as questions
from app.region import figure_pages, pictures
from app.region import pages as region
from app.region import problem_pages as problems
from app.web.answers import not_found, problem
from app.web.kept_pages import KeptPages
from app.words import pages as words
from core.db import Role, run_statement, transaction
from core.errors import UserError
from published.release import Release, release_stamp

_CSV = "text/csv; charset=utf-8"


def kept_pages() -> KeptPages:
    """Pages of the public portal, made once for each state of its releases."""
    return KeptPages(lambda: release_stamp(Role.COMMUNITY), lambda _error: problem(), UserError)


def routes_of(audience: Literal["community", "professional"], pages: KeptPages | None = None) -> list[BaseRoute]:
    """The routes of one audience. pages: where those of the public portal are kept."""
    shared: list[BaseRoute] = [
        Route("/health", health),
        Route("/robots.txt", robots),
        Route("/vendor/leaflet/{path:path}", leaflet),
        Route("/vendor/background.js", background.script),
        Route("/vendor/areas.js", background.areas_script),
        Route(outline_files.ADDRESS, outlines),
        Route(background.ADDRESS, background.tile),
    ]
    if audience == "professional":
        return [
            *shared,
            Route(f"/{FIRST_PAGE}", first_page),
            Route("/vendor/leaflet-draw/{path:path}", leaflet_draw),
            Route("/vendor/where.js", where.script),
            Route("/vendor/months.js", months.script),
            Route(take_away.ADDRESS + "{waits}", taken),
        ]
    keep = (pages or kept_pages()).keep
    own: list[BaseRoute] = [
        Route(f"/{COMMUNITY_PAGES[0]}", first_page),
        Route("/area/{geography}/{code}", keep(area_page)),
        Route("/areas", areas_page),
        Route("/protection", keep(protection_page)),
        Route("/download/{table}.csv", keep(download_table)),
        Route("/download/area/{geography}/{code}.csv", keep(download_area)),
        Route("/download/outlines/{level}.parquet", keep(download_layer)),
        Route("/download/certificate.json", keep(download_certificate)),
        *region.routes(keep),
        *easy.routes(keep),
        *figure_pages.routes(keep),
        *pictures.routes(keep),
        *api.routes(keep),
        *ogc.routes(keep),
        *words.routes(),
        *questions.routes(keep),
        *register.routes(),
        *problems.routes(),
    ]
    return [*shared, *in_every_language(own)]


def paths_of_profiles() -> Iterator[tuple[str, dict[str, str]]]:
    """Every plain profile of the current release, with the parameters of its route."""
    release = _release()
    for geography, code in () if release is None else release.places:
        yield f"/area/{geography}/{code}", {"geography": geography, "code": code}


def one_of_each_kind() -> Iterator[tuple[str, dict[str, str]]]:
    """The plain profile of one place of each geography, the region's among them."""
    seen = set()
    for path, parameters in paths_of_profiles():
        if parameters["geography"] not in seen:
            seen.add(parameters["geography"])
            yield path, parameters


def first_page(request: Request) -> Response:
    """The page that a portal opens with stands at '/' alone, and Streamlit calls its name an error: whoever types the name is led there."""
    named = request.url.query
    return RedirectResponse("/" + (f"?{named}" if named else ""), status_code=307)


def health(_request: Request) -> Response:
    """Whether the process answers and its database does; says nothing else to a stranger."""
    try:
        with transaction(process.role()) as connection:
            run_statement(connection, "checks/answers")
    except UserError:
        return JSONResponse({"status": "database unavailable"}, status_code=503)
    return JSONResponse({"status": "ok", "audience": process.settings().audience})


def robots(_request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n") if process.settings().audience == "professional" else api.robots()


def leaflet(request: Request) -> Response:
    """Leaflet's files out of the package xstatic-leaflet; nothing outside its folder."""
    from xstatic.pkg import leaflet as package

    folder = Path(package.BASE_DIR).resolve()
    path = (folder / request.path_params["path"]).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        return not_found()
    return FileResponse(path, headers={"cache-control": "public, max-age=604800"})


# by address: its style sheet looks for its icons in a folder of this name
_LEAFLET_DRAW = {
    "leaflet.draw.js": "leaflet.draw.js",
    "leaflet.draw.css": "leaflet.draw.css",
    "images/spritesheet.svg": "spritesheet.svg",
}


def leaflet_draw(request: Request) -> Response:
    """Leaflet.draw's files, which lie beside our own code (app.look.leaflet_draw)."""
    from app.look import leaflet_draw as package

    name = _LEAFLET_DRAW.get(request.path_params["path"])
    if name is None:
        return not_found()
    return FileResponse(Path(package.__file__).with_name(name), headers={"cache-control": "public, max-age=604800"})


def outlines(request: Request) -> Response:
    """Outlines of a map by their mark; 404 for those that no map has named, and in the professional process for whoever is not signed in."""
    allowed = process.settings().audience != "professional" or SESSIONS.find(number_in(cookies_of(request.scope))) is not None
    found = outline_files.held(request.path_params["mark"]) if allowed else None
    if found is None:
        return PlainTextResponse("There is nothing at this address.\n", status_code=404, headers={"cache-control": "no-store"})
    return found.answer(request.headers)


def taken(request: Request) -> Response:
    """A file that a professional asked for: to their own session, while it lasts, once, and only when it is on record."""
    headers = {"cache-control": "no-store"}
    nothing = PlainTextResponse(
        "There is nothing at this address. A download can be had once, by the person who asked for it: go back to the page and press the"
        " button again.\n",
        status_code=404,
        headers=headers,
    )
    number = number_in(cookies_of(request.scope))
    session = SESSIONS.find(number)
    if session is None or request.method != "GET":
        return nothing
    file = take_away.COUNTER.take(request.path_params["waits"], number)
    if file is None or not take_away.still_allowed(file, session):
        return nothing
    try:
        take_away.record(file)
    except UserError:
        return PlainTextResponse(
            "The download could not be recorded, so it was not handed out. Please try again later.\n",
            status_code=503,
            headers=headers,
        )
    return Response(
        file.content, media_type=file.media_type, headers={**headers, "content-disposition": f'attachment; filename="{file.name}"'}
    )


def _release() -> Release | None:
    return release_of_page()


def area_page(request: Request) -> Response:
    try:
        release = _release()
        if release is None:
            return HTMLResponse(plain_pages.nothing_published(), status_code=404)
        place = release.place(request.path_params["geography"], request.path_params["code"])
        if place is None:
            return HTMLResponse(plain_pages.no_such_place(release), status_code=404)
        return HTMLResponse(plain_pages.area(release, place))
    except UserError:
        return problem()


def areas_page(request: Request) -> Response:
    try:
        release = _release()
        if release is None:
            return HTMLResponse(plain_pages.nothing_published(), status_code=404)
        return HTMLResponse(plain_pages.search(release, request.query_params.get("q", "")))
    except UserError:
        return problem()


def protection_page(_request: Request) -> Response:
    try:
        release = _release()
        return HTMLResponse(plain_pages.nothing_published() if release is None else plain_pages.protection(release))
    except UserError:
        return problem()


def download_table(request: Request) -> Response:
    try:
        release = _release()
        table = request.path_params["table"]
        if release is None or table not in downloads.tables_of(release):
            return not_found()
        return _csv(downloads.tables_of(release)[table](release), f"homeground-{table}-{release.period.end:%Y-%m}.csv")
    except UserError:
        return problem()


def download_area(request: Request) -> Response:
    try:
        release = _release()
        geography = request.path_params["geography"]
        place = release.place(geography, request.path_params["code"]) if release is not None else None
        if release is None or geography not in LEVELS or place is None:
            return not_found()
        return _csv(downloads.area_csv(release, place), f"homeground-{place.code}-{release.period.end:%Y-%m}.csv")
    except UserError:
        return problem()


def download_layer(request: Request) -> Response:
    """Areas of a level with outlines and figures as GeoParquet."""
    level = request.path_params["level"]
    try:
        release = _release()
        if release is None or level not in LEVELS or not release.of(level):
            return not_found()
        body = as_geoparquet(layer_of(release, level))
    except UserError:
        return problem()
    name = f"homeground-{level}-{release.for_level(level).period.end:%Y-%m}.parquet"
    return Response(body, media_type="application/vnd.apache.parquet", headers=_attachment(name))


def download_certificate(_request: Request) -> Response:
    try:
        release = _release()
    except UserError:
        return problem()
    if release is None:
        return not_found()
    body = json.dumps({"policy": dict(release.policy), "certificate": dict(release.certificate)}, indent=2, default=str)
    return Response(body, media_type="application/json", headers=_attachment("homeground-certificate.json"))


def _csv(text: str, name: str) -> Response:
    # the byte-order mark lets a spreadsheet read names with accents
    return Response("\ufeff" + text, media_type=_CSV, headers=_attachment(name))


def _attachment(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
