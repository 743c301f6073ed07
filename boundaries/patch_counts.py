"""Incidents of a patch for a professional: the sum over its LSOAs, by category group and month. Nothing is divided or interpolated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from boundaries.patches import Patch
from core.db import fetch
from core.errors import UserError
from core.periods import Period


@dataclass(frozen=True)
class PatchCounts:
    """incidents[group][month] for every group of the last count and every loaded month, zeros included; gaps are no zeros.

    Not protected: for people who may see unprotected counts, never for publication.
    """

    patch: str
    lsoas: int
    residents: float
    period: Period
    months_loaded: tuple[date, ...]
    months_missing: tuple[date, ...]
    incidents: dict[str, dict[date, int]]

    def total(self, group: str) -> int:
        """Incidents of a group over the loaded months."""
        return sum(self.incidents[group].values())


def patch_counts(connection: Connection, patch: Patch, period: Period) -> PatchCounts:
    """Counts of a patch over a period, with the rights of the connection's role.

    UserError where the patch reaches into a district that this person may not see (a part of it must not pass for the whole), or where
    no month of the period is loaded.
    """
    hidden = int(fetch(connection, "boundaries/patches/patch_hidden", {"patch_id": patch.patch_id})["hidden"].iloc[0])
    if hidden:
        raise UserError(
            f"{hidden} of the {len(patch.members)} neighbourhoods of {patch.name!r} lie in districts that you may not see",
            where="patch",
            hint="ask for access to those districts, or have a patch made of your own.",
        )
    span = {"period_start": period.start, "period_end": period.end}
    loaded = set(fetch(connection, "boundaries/month_status", span).query("status == 'loaded'")["month"])
    months = tuple(month for month in period.months() if month in loaded)
    if not months:
        raise UserError(f"no month of {period} is loaded", where="analysis.month_status", hint="load a month of it.")
    incidents = {str(group): dict.fromkeys(months, 0) for group in fetch(connection, "boundaries/group_ids")["group_id"]}
    for row in fetch(connection, "boundaries/patches/patch_counts", span | {"patch_id": patch.patch_id}).itertuples():
        incidents[str(row.group_id)][row.month] = int(row.incidents)
    return PatchCounts(
        patch=patch.name,
        lsoas=len(patch.members),
        residents=patch.snapped.people_members,
        period=period,
        months_loaded=months,
        months_missing=tuple(month for month in period.months() if month not in loaded),
        incidents=incidents,
    )
