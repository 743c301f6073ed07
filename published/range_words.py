"""How the range of a withheld count is written: one spelling for the portal, the plain pages and the briefs.

Whether a figure was withheld because it is small or to protect one that is makes no difference here: only the ends of its range are known.
"""

from __future__ import annotations

from core.languages.spoken import mark, say

# stands behind a number that nobody printed, but that the other figures leave no choice about
MARK = "*"
MARK_MEANS = mark("A number with * can be worked out from the other figures")

# under or above a table that holds ranges
STANDS_FOR = mark("A range such as 1 to 9 stands for a withheld figure")

RANGE_MEANS = mark(
    "A figure that is small, or that stands beside one that is, is given as a range: the least and the largest number that the other figures"
    " leave possible. Anyone could work the range out from them, so it gives nothing away."
)


def in_table(lowest: int, highest: int) -> str:
    """'30 to 52'; '31*' where both ends are equal."""
    return f"{lowest:,}{MARK}" if lowest == highest else two_ends(f"{lowest:,}", f"{highest:,}")


def in_words(lowest: int, highest: int) -> str:
    """'between 30 and 52'; '31, worked out from the other figures' where both ends are equal."""
    if lowest == highest:
        return say("%(number)s, worked out from the other figures", number=f"{lowest:,}")
    return between(f"{lowest:,}", f"{highest:,}")


def two_ends(lowest: str, highest: str) -> str:
    """'12.1 to 21.3', or one of them where both read the same."""
    return lowest if lowest == highest else say("%(lowest)s to %(highest)s", lowest=lowest, highest=highest)


def between(lowest: str, highest: str) -> str:
    """'between 12.1 and 21.3', or one of them where both read the same."""
    return lowest if lowest == highest else say("between %(lowest)s and %(highest)s", lowest=lowest, highest=highest)


def undetermined(threshold: int) -> str:
    """What a range leaves open. threshold: the smallest count that may be shown."""
    return say(
        "A range that holds every number from 1 to %(most)s does not tell whether the figure is that small.", most=threshold - 1
    )
