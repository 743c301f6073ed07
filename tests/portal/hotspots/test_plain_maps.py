"""Plain maps on the page of hot spots: counts, rates and places that come back, of kinds and categories that somebody puts together."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from app.hotspots import plain_report, plain_store
from app.hotspots.plain_store import PlainChoice
from app.look.palette import LIGHT, NO_DATA_FILL
from app.person.reading import reading
from app.person.sign_in import ProfessionalRole, demo_person
from app.person.store import Patch
from core.periods import CoveredPeriod, Period
from tests.builders import portal_data

pytestmark = pytest.mark.database
ASHMOOR = Patch("E07900001", "", "Ashmoor")
NAMES = {g[0]: g[1] for g in portal_data.GROUPS}
LOADED = [m for m in portal_data.PERIOD.months() if m != portal_data.MISSING]


def opened(as_portal: Callable[..., object], role: str = "officer") -> AppTest:
    def show(role: str) -> None:
        from app.hotspots import page
        from app.person.sign_in import ProfessionalRole, demo_person

        page.show(demo_person(ProfessionalRole(role), "E07900001" if role == "officer" else ""))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(show, args=(role,), default_timeout=600).run()
    app.selectbox(key="hs-map").set_value("What was recorded").run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [e.proto.body for e in app.get("html")]
    return unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(parts), flags=re.DOTALL).split()))


def of(*groups: str, months: int = 12, lad: str = "E07900001") -> dict[str, int]:
    """Counts of those groups by name in the last so many months, from the builder's own figures."""
    exact = portal_data.counts().set_index(["code", "category"])["count"]
    last = [n for n, m in enumerate(LOADED) if m in list(Period.ending(portal_data.PERIOD.end, months).months())]
    return {
        a.name: sum(portal_data.by_month(int(exact[(a.code, g)]), len(LOADED))[n] for g in groups for n in last)
        for a in portal_data.areas()
        if a.lad == lad
    }


def listed(app: AppTest) -> list[tuple[str, int]]:
    """Name and number of the list, in order."""
    page = " ".join(e.proto.body for e in app.get("html"))
    rows = re.findall(r"<th scope=\"row\"[^>]*>(.*?)</th>\s*<td[^>]*>([\d,]+)</td>", page, flags=re.DOTALL)
    return [(" ".join(re.sub(r"<span.*", "", name, flags=re.DOTALL).split()), int(n.replace(",", ""))) for name, n in rows]


def test_kinds_and_categories_are_added_up_and_what_they_share_is_counted_once(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    app = opened(as_portal)
    # in the builder a group has one category, of its own label
    app.multiselect(key="hs-kinds").set_value(["robbery", "burglary"]).run()
    both = of("robbery", "burglary")
    assert listed(app) == sorted(both.items(), key=lambda item: (-item[1], item[0]))
    assert app.title[0].value == "Robbery and burglary in Ashmoor: what was recorded"
    # the category is the group's own: nothing is counted twice
    app.multiselect(key="hs-kinds").set_value(["robbery", "burglary", "category:Robbery"]).run()
    assert dict(listed(app)) == both
    app.multiselect(key="hs-kinds").set_value(["category:Burglary"]).run()
    assert dict(listed(app)) == of("burglary")
    said = words(app)
    assert "Counted: burglary." in said
    assert "December 2024 to November 2025; 11 of 12 months, without July 2025." in said
    assert "Linfield" not in said


def test_what_patrols_find_is_counted_only_where_its_category_is_chosen(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    app = opened(as_portal)
    app.selectbox(key="hs-group").set_value("all_recorded").run()
    assert dict(listed(app)) == of(*(g[0] for g in portal_data.PARTITION if not g[6]))
    assert "mostly come to light where police look" not in words(app)
    app.multiselect(key="hs-kinds").set_value(["category:Drugs"]).run()
    assert dict(listed(app)) == of("drugs")
    assert "This map holds drugs, which mostly come to light where police look." in words(app)


def test_the_last_months_the_rate_and_the_months_that_came_back(invented_county: str, as_portal: Callable[..., object]) -> None:
    app = opened(as_portal)
    app.multiselect(key="hs-kinds").set_value(["violence"]).run()
    app.selectbox(key="hs-months").set_value(3).run()
    three = of("violence", months=3)
    assert dict(listed(app)) == three
    total, top = sum(three.values()), max(three.values())
    said = words(app)
    assert (
        f"The busiest 5% of places (1 of 20 neighbourhoods in Ashmoor) hold {100 * top / total:.0f}% of what was recorded" in said
    )
    assert re.search(r"In \d+ neighbourhoods some was recorded in each of the 3 months", said)
    app.selectbox(key="hs-shown-as").set_value("rate").run()
    assert not app.exception
    residents = {a.name: a.residents for a in portal_data.areas()}
    by_rate = sorted(three, key=lambda name: -three[name] / residents[name])
    assert next(name for name, _ in listed(app)) == by_rate[0]


def read(districts: str, patch: Patch, geography: str, edition: str) -> tuple[PlainChoice, tuple[plain_store.PlainPlace, ...]]:
    covered = CoveredPeriod.of(portal_data.PERIOD, LOADED)
    choice = PlainChoice(geography, edition, (NAMES["violence"],), covered, None)
    role = ProfessionalRole.OFFICER if districts else ProfessionalRole.ANALYST
    with reading(demo_person(role, districts)) as reader:
        return choice, plain_store.places(reader, choice, patch)


def test_an_officer_reads_nothing_of_another_district(invented_county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    _, own = read("E07900001", Patch("", "", "all"), "lsoa", "2021")
    assert {p.name for p in own} == set(of("violence"))
    _, theirs = read("E07900001", Patch("E07900002", "", "Linfield"), "lsoa", "2021")
    assert theirs == ()
    _, hexagons = read("E07900001", Patch("", "", "all"), "h3", "r9")
    assert {p.lad_code for p in hexagons} == {"E07900001"}
    _, every = read("", Patch("", "", "all"), "lsoa", "2021")
    assert sum(p.incidents for p in every) == sum(of("violence").values()) + sum(of("violence", lad="E07900002").values())


def test_the_map_and_the_file_hold_what_the_list_says(invented_county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    choice, places = read("E07900001", ASHMOOR, "lsoa", "2021")
    drawn = plain_report.areas_of(places, choice, plain_report.NUMBER, LIGHT)
    counts = of("violence")
    busiest = max(places, key=lambda p: p.incidents)
    assert len(drawn) == 20
    assert next(a for a in drawn if a.code == busiest.code).fill == LIGHT.sequential[-1]
    assert next(a for a in drawn if a.code == busiest.code).words.startswith(
        f"{busiest.name}. {counts[busiest.name]:,} recorded, in 11 of 11"
    )
    assert NO_DATA_FILL not in {a.fill for a in drawn}
    rows = list(csv.DictReader(io.StringIO(plain_report.csv(places, choice))))
    assert {r["name"]: int(r["incidents"]) for r in rows} == counts
    assert {r["period_end"] for r in rows} == {"2025-11-30"}
    assert all(r["handling"].startswith("Not for publication") for r in rows)
