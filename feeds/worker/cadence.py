"""When a feed is due, in which order feeds are loaded, and when a failed one is tried again. No clock and no database here."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from feeds.catalogue.feed import STAGES, Cadence, Feed

# A publisher is asked more often than it delivers: a month's file comes on no fixed day, and asking costs one conditional request.
ASK_EVERY: dict[Cadence, timedelta] = {
    "hourly": timedelta(minutes=30),
    "daily": timedelta(hours=6),
    "weekly": timedelta(days=1),
    "monthly": timedelta(days=1),
    "quarterly": timedelta(days=7),
    "yearly": timedelta(days=7),
}
# a retry waits this many times as long as the one before it
_GROWTH = 4.0
_LONGEST_S = 6 * 3600.0
# what a file says is the same a minute later, unless it was still being copied into its folder: one more look
_TRIES_OF_A_REFUSAL = 2


def next_due(feed: Feed, last_started: datetime | None, now: datetime) -> datetime | None:
    """When a feed should be asked next; None for one that is only loaded on demand. One that never was is due now."""
    if feed.source is None or feed.cadence is None:
        return None
    return now if last_started is None else last_started + ASK_EVERY[feed.cadence]


def priority(feed: Feed) -> int:
    """Reference data before what is joined to it: the queue takes the highest first."""
    return len(STAGES) - feed.stage


def retry_in_s(
    attempt: int, *, passing: bool, asked_to_wait_s: float | None, retries: int, first_retry_s: float, rng: random.Random
) -> float | None:
    """Seconds until the attempt after this one (counted from 1), None where there is none.

    passing: whether the fault may pass by itself (a server that is down), which is tried as often as the settings say; a refusal is looked at
    once more. asked_to_wait_s: a server's own Retry-After, which is never undercut.
    """
    tries = retries + 1 if passing else min(_TRIES_OF_A_REFUSAL, retries + 1)
    if attempt >= tries:
        return None
    wait = min(_LONGEST_S, first_retry_s * _GROWTH ** (attempt - 1)) * (0.75 + 0.5 * rng.random())
    return max(wait, asked_to_wait_s or 0.0)
