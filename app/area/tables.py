"""HTML of the tables of an area: its profile, its change over time, sources and services."""

from __future__ import annotations

from collections.abc import Sequence

from app.area.change_over_time import Change
from app.area.profile import AreaProfile
from app.area.services_nearby import Service
from app.look.markup import _macro, by_publisher
from published.release import Release, Source


def profile_table(profile: AreaProfile, release: Release) -> str:
    return _macro("profile_table", profile, release.covered)


def change_table(change: Change, place: str) -> str:
    return _macro("change_table", change, place)


def sources_table(sources: Sequence[Source]) -> str:
    return _macro("sources_table", list(sources))


def sources_short(sources: Sequence[Source]) -> str:
    """One row a publisher; the whole table stands on the page about the figures."""
    return _macro("sources_short", by_publisher(sources))


def services_list(services: Sequence[Service]) -> str:
    return _macro("services_list", list(services))
