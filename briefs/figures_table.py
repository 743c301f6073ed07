"""The figures behind a brief as rows of plain columns: what the data pack, the workbook and the GeoPackage share."""

from __future__ import annotations

from briefs.content import FigureRow
from briefs.facts import Facts
from published.release import Source
from published.services import Service

FIGURE_COLUMNS = (
    "geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol", "lowest", "highest",
    "place_name", "role", "category_label", "residents", "rate_per_1000", "lower_95", "upper_95", "lowest_rate", "highest_rate",
    "months_loaded", "months_missing", "rate_per_1000_year", "lower_95_year", "upper_95_year", "lowest_rate_year", "highest_rate_year",
)  # fmt: skip
SERVICE_COLUMNS = ("kind", "service_id", "name", "postcode", "lsoa21_code", "easting", "northing")
SOURCE_COLUMNS = (
    "feed", "title", "publisher", "licence", "edition", "period_start", "period_end", "files", "rows_in", "rows_rejected", "loaded_at",
    "months_loaded", "months_missing",
)  # fmt: skip
STATEMENT_COLUMNS = (
    "statement", "number", "is", "release_id", "geography", "edition", "place_code", "category", "period_start", "period_end",
)  # fmt: skip
COLUMN_MEANINGS = {
    "geography": "kind of area: lsoa, msoa, lad (district) or all (the whole area)",
    "edition": "edition of the area's boundary; the whole area has none",
    "place_code": "code of the area, by the Office for National Statistics",
    "category": "group of offences, short name",
    "period_start": "first day of the first month",
    "period_end": "last day of the last month",
    "count": "recorded incidents; empty where there is a symbol",
    "symbol": "[c] withheld to protect small numbers, [x] not available; empty where there is a count",
    "lowest": "of a withheld count the least that the other figures leave possible; empty where there is a count",
    "highest": "of a withheld count the largest that the other figures leave possible; empty where there is a count",
    "place_name": "name of the area",
    "role": "this place, an area it lies in, or an area of similar deprivation",
    "category_label": "group of offences, in words",
    "residents": "people living there, the denominator of the rate",
    "rate_per_1000": "incidents per 1,000 residents over the months loaded; empty where the count is withheld",
    "lower_95": "lower 95% limit of the rate (Byar's method, exact Poisson below 10)",
    "upper_95": "upper 95% limit of the rate",
    "lowest_rate": "lowest per 1,000 residents over the months loaded; not a limit by chance",
    "highest_rate": "highest per 1,000 residents over the months loaded; not a limit by chance",
    "months_loaded": "how many months of the period were loaded; the counts and rates are of these",
    "months_missing": "months of the period that were not loaded, YYYY-MM; empty where all were",
    "rate_per_1000_year": "the rate for a year, from the months loaded: a rate over other than 12 months is not a rate for a year",
    "lower_95_year": "lower 95% limit of the rate for a year",
    "upper_95_year": "upper 95% limit of the rate for a year",
    "lowest_rate_year": "lowest_rate for a year",
    "highest_rate_year": "highest_rate for a year",
}

Value = str | int | float | None


def figure_values(facts: Facts, row: FigureRow) -> tuple[Value, ...]:
    """One row in the order of FIGURE_COLUMNS; rates to 4 decimals."""
    place, covered = row.place, facts.release.covered
    rates = _rates(row)
    # twelve months are a year; where it is not known how many were loaded there is no rate for one
    factor = covered.per_year or (1.0 if covered.noted else None)
    return (
        place.geography, place.edition, place.code, row.category.category, covered.period.start.isoformat(), covered.last_day.isoformat(),
        row.cell.count, row.cell.symbol, row.cell.lowest, row.cell.highest, place.label, row.role, row.category.label, place.residents,
        *(None if r is None else round(r, 4) for r in rates),
        covered.loaded_listed, covered.gaps_listed,
        *(None if r is None or factor is None else round(r * factor, 4) for r in rates),
    )  # fmt: skip


def _rates(row: FigureRow) -> tuple[float | None, ...]:
    """The rate with its 95% limits, then the lowest and the highest of a range."""
    ends = row.cell.rate_ends(row.place) or (None, None)
    known = (None,) * 3 if row.rate is None else (row.rate.per_1000, row.rate.lower, row.rate.upper)
    return *known, *ends


def service_values(service: Service) -> tuple[Value, ...]:
    """One row in the order of SERVICE_COLUMNS; National Grid metres."""
    return (
        service.kind, service.service_id, service.name, service.postcode, service.lsoa21_code,
        None if service.easting is None else round(service.easting),
        None if service.northing is None else round(service.northing),
    )  # fmt: skip


def statement_values(facts: Facts) -> list[tuple[Value, ...]]:
    """One row a number of what is said first x published row that it comes from, in the order of STATEMENT_COLUMNS."""
    return [
        (
            finding.text, number.text, number.of, row.release_id, row.geography, row.edition, row.code, row.category,
            row.period.start.isoformat(), row.period.end.isoformat(),
        )
        for finding in facts.findings
        for number in finding.numbers
        for row in number.rows
    ]  # fmt: skip


def source_values(source: Source) -> tuple[Value, ...]:
    """One row in the order of SOURCE_COLUMNS."""
    return (
        source.feed, source.title, source.publisher, source.licence, source.edition,
        source.period_start.isoformat() if source.period_start else None,
        source.last_day.isoformat() if source.last_day else None,
        source.files, source.rows_in, source.rows_rejected, source.loaded_at.date().isoformat(),
        None if source.covered is None else source.covered.loaded_listed,
        None if source.covered is None else source.covered.gaps_listed,
    )  # fmt: skip
