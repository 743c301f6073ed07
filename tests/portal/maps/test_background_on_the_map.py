"""Streets and names on the maps: the route of their tiles, and what a browser draws of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from analytics.release.background import cut_background
from app.headers import SecurityHeaders
from app.look import background
from app.look.map_frame import MapArea, draw_map
from app.look.palette import DARK, LIGHT
from app.routes import routes_of
from core import db
from core.db import Role
from core.settings import PortalSettings, RegionSettings
from feeds.loading.load import load_source
from published.background import Background, current_background
from tests.builders.files import backgrounds
from tests.builders.portal_processes import PATHS, Visit, enter

pytestmark = pytest.mark.database
# the tile of zoom 14 in which the middle of Westford lies, and one at the other end of the world
WESTFORD, FAR = "14/8231/5281", "14/1/1"
AREA = MapArea(
    "E01", {"type": "Polygon", "coordinates": [[[0.8, 53.7], [0.9, 53.7], [0.9, 53.8], [0.8, 53.7]]]}, "#ffffff", "An area"
)


@pytest.fixture(params=["community", "professional"])
def client(
    request: pytest.FixtureRequest,
    database: str,
    as_portal: Callable[..., PortalSettings],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> TestClient:
    as_portal(audience=request.param, demo=request.param == "professional")
    monkeypatch.setattr(background, "_asked", None)
    background._kept.cache_clear()
    path = backgrounds.geopackage(tmp_path / "zoomstack.gpkg", backgrounds.ZOOMSTACK)
    assert (
        load_source(path, region=RegionSettings(force_name="Westfordshire Police", force_area_name="Westfordshire")).refused == ()
    )
    with db.transaction(Role.PIPELINE) as connection:
        cut_background(connection)
    app = Starlette(routes=routes_of(request.param), middleware=[Middleware(SecurityHeaders, page_scripts="'sha256-x'")])
    return TestClient(app, raise_server_exceptions=True)


def shown() -> Background:
    with db.transaction(Role.COMMUNITY) as connection:
        found = current_background(connection)
    assert found is not None
    return found


def test_a_tile_is_packed_kept_for_ever_and_asked_for_once(client: TestClient) -> None:
    address = f"/background/{shown().mark}/{WESTFORD}.mvt"
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert b"Westford" in answer.content
    assert client.get(address, headers={"accept-encoding": "identity"}).content == answer.content
    again = client.get(address, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_no_tile_of_this_background_is_not_there(client: TestClient) -> None:
    mark = shown().mark
    for path in (f"{mark}/{FAR}", f"{'0' * 16}/{WESTFORD}", f"{mark}/99/1/1", f"{mark}/14/8231/-1", f"{mark}/14/8231/9{'9' * 30}"):
        answer = client.get(f"/background/{path}.mvt")
        assert answer.status_code == 404, path
    # where nothing lies inside its box, a browser is told so once and for all
    inside = [(x, y) for x in range(8225, 8240) for y in range(5275, 5290) if shown().holds(14, x, y)]
    answers = [client.get(f"/background/{mark}/14/{x}/{y}.mvt") for x, y in inside]
    assert {a.status_code for a in answers} == {200, 204}
    assert all("immutable" in a.headers["cache-control"] for a in answers)


def test_a_map_names_the_background_and_the_script_that_draws_it(client: TestClient) -> None:
    for palette in (LIGHT, DARK):
        page = draw_map([AREA], title="Map", palette=palette, background=shown()).get_root().render()
        assert background.script_address() in page
        assert shown().mark in page
        assert palette.ground.blend in page
        assert "Crown copyright" in page
    # without one a map is as it was, and an operator's own tiles stand in place of ours
    assert "background.js" not in draw_map([AREA], title="Map", palette=LIGHT).get_root().render()
    script = client.get(background.script_address())
    assert script.headers["content-type"].startswith("text/javascript")
    # nobody else is asked for anything
    assert "http" not in script.text.replace("http://www.w3.org", "")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_a_browser_draws_streets_under_the_areas_and_names_above_them(
    county_portal: str, visit: Callable[..., Visit], dark: bool
) -> None:
    seen = visit(county_portal, dark=dark)
    got: list[str] = []
    seen.page.on("response", lambda r: got.append(f"{r.status} {r.url}") if "/background/" in r.url else None)
    enter(seen, "Analyst")
    frame = seen.one_map("Map of")
    expect(frame.locator(PATHS).first).to_be_visible()
    expect(frame.locator(".hg-name-city")).to_have_text("Homeminster")
    expect(frame.locator(".leaflet-control-attribution")).to_contain_text("Invented streets")
    # every tile came, and something was drawn on one of them
    assert got
    assert {line[:3] for line in got} <= {"200", "204"}
    drawn = (
        "all => all.some(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v, i) => i % 4 === 3 && v > 0))"
    )
    assert frame.locator(".leaflet-hg-ground-pane canvas").evaluate_all(drawn)
    blend = frame.locator(".leaflet-overlay-pane").evaluate("pane => pane.style.mixBlendMode")
    assert blend == ("screen" if dark else "multiply")
    assert seen.others() == set()
    assert seen.errors == []


def test_tiles_of_the_county_are_small(county: str) -> None:
    """A map of the whole county asks for some six tiles, a town for some twenty."""
    with db.transaction(Role.COMMUNITY) as connection:
        found = current_background(connection)
        assert found is not None
        assert found.attribution == "Invented streets of no real place"
    with db.transaction(Role.PIPELINE) as connection:
        report = cut_background(connection)
    assert report is not None
    assert report.unchanged
    assert report.largest < 16 * 1024
    assert report.bytes < 1_000_000
