"""All the real files into a real store: every figure is one that the files' description states or that another reader gives."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from analytics.police_records import count_police_records, read_outcomes
from core import db
from core.db import Role
from feeds.loading.load import load_source
from feeds.loading.one_crime import RepeatsReport, set_repeats_aside
from feeds.loading.report import LoadReport
from tests.conftest import pointed_at

pytestmark = [pytest.mark.database, pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def report(
    thames_valley_loaded: str, thames_valley_report: LoadReport, make_database: Callable[..., str],
    use_database: Callable[[str], None],
) -> Iterator[LoadReport]:  # fmt: skip
    with pointed_at(make_database("real_data", template=thames_valley_loaded), use_database):
        yield thames_valley_report


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


def test_every_file_is_known_and_none_is_refused(report: LoadReport) -> None:
    assert report.refused == ()
    assert report.count("unrecognised") == 0
    # what is left has no use: an index without a licence, and a list of column names
    assert {f.feed for f in report.files if f.status == "not_used"} == {"community_needs_2023", "code_point_open_headers"}
    assert all(f.rows_in == f.rows_accepted + f.rows_rejected for f in report.files)


def test_street_months_row_by_row(report: LoadReport, real_data: Path) -> None:
    """Rows, repeated identifiers and rows without a place, against the standard library's reader of the same files."""
    found = {f.file: f for f in report.files if f.feed == "police_uk_street"}
    assert len(found) == 24
    for path in sorted((real_data / "police").glob("*street.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as handle:
            content = list(csv.DictReader(handle))
        identifiers = [r["Crime ID"] for r in content if r["Crime ID"]]
        seen: set[str] = set()
        first = [r for r in content if not r["Crime ID"] or not (r["Crime ID"] in seen or seen.add(r["Crime ID"]))]
        result = found[f"police/{path.name}"]
        assert result.rows_in == len(content)
        assert result.rows_rejected == len(identifiers) - len(set(identifiers))
        assert result.rows_unplaced == sum(not r["Longitude"] for r in first)
    # the description of the files: 389,249 rows, anti-social behaviour 45,146 without an identifier
    assert sum(f.rows_in for f in found.values()) == 389_249
    assert rows("SELECT count(*) FROM record.incident") == [(sum(f.rows_accepted for f in found.values()),)]
    reasons = rows(
        "SELECT DISTINCT reason FROM raw.rejected_row JOIN raw.delivery USING (delivery_id) WHERE feed = 'police_uk_street'"
    )
    assert reasons == [("repeated Crime ID",)]


def test_outcomes_row_by_row_and_joined_to_their_crimes(report: LoadReport, real_data: Path) -> None:
    """Against the standard library's reader, and the description: 182,960 rows; by 2022-03, 89% of 2021-03 and 36% of 2022-03 have one."""
    found = [f for f in report.files if f.feed == "police_uk_outcomes"]
    assert (len(found), sum(f.rows_in for f in found)) == (13, 182_960)
    distinct, crimes = 0, set()
    for path in sorted((real_data / "police").glob("*outcomes.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as handle:
            pairs = {(r["Crime ID"], r["Outcome type"]) for r in csv.DictReader(handle)}
        distinct += len(pairs)
        crimes |= {c for c, _ in pairs}
    assert sum(f.rows_accepted for f in found) == distinct
    held = set()
    for path in sorted((real_data / "police").glob("*street.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as handle:
            held |= {r["Crime ID"] for r in csv.DictReader(handle)}
    with db.transaction(Role.PIPELINE) as connection:
        count_police_records(connection)
        outcomes = read_outcomes(connection)
    assert (outcomes.crimes_of_outcomes, outcomes.matched) == (len(crimes), len(crimes & held))
    shares = {f"{m.month:%Y-%m}": round(m.with_outcome / m.crimes, 2) for m in outcomes.months if m.followed_to is not None}
    assert (shares["2021-03"], shares["2022-03"]) == (0.89, 0.36)
    assert {m.month.year for m in outcomes.months if m.followed_to is None} == {2018, 2019, 2025}


def test_no_crime_stands_in_two_months(report: LoadReport) -> None:
    """The description of the files: repeated Crime IDs are always inside one month."""
    with db.transaction(Role.PIPELINE) as connection:
        assert set_repeats_aside(connection) == RepeatsReport(rows=0, crimes=0, earlier_rows=0)


def test_searches_of_another_force_are_read_and_left_out(report: LoadReport) -> None:
    """12,117 rows of Lambeth and 7,135 of Haringey, 160 and 137 of them alike in every field; none lies in Thames Valley."""
    found = {
        f.file.rpartition("/")[2][:8]: (f.rows_in, f.rows_rejected) for f in report.files if f.feed == "police_uk_stop_search_api"
    }
    assert found == {"lambeth_": (12_117, 160), "haringey": (7_135, 137)}
    outside = "SELECT sum((notes ->> 'rows_outside_region')::INT) FROM raw.delivery WHERE feed = 'police_uk_stop_search_api'"
    assert rows(outside) == [(12_117 - 160 + 7_135 - 137,)]
    assert rows("SELECT count(*) FROM record.stop") == [(0,)]


def test_words_about_areas(report: LoadReport) -> None:
    labels = "SELECT kind, count(*) FROM place.area_label GROUP BY 1 ORDER BY 1"
    assert rows(labels) == [("rural_urban_2021", 1_485), ("ward_2024_best_fit", 1_485)]


def test_printed_codes_tell_the_edition(report: LoadReport) -> None:
    """Files to 2022 print codes of 2011 (all of them, and 90 to 93% in 2021); those of 2025 print codes of 2021."""
    shares = rows(
        "SELECT extract(year FROM period_start)::INT, (notes ->> 'printed_in_lsoa_2011')::FLOAT / (notes ->> 'printed_codes')::FLOAT,"
        " (notes ->> 'printed_in_lsoa_2021')::FLOAT / (notes ->> 'printed_codes')::FLOAT FROM raw.delivery WHERE feed = 'police_uk_street'"
    )
    for year, in_2011, in_2021 in shares:
        assert isinstance(in_2011, float)
        assert isinstance(in_2021, float)
        if int(str(year)) <= 2022:
            assert in_2011 == 1
            assert 0.90 <= round(in_2021, 2) <= 0.93
        else:
            assert in_2021 == 1
            assert 0.89 <= round(in_2011, 2) <= 0.90


def test_geography_is_the_force_area_and_its_surroundings(report: LoadReport) -> None:
    assert rows("SELECT name, force_code, force_name FROM place.region") == [("Thames Valley", "E23000029", "Thames Valley Police")]
    inside = dict(
        rows(
            "SELECT a.edition, count(*) FROM place.area a JOIN place.area_parent p ON p.child_geography = a.geography"
            " AND p.child_edition = a.edition AND p.child_code = a.code AND p.parent_geography = 'lad' AND p.parent_edition = '2022'"
            " JOIN place.area_parent f ON f.child_geography = 'lad' AND f.child_edition = '2022' AND f.child_code = p.parent_code"
            " WHERE f.parent_code = 'E23000029' AND a.geography = 'lsoa' AND a.geom IS NOT NULL GROUP BY 1"
        )
    )
    assert inside == {"2011": 1_415, "2021": 1_485}
    assert rows("SELECT count(*) FROM place.area WHERE geography = 'lsoa' AND edition = '2011' AND detail = 2") == [(1_415,)]
    assert rows("SELECT count(*) FROM place.area WHERE geography = 'msoa' AND edition = '2021'") == [(298,)]
    assert rows("SELECT count(*) FROM place.area WHERE geom IS NOT NULL AND NOT st_isvalid(geom)") == [(0,)]
    # the four invalid polygons of 2011 were repaired
    repaired = "SELECT sum(jsonb_array_length(notes -> 'repaired')) FROM raw.delivery WHERE feed = 'boundary_lsoa11_by_district'"
    assert rows(repaired) == [(4,)]


def test_changes_between_editions_in_the_region(report: LoadReport) -> None:
    """Thames Valley: U 1,349, S 132, M 8, no X."""
    assert rows(
        "SELECT change, count(*) FROM place.edition_change c JOIN place.area_parent p ON p.child_geography = 'lsoa'"
        " AND p.child_edition = '2021' AND p.child_code = c.to_code AND p.parent_geography = 'lad' AND p.parent_edition = '2022'"
        " JOIN place.area_parent f ON f.child_geography = 'lad' AND f.child_edition = '2022' AND f.child_code = p.parent_code"
        " WHERE c.geography = 'lsoa' AND f.parent_code = 'E23000029' GROUP BY 1 ORDER BY 1"
    ) == [("M", 8), ("S", 132), ("U", 1_349)]


def test_people_add_up_to_the_published_totals(report: LoadReport) -> None:
    totals = "SELECT reference, sum(people)::INT FROM place.population WHERE measure = 'residents' GROUP BY 1 ORDER BY 1 LIMIT 3"
    assert [r for r in rows(totals) if r[0] != "mid2015"] == [
        ("census2021", 2_515_194), ("mid2020", 2_431_905),
    ]  # fmt: skip
    ages = "('age_0_9', 'age_10_17', 'age_18_24', 'age_25_44', 'age_45_64', 'age_65_plus')"
    assert rows(f"SELECT sum(people)::INT FROM place.population WHERE reference = 'mid2020' AND measure IN {ages}") == [
        (2_431_905,)
    ]
    assert rows("SELECT sum(people)::INT FROM place.population WHERE measure LIKE 'ethnicity%'") == [(2_515_194,)]


def test_deprivation_on_its_own_edition(report: LoadReport) -> None:
    deciles = (
        "SELECT indicator, edition, count(*) FROM record.indicator WHERE indicator LIKE 'imd20___decile' GROUP BY 1, 2 ORDER BY 1"
    )
    assert rows(deciles) == [
        ("imd2019_decile", "2011", 1_415), ("imd2025_decile", "2021", 1_485),
    ]  # fmt: skip


def test_postcodes_and_services(report: LoadReport) -> None:
    """70,208 Code-Point postcodes and 120,804 of the lookup lie in the 13 districts; 51,203 of those are terminated."""
    assert rows("SELECT count(easting), count(lsoa11_code), count(*) FILTER (WHERE terminated) FROM place.postcode") == [
        (70_208, 120_804, 51_203)
    ]
    assert dict(rows("SELECT kind, count(*) FROM record.service WHERE kind IN ('pharmacy', 'hospital') GROUP BY 1")) == {
        "pharmacy": 371, "hospital": 51,
    }  # fmt: skip


def test_the_whole_folder_again_changes_nothing(report: LoadReport, real_data: Path) -> None:
    before = rows("SELECT count(*), max(delivery_id) FROM raw.delivery")
    again = load_source(real_data)
    assert again.count("loaded") == 0
    assert again.count("unchanged") == report.count("loaded")
    assert rows("SELECT count(*), max(delivery_id) FROM raw.delivery") == before
