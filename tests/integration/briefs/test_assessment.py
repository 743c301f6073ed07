"""The needs assessment of the synthetic county: every figure of a sentence is in the database, and nobody gets what they may not see."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pptx import Presentation
from pypdf import PdfReader
from sqlalchemy import Connection, text

from briefs.asked import ASSESSMENT_SECTIONS, Asked, left_out
from briefs.assessment.compose import compose_assessment
from briefs.assessment.write import read_material, render_assessment
from briefs.content import Bullets, Paragraph, Table
from briefs.editions.known import Edition
from briefs.write import partners_brief, render_brief
from core import db
from core.db import Role
from core.errors import UserError
from homeground.brief_commands import _in_audit_trail

pytestmark = pytest.mark.database

ACTOR = "a test"
VIOLENCE = "violence_and_sexual_offences"


@pytest.fixture
def everything(county: str) -> Iterator[Connection]:
    with db.transaction(Role.PROFESSIONAL, districts="*", person=ACTOR) as connection:
        yield connection


def made(connection: Connection, place: str, asked: Asked | None = None) -> dict[str, bytes]:
    _, files = render_assessment(connection, place, ("pdf", "docx", "csv"), asked=asked or Asked("A. Planner"), actor=ACTOR)
    return {name.rsplit(".", 1)[-1]: data for name, data in files.items()}


def one(query: str, **params: object) -> Any:
    """A figure by a query of the test's own, with the pipeline's rights."""
    with db.transaction(Role.PIPELINE) as connection:
        return connection.execute(text(query), params).scalar_one()


def test_figures_of_sentences_are_those_of_the_database(everything: Connection) -> None:
    rows = list(csv.DictReader(io.StringIO(made(everything, "all")["csv"].decode())))
    by_source: dict[str, list[str]] = {}
    for row in rows:
        assert row["figure"] in row["text"]
        by_source.setdefault(row["source"], []).append(row["figure"])
    count = "SELECT sum(count) FROM published.value JOIN published.release USING (release_id) WHERE status = 'current' AND geography = 'all'"
    shown = one(f"{count} AND category = :c", c=VIOLENCE)
    assert any(r["source"].startswith("count: ") and VIOLENCE in r["source"] and r["figure"] == f"{shown:,}" for r in rows)
    hot = one(
        "SELECT count(*) FROM analysis.hotspot WHERE geography = 'lsoa' AND class = 'hot' AND group_id = :c AND measure = 'smoothed_rate'"
        " AND period_end = (SELECT max(period_end) FROM analysis.hotspot)",
        c=VIOLENCE,
    )
    assert hot and by_source[f"analysis.hotspot, neighbourhoods, {VIOLENCE}, smoothed_rate"][0] == f"{hot:,}"
    beyond, residents = (
        one(f"SELECT sum({column}) FROM analysis.service_reach WHERE kind = 'pharmacy' AND geography = 'lsoa'")
        for column in ("residents_beyond", "residents")
    )
    assert by_source["analysis.service_reach, Pharmacies"] == [
        f"{beyond:,.0f}",
        f"{residents:,.0f}",
        f"{100 * beyond / residents:.0f}%",
    ]
    above = one(
        "SELECT count(*) FROM analysis.similar_rate WHERE group_id = 'serious_violence' AND ratio_lower > 1"
        " AND period_end = (SELECT max(period_end) FROM analysis.similar_rate)"
    )
    assert f"{above:,}" in by_source["analysis.similar_rate, serious_violence"]
    now = one(
        "SELECT sum(incidents) FROM analysis.count_month WHERE geography = 'lad' AND category = 'Violence and sexual offences'"
        " AND month > (SELECT max(month) FROM analysis.month_status) - INTERVAL '12 months'"
    )
    (change,) = by_source[f"analysis.count_month, districts, {VIOLENCE}, both periods"]
    assert f"to {now:,}" in change


def test_no_number_stands_in_a_sentence_without_its_source(everything: Connection) -> None:
    material = read_material(everything, "Homeminster", {})
    brief, told = compose_assessment(material, Asked())
    fixed = re.compile(r"95%|1,000 people|1 in [24]0|at 90% or more|at 99%|at least 6 months|Gi\*|1\.6 km|10\.0 km")
    for statement in told.said:
        left = statement.text
        for place in sorted(material.facts.release.places.values(), key=lambda p: -len(p.label)):
            left = left.replace(place.label, "")
        for figure in sorted(statement.figures, key=lambda f: -len(f.text)):
            assert figure.source
            left = left.replace(figure.text, "")
        left = fixed.sub("", left)
        left = re.sub(r"[A-Z][a-z]+ 20\d\d( \(all 12 months\))?|and \d+ more|\(all 12 months\)", "", left)
        assert not re.search(r"\d", left), (statement.text, left)
    said = {f"{s.text} [{s.number}]" for s in told.said}
    shown = {
        item
        for section in brief.sections
        for block in section.blocks
        for item in (block.items if isinstance(block, Bullets) else (block.text,) if isinstance(block, Paragraph) else ())
        if re.search(r" \[\d+\]$", item)
    }
    assert shown == said


def test_outcomes_name_the_months_of_their_crimes(everything: Connection) -> None:
    material = read_material(everything, "all", {})
    assert material.analysed is not None and material.analysed.outcomes_of is not None
    first, last = (
        one(
            f"SELECT {end}(c.month) FROM analysis.outcome_count AS c JOIN analysis.outcome_month AS m ON m.month = c.month"
            " WHERE c.geography = 'lad' AND c.category = 'Violence and sexual offences' AND m.followed_to >= m.month + INTERVAL '6 months'"
        )
        for end in ("min", "max")
    )
    assert (material.analysed.outcomes_of.start, material.analysed.outcomes_of.end) == (first, last)
    _, told = compose_assessment(material, Asked())
    (said,) = [s.text for s in told.said if "were followed for at least 6 months" in s.text]
    assert f" such crimes of {material.analysed.outcomes_of} that" in said


def test_numbers_of_small_places_are_the_published_ones(everything: Connection) -> None:
    """The tables of local areas hold what the release shows, and no list of neighbourhoods has a count at all."""
    brief, _ = compose_assessment(read_material(everything, "all", {}), Asked())
    tables = [b for s in brief.sections for b in s.blocks if isinstance(b, Table)]
    (areas,) = [t for t in tables if t.caption.startswith("Local areas where")]
    with db.transaction(Role.COMMUNITY) as connection:
        published = dict(
            connection.execute(
                text(
                    "SELECT p.name, v.count FROM published.value AS v JOIN published.release AS r USING (release_id)"
                    " JOIN published.place AS p USING (release_id, geography, place_code)"
                    " WHERE r.status = 'current' AND geography = 'msoa' AND category = :c"
                ),
                {"c": VIOLENCE},
            ).all()
        )
    assert areas.rows
    for name, _, count, *_ in areas.rows:
        assert count == f"{published[name]:,}"
    (hot,) = [t for t in tables if t.caption.startswith("Neighbourhoods that are hot spots")]
    assert [c.label for c in hot.columns] == ["How sure", "Hot spots", "Neighbourhoods"]


def test_a_person_gets_no_assessment_of_what_they_may_not_see(county: str) -> None:
    with db.transaction(Role.PROFESSIONAL, districts="E06999001", person=ACTOR) as connection:
        assert "pdf" in made(connection, "E06999001")
        for place in ("Marram Coast", "all"):
            with pytest.raises(UserError, match="not wholly yours"):
                made(connection, place)


def test_of_a_place_that_is_no_district_nothing_is_made(everything: Connection) -> None:
    with pytest.raises(UserError, match="no district"):
        made(everything, "E02999015")
    with pytest.raises(UserError, match="no format"):
        render_assessment(everything, "all", ("odt",), asked=Asked(), actor=ACTOR)


def test_the_same_inputs_give_the_same_bytes_tagged_with_contents_and_a_summary_on_one_page(everything: Connection) -> None:
    own = Asked("A. Planner", "Homeshire Partnership", purpose="The yearly strategy", own={"tried": "A youth club since 2024."})
    first = made(everything, "all", own)
    assert made(everything, "all", own) == first
    reader = PdfReader(io.BytesIO(first["pdf"]))
    root = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"]) and str(root["/Lang"]).lower() == "en-gb"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]
    assert "Contents" in pages[0] and "Purpose The yearly strategy" in pages[0]
    assert "Summary" in pages[1] and "1 Profile of violence" in pages[2] and "1 Profile of violence" not in pages[1]
    assert all("Not for publication: for the partnership" in page for page in pages)
    whole = " ".join(pages)
    for part in (
        "Victims",
        "Causes and where they overlap",
        "Services and gaps",
        "Beside similar areas",
        "What residents say",
        "Data gaps",
        "Method",
    ):
        assert part in whole
    assert "A youth club since 2024." in whole and "In the words of the partnership" in whole
    assert re.search(r"Probation .{0,90}Not supplied", whole)
    # figures of the place, its outline among the districts, and the district level's own services
    assert "GP practices 50" in whole
    word = Document(io.BytesIO(first["docx"]))
    levels = [p.style.name for p in word.paragraphs if p.style.name.startswith("Heading")]
    assert levels[:2] == ["Heading 1", "Heading 1"] and "Heading 2" in levels
    assert "TOC " in zipfile.ZipFile(io.BytesIO(first["docx"])).read("word/document.xml").decode()


def test_sections_are_chosen_and_what_is_left_out_says_nothing(everything: Connection) -> None:
    without = left_out(("places", "tried"), among=ASSESSMENT_SECTIONS)
    brief, files = render_assessment(everything, "all", ("pptx", "csv"), asked=Asked("A. Planner", without=without), actor=ACTOR)
    assert [s.heading for s in brief.sections if s.level == 1] == [
        "Summary",
        "1 Places and times",
        "2 What was tried and what came of it",
        "3 Data gaps",
        "4 Method",
        "Where each sentence comes from",
    ]
    # what is left out is said on the first page, and no sentence of it stands in the summary, the slides or the figures' sources
    assert "Causes and where they overlap" in dict(brief.colophon)["Left out"]
    summary = next(s for s in brief.sections if s.heading == "Summary")
    said = " ".join(i for b in summary.blocks if isinstance(b, Bullets) for i in b.items)
    assert "hot spots" in said and "risk factors" not in said and "straight line" not in said and "most similar areas" not in said
    data = {name.rsplit(".", 1)[-1]: content for name, content in files.items()}
    sources = " ".join(row["source"] for row in csv.DictReader(io.StringIO(data["csv"].decode())))
    assert "analysis.hotspot" in sources
    assert "analysis.factor" not in sources and "analysis.service_reach" not in sources and "similar_rate" not in sources
    titles = [slide.shapes.title.text_frame.text for slide in Presentation(io.BytesIO(data["pptx"])).slides]
    assert any("hot spots" in t for t in titles) and not any("risk factors" in t or "straight line" in t for t in titles)
    with pytest.raises(UserError, match="there is no section 'recorded'"):
        left_out(("recorded",), among=ASSESSMENT_SECTIONS)


def test_an_assessment_tells_what_changed_since_an_edition_of_it(everything: Connection) -> None:
    first, _ = render_assessment(everything, "all", ("csv",), asked=Asked("A. Planner"), actor=ACTOR)
    edition = Edition(first.permanent, first.place, first.release, "2026-01-14")
    brief, files = render_assessment(everything, "all", ("csv",), asked=Asked("A. Planner"), actor=ACTOR, since=edition)
    assert brief.permanent != first.permanent
    told = brief.sections[1]
    assert told.heading.startswith("Since the edition of ")
    text_ = " ".join(i for b in told.blocks if isinstance(b, Bullets) for i in b.items)
    assert "No figure of that edition was corrected." in text_
    assert "Both editions are of the same months: nothing here is a change in the world." in text_
    summary = " ".join(i for b in brief.sections[0].blocks if isinstance(b, Bullets) for i in b.items)
    assert "no figure of it was corrected" in summary
    assert files
    other = one("SELECT min(place_code) FROM published.place WHERE geography = 'lad'")
    with pytest.raises(UserError, match="that edition is of"):
        render_assessment(everything, other, ("csv",), asked=Asked("A. Planner"), actor=ACTOR, since=edition)


def test_it_is_in_the_audit_trail_with_who_and_why(county: str) -> None:
    with db.transaction(Role.PROFESSIONAL, districts="*", person=ACTOR) as connection:
        made(connection, "Wellow Vale", Asked("A. Planner", purpose="A grant"))
    with db.transaction(Role.PIPELINE) as connection:
        event = connection.execute(
            text("SELECT actor, action, detail FROM audit.event WHERE subject = 'assessment' ORDER BY event_id DESC LIMIT 1")
        ).one()
    assert (event.actor, event.action, event.detail["why"]) == (ACTOR, "export", "A grant")


def test_what_was_made_in_the_portal_is_found_in_the_audit_trail(county: str, tmp_path: Path) -> None:
    with db.transaction(Role.PROFESSIONAL, districts="*", person=ACTOR) as connection:
        data = made(connection, "Wellow Vale", Asked("B. Planner"))["docx"]
    path = tmp_path / "assessment.docx"
    path.write_bytes(data)
    said = _in_audit_trail(path)
    assert said is not None and "HG-E06999002-" in said and ACTOR in said
    path.write_bytes(data + b" ")
    assert _in_audit_trail(path) is None


def test_a_brief_for_the_partnership_names_hot_spots_and_has_no_number_of_incidents_of_its_own(county: str) -> None:
    with db.transaction(Role.PROFESSIONAL, districts="E06999003", person=ACTOR) as connection:
        brief, files = partners_brief(connection, "Marram Coast", ("html", "csv"), asked=Asked(purpose="A meeting"), actor=ACTOR)
        with pytest.raises(UserError, match="not yours to see"):
            partners_brief(connection, "Homeminster", ("html",), asked=Asked(), actor=ACTOR)
    page, pack = (next(data for name, data in files.items() if name.endswith(end)) for end in (".html", ".zip"))
    assert render_brief("Marram Coast", ("csv",), role=Role.COMMUNITY).keys() <= files.keys()
    said = page.decode()
    with db.transaction(Role.PIPELINE) as connection:
        hot = connection.execute(
            text(
                "SELECT a.name FROM analysis.hotspot AS h JOIN place.area AS a USING (geography, edition, code) WHERE h.geography = 'lsoa'"
                " AND class = 'hot' AND group_id = :c AND measure = 'smoothed_rate' AND lad_code = 'E06999003' AND certainty = 99"
                " AND period_end = (SELECT max(period_end) FROM analysis.hotspot)"
            ),
            {"c": VIOLENCE},
        ).scalars().all()  # fmt: skip
        event = connection.execute(
            text("SELECT detail FROM audit.event WHERE subject = 'place_brief' ORDER BY event_id DESC LIMIT 1")
        ).scalar_one()
    assert hot and all(f"{name} (99%)" in said for name in hot)
    assert "Not for publication: for the partnership" in said and event["why"] == "A meeting"
    (section,) = [s for s in brief.sections if s.heading == "From the analysis, for the partnership"]
    numbers = {
        n for block in section.blocks if isinstance(block, Bullets) for item in block.items for n in re.findall(r"\d[\d,]*", item)
    }
    with db.transaction(Role.PIPELINE) as connection:
        incidents = connection.execute(
            text("SELECT incidents FROM analysis.hotspot WHERE lad_code = 'E06999003' AND group_id = :c AND class = 'hot'"), {"c": VIOLENCE}
        ).scalars().all()  # fmt: skip
    assert incidents and not numbers & {f"{n:,}" for n in incidents if n > 99}
    # what anyone may have is the same: its values are the published ones
    (own,) = render_brief("Marram Coast", ("csv",), role=Role.COMMUNITY).values()
    values = [zipfile.ZipFile(io.BytesIO(data)).read("values.csv") for data in (pack, own)]
    assert values[0] == values[1]


def test_of_one_neighbourhood_the_areas_most_like_it_are_named(county: str) -> None:
    with db.transaction(Role.PROFESSIONAL, districts="*", person=ACTOR) as connection:
        brief, _ = partners_brief(connection, "E01999001", ("html",), asked=Asked(), actor=ACTOR)
    with db.transaction(Role.PIPELINE) as connection:
        names = connection.execute(
            text("SELECT similar_name FROM analysis.similar_area WHERE code = 'E01999001' ORDER BY nearness")
        ).scalars().all()  # fmt: skip
    said = " ".join(b.text for s in brief.sections for b in s.blocks if isinstance(b, Paragraph))
    assert len(names) == 10 and f"{', '.join(names[:-1])} and {names[-1]}." in said


def test_supplies_are_told_by_the_names_of_feeds_with_their_agreements(everything: Connection) -> None:
    material = read_material(everything, "all", {"police_uk_street": "By agreement A1, until 2030-01-01"})
    police = next(s for s in material.supplies if s.authority == "Police")
    assert police.held and police.agreements == ("By agreement A1, until 2030-01-01",)
    assert not next(s for s in material.supplies if s.authority == "Probation").held
