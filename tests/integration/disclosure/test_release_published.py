"""A release from counted rows to what everyone may read, on a real PostGIS."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy import text

from analytics.disclosure.gate import SafeTables, digest_of
from analytics.release.build import audit_release, build_release
from analytics.release.export import export, list_releases
from analytics.release.publish import publish
from core import db
from core.db import Role
from core.errors import DisclosureError, UserError
from core.settings import ReleaseSettings
from core.signing_keys import make_key
from tests.builders.crates.tampering import verify
from tests.builders.release_county import FORCE, GAP, GROUPS, PERIOD, fill_county

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def county(module_database):
    # the owner: row-level security keeps COPY from the other roles
    with db.transaction(Role.OWNER) as connection:
        truth = fill_county(connection)
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
    return truth, candidate, audit_release(candidate)


@pytest.fixture(scope="module")
def published(county):
    _, candidate, tables = county
    with db.transaction(Role.PIPELINE) as connection:
        return publish(connection, tables, candidate=candidate, actor="test")


def _true_count(truth: pd.DataFrame, geography: str, code: str, group: str) -> int:
    rows = truth[truth["category"].isin(GROUPS[group][1])]
    if geography == "lsoa":
        rows = rows[rows["code"] == code]
    elif geography in ("msoa", "lad"):
        divisor = {"msoa": 6, "lad": 12}[geography]
        rows = rows[rows["code"].str[-4:].astype(int) // divisor == int(code[-4:])]
    return int(rows["incidents"].sum())


def test_every_published_number_is_true_and_none_is_small(county, published):
    truth, _, _ = county
    with db.transaction(Role.COMMUNITY) as connection:
        rows = pd.read_sql(text("SELECT * FROM published.value WHERE release_id = :r"), connection, params={"r": published})
    assert len(rows) == (24 + 4 + 2 + 1) * len(GROUPS)
    assert (rows["count"].isna() != rows["symbol"].isna()).all()
    shown = rows[rows["count"].notna()]
    for row in shown.itertuples():
        assert row.count == _true_count(truth, row.geography, row.place_code, row.category)
    assert not shown["count"].between(1, 4).any()
    assert set(rows["symbol"].dropna()) == {"[c]"}


def test_places_services_sources_and_header(county, published):
    _, candidate, _ = county
    assert candidate.months_missing == (GAP,)
    with db.transaction(Role.COMMUNITY) as connection:
        place = pd.read_sql(text("SELECT * FROM published.place"), connection)
        service = connection.execute(text("SELECT name, lon FROM published.service")).all()
        header = connection.execute(text("SELECT * FROM published.release")).one()
        postcode = connection.execute(text("SELECT display, lsoa21_code FROM published.postcode")).all()
        source = connection.execute(text("SELECT feed, files, rows_rejected, months_missing FROM published.source")).all()
    assert place["geography"].value_counts().to_dict() == {"lsoa": 24, "msoa": 4, "lad": 2, "all": 1}
    assert place.set_index("place_code")["residents"][FORCE] == 24 * 1500
    assert place.loc[place["geography"] == "lsoa", ["parent_msoa", "parent_lad"]].notna().all(axis=None)
    assert [s.name for s in service] == ["Chemist"]
    assert -2.1 < service[0].lon < -1.0
    assert header.status == "current" and header.synthetic and header.months_missing == [GAP]
    assert header.unplaced_percent == 2.0
    assert header.certificate["passed"] is True and header.policy["threshold"] == 5
    assert postcode == [("OX1 1AA", "E01990000")]
    # its one file says that it spans the year, and holds an incident of January alone
    assert source == [("police_uk_street", 1, 1, [date(2024, month, 1) for month in range(2, 13)])]


def test_certificate_is_for_exactly_these_numbers(county):
    _, candidate, tables = county
    assert digest_of(tables.frame) == tables.certificate.digest
    forged = object.__new__(SafeTables)
    frame = tables.frame
    frame.loc[frame["count"].notna().idxmax(), "count"] += 1
    object.__setattr__(forged, "_frame", frame)
    object.__setattr__(forged, "_certificate", tables.certificate)
    for wrong in (forged, frame, None):
        with pytest.raises(DisclosureError), db.transaction(Role.PIPELINE) as connection:
            publish(connection, wrong, candidate=candidate, actor="test")
    other = replace(candidate, policy=replace(candidate.policy, threshold=4))
    with pytest.raises(DisclosureError), db.transaction(Role.PIPELINE) as connection:
        publish(connection, tables, candidate=other, actor="test")


def test_a_second_release_supersedes_the_first_and_both_stay(county, published):
    _, candidate, tables = county
    with db.transaction(Role.PIPELINE) as connection:
        second = publish(connection, tables, candidate=candidate, actor="test")
        lines = list_releases(connection)
    assert [(line.release_id, line.status) for line in lines] == [(second, "current"), (published, "superseded")]
    with db.transaction(Role.PIPELINE) as connection:
        actions = connection.execute(text("SELECT count(*) FROM audit.event WHERE action = 'release_published'")).scalar_one()
    assert actions == 2


def test_export_is_whole_or_nothing(published, tmp_path):
    folder = tmp_path / "out"
    with db.transaction(Role.PIPELINE) as connection:
        files = export(connection, folder, release_id=published)
        named = {f.relative_to(folder).as_posix() for f in files}
        assert {"all.csv", "certificate.json", "lad_2022.csv", "lsoa_2021.csv", "msoa_2021.csv", "manifest.json"} <= named
        assert "signature.json" not in named, "no key is set"
        table = pd.read_csv(folder / "lsoa_2021.csv", dtype=str, keep_default_na=False)
        assert list(table) == ["geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol",
                                   "lowest", "highest"]  # fmt: skip
        assert ((table["count"] == "") != (table["symbol"] == "")).all()
        assert json.loads((folder / "certificate.json").read_text())["passed"] is True
        with pytest.raises(UserError, match="not empty"):
            export(connection, folder, release_id=published)
        with pytest.raises(UserError, match="no release"):
            export(connection, tmp_path / "other", release_id=999)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_the_export_is_a_crate_that_holds_against_what_is_published(published, tmp_path):
    """From the database as it is: outlines, sources with their licences, a signature by the key of the settings, and a verdict."""
    key = tmp_path / "release.pem"
    public = make_key(key)
    folder = tmp_path / "out"
    with db.transaction(Role.PIPELINE) as connection:
        export(connection, folder, release_id=published, settings=ReleaseSettings(signing_key=key))
    done = verify(folder, "--key", public)
    assert done.returncode == 0, done.stdout + done.stderr
    places = gpd.read_parquet(folder / "outlines" / "lsoa_2021.parquet")
    assert len(places) == 24 and places.crs.to_epsg() == 4326 and (places["residents"] == 1500).all()
    crate = {e["@id"]: e for e in json.loads((folder / "ro-crate-metadata.json").read_text())["@graph"]}
    assert crate["#source-1"]["identifier"] == "police_uk_street" and crate[crate["#source-1"]["license"]["@id"]]["name"] == "OGL"
    assert not any(e.get("identifier") == "partner_refuges" for e in crate.values()), "a restricted feed is no source"
