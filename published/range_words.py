"""How the range of a withheld count is written: one spelling for the portal, the plain pages and the briefs.

Whether a figure was withheld because it is small or to protect one that is makes no difference here: only the ends of its range are known.
"""

from __future__ import annotations

# stands behind a number that nobody printed, but that the other figures leave no choice about
MARK = "*"
MARK_MEANS = f"A number with {MARK} can be worked out from the other figures"

# under or above a table that holds ranges
STANDS_FOR = "A range such as 1 to 9 stands for a withheld figure"

RANGE_MEANS = (
    "A figure that is small, or that stands beside one that is, is given as a range: the least and the largest number that the other figures"
    " leave possible. Anyone could work the range out from them, so it gives nothing away."
)


def in_table(lowest: int, highest: int) -> str:
    """'30 to 52'; '31*' where both ends are equal."""
    return f"{lowest:,}{MARK}" if lowest == highest else f"{lowest:,} to {highest:,}"


def in_words(lowest: int, highest: int) -> str:
    """'between 30 and 52'; '31, worked out from the other figures' where both ends are equal."""
    return f"{lowest:,}, worked out from the other figures" if lowest == highest else f"between {lowest:,} and {highest:,}"


def two_ends(lowest: str, highest: str) -> str:
    """'12.1 to 21.3', or one of them where both read the same."""
    return lowest if lowest == highest else f"{lowest} to {highest}"


def between(lowest: str, highest: str) -> str:
    """'between 12.1 and 21.3', or one of them where both read the same."""
    return lowest if lowest == highest else f"between {lowest} and {highest}"


def undetermined(threshold: int) -> str:
    """What a range leaves open. threshold: the smallest count that may be shown."""
    return f"A range that holds every number from 1 to {threshold - 1} does not tell whether the figure is that small."
