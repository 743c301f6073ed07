"""One figure: the page that explains it, and it by itself on other sites, which the operator names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from app.headers import SecurityHeaders
from app.routes import routes_of
from core.settings import PortalSettings
from published.release import Release, current_release
from tests.builders import portal_data

pytestmark = pytest.mark.database

PLACE = "lsoa/E01900001"


@pytest.fixture
def community(invented_county: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(audience="community")
    yield TestClient(Starlette(routes=routes_of("community")))


def now() -> Release:
    release = current_release()
    assert release is not None
    return release


def flat(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_every_figure_of_a_profile_leads_to_its_explanation(community: TestClient) -> None:
    for place in ("lsoa/E01900001", "msoa/E02900001", "lad/E07900001", "all/E23900001"):
        found = re.findall(r'href="(/figure/[^"]+)"', community.get(f"/area/{place}").text)
        assert found == [f"/figure/{place}/{g[0]}" for g in sorted(portal_data.GROUPS, key=lambda g: _order(g[3]))]
        for address in found:
            answer = community.get(address)
            assert answer.status_code == 200 and f'href="/area/{place}"' in answer.text


def _order(kind: str) -> int:
    return ("total", "partition", "overlay").index(kind)


def test_a_figure_says_what_was_counted_and_over_what(community: TestClient) -> None:
    html = community.get("/figure/msoa/E02900001/violence").text
    said = flat(html)
    release = now()
    place = release.place("msoa", "E02900001")
    assert place is not None and place.residents is not None
    cell = release.cell(place, "violence")
    assert cell is not None
    assert f"The number {cell.text} recorded" in said
    assert "From common assault to the most serious harm" in said
    assert "December 2024 to November 2025 (11 of 12 months, without July 2025)" in said and "July 2025 is missing" in said
    assert f"{place.residents:,} people live here (Census 2021)" in said
    assert "The area is MSOA E02900001, boundaries of 2021." in said
    assert "It is 0, or 5 or more" in said
    # the records first, and apart from them the files that say where places lie and who lives there
    assert said.index("Street crime") < said.index("Places, people and services") < said.index("Usual residents")
    # the sums that it is a part of lead to their own pages
    parts = re.findall(r'<li><a href="(/figure/[^"]+)">([^<]*)</a>', html)
    assert [address for address, _ in parts] == [
        "/figure/msoa/E02900001/all_recorded", "/figure/lad/E07900001/violence", "/figure/all/E23900001/violence",
    ]  # fmt: skip


def test_a_small_figure_and_one_that_stands_back_for_it_are_explained_in_the_same_words(community: TestClient) -> None:
    one, other = (community.get(f"/figure/{PLACE}/{kind}").text for kind in ("robbery", "burglary"))

    def protection(html: str) -> str:
        return (
            html[html.index("How people are protected") : html.index("<h2>The area")]
            .replace("robbery", "~")
            .replace("burglary", "~")
        )

    # the figures of wider areas are each kind's own, and printed; all else is the same to the byte
    figures = r'(<a href="/figure/[^"]*">)[\d,]+(</a>: the same kind)'
    assert re.sub(figures, r"\1\2", protection(one)) == re.sub(figures, r"\1\2", protection(other))
    assert "1 to 12" in one and "We do not say which." in one


def test_the_kinds_of_the_publisher_are_named_where_the_release_says_them(
    community: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.area.explained import explained

    release = now()
    place, category = release.place("lad", "E07900001"), release.category("theft")
    assert place is not None and category is not None
    found = explained(release, place, category)
    assert found is not None and not [s for s in found.counted if "police call" in s]
    monkeypatch.setitem(release.certificate, "layout", {"groups": {"theft": ["Shoplifting", "Other theft"]}})  # type: ignore[arg-type]
    found = explained(release, place, category)
    assert found is not None and "The police call it: Other theft and Shoplifting." in found.counted


@pytest.mark.parametrize(
    "path", ["/lsoa/E01900001/none", "/lsoa/E01999999/robbery", "/h3/E01900001/robbery", "/lsoa/E01900001/%3Cscript%3E"]
)
@pytest.mark.parametrize("page", ["/figure", "/embed/figure"])
def test_a_figure_that_is_not_published_is_a_404(community: TestClient, page: str, path: str) -> None:
    answer = community.get(page + path)
    assert answer.status_code == 404 and "<script" not in answer.text


def test_an_embedded_figure_stands_by_itself_and_says_whose_it_is(community: TestClient) -> None:
    html = community.get(f"/embed/figure/{PLACE}/robbery").text
    said = flat(html)
    assert "Robbery in Ashmoor 001A 1 to 12 a range, to protect people" in said
    assert (
        "11 of 12 months" in said and "Synthetic data" in said and "by the community safety partnership of Invented County" in said
    )
    # its links open outside the frame, and it carries no navigation
    assert re.findall(r"<a ([^>]*)>", html) == [f'href="/figure/{PLACE}/robbery" target="_blank" rel="noopener"']
    assert "<script" not in html and "<form" not in html and "<nav" not in html
    drawn = community.get("/embed/map", params={"level": "lad", "kind": "drugs"}).text
    assert drawn.count("<title>") == 3 and 'href="/map?kind=drugs&amp;level=lad&amp;district="' in drawn


def test_a_page_offers_what_to_paste_only_where_it_would_work(
    invented_county: str, as_portal: Callable[..., PortalSettings]
) -> None:
    def page() -> str:
        return TestClient(Starlette(routes=routes_of("community"))).get(f"/figure/{PLACE}/robbery").text

    as_portal(audience="community", community_url="https://figures.example")
    assert "iframe" not in page()
    as_portal(audience="community", community_url="https://figures.example", embed_in="https://council.example")
    assert f"&lt;iframe src=&#34;https://figures.example/embed/figure/{PLACE}/robbery&#34;" in page()


def headers(path: str, embed_in: str) -> dict[str, str]:
    app = Starlette(
        routes=routes_of("community"), middleware=[Middleware(SecurityHeaders, page_scripts="'sha256-x'", embed_in=embed_in)]
    )
    return dict(TestClient(app).get(path).headers)


@pytest.mark.parametrize(
    ("embed_in", "ancestors"),
    [
        ("", "frame-ancestors 'self'"),
        ("https://council.example http://localhost:3000", "frame-ancestors 'self' https://council.example http://localhost:3000"),
    ],
)
def test_only_the_sites_that_are_named_may_show_it_and_nothing_else(community: TestClient, embed_in: str, ancestors: str) -> None:
    for path in (f"/embed/figure/{PLACE}/robbery", "/embed/map"):
        found = headers(path, embed_in)
        policy = found["content-security-policy"].split("; ")
        assert ancestors in policy and "script-src 'none'" in policy
        assert ("x-frame-options" in found) == (embed_in == "")
    for path in (f"/area/{PLACE}", f"/figure/{PLACE}/robbery", "/map", "/embeds", "/health"):
        found = headers(path, embed_in)
        assert "frame-ancestors 'self'" in found["content-security-policy"].split("; ")
        assert found["x-frame-options"] == "SAMEORIGIN" and found["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "given",
    ["council.example", "https://council.example/path", "https://a.example; script-src *", "'none'", "data:", "https://a,b"],
)
def test_a_setting_that_is_no_list_of_sites_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="not a site"):
        PortalSettings(embed_in=given)


def test_a_list_of_sites_is_taken_as_it_is() -> None:
    for given in ("", "*", "https://council.example", "https://*.council.example https://panel.example:8443"):
        assert PortalSettings(embed_in=given).embed_in == given
