"""Published figures as JSON-ready values. Each of them stands on a page too: nothing is here that a reader of the pages could not see.

A rate is over the months that were loaded; `rate_a_year` is the same for a year. A withheld count has a symbol, its range and the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.area.profile import Figure, figure_of
from app.area.why_withheld import why_withheld
from app.look.outlines import published_outlines
from core.periods import CoveredPeriod
from core.poisson import Rate
from published.release import Category, Place, Release
from published.releases import Listed

ROOT = "/api/v1"
LEVELS = ("lsoa", "msoa", "lad", "force", "all")
LICENCE = "Open Government Licence v3.0"
Json = dict[str, Any]


def period_of(covered: CoveredPeriod) -> Json:
    """A period with its gaps. months_missing: null where it was not noted which months were loaded."""
    return {
        "first_month": f"{covered.period.start:%Y-%m}",
        "last_month": f"{covered.period.end:%Y-%m}",
        "months": len(covered.period),
        "months_loaded": covered.loaded if covered.noted else None,
        "months_missing": [f"{m:%Y-%m}" for m in covered.missing] if covered.noted else None,
        "words": str(covered),
    }


def release_of(release: Release) -> Json:
    """The current release, without its figures."""
    return {
        "release": release.release_id,
        "title": release.title,
        "published_at": release.published_at.isoformat(),
        "region": release.region_name,
        "synthetic": release.synthetic,
        "smallest_number_shown": release.threshold,
        "levels": [
            {"level": level, "areas": len(release.of(level)), "period": period_of(release.for_level(level).covered)}
            for level in LEVELS
            if level != "force" or release.suppliers
        ],
        "suppliers": [
            {
                "code": s.code,
                "name": s.name,
                "release": s.number,
                "published_at": s.published_at.isoformat(),
                "taken_in_at": s.added_at.isoformat(),
                "period": period_of(s.covered),
                "figures": s.figures,
                "figures_shown": s.shown,
            }
            for s in release.suppliers
        ],
        "kinds": [{"kind": c.category, "label": c.label, "description": c.description, "type": c.kind} for c in release.categories],
        "sources": [
            {"title": s.title, "publisher": s.publisher, "licence": s.licence, "edition": s.edition, "period": str(s.covered or "")}
            for s in release.sources
        ],
        "licence": LICENCE,
        "certificate": f"/download/certificate/{release.release_id}.json",
    }


def releases_of(found: Sequence[Listed]) -> Json:
    return {
        "releases": [
            {
                "release": r.release_id,
                "title": r.title,
                "status": r.status,
                "published_at": r.published_at.isoformat(),
                "period": period_of(r.covered),
                "figures": r.figures,
                "figures_shown": r.shown,
                "withdrawn_because": r.withdrawn or None,
                "certificate": None if r.status == "withdrawn" else f"/download/certificate/{r.release_id}.json",
            }
            for r in found
        ]
    }


def area_of(place: Place) -> Json:
    """What is known of an area beside its figures. parents: codes by level."""
    parents = {"msoa": place.parent_msoa, "lad": place.parent_lad, "force": None if place.geography == "force" else place.supplier}
    return {
        "level": place.geography,
        "code": place.code,
        "edition": place.edition,
        "name": place.name,
        "label": place.label,
        "residents": place.residents,
        "residents_reference": place.residents_reference or None,
        "deprivation_tenth": place.deprivation_decile,
        "deprivation_reference": place.deprivation_reference or None,
        "parents": {level: code for level, code in parents.items() if code},
        "page": f"/area/{place.geography}/{place.code}",
        "figures": f"{ROOT}/areas/{place.geography}/{place.code}",
    }


def areas_of(release: Release, level: str, district: str) -> Json:
    return {"level": level, "areas": [area_of(p) for p in _places(release, level, district)]}


def area_with_figures(release: Release, place: Place) -> Json:
    """An area with every figure of it. release: as it is for the area's level."""
    figures = [figure_as_json(release, place, c, figure_of(release, place, c.category)) for c in release.categories]
    return {
        **area_of(place),
        "release": release.release_id,
        "period": period_of(release.covered),
        "figures": [f for f in figures if f is not None],
        "licence": LICENCE,
    }


def figures_of(release: Release, category: Category, level: str, district: str) -> Json:
    """One kind of every area of a level, in a district or ('') in the region."""
    found = []
    for place in _places(release, level, district):
        figure = figure_as_json(release, place, category, figure_of(release, place, category.category))
        if figure is not None:
            found.append({"code": place.code, "label": place.label, "residents": place.residents, **figure})
    return {
        "level": level,
        "kind": category.category,
        "label": category.label,
        "release": release.release_id,
        "period": period_of(release.covered),
        "figures": found,
        "licence": LICENCE,
    }


def outlines_of(release: Release, level: str, district: str, category: Category | None) -> Json:
    """GeoJSON (RFC 7946): areas with an outline; with a kind, its figures are properties of the areas. Simplified for a screen."""
    outlines = published_outlines(release, level, district)
    features = []
    for place in _places(release, level, district):
        if place.code not in outlines:
            continue
        properties = {k: v for k, v in area_of(place).items() if not isinstance(v, Mapping)}
        if category is not None:
            figure = figure_as_json(release, place, category, figure_of(release, place, category.category)) or {}
            properties |= _flat({k: figure.get(k) for k in ("kind", "count", "symbol", "range", "rate", "rate_a_year")})
        features.append({"type": "Feature", "id": place.code, "geometry": outlines[place.code], "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def _flat(values: Mapping[str, Any]) -> Json:
    """A map's table holds numbers and words only: {'rate': {'per_1000': 1}} as {'rate_per_1000': 1}."""
    found: Json = {}
    for key, value in values.items():
        found |= {f"{key}_{k}": v for k, v in value.items()} if isinstance(value, Mapping) else {key: value}
    return found


def _places(release: Release, level: str, district: str) -> list[Place]:
    if level == "lad" and district:
        return [p for p in release.of("lad") if p.code == district]
    return release.of(level, district=district)


def figure_as_json(release: Release, place: Place, category: Category, figure: Figure) -> Json | None:
    """None where nothing was published, which is not the same as withheld."""
    cell = figure.cell
    if cell is None:
        return None
    by = release.covered.per_year or (1.0 if release.covered.loaded else None)
    ends = figure.rate_ends
    return {
        "kind": category.category,
        "count": cell.count,
        "symbol": cell.symbol,
        "range": {"lowest": cell.lowest, "highest": cell.highest} if cell.has_range else None,
        "rate": _rate(figure.rate, ends, 1.0),
        "rate_a_year": None if by is None else _rate(figure.rate, ends, by),
        "withheld_because": why_withheld(release, place, category, figure) or None,
    }


def _rate(rate: Rate | None, ends: tuple[float, float] | None, by: float) -> Json | None:
    """Per 1,000 residents: of a number with its 95% interval, of a range both ends."""
    found: Json = dict.fromkeys(("per_1000", "lower_95", "upper_95", "lowest", "highest"))
    if rate is not None:
        own = rate.times(by)
        return found | {"per_1000": _short(own.per_1000), "lower_95": _short(own.lower), "upper_95": _short(own.upper)}
    if ends is not None:
        return found | {"lowest": _short(ends[0] * by), "highest": _short(ends[1] * by)}
    return None


def _short(value: float) -> float:
    """Three decimals: more would say nothing."""
    return round(value, 3)
