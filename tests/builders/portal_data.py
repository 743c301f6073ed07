"""A small invented county for the portal's tests: 40 areas on a bent grid, one release and the analysis behind it.

Nothing here is real and nothing is random: the same call gives the same rows. Two districts (Ashmoor west, Linfield east), eight
MSOAs of five LSOAs each; July 2025 was never delivered. Cells of 1 to 4 are withheld, and E01900001's robberies are withheld
together with a second cell of its row, as a real release would do. Every withheld count is given as a range, 1 to WIDEST.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import h3
import pandas as pd
from pyproj import Transformer
from shapely import MultiPolygon, Polygon, to_wkb
from shapely.ops import unary_union
from sqlalchemy import Connection

from core import db
from core.db import Role
from core.periods import CoveredPeriod, Period, add_months

PERIOD = Period(date(2024, 12, 1), date(2025, 11, 1))
MISSING = date(2025, 7, 1)
REGION = "E23900001"
COLUMNS, ROWS, CELL_M = 8, 5, 900
WEST, SOUTH = 452_000, 206_000
SOURCE_NOTE = "Invented for the portal's tests"

GROUPS = [
    # group_id, label, description, kind, hotspot input, base count, proactive
    ("all_recorded", "All recorded incidents", "Everything the force published, of every kind.", "total", True, 0, False),
    (
        "violence",
        "Violence and sexual offences",
        "From common assault to the most serious harm; one police.uk category.",
        "partition",
        True,
        48,
        False,
    ),
    (
        "asb",
        "Anti-social behaviour",
        "Incidents reported as nuisance or disorder; not all are crimes.",
        "partition",
        True,
        30,
        False,
    ),
    # said as analytics/counts/definitions.toml says it, so that the catalogues of other languages have it
    (
        "theft",
        "Theft and shoplifting",
        "Theft from shops, and theft that fits none of the other groups.",
        "partition",
        True,
        26,
        False,
    ),
    ("robbery", "Robbery", "Theft with force or the threat of it.", "partition", True, 4, False),
    ("burglary", "Burglary", "Entering a building to steal or do harm.", "partition", True, 9, False),
    ("drugs", "Drugs", "Mostly found by the police themselves, in searches and patrols.", "partition", False, 7, True),
    (
        "serious_violence",
        "Serious violence",
        "What this partnership has agreed to call serious violence.",
        "overlay",
        True,
        6,
        False,
    ),
]
PARTITION = [g for g in GROUPS if g[3] == "partition"]


WIDEST = 12
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Area:
    """One invented LSOA."""

    code: str
    name: str
    msoa: str
    lad: str
    column: int
    row: int
    residents: int
    polygon: Polygon


def _corner(i: int, j: int) -> tuple[float, float]:
    # the grid is bent so that the areas look like areas, not like a chessboard
    bend = 170 * math.sin(1.7 * i + 2.3 * j), 170 * math.cos(2.1 * i - 1.3 * j)
    return WEST + i * CELL_M + bend[0], SOUTH + j * CELL_M + bend[1]


def areas() -> list[Area]:
    found = []
    for index in range(COLUMNS * ROWS):
        i, j = index % COLUMNS, index // COLUMNS
        west = i < COLUMNS // 2
        msoa_index = i  # a column of five is one MSOA
        corners = [_corner(i, j), _corner(i + 1, j), _corner(i + 1, j + 1), _corner(i, j + 1)]
        district = "Ashmoor" if west else "Linfield"
        found.append(
            Area(
                code=f"E0190{index + 1:04d}",
                name=f"{district} {msoa_index % 4 + 1:03d}{'ABCDE'[j]}",
                msoa=f"E0290{msoa_index + 1:04d}",
                lad="E07900001" if west else "E07900002",
                column=i,
                row=j,
                residents=1_400 + (index * 137) % 700,
                polygon=Polygon(corners),
            )
        )
    return found


def _count(area: Area, base: int, salt: int) -> int:
    # a town centre near column 2, row 2; a quieter one near column 6, row 1
    centre = math.exp(-((area.column - 2) ** 2 + (area.row - 2) ** 2) / 2.4) + 0.5 * math.exp(
        -((area.column - 6) ** 2 + (area.row - 1) ** 2) / 1.6
    )
    wobble = ((area.column * 31 + area.row * 17 + salt * 13) % 11) / 11
    return round(base * (0.25 + 2.2 * centre) * (0.6 + 0.8 * wobble))


def counts() -> pd.DataFrame:
    """Unprotected counts: one row an LSOA x group."""
    rows = []
    for area in areas():
        total = 0
        for salt, group in enumerate(PARTITION):
            n = _count(area, group[5], salt)
            total += n
            rows.append((area.code, group[0], n))
        rows.append((area.code, "all_recorded", total))
        rows.append((area.code, "serious_violence", _count(area, 6, 99)))
    return pd.DataFrame(rows, columns=["code", "category", "count"])


def _geometry(connection: Connection, schema: str, table: str, frame: pd.DataFrame, polygons: list[Polygon], srid: int) -> None:
    from shapely import set_srid

    if srid == 4326:
        shapes = gpd.GeoSeries([p if p.geom_type == "MultiPolygon" else MultiPolygon([p]) for p in polygons], crs=27700).to_crs(
            4326
        )
    else:
        kind = (lambda p: p) if table == "h3_cell" else (lambda p: p if p.geom_type == "MultiPolygon" else MultiPolygon([p]))
        shapes = gpd.GeoSeries([kind(p) for p in polygons], crs=27700)
    frame = frame.assign(geom=[to_wkb(set_srid(g, srid), hex=True, include_srid=True) for g in shapes])
    db.copy_frame(connection, schema, table, frame)


def load_place(connection: Connection) -> None:
    """place.*: areas, parents, region. Both portals' names and the professional's outlines come from here."""
    cells = areas()
    _geometry(
        connection,
        "place",
        "area",
        pd.DataFrame([("lsoa", "2021", a.code, a.name) for a in cells], columns=["geography", "edition", "code", "name"]),
        [a.polygon for a in cells],
        27700,
    )
    for geography, edition, key, naming in (
        ("msoa", "2021", "msoa", lambda a: a.name[:-1]),
        ("lad", "2022", "lad", lambda a: a.name.split()[0]),
    ):
        codes = {getattr(a, key): naming(a) for a in cells}
        _geometry(
            connection,
            "place",
            "area",
            pd.DataFrame([(geography, edition, c, n) for c, n in codes.items()], columns=["geography", "edition", "code", "name"]),
            [unary_union([a.polygon for a in cells if getattr(a, key) == c]) for c in codes],
            27700,
        )
    parents = [("lsoa", "2021", a.code, "msoa", "2021", a.msoa) for a in cells] + [
        ("lsoa", "2021", a.code, "lad", "2022", a.lad) for a in cells
    ]
    parents += sorted({("msoa", "2021", a.msoa, "lad", "2022", a.lad) for a in cells})
    parents += sorted({("lad", "2022", a.lad, "force", "2020", REGION) for a in cells})
    db.copy_rows(
        connection,
        "place",
        "area_parent",
        ["child_geography", "child_edition", "child_code", "parent_geography", "parent_edition", "parent_code"],
        parents,
    )
    db.copy_rows(
        connection,
        "place",
        "region",
        ["region_id", "name", "force_code", "force_name", "synthetic"],
        [(1, "Invented County", REGION, "Invented Police", True)],
    )


# the period as every page must say it
COVERED = CoveredPeriod.of(PERIOD, [m for m in PERIOD.months() if m != MISSING])


def load_release(connection: Connection, *, status: str = "current", local_names: Mapping[str, str] = NOTHING) -> int:
    """published.*: one release as analytics.release would write it. local_names: of local areas, by code. Returns its id."""
    from sqlalchemy import text

    policy = {"name": "test policy", "k": 5, "publish_zeros": True, "source": SOURCE_NOTE, "review_date": "2026-12-31"}
    certificate = {"passed": True, "tables": 1, "atoms": 40, "attacked": 12, "narrowest_interval": [0, 6], "seconds": 0.4}
    release_id = int(
        connection.execute(
            text(
                "INSERT INTO published.release (title, period_start, period_end, months_loaded, months_missing, unplaced_percent,"
                " region_name, synthetic, policy, certificate, code_version, status, published_at)"
                " VALUES ('Recorded crime by area', :s, :e, :loaded, :missing, 2.1, 'Invented County', TRUE,"
                " CAST(:policy AS JSONB), CAST(:certificate AS JSONB), 'test', :status, clock_timestamp()) RETURNING release_id"
            ),
            {
                "s": PERIOD.start,
                "e": PERIOD.end,
                "loaded": [m for m in PERIOD.months() if m != MISSING],
                "missing": [MISSING],
                "policy": json.dumps(policy),
                "certificate": json.dumps(certificate),
                "status": status,
            },
        ).scalar_one()
    )
    cells = areas()
    exact = counts()
    _load_values(connection, release_id, cells, exact)
    _load_places(connection, release_id, cells, local_names)
    db.copy_rows(
        connection,
        "published",
        "category",
        ["release_id", "category", "label", "description", "position", "kind"],
        [(release_id, g[0], g[1], g[2], n, g[3]) for n, g in enumerate(GROUPS)],
    )
    db.copy_rows(
        connection,
        "published",
        "postcode",
        ["postcode", "display", "lsoa21_code"],
        [(f"ZZ{a.column + 1}{a.row + 1}AA", f"ZZ{a.column + 1} {a.row + 1}AA", a.code) for a in cells],
    )
    lonlat = Transformer.from_crs(27700, 4326, always_xy=True)
    services = []
    for n, a in enumerate(cells[::3]):
        lon, lat = lonlat.transform(a.polygon.centroid.x + 60, a.polygon.centroid.y - 40)
        kind = ("gp_practice", "pharmacy", "school", "hospital")[n % 4]
        services.append(
            (release_id, kind, f"S{n:03d}", f"{a.name.split()[0]} {kind.replace('_', ' ')} {n + 1}", None, a.code, lon, lat)
        )
    db.copy_rows(
        connection,
        "published",
        "service",
        ["release_id", "kind", "service_id", "name", "postcode", "lsoa21_code", "lon", "lat"],
        services,
    )
    loaded = "2026-01-10T10:00:00Z"
    db.copy_rows(
        connection,
        "published",
        "source",
        ["release_id", "feed", "title", "publisher", "licence", "edition", "period_start", "period_end", "files", "rows_in", "rows_rejected", "loaded_at", "months_missing"],  # noqa: E501
        [
            (release_id, "street_crime", "Street crime", "Invented Police", "OGL-3.0", "", PERIOD.start, PERIOD.end, 11, 9_800, 3, loaded,
             f"{{{MISSING}}}"),
            (release_id, "residents", "Usual residents", "Invented Statistics", "OGL-3.0", "census 2021", None, None, 1, 40, 0, loaded, "{}"),
        ],
    )  # fmt: skip
    return release_id


def load_release_again(
    connection: Connection, *, months_before: int = 0, times: int = 1, status: str = "superseded", count: str = "count * :n"
) -> int:
    """A copy of the first release over a period so many months before, each count so many times as large, or as `count` says.

    Returns its id."""
    from sqlalchemy import text

    period = Period(add_months(PERIOD.start, -months_before), add_months(PERIOD.end, -months_before))
    first = connection.execute(text("SELECT min(release_id) FROM published.release")).scalar_one()
    values = {"r": first, "s": period.start, "e": period.end, "loaded": list(period.months()), "status": status, "n": times}
    head = (
        "INSERT INTO published.release (title, period_start, period_end, months_loaded, months_missing, region_name, synthetic, policy,"
        " certificate, code_version, status) SELECT title, :s, :e, :loaded, '{}', region_name, synthetic, policy, certificate,"
        " code_version, :status FROM published.release WHERE release_id = :r RETURNING release_id"
    )
    new = int(connection.execute(text(head), values).scalar_one())
    for statement in (
        f"INSERT INTO published.value SELECT :new, geography, edition, place_code, category, :s, :e, {count}, symbol, lowest, highest"
        " FROM published.value WHERE release_id = :r",
        "INSERT INTO published.category (release_id, category, label, description, position, kind)"
        " SELECT :new, category, label, description, position, kind FROM published.category WHERE release_id = :r",
    ):
        connection.execute(text(statement), values | {"new": new})
    return new


def _load_values(connection: Connection, release_id: int, cells: list[Area], exact: pd.DataFrame) -> None:
    place = {a.code: a for a in cells}
    wide = exact.assign(msoa=[place[c].msoa for c in exact["code"]], lad=[place[c].lad for c in exact["code"]])
    rows: list[tuple[object, ...]] = []
    for geography, edition, key in (("lsoa", "2021", "code"), ("msoa", "2021", "msoa"), ("lad", "2022", "lad"), ("all", "", None)):
        grouped = (
            wide.assign(code=REGION).groupby(["code", "category"])["count"].sum()
            if key is None
            else wide.groupby([key, "category"])["count"].sum()
        )
        for (code, category), n in grouped.items():
            second = geography == "lsoa" and code == "E01900001" and category == "burglary"
            symbol = "[c]" if 0 < n < 5 or second else None
            shown = (None, symbol, 1, WIDEST) if symbol else (int(n), None, None, None)
            rows.append((release_id, geography, edition, code, category, PERIOD.start, PERIOD.end, *shown))
    frame = pd.DataFrame(
        rows,
        columns=[
            "release_id",
            "geography",
            "edition",
            "place_code",
            "category",
            "period_start",
            "period_end",
            "count",
            "symbol",
            "lowest",
            "highest",
        ],
    ).astype({"count": "Int64", "lowest": "Int64", "highest": "Int64"})
    db.copy_frame(connection, "published", "value", frame)


def _load_places(connection: Connection, release_id: int, cells: list[Area], local_names: Mapping[str, str]) -> None:
    decile = {a.code: (a.column * 3 + a.row * 2) % 10 + 1 for a in cells}
    columns = ["release_id", "geography", "edition", "place_code", "name", "parent_msoa", "parent_lad", "residents", "residents_reference",
               "deprivation_decile", "deprivation_reference", "local_name"]  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (release_id, "lsoa", "2021", a.code, a.name, a.msoa, a.lad, a.residents, "Census 2021", decile[a.code], "IMD 2025", "")
        for a in cells
    ]
    shapes = [a.polygon for a in cells]
    for code in sorted({a.msoa for a in cells}):
        part = [a for a in cells if a.msoa == code]
        rows.append(
            (
                release_id,
                "msoa",
                "2021",
                code,
                part[0].name[:-1],
                None,
                part[0].lad,
                sum(a.residents for a in part),
                "Census 2021",
                None,
                None,
                local_names.get(code, ""),
            )
        )
        shapes.append(unary_union([a.polygon for a in part]))
    for code in sorted({a.lad for a in cells}):
        part = [a for a in cells if a.lad == code]
        rows.append(
            (
                release_id,
                "lad",
                "2022",
                code,
                part[0].name.split()[0],
                None,
                None,
                sum(a.residents for a in part),
                "Census 2021",
                None,
                None,
                "",
            )
        )
        shapes.append(unary_union([a.polygon for a in part]))
    rows.append(
        (
            release_id,
            "all",
            "",
            REGION,
            "Invented County",
            None,
            None,
            sum(a.residents for a in cells),
            "Census 2021",
            None,
            None,
            "",
        )
    )
    shapes.append(unary_union([a.polygon for a in cells]))
    frame = pd.DataFrame(rows, columns=columns).astype({"residents": "Int64", "deprivation_decile": "Int64"})
    _geometry(connection, "published", "place", frame, shapes, 4326)


def load_analysis(connection: Connection) -> None:
    """analysis.* for the professional portal: groups, months, rates, hot spots on LSOAs and hexagons, overlap."""
    from sqlalchemy import text

    run_id = int(
        connection.execute(
            text(
                "INSERT INTO analysis.run (stage, seed, parameters, code_version, finished_at)"
                " VALUES ('hotspot', 1, CAST(:said AS JSONB), 'test', clock_timestamp()) RETURNING run_id"
            ),
            {"said": json.dumps({"period": [PERIOD.start.isoformat(), PERIOD.end.isoformat()]})},
        ).scalar_one()
    )
    db.copy_rows(
        connection,
        "analysis",
        "category_group",
        ["group_id", "label", "description", "position", "kind", "hotspot_input"],
        [(g[0], g[1], g[2], n, g[3], g[4]) for n, g in enumerate(GROUPS)],
    )
    db.copy_rows(
        connection,
        "analysis",
        "category_group_member",
        ["group_id", "category", "proactive"],
        [(g[0], g[1], g[6]) for g in PARTITION]
        + [("all_recorded", g[1], g[6]) for g in PARTITION]
        + [("serious_violence", "Robbery", False)],
    )
    db.copy_rows(
        connection,
        "analysis",
        "month_status",
        ["month", "status", "incidents", "unplaced", "outside"],
        [(m, "gap", None, None, None) if m == MISSING else (m, "loaded", 900, 19, 2) for m in PERIOD.months()],
    )
    cells = areas()
    exact = counts().set_index(["code", "category"])["count"]
    rates: list[tuple[object, ...]] = []
    spots: list[tuple[object, ...]] = []
    for group in GROUPS:
        for a in cells:
            n = int(exact[(a.code, group[0])])
            rate = 1000 * n / a.residents
            spread = 1000 * 1.96 * math.sqrt(max(n, 1)) / a.residents
            rates.append(("lsoa", "2021", a.code, a.lad, group[0], PERIOD.start, PERIOD.end, 11, n, a.residents, rate,
                          max(rate - spread, 0.0), rate + spread, rate * 0.9, run_id))  # fmt: skip
            if group[4]:
                spots.append(_spot("lsoa", "2021", a.code, a.lad, group[0], "rate", n, rate, (a.column, a.row), run_id))
    _months(connection, cells, exact, run_id)
    _foretold(connection, cells, exact, run_id)
    _alarms(connection, run_id)
    hexes = _hexagons(cells)
    for cell, lad, at, _ in hexes:
        for group in ("all_recorded", "violence"):
            spots.append(
                _spot(
                    "h3",
                    "r9",
                    cell,
                    lad,
                    group,
                    "count",
                    _hexagon_count(at),
                    None,
                    at,
                    run_id,
                )
            )
    _hexagon_months(connection, hexes)
    db.copy_rows(
        connection, "analysis", "rate",
        ["geography", "edition", "code", "lad_code", "group_id", "period_start", "period_end", "months_loaded", "incidents", "residents",
         "rate_per_1000", "lower_per_1000", "upper_per_1000", "smoothed_per_1000", "run_id"],
        rates,
    )  # fmt: skip
    db.copy_rows(
        connection, "analysis", "hotspot",
        ["geography", "edition", "code", "lad_code", "group_id", "measure", "period_start", "period_end", "incidents", "value", "gi_z",
         "p_value", "q_value", "class", "certainty", "run_id"],
        spots,
    )  # fmt: skip
    _geometry(
        connection,
        "place",
        "h3_cell",
        pd.DataFrame(
            [(int(c, 16), 9, lad, p.area) for c, lad, _, p in hexes], columns=["cell", "resolution", "lad_code", "area_m2"]
        ),
        [p for _, _, _, p in hexes],
        27700,
    )
    hot = {row[2] for row in spots if row[0] == "lsoa" and row[4] == "violence" and row[13] == "hot"}
    deprived = {a.code for a in cells if (a.column * 3 + a.row * 2) % 10 + 1 <= 2} | {"E01900018", "E01900019"}
    _against_incomes(connection, cells, hot, deprived, run_id)


# 1 where the middle of Ashmoor was hot: off and on, and in the last month
PATTERN = {"E01900019": ("sporadic hot spot", 6, 0, 2.4, 0.016), "E01900040": ("persistent cold spot", 0, 11, 0.3, 0.76)}


def month_shares(months: int) -> list[float]:
    """How a year's count falls into its months: a little more each month."""
    weights = [1 + 0.05 * n for n in range(months)]
    return [w / sum(weights) for w in weights]


