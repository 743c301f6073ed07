"""Loading: idempotent, whole or not at all, republished months replaced, the finest boundary whatever the order, feeds by TOML alone."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from core import db
from core.audit import first_broken_link
from core.db import Role
from core.db.credentials import url_for
from core.errors import DatabaseUnavailable, UserError
from core.local_postgis import locate
from core.settings import DatabaseSettings
from feeds.catalogue.feed import CATALOGUE, read_catalogue
from feeds.loading.load import feeds, load_file, load_source, status
from tests.builders import feeds_files as county
from tests.builders.feeds_files import FORCE_CODE, LSOAS, REGION, Street

pytestmark = pytest.mark.database


def rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement), values)]


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that a load writes."""
    tables = (
        "raw.delivery", "raw.rejected_row", "record.incident", "record.location", "record.service", "record.indicator", "place.area",
        "place.area_parent", "place.edition_change", "place.postcode", "place.population", "place.region", "audit.event",
    )  # fmt: skip
    return {t: rows(f"SELECT t::TEXT FROM {t} AS t ORDER BY 1") for t in tables}


def test_the_region_follows_from_the_lookups(database: str, tmp_path: Path) -> None:
    county.write_county(tmp_path)
    report = load_source(tmp_path, region=REGION)
    assert {f.status for f in report.files} == {"loaded"}
    assert report.rows_in == report.rows_accepted + report.rows_rejected
    assert rows("SELECT name, force_code, force_name, synthetic FROM place.region") == [
        ("Testshire", FORCE_CODE, county.FORCE, True)
    ]
    assert rows(
        "SELECT child_code, parent_code FROM place.area_parent WHERE child_geography = 'lad' AND child_edition = '2022' ORDER BY 1"
    ) == [("E07900001", FORCE_CODE), ("E07900002", FORCE_CODE)]
    assert rows("SELECT count(*), round(sum(area_m2)) FROM place.area WHERE geography = 'lsoa' AND edition = '2021'") == [
        (16, pytest.approx(16 * county.SIDE_M**2, rel=1e-5))
    ]


def test_the_same_files_twice_change_nothing(database: str, tmp_path: Path) -> None:
    county.write_county(tmp_path)
    load_source(tmp_path, region=REGION)
    before = everything()
    again = load_source(tmp_path, region=REGION)
    assert {f.status for f in again.files} == {"unchanged"}
    assert again.rows_in == 0
    assert everything() == before


def test_the_same_bytes_packed_otherwise_are_the_same_delivery(database: str, tmp_path: Path) -> None:
    data = county.street_csv(county.many(5))
    county.write(tmp_path / "a", county.street_name(), data)
    county.write(tmp_path / "b", county.street_name() + ".gz", data)
    county.write_zip(tmp_path, "c.zip", {county.street_name(): data})
    report = load_source(tmp_path, region=REGION)
    assert [f.status for f in report.files] == ["loaded", "unchanged", "unchanged"]
    assert rows("SELECT count(*) FROM record.incident") == [(5,)]


def test_a_republished_month_replaces_that_month_alone(database: str, tmp_path: Path) -> None:
    county.write(tmp_path, county.street_name("2025-01"), county.street_csv([*county.many(30), Street(kind="Spitting")]))
    county.write(tmp_path, county.street_name("2025-02"), county.street_csv(county.many(20, "2025-02")))
    load_source(tmp_path, region=REGION)
    county.write(tmp_path, county.street_name("2025-01"), county.street_csv(county.many(25)))
    report = load_source(tmp_path, region=REGION)
    assert [f.status for f in report.files] == ["loaded", "unchanged"]
    assert rows("SELECT month, count(*) FROM record.incident GROUP BY 1 ORDER BY 1") == [
        (date(2025, 1, 1), 25),
        (date(2025, 2, 1), 20),
    ]
    assert rows("SELECT slot, status, rows_in, superseded_by IS NULL FROM raw.delivery ORDER BY delivery_id") == [
        ("testshire 2025-01", "superseded", 31, False),
        ("testshire 2025-02", "loaded", 20, True),
        ("testshire 2025-01", "loaded", 25, True),
    ]
    assert rows("SELECT count(*) FROM raw.rejected_row") == [(0,)], "rejected rows of a delivery no longer in force are gone"
    assert rows(
        "SELECT count(*) FROM record.incident i LEFT JOIN raw.delivery d USING (delivery_id) WHERE d.status <> 'loaded'"
    ) == [(0,)]


