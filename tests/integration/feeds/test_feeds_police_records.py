"""Outcomes, stop and search, archives of many forces, and crimes that two month files hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from analytics import pipeline
from analytics import stage as analytics_stage
from analytics.police_records import read_outcomes, read_stops
from core import db
from core.db import Role
from feeds.loading.load import load_source
from feeds.loading.one_crime import RepeatsReport, set_repeats_aside
from homeground.feed_commands import feeds as feeds_command
from tests.builders import feeds_files as county
from tests.builders.feeds_files import REGION, Street
from tests.builders.feeds_police import NOT_STATED, WHITE, Stop, outcome, outcomes_csv, stops_csv, write_archive

pytestmark = pytest.mark.database
BLACK = "Black/African/Caribbean/Black British - African"


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


def aside() -> RepeatsReport:
    with db.transaction(Role.PIPELINE) as connection:
        return set_repeats_aside(connection)


def analyse(*names: str) -> None:
    context = analytics_stage.default_context(region=county.REGION)
    analytics_stage.run_stages(tuple(s for s in pipeline.ANALYSE_STAGES if s.name in names), context, say=lambda line: None)


def street(crimes: list[str], month: str, square: int = 5) -> bytes:
    lon, lat = county.point_in(square)
    return county.street_csv([Street(c, month, lon=lon, lat=lat, outcome="Under investigation") for c in crimes])


def test_outcomes_are_joined_to_their_crimes_and_searches_are_counted(database: str, tmp_path: Path) -> None:
    county.write_county(tmp_path)
    county.write(tmp_path, county.street_name("2025-02"), street(["f1", "f2", "f3"], "2025-02"))
    january = [outcome("f1", "2025-01"), outcome("x9", "2025-01", "Local resolution"), outcome("x9", "2025-01", "Local resolution")]
    february = [outcome("f1", "2025-02", "Investigation complete; no suspect identified"), outcome("", "2025-02")]
    february += [outcome("f2", "2025-02", "Local resolution"), outcome("f3", "2025-03"), outcome("f3", "2025-02", "Knighted")]
    # the newest outcome of a crime stands, wherever its file comes in the order of loading
    march = [outcome("f1", "2025-03", "Offender given a caution"), outcome("f2", "2025-03", force="Elsewhere Police")]
    for month, made in (("2025-01", january), ("2025-02", february), ("2025-03", march)):
        county.write(tmp_path, f"{month}-testshire-outcomes.csv", outcomes_csv(made))
    stops = [Stop(), Stop(), Stop(square=None), Stop(ethnicity=NOT_STATED, linked=""), Stop(ethnicity=BLACK, linked="True")]
    # by the clock on the wall this is February
    stops += [Stop("2025-02-01T00:10:00+00:00"), Stop("2025-01-31T23:59:00+00:00", 0), Stop(linked="maybe"), Stop("yesterday")]
    county.write(tmp_path, "2025-01-testshire-stop-and-search.csv", stops_csv(stops))
    report = load_source(tmp_path, region=county.REGION)
    assert report.refused == ()
    assert all(f.rows_in == f.rows_accepted + f.rows_rejected for f in report.files)
    reasons = rows(
        "SELECT feed, reason, count(*) FROM raw.rejected_row JOIN raw.delivery USING (delivery_id) GROUP BY 1, 2 ORDER BY 1, 2"
    )
    assert reasons == [
        ("police_uk_outcomes", "belongs to another force", 1),
        ("police_uk_outcomes", "no Crime ID", 1),
        ("police_uk_outcomes", "not an outcome of this feed", 1),
        ("police_uk_outcomes", "not the month of the file, 2025-02", 1),
        ("police_uk_outcomes", "repeated Crime ID with the same outcome", 1),
        ("police_uk_stop_search", "neither True nor False", 1),
        ("police_uk_stop_search", "not a moment in ISO 8601 with its offset", 1),
        ("police_uk_stop_search", "not in the month of the file, 2025-01, by clocks in London", 1),
    ]
    analyse("geography", "place", "records")
    with db.transaction(Role.PIPELINE) as connection:
        found, searches = read_outcomes(connection), read_stops(connection)
        west = read_stops(connection, district="E07900001")
    assert (found.outcomes, found.crimes_of_outcomes, found.matched) == (5, 3, 2)
    assert [(f"{m.month:%Y-%m}", m.crimes, m.with_outcome, m.months_followed) for m in found.months] == [
        ("2025-01", 40, 0, 3), ("2025-02", 3, 2, 2),
    ]  # fmt: skip
    assert {k.outcome: k.crimes for k in found.kinds} == {
        "No outcome in the files loaded": 41, "Offender given a caution": 1, "Local resolution": 1,
    }  # fmt: skip
    said = CliRunner().invoke(feeds_command, ["outcomes"]).output
    assert "5 outcomes of 3 crimes; 2 (66.7%) of those crimes are held here" in said
    assert "2025-02                  3                2    67%  2025-03 (2 months)" in said
    said = CliRunner().invoke(feeds_command, ["stops", "--district", "E07900001"]).output
    assert "5 searches from 2025-01 to 2025-01 (months loaded: 1); ethnicity not stated in 20%" in said
    assert json.loads(CliRunner().invoke(feeds_command, ["stops", "--json"]).output)["searches"] == 5
    # two alike in every field are two searches; the one without a place is loaded and lies nowhere
    assert rows("SELECT count(*), count(location_id), count(linked) FROM record.stop") == [(6, 5, 5)]
    assert (searches.searches, searches.not_stated, west.searches) == (5, 1, 5)
    drugs = searches.objects[0]
    assert (drugs.found, drugs.found_known) == (1, 4)
    # no minute is kept, and the hour is the clock's
    assert rows("SELECT DISTINCT hour FROM record.stop ORDER BY 1") == [(10,), (23,)]
    seen = "SELECT sum(stops) FROM analysis.stop_count WHERE geography = 'lad'"
    with db.transaction(Role.PROFESSIONAL, districts="E07900002") as connection:
        assert connection.execute(text(seen)).scalar() is None
    with db.transaction(Role.PROFESSIONAL, districts="E07900001") as connection:
        assert connection.execute(text(seen)).scalar() == 5
    # the same again changes nothing; a redelivery takes the rows of the one before it out
    assert load_source(tmp_path, region=county.REGION).count("loaded") == 0
    county.write(tmp_path, "2025-03-testshire-outcomes.csv", outcomes_csv([outcome("f3", "2025-03")]))
    county.write(tmp_path, "2025-01-testshire-stop-and-search.csv", stops_csv([Stop(ethnicity=WHITE)]))
    assert load_source(tmp_path, region=county.REGION).count("loaded") == 2
    assert rows("SELECT (SELECT count(*) FROM record.outcome), (SELECT count(*) FROM record.stop)") == [(5, 1)]


def test_an_archive_of_many_forces_gives_this_one(database: str, tmp_path: Path) -> None:
    county.write_county(tmp_path / "places")
    load_source(tmp_path / "places", region=county.REGION)
    members: dict[str, bytes] = {}
    for month in ("2025-02", "2025-03"):
        for force in ("avon-and-somerset", "btp", "testshire"):
            # another force's files are not even read: this one could not be
            good = force == "testshire"
            members[f"{month}-{force}-street.csv"] = street([f"{month}-{i}" for i in range(20)], month) if good else b"\xff\xfe"
            members[f"{month}-{force}-outcomes.csv"] = outcomes_csv([outcome(f"{month}-1", month)]) if good else b"\x00"
            members[f"{month}-{force}-stop-and-search.csv"] = stops_csv([Stop(f"{month}-03T12:00:00+00:00")]) if good else b""
    said: list[str] = []
    report = load_source(write_archive(tmp_path, members), region=county.REGION, say=said.append)
    assert (report.count("loaded"), report.count("elsewhere"), len(report.files)) == (6, 12, 18)
    assert report.refused == ()
    # one line for all of them, not one each
    assert said[0] == "elsewhere archive.zip: 12 files of other forces than testshire left alone (avon-and-somerset, btp)"
    assert len(said) == 7
    assert rows("SELECT count(*) FROM record.incident WHERE month >= '2025-02-01'") == [(40,)]
    assert rows("SELECT (SELECT count(*) FROM record.outcome), (SELECT count(*) FROM record.stop)") == [(2, 2)]
    # where not one file is ours, the setting is wrong or the files are: that is said, and is an error
    elsewhere = REGION.model_copy(update={"force_name": "Nowhere Police"})
    said.clear()
    wrong = load_source(tmp_path / "archive.zip", region=elsewhere, say=said.append)
    assert len(wrong.refused) == len(wrong.files) == 18
    assert said == [
        "refused archive.zip: 18 files of avon-and-somerset, btp, testshire, and no police file here is of nowhere, which"
        " HOMEGROUND_REGION_FORCE_NAME says is served"
    ]
    assert "HOMEGROUND_REGION_FORCE_NAME" in wrong.files[0].message


def test_one_crime_is_one_crime_across_months(database: str, tmp_path: Path) -> None:
    county.write_county(tmp_path)
    names = [county.street_name(m) for m in ("2025-02", "2025-03", "2025-04")]
    county.write(tmp_path, names[0], street(["a", "b", "c", "", ""], "2025-02"))
    # anti-social behaviour has no Crime ID, so nothing of it repeats
    county.write(tmp_path, names[1], street(["b", "d", "", ""], "2025-03"))
    county.write(tmp_path, names[2], street(["b", "d", "e"], "2025-04"))
    load_source(tmp_path, region=county.REGION)
    everything = rows("SELECT sum(rows_accepted)::INT FROM raw.delivery WHERE feed = 'police_uk_street'")
    stands = "SELECT month::TEXT, count(*) FROM record.incident WHERE month > '2025-01-01' GROUP BY 1 ORDER BY 1"
    assert aside() == RepeatsReport(rows=3, crimes=2, earlier_rows=0)
    assert rows(stands) == [("2025-02-01", 5), ("2025-03-01", 3), ("2025-04-01", 1)]
    assert rows("SELECT crime_id, month::TEXT, first_month::TEXT FROM record.repeated_incident ORDER BY 1, 2") == [
        ("b", "2025-03-01", "2025-02-01"), ("b", "2025-04-01", "2025-02-01"), ("d", "2025-04-01", "2025-03-01"),
    ]  # fmt: skip
    # again: the same; and no row is lost or doubled
    assert aside() == RepeatsReport(rows=3, crimes=2, earlier_rows=3)
    kept = "SELECT (SELECT count(*) FROM record.incident)::INT + (SELECT count(*) FROM record.repeated_incident)::INT"
    assert rows(kept) == everything
    # a month that is replaced without the crime gives it back to the month after
    county.write(tmp_path, names[0], street(["a", "c", "", ""], "2025-02"))
    load_source(tmp_path, region=county.REGION)
    assert aside() == RepeatsReport(rows=2, crimes=2, earlier_rows=3)
    assert rows(stands) == [("2025-02-01", 4), ("2025-03-01", 4), ("2025-04-01", 1)]
    # and a redelivery takes its rows out of what was set aside, too
    county.write(tmp_path, names[2], street(["e"], "2025-04"))
    load_source(tmp_path, region=county.REGION)
    assert rows("SELECT count(*) FROM record.repeated_incident") == [(0,)]
    assert aside() == RepeatsReport(rows=0, crimes=0, earlier_rows=0)
