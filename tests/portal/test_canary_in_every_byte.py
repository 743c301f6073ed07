"""The canary: one small number is planted, and every byte that the community process serves is searched for it.

Two counties differ in withheld numbers alone (tests/builders/canary_worlds.py): the canary's count is 3 in one and 4 in the other. Whatever
the community process sends must be the same for both, byte for byte, once times, addresses and the fingerprint of the run are taken out; and
nothing that could only come from the true count (its rate, its share) may occur. Pages, frames of the web socket, map layers, CSV, JSON,
documents with their metadata, the export, the log, error pages.
"""

from __future__ import annotations

import io
import re
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from analytics.release.export import export
from app.languages.addresses import is_complete
from briefs.write import render_brief
from core import db
from core.db import Role
from core.periods import add_months
from homeground.desk.told import public_result
from tests.builders.canary_worlds import RESIDENTS, Worlds, canaries, publish_world, still, two_worlds
from tests.builders.portal_processes import serve_community, stop, visit
from tests.builders.release_county import FORCE, GROUPS, PERIOD, lsoas
from tests.builders.shown_problem import show_problem_file

pytestmark = [pytest.mark.database, pytest.mark.browser, pytest.mark.slow]

FORMATS = ("pdf", "docx", "xlsx", "csv", "gpkg", "html", "pptx")


@dataclass(frozen=True)
class Served:
    """Everything one world's community process gave away: name of the thing -> its bytes. frames: what the web socket carried."""

    things: dict[str, bytes]
    frames: bytes


def _fetch(address: str, path: str) -> bytes:
    """Status, headers and body of an answer, errors included."""
    try:
        with urllib.request.urlopen(address + path, timeout=120) as answer:  # noqa: S310 - our own process
            return f"{answer.status}\n{answer.headers}".encode() + answer.read()
    except urllib.error.HTTPError as error:
        return f"{error.code}\n{error.headers}".encode() + error.read()


