"""Portals as processes of their own, and a browser's visit to one that notes every host asked and every error."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, FrameLocator, Locator, Page, Response, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from app.asking.proof import Asked, is_enough, message
from core.db import Role
from core.db.credentials import url_for
from tests.builders.starts.forked import STARTER, Portal
from tests.builders.starts.ports import free_port
from tests.builders.waiting import until

# what a resident asks
WORDS = "Why are there more of these than in the year before?"
# Debian's Chromium without the windows of a browser, which are most of what a visit costs; where it is not, the whole browser does
CHROMIUM = next((path for path in (Path("/usr/bin/chromium-headless-shell"),) if path.is_file()), Path("/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATHS = "path.leaflet-interactive"
# the line of the hot spots that says what is shown and opens its boxes
SHOWN = ".st-key-hg-shown [data-testid=stPopover] button"
CHART = "[data-testid=stVegaLiteChart]"
EVERY_RULE: dict[str, object] = {"resultTypes": ["violations"]}
# what axe finds by colours: all else on a page is the same in the dark as in the light
BY_COLOUR: dict[str, object] = {**EVERY_RULE, "runOnly": ["color-contrast", "link-in-text-block"]}
# when a wait in the browser is given up: far above what anything takes, so that a busy machine is no failure
PATIENCE_MS = 120_000
expect.set_options(timeout=PATIENCE_MS)
# half a megabyte, which a page needs once for all that it is asked
_AXE = Axe().axe_script
# whether nothing changed between this frame and any of the next 10; false at once where something did
_AT_REST = """
async all => {
    const look = () => JSON.stringify(all.map(e => [e.isConnected, e.innerText, e.getBoundingClientRect()]));
    const first = look();
    for (let frame = 0; frame < 10; frame++) {
        await new Promise(requestAnimationFrame);
        if (look() !== first) return false;
    }
    return all.length > 0 && all.every(e => e.isConnected);
}
"""


@dataclass
class Visit:
    """A page and everything it asked for."""

    page: Page
    address: str
    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.address + path)
        self.page.wait_for_selector("h1")
        return self.page

    def others(self) -> set[str]:
        return self.hosts - {urlsplit(self.address).netloc}

    def settled(self) -> Page:
        """The page once the script has run to its end and every part of it is drawn.

        Streamlit fetches the code of a part (a list, a chart) when a page first needs it, and leaves a grey bar in its place meanwhile.
        """
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0)
        return self.page

    @contextmanager
    def run(self) -> Iterator[None]:
        """What is done inside makes the script run, and that run has come to its end afterwards.

        The page itself says that a script runs only once the server has told it; until then it looks settled, as before the click.
        """
        with self.sockets[-1].expect_event("framereceived", _ends_a_run):
            yield
        self.settled()

    def sound(self) -> None:
        """Nobody else was asked, nothing went wrong, nothing runs off the side, and axe finds nothing."""
        assert self.others() == set() and self.errors == []
        assert self.violations() == []

    def violations(self, rules: dict[str, object] | None = None) -> list[object]:
        """What axe finds on the page as it is, and how far the page runs off the side where it does."""
        across = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE)
        found = self.page.evaluate("rules => axe.run(document, rules).then(found => found.violations)", rules or EVERY_RULE)
        return [*[(v["id"], [n["html"][:150] for n in v["nodes"]][:3]) for v in found], *([f"{across} px"] if across else [])]

    def violations_in_both_themes(self, first: Literal["light", "dark"]) -> dict[str, list[object]]:
        """The same in the theme that the page was opened in and in the other, changed to as a device does at dusk; by theme, where anything
        is found. AssertionError where the page looks the same in both."""
        then: Literal["light", "dark"] = "dark" if first == "light" else "light"
        found, grounds = {}, set()
        for theme, rules in ((first, EVERY_RULE), (then, BY_COLOUR)):
            self.page.emulate_media(color_scheme=theme)
            grounds.add(self.page.evaluate("getComputedStyle(document.body).backgroundColor"))
            if violations := self.violations(rules):
                found[theme] = violations
        assert len(grounds) == 2, f"{self.page.url} looks the same in both themes"
        self.page.emulate_media(color_scheme=first)
        return found

    def tabs_to(self, what: str, *, from_here: bool = False) -> int:
        """How often a reader presses Tab from the top of the page, or from where they are, until what a selector names, or something in it,
        has the focus.

        AssertionError after 60 of them.
        """
        if not from_here:
            self.page.evaluate("document.activeElement && document.activeElement.blur(); window.scrollTo(0, 0)")
        for pressed in range(1, 61):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("what => document.activeElement.closest(what) !== null", what):
                return pressed
        raise AssertionError(f"60 times Tab and no {what}")

    def one_map(self, title: str) -> FrameLocator:
        """The frame of a map, once the script has ended and the map before it has gone: for a moment both stand on the page."""
        self.settled()
        found = f"iframe[title^='{title}']"
        expect(self.page.locator(found)).to_have_count(1)
        return self.page.frame_locator(found)

    def map(self, areas: int) -> FrameLocator:
        """The map's frame, once it has drawn that many areas and the page before it has gone."""
        frame = self.one_map("Map of")
        expect(frame.locator(PATHS)).to_have_count(areas)
        return frame

    def charts(self, number: int) -> None:
        """Every chart of the page, so many, has drawn its axes: a chart is an empty frame first, and its words come last."""
        expect(self.page.locator(CHART)).to_have_count(number)
        expect(self.page.locator(CHART).filter(has=self.page.locator("svg .role-axis-label text"))).to_have_count(number)

    def at_rest(self, found: Locator) -> Locator:
        """The elements, once there are some and neither their words nor their places changed for 10 frames that the browser drew."""
        found.first.wait_for()
        until(lambda: bool(found.evaluate_all(_AT_REST)), "elements that stand still")
        return found

    def opened(self, label: str) -> Locator:
        """What a select box offers, once it is open and stands still.

        A list closes when the page scrolls, so the page is scrolled first. A long list draws its beginning, then moves to what is
        chosen and uses its rows anew: a click meanwhile meets another option than the one it was for.
        """
        box = self.settled().get_by_label(label, exact=True)
        if not box.is_visible() and self.page.locator(SHOWN).count():
            self.page.locator(SHOWN).click()
        box.scroll_into_view_if_needed()
        self.at_rest(box).click()
        return self.at_rest(self.page.get_by_role("option"))

    def pick(self, label: str, option: str, options: Locator | None = None) -> None:
        """Click one of the options that a select box has on the screen, until the box shows it. options: those of the box, where it is open.

        A list that closes under the click, because the page moved, has taken no choice: the box shows what it showed, and the server was
        asked for nothing. Then it is opened again, as a person would.
        """
        for _ in range(3):
            found = options or self.opened(label)
            found.and_(self.page.get_by_role("option", name=option, exact=True)).click()
            expect(self.page.get_by_role("option")).to_have_count(0)
            if self.page.get_by_label(label, exact=True).input_value() == option:
                return
            options = None
        raise AssertionError(f"{label} does not take {option}")

    def choose(self, label: str, option: str) -> None:
        """Choose another of the options that an opened select box has on the screen, and wait for the page's answer."""
        with self.run():
            self.pick(label, option)
        if self.page.get_by_test_id("stPopoverBody").count():
            self.page.keyboard.press("Escape")
            expect(self.page.get_by_test_id("stPopoverBody")).to_have_count(0)


