"""A small published release in the real schema: one county of square areas, whose every number is known.

Two districts of two community areas of six neighbourhoods each (24 LSOAs), drawn as a grid of 1 km squares in Oxfordshire's corner
of the National Grid. Counts are given as a function of the neighbourhood's number, so a test can say what must stand in a brief.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import shapely
from pyproj import Transformer
from shapely import MultiPolygon, box, wkt
from sqlalchemy import text

from core import db
from core.db import Role
from core.periods import Period

REGION = "E23000029"
PERIOD = Period(date(2025, 1, 1), date(2025, 12, 1))
GAP = date(2025, 7, 1)
PUBLISHED_AT = datetime(2026, 1, 14, 9, 30, tzinfo=UTC)
CATEGORIES = (
    ("all_recorded", "All recorded incidents", "Every incident in the files.", "total"),
    ("violence", "Violence and sexual offences", "Violence against the person and sexual offences.", "partition"),
    ("robbery", "Robbery", "Theft with force or the threat of it.", "partition"),
    ("antisocial", "Anti-social behaviour", "Nuisance and rowdy behaviour.", "partition"),
    ("serious_violence", "Serious violence", "As the partnership defines it.", "overlay"),
)
CERTIFICATE = {
    "digest": "9f" * 32,
    "sensitive_counts_attacked": 8,
    "values_required": 5,
    "values_possible_at_least": 6,
    "releases_attacked_together": 1,
    "not_protected": ["figures that others publish about the same incidents"],
}
# kind, name, and the neighbourhood it stands in the middle of
SERVICES = (
    ("gp_practice", "Ferry Lane Surgery", 2),
    ("pharmacy", "Bridge Pharmacy", 2),
    ("pharmacy", "Hill Pharmacy", 9),
    ("school", "Mill School", 14),
)
# a cell is an int (shown), a symbol without a range (as in releases from before there were any), or the ends of a withheld count's range
Cell = int | str | tuple[int, int]
Counts = Callable[[int, str], Cell]


def usual_counts(number: int, category: str) -> Cell:
    """Neighbourhood number 1 to 24: plenty of violence, robbery withheld in every third place."""
    if category == "robbery":
        return "[c]" if number % 3 == 0 else 5 + number % 4
    base = {"all_recorded": 140, "violence": 60, "antisocial": 40, "serious_violence": 8}[category]
    return base + number


@dataclass(frozen=True)
class Options:
    """What a test may change about the release."""

    counts: Counts = usual_counts
    synthetic: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    residents: int | None = 1_500
    with_services: bool = True
    missing: tuple[date, ...] = (GAP,)
    certificate: Mapping[str, Any] = field(default_factory=lambda: dict(CERTIFICATE))
    period: Period = PERIOD
    # of figures that were carried from another period than the release's own
    figures_of: Period | None = None
    categories: tuple[tuple[str, str, str, str], ...] = CATEGORIES


def lsoa(number: int) -> str:
    return f"E0100{number:04d}"


def msoa(number: int) -> str:
    """The community area of a neighbourhood."""
    return f"E0200000{(number - 1) // 6 + 1}"


def lad(number: int) -> str:
    return f"E0700000{(number - 1) // 12 + 1}"


def publish_release(options: Options | None = None) -> int:
    """Insert the release with the pipeline's credential, after any earlier one is marked superseded; returns its id."""
    options = options or Options()
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("UPDATE published.release SET status = 'superseded' WHERE status = 'current'"))
        release = int(connection.execute(_RELEASE, _release(options)).scalar_one())
        for row in _places(options):
            connection.execute(_PLACE, {"release": release, **row})
        for position, (category, label, description, kind) in enumerate(options.categories):
            row = {"category": category, "label": label, "description": description, "kind": kind, "position": position}
            connection.execute(_CATEGORY, {"release": release, **row})
        for row in _values(options):
            connection.execute(_VALUE, {"release": release, **row})
        if options.with_services:
            for row in _services():
                connection.execute(_SERVICE, {"release": release, **row})
        for row in _sources(options.missing):
            connection.execute(_SOURCE, {"release": release, **row})
        connection.execute(text("DELETE FROM published.postcode"))
        connection.execute(text("INSERT INTO published.postcode VALUES ('OX12AB', 'OX1 2AB', :c)"), {"c": lsoa(2)})
    return release


def _release(options: Options) -> dict[str, Any]:
    return {
        "title": "Recorded incidents by neighbourhood",
        "at": PUBLISHED_AT,
        "start": options.period.start,
        "end": options.period.end,
        "loaded": [m for m in options.period.months() if m not in options.missing],
        "missing": list(options.missing),
        "synthetic": options.synthetic,
        "policy": json.dumps({"threshold": 5}),
        "certificate": json.dumps(dict(options.certificate)),
    }


_TO_WGS84 = Transformer.from_crs(27700, 4326, always_xy=True)


def _square(column: int, row: int, columns: int = 1, rows: int = 1) -> str:
    east, north = 450_000 + column * 1_000, 205_000 + row * 1_000
    shape = MultiPolygon([box(east, north, east + columns * 1_000, north + rows * 1_000)])
    return wkt.dumps(shapely.transform(shape, _TO_WGS84.transform, interleaved=False), rounding_precision=7)


