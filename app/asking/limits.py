"""How many questions one address may send, without keeping an address.

What is kept is a keyed hash of it, in memory, under a key that is drawn anew each day and at each start: nobody can work an address out of it
afterwards, and nothing of it is written anywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

from app.web.fair_share import Measure, Shares

# forms of any kind, such as are not complete among them
TRIES = Measure(30, 0.5)
# questions with a proof of work: five, then five an hour
WITH_PROOF = Measure(5, 5 / 3600)
# without one, as from a browser that runs no script: one an hour, and twenty an hour of all addresses together
WITHOUT_PROOF = Measure(1, 1 / 3600)
ALL_WITHOUT_PROOF = Measure(20, 20 / 3600)
_DAY_S = 86_400.0


class Limits:
    """What each address, and all of them together, have left."""

    def __init__(self) -> None:
        self._renew(time.monotonic())

    def _renew(self, now: float) -> None:
        self._key, self._since = secrets.token_bytes(32), now
        self._tries, self._proven, self._unproven = Shares(TRIES), Shares(WITH_PROOF), Shares(WITHOUT_PROOF)
        self._all_unproven = Shares(ALL_WITHOUT_PROOF)

    def _hashed(self, address: str, now: float) -> str:
        if now - self._since > _DAY_S:
            self._renew(now)
        return hmac.new(self._key, address.encode(), hashlib.sha256).hexdigest()

    def may_try(self, address: str, now: float | None = None) -> bool:
        now = time.monotonic() if now is None else now
        return self._tries.take(self._hashed(address, now), now)

    def may_ask(self, address: str, *, proven: bool, now: float | None = None) -> bool:
        """Whether a whole question of an address is taken in now."""
        now = time.monotonic() if now is None else now
        name = self._hashed(address, now)
        if proven:
            return self._proven.take(name, now)
        return self._unproven.take(name, now) and self._all_unproven.take("all", now)
