"""`homeground bench portal`: both portals under load, on the synthetic county, from the same machine.

A cluster of its own, the county through the whole flow, both processes as `python -m app.serve` starts them. Then, one after the other:

- profile: plain pages of all places in a drawn order, 50 a second for 60 seconds. Requests are due at fixed times whatever became of those
  before, and a time counts from when the request was due, so a server that falls behind shows as slow and not as less asked. `profile_start`
  is the same over the first ten seconds of the process, when it imports its libraries and no page was made yet; then it is left alone until
  it has made them;
- session: 100 visitors open the community portal within 60 seconds and its script runs to the end; time to the first words and to the end;
- first_map: one browser with an empty store opens the portal and waits for the map: requests, seconds, bytes as they come over the wire,
  Streamlit's own scripts, styles and fonts (`/static/`) apart from everything else;
- slow: a resident on a phone, 1.6 Mbit/s and 150 ms there and back, until first words and map of a plain page and of the portal;
- professional: planners of the demo enter, one after the other; time to the first words of the hot spots;
- what a browser sees of the professional portal (bench.portal.browser): from a tap to the first finding and to the map, from a tap to the
  first figure and to all tiles of each dashboard, bytes of a change of measure, and every hexagon on one map.

With `--address` the last part alone is asked of a portal that runs already, in demo mode: of a real force, say.

What asks shares the machine with what answers; the load average before and after stands beside the figures.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from bench.flow import scratch_cluster
from bench.portal import browser
from bench.portal.relay import SLOW, relayed
from bench.portal.streamlit_client import StreamlitClient
from bench.result import BenchResult, machine
from core import migrate
from core.db import Role
from core.db.credentials import url_for
from core.errors import UserError
from published.release import Release, current_release

PROFILE_A_SECOND, PROFILE_S = 50, 60
START_S, ALONE_S = 10, 15
SESSIONS, SESSIONS_S = 100, 60
PLANNERS = 5
SEED = 20_260_101
_PATIENCE_S = 120.0
_MAP = "iframe[title^='Map of']"


@dataclass
class Times:
    """Seconds of what succeeded, and how many failed."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    def p(self, percent: int) -> float:
        return float(np.percentile(self.seconds, percent)) if self.seconds else float("nan")


def run(
    _data: Path, *, profile_s: int = PROFILE_S, sessions: int = SESSIONS, sessions_s: int = SESSIONS_S, address: str = ""
) -> BenchResult:
    """The county's two portals. profile_s: seconds of plain pages; sessions: visitors that come within sessions_s seconds.

    address: of a professional portal that runs already, in demo mode; then no county is made, and what a browser sees of it is asked alone.
    """
    figures: dict[str, float] = {"load_average_before": os.getloadavg()[0]}
    missing: list[str] = []
    if address:
        figures |= _in_browser(address.rstrip("/"), missing)
        figures["load_average_after"] = os.getloadavg()[0]
        return BenchResult("portal", machine(), f"the portal at {address}, in a browser", figures, missing=missing)
    with scratch_cluster() as settings, tempfile.TemporaryDirectory(prefix="hg-bench-portal-") as name:
        migrate.prepare(settings)
        _make_county(Path(name))
        release = current_release(Role.PIPELINE)
        if release is None:
            raise UserError("the synthetic county gave no release", hint="run ./run test tests/integration to see why.")
        with served("community", Path(name)) as address:
            figures |= _profiles(address, release, profile_s)
            figures |= _first_map(address, missing)
            figures |= _slow_line(address, missing)
            figures |= _sessions(address, sessions, sessions_s)
        with served("professional", Path(name)) as address:
            figures |= _planners(address)
            figures |= _in_browser(address, missing)
    figures["load_average_after"] = os.getloadavg()[0]
    return BenchResult(
        name="portal",
        machine=machine(),
        input=f"the synthetic county ({len(release.places)} places); {PROFILE_A_SECOND} plain pages a second for {profile_s} s; {sessions}"
        f" visitors within {sessions_s} s",
        figures=figures,
        missing=missing,
    )