def test_bytes_that_were_replaced_are_not_taken_up_again_unasked(database: str, tmp_path: Path) -> None:
    old, new = county.street_csv(county.many(30)), county.street_csv(county.many(25))
    for data in (old, new):
        county.write(tmp_path, county.street_name(), data)
        load_source(tmp_path, region=REGION)
    county.write(tmp_path, county.street_name(), old)
    report = load_source(tmp_path, region=REGION)
    assert report.files[0].status == "unchanged"
    assert "later delivery" in report.files[0].message
    assert load_source(tmp_path, region=REGION, again=True).files[0].status == "loaded"
    assert rows("SELECT count(*) FROM record.incident") == [(30,)]


@pytest.mark.parametrize("order", ["coarse first", "fine first"])
def test_the_finest_boundary_stands_in_whatever_order_files_come(order: str, database: str, tmp_path: Path) -> None:
    county.write_lookups(tmp_path)
    load_source(tmp_path, region=REGION)
    coarse = county.geojson(
        [({"LSOA11CD": c, "LSOA11NM": "coarse", "Shape__Area": 1.0}, county.square(i)) for i, c in enumerate(LSOAS)]
    )
    fine = county.geojson([({"LSOA11CD": c, "LSOA11NM": "fine"}, county.square(i)) for i, c in enumerate(LSOAS[:2])])
    files = [county.write(tmp_path / "x", "national.geojson", coarse), county.write(tmp_path / "x", "E07900001.json", fine)]
    for path in files if order == "coarse first" else reversed(files):
        assert load_file(path, region=REGION).files[0].status == "loaded"
    assert rows("SELECT detail, name, count(*) FROM place.area WHERE edition = '2011' GROUP BY 1, 2 ORDER BY 1") == [
        (1, "coarse", 14), (2, "fine", 2),
    ]  # fmt: skip


def test_an_invalid_polygon_is_repaired_and_recorded(database: str, tmp_path: Path) -> None:
    bow_tie = county.square(0)
    bow_tie[1], bow_tie[2] = bow_tie[2], bow_tie[1]
    county.write(
        tmp_path, "lsoa21_bow.geojson",
        county.geojson([({"LSOA21CD": LSOAS[0], "LSOA21NM": "A"}, bow_tie), ({"LSOA21CD": LSOAS[1], "LSOA21NM": "B"}, county.square(1))]),
    )  # fmt: skip
    load_source(tmp_path, region=REGION)
    assert rows("SELECT code, st_isvalid(geom) FROM place.area ORDER BY 1") == [(LSOAS[0], True), (LSOAS[1], True)]
    assert rows("SELECT notes -> 'repaired' FROM raw.delivery") == [([1],)]


def test_areas_far_from_the_region_are_counted_and_not_kept(database: str, tmp_path: Path) -> None:
    county.write_lookups(tmp_path)
    load_source(tmp_path, region=REGION)
    near = county.square(0)
    far = [[lon + 1.0, lat] for lon, lat in near]
    just_over = [[lon - 0.03, lat] for lon, lat in near]
    features = [({"LSOA21CD": c, "LSOA21NM": "A"}, county.square(i)) for i, c in enumerate(LSOAS)]
    features += [({"LSOA21CD": "E01999998", "LSOA21NM": "far"}, far), ({"LSOA21CD": "E01999999", "LSOA21NM": "near"}, just_over)]
    result = load_file(county.write(tmp_path / "x", "lsoa21_ew.geojson", county.geojson(features)), region=REGION).files[0]
    assert (result.rows_in, result.rows_accepted) == (18, 18)
    assert rows("SELECT count(*) FROM place.area WHERE geography = 'lsoa'") == [(17,)]
    assert rows("SELECT code FROM place.area WHERE code LIKE 'E0199999%'") == [("E01999999",)]
    assert rows("SELECT notes ->> 'areas_kept' FROM raw.delivery WHERE feed = 'boundary_lsoa21_bsc'") == [("17",)]


