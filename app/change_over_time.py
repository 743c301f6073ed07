"""How recorded numbers of a place changed since earlier releases, as content: one model for the Streamlit page and the plain one.

Only what was published is compared, so nothing can be learned here that the releases did not say; each was attacked with all before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app import wording
from app.area_profile import Figure, figure_of
from app.published import TOTAL, Category, Place, Release
from app.rate_interval import rate_where_known
from core.db import Role, fetch, transaction
from core.periods import Period

# p of the exact test below which a change is said to be more than chance
CHANCE = 0.05
_MOST_SPANS = 4


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
        figures = tuple(s.figures.get(category.category, Figure(None, None, None)) for s in spans)
        if any(f.count is not None or f.withheld for f in figures[:-1]) and (figures[-1].count is not None or figures[-1].withheld):
            rows.append(ChangeRow(category, figures, change_words(figures[-2], spans[-2].months, figures[-1], spans[-1].months)))
    return Change(spans, tuple(rows)) if rows else None


def _earlier(release: Release, place: Place, role: Role) -> tuple[Span, ...]:
    """Newest first, none overlapping another. Asked every time: a release that was withdrawn a minute ago is not shown again."""
    which = {"before": release.period.start, "geography": place.geography, "edition": place.edition, "code": place.code}
    with transaction(role) as connection:
        rows = fetch(connection, "queries/app_release_earlier", which).astype(object)
    meaning = {c.category: c.description for c in release.categories}
    spans: list[Span] = []
    begins: date = release.period.start
    for _, some in rows.groupby("release_id", sort=False):
        period = Period(some["period_start"].iloc[0], some["period_end"].iloc[0])
        if period.end >= begins or len(spans) >= _MOST_SPANS:
            continue
        figures = {
            str(r.category): _figure(r.count_, r.symbol, place)
            for r in some.rename(columns={"count": "count_"}).itertuples()
            # a kind that was defined in other words is another kind
            if meaning.get(str(r.category)) == r.description
        }
        spans.append(Span(period, int(some["months"].iloc[0]), figures))
        begins = period.start
    return tuple(spans)


def _figure(count: object, symbol: object, place: Place) -> Figure:
    if isinstance(symbol, str):
        return Figure(None, symbol, None)
    number = int(str(count).removesuffix(".0"))
    return Figure(number, None, rate_where_known(number, place.residents))


def change_words(before: Figure, months_before: int, now: Figure, months_now: int) -> str:
    """'fell from 24 to 18: no more than chance could give'. Numbers of months of which fewer were loaded are compared a month."""
    if before.count is None or now.count is None:
        withheld = before.withheld or now.withheld
        return "withheld, so not compared" if withheld else "not published before"
    if not months_before or not months_now:
        return "no month loaded, so not compared"
    if before.count == now.count == 0:
        return "none in either"
    per_before, per_now = before.count / months_before, now.count / months_now
    if months_before == months_now:
        old, new, a_month = wording.number(before.count), wording.number(now.count), ""
    else:
        old, new, a_month = f"{per_before:,.1f}", f"{per_now:,.1f}", " a month"
    if per_before == per_now:
        return f"stayed the same, {new}{a_month}"
    way = "rose" if per_now > per_before else "fell"
    beyond = _p(before.count, months_before, now.count, months_now) < CHANCE
    judged = "more than chance would give" if beyond else "no more than chance could give"
    return f"{way} from {old} to {new}{a_month}: {judged}"


def _p(before: int, months_before: int, now: int, months_now: int) -> float:
    """Two Poisson counts: given their sum, the later one is binomial (Przyborowski and Wilenski 1940, Biometrika 31, 313-323)."""
    from scipy.stats import binomtest

    return float(binomtest(now, before + now, months_now / (months_before + months_now)).pvalue)
