"""11,466 hexagons, as many as Thames Valley has of resolution 9 with an incident, on one map: all on a canvas. `-s` prints what it took.

Seconds of the machine as it is, and of one core alone (cpu), which other work moves less. `homeground bench portal --address` measures the
same on a page of a real force.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from app.look import outline_files
from app.look.map_frame import MapArea, draw_map
from app.look.outlines import bounds_of
from app.look.palette import LIGHT, certainty_colour
from app.routes import routes_of
from bench.portal import browser
from tests.builders.portal_processes import CHROMIUM
from tests.conftest import absent

pytestmark = pytest.mark.browser
HEXAGONS = 11_466
# of resolution 9
_EDGE_M = 201.0


def honeycomb(number: int) -> tuple[MapArea, ...]:
    """So many hexagons side by side, turned and as wide as those of resolution 9, with the looks and words that hot spots have."""
    columns = math.isqrt(number)
    north_m = 111_320.0
    east_m = north_m * math.cos(math.radians(51.7))
    corners = [(math.cos(math.radians(60 * n)), math.sin(math.radians(60 * n))) for n in range(6)]
    cos, sin = math.cos(math.radians(17)), math.sin(math.radians(17))

    def turned(x: float, y: float) -> tuple[float, float]:
        return x * cos - y * sin, x * sin + y * cos

    found = []
    for n in range(number):
        column, row = n % columns, n // columns
        x, y = 1.5 * _EDGE_M * column, math.sqrt(3) * _EDGE_M * (row + column % 2 / 2)
        here = [turned(x + _EDGE_M * a, y + _EDGE_M * b) for a, b in corners]
        ring = [[-1.5 + east / east_m, 51.3 + north / north_m] for east, north in here]
        kind, certainty = (("hot", 99), ("hot", 95), ("cold", 90))[n % 3] if n % 7 == 0 else ("not_significant", None)
        said = f"Hexagon in Place {n % 298}. {kind}, {certainty}%. {n % 40} recorded. Other grids: 3 of 5"
        fill = certainty_colour(LIGHT, kind, certainty)
        found.append(MapArea(f"89{n:013x}", {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, fill, said))
    return tuple(found)


def figures_of(number: int) -> dict[str, float]:
    """A map of so many, written by this process and drawn by a browser."""
    areas = honeycomb(number)
    begun, used = time.perf_counter(), time.process_time()
    drawn = draw_map(areas, title="Map of hexagons", palette=LIGHT)
    page_of = drawn.get_root().render()
    wrote, worked = time.perf_counter() - begun, time.process_time() - used
    outline_files.address_of(drawn.file)
    with _serving(lambda: page_of) as address, browser.opened(1280, 900) as page:
        page.goto(f"{address}/health")
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        asked = time.perf_counter()
        page.goto(address)
        page.locator(f"[data-hg-drawn='{number}']").wait_for()
        page.evaluate(browser.PAINTED)
        took = time.perf_counter() - asked
        spent = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        marks = page.evaluate(browser.MARKS)
        paths = page.locator("path.leaflet-interactive").count()
    return {
        "hexagons_paths": paths,
        "hexagons_page_bytes": len(page_of.encode()),
        "hexagons_outlines_bytes": len(drawn.file.body),
        "hexagons_written_s": wrote,
        "hexagons_written_cpu_s": worked,
        "hexagons_areas_s": marks[1] - marks[0],
        "hexagons_painted_s": took,
        "hexagons_page_cpu_s": spent["TaskDuration"],
    }


@contextmanager
def _serving(page: Callable[[], str]) -> Iterator[str]:
    """A page with the routes that a map asks, served by this process."""
    app = Starlette(routes=[Route("/", lambda _request: HTMLResponse(page())), *routes_of("community")])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("the server of the benchmark did not start")
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_every_hexagon_of_a_region_is_drawn_and_on_a_canvas() -> None:
    if not CHROMIUM.is_file():
        absent(f"no Chromium at {CHROMIUM}")
    found = figures_of(HEXAGONS)
    print(", ".join(f"{name} {value:,.4g}" for name, value in found.items()))
    # the page waits for all of them, and a path of its own for each would be in the page
    assert found["hexagons_paths"] == 0
    # what a page brings is no more than two dozen bytes each, and outlines fewer
    assert found["hexagons_page_bytes"] < 24 * HEXAGONS and found["hexagons_outlines_bytes"] < 12 * HEXAGONS


def test_the_hexagons_lie_side_by_side() -> None:
    areas = honeycomb(400)
    assert len({a.code for a in areas}) == 400
    west, south, east, north = bounds_of({a.code: a.geometry for a in areas})
    # 400 of 0.105 km2 in a turned square: its bounding box holds them and less than twice as much
    box = (east - west) * 111.32 * 0.62 * (north - south) * 111.32
    assert 400 * 0.105 < box < 2 * 400 * 0.105
