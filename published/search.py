"""Finding a place by what a person types: a postcode, a place name or an area code.

`find_places` is for a page, which shows what it found; `find_place` is for a command, which needs one place and says what to type instead.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection

from core.contracts import said_name
from core.db import Role, fetch, transaction
from core.errors import UserError
from core.languages.spoken import say, say_many
from published.release import Place, Release

_LONGEST_QUERY = 80
_MOST_MATCHES = 20
# the shape of a UK postcode, lenient about the space; whether it exists is for the table to say
_POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$")
# its first part, and that with the number of a sector: half of a postcode is what people remember
_PART_OF_POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?( ?[0-9])?[A-Z]?$")
_AREA_CODE = re.compile(r"^[A-Z][0-9]{8}$")
_LARGE_FIRST = {"lad": 0, "msoa": 1, "lsoa": 2, "force": 3, "all": 4}
_MOST_CODES = 8
# how like a word of a name a mistyped one must be (difflib), and how many words are looked at
_ALIKE = 0.7
_MOST_WORDS = 5
# what a brief can be made of; the whole region is no place
_ONE_PLACE = ("lsoa", "msoa", "lad")


@dataclass(frozen=True)
class Found:
    """What a search gave: places, and a sentence where there is none or where something needs saying."""

    places: tuple[Place, ...]
    message: str = ""
    postcode: str = ""


@dataclass(frozen=True)
class _Postcode:
    """A postcode: as it was asked for and as it is held ('' where it is not), the neighbourhoods it may lie in, whether it is out of use."""

    shown: str
    held: str
    places: tuple[Place, ...]
    terminated: bool


def looks_like_postcode(text: str) -> bool:
    return _POSTCODE.match(_squeezed(text)) is not None


def find_places(release: Release, text: str, role: Role = Role.COMMUNITY) -> Found:
    """Places that match; a postcode gives its neighbourhood, or those it may lie in. Never raises for what a person typed."""
    typed = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_QUERY]
    if not typed:
        return Found(())
    squeezed = _squeezed(typed)
    if looks_like_postcode(typed):
        with transaction(role) as connection:
            return _by_postcode(release, _postcode(connection, release, typed))
    if _AREA_CODE.match(squeezed):
        places = tuple(p for p in release.places.values() if p.code == squeezed)
        return Found(places) if places else Found((), say("%(code)s is not an area of this release.", code=squeezed))
    if _PART_OF_POSTCODE.match(typed.upper()):
        with transaction(role) as connection:
            found = _by_part_of_postcode(connection, release, typed.upper())
        if found is not None:
            return found
    return _by_name(release, typed)


def find_by_postcode(release: Release, text: str, role: Role = Role.COMMUNITY) -> Found | None:
    """The places of a postcode, or of the first part of one; None for what is neither."""
    typed = " ".join(text.split()).upper()
    if not looks_like_postcode(typed) and not _PART_OF_POSTCODE.match(typed):
        return None
    with transaction(role) as connection:
        if looks_like_postcode(typed):
            return _by_postcode(release, _postcode(connection, release, typed))
        return _by_part_of_postcode(connection, release, typed)


def find_place(connection: Connection, release: Release, wanted: str) -> Place:
    """The neighbourhood, community area or district that a person means by a code, a postcode or a whole name.

    UserError where there is none, with the nearest codes and names, and where a name or a postcode fits more than one place.
    """
    key = said_name(" ".join(wanted.split()))
    offered = [p for p in release.places.values() if p.geography in _ONE_PLACE]
    by_code = next((p for p in offered if p.code == key.upper()), None)
    if by_code is not None:
        return by_code
    if looks_like_postcode(key):
        return _only_place_of(_postcode(connection, release, key))
    named = [p for p in offered if key.casefold() in {p.name.casefold(), p.local_name.casefold()} - {""}]
    if len(named) == 1:
        return named[0]
    if named:
        codes = [f"{p.code} ({p.geography} {p.edition})" for p in sorted(named, key=lambda p: (p.geography, p.code))]
        raise UserError(f"{len(named)} places are called {key[:60]!r}", hint="give a code: " + ", ".join(codes[:_MOST_CODES]))
    near = ", ".join(f"{p.code} ({p.label})" for p in _near_matches(offered, key))
    raise UserError(
        f"no published place has the code or name {key[:60]!r}",
        hint=f"did you mean {near}?" if near else "give the code of an LSOA, MSOA or district, a postcode, or a place's name.",
    )


def _squeezed(text: str) -> str:
    return "".join(text.split()).upper()


def _postcode(connection: Connection, release: Release, typed: str) -> _Postcode:
    key = _squeezed(typed)
    rows = fetch(connection, "published/postcode", {"postcode": key})
    places = tuple(p for p in (release.place("lsoa", str(c)) for c in rows["lsoa21_code"]) if p is not None)
    held = "" if rows.empty else str(rows["display"].iloc[0])
    return _Postcode(f"{key[:-3]} {key[-3:]}", held, places, bool(rows["terminated"].any()))


def _by_postcode(release: Release, postcode: _Postcode) -> Found:
    if not postcode.held:
        return Found(
            (),
            say(
                "%(postcode)s is not a postcode that we hold for %(region)s. Check the letters and numbers, or search by the"
                " name of a place.",
                postcode=postcode.shown,
                region=release.region_name,
            ),
        )
    if not postcode.places:
        return Found((), say("%(postcode)s lies outside the area of this release.", postcode=postcode.shown))
    said = [say("%(postcode)s is no longer in use.", postcode=postcode.shown)] if postcode.terminated else []
    if len(postcode.places) > 1:
        said.append(say("It lies in one of these %(places)s: its neighbourhood was split in 2021.", places=len(postcode.places)))
    return Found(postcode.places, " ".join(said), postcode=postcode.held)


def _only_place_of(postcode: _Postcode) -> Place:
    if len(postcode.places) == 1:
        return postcode.places[0]
    if not postcode.places:
        raise UserError(f"the postcode {postcode.shown} lies in no published area", hint="give the code or the name of an area.")
    named = ", ".join(f"{p.name} ({p.code})" for p in postcode.places)
    raise UserError(
        f"the postcode {postcode.shown} may lie in any of {named}: its old area was split", hint="give one of the codes."
    )


def _by_name(release: Release, typed: str) -> Found:
    words = typed.casefold().split()
    matches = [p for p in release.places.values() if all(w in f"{p.name} {p.local_name}".casefold() for w in words)]
    if not matches and (like := _like(release, words)):
        return Found(tuple(like[:_MOST_CODES]), say("No place of that name is part of this release. Did you mean one of these?"))
    if not matches:
        if any(c.isdigit() for c in typed) and len(_squeezed(typed)) <= 8:
            return Found((), say("That is not a whole postcode. A postcode looks like OX1 1AA; or search by the name of a place."))
        example = next((p.label for p in release.of("msoa")), release.region_name)
        return Found(
            (),
            say(
                "No place of that name is part of this release. Areas are named after their district, such as %(example)s; a postcode is the"
                " surest way to find one.",
                example=example,
            ),
        )
    matches.sort(key=lambda p: (_LARGE_FIRST[p.geography], p.name))
    more = len(matches) - _MOST_MATCHES
    message = ""
    if more > 0:
        message = say_many(
            "%(count)s more place matches. Add a word to narrow the search.",
            "%(count)s more places match. Add a word to narrow the search.",
            more,
        )
    return Found(tuple(matches[:_MOST_MATCHES]), message)


def _by_part_of_postcode(connection: Connection, release: Release, typed: str) -> Found | None:
    """The neighbourhoods in which postcodes begin so, the areas around them where those are many; None where none begins so."""
    part = " ".join(typed.split())
    key = _squeezed(typed)
    # OX42 is the district OX42 or the sector OX4 2, and the postcodes that are held say which
    begins = {"district": f"{part} %", "sector": f"{key[:-1]} {key[-1]}%", "as_typed": f"{part}%" if " " in part else f"{part} %"}
    rows = fetch(connection, "published/part_of_postcode", begins)
    places = [p for p in (release.place("lsoa", str(c)) for c in rows["lsoa21_code"]) if p is not None]
    if not places:
        return None
    shown = places
    if len(places) > _MOST_CODES:
        codes = dict.fromkeys(p.parent_msoa for p in places)
        shown = [m for m in (release.place("msoa", c) for c in codes) if m is not None] or places
    count = len(places)
    said = say_many(
        "%(part)s reaches into %(count)s neighbourhood. A whole postcode finds one of them.",
        "%(part)s reaches into %(count)s neighbourhoods. A whole postcode finds one of them.",
        count,
        part=part,
    )
    return Found(tuple(shown[:_MOST_MATCHES]), said)


@lru_cache(maxsize=4)
def _words_of(release: Release) -> dict[str, frozenset[str]]:
    """Words of the names of a release, each with the keys of the places that have it."""
    found: dict[str, set[str]] = {}
    for place in release.places.values():
        for word in re.findall(r"[^\W\d_]{3,}", f"{place.name} {place.local_name}".casefold()):
            found.setdefault(word, set()).add(f"{place.geography} {place.code}")
    return {word: frozenset(keys) for word, keys in found.items()}


def _like(release: Release, words: Sequence[str]) -> list[Place]:
    """Places each of whose words is nearly one that was typed, the likest first; none for a number or a word that is like none."""
    known = _words_of(release)
    score: dict[str, float] = {}
    lettered = [w for w in words if any(c.isalpha() for c in w)]
    for number, word in enumerate(lettered[:_MOST_WORDS]):
        near = difflib.get_close_matches(word, known, n=6, cutoff=_ALIKE)
        of_word: dict[str, float] = {}
        for match in near:
            likeness = difflib.SequenceMatcher(None, word, match).ratio()
            of_word |= {key: max(likeness, of_word.get(key, 0.0)) for key in known[match]}
        score = {key: score.get(key, 0.0) + value for key, value in of_word.items() if number == 0 or key in score}
    keys = {f"{p.geography} {p.code}": p for p in release.places.values()}
    return sorted((keys[k] for k in score), key=lambda p: (-score[f"{p.geography} {p.code}"], _LARGE_FIRST[p.geography], p.name))


def _near_matches(places: Sequence[Place], wanted: str) -> list[Place]:
    """Up to five places whose code or name is nearly what was typed."""
    by_word: dict[str, Place] = {}
    for place in places:
        for word in (place.code, place.name, place.local_name):
            if word:
                by_word.setdefault(word.casefold(), place)
    near = difflib.get_close_matches(wanted.casefold(), list(by_word), n=5, cutoff=0.6)
    return list({by_word[word].code: by_word[word] for word in near}.values())
