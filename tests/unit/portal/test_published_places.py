"""One place by what a person types, the areas around a place, and the months of a source: what the portal and the briefs share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.errors import InternalError, UserError
from core.periods import Period
from published.release import Cell, Place, Release, Source
from published.search import find_place, find_places

MONTH = date(2025, 1, 1)


def place(geography: str, code: str, name: str, local: str = "", msoa: str | None = None, lad: str | None = None) -> Place:
    return Place(geography, "2021", code, name, local, msoa, lad, 1_500, "census2021", None, "")


PLACES = (
    place("lsoa", "E01000001", "Northford 001A", msoa="E02000001", lad="E07000001"),
    place("lsoa", "E01000002", "Northford 001B", msoa="E02000001", lad="E07000001"),
    place("msoa", "E02000001", "Northford 001", "Mill Lane", lad="E07000001"),
    place("msoa", "E02000002", "Northford 002", "Mill Lane", lad="E07000001"),
    place("lad", "E07000001", "Northford"),
    place("all", "E23000001", "Testshire"),
)
RELEASE = Release(
    1, "t", datetime(2025, 2, 1, tzinfo=UTC), Period(MONTH, MONTH), (MONTH,), (), None, "Testshire", True, {}, {},
    {(p.geography, p.code): p for p in PLACES}, {}, (), (), "0.1.0",
)  # fmt: skip


def found(wanted: str) -> str:
    # only a postcode is looked up in the database
    return find_place(None, RELEASE, wanted).code  # type: ignore[arg-type]


@pytest.mark.parametrize("wanted", ["E01000002", " e01000002 ", "northford  001b"])
def test_one_place_by_its_code_or_its_whole_name(wanted: str) -> None:
    assert found(wanted) == "E01000002"


def test_a_name_of_two_places_asks_for_a_code() -> None:
    with pytest.raises(UserError, match="2 places are called 'mill lane'") as caught:
        found("mill lane")
    assert caught.value.hint == "give a code: E02000001 (msoa 2021), E02000002 (msoa 2021)"
    # a page shows both instead
    assert [p.code for p in find_places(RELEASE, "mill lane").places] == ["E02000001", "E02000002"]


def test_a_neighbourhood_is_shown_by_the_name_around_it_and_a_name_that_says_so_already_stands_alone() -> None:
    named = {"Blackbird Leys (Oxford 017)": place("msoa", "E02000003", "Oxford 017", "Blackbird Leys")}
    named["Blackbird Leys (Oxford 017B)"] = replace(place("lsoa", "E01000003", "Oxford 017B"), around="Blackbird Leys")
    named["Oxford 017C"] = place("lsoa", "E01000004", "Oxford 017C")
    named["Old Quay 003A"] = replace(place("lsoa", "E01000005", "Old Quay 003A"), around="Old Quay")
    assert [p.label for p in named.values()] == list(named)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("mil lnae", ["E02000001", "E02000002"]),
        ("Northfrod", ["E07000001", "E02000001", "E02000002", "E01000001", "E01000002"]),
        ("Northfrod 001", ["E07000001", "E02000001", "E02000002", "E01000001", "E01000002"]),
        ("mill zzzzz", []),
        ("Nowhere-upon-Sea", []),
    ],
)
def test_a_mistyped_name_offers_what_is_like_it(typed: str, codes: list[str]) -> None:
    found_places = find_places(RELEASE, typed)
    assert [p.code for p in found_places.places] == codes
    assert ("Did you mean" in found_places.message) == bool(codes)


def test_a_place_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(UserError, match="no published place has the code or name 'Nortfhord 001B'") as caught:
        found("Nortfhord 001B")
    assert caught.value.hint.startswith("did you mean E01000002 (Northford 001B)")


def test_the_whole_region_is_found_on_a_page_and_is_no_place_for_a_brief() -> None:
    assert [p.code for p in find_places(RELEASE, "E23000001").places] == ["E23000001"]
    with pytest.raises(UserError):
        found("E23000001")


def test_the_areas_around_a_place_go_from_small_to_large() -> None:
    around = {p.code: [a.code for a in RELEASE.around(p)] for p in PLACES}
    assert around["E01000001"] == ["E02000001", "E07000001", "E23000001"]
    assert around["E02000001"] == ["E07000001", "E23000001"]
    assert around["E07000001"] == ["E23000001"]
    assert around["E23000001"] == []


def test_a_source_keeps_the_days_that_its_publisher_names_and_has_a_period_in_months() -> None:
    loaded = datetime(2025, 2, 1, tzinfo=UTC)
    source = Source("f", "F", "P", "L", "", date(2025, 1, 15), date(2025, 3, 31), 1, 2, 0, loaded)
    assert source.period == Period(date(2025, 1, 1), date(2025, 3, 1))
    assert Source("f", "F", "P", "L", "2021", None, None, 1, 2, 0, loaded).period is None


def test_a_cell_is_a_count_or_a_symbol_and_a_policy_without_a_threshold_is_refused() -> None:
    assert Cell(3, None).rate(PLACES[0]) is not None
    assert Cell(None, "[c]").rate(PLACES[0]) is None
    for count, symbol in ((None, None), (3, "[c]")):
        with pytest.raises(InternalError):
            Cell(count, symbol)
    with pytest.raises(InternalError):
        _ = RELEASE.threshold
