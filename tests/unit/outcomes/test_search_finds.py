"""How often something came of a search, from published figures: which share stands, which does not, and what is said instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from app.region import search_finds
from app.region.search_finds import beside_white, came_share, finds_of, found_share, group_share
from core.periods import CoveredPeriod, Period
from published.release import Cell, Place
from published.searches import PublishedSearches, SearchGroup

YEAR = Period(date(2024, 1, 1), date(2024, 12, 1))
GROUPS = ("white", "asian", "black", "mixed", "other", "not_stated")
COUNTS = {
    "searches": 1000, "outcome_nothing": 700, "outcome_another": 10, "came_of_it": 300, "link_yes": 200, "link_no": 600,
    "link_not_said": 200, "ethnicity_white": 600, "ethnicity_asian": 100, "ethnicity_black": 100, "ethnicity_mixed": 9, "ethnicity_other": 91,
    "ethnicity_not_stated": 100, "came_of_it_white": 180, "came_of_it_asian": 30, "came_of_it_black": 50, "came_of_it_mixed": 5,
    "came_of_it_other": 5, "came_of_it_not_stated": 30,
}  # fmt: skip
WHOLE = Place("all", "", "E1", "Testshire", "", None, None, 10_000, "", None, "")
DISTRICT = Place("lad", "2022", "E07000001", "Ashmoor", "", None, None, 10_000, "", None, "")


def field_of(category: str) -> str:
    if category.startswith("came_of_it_"):
        return "ethnicity_came_of_it"
    return "all" if category == "searches" else category if category == "came_of_it" else category.split("_", maxsplit=1)[0]


def published(hidden: Mapping[str, tuple[int, int | None]] | None = None, **counts: int) -> PublishedSearches:
    """The whole area, and the same of a district without what came of it by ethnic group. hidden: ranges of what is withheld."""
    cells = {}
    for category, count in (COUNTS | counts).items():
        of = (hidden or {}).get(category)
        cell = Cell(count, None) if of is None else Cell(None, "[c]", *of)
        cells["all", "E1", category] = cell
        if field_of(category) != "ethnicity_came_of_it":
            cells["lad", "E07000001", category] = cell
    groups = tuple(SearchGroup(c, field_of(c), c.rsplit("_", 1)[-1].capitalize()) for c in COUNTS)
    return PublishedSearches(1, "", CoveredPeriod.of(YEAR, YEAR.months()), groups, cells, {}, (), {})


def test_shares_are_of_what_is_shown() -> None:
    found = published()
    share, black, by = came_share(found, WHOLE), group_share(found, WHOLE, "black"), beside_white(found, WHOLE, "black")
    assert share is not None and black is not None and by is not None
    assert (share.part, share.whole, black.part, black.whole) == (300, 1000, 50, 100)
    assert by.by == pytest.approx(0.2)
    assert 0 < by.lower < by.by < by.upper
    linked = found_share(found, WHOLE)
    assert linked is not None and (linked.part, linked.whole) == (200, 800)
    # of under ten searches there is no share, and nobody is compared with those whose group is not stated, nor White with White
    assert group_share(found, WHOLE, "mixed") is None
    assert beside_white(found, WHOLE, "white") is None and beside_white(found, WHOLE, "not_stated") is None


def test_no_share_where_a_figure_is_withheld() -> None:
    found = published(hidden={"came_of_it_black": (1, 40), "came_of_it_white": (150, 190), "came_of_it": (290, 310)})
    assert came_share(found, WHOLE) is None and group_share(found, WHOLE, "black") is None
    # without the White figure nobody is compared
    assert group_share(found, WHOLE, "asian") is not None and beside_white(found, WHOLE, "asian") is None
    made = finds_of(found, WHOLE, (WHOLE, DISTRICT))
    assert made is not None and made.ethnicity is not None
    assert "held back" in made.said[0] and made.compared == ("Too few figures are shown to compare groups.",)
    words = [[cell.text for cell in row] for row in made.ethnicity.rows]
    assert words[2] == ["Black", "1 to 40", "not shown", "not shown"]
    assert "no share: a figure is held back" in made.chart


@pytest.mark.parametrize(("another", "given"), [((1, 50), True), ((1, 51), False), ((1, None), False), (None, True)])
def test_no_share_where_what_was_done_is_not_said_too_often(another: tuple[int, int | None] | None, given: bool) -> None:
    """Of a withheld figure the most that it can be counts."""
    found = published(hidden={} if another is None else {"outcome_another": another})
    assert (came_share(found, WHOLE) is not None) == given
    assert (group_share(found, WHOLE, "black") is not None) == given


@pytest.mark.parametrize(("unsaid", "given"), [(266, True), (267, False)])
def test_what_was_looked_for_is_given_where_a_quarter_at_most_is_not_said(unsaid: int, given: bool) -> None:
    found = published(link_not_said=unsaid)
    assert (found_share(found, WHOLE) is not None) == given
    made = finds_of(found, WHOLE, (WHOLE,))
    assert made is not None
    assert ("found what was looked for (" in made.said[1]) == given
    assert ("cannot be said: of 25% of them" in made.said[1]) != given


def test_groups_are_not_compared_where_too_many_have_none() -> None:
    found = published(ethnicity_not_stated=251)
    assert beside_white(found, WHOLE, "black") is None
    assert search_finds.compared(found, WHOLE)[0].startswith("Too many searches have no known ethnic group")


def test_a_difference_beyond_chance_is_said_and_no_other() -> None:
    said = search_finds.compared(published(), WHOLE)
    assert said == (
        "Black: something came of 50% of searches. White: 30%. The share is higher, by more than chance alone would give.",
        "Other: something came of 5% of searches. White: 30%. The share is lower, by more than chance alone would give.",
    )
    same = search_finds.compared(published(came_of_it_black=31, came_of_it_other=27), WHOLE)
    assert same == ("No group differs from White people by more than chance would give.",)


def test_a_district_has_no_ethnic_group_of_it_and_a_release_by_an_older_plan_has_nothing() -> None:
    made = finds_of(published(), DISTRICT, (WHOLE, DISTRICT))
    assert made is not None and made.ethnicity is None and made.compared == () and not made.chart
    assert [row[0].text for row in made.by_place.rows] == ["Testshire", "Ashmoor"]
    found = published()
    older = PublishedSearches(
        1, "", found.covered, tuple(g for g in found.groups if "came" not in g.field and g.field != "link"), found.cells, {}, (), {}
    )
    assert finds_of(older, WHOLE, (WHOLE,)) is None
