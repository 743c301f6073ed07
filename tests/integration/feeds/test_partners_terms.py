"""What a delivery says of its own terms: the release reads them to know what may be shown and what it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core import db
from core.db import Role, run_statement
from feeds.catalogue.feed import read_catalogue
from feeds.loading.load import load_source
from tests.builders.feeds_files import LSOAS, REGION

pytestmark = pytest.mark.database

FEEDS = """
[[feed]]
id = "open_figures"
title = "Open figures"
publisher = "An institute"
licence = "Open Government Licence v3.0"
sensitivity = "open"
recognise.columns = ["area", "years", "rate"]
[[feed.writes]]
shape = "indicator"
geography = "lsoa"
edition = "2021"
code = "area"
period = "2025"
values = [
  { indicator = "life", label = "Life expectancy", unit = "years", publish = true, column = "years" },
  { indicator = "falls", label = "Falls", unit = "per_1000", publish = true, column = "rate" },
]

[[feed]]
id = "partner_figures"
title = "A partner's figures"
publisher = "A partner"
sensitivity = "restricted"
agreement = { reference = "ISA-1", lawful_basis = "task", purpose = "p", owner = "o", expires = 2099-01-01 }
recognise.columns = ["area", "children"]
[[feed.writes]]
shape = "indicator"
geography = "lsoa"
edition = "2021"
code = "area"
period = "2025"
values = [{ indicator = "children", unit = "count", column = "children" }]
"""
RELEASE = """
INSERT INTO published.release (
  title, period_start, period_end, months_loaded, months_missing, region_name, synthetic, policy, certificate, code_version
)
VALUES ('t', '2025-01-01', '2025-12-01', '{}', '{}', 'Testshire', TRUE, '{}', '{}', 't') RETURNING release_id
"""
PLACE = (
    "INSERT INTO published.place (release_id, geography, edition, place_code, name, residents)"
    " VALUES (:r, 'lsoa', '2021', :c, 'A place', 1500)"
)


def test_a_release_shows_open_figures_and_names_no_partner(database: str, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(FEEDS, encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text(f"area,years,rate\n{LSOAS[0]},81.4,2.0\n{LSOAS[1]},79.0,12.0\n", encoding="utf-8")
    (tmp_path / "in" / "b.csv").write_text(f"area,children\n{LSOAS[0]},3\n", encoding="utf-8")
    assert [f.status for f in load_source(tmp_path / "in", region=REGION, catalogue=read_catalogue(catalogue)).files] == [
        "loaded"
    ] * 2
    with db.transaction(Role.PIPELINE) as connection:
        release = int(connection.execute(text(RELEASE)).scalar_one())
        connection.execute(text(PLACE), [{"r": release, "c": c} for c in LSOAS[:2]])
        run_statement(connection, "release/indicators", {"release_id": release, "threshold": 5})
        span = {
            "release_id": release,
            "period_start": "2025-01-01",
            "period_end": "2025-12-01",
            "titles": '{"open_figures": "Figures"}',
        }
        run_statement(connection, "release/sources", span)
    with db.transaction(Role.COMMUNITY) as connection:
        shown = connection.execute(text("SELECT indicator, place_code, value, unit, publisher FROM published.indicator")).all()
        sources = [tuple(r) for r in connection.execute(text("SELECT feed, title FROM published.source"))]
    # 2.0 per 1,000 of 1,500 residents is 3 people: a rate of a known population is a count, and this one is small
    assert sorted(tuple(r) for r in shown) == [
        ("falls", LSOAS[1], 12.0, "per_1000", "An institute"),
        ("life", LSOAS[0], 81.4, "years", "An institute"),
        ("life", LSOAS[1], 79.0, "years", "An institute"),
    ]
    assert sources == [("open_figures", "Figures")]
