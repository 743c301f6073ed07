"""Which loaded months can stand beside each other: spans for a cube of months, with the gaps that they hold.

A month that was not loaded is unknown, not quiet. Two rules, each for its own use:

    strict    a run of consecutive loaded months (the track record: what would have been known the month before)
    bridged   loaded months with short gaps between them (emerging hot spots). A gap of up to LONGEST_GAP months is bridged: its step is
              left out, and nothing links the months on either side. A longer one ends the span, because a pattern such as
              "consecutive" would claim something of months that nobody saw. At most a sixth of the months spanned may be missing.

The reasons are in docs/decisions/0034.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import InternalError
from core.periods import add_months

LONGEST_GAP = 2
# at least this many sixths of the months spanned are loaded
LOADED_SIXTHS = 5
# three years: what police.uk serves, and as far back as a pattern means anything to those who use it
LONGEST_SPAN = 36


@dataclass(frozen=True)
class Span:
    """Loaded months in order, ending with the newest, and the months missing between the first and the last."""

    months: tuple[date, ...]
    gaps: tuple[date, ...]

    def numbers(self) -> tuple[int, ...]:
        """The months as whole numbers that rise by one a month."""
        return tuple(_number(month) for month in self.months)


def _number(month: date) -> int:
    return 12 * month.year + month.month


def bridged_span(loaded: Sequence[date], *, longest: int = LONGEST_SPAN) -> Span:
    """The longest span that ends with the last loaded month and keeps the bridged rule. InternalError where nothing is loaded."""
    months = _in_order(loaded)
    last = _number(months[-1])
    first = len(months) - 1
    while first > 0:
        before, after = _number(months[first - 1]), _number(months[first])
        if after - before - 1 > LONGEST_GAP or last - before + 1 > longest:
            break
        first -= 1
    while 6 * (len(months) - first) < LOADED_SIXTHS * (last - _number(months[first]) + 1):
        first += 1
    kept = months[first:]
    present = set(kept)
    spanned = [add_months(kept[0], i) for i in range(last - _number(kept[0]) + 1)]
    return Span(kept, tuple(month for month in spanned if month not in present))


def months_before(loaded: Sequence[date], target: date, *, most: int) -> tuple[date, ...]:
    """The unbroken run of loaded months that ends the month before target, at most so many, in order; empty where that month is a gap."""
    known = set(_in_order(loaded))
    run: list[date] = []
    month = add_months(target, -1)
    while month in known and len(run) < most:
        run.append(month)
        month = add_months(month, -1)
    return tuple(reversed(run))


def _in_order(loaded: Sequence[date]) -> tuple[date, ...]:
    if not loaded:
        raise InternalError("month runs: no month is loaded")
    return tuple(sorted(set(loaded)))