def _paths(canary: str, group: str) -> list[str]:
    places = lsoas()
    codes = [("lsoa", c) for c in places["code"]] + [("msoa", c) for c in sorted(set(places["msoa"]))]
    codes += [("lad", c) for c in sorted(set(places["lad"]))] + [("all", FORCE)]
    found = ["/health", "/robots.txt", "/areas", f"/areas?q={canary}", "/areas?q=%00'", "/protection", "/download/certificate.json"]
    found += [f"/download/{t}.csv" for t in ("values", "places", "categories", "sources", "nothing")]
    found += [f"/area/{g}/{c}" for g, c in codes] + [f"/download/area/{g}/{c}.csv" for g, c in codes]
    other = next(c for c in places["code"] if c != canary)
    found += ["/compare", f"/compare?area=lsoa.{canary}&area=lsoa.{other}&area=all.{FORCE}&q={other}", "/releases", "/glossary",
              "/download/certificate/1.json"]  # fmt: skip
    found += [f"/map?level={level}&kind={kind}" for level in ("lsoa", "msoa", "lad") for kind in GROUPS]
    found += [f"/table?level={level}&kind={kind}&order={order}" for level in ("lsoa", "msoa", "lad", "all") for kind in GROUPS
              for order in ("name", "number", "rate")]  # fmt: skip
    found += [
        "/data",
        "/api/openapi.json",
        "/api/v1/release",
        "/api/v1/releases",
        "/feeds/releases.atom",
        "/sitemap.xml",
        "/stop-and-search",
        "/stop-and-search.csv",
        "/register",
        "/register.json",
        "/problems",
        *(f"/problems/{n}{suffix}" for n in (1, 2, 3) for suffix in ("", ".json")),
    ]
    found += [f"/api/v1/areas/{g}/{c}" for g, c in codes] + [f"/feeds/area/{g}/{c}.atom" for g, c in codes]
    found += [f"/api/v1/areas/{level}" for level in ("lsoa", "msoa", "lad", "all")]
    found += [f"/api/v1/{what}" for level in ("lsoa", "msoa", "lad", "all") for kind in GROUPS
              for what in (f"figures/{level}/{kind}", f"outlines/{level}?kind={kind}")]  # fmt: skip
    found += [
        f"{page}/{g}/{c}/{kind}" for page in ("/figure", "/embed/figure") for g, c in codes for kind in ("all_recorded", group)
    ]
    found += [f"{map_}?level=lsoa&kind={kind}" for map_ in ("/embed/map", "/picture/map.png") for kind in GROUPS]
    found += [f"/picture/figure/{g}/{canary if g == 'lsoa' else c}/{group}.png" for g, c in (codes[0], codes[-1])]
    found += [f"/ogc/collections/{level}/schema" for level in ("lsoa", "msoa", "lad", "all")]
    found += [
        "/questions",
        "/follow",
        "/vendor/asking.js",
        "/ask",
        f"/ask?about=lsoa.{canary}&kind={group}",
        "/ask?about=lsoa.none",
    ]
    found += [f"/ask/paper?about=lsoa.{canary}&kind={group}"]
    questions = (f"{group} in {canary}", f"has {group} gone up in {canary}", f"compare {group} in {canary} and {other}", "who?",
                 f"{group} in {canary} minus {other}", f"how does {canary} compare with the district for {group}", "")  # fmt: skip
    found += [f"{at}?q={quote(asked)}" for at in ("/in-words", "/api/v1/answer") for asked in questions]
    found += ["/ogc", "/ogc/api", "/ogc/conformance", "/ogc/collections", f"/ogc/collections/lsoa/items/{canary}"]
    found += [f"{at}{level}{end}" for level in ("lsoa", "msoa", "lad", "all")
              for at, end in (("/ogc/collections/", ""), ("/ogc/collections/", "/items"), ("/download/outlines/", ".parquet"))]  # fmt: skip
    found += [f"/in-words?about=lsoa.{canary}", "/news", f"/news?about=lsoa.{canary}", "/news/confirm", f"/news/stop?t={'0' * 32}"]
    found += [f"/easy/{g}/{c}" for g, c in codes]
    # in Welsh all that names the place, and a fifth of the rest: the figures come by the same way
    in_welsh = [p for p in found if is_complete(p.partition("?")[0])]
    found += [f"/cy{p}" for p in dict.fromkeys([*(p for p in in_welsh if canary in p), *in_welsh[::5]])]
    # error pages, and names that a bug could answer with something
    found += ["/area/lsoa/E01999999", "/area/h3/89195d0834fffff", "/no/such/page", "/download/area/lsoa/none.csv", "/metrics", "/docs",
              "/openapi.json", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/media/none", "/component/none"]  # fmt: skip
    return found


def _browse(browser: Browser, address: str, canary: str) -> tuple[dict[str, bytes], bytes]:
    """Pages as a browser holds them, their maps, and every frame of the web socket."""
    seen = visit(browser, address)
    carried: list[bytes] = []
    seen.page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda f: carried.append(f if isinstance(f, bytes) else f.encode())),
    )
    things = {}
    # areas that the page's map draws (all of the county, or those of the place's district), and its charts: read when both are drawn
    other = next(c for c in lsoas()["code"] if c != canary)
    pages = {
        "/": (24, 0), f"/?area=lsoa.{canary}": (12, 1), "/?area=lsoa.E01999999": (24, 0), "/how-we-protect-people": (0, 0), "/about": (0, 0),
        f"/area-you-choose?areas={canary}": (0, 0), f"/area-you-choose?areas={canary},{other}": (0, 0),
    }  # fmt: skip
    for path, (areas, charts) in pages.items():
        page = seen.open(path)
        seen.settled()
        if areas:
            seen.map(areas)
        seen.charts(charts)
        text_ = seen.at_rest(page.get_by_test_id("stMain")).inner_text()
        frames = [f.content() for f in page.frames[1:]]
        things[f"page {path}"] = "\n".join([page.title(), text_, *frames]).encode()
    seen.page.context.close()
    return things, b"\n".join(carried)


def _unpacked(name: str, body: bytes) -> dict[str, bytes]:
    """A document's parts and its metadata; a part may be a document itself, as the workbook behind a chart is."""
    if body[:4] == b"PK\x03\x04":
        parts = zipfile.ZipFile(io.BytesIO(body))
        return {k: v for part in parts.namelist() for k, v in _unpacked(f"{name}/{part}", parts.read(part)).items()}
    if body[:5] == b"%PDF-":
        reader = PdfReader(io.BytesIO(body))
        words = "\n".join(p.extract_text() for p in reader.pages)
        return {f"{name}/text": words.encode(), f"{name}/metadata": repr(reader.metadata).encode(), f"{name}/xmp": _xmp(reader)}
    return {name: body}


def _xmp(reader: PdfReader) -> bytes:
    stream = reader.trailer["/Root"].get_object().get("/Metadata")  # type: ignore[union-attr]
    return bytes(stream.get_object().get_data()) if stream is not None else b""