def by_month(count: int, months: int) -> list[int]:
    """A count in months, in whole numbers that add up."""
    ends = [round(count * sum(month_shares(months)[: n + 1])) for n in range(months)]
    return [end - before for end, before in zip(ends, [0, *ends], strict=False)]


def _months(connection: Connection, cells: list[Area], exact: pd.Series[int], run_id: int) -> None:
    """Counts of LSOAs by month; then the patterns of them."""
    loaded = [m for m in PERIOD.months() if m != MISSING]
    db.copy_rows(
        connection,
        "analysis",
        "count_month",
        ["geography", "edition", "code", "lad_code", "category", "month", "incidents"],
        [
            ("lsoa", "2021", a.code, a.lad, group[1], month, n)
            for a in cells
            for group in PARTITION
            for month, n in zip(loaded, by_month(int(exact[(a.code, group[0])]), len(loaded)), strict=True)
            if n
        ],
    )
    _patterns(connection, cells, run_id)


def _hexagon_count(at: tuple[float, float]) -> int:
    """Violence recorded in a hexagon at a place of the grid: most of it around one point."""
    return int(20 * math.exp(-((at[0] - 2) ** 2 + (at[1] - 2) ** 2) / 2))


def _hexagon_months(connection: Connection, hexes: list[tuple[str, str, tuple[float, float], Polygon]]) -> None:
    """The same counts by month, as the plain maps read them."""
    loaded = [m for m in PERIOD.months() if m != MISSING]
    db.copy_rows(
        connection,
        "analysis",
        "count_month",
        ["geography", "edition", "code", "lad_code", "category", "month", "incidents"],
        [
            ("h3", "r9", cell, lad, "Violence and sexual offences", month, n)
            for cell, lad, at, _ in hexes
            for month, n in zip(loaded, by_month(_hexagon_count(at), len(loaded)), strict=True)
            if n
        ],
    )


