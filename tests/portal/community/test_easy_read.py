"""The easy-read profile: one idea and one picture at a time, short sentences, violence first, and no number that the profile has not."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from app.area.glance import key_categories
from app.easy.pictures import NAMES, picture
from app.routes import routes_of
from core.settings import PortalSettings
from published.release import Place, Release, current_release
from tests.builders.reading_grade import grade, sentences_of

pytestmark = pytest.mark.database

# the school year of a reader of nine
NINE_YEARS = 4.0
MOST_WORDS = 12
PLACES = ("lsoa/E01900001", "lsoa/E01900019", "msoa/E02900001", "lad/E07900001", "all/E23900001")


@pytest.fixture
def community(invented_county: str, as_portal: Callable[..., PortalSettings]) -> TestClient:
    as_portal(audience="community", questions_url="http://127.0.0.1:8603")
    return TestClient(Starlette(routes=routes_of("community")))


def release_now() -> Release:
    release = current_release()
    assert release is not None
    return release


def place_at(path: str) -> Place:
    place = release_now().place(*path.split("/"))
    assert place is not None
    return place


def ideas(html: str) -> list[tuple[int, list[str]]]:
    """Of each idea how many pictures it has, and its sentences."""
    found = re.findall(r'<div class="idea">(.*?)</div></div>', html, flags=re.S)
    return [(one.count("<svg"), [unescape(re.sub(r"<[^>]+>", "", p)) for p in re.findall(r"<p>(.*?)</p>", one)]) for one in found]


@pytest.mark.parametrize("path", PLACES)
def test_each_idea_has_one_picture_and_short_sentences(community: TestClient, path: str) -> None:
    html = community.get(f"/easy/{path}").text
    found = ideas(html)
    assert len(found) >= 9
    names = {n for p in release_now().places.values() for n in (p.label, p.name) if n}
    for pictures, said in found:
        assert pictures == 1 and 1 <= len(said) <= 3
        for sentence in (s for words in said for s in re.split(r"(?<=[.?])\s", words)):
            # a name is one thing to read, however many words it has
            short = sentence
            for name in sorted(names, key=len, reverse=True):
                short = short.replace(name, "Name")
            assert len(short.split()) <= MOST_WORDS, sentence
    assert grade(sentences_of(html)) <= NINE_YEARS


@pytest.mark.parametrize("path", PLACES)
def test_violence_comes_first_and_every_number_is_one_that_the_profile_shows(community: TestClient, path: str) -> None:
    html, profile = community.get(f"/easy/{path}").text, community.get(f"/area/{path}").text
    headings = [unescape(h) for h in re.findall(r"<h2>(.*?)</h2>", html)]
    view = release_now().for_place(place_at(path))
    kinds = [c.label for c in key_categories(view) if c.label in headings]
    assert headings == ["This page", *kinds, "What numbers cannot say", "What you can do"]
    assert "iolence" in kinds[0]
    body = " ".join(s for _, said in ideas(html) for s in said)
    for number in re.findall(r"(?:wrote down|from|to) ([\d,]+)", body):
        assert number in profile, number


def test_it_says_what_numbers_cannot_say_and_how_to_ask(community: TestClient) -> None:
    html = community.get("/easy/lsoa/E01900001").text
    assert "Many crimes are never told to the police." in html and "The numbers do not say why it happens." in html
    for address in ("/ask?about=lsoa.E01900001", "/news?about=lsoa.E01900001", "/area/lsoa/E01900001"):
        assert f'href="{address}"' in html
    # a small number is a range here, too, and nothing is called a range
    assert "It is a number from" in html
    assert 'href="/easy/lsoa/E01900001"' in community.get("/area/lsoa/E01900001").text


def test_it_stands_in_welsh_and_an_unknown_area_is_404(community: TestClient) -> None:
    welsh = community.get("/cy/easy/lsoa/E01900001")
    assert welsh.status_code == 200 and '<html lang="cy">' in welsh.text and 'href="/cy/ask?about=lsoa.E01900001"' in welsh.text
    for path in ("/easy/lsoa/E01999999", "/cy/easy/lsoa/E01999999", "/easy/nothing/x"):
        assert community.get(path).status_code == 404


def test_pictures_are_of_our_own_and_ask_for_nothing() -> None:
    for name in NAMES:
        drawn = picture(name)
        assert drawn.count("<svg") == 1 and 'aria-hidden="true"' in drawn and "http" not in drawn and "url(" not in drawn
