"""Whether stop and search was published of a place, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from core.db import Role, transaction
from published.release import Place, Release
from published.searches import newest_searches

ADDRESS = "/stop-and-search"


@dataclass(frozen=True)
class SearchLink:
    """Where to go, and what the link says."""

    address: str
    words: str


def search_link(release: Release, place: Place, role: Role = Role.COMMUNITY) -> SearchLink | None:
    """To the figures of the place or of the district that it lies in; None where none were published."""
    with transaction(role) as connection:
        found = newest_searches(connection)
    if found is None:
        return None
    wanted = place if place.geography in ("lad", "all") else release.place("lad", place.parent_lad)
    if wanted is None or not found.has(wanted.geography, wanted.code):
        return None
    return SearchLink(address_of(wanted), f"Stop and search in {wanted.label}")


def address_of(place: Place) -> str:
    return f"{ADDRESS}?place={place.geography}.{place.code}"
