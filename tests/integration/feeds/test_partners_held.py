"""Held deliveries in a real database: what is held changes nothing else; a steward accepts or refuses; real months all pass."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from core import db
from core.audit import first_broken_link
from core.db import Role
from core.errors import FeedError, UserError
from core.settings import RegionSettings
from feeds.catalogue.feed import Catalogue, read_catalogue
from feeds.loading.load import load_source
from feeds.loading.report import LoadReport
from feeds.loading.steward import accept, held, refuse
from tests.builders import feeds_files as county
from tests.builders.feeds_files import REGION

pytestmark = pytest.mark.database

USUAL = ("2025-01", "2025-02", "2025-03")


def rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement), values)]


def load_month(folder: Path, month: str, count: int, **options: bool) -> LoadReport:
    county.write(folder, county.street_name(month), county.street_csv(county.many(count, month)))
    return load_source(folder, region=REGION, **options)


@pytest.fixture
def one_tenth(database: str, tmp_path: Path) -> Path:
    """Three usual months are in; a fourth of a tenth of their size was offered."""
    for month in USUAL:
        assert load_month(tmp_path, month, 400).files[-1].status == "loaded"
    report = load_month(tmp_path, "2025-04", 40)
    assert [f.status for f in report.files] == ["unchanged"] * 3 + ["held"]
    assert "10% of the usual 400" in report.files[-1].message
    assert "1 held" in str(report)
    return tmp_path


def test_a_month_at_a_tenth_is_held_and_changes_nothing_else(one_tenth: Path) -> None:
    assert rows("SELECT count(*) FROM record.incident") == [(1200,)]
    waiting = held()
    assert [(w.slot, w.rows_in) for w in waiting] == [("testshire 2025-04", 40)]
    assert rows("SELECT actor, action FROM audit.event WHERE action = 'hold'") == [("pipeline", "hold")]
    again = load_source(one_tenth, region=REGION)
    assert again.files[-1].status == "held"
    assert f"delivery {waiting[0].delivery_id}" in again.files[-1].message
    assert len(held()) == 1


def test_accepting_loads_it_under_its_own_id(one_tenth: Path) -> None:
    waiting = held()[0].delivery_id
    result = accept(waiting, reason="the force was on strike", actor="steward jo", region=REGION)
    assert (result.status, result.delivery_id, result.rows_accepted) == ("loaded", waiting, 40)
    assert rows("SELECT count(*) FROM record.incident WHERE delivery_id = :d", d=waiting) == [(40,)]
    assert rows("SELECT status, notes -> 'accepted' ->> 'reason' FROM raw.delivery WHERE delivery_id = :d", d=waiting) == [
        ("loaded", "the force was on strike")
    ]
    assert rows("SELECT actor, detail ->> 'reason' FROM audit.event WHERE action = 'accept'") == [
        ("steward jo", "the force was on strike")
    ]
    assert rows("SELECT count(*) FROM raw.held_file") == [(0,)]
    assert load_source(one_tenth, region=REGION).files[-1].status == "unchanged"
    with db.transaction(Role.PIPELINE) as connection:
        assert first_broken_link(connection) is None
    with pytest.raises(UserError, match="does not wait"):
        accept(waiting, reason="again", actor="steward jo", region=REGION)


def test_refusing_drops_the_bytes_and_remembers(one_tenth: Path) -> None:
    waiting = held()[0].delivery_id
    with pytest.raises(UserError, match="needs its reason"):
        refuse(waiting, reason="  ", actor="steward jo")
    refuse(waiting, reason="cut short", actor="steward jo")
    assert held() == ()
    assert rows("SELECT count(*) FROM raw.held_file") == [(0,)]
    again = load_source(one_tenth, region=REGION).files[-1]
    assert (again.status, "refused" in again.message) == ("unchanged", True)
    assert rows("SELECT count(*) FROM record.incident") == [(1200,)]


def test_better_bytes_for_the_slot_take_the_place_of_the_held_ones(one_tenth: Path) -> None:
    waiting = held()[0].delivery_id
    assert load_month(one_tenth, "2025-04", 390).files[-1].status == "loaded"
    assert held() == ()
    assert rows("SELECT status, superseded_by IS NOT NULL FROM raw.delivery WHERE delivery_id = :d", d=waiting) == [
        ("superseded", True)
    ]


def test_what_stands_goes_on_standing_while_its_successor_is_held(one_tenth: Path) -> None:
    assert load_month(one_tenth, "2025-03", 20).files[2].status == "held"
    assert rows("SELECT count(*) FROM record.incident WHERE month = :m", m=date(2025, 3, 1)) == [(400,)]
    found = next(w for w in held() if w.slot.endswith("2025-03"))
    accept(found.delivery_id, reason="republished", actor="steward jo", region=REGION)
    assert rows("SELECT count(*) FROM record.incident WHERE month = :m", m=date(2025, 3, 1)) == [(20,)]


FEED = """
[[feed]]
id = "calls"
title = "Calls"
publisher = "An invented partner"
sensitivity = "restricted"
{terms}
slot = "{{month}}"
recognise.file_name = '(^|/)(?P<month>\\d{{4}}-\\d{{2}})-calls\\.csv$'
period.rule = "file_name"
{more}
[[feed.writes]]
shape = "event"
month = "Month"
category = "Kind"
"""
AGREED = 'agreement = {{ reference = "ISA-1", lawful_basis = "public task", purpose = "prevention", owner = "Data office", expires = {} }}'


def calls(tmp_path: Path, content: str, *, expires: str = "2099-01-01", month: str = "2025-05", more: str = "") -> LoadReport:
    path = tmp_path / "catalogue.toml"
    path.write_text(FEED.format(terms=AGREED.format(expires), more=more), encoding="utf-8")
    catalogue: Catalogue = read_catalogue(path)
    county.write(tmp_path / "in", f"{month}-calls.csv", content.encode())
    return load_source(tmp_path / "in", region=REGION, catalogue=catalogue)


def test_a_feed_whose_agreement_has_ended_does_not_load_and_says_so(database: str, tmp_path: Path) -> None:
    result = calls(tmp_path, "Month,Kind\n2025-05,Fall\n", expires="2026-01-31").files[0]
    assert result.status == "refused"
    assert "the agreement ISA-1 ended on 2026-01-31" in result.message
    assert rows("SELECT count(*) FROM raw.delivery") == [(0,)]
    result = calls(tmp_path, "Month,Kind\n2025-05,Fall\n").files[0]
    assert result.status == "loaded"
    assert rows("SELECT licence FROM raw.delivery") == [("By agreement ISA-1, until 2099-01-01",)]


def test_a_stale_delivery_is_held_and_a_fresh_one_is_not(database: str, tmp_path: Path) -> None:
    result = calls(tmp_path, "Month,Kind\n2025-05,Fall\n", more="fresh_within_days = 62").files[0]
    assert (result.status, "days ago; 62 are expected" in result.message) == ("held", True)
    this_month = f"{datetime.now(UTC).date():%Y-%m}"
    fresh = calls(tmp_path, f"Month,Kind\n{this_month},Fall\n", month=this_month, more="fresh_within_days = 62")
    assert {f.status for f in fresh.files} == {"held", "loaded"}


CHECKS = """
checks = [
  { column = "Age", type = "integer", minimum = 0, maximum = 120 },
  { column = "Sex", values = ["F", "M"], required = true },
  { column = "Id", unique = true, pattern = "[A-Z]\\\\d+" },
  { column = "Seen", type = "date", format = "%d/%m/%Y" },
  { column = "Home", refers_to = { geography = "lsoa", edition = "2021" } },
]
"""


def test_declared_checks_reject_rows_with_their_reasons(database: str, tmp_path: Path) -> None:
    county.write_lookups(tmp_path / "in")
    load_source(tmp_path / "in", region=REGION)
    good = f"2025-05,Fall,40,F,A1,01/05/2025,{county.LSOAS[0]}"
    bad = {
        "2025-05,Fall,old,F,A2,01/05/2025,": ("Age", "not a whole number"),
        "2025-05,Fall,4.5,F,A3,01/05/2025,": ("Age", "not a whole number"),
        "2025-05,Fall,121,F,A4,,": ("Age", "more than 120"),
        "2025-05,Fall,-1,F,A5,,": ("Age", "less than 0"),
        "2025-05,Fall,40,X,A6,,": ("Sex", "not in the code list of this feed"),
        "2025-05,Fall,40,,A7,,": ("Sex", "no value"),
        "2025-05,Fall,40,M,A1,,": ("Id", "repeated value"),
        "2025-05,Fall,40,M,A1x,,": ("Id", "not written as this feed declares"),
        "2025-05,Fall,40,M,A8,31/02/2025,": ("Seen", "not a date written as %d/%m/%Y"),
        "2025-05,Fall,40,M,A9,,E01999999": ("Home", "not a code of lsoa 2021"),
    }
    content = "\n".join(["Month,Kind,Age,Sex,Id,Seen,Home", good, *bad, "2025-05,Fall,,M,,,"]) + "\n"
    report = calls(tmp_path, content, more=CHECKS)
    result = next(f for f in report.files if f.feed == "calls")
    assert (result.status, result.rows_in, result.rows_accepted) == ("loaded", 12, 2)
    found = rows("SELECT field, reason FROM raw.rejected_row ORDER BY line")
    assert found == list(bad.values())


@pytest.mark.slow
@pytest.mark.real_data
def test_every_real_month_passes_and_a_tenth_of_one_does_not(database: str, real_data: Path, tmp_path: Path) -> None:
    report = load_source(real_data / "police", region=RegionSettings())
    street = [f for f in report.files if f.feed == "police_uk_street"]
    assert len(street) == 24
    assert [f.message for f in street if f.status != "loaded"] == []
    import gzip

    whole = gzip.decompress((real_data / "police" / "2025-11-thames-valley-street.csv.gz").read_bytes()).splitlines(keepends=True)
    (tmp_path / "2025-12-thames-valley-street.csv").write_bytes(b"".join(whole[: len(whole) // 10]).replace(b"2025-11", b"2025-12"))
    assert load_source(tmp_path, region=RegionSettings()).files[0].status == "held"


def test_a_feed_that_is_not_in_the_catalogue_any_more_goes_on_waiting(one_tenth: Path, tmp_path: Path) -> None:
    waiting = held()[0].delivery_id
    with pytest.raises((UserError, FeedError), match="no feed"):
        accept(waiting, reason="yes", actor="steward jo", region=REGION, catalogue=Catalogue(feed=[]))
    assert [w.delivery_id for w in held()] == [waiting]
