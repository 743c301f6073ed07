"""One transaction of a person, begun by the first query, and answers kept by their districts. No database."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from app.person.reading import Reader, kept
from app.person.sign_in import Person, ProfessionalRole, demo_person

ASHMOOR = demo_person(ProfessionalRole.OFFICER, "E07900001")
LINFIELD = demo_person(ProfessionalRole.OFFICER, "E07900002")
ANALYST = demo_person(ProfessionalRole.ANALYST, "")
PLANNER = demo_person(ProfessionalRole.PLANNER, "")


def reader_of(person: Person) -> Reader:
    def begin() -> Connection:
        raise AssertionError("a transaction was begun")

    return Reader(person, begin)


def test_an_answer_is_kept_for_those_who_see_the_same_districts_and_for_no_others() -> None:
    asked: list[tuple[str, int]] = []

    @kept(8)
    def figures(reader: Reader, run: int) -> str:
        asked.append((reader.person.districts, run))
        return f"{reader.person.districts} of run {run}"

    assert figures(reader_of(ASHMOOR), 1) == figures(reader_of(ASHMOOR), 1) == "E07900001 of run 1"
    assert figures(reader_of(LINFIELD), 1) == "E07900002 of run 1"
    # an analyst and a planner both see all
    assert figures(reader_of(ANALYST), 1) == figures(reader_of(PLANNER), 1) == "* of run 1"
    # a new run is asked for anew
    assert figures(reader_of(ASHMOOR), 2) == "E07900001 of run 2"
    assert asked == [("E07900001", 1), ("E07900002", 1), ("*", 1), ("E07900001", 2)]


def test_the_least_lately_used_answer_goes_first() -> None:
    asked: list[int] = []

    @kept(2)
    def figures(reader: Reader, run: int) -> int:
        asked.append(run)
        return run

    for run in (1, 2, 1, 3, 1, 2):
        figures(reader_of(ASHMOOR), run)
    assert asked == [1, 2, 3, 2]


def test_what_went_wrong_is_not_kept() -> None:
    tries: list[int] = []

    @kept(2)
    def figures(reader: Reader) -> int:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("the server went away")
        return 7

    with pytest.raises(RuntimeError):
        figures(reader_of(ASHMOOR))
    assert figures(reader_of(ASHMOOR)) == 7


def test_a_transaction_begins_with_the_first_query_alone() -> None:
    with pytest.raises(AssertionError, match="begun"):
        reader_of(ASHMOOR).frame("person/region")
