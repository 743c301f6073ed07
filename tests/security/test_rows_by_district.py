"""What a session of the professional credential sees of every table that it may read, without a district and with one."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core import db
from core.db import Role

pytestmark = pytest.mark.database

# of the whole region on purpose, though they name districts
_OF_THE_REGION = {"analysis.service_site"}
# geography that publishers print, and the outlines that the partnership drew: no figure of a record
_REFERENCE = {
    "place.area", "place.area_label", "place.area_parent", "place.area_weight", "place.edition_change", "place.h3_cell", "place.local_name",
    "place.background", "place.patch", "place.patch_area", "place.population", "place.postcode", "place.region", "public.spatial_ref_sys",
}  # fmt: skip


# of each person their own row (test_settings_of_a_person.py, test_briefs_of_a_person.py)
_OWN_ROW = {
    "person.brief_batch", "person.brief_file", "person.brief_words", "person.dashboard", "person.dashboard_copy", "person.patch",
    "person.setting",
}  # fmt: skip
# of moderators by district (test_questions_of_residents.py), and what everyone may read
_ASKED = {"asked.question", "answered.ending", "answered.question"}
# of stewards alone (test_two_people_publish.py)
_DESK = {"steward.candidate", "steward.outcome", "steward.proposal", "steward.rule", "steward.task", "steward.verdict"}
# of people of a place's district (test_problem_files.py)
_PROBLEMS = {
    "problem.commitment", "problem.file", "problem.kept", "problem.plan", "problem.proposal", "problem.response", "problem.result",
    "problem.task", "problem.verdict", "problem.writing",
}  # fmt: skip


def tables() -> list[str]:
    """Every relation that the professional credential may SELECT from, wherever it lies."""
    with db.transaction(Role.OWNER) as connection:
        return list(
            connection.execute(
                text(
                    "SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
                    " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
                    " AND has_schema_privilege('homeground_professional', n.oid, 'USAGE')"
                    " AND has_any_column_privilege('homeground_professional', c.oid, 'SELECT') ORDER BY 1"
                )
            ).scalars()
        )


def columns_of(name: str) -> set[str]:
    schema, _, table = name.partition(".")
    with db.transaction(Role.OWNER) as connection:
        query = "SELECT column_name FROM information_schema.columns WHERE table_schema = :s AND table_name = :t"
        return set(connection.execute(text(query), {"s": schema, "t": table}).scalars())


def seen(name: str, what: str, districts: str | None, role: Role = Role.PROFESSIONAL) -> list[object]:
    with db.transaction(role, districts=districts) as connection:
        return list(connection.execute(text(f"SELECT DISTINCT {what} FROM {name}")).scalars())


def of_the_analysis() -> list[str]:
    return [name for name in tables() if name.startswith("analysis.")]


def test_beside_the_analysis_only_reference_tables_and_what_is_published_are_read(county: str) -> None:
    guarded = _OWN_ROW | _ASKED | _DESK | _PROBLEMS
    assert {name for name in tables() if not name.startswith(("analysis.", "published."))} == _REFERENCE | guarded


@pytest.mark.parametrize("districts", [None, ""])
def test_without_a_district_no_row_of_any_table_is_seen(county: str, districts: str | None) -> None:
    names = of_the_analysis()
    filled = [name for name in names if seen(name, "1", None, Role.OWNER)]
    # the county's flow fills nearly all of them, so that an open one would show
    assert len(filled) > 35
    assert [name for name in names if seen(name, "1", districts)] == []


def test_with_a_district_no_row_of_another_is_seen(county: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        query = "SELECT lad_code, count(*) FROM analysis.rate WHERE lad_code <> '' GROUP BY 1 ORDER BY 1"
        own, *others = [r.lad_code for r in connection.execute(text(query))]
    assert others
    for name in of_the_analysis():
        if "lad_code" not in columns_of(name) or name in _OF_THE_REGION:
            continue
        assert set(seen(name, "lad_code", own)) <= {own, ""}, name
        there = set(seen(name, "lad_code", None, Role.OWNER))
        # it is the district that decides: what lies in the own one is seen, unless a model of places is closed
        if own in there and name != "analysis.risk_estimate":
            assert own in seen(name, "lad_code", own), name


def test_a_table_without_a_district_says_nothing_of_a_single_place(county: str) -> None:
    """Otherwise it would show places of every district to a person who was given one."""
    single = {"code", "place_code", "cell", "location_id", "lsoa21_code", "msoa21_code", "geom"}
    found = {name for name in of_the_analysis() if "lad_code" not in columns_of(name) and columns_of(name) & single}
    assert found == set()


def test_a_district_that_is_part_of_another_code_or_a_pattern_opens_nothing(county: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        code = str(connection.execute(text("SELECT min(lad_code) FROM analysis.rate WHERE lad_code <> ''")).scalar_one())
    for districts in (code[:-1], "%", "E0", f"{code} ", f"'{code}'", "**", ",", "NULL"):
        assert set(seen("analysis.rate", "lad_code", districts)) <= {""}, districts
