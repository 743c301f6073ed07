"""Counting on arrays gives what counting one incident after the other gives, in the order of the table's key."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.counts.arrays import GEOGRAPHIES, LocationKeys, count_one_month, put_together

_DISTRICT = 3
# a location: its id and the number of its place in seven geographies, -1 for none in the first
_LOCATIONS = st.dictionaries(st.integers(1, 40), st.tuples(st.integers(-1, 4), *[st.integers(0, 5)] * 6), min_size=1, max_size=20)
# a month: incidents as location (some of them unknown) and category
_MONTH = st.lists(st.tuples(st.integers(1, 45), st.integers(0, 3)), max_size=60)


def _one_by_one(
    locations: dict[int, tuple[int, ...]], months: list[list[tuple[int, int]]], geography: int
) -> list[tuple[int, ...]]:
    """Place, category, month, least district, incidents; by place, category and month."""
    counts: Counter[tuple[int, int, int]] = Counter()
    district: dict[tuple[int, int, int], int] = {}
    for number, incidents in enumerate(months):
        for location, category in incidents:
            if location not in locations:
                continue
            keys = (*locations[location], 0)
            if keys[geography] < 0:
                continue
            key = (keys[geography], category, number)
            counts[key] += 1
            district[key] = min(district.get(key, 99), keys[_DISTRICT])
    return [(*key, district[key], counts[key]) for key in sorted(counts)]


@settings(max_examples=60, deadline=None)
@given(_LOCATIONS, st.lists(_MONTH, max_size=4))
def test_counts_are_those_of_counting_one_by_one(
    locations: dict[int, tuple[int, ...]], months: list[list[tuple[int, int]]]
) -> None:
    ids = sorted(locations)
    shared = LocationKeys(np.array(ids, dtype=np.int64), np.array([locations[i] for i in ids], dtype=np.int32))
    counted = [
        count_one_month(shared, np.array([i for i, _ in month], dtype=np.int64), np.array([c for _, c in month], dtype=np.int32))
        for month in months
    ]
    as_they_are = np.arange(4, dtype=np.int32)
    for geography in range(len(GEOGRAPHIES)):
        whole = put_together([month[geography] for month in counted], as_they_are)
        found = list(zip(whole.place, whole.category, whole.month, whole.district, whole.incidents, strict=True))
        assert [tuple(int(n) for n in row) for row in found] == _one_by_one(locations, months, geography)


def test_categories_stand_in_the_order_that_is_asked_for() -> None:
    shared = LocationKeys(np.array([1]), np.zeros((1, 7), dtype=np.int32))
    counted = count_one_month(shared, np.array([1, 1, 1]), np.array([0, 1, 2], dtype=np.int32))
    whole = put_together([counted[0]], np.array([2, 0, 1], dtype=np.int32))
    assert whole.category.tolist() == [0, 1, 2]
    assert [len(part) for part in whole.parts(2)] == [2, 1]
