"""The early warning on the page of hot spots: each rise in words, on the map, and the record of past alarms; by district."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from analytics.hotspots import chosen_grids
from analytics.hotspots.chosen_grids import GridArea
from app.look.palette import LIGHT
from app.person.reading import reading
from app.person.sign_in import ProfessionalRole, demo_person
from app.person.store import Patch
from app.warning import report, store
from core import db
from core.db import Role
from core.errors import UserError
from homeground.command_line import commands

pytestmark = pytest.mark.database
ASHMOOR, LINFIELD = "E07900001", "E07900002"


def page(as_portal: Callable[..., object], districts: str, group: str = "") -> AppTest:
    """The page for an officer of those districts with the early warning chosen, and one kind."""

    def show(districts: str) -> None:
        from app.hotspots import page
        from app.person.sign_in import ProfessionalRole, demo_person

        page.show(demo_person(ProfessionalRole("officer"), districts))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(show, args=(districts,), default_timeout=600).run()
    app.selectbox(key="hs-map").set_value("Early warning").run()
    if group:
        app.selectbox(key="hs-warn-group").set_value(group).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = " ".join(e.proto.body for e in app.get("html") if "<style>" not in e.proto.body)
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", parts).split()))


def test_each_rise_is_told_once_in_words(invented_county: str, as_portal: Callable[..., object]) -> None:
    app = page(as_portal, ASHMOOR)
    assert app.title[0].value == "Early warning: Ashmoor, November 2025"
    said = words(app)
    assert "2 rises beyond chance, still there in November 2025, most surprising first." in said
    assert (
        "Chance alone would raise an alarm somewhere in the region in one month of 12, with all 7 kinds looked at together." in said
    )
    assert (
        "1 Ashmoor 003C and 1 neighbourhood beside it Violence and sexual offences: 73 recorded since September 2025, 30 expected."
        in said
    )
    assert "By chance less than once in 83 years . First raised in October 2025." in said
    # the same rise among all incidents is said with it
    assert "Also in All recorded incidents (120 since October 2025, 70 expected)." in said
    assert "Burglary: 8 recorded in November 2025, 2.2 expected. By chance once in 14 months . New this month." in said
    assert "Linfield" not in said and "Robbery" not in said
    # nothing else on this page knows days, and it says so
    assert "Near repeats (watch these streets for so many days) need the day of each incident." in said


def test_the_record_says_what_became_of_alarms(invented_county: str, as_portal: Callable[..., object]) -> None:
    said = words(page(as_portal, ASHMOOR))
    assert "Of 4 months looked at, 3 had an alarm somewhere in the region; by chance alone it would be about 0.3." in said
    assert "2 of them were looked at afterwards" in said
    assert "Of 2 alarms in Ashmoor whose next month is known, 1 went on" in said
    rows = re.findall(r"<tr>.*?</tr>", " ".join(e.proto.body for e in page(as_portal, ASHMOOR).get("html")), flags=re.DOTALL)
    told = [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows]
    september = next(row for row in told if row.startswith("September 2025"))
    assert "looked at afterwards" in september and "eased 2, 2.4 expected" in september and "Burglary" in september
    october = next(row for row in told if row.startswith("October 2025"))
    assert "40 18 expected" in october and "once in 8 years" in october and "went on 33, 9.9 expected" in october
    assert sum("not known yet" in row for row in told) == 3


def test_one_kind_and_one_part_can_be_asked_for(invented_county: str, as_portal: Callable[..., object]) -> None:
    said = words(page(as_portal, ASHMOOR, "burglary"))
    assert "1 rise of burglary beyond chance" in said
    assert "Violence and sexual offences" not in said
    assert "Nothing of robbery in Ashmoor has risen beyond chance until November 2025." in words(
        page(as_portal, ASHMOOR, "robbery")
    )
    as_portal(audience="professional", demo=True)
    with reading(demo_person(ProfessionalRole.OFFICER, ASHMOOR)) as reader:
        part = Patch(ASHMOOR, "E02900003", "a part")
        assert {a.group_id for a in store.alarms(reader, part, "")} == {"violence", "all_recorded", "burglary"}
        assert store.alarms(reader, Patch(ASHMOOR, "E02900001", "another"), "") == ()


def test_another_district_s_alarms_are_not_returned(invented_county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    everywhere = Patch("", "", "all")
    for own, other in ((ASHMOOR, LINFIELD), (LINFIELD, ASHMOOR)):
        with reading(demo_person(ProfessionalRole.OFFICER, own)) as reader:
            assert {a.lad_code for a in store.alarms(reader, everywhere, "")} == {own}
            assert {p.lad_code for p in store.past(reader, everywhere)} == {own}
            assert store.alarms(reader, Patch(other, "", "theirs"), "") == ()
            places = store.places(reader, everywhere, 1)
            assert len(places) == 20
    with db.transaction(Role.COMMUNITY) as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(text("SELECT count(*) FROM analysis.alarm"))


def test_the_map_colours_the_places_of_each_rise(invented_county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    patch = Patch(ASHMOOR, "", "Ashmoor")
    with reading(demo_person(ProfessionalRole.OFFICER, ASHMOOR)) as reader:
        warned = report.folded(store.alarms(reader, patch, ""))
        places, past = store.places(reader, patch, 1), store.past(reader, patch)
    drawn = {a.code: a for a in report.areas_of(places, warned, LIGHT)}
    assert len(drawn) == 20
    assert {c for c, a in drawn.items() if a.fill == LIGHT.hot[0]} == {"E01900019", "E01900020"}
    assert {c for c, a in drawn.items() if a.fill == LIGHT.hot[2]} == {"E01900003"}
    assert sum(a.fill == LIGHT.neutral for a in drawn.values()) == 17
    assert "Part of 1: Violence and sexual offences: 73 recorded since September 2025" in drawn["E01900020"].words
    marks = {m.code: m for m in report.marks_of(places, warned)}
    assert {code: m.text for code, m in marks.items()} == {"E01900019": "1", "E01900003": "2"}
    assert 51 < marks["E01900003"].lat < 53
    rows = list(csv.DictReader(io.StringIO(report.csv(past))))
    assert [row["verdict"] for row in rows] == ["", "", "", "went_on", "eased"]
    assert all("Not for publication" in row["handling"] for row in rows)


def test_before_the_first_look_the_page_says_what_to_run(
    invented_county_database: str,
    make_database: Callable[..., str],
    use_database: Callable[[str], None],
    as_portal: Callable[..., object],
) -> None:
    use_database(make_database("never_looked", template=invented_county_database))
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("TRUNCATE analysis.alarm_look CASCADE"))
    assert "homeground analyse --only warn" in words(page(as_portal, ASHMOOR))


def test_the_command_prints_the_same(
    invented_county: str, use_database: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_database(invented_county)
    # this county has no lookup of its force, which is how the command finds a district by name
    monkeypatch.setattr(chosen_grids, "find_area", lambda connection, wanted: GridArea("district", ASHMOOR, "Ashmoor"))
    lines = CliRunner().invoke(commands, ["hotspots", "warn", "--place", "Ashmoor"], catch_exceptions=False).output.splitlines()
    assert lines[0].startswith("Ashmoor, November 2025: 3 alive of 7 kinds; chance alone raises an alarm somewhere in the region")
    assert "violence: 73 for 29.6 expected since September 2025, by chance once in more than 999 months" in lines[1]
    assert lines[1].endswith("E01900019  Ashmoor 003C and 1 beside it")
    assert "of 2 alarms here that were judged by the month after, 1 went on" in lines[-1]
    one = CliRunner().invoke(commands, ["hotspots", "warn", "--place", "Ashmoor", "--kind", "burglary", "--json"])
    assert one.output.count("\n") == 1 and '"once_in_months": 14.0' in one.output
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("TRUNCATE analysis.alarm_look CASCADE"))
    nothing = CliRunner().invoke(commands, ["hotspots", "warn", "--place", "Ashmoor"])
    assert isinstance(nothing.exception, UserError)
    assert "no month was looked at" in str(nothing.exception)
