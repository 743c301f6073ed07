"""The places of one geography with their residents, and what was counted in them over a period: the input of rates and hot spots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from core.contracts import Geography
from core.db import fetch
from core.errors import InternalError, UserError
from core.periods import Period

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """A category group as the last count stored it."""

    id: str
    kind: str
    hotspot_input: bool


@dataclass(frozen=True)
class PlaceTable:
    """n places in ascending order of code, each in the region; residents (n) is NaN where unknown.

    incidents and reported are (n x groups), zeros included; reported leaves out what police activity itself produces.
    """

    geography: Geography
    codes: tuple[str, ...]
    lad_codes: tuple[str, ...]
    residents: Floats
    incidents: Counts
    reported: Counts

    def __len__(self) -> int:
        return len(self.codes)


def read_groups(connection: Connection) -> tuple[Group, ...]:
    """The groups of the last count; UserError before the first."""
    rows = fetch(connection, "counts/groups")
    if rows.empty:
        raise UserError("nothing was counted yet", where="analysis.category_group", hint="run 'homeground analyse'.")
    return tuple(Group(str(r.group_id), str(r.kind), bool(r.hotspot_input)) for r in rows.itertuples())


def months_loaded(connection: Connection, period: Period) -> tuple[date, ...]:
    """The months of a period that are loaded, in order. UserError where none is: there is nothing to say about such a period."""
    rows = fetch(connection, "counts/months_loaded", period_values(period))
    if rows.empty:
        hint = "load a month of it, or choose another period."
        raise UserError(f"no month of {period} is loaded", where="analysis.month_status", hint=hint)
    return tuple(rows["month"])


def deliveries_of(connection: Connection, period: Period) -> list[int]:
    """Ids of the deliveries that the incidents of a period came from."""
    return [int(d) for d in fetch(connection, "counts/incident_deliveries", period_values(period))["delivery_id"]]


def period_values(period: Period) -> dict[str, Any]:
    """A period as the parameters that the queries take."""
    return {"period_start": period.start, "period_end": period.end}


def read_places(connection: Connection, geography: Geography, groups: Sequence[Group], period: Period) -> PlaceTable:
    """Every place of a geography, with its counts of each group over a period. No place: an empty table."""
    values = {"geography": geography.level, "edition": geography.edition}
    places = fetch(connection, "counts/places", values)
    if places["code"].duplicated().any():
        raise InternalError(f"places of {geography}: a place lies in two districts")
    counts = fetch(connection, "counts/group_counts", values | period_values(period))
    row = pd.Index(places["code"]).get_indexer(counts["code"])
    column = pd.Index([group.id for group in groups]).get_indexer(counts["group_id"])
    if (row < 0).any() or (column < 0).any():
        raise InternalError(f"places of {geography}: a counted place or group is unknown")
    tables = {}
    for name in ("incidents", "reported"):
        tables[name] = np.zeros((len(places), len(groups)), dtype=np.int64)
        tables[name][row, column] = counts[name].to_numpy(dtype=np.int64)
    return PlaceTable(
        geography=geography,
        codes=tuple(places["code"]),
        lad_codes=tuple(places["lad_code"]),
        residents=places["residents"].to_numpy(dtype=np.float64, na_value=np.nan),
        incidents=tables["incidents"],
        reported=tables["reported"],
    )


def read_residents(connection: Connection, geography: Geography) -> pd.Series:
    """Residents of every place of a geography, by code in rising order; NaN where unknown."""
    values = {"geography": geography.level, "edition": geography.edition}
    return fetch(connection, "counts/places", values).set_index("code")["residents"].astype(float)
