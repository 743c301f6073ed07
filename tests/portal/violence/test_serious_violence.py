"""The dashboard of serious violence, by Streamlit's harness, on what the flow made of the synthetic county."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from app.person.reading import reading
from app.person.sign_in import ProfessionalRole, demo_person
from app.person.store import Patch
from app.violence import store
from app.violence.content import Asked, Dashboard, build, serious_first
from app.violence.download import COLUMNS, csv_of
from core import db
from core.db import Role
from core.periods import Period

pytestmark = pytest.mark.database
NOW, BEFORE = ("2025-01-01", "2025-12-01"), ("2024-01-01", "2024-12-01")


def page(role: str, district: str, address: dict[str, str]) -> None:
    import streamlit as st

    from app.person.sign_in import ProfessionalRole, demo_person
    from app.violence import page as violence

    if "opened" not in st.session_state:
        st.session_state["opened"] = True
        st.query_params.from_dict(address)
    violence.show(demo_person(ProfessionalRole(role), district))


def run(role: str = "analyst", district: str = "", **address: str) -> AppTest:
    app = AppTest.from_function(page, args=(role, district, address), default_timeout=600).run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    parts = [e.value for kind in ("title", "header", "subheader", "info", "warning", "error") for e in getattr(app, kind)]
    parts += [e.proto.body for e in app.get("html")]
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(parts), flags=re.DOTALL).split())


def named(app: AppTest, what: str) -> str:
    """What the page's address names: the harness gives a list for what came with the address, and text for what the page set."""
    found = app.query_params[what]
    return str(found[0] if isinstance(found, list) else found)


def rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.OWNER) as connection:
        return [tuple(r) for r in connection.execute(text(statement), values)]


def violence(span: tuple[str, str], geography: str = "lad", code: str = "") -> int:
    statement = (
        "SELECT coalesce(sum(c.incidents), 0) FROM analysis.count_month c JOIN analysis.category_group_member m USING (category)"
        " WHERE m.group_id = 'serious_violence' AND c.geography = :geography AND c.edition <> '2011' AND (:code = '' OR c.code = :code)"
        " AND c.month BETWEEN CAST(:start AS date) AND CAST(:end AS date)"
    )
    ((found,),) = rows(statement, geography=geography, code=code, start=span[0], end=span[1])
    return int(str(found))


def districts() -> list[tuple[str, str]]:
    found = rows(
        "SELECT DISTINCT a.code, a.name FROM place.area a JOIN analysis.rate r ON a.code = r.code WHERE r.geography = 'lad' ORDER BY 2"
    )
    return [(str(code), str(name)) for code, name in found]


def dashboard(patch: Patch, role: str = "analyst", district: str = "") -> Dashboard:
    with reading(demo_person(ProfessionalRole(role), district)) as reader:
        made = store.counted_at(reader)
        assert made is not None
        content = build(reader, Asked(made, patch, serious_first(reader)[0]))
    assert content is not None
    return content


