"""The professional portal's pages, run by Streamlit's own test harness against a real database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from app.hotspots import store, trust_store
from app.person import store as person_store
from app.person.reading import reading
from app.person.sign_in import Person, ProfessionalRole, demo_person
from app.person.store import Patch
from core import db
from core.db import Role
from core.paths import PROJECT_ROOT
from core.signing_keys import make_key

pytestmark = pytest.mark.database
OFFICER = demo_person(ProfessionalRole.OFFICER, "E07900001")
ANALYST = demo_person(ProfessionalRole.ANALYST, "")
OUTLIER = text(
    "INSERT INTO analysis.rate_outlier (geography, edition, code, lad_code, group_id, period_start, period_end, incidents, residents, class,"
    " run_id) VALUES ('lsoa', '2021', :code, :lad, 'violence', :start, :end, 9, 1500, 'high_low', :run)"
)


def page(as_portal: Callable[..., object], person: Person | None) -> AppTest:
    as_portal(audience="professional", demo=True)
    app = AppTest.from_file(str(PROJECT_ROOT / "app" / "portal.py"), default_timeout=600)
    if person is not None:
        app.session_state["hg-demo-person"] = person
    return app.run()


def hot_spots(as_portal: Callable[..., object], person: Person) -> AppTest:
    """The page of hot spots alone, as one finds it on the way from My patch."""

    def show(role: str, districts: str) -> None:
        from app.hotspots import page
        from app.person.sign_in import ProfessionalRole, demo_person

        page.show(demo_person(ProfessionalRole(role), districts))

    as_portal(audience="professional", demo=True)
    return AppTest.from_function(show, args=(person.role.value, person.districts), default_timeout=600).run()


def words(app: AppTest) -> str:
    parts = [e.value for kind in ("title", "header", "info", "warning", "error") for e in getattr(app, kind)]
    parts += [e.proto.body for e in app.get("html")]
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", " ".join(parts), flags=re.DOTALL).split())


def test_nobody_sees_a_figure_before_choosing_a_role(invented_county: str, as_portal: Callable[..., object]) -> None:
    app = page(as_portal, None)
    assert not app.exception
    assert app.title[0].value == "Choose a role"
    assert "hot spots with" not in words(app)


def test_an_officer_is_offered_their_own_district_and_nothing_of_another(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    app = hot_spots(as_portal, OFFICER)
    assert not app.exception
    assert app.selectbox(key="hs-district").options == ["Ashmoor"]
    assert "Linfield" not in words(app)


def test_a_page_says_how_certain_what_is_missing_and_what_was_left_out(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    app = hot_spots(as_portal, ANALYST)
    said = words(app)
    assert "Of 20 neighbourhoods in Ashmoor, 5 are hot spots with at least 95% confidence, after correcting" in said
    assert "July 2025 is missing: the figures were not delivered" in said
    assert "came without a place and are on no map" in said
    assert "Not for publication" in said
    assert "Synthetic data" in said
    app.selectbox(key="hs-group").set_value("violence").run()
    # of violence another map comes first
    app.selectbox(key="hs-map").set_value("Hot spots").run()
    said = words(app)
    assert "Overlap with deprivation" in said
    assert "count as “Low incomes: most deprived fifth of England”; by chance alone" in said
    assert "Falling together is not a cause." in said
    app.selectbox(key="hs-group").set_value("all_recorded").run()
    assert "Left out of this map: drugs." in words(app)


def test_another_patch_starts_with_the_whole_of_it(invented_county: str, as_portal: Callable[..., object]) -> None:
    app = hot_spots(as_portal, ANALYST)
    part = next(s for s in app.selectbox if s.label == "Part of it")
    part.set_value("E02900003").run()
    assert "Of 5 neighbourhoods in Ashmoor 003" in words(app)
    app.selectbox(key="hs-district").set_value("E07900002").run()
    assert next(s for s in app.selectbox if s.label == "Part of it").value == ""
    assert "No hot spot beyond chance: of 20 neighbourhoods in Linfield" in words(app)
    app.selectbox(key="hs-district").set_value("").run()
    assert "Of 40 neighbourhoods in all districts" in words(app)


def test_looking_again_at_the_same_view_is_one_event(invented_county: str, as_portal: Callable[..., object]) -> None:
    def views() -> int:
        with db.transaction(Role.OWNER) as connection:
            return int(connection.execute(text("SELECT count(*) FROM audit.event WHERE action = 'view'")).scalar_one())

    before = views()
    app = hot_spots(as_portal, ANALYST)
    app.run()
    assert views() == before + 1
    app.selectbox(key="hs-group").set_value("violence").run()
    assert views() == before + 2


def test_a_place_brief_needs_a_place_that_is_there(invented_county: str, as_portal: Callable[..., object]) -> None:
    def brief() -> None:
        from app import place_brief
        from app.person.sign_in import ProfessionalRole, demo_person

        place_brief.show(demo_person(ProfessionalRole.ANALYST, ""))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(brief, default_timeout=600).run()
    app.text_input(key="pb-typed").set_value("ZZ99 9ZZ").run()
    assert "not a postcode that we hold" in words(app)
    assert not app.button or all(b.label != "Make a place brief" for b in app.button)
    app.text_input(key="pb-typed").set_value("zz3 3aa").run()
    next(b for b in app.button if b.label == "Make a place brief").click().run()
    assert not app.exception
    assert [h.value for h in app.header] == ["Ready to download"]
    app.radio(key="pb-audience").set_value("The partnership: with the analysis, not for publication").run()
    app.text_input(key="pb-why").set_value("A meeting").run()
    next(b for b in app.button if b.label == "Make a place brief").click().run()
    assert not app.exception
    with db.transaction(Role.PIPELINE) as connection:
        told = connection.execute(
            text(
                "SELECT detail FROM audit.event WHERE subject = 'place_brief' AND detail ? 'audience' ORDER BY event_id DESC LIMIT 1"
            )
        ).scalar_one()
    assert (told["audience"], told["why"]) == ("professional", "A meeting")


def test_a_brief_can_say_what_changed_since_an_edition_that_was_made(
    invented_county: str, as_portal: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def brief() -> None:
        from app import place_brief
        from app.person.sign_in import ProfessionalRole, demo_person

        place_brief.show(demo_person(ProfessionalRole.ANALYST, ""))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(brief, default_timeout=600).run()
    app.text_input(key="pb-typed").set_value("zz3 3aa").run()
    assert "pb-since" not in {s.key for s in app.selectbox}
    code = str(app.selectbox(key="pb-place").value).partition(".")[2]
    detail = json.dumps({"place": code, "release": 98765, "reference": f"HG-{code}-0123456789ab"})
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("SELECT audit.record('a colleague', 'view', 'place_brief', CAST(:d AS JSONB))"), {"d": detail})
    app.run()
    box = app.selectbox(key="pb-since")
    assert box.options[0] == "no earlier edition"
    assert box.options[1].startswith("release 98765, made on ")
    assert "colleague" not in " ".join(box.options)
    box.set_value(98765).run()
    next(b for b in app.button if b.label == "Make a place brief").click().run()
    # what is compared is what that release said, and there is none of that number
    assert [e.value for e in app.error] == ["there is no release 98765 here"]
    # a register that cannot be read is said, and a brief can be made all the same
    (tmp_path / "register.jsonl").write_text("no register\n")
    monkeypatch.setenv("HOMEGROUND_BRIEF_REGISTER_FILE", str(tmp_path / "register.jsonl"))
    monkeypatch.setenv("HOMEGROUND_BRIEF_KEY", str(tmp_path / "key.pem"))
    make_key(tmp_path / "key.pem")
    app.run()
    assert not app.exception
    assert any("register of briefs cannot be read" in w.value for w in app.warning)
    assert app.selectbox(key="pb-since").options[1].startswith("release 98765, made on ")


def test_own_words_are_kept_for_the_next_brief_of_a_place(invented_county: str, as_portal: Callable[..., object]) -> None:
    def brief() -> None:
        from app import place_brief
        from app.person.sign_in import ProfessionalRole, demo_person

        place_brief.show(demo_person(ProfessionalRole.PLANNER, ""))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(brief, default_timeout=600).run()
    app.text_input(key="pb-typed").set_value("zz3 3aa").run()
    box = next(b for b in app.text_area if b.label == "What has been tried")
    box.set_value("A patrol on Friday nights.").run()
    assert not app.exception
    # another day, another session
    again = AppTest.from_function(brief, default_timeout=600).run()
    again.text_input(key="pb-typed").set_value("zz3 3aa").run()
    assert next(b for b in again.text_area if b.label == "What has been tried").value == "A patrol on Friday nights."
    again.multiselect(key="pb-formats").set_value(["html"]).run()
    again.multiselect(key="pb-without").set_value(["place"]).run()
    next(b for b in again.button if b.label == "Make a place brief").click().run()
    assert not again.exception
    (page,) = again.session_state["pb-made"][1].values()
    assert b"A patrol on Friday nights." in page and b"In the words of the partnership" in page
    assert b"<dt>Left out</dt><dd>The place</dd>" in page


def test_briefs_of_every_place_are_asked_for_and_fetched(invented_county: str, as_portal: Callable[..., object]) -> None:
    from homeground.desk.serve import BRIEFS, serve_one

    def brief() -> None:
        from app import place_brief
        from app.person.sign_in import ProfessionalRole, demo_person

        place_brief.show(demo_person(ProfessionalRole.PLANNER, ""))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(brief, default_timeout=600).run()
    app.radio(key="pb-kind").set_value("Briefs of every place of a kind").run()
    app.selectbox(key="pb-level").set_value("lad").run()
    next(b for b in app.button if b.label == "Ask for these briefs").click().run()
    assert not app.exception
    assert "Every one of the districts of the whole area: waits for the worker." in app.info[0].value
    assert serve_one(desks=(BRIEFS,))
    next(b for b in app.button if b.label == "Look again").click().run()
    assert any(b.label.startswith("Every one of the districts of the whole area: 2 places, as one file (") for b in app.button)
    next(b for b in app.button if b.label == "Take these away from here").click().run()
    assert not app.exception
    assert not any("as one file" in b.label for b in app.button)


def test_a_needs_assessment_is_made_of_what_a_person_may_see(invented_county: str, as_portal: Callable[..., object]) -> None:
    def brief() -> None:
        from app import place_brief
        from app.person.sign_in import ProfessionalRole, demo_person

        place_brief.show(demo_person(ProfessionalRole.OFFICER, "E07900001"))

    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(brief, default_timeout=600).run()
    app.radio(key="pb-kind").set_value("Needs assessment of a district or the whole area").run()
    areas = app.selectbox(key="pb-area")
    assert len(areas.options) == 1
    app.text_input(key="pb-purpose").set_value("The yearly strategy").run()
    next(b for b in app.button if b.label == "Make the needs assessment").click().run()
    assert not app.exception
    assert [m.value for m in (*app.error, *app.warning)] == []
    assert [h.value for h in app.header] == ["Ready to download"]
    assert [b.label.split(" (")[0] for b in app.button][-4:] == ["PDF", "Word", "Slides", "What each figure comes from"]
    with db.transaction(Role.PIPELINE) as connection:
        detail = connection.execute(
            text("SELECT detail FROM audit.event WHERE subject = 'assessment' ORDER BY event_id DESC LIMIT 1")
        ).scalar_one()
    assert (detail["place"], detail["why"]) == ("E07900001", "The yearly strategy")
    assert detail["reference"].startswith("HG-E07900001-")


def test_the_data_page_names_every_month_and_its_gaps(invented_county: str, as_portal: Callable[..., object]) -> None:
    def data() -> None:
        from app import data_status
        from app.person.sign_in import ProfessionalRole, demo_person

        data_status.show(demo_person(ProfessionalRole.OFFICER, "E07900001"))

    as_portal(audience="professional", demo=True)
    said = words(AppTest.from_function(data, default_timeout=600).run())
    assert "Loaded: December 2024 to November 2025; 11 of 12 months, without July 2025." in said
    assert "July 2025 missing [x]" in said
    assert "Produced by police activity: Drugs" in said


def test_lists_of_a_chosen_part_hold_its_own_places_and_no_other(invented_county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="professional", demo=True)
    with reading(ANALYST) as reader:
        choice = next(c for c in store.choices(reader) if (c.geography, c.group_id, c.measure) == ("lsoa", "violence", "rate"))
        whole = Patch("E07900001", "", "Ashmoor")
        parts = [Patch(whole.district, a.code, a.name) for a in person_store.msoas_of(reader, whole.district)]
        inside = {part: {spot.name: spot.code for spot in store.hot_spots(reader, choice, part)} for part in parts}
    with db.transaction(Role.OWNER) as connection:
        for part in parts:
            # one place of each part stands against its neighbours
            row = {
                "code": min(inside[part].values()),
                "lad": whole.district,
                "start": choice.period.start,
                "end": choice.period.end,
            }
            connection.execute(OUTLIER, row | {"run": choice.run_id})
    with reading(ANALYST) as reader:
        everywhere = {n for names in store.overlap_places(reader, choice, whole).values() for n in names}
        listed = [{n for names in store.overlap_places(reader, choice, part).values() for n in names} for part in parts]
        against = [{o.code for o in trust_store.outliers(reader, choice, part)} for part in parts]
        all_against = {o.code for o in trust_store.outliers(reader, choice, whole)}
    assert len(parts) > 1 and everywhere and set().union(*listed) == everywhere
    for part, names, codes in zip(parts, listed, against, strict=True):
        assert names <= set(inside[part]), part.name
        assert codes == {min(inside[part].values())}, part.name
    assert all_against == set().union(*against)
    assert sum(map(len, listed)) == len(everywhere), "no place is in two parts"


def test_the_list_beside_low_incomes_follows_the_measure_that_was_chosen(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    as_portal(audience="professional", demo=True)
    everything = Patch("", "", "all districts")
    with reading(ANALYST) as reader:
        by_rate = next(c for c in store.choices(reader) if (c.geography, c.group_id, c.measure) == ("lsoa", "violence", "rate"))
        # low incomes were set against the map by number too, on which nothing is hot
        by_number = replace(by_rate, measure="count")
        assert store.overlaps(reader, by_number)
        assert any(store.overlap_places(reader, by_rate, everything).values())
        assert not any(store.overlap_places(reader, by_number, everything).values())
