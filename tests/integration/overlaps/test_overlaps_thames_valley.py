"""Factors and services on the real Thames Valley: what docs/method.md prints."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core import db
from core.db import Role

pytestmark = [pytest.mark.database, pytest.mark.real_data]


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_hot_spots_and_low_incomes_fall_together_and_housing_does_not_say(thames_valley: str) -> None:
    found = {str(key): values for key, *values in rows(
        "SELECT combination, meeting, expected, expected_lower, expected_upper, p_value, p_independent FROM analysis.factor_overlap"
        " WHERE at_defaults AND size = 2 AND combination LIKE 'serious_violence:2+%'")}  # fmt: skip
    meeting, expected, lower, upper, p, textbook = found["serious_violence:2+income:2"]
    assert (meeting, lower) == (15, 0)
    # a limit of 1,999 random maps, which are made of eigenvectors whose signs differ from processor to processor
    assert upper in (10, 11)
    assert expected == pytest.approx(3.8, abs=0.3)
    assert p <= 0.01  # type: ignore[operator]
    assert textbook < 1e-7  # type: ignore[operator]
    *_, p, textbook = found["serious_violence:2+housing_and_services:2"]
    assert textbook < 0.01 < 0.05 < p  # type: ignore[operator]


def test_residents_beyond_a_mile_of_a_listed_practice(thames_valley: str) -> None:
    sites, residents, beyond, border = rows(
        "SELECT sites, residents, residents_beyond, beyond_at_border FROM analysis.service_kind WHERE kind = 'gp_practice'"
    )[0]
    assert (sites, residents) == (227, pytest.approx(2_515_194))
    assert beyond == pytest.approx(675_000, rel=0.01)
    assert border == pytest.approx(150_000, rel=0.02)


def test_places_are_alike_or_said_not_to_be(thames_valley: str) -> None:
    kinds = rows("SELECT type_id, places FROM analysis.place_type ORDER BY type_id")
    assert sum(int(str(n)) for _, n in kinds) == 1_485
    assert [n for _, n in kinds] == sorted((n for _, n in kinds), reverse=True)  # type: ignore[type-var]
    assert rows("SELECT count(DISTINCT code) FROM analysis.similar_area") == [(1_485,)]
