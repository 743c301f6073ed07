"""Crates of an invented county, protected by the gate and written without a database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import MultiPolygon, box

from analytics.disclosure.gate import protect
from analytics.disclosure.ledger import Ledger
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import load_policy
from analytics.release.crate.contents import CrateContents, PublishedRelease
from core.periods import Period
from core.settings import ReleaseSettings
from tests.builders.release_county import FORCE, GAP, GROUPS, PERIOD, county_counts, lsoas
from tests.builders.rolling_releases import remember

LEVELS = (
    Level("lsoa", "2021", 10.0), Level("msoa", "2021", 40.0), Level("lad", "2022", float("inf")), Level("all", "", float("inf")),
)  # fmt: skip
GROUP_SETS = tuple((name, frozenset(members)) for name, (_, members) in GROUPS.items())


def county_areas() -> pd.DataFrame:
    areas = lsoas()
    return pd.DataFrame({"lsoa 2021": areas["code"], "msoa 2021": areas["msoa"], "lad 2022": areas["lad"], "all": FORCE})


def county_contents(seed: int = 5, *, ends: tuple[date, ...] = (PERIOD.end,)) -> CrateContents:
    """Releases one after another, each from the county's first month to one of `ends`; the last is the current one."""
    return protected(county_areas(), county_counts(seed), ends)


def protected(
    areas: pd.DataFrame, rows: pd.DataFrame, ends: tuple[date, ...], *, levels: tuple[Level, ...] = LEVELS
) -> CrateContents:
    """The same of other areas. areas: a column a level, finest first; rows: code, category, month, incidents."""
    frame = rows.assign(area=rows["code"].map({c: i for i, c in enumerate(areas.iloc[:, 0])}))
    policy = load_policy(ReleaseSettings().policy)
    ledger, before, releases = Ledger(), None, []
    for number, end in enumerate(ends, 1):
        period = Period(PERIOD.start, end)
        loaded = frozenset(m for m in period.months() if m != GAP)
        counts = Counts(areas, frame.loc[frame["month"].isin(loaded), ["area", "category", "month", "incidents"]], loaded)
        tables = protect(PublicationPlan(levels, GROUP_SETS, (period,)), counts, policy, ledger)
        ledger = _with_symbols(remember(ledger, tables, counts, before, number, GROUP_SETS), tables.frame)
        before = counts.frame
        status = "current" if end == ends[-1] else "superseded"
        releases.append(
            released(number, tables.frame, json.loads(json.dumps(tables.certificate.as_dict())), GROUP_SETS, loaded, status)
        )
    return contents_of(releases, areas)


def _with_symbols(ledger: Ledger, frame: pd.DataFrame) -> Ledger:
    """What the symbols of the newest release said, as sql/release/ledger.sql reads it."""
    last = ledger.past[-1]
    figures = last.figures.assign(known_least=(frame["symbol"] == "[c]").astype(int))
    return replace(ledger, past=(*ledger.past[:-1], replace(last, figures=figures)))


def released(number: int, values: pd.DataFrame, certificate: Mapping[str, Any], groups: tuple[tuple[str, frozenset[str]], ...],
             loaded: frozenset[date], status: str = "current") -> PublishedRelease:  # fmt: skip
    return PublishedRelease(
        number, "Figures of an invented county", datetime(2025, 1, number, 12, tzinfo=UTC), values["period_start"].iloc[0],
        values["period_end"].iloc[0], tuple(sorted(loaded)), status, values, certificate, dict(groups),
    )  # fmt: skip


def contents_of(releases: list[PublishedRelease], areas: pd.DataFrame, answers: pd.DataFrame | None = None) -> CrateContents:
    current = releases[-1]
    places = current.values[["geography", "edition", "place_code"]].drop_duplicates(ignore_index=True)
    finest = areas.columns[0]
    shapes = [
        MultiPolygon([box(i, 0, i + 1, 1)]) if f"{p.geography} {p.edition}".strip() == finest else None
        for i, p in enumerate(places.itertuples())
    ]
    frame = places.assign(
        name=places["place_code"], local_name="", parent_msoa=None, parent_lad=None, residents=1500, residents_reference="census2021",
        deprivation_decile=None, deprivation_reference=None, geom=shapes,
    )  # fmt: skip
    groups = pd.DataFrame({"category": list(current.groups)})
    sources = pd.DataFrame(
        {
            "feed": ["police_uk_street", "ons_lookup"], "title": ["Street-level crime", "Lookup"], "publisher": ["Police", "ONS"],
            "licence": ["Open Government Licence v3.0", "An agreement"], "edition": ["", "2021"], "period_start": [date(2024, 1, 1), None],
            "period_end": [date(2024, 12, 1), None], "files": [12, 1], "rows_in": [100, 10], "rows_rejected": [1, 0],
            "loaded_at": datetime(2025, 1, 1, tzinfo=UTC),
        }
    )  # fmt: skip
    none = pd.DataFrame(
        columns=["answer_id", "release", "name", "members", "category", "period_start", "period_end", "count", "months_loaded"]
    )
    return CrateContents(
        current=current,
        earlier=tuple(releases[:-1]),
        answers=none if answers is None else answers,
        areas=areas.assign(area=areas[finest]),
        places=frame.drop(columns="geom"),
        outlines=gpd.GeoDataFrame(frame[frame["geom"].notna()], geometry="geom", crs=4326),
        categories=groups.assign(label=groups["category"], description="words", kind="partition"),
        sources=sources,
        region_name="Testshire",
        synthetic=True,
        code_version="0.0.0 (test)",
        policy=current.certificate["policy"],
    )
