"""The hot spot page with a record, stability and an expiry: what it says on the map, and what it says where there is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core import db
from core.db import Role
from core.provenance import finish_run, start_run

pytestmark = pytest.mark.database


def shown(as_portal: Callable[..., object]) -> AppTest:
    def show() -> None:
        from app.hotspots import page
        from app.person.sign_in import ProfessionalRole, demo_person

        page.show(demo_person(ProfessionalRole.ANALYST, ""))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(show, default_timeout=600).run()
    app.selectbox(key="hs-group").set_value("all_recorded").run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [e.proto.body for e in app.get("html")]
    return unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(parts), flags=re.DOTALL).split()))


@pytest.fixture
def tested_map(invented_county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]) -> None:
    """A record that is behind, one hot spot that fell without its busiest location, and the map with what patrols find."""
    use_database(make_database("tested_map", template=invented_county_database))
    _add_what_was_tested()


def _add_what_was_tested() -> None:
    with db.transaction(Role.OWNER) as connection:
        run = connection.execute(text("SELECT max(run_id) FROM analysis.hotspot")).scalar_one()
        connection.execute(text("UPDATE analysis.hotspot SET measure = 'count' WHERE geography = 'lsoa'"))
        values = {"run": run}
        for coverage in (0.01, 0.05, 0.1, 0.2):
            for rule, caught in (("gi_star", 0.4), ("naive", 0.6), ("chance", coverage)):
                connection.execute(
                    text(
                        "INSERT INTO analysis.track_record (grid, group_id, rule, target_month, coverage, earlier_months, incidents,"
                        " hit_rate, offsets, run_id) SELECT 'lsoa 2021', group_id, :rule, :month, :coverage, 12, 100, :caught, 1, :run"
                        " FROM analysis.category_group"
                    ),
                    values | {"rule": rule, "month": date(2025, 11, 1), "coverage": coverage, "caught": caught},
                )
            connection.execute(
                text(
                    "INSERT INTO analysis.track_standing (grid, group_id, coverage, standing, months, gain, gain_lower, gain_upper,"
                    " first_month, last_month, run_id) SELECT 'lsoa 2021', group_id, :coverage, 'behind', 9, -0.2, -0.3, -0.1,"
                    " '2025-01-01', '2025-11-01', :run FROM analysis.category_group"
                ),
                values | {"coverage": coverage},
            )
        connection.execute(text("DELETE FROM analysis.stability"))
        connection.execute(
            text(
                "INSERT INTO analysis.stability SELECT geography, edition, code, lad_code, group_id, period_start, period_end, 20, 3, 9,"
                " 18, FALSE, 0.8, run_id FROM analysis.hotspot WHERE measure = 'count' AND class = 'hot' AND certainty >= 95"
            )
        )
        connection.execute(
            text(
                "INSERT INTO analysis.hotspot SELECT geography, edition, code, lad_code, group_id, 'count_with_proactive', period_start,"
                " period_end, incidents + 7, value, gi_z, p_value, q_value, 'not_significant', NULL, run_id, expires_on"
                " FROM analysis.hotspot WHERE measure = 'count' AND group_id = 'all_recorded'"
            )
        )
        connection.execute(text("UPDATE analysis.hotspot SET expires_on = '2026-05-31'"))
        # what the portal keeps in memory goes by the latest run
        finish_run(connection, start_run(connection, "hotspot", seed=None, parameters={}, delivery_ids=[]))


def test_the_map_says_what_it_is_worth(invented_county: str, as_portal: Callable[..., object]) -> None:
    assert "this map has not been tested against the months that came after" in words(shown(as_portal))


def test_a_map_behind_the_naive_one_says_so_on_the_map(tested_map: None, as_portal: Callable[..., object]) -> None:
    app = shown(as_portal)
    said = words(app)
    assert "this map would have caught 40% of the next month's incidents; the counts of the months before, 60%" in said
    assert "This map does not beat the naive map." in said
    assert "3, 9, 18 of 20; falls without its busiest location" in said
    assert "fall without one single location" in said
    assert "Expired on 31 May 2026." in said or "Expires on 31 May 2026" in said
    assert "−20.0 (−30.0 to −10.0)" in said
    assert "5 would no longer be" in said
    # the map with what patrols find is a step away, and says what it is
    app.checkbox[0].check().run()
    assert not app.exception
    said = words(app)
    assert "sending officers by it would make it confirm itself" in said
    assert "No cluster beyond chance." in said