def _make_county(folder: Path) -> None:
    from analytics import pipeline
    from analytics import stage as analytics_stage
    from feeds.synthetic.county import COUNTY_REGION, DEMO_SEED, write_county

    write_county(folder / "county", seed=DEMO_SEED)
    context = analytics_stage.default_context(actor="bench", region=COUNTY_REGION)
    pipeline.load(folder / "county", context, say=lambda line: None)
    pipeline.analyse_and_release(context, say=lambda line: None)


@contextmanager
def served(audience: str, folder: Path) -> Iterator[str]:
    """Address of a portal of the scratch cluster's database, with its own credential alone."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    role = Role.COMMUNITY if audience == "community" else Role.PROFESSIONAL
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HOMEGROUND_")} | {
        f"HOMEGROUND_{audience.upper()}_URL": url_for(role).render_as_string(hide_password=False),
        "HOMEGROUND_STATE_DIR": str(folder / f"state-{audience}"),
        "HOMEGROUND_PORTAL_DEMO": "true",
    }
    (folder / f"state-{audience}").mkdir()
    log = (folder / f"{audience}.log").open("wb")
    command = [sys.executable, "-m", "app.serve", "--audience", audience, "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(process, address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)
        log.close()


def _wait_for(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{address}/health", timeout=2):  # noqa: S310 - our own process
            return
        time.sleep(0.1)
    raise UserError("the portal did not start", where=address, hint="start it with 'homeground portal' and see what it says.")


# plain pages ----------------------------------------------------------------------------------------------------------------------------


def _profiles(address: str, release: Release, seconds: int) -> dict[str, float]:
    paths = [f"/area/{geography}/{code}" for geography, code in sorted(release.places)]
    drawn = np.random.default_rng(SEED).permutation(len(paths))
    asked = [paths[drawn[i % len(paths)]] for i in range(PROFILE_A_SECOND * seconds)]
    start, _ = asyncio.run(_asked(address, asked[: PROFILE_A_SECOND * START_S], PROFILE_A_SECOND))
    time.sleep(ALONE_S)
    begun = time.perf_counter()
    times, size = asyncio.run(_asked(address, asked, PROFILE_A_SECOND))
    took = time.perf_counter() - begun
    return {
        "profile_p50_s": times.p(50),
        "profile_p95_s": times.p(95),
        "profile_p99_s": times.p(99),
        "profile_errors": times.errors,
        "profile_requests": len(asked),
        "profile_served_a_second": len(times.seconds) / took,
        "profile_start_p95_s": start.p(95),
        "profile_start_errors": start.errors,
        "profile_bytes_each": size / max(len(times.seconds), 1),
    }


async def _asked(address: str, paths: Sequence[str], a_second: int) -> tuple[Times, int]:
    """Each path when its time comes, over as many connections as it takes, each used again."""
    times, sizes = Times(), [0]
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    host, port = urlsplit(address).hostname or "", urlsplit(address).port or 80
    begun = time.perf_counter()

    async def one(number: int, path: str) -> None:
        due = begun + number / a_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        try:
            # a connection that the server closed meanwhile is nobody's error: the request is sent once more on a new one
            for connection in (idle.pop() if idle else None, None):
                try:
                    reader, writer = connection or await asyncio.open_connection(host, port)
                    size = await asyncio.wait_for(_get(reader, writer, f"{host}:{port}", path), _PATIENCE_S)
                    break
                except (ConnectionError, asyncio.IncompleteReadError):
                    if connection is None:
                        raise
            sizes[0] += size
            times.seconds.append(time.perf_counter() - due)
            idle.append((reader, writer))
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            times.errors += 1

    await asyncio.gather(*(one(i, path) for i, path in enumerate(paths)))
    for _, writer in idle:
        writer.close()
    return times, sizes[0]


async def _get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, path: str) -> int:
    """Bytes of the body of a whole answer; ValueError where it is no 200."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    size = 0
    if "content-length" in headers:
        size = len(await reader.readexactly(int(headers["content-length"])))
    else:
        while (chunk := int((await reader.readline()).strip(), 16)) or await reader.readline() == b"":
            size += len(await reader.readexactly(chunk))
            await reader.readline()
    if head[0].split()[1] != "200":
        raise ValueError(head[0])
    return size


# visitors -------------------------------------------------------------------------------------------------------------------------------


