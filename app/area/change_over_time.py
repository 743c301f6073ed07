"""How recorded numbers of a place changed since earlier releases, as content: one model for the Streamlit page and the plain one.

Only what was published is compared, so nothing can be learned here that the releases did not say; each was attacked with all before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.area.profile import NOTHING, Figure, figure_from, figure_of
from core.db import Role, transaction
from core.periods import Period
from published.count_change import cell_change
from published.earlier import earlier_releases
from published.release import TOTAL, Category, Place, Release


@dataclass(frozen=True)
class Span:
    """A period of a release; months: how many of it were loaded. figures by category; only categories that still mean the same."""

    period: Period
    months: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class ChangeRow:
    """One category over the spans, oldest first; words: the last change, with whether it is more than chance."""

    category: Category
    figures: tuple[Figure, ...]
    words: str


@dataclass(frozen=True)
class Change:
    """The spans oldest first (the last is the current release) and a row a category."""

    spans: tuple[Span, ...]
    rows: tuple[ChangeRow, ...]

    @property
    def lead(self) -> str:
        """The total in one sentence; '' where there is none."""
        total = next((r for r in self.rows if r.category.kind == TOTAL), None)
        if total is None or not total.figures[-2].count or total.figures[-1].count is None:
            return ""
        return f"In {self.spans[-1].period}, beside {self.spans[-2].period}, the number recorded in all {total.words}."

    @property
    def caveat(self) -> str:
        return (
            f"Of {len(self.rows)} kinds about 1 in 20 would seem to change by chance alone. A change is of what was recorded: reporting and"
            " recording change, too."
        )


NO_EARLIER = (
    "One period has been published so far, so nothing can be said here of how it changed. When the next one is published, the two will"
    " stand here side by side."
)


def change_over_time(release: Release, place: Place, role: Role = Role.COMMUNITY) -> Change | None:
    """None while no earlier release has a period that ended before this one's began."""
    earlier = _earlier(release, place, role)
    if not earlier:
        return None
    now = Span(
        release.period,
        len(release.months_loaded),
        {c.category: figure_of(release, place, c.category) for c in release.categories},
    )
    spans = (*reversed(earlier), now)
    rows = []
    for category in release.categories:
        figures = tuple(s.figures.get(category.category, NOTHING) for s in spans)
        if any(f.cell is not None for f in figures[:-1]) and figures[-1].cell is not None:
            rows.append(
                ChangeRow(category, figures, cell_change(figures[-2].cell, spans[-2].months, figures[-1].cell, spans[-1].months))
            )
    return Change(spans, tuple(rows)) if rows else None


def _earlier(release: Release, place: Place, role: Role) -> tuple[Span, ...]:
    """Newest first."""
    with transaction(role) as connection:
        found = earlier_releases(connection, release, place)
    return tuple(Span(e.period, e.months, {category: figure_from(c, place) for category, c in e.cells.items()}) for e in found)
