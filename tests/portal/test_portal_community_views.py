"""The community portal's pages, run by Streamlit's own test harness against a real database."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.area.services_nearby import services_near
from app.look import wording
from briefs.content import Table
from briefs.describe.services import services_and_gaps
from briefs.read import read_facts
from core import db
from core.db import Role
from core.paths import PROJECT_ROOT
from published.release import current_release
from tests.builders import portal_data

pytestmark = pytest.mark.database
SCRIPT = str(PROJECT_ROOT / "app" / "portal.py")


def page(as_portal: Callable[..., object], **query: str) -> AppTest:
    as_portal(audience="community")
    app = AppTest.from_file(SCRIPT, default_timeout=600)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def words(app: AppTest) -> str:
    """Everything that a person reads on the page, tags taken out."""
    parts = [
        e.value for kind in ("title", "header", "subheader", "markdown", "warning", "info", "error") for e in getattr(app, kind)
    ]
    parts += [e.proto.body for e in app.get("html")]
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(parts), flags=re.DOTALL)


def squeezed(text_: str) -> str:
    return " ".join(text_.split())


def search(app: AppTest, typed: str) -> AppTest:
    app.text_input(key="typed").set_value(typed)
    return next(b for b in app.button if b.label == "Find").click().run()


def test_a_postcode_leads_to_the_profile_of_its_neighbourhood(invented_county: str, as_portal: Callable[..., object]) -> None:
    app = search(page(as_portal), "zz3 3aa")
    assert not app.exception
    assert app.query_params["area"] in ("lsoa.E01900019", ["lsoa.E01900019"])
    assert app.title[0].value == f"Recorded crime in Ashmoor 003C, {portal_data.COVERED}"


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("ZZ99 9ZZ", "ZZ99 9ZZ is not a postcode that we hold for Invented County"),
        ("QQ1", "not a whole postcode"),
        ("Nowhere-upon-Sea", "No place of that name"),
        ("<script>alert(1)</script>", "No place of that name"),
        ("'; DROP TABLE published.value; --", "No place of that name"),
        ("E01999999", "E01999999 is not an area of this release"),
        ("\x00\x07 %_%", "No place of that name"),
    ],
)
def test_what_cannot_be_found_gets_one_sentence(
    invented_county: str, as_portal: Callable[..., object], typed: str, answer: str
) -> None:
    app = search(page(as_portal), typed)
    assert not app.exception
    assert answer in " ".join(w.value for w in app.warning)
    assert "area" not in app.query_params


def test_a_name_offers_larger_places_first_and_goes_to_the_one_chosen(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    app = search(page(as_portal), "ashmoor 002")
    offered = [b.label for b in app.button if b.label.startswith("Ashmoor")]
    assert offered[0] == "Ashmoor 002, local area"
    assert "Ashmoor 002C, neighbourhood" in offered
    next(b for b in app.button if b.label == "Ashmoor 002C, neighbourhood").click().run()
    assert app.title[0].value.startswith("Recorded crime in Ashmoor 002C")


def test_a_profile_says_what_is_published_in_words_and_rows(invented_county: str, as_portal: Callable[..., object]) -> None:
    said = squeezed(words(page(as_portal, area="lsoa.E01900019")))
    exact = portal_data.counts().set_index(["code", "category"])["count"]
    total = int(exact[("E01900019", "all_recorded")])
    assert (
        f"{total:,} crimes and incidents were recorded in Ashmoor 003C from December 2024 to November 2025 (11 of 12 months, without July"
        " 2025)." in said
    )
    assert "A rate over 11 months is not a rate for a year." in said
    assert "per 1,000 people over 11 of 12 months (95% interval" in said
    for label in ("Violence and sexual offences", "Anti-social behaviour", "Robbery", "Burglary", "Drugs"):
        assert label in said
    for place in ("Ashmoor 003", "Ashmoor", "Invented County"):
        assert place in said


def test_a_withheld_figure_is_a_range_and_never_a_blank(invented_county: str, as_portal: Callable[..., object]) -> None:
    said = squeezed(words(page(as_portal, area="lsoa.E01900001")))
    # the small one and the one that is withheld with it read the same
    assert "Robbery 1 to 12 0.7 to 8.6 per 1,000" in said
    assert "Burglary 1 to 12 0.7 to 8.6 per 1,000" in said
    assert "[c]" not in said
    # one row after the other in the table of reasons, and one reason for both
    reasons = said[said.index("Numbers that are not printed for Ashmoor 001A") :]
    assert "Robbery 1 to 12 We never print a number from 1 to 4, because it could point to a person." in reasons
    assert "Burglary 1 to 12" in reasons and reasons.count("We never print a number") == 1
    exact = portal_data.counts().query("code == 'E01900001'").set_index("category")["count"]
    kinds = exact[[g[0] for g in portal_data.PARTITION]]
    ranged = kinds[(kinds.between(1, 4)) | (kinds.index == "burglary")]
    assert f"The other {len(ranged)} kinds are given as ranges; together they come to {ranged.sum()}." in said


def test_missing_months_are_named_and_called_a_gap(invented_county: str, as_portal: Callable[..., object]) -> None:
    for query in ({}, {"area": "lsoa.E01900019"}, {"area": "lad.E07900001"}):
        said = squeezed(words(page(as_portal, **query)))
        assert "July 2025 is missing" in said
        assert "a gap, not a zero" in said


def test_every_page_says_that_synthetic_data_are_synthetic(invented_county: str, as_portal: Callable[..., object]) -> None:
    for query in ({}, {"area": "msoa.E02900001"}):
        assert "Synthetic data" in words(page(as_portal, **query))


@pytest.mark.parametrize("area", ["lsoa.E01999999", "lsoa", "", "..", "h3.89195d0834fffff", "lsoa.<b>"])
def test_an_address_that_names_no_area_leads_back_to_the_search(
    invented_county: str, as_portal: Callable[..., object], area: str
) -> None:
    app = page(as_portal, area=area)
    assert not app.exception
    assert app.title[0].value == "What was recorded in your area"


@pytest.mark.parametrize("area", ["lsoa.E01900001", "msoa.E02900003", "lad.E07900002", "all.E23900001"])
def test_every_level_has_a_profile_with_headings_in_order(
    invented_county: str, as_portal: Callable[..., object], area: str
) -> None:
    app = page(as_portal, area=area)
    assert not app.exception
    headings = [h.value for h in app.header]
    assert (
        headings.index("What was recorded") < headings.index("What is withheld and why") < headings.index("Sources and downloads")
    )
    assert len(app.title) == 1


def test_no_page_ranks_places_or_gives_causes(invented_county: str, as_portal: Callable[..., object]) -> None:
    forbidden = re.compile(
        r"\b(worst|best|safest|most dangerous|league|rank(?:ed|ing)?|caus(?:e|es|ed|ing)|because of|leads to|drives?)\b", re.I
    )
    for query in ({}, {"area": "lsoa.E01900019"}, {"area": "lad.E07900001"}):
        found = forbidden.search(words(page(as_portal, **query)))
        assert found is None, found


def test_page_and_brief_name_the_same_nearest_services(invented_county: str, as_portal: Callable[..., object]) -> None:
    """By one rule, to the same tenth of a kilometre; and what is inside the place on the page is counted inside it in the brief."""
    as_portal(audience="community")
    release = current_release()
    assert release is not None
    compared = inside = 0
    for place in (*release.of("lsoa")[::4], *release.of("msoa")):
        said: dict[str, str] = {}
        every = services_near(release, place.geography, place.code, 100)
        for one in services_near(release, place.geography, place.code):
            said.setdefault(one.kind, f"{one.name}, {one.where}")
        with db.transaction(Role.COMMUNITY) as connection:
            facts = read_facts(connection, place.code)
        (table,) = (b for b in services_and_gaps(facts).blocks if isinstance(b, Table))
        for kind, row in zip(facts.service_kinds, table.rows, strict=True):
            assert row[-1] == said[wording.service_kind(kind)], (place.label, kind)
            here = sum(s.kind == wording.service_kind(kind) and s.where == "in this area" for s in every)
            assert row[1] == f"{here:,}", (place.label, kind)
            compared, inside = compared + 1, inside + here
    assert compared > 20 and inside > 5
