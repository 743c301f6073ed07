"""Where one goes from a place: up to what it lies in, down to what lies in it, beside it, and to places like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.look import wording
from core.db import Role, transaction
from core.languages.spoken import say
from published.own_area import around
from published.release import Place, Release
from published.searches import current_searches
from published.similar import nearest_in_size, similar_areas

_INSIDE = {"all": "lad", "force": "lad", "lad": "msoa", "msoa": "lsoa"}
_MOST_SIMILAR = 6


@dataclass(frozen=True)
class Ways:
    """A heading and the places under it, each a link."""

    heading: str
    places: tuple[Place, ...]


def way_up(release: Release, place: Place) -> tuple[Place, ...]:
    """What a place lies in, the widest first."""
    return tuple(reversed(release.around(place)))


def ways_on(release: Release, place: Place) -> tuple[Ways, ...]:
    """Lists of places, those without any left out."""
    level = _inside(release, place)
    like = nearest_in_size(place, similar_areas(release, place), _MOST_SIMILAR)
    found = (
        Ways(
            say("%(kinds)s in %(place)s", kinds=wording.geographies(level).capitalize(), place=place.label),
            places_inside(release, place),
        ),
        Ways(say("Next to it"), _beside(release, place)),
        Ways(say("Places like it: as deprived, with about as many people"), like),
    )
    return tuple(w for w in found if w.places)


def _inside(release: Release, place: Place) -> str:
    """The next smaller level; the whole of a hub holds forces first."""
    return "force" if place.geography == "all" and release.suppliers else _INSIDE.get(place.geography, "")


def places_inside(release: Release, place: Place) -> tuple[Place, ...]:
    """Places of the next smaller level within a place, by name; none within a neighbourhood."""
    inside: Sequence[Place] = release.of(_inside(release, place))
    if place.geography == "force":
        inside = [p for p in inside if p.supplier == place.code]
    elif place.geography == "lad":
        inside = [p for p in inside if p.parent_lad == place.code]
    elif place.geography == "msoa":
        inside = [p for p in inside if p.parent_msoa == place.code]
    return tuple(inside)


@lru_cache(maxsize=512)
def _beside(release: Release, place: Place, role: Role = Role.COMMUNITY) -> tuple[Place, ...]:
    if place.geography != "lsoa":
        return ()
    with transaction(role) as connection:
        codes = around(connection, release, [place.code])
    found = (release.place("lsoa", code) for code in codes)
    return tuple(sorted((p for p in found if p is not None), key=lambda p: p.name))


@dataclass(frozen=True)
class SearchLink:
    """Where to go, and what the link says."""

    address: str
    words: str


def search_link(release: Release, place: Place) -> SearchLink | None:
    """To the figures of the place or of the district that it lies in; None where none were published."""
    found = current_searches()
    if found is None:
        return None
    wanted = place if place.geography in ("lad", "all") else release.place("lad", place.parent_lad)
    if wanted is None or not found.has(wanted.geography, wanted.code):
        return None
    return SearchLink(searches_address(wanted), say("Stop and search in %(place)s", place=wanted.label))


def searches_address(place: Place) -> str:
    return f"/stop-and-search?place={place.geography}.{place.code}"