def _patterns(connection: Connection, cells: list[Area], run_id: int) -> None:
    """The pattern of two LSOAs in every group, and how the hottest holds on other grids."""
    lads = {a.code: a.lad for a in cells}
    used = [g[0] for g in GROUPS if g[4]]
    db.copy_rows(
        connection, "analysis", "emerging",
        ["geography", "edition", "code", "lad_code", "group_id", "period_start", "period_end", "steps", "class", "trend_z", "trend_p",
         "hot_steps", "cold_steps", "run_id"],
        [("lsoa", "2021", code, lads[code], group, PERIOD.start, PERIOD.end, 11, name, z, p, hot, cold, run_id)
         for code, (name, hot, cold, z, p) in PATTERN.items() for group in used],
    )  # fmt: skip
    db.copy_rows(
        connection, "analysis", "stability",
        ["geography", "edition", "code", "lad_code", "group_id", "period_start", "period_end", "grids", "grids_half", "grids_same",
         "grids_double", "holds_without_busiest", "busiest_share", "run_id"],
        [("lsoa", "2021", "E01900019", "E07900001", group, PERIOD.start, PERIOD.end, 20, 14, 18, 20, True, 0.1, run_id)
         for group in used],
    )  # fmt: skip


# violence is foretold by the rule; of robbery the counts of the months before are shown, because the rule was behind them at 10% of the area
NEXT_MONTH = date(2025, 12, 1)
STANDINGS = {
    "violence": [
        ("beats", 0.35, 0.31, 0.04, 0.01, 0.07),
        ("beats", 0.72, 0.66, 0.06, 0.02, 0.1),
        ("level", 0.8, 0.79, 0.01, -0.01, 0.03),
    ],
    "robbery": [
        ("level", 0.3, 0.3, 0.0, -0.02, 0.02),
        ("level", 0.6, 0.62, -0.02, -0.05, 0.01),
        ("behind", 0.7, 0.8, -0.1, -0.15, -0.05),
    ],
}