def test_each_load_is_in_the_audit_trail(database: str, tmp_path: Path) -> None:
    county.write(tmp_path, county.street_name(), county.street_csv(county.many(5)))
    load_source(tmp_path, region=REGION, actor="a steward")
    assert rows("SELECT actor, action, subject, detail ->> 'rows_in' FROM audit.event WHERE action = 'load'") == [
        ("a steward", "load", "police_uk_street testshire 2025-01", "5")
    ]
    with db.transaction(Role.PIPELINE) as connection:
        assert first_broken_link(connection) is None


def test_status_lists_deliveries_and_feeds_lists_the_catalogue(database: str, tmp_path: Path) -> None:
    county.write(tmp_path, county.street_name(), county.street_csv(county.many(5)))
    load_source(tmp_path, region=REGION)
    (delivery,) = status()
    assert (delivery.feed, delivery.slot, delivery.rows_in, delivery.period_start, delivery.status) == (
        "police_uk_street", "testshire 2025-01", 5, date(2025, 1, 1), "loaded",
    )  # fmt: skip
    assert {f.id for f in feeds()} == {f.id for f in read_catalogue().feed}


PARTNER_FEEDS = """
[[feed]]
id = "ambulance_callouts"
title = "Ambulance call-outs to assaults"
publisher = "A trust"
agreement = { reference = "ISA-1", lawful_basis = "public task", purpose = "prevention", owner = "Data office", expires = 2099-01-01 }
sensitivity = "restricted"
slot = "{month}"
recognise.file_name = '(^|/)callouts_(?P<month>\\d{4}-\\d{2})\\.csv$'
read.delimiter = ";"
read.encoding = "cp1252"
period.rule = "column"
[[feed.writes]]
shape = "event"
month = "Day"
month_format = "%d/%m/%Y"
category = "Kind"
categories = ["Assault", "Stabbing"]
identifier = "Call"
identifier_title = "Call"
x = "Easting"
y = "Northing"
crs = 27700

[[feed]]
id = "absence"
title = "School absence"
publisher = "A council"
agreement = { reference = "ISA-1", lawful_basis = "public task", purpose = "prevention", owner = "Data office", expires = 2099-01-01 }
sensitivity = "restricted"
edition = "2021"
recognise.columns = ["lsoa", "term", "absence_rate"]
[[feed.writes]]
shape = "indicator"
geography = "lsoa"
edition = "2021"
code = "lsoa"
period_column = "term"
values = [{ indicator = "absence_rate", column = "absence_rate", numerator = "absent", denominator = "sessions", minimum = 0, maximum = 100 }]
"""


def test_a_partner_feed_by_toml_alone(database: str, tmp_path: Path) -> None:
    (tmp_path / "catalogue.toml").write_text(CATALOGUE.read_text(encoding="utf-8") + PARTNER_FEEDS, encoding="utf-8")
    catalogue = read_catalogue(tmp_path / "catalogue.toml")
    folder = tmp_path / "in"
    county.write_lookups(folder)
    here = f"{county.WEST + 500};{county.SOUTH + 500}"
    calls = ["Call;Day;Kind;Easting;Northing", f"1;31/01/2025;Assault;{here}", f"2;01/02/2025;Stabbing;{here}"]
    calls += [f"3;31/02/2025;Assault;{here}", "4;01/02/2025;Fall;;"]
    county.write(folder, "callouts_2025-02.csv", "\n".join(calls).encode("cp1252"))
    absence = ["lsoa,term,absent,sessions,absence_rate", f"{LSOAS[0]},2025-spring,7,100,7"]
    absence += [f"{LSOAS[1]},2025-spring,,,", f"{LSOAS[2]},2025-spring,1,1,101"]
    county.write(folder, "absence.csv", "\n".join(absence).encode())
    report = load_source(folder, region=REGION, catalogue=catalogue)
    assert not report.refused, report.refused
    assert rows("SELECT month, category, location_id IS NULL FROM record.incident ORDER BY line") == [
        (date(2025, 1, 1), "Assault", False), (date(2025, 2, 1), "Stabbing", False),
    ]  # fmt: skip
    assert rows("SELECT line, field FROM raw.rejected_row ORDER BY delivery_id, line") == [
        (4, "absence_rate"),
        (4, "Day"),
        (5, "Kind"),
    ]
    assert rows("SELECT count(*) FROM record.location") == [(1,)], "equal points are one location"
    assert rows("SELECT code, period, value, numerator, denominator FROM record.indicator") == [
        (LSOAS[0], "2025-spring", 7.0, 7.0, 100.0)
    ], "a missing value has no row and is not zero"


