"""A delivery against those before it: what is held, what is not, and what chance alone would explain. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.errors import FeedError
from feeds.catalogue.agreement import Agreement, require_in_force
from feeds.catalogue.shift import Profile, Shift, shifts

USUAL = Profile(1000, unplaced=20, rejected=2, categories={"A": 600, "B": 380, "C": 20})
BEFORE = [USUAL, replace(USUAL, rows=900, categories={"A": 530, "B": 350, "C": 20}), replace(USUAL, rows=1200)]


def test_a_month_like_the_others_passes() -> None:
    assert shifts(USUAL, BEFORE, Shift()) == []
    assert Profile.from_notes(USUAL.to_notes()) == USUAL


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (Profile(100, categories={"A": 60, "B": 38, "C": 2}), "10% of the usual 1,000"),
        (Profile(2100, categories={"A": 1300, "B": 760, "C": 40}), "210% of the usual"),
        (Profile(1000, categories={"A": 615, "B": 385}), "no row of C"),
        (Profile(1000, categories={"A": 200, "B": 780, "C": 20}), "39% of rows would have to change category"),
        (replace(USUAL, unplaced=300), "30% of rows are without a place; never more than 2% before"),
        (replace(USUAL, rejected=250), "20% of rows are rejected"),
    ],
)
def test_each_way_to_depart_is_one_reason(new: Profile, words: str) -> None:
    found = shifts(new, BEFORE, Shift())
    assert len(found) == 1, found
    assert words in found[0]


def test_too_few_or_too_small_to_say() -> None:
    tenth = Profile(100, categories={"A": 100})
    assert shifts(tenth, BEFORE[:2], Shift()) == []
    assert shifts(tenth, BEFORE[:2], Shift(needs=2))
    assert shifts(tenth, BEFORE, Shift(watch=False)) == []
    small = [Profile(40, categories={"A": 40})] * 5
    assert shifts(Profile(4, categories={"A": 4}), small, Shift()) == []


def test_a_category_that_was_rare_may_be_missing() -> None:
    rare = [replace(p, categories={**p.categories, "D": 5}) for p in BEFORE]
    assert shifts(USUAL, rare, Shift()) == []


def test_a_delivery_of_a_quarter_is_compared_by_its_months() -> None:
    assert shifts(replace(USUAL, rows=3000, months=3, unplaced=60), BEFORE, Shift()) == []


def test_an_agreement_holds_through_its_last_day() -> None:
    agreement = Agreement(
        reference="ISA-7", lawful_basis="public task", purpose="prevention", owner="Data office", expires=date(2026, 3, 31)
    )
    require_in_force(agreement, "calls", date(2026, 3, 31))
    require_in_force(None, "open", date(2099, 1, 1))
    with pytest.raises(FeedError, match=r"calls: the agreement ISA-7 ended on 2026-03-31") as caught:
        require_in_force(agreement, "calls", agreement.expires + timedelta(days=1))
    assert "Data office" in caught.value.hint
