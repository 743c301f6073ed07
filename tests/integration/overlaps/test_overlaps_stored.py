"""Factors, kinds, similar areas and reach as the flow stores them for the synthetic county, and as each credential sees them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from analytics.counts import loaded_months
from analytics.likeness.stage import compute_likeness
from analytics.overlaps.stage import FactorReport, compute_factors
from analytics.services.stage import ServiceReport, compute_services
from core import db
from core.db import Role
from core.errors import UserError
from core.periods import Period
from homeground.command_line import commands

pytestmark = pytest.mark.database
TABLES = (
    "factor", "factor_level", "factor_place", "factor_overlap", "factor_tally", "factor_join", "beside", "beside_summary", "place_type",
    "place_type_member", "similar_area", "similar_rate", "service_kind", "service_point", "service_reach", "service_site",
)  # fmt: skip


def rows(statement: str, role: Role = Role.PIPELINE, districts: str | None = None, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(role, districts=districts) as connection:
        return [tuple(row) for row in connection.execute(text(statement), values)]


def value(statement: str, **values: object) -> object:
    return rows(statement, **values)[0][0]


def period() -> Period:
    with db.transaction(Role.PIPELINE) as connection:
        return loaded_months.current_period(connection, 12)


def again(maps: int = 999) -> tuple[ServiceReport, FactorReport]:
    span = period()
    with db.transaction(Role.PIPELINE) as connection:
        reach = compute_services(connection)
    with db.transaction(Role.PIPELINE) as connection:
        factors = compute_factors(connection, period=span, seed=20_260_101, maps=maps)
    with db.transaction(Role.PIPELINE) as connection:
        compute_likeness(connection, period=span, seed=20_260_101)
    return reach, factors


def test_the_flow_fills_every_table_and_names_its_inputs(county: str) -> None:
    for table in TABLES:
        assert value(f"SELECT count(*) FROM analysis.{table}") > 0, table  # type: ignore[operator]
    runs = rows(
        "SELECT stage, seed, cardinality(delivery_ids), parameters FROM analysis.run WHERE stage IN ('factor', 'likeness', 'reach')"
    )
    assert {stage for stage, _, _, _ in runs} == {"factor", "likeness", "reach"}
    assert all(deliveries > 0 for _, _, deliveries, _ in runs)  # type: ignore[operator]
    assert all(seed is not None for stage, seed, _, _ in runs if stage != "reach")


def test_a_factor_without_data_is_listed_with_the_reason(county: str) -> None:
    missing = dict(rows("SELECT factor_id, missing FROM analysis.factor WHERE missing <> ''"))
    assert "school_suspensions" in str(missing["school_suspensions"])
    assert "No delivery" in str(missing["ambulance_assaults"])
    assert value("SELECT count(*) FROM analysis.factor_place WHERE factor_id = 'school_suspensions'") == 0


def test_levels_and_combinations_count_the_places_that_are_stored(county: str) -> None:
    wrong = """
      SELECT count(*)
      FROM analysis.factor_level AS l
      WHERE l.meeting <> (SELECT count(*) FROM analysis.factor_place AS p WHERE p.factor_id = l.factor_id AND p.level >= l.level)
        OR l.meeting_unsure
          <> (SELECT count(*) FROM analysis.factor_place AS p
              WHERE p.factor_id = l.factor_id AND p.level >= l.level AND p.sure_level < l.level)
    """
    assert value(wrong) == 0
    assert value("SELECT count(*) FROM analysis.factor_place WHERE NOT sure_level <= level OR NOT level <= possible_level") == 0
    for key, meeting, sure, possible in rows(
        "SELECT combination, meeting, meeting_sure, meeting_possible FROM analysis.factor_overlap"
        " WHERE size = 3 ORDER BY md5(combination) LIMIT 12"
    ):
        members = [part.split(":") for part in str(key).split("+")]
        for column, counted in (("level", meeting), ("sure_level", sure), ("possible_level", possible)):
            conditions = " + ".join(f"max(CASE WHEN factor_id = '{f}' AND {column} >= {k} THEN 1 ELSE 0 END)" for f, k in members)
            found = value(
                f"SELECT count(*) FROM (SELECT code FROM analysis.factor_place GROUP BY code HAVING {conditions} = 3) AS t"
            )
            assert found == counted, (key, column)


def test_every_choice_of_thresholds_is_there(county: str) -> None:
    levels = [int(str(n)) for (n,) in rows("SELECT count(*) FROM analysis.factor_level AS l INNER JOIN analysis.factor AS f"
                                           " USING (factor_id) WHERE f.side = 'risk' GROUP BY factor_id")]  # fmt: skip
    pairs = sum(a * b for k, a in enumerate(levels) for b in levels[k + 1 :])
    stored = "SELECT count(*) FROM analysis.factor_overlap WHERE size = 2 AND NOT EXISTS (SELECT 1 FROM analysis.factor AS f"
    assert value(f"{stored} WHERE f.side = 'protective' AND position(f.factor_id || ':' IN combination) > 0)"
                 " AND combination NOT LIKE 'hot_spots.%'") == pairs  # fmt: skip
    assert value("SELECT count(*) FROM analysis.factor_overlap WHERE expected_lower > expected_upper OR expected < 0") == 0
    assert value("SELECT count(*) FROM analysis.factor_overlap WHERE q_value < p_value - 1e-12") == 0


def test_every_hot_spot_map_is_set_against_low_incomes_by_its_own_measure(county: str) -> None:
    maps = rows("SELECT DISTINCT group_id, measure FROM analysis.hotspot WHERE geography = 'lsoa' AND edition = '2021'")
    stored = dict(rows("SELECT combination, meeting FROM analysis.factor_overlap WHERE combination LIKE 'hot_spots.%'"))
    assert set(stored) == {f"hot_spots.{group}.{measure}:95+income:2" for group, measure in maps}
    for group, measure in maps:
        asked = {"geography": "lsoa", "edition": "2021", "group_id": group, "measure": measure, "period_end": period().end}
        with db.transaction(Role.PROFESSIONAL, districts="*") as connection:
            said = db.fetch(connection, "hotspots/overlap_summary", asked)
            named = db.fetch(connection, "hotspots/overlap_places", asked | {"district": "", "msoa": "", "members": []})
        assert said["threshold"].tolist() == ["most deprived fifth of England"]
        assert len(named) == said["meeting"].iloc[0] == stored[said["combination"].iloc[0]]
    own = str(value("SELECT min(lad_code) FROM analysis.factor_place"))
    with db.transaction(Role.PROFESSIONAL, districts=own) as connection:
        some = db.fetch(connection, "hotspots/overlap_places", asked | {"district": "", "msoa": "", "members": []})
    visible = rows(f"SELECT code FROM analysis.factor_place WHERE lad_code = '{own}'")
    assert set(some["code"]) <= {code for (code,) in visible}


def test_residents_are_within_reach_or_beyond_it(county: str) -> None:
    for kind, residents, beyond in rows("SELECT kind, residents, residents_beyond FROM analysis.service_kind WHERE unused = ''"):
        stored = rows("SELECT sum(residents), sum(residents_beyond) FROM analysis.service_reach WHERE kind = :k", k=kind)[0]
        assert stored == (pytest.approx(residents), pytest.approx(beyond))
        assert 0 < float(str(beyond)) < float(str(residents))
    assert "only a part of all schools" in str(value("SELECT unused FROM analysis.service_kind WHERE kind = 'school'"))
    assert value("SELECT count(*) FROM analysis.service_reach WHERE kind = 'school'") == 0
    more = rows("SELECT need, further_sites, max(people_plan), max(people_beyond) FROM analysis.service_site"
                " WHERE plan = 'best' AND kind = 'gp_practice' GROUP BY 1, 2 ORDER BY 1, 2")  # fmt: skip
    assert more
    assert all(float(str(plan)) <= float(str(beyond)) + 1e-6 for _, _, plan, beyond in more)
    residents_plans = [float(str(plan)) for need, _, plan, _ in more if need == "residents"]
    assert residents_plans == sorted(residents_plans)


def test_a_place_is_never_its_own_similar_area(county: str) -> None:
    assert value("SELECT count(*) FROM analysis.similar_area WHERE code = similar_code") == 0
    assert value("SELECT count(*) FROM (SELECT code FROM analysis.similar_area GROUP BY code HAVING count(*) <> 10) AS t") == 0
    assert value("SELECT count(*) FROM analysis.similar_rate WHERE ratio_lower > ratio OR ratio > ratio_upper") == 0


def test_an_officer_sees_places_of_their_district_and_counts_of_the_region(county: str) -> None:
    district = str(value("SELECT min(lad_code) FROM analysis.factor_place"))
    for table in ("factor_place", "factor_join", "beside", "place_type_member", "similar_area", "similar_rate", "service_reach"):
        seen = rows(f"SELECT DISTINCT lad_code FROM analysis.{table}", Role.PROFESSIONAL, districts=district)
        assert seen in ([(district,)], []), table
        assert rows(f"SELECT count(*) FROM analysis.{table}", Role.PROFESSIONAL, districts="") == [(0,)], table
    assert rows("SELECT count(*) > 0 FROM analysis.factor_overlap", Role.PROFESSIONAL, districts=district) == [(True,)]


@pytest.fixture
def copied(county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]) -> str:
    use_database(make_database("overlaps_copy", template=county_database))
    return "overlaps_copy"


@pytest.mark.slow
def test_again_gives_the_same_rows_and_a_partner_s_data_become_factors(copied: str) -> None:
    def digest(table: str) -> object:
        row = "(to_jsonb(t) - 'run_id')::TEXT"
        return value(f"SELECT md5(string_agg({row}, '|' ORDER BY {row})) FROM analysis.{table} AS t")

    before = {table: digest(table) for table in TABLES}
    again()
    assert {table: digest(table) for table in TABLES} == before
    _deliver_partner_data()
    _, report = again(maps=99)
    assert {"school_suspensions", "ambulance_assaults"} <= set(report.used)
    assert not {"school_suspensions", "ambulance_assaults"} & set(dict(report.missing))
    # the neighbourhoods of one MSOA share its value
    shared = """
      SELECT max(values)
      FROM (
        SELECT count(DISTINCT f.value) AS values
        FROM analysis.factor_place AS f INNER JOIN place.area_parent AS p ON f.code = p.child_code AND p.parent_geography = 'msoa'
        WHERE f.factor_id = 'school_suspensions'
        GROUP BY p.parent_code
      ) AS t
    """
    assert value(shared) == 1
    inputs = value("SELECT delivery_ids FROM analysis.run WHERE stage = 'factor' ORDER BY run_id DESC LIMIT 1")
    assert value("SELECT delivery_id FROM raw.delivery WHERE feed = 'partner_school_exclusions'") in inputs  # type: ignore[operator]


def _deliver_partner_data() -> None:
    """Suspensions by MSOA, and ambulance call-outs in the first place of each, in the last month."""
    last: date = period().end
    with db.transaction(Role.PIPELINE) as connection:
        delivery = connection.execute(
            text(
                "INSERT INTO raw.delivery (feed, file_name, sha256, byte_size, publisher, licence, slot, rows_in, rows_accepted,"
                " rows_rejected) VALUES ('partner_school_exclusions', 'x', repeat('0', 64), 1, 'p', 'l', 's', 1, 1, 0)"
                " RETURNING delivery_id"
            )
        ).scalar_one()
        connection.execute(
            text(
                "INSERT INTO record.indicator (indicator, geography, edition, code, period, value, denominator, delivery_id)"
                " SELECT 'school_suspensions', 'msoa', '2021', code, '2025-26', row_number() OVER (ORDER BY code), 1000, :d"
                " FROM place.area WHERE geography = 'msoa' AND edition = '2021'"
            ),
            {"d": delivery},
        )
        connection.execute(
            text(
                "INSERT INTO analysis.event_count (feed, category, geography, edition, code, lad_code, month, events)"
                " SELECT 'partner_ambulance_callouts', 'Assault', 'lsoa', '2021', child_code, parent_code, :m,"
                " 1 + row_number() OVER (ORDER BY child_code) FROM place.area_parent"
                " WHERE child_geography = 'lsoa' AND child_edition = '2021' AND parent_geography = 'lad'"
            ),
            {"m": last},
        )


def test_a_terminal_says_the_same(county: str) -> None:
    run = CliRunner()
    key, meeting = rows(
        "SELECT combination, meeting FROM analysis.factor_overlap WHERE at_defaults AND size = 2 ORDER BY 1 LIMIT 1"
    )[0]
    names = [part.split(":")[0] for part in str(key).split("+")]
    said = run.invoke(commands, ["overlap", "show", *reversed(names)], catch_exceptions=False)
    assert said.output.startswith(f"{meeting:,} of ")
    of = "January 2025 to December 2025; all 12 months"
    assert said.output.endswith(f"what was recorded are of {of}.\n")
    code = str(value("SELECT min(code) FROM analysis.factor_place"))
    place = run.invoke(commands, ["overlap", "place", code], catch_exceptions=False).output
    assert "similar areas" in place
    assert "Recorded per 1,000 residents over 12 months, January 2025 to December 2025 (all 12 months):" in place
    told = json.loads(run.invoke(commands, ["overlap", "place", code, "--json"], catch_exceptions=False).output)
    assert (told["period_start"], told["period_end"], told["months_loaded"], told["months_missing"]) == (
        "2025-01-01",
        "2025-12-31",
        12,
        [],
    )
    listed = run.invoke(commands, ["overlap", "factors"], catch_exceptions=False).output
    assert "not used: Nothing of it is loaded" in listed and of in listed
    reach = run.invoke(commands, ["services", "reach"], catch_exceptions=False).output
    assert "in a straight line" in reach
    assert "school: not used." in reach
    assert "1 more, site 1" in run.invoke(commands, ["services", "site", "pharmacy"], catch_exceptions=False).output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["overlap", "show", "income"], "choose 2 to 4"),
        (["overlap", "show", "income", "wealth"], "no factor 'wealth'"),
        (["overlap", "show", "income:9", "health"], "no threshold 9"),
        (["overlap", "show", "school_suspensions", "health"], "has no data"),
        (["overlap", "show", "gp_near", "pharmacy_near"], "not worked out"),
        (["overlap", "place", "E0"], "no LSOA of 2021"),
        (["services", "site", "museum"], "not a declared kind"),
    ],
)
def test_a_mistake_is_one_message(county: str, words: list[str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        CliRunner().invoke(commands, words, catch_exceptions=False, standalone_mode=False)
