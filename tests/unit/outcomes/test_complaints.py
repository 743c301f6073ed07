"""Complaints about stop and search: which months count, what a rate is made of, and what a file says where nothing was given."""

from __future__ import annotations

from datetime import date

import pytest

from app.outcomes.download import COLUMNS, Where
from app.searches.complaints import CASES, Given, complaints_of, rows_of, sentences_of
from core.periods import Period, add_months

JANUARY = date(2025, 1, 1)
SPAN = Period(JANUARY, date(2025, 4, 1))
FORCE = "stop_search_allegations_force"


def given(month: int, district: str, number: int, name: str = CASES) -> Given:
    return Given(name, "Use of force" if name == FORCE else "Complaints", "A force", district, add_months(JANUARY, month), number)


def test_a_month_counts_where_every_district_gave_it() -> None:
    rows = [
        given(0, "A", 3),
        given(0, "B", 0),
        given(1, "A", 2),
        given(2, "A", 1),
        given(2, "B", 4),
        given(9, "A", 9),
        given(9, "B", 9),
    ]
    rows += [given(0, "A", 2, FORCE), given(1, "A", 7, FORCE), given(2, "B", 1, FORCE)]
    found = complaints_of(rows, {JANUARY: 400, date(2025, 2, 1): 900, date(2025, 4, 1): 100}, SPAN)
    assert found is not None
    # of February one district is missing, of April both; what was alleged then is not in the sum either
    assert found.counts == {JANUARY: 3, date(2025, 3, 1): 5} and found.missing == (date(2025, 2, 1), date(2025, 4, 1))
    assert found.total == 8 and found.alleged == (("Use of force", 3),)
    # of March no searches are known: the rate is of January alone, exact Poisson limits of 3 are 0.6187 and 8.7673
    assert found.rate is not None and found.rate.per_1000 == pytest.approx(7.5)
    assert (found.rate.lower, found.rate.upper) == (pytest.approx(1.5468, abs=1e-3), pytest.approx(21.918, abs=1e-3))
    assert (
        "8 complaints that arose from stop and search in Town, January 2025 to April 2025; 2 of 4 months"
        in sentences_of(found, "Town")[0]
    )


def test_of_few_searches_no_rate_is_given() -> None:
    found = complaints_of([given(0, "A", 1)], {JANUARY: 99}, SPAN)
    assert found is not None and found.rate is None and len(sentences_of(found, "Town")) == 2


def test_what_was_not_given_is_said_and_never_0() -> None:
    assert complaints_of([], {JANUARY: 400}, SPAN) is None
    where = Where("Town", "A", "", str(SPAN), None)
    (row,) = rows_of(None, where)
    told = dict(zip(COLUMNS, row, strict=True))
    assert (told["number"], told["note"]) == (None, "not supplied")
    months = [dict(zip(COLUMNS, r, strict=True)) for r in rows_of(complaints_of([given(0, "A", 0)], {}, SPAN), where)]
    by_month = {m["row"]: (m["number"], m["note"]) for m in months if m["table"] == "complaints, by month"}
    assert by_month["2025-01"] == (0, "") and by_month["2025-02"] == (None, "not supplied")
