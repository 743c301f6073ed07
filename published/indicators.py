"""Open indicators of a place that a release shows beside recorded crime: deprivation deciles, published rates."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from core.db import rows
from core.languages.spoken import mark, say
from published.release import Place, Release


@dataclass(frozen=True)
class Indicator:
    """One published indicator of a place, in the publisher's own value."""

    label: str
    value: float
    unit: str
    period: str
    publisher: str
    licence: str

    @property
    def words(self) -> str:
        """The value with its unit, as people read it; no more digits than it has."""
        number = f"{self.value:,.0f}" if self.value.is_integer() else f"{self.value:,.1f}"
        units = {
            "percent": mark("%(number)s%%"),
            "per_1000": mark("%(number)s per 1,000 people"),
            "years": mark("%(number)s years"),
            "decile": mark("%(number)s of 10"),
        }
        return say(units[self.unit], number=number) if self.unit in units else number


def indicators_of(connection: Connection, release: Release, place: Place) -> tuple[Indicator, ...]:
    """The place's own, by label; newer periods first."""
    which = {"release_id": release.release_id, "geography": place.geography, "edition": place.edition, "code": place.code}
    found = rows(connection, "published/release_indicators", which)
    return tuple(Indicator(r.label, float(r.value), r.unit, r.period, r.publisher, r.licence) for r in found)
