"""Open indicators of a place that a release shows beside recorded crime: deprivation deciles, published rates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.look.markup import environment
from core.db import Role, fetch, transaction
from published.release import Place, Release


@dataclass(frozen=True)
class OtherFigure:
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
        number = f"{self.value:,.0f}" if float(self.value).is_integer() else f"{self.value:,.1f}"
        endings = {"percent": "%", "per_1000": " per 1,000 people", "years": " years", "decile": " of 10"}
        return number + endings.get(self.unit, "")


@lru_cache(maxsize=512)
def other_figures(release: Release, place: Place, role: Role = Role.COMMUNITY) -> tuple[OtherFigure, ...]:
    """The place's own figures by label; those of the places around it stand on their pages."""
    which = {
        "release_id": release.release_id, "geography": place.geography, "edition": place.edition, "code": place.code,
    }  # fmt: skip
    with transaction(role) as connection:
        rows = fetch(connection, "area/release_indicators", which)
    return tuple(OtherFigure(r.label, float(r.value), r.unit, r.period, r.publisher, r.licence) for r in rows.itertuples())


def other_figures_table(figures: tuple[OtherFigure, ...]) -> str:
    """The table as HTML, the same on every page."""
    module = environment().get_template("other_figures.html").module
    return str(module.other_figures(figures))  # type: ignore[attr-defined]
