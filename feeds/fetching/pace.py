"""How often a host may be asked, and how long to wait before asking again."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# requests a second. data.police.uk documents a leaky bucket: on average fewer than 15 a second, 30 at most in one
# (https://data.police.uk/docs/api-call-limits/). Hosts that say nothing get a rate that no one could mind.
HOST_RATES: dict[str, float] = {"data.police.uk": 14.0}
OTHER_RATE = 5.0


@dataclass
class Pace:
    """One leaky bucket a host: requests flow out at the host's rate, and a quiet host may be asked a second's worth at once.

    Holds for the threads of one process; two processes that ask the same host are two visitors, and answer to its 429.
    """

    clock: Callable[[], float]
    sleep: Callable[[float], None]
    rates: dict[str, float] = field(default_factory=lambda: dict(HOST_RATES))
    _next_free: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, host: str) -> None:
        """Return when this host may be asked; the turn is then taken."""
        rate = self.rates.get(host, OTHER_RATE)
        with self._lock:
            now = self.clock()
            # the bucket never holds more than one second of unused turns
            turn = max(self._next_free.get(host, now - 1.0), now - 1.0) + 1.0 / rate
            self._next_free[host] = turn
        if turn > now:
            self.sleep(turn - now)


def backoff_s(attempt: int, rng: random.Random, *, first_s: float = 1.0, longest_s: float = 60.0) -> float:
    """Seconds before the attempt after this one (counted from 1): doubling, capped, and anywhere in the upper half of that,
    so that many clients whom one outage stopped do not all come back in the same second."""
    ceiling = min(longest_s, first_s * 2.0 ** (attempt - 1))
    return ceiling * (0.5 + 0.5 * rng.random())


def retry_after_s(value: str | None, now: datetime | None = None) -> float | None:
    """The seconds that a Retry-After header asks for, given as seconds or as a date (RFC 9110, section 10.2.3); None where it says nothing
    that can be read."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - (now or datetime.now(UTC))).total_seconds())