def visit(browser: Browser, address: str, *, width: int = 1280, dark: bool = False) -> Visit:
    """A new visitor with an empty profile; close visit.page.context when done."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        is_mobile=width < 600,
        has_touch=width < 600,
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    found = Visit(page, address)
    page.on("request", lambda request: found.hosts.add(urlsplit(request.url).netloc) if "://" in request.url else None)
    page.on("websocket", lambda socket: found.hosts.add(urlsplit(socket.url).netloc))
    page.on("websocket", lambda socket: found.sockets.append(socket))
    page.on("console", lambda message: found.errors.extend(complaint(message)))
    page.on("response", lambda response: found.errors.extend(failure(response)))
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    return found


def complaint(message: ConsoleMessage) -> list[str]:
    """What the browser complains of, such as a breach of the content policy; failed loads are judged by their address instead."""
    return [message.text] if message.type == "error" and not message.text.startswith("Failed to load resource") else []


def failure(response: Response) -> list[str]:
    """A load that failed. Streamlit looks for its own root by asking below the page's path first, which is no failure."""
    return [f"{response.status} {response.url}"] if response.status >= 400 and "/_stcore/" not in response.url else []


def boxes(found: Locator) -> list[dict[str, float]]:
    """Where each element lies, all read in one moment: read one by one, the page may move in between."""
    return list(
        found.evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).map(b => ({x: b.x, y: b.y, width: b.width, height: b.height}))"
        )
    )


def all_drawn(frame: FrameLocator, *, px: float) -> None:
    """Every area of a map is drawn and wider and higher than that, once the map has come to rest."""
    paths = frame.locator(PATHS)

    def large() -> bool:
        found = boxes(paths)
        return bool(found) and all(b["width"] > px and b["height"] > px for b in found)

    until(large, f"areas of more than {px} pixels")


def in_order(first: Locator, second: Locator) -> None:
    """The one element ends above where the other begins, both read in one moment."""
    script = "(one, other) => [one.getBoundingClientRect().bottom, other.getBoundingClientRect().top]"
    above, below = first.evaluate(script, second.element_handle())
    assert above <= below


