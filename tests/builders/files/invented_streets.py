"""Streets, a river, a railway and places of interest for the invented county: a background as loaded, cut into tiles."""

from __future__ import annotations

import json

from sqlalchemy import text

from analytics.release.background import cut_background
from core import db
from core.db import Role
from tests.builders.portal_data import CELL_M, COLUMNS, ROWS, SOUTH, WEST

ATTRIBUTION = "Invented streets of no real place"
EAST, NORTH = WEST + COLUMNS * CELL_M, SOUTH + ROWS * CELL_M
POINTS = (("pharmacy", "Bell Pharmacy", -1.221, 51.7713), ("licensed_premises", "The Crown", -1.2137, 51.774))


def features() -> list[tuple[str, str, str, int, str]]:
    """Kind, class, name, widest zoom and shape of each."""
    middle = SOUTH + ROWS * CELL_M // 2
    found = [
        ("road", "a_road", "Harbour Road", 8, f"LINESTRING ({WEST} {middle}, {EAST} {middle + 300})"),
        ("rail", "railway", "", 9, f"LINESTRING ({WEST} {SOUTH + 500}, {EAST} {NORTH - 500})"),
        ("waterway", "river", "River Ash", 9, f"LINESTRING ({WEST} {NORTH - 900}, {EAST} {NORTH - 1_200})"),
        ("water", "water", "Mill Pond", 10, f"POLYGON (({WEST + 500} {SOUTH + 500}, {WEST + 900} {SOUTH + 500}, {WEST + 700} {SOUTH + 900},"
         f" {WEST + 500} {SOUTH + 500}))"),
        ("settlement", "village", "Ashmoor Green", 11, f"POINT ({WEST + 1_900} {middle + 700})"),
        ("station", "station", "Ashmoor Halt", 12, f"POINT ({WEST + 2_600} {SOUTH + 1_900})"),
    ]  # fmt: skip
    for i in range(COLUMNS * 2):
        x = WEST + 225 + i * CELL_M // 2
        found.append(("road", "street", f"Street {chr(65 + i)}", 13, f"LINESTRING ({x} {SOUTH}, {x + 40} {NORTH})"))
    for j in range(ROWS * 2):
        y = SOUTH + 150 + j * CELL_M // 2
        found.append(
            ("road", "minor_road" if j % 3 == 0 else "street", f"Lane {j + 1}", 12, f"LINESTRING ({WEST} {y}, {EAST} {y + 60})")
        )
    return found


def lay() -> None:
    """Into the database that the code under test is pointed at."""
    with db.transaction(Role.OWNER) as connection:
        added = (
            "INSERT INTO raw.delivery (feed, file_name, sha256, byte_size, publisher, licence, slot, rows_in, rows_accepted, rows_rejected,"
            " notes) VALUES ('invented_streets', 'streets.gpkg', repeat('0', 64), 1, 'Nobody', 'None', 'all', 1, 1, 0, cast(:notes AS JSONB))"
            " RETURNING delivery_id"
        )
        delivery = connection.execute(text(added), {"notes": json.dumps({"attribution": ATTRIBUTION})}).scalar_one()
        statement = (
            "INSERT INTO place.background (kind, class, name, least_zoom, delivery_id, geom)"
            " VALUES (:kind, :class, :name, :zoom, :delivery, st_geomfromtext(:shape, 27700))"
        )
        for kind, what, name, zoom, shape in features():
            values = {"kind": kind, "class": what, "name": name, "zoom": zoom, "delivery": delivery, "shape": shape}
            connection.execute(text(statement), values)
        point = (
            "INSERT INTO analysis.service_point (kind, service_id, name, lon, lat, run_id)"
            " SELECT :kind, :name, :name, :lon, :lat, max(run_id) FROM analysis.run"
        )
        for kind, name, lon, lat in POINTS:
            connection.execute(text(point), {"kind": kind, "name": name, "lon": lon, "lat": lat})
    with db.transaction(Role.PIPELINE) as connection:
        cut_background(connection)