def expected_of(count: int) -> float:
    """What the invented rule expects of a place: a tenth more than its mean month, drawn towards 1."""
    return round(0.9 * 1.1 * count / 11 + 0.1, 3)


def _foretold(connection: Connection, cells: list[Area], exact: pd.Series[int], run_id: int) -> None:
    """Where next on LSOAs, and how the rule did."""
    rows = []
    for group, standings in STANDINGS.items():
        rule = "foretold" if all(word != "behind" for word, *_ in standings) else "counts"
        counts = {a.code: int(exact[(a.code, group)]) for a in cells}
        for a in cells:
            n = counts[a.code]
            position = 1 + sum(other > n for other in counts.values())
            rows.append(
                ("lsoa", "2021", a.code, a.lad, group, NEXT_MONTH, rule, expected_of(n), max(0, n // 11 - 2), n // 11 + 3,
                 by_month(n, 11)[-1], n / 11, 4, position, position / len(cells), run_id)
            )  # fmt: skip
    db.copy_rows(
        connection, "analysis", "foretold",
        ["geography", "edition", "code", "lad_code", "group_id", "target_month", "rule", "expected", "low", "high", "last_month", "usual",
         "usual_months", "position", "area_share", "run_id"],
        rows,
    )  # fmt: skip
    db.copy_rows(
        connection, "analysis", "foretold_standing",
        ["geography", "edition", "group_id", "coverage", "standing", "months", "hit_rate", "counts_hit_rate", "gain", "gain_lower",
         "gain_upper", "first_month", "last_month", "run_id"],
        [("lsoa", "2021", group, coverage, word, 8, *rest, date(2025, 3, 1), date(2025, 11, 1), run_id)
         for group, lines in STANDINGS.items() for coverage, (word, *rest) in zip((0.01, 0.05, 0.1), lines, strict=True)],
    )  # fmt: skip
    db.copy_rows(
        connection, "analysis", "foretold_reliability",
        ["geography", "edition", "group_id", "rule", "months", "ratio_before", "ratio_after", "busiest_before", "busiest_after", "inside",
         "busiest_inside", "run_id"],
        [("lsoa", "2021", "violence", "foretold", 8, 1.1, 0.98, 1.2, 1.03, 0.94, 0.91, run_id),
         ("lsoa", "2021", "violence", "counts", 8, 1.0, 1.0, 0.9, 0.9, 0.85, 0.8, run_id)],
    )  # fmt: skip


# month, look in time, number, group, district, codes, since, observed, expected, once in months, and of the month after: observed, expected
ALARMS = [
    (date(2025, 9, 1), False, 1, "burglary", "E07900001", ["E01900003"], date(2025, 9, 1), 9, 2.5, 31.0, (2, 2.4)),
    (date(2025, 10, 1), True, 1, "violence", "E07900001", ["E01900019", "E01900020"], date(2025, 9, 1), 40, 18.4, 90.0, (33, 9.9)),
    (date(2025, 10, 1), True, 2, "asb", "E07900002", ["E01900006"], date(2025, 10, 1), 12, 4.0, 15.0, (10, 4.1)),
    (date(2025, 11, 1), True, 1, "violence", "E07900001", ["E01900019", "E01900020"], date(2025, 9, 1), 73, 29.6, 1000.0, None),
    (
        date(2025, 11, 1),
        True,
        2,
        "all_recorded",
        "E07900001",
        ["E01900019", "E01900020"],
        date(2025, 10, 1),
        120,
        70.2,
        400.0,
        None,
    ),
    (date(2025, 11, 1), True, 3, "robbery", "E07900002", ["E01900040"], date(2025, 11, 1), 5, 0.6, 26.0, None),
    (date(2025, 11, 1), True, 4, "burglary", "E07900001", ["E01900003"], date(2025, 11, 1), 8, 2.2, 14.0, None),
]


def _alarms(connection: Connection, run_id: int) -> None:
    """Looks at four months, August's without an alarm, and what became of the alarms of those before the last."""
    months = [date(2025, 8, 1), *dict.fromkeys(row[0] for row in ALARMS)]
    db.copy_rows(
        connection, "analysis", "alarm_look",
        ["month", "look", "in_time", "first_month", "steps", "longest", "replicates", "seed", "least_months", "kinds", "places", "alarms",
         "counts_digest", "run_id"],
        [(month, 1, month >= date(2025, 10, 1), PERIOD.start, 11, 5, 999, 1, 12, 7, 40, sum(row[0] == month for row in ALARMS), "",
          run_id) for month in months],
    )  # fmt: skip
    first = {"violence": date(2025, 10, 1)}
    db.copy_rows(
        connection, "analysis", "alarm",
        ["month", "look", "number", "group_id", "lad_code", "code", "codes", "radius_m", "since", "first_raised", "observed", "expected",
         "ratio", "p_kind", "p", "once_in_months", "before_here", "before_region", "run_id"],
        [(month, 1, number, group, lad, codes[0], "{" + ",".join(codes) + "}", 900, since, first.get(group, month), observed, expected, 9.0,
          0.001, 1 / once, once, 100, 1000, run_id)
         for month, _, number, group, lad, codes, since, observed, expected, once, _ in ALARMS],
    )  # fmt: skip
    db.copy_rows(
        connection, "analysis", "alarm_verdict",
        ["month", "look", "number", "lad_code", "observed", "expected", "p_value", "verdict", "run_id"],
        [(month, 1, number, lad, *after, 0.01 if after[0] > 5 else 0.7, "went_on" if after[0] > 5 else "eased", run_id)
         for month, _, number, _, lad, _, _, _, _, _, after in ALARMS if after is not None],
    )  # fmt: skip


def _against_incomes(connection: Connection, cells: list[Area], hot: set[str], deprived: set[str], run_id: int) -> None:
    """One declared factor, and the map of violence by each measure against it."""
    at = {"period_end": PERIOD.end, "run_id": run_id}

    def put(table: str, rows: list[dict[str, object]]) -> None:
        columns = [*rows[0], *at]
        db.copy_rows(connection, "analysis", table, columns, [tuple((row | at)[c] for c in columns) for row in rows])

    put("factor", [{
        "factor_id": "income", "position": 0, "side": "risk", "theme": "Deprivation", "label": "Low incomes", "unit": "decile",
        "source": "indicator", "caution": "", "places": 40, "without": 0, "missing": "",
    }])  # fmt: skip
    put("factor_level", [{
        "factor_id": "income", "level": 1, "label": "most deprived fifth of England", "is_default": True, "meeting": len(deprived),
        "meeting_unsure": 0, "not_meeting_unsure": 0,
    }])  # fmt: skip
    put("factor_place", [{
        "factor_id": "income", "geography": "lsoa", "edition": "2021", "code": a.code, "lad_code": a.lad, "value": 2.0 if met else 8.0,
        "level": met, "sure_level": met, "possible_level": met,
    } for a in cells for met in [int(a.code in deprived)]])  # fmt: skip
    put("factor_overlap", [{
        "combination": f"hot_spots.violence.{measure}:95+income:1", "size": 2, "at_defaults": True, "places": 40,
        "meeting": len(hot & deprived), "meeting_sure": len(hot & deprived), "meeting_possible": len(hot & deprived),
        "expected": len(hot) * len(deprived) / 40, "expected_lower": 0.0, "expected_upper": 4.0, "p_value": 0.21, "q_value": 0.21,
        "expected_independent": len(hot) * len(deprived) / 40, "method": "as declared",
    } for measure in ("rate", "smoothed_rate", "count")])  # fmt: skip


def _spot(
    geography: str,
    edition: str,
    code: str,
    lad: str,
    group: str,
    measure: str,
    n: int,
    value: float | None,
    at: tuple[float, float],
    run: int,
) -> tuple[object, ...]:
    z = 4.2 * math.exp(-((at[0] - 2) ** 2 + (at[1] - 2) ** 2) / 2.4) - 3.1 * math.exp(-((at[0] - 7) ** 2 + (at[1] - 4) ** 2) / 1.6)
    level = next((c for c, limit in ((99, 2.9), (95, 2.3), (90, 1.9)) if abs(z) >= limit), None)
    kind = "not_significant" if level is None else "hot" if z > 0 else "cold"
    p = math.erfc(abs(z) / math.sqrt(2))
    return (geography, edition, code, lad, group, measure, PERIOD.start, PERIOD.end, n, value if value is not None else float(n), z, p,
            min(1.0, p * 3), kind, level, run)  # fmt: skip


def _hexagons(cells: list[Area]) -> list[tuple[str, str, tuple[float, float], Polygon]]:
    to_wgs, to_bng = Transformer.from_crs(27700, 4326, always_xy=True), Transformer.from_crs(4326, 27700, always_xy=True)
    found: dict[str, tuple[str, str, tuple[float, float], Polygon]] = {}
    for a in cells:
        for u in (0.2, 0.5, 0.8):
            for v in (0.2, 0.5, 0.8):
                x, y = WEST + (a.column + u) * CELL_M, SOUTH + (a.row + v) * CELL_M
                lon, lat = to_wgs.transform(x, y)
                cell = h3.latlng_to_cell(lat, lon, 9)
                ring = [to_bng.transform(b, a_) for a_, b in h3.cell_to_boundary(cell)]
                found[cell] = (cell, a.lad, (a.column + u - 0.5, a.row + v - 0.5), Polygon(ring))
    return list(found.values())


def load_all(local_names: Mapping[str, str] = NOTHING) -> int:
    """Everything, in one transaction of the owner. Returns the release's id."""
    with db.transaction(Role.OWNER) as connection:
        load_place(connection)
        load_analysis(connection)
        return load_release(connection, local_names=local_names)


if __name__ == "__main__":
    load_all()
