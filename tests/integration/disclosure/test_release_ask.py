"""A figure asked for a patch: answered and in the ledger, or refused with an area near it, and the next one attacked with it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from analytics.release.answers import answer_for
from analytics.release.build import audit_release, build_release
from analytics.release.publish import publish
from core import db
from core.db import Role
from core.errors import UserError
from homeground.command_line import commands
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


def _ask(name: str, *options: str) -> dict[str, object]:
    done = CliRunner().invoke(commands, ["release", "ask", name, "--json", *options])
    assert done.exit_code == 0, done.exception
    return json.loads(done.output)


def _true(truth, codes, group: str) -> int:
    return int(truth.loc[truth["code"].isin(codes) & truth["category"].isin(GROUPS[group][1]), "incidents"].sum())


def _count(statement: str) -> int:
    with db.transaction(Role.OWNER) as connection:
        return int(connection.execute(text(statement)).scalar_one())


def _differencing(county) -> tuple[list[str], str]:
    """All neighbourhoods of an MSOA but one, in a group where only that one and another are withheld: the difference is the one."""
    truth, frame = county
    shown = frame[frame["geography"] == "msoa"]
    for row in shown[shown["count"].notna()].itertuples():
        codes = lsoas().query("msoa == @row.place_code")["code"].tolist()
        small = [c for c in codes if 1 <= _true(truth, [c], row.category) <= 4]
        if small:
            return [c for c in codes if c != small[0]], row.category
    raise LookupError("no such MSOA")


def test_a_figure_that_gives_a_small_one_away_is_refused_with_an_area_near_it(county):
    codes, group = _differencing(county)
    _patch("all but one", codes)
    reply = _ask("all but one", "--category", group)
    assert reply["count"] is None
    assert reply["nearest"] and sorted(reply["nearest"]) != sorted(codes)
    assert _count("SELECT count(*) FROM published.answer") == 0
    assert _count("SELECT count(*) FROM audit.event WHERE action = 'answer_refused'") == 1
    done = CliRunner().invoke(commands, ["release", "ask", "all but one", "--category", group])
    assert "[c]" in done.output and "nearest area" in done.output


def test_a_safe_figure_is_given_and_stands_in_the_ledger(county):
    truth, _ = county
    codes = [c for m in sorted(set(lsoas()["msoa"]))[:2] for c in lsoas().query("msoa == @m")["code"]]
    _patch("two local areas", codes)
    reply = _ask("two local areas", "--by", "a planner")
    assert reply["count"] == _true(truth, codes, "all_recorded")
    assert _count("SELECT count(*) FROM published.answer") == 1
    assert _count("SELECT count(*) FROM audit.event WHERE action = 'answer_given' AND actor = 'a planner'") == 1
    assert _ask("two local areas")["before"] is True
    assert _count("SELECT count(*) FROM published.answer") == 1, "the same question is answered from the ledger"
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
    assert len(candidate.ledger.answers) == 1, "the next release is attacked with it"


def test_questions_that_make_no_sense_are_refused_in_words(county):
    with db.transaction(Role.PIPELINE) as connection:
        with pytest.raises(UserError, match="no group 'nonsense'"):
            answer_for(connection, "x", ["E01990000"], category="nonsense", actor="test")
        with pytest.raises(UserError, match="not of this region"):
            answer_for(connection, "x", ["E01000001"], category="all_recorded", actor="test")
