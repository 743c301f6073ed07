"""Finding a place by what a person types: a postcode, a place name or an area code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.db import Role, fetch, transaction
from published.release import Place, Release

_LONGEST_QUERY = 80
_MOST_MATCHES = 20
# the shape of a UK postcode, lenient about the space; whether it exists is for the table to say
_POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$")
_AREA_CODE = re.compile(r"^[A-Z][0-9]{8}$")
_LARGE_FIRST = {"lad": 0, "msoa": 1, "lsoa": 2, "all": 3}


@dataclass(frozen=True)
class Found:
    """What a search gave: places, and a sentence where there is none or where something needs saying."""

    places: tuple[Place, ...]
    message: str = ""
    postcode: str = ""


def looks_like_postcode(text: str) -> bool:
    return _POSTCODE.match(_squeezed(text)) is not None


def find_places(release: Release, text: str, role: Role = Role.COMMUNITY) -> Found:
    """Places that match; a postcode gives its neighbourhood, or those it may lie in. Never raises for what a person typed."""
    typed = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST_QUERY]
    if not typed:
        return Found(())
    squeezed = _squeezed(typed)
    if _POSTCODE.match(squeezed):
        return _by_postcode(release, squeezed, role)
    if _AREA_CODE.match(squeezed):
        places = tuple(p for p in release.places.values() if p.code == squeezed)
        return Found(places) if places else Found((), f"{squeezed} is not an area of this release.")
    return _by_name(release, typed)


def _squeezed(text: str) -> str:
    return "".join(text.split()).upper()


def _by_postcode(release: Release, postcode: str, role: Role) -> Found:
    with transaction(role) as connection:
        rows = fetch(connection, "published/postcode", {"postcode": postcode})
    shown = f"{postcode[:-3]} {postcode[-3:]}"
    if rows.empty:
        return Found(
            (),
            f"{shown} is not a postcode that we hold for {release.region_name}. Check the letters and numbers, or search by the name"
            " of a place.",
        )
    places = tuple(p for p in (release.place("lsoa", str(c)) for c in rows["lsoa21_code"]) if p is not None)
    if not places:
        return Found((), f"{shown} lies outside the area of this release.")
    said = [f"{shown} is no longer in use."] if rows["terminated"].any() else []
    if len(places) > 1:
        said.append(f"It lies in one of these {len(places)}: its neighbourhood was split in 2021.")
    return Found(places, " ".join(said), postcode=str(rows["display"].iloc[0]))


def _by_name(release: Release, typed: str) -> Found:
    words = typed.casefold().split()
    matches = [p for p in release.places.values() if all(w in f"{p.name} {p.local_name}".casefold() for w in words)]
    if not matches:
        if any(c.isdigit() for c in typed) and len(_squeezed(typed)) <= 8:
            return Found((), "That is not a whole postcode. A postcode looks like OX1 1AA; or search by the name of a place.")
        example = next((p.label for p in release.of("msoa")), release.region_name)
        return Found(
            (),
            f"No place of that name is part of this release. Areas are named after their district, such as {example}; a postcode is the"
            " surest way to find one.",
        )
    matches.sort(key=lambda p: (_LARGE_FIRST[p.geography], p.name))
    more = len(matches) - _MOST_MATCHES
    message = f"{more:,} more places match. Add a word to narrow the search." if more > 0 else ""
    return Found(tuple(matches[:_MOST_MATCHES]), message)
