"""A figure asked for a patch: worked out from what is published, with the credential of the public, and nothing is remembered of it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from analytics.release.build import audit_release, build_release
from analytics.release.publish import publish
from core import db
from core.db import Role
from core.errors import UserError
from homeground.command_line import commands
from published.own_area import Questions, around, tables_of
from published.release import read_release
from tests.builders.release_county import GROUPS, PERIOD, fill_county, lsoas

pytestmark = pytest.mark.database
PATCH = """
INSERT INTO place.patch (
  name, source, source_edition, sha256, rule, people_reference, people_drawn, people_members, people_gained, people_lost, drawn_m2,
  members_m2, gained_m2, lost_m2, outside_m2, geom
)
SELECT :name, 'codes', '2021', repeat('0', 64), 'r', 'census2021', 1, 1, 0, 0, 1, 1, 0, 0, 0, ST_Multi(ST_Union(geom))
FROM place.area WHERE code = ANY(:codes)
RETURNING patch_id
"""
GIVEN = """
INSERT INTO published.answer (release_id, name, members, category, period_start, period_end, count, certificate)
SELECT release_id, 'of old', CAST(:members AS TEXT[]), :category, period_start, period_end, :count, '{}'
FROM published.release WHERE status = 'current'
"""


@pytest.fixture(scope="module")
def county(module_database):
    with db.transaction(Role.OWNER) as connection:
        truth = fill_county(connection)
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
        tables = audit_release(candidate)
        publish(connection, tables, candidate=candidate, actor="test")
    return truth, tables.frame


def _patch(name: str, codes: list[str]) -> None:
    with db.transaction(Role.OWNER) as connection:
        number = connection.execute(text(PATCH), {"name": name, "codes": codes}).scalar_one()
        for code in codes:
            connection.execute(
                text("INSERT INTO place.patch_area VALUES (:p, 'lsoa', '2021', :c, TRUE, 1500, 1, 1, 'exact')"),
                {"p": number, "c": code},
            )


def _run(name: str, *options: str) -> str:
    done = CliRunner().invoke(commands, ["release", "ask", name, *options])
    assert done.exit_code == 0, done.exception
    return done.output


def _ask(name: str, *options: str) -> dict[str, object]:
    return json.loads(_run(name, "--json", *options))


def _true(truth, codes, group: str) -> int:
    return int(truth.loc[truth["code"].isin(codes) & truth["category"].isin(GROUPS[group][1]), "incidents"].sum())


def _count(statement: str) -> int:
    with db.transaction(Role.OWNER) as connection:
        return int(connection.execute(text(statement)).scalar_one())


def _differencing(county) -> tuple[list[str], str]:
    """All neighbourhoods of an MSOA but one that is small, in a group where the MSOA is shown: the difference is the small one."""
    truth, frame = county
    shown = frame[frame["geography"] == "msoa"]
    for row in shown[shown["count"].notna()].itertuples():
        codes = lsoas().query("msoa == @row.place_code")["code"].tolist()
        small = [c for c in codes if 1 <= _true(truth, [c], row.category) <= 4]
        if small:
            return [c for c in codes if c != small[0]], row.category
    raise LookupError("no such MSOA")


def test_a_figure_whose_difference_is_small_gets_a_range_and_an_area_near_it(county):
    truth, _ = county
    codes, group = _differencing(county)
    _patch("all but one", codes)
    reply = _ask("all but one", "--category", group)
    true = _true(truth, codes, group)
    assert reply["lowest"] < true <= reply["highest"]
    assert reply["highest"] - reply["lowest"] >= 4, "the one left out may be anything from 1 to 5"
    near = reply["near"]
    assert near["count"] == _true(truth, near["members"], group)
    assert near["people"] == 1500, "one neighbourhood more or less is enough"
    said = _run("all but one", "--category", group)
    assert f"between {reply['lowest']:,} and {reply['highest']:,}" in said
    assert "nearest area with an exact figure" in said and "homeground patches add NAME --edition 2021 --codes" in said


def test_what_is_printed_is_answered_exactly_and_nothing_is_remembered_but_the_question(county):
    truth, _ = county
    codes = [c for m in sorted(set(lsoas()["msoa"]))[:2] for c in lsoas().query("msoa == @m")["code"]]
    _patch("two local areas", codes)
    before = _count("SELECT count(*) FROM published.answer")
    reply = _ask("two local areas", "--by", "a planner")
    assert reply["lowest"] == reply["highest"] == _true(truth, codes, "all_recorded")
    assert reply["residents"] == 1500 * len(codes) and reply["near"] is None
    assert _run("two local areas").startswith(f"two local areas: exactly {reply['lowest']:,} (all_recorded, ")
    assert _count("SELECT count(*) FROM published.answer") == before
    assert _count("SELECT count(*) FROM audit.event WHERE action = 'figure_asked' AND actor = 'a planner'") == 1
    assert _count("SELECT count(*) FROM audit.event WHERE action LIKE 'answer_%'") == 0


@pytest.mark.parametrize("table", ["analysis.count_month", "audit.release_count", "record.incident", "place.area"])
def test_the_credential_that_answers_cannot_read_a_true_count(county, table):
    codes = lsoas()["code"].tolist()[:2]
    with db.transaction(Role.COMMUNITY) as connection:
        release = read_release(connection)
        assert release is not None
        answer = Questions(tables_of(release)).ask(release.release_id, codes, around(connection, release, codes))
        assert len(answer.figures) == len(GROUPS)
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(f"SELECT * FROM {table}"))


def test_neighbourhoods_that_touch_an_area_are_found_in_the_published_outlines(county):
    grid = lsoas().set_index(["column", "row"])["code"]
    with db.transaction(Role.COMMUNITY) as connection:
        release = read_release(connection)
        assert release is not None
        found = around(connection, release, [grid[2, 1]])
    assert set(found) == {grid[c, r] for c in (1, 2, 3) for r in (0, 1, 2)} - {grid[2, 1]}


def test_a_figure_that_was_given_once_counts_as_printed_here_and_in_the_next_release(county):
    truth, _ = county
    codes, group = _differencing(county)
    figure = {"members": codes[:2], "category": group, "count": _true(truth, codes[:2], group)}
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text(GIVEN), figure)
    with db.transaction(Role.COMMUNITY) as connection:
        release = read_release(connection)
    assert release is not None and [(g.members, g.count) for g in release.given] == [(tuple(codes[:2]), figure["count"])]
    asked = Questions(tables_of(release)).ask(release.release_id, codes[:2], categories=[group]).figures[0].possible
    assert (asked.lowest, asked.highest) == (figure["count"], figure["count"])
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
    assert len(candidate.ledger.answers) == 1, "the next release is attacked with it"


def test_questions_that_make_no_sense_are_refused_in_words(county):
    _patch("one", lsoas()["code"].tolist()[:1])
    done = CliRunner().invoke(commands, ["release", "ask", "one", "--category", "nonsense"])
    assert isinstance(done.exception, UserError) and "no category 'nonsense'" in str(done.exception)
    done = CliRunner().invoke(commands, ["release", "ask", "nowhere"])
    assert isinstance(done.exception, UserError) and "no patch named" in str(done.exception)
