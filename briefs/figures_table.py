"""The figures behind a brief as rows of plain columns: what the data pack, the workbook and the GeoPackage share."""

from __future__ import annotations

from briefs.content import FigureRow
from briefs.facts import Facts
from published.release import Source
from published.services import Service

FIGURE_COLUMNS = (
    "geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol", "lowest", "highest",
    "place_name", "role", "category_label", "residents", "rate_per_1000", "lower_95", "upper_95", "lowest_rate", "highest_rate",
)  # fmt: skip
SERVICE_COLUMNS = ("kind", "service_id", "name", "postcode", "lsoa21_code", "easting", "northing")
SOURCE_COLUMNS = (
    "feed", "title", "publisher", "licence", "edition", "period_start", "period_end", "files", "rows_in", "rows_rejected", "loaded_at",
)  # fmt: skip
COLUMN_MEANINGS = {
    "geography": "kind of area: lsoa, msoa, lad (district) or all (the whole area)",
    "edition": "edition of the area's boundary; the whole area has none",
    "place_code": "code of the area, by the Office for National Statistics",
    "category": "group of offences, short name",
    "period_start": "first day of the first month",
    "period_end": "first day of the last month",
    "count": "recorded incidents; empty where there is a symbol",
    "symbol": "[c] withheld to protect small numbers, [x] not available; empty where there is a count",
    "lowest": "of a withheld count the least that the other figures leave possible; empty where there is a count",
    "highest": "of a withheld count the largest that the other figures leave possible; empty where there is a count",
    "place_name": "name of the area",
    "role": "this place, an area it lies in, or an area of similar deprivation",
    "category_label": "group of offences, in words",
    "residents": "people living there, the denominator of the rate",
    "rate_per_1000": "incidents per 1,000 residents over the months held; empty where the count is withheld",
    "lower_95": "lower 95% limit of the rate (Byar's method, exact Poisson below 10)",
    "upper_95": "upper 95% limit of the rate",
    "lowest_rate": "lowest per 1,000 residents over the months held; not a limit by chance",
    "highest_rate": "highest per 1,000 residents over the months held; not a limit by chance",
}

Value = str | int | float | None


def figure_values(facts: Facts, row: FigureRow) -> tuple[Value, ...]:
    """One row in the order of FIGURE_COLUMNS; rates to 4 decimals."""
    place, rate, span = row.place, row.rate, facts.release.period
    ends = row.cell.rate_ends(place)
    return (
        place.geography, place.edition, place.code, row.category.category, span.start.isoformat(), span.end.isoformat(),
        row.cell.count, row.cell.symbol, row.cell.lowest, row.cell.highest, place.label, row.role, row.category.label, place.residents,
        None if rate is None else round(rate.per_1000, 4),
        None if rate is None else round(rate.lower, 4),
        None if rate is None else round(rate.upper, 4),
        None if ends is None else round(ends[0], 4),
        None if ends is None else round(ends[1], 4),
    )  # fmt: skip


def service_values(service: Service) -> tuple[Value, ...]:
    """One row in the order of SERVICE_COLUMNS; National Grid metres."""
    return (
        service.kind, service.service_id, service.name, service.postcode, service.lsoa21_code,
        None if service.easting is None else round(service.easting),
        None if service.northing is None else round(service.northing),
    )  # fmt: skip


def source_values(source: Source) -> tuple[Value, ...]:
    """One row in the order of SOURCE_COLUMNS."""
    return (
        source.feed, source.title, source.publisher, source.licence, source.edition,
        source.period_start.isoformat() if source.period_start else None,
        source.period_end.isoformat() if source.period_end else None,
        source.files, source.rows_in, source.rows_rejected, source.loaded_at.date().isoformat(),
    )  # fmt: skip
