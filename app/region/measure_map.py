"""A measure on the map of the whole region, or of one district, at any level: drawn by the server as SVG, for pages without a script.

Corners are rounded to the paper's units and repeated ones left out, so fifteen hundred outlines are some hundred kilobytes and still meet.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from app.area.profile import Figure, figure_of
from app.look import wording
from app.look.classes import Classes, classes_of
from app.look.markup import LegendEntry
from app.look.outlines import bounds_of, published_outlines
from core.languages.spoken import say
from published.release import Category, Place, Release

LEVELS = ("lsoa", "msoa", "lad")
_UNITS = 1_800
# the size of a name (page.html) and about the width of a letter, in units
_NAME, _LETTER = 40, 22


@dataclass(frozen=True)
class MeasureMap:
    """The drawing ('' where no outline was published), its legend, and what it shows in a sentence."""

    drawing: Markup
    legend: tuple[LegendEntry, ...]
    legend_title: str
    summary: str


def areas_shown(release: Release, level: str, district: str = "") -> list[Place]:
    """The areas of a level in a district or ('') in the region, by name."""
    if level == "lad":
        return [p for p in release.of("lad") if district in ("", p.code)]
    return release.of(level, district=district)


@lru_cache(maxsize=64)
def measure_map(release: Release, category: Category, level: str, district: str = "") -> MeasureMap:
    """Rates of one kind over the areas of a level. release: as it is for that level."""
    rows = [(p, figure_of(release, p, category.category)) for p in areas_shown(release, level, district)]
    by = release.covered.to_a_year
    classes = classes_of([f.rate.per_1000 * by for _, f in rows if f.rate is not None])
    looks = [_look(f, classes, by) for _, f in rows]
    return MeasureMap(
        _drawing(release, level, district, rows, looks, category),
        _legend(classes, looks),
        say("%(kind)s: recorded for every 1,000 people in a year", kind=category.label),
        _summary(rows, category, release, level),
    )


def _look(figure: Figure, classes: Classes, by: float) -> str:
    """The class of style.css by which an area is filled."""
    if figure.rate is not None:
        return f"m{_step(classes.index(figure.rate.per_1000 * by), classes)}"
    if figure.rate_ends is not None:
        lowest, highest = (classes.index(e * by) for e in figure.rate_ends)
        return f"m{_step(lowest, classes)}" if lowest == highest else "withheld"
    return "withheld" if figure.withheld else "no-data"


def _step(index: int, classes: Classes) -> int:
    """Which of the five colours a class has: few classes are spread over the whole ramp."""
    return 2 if not classes.edges else round(index * 4 / len(classes.edges))


def _legend(classes: Classes, looks: Sequence[str]) -> tuple[LegendEntry, ...]:
    entries = [LegendEntry(label, look=f"m{_step(i, classes)}") for i, label in enumerate(classes.labels())]
    if "withheld" in looks:
        entries.append(LegendEntry(say("withheld, or a range over several classes"), look="withheld"))
    if "no-data" in looks:
        entries.append(LegendEntry(say("no figure published"), look="no-data"))
    return tuple(entries)


def _summary(rows: Sequence[tuple[Place, Figure]], category: Category, release: Release, level: str) -> str:
    shown = sum(f.rate is not None for _, f in rows)
    withheld = sum(f.withheld for _, f in rows)
    values = {
        "kind": category.label,
        "period": release.covered.in_sentence,
        "areas": wording.areas_of(level, len(rows)),
        "shown": f"{shown:,}",
    }
    if withheld:
        said = say(
            "%(kind)s, %(period)s: %(areas)s, %(shown)s with a number and %(withheld)s with a range, to protect people.",
            **values,
            withheld=f"{withheld:,}",
        )
    else:
        said = say("%(kind)s, %(period)s: %(areas)s, %(shown)s with a number.", **values)
    return " ".join(filter(None, (said, wording.other_months(release.of_other_months(p for p, _ in rows)))))


def _drawing(
    release: Release, level: str, district: str, rows: Sequence[tuple[Place, Figure]], looks: Sequence[str], category: Category
) -> Markup:
    outlines = published_outlines(release, level, district)
    if not outlines:
        return Markup("")
    paper = _Paper.over(bounds_of(outlines))
    areas = "".join(
        f'<a href="/area/{level}/{escape(p.code)}" tabindex="-1"><path class="{look}" d="{paper.path(outlines[p.code])}">'
        f"<title>{escape(_words(p, f, release))}</title></path></a>"
        for (p, f), look in zip(rows, looks, strict=True)
        if p.code in outlines
    )
    districts = published_outlines(release, "lad", district) if level != "lad" else outlines
    edges = "" if level == "lad" else "".join(f'<path d="{paper.path(g)}"/>' for g in districts.values())
    names = "" if district else _names(release, districts, paper)
    pattern = (
        '<defs><pattern id="hg-withheld" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="paper" width="12" height="12"/><rect class="stripe" width="4" height="12"/></pattern>'
        '<pattern id="hg-no-data" width="12" height="12" patternUnits="userSpaceOnUse"><rect class="paper" width="12" height="12"/>'
        '<circle class="stripe" cx="4" cy="4" r="2"/></pattern></defs>'
    )
    # every number is ours, and every word is escaped; the same figures stand in a table that a screen reader reads
    return Markup(  # noqa: S704
        f'<svg class="hg-measure" viewBox="-6 -6 {paper.width + 12} {paper.height + 12}" aria-hidden="true">{pattern}'
        f'<g class="areas">{areas}</g><g class="edges">{edges}</g><g class="names">{names}</g></svg>'
    )


def _words(place: Place, figure: Figure, release: Release) -> str:
    year = figure.year_text(release.covered) or figure.rate_text
    if not year:
        return f"{place.label}: {figure.words}"
    return say(
        "%(place)s: %(figure)s, %(rate)s for every 1,000 people in a year", place=place.label, figure=figure.words, rate=year
    )


def _names(release: Release, districts: Mapping[str, Mapping[str, Any]], paper: _Paper) -> str:
    """Names of districts, the largest first; one that would lie over another is left out."""
    from shapely.geometry import shape

    taken: list[tuple[float, float, float]] = []
    found = []
    shapes = {code: shape(geometry) for code, geometry in districts.items()}
    for code in sorted(shapes, key=lambda c: -shapes[c].area):
        place = release.place("lad", code)
        if place is None:
            continue
        point = shapes[code].representative_point()
        x, y = paper.at(point.x, point.y)
        half = _LETTER * len(place.name) / 2
        if all(abs(x - ox) > half + other or abs(y - oy) > 1.2 * _NAME for ox, oy, other in taken):
            taken.append((x, y, half))
            found.append(f'<text x="{x}" y="{y}" text-anchor="middle">{escape(place.name)}</text>')
    return "".join(found)


@dataclass(frozen=True)
class _Paper:
    """Where on the drawing a longitude and a latitude lie, in whole units."""

    west: float
    north: float
    across: float
    down: float
    width: int
    height: int

    @classmethod
    def over(cls, bounds: tuple[float, float, float, float]) -> _Paper:
        west, south, east, north = bounds
        # at this latitude a degree of longitude is shorter than one of latitude
        squeeze = math.cos(math.radians((south + north) / 2))
        scale = _UNITS / max((east - west) * squeeze, north - south, 1e-9)
        return cls(west, north, squeeze * scale, scale, round((east - west) * squeeze * scale), round((north - south) * scale))

    def at(self, lon: float, lat: float) -> tuple[int, int]:
        return round((lon - self.west) * self.across), round((self.north - lat) * self.down)

    def path(self, geometry: Mapping[str, Any]) -> str:
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        return "".join(self._ring(ring) for polygon in polygons for ring in polygon)

    def _ring(self, ring: Sequence[Sequence[float]]) -> str:
        corners = [self.at(lon, lat) for lon, lat in ring]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners) if a != b]
        x, y = corners[0]
        # as many numbers as possible without a blank between them
        return f"M{x} {y}l" + " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-") + "z" if len(steps) > 2 else ""