def _sessions(address: str, sessions: int, seconds: int) -> dict[str, float]:
    words, ends = Times(), Times()
    begun = time.perf_counter()

    def visitor(number: int) -> None:
        time.sleep(max(0.0, begun + number * seconds / sessions - time.perf_counter()))
        came = time.perf_counter()
        try:
            with StreamlitClient(address, patience_s=_PATIENCE_S) as page:
                connected = time.perf_counter() - came
                first = page.run()
                ends.seconds.append(time.perf_counter() - came)
                words.seconds.append(connected + first)
                words.errors += "What was recorded in your area" not in page.title()
        except Exception:  # noqa: BLE001 - whatever it is, this visitor saw nothing
            words.errors += 1

    visitors = [threading.Thread(target=visitor, args=(n,)) for n in range(sessions)]
    for thread in visitors:
        thread.start()
    for thread in visitors:
        thread.join()
    return {
        "session_errors": words.errors,
        "session_first_words_p50_s": words.p(50),
        "session_first_words_p95_s": words.p(95),
        "session_whole_page_p95_s": ends.p(95),
    }


def _planners(address: str) -> dict[str, float]:
    times = Times()
    for _ in range(PLANNERS):
        with StreamlitClient(address, patience_s=_PATIENCE_S) as page:
            page.run()
            begun = time.perf_counter()
            page.run(pressed="Enter")
            times.seconds.append(time.perf_counter() - begun)
            times.errors += "My patch: " not in page.text()
    return {"professional_first_s": times.seconds[0], "professional_p50_s": times.p(50), "professional_errors": times.errors}


def _first_map(address: str, missing: list[str]) -> dict[str, float]:
    """What a browser with an empty store fetches until the map of the first page stands."""
    if not _has_browser(missing):
        return {}
    from playwright.sync_api import sync_playwright

    sizes: dict[str, list[float]] = {"streamlit": [], "other": []}
    paths: dict[str, str] = {}

    def finished(event: dict[str, Any]) -> None:
        part = "streamlit" if paths.get(event["requestId"], "").startswith("/static/") else "other"
        sizes[part].append(event["encodedDataLength"])

    def wait_for_map(page: Any, address: str) -> None:
        page.goto(address)
        page.frame_locator(_MAP).locator("path.leaflet-interactive").first.wait_for(timeout=_PATIENCE_S * 1_000)

    with relayed(address) as (passed, by_way_of), sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(browser.CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = opened.new_context(viewport={"width": 1280, "height": 900}).new_page()
        protocol = page.context.new_cdp_session(page)
        protocol.send("Network.enable")
        protocol.on("Network.requestWillBeSent", lambda e: paths.update({e["requestId"]: urlsplit(e["request"]["url"]).path}))
        protocol.on("Network.loadingFinished", finished)
        begun = time.perf_counter()
        wait_for_map(page, by_way_of)
        took = time.perf_counter() - begun
        wire = passed[0]
        opened.close()
    return {
        "first_map_s": took,
        "first_map_requests": len(sizes["streamlit"]) + len(sizes["other"]),
        "first_map_streamlit_requests": len(sizes["streamlit"]),
        "first_map_streamlit_bytes": sum(sizes["streamlit"]),
        "first_map_other_bytes": wire - sum(sizes["streamlit"]),
    }


def _slow_line(address: str, missing: list[str]) -> dict[str, float]:
    """What a resident on a slow line waits for."""
    if not _has_browser(missing):
        return {}
    with relayed(address, SLOW) as (_, by_way_of):
        return browser.slow_line(by_way_of)


def _in_browser(address: str, missing: list[str]) -> dict[str, float]:
    """What a browser sees of a professional portal."""
    if not _has_browser(missing):
        return {}
    found = browser.taps(address) | browser.dashboards(address)
    with relayed(address) as (passed, by_way_of):
        found |= browser.measure(by_way_of, passed)
    return found | browser.hexagons(address)


def _has_browser(missing: list[str]) -> bool:
    if importlib.util.find_spec("playwright") is not None and browser.CHROMIUM.is_file():
        return True
    lacks = f"a browser (Playwright, and Chromium at {browser.CHROMIUM})"
    if lacks not in missing:
        missing.append(lacks)
    return False
