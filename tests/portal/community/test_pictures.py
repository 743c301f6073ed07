"""Figures and maps by themselves, as pictures to be saved or shown with a link."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient

from app.look.palette import LIGHT
from app.region.pages import map_asked
from app.region.pictures import _standing_alone
from app.routes import routes_of
from core.settings import PortalSettings

pytestmark = pytest.mark.database
KIND = "violence"


@pytest.fixture
def community(invented_county: str, as_portal: Callable[..., PortalSettings]) -> Iterator[TestClient]:
    as_portal(audience="community", community_url="https://figures.example.org")
    yield TestClient(Starlette(routes=routes_of("community")))


def colours_of(image: Image.Image) -> set[str]:
    found = image.convert("RGB").getcolors(1 << 24) or []
    return {f"#{r:02x}{g:02x}{b:02x}" for count, (r, g, b) in found if count > 20}


def test_a_map_is_drawn_in_the_colours_of_its_page(community: TestClient) -> None:
    answer = community.get(f"/picture/map.png?level=lsoa&kind={KIND}")
    assert answer.headers["content-type"] == "image/png"
    image = Image.open(io.BytesIO(answer.content))
    assert image.size == (1200, 630)
    assert {LIGHT.page, *LIGHT.sequential} <= colours_of(image)


def test_a_figure_that_is_withheld_and_one_that_is_not_have_a_picture_of_the_same_size(community: TestClient) -> None:
    found = [community.get(f"/picture/figure/{at}/{KIND}.png") for at in ("lad/E07900001", "lsoa/E01900001", "lsoa/E01900002")]
    assert [f.status_code for f in found] == [200, 200, 200]
    assert {Image.open(io.BytesIO(f.content)).size for f in found} == {(1200, 630)}
    assert len({f.content for f in found}) == 3


@pytest.mark.parametrize(
    "path",
    ["map.png?kind=secrets", "map.png?level=h3", "map.png?district=E07999999", f"figure/lsoa/E01999999/{KIND}.png",
     "figure/lsoa/E01900001/secrets.png", "figure/lsoa/..%2f/x.png"],
)  # fmt: skip
def test_what_is_not_published_has_no_picture(community: TestClient, path: str) -> None:
    assert community.get(f"/picture/{path}").status_code == 404


@pytest.mark.parametrize("page", ["/map", "/embed/map", "/picture/map.png"])
def test_a_map_is_kept_once_however_it_is_asked_for(page: str) -> None:
    names = set()
    for more in ("", "&page=7", "&order=rate", "&x=1"):
        scope = {"type": "http", "path": page, "query_string": f"level=lsoa&kind={KIND}{more}".encode(), "headers": []}
        names.add(map_asked(Request(scope)))
    assert len(names) == 1


def test_pages_lead_to_their_pictures_and_tell_other_sites_of_them(community: TestClient) -> None:
    for page in (f"/map?level=lsoa&kind={KIND}", f"/figure/lad/E07900001/{KIND}"):
        text = community.get(page).text
        address = text.partition('property="og:image" content="')[2].partition('"')[0].replace("&amp;", "&")
        assert address.startswith("https://figures.example.org/picture/")
        path = address.removeprefix("https://figures.example.org")
        assert f'href="{path.replace("&", "&amp;")}"' in text
        assert community.get(path).headers["content-type"] == "image/png"


def test_a_drawing_that_stands_alone_bears_its_own_colours() -> None:
    alone = _standing_alone('<svg class="hg-line"><g class="dot"/></svg>')
    assert "var(" not in alone and LIGHT.accent in alone and 'xmlns="http://www.w3.org/2000/svg"' in alone
