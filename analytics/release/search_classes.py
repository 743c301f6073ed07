"""What releases saw of searches when their classes were wider: before a class said whether the outcome is linked to what was looked for.

Such a release published sums of the wider classes, which are sums of the classes of today. What it saw of one is laid into those by
what is counted today: nothing of how it fell to them was published then, and the sums are as they were seen.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

import pandas as pd

from analytics.disclosure.ledger import Earlier, Ledger
from analytics.release.search_plan import LINKS

_SITE = ["area", "category", "month"]
# object, outcome, ethnic group
_PARTS_BEFORE = 3


def of_old_class(classes: pd.Series) -> pd.Series:
    """Which classes say nothing of the link."""
    return classes.astype(str).str.count(r"\|") == _PARTS_BEFORE - 1


def in_new_classes(ledger: Ledger, today: pd.DataFrame) -> Ledger:
    """The same ledger with every release in the classes of today. today: area, category, month and incidents of all that is counted."""
    old = of_old_class(ledger.changes["category"])
    if not old.any() and not any(_is_old(past) for past in ledger.past):
        return ledger
    counted = today.groupby(_SITE)["incidents"].sum().to_dict()
    rows = [
        (seen.release, seen.area, category, seen.month, incidents)
        for seen in ledger.changes[old].itertuples()
        for category, incidents in _split(seen, counted)
    ]
    split = pd.DataFrame(rows, columns=["release", *_SITE, "incidents"])
    changes = pd.concat([split, ledger.changes[~old][split.columns]], ignore_index=True)
    return replace(
        ledger,
        past=tuple(replace(past, groups=tuple((name, _widened(inside)) for name, inside in past.groups)) for past in ledger.past),
        changes=changes.sort_values(["release", *_SITE], kind="stable", ignore_index=True),
    )


def seen_as_noted(raw: Ledger, laid: Ledger) -> Ledger:
    """What was seen, to note beside it what a release sees now. raw: as it was written down; laid: in the classes of today.

    Of a count that was written down in a wider class nothing is known (-1), so that the next release notes each of its parts, zeros too.
    """
    old = set(raw.changes.loc[of_old_class(raw.changes["category"]), "release"])
    changes = laid.changes
    return replace(laid, changes=changes.assign(incidents=changes["incidents"].where(~changes["release"].isin(old), -1)))


def _is_old(past: Earlier) -> bool:
    return any(len(c.split("|")) == _PARTS_BEFORE for _, inside in past.groups for c in inside)


def _widened(classes: frozenset[str]) -> frozenset[str]:
    return frozenset(new for c in classes for new in (_within(c) if len(c.split("|")) == _PARTS_BEFORE else (c,)))


def _within(old: str) -> tuple[str, ...]:
    return tuple(f"{old}|{link}" for link in LINKS)


def _split(seen: object, counted: dict[tuple[object, ...], int]) -> list[tuple[str, int]]:
    """What was seen of an old class by new class: as many of each as are counted today, as far as they go. What is left over is not said."""
    classes = _within(str(seen.category))  # type: ignore[attr-defined]
    today = [int(counted.get((seen.area, c, seen.month), 0)) for c in classes]  # type: ignore[attr-defined]
    upto = [min(seen.incidents, n) for n in accumulate(today)]  # type: ignore[attr-defined]
    parts = [b - a for a, b in zip([0, *upto], upto, strict=False)]
    parts[-1] += seen.incidents - upto[-1]  # type: ignore[attr-defined]
    return list(zip(classes, parts, strict=True))
