"""What every professional page asks first: districts, the region, months, runs; and the one door to a query, through row-level security.

Every read goes with the districts of the person. What a person may not see is not filtered here: the database does not return it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from app.person.sign_in import Person
from core.audit import record_event
from core.db import Role, fetch, transaction


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
    """Where a person looks: a district, one MSOA of it, or ('' and '') everything they may see."""

    district: str
    msoa: str
    name: str


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


def read(districts: str, name: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Rows of one query as the professional role sees them, in a transaction of its own."""
    with transaction(Role.PROFESSIONAL, districts=districts) as connection:
        return fetch(connection, name, params)


def all_districts() -> list[Area]:
    """Every district by name, for the demo's role picker: names are not figures."""
    with transaction(Role.PROFESSIONAL) as connection:
        rows = fetch(connection, "person/districts")
    return [Area(r.code, r.name) for r in rows.itertuples()]


def districts_of(person: Person) -> list[Area]:
    return [a for a in all_districts() if person.may_see(a.code)]


def region() -> Region | None:
    with transaction(Role.PROFESSIONAL) as connection:
        rows = fetch(connection, "person/region")
    return (
        None if rows.empty else Region(str(rows["name"].iloc[0]), str(rows["force_name"].iloc[0]), bool(rows["synthetic"].iloc[0]))
    )


def msoas_of(person: Person, district: str) -> list[Area]:
    return [Area(r.code, r.name) for r in read(person.districts, "person/msoas", {"district": district}).itertuples()]


def patch_outlines(person: Person, patch: Patch) -> dict[str, tuple[str, Mapping[str, Any]]]:
    """Name and outline of the areas that a patch consists of, by code."""
    rows = read(person.districts, "person/patch_outlines", {"district": patch.district, "msoa": patch.msoa})
    return {r.code: (r.name, json.loads(r.outline)) for r in rows.itertuples()}


def months(person: Person) -> list[MonthStatus]:
    return [
        MonthStatus(r["month"], r["status"] == "loaded", _whole(r["incidents"]), _whole(r["unplaced"]))
        for r in read(person.districts, "person/months").astype(object).to_dict("records")
    ]


def runs(person: Person) -> list[Run]:
    return [
        Run(r["stage"], r["finished_at"], _whole(r["seed"]), r["code_version"])
        for r in read(person.districts, "person/runs").astype(object).to_dict("records")
    ]


def record(person: Person, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Write a view or an export of this person to the audit trail. detail holds codes and counts of rows, never a figure."""
    with transaction(Role.PROFESSIONAL, districts=person.districts) as connection:
        record_event(connection, actor=person.actor, action=action, subject=subject, detail={**detail, "role": person.role.value})


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def read_rows(districts: str, name: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    with transaction(Role.PROFESSIONAL, districts=districts) as connection:
        rows = fetch(connection, name, params).astype(object).to_dict("records")
    return [{str(k): None if pd.api.types.is_scalar(v) and pd.isna(v) else v for k, v in row.items()} for row in rows]
