"""Slides: their messages are the lead's, their charts hold the published numbers and can be edited, and nothing small is in them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from sqlalchemy import text

from briefs.asked import Asked
from briefs.assessment.write import render_assessment
from briefs.read import read_facts
from briefs.slides.content import message_of
from briefs.write import made_brief
from core import db
from core.db import Role
from core.errors import UserError
from tests.builders.briefs_release import CATEGORIES, Cell, Options, lad, lsoa, publish_release, usual_counts
from tests.conftest import pointed_at

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("module_database")]

ACTOR = "a test"
PLACE = lsoa(3)
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def counts(number: int, category: str) -> Cell:
    """Robbery of every third neighbourhood is a range."""
    return (1, 987) if category == "robbery" and number % 3 == 0 else usual_counts(number, category)


@cache
def _released() -> int:
    return publish_release(Options(counts=counts))


def deck_of(place: str, **asked: Any) -> tuple[Any, bytes]:
    _released()
    brief, files = made_brief(place, ("pptx",), role=Role.COMMUNITY, asked=Asked("A. Planner", **asked))
    return brief, next(iter(files.values()))


def slides(data: bytes) -> list[Any]:
    return list(Presentation(io.BytesIO(data)).slides)


def words(slide: Any) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_each_slide_has_one_message_its_handling_and_its_reference() -> None:
    brief, data = deck_of(PLACE)
    found = slides(data)
    titles = [s.shapes.title.text_frame.text for s in found]
    assert titles[0] == "Place brief: Northford 001C"
    assert titles[-1] == "What to keep in mind"
    assert len(titles) == len(set(titles)) > 4
    for number, slide in enumerate(found, start=1):
        said = words(slide)
        assert brief.marking in said
        assert any(s.startswith(f"{brief.permanent}. Release {brief.release} of ") for s in said)
        assert f"{number} of {len(found)}" in said
        assert len(slide.shapes.title.text_frame.text) <= 200


def test_messages_are_sentences_of_the_lead() -> None:
    _, data = deck_of(PLACE)
    with db.transaction(Role.COMMUNITY) as connection:
        facts = read_facts(connection, PLACE)
    messages = {message_of(f.text) for f in facts.findings}
    titles = [s.shapes.title.text_frame.text for s in slides(data)][1:-1]
    assert [t for t in titles if not t.startswith("Where it is")]
    assert all(t in messages for t in titles if not t.startswith("Where it is"))
    # a word of a message that is in no sentence of the lead would be ours
    lead = " ".join(f.text for f in facts.findings)
    for title in messages:
        for word in re.findall(r"\d[\d,.]*\d|\d", title):
            assert word in lead


def test_charts_are_native_and_hold_what_was_published() -> None:
    _, data = deck_of(lad(3))
    charts = [s for slide in slides(data) for s in slide.shapes if s.has_chart]
    assert charts
    with db.transaction(Role.COMMUNITY) as connection:
        facts = read_facts(connection, lad(3))
    labels = {c.label: c.category for c in facts.release.categories}
    factor = facts.release.covered.per_year
    assert factor is not None
    checked = 0
    for shape in charts:
        chart = shape.chart
        book = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
        assert book is not None
        for n, series in enumerate(chart.plots[0].series):
            assert [row[n + 1].value for row in book.iter_rows(min_row=2)] == list(series.values)
            if series.name != facts.place.name:
                continue
            for label, value in zip(chart.plots[0].categories, series.values, strict=True):
                rate = facts.cell(facts.place, labels[label]).rate(facts.place)
                assert rate is not None and value == pytest.approx(rate.per_1000 * factor, abs=1e-3)
                checked += 1
    assert checked >= 4


def test_intervals_are_error_bars_as_wide_as_the_limits() -> None:
    _, data = deck_of(PLACE)
    with db.transaction(Role.COMMUNITY) as connection:
        facts = read_facts(connection, PLACE)
    chart = next(s.chart for slide in slides(data) for s in slide.shapes if s.has_chart and len(s.chart.plots[0].series) > 1)
    first = chart._chartSpace.find(f".//{_C}ser")
    order = [child.tag.removeprefix(_C) for child in first]
    assert order.index("errBars") < order.index("cat")
    plus = [float(v.text) for v in first.iterfind(f"{_C}errBars/{_C}plus//{_C}v")]
    rate = facts.cell(facts.place, "violence").rate(facts.place)
    factor = facts.release.covered.per_year
    assert rate is not None and factor is not None
    assert plus[0] == pytest.approx((rate.upper - rate.per_1000) * factor, rel=1e-3)


def test_what_is_withheld_has_no_bar_and_its_range_is_said() -> None:
    _, data = deck_of(PLACE)
    for slide in slides(data):
        for shape in slide.shapes:
            if shape.has_chart:
                for series in shape.chart.plots[0].series:
                    named = dict(zip(shape.chart.plots[0].categories, series.values, strict=True))
                    if series.name == "Northford 001C" and "Robbery" in named:
                        assert named["Robbery"] is None
    assert any("Without a bar, to protect small numbers: Robbery (" in w for s in slides(data) for w in words(s))


def test_every_chart_picture_and_table_has_a_text_that_stands_for_it() -> None:
    _, data = deck_of(PLACE)
    seen = 0
    for slide in slides(data):
        for shape in slide.shapes:
            if shape.shape_type in (MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.CHART, MSO_SHAPE_TYPE.TABLE):
                seen += 1
                assert len(shape._element.xpath(".//p:cNvPr/@descr")[0]) > 30
    assert seen >= 3


def test_two_runs_give_the_same_bytes_and_no_clock_is_in_them() -> None:
    brief, data = deck_of(PLACE)
    assert deck_of(PLACE)[1] == data
    day = f"{brief.published_at:%Y-%m-%d}".encode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert len({i.date_time for i in archive.infolist()}) == 1
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(content)) as inner:
                    content = inner.read("docProps/core.xml")
            if name.endswith((".xlsx", "core.xml")):
                stamps = re.findall(rb"<dcterms:(?:created|modified)[^>]*>([^<]{10})", content)
                assert stamps and set(stamps) == {day}, name


def test_the_theme_is_the_projects_and_the_language_is_said() -> None:
    brief, data = deck_of(PLACE)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        theme = etree.fromstring(archive.read("ppt/theme/theme1.xml"))
        first = archive.read("ppt/slides/slide2.xml").decode()
        core = archive.read("docProps/core.xml").decode()
    assert [e.get("val") for e in theme.iterfind(".//{*}accent1/{*}srgbClr")] == ["0B5F6A"]
    assert 'lang="en-GB"' in first
    assert brief.permanent in core and brief.title in core


def test_no_withheld_number_is_in_any_part_of_the_file() -> None:
    """Of a range both ends are public; a count that is withheld without one is nowhere."""
    planted = 34_567

    def plant(number: int, category: str) -> Cell:
        return "[c]" if (number, category) == (3, "robbery") else usual_counts(number, category)

    publish_release(Options(counts=plant))
    _, files = made_brief(PLACE, ("pptx",), role=Role.COMMUNITY)
    with zipfile.ZipFile(io.BytesIO(next(iter(files.values())))) as archive:
        assert not any(str(planted).encode() in archive.read(n) for n in archive.namelist())
    data = next(iter(files.values()))
    assert any("Robbery (withheld)" in w for s in slides(data) for w in words(s))
    for slide in slides(data):
        for shape in slide.shapes:
            if shape.has_chart and "Robbery" in list(shape.chart.plots[0].categories):
                own = next((s for s in shape.chart.plots[0].series if s.name in ("Northford 001C", "Recorded")), None)
                if own is not None:
                    assert dict(zip(shape.chart.plots[0].categories, own.values, strict=True))["Robbery"] is None
    _released.cache_clear()


def test_messages_are_cut_by_rule() -> None:
    level = (
        "Violence: 5,204 recorded in Slough from December 2024 to November 2025 (10 of 12 months, without December 2024 and July 2025), or"
        " 39.4 a year per 1,000 people (95% interval 38.3 to 40.5). That is clearly higher than in Thames Valley as a whole (28.5), by 38%."
    )
    assert message_of(level) == "Violence: clearly higher than in Thames Valley as a whole (28.5), by 38%"
    assert message_of("What speaks for the place. Clearly lower here than in Reading as a whole: robbery (4.1 beside 6.3).") == (
        "Clearly lower here than in Reading as a whole: robbery"
    )
    changed = "Beside January to December 2024 (all 12 months), violence rose from 690 to 835: more than chance would give."
    assert message_of(changed) == "Beside January to December 2024, violence rose from 690 to 835: more than chance would give"


def test_the_slides_of_an_assessment_are_not_for_publication(county: str) -> None:
    with db.transaction(Role.PROFESSIONAL, districts="*", person=ACTOR) as connection:
        _, files = render_assessment(connection, "all", ("pptx",), asked=Asked("A. Planner"), actor=ACTOR)
        again = render_assessment(connection, "all", ("pptx",), asked=Asked("A. Planner"), actor=ACTOR)[1]
    assert files == again
    data = next(iter(files.values()))
    for slide in slides(data):
        assert any("Not for publication" in w for w in words(slide))
    titles = [s.shapes.title.text_frame.text for s in slides(data)]
    assert any("hot spots" in t for t in titles)
    # the sentences of the assessment itself, found by what they are about
    assert any(t.startswith("Violence and sexual offences in ") and "beside" in t for t in titles), titles
    assert any(t.startswith("The most risk factors that one neighbourhood meets is ") for t in titles), titles
    for slide in slides(data):
        if any(s.has_chart or s.has_table for s in slide.shapes):
            # whoever speaks has what is seen in words, where no sentence says it
            assert len(slide.notes_slide.notes_text_frame.text) > 40, slide.shapes.title.text_frame.text
    charts = [s.chart for slide in slides(data) for s in slide.shapes if s.has_chart]
    months = next(c for c in charts if "Mean of the months loaded" in [s.name for s in c.plots[0].series])
    drawn = [v for v in months.plots[0].series[0].values if v is not None]
    with db.transaction(Role.PIPELINE) as connection:
        held = connection.execute(
            text(
                "SELECT sum(incidents) FROM analysis.count_month WHERE geography = 'lad' AND category = 'Violence and sexual offences'"
                " GROUP BY month ORDER BY month"
            )
        ).scalars()
        assert drawn == [float(n) for n in held][-len(drawn) :]


def test_an_unknown_format_is_refused_with_the_list() -> None:
    _released()
    with pytest.raises(UserError, match="no format 'ppt'"):
        made_brief(PLACE, ("ppt",), role=Role.COMMUNITY)


@pytest.mark.parametrize("groups", [("all_recorded",), ("all_recorded", "serious_violence")])
def test_a_release_without_groups_that_add_up_has_slides_without_their_chart(
    groups: tuple[str, ...], make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    with pointed_at(make_database(f"without_groups_{len(groups)}"), use_database):
        publish_release(Options(categories=tuple(c for c in CATEGORIES if c[0] in groups)))
        _, files = made_brief(PLACE, ("pptx", "pdf"), role=Role.COMMUNITY, asked=Asked("A. Planner"))
    found = slides(next(data for name, data in files.items() if name.endswith("pptx")))
    assert found[-1].shapes.title.text_frame.text == "What to keep in mind"
    assert all(len(s.chart.plots[0].categories) > 0 for slide in found for s in slide.shapes if s.has_chart)
