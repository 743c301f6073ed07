"""Rows for a small county as the analysis leaves it: 2 districts, 4 MSOAs, 24 LSOAs in a grid, 12 months of which one is a gap."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from core.db import copy_frame
from core.periods import Period

PERIOD = Period(date(2024, 1, 1), date(2024, 12, 1))
GAP = date(2024, 7, 1)
FORCE = "E23999999"
CATEGORIES = {
    "Violence and sexual offences": 9.0,
    "Robbery": 0.5,
    "Burglary": 3.0,
    "Possession of weapons": 0.3,
    "Anti-social behaviour": 8.0,
}
GROUPS = {
    "all_recorded": ("total", list(CATEGORIES)),
    "violence": ("partition", ["Violence and sexual offences"]),
    "acquisitive": ("partition", ["Robbery", "Burglary"]),
    "disorder": ("partition", ["Anti-social behaviour", "Possession of weapons"]),
    "serious_violence": ("overlay", ["Violence and sexual offences", "Robbery", "Possession of weapons"]),
}


def lsoas() -> pd.DataFrame:
    """code, msoa, lad, column, row of the 24 neighbourhoods."""
    index = np.arange(24)
    return pd.DataFrame(
        {
            "code": [f"E0199{i:04d}" for i in index],
            "msoa": [f"E0299{i // 6:04d}" for i in index],
            "lad": [f"E0799{i // 12:04d}" for i in index],
            "column": index % 6,
            "row": index // 6,
        }
    )


def fill_county(connection: Connection, *, seed: int = 5, rows: pd.DataFrame | None = None) -> pd.DataFrame:
    """Insert everything that a release reads; returns the true counts (code, category, month, incidents). rows: these and no others."""
    areas = lsoas()
    delivery = connection.execute(
        text(
            "INSERT INTO raw.delivery (feed, file_name, sha256, byte_size, publisher, licence, slot, period_start, period_end, rows_in,"
            " rows_accepted, rows_rejected) VALUES ('police_uk_street', 'a.csv', repeat('0', 64), 1, 'publisher', 'OGL', 's',"
            " '2024-01-01', '2024-12-01', 3, 2, 1) RETURNING delivery_id"
        )
    ).scalar_one()
    connection.execute(text("SELECT record.ensure_month('2024-01-01')"))
    connection.execute(
        text("INSERT INTO record.incident (delivery_id, line, month, category) VALUES (:d, 2, '2024-01-01', 'Burglary')"),
        {"d": delivery},
    )
    connection.execute(text("INSERT INTO place.region VALUES (1, 'Testshire', :f, 'Testshire Police', TRUE)"), {"f": FORCE})
    _areas(connection, areas)
    rows = county_counts(seed) if rows is None else rows
    copy_frame(connection, "analysis", "count_month", rows.assign(geography="lsoa", edition="2021", lad_code=rows["code"].map(
        areas.set_index("code")["lad"])))  # fmt: skip
    whole = rows.groupby(["category", "month"], as_index=False)["incidents"].sum()
    copy_frame(connection, "analysis", "count_month", whole.assign(geography="all", edition="", code=FORCE, lad_code=""))
    for position, (name, (kind, members)) in enumerate(GROUPS.items()):
        group = {"i": name, "p": position, "k": kind}
        connection.execute(text("INSERT INTO analysis.category_group VALUES (:i, :i, 'words', :p, :k, TRUE)"), group)
        for member in members:
            connection.execute(text("INSERT INTO analysis.category_group_member VALUES (:i, :m, FALSE)"), {"i": name, "m": member})
    for month in PERIOD.months():
        values = {
            "m": month,
            "s": "gap" if month == GAP else "loaded",
            "n": None if month == GAP else 100,
            "u": None if month == GAP else 2,
        }
        connection.execute(text("INSERT INTO analysis.month_status VALUES (:m, :s, :n, :u, 0)"), values)
    first = areas["code"].iloc[0]
    connection.execute(
        text("INSERT INTO place.postcode VALUES ('OX11AA', 'OX1 1AA', 450050, 200050, NULL, :c, FALSE, NULL)"), {"c": first}
    )
    connection.execute(
        text(
            "INSERT INTO record.service VALUES ('P1', 'pharmacy', 'Chemist', 'OX1 1AA', 'open', NULL, NULL, :c, 'E07990000', :d),"
            " ('P2', 'pharmacy', 'Shut', 'OX1 1AA', 'closed', NULL, NULL, :c, 'E07990000', :d)"
        ),
        {"c": first, "d": delivery},
    )
    # a refuge that a partner told of under an agreement: open, and nobody else's business
    connection.execute(
        text(
            "WITH partner AS (INSERT INTO raw.delivery (feed, file_name, sha256, byte_size, publisher, licence, slot, rows_in, rows_accepted,"
            " rows_rejected, notes) VALUES ('partner_refuges', 'b.csv', repeat('1', 64), 1, 'partner', 'agreement', 's', 1, 1, 0,"
            """ '{"sensitivity": "restricted"}') RETURNING delivery_id)"""
            " INSERT INTO record.service SELECT 'R1', 'refuge', 'Refuge', NULL, 'open', 450050, 200050, :c, 'E07990000', delivery_id"
            " FROM partner"
        ),
        {"c": first},
    )
    connection.execute(
        text("INSERT INTO record.indicator VALUES ('imd2025_decile', 'lsoa', '2021', :c, '2025', 3, NULL, NULL, :d)"),
        {"c": first, "d": delivery},
    )
    return rows


def _areas(connection: Connection, areas: pd.DataFrame) -> None:
    square = "ST_Multi(ST_MakeEnvelope(:x, :y, :x + 100, :y + 100, 27700))"
    for area in areas.itertuples():
        values = {"c": area.code, "x": 450000 + 100 * area.column, "y": 200000 + 100 * area.row}
        connection.execute(text(f"INSERT INTO place.area VALUES ('lsoa', '2021', :c, :c, '', 1, NULL, {square}, 10000)"), values)
        connection.execute(
            text("INSERT INTO place.population VALUES ('lsoa', '2021', :c, 'residents', 'census2021', 1500, NULL)"),
            {"c": area.code},
        )
    parents = [("lsoa", "2021", r.code, "msoa", "2021", r.msoa) for r in areas.itertuples()]
    parents += [("lsoa", "2021", r.code, "lad", "2022", r.lad) for r in areas.itertuples()]
    parents += [("lad", "2022", code, "force", "2020", FORCE) for code in sorted(set(areas["lad"]))]
    columns = ["child_geography", "child_edition", "child_code", "parent_geography", "parent_edition", "parent_code"]
    copy_frame(connection, "place", "area_parent", pd.DataFrame(parents, columns=columns))


def county_counts(seed: int = 5) -> pd.DataFrame:
    """code, category, month, incidents of every month but the gap; places and months without an incident have no row."""
    areas, rng = lsoas(), np.random.default_rng(seed)
    rows = []
    for area in areas.itertuples():
        for category, mean in CATEGORIES.items():
            for month in PERIOD.months():
                n = int(rng.poisson(mean / 6)) if month != GAP else 0
                if n:
                    rows.append((area.code, category, month, n))
    return pd.DataFrame(rows, columns=["code", "category", "month", "incidents"])


# what was looked for, what came of it and the ethnic group, and how many searches a month a district has of them
_SEARCHED = {"Controlled drugs": 0.6, "Offensive weapons": 0.2, "Stolen goods": 0.15, "Fireworks": 0.05}
_CAME_OF_IT = {"A no further action disposal": 0.72, "Arrest": 0.15, "Community resolution": 0.08, "Summons / charged by post": 0.03,
               "Not stated": 0.02}  # fmt: skip
_OF_GROUP = {"white": 0.6, "asian": 0.1, "black": 0.1, "mixed": 0.05, "other": 0.02, "not_stated": 0.13}
# of ten searches that something came of, and of ten others: how many found what was looked for, did not, and do not say
_LINKED = {True: (8, 1, 1), False: (0, 9, 1)}
RESIDENTS = {"white": 14_000.0, "asian": 1_500.0, "black": 800.0, "mixed": 900.0, "other": 800.0}


def searches(seed: int = 5, a_month: float = 16.0) -> pd.DataFrame:
    """lad_code, month, object_of_search, outcome, ethnicity, linked, stops of every month but the gap. Some groups of a
    district are small."""
    rng, rows = np.random.default_rng(seed), []
    for lad in sorted(set(lsoas()["lad"])):
        for month in PERIOD.months():
            for what, a in _SEARCHED.items():
                for came, b in _CAME_OF_IT.items():
                    for group, c in _OF_GROUP.items():
                        n = int(rng.poisson(a_month * a * b * c)) if month != GAP else 0
                        if n:
                            rows.append((lad, month, what, came, group, n))
    return linked(pd.DataFrame(rows, columns=["lad_code", "month", "object_of_search", "outcome", "ethnicity", "stops"]), seed)


def linked(rows: pd.DataFrame, seed: int = 5) -> pd.DataFrame:
    """The same searches by whether their outcome is linked to what was looked for, before the column stops."""
    rng, made = np.random.default_rng(seed), []
    for row in rows.itertuples(index=False):
        came = row.outcome not in ("A no further action disposal", "Not stated")
        split = rng.multinomial(row.stops, np.array(_LINKED[came]) / 10)
        made += [(*row[:-1], said, int(n)) for said, n in zip(("yes", "no", "not_said"), split, strict=True) if n]
    return pd.DataFrame(made, columns=[*rows.columns[:-1], "linked", "stops"])


def fill_searches(connection: Connection, rows: pd.DataFrame) -> None:
    """Searches as the analysis leaves them, beside fill_county."""
    copy_frame(connection, "analysis", "stop_detail_count", rows)
    for month in PERIOD.months():
        if month != GAP:
            connection.execute(text("INSERT INTO analysis.stop_month VALUES (:m, 100, 0, 0)"), {"m": month})
    for lad in sorted(set(lsoas()["lad"])):
        for group, people in RESIDENTS.items():
            values = {"l": lad, "g": group, "n": people}
            connection.execute(text("INSERT INTO analysis.ethnic_residents VALUES (:l, :g, :n)"), values)
    connection.execute(
        text(
            "INSERT INTO analysis.record_source VALUES ('searches', 'Testshire Police', 'OGL', '', 11, 900, 0, '2024-01-01', '2024-12-01',"
            " clock_timestamp())"
        )
    )
