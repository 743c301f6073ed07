"""Briefs of a small release in a real database: what they hold, what they must not hold, and that they are whole."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from docx import Document
from lxml import etree
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import text

from briefs import write
from briefs.asked import Asked, read_own
from briefs.describe.records import middle_half
from briefs.read import read_facts
from briefs.register import borne_by
from briefs.write import FORMATS, every_brief, render_brief, write_brief
from core import db
from core.db import Role
from core.errors import UserError
from tests.builders.briefs_release import PUBLISHED_AT, REGION, Options, lad, lsoa, msoa, publish_release, usual_counts
from tests.builders.waiting import until

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("module_database")]

COMMUNITY = Role.COMMUNITY
_USUAL = Options()
_last: dict[str, Any] = {}


def publish(options: Options = _USUAL) -> int:
    """Publish a release unless the current one was made from the same options; forgets what was rendered before."""
    if _last.get("options") is not options:
        _last.clear()
        _rendered.cache_clear()
        _last.update(options=options, release=publish_release(options))
    return int(_last["release"])


@cache
def _rendered(place: str, kind: str) -> bytes:
    return fresh(place, kind)


def render(place: str, kind: str) -> bytes:
    """One format of a brief of the current release, made once."""
    return _rendered(place, kind)


def fresh(place: str, kind: str) -> bytes:
    (data,) = render_brief(place, (kind,), role=COMMUNITY).values()
    return data


def pdf_text(data: bytes) -> str:
    pages = PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def tagged_elements(node: Any) -> Iterator[Any]:
    """Every element of a PDF's structure tree."""
    node = node.get_object()
    if isinstance(node, list):
        for kid in node:
            yield from tagged_elements(kid)
    elif isinstance(node, dict):
        yield node
        if "/K" in node:
            yield from tagged_elements(node["/K"])


# the PDF --------------------------------------------------------------------------------------------------


def test_pdf_is_tagged_titled_and_in_a_language() -> None:
    publish()
    root = PdfReader(io.BytesIO(data := render(lsoa(3), "pdf"))).trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]).lower() == "en-gb"
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])
    assert PdfReader(io.BytesIO(data)).metadata.title == "Place brief: Northford 001C"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    kinds = {str(e.get("/S")) for e in tagged_elements(root["/StructTreeRoot"])}
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure", "/L"} <= kinds


def test_every_figure_of_the_pdf_has_a_text_that_stands_for_it() -> None:
    publish()
    root = PdfReader(io.BytesIO(render(lsoa(3), "pdf"))).trailer["/Root"]
    figures = [e for e in tagged_elements(root["/StructTreeRoot"]) if e.get("/S") == "/Figure"]
    alts = [str(f.get("/Alt", "")) for f in figures]
    assert len(alts) == 2
    assert "1.0 square kilometres" in alts[0]
    assert "south" in alts[0]
    assert "Violence and sexual offences: 45.8 (35.2 to 58.6), Northford 48.4" in alts[1]
    assert "Robbery: withheld" in alts[1]


def test_every_font_of_the_pdf_is_inside_it() -> None:
    publish()
    fonts = {}
    for page in PdfReader(io.BytesIO(render(lsoa(3), "pdf"))).pages:
        fonts.update(page["/Resources"].get("/Font", {}))
    assert fonts
    for font in fonts.values():
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = inner["/FontDescriptor"].get_object()
        assert "SourceSansPro" in str(inner["/BaseFont"])
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor


def test_pdf_says_the_figures_with_period_place_and_uncertainty() -> None:
    publish()
    said = pdf_text(render(lsoa(3), "pdf"))
    # neighbourhood 3: 140 + 3 incidents among 1,500 people
    assert (
        "63 recorded in Northford 001C from January 2025 to December 2025 (11 of 12 months, without July 2025), or 45.8 a year"
        in said
    )
    assert "per 1,000 people (95% interval 35.2 to 58.6). That is not clearly different from Northford as a whole (48.4)." in said
    assert "In all 143 incidents were recorded, 104.0 a year per 1,000 people" in said
    assert "A rate over 11 months is not a rate for a year" in said
    assert "July 2025 is missing: the figures were not delivered. A missing month is a gap, not a zero" in said
    assert "decile 3 of 10" in said
    assert "Open Government Licence v3.0" in said
    assert "Counts from 1 to 4 about a small place are withheld" in said
    assert "an attack was made on each of 8 small counts" in said
    assert "at least 5 different values remain possible" in said
    assert "figures that others publish about the same incidents" in said
    assert "For the partnership to complete" not in said
    assert "2.4% of incidents were published without a location" in said


def test_footer_names_the_release_on_every_page() -> None:
    release = publish()
    pages = PdfReader(io.BytesIO(render(lsoa(3), "pdf"))).pages
    assert all(f"release {release}, 14 January 2026" in page.extract_text() for page in pages)


def test_synthetic_stands_on_every_page_and_in_every_format() -> None:
    publish(Options(synthetic=True))
    pages = PdfReader(io.BytesIO(render(lsoa(3), "pdf"))).pages
    assert all("Synthetic data: a made-up county" in page.extract_text() for page in pages)
    assert b"Synthetic data" in render(lsoa(3), "html")
    assert b"Synthetic data" in zipfile.ZipFile(io.BytesIO(render(lsoa(3), "csv"))).read("README.txt")
    word = Document(io.BytesIO(render(lsoa(3), "docx")))
    assert "Synthetic data" in word.sections[0].header.paragraphs[0].text
    assert "Synthetic data" in load_workbook(io.BytesIO(render(lsoa(3), "xlsx")))["Read me"]["A4"].value
    # a made-up county has no Crown copyright
    assert "Crown copyright" not in pdf_text(render(lsoa(3), "pdf"))


def test_real_data_is_never_called_synthetic() -> None:
    publish()
    assert "ynthetic" not in pdf_text(render(lsoa(3), "pdf"))


