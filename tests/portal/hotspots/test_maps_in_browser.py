"""Maps in a browser: another measure is a matter of colours and words, the words fit on a phone, and a tap leaves the page where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.builders.portal_processes import PATHS, Visit, boxes, enter, serve_professional, stop
from tests.builders.waiting import until

pytestmark = [pytest.mark.database, pytest.mark.browser]

MOST_BYTES = 60_000


@pytest.fixture(scope="module")
def address(invented_county: str, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("maps_in_browser")
    process, found = serve_professional(folder)
    yield found
    assert stop(process) == 0
    assert "Traceback" not in (folder / "professional.log").read_text()


class Counted:
    """What a page was sent since the last time somebody asked: the messages of its socket, unpacked, and what it fetched, as it came."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        self.fetched: list[str] = []
        self._asked: dict[str, str] = {}
        self._kept: set[str] = set()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.webSocketFrameReceived", self._frame)
        session.on("Network.loadingFinished", lambda event: self._add(int(event["encodedDataLength"])))
        session.on("Network.requestWillBeSent", self._request)
        session.on("Network.requestServedFromCache", lambda event: self._kept.add(event["requestId"]))
        session.on("Network.responseReceived", self._answer)

    def _request(self, event: dict[str, Any]) -> None:
        self.fetched.append(event["request"]["url"])
        self._asked[event["requestId"]] = event["request"]["url"]

    def _answer(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._kept.add(event["requestId"])

    def over_the_network(self, part: str) -> int:
        """How many of the requests since the last time whose address has that part were not answered by the browser's own store."""
        return sum(part in url and number not in self._kept for number, url in self._asked.items())

    def _frame(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        # what is no text comes as base64
        self._add(len(answer["payloadData"]) * 3 // 4 if answer["opcode"] == 2 else len(answer["payloadData"]))

    def _add(self, found: int) -> None:
        self.bytes += found

    def taken(self) -> tuple[int, list[str]]:
        found = self.bytes, self.fetched
        self.bytes, self.fetched = 0, []
        self._asked, self._kept = {}, set()
        return found


def drawn(seen: Visit, title: str = "Map of hot spots") -> int:
    """How many areas the map has drawn, once it has."""
    seen.settled()
    frame = seen.one_map(title)
    found = frame.locator("[data-hg-drawn]")
    found.wait_for()
    return int(str(found.get_attribute("data-hg-drawn")))


@pytest.mark.slow
def test_another_measure_of_a_district_sends_its_values_and_no_outline(address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(address)
    counted = Counted(seen.page)
    enter(seen, "Analyst")
    seen.choose("Map", "What was recorded")
    title = "Map of serious violence in Ashmoor"
    places = drawn(seen, title)
    assert places == 20
    _, fetched = counted.taken()
    # the outlines came once, when the map was first drawn
    assert any("/outlines/" in address for address in fetched)
    seen.choose("Shown as", "Rate per 1,000 residents")
    expect(seen.page.locator(".hg-legend figcaption")).to_have_text("Rate per 1,000 residents")
    assert drawn(seen, title) == places
    again = counted.over_the_network("/outlines/")
    sent, fetched = counted.taken()
    print(f"{places} places, {sent:,} bytes for another measure, {len(fetched)} requests")
    assert 0 < sent < MOST_BYTES
    # the outlines were in the browser's own store
    assert again == 0
    assert seen.others() == set()
    assert seen.errors == []


def test_the_words_of_an_area_fit_on_a_phone_and_close_and_a_tap_leaves_the_page_where_it_is(
    address: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(address, width=390)
    page = enter(seen, "Analyst")
    drawn(seen)
    frame = seen.one_map("Map of hot spots")
    page.locator("iframe[title^='Map of hot spots']").scroll_into_view_if_needed()
    seen.at_rest(page.locator("iframe[title^='Map of hot spots']"))
    top = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = page.evaluate(top)
    assert before > 0
    area = frame.locator(PATHS).first
    words = str(area.get_attribute("aria-label"))
    with seen.run():
        area.tap(force=True)
    line = frame.locator(".hg-said")
    expect(line.locator("p")).to_have_text(words)
    (said,), (whole,) = boxes(line), boxes(frame.locator(".leaflet-container"))
    # within the map, as wide as it, and no higher than a fifth of it
    assert said["width"] <= whole["width"] <= 390 and said["height"] < whole["height"] / 5
    assert said["y"] + said["height"] <= whole["y"] + whole["height"] + 1
    assert page.evaluate(top) == before
    line.get_by_role("button", name="Close").tap()
    expect(line).to_be_hidden()
    assert frame.locator(".leaflet-tooltip").count() == 0
    assert seen.errors == []


def test_outlines_are_kept_for_ever_and_given_to_those_who_are_in(address: str, visit: Callable[..., Visit]) -> None:
    seen = visit(address)
    named: list[str] = []
    seen.page.on("request", lambda request: named.append(request.url) if "/outlines/" in request.url else None)
    enter(seen, "Analyst")
    drawn(seen)
    file = until(lambda: named[-1] if named else None, "the outlines of a map")
    cookies = {c["name"]: c["value"] for c in seen.page.context.cookies()}
    answer = httpx.get(file, cookies=cookies, timeout=300)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.json()["codes"]) == len(answer.json()["shapes"]) > 0
    again = httpx.get(file, cookies=cookies, headers={"if-none-match": answer.headers["etag"]}, timeout=300)
    assert (again.status_code, again.content) == (304, b"")
    # nobody who is not in, and nothing that no map has named
    assert httpx.get(file, timeout=300).status_code == 404
    assert httpx.get(file.replace("/outlines/", "/outlines/0"), cookies=cookies, timeout=300).status_code == 404