def test_the_first_figures_are_those_of_the_database(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    app = run()
    said = words(app)
    now, before, last = violence(NOW), violence(BEFORE), violence(("2025-12-01", "2025-12-01"))
    assert f"Recorded in the newest 12 months {now:,} January 2025 to December 2025; all 12 months" in said
    assert re.search(rf"(Rose|Fell) from {before:,} to {now:,}: (no )?more than chance", said)
    assert re.search(rf"December 2025 {last:,} (Within|Above|Below) [\d,]+ to [\d,]+, its usual range\.", said)
    assert "A year per 1,000 residents" in said
    assert "Charged or taken to court" in said
    for name in ("Ambulance call-outs to assaults", "Homicides"):
        assert f"{name} not\u00a0supplied" in said or f"{name} not supplied" in said
    assert "Not for publication" in said and "Synthetic data" in said
    # its parts add up, and each is said with an interval
    content = dashboard(Patch("", "", "all districts"))
    assert sum(r.now for r in content.parts) == sum(k.now for k in content.kinds) == now
    assert [r.name for r in sorted(content.parts, key=lambda r: r.name)] == [name for _, name in districts()]
    assert all(r.rate is not None and r.rate.lower < r.rate.per_1000 < r.rate.upper for r in content.parts)
    assert len(content.points) == 36 and content.missing == ()


def test_an_officer_sees_their_district_and_no_other(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    (code, name), *others = districts()
    app = run("officer", code)
    said = words(app)
    assert f"Serious violence in {name}" in said
    assert f"{violence(NOW, code=code):,}" in said
    assert all(other not in said for _, other in others)
    assert app.selectbox(key="sv-district").options == [name]
    # nor by a link to another, which is not told apart from one that leads nowhere
    for place in (others[0][0], "E07999999", "'; DROP TABLE", "all"):
        led = run("officer", code, place=place)
        assert f"Serious violence in {name}" in words(led)
        assert ("does not open, or that is not there" in words(led)) == (place != "all")


def test_a_link_leads_to_a_part_and_a_kind(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    (code, _), *_ = districts()
    ((part, name),) = rows(
        "SELECT a.code, coalesce(nullif(a.local_name, ''), a.name) FROM place.area a JOIN place.area_parent p ON p.child_code = a.code"
        " WHERE a.geography = 'msoa' AND p.parent_geography = 'lad' AND p.parent_code = :code ORDER BY a.code LIMIT 1",
        code=code,
    )
    app = run(place=str(part))
    assert f"Serious violence in {name}" in words(app)
    assert f"{violence(NOW, 'msoa', str(part)):,}" in words(app)
    other = run(place=code, kind="robbery_and_street_theft")
    assert "Robbery and street theft in" in words(other)
    assert (named(other, "place"), named(other, "kind")) == (code, "robbery_and_street_theft")
    other.selectbox(key="sv-kind").set_value("serious_violence").run()
    assert not other.exception and named(other, "kind") == "serious_violence"


def test_a_patch_of_ones_own_is_its_neighbourhoods(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    (code, _), *_ = districts()
    members = [
        str(r[0])
        for r in rows(
            "SELECT DISTINCT code FROM analysis.rate WHERE geography = 'lsoa' AND edition = '2021' AND lad_code = :code ORDER BY 1 LIMIT 3",
            code=code,
        )
    ]
    content = dashboard(Patch(code, "", "the estate", "own-1", tuple(members), ""), "officer", code)
    assert content.parts_are == "Neighbourhoods" and {r.code for r in content.parts} == set(members)
    assert sum(r.now for r in content.parts) == sum(violence(NOW, "lsoa", m) for m in members) == sum(k.now for k in content.kinds)
    # outcomes are counted by district, so none is said of it
    assert content.outcomes == ()


def test_what_partners_supply_stands_beside_and_is_never_added(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None], as_portal: Callable[..., object]
) -> None:
    use_database(make_database("violence_partners", template=county_database))
    as_portal(audience="professional", demo=True)
    (code, _), (other, _), *_ = districts()
    before = violence(NOW)
    with db.transaction(Role.OWNER) as connection:
        statement = (
            "INSERT INTO analysis.event_count (feed, category, geography, edition, code, lad_code, month, events)"
            " VALUES ('partner_ambulance_callouts', 'Assault', 'lad', '2022', :code, :code, CAST(:month AS date), :events)"
        )
        for place, month, events in ((code, "2025-01-01", 31), (code, "2025-03-01", 12), (other, "2025-01-01", 1_000)):
            connection.execute(text(statement), {"code": place, "month": month, "events": events})
    content = dashboard(Patch(code, "", "there"), "officer", code)
    ambulance = next(s for s in content.partners if s.supplied)
    assert ambulance.categories == (("Assault", 43),)
    assert {f"{m:%Y-%m}": n for m, n in ambulance.events.items()} == {"2025-01": 31, "2025-03": 12}
    assert violence(NOW) == before
    said = words(run("officer", code))
    assert "Ambulance call-outs to assaults January 2025 to March 2025 Assault 43 43" in said


def test_the_file_holds_what_the_page_says(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    content = dashboard(Patch("", "", "all districts"))
    found = list(csv.DictReader(io.StringIO(csv_of(content), newline="")))
    assert tuple(found[0]) == COLUMNS
    months = [r for r in found if r["table"] == "month"]
    assert [r["number"] for r in months] == [str(n) for _, n in sorted(content.counts.items())]
    assert months[0]["period_start"] == "2023-01-01" and months[0]["period_end"] == "2023-01-31"
    assert all(float(r["lower_95"]) <= float(r["value"]) <= float(r["upper_95"]) for r in months)
    places = [r for r in found if r["table"] == "place" and r["period_start"] == "2025-01-01"]
    assert sum(int(r["number"]) for r in places) == violence(NOW)
    assert all(r["handling"].startswith("Not for publication") for r in found)


def test_a_month_that_was_not_loaded_is_a_gap_and_no_zero(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None], as_portal: Callable[..., object]
) -> None:
    use_database(make_database("violence_gap", template=county_database))
    as_portal(audience="professional", demo=True)
    with db.transaction(Role.OWNER) as connection:
        connection.execute(text("DELETE FROM analysis.count_month WHERE month = '2025-07-01'"))
        gap = "status = 'gap', incidents = NULL, unplaced = NULL, outside = NULL"
        connection.execute(text(f"UPDATE analysis.month_status SET {gap} WHERE month = '2025-07-01'"))
        connection.execute(text("UPDATE analysis.run SET finished_at = clock_timestamp() WHERE stage = 'count'"))
    said = words(run())
    assert "11 of 12 months, without July 2025" in said
    assert "Grey: missing (July 2025)." in said
    assert "July 2025 missing" in said
    # a month is compared with a month, because one of the twelve is not there
    assert re.search(r"(Rose|Fell) from [\d,]+\.\d to [\d,]+\.\d a month", said)
    content = dashboard(Patch("", "", "all districts"))
    assert Period(content.missing[0], content.missing[0]) not in content.counts
    assert len(content.points) == 35


def test_where_nothing_was_counted_the_page_says_how_to_begin(
    make_database: Callable[..., str], use_database: Callable[[str], None], as_portal: Callable[..., object]
) -> None:
    use_database(make_database("violence_empty"))
    as_portal(audience="professional", demo=True)
    assert "homeground analyse" in words(run())
