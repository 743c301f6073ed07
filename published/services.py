"""Services of a release: all of them with their place on the National Grid, and those nearest to a place."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from core.contracts import BRITISH_NATIONAL_GRID, WGS84
from core.db import fetch, rows
from core.languages.spoken import say
from published.release import Release
from published.rows import rows_of


@dataclass(frozen=True)
class Service:
    """A service that is open and public. Coordinates are British National Grid metres, None where the source gives none."""

    kind: str
    service_id: str
    name: str
    postcode: str
    lsoa21_code: str
    easting: float | None
    northing: float | None


@dataclass(frozen=True)
class NearService:
    """A service near a place. km is the straight line from the middle of the place; inside: it lies in the place itself.

    Whatever says which is nearest says it by nearest_services and in these words: two rules would name two services, or two distances.
    """

    kind: str
    name: str
    postcode: str
    inside: bool
    km: float

    @property
    def where(self) -> str:
        return say("in this area") if self.inside else say("%(km)s km from its middle", km=f"{self.km:,.1f}")


def services_of(connection: Connection, release: Release) -> tuple[Service, ...]:
    """Every service of the release, by kind and name."""
    from pyproj import Transformer

    to_grid = Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
    services = []
    for row in rows_of(fetch(connection, "published/release_services", {"release_id": release.release_id})):
        placed = row.lon is not None and row.lat is not None
        here = to_grid.transform(row.lon, row.lat) if placed else (None, None)
        services.append(Service(row.kind, row.service_id, row.name, row.postcode or "", row.lsoa21_code or "", *here))
    return tuple(services)


def nearest_services(connection: Connection, release: Release, geography: str, code: str, most: int) -> tuple[NearService, ...]:
    """Up to `most` services of each kind, nearest first; empty where the release holds none or the place has no outline."""
    which = {"release_id": release.release_id, "geography": geography, "code": code, "most": most}
    return tuple(
        NearService(r.kind, r.name, r.postcode or "", bool(r.inside), float(r.km))
        for r in rows(connection, "published/services_near", which)
    )
