"""HTML of the tables of an area: its profile, its change over time, sources and services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.area.change_over_time import Change
from app.area.glance import KeyFigure
from app.area.profile import AreaProfile
from app.area.services_nearby import Service
from app.area.why_withheld import Withheld
from app.look.markup import _macro, by_publisher, environment
from published.release import Release, Source


def profile_table(profile: AreaProfile, release: Release) -> str:
    return _macro("profile_table", profile, release.covered)


def key_figures_list(figures: Sequence[KeyFigure], note: str) -> str:
    return _part("key_figures", list(figures), note)


def stands_out_list(sentences: Sequence[str]) -> str:
    return _part("stands_out", list(sentences))


def withheld_table(reasons: Sequence[Withheld], together: str, place: str) -> str:
    return _part("withheld_table", list(reasons), together, place)


def change_table(change: Change, place: str) -> str:
    return _macro("change_table", change, place)


def sources_table(release: Release) -> str:
    return _macro("sources_table", list(release.sources), release.suppliers)


def sources_short(sources: Sequence[Source]) -> str:
    """One row a publisher; the whole table stands on the page about the figures."""
    return _macro("sources_short", by_publisher(sources))


def services_list(services: Sequence[Service]) -> str:
    return _macro("services_list", list(services))


def _part(name: str, *arguments: Any) -> str:
    return str(getattr(environment().get_template("profile_parts.html").module, name)(*arguments))
