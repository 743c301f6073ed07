"""What was counted in each place of a geography, month by month and group by group: the input of cubes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from analytics.counts.places import Group, period_values
from core.contracts import Geography
from core.db import fetch
from core.errors import InternalError
from core.periods import Period

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class MonthlyCounts:
    """n places in ascending order of code. incidents: (n x groups x months), without what police activity itself produces."""

    geography: Geography
    codes: tuple[str, ...]
    lad_codes: tuple[str, ...]
    months: tuple[date, ...]
    incidents: Counts

    def __len__(self) -> int:
        return len(self.codes)


def read_monthly_counts(
    connection: Connection, geography: Geography, groups: Sequence[Group], months: Sequence[date]
) -> MonthlyCounts:
    """Counts of every place of a geography in the given loaded months, zeros included; other groups and months are left out."""
    place_key = {"geography": geography.level, "edition": geography.edition}
    places = fetch(connection, "counts/places", place_key)
    if places["code"].duplicated().any():
        raise InternalError(f"places of {geography}: a place lies in two districts")
    span = period_values(Period(months[0], months[-1]))
    rows = fetch(connection, "counts/monthly_group_counts", place_key | span)
    row = pd.Index(places["code"]).get_indexer(rows["code"])
    column = pd.Index([group.id for group in groups]).get_indexer(rows["group_id"])
    step = pd.Index(list(months)).get_indexer(rows["month"])
    if (row < 0).any():
        raise InternalError(f"monthly counts of {geography}: a counted place is unknown")
    wanted = (column >= 0) & (step >= 0)
    incidents = np.zeros((len(places), len(groups), len(months)), dtype=np.int64)
    incidents[row[wanted], column[wanted], step[wanted]] = rows["incidents"].to_numpy(dtype=np.int64)[wanted]
    return MonthlyCounts(geography, tuple(places["code"]), tuple(places["lad_code"]), tuple(months), incidents)
