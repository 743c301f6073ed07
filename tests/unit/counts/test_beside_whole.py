"""Whether a part differs from its whole: by the exact test, never against the printed interval, and in the same words on page and brief."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, chi2

from app.area.glance import key_figures
from app.area.profile import build_profile
from app.region.compare import compare
from app.violence.content import PlaceRow, _beside
from app.violence.tables import _part
from briefs.content import Bullets
from briefs.describe.records import beside_other_places
from briefs.facts import Facts
from core.errors import InternalError
from core.periods import Period
from core.poisson import SIDES, Counted, beside_whole, count_limits
from published.release import Category, Cell, Place, Release


def known(count: int, people: float) -> Counted:
    return Counted(count, count, people)


@given(st.integers(0, 400), st.integers(0, 4_000), st.integers(1, 999))
def test_it_is_the_exact_binomial_test_of_a_share(part: int, rest: int, people: int) -> None:
    side = beside_whole(known(part, people), known(part + rest, 1_000))
    more = binomtest(part, part + rest, people / 1_000, "greater").pvalue if part + rest else 1.0
    less = binomtest(part, part + rest, people / 1_000, "less").pvalue if part + rest else 1.0
    assert side == (1 if more < 0.025 else -1 if less < 0.025 else 0)
    # to be higher than the whole is to be higher than the rest
    assert side == -beside_whole(known(rest, 1_000 - people), known(part + rest, 1_000))


@given(st.integers(0, 400), st.integers(1, 4_000), st.integers(1, 999))
def test_words_never_speak_against_an_interval_that_leaves_the_rate_of_the_whole_out(part: int, rest: int, people: int) -> None:
    """The exact interval of the part's own count: where it does not include what the whole's rate would give, a difference is said."""
    expected = (part + rest) * people / 1_000
    lower = float(chi2.ppf(0.025, 2 * part)) / 2 if part else 0.0
    upper = float(chi2.ppf(0.975, 2 * part + 2)) / 2
    side = beside_whole(known(part, people), known(part + rest, 1_000))
    if expected < lower:
        assert side == 1
    if expected > upper:
        assert side == -1


def error(rule: str, share: float, total: int = 1_000) -> float:
    """How often a rule says a difference where one rate holds everywhere, by the sum over all counts of the part."""
    said = []
    for part in range(total + 1):
        lower, upper = count_limits(part)
        if rule == "part of whole":
            said.append(beside_whole(known(part, share), known(total, 1.0)) != 0)
        elif rule == "interval beside rate":
            said.append(not lower <= total * share <= upper)
        else:
            low, high = count_limits(total)
            said.append(upper < low * share or lower > high * share)
    return float(np.sum(binom.pmf(np.arange(total + 1), total, share)[np.array(said)]))


@pytest.mark.parametrize("share", [0.02, 0.1, 0.25, 0.5])
def test_it_keeps_to_5_percent_and_says_more_than_the_rules_before_it(share: float) -> None:
    ours, beside, touch = (error(rule, share) for rule in ("part of whole", "interval beside rate", "intervals touch"))
    assert 0.025 < ours <= 0.05
    assert touch <= beside <= ours + 0.005
    if share == 0.5:
        assert beside < 0.01 and touch < 0.001


def test_of_a_range_the_end_that_speaks_against_a_difference_counts() -> None:
    whole = known(1_000, 50_000)
    assert beside_whole(Counted(60, 90, 1_000), whole) == 1
    assert beside_whole(Counted(1, 90, 1_000), whole) == 0
    assert beside_whole(Counted(1, 9, 1_000), whole) == -1
    assert beside_whole(known(60, 1_000), Counted(900, 3_000, 50_000)) == 0
    assert beside_whole(known(9, 1_000), Counted(400, 3_000, 50_000)) == 0


def test_a_place_that_is_its_whole_differs_from_nothing_and_without_people_there_is_no_rate() -> None:
    assert beside_whole(known(10, 1_000), known(10, 1_000)) == 0
    # an area that was cut up between two districts may hold more than the district has
    assert beside_whole(known(90, 1_000), known(80, 50_000)) == 1
    assert beside_whole(known(0, 1_000), known(0, 50_000)) == 0
    with pytest.raises(InternalError, match="population"):
        beside_whole(known(1, 0), known(1, 1_000))


TOTAL = Category("all", "All recorded", "", "total")
VIOLENCE = Category("violence", "Violence", "", "partition")
HERE = Place("lsoa", "2021", "E01000001", "Ashmoor 001A", "", "E02000001", "E07000001", 15_000, "", None, "")
LAD = Place("lad", "2022", "E07000001", "Ashmoor", "", None, None, 40_000, "", None, "")
REGION = Place("all", "", "E23000001", "County", "", None, None, 500_000, "", None, "")
YEAR = Period(date(2025, 1, 1), date(2025, 12, 1))


def release(own: Cell, whole: Cell, place: Place = HERE, wider: Place = LAD) -> Release:
    cells = {(p.geography, p.code, c.category): cell for p, cell in ((place, own), (wider, whole)) for c in (TOTAL, VIOLENCE)}
    places = {(p.geography, p.code): p for p in (HERE, LAD, REGION)}
    return Release(
        1, "t", datetime(2026, 1, 1, tzinfo=UTC), YEAR, tuple(YEAR.months()), (), None, "County", True, {"threshold": 5}, {},
        places, cells, (TOTAL, VIOLENCE), (), "test",
    )  # fmt: skip


# the district has 20 per 1,000 and three eighths of its people here: the printed interval of 332 (19.8 to 24.6) includes that rate
CASES = [
    (Cell(300, None), Cell(800, None), 0),
    (Cell(332, None), Cell(800, None), 1),
    (Cell(268, None), Cell(800, None), -1),
    (Cell(450, None), Cell(800, None), 1),
    (Cell(None, "[c]", 340, 380), Cell(800, None), 1),
    (Cell(None, "[c]", 200, 380), Cell(800, None), 0),
]


@pytest.mark.parametrize(("place", "wider"), [(HERE, LAD), (LAD, REGION)])
@pytest.mark.parametrize(("own", "whole", "side"), CASES)
def test_a_page_a_dashboard_and_a_brief_say_the_same_of_a_place(
    own: Cell, whole: Cell, side: int, place: Place, wider: Place
) -> None:
    if place is LAD:
        whole = Cell(int(800 * 12.5 * 3 / 8), None)
        side = beside_whole(*(c for cell, p in ((own, LAD), (whole, REGION)) if (c := cell.counted(p)) is not None))
    of = release(own, whole, place, wider)
    brief = [b for b in beside_other_places(Facts(of, place, (), (), (), ())).blocks if isinstance(b, Bullets)]
    (said,) = (i for b in brief for i in b.items)
    assert said == f"{SIDES[side][0].upper()}{SIDES[side][1:]}: all recorded and violence."
    glance = [" ".join(k.sentences) for k in key_figures(of, place, None)]
    assert all(SIDES[side] in g.lower() for g in glance) and len(glance) == 2
    if own.count is not None:
        profile = " ".join(build_profile(of, place).sentences)
        assert re.findall(r"not clearly different|clearly higher|clearly lower", profile) == [SIDES[side]]
        total = Counted(*whole.ends, wider.residents or 0) if whole.ends else None
        assert total is not None
        row = _beside(PlaceRow("", "", own.count, None, "", own.rate(place), 0), place.residents or 0, total)
        assert _part(row, compared=False)[3].text == SIDES[side]
    else:
        (chart, _) = compare(of, [place, wider]).charts
        assert ("is clearly higher than" in chart.words) == bool(side)
