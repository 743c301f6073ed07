"""How recorded numbers of a place changed since earlier releases, as content: one model for the Streamlit page and the plain one.

Only what was published is compared, so nothing can be learned here that the releases did not say; each was attacked with all before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.area.profile import NOTHING, Figure, figure_from, figure_of
from core.db import Role, transaction
from core.languages.spoken import mark, say
from core.periods import CoveredPeriod
from published.count_change import cell_change, months_note
from published.release import TOTAL, Category, Place, Release
from published.releases import Earlier, earlier_releases


@dataclass(frozen=True)
class Span:
    """A period of a release, with what was loaded of it. figures by category; only categories that still mean the same."""

    covered: CoveredPeriod
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class ChangeRow:
    """One category over the spans, oldest first; words: the last change, with whether it is more than chance."""

    category: Category
    figures: tuple[Figure, ...]
    words: str


@dataclass(frozen=True)
class Change:
    """The spans oldest first (the last is the current release) and a row a category. earlier: the same as published, newest first."""

    spans: tuple[Span, ...]
    rows: tuple[ChangeRow, ...]
    earlier: tuple[Earlier, ...] = ()

    @property
    def lead(self) -> str:
        """The total in one sentence; '' where there is none."""
        total = next((r for r in self.rows if r.category.kind == TOTAL), None)
        if total is None or not total.figures[-2].count or total.figures[-1].count is None:
            return ""
        before, now = (s.covered.in_sentence for s in self.spans[-2:])
        return say(
            "In %(now)s, beside %(before)s, the number recorded in all %(change)s.", now=now, before=before, change=total.words
        )

    @property
    def caveat(self) -> str:
        months = months_note(self.spans[-2].covered, self.spans[-1].covered)
        return f"{months} " * bool(months) + say(
            "Of %(kinds)s kinds at least 1 in 20 would seem to change by chance alone, and more where incidents come in series."
            " A change is of what was recorded: reporting and recording change, too.",
            kinds=len(self.rows),
        )


NO_EARLIER = mark(
    "One period has been published so far, so nothing can be said here of how it changed. When the next one is published, the two will"
    " stand here side by side."
)


def change_over_time(release: Release, place: Place, role: Role = Role.COMMUNITY) -> Change | None:
    """None while no earlier release has a period that ended before this one's began."""
    with transaction(role) as connection:
        earlier = earlier_releases(connection, release, place)
    if not earlier:
        return None
    now = Span(release.covered, {c.category: figure_of(release, place, c.category) for c in release.categories})
    before = (Span(e.covered, {category: figure_from(c, place) for category, c in e.cells.items()}) for e in reversed(earlier))
    spans = (*before, now)
    before_months, now_months = (s.covered.loaded for s in spans[-2:])
    rows = []
    for category in release.categories:
        figures = tuple(s.figures.get(category.category, NOTHING) for s in spans)
        if any(f.cell is not None for f in figures[:-1]) and figures[-1].cell is not None:
            words = cell_change(figures[-2].cell, before_months, figures[-1].cell, now_months)
            rows.append(ChangeRow(category, figures, words))
    return Change(spans, tuple(rows), earlier) if rows else None
