"""`homeground demo` as a newcomer meets it: from nothing to two working portals, a search, drawn maps, Ctrl-C, and a quick second start.

With `--pictures` it also takes the pictures of the README from what it sees.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text

from core import local_postgis
from core.db import Role
from core.db.credentials import url_for
from core.paths import PROJECT_ROOT
from core.settings import DatabaseSettings
from tests.builders.portal_processes import PATHS, Visit, all_drawn, hot_spots
from tests.builders.starts.ports import free_port
from tests.builders.waiting import until

pytestmark = [pytest.mark.database, pytest.mark.browser, pytest.mark.slow]

PICTURES = PROJECT_ROOT / "docs" / "images"
# when a start that hangs is given up: a first start takes a minute on a quiet machine
GIVE_UP_S = 900


@dataclass
class Demo:
    """A running demo: the addresses of its portals, and what it said."""

    process: subprocess.Popen[str]
    log: Path
    community: str
    professional: str
    seconds: float

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=GIVE_UP_S)


def start(environment: dict[str, str], log: Path) -> Demo:
    begun = time.monotonic()
    with log.open("w") as handle:
        process = subprocess.Popen(
            [sys.executable, "-m", "homeground.command_line", "demo"],
            env=environment,
            stdout=handle,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=PROJECT_ROOT,
        )
    try:
        until(lambda: "Ctrl-C stops them." in log.read_text() or process.poll() is not None, "the portals", seconds=GIVE_UP_S)
    except BaseException:
        process.kill()
        raise
    said = log.read_text()
    found = re.findall(r"http://127\.0\.0\.1:\d+", said)
    # both portals, and where the form for questions goes
    assert len(found) == 3, said[-3000:]
    return Demo(process, log, found[0], found[1], time.monotonic() - begun)


def work_done(environment: dict[str, str]) -> tuple[int, ...]:
    """How many deliveries were loaded, stages run, figures published and things noted, in the demo's own database."""
    # the demo's database, not the one that this process's tests are pointed at
    settings = DatabaseSettings(state_dir=Path(environment["HOMEGROUND_STATE_DIR"]), database_name="")
    engine = create_engine(url_for(Role.OWNER, settings))
    try:
        with engine.connect() as connection:
            return tuple(
                int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
                for table in (
                    "raw.delivery",
                    "record.incident",
                    # a look for new files is noted too, whatever it finds
                    "analysis.run WHERE stage NOT LIKE 'run:%'",
                    "published.release",
                    "published.value",
                )
            )
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """An empty state folder and three free ports, as on a new machine."""
    state = Path(tempfile.mkdtemp(prefix="hg-demo-"))
    state.chmod(0o755)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("HOMEGROUND_")}
    yield clean | {
        "HOMEGROUND_STATE_DIR": str(state),
        "HOMEGROUND_PORTAL_COMMUNITY_PORT": str(free_port()),
        "HOMEGROUND_PORTAL_PROFESSIONAL_PORT": str(free_port()),
        "HOMEGROUND_PORTAL_QUESTIONS_PORT": str(free_port()),
    }
    local_postgis.down(DatabaseSettings(state_dir=state))
    shutil.rmtree(state, ignore_errors=True)


@pytest.fixture(scope="module")
def demo(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = start(environment, tmp_path_factory.mktemp("demo") / "demo.log")
    yield running
    if running.process.poll() is None:
        running.stop()


def assert_drawn(page: Page, at_least: int) -> None:
    """Polygons with an extent of their own, in the frame of the map: not only a page that loads."""
    frame = page.frame_locator("iframe[title^='Map of']")
    expect(frame.locator(PATHS).nth(at_least)).to_be_visible()
    all_drawn(frame, px=0)


def take(visited: Visit, name: str, pictures: bool, height: int) -> None:
    if pictures:
        PICTURES.mkdir(parents=True, exist_ok=True)
        visited.page.set_viewport_size({"width": 1280, "height": height})
        page = visited.settled()
        page.evaluate("document.fonts.ready")
        # the map and the charts have taken the new size once nothing has moved for ten frames
        page.evaluate(
            """() => new Promise(done => {
              let before = '', still = 0;
              const look = () => {
                const now = [...document.querySelectorAll('iframe, canvas, svg, table')].map(e => JSON.stringify(e.getBoundingClientRect()));
                still = now.join() === before ? still + 1 : 0;
                before = now.join();
                still < 10 ? requestAnimationFrame(look) : done();
              };
              look();
            })"""
        )
        page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


def test_a_resident_finds_their_area(demo: Demo, visit: Callable[..., Visit], pictures: bool) -> None:
    visited = visit(demo.community)
    page = visited.open()
    box = page.get_by_label("Postcode, or name of a place")
    box.fill("Bellmakers 006E")
    page.get_by_role("button", name="Find").click()
    visited.settled()
    expect(page.locator("h1")).to_contain_text("Bellmakers 006E")
    expect(page.get_by_text("Synthetic data").first).to_be_visible()
    assert_drawn(page, at_least=10)
    take(visited, "community-profile", pictures, 1560)
    assert visited.others() == set()
    assert visited.errors == []


def test_an_officer_sees_hot_spots_with_their_certainty(demo: Demo, visit: Callable[..., Visit], pictures: bool) -> None:
    visited = visit(demo.professional)
    page = visited.open("/hot-spots")
    page.get_by_role("button", name="Enter").click()
    hot_spots(visited)
    visited.settled()
    expect(page.get_by_text(re.compile(r"after correcting for testing")).first).to_be_visible()
    assert_drawn(page, at_least=100)
    take(visited, "professional-hotspots", pictures, 1480)
    assert visited.others() == set()
    assert visited.errors == []


def test_ctrl_c_stops_everything_and_the_second_start_is_quick(demo: Demo, environment: dict[str, str], tmp_path: Path) -> None:
    before = work_done(environment)
    assert min(before) > 0
    assert demo.stop() == 0, demo.log.read_text()[-2000:]
    assert "Traceback" not in demo.log.read_text()
    settings = DatabaseSettings(state_dir=Path(environment["HOMEGROUND_STATE_DIR"]))
    assert not local_postgis.is_running(local_postgis.locate(settings)), "the cluster that the demo started was left running"
    again = start(environment, tmp_path / "again.log")
    try:
        assert "nothing has changed" in again.log.read_text()
        # quick because nothing is done twice: no file loaded, no stage run, nothing published
        assert work_done(environment) == before
        print(f"first start {demo.seconds:.0f} s, second start {again.seconds:.1f} s")
    finally:
        assert again.stop() == 0


def test_a_port_in_use_is_said_in_one_message(environment: dict[str, str]) -> None:
    import socket

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(environment["HOMEGROUND_PORTAL_COMMUNITY_PORT"])))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "homeground.command_line", "demo"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=GIVE_UP_S,
        )
    assert done.returncode == 2
    assert "is in use" in done.stderr and "Traceback" not in done.stderr
