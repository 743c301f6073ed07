"""Parts of `homeground bench portal` that a browser sees on the professional portal: how soon after a tap, and how many bytes.

- tap: an analyst of the demo is in, on The data, on a phone of 390 x 844, and taps My patch. finding_s until the first of the five places
  stands on the page, map_s until its map has drawn its areas: the first time, and the median of the times after it;
- dashboards: the same person on a desk of 1280 x 900 taps Serious violence, My dashboard and Stop and search: ..._words_s until the first
  figure stands on the page, ..._tiles_s until the script has ended and every chart and map of the page is drawn;
- measure: on Hot spots at 1280 px, what was recorded as a rate in place of a number: bytes over the wire until the map is drawn anew;
- hexagons: every hexagon of resolution 9 that the portal has, on one map at 1280 px (Thames Valley has 11,466 that hold an incident): how
  many, seconds in which the map draws them, and from a tap on Enter until all are painted. cpu: seconds of one core alone that the
  browser's page took, which other work on the machine moves less;
- slow line: a resident with an empty store and a phone on a slow line (bench.portal.relay): seconds until the first words of a plain map
  page and of the portal are painted, and until their maps are. Of a portal of the community.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
TAPS = 7
_PATIENCE_MS = 120_000
_PLACES, _MAP = ".hg-places summary", "iframe[title^='Map of']"
# the link of each dashboard, and how its figures are called here
DASHBOARDS = {"Serious violence": "violence", "My dashboard": "own", "Stop and search": "searches"}
_FIGURE = ".hg-tiles .figure"
# a page that has its first figure, or has come to its end without one
_FIGURE_OR_END = (
    "figure => document.querySelector(figure) !== null"
    " || document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]') !== null"
)
# a part whose code is still on its way is a grey bar, and a chart without words on its axes is none yet
_CHARTS_DRAWN = """() => {
  const all = selector => [...document.querySelectorAll(selector)];
  const charts = all("[data-testid=stVegaLiteChart]");
  return all("[data-testid=stApp][data-test-script-state=notRunning]").length > 0 && all("[data-testid=stSkeleton]").length === 0
    && charts.every(c => c.querySelector("svg .role-axis-label text"));
}"""
# two frames after the areas are there, the browser has painted them
PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
# when a map asked for its outlines, and when it had drawn them, s
MARKS = "() => ['hg-areas-asked', 'hg-areas-drawn'].map(n => performance.getEntriesByName(n)[0].startTime / 1000)"


@contextmanager
def opened(width: int, height: int) -> Iterator[Page]:
    """A page of a browser with an empty store."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(_PATIENCE_MS)
        yield context.new_page()
        browser.close()


def taps(address: str) -> dict[str, float]:
    """From a tap on My patch until its first finding, and until its map."""
    finding, drawn = [], []
    with opened(390, 844) as page:
        enter(page, f"{address}/data")
        for _ in range(TAPS):
            _link(page, "The data").click()
            page.get_by_role("heading", level=1).first.wait_for()
            page.locator(_PLACES).first.wait_for(state="detached")
            _settled(page)
            begun = time.perf_counter()
            _link(page, "My patch").click()
            page.locator(_PLACES).first.wait_for()
            finding.append(time.perf_counter() - begun)
            page.frame_locator(_MAP).locator("[data-hg-drawn]").wait_for()
            drawn.append(time.perf_counter() - begun)
            _settled(page)
    return {
        "finding_first_s": finding[0],
        "finding_s": statistics.median(finding[1:]),
        "map_first_s": drawn[0],
        "map_s": statistics.median(drawn[1:]),
    }


def dashboards(address: str) -> dict[str, float]:
    """Of each dashboard, the first time (..._first_...) and the median of the times after it; nothing of one that has no figure to show."""
    found: dict[str, float] = {}
    with opened(1280, 900) as page:
        enter(page, f"{address}/data")
        for title, name in DASHBOARDS.items():
            words, tiles = [], []
            for _ in range(TAPS):
                _link(page, "The data").click()
                page.get_by_role("heading", level=1, name="The data behind the maps").wait_for()
                page.locator(_FIGURE).first.wait_for(state="detached")
                _settled(page)
                begun = time.perf_counter()
                _link(page, title).click()
                # the page before has gone, so what is there now is of this one
                page.get_by_role("heading", level=1).filter(has_not_text="The data behind the maps").wait_for()
                page.wait_for_function(_FIGURE_OR_END, arg=_FIGURE)
                if not page.locator(_FIGURE).count():
                    break
                words.append(time.perf_counter() - begun)
                all_drawn(page)
                tiles.append(time.perf_counter() - begun)
            for what, seconds in (("words", words), ("tiles", tiles)) if words else ():
                found |= {f"{name}_{what}_first_s": seconds[0], f"{name}_{what}_s": statistics.median(seconds[1:])}
    return found


