"""The pages on outcomes and on stop and search: by Streamlit's harness and in a browser, on what the flow made of the synthetic county."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from app.person.reading import reading
from app.person.sign_in import ProfessionalRole, demo_person
from app.searches import complaints
from core import db
from core.db import Role
from feeds.synthetic.complaints import PER_SEARCH
from tests.builders.portal_processes import Visit, boxes, enter

pytestmark = pytest.mark.database


def page(role: str, district: str) -> None:
    from app.outcomes import page as outcomes
    from app.person.sign_in import ProfessionalRole, demo_person

    outcomes.show(demo_person(ProfessionalRole(role), district))


def run(role: str = "analyst", district: str = "") -> AppTest:
    app = AppTest.from_function(page, args=(role, district), default_timeout=600).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [e.value for kind in ("title", "header", "subheader", "info", "warning", "error") for e in getattr(app, kind)]
    parts += [e.proto.body for e in app.get("html")]
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(parts), flags=re.DOTALL).split())


def one(statement: str, **values: object) -> object:
    with db.transaction(Role.OWNER) as connection:
        return connection.execute(text(statement), values).scalar_one()


def row(statement: str) -> tuple[object, ...]:
    with db.transaction(Role.OWNER) as connection:
        return tuple(connection.execute(text(statement)).one())


def test_every_figure_says_its_months_its_crimes_and_what_has_no_outcome(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    app = run()
    said = words(app)
    crimes = one(
        "SELECT sum(c.crimes) FROM analysis.outcome_count c JOIN analysis.outcome_month m USING (month)"
        " WHERE c.geography = 'lad' AND m.followed_to IS NOT NULL"
    )
    without = one(
        "SELECT sum(c.crimes) FROM analysis.outcome_count c JOIN analysis.outcome_month m USING (month)"
        " WHERE c.geography = 'lad' AND m.followed_to IS NOT NULL AND c.basis <> 'outcome_file'"
    )
    assert f"Of {crimes:,} crimes of all kinds recorded in all districts in January 2025 to December 2025," in said
    assert f"{without:,} of them" in said
    assert "have no outcome in the files loaded" in said
    assert "crimes of January 2025 to December 2025 (12 months). A month is followed when" in said
    assert "Not followed, so in no share: January 2023 to December 2024 (24 months)" in said
    assert "Investigation complete; no suspect identified" in said
    assert "The files follow crimes of December 2025 in their own month only" in said
    assert "Nothing on this page is on the community portal." in said
    assert "Not for publication" in said
    assert "Synthetic data" in said
    assert "Files behind this page" in said
    app.selectbox(key="oc-followed").set_value(6).run()
    assert not app.exception
    said = words(app)
    assert "crimes of January 2025 to June 2025 (6 months)" in said
    assert "Followed for less than 6 months, so left out: July 2025 to December 2025." in said
    # a kind without an identifier has no outcomes, and is not offered
    assert "Anti-social behaviour" not in app.selectbox(key="oc-group").options
    app.selectbox(key="oc-group").set_value("drugs_and_weapons").run()
    assert "crimes of drugs and possession of weapons" in words(app)


def test_searches_stand_with_interval_unknown_and_caveats(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(search_page, default_timeout=600)
    app.query_params["from"], app.query_params["to"] = "2025-01", "2025-12"
    app.run()
    assert not app.exception
    said = words(app)
    where = "month BETWEEN '2025-01-01' AND '2025-12-01'"
    searches = one(f"SELECT sum(stops) FROM analysis.stop_outcome_count WHERE {where}")
    assert f"{searches:,} searches in all districts, January 2025 to December 2025; all 12 months." in said
    assert re.search(r"In \d+% of those whose link is known \(\d+% to \d+%\)", said)
    assert "Residents are not the people on the street." in said
    assert "Two ways of noting ethnicity" in said
    assert "Small numbers: no ratio is shown" in said
    assert re.search(r"as Black were \d\.\d times as many per resident .* Inside the same neighbourhoods it is \d\.\d", said)
    assert "It does not say why, and nothing of any person of a group." in said
    assert "Nothing on this page is on the community portal as it stands here." in said
    # each field says how often it is filled in
    stated = one(f"SELECT sum(stops) FROM analysis.stop_person_count WHERE {where} AND field = 'sex' AND value <> 'Not stated'")
    persons = one(f"SELECT sum(stops) FROM analysis.stop_person_count WHERE {where} AND field = 'sex'")
    assert f"Sex is noted in {stated:,} of {persons:,} searches of persons" in said
    removed = one(f"SELECT sum(stops) FROM analysis.stop_person_count WHERE {where} AND field = 'clothing' AND value = 'yes'")
    assert f"More than outer clothing was removed in {removed:,} of {persons:,} searches" in said
    # every local area stands in the table with its own searches
    name, stops = row(
        "SELECT a.name, sum(s.stops) FROM analysis.stop_count s JOIN place.area a USING (geography, edition, code)"
        f" WHERE geography = 'msoa' AND {where} GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    )
    assert re.search(rf"{name} E\d+ {stops:,} \d+\.\d \(", said)
    # a year has no year beside it
    assert "year by year" not in said.lower()


def test_complaints_are_those_of_the_files_with_the_month_that_never_came(
    county: str, county_files: Path, as_portal: Callable[..., object]
) -> None:
    as_portal(audience="professional", demo=True)
    given = pd.concat([pd.read_csv(p) for p in sorted((county_files / "partners").glob("stop_search_complaints_2025-*.csv"))])
    assert given["recorded_month"].nunique() == 11
    app = AppTest.from_function(search_page, default_timeout=600)
    app.query_params["from"], app.query_params["to"] = "2025-01", "2025-12"
    app.run()
    assert not app.exception
    said = words(app)
    total = int(given["complaints"].sum())
    assert (
        f"{total} complaints that arose from stop and search in all districts, January 2025 to December 2025; 11 of 12 months, without"
        " August 2025." in said
    )
    searches = one(
        "SELECT sum(stops) FROM analysis.stop_outcome_count WHERE month BETWEEN '2025-01-01' AND '2025-12-01' AND month <> '2025-08-01'"
    )
    found = re.search(r"That is (\d+\.\d) for every 1,000 searches \((\d+\.\d) to (\d+\.\d)\)", said)
    assert found is not None and float(found[1]) == round(1000 * total / int(str(searches)), 1)
    # what was planted lies within the interval
    assert float(found[2]) < 1000 * PER_SEARCH < float(found[3])
    for label, column in (("Discriminatory behaviour", "allegations_discrimination"), ("Use of force", "allegations_force")):
        assert f"{label} {int(given[column].sum())} " in said
    # an officer has those of their district
    code = str(given["lad22"].iloc[0])
    with reading(demo_person(ProfessionalRole.OFFICER, code)) as reader:
        mine = complaints.given(reader, "")
    assert {g.lad_code for g in mine} == {code}
    of_year = [g.number for g in mine if g.name == complaints.CASES and g.month.year == 2025]
    assert sum(of_year) == int(given[given["lad22"] == code]["complaints"].sum())


def test_where_nobody_gives_complaints_the_page_says_so(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None], as_portal: Callable[..., object]
) -> None:
    use_database(make_database("no_complaints", template=county_database))
    as_portal(audience="professional", demo=True)
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM record.indicator WHERE indicator LIKE 'stop_search%'"))
    said = words(AppTest.from_function(search_page, default_timeout=600).run())
    assert "Complaints" in said and "Not supplied: no feed of complaints is loaded." in said and "complaints that arose" not in said


def search_page() -> None:
    from app.person.sign_in import ProfessionalRole, demo_person
    from app.searches import page as searches

    searches.show(demo_person(ProfessionalRole("analyst"), ""))


def test_a_span_of_searches_is_chosen_and_the_figures_are_of_it(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    with db.transaction(Role.OWNER) as connection:
        of_span = text("SELECT sum(stops) FROM analysis.stop_outcome_count WHERE month BETWEEN '2024-02-01' AND '2024-05-01'")
        few, every = connection.execute(of_span).scalar_one(), text("SELECT sum(stops) FROM analysis.stop_outcome_count")
        everything = connection.execute(every).scalar_one()
    app = AppTest.from_function(search_page, default_timeout=600)
    app.query_params["from"], app.query_params["to"] = "2024-02", "2024-05"
    app.run()
    assert f"{few:,}" in words(app)
    assert "no usual range" in words(app)
    app.selectbox(key="ss-from").set_value("2025-01").run()
    assert not app.exception
    assert "The span ends before it begins" in app.info[0].value
    app.selectbox(key="ss-to").set_value("2025-12").run()
    app.selectbox(key="ss-from").set_value("2023-01").run()
    assert f"{everything:,}" in words(app)
    assert "no usual range" not in words(app)
    assert "Residents are not the people on the street." in words(app)


def test_an_officer_reads_their_district_and_no_other(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    with db.transaction(Role.OWNER) as connection:
        districts = connection.execute(
            text("SELECT DISTINCT code, name FROM place.area JOIN analysis.outcome_delay ON code = lad_code ORDER BY name")
        ).all()
    (code, name), *others = districts
    app = run("officer", code)
    said = words(app)
    assert app.selectbox(key="oc-district").options == [name]
    assert f"What became of crimes in {name}" in said
    assert all(other not in said for _, other in others)
    assert "By district" not in said
    crimes = one(
        "SELECT sum(c.crimes) FROM analysis.outcome_count c JOIN analysis.outcome_month m USING (month)"
        " WHERE c.geography = 'lad' AND c.code = :code AND m.followed_to IS NOT NULL",
        code=code,
    )
    assert f"Of {crimes:,} crimes of all kinds recorded in {name}" in said


def test_without_files_it_says_what_is_missing_and_not_that_there_was_nothing(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None], as_portal: Callable[..., object]
) -> None:
    use_database(make_database("outcomes_pages", template=county_database))
    as_portal(audience="professional", demo=True)

    def views() -> list[tuple[str, object]]:
        with db.transaction(Role.OWNER) as connection:
            statement = "SELECT action, detail ->> 'district' FROM audit.event WHERE subject = 'outcomes' ORDER BY event_id"
            return [(r[0], r[1]) for r in connection.execute(text(statement))]

    before = len(views())
    app = run()
    app.run()
    # one view is one event, however often it is drawn
    assert views()[before:] == [("view", "*")]
    with db.transaction(Role.PIPELINE) as connection:
        db.truncate(connection, "analysis", "stop_month")
        connection.execute(text("UPDATE analysis.outcome_month SET followed_to = NULL"))
        connection.execute(text("UPDATE analysis.run SET finished_at = clock_timestamp() WHERE stage = 'records'"))
    said = words(run())
    assert "No outcome file of a loaded month is here" in said
    searched = words(AppTest.from_function(search_page, default_timeout=600).run())
    assert "That is a gap in the data, not an absence of searches." in searched


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_drawn_whole_within_the_screen(county_portal: str, visit: Callable[..., Visit], width: int) -> None:
    seen = visit(county_portal, width=width)
    page_ = enter(seen, "Analyst")
    page_.get_by_role("link", name="Outcomes", exact=True).click()
    page_.get_by_role("heading", level=1, name="What became of crimes in all districts").wait_for()
    seen.settled()
    # the drawings are there, each with words for who cannot see it
    drawings = page_.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg")
    expect(drawings).to_have_count(2)
    assert page_.evaluate("document.documentElement.scrollWidth") <= width
    # headings go down one step at a time
    levels = page_.eval_on_selector_all("h1, h2, h3, h4", "found => found.map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    # links are targets of 24 px that do not lie over each other (WCAG 2.2, 2.5.8)
    links = boxes(page_.locator(".st-key-hg-nav a"))
    rows = sorted({round(box["y"]) for box in links})
    assert len(links) > 10
    assert all(box["height"] >= 24 for box in links)
    assert all(below - above >= 24 for above, below in itertools.pairwise(rows))
    with page_.expect_download() as taken:
        page_.get_by_role("button", name="Download the tables (CSV)").click()
    text_ = Path(taken.value.path()).read_text(encoding="utf-8")
    assert text_.startswith("table,place,place_code,")
    assert "Local resolution" in text_
    assert seen.others() == set()
    assert seen.errors == []


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_map_of_searches_shows_another_measure_and_every_chart_has_its_table(
    county_portal: str, visit: Callable[..., Visit], width: int
) -> None:
    seen = visit(county_portal, width=width)
    page_ = enter(seen, "Analyst")
    page_.get_by_role("link", name="Stop and search").click()
    page_.get_by_role("heading", level=1, name="Stop and search in all districts").wait_for()
    said = re.search(r"All (\d+) local areas as a table", seen.settled().inner_text("body"))
    assert said is not None
    areas = int(said[1])
    seen.map(areas)
    drawings = page_.locator("[data-testid=stVegaLiteChart]")
    expect(drawings).to_have_count(9)
    with seen.run():
        page_.get_by_role("radio", name="Found what was looked for, in percent").click()
    seen.one_map("Map of stop and search in all districts: found what was looked for")
    seen.map(areas)
    assert page_.evaluate("document.documentElement.scrollWidth") <= width
    levels = page_.eval_on_selector_all("h1, h2, h3, h4", "found => found.map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    with page_.expect_download() as taken:
        page_.get_by_role("button", name="Download the local areas (CSV)").click()
    text_ = Path(taken.value.path()).read_text(encoding="utf-8-sig")
    assert text_.startswith("local_area,name,district,")
    assert len(text_.splitlines()) == areas + 1
    assert seen.others() == set()
    assert seen.errors == []
