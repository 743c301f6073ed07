"""What every professional page asks first: districts, the region, months, runs; and what goes to the audit trail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd

from app.person.reading import Reader
from app.person.sign_in import Person
from core.audit import record_event
from core.db import Role, fetch, run_statement, transaction
from core.periods import CoveredPeriod, Period


@dataclass(frozen=True)
class Area:
    """A district or an MSOA that a patch can be."""

    code: str
    name: str


@dataclass(frozen=True)
class Region:
    """The region of this installation."""

    name: str
    force_name: str
    synthetic: bool


@dataclass(frozen=True)
class Patch:
    """Where a person looks: a district, one MSOA of it, a patch that was drawn or listed, or ('' and '') everything they may see.

    own: the code of a patch that was drawn or listed (app.person.patches), with its neighbourhoods and its outline (well-known text,
    EPSG:27700); district is then the one that all of them lie in, '' where there are several.
    """

    district: str
    msoa: str
    name: str
    own: str = ""
    members: tuple[str, ...] = field(default=(), repr=False)
    drawn: str = field(default="", repr=False)

    @property
    def asked(self) -> dict[str, object]:
        """What queries of a patch are given."""
        return {"district": self.district, "msoa": self.msoa, "members": list(self.members), "drawn": self.drawn}

    @property
    def code(self) -> str:
        """What an address, a file's name and the audit trail call it; '' for everything."""
        return self.own or self.msoa or self.district

    @property
    def seen(self) -> dict[str, str]:
        """The same for the detail of an event."""
        return {"district": self.district or "*", "msoa": self.msoa} | ({"patch": self.own} if self.own else {})

    @property
    def tolerance(self) -> int:
        """Metres by which outlines may be simplified: the whole region on one map needs less detail."""
        return 10 if self.code else 60


@dataclass(frozen=True)
class MonthStatus:
    """A month of the analysed span; counts are None for a gap."""

    month: date
    loaded: bool
    incidents: int | None
    unplaced: int | None


@dataclass(frozen=True)
class Run:
    """The latest finished run of a stage."""

    stage: str
    finished_at: datetime
    seed: int | None
    code_version: str


def all_districts() -> list[Area]:
    """Every district by name, for the demo's role picker, before anyone is there to read: names are not figures."""
    with transaction(Role.PROFESSIONAL) as connection:
        return _areas(fetch(connection, "person/districts"))


def districts_of(reader: Reader) -> list[Area]:
    """The districts that the person may see."""
    return [a for a in _areas(reader.frame("person/districts")) if reader.person.may_see(a.code)]


def region(reader: Reader) -> Region | None:
    rows = reader.frame("person/region")
    return (
        None if rows.empty else Region(str(rows["name"].iloc[0]), str(rows["force_name"].iloc[0]), bool(rows["synthetic"].iloc[0]))
    )


def msoas_of(reader: Reader, district: str) -> list[Area]:
    return _areas(reader.frame("person/msoas", {"district": district}))


def patch_outlines(reader: Reader, patch: Patch) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Name and outline of the areas that a patch consists of, by code."""
    if patch.own:
        drawn = reader.frame("person/drawn_outline", {"drawn": patch.drawn})
        return {patch.own: (patch.name, json.loads(drawn["outline"].iloc[0]))}
    rows = reader.frame("person/patch_outlines", {"district": patch.district, "msoa": patch.msoa})
    return {r.code: (r.name, json.loads(r.outline)) for r in rows.itertuples()}


def months(reader: Reader) -> list[MonthStatus]:
    return [
        MonthStatus(r["month"], r["status"] == "loaded", whole(r["incidents"]), whole(r["unplaced"]))
        for r in reader.rows("person/months")
    ]


def covered(reader: Reader, period: Period) -> CoveredPeriod:
    """A period of the analysis with what was loaded of it."""
    return CoveredPeriod.of(period, [m.month for m in months(reader) if m.loaded])


def runs(reader: Reader) -> list[Run]:
    return [Run(r["stage"], r["finished_at"], whole(r["seed"]), r["code_version"]) for r in reader.rows("person/runs")]


def record(person: Person, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Write a view or an export of this person to the audit trail. detail holds codes and counts of rows, never a figure.

    In a transaction of its own, so that it stands whatever becomes of the page.
    """
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        record_event(connection, actor=person.actor, action=action, subject=subject, detail={**detail, "role": person.role.value})


def note_rights(actor: str, role: str, districts: str) -> None:
    """What a person may see now, for what the worker makes in their name later. districts: '' for an account that opens nothing any more."""
    with transaction(Role.PROFESSIONAL, districts=districts, person=actor) as connection:
        run_statement(connection, "person/note_rights", {"person": actor, "role": role, "districts": districts})


def _areas(rows: pd.DataFrame) -> list[Area]:
    return [Area(r.code, r.name) for r in rows.itertuples()]


def number(value: Any) -> float | None:
    """A figure as a frame holds it; None where it is missing."""
    return None if pd.isna(value) else float(value)


def whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)
