"""Problem files in lists: what each is about, where that is, and where it stands. For everyone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.problems import words
from core.db import Role, transaction
from core.languages.spoken import called, say
from published.problem_file import ProblemFile, concerns, problem_files
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
    return listed(release, files_for(release, place))


def files_for(release: Release, place: Place) -> tuple[ProblemFile, ...]:
    """The same, as they are read."""
    with transaction(Role.COMMUNITY) as connection:
        return tuple(f for f in problem_files(connection) if concerns(release, f, place))


def about(release: Release | None, of: ProblemFile) -> str:
    place = None if release is None else release.place(of.geography, of.place_code)
    return of.place_code if place is None else place.label
