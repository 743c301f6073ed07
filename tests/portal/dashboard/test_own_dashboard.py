"""A dashboard of one's own: figures against the database, whose tiles are whose, and what a colleague sees by a link."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from pptx import Presentation
from pypdf import PdfReader
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from app.own_dashboard import content, download, measures, paper, slides, store
from app.own_dashboard.content import TileContent
from app.own_dashboard.measures import Wanted
from app.person.patch_choice import EVERYTHING, PatchBoxes
from app.person.reading import reading
from app.person.sign_in import ProfessionalRole, demo_person
from core import db
from core.db import Role
from core.errors import UserError

pytestmark = pytest.mark.database
VIOLENCE = "group.serious_violence"


def page(role: str, district: str, address: dict[str, str]) -> None:
    import streamlit as st

    from app.own_dashboard import page as dashboard
    from app.person.sign_in import ProfessionalRole, demo_person

    if "opened" not in st.session_state:
        st.session_state["opened"] = True
        st.query_params.from_dict(address)
    dashboard.show(demo_person(ProfessionalRole(role), district))


def run(role: str = "analyst", district: str = "", **address: str) -> AppTest:
    app = AppTest.from_function(page, args=(role, district, address), default_timeout=600).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [e.value for kind in ("title", "header", "info", "success", "error") for e in getattr(app, kind)]
    parts += [e.proto.body for e in app.get("html")]
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(parts), flags=re.DOTALL).split())


def address(app: AppTest) -> dict[str, str]:
    return {k: str(v[0] if isinstance(v, list) else v) for k, v in app.query_params.items()}


def rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        return [tuple(r) for r in connection.execute(text(statement), values)]


def districts() -> list[tuple[str, str]]:
    found = rows(
        "SELECT DISTINCT a.code, a.name FROM place.area a JOIN analysis.rate r ON a.code = r.code WHERE r.geography = 'lad' ORDER BY 2"
    )
    return [(str(code), str(name)) for code, name in found]


def recorded(code: str = "") -> int:
    ((found,),) = rows(
        "SELECT sum(c.incidents) FROM analysis.count_month c JOIN analysis.category_group_member m USING (category)"
        " WHERE m.group_id = 'serious_violence' AND c.geography = 'lad' AND (:code = '' OR c.code = :code) AND c.month >= '2025-01-01'",
        code=code,
    )
    return int(str(found))


def tiles(*wanted: str, role: str = "analyst", district: str = "") -> tuple[TileContent, ...]:
    asked = [w for w in map(measures.wanted_from, wanted) if w is not None]
    assert len(asked) == len(wanted)
    with reading(demo_person(ProfessionalRole(role), district)) as reader:
        boxes = PatchBoxes(reader, key="t", everything_first=True)
        patches = {w.place: p for w in asked if (p := boxes.patch_of(w.place)) is not None}
        return content.build(reader, asked, measures.offered(reader), patches)


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    yield
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM person.dashboard"))


@pytest.mark.usefixtures("nothing_kept")
def test_the_first_page_has_figures_of_the_database_and_says_what_nobody_supplies(
    county: str, as_portal: Callable[..., object]
) -> None:
    as_portal(audience="professional", demo=True)
    app = run()
    said = words(app)
    assert f"Newest 12 months {recorded():,} January 2025 to December 2025; all 12 months. 95% interval" in said
    assert re.search(r"December 2025: [\d,]+, within [\d,]+ to [\d,]+, its usual range\.", said)
    assert "Ambulance call-outs to assaults, all districts" in [h.value for h in app.header] and "Not supplied" in said
    assert "Not for publication" in said and "Synthetic data" in said
    assert set(address(app)) == {"t1", "t2", "t3", "t4"}


@pytest.mark.usefixtures("nothing_kept")
def test_a_tile_is_added_by_choosing_it_put_first_and_removed(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    (code, name), *_ = districts()
    # an address that names it twice means it once
    app = run(t1=f"{VIOLENCE}@all", t2=f"{VIOLENCE}@all")
    assert not app.exception
    app.selectbox(key="md-measure").set_value("group.robbery_and_street_theft").run()
    app.selectbox(key="md-district").set_value(code).run()
    app.button(key="md-add").click().run()
    assert not app.exception
    added = f"group.robbery_and_street_theft@{code}"
    assert address(app) == {"t1": f"{VIOLENCE}@all", "t2": added}
    assert f"Robbery and street theft, {name}" in [h.value for h in app.header]
    # the same tile twice says nothing more
    assert app.button(key="md-add").disabled
    app.button(key=f"md-front-{added}").click().run()
    assert address(app) == {"t1": added, "t2": f"{VIOLENCE}@all"}
    app.button(key=f"md-remove-{added}").click().run()
    assert address(app) == {"t1": f"{VIOLENCE}@all"}


@pytest.mark.usefixtures("nothing_kept")
def test_it_is_kept_by_name_changed_opened_and_deleted(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)

    def press(app: AppTest, label: str) -> AppTest:
        next(b for b in app.button if b.label == label).click().run()
        assert not app.exception
        return app

    app = run(t1=f"{VIOLENCE}@all", t2="searches.all@all")
    assert "A dashboard needs a name" in press(app, "Save this dashboard").error[0].value
    app.text_input[0].set_value("  Town   centre ")
    press(app, "Save this dashboard")
    code = address(app)["dashboard"]
    assert re.fullmatch(r"dash-[0-9a-f]{16}", code) and set(address(app)) == {"dashboard"}
    assert app.title[0].value == "Town centre" and "“Town centre” is saved" in app.success[0].value
    # what is changed stands in the address until it is saved
    app.button(key="md-remove-searches.all@all").click().run()
    assert address(app) == {"dashboard": code, "t1": f"{VIOLENCE}@all"}
    assert address(press(app, "Save the changes")) == {"dashboard": code}
    assert rows("SELECT name, measures, places, districts FROM person.dashboard") == [("Town centre", [VIOLENCE], ["all"], [""])]
    # another session begins with it
    again = run()
    assert again.title[0].value == "Town centre" and address(again) == {"dashboard": code}
    # a name is taken once
    again.text_input[0].set_value("Town centre")
    assert "a dashboard called “Town centre” already" in press(again, "Save as a new dashboard").error[0].value
    press(again, "Delete this dashboard")
    assert rows("SELECT 1 FROM person.dashboard") == [] and "dashboard" not in address(again)
    noted = [a for (a,) in rows("SELECT action FROM audit.event WHERE subject = 'my_dashboard' ORDER BY event_id DESC LIMIT 12")]
    assert {"dashboard_added", "dashboard_changed", "dashboard_removed", "view"} <= set(noted)


@pytest.mark.usefixtures("nothing_kept")
def test_a_colleague_sees_it_with_their_own_rights_and_never_more(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    (mine, my_name), (theirs, their_name), *_ = districts()
    analyst = demo_person(ProfessionalRole.ANALYST, "")
    places = [EVERYTHING, mine, theirs]
    code = store.add(analyst, "Three places", [VIOLENCE] * 3, places, ["", mine, theirs])
    whole = words(run(dashboard=code))
    assert f"{recorded():,}" in whole and their_name in whole and f"{recorded(theirs):,}" in whole
    officer = run("officer", mine, dashboard=code)
    said = words(officer)
    assert "1 tile left out: of places that your account does not open" in said
    assert f"{recorded(mine):,}" in said and f"Serious violence (broad measure), {my_name}" in [h.value for h in officer.header]
    assert their_name not in said and f"{recorded(theirs):,}" not in said and f"{recorded():,}" not in said
    assert "A colleague’s dashboard" in said
    # it cannot be changed or deleted from there, by the page or past it
    assert not [b for b in officer.button if b.label in ("Save the changes", "Delete this dashboard")]
    other = demo_person(ProfessionalRole.OFFICER, mine)
    with pytest.raises(UserError, match="not there any more"):
        store.change(other, code, [VIOLENCE], [mine], [mine])
    with pytest.raises(UserError, match="not there any more"):
        store.remove(other, code)
    # a place that is named in the address tile by tile opens no more either
    led = words(run("officer", mine, t1=f"{VIOLENCE}@{theirs}"))
    assert "Your account does not open the place of this tile" in led
    assert their_name not in led and f"{recorded(theirs):,}" not in led
    assert "dashboard that is not there" in words(run("officer", mine, dashboard="dash-0000000000000000"))


def test_what_an_address_names_and_there_is_not_is_left_out(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    said = words(run(t1="group.nothing@all", t2="<b>@all", t3="group.x@'; --", dashboard="'; --"))
    assert "Nothing of that name is loaded any more" in said and "<b>" not in said


def events(months: dict[str, int], code: str, feed: str = "partner_ambulance_callouts", category: str = "Assault") -> None:
    with db.transaction(Role.OWNER) as connection:
        for month, n in months.items():
            connection.execute(
                text(
                    "INSERT INTO analysis.event_count (feed, category, geography, edition, code, lad_code, month, events)"
                    " VALUES (:feed, :category, 'lad', '2022', :code, :code, CAST(:month AS date), :n)"
                ),
                {"feed": feed, "category": category, "code": code, "month": f"{month}-01", "n": n},
            )
        # what is kept in memory is of another count
        connection.execute(text("UPDATE analysis.run SET finished_at = clock_timestamp() WHERE stage = 'count'"))


def test_a_partners_feed_becomes_a_tile_with_limits_and_named_gaps(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None], as_portal: Callable[..., object]
) -> None:
    use_database(make_database("dashboard_events", template=county_database))
    as_portal(audience="professional", demo=True)
    (code, _), (other, _), *_ = districts()
    months = {f"2025-{m:02d}": 20 + m % 3 for m in range(1, 13) if m != 7}
    events(months, code)
    events({"2025-12": 5}, code, category="Stab wound")
    # a month in which the feed has events elsewhere alone is a zero here; one without any is a gap
    events({"2024-12": 9}, other)
    with db.transaction(Role.OWNER) as connection:
        connection.execute(
            text(
                "WITH made AS (INSERT INTO raw.delivery (feed, file_name, sha256, byte_size, publisher, licence, slot, rows_in,"
                " rows_accepted, rows_rejected) VALUES ('partner_ambulance_callouts', 'a.csv', repeat('a', 64), 1, 'An ambulance trust',"
                " 'restricted', 'a', 1, 1, 0) RETURNING delivery_id) INSERT INTO record.event (delivery_id, line, month, feed, category)"
                " SELECT delivery_id, 1, '2025-12-01', 'partner_ambulance_callouts', 'Assault' FROM made"
            )
        )
    everything, wound, district, officers = (
        *tiles("event.partner_ambulance_callouts@all", "event.partner_ambulance_callouts~Stab wound@all"),
        *tiles(f"event.partner_ambulance_callouts@{code}"),
        *tiles(f"event.partner_ambulance_callouts@{code}", role="officer", district=code),
    )
    assert everything.measure is not None and everything.measure.source == "An ambulance trust"
    total = sum(months.values()) + 5
    assert everything.figure is not None and everything.figure.figure == f"{total:,}"
    assert "11 of 12 months, without July 2025" in everything.figure.notes[0]
    assert everything.line is not None and [f"{m:%Y-%m}" for m in everything.line.missing] == ["2025-07"]
    assert len(everything.line.points) == 12 and f"{min(everything.line.values):%Y-%m}" == "2024-12"
    assert wound.figure is not None and wound.figure.figure == "5"
    assert district.line is not None and district.line.values[min(district.line.values)] == 0
    # an officer of that district never learns that the feed has a month elsewhere
    assert officers.line is not None and f"{min(officers.line.values):%Y-%m}" == "2025-01"


def test_indicators_are_tiles_by_the_rights_of_the_reader(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None], as_portal: Callable[..., object]
) -> None:
    use_database(make_database("dashboard_indicators", template=county_database))
    as_portal(audience="professional", demo=True)
    (code, name), (other, _), *_ = districts()
    with db.transaction(Role.OWNER) as connection:
        connection.execute(
            text(
                "INSERT INTO record.indicator_definition (indicator, label, unit, feed, publish)"
                " VALUES ('staff_absence', 'Staff absence', 'count', 'hr', FALSE)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO record.indicator (indicator, geography, edition, code, period, value, numerator, denominator, delivery_id)"
                " SELECT 'staff_absence', 'lad', '2022', p.code, y.period, p.value, NULL, 200, (SELECT min(delivery_id) FROM raw.delivery)"
                " FROM (VALUES (:mine, 30), (:other, 50)) AS p (code, value), (VALUES ('2024'), ('2025')) AS y (period)"
            ),
            {"mine": code, "other": other},
        )
    (whole,) = tiles("indicator.staff_absence@all")
    assert whole.title == "Staff absence" and whole.figure is not None
    assert whole.figure.figure == "20.0%" and "80 of 400 in 2 districts" in whole.figure.notes[0]
    mine, not_mine = tiles("indicator.staff_absence@all", f"indicator.staff_absence@{other}", role="officer", district=code)
    assert mine.figure is not None and mine.figure.figure == "15.0%" and mine.where == name
    assert not_mine.figure is None and "does not open" in not_mine.why_not
    ((part,),) = rows(
        "SELECT child_code FROM place.area_parent WHERE child_geography = 'msoa' AND parent_geography = 'lad' AND parent_code = :code"
        " ORDER BY 1 LIMIT 1",
        code=code,
    )
    small, decile = tiles(f"indicator.staff_absence@{part}", f"indicator.imd2025_income_decile@{part}")
    assert small.why_not == "It is given by district, and not for this place."
    ((lowest, highest),) = rows(
        "SELECT min(value), max(value) FROM record.indicator i JOIN place.area_parent p ON i.code = p.child_code AND p.parent_code = :part"
        " WHERE i.indicator = 'imd2025_income_decile'",
        part=part,
    )
    assert decile.figures[-1].value is not None and float(str(lowest)) <= decile.figures[-1].value <= float(str(highest))
    # searches are persons: no month of them is told of a part of a district
    (searched,) = tiles(f"searches.all@{part}")
    assert searched.figure is None and searched.why_not == content.BY_DISTRICT


def test_what_is_taken_away_says_what_the_page_says(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    made = tiles(f"{VIOLENCE}@all", "charged.serious_violence@all", "event.homicides@all")
    found = list(csv.DictReader(io.StringIO(download.csv_of(made), newline="")))
    assert tuple(found[0]) == download.COLUMNS
    first = found[0]
    assert (first["value"], first["unit"], first["place_code"]) == (str(recorded()), "number", "*")
    assert float(first["lower"]) < recorded() < float(first["upper"])
    months = [r for r in found if r["measure"] == VIOLENCE and r["unit"].startswith("number a month")]
    assert len(months) == 36 and sum(int(r["value"]) for r in months[-12:]) == recorded()
    assert [r["note"] for r in found if r["measure"] == "event.homicides"] == ["not supplied"]
    assert all(r["handling"].startswith("Not for publication") for r in found)
    head = paper.OnPaper("Three tiles", demo_person(ProfessionalRole.ANALYST, ""), True, datetime(2026, 1, 2, tzinfo=UTC))
    pdf = PdfReader(io.BytesIO(paper.pdf_of(head, made)))
    said = " ".join(" ".join(p.extract_text() for p in pdf.pages).split())
    assert f"Newest 12 months: {recorded():,}" in said and "Homicides" in said and "Not supplied" in said
    assert "Not for publication" in said and "Analyst (demo)" in said and "Synthetic data" in said
    svg = paper.svg_of(head, made)
    assert f"{recorded():,}" in svg and "Not supplied" in svg and "Asked for by Analyst (demo)" in svg
    assert paper.png_of(head, made[:1]).startswith(b"\x89PNG")


def test_slides_have_a_chart_a_tile_with_the_numbers_of_the_page(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    wanted = (f"{VIOLENCE}@all", "charged.serious_violence@all", "event.homicides@all", "indicator.imd2025_income_decile@all")
    made = tiles(*wanted)
    head = paper.OnPaper("Four **tiles**", demo_person(ProfessionalRole.ANALYST, ""), True, datetime(2026, 1, 2, tzinfo=UTC))
    data = slides.pptx_of(head, made)
    # the same bytes whenever it is made
    assert data == slides.pptx_of(head, made)
    first, violence, charged, nothing, deprived = Presentation(io.BytesIO(data)).slides
    said = " ".join(s.text_frame.text for s in first.shapes if s.has_text_frame)
    assert (
        "Four **tiles**" in said
        and "Asked for by Analyst (demo)" in said
        and "Not for publication" in said
        and "Synthetic data" in said
    )
    title = violence.shapes.title
    assert title is not None and f"{recorded():,} (newest 12 months)" in title.text_frame.text

    def plotted(slide: object) -> list[tuple[str, list[float | None]]]:
        (chart,) = [s.chart for s in slide.shapes if s.has_chart]  # type: ignore[attr-defined]
        return [(s.name, list(s.values)) for s in chart.plots[0].series]

    (name, counted), (low, _), (high, _) = plotted(violence)
    assert (name, low, high) == ("Number", "Usual range, lower", "Usual range, upper")
    assert len(counted) == 36 and sum(int(n or 0) for n in counted[-12:]) == recorded()
    assert next(n for n, _ in plotted(charged)) == "Percent"
    assert not [s for s in nothing.shapes if s.has_chart] and "not supplied" in str(nothing.shapes.title.text_frame.text)  # type: ignore[union-attr]
    ((name, spread),) = plotted(deprived)
    ((places,),) = rows("SELECT count(*) FROM record.indicator WHERE indicator = 'imd2025_income_decile' AND geography = 'lsoa'")
    assert name == "Places" and sum(n or 0 for n in spread) == places
    assert "A decile of England" in deprived.notes_slide.notes_text_frame.text  # type: ignore[union-attr]


def test_the_lists_of_wanted_tiles_are_one_entry_a_tile(database: str) -> None:
    analyst = demo_person(ProfessionalRole.ANALYST, "")
    with pytest.raises(UserError, match="no tile"):
        store.add(analyst, "Empty", [], [], [])
    with pytest.raises(UserError, match="at most 60"):
        store.add(analyst, "x" * 61, [VIOLENCE], [EVERYTHING], [""])
    assert Wanted(VIOLENCE, EVERYTHING).written == f"{VIOLENCE}@all"
