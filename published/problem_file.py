"""Problem files that everyone may read: what the problem is, who answers for it, what is done by when, and what published figures say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from core.db import rows
from core.periods import Period
from published.release import Cell, Place, Release


@dataclass(frozen=True)
class Planned:
    """How a response will be judged. starts: its first month; months: read from then on; least_fall: in percent. looks_back: whether it was
    written when that month had begun. seal: binds the plan without telling it. before_it: plans that it replaced."""

    starts: date
    months: int
    least_fall: int
    looks_back: bool
    seal: str
    written_on: date
    before_it: int


@dataclass(frozen=True)
class Commitment:
    """What a body said it would do, by which day. state: kept, late, dropped, or '' while nobody noted one."""

    body: str
    words: str
    due: date
    state: str
    noted_on: date | None


@dataclass(frozen=True)
class PublicResult:
    """What published figures say. verdict: fell, rose, no_such_fall, cannot_tell or not_yet; why: the reason of the last two.

    around: fell, rose or cannot_tell, of the places that touch it. middle, low, high: percent of what was to be expected; None where nothing
    can be compared, as are places, before and after then."""

    verdict: str
    why: str
    around: str
    middle: int | None
    low: int | None
    high: int | None
    places: int | None
    before: Period | None
    after: Period | None
    read_on: date


@dataclass(frozen=True)
class Scanned:
    """The published figure that scanning went by."""

    release_id: int
    period: Period
    cell: Cell


@dataclass(frozen=True)
class ProblemFile:
    """steps: words of objective, scanning, analysis and learned, as far as they are written. starts_on and doing: of the response; None
    and '' where there is none."""

    file_id: int
    title: str
    geography: str
    place_code: str
    lad_code: str
    group_id: str
    kind: str
    owner: str
    panel: str
    opened_on: date
    shown_on: date
    steps: Mapping[str, str]
    scanned: Scanned | None
    plan: Planned | None
    starts_on: date | None
    doing: str
    commitments: tuple[Commitment, ...]
    result: PublicResult | None


@dataclass(frozen=True)
class Choosable:
    """A place that a file can be about. label: as people call it, with its official name; district: its code."""

    geography: str
    code: str
    label: str
    district: str


def places_to_choose(connection: Connection) -> tuple[Choosable, ...]:
    """Of the current release, local areas first; none where nothing is published."""
    return tuple(
        Choosable(r.geography, r.place_code, r.name if r.name.startswith(r.said) else f"{r.said} ({r.name})", r.parent_lad or "")
        for r in rows(connection, "published/places_to_choose")
    )


def kinds_to_choose(connection: Connection) -> dict[str, str]:
    """Labels of the kinds of the current release."""
    return {r.category: r.label for r in rows(connection, "published/kinds_to_choose")}


def problem_files(connection: Connection) -> tuple[ProblemFile, ...]:
    """The one that was shown last first."""
    return tuple(_file(r._asdict()) for r in rows(connection, "published/problem_files", {"file_id": 0}))


def problem_file(connection: Connection, file_id: int) -> ProblemFile | None:
    """None where no such file is shown."""
    found = rows(connection, "published/problem_files", {"file_id": file_id})
    return _file(found[0]._asdict()) if found else None


def concerns(release: Release, of: ProblemFile, place: Place) -> bool:
    """Whether a file is news of a place: it is about it, about a place in it, or about the local area around it."""
    own = release.place(of.geography, of.place_code)
    if own is None:
        # of an earlier release; its district is in the file
        return place.geography == "all" or (place.geography, place.code) == ("lad", of.lad_code)
    return place in (own, *release.around(own)) or (own.geography == "msoa" and own in release.around(place))


def as_proposed(file_id: int, content: Mapping[str, Any], on: date) -> ProblemFile:
    """A file as everyone would read it if a proposal were agreed to; the figure that scanning goes by stands in its release."""
    days = {"opened_on": _day(content["opened_on"]), "shown_on": on}
    return _file({**content, **days, "file_id": file_id, "scan_release": None})


def _file(row: Mapping[str, Any]) -> ProblemFile:
    plan, response, result = row["plan"], row["response"] or {}, row["result"]
    scanned = None
    if row["scan_release"] is not None:
        cell = Cell(row["scan_count"], row["scan_symbol"], row["scan_lowest"], row["scan_highest"])
        scanned = Scanned(int(row["scan_release"]), Period(row["scan_start"], row["scan_end"]), cell)
    own = {
        k: row[k]
        for k in ("title", "geography", "place_code", "lad_code", "group_id", "kind", "owner", "panel", "opened_on", "shown_on")
    }
    return ProblemFile(
        file_id=int(row["file_id"]),
        **own,
        steps=row["steps"],
        scanned=scanned,
        plan=None if plan is None else _planned(plan),
        starts_on=_day(response["starts_on"]) if response else None,
        doing=response.get("words", ""),
        commitments=tuple(
            Commitment(c["body"], c["words"], _day(c["due"]), c["state"] or "", _day(c["noted_on"]) if c["noted_on"] else None)
            for c in row["commitments"]
        ),
        result=None if result is None else public_result(result["told"], _day(result["read_on"])),
    )


def _planned(plan: Mapping[str, Any]) -> Planned:
    return Planned(
        _day(plan["starts"]), plan["months"], plan["least_fall"], plan["looks_back"], plan["seal"], _day(plan["written_on"]),
        plan["before_it"],
    )  # fmt: skip


def public_result(told: Mapping[str, Any], read_on: date) -> PublicResult:
    """A result as problem.result.told holds it."""

    def span(name: str) -> Period | None:
        ends = told.get(name)
        return Period(_day(ends[0]), _day(ends[1])) if ends else None

    return PublicResult(
        told["verdict"], told["why"], told.get("around", ""), told.get("middle"), told.get("low"), told.get("high"), told.get("places"),
        span("before"), span("after"), read_on,
    )  # fmt: skip


def _day(value: str) -> date:
    return date.fromisoformat(value)
