"""Problem files in lists: what each is about, where that is, and where it stands. For everyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.problems import words
from core.db import Role, transaction
from core.languages.spoken import called, say
from published.problem_file import ProblemFile, problem_files
from published.release import Place, Release


@dataclass(frozen=True)
class Listed:
    """A file in a list: what it is about, where that is, and where it stands."""

    address: str
    title: str
    about: str
    stage: str
    kept: str


def listed(release: Release | None, found: Sequence[ProblemFile]) -> tuple[Listed, ...]:
    today = datetime.now(tz=UTC).date()
    return tuple(
        listed_as(f, f"/problems/{f.file_id}", say("%(kind)s in %(place)s", kind=called(f.kind), place=about(release, f)), today)
        for f in found
    )


def listed_as(of: ProblemFile, address: str, about: str, today: date) -> Listed:
    return Listed(address, of.title, about, words.stage(of, today), words.kept_count(of.commitments))


def problems_for(release: Release, place: Place) -> tuple[Listed, ...]:
    """Files about a place, about places in it, and about the local area around it."""
    with transaction(Role.COMMUNITY) as connection:
        found = problem_files(connection)
    return listed(release, [f for f in found if _concerns(release, f, place)])


def _concerns(release: Release, of: ProblemFile, place: Place) -> bool:
    own = release.place(of.geography, of.place_code)
    if own is None:
        # of an earlier release; its district is in the file
        return place.geography == "all" or (place.geography, place.code) == ("lad", of.lad_code)
    return place in (own, *release.around(own)) or (own.geography == "msoa" and own in release.around(place))


def about(release: Release | None, of: ProblemFile) -> str:
    place = None if release is None else release.place(of.geography, of.place_code)
    return of.place_code if place is None else place.label
