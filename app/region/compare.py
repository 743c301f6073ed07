"""Up to five areas side by side, in the order in which somebody named them: their figures, and which can be told apart. Nobody is ranked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from markupsafe import Markup, escape

from app.area.glance import key_categories, limits_of_rate
from app.area.profile import Figure, figure_of
from app.look import wording
from core.languages.spoken import say
from core.periods import CoveredPeriod
from published.release import Category, Place, Release

MOST = 5
_WIDTH, _ROW, _HEAD = 400, 44, 4


@dataclass(frozen=True)
class Column:
    """An area with the period of its figures and the address without it."""

    place: Place
    covered: CoveredPeriod
    without: str


@dataclass(frozen=True)
class Row:
    """A kind, with a figure an area and what its rate is for a year ('' where there is none)."""

    category: Category
    figures: tuple[Figure, ...]
    yearly: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """A kind, its rates drawn with their intervals, and the sentence on which of them can be told apart."""

    category: Category
    drawing: Markup
    words: str


@dataclass(frozen=True)
class Comparison:
    """What the page says of some areas. one_period: whether all figures are of the same months; else nothing is told apart."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    charts: tuple[Chart, ...]
    one_period: bool


def named_areas(release: Release, named: Sequence[str]) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """Of 'lsoa.E01028482' and the like: the first five places, each once, and what names none."""
    found: dict[tuple[str, str], Place] = {}
    unknown = []
    for name in named:
        place = release.named(name)
        if place is None:
            unknown.append(name[:40])
        else:
            found.setdefault((place.geography, place.code), place)
    return tuple(found.values())[:MOST], tuple(unknown)


def address_of(places: Sequence[Place]) -> str:
    return "/compare" + ("?" + "&".join(f"area={p.geography}.{p.code}" for p in places) if places else "")


def compare(release: Release, places: Sequence[Place]) -> Comparison:
    views = [release.for_place(p) for p in places]
    columns = tuple(
        Column(p, view.covered, address_of([q for q in places if q is not p])) for p, view in zip(places, views, strict=True)
    )
    one_period = of_one_period(release, places)
    first = key_categories(release)
    rows = []
    for category in (*first, *(c for c in release.categories if c not in first)):
        figures = tuple(figure_of(view, p, category.category) for view, p in zip(views, places, strict=True))
        if any(f.cell is not None for f in figures):
            yearly = tuple(f.year_text(view.covered) or f.rate_text for f, view in zip(figures, views, strict=True))
            rows.append(Row(category, figures, yearly))
    charts: tuple[Chart, ...] = ()
    if one_period and len(places) > 1:
        charts = tuple(_chart(views[0], row, places, columns[0].covered) for row in rows[: len(first)])
    return Comparison(columns, tuple(rows), charts, one_period)


def of_one_period(release: Release, places: Sequence[Place]) -> bool:
    """Whether the figures of all these places are of the same months."""
    covered = [release.for_place(p).covered for p in places]
    return len({(c.period, c.missing) for c in covered}) <= 1


def _chart(release: Release, row: Row, places: Sequence[Place], covered: CoveredPeriod) -> Chart:
    by = covered.to_a_year
    limits = [limits_of_rate(f, p) for f, p in zip(row.figures, places, strict=True)]
    scaled = [None if both is None else (both[0] * by, both[1] * by) for both in limits]
    return Chart(row.category, _drawing(row, places, scaled, by), which_differ(release, places, row.category))


def which_differ(release: Release, places: Sequence[Place], category: Category) -> str:
    """The sentences of told_apart about a kind. release: as it is for the level of all these places."""
    limits = [limits_of_rate(figure_of(release, p, category.category), p) for p in places]
    inside = {
        (i, j): release.beside(place, whole, category.category)
        for i, place in enumerate(places)
        for j, whole in enumerate(places)
        if whole in release.around(place)
    }
    return told_apart(places, limits, inside)


def told_apart(
    places: Sequence[Place],
    limits: Sequence[tuple[float, float] | None],
    inside: Mapping[tuple[int, int], int | None] | None = None,
) -> str:
    """Which areas differ by more than chance would give, in a sentence for each that is higher: those whose limits do not touch.

    inside: how a place stands beside one that it lies in, by the numbers of both. There limits that touch tell nothing.
    """
    lower: dict[int, list[int]] = {}
    for (i, one), (j, other) in combinations(enumerate(limits), 2):
        if one is None or other is None:
            continue
        side = 1 if one[0] > other[1] else -1 if other[0] > one[1] else 0
        if inside and (i, j) in inside:
            side = inside[i, j] or 0
        elif inside and (j, i) in inside:
            side = -(inside[j, i] or 0)
        if side:
            higher, less = (i, j) if side > 0 else (j, i)
            lower.setdefault(higher, []).append(less)
    if not lower:
        return say("No two of these can be told apart: chance alone could make the difference.")
    said = [
        say(
            "%(place)s is clearly higher than %(others)s.",
            place=places[i].label,
            others=wording.listed([places[j].label for j in sorted(than)]),
        )
        for i, than in sorted(lower.items())
    ]
    pairs = sum(map(len, lower.values()))
    rest = pairs < len(places) * (len(places) - 1) // 2
    return " ".join([*said, say("No other two can be told apart.")] if rest else said)


def _drawing(row: Row, places: Sequence[Place], limits: Sequence[tuple[float, float] | None], by: float) -> Markup:
    top = max((both[1] for both in limits if both is not None), default=1.0) or 1.0
    across = (_WIDTH - 20) / top
    parts = []
    for i, (figure, place, both) in enumerate(zip(row.figures, places, limits, strict=True)):
        y = _HEAD + i * _ROW
        parts.append(f'<text x="8" y="{y + 14}">{escape(place.label)}</text>')
        if both is None:
            parts.append(f'<text class="when" x="8" y="{y + 32}">{escape(figure.words)}</text>')
            continue
        low, high = (8 + value * across for value in both)
        middle = (
            f'<circle class="dot" cx="{8 + figure.rate.per_1000 * by * across:.1f}" cy="{y + 27}" r="5"/>' if figure.rate else ""
        )
        if figure.rate_ends is not None:
            a, b = (8 + value * by * across for value in figure.rate_ends)
            middle = f'<rect class="between" x="{a:.1f}" y="{y + 21}" width="{max(b - a, 2):.1f}" height="12"/>'
        parts.append(f'<path class="chance" d="M{low:.1f} {y + 27}H{max(high, low + 1):.1f}"/>{middle}')
    height = _HEAD + len(places) * _ROW + 20
    foot = f'<path class="axis" d="M8 {height - 20}H{_WIDTH - 12}"/><text class="when" x="8" y="{height - 4}">0</text>'
    most = say("%(rate)s for every 1,000 people in a year", rate=wording.rate(top))
    foot += f'<text class="when" x="{_WIDTH - 12}" y="{height - 4}" text-anchor="end">{most}</text>'
    label = say(
        "%(kind)s: rates of %(areas)s areas with what chance could make of them. The table holds the same figures.",
        kind=row.category.label,
        areas=len(places),
    )
    # every number is ours and the words are escaped
    return Markup(  # noqa: S704
        f'<svg class="hg-line hg-beside" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(label)}">'
        f"{''.join(parts)}{foot}</svg>"
    )
