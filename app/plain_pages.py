"""Whole pages of plain HTML, without a script: for poor devices, screen readers, paper and search engines."""

from __future__ import annotations

from typing import Any

from app.area.change_over_time import NO_EARLIER, change_over_time
from app.area.drawn_map import drawn_map
from app.area.other_figures import other_figures
from app.area.profile import build_profile
from app.area.services_nearby import services_near
from app.look import wording
from app.look.markup import environment, style_sheet
from app.look.palette import DARK, LIGHT, variables_of
from app.process import settings
from app.protection import text as protection_text
from published.release import Place, Release
from published.search import find_places


def area(release: Release, place: Place) -> str:
    """The profile of a place, printable."""
    release = release.for_level(place.geography)
    profile = build_profile(release, place)
    return _page(
        "area.html",
        release,
        title=f"{profile.title}, {release.covered}",
        profile=profile,
        change=change_over_time(release, place),
        no_earlier=NO_EARLIER,
        others=other_figures(release, place),
        services=services_near(release, place.geography, place.code),
        drawing=drawn_map(release, place),
        contact=settings().contact,
    )


def search(release: Release, typed: str) -> str:
    """The way in without a script: one field, and the places that match."""
    return _page("search.html", release, title="Find an area", typed=typed[:80], found=find_places(release, typed))


def protection(release: Release) -> str:
    return _page(
        "protection.html",
        release,
        title="How we protect people",
        sections=protection_text.sections(release),
        facts=protection_text.facts(release),
        shares=protection_text.level_shares(release),
    )


def nothing_published() -> str:
    return _page(
        "message.html", None, title="Nothing is published yet", text="The first release is still being prepared and checked."
    )


def no_such_place(release: Release) -> str:
    return _page(
        "message.html",
        release,
        title="No such area",
        text="This release has no area of that code. Search for it by name or postcode.",
    )


def _page(template: str, release: Release | None, **values: Any) -> str:
    return (
        environment()
        .get_template(template)
        .render(release=release, style=style_sheet(), themes=_variables(), wording=wording, geography=wording.GEOGRAPHY, **values)
    )


def _variables() -> dict[str, str]:
    return {"light": variables_of(LIGHT), "dark": variables_of(DARK)}
