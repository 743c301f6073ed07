"""The analyse stages on a drawn county: what is counted where, that nothing is lost, and that twice is the same as once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from analytics.counts.definitions import load_definitions
from analytics.counts.rates import RateReport, compute_rates
from analytics.counts.stage import CountReport, count_months
from analytics.counts.store import PARTS
from analytics.hotspots.outliers import compute_rate_outliers
from analytics.hotspots.stage import HotspotReport, compute_hotspots
from analytics.overlaps.definitions import load_factor_definitions
from analytics.overlaps.stage import FactorReport, compute_factors
from core import db
from core.db import Role
from core.db.sql import read_sql
from core.errors import InternalError, UserError
from core.paths import PROJECT_ROOT
from core.periods import Period, add_months
from core.poisson import count_limits

pytestmark = pytest.mark.database

DEFINITIONS = load_definitions(PROJECT_ROOT / "analytics" / "counts" / "definitions.toml")
FACTORS = load_factor_definitions(PROJECT_ROOT / "analytics" / "overlaps" / "risk_factors.toml")
MONTHS = [date(2025, 1, 1), date(2025, 2, 1), date(2025, 4, 1)]  # March is a gap
PERIOD = Period(date(2025, 1, 1), date(2025, 4, 1))

# One letter a square kilometre, an LSOA of 2021 each; capital letters have many incidents. Two districts: the left and the right half.
SIDE = 8
DRAWN = """
aaaaaaaa
aAAAaaaa
aAAAaaaa
aAAAaaaa
aaaaaaaa
aaaaaaaa
aaaaaaaa
aaaaaaaa
"""
LETTERS = DRAWN.split()


def code(row: int, column: int, year: str = "2021") -> str:
    # in 2011 the two squares at the lower right were one LSOA
    if year == "2011" and (row, column) == (SIDE - 1, SIDE - 1):
        column = SIDE - 2
    return f"E0{1 if year == '2021' else 9}{row:03d}{column:03d}"


def district(column: int) -> str:
    return "E07000001" if column < SIDE // 2 else "E07000002"


def square(row: int, column: int) -> shapely.Polygon:
    return shapely.box(450_000 + 1000 * column, 200_000 - 1000 * row, 451_000 + 1000 * column, 201_000 - 1000 * row)


def wkb(shape: shapely.Geometry) -> str:
    return str(shapely.to_wkb(shapely.set_srid(shape, 27700), hex=True, include_srid=True))


SQUARES = [(row, column) for row in range(SIDE) for column in range(SIDE)]
# location ids count from 1 in this order; the last two lie outside the region, and at its edge outside every LSOA 2011
OUTSIDE, EDGE = len(SQUARES) + 1, len(SQUARES) + 2


def cell_of(row: int, column: int) -> int:
    """The squares stand about a hexagon of resolution 9 apart, so that neighbours on the drawing are near on the ground."""
    return int(h3.latlng_to_cell(51.70 - 0.003 * row, -1.25 + 0.005 * column, 9))


def build_county(connection: Connection) -> None:
    copy = db.copy_rows
    copy(connection, "place", "region", ("region_id", "name", "force_code", "force_name", "synthetic"),
         [(1, "Drawnshire", "E23000099", "Drawnshire Police", True)])  # fmt: skip
    areas = [("lsoa", "2021", code(r, c), "x", wkb(shapely.MultiPolygon([square(r, c)]))) for r, c in SQUARES]
    copy(connection, "place", "area", ("geography", "edition", "code", "name", "geom"), areas)
    parents = [("lad", "2024", d, "force", "2020", "E23000099") for d in ("E07000001", "E07000002")]
    for r, c in SQUARES:
        parents += [
            ("lsoa", "2021", code(r, c), "lad", "2022", district(c)),
            ("lsoa", "2021", code(r, c), "msoa", "2021", f"E0200{r // 4}{c // 4}"),
        ]
    parents += [("msoa", "2021", f"E0200{r}{c}", "lad", "2022", district(4 * c)) for r in range(2) for c in range(2)]
    parents += sorted({("lsoa", "2011", code(r, c, "2011"), "lad", "2022", district(c)) for r, c in SQUARES})
    # an LSOA of another force's district, which a point of the region's edge can fall into
    parents.append(("lsoa", "2011", "E09999999", "lad", "2022", "E07000777"))
    columns = ("child_geography", "child_edition", "child_code", "parent_geography", "parent_edition", "parent_code")
    copy(connection, "place", "area_parent", columns, parents)
    changes = [("lsoa", "2011", code(r, c, "2011"), "2021", code(r, c), "U") for r, c in SQUARES]
    copy(
        connection,
        "place",
        "edition_change",
        ("geography", "from_edition", "from_code", "to_edition", "to_code", "change"),
        changes,
    )
    people = [("lsoa", "2021", code(r, c), "residents", "census2021", 1000 + 10 * r + c) for r, c in SQUARES]
    copy(connection, "place", "population", ("geography", "edition", "code", "measure", "reference", "people"), people)
    located = [(code(r, c, "2011"), code(r, c), f"E0200{r // 4}{c // 4}", district(c), cell_of(r, c)) for r, c in SQUARES]
    located.append((None, None, None, None, cell_of(60, 60)))
    located.append(("E09999999", code(0, 7), "E020001", district(7), cell_of(0, 7)))
    copy(connection, "record", "location", ("lon", "lat"), [(i, i) for i in range(len(located))])
    copy(connection, "place", "location_place",
         ("location_id", "easting", "northing", "lsoa11_code", "lsoa21_code", "msoa21_code", "lad22_code", "h3_r9"),
         [(i + 1, 0, 0, *where) for i, where in enumerate(located)])  # fmt: skip
    cells = {int(h3.cell_to_parent(where[4], res)): res for where in located if where[3] for res in (9, 8, 7)}
    copy(connection, "place", "h3_cell", ("cell", "resolution", "lad_code", "area_m2", "geom"),
         [(cell, res, district(res % 2 * 7), 1.0, wkb(square(0, 0))) for cell, res in cells.items()])  # fmt: skip
    _deprivation(connection)
    _incidents(connection)


def _delivery(connection: Connection, feed: str, rows: int) -> int:
    return int(
        connection.execute(
            text(
                "INSERT INTO raw.delivery (feed, file_name, sha256, byte_size, publisher, licence, slot, rows_in, rows_accepted,"
                " rows_rejected) VALUES (:f, :f, repeat('0', 64), 1, 'p', 'l', :f, :n, :n, 0) RETURNING delivery_id"
            ),
            {"f": feed, "n": rows},
        ).scalar_one()
    )


def _deprivation(connection: Connection) -> None:
    """The most deprived are the capital letters and one square far from them; one square has no value."""
    delivery = _delivery(connection, "imd", SIDE * SIDE)
    rows = []
    for n, (r, c) in enumerate(SQUARES):
        deprived = LETTERS[r][c].isupper() or (r, c) == (7, 7)
        if (r, c) != (0, 0):
            rows.append(("imd2025_income_decile", "lsoa", "2021", code(r, c), "2025", 1 if deprived else 8, delivery))
            rows.append(("imd2025_income_rank", "lsoa", "2021", code(r, c), "2025", n + (0 if deprived else 1000), delivery))
    copy_columns = ("indicator", "geography", "edition", "code", "period", "value", "delivery_id")
    db.copy_rows(connection, "record", "indicator", copy_columns, rows)


def _incidents(connection: Connection) -> None:
    rng = np.random.default_rng(0)
    rows: list[tuple[object, ...]] = []
    for month in MONTHS:
        connection.execute(text("SELECT record.ensure_month(:m)"), {"m": month})
        for n, (r, c) in enumerate(SQUARES):
            many = LETTERS[r][c].isupper()
            violence = rng.poisson(30 if many else 3)
            rows += [(month, "Violence and sexual offences", n + 1)] * violence
            # drugs lie where police search: a square that has little else
            rows += [(month, "Drugs", n + 1)] * (40 if (r, c) == (6, 6) else 0)
        rows += [(month, "Robbery", None)] * 5 + [(month, "Robbery", OUTSIDE)] * 3 + [(month, "Robbery", EDGE)] * 2
    delivery = _delivery(connection, "street", len(rows))
    incidents = [(delivery, line, month, category, where) for line, (month, category, where) in enumerate(rows)]
    db.copy_rows(connection, "record", "incident", ("delivery_id", "line", "month", "category", "location_id"), incidents)


@dataclass(frozen=True)
class Reports:
    count: CountReport
    rate: RateReport
    hotspot: HotspotReport
    factor: FactorReport


def run_stages() -> Reports:
    with db.transaction(Role.PIPELINE) as connection:
        count = count_months(connection, definitions=DEFINITIONS)
    with db.transaction(Role.PIPELINE) as connection:
        rate = compute_rates(connection, period=PERIOD)
    with db.transaction(Role.PIPELINE) as connection:
        hotspot = compute_hotspots(connection, period=PERIOD, seed=1, permutations=19_999)
    with db.transaction(Role.PIPELINE) as connection:
        factor = compute_factors(connection, period=PERIOD, seed=1, definitions=FACTORS)
    return Reports(count, rate, hotspot, factor)


@pytest.fixture(scope="module")
def reports(module_database: str) -> Iterator[Reports]:
    with db.transaction(Role.OWNER) as connection:
        build_county(connection)
    yield run_stages()


def rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(row) for row in connection.execute(text(statement), values)]


def value(statement: str, **values: object) -> object:
    return rows(statement, **values)[0][0]


def test_every_incident_is_counted_once_or_says_why_not(reports: Reports) -> None:
    stored = value("SELECT count(*) FROM record.incident")
    assert reports.count.incidents == stored
    assert (reports.count.unplaced, reports.count.outside) == (15, 9)
    sums = rows("SELECT geography, edition, sum(incidents) FROM analysis.count_month GROUP BY 1, 2")
    assert len(sums) == 8
    assert {total for _, _, total in sums} == {reports.count.in_places} == {stored - 24}


def test_a_month_that_was_not_loaded_is_a_gap_without_numbers(reports: Reports) -> None:
    assert rows("SELECT month, incidents FROM analysis.month_status WHERE status = 'gap'") == [(date(2025, 3, 1), None)]
    assert (reports.count.months_loaded, reports.count.months_missing) == (3, 1)
    assert reports.rate.months_loaded == 3
    assert {n for (n,) in rows("SELECT DISTINCT months_loaded FROM analysis.rate")} == {3}


def test_parents_of_hexagons_are_those_of_h3(reports: Reports) -> None:
    for resolution in (7, 8):
        expected: dict[str, int] = {}
        for cell, incidents in rows("SELECT code, sum(incidents) FROM analysis.count_month WHERE edition = 'r9' GROUP BY 1"):
            parent = f"{h3.cell_to_parent(int(str(cell), 16), resolution):x}"
            expected[parent] = expected.get(parent, 0) + int(str(incidents))
        found = dict(
            rows("SELECT code, sum(incidents) FROM analysis.count_month WHERE edition = :e GROUP BY 1", e=f"r{resolution}")
        )
        assert found == expected


def test_the_edge_goes_to_the_lsoa_2011_that_its_lsoa_2021_came_from(reports: Reports) -> None:
    found = rows("SELECT code, lad_code, sum(incidents) FROM analysis.count_month WHERE edition = '2011' AND category = 'Robbery'"
                 " GROUP BY 1, 2")  # fmt: skip
    assert found == [(code(0, 7, "2011"), "E07000002", 6)]
    merged = value("SELECT sum(incidents) FROM analysis.count_month WHERE code = :c", c=code(7, 6, "2011"))
    parts = value("SELECT sum(incidents) FROM analysis.count_month WHERE code = ANY(:c)", c=[code(7, 6), code(7, 7)])
    assert merged == parts


def test_rates_stand_for_every_place_and_add_up(reports: Reports) -> None:
    groups = len(DEFINITIONS.group)
    assert value("SELECT count(*) FROM analysis.rate WHERE edition = '2021' AND geography = 'lsoa'") == SIDE * SIDE * groups
    empty = rows("SELECT incidents, rate_per_1000, lower_per_1000, upper_per_1000 FROM analysis.rate"
                 " WHERE code = :c AND group_id = 'anti_social_behaviour'", c=code(3, 3))  # fmt: skip
    people = 1000 + 33
    assert empty == [(0, 0.0, 0.0, pytest.approx(count_limits(0)[1] * 1000 / people))]
    unequal = """
      SELECT count(*)
      FROM (
        SELECT geography, edition, code, sum(incidents) FILTER (WHERE g.kind = 'partition') AS parts,
          sum(incidents) FILTER (WHERE g.kind = 'total') AS whole
        FROM analysis.rate INNER JOIN analysis.category_group AS g USING (group_id)
        GROUP BY geography, edition, code
      ) AS t
      WHERE parts <> whole
    """
    assert value(unequal) == 0
    lsoas = value(
        "SELECT sum(residents) FROM analysis.rate WHERE edition = '2021' AND geography = 'lsoa' AND group_id = 'all_recorded'"
    )
    region = rows("SELECT code, lad_code, residents FROM analysis.rate WHERE geography = 'all' AND group_id = 'all_recorded'")
    assert region == [("E23000099", "", lsoas)]


def test_unknown_populations_give_no_rate(reports: Reports) -> None:
    assert (
        value("SELECT count(*) FROM analysis.rate WHERE (geography = 'h3' OR edition = '2011') AND rate_per_1000 IS NOT NULL") == 0
    )
    assert value("SELECT count(*) FROM analysis.rate WHERE geography = 'lsoa' AND edition = '2021' AND rate_per_1000 IS NULL") == 0


def hot(group: str, measure: str = "count") -> set[object]:
    statement = (
        "SELECT code FROM analysis.hotspot"
        " WHERE geography = 'lsoa' AND group_id = :g AND measure = :m AND class = 'hot' AND certainty >= 95"
    )
    return {found for (found,) in rows(statement, g=group, m=measure)}


@pytest.mark.parametrize("measure", ["count", "smoothed_rate"])
def test_the_drawn_cluster_is_hot_and_nothing_far_from_it(reports: Reports, measure: str) -> None:
    found = hot("violence_and_sexual_offences", measure)
    assert code(2, 2) in found
    near = {code(r, c) for r in range(5) for c in range(5)}
    assert found <= near


def test_what_police_activity_produces_is_no_hot_spot_input(reports: Reports) -> None:
    groups = {g for (g,) in rows("SELECT DISTINCT group_id FROM analysis.hotspot")}
    assert "drugs_and_weapons" not in groups
    searched = rows("SELECT h.incidents, r.incidents FROM analysis.hotspot AS h"
                    " INNER JOIN analysis.rate AS r USING (geography, edition, code, group_id)"
                    " WHERE h.code = :c AND group_id = 'all_recorded' AND h.measure = 'count'", c=code(6, 6))  # fmt: skip
    assert searched[0][1] == searched[0][0] + 120
    assert code(6, 6) not in hot("all_recorded")


def test_the_map_with_what_police_find_stands_beside_and_is_another(reports: Reports) -> None:
    pair = dict(rows("SELECT measure, incidents FROM analysis.hotspot WHERE geography = 'lsoa' AND group_id = 'all_recorded'"
                     " AND code = :c AND measure LIKE 'count%'", c=code(6, 6)))  # fmt: skip
    assert pair["count_with_proactive"] == pair["count"] + 120
    # a group without such offences has no second map
    assert {
        m for (m,) in rows("SELECT DISTINCT measure FROM analysis.hotspot WHERE group_id = 'violence_and_sexual_offences'")
    } == {
        "count",
        "smoothed_rate",
    }


def test_every_hot_spot_expires(reports: Reports) -> None:
    # the last month is PERIOD.end; six months later, its last day
    last = add_months(PERIOD.end, 7) - timedelta(days=1)
    assert rows("SELECT DISTINCT expires_on FROM analysis.hotspot") == [(last,)]


def test_outliers_by_rate_are_stored_for_every_group_of_hot_spot_input(reports: Reports) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        found = compute_rate_outliers(connection, period=PERIOD, seed=1, permutations=999)
    groups = sum(g.hot_spots for g in DEFINITIONS.group)
    assert (found.places, found.rows) == (SIDE * SIDE, SIDE * SIDE * groups)
    drawn = {c for (c,) in rows("SELECT code FROM analysis.rate_outlier WHERE class = 'high_high'"
                                " AND group_id = 'violence_and_sexual_offences'")}  # fmt: skip
    assert code(2, 2) in drawn <= {code(r, c) for r in range(5) for c in range(5)}
    assert (
        value(
            "SELECT count(*) FROM analysis.rate_outlier WHERE (class <> 'not_significant') AND (q_value > 0.05 OR q_value IS NULL)"
        )
        == 0
    )
    with db.transaction(Role.PROFESSIONAL, districts="E07000002") as connection:
        assert set(connection.execute(text("SELECT DISTINCT lad_code FROM analysis.rate_outlier")).scalars()) == {"E07000002"}


def test_a_map_with_nothing_on_it_is_not_significant_rather_than_failing(reports: Reports) -> None:
    statement = "SELECT DISTINCT gi_z, p_value, q_value, class, certainty FROM analysis.hotspot WHERE group_id = :g"
    empty = rows(statement, g="anti_social_behaviour")
    assert empty == [(None, None, None, "not_significant", None)]
    assert not any(m.testable for m in reports.hotspot.maps if m.group_id == "anti_social_behaviour")


def test_class_and_certainty_go_together(reports: Reports) -> None:
    assert value("SELECT count(*) FROM analysis.hotspot WHERE (class = 'not_significant') <> (certainty IS NULL)") == 0
    assert (
        value("SELECT count(*) FROM analysis.hotspot WHERE class = 'hot' AND (gi_z <= 0 OR q_value > 1 - certainty / 100.0 + 1e-9)")
        == 0
    )


def test_a_hot_spot_map_against_low_incomes_counts_what_both_show(reports: Reports) -> None:
    hot = "SELECT code FROM analysis.hotspot WHERE geography = 'lsoa' AND edition = '2021' AND class = 'hot' AND certainty >= 95"
    hot += " AND group_id = 'violence_and_sexual_offences' AND measure = 'smoothed_rate'"
    hot_places = {p for (p,) in rows(hot)}
    low_incomes = {p for (p,) in rows("SELECT code FROM analysis.factor_place WHERE factor_id = 'income' AND level >= 2")}
    places, both, expected, independent, p, method = rows(
        "SELECT places, meeting, expected, expected_independent, p_value, method FROM analysis.factor_overlap"
        " WHERE combination = 'hot_spots.violence_and_sexual_offences.smoothed_rate:95+income:2'"
    )[0]
    # one square has no value
    assert (places, len(low_incomes)) == (SIDE * SIDE - 1, 10)
    assert both == len(hot_places & low_incomes) > 0
    assert code(7, 7) not in hot_places
    assert independent == pytest.approx(10 * len(hot_places - {code(0, 0)}) / (SIDE * SIDE - 1))
    assert 0 < expected < both  # type: ignore[operator]
    assert 0 < p <= 1  # type: ignore[operator]
    assert "spectral" in str(method)


def test_again_gives_the_same_rows(reports: Reports) -> None:
    def digest() -> list[object]:
        row = "(to_jsonb(t) - 'run_id')::TEXT"
        statement = f"SELECT md5(string_agg({row}, '|' ORDER BY {row})) FROM analysis.{{}} AS t"
        return [value(statement.format(table)) for table in ("count_month", "rate", "hotspot", "factor_place", "factor_overlap")]

    before = digest()
    run_stages()
    assert digest() == before
    assert value("SELECT count(*) FROM analysis.run WHERE finished_at IS NULL") == 0


def test_results_name_their_run_and_the_run_its_inputs(reports: Reports) -> None:
    run = rows(
        "SELECT DISTINCT r.stage, r.seed, r.delivery_ids FROM analysis.hotspot AS h INNER JOIN analysis.run AS r USING (run_id)"
    )
    street = value("SELECT delivery_id FROM raw.delivery WHERE feed = 'street'")
    assert run == [("hotspot", 1, [street])]
    inputs = value("SELECT delivery_ids FROM analysis.run WHERE stage = 'factor' ORDER BY run_id DESC LIMIT 1")
    assert set(inputs) == {street, value("SELECT delivery_id FROM raw.delivery WHERE feed = 'imd'")}  # type: ignore[call-overload]


def test_an_officer_sees_the_rows_of_their_district_only(reports: Reports) -> None:
    with db.transaction(Role.PROFESSIONAL, districts="E07000002") as connection:
        seen = {row[0] for table in ("count_month", "rate", "hotspot", "factor_place")
                for row in connection.execute(text(f"SELECT DISTINCT lad_code FROM analysis.{table}"))}  # fmt: skip
    assert seen == {"E07000002"}


def test_the_parts_of_the_counts_are_closed_to_professionals(reports: Reports) -> None:
    for part in (*PARTS.values(), "lsoa", "h3"):
        with (
            pytest.raises(ProgrammingError, match="permission denied for schema counted"),
            db.transaction(Role.PROFESSIONAL, districts="*") as connection,
        ):
            connection.execute(text(f"SELECT count(*) FROM counted.{part}"))


def test_a_period_that_was_not_loaded_is_one_message(reports: Reports) -> None:
    gap = Period(date(2025, 3, 1), date(2025, 3, 1))
    for compute in (lambda c: compute_rates(c, period=gap), lambda c: compute_hotspots(c, period=gap, seed=1, permutations=0)):
        with pytest.raises(UserError, match="no month of"), db.transaction(Role.PIPELINE) as connection:
            compute(connection)


def test_counting_leaves_every_part_with_the_key_of_its_migration(reports: Reports) -> None:
    # in a part geography and edition are the same in every row
    assert "PRIMARY KEY (code, category, month)" in read_sql("migrations/0042_a_key_for_each_part")
    listed = rows("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'counted'")
    keyed = {part: str(key).split(" btree ")[1] for part, key in listed if " btree " in str(key)}
    assert set(keyed) == set(PARTS.values())
    assert set(keyed.values()) == {"(code, category, month)"}
    # and with what finds the rows of one month at the end of a long table
    assert {part for part, key in listed if " brin (month)" in str(key)} == {*keyed, "lsoa", "h3"}


def test_incidents_in_old_areas_that_were_cut_up_between_districts_are_counted(reports: Reports) -> None:
    total = "SELECT sum(incidents) FROM analysis.count_month WHERE geography = 'lsoa' AND edition = '2011'"
    before = value(total)
    with suppress(_Undone), db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("DELETE FROM place.area_parent WHERE child_edition = '2011' AND parent_geography = 'lad'"))
        count_months(connection, definitions=DEFINITIONS)
        assert connection.execute(text(total)).scalar_one() == before
        raise _Undone


class _Undone(Exception):
    """Ends a transaction whose changes the other tests must not see."""


def test_what_cannot_be_counted_leaves_the_last_count_standing(reports: Reports) -> None:
    keys = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'counted' OR tablename = 'count_month'"
    before, keyed = value("SELECT count(*) FROM analysis.count_month"), sorted(map(tuple, rows(keys)))
    with pytest.raises(UserError, match="Piracy"), db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("UPDATE record.incident SET category = 'Piracy' WHERE line = 1"))
        count_months(connection, definitions=DEFINITIONS)
    with pytest.raises(UserError, match="not placed"), db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("DELETE FROM place.location_place WHERE location_id = 1"))
        count_months(connection, definitions=DEFINITIONS)
    with pytest.raises(InternalError, match="do not add up"), db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("UPDATE place.location_place SET msoa21_code = NULL WHERE location_id = 1"))
        count_months(connection, definitions=DEFINITIONS)
    assert value("SELECT count(*) FROM analysis.count_month") == before
    assert sorted(map(tuple, rows(keys))) == keyed and len(keyed) > 2 * len(PARTS)


def test_nothing_loaded_is_one_message(reports: Reports) -> None:
    with pytest.raises(UserError, match="no incidents"), db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("TRUNCATE record.incident"))
        count_months(connection, definitions=DEFINITIONS)