def test_two_loads_at_once_store_each_file_once(database: str, tmp_path: Path) -> None:
    for month in ("2025-01", "2025-02", "2025-03"):
        county.write(tmp_path, county.street_name(month), county.street_csv(county.many(500, month)))
    reports = []

    def run() -> None:
        reports.append(load_source(tmp_path, region=REGION))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == 3
    assert sorted(f.status for r in reports for f in r.files) == ["loaded"] * 3 + ["unchanged"] * 6
    assert rows("SELECT count(*), count(DISTINCT crime_id) FROM record.incident") == [(1500, 1500)]


def test_a_database_that_is_down_is_one_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEGROUND_DATABASE_URL", "postgresql://nobody:secret-word@127.0.0.1:9/none")
    monkeypatch.setenv("HOMEGROUND_STATE_DIR", str(tmp_path / "state"))
    db.dispose_engines()
    county.write(tmp_path / "in", county.street_name(), county.street_csv(county.many(5)))
    try:
        with pytest.raises(DatabaseUnavailable) as caught:
            load_source(tmp_path / "in", region=REGION)
    finally:
        db.dispose_engines()
    assert "does not answer" in str(caught.value)
    assert "secret-word" not in str(caught.value)


@pytest.fixture
def small_disk(cluster: DatabaseSettings, use_database: Callable[[str], None]) -> Iterator[None]:
    """A database whose files lie on a file system of 48 MB, so that its disk truly fills."""
    mount = Path(tempfile.mkdtemp(prefix="hg-disk-"))
    mount.chmod(0o755)
    mounting = ["mount", "-t", "tmpfs", "-o", "size=48m,mode=0755", "tmpfs", str(mount)]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:
        mount.rmdir()
        pytest.skip("needs the right to mount a small file system")
    try:
        space = mount / "space"
        space.mkdir()
        owner = locate(cluster).data.stat()
        os.chown(space, owner.st_uid, owner.st_gid)
        _admin(cluster, f"CREATE TABLESPACE small_disk LOCATION '{space}'")
        _admin(cluster, "CREATE DATABASE t_small_disk TEMPLATE template_homeground TABLESPACE small_disk")
        use_database("t_small_disk")
        yield
    finally:
        db.dispose_engines()
        _admin(cluster, "DROP DATABASE IF EXISTS t_small_disk WITH (FORCE)")
        _admin(cluster, "DROP TABLESPACE IF EXISTS small_disk")
        subprocess.run(["umount", "-l", str(mount)], check=False, capture_output=True)
        mount.rmdir()


def _admin(cluster: DatabaseSettings, statement: str) -> None:
    """One statement of the server's owner, outside any transaction."""
    server = create_engine(url_for(Role.OWNER, cluster).set(database="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(statement))
    finally:
        server.dispose()


@pytest.mark.usefixtures("small_disk")
def test_a_disk_that_fills_during_a_load(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    county.write(first, county.street_name("2025-01"), county.street_csv(county.many(100)))
    load_source(first, region=REGION)
    before = everything()
    wide = "x" * 400
    flood = [Street(f"flood-{i}", "2025-02", location=f"{wide}{i}") for i in range(90_000)]
    county.write(second, county.street_name("2025-02"), county.street_csv(flood))
    with pytest.raises(UserError) as caught:
        load_source(second, region=REGION)
    assert "disk of the database is full" in str(caught.value)
    assert "What next:" in str(caught.value)
    assert wide not in str(caught.value)
    assert everything() == before, "nothing of the file that did not fit"
    # with the flood gone there is room again for a small file
    county.write(second, county.street_name("2025-02"), county.street_csv(county.many(10, "2025-02")))
    assert load_source(second, region=REGION).files[0].status == "loaded"
