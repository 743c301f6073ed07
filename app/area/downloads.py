"""Tables for download: the published cells as they stand, with their symbols. Nothing is computed that was not published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from app.look.csv_text import csv_text
from published.release import Place, Release

# the columns of `homeground release export`, then the name that a person needs to read them, then what was loaded of the period.
# period_end is the last day of the last month
VALUE_COLUMNS = ("geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol", "lowest", "highest",
                 "place_name", "months_loaded", "months_missing")  # fmt: skip


def values_csv(release: Release) -> str:
    rows = (row for view in release.views for row in _value_rows(view, view.places.values()))
    return csv_text(VALUE_COLUMNS, rows)


def area_csv(release: Release, place: Place) -> str:
    """The cells of a place and of the places around it."""
    from app.area.profile import build_profile

    release = release.for_place(place)
    return csv_text(VALUE_COLUMNS, _value_rows(release, build_profile(release, place).places))


def places_csv(release: Release) -> str:
    columns = ("geography", "edition", "place_code", "name", "parent_msoa", "parent_lad", "residents", "residents_reference",
               "deprivation_decile", "deprivation_reference", "local_name")  # fmt: skip
    return csv_text(
        columns,
        (
            (p.geography, p.edition, p.code, p.name, p.parent_msoa, p.parent_lad, p.residents, p.residents_reference, p.deprivation_decile,
             p.deprivation_reference, p.local_name)
            for p in release.places.values()
        ),
    )  # fmt: skip


def categories_csv(release: Release) -> str:
    return csv_text(
        ("category", "label", "description", "kind"), ((c.category, c.label, c.description, c.kind) for c in release.categories)
    )


def sources_csv(release: Release) -> str:
    columns = ("title", "publisher", "licence", "edition", "period", "files", "rows_in", "rows_rejected")
    rows = (
        (s.title, s.publisher, s.licence, s.edition, s.covered or "", s.files, s.rows_in, s.rows_rejected) for s in release.sources
    )
    return csv_text(columns, rows)


def suppliers_csv(release: Release) -> str:
    columns = (
        "code",
        "name",
        "release",
        "published_at",
        "taken_in_at",
        "period",
        "figures",
        "figures_shown",
        "manifest_sha256",
        "public_key",
    )
    rows = (
        (s.code, s.name, s.number, s.published_at.isoformat(), s.added_at.isoformat(), s.covered, s.figures, s.shown, s.manifest,
         s.public_key)
        for s in release.suppliers
    )  # fmt: skip
    return csv_text(columns, rows)


TABLES: dict[str, Callable[[Release], str]] = {
    "values": values_csv,
    "places": places_csv,
    "categories": categories_csv,
    "sources": sources_csv,
}


def tables_of(release: Release) -> dict[str, Callable[[Release], str]]:
    """The tables that a release has, by the name of their file."""
    return {**TABLES, **({"suppliers": suppliers_csv} if release.suppliers else {})}


def _value_rows(release: Release, places: Iterable[Place]) -> Iterable[Sequence[object]]:
    covered = release.covered
    start, end = covered.period.start.isoformat(), covered.last_day.isoformat()
    for place in places:
        for category in release.categories:
            cell = release.cell(place, category.category)
            if cell is not None:
                yield (
                    place.geography,
                    place.edition,
                    place.code,
                    category.category,
                    start,
                    end,
                    cell.count,
                    cell.symbol,
                    cell.lowest,
                    cell.highest,
                    place.name,
                    covered.loaded_listed,
                    covered.gaps_listed,
                )
