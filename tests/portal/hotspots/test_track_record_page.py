"""The page of track records: where next, hot spots and counts side by side, from the tables of both stages."""

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

pytestmark = pytest.mark.database


def opened(as_portal: Callable[..., object]) -> AppTest:
    def show() -> None:
        from app.person.sign_in import ProfessionalRole, demo_person
        from app.record import page

        page.show(demo_person(ProfessionalRole.ANALYST, ""))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(show, default_timeout=600).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [e.proto.body for e in app.get("html")]
    return unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(parts), flags=re.DOTALL).split()))


@pytest.fixture
def both_records(invented_county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]) -> None:
    """Hot spots of robbery that beat the counts, and of violence that do not; on laid grids too, which are no map."""
    use_database(make_database("both_records", template=invented_county_database))
    standings = {"robbery": ("beats", 0.15, 0.81), "violence": ("behind", -0.2, 0.46)}
    with db.transaction(Role.OWNER) as connection:
        run = connection.execute(text("SELECT max(run_id) FROM analysis.hotspot")).scalar_one()
        for grid in ("lsoa 2021", "hexagon 0.1 km2"):
            for group, (standing, gain, caught) in standings.items():
                for coverage in (0.01, 0.05, 0.1):
                    at = {"grid": grid, "group": group, "coverage": coverage, "run": run}
                    for rule, share in (("gi_star", caught), ("naive", caught - gain), ("chance", coverage)):
                        for month in (date(2025, 10, 1), date(2025, 11, 1)):
                            connection.execute(
                                text(
                                    "INSERT INTO analysis.track_record (grid, group_id, rule, target_month, coverage, earlier_months,"
                                    " incidents, hit_rate, pai, pei, offsets, run_id) VALUES (:grid, :group, :rule, :month, :coverage,"
                                    " 12, 100, :share, CAST(:share AS DOUBLE PRECISION) / :coverage, 0.5, 1, :run)"
                                ),
                                at | {"rule": rule, "share": share, "month": month},
                            )
                    connection.execute(
                        text(
                            "INSERT INTO analysis.track_standing (grid, group_id, coverage, standing, months, gain, gain_lower,"
                            " gain_upper, first_month, last_month, run_id) VALUES (:grid, :group, :coverage, :standing, 8, :gain,"
                            " CAST(:gain AS DOUBLE PRECISION) - 0.05, CAST(:gain AS DOUBLE PRECISION) + 0.05, '2025-01-01',"
                            " '2025-11-01', :run)"
                        ),
                        at | {"standing": standing, "gain": gain},
                    )


def test_the_maps_of_both_stages_stand_side_by_side_the_best_first(both_records: None, as_portal: Callable[..., object]) -> None:
    app = opened(as_portal)
    said = words(app)
    assert "Where next leads for 1 of 2 kinds and Hot spots by number leads for 1 of 2 kinds." in said
    assert "A map of hot spots beats the counts for 1 of 2 kinds." in said
    # violence: where next first; PAI of hot spots is that of the record, 0.46 in 5%
    violence = said[said.index("Violence and sexual offences, searching 5%") :]
    assert (
        violence.index("Where next comes first")
        < violence.index("Counts of the last months")
        < violence.index("Hot spots by number")
    )
    assert "does not beat the counts; behind at 1%, 5% and 10% of the area 46% (66%) −20.0 (−25.0 to −15.0) 9.2 (13.2)" in violence
    # robbery: hot spots first, where next behind the counts
    robbery = said[said.index("Robbery, searching 5%") :]
    assert robbery.index("Hot spots by number comes first") < robbery.index("Counts of the last months")
    assert "Where next does not beat the counts; behind at 10% of the area 60% (62%)" in robbery
    assert app.selectbox(key="tr-on").options == ["Neighbourhoods (LSOA 2021)"]
    # the page of hot spots opens by the same record
    app.selectbox(key="tr-share").set_value(0.1).run()
    assert "searching 10% of the region's area" in words(app)


def test_the_hot_spots_open_by_the_same_record(both_records: None, as_portal: Callable[..., object]) -> None:
    def show() -> None:
        from app.hotspots import page
        from app.person.sign_in import ProfessionalRole, demo_person

        page.show(demo_person(ProfessionalRole.ANALYST, ""))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(show, default_timeout=600).run()
    app.selectbox(key="hs-group").set_value("robbery").run()
    assert app.selectbox(key="hs-map").options[0] == "Hot spots"
    app.selectbox(key="hs-group").set_value("violence").run()
    assert app.selectbox(key="hs-map").options[0] == "Where next"
    assert not app.exception


def test_without_a_record_the_page_says_what_makes_one(
    invented_county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None],
    as_portal: Callable[..., object],
) -> None:  # fmt: skip
    use_database(make_database("no_record", template=invented_county_database))
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM analysis.foretold_standing"))
    assert "homeground analyse --only track" in words(opened(as_portal))
