"""Change over time on the community portal: earlier releases beside the current one, on the Streamlit page and the plain one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from app import plain_pages
from app.area.change_over_time import NO_EARLIER, change_over_time
from app.languages.pages import in_words_of
from briefs.compose import compose
from briefs.content import Paragraph, Table
from briefs.read import read_facts
from core import db
from core.db import Role
from core.languages.spoken import WELSH, speaking
from core.paths import PROJECT_ROOT
from core.periods import Period, add_months
from published.release import Release, current_release
from tests.builders import portal_data

pytestmark = pytest.mark.database
# robbery is small here, and burglary withheld with it
PLACE = "E01900001"


def current() -> Release:
    release = current_release()
    assert release is not None
    return release


def release_earlier(months_before: int, times: int, *, status: str = "superseded", kinds: str = "") -> Period:
    """A copy of the current release over a period so many months before, each count so many times as large; kinds: their new meaning."""
    period = Period(add_months(portal_data.PERIOD.start, -months_before), add_months(portal_data.PERIOD.end, -months_before))
    values = {"s": period.start, "e": period.end, "loaded": list(period.months()), "n": times, "status": status, "kinds": kinds}
    with db.transaction(Role.OWNER) as connection:
        current = connection.execute(text("SELECT release_id FROM published.release WHERE status = 'current'")).scalar_one()
        head = (
            "INSERT INTO published.release (title, period_start, period_end, months_loaded, months_missing, region_name, synthetic,"
            " policy, certificate, code_version, status) SELECT title, :s, :e, :loaded, '{}', region_name, synthetic, policy, certificate,"
            " code_version, :status FROM published.release WHERE release_id = :r RETURNING release_id"
        )
        new = connection.execute(text(head), values | {"r": current}).scalar_one()
        both = values | {"r": current, "new": new}
        connection.execute(
            text(
                "INSERT INTO published.value SELECT :new, geography, edition, place_code, category, :s, :e, count * :n, symbol"
                " FROM published.value WHERE release_id = :r"
            ),
            both,
        )
        connection.execute(
            text(
                "INSERT INTO published.category (release_id, category, label, description, position, kind) SELECT :new, category, label,"
                " CASE WHEN category = :kinds THEN 'something else' ELSE description END, position, kind"
                " FROM published.category WHERE release_id = :r"
            ),
            both,
        )
    return period


def words(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_earlier_releases_stand_beside_the_current_one(invented_county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="community")
    release = current()
    place = release.place("lsoa", PLACE)
    assert place is not None
    assert change_over_time(release, place) is None
    assert NO_EARLIER in words(plain_pages.area(release, place))
    year_before = release_earlier(12, 2, kinds="asb")
    release_earlier(6, 5)  # overlaps the current one: the same incidents again, so no comparison
    release_earlier(24, 3, status="withdrawn")
    two_before = release_earlier(24, 1)
    change = change_over_time(release, place)
    assert change is not None
    assert [s.covered.period for s in change.spans] == [two_before, year_before, release.period]
    assert [s.covered.loaded for s in change.spans] == [12, 12, 11]
    kinds = {r.category.category: r for r in change.rows}
    now = release.cell(place, "violence")
    assert now is not None
    assert now.count is not None
    assert [f.count for f in kinds["violence"].figures] == [now.count, 2 * now.count, now.count]
    assert kinds["violence"].words.startswith(f"fell from {2 * now.count / 12:.1f} to {now.count / 11:.1f} a month: ")
    # what was withheld then or now is not compared, and a kind that meant something else is another kind
    withheld = [r for r in change.rows if r.figures[-1].withheld]
    assert withheld
    assert {r.words for r in withheld} == {"withheld, so not compared"}
    assert [f.count for f in kinds["asb"].figures][1] is None
    assert kinds["asb"].words == "not published before"
    # the brief says the same
    with db.transaction(Role.COMMUNITY) as connection:
        facts = read_facts(connection, PLACE)
    assert [e.covered.period for e in facts.earlier] == [year_before, two_before]
    (section,) = (s for s in compose(facts).sections if s.heading == "Change over time")
    (table,) = (b for b in section.blocks if isinstance(b, Table))
    said = {row[0]: row for row in table.rows}
    assert {r.category.label: r.words for r in change.rows} == {label: row[-1] for label, row in said.items()}
    assert said[kinds["violence"].category.label][1:4] == (f"{now.count:,}", f"{2 * now.count:,}", f"{now.count:,}")
    whole = " ".join(b.text for s in compose(facts).sections for b in s.blocks if isinstance(b, Paragraph))
    assert f"made from release {release.release_id} and, of earlier periods, from release" in whole
    plain = words(plain_pages.area(release, place))
    assert "Change over time" in plain
    assert "11 of 12 months" in plain
    assert "So numbers are compared per loaded month, and ranges are not compared." in plain
    assert kinds["violence"].words in plain
    app = AppTest.from_file(str(PROJECT_ROOT / "app" / "portal.py"), default_timeout=600)
    app.query_params["area"] = f"lsoa.{PLACE}"
    app.run()
    assert not app.exception
    on_page = words(" ".join(e.proto.body for e in app.get("html")))
    assert kinds["violence"].words in on_page
    assert "reporting and recording change, too" in on_page


def test_what_a_kind_means_is_the_same_in_welsh(invented_county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="community")
    release_earlier(12, 2, kinds="asb")
    release = current()
    place = release.place("lsoa", PLACE)
    change = change_over_time(release, place) if place is not None else None
    with speaking(WELSH):
        welsh = in_words_of(release, WELSH)
        told = change_over_time(welsh, place) if place is not None else None
    own = {c.category: c.description for c in release.categories}
    assert [c.category for c in welsh.categories if c.description != own[c.category]] == ["theft"]
    assert change is not None and told is not None
    assert [[f.count for f in r.figures] for r in told.rows] == [[f.count for f in r.figures] for r in change.rows]
