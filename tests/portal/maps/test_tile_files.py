"""A file of tiles that the operator gives: both formats, what is no such file, and what a browser draws of other makers' tiles."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.look import background
from app.look.palette import DARK, LIGHT
from app.look.tile_file import VECTOR, tile_file
from app.routes import routes_of
from core.errors import UserError
from core.settings import PortalSettings
from tests.builders.files.tile_files import HERE, mbtiles, others_tiles, picture, pmtiles, vector_tile

TILE = vector_tile(others_tiles()["OpenMapTiles"])
LINK = '<a href="https://example.invalid">&copy; Somebody</a>'


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    tile_file.cache_clear()
    background._kept.cache_clear()
    yield
    tile_file.cache_clear()
    background._kept.cache_clear()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("make", [mbtiles, pmtiles])
def test_a_tile_is_found_where_it_lies(tmp_path: Path, make: Callable[..., Path], packed: bool) -> None:
    body = gzip.compress(TILE) if packed else TILE
    more = {"packing": "GZIP"} if packed and make is pmtiles else {}
    found = tile_file(make(tmp_path / "tiles", {HERE: body}, attribution=LINK, **more))
    assert found.media_type == VECTOR
    assert found.tile(*HERE) == (body, packed)
    assert found.tile(HERE[0], HERE[1], HERE[2] + 1) is None
    about = found.background
    assert (about.attribution, about.least_zoom, about.most_zoom, about.picture) == ("© Somebody", 7, 7, False)
    assert about.bounds == pytest.approx((-2.0, 51.0, 0.0, 52.5))


def test_pictures_are_said_to_be_pictures(tmp_path: Path) -> None:
    drawn = picture(200, 10, 10)
    for path in (mbtiles(tmp_path / "a", {HERE: drawn}, format="png"), pmtiles(tmp_path / "b", {HERE: drawn}, kind="PNG")):
        found = tile_file(path)
        assert (found.media_type, found.background.picture) == ("image/png", True)
        assert found.tile(*HERE) == (drawn, False)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"hello", "neither a PMTiles nor an MBTiles file"),
        (b"PMTiles\x03" + b"\0" * 20, "damaged"),
        (b"SQLite format 3\0" + b"\0" * 200, "damaged"),
    ],
)
def test_what_is_no_such_file_is_refused_with_what_next(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "map.tiles"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=said) as refused:
        tile_file(path)
    assert refused.value.where == "HOMEGROUND_PORTAL_TILE_FILE"
    assert "PMTiles or MBTiles" in str(refused.value.hint)


def test_tiles_that_no_browser_draws_are_refused(tmp_path: Path) -> None:
    for path in (
        mbtiles(tmp_path / "a", {HERE: b"x"}, format="tiff"),
        pmtiles(tmp_path / "b", {HERE: b"x"}, packing="BROTLI"),
        mbtiles(tmp_path / "c", {}),
        mbtiles(tmp_path / "d", {HERE: b"x"}, bounds="5,5,-5,-5"),
    ):
        with pytest.raises(UserError):
            tile_file(path)


def test_a_file_that_breaks_off_later_is_no_crash(tmp_path: Path, as_portal: Callable[..., PortalSettings]) -> None:
    path = pmtiles(tmp_path / "tiles", {(7, 63, y): TILE * (y + 1) for y in range(40, 44)})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - len(TILE)])
    as_portal(audience="community", tile_file=path)
    shown = background.background_now()
    assert shown is not None
    answers = {_client().get(f"/background/{shown.mark}/7/63/{y}.mvt").status_code for y in range(40, 44)}
    assert answers <= {200, 204, 404, 503}


def test_one_background_is_chosen_not_two(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="maps have one background"):
        PortalSettings(tile_url="https://tiles.example/{z}/{x}/{y}.png", tile_file=tmp_path / "a.pmtiles")


def test_the_route_gives_the_file_in_place_of_what_was_loaded(tmp_path: Path, as_portal: Callable[..., PortalSettings]) -> None:
    # no database is asked: there is none
    as_portal(audience="community", tile_file=mbtiles(tmp_path / "tiles", {HERE: gzip.compress(TILE)}))
    shown = background.background_now()
    assert shown is not None
    answer = _client().get(f"/background/{shown.mark}/{'/'.join(map(str, HERE))}.mvt")
    assert (answer.status_code, answer.headers["content-type"]) == (200, VECTOR)
    assert answer.content == TILE
    assert "immutable" in answer.headers["cache-control"]


def _client() -> TestClient:
    return TestClient(Starlette(routes=routes_of("community")))


_PAGE = """<!doctype html><style>#map { width: 512px; height: 512px }</style><link rel="stylesheet" href="/vendor/leaflet/leaflet.css">
<div id="map"></div><script src="/vendor/leaflet/leaflet.js"></script><script src="/vendor/background.js"></script>
<script>var map = L.map('map', {zoomSnap: 0, attributionControl: true}).setView([51.62, -1.41], 8.2);
map.getPane('overlayPane'); homegroundBackground(map, GIVEN);</script>"""


@pytest.mark.browser
@pytest.mark.parametrize("maker", list(others_tiles()))
def test_a_browser_draws_and_names_what_other_makers_wrote(
    tmp_path: Path, as_portal: Callable[..., PortalSettings], browser: Browser, maker: str
) -> None:
    as_portal(audience="community", tile_file=pmtiles(tmp_path / "tiles", {HERE: vector_tile(others_tiles()[maker])}))
    shown = background.background_now()
    assert shown is not None
    page = _opened(browser, json.dumps(background.for_the_map(shown, LIGHT)))
    expect(page.locator(".hg-name-town")).to_have_text("Oldtown")
    held = page.evaluate(
        "() => { const all = [...document.querySelectorAll('.leaflet-hg-ground-pane canvas')];"
        " const c = all.map(c => c.homeground).filter(h => h && h.layers.road)[0];"
        " return Object.fromEntries(Object.entries(c.layers).map(([k, fs]) => [k, fs.map(f => f.class)])) }"
    )
    assert held == {"road": ["a_road"], "green": ["wood"], "water": ["water"], "settlement": ["town"], "station": ["station"]}
    page.context.close()


@pytest.mark.browser
def test_pictures_lie_under_the_areas_and_are_turned_about_on_a_dark_page(
    tmp_path: Path, as_portal: Callable[..., PortalSettings], browser: Browser
) -> None:
    as_portal(audience="community", tile_file=pmtiles(tmp_path / "tiles", {HERE: picture(200, 10, 10)}, kind="PNG"))
    shown = background.background_now()
    assert shown is not None
    for palette, turned in ((LIGHT, ""), (DARK, "invert(1) hue-rotate(180deg)")):
        page = _opened(browser, json.dumps(background.for_the_map(shown, palette)))
        drawn = page.locator(".leaflet-hg-ground-pane img.leaflet-tile-loaded").first
        expect(drawn).to_be_attached()
        assert drawn.evaluate("i => [i.naturalWidth, i.alt]") == [256, ""]
        assert page.locator(".leaflet-hg-ground-pane").evaluate("p => p.style.filter") == turned
        page.context.close()


def _opened(browser: Browser, given: str) -> Page:
    """A page with one map, whose scripts and tiles are the portal's own answers."""
    client = _client()
    page = browser.new_context().new_page()
    body = _PAGE.replace("GIVEN", given)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://portal.test")
        if path == "/":
            route.fulfill(body=body, content_type="text/html")
            return
        got = client.get(path)
        route.fulfill(status=got.status_code, body=got.content, content_type=got.headers.get("content-type", "text/plain"))

    page.route("**/*", answer)
    page.goto("http://portal.test/")
    return page
