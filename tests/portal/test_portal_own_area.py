"""The page of an area that somebody chooses, in both portals: the answer in words and tables, read once, asked once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core import db
from core.db import Role
from published.own_area import LSOA, MSOA, Questions, tables_of
from published.release import Release, current_release
from tests.builders.portal_processes import Visit, serve_community, stop
from tests.builders.transactions import transactions
from tests.conftest import pointed_at

pytestmark = pytest.mark.database
COMMUNITY, READ = [Role.COMMUNITY.value], [Role.PROFESSIONAL.value]


def public() -> None:
    from app.own_area.page import show

    show()


def signed_in() -> None:
    from app.own_area.page import show_to
    from app.person.sign_in import ProfessionalRole, demo_person

    show_to(demo_person(ProfessionalRole("analyst"), ""))


def words(app: AppTest) -> str:
    body = " ".join(e.proto.body for e in app.get("html"))
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join([*(h.value for h in app.header), body])).split())


def begun(run: Callable[[], AppTest]) -> list[str]:
    with transactions() as found:
        app = run()
    assert not app.exception
    return found


def released() -> Release:
    release = current_release()
    assert release is not None
    return release


def asked() -> int:
    with db.transaction(Role.OWNER) as connection:
        return int(connection.execute(text("SELECT count(*) FROM audit.event WHERE action = 'figure_asked'")).scalar_one())


def wide_pair(release: Release) -> list[str]:
    """Two neighbourhoods of one local area of which some figure is withheld."""
    hidden = [
        p for p in release.of(LSOA) if any(release.cells[p.geography, p.code, c.category].count is None for c in release.categories)
    ]
    return [p.code for p in hidden if p.parent_msoa == hidden[0].parent_msoa][:2]


def test_a_resident_reads_figures_and_ranges_of_the_area_they_choose(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="community")
    release = released()
    app = AppTest.from_function(public, default_timeout=600).run()
    assert not app.exception and "What a range means" in words(app)
    pair = wide_pair(release)
    before = asked()
    app.multiselect(key="oa-chosen").set_value(pair).run()
    assert not app.exception
    assert app.query_params["areas"] in (",".join(pair), [",".join(pair)])
    said = words(app)
    answer = Questions(tables_of(release)).ask(release.release_id, pair)
    assert f"2 neighbourhoods, {answer.residents:,} residents (Census 2021)." in said
    for figure in answer.figures:
        possible, label = figure.possible, next(c.label for c in release.categories if c.category == figure.category)
        shown = f"{possible.lowest:,}" if possible.exact else f"{possible.lowest:,} to {possible.highest:,} worked out"
        assert f"{label} {shown} " in said
    assert any(not f.possible.exact for f in answer.figures)
    assert asked() == before, "nothing that a resident does is stored"


def test_a_whole_local_area_is_what_is_printed_of_it(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="community")
    release = released()
    total = release.total
    assert total is not None
    place = next(p for p in release.of(MSOA) if release.cells[MSOA, p.code, total.category].count is not None)
    app = AppTest.from_function(public, default_timeout=600)
    app.query_params["areas"] = place.code
    said = words(app.run())
    assert not app.exception
    assert (
        f"{total.label}, {release.covered.in_sentence}: exactly {release.cells[MSOA, place.code, total.category].count:,}." in said
    )


def test_a_professional_is_read_once_and_each_question_is_one_event(county: str, as_portal: Callable[..., object]) -> None:
    """The release, kept by its id, and the neighbours of an area are read in transactions of their own."""
    as_portal(audience="professional", demo=True)
    pair = wide_pair(released())
    app = AppTest.from_function(signed_in, default_timeout=600).run()
    assert begun(app.run) == READ * 2
    app.button_group(key="oa-how").set_value("From a list").run()
    before = asked()
    assert begun(app.multiselect(key="oa-chosen").set_value(pair).run) == READ * 4
    assert asked() == before + 1
    # the same view drawn anew is no new event
    assert begun(app.run) == READ * 2
    assert asked() == before + 1


def test_a_resident_is_answered_in_the_transactions_of_the_public(county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="community")
    release = released()
    app = AppTest.from_function(public, default_timeout=600).run()
    assert begun(app.multiselect(key="oa-chosen").set_value([p.code for p in release.of(LSOA)[:3]]).run) == COMMUNITY * 2
    assert begun(app.run) == COMMUNITY


def test_a_release_that_does_not_say_what_it_is_made_of_gets_one_sentence(
    invented_county: str, as_portal: Callable[..., object]
) -> None:
    as_portal(audience="community")
    app = AppTest.from_function(public, default_timeout=600).run()
    app.multiselect(key="oa-chosen").set_value(["E01900001"]).run()
    assert not app.exception
    assert app.info[0].value == "This release does not say what its categories are made of."


@pytest.fixture(scope="module")
def public_portal(
    _county_for_reading: str, use_database: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the page, with an area of two neighbourhoods, in a community portal on what the flow made of the synthetic county."""
    with pointed_at(_county_for_reading, use_database):
        pair = wide_pair(released())
        process, address = serve_community(tmp_path_factory.mktemp("own_area"))
    yield f"{address}/area-you-choose?areas={','.join(pair)}"
    assert stop(process) == 0


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_an_address_that_was_sent_opens_the_answer_on_a_phone_too(
    public_portal: str, visit: Callable[..., Visit], width: int
) -> None:
    address, _, path = public_portal.partition("/area-you-choose")
    seen = visit(address, width=width)
    page = seen.open(f"/area-you-choose{path}")
    expect(page.get_by_role("heading", level=2, name="The area you chose")).to_be_visible(timeout=60_000)
    expect(page.locator("table.hg-table").first).to_contain_text("worked out")
    seen.settled()
    scroll, client = page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()"
    )
    assert scroll <= client
    assert page.get_by_role("link", name="An area you choose").is_visible()
    assert seen.others() == set() and seen.errors == []
