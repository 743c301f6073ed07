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

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader
from sqlalchemy import text

from analytics.release.build import audit_release, build_release
from analytics.release.export import export
from analytics.release.publish import publish
from analytics.risk_model.stage import record_decision
from briefs.write import render_brief
from core import db
from core.db import Role
from tests.builders.board_models import store_model
from tests.builders.canary_worlds import Worlds, two_worlds
from tests.builders.portal_processes import serve_community, stop, visit
from tests.builders.release_county import FORCE, GROUPS, PERIOD, fill_county, lsoas

pytestmark = [pytest.mark.database, pytest.mark.browser]

RESIDENTS = 1_627
LARGER_AREAS = """
INSERT INTO place.area (geography, edition, code, name, geom, area_m2)
SELECT p.parent_geography, p.parent_edition, p.parent_code, p.parent_code, ST_Multi(ST_Union(a.geom)), sum(a.area_m2)
FROM place.area_parent AS p
INNER JOIN place.area AS a ON p.child_geography = a.geography AND p.child_edition = a.edition AND p.child_code = a.code
WHERE a.geography = 'lsoa' AND p.parent_geography IN ('msoa', 'lad')
GROUP BY p.parent_geography, p.parent_edition, p.parent_code
"""
FORMATS = ("pdf", "docx", "xlsx", "csv", "gpkg", "html")
# what differs from run to run: times, ports, ids that a server makes up, seconds that an audit took
VARIES = (
    rb"date: [^\n]*GMT", rb"content-length: \d+", rb"_streamlit_xsrf=[^;]+", rb"127\.0\.0\.1:\d+", rb"localhost:\d+",
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?",
    rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?:\+\d\d(?::\d\d)?)?", rb'"(?:audit_)?seconds": [\d.]+', rb"\d+\.\d\d? ?s\b",
    rb"(?<=Seconds the attack took)(?:<[^>]*>|\s)*[\d.]+", rb"[0-9a-f]{32,64}", rb"[0-9a-f]{8}-[0-9a-f-]{27}",
    # the size of a file that holds such seconds
    rb'"bytes": ?\d+', rb'"contentSize": "\d+"', rb'"dcat:byteSize": \{\s*"@value": "\d+"',
)  # fmt: skip


@dataclass(frozen=True)
class Served:
    """Everything one world's community process gave away: name of the thing -> its bytes. frames: what the web socket carried."""

    things: dict[str, bytes]
    frames: bytes


def _publish(rows: object, canary: str, score: float) -> int:
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection, rows=rows)  # type: ignore[arg-type]
        connection.execute(text(LARGER_AREAS))
        # a population of its own makes the canary's rate a number that occurs nowhere else
        connection.execute(text("UPDATE place.population SET people = :n WHERE code = :c"), {"n": RESIDENTS, "c": canary})
    # a model whose scores follow from the true counts, as the register has it: decided on, and its reason is public
    model = store_model(score=score)
    with db.transaction(Role.PIPELINE) as connection:
        today = connection.execute(text("SELECT current_date")).scalar_one()
        record_decision(connection, model, "refused", board="A board", signed_by="B. Chair", decided_on=today, valid_until=today,
                        conditions="It knows too little.", actor="test")  # fmt: skip
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
        return publish(connection, audit_release(candidate), candidate=candidate, actor="test")


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
        "/register",
        "/register.json",
    ]
    found += [f"/api/v1/areas/{g}/{c}" for g, c in codes] + [f"/feeds/area/{g}/{c}.atom" for g, c in codes]
    found += [f"/api/v1/areas/{level}" for level in ("lsoa", "msoa", "lad", "all")]
    found += [f"/api/v1/{what}" for level in ("lsoa", "msoa", "lad", "all") for kind in GROUPS
              for what in (f"figures/{level}/{kind}", f"outlines/{level}?kind={kind}")]  # fmt: skip
    found += [
        f"{page}/{g}/{c}/{kind}" for page in ("/figure", "/embed/figure") for g, c in codes for kind in ("all_recorded", group)
    ]
    found += [f"/embed/map?level=lsoa&kind={kind}" for kind in GROUPS]
    found += [
        "/questions",
        "/follow",
        "/vendor/asking.js",
        "/ask",
        f"/ask?about=lsoa.{canary}&kind={group}",
        "/ask?about=lsoa.none",
    ]
    found += [f"/ask/paper?about=lsoa.{canary}&kind={group}"]
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
    """A document's parts and its metadata."""
    if body[:4] == b"PK\x03\x04":
        parts = zipfile.ZipFile(io.BytesIO(body))
        return {f"{name}/{part}": parts.read(part) for part in parts.namelist()}
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
        release = _publish(rows, worlds.code, score=0.4271 + 0.1 * i)
        found.append(_serve(browser, tmp_path_factory.mktemp(f"canary{i}"), worlds, release))
    yield found[0], found[1]
    db.dispose_engines()


def _still(body: bytes) -> bytes:
    for pattern in VARIES:
        body = re.sub(pattern, b"~", body)
    return body


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
    assert b"It knows too little." in one.things["/register"] and b"It knows too little." in one.things["/register.json"]
    differ = {n: _first_difference(_still(one.things[n]), _still(other.things[n])) for n in one.things}
    assert {name: where for name, where in differ.items() if where} == {}


def _canaries(worlds: Worlds) -> list[bytes]:
    """What only somebody who knows the true count could write: its rate per 1,000 to two digits and more, its share of the group's parent."""
    found = []
    for count in worlds.counts:
        per_1000 = 1_000 * count / RESIDENTS
        found += [f"{per_1000:.{digits}f}".encode() for digits in (2, 3, 4, 6)]
    return found


def test_nothing_that_follows_from_the_true_count_occurs(served: tuple[Served, Served], worlds: Worlds) -> None:
    for world in served:
        for name, body in [*world.things.items(), ("web socket", world.frames)]:
            if name.startswith(("/component", "/_stcore")):
                continue
            for canary in _canaries(worlds):
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
    assert any(re.search(rb"(?<![\d.])" + re.escape(c) + rb"(?!\d)", body) for c in _canaries(worlds))
    assert _still(b"count 3 at 2025-01-01 10:00:00") != _still(b"count 4 at 2025-01-01 10:00:07")
    one, _ = served
    assert "given as a range" in one.things[f"page /?area=lsoa.{worlds.code}"].decode()
