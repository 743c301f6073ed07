"""The HTTP routes beside Streamlit's: headers, downloads, plain pages, and what a stranger's input does to them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import streamlit
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app.headers import SecurityHeaders
from app.routes import routes_of
from app.serve import middleware_of
from core.settings import PortalSettings
from tests.builders import portal_data

pytestmark = pytest.mark.database


def client_of(audience: str) -> TestClient:
    app = Starlette(
        routes=routes_of(audience),  # type: ignore[arg-type]
        middleware=[Middleware(SecurityHeaders, page_scripts="'sha256-x'")],
    )
    return TestClient(app, raise_server_exceptions=True)


@pytest.fixture
def community(invented_county: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(audience="community", contact="panel@example.org")
    yield client_of("community")


@pytest.fixture
def professional(invented_county: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(audience="professional", demo=True)
    yield client_of("professional")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def test_health_tells_that_the_database_answers_and_nothing_more(community: TestClient, professional: TestClient) -> None:
    assert set(professional.get("/health").json()) == {"status", "audience"}
    assert professional.get("/health").json()["status"] == "ok"


def test_where_somebody_stands_may_be_asked_by_maps_of_professionals_alone() -> None:
    for locates, asked in ((True, "geolocation=(self)"), (False, "geolocation=()")):
        app = Starlette(middleware=[Middleware(SecurityHeaders, page_scripts="", locates=locates)])
        policy = TestClient(app).get("/").headers["permissions-policy"]
        assert asked in policy.split(", ") and "camera=()" in policy
    for audience in ("community", "professional"):
        (headers, *_) = middleware_of(PortalSettings(audience=audience), [])
        assert headers.kwargs["locates"] is (audience == "professional")


def test_every_answer_carries_the_security_headers(community: TestClient) -> None:
    for path in ("/health", "/areas", "/area/lsoa/E01900001", "/no/such", "/download/values.csv", "/vendor/leaflet/leaflet.js"):
        headers = community.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy, path
        assert "frame-ancestors 'self'" in policy
        assert "http:" not in policy and "https:" not in policy and "*" not in policy
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe" not in script
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_plain_pages_ask_for_a_font_where_streamlit_has_it_so_that_no_browser_fetches_it_twice(community: TestClient) -> None:
    static = Path(streamlit.__file__).parent / "static"
    own = "".join(sheet.read_text() for sheet in (static / "static" / "css").glob("*.css"))
    asked = re.findall(r"""url\("(/static/media/[^"]+)""", community.get("/areas").text)
    assert len(asked) == 2
    for address in asked:
        assert (static / address[1:]).is_file() and Path(address).name in own


@pytest.mark.parametrize(("audience", "name"), [("professional", "my-patch"), ("community", "your-area")])
def test_the_first_page_is_found_by_its_name_too(audience: str, name: str) -> None:
    client = TestClient(Starlette(routes=routes_of(audience)), follow_redirects=False)  # type: ignore[arg-type]
    for query in ("", "?patch=E07000178&kind=robbery"):
        answer = client.get(f"/{name}{query}")
        assert (answer.status_code, answer.headers["location"]) == (307, f"/{query}")


def test_only_the_frame_of_the_map_may_evaluate_script() -> None:
    app = SecurityHeaders(lambda *_: None, page_scripts="'sha256-x'", tile_url="https://{s}.tiles.example/{z}/{x}/{y}.png")  # type: ignore[arg-type, return-value]
    assert "unsafe-eval" not in app.page
    assert "tiles.example" not in app.page
    assert "unsafe-eval" in app.map_frame
    assert "img-src 'self' data: blob: https://*.tiles.example" in app.map_frame


def test_an_area_download_holds_its_cells_with_exactly_one_of_count_and_symbol(community: TestClient) -> None:
    answer = community.get("/download/area/lsoa/E01900001.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "E01900001" in answer.headers["content-disposition"]
    table = rows(answer.text)
    assert list(table[0]) == [
        "geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol", "lowest", "highest", "place_name",
        "months_loaded", "months_missing",
    ]  # fmt: skip
    assert {r["geography"] for r in table} == {"lsoa", "msoa", "lad", "all"}
    assert all((r["count"] == "") != (r["symbol"] == "") for r in table)
    assert {r["symbol"] for r in table if r["place_code"] == "E01900001"} == {"", "[c]"}
    assert {(r["lowest"], r["highest"]) for r in table if r["symbol"]} == {("1", str(portal_data.WIDEST))}
    assert {(r["lowest"], r["highest"]) for r in table if not r["symbol"]} == {("", "")}
    assert not [r for r in table if r["count"] in ("1", "2", "3", "4")]
    # the last day of the last month, and what was loaded of the period
    assert {(r["period_start"], r["period_end"], r["months_loaded"], r["months_missing"]) for r in table} == {
        ("2024-12-01", "2025-11-30", "11", "2025-07"),
    }  # fmt: skip


def test_the_whole_release_downloads_with_its_other_tables(community: TestClient) -> None:
    values = rows(community.get("/download/values.csv").text)
    places = rows(community.get("/download/places.csv").text)
    categories = rows(community.get("/download/categories.csv").text)
    assert {(v["geography"], v["place_code"]) for v in values} == {(p["geography"], p["place_code"]) for p in places}
    assert {v["category"] for v in values} == {c["category"] for c in categories}
    assert rows(community.get("/download/sources.csv").text)[0]["licence"] == "OGL-3.0"
    assert json.loads(community.get("/download/certificate.json").text)["certificate"]["passed"] is True


@pytest.mark.parametrize(
    "path",
    [
        "/download/secrets.csv",
        "/download/area/lsoa/E01999999.csv",
        "/download/area/h3/89195d0834fffff.csv",
        "/download/area/lsoa/..%2f..%2fetc%2fpasswd.csv",
        "/area/lsoa/E01999999",
        "/area/lsoa/%3Cscript%3E",
        "/area/h3/89195d0834fffff",
        "/vendor/leaflet/../../../../pyproject.toml",
        "/vendor/leaflet/%2e%2e/%2e%2e/__init__.py",
        "/vendor/leaflet/no.js",
    ],
)
def test_what_is_not_there_is_a_calm_404(community: TestClient, path: str) -> None:
    answer = community.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "<script" not in answer.text
    assert "[project]" not in answer.text


def test_the_professional_process_has_no_route_that_returns_a_figure(professional: TestClient) -> None:
    for path in (
        "/area/lsoa/E01900001",
        "/areas",
        "/download/values.csv",
        "/download/area/lsoa/E01900001.csv",
        "/download/certificate.json",
    ):
        assert professional.get(path).status_code == 404
    assert professional.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


class Outline(HTMLParser):
    """Headings, scripts, addresses of other hosts, and header cells of tables without a scope."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.scripts = 0
        self.addresses: list[str] = []
        self.cells_without_scope = 0
        self.captions = 0
        self.tables = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.scripts += tag == "script"
        self.tables += tag == "table"
        self.captions += tag == "caption"
        self.cells_without_scope += tag == "th" and "scope" not in found
        self.addresses += [v for k, v in attrs if k in ("src", "href") and v]


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    return parser


