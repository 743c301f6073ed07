"""No page, file or brief tells a period without what was loaded of it. July 2025 of the invented county was never delivered."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from app.routes import routes_of
from briefs.write import FORMATS, render_brief
from core import db
from core.db import Role
from core.paths import PROJECT_ROOT
from core.periods import CoveredPeriod, Period, add_months
from core.provenance import finish_run, start_run
from tests.builders.portal_data import COVERED
from tests.conftest import pointed_at

pytestmark = pytest.mark.database
PLACE = "E01900019"
PAGES = ("/areas", "/areas?q=Ashmoor", f"/area/lsoa/{PLACE}", "/area/msoa/E02900001", "/area/lad/E07900001", "/protection")
FILES = ("values", "places", "categories", "sources", f"area/lsoa/{PLACE}")


def squeezed(text: str) -> str:
    """Words alone: no tags, no entities, one space between words."""
    return " ".join(unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)).split())


def told_without_gaps(text: str, covered: CoveredPeriod) -> list[str]:
    """Each place in a text that names both ends of the period and not, right behind them, what was loaded of it."""
    said = squeezed(text)
    start, end = f"{covered.period.start:%B %Y}", f"{covered.period.end:%B %Y}"
    ends = re.compile(rf"{start}\s?(?:to|and|–|-)\s?{end}")
    return [
        said[max(0, found.start() - 60) : found.end() + 60]
        for found in ends.finditer(said)
        if not re.match(rf"(?:; | \(|;){re.escape(covered.coverage)}", said[found.end() :])
    ]


def rows_without_gaps(table: str, covered: CoveredPeriod) -> list[dict[str, str]]:
    """Rows of a CSV file with a period that do not say its last day, how many months were loaded, and which were not."""
    wanted = {
        "period_start": covered.period.start.isoformat(), "period_end": covered.last_day.isoformat(),
        "months_loaded": str(covered.loaded_listed), "months_missing": covered.gaps_listed,
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))
    return [row for row in rows if row.get("period_start") and any(row.get(name) != value for name, value in wanted.items())]


def test_the_scan_finds_a_period_without_its_gaps() -> None:
    said = (
        "<b>Recorded, December 2024 to November 2025</b> and December 2024 to\nNovember 2025; 11 of 12 months, without July 2025."
    )
    assert len(told_without_gaps(said, COVERED)) == 1
    assert len(told_without_gaps("between December 2024 and November 2025 it rained", COVERED)) == 1
    assert told_without_gaps(f"In {COVERED.in_sentence} and {COVERED}.", COVERED) == []
    bare = "period_start,period_end\r\n2024-12-01,2025-11-01\r\n"
    assert len(rows_without_gaps(bare, COVERED)) == 1


def test_plain_pages_and_downloads(invented_county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="community")
    client = TestClient(Starlette(routes=routes_of("community")))
    told = 0
    for path in (*PAGES, *(f"/download/{name}.csv" for name in FILES)):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert told_without_gaps(answer.text, COVERED) == [], path
        told += squeezed(answer.text).count(COVERED.coverage)
    assert told > 20
    for name in FILES:
        assert rows_without_gaps(client.get(f"/download/{name}.csv").text, COVERED) == [], name


@pytest.mark.parametrize("query", [{}, {"area": f"lsoa.{PLACE}"}, {"area": "lad.E07900001"}], ids=["find", "lsoa", "lad"])
def test_pages_of_the_community_portal(query: dict[str, str], invented_county: str, as_portal: Callable[..., object]) -> None:
    as_portal(audience="community")
    app = AppTest.from_file(str(PROJECT_ROOT / "app" / "portal.py"), default_timeout=600)
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    said = everything(app)
    assert told_without_gaps(said, COVERED) == []
    assert COVERED.coverage in said and COVERED.gaps_note in said


def everything(app: AppTest) -> str:
    """All text that a page sends, the titles of maps and the words of their areas among them."""
    parts = [
        e.value for kind in ("title", "header", "subheader", "markdown", "caption", "info", "warning") for e in getattr(app, kind)
    ]
    parts += [e.proto.body for e in app.get("html")]
    parts += [
        str(e.proto) for kind in ("vega_lite_chart", "arrow_vega_lite_chart", "component_instance", "iframe") for e in app.get(kind)
    ]
    return squeezed(" ".join(parts))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_brief_in_every_format(format_: str, invented_county: str) -> None:
    (data,) = render_brief(PLACE, (format_,), role=Role.COMMUNITY).values()
    words, tables = OPENED[format_](data)
    assert told_without_gaps(words, COVERED) == []
    if format_ != "gpkg":
        assert str(COVERED) in squeezed(words) and COVERED.year_note in squeezed(words)
    assert tables or format_ in ("pdf", "docx", "pptx", "html")
    for table in tables:
        assert rows_without_gaps(table, COVERED) == []
        assert "rate_per_1000_year" in table or "rows_rejected" in table


def _pdf(data: bytes) -> tuple[str, list[str]]:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages), []


def _docx(data: bytes) -> tuple[str, list[str]]:
    return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode(), []


def _pptx(data: bytes) -> tuple[str, list[str]]:
    deck = zipfile.ZipFile(io.BytesIO(data))
    slides = [name for name in deck.namelist() if re.fullmatch(r"ppt/(slides|notesSlides)/\w+\.xml", name)]
    return " ".join(" ".join(re.findall(r"<a:t>([^<]*)</a:t>", deck.read(name).decode())) for name in sorted(slides)), []


def _html(data: bytes) -> tuple[str, list[str]]:
    return data.decode(), []


def _csv(data: bytes) -> tuple[str, list[str]]:
    pack = zipfile.ZipFile(io.BytesIO(data))
    return pack.read("README.txt").decode(), [pack.read(name).decode() for name in ("values.csv", "sources.csv")]


def _xlsx(data: bytes) -> tuple[str, list[str]]:
    book = load_workbook(io.BytesIO(data))
    words = " ".join(str(v) for row in book["Read me"].iter_rows(values_only=True) for v in row if v is not None)
    return words, [_as_csv(book[name].iter_rows(values_only=True)) for name in ("Figures", "Sources")]


def _gpkg(data: bytes) -> tuple[str, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.gpkg"
        path.write_bytes(data)
        with sqlite3.connect(path) as database:
            found = database.execute("SELECT * FROM figures")
            names = [column[0] for column in found.description if column[0] != "geom"]
            rows = [tuple(v for v, c in zip(row, found.description, strict=True) if c[0] != "geom") for row in found]
        database.close()
    return "", [_as_csv([names, *rows])]


def _as_csv(rows: object) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([_written(v) for v in row] for row in rows)  # type: ignore[attr-defined]
    return out.getvalue()


def _written(value: object) -> object:
    """A day of a workbook as other files write it."""
    return "" if value is None else value.date().isoformat() if isinstance(value, datetime) else value


OPENED: dict[str, Callable[[bytes], tuple[str, list[str]]]] = {
    "pdf": _pdf, "docx": _docx, "pptx": _pptx, "html": _html, "csv": _csv, "xlsx": _xlsx, "gpkg": _gpkg,
}  # fmt: skip


# from here on another database: whatever reads the invented county stands above
def hot_spots(role: str, district: str) -> None:
    from app.hotspots import page
    from app.person.sign_in import ProfessionalRole, demo_person

    page.show(demo_person(ProfessionalRole(role), district))


def risk_overlaps(role: str, district: str) -> None:
    from app.overlaps import page
    from app.person.sign_in import ProfessionalRole, demo_person

    page.show(demo_person(ProfessionalRole(role), district))


def services(role: str, district: str) -> None:
    from app.person.sign_in import ProfessionalRole, demo_person
    from app.services import page

    page.show(demo_person(ProfessionalRole(role), district))


def outcomes(role: str, district: str) -> None:
    from app.outcomes import page
    from app.person.sign_in import ProfessionalRole, demo_person

    page.show(demo_person(ProfessionalRole(role), district))


def the_data(role: str, district: str) -> None:
    from app import data_status
    from app.person.sign_in import ProfessionalRole, demo_person

    data_status.show(demo_person(ProfessionalRole(role), district))


def recorded(role: str, district: str) -> None:
    from app.hotspots import page
    from app.person.sign_in import ProfessionalRole, demo_person

    page.show(demo_person(ProfessionalRole(role), district))


PAGES_WITH_A_PERIOD = [hot_spots, recorded, risk_overlaps, services, outcomes, the_data]
# the page of hot spots opens with the map that did best, and here both that tell a period are asked for
MAPS = {"hot_spots": "Hot spots", "recorded": "What was recorded"}


@pytest.fixture(scope="module")
def gapped_county(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> Iterator[CoveredPeriod]:
    """A copy of the county from which two months are taken: of crime and of searches, as if they had never been delivered."""
    with pointed_at(make_database("gapped_county", template=county_database), use_database):
        with db.transaction(Role.OWNER) as connection:
            end = connection.execute(text("SELECT max(period_end) FROM analysis.hotspot")).scalar_one()
            covered = CoveredPeriod(Period.ending(end, 12), (add_months(end, -11), add_months(end, -5)))
            for month in covered.missing:
                connection.execute(text("UPDATE analysis.month_status SET status = 'gap' WHERE month = :m"), {"m": month})
                connection.execute(text("DELETE FROM analysis.stop_month WHERE month = :m"), {"m": month})
                connection.execute(text("UPDATE analysis.outcome_month SET followed_to = NULL WHERE month = :m"), {"m": month})
            # what the portal keeps in memory goes by the latest runs, and this is another county than the one it was copied from
            for stage in ("records", "hotspot"):
                finish_run(connection, start_run(connection, stage, seed=None, parameters={}, delivery_ids=[]))
        yield covered


@pytest.mark.parametrize("page", PAGES_WITH_A_PERIOD, ids=lambda page: page.__name__)
def test_pages_and_files_of_the_professional_portal(
    page: Callable[..., None], gapped_county: CoveredPeriod, as_portal: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(FILES_OF[page.__name__], lambda *args, **_: made.append(args[4]()))
    as_portal(audience="professional", demo=True)
    app = AppTest.from_function(page, args=("analyst", ""), default_timeout=600)
    if page.__name__ in MAPS:
        app.session_state["hs-map"], app.session_state["hs-map-by-hand"] = MAPS[page.__name__], True
    app.run()
    assert not app.exception
    said = everything(app)
    assert told_without_gaps(said, gapped_county) == []
    # the page on outcomes offers the searches of twelve months and of all
    boxes = [str(option) for box in app.selectbox for option in box.options]
    assert told_without_gaps(" | ".join(boxes), gapped_county) == []
    assert gapped_county.coverage in said or page is the_data
    for table in made:
        assert rows_without_gaps(table, gapped_county) == []
        assert table.count("\n") > 1


# where each page finds what makes a file
FILES_OF = {
    "hot_spots": "app.hotspots.page.download",
    "recorded": "app.hotspots.plain_page.download",
    "risk_overlaps": "app.overlaps.page.download",
    "services": "app.services.page.download",
    "outcomes": "app.person.take_away.download",
    "the_data": "app.person.take_away.download",
}
