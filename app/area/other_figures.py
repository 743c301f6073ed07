"""Open indicators of a place that a release shows beside recorded crime, kept in memory and drawn as a table."""

from __future__ import annotations

from functools import lru_cache

from app.look.markup import environment
from core.db import Role, transaction
from published.indicators import Indicator, indicators_of
from published.release import Place, Release


@lru_cache(maxsize=512)
def other_figures(release: Release, place: Place, role: Role = Role.COMMUNITY) -> tuple[Indicator, ...]:
    """The place's own figures by label; those of the places around it stand on their pages."""
    with transaction(role) as connection:
        return indicators_of(connection, release, place)


def other_figures_table(figures: tuple[Indicator, ...]) -> str:
    """The table as HTML, the same on every page."""
    module = environment().get_template("other_figures.html").module
    return str(module.other_figures(figures))  # type: ignore[attr-defined]
