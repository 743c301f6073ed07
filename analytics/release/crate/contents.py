"""What goes into the crate of a release, read from the database: nothing but what is published, and the layout of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from analytics.release.build import AREA_COLUMNS
from analytics.release.past import CRIME
from core.db import fetch, fetch_geo, scalar
from core.db.tables import PUBLISHED_PLACE
from core.errors import UserError
from core.periods import CoveredPeriod, Period


@dataclass(frozen=True)
class PublishedRelease:
    """One release as it was published. values: its cells, with whatever columns they have; groups: as the release defined them, or as they
    are now where it left no layout (layout_noted False)."""

    release: int
    title: str
    published_at: datetime
    period_start: date
    period_end: date
    months_loaded: tuple[date, ...]
    status: str
    values: pd.DataFrame
    certificate: Mapping[str, Any]
    groups: Mapping[str, frozenset[str]]
    layout_noted: bool = True

    @property
    def covered(self) -> CoveredPeriod:
        """Its newest period with what was loaded of it."""
        return CoveredPeriod.of(Period(self.period_start, self.period_end), self.months_loaded)

    @property
    def carried(self) -> tuple[CoveredPeriod, ...]:
        """The other periods of its figures, newest first. A release that left no layout noted the months of its newest period alone."""
        rows = self.values[["period_start", "period_end"]].drop_duplicates()
        found = {Period(s, e) for s, e in zip(rows["period_start"], rows["period_end"], strict=True)} - {self.covered.period}
        newest_first = sorted(found, key=lambda p: (p.end, p.start), reverse=True)
        return tuple(CoveredPeriod.of(p, self.months_loaded, noted=self.layout_noted) for p in newest_first)


@dataclass(frozen=True)
class CrateContents:
    """current: the release that the crate is of; earlier: all before it, withdrawn ones too. areas: one row a finest area, column `area` and
    one a level. places: of the current release; outlines: the same with their shape, where one is held. answers: figures given for areas that
    somebody asked for. complete: False where earlier releases and answers were left out on purpose. unplaced_percent: of the current
    release's newest period, the share of incidents without a location."""

    current: PublishedRelease
    earlier: tuple[PublishedRelease, ...]
    answers: pd.DataFrame
    areas: pd.DataFrame
    places: pd.DataFrame
    outlines: gpd.GeoDataFrame
    categories: pd.DataFrame
    sources: pd.DataFrame
    region_name: str
    synthetic: bool
    code_version: str
    policy: Mapping[str, Any]
    complete: bool = True
    unplaced_percent: float | None = None


def read_contents(connection: Connection, release_id: int | None, *, only: bool = False) -> CrateContents:
    """Everything of one release (None: the current one) and of all before it. UserError where there is no such release."""
    headers = fetch(connection, "release/headers").astype(object)
    wanted = headers["status"] == "current" if release_id is None else headers["release_id"] == release_id
    if not wanted.any():
        what = "nothing is published yet" if release_id is None else f"there is no release {release_id}"
        raise UserError(what, where="published.release", hint="see 'homeground release list'.")
    header = headers[wanted].iloc[0]
    number = int(header["release_id"])
    if scalar(connection, "release/hub_members", {"release_id": number}):
        raise UserError("a hub's release has no crate of its own", where="hub", hint="hand on the crates that the forces signed.")
    groups_now = _groups_now(connection)
    before = headers[(headers["release_id"] < number) & (not only)]
    earlier = [_release(connection, row, groups_now) for _, row in before.iterrows()]
    answers = fetch(connection, "release/answers")
    which = {"release_id": number}
    areas = fetch(connection, "release/areas").rename(columns=AREA_COLUMNS)
    places = fetch(connection, "release/crate_places", which)
    shapes = fetch_geo(connection, "release/crate_outlines", PUBLISHED_PLACE.c.geom, which)
    return CrateContents(
        current=_release(connection, header, groups_now),
        earlier=tuple(r for r in earlier if len(r.values)),
        answers=answers[(answers["release"] <= number) & (not only)].reset_index(drop=True),
        areas=areas.assign(area=areas[CRIME.finest]),
        places=places,
        outlines=shapes.set_geometry("geom").merge(places, on=["geography", "edition", "place_code"])[[*places.columns, "geom"]],
        categories=fetch(connection, "release/crate_categories", which),
        sources=fetch(connection, "release/crate_sources", which),
        region_name=str(header["region_name"]),
        synthetic=bool(header["synthetic"]),
        code_version=str(header["code_version"]),
        policy=header["policy"],
        complete=not only,
        unplaced_percent=header["unplaced_percent"],
    )


def _groups_now(connection: Connection) -> dict[str, frozenset[str]]:
    groups = fetch(connection, "release/groups")
    return {str(g): frozenset(rows["category"]) for g, rows in groups.groupby("group_id", sort=False)}


def _release(connection: Connection, header: pd.Series, groups_now: Mapping[str, frozenset[str]]) -> PublishedRelease:
    values = fetch(connection, "release/values", {"release_id": int(header["release_id"])})
    layout = header["certificate"].get("layout")
    noted = isinstance(layout, dict) and isinstance(layout.get("groups"), dict)
    groups = {str(g): frozenset(m) for g, m in layout["groups"].items()} if noted else groups_now
    return PublishedRelease(
        release=int(header["release_id"]),
        title=str(header["title"]),
        published_at=header["published_at"],
        period_start=header["period_start"],
        period_end=header["period_end"],
        months_loaded=tuple(sorted(map(date.fromisoformat, layout["months_loaded"]) if noted else header["months_loaded"])),
        status=str(header["status"]),
        values=values,
        certificate=header["certificate"],
        groups={g: m for g, m in groups.items() if noted or g in set(values["category"])},
        layout_noted=noted,
    )
