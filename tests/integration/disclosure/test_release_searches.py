"""Stop and search in a release, in a real database: what is written, what is kept for the next attack, and who must agree."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from html import unescape

import pandas as pd
import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analytics.disclosure.gate import SafeTables
from analytics.release.build import Candidate, audit_release, build_release
from analytics.release.proposals import Approved, note_candidate, note_outcome
from analytics.release.publish import publish
from analytics.release.searches import audit_searches
from app.routes import routes_of
from core import db
from core.db import Role
from core.errors import DisclosureError
from homeground.command_line import commands
from published.searches import newest_searches
from tests.builders.outside_attack.reading import Printed
from tests.builders.outside_attack.verdicts import attack
from tests.builders.reading_grade import grade, sentences_of
from tests.builders.release_county import FORCE, GAP, PERIOD, fill_county, fill_searches, searches

pytestmark = pytest.mark.database
TWELVE_YEARS = 7.0
COLUMNS = "geography, edition, place_code, category, period_start, period_end, count, symbol, lowest, highest"
VALUES = f"SELECT {COLUMNS} FROM published.search_value"


def rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        return [tuple(r) for r in connection.execute(text(statement), values)]


def built() -> tuple[Candidate, SafeTables, SafeTables | None]:
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
    return candidate, audit_release(candidate), audit_searches(candidate.searches)


def release(candidate: Candidate, tables: SafeTables, searched: SafeTables | None) -> int:
    with db.transaction(Role.PIPELINE) as connection:
        return publish(connection, tables, candidate=candidate, actor="test", searches=searched)


@pytest.fixture(scope="module")
def truth(module_database: str) -> pd.DataFrame:
    """One release with searches, after which nothing of them has changed."""
    found = searches(a_month=20.0)
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection)
        fill_searches(connection, found)
    candidate, tables, searched = built()
    assert searched is not None
    release(candidate, tables, searched)
    return found


def test_what_is_printed_is_the_truth_or_a_range_that_holds_it_and_withstands_the_attack(truth: pd.DataFrame) -> None:
    with db.transaction(Role.COMMUNITY) as connection:
        printed = pd.read_sql(text(VALUES), connection)
        found = newest_searches(connection)
    assert found is not None
    assert found.covered.missing == (GAP,)
    shown = printed[(printed["geography"] == "all") & (printed["category"] == "searches")]
    assert list(shown["count"]) == [truth["stops"].sum()]
    (layout,) = rows("SELECT certificate -> 'layout' FROM published.search_release")[0]
    groups = {name: frozenset(members) for name, members in layout["groups"].items()}  # type: ignore[index]
    codes = sorted(set(truth["lad_code"]))
    areas = pd.DataFrame({"lad 2022": codes, "all": FORCE})
    seen = pd.DataFrame(
        rows("SELECT code, category, month, incidents FROM audit.search_count"), columns=["code", "category", "month", "incidents"]
    )
    assert seen["incidents"].sum() == truth["stops"].sum()
    counts = seen.assign(area=seen["code"].map({c: n for n, c in enumerate(codes)}))
    printed["count"] = printed["count"].astype("Int64")
    assert printed["count"].isna().any()
    loaded = frozenset(m for m in PERIOD.months() if m != GAP)
    report = attack(areas, [Printed(printed, groups, loaded)], counts)
    assert (report.fallen, report.open) == ([], [])
    assert report.tried["cell"] > 0
    # what the certificate is of are these very figures, and the public may read neither what was seen nor the true counts
    for table in ("audit.search_count", "analysis.stop_detail_count"):
        with pytest.raises(DBAPIError), db.transaction(Role.COMMUNITY) as connection:
            connection.execute(text(f"SELECT * FROM {table}"))


def test_a_period_that_stands_is_not_published_again(truth: pd.DataFrame) -> None:
    candidate, tables, searched = built()
    assert (candidate.searches, searched) == (None, None)
    number = release(candidate, tables, searched)
    assert rows("SELECT count(*) FROM published.search_release WHERE release_id = :r", r=number) == [(0,)]
    # readers go on seeing the newest that there is
    with db.transaction(Role.COMMUNITY) as connection:
        found = newest_searches(connection)
    assert found is not None
    assert found.release_id < number


def test_nothing_but_what_passed_the_gate_is_written(truth: pd.DataFrame) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
    with pytest.raises(DisclosureError), db.transaction(Role.PIPELINE) as connection:
        from analytics.release.searches import publish_searches

        publish_searches(connection, 1, pd.DataFrame(), candidate)  # type: ignore[arg-type]
    before = rows("SELECT count(*), md5(string_agg(v::TEXT, '|' ORDER BY v::TEXT)) FROM published.search_value AS v")
    for statement in (
        "UPDATE published.search_value SET count = 1, symbol = NULL, lowest = NULL, highest = NULL",
        "DELETE FROM audit.search_count",
        "INSERT INTO published.search_group SELECT release_id, 'new', 'all', 'New', 99 FROM published.search_release",
    ):
        for role in (Role.OWNER, Role.PIPELINE):
            with pytest.raises(DBAPIError), db.transaction(role) as connection:
                connection.execute(text(statement))
    assert rows("SELECT count(*), md5(string_agg(v::TEXT, '|' ORDER BY v::TEXT)) FROM published.search_value AS v") == before


def test_the_page_says_what_was_published_and_no_more(truth: pd.DataFrame, as_portal: Callable[..., object]) -> None:
    as_portal(audience="community")
    client = TestClient(Starlette(routes=routes_of("community")))
    whole = client.get("/stop-and-search").text
    total = int(truth["stops"].sum())
    assert f"{total:,} searches were recorded in" in whole
    assert "11 of 12 months, without July 2024" in whole
    assert grade(sentences_of(whole)) <= TWELVE_YEARS
    hidden = 0
    for lad, of in truth.groupby("lad_code"):
        html = client.get(f"/stop-and-search?place=lad.{lad}").text
        assert f"{int(of['stops'].sum()):,} searches were recorded in" in html
        assert f"/area/lad/{lad}" in html
        assert f'href="/stop-and-search?place=lad.{lad}"' in client.get(f"/area/lad/{lad}").text
        assert "This is published for the whole area alone." in html and "outcome test" not in html
        withheld = rows(
            "SELECT category, lowest, highest FROM published.search_value WHERE place_code = :c AND count IS NULL", c=lad
        )
        hidden += len(withheld)
        if withheld:
            assert f"{len(withheld)} of the " in html
            assert any(f"{low} to {high}" in html for _, low, high in withheld)
    assert hidden > 0
    # what came of the searches of a group stands for the whole area, after what it cannot say
    came = truth[truth["outcome"] != "A no further action disposal"]
    white = round(
        100 * came.loc[came["ethnicity"] == "white", "stops"].sum() / truth.loc[truth["ethnicity"] == "white", "stops"].sum()
    )
    assert whole.index("This is called the outcome test.") < whole.index(f"White: {white}%") < whole.index("Points more than White")
    assert f"Something came of {round(100 * came['stops'].sum() / total)}% of the searches in Testshire" in whole
    welsh = unescape(client.get("/cy/stop-and-search").text)
    assert f"Nifer y chwiliadau a gofnodwyd ar gyfer Testshire: {total:,}." in welsh
    # what the release names in English is named in Welsh
    for label in (
        "No further action",
        "Stolen goods",
        "Not stated",
        "Mixed or multiple",
        "All searches",
        "omething came",
        "outcome test",
    ):
        assert label not in welsh, label
    for asked in ("lad.E07000178", "lsoa.E01990000", "lad.'", "x"):
        assert client.get("/stop-and-search", params={"place": asked}).status_code == 404
    file = client.get("/stop-and-search.csv")
    assert file.status_code == 200
    assert file.text.count("\n") - 1 == len(rows(VALUES))
    by_group = [row for row in csv.DictReader(io.StringIO(file.text)) if row["group_of"] == "ethnicity_came_of_it"]
    assert {row["geography"] for row in by_group} == {"all"} and len(by_group) == 6
    assert all(bool(row["share"]) <= bool(row["count"]) and bool(row["count"]) != bool(row["symbol"]) for row in by_group)
    assert float(by_group[0]["share"]) == pytest.approx(white / 100, abs=0.005)


def test_two_people_agree_to_the_searches_too(truth: pd.DataFrame) -> None:
    """Withdrawn, the searches can be published anew, attacked with what was withdrawn; but not where the second person saw others."""
    first = int(str(rows("SELECT min(release_id) FROM published.search_release")[0][0]))
    done = CliRunner().invoke(commands, ["release", "withdraw", str(first), "--reason", "A test of it", "--by", "a steward"])
    assert done.exit_code == 0, done.output
    with db.transaction(Role.COMMUNITY) as connection:
        assert newest_searches(connection) is None
    candidate, tables, searched = built()
    assert searched is not None
    assert searched.certificate.as_dict()["releases_attacked_together"] == 2
    with db.transaction(Role.PIPELINE) as connection:
        number = note_candidate(connection, candidate, tables, until=PERIOD.end, built_by="a", searches=searched)
    (shown,) = rows("SELECT shown FROM steward.candidate WHERE candidate_id = :c", c=number)[0]
    labels = {r["label"] for r in (json.loads(shown) if isinstance(shown, str) else shown)}  # type: ignore[union-attr]
    assert "Stop and search: drugs" in labels
    with db.transaction(Role.OWNER) as connection:
        proposal = int(
            connection.execute(
                text(
                    "INSERT INTO steward.proposal (kind, candidate_id, reason, proposed_by) VALUES ('publish', :c, 'x', 'a')"
                    " RETURNING proposal_id"
                ),
                {"c": number},
            ).scalar_one()
        )
        connection.execute(
            text("INSERT INTO steward.verdict (proposal_id, proposed_by, verdict, given_by) VALUES (:p, 'a', 'approved', 'b')"),
            {"p": proposal},
        )
    agreed = Approved(proposal, number, PERIOD.end, tables.certificate.digest, "a", "b")
    # the same crime figures without the searches are not what was approved
    with pytest.raises(DBAPIError, match="approved for other figures"), db.transaction(Role.PIPELINE) as connection:
        note_outcome(connection, agreed, publish(connection, tables, candidate=candidate, actor="test"))
    with db.transaction(Role.PIPELINE) as connection:
        made = publish(connection, tables, candidate=candidate, actor="test", searches=searched)
        note_outcome(connection, agreed, made)
    assert rows("SELECT max(release_id) FROM published.search_release") == [(made,)]