def all_drawn(page: Page) -> None:
    """The script has come to its end, and every chart and every map of the page is drawn."""
    page.wait_for_function(_CHARTS_DRAWN)
    for frame in page.locator(_MAP).all():
        frame.content_frame.locator("[data-hg-drawn]").wait_for()


def slow_line(by_way_of: str) -> dict[str, float]:
    """Of the community's portal through a slow line. by_way_of: the address of a relay that is one (bench.portal.relay)."""
    found = {}
    with opened(390, 844) as page:
        found["slow_plain_words_s"], found["slow_plain_map_s"] = _first(page, f"{by_way_of}/map", "h1", "svg.hg-measure path")
    with opened(390, 844) as page:
        portal = _first(page, by_way_of, "h1", f"{_MAP} >> internal:control=enter-frame >> path.leaflet-interactive")
        found["slow_portal_words_s"], found["slow_portal_map_s"] = portal
    return found


def _first(page: Page, address: str, words: str, drawn: str) -> tuple[float, float]:
    """Seconds until the words and until the first part of the map stand on the page."""
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(words).first.wait_for()
    first = time.perf_counter() - begun
    page.locator(drawn).first.wait_for()
    page.evaluate(PAINTED)
    return first, time.perf_counter() - begun


def measure(by_way_of: str, passed: list[int]) -> dict[str, float]:
    """What another measure sends. by_way_of: the address of a relay that counts what passes (bench.portal.relay)."""
    with opened(1280, 900) as page:
        enter(page, f"{by_way_of}/hot-spots?map=recorded&on=lsoa-2021&as=number")
        places = _drawn(page)
        page.locator(".st-key-hg-shown [data-testid=stPopover] button").click()
        box = page.get_by_label("Shown as", exact=True)
        box.scroll_into_view_if_needed()
        box.click()
        option = page.get_by_role("option", name="Rate per 1,000 residents", exact=True)
        option.wait_for()
        _settled(page)
        before, begun = passed[0], time.perf_counter()
        option.click()
        page.locator(".hg-legend figcaption", has_text="Rate per 1,000 residents").wait_for()
        _drawn(page)
        return {"measure_places": places, "measure_s": time.perf_counter() - begun, "measure_bytes": passed[0] - before}


def enter(page: Page, address: str) -> None:
    """Through the demo's role picker, as an analyst, to a page."""
    page.goto(address)
    page.get_by_text("Analyst", exact=True).click()
    page.get_by_role("button", name="Enter").click()
    page.locator(".st-key-hg-nav").wait_for()
    _settled(page)


def _link(page: Page, title: str) -> Any:
    return page.locator(".st-key-hg-nav").get_by_role("link", name=title, exact=True)


def _settled(page: Page) -> None:
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def _drawn(page: Page) -> int:
    """How many areas the one map of the page has drawn."""
    _settled(page)
    found = page.frame_locator(_MAP).locator("[data-hg-drawn]")
    found.wait_for()
    return int(str(found.get_attribute("data-hg-drawn")))


def hexagons(address: str) -> dict[str, float]:
    """The map of every hexagon that the portal has of all recorded crime, from a tap on Enter until all of them are painted."""
    with opened(1280, 900) as page:
        page.goto(f"{address}/hot-spots?patch=all&kind=all_recorded&on=h3-r9&map=recorded&as=number")
        page.get_by_text("Analyst", exact=True).click()
        _settled(page)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        asked = time.perf_counter()
        page.get_by_role("button", name="Enter").click()
        page.locator(_MAP).wait_for()
        number = _drawn(page)
        frame = page.frame_locator(_MAP).locator("body")
        frame.evaluate(PAINTED)
        took = time.perf_counter() - asked
        marks = frame.evaluate(MARKS)
        spent = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return {
        "hexagons": number,
        "hexagons_areas_s": marks[1] - marks[0],
        "hexagons_painted_s": took,
        "hexagons_page_cpu_s": spent["TaskDuration"],
    }
