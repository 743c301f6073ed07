"""How a published count changed from one period to another: the words, and whether chance could have moved it so far.

A withheld count is compared only where its range leaves no doubt about the direction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.languages.spoken import mark, say
from core.periods import CoveredPeriod, Period, months_in_words
from published.release import Cell

# p of the exact test below which a change is said to be more than chance
CHANCE = 0.05
# older ones say more of how recording changed than of what happened
MOST_EARLIER = 4


@dataclass(frozen=True)
class Change:
    """Which way a count went a month (rose, fell, stayed), and whether by more than chance would give."""

    way: str
    beyond: bool


def apart(periods: Iterable[Period], before: date) -> tuple[Period, ...]:
    """Of periods given newest first, those that end before a month and before the one chosen last: none shares a month with another."""
    chosen: list[Period] = []
    for period in periods:
        if period.end < before and len(chosen) < MOST_EARLIER:
            chosen.append(period)
            before = period.start
    return tuple(chosen)


def months_note(before: CoveredPeriod, now: CoveredPeriod) -> str:
    """What the months loaded of two periods do to a comparison; empty where the same months of the year were loaded of both."""
    for covered in (before, now):
        if not covered.noted:
            return say(
                "Of %(period)s it was not noted which months were loaded, so it is compared with nothing.", period=covered.period
            )
    if not before.like(now):
        return say(
            "%(loaded_before)s of the %(months_before)s months of %(before)s were loaded, and %(loaded_now)s of the %(months_now)s of"
            " %(now)s. So numbers are compared per loaded month, and ranges are not compared.",
            loaded_before=before.loaded, months_before=len(before.period), before=before.period,
            loaded_now=now.loaded, months_now=len(now.period), now=now.period,
        )  # fmt: skip
    if {m.month for m in before.missing} != {m.month for m in now.missing}:
        missing = [months_in_words(covered.missing) or say("none") for covered in (before, now)]
        return say(
            "Not the same months of the year are missing: %(before)s before, %(now)s now. A part of a change may be the season.",
            before=missing[0],
            now=missing[1],
        )
    return ""


def change_words(before: int, months_before: int, now: int, months_now: int) -> str:
    """'fell from 24 to 18: no more than chance could give'. Where other numbers of months were loaded, it is compared a month."""
    if not months_before or not months_now:
        return say("which months were loaded is not known, so not compared")
    if before == now == 0:
        return say("none in either")
    old, new = _both_counts(before, months_before, now, months_now)
    change = _change(before, months_before, now, months_now)
    if change.way == "stayed":
        return say("stayed the same, %(number)s", number=new)
    return say(_CHANGED[change.way, change.beyond], before=old, now=new)


_CHANGED = {
    ("rose", True): mark("rose from %(before)s to %(now)s: more than chance would give"),
    ("rose", False): mark("rose from %(before)s to %(now)s: no more than chance could give"),
    ("fell", True): mark("fell from %(before)s to %(now)s: more than chance would give"),
    ("fell", False): mark("fell from %(before)s to %(now)s: no more than chance could give"),
}
_CHANGED_AT_LEAST = {
    ("rose", True): mark("rose, by at least %(number)s: more than chance would give"),
    ("rose", False): mark("rose, by at least %(number)s: chance could give as much"),
    ("fell", True): mark("fell, by at least %(number)s: more than chance would give"),
    ("fell", False): mark("fell, by at least %(number)s: chance could give as much"),
}


def _change(before: int, months_before: int, now: int, months_now: int) -> Change:
    per_before, per_now = before / months_before, now / months_now
    if per_before == per_now:
        return Change("stayed", False)
    return Change("rose" if per_now > per_before else "fell", chance_of(before, months_before, now, months_now) < CHANCE)


def cell_change(before: Cell | None, months_before: int, now: Cell | None, months_now: int) -> str:
    """The words of change_words for two published cells, or why there are none. None: nothing was published.

    Ranges are compared where they do not overlap and both periods have as many months: 'fell, by at least 4'. Of all pairs of counts that
    two such ranges leave possible, the nearest ends differ least in the eyes of chance, so what is beyond chance there is so everywhere.
    """
    if before is None or now is None:
        return say("not published before") if before is None else say("not published now")
    old, new = before.ends, now.ends
    if old is None or new is None:
        return say("withheld, so not compared")
    if old[0] == old[1] and new[0] == new[1]:
        return change_words(old[0], months_before, new[0], months_now)
    ends = _nearest_ends(old, months_before, new, months_now)
    if ends is None:
        return say("given as a range, so not compared")
    change = _change(ends[0], months_before, ends[1], months_now)
    return say(_CHANGED_AT_LEAST[change.way, change.beyond], number=f"{abs(ends[0] - ends[1]):,}")


def cell_step(before: Cell | None, months_before: int, now: Cell | None, months_now: int) -> str:
    """'from 3 to 9', or 'by at least 4': the step alone of what cell_change tells; '' where change_of is None."""
    old, new = (None if cell is None else cell.ends for cell in (before, now))
    if old is None or new is None or change_of(before, months_before, now, months_now) is None:
        return ""
    if old[0] == old[1] and new[0] == new[1]:
        words = _both_counts(old[0], months_before, new[0], months_now)
        return say("from %(before)s to %(now)s", before=words[0], now=words[1])
    ends = _nearest_ends(old, months_before, new, months_now) or (0, 0)
    return say("by at least %(number)s", number=f"{abs(ends[0] - ends[1]):,}")


def _both_counts(before: int, months_before: int, now: int, months_now: int) -> tuple[str, str]:
    """As they are written: a month, where other numbers of months were loaded."""
    if months_before == months_now:
        return f"{before:,}", f"{now:,}"
    return f"{before / months_before:,.1f}", say("%(number)s a month", number=f"{now / months_now:,.1f}")


def change_of(before: Cell | None, months_before: int, now: Cell | None, months_now: int) -> Change | None:
    """What cell_change tells in words; None where it tells of no change that can be compared, and where there were none in either."""
    old, new = (None if cell is None else cell.ends for cell in (before, now))
    if old is None or new is None or not months_before or not months_now or old == new == (0, 0):
        return None
    if old[0] == old[1] and new[0] == new[1]:
        return _change(old[0], months_before, new[0], months_now)
    ends = _nearest_ends(old, months_before, new, months_now)
    return None if ends is None else _change(ends[0], months_before, ends[1], months_now)


def _nearest_ends(old: tuple[int, int], months_before: int, new: tuple[int, int], months_now: int) -> tuple[int, int] | None:
    """The ends of two ranges, or of a range and a count, that lie nearest to one another; None where they overlap or the months differ."""
    if months_before != months_now or not months_now or (old[0] <= new[1] and new[0] <= old[1]):
        return None
    return (old[1], new[0]) if new[0] > old[1] else (old[0], new[1])


def chance_of(before: int, months_before: int, now: int, months_now: int) -> float:
    """p of two Poisson counts of one rate: given their sum, the later is binomial (Przyborowski, Wilenski 1940, Biometrika 31, 313-323)."""
    from scipy.stats import binomtest

    return float(binomtest(now, before + now, months_now / (months_before + months_now)).pvalue)
