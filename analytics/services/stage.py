"""The reach stage: how far each neighbourhood is from each kind of service, how much of it there is, and where one more would reach most.

Reads record.service, place.postcode, place.population, place.area and record.indicator; writes analysis.service_kind, service_point,
service_reach and service_site, all at once. Which kinds, what counts as in reach and whom a further service should reach are data
(analytics/overlaps/risk_factors.toml). Distances are straight lines. Nothing here is random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from sqlalchemy import Connection

from analytics.neighbours.place_frame import Floats, PlaceFrame, read_place_frame
from analytics.overlaps.definitions import FactorDefinitions, Need, ServiceKind, load_factor_definitions
from analytics.services.catchment import RING_WEIGHTS, catchment_access
from analytics.services.reach import Homes, Reach, distance_to_border, homes_of, nearest_service, reach_of
from analytics.services.siting import best_plans, coverage_of, nearly_as_good
from core.contracts import BRITISH_NATIONAL_GRID, LSOA_2021, WGS84
from core.db import fetch, replace_rows
from core.errors import UserError
from core.provenance import finish_run, start_run

MOST_SITES = 3
METHOD = (
    "maximal covering location problem (spopt, HiGHS); candidates: the middle of the homes of each neighbourhood; straight lines"
)


@dataclass(frozen=True)
class KindReach:
    """One kind of service over the region. unused says why there is no reach."""

    kind: str
    sites: int
    residents_beyond: float | None
    unused: str


@dataclass(frozen=True)
class ServiceReport:
    """homes: points that residents were shared among; from_outline: places without a postcode; plans: rows of analysis.service_site."""

    places: int
    homes: int
    from_outline: int
    kinds: tuple[KindReach, ...]
    plans: int
    skipped: tuple[str, ...]
    run_id: int


@dataclass(frozen=True)
class _Wanted:
    """A need and its people by place (n)."""

    need: Need
    people: Floats


def compute_services(connection: Connection, *, definitions: FactorDefinitions | None = None) -> ServiceReport:
    """Reach, catchments and further sites of every declared kind; replaces what was there. UserError where the region is not known."""
    definitions = definitions or load_factor_definitions()
    places = read_place_frame(connection)
    services = fetch(connection, "services/services")
    homes = _homes(connection, places)
    wanted, need_deliveries, skipped = _needs(connection, definitions, places)
    parameters = {
        "services": [s.model_dump(mode="json") for s in definitions.service],
        "needs": [w.need.id for w in wanted],
        "rings": RING_WEIGHTS,
        "distance": "straight line from each live postcode, EPSG:27700",
        "further_sites": METHOD,
    }
    used = {int(d) for d in services["delivery_id"].unique()} | need_deliveries
    inputs = used | {int(d) for d in fetch(connection, "services/place_deliveries")["delivery_id"]}
    run_id = start_run(connection, "reach", seed=None, parameters=parameters, delivery_ids=sorted(inputs))
    found = _Found(places, homes, services, definitions.service)
    tables = found.tables(wanted)
    for table, frame in tables.items():
        replace_rows(connection, "analysis", table, frame.assign(run_id=run_id), where={})
    finish_run(connection, run_id)
    return ServiceReport(
        len(places), len(homes.xy), int(homes.from_outline.sum()), tuple(found.kinds), len(tables["service_site"]), skipped, run_id
    )


def _homes(connection: Connection, places: PlaceFrame) -> Homes:
    rows = fetch(connection, "services/home_points")
    inside = shapely.get_coordinates(shapely.point_on_surface(places.outlines))
    xy = rows[["easting", "northing"]].to_numpy(dtype=np.float64)
    position = places.positions(rows["code"])
    known = position >= 0
    return homes_of(position[known], xy[known], places.residents, inside)


def _needs(
    connection: Connection, definitions: FactorDefinitions, places: PlaceFrame
) -> tuple[list[_Wanted], set[int], tuple[str, ...]]:
    """Needs whose indicator is loaded, with their people; the deliveries these came from; and which were left out, in words."""
    wanted: list[_Wanted] = []
    deliveries: set[int] = set()
    skipped: list[str] = []
    residents = np.nan_to_num(places.residents)
    for need in definitions.need:
        if not need.indicator:
            wanted.append(_Wanted(need, residents))
            continue
        values = {"indicator": need.indicator, "geography": LSOA_2021.level, "edition": LSOA_2021.edition, "period": need.period}
        rows = fetch(connection, "overlaps/indicator", values)
        value = pd.Series(rows["value"].to_numpy(dtype=np.float64), index=rows["code"]).reindex(places.codes)
        if value.isna().all():
            skipped.append(f"{need.id}: {need.indicator} of {need.period} is not loaded for the region")
            continue
        deliveries |= {int(d) for d in rows["delivery_id"].unique()}
        number = value.to_numpy(dtype=np.float64)
        counted = np.nan_to_num(number) if need.at_most is None else np.where(number <= need.at_most, residents, 0.0)
        wanted.append(_Wanted(need, counted))
    return wanted, deliveries, tuple(skipped)


class _Found:
    """Rows of the four tables, gathered kind by kind."""

    def __init__(self, places: PlaceFrame, homes: Homes, services: pd.DataFrame, declared: tuple[ServiceKind, ...]) -> None:
        self.places, self.homes, self.services, self.declared = places, homes, services, declared
        self.kinds: list[KindReach] = []
        self._to_wgs84 = Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True)
        self._distance = {s.kind: nearest_service(homes, self._sites(s.kind)) for s in declared if not self._why_unused(s)}
        farthest = np.max(list(self._distance.values()), axis=0) if self._distance else np.zeros(len(homes.xy))
        self._border = distance_to_border(homes, places.outlines, farthest)

    def tables(self, wanted: list[_Wanted]) -> dict[str, pd.DataFrame]:
        kinds: list[pd.DataFrame] = []
        reaches: list[pd.DataFrame] = []
        sites: list[pd.DataFrame] = [pd.DataFrame(columns=_SITE_COLUMNS)]
        # of every kind that was fed, whether or not its reach is worked out: maps can show them
        points = [self._point_rows(str(kind)) for kind in sorted(self.services["kind"].unique())]
        for position, kind in enumerate(self.declared):
            reach = None
            if kind.kind in self._distance:
                reach = reach_of(self.homes, self._distance[kind.kind], reach_m=kind.reach_m, border=self._border)
                reaches.append(self._reach_rows(kind, reach))
                sites += [self._site_rows(kind, reach, w) for w in wanted if kind.further]
            kinds.append(self._kind_row(position, kind, reach))
        return {
            "service_kind": pd.concat(kinds),
            "service_point": pd.concat(points) if points else pd.DataFrame(columns=["kind", "service_id", "name", "lon", "lat"]),
            "service_reach": pd.concat(reaches) if reaches else pd.DataFrame(columns=["kind"]),
            "service_site": pd.concat([s for s in sites if len(s)] or sites),
        }

    def _of(self, kind: str) -> pd.DataFrame:
        return self.services[self.services["kind"] == kind]

    def _located(self, kind: str) -> pd.DataFrame:
        rows = self._of(kind)
        return rows[rows["easting"].notna()]

    def _sites(self, kind: str) -> Floats:
        return np.asarray(self._located(kind)[["easting", "northing"]].to_numpy(dtype=np.float64))

    def _why_unused(self, kind: ServiceKind) -> str:
        if kind.unused:
            return kind.unused
        if self._of(kind.kind).empty:
            return "No list of them is loaded."
        return "" if len(self._sites(kind.kind)) else "None of those listed has a point."

    def _kind_row(self, position: int, kind: ServiceKind, reach: Reach | None) -> pd.DataFrame:
        listed, located = len(self._of(kind.kind)), len(self._sites(kind.kind))
        people = np.nan_to_num(self.homes.people)
        beyond = None if reach is None else float(people[reach.home_beyond].sum())
        unused = self._why_unused(kind)
        self.kinds.append(KindReach(kind.kind, located, beyond, unused))
        row = {
            "kind": kind.kind, "position": position, "label": kind.label, "reach_m": kind.reach_m, "catchment_m": kind.catchment_m,
            "caution": kind.caution, "unused": unused, "sites": located, "sites_without_point": listed - located,
            "residents": float(people.sum()), "residents_beyond": beyond,
            "beyond_at_border": None if reach is None else float(people[reach.home_beyond & reach.home_at_border].sum()),
        }  # fmt: skip
        return pd.DataFrame([row])

    def _point_rows(self, kind: str) -> pd.DataFrame:
        rows = self._located(kind)
        lon, lat = self._to_wgs84.transform(rows["easting"].to_numpy(), rows["northing"].to_numpy())
        return rows[["kind", "service_id", "name"]].assign(lon=lon, lat=lat)

    def _reach_rows(self, kind: ServiceKind, reach: Reach) -> pd.DataFrame:
        residents = np.nan_to_num(self.places.residents)
        sites = catchment_access(self.homes.middle, residents, self._sites(kind.kind), catchment_m=kind.catchment_m)
        return pd.DataFrame(
            {
                "kind": kind.kind,
                **self.places.columns(),
                "residents": self.places.residents,
                "basis": np.where(self.homes.from_outline, "outline", "postcodes"),
                "homes": self.homes.homes,
                "nearest_m": reach.nearest,
                "nearest_lower_m": reach.lower,
                "nearest_upper_m": reach.upper,
                "share_within": reach.within,
                "residents_beyond": reach.beyond,
                "share_at_border": reach.at_border,
                "sfca_2": 10_000 * sites.two_step,
                "sfca_enhanced": 10_000 * sites.enhanced,
                "sfca_3": 10_000 * sites.three_step,
            }
        )

    def _site_rows(self, kind: ServiceKind, reach: Reach, wanted: _Wanted) -> pd.DataFrame:
        """Plans of 1 to MOST_SITES further sites, and other first sites that would do nearly as well."""
        people = (wanted.people / self.homes.homes)[self.homes.place]
        beyond = reach.home_beyond
        candidates = self.homes.middle
        coverage = coverage_of(self.homes.xy[beyond], people[beyond], candidates, reach_m=kind.reach_m)
        plans = best_plans(coverage, most_sites=MOST_SITES)
        rows: list[tuple[object, ...]] = []
        for plan in plans:
            method = METHOD if plan.proven else f"{METHOD}; stopped before it was proven best"
            for position, (site, alone) in enumerate(zip(plan.sites, plan.alone, strict=True), start=1):
                rows.append(("best", len(plan.sites), position, site, alone, plan.people, method))
        if plans:
            others = nearly_as_good(coverage, candidates, plans[0].sites[0], apart_m=kind.reach_m)
            gain = coverage.alone
            rows += [("nearly", 1, k, site, float(gain[site]), float(gain[site]), METHOD) for k, site in enumerate(others, start=1)]
            for k, district in enumerate(sorted(set(self.places.lad_codes)), start=1):
                within = np.flatnonzero(self.places.lad_codes == district)
                site = int(within[np.argmax(gain[within])])
                if gain[site] > 0:
                    rows.append(("district", 1, k, site, float(gain[site]), float(gain[site]), METHOD))
        if not rows:
            return pd.DataFrame(columns=_SITE_COLUMNS)
        at = [int(row[3]) for row in rows]  # type: ignore[call-overload]
        lon, lat = self._to_wgs84.transform(candidates[at, 0], candidates[at, 1])
        return pd.DataFrame(
            {
                "kind": kind.kind,
                "need": wanted.need.id,
                "need_label": wanted.need.label,
                "plan": [row[0] for row in rows],
                "further_sites": [row[1] for row in rows],
                "position": [row[2] for row in rows],
                "code": self.places.codes[at],
                "lad_code": self.places.lad_codes[at],
                "lon": lon,
                "lat": lat,
                "people_alone": [row[4] for row in rows],
                "people_plan": [row[5] for row in rows],
                "people_beyond": float(people[beyond].sum()),
                "method": [row[6] for row in rows],
            }
        )


_SITE_COLUMNS = (
    "kind", "need", "need_label", "plan", "further_sites", "position", "code", "lad_code", "lon", "lat", "people_alone", "people_plan",
    "people_beyond", "method",
)  # fmt: skip


def declared_kind(definitions: FactorDefinitions, kind: str) -> ServiceKind:
    """A declared kind of service by its word. UserError names those there are."""
    for service in definitions.service:
        if service.kind == kind:
            return service
    names = ", ".join(s.kind for s in definitions.service)
    raise UserError(
        f"'{kind}' is not a declared kind of service", where="analytics/overlaps/risk_factors.toml", hint=f"choose from {names}."
    )