def _places(options: Options) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for n in range(1, 25):
        column, row = (n - 1) % 6, (n - 1) // 6
        name = f"Northford {msoa(n)[-3:]}{'ABCDEF'[column]}"
        rows.append(_place_row(options, "lsoa", "2021", lsoa(n), name, msoa(n), lad(n), 1, 3, _square(column, row)))
    for k in range(4):
        n = k * 6 + 1
        rows.append(
            _place_row(options, "msoa", "2021", msoa(n), f"Northford {msoa(n)[-3:]}", None, lad(n), 6, None, _square(0, k, 6, 1))
        )
    for k in range(2):
        n = k * 12 + 1
        rows.append(
            _place_row(options, "lad", "2022", lad(n), ("Northford", "Southmere")[k], None, None, 12, None, _square(0, 2 * k, 6, 2))
        )
    rows.append(_place_row(options, "all", "", REGION, "Thames Valley", None, None, 24, None, _square(0, 0, 6, 4)))
    return rows


def _place_row(
    options: Options, geography: str, edition: str, code: str, name: str, parent_msoa: str | None, parent_lad: str | None,
    size: int, decile: int | None, outline: str,
) -> dict[str, Any]:  # fmt: skip
    return {
        "geography": geography,
        "edition": edition,
        "code": code,
        "name": options.names.get(code, name),
        "parent_msoa": parent_msoa,
        "parent_lad": parent_lad,
        "residents": None if options.residents is None else options.residents * size,
        "decile": decile,
        "index": None if decile is None else "imd2025",
        "outline": outline,
    }


def _values(options: Options) -> list[dict[str, Any]]:
    """Every neighbourhood's cell, and totals of the areas above (which need no withholding here)."""
    rows = []
    for category, *_ in options.categories:
        totals: dict[tuple[str, str, str], int] = {}
        for n in range(1, 25):
            cell = options.counts(n, category)
            rows.append(_value_row(options, "lsoa", "2021", lsoa(n), category, cell))
            # what a withheld neighbourhood adds to the totals: 3, or the least that its range allows
            number = cell if isinstance(cell, int) else cell[0] if isinstance(cell, tuple) else 3
            for key in (("msoa", "2021", msoa(n)), ("lad", "2022", lad(n)), ("all", "", REGION)):
                totals[key] = totals.get(key, 0) + number
        rows += [_value_row(options, *key, category, number) for key, number in totals.items()]
    return rows


def _value_row(options: Options, geography: str, edition: str, code: str, category: str, cell: Cell) -> dict[str, Any]:
    return {
        "geography": geography,
        "edition": edition,
        "code": code,
        "category": category,
        "start": (options.figures_of or options.period).start,
        "end": (options.figures_of or options.period).end,
        "count": cell if isinstance(cell, int) else None,
        "symbol": "[c]" if isinstance(cell, tuple) else cell if isinstance(cell, str) else None,
        "lowest": cell[0] if isinstance(cell, tuple) else None,
        "highest": cell[1] if isinstance(cell, tuple) else None,
    }


def _services() -> list[dict[str, Any]]:
    rows = []
    for number, (kind, name, n) in enumerate(SERVICES):
        lon, lat = _TO_WGS84.transform(450_500 + (n - 1) % 6 * 1_000, 205_500 + (n - 1) // 6 * 1_000)
        rows.append({"kind": kind, "id": f"S{number}", "name": name, "lsoa": lsoa(n), "lon": lon, "lat": lat})
    return rows


def _sources(missing: Sequence[date]) -> list[dict[str, Any]]:
    loaded = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)
    span = {"start": PERIOD.start, "end": PERIOD.end}
    common = {"publisher": "data.police.uk", "licence": "Open Government Licence v3.0", "rejected": 12, "loaded": loaded}
    return [
        {
            "feed": "police_street",
            "title": "Street-level crime",
            "edition": "",
            **span,
            "files": 11,
            "rows": 12_345,
            "missing": list(missing),
            **common,
        },
        {
            "feed": "lsoa21",
            "title": "LSOA boundaries",
            "edition": "2021",
            "start": None,
            "end": None,
            "files": 1,
            "rows": 24,
            "missing": [],
            **common,
        },
    ]


_RELEASE = text(
    "INSERT INTO published.release (title, published_at, period_start, period_end, months_loaded, months_missing, unplaced_percent,"
    " region_name, synthetic, policy, certificate, code_version) VALUES (:title, :at, :start, :end, :loaded, CAST(:missing AS DATE []), 2.4,"
    " 'Thames Valley', :synthetic, CAST(:policy AS JSONB), CAST(:certificate AS JSONB), '0.1.0 (test)') RETURNING release_id"
)
_PLACE = text(
    "INSERT INTO published.place (release_id, geography, edition, place_code, name, parent_msoa, parent_lad, residents, residents_reference,"
    " deprivation_decile, deprivation_reference, geom) VALUES (:release, :geography, :edition, :code, :name, :parent_msoa, :parent_lad,"
    " :residents, 'census2021', :decile, :index, ST_GeomFromText(:outline, 4326))"
)
_CATEGORY = text(
    "INSERT INTO published.category (release_id, category, label, description, position, kind)"
    " VALUES (:release, :category, :label, :description, :position, :kind)"
)
_VALUE = text(
    "INSERT INTO published.value (release_id, geography, edition, place_code, category, period_start, period_end, count, symbol, lowest,"
    " highest) VALUES (:release, :geography, :edition, :code, :category, :start, :end, :count, :symbol, :lowest, :highest)"
)
_SERVICE = text(
    "INSERT INTO published.service (release_id, kind, service_id, name, lsoa21_code, lon, lat)"
    " VALUES (:release, :kind, :id, :name, :lsoa, :lon, :lat)"
)
_SOURCE = text(
    "INSERT INTO published.source (release_id, feed, title, publisher, licence, edition, period_start, period_end, files, rows_in,"
    " rows_rejected, loaded_at, months_missing) VALUES (:release, :feed, :title, :publisher, :licence, :edition, :start, :end, :files,"
    " :rows, :rejected, :loaded, CAST(:missing AS DATE []))"
)
