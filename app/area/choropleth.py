"""The community map: rates of one category over the neighbourhoods of a district, from published cells alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.area.profile import Figure, figure_of
from app.look import wording
from app.look.classes import Classes, classes_of
from app.look.map_frame import MapArea
from app.look.markup import LegendEntry
from app.look.outlines import published_outlines
from app.look.palette import NO_DATA_FILL, WITHHELD_FILL, Palette
from core.periods import CoveredPeriod
from published.release import Category, Place, Release


@dataclass(frozen=True)
class Choropleth:
    """Areas to draw, their legend, and the same content as rows for a table."""

    areas: tuple[MapArea, ...]
    legend: tuple[LegendEntry, ...]
    legend_title: str
    rows: tuple[tuple[Place, Figure], ...]
    summary: str


@lru_cache(maxsize=128)
def choropleth(
    release: Release, category: Category, district: str, palette: Palette, *, selected: Place | None = None
) -> Choropleth:
    """Neighbourhoods of a district ('' for the whole region). A selected larger area lends its outline to the map by its parts."""
    places = release.of("lsoa", district=district)
    rows = tuple((p, figure_of(release, p, category.category)) for p in places)
    classes = classes_of([f.rate.per_1000 for _, f in rows if f.rate is not None])
    outlines = published_outlines(release, "lsoa", district)
    areas = tuple(
        MapArea(
            code=p.code,
            geometry=outlines[p.code],
            fill=_fill(f, classes, palette),
            words=_words(p, f, category, release.covered),
            selected=selected is not None and _is_part(p, selected),
            dashed=f.rate is None and not f.withheld,
        )
        for p, f in rows
        if p.code in outlines
    )
    return Choropleth(
        areas=areas,
        legend=_legend(classes, palette, rows),
        legend_title=f"{category.label}: recorded per 1,000 people over {release.covered.over}",
        rows=rows,
        summary=_summary(rows, category, release),
    )


def _is_part(place: Place, selected: Place) -> bool:
    # a district fills the map already: outlining each of its parts would say nothing
    return place is selected or (selected.geography == "msoa" and place.parent_msoa == selected.code)


def _fill(figure: Figure, classes: Classes, palette: Palette) -> str:
    if figure.rate is not None:
        return _ramp(classes, palette)[classes.index(figure.rate.per_1000)]
    if not figure.withheld:
        return NO_DATA_FILL
    inside = _one_class(figure, classes)
    return WITHHELD_FILL if inside is None else _ramp(classes, palette)[inside]


def _one_class(figure: Figure, classes: Classes) -> int | None:
    """The class in which the whole range of a withheld figure lies; None where it crosses an edge, or has no range."""
    if figure.rate_ends is None:
        return None
    lowest, highest = map(classes.index, figure.rate_ends)
    return lowest if lowest == highest else None


def _ramp(classes: Classes, palette: Palette) -> tuple[str, ...]:
    """As many colours as classes, spread over the whole ramp."""
    n = len(classes.edges) + 1
    if n == 1:
        return (palette.sequential[2],)
    return tuple(palette.sequential[round(i * 4 / (n - 1))] for i in range(n))


def _words(place: Place, figure: Figure, category: Category, covered: CoveredPeriod) -> str:
    year = f", {figure.year_text(covered)} a year" if covered.per_year else ""
    if figure.ranged:
        rate = f", {figure.rate_text} per 1,000 people over {covered.over}{year}" if figure.rate_text else ""
        return f"{place.label}. {category.label}: {figure.words}{rate}; given as a range to protect people"
    if figure.withheld:
        return f"{place.label}. {category.label}: withheld to protect people"
    if figure.count is None:
        return f"{place.label}. {category.label}: not published"
    if figure.rate is None:
        return f"{place.label}. {category.label}: {figure.count:,} recorded; no population to give a rate"
    return (
        f"{place.label}. {category.label}: {figure.count:,} recorded, {wording.rate(figure.rate.per_1000)} per 1,000 people"
        f" over {covered.over} (95% interval {wording.interval(figure.rate)}){year}"
    )


def _legend(classes: Classes, palette: Palette, rows: tuple[tuple[Place, Figure], ...]) -> tuple[LegendEntry, ...]:
    ramp = _ramp(classes, palette)
    entries = [LegendEntry(label, colour) for label, colour in zip(classes.labels(), ramp, strict=True)]
    if any(f.ranged and _one_class(f, classes) is None for _, f in rows):
        entries.append(LegendEntry("given as a range that crosses classes", look="withheld"))
    if any(f.withheld and not f.ranged for _, f in rows):
        entries.append(LegendEntry("withheld to protect people", look="withheld"))
    if any(f.rate is None and not f.withheld for _, f in rows):
        entries.append(LegendEntry("no figure published", look="no-data"))
    return tuple(entries)


def _summary(rows: tuple[tuple[Place, Figure], ...], category: Category, release: Release) -> str:
    shown = sum(f.rate is not None for _, f in rows)
    ranged = sum(f.ranged for _, f in rows)
    withheld = sum(f.withheld and not f.ranged for _, f in rows)
    text = (
        f"{category.label}, {release.covered.in_sentence}, in {wording.plural(len(rows), 'neighbourhood')}: {shown:,} with a figure"
    )
    if ranged:
        text += f", {ranged:,} given as a range to protect people"
    if withheld:
        text += f", {withheld:,} withheld to protect people"
    without = len(rows) - shown - ranged - withheld
    if without:
        text += f", {without:,} without a published figure"
    other = wording.other_months(release.of_other_months(p for p, _ in rows))
    return " ".join(filter(None, (f"{text}.", other, release.covered.year_note)))
