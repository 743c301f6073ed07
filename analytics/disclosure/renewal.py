"""Which period the figures of a level are of, in a series of releases.

Releases of overlapping periods tell their differences: of two rolling years a month apart, one month more and one month less. For a
neighbourhood such a month is small nearly everywhere, so either the month or the year would have to be withheld, the more the longer the
series is. So a level is renewed in steps: its periods begin and end a whole number of steps from those of the first release. With steps
as long as the period itself, periods never overlap and nothing can be subtracted. In between, a release carries the figures that the
level had, which tells nobody anything new.

A level that is renewed more often is also published for the periods of those renewed less often, so that an area can be read beside the
wider ones that it lies in. These periods are its own at one time or another, whenever steps divide one another.

Which periods these are follows from the plan, the first release and the month asked for: it never depends on a count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from analytics.disclosure.plan import Level
from core.errors import UserError
from core.periods import Period, add_months


def own_period(level: Level, asked: Period, first_end: date) -> Period:
    """The last period of a level that ends in or before the month asked for. first_end: the last month of the first release."""
    since = len(Period(min(first_end, asked.end), max(first_end, asked.end))) - 1
    behind = (since if asked.end >= first_end else -since) % level.every
    return Period.ending(add_months(asked.end, -behind), len(asked))


def renewed(levels: Sequence[Level], asked: Period, first_end: date | None, loaded: frozenset[date]) -> tuple[Level, ...]:
    """The levels with the periods that each shows, its own first. A level of whose own period no month is loaded is left out.

    first_end: the last month of the first release that there was; None where there was none, and this one becomes the first. loaded: every
    month that there are counts of. UserError where nothing would be left.
    """
    first = asked.end if first_end is None else first_end
    own = {level.column: own_period(level, asked, first) for level in levels}
    there = [level for level in levels if any(m in loaded for m in own[level.column].months())]
    if not there:
        raise UserError(
            f"no level of the plan has a period of loaded months that ends in {asked.end:%B %Y} or before",
            where="renewed_every_months of the plan",
            hint="ask for a later month, or renew a level more often.",
        )
    return tuple(replace(level, periods=_with_those_of(level, there, own)) for level in there)


def _with_those_of(level: Level, levels: Sequence[Level], own: dict[str, Period]) -> tuple[Period, ...]:
    """Its own period, then those of levels renewed less often at times when it is renewed too; newest first."""
    slower = {own[other.column] for other in levels if other.every > level.every and other.every % level.every == 0}
    mine = own[level.column]
    return (mine, *sorted(slower - {mine}, reverse=True))