def _serve(browser: Browser, folder: Path, worlds: Worlds, release: int) -> Served:
    process, address = serve_community(folder)
    try:
        things = {path: _fetch(address, path) for path in _paths(worlds.code, worlds.group)}
        pages, frames = _browse(browser, address, worlds.code)
    finally:
        stop(process)
    things |= pages
    things["log"] = (folder / "community.log").read_bytes()
    for name, body in render_brief(worlds.code, FORMATS, role=Role.COMMUNITY).items():
        things |= _unpacked(f"brief {name}", body)
    with db.transaction(Role.PIPELINE) as connection:
        for path in export(connection, folder / "out", release_id=release):
            things[f"export {path.relative_to(folder)}"] = path.read_bytes()
    return Served(things, frames)


def _show_problems(worlds: Worlds, count: int) -> None:
    """Problem files about the canary's place, whose plan and result for the partnership follow from the true count."""
    seen = f"{1_000 * count / RESIDENTS:.6f} per 1,000: {count} of {PERIOD}"
    for geography, code in (("lsoa", worlds.code), ("msoa", str(lsoas().set_index("code").loc[worlds.code, "msoa"]))):
        with db.transaction(Role.PIPELINE) as connection:
            starts = add_months(PERIOD.end, 1)
            told = public_result(connection, geography=geography, code=code, group=worlds.group, starts=starts, least_fall=0.25)
        show_problem_file(geography, code, worlds.group, told=told.told, plan=seen, found=seen)


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    return two_worlds()


@pytest.fixture(scope="module")
def served(
    worlds: Worlds, browser: Browser, make_database: Callable[..., str], use_database: Callable[[str], None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Served, Served]]:  # fmt: skip
    found = []
    for i, rows in enumerate(worlds.rows):
        use_database(make_database(f"canary_{i}"))
        release = publish_world(rows, worlds.code, score=0.4271 + 0.1 * i)
        _show_problems(worlds, worlds.counts[i])
        found.append(_serve(browser, tmp_path_factory.mktemp(f"canary{i}"), worlds, release))
    yield found[0], found[1]
    db.dispose_engines()


def _first_difference(one: bytes, other: bytes) -> str:
    """Some bytes around the first that differ; empty where all are the same."""
    if one == other:
        return ""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(0, at - 60) : at + 40]!r} / {other[max(0, at - 60) : at + 40]!r}"


def test_both_worlds_serve_the_same_bytes(served: tuple[Served, Served]) -> None:
    one, other = served
    assert set(one.things) == set(other.things)
    assert len(one.things) > 100
    assert (
        b"Fights after closing time" in one.things["/problems/1"] and b"Fights after closing time" in one.things["/problems/2.json"]
    )
    assert b"It knows too little." in one.things["/register"] and b"It knows too little." in one.things["/register.json"]
    differ = {n: _first_difference(still(one.things[n]), still(other.things[n])) for n in one.things}
    assert {name: where for name, where in differ.items() if where} == {}


def test_nothing_that_follows_from_the_true_count_occurs(served: tuple[Served, Served], worlds: Worlds) -> None:
    for world in served:
        for name, body in [*world.things.items(), ("web socket", world.frames)]:
            if name.startswith(("/component", "/_stcore")):
                continue
            for canary in canaries(worlds):
                assert not re.search(rb"(?<![\d.])" + re.escape(canary) + rb"(?!\d)", body), name


def test_the_canary_is_withheld_wherever_it_is_spoken_of(served: tuple[Served, Served], worlds: Worlds) -> None:
    for world in served:
        values = world.things["/download/values.csv"].decode()
        row = next(line for line in values.splitlines() if f",{worlds.code},{worlds.group}," in line)
        lowest, highest = re.findall(r",,\[c\],(\d+),(\d+),", row)[0]
        assert int(lowest) <= 1 and int(highest) >= 5
        page = world.things[f"/area/lsoa/{worlds.code}"].decode()
        assert f"{lowest} to {highest}</span>" in page
        assert len(world.frames) > 20_000, "the pages came through the web socket"


def test_the_search_would_find_a_canary(served: tuple[Served, Served], worlds: Worlds) -> None:
    """A page that told the rate, or a byte that told one world from the other, is found by the very same search."""
    body = f"<td>{1_000 * worlds.counts[0] / RESIDENTS:.2f}</td>".encode()
    assert any(re.search(rb"(?<![\d.])" + re.escape(c) + rb"(?!\d)", body) for c in canaries(worlds))
    assert still(b"count 3 at 2025-01-01 10:00:00") != still(b"count 4 at 2025-01-01 10:00:07")
    one, _ = served
    assert "given as a range" in one.things[f"page /?area=lsoa.{worlds.code}"].decode()
