"""The geography and place stages on a drawn county in a real PostGIS: what is derived, what is placed, and that PostGIS agrees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import Connection, text

from boundaries import hexagons
from boundaries.agreement import agreement_by_year
from boundaries.geography import GeographyReport, prepare_geography
from boundaries.placement import PlacementReport, place_locations
from boundaries.projection import to_wgs84
from core import db
from core.db import Role
from core.errors import UserError

pytestmark = pytest.mark.database

_WEST, _SOUTH, _SIDE = 440_000.0, 200_000.0, 2_000.0
# columns of the drawing: 2011 P1 P2 P3 P4 P5; P2 was split into S1 | S2, P3 and P4 were merged into M1; N1 is a neighbour's
_OLD = {"E01P1": (0, 1), "E01P2": (1, 2), "E01P3": (2, 3), "E01P4": (3, 4), "E01P5": (4, 5)}
_NEW = {"E01P1": (0, 1), "E01S1": (1, 1.5), "E01S2": (1.5, 2), "E01M1": (2, 4), "E01P5": (4, 5), "E01N1": (5, 6)}
_CHANGES = [("E01P1", "E01P1", "U"), ("E01P2", "E01S1", "S"), ("E01P2", "E01S2", "S"), ("E01P3", "E01M1", "M"), ("E01P4", "E01M1", "M"),
            ("E01P5", "E01P5", "U")]  # fmt: skip
_PARENTS = {"E01P1": ("E02A", "E07X"), "E01S1": ("E02A", "E07X"), "E01S2": ("E02A", "E07X"), "E01M1": ("E02B", "E07Y"),
            "E01P5": ("E02B", "E07Y"), "E01N1": ("E02N", "E07N")}  # fmt: skip
_NAMES = {"E01P1": "Exham 001A", "E01S1": "Exham 001B", "E01S2": "Exham 001C", "E01M1": "Whyford 002A", "E01P5": "Whyford 002B",
          "E01N1": "Nextby 009A"}  # fmt: skip


def _strip(start: float, end: float, *, wavy: bool) -> shapely.Geometry:
    """A strip of the drawing. The fine edition's northern border is wavy, the coarse one's straight."""
    west, east = _WEST + start * _SIDE, _WEST + end * _SIDE
    north = _SOUTH + _SIDE
    top = [(x, north + (60.0 * np.sin(x / 150.0) if wavy else 0.0)) for x in np.arange(west, east + 1, 50.0)]
    return shapely.Polygon([(west, _SOUTH), (east, _SOUTH), *reversed(top)])


def _areas(connection: Connection, edition: str, drawn: dict[str, tuple[float, float]], *, detail: int, wavy: bool) -> None:
    shapes = [shapely.set_srid(shapely.MultiPolygon([_strip(*span, wavy=wavy)]), 27700) for span in drawn.values()]
    frame = pd.DataFrame(
        {
            "geography": "lsoa",
            "edition": edition,
            "code": list(drawn),
            "name": [_NAMES.get(c, c) for c in drawn],
            "detail": detail,
            "geom": shapely.to_wkb(shapes, hex=True, include_srid=True),
        }
    )
    db.copy_frame(connection, "place", "area", frame)


# easting in strips, northing in metres above the southern border, printed LSOA
_POINTS = [(0.5, 1_000.0, "E01P1"), (1.2, 900.0, "E01S1"), (1.7, 900.0, "E01S2"), (2.5, 500.0, "E01M1"), (3.5, 1_500.0, "E01M1"),
           (4.5, 300.0, "E01P5"), (5.5, 1_000.0, "E01N1"), (9.0, 1_000.0, "E01M1"), (1.51, 1_000.0, "E01S1")]  # fmt: skip


def _locate(connection: Connection, points: list[tuple[float, float, str]]) -> None:
    lon, lat = to_wgs84([_WEST + p[0] * _SIDE for p in points], [_SOUTH + p[1] for p in points])
    db.copy_frame(connection, "record", "location", pd.DataFrame({"lon": np.round(lon, 6), "lat": np.round(lat, 6)}))


@pytest.fixture(scope="module")
def drawn_county(module_database: str) -> Iterator[tuple[GeographyReport, PlacementReport]]:
    with db.transaction(Role.PIPELINE) as connection:
        with pytest.raises(UserError, match="region is not known"):
            prepare_geography(connection)
        db.copy_rows(connection, "place", "region", ["region_id", "name", "force_code", "force_name", "synthetic"],
                     [(1, "Drawnshire", "E23D", "Drawn Police", True)])  # fmt: skip
        parents = [("lsoa", "2021", c, "msoa", "2021", m) for c, (m, _) in _PARENTS.items()]
        parents += [("lsoa", "2021", c, "lad", "2022", d) for c, (_, d) in _PARENTS.items()]
        parents += [("lad", "2022", "E07X", "force", "2020", "E23D"), ("lad", "2022", "E07Y", "force", "2020", "E23D"),
                    ("lad", "2022", "E07N", "force", "2020", "E23N")]  # fmt: skip
        columns = ["child_geography", "child_edition", "child_code", "parent_geography", "parent_edition", "parent_code"]
        db.copy_rows(connection, "place", "area_parent", columns, parents)
        with pytest.raises(UserError, match="no outlines of lsoa 2021"):
            prepare_geography(connection)
        pairs = [("lsoa", "2011", a, "2021", b, change) for a, b, change in _CHANGES]
        db.copy_rows(
            connection,
            "place",
            "edition_change",
            ["geography", "from_edition", "from_code", "to_edition", "to_code", "change"],
            pairs,
        )
        _areas(connection, "2011", _OLD, detail=2, wavy=True)
        _areas(connection, "2021", _NEW, detail=1, wavy=False)
        db.copy_rows(
            connection, "place", "area", ["geography", "edition", "code", "name"], [("lad", "2022", "E07X", "Exham District")]
        )
        db.copy_rows(connection, "place", "postcode", ["postcode", "display", "easting", "northing", "lsoa11_code"], [
            ("ZZ11AA", "ZZ1 1AA", _WEST + 1.2 * _SIDE, _SOUTH + 10.0, None),
            ("ZZ11AB", "ZZ1 1AB", None, None, "E01P3"),
            ("ZZ11AC", "ZZ1 1AC", None, None, "E01P2"),
        ])  # fmt: skip
        delivery = connection.execute(
            text(
                "INSERT INTO raw.delivery (feed, file_name, sha256, byte_size, publisher, licence, slot,"
                " rows_in, rows_accepted, rows_rejected)"
                " VALUES ('t', 't', repeat('0', 64), 0, 't', 't', 't', 0, 0, 0) RETURNING delivery_id"
            )
        ).scalar_one()
        db.copy_rows(connection, "record", "service", ["service_id", "kind", "name", "postcode", "delivery_id"],
                     [("s1", "gp_practice", "One", "ZZ1 1AA", delivery), ("s2", "gp_practice", "Two", "ZZ9 9ZZ", delivery)])  # fmt: skip
        _locate(connection, _POINTS)
        connection.execute(text("SELECT record.ensure_month(CAST('2025-01-01' AS DATE))"))
        ids = [row[0] for row in connection.execute(text("SELECT location_id FROM record.location ORDER BY location_id"))]
        incidents = [(delivery, n, date(2025, 1, 1), "Robbery", i, p[2]) for n, (i, p) in enumerate(zip(ids, _POINTS, strict=True))]
        db.copy_rows(
            connection, "record", "incident", ["delivery_id", "line", "month", "category", "location_id", "printed_lsoa"], incidents
        )
    with db.transaction(Role.PIPELINE) as connection:
        geography = prepare_geography(connection)
    with db.transaction(Role.PIPELINE) as connection:
        placement = place_locations(connection)
    yield geography, placement


def _rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_outlines_of_2021_become_the_finer_ones(drawn_county: tuple[GeographyReport, PlacementReport]) -> None:
    report = drawn_county[0]
    assert (report.lsoa_2011, report.lsoa_2021, report.finer, report.left_as_loaded) == (5, 6, 5, 1)
    detail = dict(_rows("SELECT code, detail FROM place.area WHERE geography = 'lsoa' AND edition = '2021'"))
    assert detail == {"E01P1": 2, "E01S1": 2, "E01S2": 2, "E01M1": 2, "E01P5": 2, "E01N1": 1}
    with db.transaction(Role.PIPELINE) as connection:
        assert prepare_geography(connection).finer == 0


def test_coarser_areas_nest_and_belong_to_the_region_alone(drawn_county: tuple[GeographyReport, PlacementReport]) -> None:
    found = _rows(
        "SELECT geography, edition, code, name FROM place.area WHERE geography <> 'lsoa' AND geom IS NOT NULL ORDER BY 1, 3"
    )
    assert found == [
        ("all", "", "E23D", "Drawnshire"),
        ("lad", "2022", "E07X", "Exham District"),
        ("lad", "2022", "E07Y", "Whyford"),
        ("msoa", "2021", "E02A", "Exham 001"),
        ("msoa", "2021", "E02B", "Whyford 002"),
    ]
    totals = dict(
        _rows(
            "SELECT geography, sum(area_m2) FROM place.area"
            " WHERE geom IS NOT NULL AND edition <> '2011' AND code <> 'E01N1' GROUP BY geography"
        )
    )
    assert max(totals.values()) - min(totals.values()) < 1.0
    parents = _rows("SELECT child_code, parent_code FROM place.area_parent WHERE child_geography = 'msoa' ORDER BY 1")
    assert parents == [("E02A", "E07X"), ("E02B", "E07Y"), ("E02N", "E07N")]
    assert _rows("SELECT count(*) FROM place.area_parent WHERE parent_geography = 'all' AND parent_code = 'E23D'") == [(2,)]
    old = dict(
        _rows("SELECT child_code, parent_code FROM place.area_parent WHERE child_geography = 'lsoa' AND child_edition = '2011'")
    )
    assert old == {"E01P1": "E07X", "E01P2": "E07X", "E01P3": "E07Y", "E01P4": "E07Y", "E01P5": "E07Y"}


def test_postcodes_and_services_are_placed(drawn_county: tuple[GeographyReport, PlacementReport]) -> None:
    found = _rows("SELECT postcode, lsoa11_code, lsoa21_code FROM place.postcode ORDER BY postcode")
    # a postcode without coordinates goes through the lookup where its 2011 area became exactly one
    assert found == [("ZZ11AA", "E01P2", "E01S1"), ("ZZ11AB", "E01P3", "E01M1"), ("ZZ11AC", "E01P2", None)]
    assert _rows("SELECT service_id, lsoa21_code, lad22_code FROM record.service ORDER BY 1") == [
        ("s1", "E01S1", "E07X"),
        ("s2", None, None),
    ]
    assert (drawn_county[0].postcodes_placed, drawn_county[0].services_placed) == (1, 1)


def test_every_location_is_placed_once(drawn_county: tuple[GeographyReport, PlacementReport]) -> None:
    report = drawn_county[1]
    assert (report.newly_placed, report.placed, report.in_region, report.near_region, report.nowhere) == (9, 9, 7, 1, 1)
    found = _rows("SELECT lsoa11_code, lsoa21_code, msoa21_code, lad22_code FROM place.location_place ORDER BY location_id")
    assert found[:8] == [
        ("E01P1", "E01P1", "E02A", "E07X"), ("E01P2", "E01S1", "E02A", "E07X"), ("E01P2", "E01S2", "E02A", "E07X"),
        ("E01P3", "E01M1", "E02B", "E07Y"), ("E01P4", "E01M1", "E02B", "E07Y"), ("E01P5", "E01P5", "E02B", "E07Y"),
        (None, "E01N1", None, None), (None, None, None, None),
    ]  # fmt: skip


def test_postgis_places_them_in_the_same_areas(drawn_county: tuple[GeographyReport, PlacementReport]) -> None:
    wrong = _rows(
        "SELECT p.location_id FROM place.location_place AS p LEFT JOIN LATERAL ("
        "  SELECT min(a.code) AS code FROM place.area AS a WHERE a.geography = 'lsoa' AND a.edition = '2021'"
        "  AND ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint(p.easting, p.northing), 27700))) AS g ON TRUE"
        " WHERE g.code IS DISTINCT FROM p.lsoa21_code"
    )
    assert wrong == []


def test_cells_cover_every_counted_location_and_the_region(drawn_county: tuple[GeographyReport, PlacementReport]) -> None:
    cells = {int(c): (r, d, a) for c, r, d, a in _rows("SELECT cell, resolution, lad_code, area_m2 FROM place.h3_cell")}
    touched = [int(c) for (c,) in _rows("SELECT h3_r9 FROM place.location_place WHERE lad22_code IS NOT NULL")]
    for resolution in (8, 7):
        assert hexagons.parents_of(touched, resolution) <= set(cells)
    assert set(touched) <= set(cells)
    assert {d for _, d, _ in cells.values()} == {"E07X", "E07Y"}
    assert {r: sum(1 for v in cells.values() if v[0] == r) for r in (7, 8, 9)} == drawn_county[1].cells
    # ten cells of resolution 8 or so for the 20 square kilometres of the drawing, each near its mean size
    assert 15 < drawn_county[1].cells[8] < 50
    assert all(0.5e6 < a < 1.1e6 for r, _, a in cells.values() if r == 8)


def test_agreement_says_how_far_off_the_differing_points_are(drawn_county: tuple[GeographyReport, PlacementReport]) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        (row,) = agreement_by_year(connection)
    assert (row.year, row.edition, row.rows, row.agree, row.differ, row.outside_ours, row.not_in_edition) == (
        2025,
        "2021",
        9,
        7,
        2,
        1,
        0,
    )
    # one stands 20 m beside the area that was printed, the other ten kilometres away
    assert (row.within_10_m, row.within_50_m, row.within_100_m) == (0.0, 0.5, 0.5)


def test_only_new_locations_are_placed_until_an_outline_changes(drawn_county: tuple[GeographyReport, PlacementReport]) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        again = place_locations(connection)
    assert (again.newly_placed, again.outlines_changed, again.cells) == (0, False, drawn_county[1].cells)
    with db.transaction(Role.PIPELINE) as connection:
        _locate(connection, [(0.25, 250.0, "")])
        one = place_locations(connection)
    assert (one.newly_placed, one.placed, one.outlines_changed) == (1, 10, False)
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(
            text(
                "UPDATE place.area SET geom = ST_Translate(geom, 500, 0) WHERE geography = 'lsoa' AND edition = '2021' AND code = 'E01N1'"
            )
        )
        everything = place_locations(connection)
    assert (everything.newly_placed, everything.placed, everything.outlines_changed) == (10, 10, True)
