"""Where next, and the counts of the last months, on the page of hot spots: the list first, and what the rule was worth."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from analytics.hotspots import chosen_grids
from analytics.hotspots.chosen_grids import GridArea
from app.hotspots import next_report, next_store
from app.person.reading import reading
from app.person.sign_in import ProfessionalRole, demo_person
from app.person.store import Patch
from core import db
from core.db import Role
from core.errors import UserError
from homeground.command_line import commands
from tests.builders import portal_data

pytestmark = pytest.mark.database
ASHMOOR = "E07900001"


def page(as_portal: Callable[..., object], which: str, group: str) -> AppTest:
    """The page of hot spots for an officer of Ashmoor, with that map and kind chosen."""

    def show(districts: str) -> None:
        from app.hotspots import page
        from app.person.sign_in import ProfessionalRole, demo_person

        page.show(demo_person(ProfessionalRole("officer"), districts))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(show, args=(ASHMOOR,), default_timeout=600).run()
    app.selectbox(key="hs-group").set_value(group).run()
    app.selectbox(key="hs-map").set_value(which).run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    return " ".join(e.proto.body for e in app.get("html") if "<style>" not in e.proto.body)


def words(app: AppTest) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html(app)).split())


def own(group: str) -> dict[str, int]:
    """Counts of a year in Ashmoor, from the builder's own figures."""
    exact = portal_data.counts().set_index(["code", "category"])["count"]
    return {a.name: int(exact[(a.code, group)]) for a in portal_data.areas() if a.lad == ASHMOOR}


def listed(app: AppTest) -> list[str]:
    """Names of the list, in order."""
    names = own("violence")
    rows = re.findall(r"<th scope=\"row\"[^>]*>(.*?)</th>", html(app), flags=re.DOTALL)
    texts = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    return [name for text in texts for name in names if text.startswith(name)]


def test_the_page_opens_with_the_map_that_the_record_puts_first(invented_county: str, as_portal: Callable[..., object]) -> None:
    def show() -> None:
        from app.hotspots import page
        from app.person.sign_in import ProfessionalRole, demo_person

        page.show(demo_person(ProfessionalRole("officer"), "E07900001"))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(show, default_timeout=600).run()
    # nothing was foretold of serious violence
    assert app.selectbox(key="hs-map").options == ["Hot spots", "What was recorded", "Early warning"]
    assert app.title[0].value.startswith("Hot spots of")
    # where next leads for violence
    app.selectbox(key="hs-group").set_value("violence").run()
    assert app.title[0].value.startswith("Where next:")
    assert app.selectbox(key="hs-map").options == [
        "Where next",
        "Counts of the last months",
        "Hot spots",
        "What was recorded",
        "Early warning",
    ]
    # of robbery nothing beats the counts, so these come first
    app.selectbox(key="hs-group").set_value("robbery").run()
    assert app.title[0].value == "Robbery in Ashmoor: counts of the last months"
    assert app.selectbox(key="hs-map").options == [
        "Counts of the last months",
        "Where next",
        "Hot spots",
        "What was recorded",
        "Early warning",
    ]
    # what somebody chooses stays, whatever the kind
    app.selectbox(key="hs-map").set_value("Hot spots").run()
    app.selectbox(key="hs-group").set_value("violence").run()
    assert not app.exception
    assert app.title[0].value.startswith("Hot spots of")
    # the record of the list that is made to foretell stands beside that of the map
    assert "“Where next”, which is made to foretell, would have caught 72% in 5%" in words(app)