def test_long_names_stay_on_the_page() -> None:
    long = (
        "Upper and Lower Ferryhinksey with Saint Bartholomew's Water Meadows and the Old Brickworks Estate (north of the railway)"
    )
    publish(Options(names={lsoa(3): long, lad(3): long + " District"}))
    reader = PdfReader(io.BytesIO(render(lsoa(3), "pdf")))
    assert long in pdf_text(render(lsoa(3), "pdf"))
    width = float(reader.pages[0].mediabox.width)
    starts: list[float] = []

    def note(words: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if words.strip():
            starts.append(cm[0] * tm[4] + cm[2] * tm[5] + cm[4])

    for page in reader.pages:
        page.extract_text(visitor_text=note)
    assert starts
    assert all(0 < x < width - 40 for x in starts)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_release_gives_the_same_bytes(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish()
    first = render(lsoa(3), kind)
    moment = time.time() // 2
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("USER", "somebody-else")
    time.tzset()
    try:
        if kind in {"docx", "xlsx", "gpkg"}:
            # these formats carry times in whole seconds, and the first two in steps of two of them
            until(lambda: time.time() // 2 > moment, "the next time that a file can carry")
        assert fresh(lsoa(3), kind) == first
    finally:
        monkeypatch.undo()
        time.tzset()


def test_pdf_carries_the_date_of_the_release() -> None:
    publish()
    assert PdfReader(io.BytesIO(render(lsoa(3), "pdf"))).metadata.creation_date.date() == PUBLISHED_AT.date()


# who answers for it -----------------------------------------------------------------------------------------


def asked_for(kind: str, asked: Asked) -> bytes:
    publish()
    (data,) = render_brief(lsoa(3), (kind,), role=COMMUNITY, asked=asked).values()
    return data


def test_the_first_page_and_the_properties_say_who_answers_for_it() -> None:
    data = asked_for("pdf", Asked("A. Planner", "Northford Partnership", "planner@example.org", status="final"))
    reader = PdfReader(io.BytesIO(data))
    first = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    for words in ("Prepared by A. Planner", "For Northford Partnership", "Contact planner@example.org", "Status Final"):
        assert words in first
    reference = re.findall(rf"HG-{lsoa(3)}-[0-9a-f]{{12}}", first)
    assert reference and all(reference[0] in page.extract_text() for page in reader.pages)
    assert reader.metadata.author == "A. Planner"
    assert reference[0] in str(reader.metadata["/Keywords"])
    word = Document(io.BytesIO(asked_for("docx", Asked("A. Planner")))).core_properties
    assert word.author == "A. Planner" and word.identifier.startswith(f"HG-{lsoa(3)}-")


def test_the_permanent_reference_is_of_all_that_is_said() -> None:
    def reference(asked: Asked) -> str:
        return re.findall(r"HG-[0-9A-Z]+-[0-9a-f]{12}", asked_for("html", asked).decode())[0]

    plain = reference(Asked("A. Planner"))
    assert reference(Asked("A. Planner")) == plain
    assert len({plain, reference(Asked("B. Planner")), reference(Asked("A. Planner", own={"tried": "A youth club."}))}) == 3


def test_what_the_partnership_wrote_stands_in_every_refresh_and_empty_boxes_only_where_asked_for() -> None:
    own = {"residents": "We asked 40 people.\n\nThey want light.", "tried": "<b>A youth club</b> =1+1"}
    page = asked_for("html", Asked(own=own)).decode()
    assert "<p>We asked 40 people.</p>" in page and "<p>They want light.</p>" in page
    assert "&lt;b&gt;A youth club&lt;/b&gt; =1+1" in page
    assert page.count("In the words of the partnership") == 2 and "fill-in" not in page.split("</style>")[1]
    page = asked_for("html", Asked(own=own, room=True)).decode()
    assert page.count("For the partnership to complete") == 2


def test_many_briefs_are_the_single_ones_and_go_on_where_they_were_cut_off() -> None:
    publish()
    found = list(every_brief("msoa", lad(1), ("html",), role=COMMUNITY, asked=Asked()))
    assert [(number, of, brief.place) for number, of, brief, _ in found if brief] == [(1, 2, msoa(1)), (2, 2, msoa(7))]
    for _, _, brief, files in found:
        assert brief is not None and files == render_brief(brief.place, ("html",), role=COMMUNITY)
    first = next(iter(found[0][3]))
    again = list(every_brief("msoa", lad(1), ("html",), role=COMMUNITY, asked=Asked(), done=lambda name: name == first))
    assert [brief is None for _, _, brief, _ in again] == [True, False]
    with pytest.raises(UserError, match="no msoa of E07999999"):
        next(every_brief("msoa", "E07999999", ("html",), role=COMMUNITY, asked=Asked()))


def test_own_texts_of_a_file_that_names_no_part_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('tried = "A youth club."\nresidents = "  "', encoding="utf-8")
    assert read_own(path) == {"tried": "A youth club."}
    path.write_text('conclusions = "More."', encoding="utf-8")
    with pytest.raises(UserError, match="no part 'conclusions'"):
        read_own(path)
    path.write_text("tried = 3", encoding="utf-8")
    with pytest.raises(UserError, match="no text"):
        read_own(path)


RANGES = {"robbery": (1, 39), "antisocial": (5, 43), "serious_violence": (27, 35)}


# what is withheld -----------------------------------------------------------------------------------------


def test_a_brief_is_the_same_for_a_credential_that_could_read_everything() -> None:
    """A canary stands in the unprotected tables: the pipeline's credential can read it, and the brief must not."""
    publish()
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(
            text(
                "INSERT INTO analysis.count_month (geography, edition, code, lad_code, category, month, incidents)"
                " VALUES ('lsoa', '2021', :c, :d, 'Robbery', '2025-03-01', 98765)"
            ),
            {"c": lsoa(3), "d": lad(3)},
        )
    names = ("pdf", "html", "csv", "xlsx", "docx", "gpkg")
    public, able = (render_brief(lsoa(3), names, role=role) for role in (Role.COMMUNITY, Role.PIPELINE))
    assert public == able
    assert "98,765" not in pdf_text(public[next(n for n in public if n.endswith(".pdf"))])


def test_a_withheld_count_has_no_rate_no_interval_and_no_mark() -> None:
    publish()
    page = render(lsoa(3), "html").decode()
    assert re.findall(r'<th scope="row">Robbery</th>(.*?)</tr>', page)[0].count("[c]") == 4
    chart = re.findall(r"<svg.*?</svg>", page, flags=re.S)[1]
    # three drawn groups and the one in the key; the withheld group has words instead
    assert chart.count("<circle") == 4
    assert "[c] withheld" in chart
    rows = list(csv.DictReader(io.StringIO(zipfile.ZipFile(io.BytesIO(render(lsoa(3), "csv"))).read("values.csv").decode())))
    robbery = next(r for r in rows if r["place_code"] == lsoa(3) and r["category"] == "robbery")
    assert (robbery["count"], robbery["symbol"]) == ("", "[c]")
    assert {robbery[c] for c in ("rate_per_1000", "lower_95", "upper_95")} == {""}


def test_a_range_stands_where_a_count_is_withheld() -> None:
    publish(Options(counts=lambda n, c: RANGES.get(c, usual_counts(n, c)) if n == 3 else usual_counts(n, c)))
    said = pdf_text(render(lsoa(3), "pdf"))
    page = render(lsoa(3), "html").decode()
    # 1,500 people
    assert re.findall(r'<th scope="row">Robbery</th>(.*?)</tr>', page)[0] == (
        '<td class="number">1 to 39</td><td class="number">0.7 to 26.0</td><td class="number">–</td>'
        '<td class="number">0.7 to 28.4</td>'
    )
    assert "Serious violence 27 to 35 18.0 to 23.3 – 19.6 to 25.5" in said
    assert "Of 5 counts about this place 3 are given as ranges to protect small numbers." in said
    chart = re.findall(r"<svg.*?</svg>", page, flags=re.S)[1]
    # a bar for each range and one in the key; a dot for violence and one in the key
    assert chart.count('height="12"') == 4 and chart.count("<circle") == 2 and "[c]" not in chart
    assert "Robbery: 0.7 to 28.4, given as a range" in chart
    word = zipfile.ZipFile(io.BytesIO(render(lsoa(3), "docx"))).read("word/document.xml").decode()
    assert "27 to 35" in word and "given as a range" in word
    rows = list(csv.DictReader(io.StringIO(zipfile.ZipFile(io.BytesIO(render(lsoa(3), "csv"))).read("values.csv").decode())))
    robbery = next(r for r in rows if r["place_code"] == lsoa(3) and r["category"] == "robbery")
    assert [robbery[c] for c in ("count", "symbol", "lowest", "highest", "lowest_rate", "highest_rate")] == [
        "", "[c]", "1", "39", "0.6667", "26.0",
    ]  # fmt: skip
    assert {robbery[c] for c in ("rate_per_1000", "lower_95", "upper_95")} == {""}


def test_ranges_of_kinds_come_to_the_total_less_the_others() -> None:
    counts: dict[str, int] = {"all_recorded": 120, "violence": 80, "robbery": 10, "antisocial": 30, "serious_violence": 9}
    ranges = {"robbery": (10, 39), "antisocial": (30, 39)}
    publish(Options(counts=lambda n, c: ranges.get(c, counts[c]) if n == 3 else counts[c]))
    said = pdf_text(render(lsoa(3), "pdf"))
    assert "The 2 groups of the total that are given as ranges come to 40 together." in said
    assert "given as ranges" not in pdf_text(render(lsoa(4), "pdf"))


def test_a_place_with_everything_withheld() -> None:
    publish(Options(counts=lambda n, category: "[c]" if n == 3 else usual_counts(n, category)))
    page = render(lsoa(3), "html").decode()
    assert "Every count about Northford 001C is withheld" in page
    assert "says nothing of whether there is much or little" in page
    own = re.findall(r"<caption>Recorded incidents in .*?</table>", page, flags=re.S)[0]
    assert re.findall(r'<td class="number">(.*?)</td>', own) == ["[c]"] * 20
    chart = re.findall(r"<svg.*?</svg>", page, flags=re.S)[1]
    assert chart.count("<circle") == 1
    assert chart.count("[c] withheld") == 4
    assert len(PdfReader(io.BytesIO(render(lsoa(3), "pdf"))).pages) >= 4


def test_a_release_with_nothing_but_symbols_draws_no_chart() -> None:
    publish(Options(counts=lambda n, category: "[c]"))
    _last.clear()
    with db.transaction(Role.OWNER) as connection:
        # published figures cannot be changed: the trigger that forbids it sleeps for this one transaction
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text(
                "UPDATE published.value SET count = NULL, symbol = '[c]'"
                " WHERE release_id = (SELECT max(release_id) FROM published.release)"
            )
        )
    page = render(lsoa(3), "html").decode()
    assert "No chart is drawn" in page
    assert page.count("<svg") == 1


def test_similar_areas_are_summed_up_only_where_nine_in_ten_are_published() -> None:
    publish()
    with db.transaction(COMMUNITY) as connection:
        facts = read_facts(connection, lsoa(3))
    by_name = {c.category: c for c in facts.release.categories}
    assert len(facts.similar) == 23
    # robbery is withheld in every third area
    assert middle_half(facts, by_name["robbery"]) is None
    lower, upper = middle_half(facts, by_name["violence"]) or (0, 0)
    # 61 to 84 without 63, per 1,500 people: quartiles of 23 values, the 6.5th and 17.5th
    assert (lower, upper) == pytest.approx((67.5 / 1.5, 78.5 / 1.5))


# the other formats ----------------------------------------------------------------------------------------


def test_data_pack_holds_values_sources_and_the_certificate() -> None:
    release = publish()
    pack = zipfile.ZipFile(io.BytesIO(render(lsoa(2), "csv")))
    assert sorted(pack.namelist()) == [
        "README.txt",
        "certificate.json",
        "services.csv",
        "sources.csv",
        "statements.csv",
        "values.csv",
    ]
    rows = list(csv.DictReader(io.StringIO(pack.read("values.csv").decode())))
    own = next(r for r in rows if r["role"] == "this place" and r["category"] == "violence")
    assert (own["count"], own["symbol"], own["residents"]) == ("62", "", "1500")
    assert float(own["rate_per_1000"]) == pytest.approx(62 / 1.5, abs=1e-4)
    assert all((r["count"] == "") != (r["symbol"] == "") for r in rows)
    assert json.loads(pack.read("certificate.json"))["release_id"] == release
    assert "Ferry Lane Surgery" in pack.read("services.csv").decode()
    assert "July 2025" in pack.read("README.txt").decode()


def test_names_from_outside_cannot_become_formulas() -> None:
    publish(Options(names={lsoa(3): "=HYPERLINK(1)"}))
    values = zipfile.ZipFile(io.BytesIO(render(lsoa(3), "csv"))).read("values.csv").decode()
    assert "'=HYPERLINK(1)" in values
    sheet = load_workbook(io.BytesIO(render(lsoa(3), "xlsx")))["Figures"]
    column = [c.value for c in sheet[1]].index("place_name") + 1
    assert sheet.cell(2, column).data_type == "s"
    assert "<f>" not in zipfile.ZipFile(io.BytesIO(render(lsoa(3), "xlsx"))).read("xl/worksheets/sheet3.xml").decode()


def test_names_from_outside_cannot_become_markup() -> None:
    publish(Options(names={lsoa(3): "<script>alert(1)</script> #emph[x] $y$"}))
    assert b"<script" not in render(lsoa(3), "html")
    assert "#emph[x] $y$" in pdf_text(render(lsoa(3), "pdf"))


def test_workbook_holds_numbers_as_numbers() -> None:
    publish()
    book = load_workbook(io.BytesIO(render(lsoa(2), "xlsx")))
    assert book.sheetnames == ["This place", "Read me", "Figures", "Services", "Sources", "Columns"]
    head = [c.value for c in book["Figures"][1]]
    first = dict(zip(head, (c.value for c in book["Figures"][2]), strict=True))
    assert first["count"] == 142
    assert isinstance(first["rate_per_1000"], float)


def test_the_workbook_opens_with_the_place_its_dates_are_dates_and_it_has_a_chart() -> None:
    publish()
    book = load_workbook(io.BytesIO(render(lsoa(3), "xlsx")))
    sheet = book["This place"]
    assert book.active is sheet
    rows = {row[0].value: [c.value for c in row[1:]] for row in sheet.iter_rows() if row[0].value}
    assert rows["First day"][0].date() == date(2025, 1, 1) and rows["Last day"][0].date() == date(2025, 12, 31)
    # 63 incidents among 1,500 people in 11 of 12 months
    assert rows["Violence and sexual offences"][0] == 63
    assert rows["Violence and sexual offences"][3] == pytest.approx(63 / 1.5 * 12 / 11)
    assert rows["Robbery"][0] == "[c]" and rows["Robbery"][3:6] == [None] * 3
    (chart,) = sheet._charts
    assert len(chart.series) == 3
    head = [c.value for c in book["Figures"][1]]
    first = dict(zip(head, (c.value for c in book["Figures"][2]), strict=True))
    assert first["period_end"].date() == date(2025, 12, 31)


def test_what_people_fill_in_are_content_controls_in_word() -> None:
    word = zipfile.ZipFile(io.BytesIO(asked_for("docx", Asked(room=True)))).read("word/document.xml").decode()
    assert word.count("<w:sdt>") == 4 and word.count('<w:text w:multiLine="1"/>') == 4
    assert re.findall(r'<w:alias w:val="([^"]+)"', word)[0] == "What people told us, and in whose words"
    assert len(set(re.findall(r'<w:id w:val="(\d+)"/>', word))) == 4
    assert "<w:sdt>" not in zipfile.ZipFile(io.BytesIO(asked_for("docx", Asked()))).read("word/document.xml").decode()


def test_no_word_of_a_head_is_broken_in_word() -> None:
    """A column of numbers is at least as wide as the longest word above it: 8 points of Arial, bold, are 0.17 cm a letter on the mean."""
    publish()
    for table in Document(io.BytesIO(render(lsoa(3), "docx"))).tables:
        for cell, column in zip(table.rows[0].cells, table.columns, strict=True):
            longest = max((len(word) for word in cell.text.split()), default=0)
            assert column.width.cm >= 0.17 * longest, cell.text


def test_word_file_has_headings_header_rows_and_alternative_texts() -> None:
    publish()
    word = Document(io.BytesIO(render(lsoa(3), "docx")))
    headings = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert headings[:4] == ["In short", "The place", "Population and deprivation", "What is recorded"]
    assert word.core_properties.author == "Homeground"
    body = zipfile.ZipFile(io.BytesIO(render(lsoa(3), "docx"))).read("word/document.xml").decode()
    assert body.count("descr=") == 2
    assert "Robbery: withheld" in body
    assert body.count("<w:tblHeader") >= 4


def test_geopackage_holds_outlines_and_symbols(tmp_path: Path) -> None:
    publish()
    (path,) = write_brief(lsoa(3), ("gpkg",), tmp_path, role=COMMUNITY)
    with sqlite3.connect(path) as database:
        rows = database.execute(
            "SELECT count, symbol, rate_per_1000 FROM figures WHERE place_code = ? ORDER BY category", (lsoa(3),)
        ).fetchall()
        srs = database.execute("SELECT DISTINCT srs_id FROM gpkg_contents WHERE data_type = 'features'").fetchall()
    assert srs == [(27700,)]
    assert (None, "[c]", None) in rows
    assert len(rows) == 5


def test_the_geopackage_has_layers_metadata_and_a_style_that_qgis_takes(tmp_path: Path) -> None:
    (path,) = write_brief(lsoa(2), ("gpkg",), tmp_path, role=COMMUNITY)
    assert {name for name, kind in pyogrio.list_layers(path) if kind} == {"figures", "services"}
    services = pyogrio.read_dataframe(path, layer="services")
    assert set(services.name) == {"Ferry Lane Surgery", "Bridge Pharmacy"}
    assert services.crs.to_epsg() == 27700
    # what its first page says of it, so that the file alone is known for what it is
    said = pyogrio.read_info(path, layer="figures")["dataset_metadata"]
    assert said["Title"] == "Place brief: Northford 001B" and said["Reference"].startswith(f"HG-{lsoa(2)}-")
    assert borne_by(path.read_bytes()).reference == said["Reference"]
    with sqlite3.connect(path) as database:
        styles = database.execute(
            "SELECT f_table_name, f_geometry_column, styleQML FROM layer_styles WHERE useAsDefault = 1 ORDER BY id"
        ).fetchall()
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        columns = {layer: {r[1] for r in database.execute(f"PRAGMA table_info({layer})")} for layer, _, _ in styles}
    assert [(layer, column) for layer, column, _ in styles] == [("figures", "geom"), ("services", "geom")]
    for layer, column, style in styles:
        root = etree.fromstring(style.encode())
        rules = root.findall("renderer-v2/rules/rule")
        symbols = {s.get("name") for s in root.findall("renderer-v2/symbols/symbol")}
        assert rules and {r.get("symbol") for r in rules} == symbols
        # an expression over a column that is not there would draw nothing
        named = {name for r in rules for name in re.findall(r'"(\w+)"', r.get("filter") or "")}
        assert named and named <= columns[layer] and column in columns[layer]
    own = next(etree.fromstring(styles[0][2].encode()).iter("rule")).get("filter") or ""
    drawn = pyogrio.read_dataframe(path, layer="figures", where=own)
    assert list(drawn.place_code) == [lsoa(2)]


def test_html_asks_nobody_for_anything() -> None:
    publish()
    page = render(lsoa(3), "html").decode().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|<script|@import|url\((?!#)", page)
    assert 'lang="en-GB"' in page


def test_labels_of_the_chart_fit_in_wider_letters_and_a_map_without_streets_names_none() -> None:
    publish()
    page = render(lsoa(3), "html").decode()
    labels = re.findall(r'<text[^>]*text-anchor="end"[^>]*>([^<]*)</text>', page)
    # in the widest usual face a letter takes 7.9 of the 203 units before the axis
    assert "Violence and sexual" in labels and all(len(words) <= 26 for words in labels), labels
    assert "The place and its neighbours" in page and "Its streets" not in page


# places, formats and files --------------------------------------------------------------------------------


def test_brief_of_a_community_area_and_of_a_district() -> None:
    publish()
    area = pdf_text(render(msoa(3), "pdf"))
    assert "made of 6 neighbourhoods" in area
    assert "Of the 6 neighbourhoods in Northford 001, 0 are in the most deprived fifth" in area
    district = pdf_text(render(lad(3), "pdf"))
    assert "Place brief: Northford" in district
    assert "made of 12 neighbourhoods" in district
    # 12 x 140 and 1 + ... + 12
    assert "In all 1,758 incidents were recorded" in district


def test_services_inside_and_nearest() -> None:
    publish()
    said = pdf_text(render(lsoa(3), "pdf"))
    # neighbourhood 2 is the next square: its middle is 1 km away
    assert "Ferry Lane Surgery, 1.0 km" in said
    assert "1 GP practice: Ferry Lane Surgery" in pdf_text(render(lsoa(2), "pdf"))
    assert "youth work, community groups, or support after violence, are not in any list" in said


def test_no_services_no_residents_no_missing_month() -> None:
    publish(Options(with_services=False, residents=None, missing=()))
    said = pdf_text(render(lsoa(2), "pdf"))
    assert "No list of services is part of this release" in said
    assert "no rate can be given" in said
    assert "all 12 months" in said
    assert "In all 142 incidents were recorded" in said
    assert "per 1,000 people (95%" not in said


@pytest.mark.parametrize("wanted", [lsoa(2), lsoa(2).lower(), "ox1 2ab", "OX12AB", "OX12 AB", "Northford 001B"])
def test_a_place_by_code_postcode_or_name(wanted: str) -> None:
    publish()
    (name,) = render_brief(wanted, ("html",), role=COMMUNITY)
    assert lsoa(2) in name


@pytest.mark.parametrize("wanted", ["all", REGION, REGION.lower()])
def test_the_whole_area_has_a_brief_too(wanted: str, tmp_path: Path) -> None:
    release = publish()
    made = render_brief(wanted, ("html", "gpkg", "pdf", "docx", "pptx", "xlsx", "csv"), role=COMMUNITY)
    assert len(made) == 7 and all(REGION in name for name in made)
    page = next(data for name, data in made.items() if name.endswith("html")).decode()
    with db.transaction(Role.COMMUNITY) as connection:
        (total,) = connection.execute(
            text("SELECT count FROM published.value WHERE release_id = :r AND geography = 'all' AND category = 'all_recorded'"),
            {"r": release},
        ).one()
    assert f"In all {total:,} incidents were recorded" in page
    path = tmp_path / "whole.gpkg"
    path.write_bytes(next(data for name, data in made.items() if name.endswith("gpkg")))
    figures = pyogrio.read_dataframe(path, layer="figures")
    assert set(figures["place_code"]) >= {REGION} and figures.geometry.area.min() > 0


def test_an_unknown_place_is_one_message_with_near_matches() -> None:
    publish()
    with pytest.raises(UserError, match="no published place has the code or name 'E01000099'") as caught:
        render_brief("E01000099", ("pdf",), role=COMMUNITY)
    assert lsoa(9) in caught.value.hint
    with pytest.raises(UserError) as caught:
        render_brief("Norhtford 001B", ("pdf",), role=COMMUNITY)
    assert "Northford 001B" in caught.value.hint
    with pytest.raises(UserError, match="lies in no published area"):
        render_brief("ZZ1 1ZZ", ("pdf",), role=COMMUNITY)
    with pytest.raises(UserError):
        render_brief("", ("pdf",), role=COMMUNITY)


def test_an_unknown_format_is_one_message() -> None:
    with pytest.raises(UserError, match="'odt'") as caught:
        render_brief(lsoa(3), ("pdf", "odt"), role=COMMUNITY)
    assert "pdf, docx" in caught.value.hint
    with pytest.raises(UserError, match="no format"):
        render_brief(lsoa(3), (), role=COMMUNITY)


def test_nothing_is_written_when_one_format_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish()

    def broken(made: object) -> bytes:
        raise RuntimeError("planted")

    monkeypatch.setitem(write._FORMATS, "xlsx", (".xlsx", broken))
    with pytest.raises(RuntimeError):
        write_brief(lsoa(3), ("csv", "xlsx"), tmp_path / "out", role=COMMUNITY)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish()

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UserError, match="No space left"):
        write_brief(lsoa(3), ("csv", "html"), tmp_path, role=COMMUNITY)
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    publish()
    (tmp_path / "out").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write_brief(lsoa(3), ("csv",), tmp_path / "out", role=COMMUNITY)


def test_nothing_published_is_said_so() -> None:
    publish()
    _last.clear()
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("UPDATE published.release SET status = 'withdrawn' WHERE status = 'current'"))
        reason = (
            "INSERT INTO published.withdrawal SELECT release_id, now(), 'a test' FROM published.release WHERE status = 'withdrawn'"
        )
        connection.execute(text(reason))
    with pytest.raises(UserError, match="nothing has been published"):
        render_brief(lsoa(3), ("pdf",), role=COMMUNITY)
