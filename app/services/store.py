"""What the page of services reads: distance of homes to each kind of service, how much of it there is, and where one more would reach
most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.person.reading import Reader, kept


@dataclass(frozen=True)
class ServiceKind:
    """A declared kind of service over the region. unused: why its reach was not worked out."""

    kind: str
    label: str
    reach_m: int
    catchment_m: int
    caution: str
    unused: str
    sites: int
    sites_without_point: int
    residents: float | None
    residents_beyond: float | None
    beyond_at_border: float | None


@dataclass(frozen=True)
class Reach:
    """A place's distance to a kind of service, metres in a straight line: half of homes, and a tenth nearer and farther; sites per 10,000."""

    residents: float | None
    from_outline: bool
    nearest_m: float
    nearest_lower_m: float
    nearest_upper_m: float
    share_within: float
    residents_beyond: float
    share_at_border: float
    sites_per_10000: float


@dataclass(frozen=True)
class Point:
    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Site:
    """A neighbourhood where a further service would bring people into reach, in a plan of so many further sites."""

    need: str
    need_label: str
    plan: str
    further_sites: int
    position: int
    code: str
    lad_code: str
    name: str
    district: str
    lon: float
    lat: float
    people_alone: float
    people_plan: float
    people_beyond: float


def service_kinds(reader: Reader) -> list[ServiceKind]:
    return [
        ServiceKind(
            r["kind"], r["label"], int(r["reach_m"]), int(r["catchment_m"]), r["caution"], r["unused"], int(r["sites"]),
            int(r["sites_without_point"]), r["residents"], r["residents_beyond"], r["beyond_at_border"],
        )
        for r in reader.rows("services/kinds")
    ]  # fmt: skip


def run_of(reader: Reader) -> tuple[int, datetime] | None:
    """The run behind the figures and when it ended; None before the first."""
    rows = reader.rows("services/reach_run")
    return (int(rows[0]["run_id"]), rows[0]["finished_at"]) if rows else None


@kept(64)
def reach(reader: Reader, kind: str, run: tuple[int, datetime]) -> Mapping[str, Reach]:
    """Reach of every place that the person may see, by code."""
    return {
        r["code"]: Reach(
            r["residents"], r["basis"] == "outline", r["nearest_m"], r["nearest_lower_m"], r["nearest_upper_m"], r["share_within"],
            r["residents_beyond"] or 0.0, r["share_at_border"], r["sfca_enhanced"],
        )
        for r in reader.rows("services/service_reach", {"kind": kind})
    }  # fmt: skip


def points(reader: Reader, kind: str) -> list[Point]:
    return [Point(r["name"], r["lon"], r["lat"]) for r in reader.rows("services/service_points", {"kind": kind})]


def sites(reader: Reader, kind: str) -> list[Site]:
    return [
        Site(
            r["need"], r["need_label"], r["plan"], int(r["further_sites"]), int(r["position"]), r["code"], r["lad_code"], r["name"],
            r["district"] or "", r["lon"], r["lat"], r["people_alone"], r["people_plan"], r["people_beyond"],
        )
        for r in reader.rows("services/sites", {"kind": kind})
    ]  # fmt: skip