def test_where_next_lists_what_is_expected_and_what_the_rule_was_worth(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    app = page(as_portal, "Where next", "violence")
    assert app.title[0].value == "Where next: violence and sexual offences in Ashmoor, December 2025"
    said = words(app)
    assert "The number expected in December 2025, most first" in said
    assert "searching 5% of the region's area, this rule would have caught 72%" in said.replace("&#39;", "'")
    assert "the counts of the months before, 66%; a map drawn by chance, 5%. Mean of 8 months" in said
    assert "beats the counts of the months before when 1% and 5% of the area is searched" in said
    assert "+6.0 (+2.0 to +10.0)" in said
    # of the rule that is shown, and not of the counts beside it
    assert (
        "Over the 8 months foretold, 98% of what was expected was recorded, in the busiest places 103%; 94% of places lay in their interval,"
        " which is to hold nine in ten, 91% of those that expect most."
    ) in said
    counts = own("violence")
    first = max(counts, key=lambda name: counts[name])
    assert listed(app)[0] == first
    assert len(listed(app)) == len(counts) == 20
    assert "Linfield" not in said


def test_where_the_rule_is_behind_the_counts_are_shown_and_the_page_says_so(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    said = words(page(as_portal, "Where next", "robbery"))
    assert "Here the counts of the months before are what is shown." in said
    assert "The rule that foretells is behind these counts when 10% of the area is searched." in said
    # nothing is made up where the record has no such row
    assert "of what was expected was recorded" not in said


def test_the_counts_of_the_last_months_can_be_chosen(invented_county: str, as_portal: Callable[..., object]) -> None:
    app = page(as_portal, "Counts of the last months", "violence")
    assert app.title[0].value == "Violence and sexual offences in Ashmoor: counts of the last months"
    assert "The mean number recorded in the 4 months before December 2025" in words(app)
    assert "lay in their interval" not in words(app)
    counts = own("violence")
    assert [counts[name] for name in listed(app)] == sorted(counts.values(), reverse=True)


def test_the_map_and_the_download_say_what_the_list_says(invented_county: str, as_portal: Callable[..., object]) -> None:
    from app.look.palette import LIGHT

    as_portal(audience="professional", demo=True)
    with reading(demo_person(ProfessionalRole.OFFICER, ASHMOOR)) as reader:
        choice = next(c for c in next_store.choices(reader) if c.group_id == "violence")
        places = next_store.places(reader, choice, Patch(ASHMOOR, "", "Ashmoor"))
    assert {p.lad_code for p in places} == {ASHMOOR}
    first = next_report.ordered(places, counts=False)[0]
    drawn = {a.code: a for a in next_report.areas_of(places, choice, LIGHT, counts=False)}
    # forty places of one size: the first is a fortieth of the area, so within 5% and not within 1%
    assert first.share == pytest.approx(1 / 40)
    assert drawn[first.code].fill == LIGHT.sequential[3]
    assert f"{first.low:,} to {first.high:,}" in drawn[first.code].words
    beyond = [p for p in places if p.share > 0.2]
    assert beyond and all(drawn[p.code].fill == LIGHT.neutral for p in beyond)
    rows = list(csv.DictReader(io.StringIO(next_report.csv(places, choice))))
    assert len(rows) == 20
    assert {row["rule"] for row in rows} == {"foretold"}
    assert all("Not for publication" in row["handling"] for row in rows)


def test_before_the_first_forecast_the_page_says_what_to_run(
    invented_county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None],
    as_portal: Callable[..., object],
) -> None:  # fmt: skip
    def show() -> None:
        from app.hotspots import page
        from app.person.sign_in import ProfessionalRole, demo_person

        page.show(demo_person(ProfessionalRole("officer"), "E07900001"))

    use_database(make_database("nothing_foretold", template=invented_county_database))
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM analysis.foretold"))
    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(show, default_timeout=600).run()
    assert not app.exception
    assert app.selectbox(key="hs-map").options == ["Hot spots", "What was recorded", "Early warning"]
    assert "homeground analyse --only foretell" in app.caption[0].value


def test_the_command_prints_the_same_list(invented_county: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # this county has no lookup of its force, which is how the command finds a district by name
    monkeypatch.setattr(chosen_grids, "find_area", lambda connection, wanted: GridArea("district", ASHMOOR, "Ashmoor"))
    command = ["hotspots", "next", "--place", "Ashmoor", "--kind", "violence", "--top", "3"]
    found = [
        json.loads(line) for line in CliRunner().invoke(commands, [*command, "--json"], catch_exceptions=False).output.splitlines()
    ]
    counts = own("violence")
    most = sorted(counts.values(), reverse=True)[:3]
    assert [row["expected"] for row in found] == [portal_data.expected_of(n) for n in most]
    assert [counts[row["name"]] for row in found] == most
    lines = CliRunner().invoke(commands, command, catch_exceptions=False).output.splitlines()
    assert lines[0] == "violence, Ashmoor, December 2025: foretold"
    assert (
        "the rule beats the counts: 72% caught in 5% of the area, the counts 66% (gain +2.0 to +10.0 points, 8 months)" in lines[1]
    )
    assert [line.split()[-1] for line in lines[2:]] == [row["name"].split()[-1] for row in found]
    command[command.index("violence")] = "robbery"
    shown = CliRunner().invoke(commands, command, catch_exceptions=False).output
    assert "the counts of the 4 months before" in shown
    assert "the rule does not beat the counts, which are shown" in shown
    command[command.index("robbery")] = "drugs"
    with pytest.raises(UserError, match="nothing was foretold of 'drugs'"):
        CliRunner().invoke(commands, command, catch_exceptions=False)
