"""What is known of a place beside crime, where figures cross an edition, every postcode found, and how fresh each feed is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyproj import Transformer
from sqlalchemy import text

from boundaries.area_facts import NOT_A_TREND, read_area_facts
from boundaries.geography import prepare_geography
from boundaries.patches import add_codes
from briefs.read import read_facts
from core import db
from core.db import Role
from core.errors import UserError
from core.paths import SQL_ROOT
from core.settings import RegionSettings
from feeds.loading.freshness import freshness
from feeds.loading.load import load_source
from homeground.area_commands import area as area_command
from homeground.feed_commands import feeds as feeds_command
from published.release import current_release
from published.search import find_places
from tests.builders import feeds_files as county
from tests.builders.briefs_release import lsoa, publish_release
from tests.builders.feeds_files import LSOAS, REGION

pytestmark = pytest.mark.database
# an LSOA of 2011 that became the first two of 2021
SPLIT = "E01990001"


def write_places(folder: Path) -> None:
    """The county of tests.builders.feeds_files, with one split area and figures on both editions."""
    county.write_county(folder)
    old = [SPLIT if i < 2 else c for i, c in enumerate(LSOAS)]
    header = ["lsoa11_name", "lsoa11_code", "change_code", "lsoa21_name", "lsoa21_code", "ltla22_name", "ltla22_code"]
    changes = [
        [f"Old {o[-1]}", o, "S" if i < 2 else "U", f"Area {i}", LSOAS[i], *reversed(county.district_of(i))]
        for i, o in enumerate(old)
    ]
    county.write(folder, "lookups/changes.csv", county.as_csv(header, changes))
    first, second = county.square(0), county.square(1)
    outline = [first[0], second[1], second[2], first[3], first[0]]
    outlines = [({"LSOA11CD": SPLIT, "LSOA11NM": "Old 1", "Shape__Area": 1.0}, outline)]
    outlines += [
        ({"LSOA11CD": LSOAS[i], "LSOA11NM": f"Area {i}", "Shape__Area": 1.0}, county.square(i)) for i in range(2, len(LSOAS))
    ]
    county.write(folder, "lsoa11.geojson", county.geojson(outlines))
    county.write(
        folder,
        "names.csv",
        county.as_csv(["msoa21cd", "msoa21nm", "msoa21hclnm"], [[county.msoa_of(0)[0], "Westford 001", "Old Mill"]]),
    )
    classes = [[c, "UN1" if i % 2 else "RLN1", "Urban" if i % 2 else "Larger rural"] for i, c in enumerate(LSOAS)]
    county.write(folder, "classes.csv", county.as_csv(["lsoa21_code", "ruc21_code", "classification"], classes))
    people = [[c, str(1000 + i)] for i, c in enumerate(LSOAS)]
    county.write(folder, "census2021_residents_lsoa21.csv", county.as_csv(["lsoa21_code", "total_residents"], people))
    ages = [str(a) for a in range(90)] + ["90+"]
    then = [[c, "2020", "x", *["10"] * 91] for c in sorted(set(old))]
    county.write(folder, "ages.csv", county.as_csv(["lsoa11_code", "total_population", "note", *ages], then))
    new = [[c, "3.5", str(i + 1), str(i % 10 + 1)] for i, c in enumerate(LSOAS)]
    file_7 = [
        "Index of Multiple Deprivation (IMD) Score", "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)",
        "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)",
    ]  # fmt: skip
    county.write(folder, "iod2025.csv", county.as_csv(["LSOA code (2021)", *file_7], new))
    county.write(
        folder, "iod2019.csv", county.as_csv(["LSOA code (2011)", *file_7], [[c, "2.5", "7", "4"] for c in sorted(set(old))])
    )


def test_facts_stand_on_their_editions_and_say_what_crosses(database: str, tmp_path: Path) -> None:
    write_places(tmp_path)
    report = load_source(tmp_path, region=REGION)
    assert report.refused == ()
    with db.transaction(Role.PIPELINE) as connection:
        prepare_geography(connection)
        (split,) = read_area_facts(connection, LSOAS[0].lower())
        (same,) = read_area_facts(connection, LSOAS[5])
        (wide,) = read_area_facts(connection, county.msoa_of(0)[0])
        with pytest.raises(UserError, match="no area of 2021 and no postcode"):
            read_area_facts(connection, "E01999999")
    assert (split.old_codes, same.old_codes, wide.old_codes) == ((SPLIT,), (LSOAS[5],), ())
    residents = {(p.reference, p.edition): (p.people, p.codes) for p in split.people if p.measure == "residents"}
    # the old area's people are given as the old area's, not shared out
    assert residents == {("census2021", "2021"): (1000.0, (LSOAS[0],)), ("mid2020", "2011"): (2020.0, (SPLIT,))}
    deciles = {i.indicator: (i.value, i.edition, i.code) for i in split.indicators if i.indicator.endswith("decile")}
    assert deciles == {"imd2025_decile": (1.0, "2021", LSOAS[0]), "imd2019_decile": (4.0, "2011", SPLIT)}
    assert len(split.notices) == 2
    assert f"This area was split in 2021: Old 1 ({SPLIT}) became Area 0 ({LSOAS[0]}) and Area 1 ({LSOAS[1]})" in split.notices[0]
    # an area that stayed crosses nothing; two indices are no trend anywhere
    assert same.notices == (NOT_A_TREND,)
    assert split.labels == (("rural_urban_2021", "Larger rural", 1),)
    assert (wide.local_name, wide.lsoas, wide.labels) == (
        "Old Mill",
        8,
        (("rural_urban_2021", "Larger rural", 4), ("rural_urban_2021", "Urban", 4)),
    )
    assert [(p.measure, p.people) for p in wide.people] == [("residents", sum(1000 + i for i in range(16) if i % 4 < 2))]
    said = CliRunner().invoke(area_command, [LSOAS[0]])
    assert said.exit_code == 0
    assert "Note: This area was split in 2021" in said.output
    # by its code, by the name that people use and by the official one, however they are typed
    for called, code in ((county.msoa_of(0)[0], None), ("old mill", county.msoa_of(0)[0]), ("WESTFORD", county.district_of(0)[0])):
        said = json.loads(CliRunner().invoke(area_command, [called, "--json"]).output)
        assert said["code"] == (code or called)
        assert said["local_name"] == ("" if called == "WESTFORD" else "Old Mill")
    # a name that is taken back is gone from the area, too
    county.write(
        tmp_path,
        "names.csv",
        county.as_csv(["msoa21cd", "msoa21nm", "msoa21hclnm"], [[county.msoa_of(2)[0], "Easton 001", "Quay"]]),
    )
    load_source(tmp_path, region=REGION)
    with db.transaction(Role.PIPELINE) as connection:
        prepare_geography(connection)
        named = connection.execute(text("SELECT code, local_name FROM place.area WHERE local_name <> ''")).all()
    assert [tuple(n) for n in named] == [(county.msoa_of(2)[0], "Quay")]


def test_a_setting_that_fits_no_force_area_is_named_with_those_like_it(
    database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    county.write_county(tmp_path)
    wrong = RegionSettings(force_name=county.FORCE, force_area_name="Testshire Police")
    load_source(tmp_path, region=wrong)
    said = (
        "HOMEGROUND_REGION_FORCE_AREA_NAME: no force area that is loaded is that of 'Testshire Police'\n"
        "  What next: of those that are held the nearest by name are Testshire."
    )
    assert said in caplog.text
    with db.transaction(Role.PIPELINE) as connection, pytest.raises(UserError) as refused:
        prepare_geography(connection, wrong)
    assert str(refused.value).startswith(said)
    # and set right it goes on from there
    load_source(tmp_path, region=REGION)
    with db.transaction(Role.PIPELINE) as connection:
        assert prepare_geography(connection, REGION).region_name == "Testshire"


def test_districts_are_named_as_a_sentence_says_them(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = county.district_of
    monkeypatch.setattr(county, "district_of", lambda i: (before(i)[0], f"{before(i)[1]}, City of"))
    monkeypatch.setattr(county, "msoa_of", lambda i: (f"E0290000{before(i)[0][-1]}", f"{before(i)[1]} 001"))
    county.write_county(tmp_path)
    load_source(tmp_path, region=REGION)
    districts = "SELECT name FROM place.area WHERE geography = 'lad' ORDER BY code"
    with db.transaction(Role.PIPELINE) as connection:
        prepare_geography(connection)
        assert connection.execute(text(districts)).scalars().all() == ["City of Westford", "City of Easton"]
        # however somebody asks
        for asked in ("City of Westford", "Westford, City of"):
            assert [a.name for a in read_area_facts(connection, asked)] == ["City of Westford"]
    with db.transaction(Role.OWNER) as connection:
        # a database from before that has them as the list does
        connection.execute(text("UPDATE place.area SET name = 'Easton, City of' WHERE name = 'City of Easton'"))
        connection.execute(text("UPDATE place.region SET name = 'Testshire, County of'"))
        connection.exec_driver_sql((SQL_ROOT / "migrations/0029_names_as_they_are_said.sql").read_text(encoding="utf-8"))
        assert connection.execute(text(districts)).scalars().all() == ["City of Westford", "City of Easton"]
        assert connection.execute(text("SELECT name FROM place.region")).scalar_one() == "County of Testshire"


def test_how_fresh_each_feed_is(database: str, tmp_path: Path) -> None:
    county.write_county(tmp_path)
    county.write(tmp_path, county.street_name("2025-04"), county.street_csv(county.many(5, "2025-04")))
    load_source(tmp_path, region=REGION)

    def street(now: datetime) -> tuple[object, ...]:
        found = next(f for f in freshness(now) if f.feed == "police_uk_street")
        return found.deliveries, f"{found.newest_month:%Y-%m}", [f"{m:%Y-%m}" for m in found.missing], found.age_days, found.late

    assert street(datetime(2025, 6, 25, tzinfo=UTC)) == (2, "2025-04", ["2025-02", "2025-03"], 56, False)
    assert street(datetime(2025, 8, 30, tzinfo=UTC)) == (2, "2025-04", ["2025-02", "2025-03"], 122, True)
    lookup = next(f for f in freshness() if f.feed == "lookup_lad24_csp24_pfa24")
    assert (lookup.newest_month, lookup.missing, lookup.age_days, lookup.late) == (None, (), 0, None)
    said = CliRunner().invoke(feeds_command, ["status"]).output.splitlines()
    assert any(line.startswith("fresh  police_uk_street") and "LATE" in line and "2 months missing" in line for line in said)


def test_every_postcode_that_is_held_is_found(database: str) -> None:
    release_id = publish_release()
    postcodes = {
        "OX11AA": ("450100", None, lsoa(1), False),  # in use, with a position
        "OX11AB": (None, "E01099998", lsoa(3), True),  # no longer in use; its old area became one
        "OX11AC": (None, SPLIT, None, True),  # no longer in use; its old area became two
        "OX11AD": ("999999", SPLIT, None, False),  # its position lies in no neighbourhood
    }
    with db.transaction(Role.PIPELINE) as connection:
        change = text("INSERT INTO place.edition_change VALUES ('lsoa', '2011', :o, '2021', :n, 'S', NULL)")
        connection.execute(change, [{"o": SPLIT, "n": lsoa(1)}, {"o": SPLIT, "n": lsoa(2)}])
        insert = text("INSERT INTO place.postcode VALUES (:p, :d, :e, :e, :old, :new, :t, NULL)")
        for key, (east, old, new, terminated) in postcodes.items():
            values = {"p": key, "d": f"{key[:-3]} {key[-3:]}", "e": east, "old": old, "new": new, "t": terminated}
            connection.execute(insert, values)
        db.run_statement(connection, "release/clear_postcodes")
        db.run_statement(connection, "release/postcodes", {"release_id": release_id})
    release = current_release()
    assert release is not None
    found = {key: find_places(release, key) for key in postcodes}
    assert {key: [p.code for p in f.places] for key, f in found.items()} == {
        "OX11AA": [lsoa(1)], "OX11AB": [lsoa(3)], "OX11AC": [lsoa(1), lsoa(2)], "OX11AD": [],
    }  # fmt: skip
    assert found["OX11AA"].message == ""
    assert found["OX11AB"].message == "OX1 1AB is no longer in use."
    assert "one of these 2" in found["OX11AC"].message
    with db.transaction(Role.COMMUNITY) as connection:
        with pytest.raises(UserError, match="may lie in any of"):
            read_facts(connection, "OX1 1AC")
        assert read_facts(connection, "ox1 1ab").place.code == lsoa(3)


def test_a_list_of_wards_becomes_a_patch_by_where_people_live(database: str, tmp_path: Path) -> None:
    write_places(tmp_path)
    # a ward that holds squares 0 and 1 whole, and four fifths of square 2
    x, y, side = county.WEST, county.SOUTH, county.SIDE_M
    corners = [(x, y), (x + 2.8 * side, y), (x + 2.8 * side, y + side), (x, y + side), (x, y)]
    to_degrees = Transformer.from_crs(27700, 4326, always_xy=True)
    ring = [list(to_degrees.transform(*c)) for c in corners]
    county.write(tmp_path, "wards.geojson", county.geojson([({"WD24CD": "E05900001", "WD24NM": "Old Mill"}, ring)]))
    load_source(tmp_path, region=REGION)
    with db.transaction(Role.PIPELINE) as connection:
        prepare_geography(connection)
        patch = add_codes(connection, "Old Mill ward", ("E05900001",), edition="2024", actor="test")
        with pytest.raises(UserError, match="no areas of edition 2021"):
            add_codes(connection, "Elsewhere", ("E05900001",), edition="2021", actor="test")
    assert patch.members == (LSOAS[0], LSOAS[1], LSOAS[2])
    assert patch.snapped.gained_m2 == pytest.approx(0.2 * side * side, rel=0.01)
