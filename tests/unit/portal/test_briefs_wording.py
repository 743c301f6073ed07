"""Words, lists and numbers of a brief; and that it never ranks or explains."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import briefs
from briefs import drawing, wording
from briefs.describe.evidence import certificate_statement
from core.periods import Period
from published import findings
from published.release import Cell, Place, threshold_of

PLACE = Place("lsoa", "2021", "E01000001", "Ashmoor 001A", "", None, None, 1_500, "census2021", None, "")


def test_lists_read_as_english() -> None:
    assert wording.list_of([]) == ""
    assert wording.list_of(["a"]) == "a"
    assert wording.list_of(["a", "b", "c"]) == "a, b and c"
    assert wording.list_of(list("abcdef"), most=2) == "a, b and 4 more"


def test_a_withheld_cell_has_no_rate_and_no_interval_in_words() -> None:
    assert wording.rate(None, Cell(None, "[c]"), PLACE) == "[c]"
    assert wording.interval(None, Cell(None, "[c]")) == "[c]"
    assert Cell(None, "[c]").text == "[c]"
    assert Cell(0, None).text == "0"
    assert Cell(1234, None).text == "1,234"


def test_a_range_has_the_rates_of_its_ends_and_no_interval() -> None:
    cell = Cell(None, "[c]", 3, 12)
    assert (wording.rate(None, cell, PLACE), wording.interval(None, cell)) == ("2.0 to 8.0", "–")
    assert wording.rate(None, cell, replace(PLACE, residents=None)) == "[x]"
    assert wording.symbols([cell, Cell(5, None)]) == "A range such as 1 to 9 stands for a withheld figure"
    assert wording.symbols([Cell(None, "[x]", 7, 7)]) == "A number with * can be worked out from the other figures"
    assert wording.symbols([Cell(None, "[c]")]).startswith("[c] withheld")


def test_a_period_of_one_month_is_named_once() -> None:
    assert str(Period(date(2025, 3, 1), date(2025, 3, 1))) == "March 2025"


@pytest.mark.parametrize(("dx", "dy", "name"), [(1, 0, "east"), (0, 1, "north"), (-1, -1, "south-west"), (1, -0.9, "south-east")])
def test_compass(dx: float, dy: float, name: str) -> None:
    assert wording.compass(dx, dy) == name


def test_text_in_a_drawing_is_escaped() -> None:
    assert "<script>" not in drawing.text(0, 0, "<script>")
    assert "&lt;b&gt;" in drawing.frame(1, 1, "<b>", "d", [])


def test_names_in_capitals_are_written_as_names() -> None:
    assert wording.proper_name("LUTHER STREET MEDICAL PRACTICE") == "Luther Street Medical Practice"
    assert wording.proper_name("ST MARY'S NHS CENTRE") == "St Mary's NHS Centre"
    assert wording.proper_name("St Barnabas' C of E School") == "St Barnabas' C of E School"


def test_names_with_and_are_listed_so_that_they_stay_whole() -> None:
    assert wording.list_of(["robbery and theft", "drugs"]) == "robbery and theft; and drugs"


def test_long_labels_break_into_lines() -> None:
    assert drawing.wrap("Violence and sexual offences", 12) == ["Violence and", "sexual", "offences"]


def test_policy_and_certificate_that_say_nothing_are_not_guessed() -> None:
    assert threshold_of({}) is None
    assert certificate_statement({}) == ""


# what a brief must never say: ranks, and verbs of cause
_FORBIDDEN = re.compile(
    r"\b(worst|best|hot ?bed|drives?|driven by|leads? to|caus(e|es|ed|ing)|because of|due to|rank(ed|s)?)\b", re.I
)


def test_no_word_of_rank_or_cause_in_what_a_brief_says() -> None:
    folder = Path(briefs.__file__).parent
    said = []
    for path in [folder / "compose.py", folder / "wording.py", *(folder / "describe").glob("*.py"), Path(findings.__file__)]:
        code = path.read_text(encoding="utf-8")
        strings = re.findall(r'"([^"\n]*)"', re.sub(r'""".*?"""', "", code, flags=re.S))
        said += [f"{path.name}: {s}" for s in strings if _FORBIDDEN.search(s)]
    # these two say that there is no rank and who leads
    allowed = ("How the place ranks. Areas whose intervals overlap", "who leads, by when")
    assert [s for s in said if not any(a in s for a in allowed)] == []
