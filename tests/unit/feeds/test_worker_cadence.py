"""When a feed is due, and when a failed one is tried again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from feeds.catalogue.feed import Cadence, Feed, read_catalogue
from feeds.worker.cadence import ASK_EVERY, next_due, priority, retry_in_s

NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)


def feed(**keys: object) -> Feed:
    told = {
        "id": "calls", "title": "t", "publisher": "p", "licence": "l", "sensitivity": "open", "recognise": {"columns": ["Month"]},
        "source": {"kind": "folder", "folder": "calls"}, "cadence": "daily", **keys,
    }  # fmt: skip
    return Feed.model_validate({k: v for k, v in told.items() if v is not None})


def test_every_cadence_is_asked_more_often_than_it_delivers() -> None:
    length = {
        "hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7), "monthly": timedelta(days=28),
        "quarterly": timedelta(days=90), "yearly": timedelta(days=365),
    }  # fmt: skip
    assert set(ASK_EVERY) == set(get_args(Cadence)) == set(length)
    assert all(ASK_EVERY[c] < length[c] for c in length)


def test_a_feed_that_never_ran_is_due_now_and_one_that_did_when_its_time_has_come() -> None:
    assert next_due(feed(), None, NOW) == NOW
    assert next_due(feed(), NOW - timedelta(hours=1), NOW) == NOW + timedelta(hours=5)


@pytest.mark.parametrize("missing", [{"source": None}, {"cadence": None}])
def test_a_feed_without_source_or_cadence_is_never_due(missing: dict[str, None]) -> None:
    assert next_due(feed(**missing), None, NOW) is None


def test_lookups_and_boundaries_go_before_what_is_joined_to_them() -> None:
    order = sorted((f for f in read_catalogue().feed if f.writes), key=priority, reverse=True)
    stages = [f.stage for f in order]
    assert stages == sorted(stages)


def waits(passing: bool, retries: int = 5, asked: float | None = None) -> list[float | None]:
    rng = random.Random(1)
    return [
        retry_in_s(n, passing=passing, asked_to_wait_s=asked, retries=retries, first_retry_s=60, rng=rng)
        for n in range(1, retries + 2)
    ]


def test_a_source_that_is_down_is_tried_again_with_growing_waits_and_then_given_up() -> None:
    found = waits(passing=True)
    assert found[-1] is None
    given = [w for w in found if w is not None]
    assert len(given) == 5
    for n, wait in enumerate(given):
        assert 0.75 * 60 * 4**n <= wait <= 1.25 * 60 * 4**n


def test_a_refused_file_is_looked_at_once_more_because_it_may_have_been_half_copied() -> None:
    found = waits(passing=False)
    assert found[0] is not None
    assert found[1:] == [None] * 5


def test_no_retries_means_none() -> None:
    assert waits(passing=True, retries=0) == [None]
    assert waits(passing=False, retries=0) == [None]


def test_what_a_server_asks_for_is_never_undercut() -> None:
    assert all(w is None or w >= 7200 for w in waits(passing=True, asked=7200))
