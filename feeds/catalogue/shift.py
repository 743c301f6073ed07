"""Does a delivery look like those before it? A month at a tenth of its usual volume is held, not loaded.

Pure: profiles in, reasons out. Each rule compares with deliveries of the same series (the same feed and the same slot but for its month);
with fewer than `needs` of them nothing is said. Numbers that chance alone would move are left out: a median of fewer than `least_rows` a
month, or a category that was once below `_SURE_CATEGORY`, proves nothing by its absence.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

# a Poisson count with mean 10 is zero once in 22,000 times
_SURE_CATEGORY = 10
# how many earlier deliveries, the nearest in time, make what is usual
USUAL_OF = 24


def _float(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[float, BeforeValidator(_float)]


class Shift(BaseModel):
    """`[feed.shift]` of the catalogue. Feeds of events have it unless they say `watch = false`; others only where they declare it."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    watch: bool = True
    # rows a month, as a share of the median of earlier deliveries
    min_ratio: Annotated[Number, Field(ge=0, le=1)] = 0.5
    max_ratio: Annotated[Number, Field(ge=1)] = 2.0
    needs: Annotated[int, Field(ge=1, le=USUAL_OF)] = 3
    least_rows: Annotated[int, Field(ge=0)] = 100
    # whether a category that every earlier delivery had may be missing
    categories: bool = True
    # largest total variation distance between the shares of categories here and before (0 the same, 1 nothing in common)
    mix: Annotated[Number, Field(gt=0, le=1)] = 0.25
    # by how much the share of unplaced and of rejected rows may lie above the highest before
    unplaced: Annotated[Number, Field(gt=0, le=1)] = 0.2
    rejected: Annotated[Number, Field(gt=0, le=1)] = 0.1


@dataclass(frozen=True)
class Profile:
    """A delivery in numbers, kept in its notes. rows: accepted ones; months: how many it tells of (1 where it tells of no time)."""

    rows: int
    months: int = 1
    unplaced: int = 0
    rejected: int = 0
    categories: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows_a_month(self) -> float:
        return self.rows / max(self.months, 1)

    @property
    def unplaced_share(self) -> float:
        return self.unplaced / self.rows if self.rows else 0.0

    @property
    def rejected_share(self) -> float:
        rows_in = self.rows + self.rejected
        return self.rejected / rows_in if rows_in else 0.0

    def to_notes(self) -> dict[str, Any]:
        return {
            "rows": self.rows, "months": self.months, "unplaced": self.unplaced, "rejected": self.rejected,
            "categories": dict(self.categories),
        }  # fmt: skip

    @classmethod
    def from_notes(cls, notes: Mapping[str, Any]) -> Profile:
        return cls(
            int(notes["rows"]), int(notes["months"]), int(notes["unplaced"]), int(notes["rejected"]), dict(notes["categories"])
        )


def shifts(new: Profile, earlier: Sequence[Profile], rule: Shift) -> list[str]:
    """Every way in which a delivery departs from the earlier ones; empty where it is like them or there are too few to say."""
    if not rule.watch or len(earlier) < rule.needs:
        return []
    usual = statistics.median(p.rows_a_month for p in earlier)
    if usual < rule.least_rows:
        return []
    found = [*_volume(new, usual, len(earlier), rule), *_shares(new, earlier, rule)]
    if rule.categories and any(p.categories for p in earlier):
        found += [*_missing(new, earlier), *_mix(new, earlier, rule)]
    return found


def _volume(new: Profile, usual: float, count: int, rule: Shift) -> list[str]:
    ratio = new.rows_a_month / usual
    if rule.min_ratio <= ratio <= rule.max_ratio:
        return []
    return [
        f"{new.rows_a_month:,.0f} rows a month are {ratio:.0%} of the usual {usual:,.0f} (median of {count} deliveries;"
        f" {rule.min_ratio:.0%} to {rule.max_ratio:.0%} pass)"
    ]


def _shares(new: Profile, earlier: Sequence[Profile], rule: Shift) -> list[str]:
    found = []
    for what, share, before, room in (
        ("without a place", new.unplaced_share, max(p.unplaced_share for p in earlier), rule.unplaced),
        ("rejected", new.rejected_share, max(p.rejected_share for p in earlier), rule.rejected),
    ):
        if share > before + room:
            found.append(f"{share:.0%} of rows are {what}; never more than {before:.0%} before")
    return found


def _missing(new: Profile, earlier: Sequence[Profile]) -> list[str]:
    always = [c for c in earlier[0].categories if min(p.categories.get(c, 0) for p in earlier) >= _SURE_CATEGORY]
    gone = sorted(c for c in always if not new.categories.get(c, 0))
    return [f"no row of {', '.join(gone)}, which all {len(earlier)} earlier deliveries had"] if gone else []


def _mix(new: Profile, earlier: Sequence[Profile], rule: Shift) -> list[str]:
    """Against the nearest of the earlier ones: a mix that drifts over years is no fault, one that jumps is."""
    total = sum(new.categories.values())
    if not total:
        return []
    distances = [d for p in earlier if (d := _distance(new.categories, p.categories)) is not None]
    if not distances or min(distances) <= rule.mix:
        return []
    return [f"the mix of categories is unlike every earlier delivery: {min(distances):.0%} of rows would have to change category"]


def _distance(a: Mapping[str, int], b: Mapping[str, int]) -> float | None:
    """Total variation distance of two distributions; None where one has no row."""
    in_a, in_b = sum(a.values()), sum(b.values())
    if not in_a or not in_b:
        return None
    return sum(abs(a.get(c, 0) / in_a - b.get(c, 0) / in_b) for c in {*a, *b}) / 2
