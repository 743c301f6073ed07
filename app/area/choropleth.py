"""The community map: rates of one category over the neighbourhoods of a district, from published cells alone."""

from __future__ import annotations

from dataclasses import dataclass

from app.area.profile import Figure, figure_of
from app.look import wording
from app.look.classes import Classes, classes_of
from app.look.map_frame import MapArea
from app.look.markup import LegendEntry
from app.look.outlines import published_outlines
from app.look.palette import NO_DATA_FILL, WITHHELD_FILL, Palette
from published.release import Category, Place, Release


@dataclass(frozen=True)
class Choropleth:
    """Areas to draw, their legend, and the same content as rows for a table."""

    areas: tuple[MapArea, ...]
    legend: tuple[LegendEntry, ...]
    legend_title: str
    rows: tuple[tuple[Place, Figure], ...]
    summary: str


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
            words=_words(p, f, category),
            selected=selected is not None and _is_part(p, selected),
            dashed=f.rate is None and not f.withheld,
        )
        for p, f in rows
        if p.code in outlines
    )
    return Choropleth(
        areas=areas,
        legend=_legend(classes, palette, rows),
        legend_title=f"{category.label}: recorded per 1,000 people over {wording.covered(release)}",
        rows=rows,
        summary=_summary(rows, category, release),
    )


def _is_part(place: Place, selected: Place) -> bool:
    # a district fills the map already: outlining each of its parts would say nothing
    return place is selected or (selected.geography == "msoa" and place.parent_msoa == selected.code)


def _fill(figure: Figure, classes: Classes, palette: Palette) -> str:
    if figure.withheld:
        return WITHHELD_FILL
    if figure.rate is None:
        return NO_DATA_FILL
    return _ramp(classes, palette)[classes.index(figure.rate.per_1000)]


def _ramp(classes: Classes, palette: Palette) -> tuple[str, ...]:
    """As many colours as classes, spread over the whole ramp."""
    n = len(classes.edges) + 1
    if n == 1:
        return (palette.sequential[2],)
    return tuple(palette.sequential[round(i * 4 / (n - 1))] for i in range(n))


def _words(place: Place, figure: Figure, category: Category) -> str:
    if figure.withheld:
        return f"{place.label}. {category.label}: withheld to protect people"
    if figure.count is None:
        return f"{place.label}. {category.label}: not published"
    if figure.rate is None:
        return f"{place.label}. {category.label}: {figure.count:,} recorded; no population to give a rate"
    return (
        f"{place.label}. {category.label}: {figure.count:,} recorded, {wording.rate(figure.rate.per_1000)} per 1,000 people"
        f" (95% interval {wording.interval(figure.rate)})"
    )


def _legend(classes: Classes, palette: Palette, rows: tuple[tuple[Place, Figure], ...]) -> tuple[LegendEntry, ...]:
    ramp = _ramp(classes, palette)
    entries = [LegendEntry(label, colour) for label, colour in zip(classes.labels(), ramp, strict=True)]
    if any(f.withheld for _, f in rows):
        entries.append(LegendEntry("withheld to protect people", look="withheld"))
    if any(f.rate is None and not f.withheld for _, f in rows):
        entries.append(LegendEntry("no figure published", look="no-data"))
    return tuple(entries)


def _summary(rows: tuple[tuple[Place, Figure], ...], category: Category, release: Release) -> str:
    shown = sum(f.rate is not None for _, f in rows)
    withheld = sum(f.withheld for _, f in rows)
    text = f"{category.label}, {release.period}, in {wording.plural(len(rows), 'neighbourhood')}: {shown:,} with a figure"
    if withheld:
        text += f", {withheld:,} withheld to protect people"
    if len(rows) - shown - withheld:
        text += f", {len(rows) - shown - withheld:,} without a published figure"
    return text + "."
