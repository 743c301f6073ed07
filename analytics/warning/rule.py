"""The rule of the early warning: what is compared, when an alarm is raised, and how it is judged (docs/decisions/0108).

Arrays in, arrays out: no database here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analytics.counts.month_runs import Span, bridged_span
from analytics.statistics.scan.prospective import LiveCluster, ProspectiveScan, prospective_scan
from analytics.statistics.scan.windows import Windows, circular_windows

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Verdict = Literal["went_on", "eased"]

# two years: the same season is in it, and what a place was like before is not long ago
MOST_STEPS = 24
FEWEST_STEPS = 10
# months of the longest span: what has lasted longer is a hot spot or a pattern, and no warning
LONGEST = 6
RADIUS_M = 3_000.0
MAX_SHARE = 0.1
# chance alone is to raise an alarm at most once a year
LEAST_MONTHS = 12
# of a month as it comes in; of a month looked at afterwards, where more would cost minutes and only the level has to be reached
REPLICATES, REPLICATES_AFTERWARDS = 999, 239
# months before the last that are looked at afterwards, where they were not looked at in time
AFTERWARDS = 12
# a month after an alarm is called above where so many would come by chance in at most this share of months
JUDGED_AT = 0.05
# districts are laid so far apart that no circle reaches from one into another
_APART_M = 10_000_000.0


@dataclass(frozen=True)
class Table:
    """Counts (categories x n places x months) without what police activity produces; kinds (groups x categories); points_m (n x 2)."""

    codes: tuple[str, ...]
    lad_codes: tuple[str, ...]
    months: tuple[date, ...]
    groups: tuple[str, ...]
    counts: Counts
    kinds: NDArray[np.bool_]
    points_m: Floats

    def of_group(self, group: str) -> Counts:
        """(n x months): all categories of a group."""
        held: Counts = self.counts[self.kinds[self.groups.index(group)]].sum(axis=0)
        return held


@dataclass(frozen=True)
class Alarm:
    """An alarm before it has a number. places: positions in the table, the middle first. before_here, before_region: see analysis.alarm."""

    group: str
    places: tuple[int, ...]
    since: date
    cluster: LiveCluster
    before_here: int
    before_region: int


def span_until(loaded: Sequence[date], month: date) -> Span:
    """The loaded months that are compared at a look at a month, which is the last of them."""
    return bridged_span([m for m in loaded if m <= month], longest=MOST_STEPS)


def windows_within_districts(points_m: Floats, lad_codes: Sequence[str], incidents: Counts) -> Windows:
    """Circles of places of one district each, so that an alarm belongs to one, and whoever may see the district may see the alarm."""
    _, district = np.unique(np.asarray(lad_codes, dtype=str), return_inverse=True)
    apart = points_m + np.column_stack([district * _APART_M, np.zeros(len(points_m))])
    return circular_windows(apart, incidents.astype(np.float64), max_share=MAX_SHARE, radius_m=RADIUS_M)


def look(table: Table, span: Span, *, seed: int, replicates: int) -> tuple[ProspectiveScan, tuple[Alarm, ...]]:
    """Look at the last month of a span of the table: the scan, and what is to be raised, most surprising first."""
    steps = [table.months.index(month) for month in span.months]
    counts = np.ascontiguousarray(table.counts[:, :, steps])
    windows = windows_within_districts(table.points_m, table.lad_codes, counts.sum(axis=(0, 2)))
    scan = prospective_scan(
        counts,
        table.kinds,
        windows,
        longest=min(LONGEST, len(steps) // 2),
        level=1 / LEAST_MONTHS,
        seed=seed,
        replicates=replicates,
    )
    alarms = []
    for cluster in scan.clusters:
        before = counts[table.kinds[cluster.kind]].sum(axis=0)[:, : cluster.start]
        here, region = int(before[list(cluster.places)].sum()), int(before.sum())
        alarms.append(Alarm(table.groups[cluster.kind], cluster.places, span.months[cluster.start], cluster, here, region))
    return scan, tuple(alarms)


@dataclass(frozen=True)
class Judged:
    """The month after an alarm. expected: if the places had the share of the region that they had before; p: of so many or more then."""

    observed: int
    expected: float
    p: float

    @property
    def verdict(self) -> Verdict:
        return "went_on" if self.p <= JUDGED_AT else "eased"


def judge(observed: int, region: int, before_here: int, before_region: int) -> Judged:
    """Whether the places of an alarm were still above what was expected in the month after it.

    observed, region: incidents of that month in the places and in the region. before_here, before_region: the same of the months before the
    alarm's span, which the alarm had no part in choosing but by their being lower. Exact, given all four sums (hypergeometric), so
    that few incidents before are no proof of a rise.
    """
    # here, for few commands judge, and it takes long to import
    from scipy import stats

    expected = region * before_here / before_region if before_region else 0.0
    p = float(stats.hypergeom.sf(observed - 1, region + before_region, observed + before_here, region))
    return Judged(observed, expected, p)
