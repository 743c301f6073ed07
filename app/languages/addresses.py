"""Where the public pages stand in another language: at the same address behind the language's prefix, such as /cy/areas.

The address alone says the language. So what is kept of a page, its mark for browsers (ETag) and what a cache on the way holds are each of
one language, and an address can be sent, printed and found by a search engine. A page has such an address only when all of it is
translated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.languages.spoken import ENGLISH, NAMES, TAGS, WELSH, language

# families of pages of which every sentence is in the catalogue, with what their addresses begin with. A test renders each of them in Welsh.
COMPLETE: dict[str, tuple[str, ...]] = {
    "finding an area, and its profile": ("/areas", "/area/"),
    "a profile in easy words": ("/easy/",),
    "how one figure came about": ("/figure/",),
    "many areas": ("/compare", "/map", "/table"),
    "releases and how people are protected": ("/releases", "/protection"),
    "what the words mean, and the data": ("/glossary", "/data"),
    "stop and search": ("/stop-and-search",),
    "problems of places": ("/problems", "/problems/"),
    "questions from residents": ("/questions", "/ask", "/ask/paper", "/follow"),
    "news of an area": ("/news", "/news/confirm", "/news/stop"),
    "a figure or a map for other sites": ("/embed/figure/", "/embed/map"),
    "register of models": ("/register",),
    "questions in words": ("/in-words",),
}
OTHERS = (WELSH,)
# what is no page for people: it says the same in every language
_NO_PAGE = re.compile(r"/(?:download|api|feeds|vendor|ogc)(?:/|$)|.*\.(?:json|csv|atom|parquet|xml|txt)$")
_TAG = re.compile(r'<(a|form)\b([^>]*?)\b(href|action)="(/[^"]*)"')


@dataclass(frozen=True)
class Version:
    """A page in a language: what its speakers call the language, its tag in HTML, and the address."""

    name: str
    tag: str
    address: str
    spoken: bool


def is_complete(path: str) -> bool:
    """Whether the page at an English path stands in every language."""
    return not _NO_PAGE.match(path) and any(
        path == begin or (begin.endswith("/") and path.startswith(begin)) for family in COMPLETE.values() for begin in family
    )


def in_language(address: str, wanted: str) -> str:
    """An English address as the language has it; itself where the page does not stand in it."""
    return address if wanted == ENGLISH or not is_complete(address.partition("?")[0].partition("#")[0]) else f"/{wanted}{address}"


def without_language(path: str) -> str:
    """The English address of a page, whichever language a path asks for."""
    first, _, rest = path.lstrip("/").partition("/")
    return f"/{rest}" if first in OTHERS else path


def language_of(path: str) -> str:
    """The language that a path asks for."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in OTHERS else ENGLISH


def versions_of(address: str) -> tuple[Version, ...]:
    """The page at an English address in each language; none where it stands in English alone."""
    if not is_complete(address.partition("?")[0]):
        return ()
    spoken = language()
    return tuple(Version(NAMES[one], TAGS[one], in_language(address, one), one == spoken) for one in (ENGLISH, *OTHERS))


def kept_in_language(html: str) -> str:
    """A page whose links lead to pages in its own language. A link to a page that is in English alone says so (hreflang)."""
    spoken = language()
    if spoken == ENGLISH:
        return html

    def led(found: re.Match[str]) -> str:
        tag, before, name, address = found.groups()
        if "hreflang=" in before:
            return found.group()
        there = in_language(address, spoken)
        path = address.partition("?")[0].partition("#")[0]
        english_only = there == address and tag == "a" and not _NO_PAGE.match(path)
        return f'<{tag}{before}{name}="{there}"' + (f' hreflang="{TAGS[ENGLISH]}"' if english_only else "")

    return _TAG.sub(led, html)
