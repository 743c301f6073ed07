"""A portal whose check of sign-ins takes the time from a clock that a test sets, so that an identity runs out without anybody waiting.

The file that PORTAL_CLOCK_AHEAD names holds how many seconds the clock is ahead.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from app import serve
from app.person import sign_in


class Clock:
    """What `app.person.sign_in` uses of the time module."""

    @staticmethod
    def time() -> float:
        return time.time() + float(Path(os.environ["PORTAL_CLOCK_AHEAD"]).read_text(encoding="ascii"))


if __name__ == "__main__":
    sign_in.time = Clock  # type: ignore[assignment]
    sys.exit(serve.main())
