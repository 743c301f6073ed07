"""Months that may stand beside each other: drawn as a line of months, a dot where one was not loaded."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.counts.month_runs import bridged_span, months_before
from core.errors import InternalError
from core.periods import add_months

START = date(2022, 1, 1)


def loaded(line: str) -> list[date]:
    return [add_months(START, i) for i, mark in enumerate(line) if mark == "#"]


def drawn(line: str, months: tuple[date, ...]) -> str:
    return "".join("#" if add_months(START, i) in months else "." for i in range(len(line)))


@pytest.mark.parametrize(
    ("line", "kept", "gaps"),
    [
        ("############", "############", 0),
        # a short gap is bridged, its month is no step
        ("######.#####", "######.#####", 1),
        ("##########..##########", "##########..##########", 2),
        # a long one ends the span
        ("######...#####", ".........#####", 0),
        ("##......######.####", "........######.####", 1),
        # more than a sixth missing: the oldest months go until the rest is whole enough
        ("##.##.##.##.####", ".........##.####", 1),
        ("#", "#", 0),
    ],
)
def test_bridged_span(line: str, kept: str, gaps: int) -> None:
    span = bridged_span(loaded(line))
    assert drawn(line, span.months) == kept
    assert len(span.gaps) == gaps
    assert not set(span.gaps) & set(span.months)
    assert span.numbers()[-1] - span.numbers()[0] + 1 == len(span.months) + len(span.gaps)


def test_a_span_is_no_longer_than_asked() -> None:
    assert len(bridged_span(loaded("#" * 60)).months) == 36
    assert len(bridged_span(loaded("#" * 60), longest=12).months) == 12


def test_thames_valley_has_ten_steps_and_one_gap() -> None:
    # January to June and August to November 2025, and months of 2022 and before
    months = [date(2022, 2, 1), date(2022, 3, 1), *(date(2025, m, 1) for m in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11))]
    span = bridged_span(months)
    assert len(span.months) == 10
    assert span.gaps == (date(2025, 7, 1),)


def test_no_month_is_a_defect_of_the_caller() -> None:
    with pytest.raises(InternalError, match="no month"):
        bridged_span([])


def test_months_before_never_crosses_a_gap() -> None:
    months = loaded("###.####")
    assert months_before(months, add_months(START, 3), most=12) == tuple(loaded("###"))
    assert months_before(months, add_months(START, 4), most=12) == ()
    assert months_before(months, add_months(START, 8), most=2) == tuple(loaded("......##"))
    # the month itself is never among those it is foretold from
    assert months_before(months, add_months(START, 6), most=12) == (add_months(START, 4), add_months(START, 5))