def _ends_a_run(frame: bytes | str) -> bool:
    """Whether a message of Streamlit's server says that the script has come to its end, and not that it begins anew."""
    if isinstance(frame, str):
        return False
    message = ForwardMsg.FromString(frame)
    return message.WhichOneof("type") == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


def serve(
    audience: str, environment: dict[str, str], folder: Path, *, port: int | None = None, module: str = "app.serve"
) -> tuple[Portal, str]:
    """A portal with just this environment, once it answers. Its log lies in the folder. module: whose main() it is."""
    port = port or free_port()
    clean = {k: v for k, v in os.environ.items() if not k.startswith("HOMEGROUND_")}
    log = folder / f"{audience}.log"
    process = STARTER.start(module, ["--audience", audience, "--port", str(port)], clean | environment, log)
    address = f"http://127.0.0.1:{port}"

    def answers_or_ended() -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{address}/health", timeout=2):  # noqa: S310 - our own process
            return True
        return process.poll() is not None

    try:
        until(answers_or_ended, f"the {audience} portal")
    except BaseException:
        process.kill()
        raise
    if process.poll() is not None:
        pytest.fail(f"the {audience} portal did not start: {log.read_text()[-2000:]}")
    return process, address


def stop(process: Portal) -> int:
    process.send_signal(signal.SIGINT)
    try:
        return process.wait(timeout=300)
    except subprocess.TimeoutExpired:
        process.kill()
        return -9


def serve_community(folder: Path, **settings: str) -> tuple[Portal, str]:
    """The community process with its own credential and nothing else: its state folder is empty.

    settings: more of its environment.
    """
    state = folder / "state"
    state.mkdir()
    url = url_for(Role.COMMUNITY).render_as_string(hide_password=False)
    return serve("community", {"HOMEGROUND_COMMUNITY_URL": url, "HOMEGROUND_STATE_DIR": str(state), **settings}, folder)


def serve_professional(folder: Path) -> tuple[Portal, str]:
    """The professional process in demo mode, with its own credential and nothing else."""
    state = folder / "state"
    state.mkdir()
    url = url_for(Role.PROFESSIONAL).render_as_string(hide_password=False)
    environment = {"HOMEGROUND_PROFESSIONAL_URL": url, "HOMEGROUND_STATE_DIR": str(state), "HOMEGROUND_PORTAL_DEMO": "true"}
    return serve("professional", environment, folder)


def enter(seen: Visit, role: str) -> Page:
    """Through the demo's role picker, on the way to the hot spots, whichever map the record puts first."""
    page = seen.open("/hot-spots")
    page.get_by_text(role, exact=True).click()
    page.get_by_role("button", name="Enter").click()
    return hot_spots(seen)


def as_demo(browser: Browser, address: str, role: str, path: str, *, width: int = 1280, dark: bool = False, **boxes: str) -> Visit:
    """Somebody of the demo on a page. boxes: what to choose of the role, by the label of its box with _ for each blank."""
    seen = visit(browser, address, width=width, dark=dark)
    page = seen.open(path)
    page.get_by_text(role, exact=True).click()
    for label, option in boxes.items():
        # one that is chosen already would be no choice
        if page.get_by_label(label.replace("_", " "), exact=True).input_value() != option:
            seen.choose(label.replace("_", " "), option)
    with seen.run():
        page.get_by_role("button", name="Enter").click()
    return seen


def hot_spots(seen: Visit) -> Page:
    """The map of hot spots on its page, which opens with the map that did best."""
    line = seen.page.locator(SHOWN)
    line.wait_for()
    if not line.inner_text().startswith("Hot spots:"):
        seen.choose("Map", "Hot spots")
    seen.page.get_by_role("heading", level=1, name="Hot spots of").wait_for()
    return seen.page


def proven(asked: Asked, minute: int | None = None) -> dict[str, str]:
    """The fields of a form with a proof of work, as the script finds it."""
    minute = int(time.time() // 60) if minute is None else minute
    number = next(n for n in range(1 << 30) if is_enough(message(minute, asked, n)))
    return {**unproven(asked), "minute": str(minute), "number": str(number)}


def unproven(asked: Asked) -> dict[str, str]:
    return {
        "sort": asked.sort, "place": f"{asked.geography}.{asked.place_code}", "kind": asked.category, "words": asked.words,
        "minute": "", "number": "", "website": "",
    }  # fmt: skip


def serve_questions(folder: Path, community: str, port: int | None = None) -> tuple[Portal, str]:
    """The process that takes in what the form of a community portal sends, with its own credential and nothing else."""
    state = folder / "state-questions"
    state.mkdir()
    url = url_for(Role.QUESTIONS).render_as_string(hide_password=False)
    environment = {
        "HOMEGROUND_QUESTIONS_URL": url, "HOMEGROUND_STATE_DIR": str(state), "HOMEGROUND_PORTAL_COMMUNITY_URL": community,
    }  # fmt: skip
    return serve("questions", environment, folder, port=port)