@pytest.mark.parametrize(
    "path",
    [
        "/area/lsoa/E01900001",
        "/area/msoa/E02900003",
        "/area/lad/E07900001",
        "/area/all/E23900001",
        "/areas?q=ashmoor",
        "/protection",
    ],
)
def test_a_plain_page_is_whole_without_script_or_other_hosts(community: TestClient, path: str) -> None:
    answer = community.get(path)
    assert answer.status_code == 200
    page = outline(answer.text)
    assert page.scripts == 0
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False))
    assert page.tables == page.captions
    assert page.cells_without_scope == 0
    assert all(a.startswith(("/", "#")) or a == "mailto:panel@example.org" for a in page.addresses)
    assert "Synthetic data" in answer.text


def test_a_plain_profile_says_the_same_as_the_download(community: TestClient) -> None:
    html = re.sub(r"<[^>]+>", " ", community.get("/area/lsoa/E01900019").text)
    flat = " ".join(html.split())
    total = next(
        r
        for r in rows(community.get("/download/area/lsoa/E01900019.csv").text)
        if r["place_code"] == "E01900019" and r["category"] == "all_recorded"
    )
    assert f"{int(total['count']):,} crimes and incidents were recorded in Ashmoor 003C" in flat
    assert "July 2025 is missing" in flat
    assert "panel@example.org" in flat


def test_a_search_on_a_plain_page_escapes_what_was_typed(community: TestClient) -> None:
    text = community.get("/areas", params={"q": '"><script>alert(1)</script>'}).text
    assert "<script" not in text
    assert "No place of that name" in text
    assert community.get("/areas", params={"q": "zz11aa"}).text.count("/area/lsoa/E01900001") == 1


def test_without_a_release_the_plain_pages_say_so(community: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.languages.pages.current_release", lambda _role: None)
    assert community.get("/area/lsoa/E01900001").status_code == 404
    assert "Nothing is published yet" in community.get("/areas").text
    assert community.get("/download/values.csv").status_code == 404
