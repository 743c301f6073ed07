"""Sentences in the language that is spoken: their values, their forms by number, dates, and catalogues that are whole."""

from __future__ import annotations

import ast
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from babel.messages.catalog import Catalog, Message
from hypothesis import given, settings
from hypothesis import strategies as st

from core.languages import spoken
from core.languages.catalogue import FOLDER, read_catalogue
from core.languages.renew import renewed, sentences
from core.languages.spoken import WELSH, called, language, listed, said_day, said_month, say, say_many, short_month, speaking
from core.paths import PROJECT_ROOT
from core.periods import CoveredPeriod, Period
from published import range_words
from published.count_change import change_words

CATALOGUES = sorted(p.name for p in FOLDER.iterdir() if p.is_dir())
SAYING = ("say", "say_many", "mark")
NAMED = re.compile(r"%\(\w+\)s")
# a percent sign is that of a value or stands twice
_LONELY = re.compile(r"(?<!%)%(?![%(])")


def messages(catalogue: Catalog) -> list[Message]:
    return [m for m in catalogue if m.id]


def texts(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (str(value),)


@pytest.mark.parametrize("code", CATALOGUES)
def test_every_sentence_of_the_code_is_translated_and_none_is_left_over(code: str) -> None:
    there, wanted = {texts(m.id) for m in messages(read_catalogue(code))}, {texts(m.id) for m in messages(sentences())}
    assert wanted - there == set(), "run python -m core.languages.renew, and translate"
    assert there - wanted == set(), "run python -m core.languages.renew"
    assert len(wanted) > 300
    empty = [m.id for m in messages(read_catalogue(code)) if m.fuzzy or not all(texts(m.string or ""))]
    assert empty == []
    assert {texts(m.id) for m in messages(renewed(code))} == wanted


@pytest.mark.parametrize("code", CATALOGUES)
def test_a_translation_has_the_values_and_the_marks_of_its_sentence(code: str) -> None:
    for m in messages(read_catalogue(code)):
        wanted = set(NAMED.findall(texts(m.id)[-1]))
        for said in texts(m.string):
            # a form for one number may leave it out
            assert set(NAMED.findall(said)) in (wanted, wanted - {"%(count)s"}), m.id
            assert re.findall(r"</?\w+", said) == re.findall(r"</?\w+", texts(m.id)[0]), m.id
        if NAMED.search("".join(texts(m.id))):
            assert not any(_LONELY.search(t) for t in (*texts(m.id), *texts(m.string))), m.id


@pytest.mark.parametrize("code", CATALOGUES)
def test_every_mark_for_a_translator_is_in_the_words_that_are_counted(code: str) -> None:
    marked = [m for m in messages(read_catalogue(code)) if m.user_comments]
    assert marked and all(m.user_comments[0].startswith("unsure") for m in marked)


def test_english_is_spoken_unless_somebody_says_otherwise() -> None:
    assert language() == "en"
    assert say("%(people)s people live here.", people="1,200") == "1,200 people live here."
    with speaking(WELSH):
        assert say("%(people)s people live here.", people="1,200") == "Nifer y bobl sy'n byw yma: 1,200."
        with speaking("en"):
            assert say("withheld") == "withheld"
        assert say("withheld") == "wedi'i ddal yn ôl"
    assert language() == "en"


def test_a_sentence_that_nobody_translated_is_said_in_english() -> None:
    with speaking(WELSH):
        assert say("No catalogue has this sentence with %(number)s.", number=3) == "No catalogue has this sentence with 3."
        assert called("A kind of our own") == "A kind of our own" and called("") == ""


def test_a_language_ends_with_its_block_and_is_of_its_own_thread() -> None:
    with pytest.raises(ZeroDivisionError), speaking(WELSH):
        1 / 0  # noqa: B018
    assert language() == "en"
    with speaking(WELSH), ThreadPoolExecutor(1) as other:
        assert other.submit(language).result() == "en"


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 mis"), (1, "1 mis"), (2, "2 fis"), (3, "3 mis"), (6, "6 mis"), (7, "7 mis"), (1200, "1,200 mis")]
)
def test_welsh_has_six_forms_of_a_number(count: int, said: str) -> None:
    with speaking(WELSH):
        assert say_many("%(count)s month", "%(count)s months", count) == said


def test_forms_that_mutate() -> None:
    one, many = (
        "%(part)s reaches into %(count)s neighbourhood. A whole postcode finds one of them.",
        "%(part)s reaches into %(count)s neighbourhoods. A whole postcode finds one of them.",
    )
    with speaking(WELSH):
        said = [say_many(one, many, n, part="OX4").split(". ")[0].split(" i ")[1] for n in (1, 2, 3, 6, 20)]
    assert said == ["1 gymdogaeth", "2 gymdogaeth", "3 cymdogaeth", "6 chymdogaeth", "20 cymdogaeth"]


def test_months_days_and_lists() -> None:
    november = date(2025, 11, 5)
    assert (said_month(november), said_day(november), short_month(november)) == ("November 2025", "5 November 2025", "Nov 2025")
    assert listed(["a", "b", "c"]) == "a, b and c"
    with speaking(WELSH):
        assert (said_month(november), said_day(november)) == ("Tachwedd 2025", "5 Tachwedd 2025")
        assert short_month(november) == "Tach 2025"
        assert listed(["a", "b", "c"]) == "a, b, c" and listed(["a"]) == "a" and listed([]) == ""


def test_a_period_names_its_gaps_in_welsh() -> None:
    year = Period(date(2024, 12, 1), date(2025, 11, 1))
    whole = CoveredPeriod(year)
    gap = CoveredPeriod(year, (date(2025, 3, 1), date(2025, 6, 1)))
    with speaking(WELSH):
        assert str(whole) == "Rhagfyr 2024 – Tachwedd 2025; pob un o'r 12 mis"
        assert gap.in_sentence == "Rhagfyr 2024 – Tachwedd 2025 (10 o 12 mis; ar goll: Mawrth 2025, Mehefin 2025)"
        assert gap.gaps_note.startswith("Ar goll: Mawrth 2025, Mehefin 2025.") and "10 o 12 mis o'r" not in gap.gaps_note
    assert str(gap) == "December 2024 to November 2025; 10 of 12 months, without March 2025 and June 2025"


@settings(deadline=None)
@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_no_number_is_lost_in_translation(low: int, high: int) -> None:
    low, high = sorted((low, high))
    numbers = re.compile(r"[\d,]*\d")
    for make in (
        lambda: range_words.in_table(low, high),
        lambda: range_words.in_words(low, high),
        lambda: change_words(low, 12, high, 12),
    ):
        english = make()
        with speaking(WELSH):
            assert numbers.findall(make()) == numbers.findall(english)


def test_every_language_has_a_tag_and_a_name() -> None:
    assert set(CATALOGUES) | {"en"} == set(spoken.TAGS) == set(spoken.NAMES)


def test_no_sentence_is_said_where_nothing_finds_it() -> None:
    """Inside an f-string, or as one: what brings the catalogues up to date sees neither."""
    hidden = []
    for package in ("core", "published", "app"):
        for path in sorted((PROJECT_ROOT / package).rglob("*.py")):
            code = path.read_text(encoding="utf-8")
            if "core.languages.spoken" not in code:
                continue
            tree = ast.parse(code)
            within = {id(node) for joined in ast.walk(tree) if isinstance(joined, ast.JoinedStr) for node in ast.walk(joined)}
            calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in SAYING]
            for call in calls:
                if id(call) in within or (call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)):
                    hidden.append(f"{path.relative_to(PROJECT_ROOT)}:{call.lineno}")
    assert hidden == []
