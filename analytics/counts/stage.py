"""The count stage: incidents by place, publisher's category and month, for every geography in one pass.

Reads record.incident, place.location_place and the lookups; writes analysis.category_group, category_group_member and month_status
anew, and of count_month the months that changed. A month that was not loaded is a gap, never zero. Incidents without a location, and those
that lie outside the region, are counted in month_status and in no place: with them, every geography adds up to the incidents, month by
month, or the stage raises and leaves the last count standing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from analytics.counts.changed import find_changed, note_counted
from analytics.counts.definitions import Definitions
from analytics.counts.store import fill_counts
from core.contracts import Geography
from core.db import fetch, replace_rows, run_statement, truncate
from core.errors import InternalError, UserError
from core.periods import Period
from core.provenance import finish_run, start_run
from core.settings import ComputeSettings

# of a force's incidents with a location, the least share that lies in its own area
LEAST_INSIDE = 0.5


@dataclass(frozen=True)
class CountReport:
    """incidents = in places + unplaced + outside, for every geography and month."""

    months_loaded: int
    months_missing: int
    first_month: date
    last_month: date
    incidents: int
    in_places: int
    unplaced: int
    outside: int
    run_id: int
    # how many months were counted in this run; the others stand as they were counted before
    months_counted: int


def count_months(connection: Connection, *, definitions: Definitions) -> CountReport:
    """Count what is loaded: the months that changed since the last count, or all (analytics.counts.changed). Incidents must have been placed.

    UserError where nothing is loaded or a category is in no group; InternalError where a total is not conserved.
    """
    changed = find_changed(connection)
    months = None if changed.months is None else list(changed.months)
    incidents = fetch(connection, "counts/incident_summary", {"months": months})
    _check_categories(
        sorted({*incidents["category"], *(name for kept in changed.kept.values() for name in kept.categories)}), definitions
    )
    waiting = int(fetch(connection, "counts/unplaced_locations")["locations"].iloc[0])
    if waiting:
        raise UserError(f"{waiting} locations are not placed yet", where="place.location_place", hint="run 'homeground analyse'.")
    deliveries = sorted({*map(int, incidents["delivery_id"]), *(one for kept in changed.kept.values() for one in kept.deliveries)})
    parameters = {"definitions": definitions.model_dump(mode="json")}
    run_id = start_run(connection, "count", seed=None, parameters=parameters, delivery_ids=deliveries)
    before = fetch(connection, "counts/month_numbers", {"months": months or []}) if months is not None else None
    truncate(connection, "analysis", "category_group", "category_group_member", "month_status")
    _store_definitions(connection, definitions)
    counted = _store_months(connection, incidents, before)
    if months is None:
        _count_all(connection, counted)
    else:
        _count_some(connection, months, counted)
    if changed.events:
        truncate(connection, "analysis", "event_count")
        # partners' events stand beside recorded crime and are never added to it
        if int(fetch(connection, "counts/any_events")["events"].iloc[0]):
            run_statement(connection, "counts/count_events")
    note_counted(connection, changed, incidents)
    finish_run(connection, run_id)
    totals = fetch(connection, "counts/month_totals").iloc[0]
    incidents, unplaced, outside = (int(totals[name]) for name in ("incidents", "unplaced", "outside"))
    _check_inside(connection, located=incidents - unplaced, outside=outside)
    return CountReport(
        months_loaded=int(totals["months_loaded"]),
        months_missing=int(totals["months_missing"]),
        first_month=totals["first_month"],
        last_month=totals["last_month"],
        incidents=incidents,
        in_places=incidents - unplaced - outside,
        unplaced=unplaced,
        outside=outside,
        run_id=run_id,
        months_counted=len(counted) if months is None else len(months),
    )


def _count_all(connection: Connection, months: list[date]) -> None:
    """Empty the counts and fill them from every month, their indexes laid aside meanwhile. InternalError where a total is not conserved."""
    truncate(connection, "analysis", "count_month")
    run_statement(connection, "counts/count_without_indexes")
    fill_counts(connection, months, ComputeSettings(), every=True)
    run_statement(connection, "counts/count_with_indexes")
    _check_conserved(fetch(connection, "counts/unbalanced_months", {"months": None}))


def _count_some(connection: Connection, changed: list[date], loaded: list[date]) -> None:
    """Count months that changed in place of what was counted of them. InternalError where a total of theirs is not conserved."""
    run_statement(connection, "counts/prefer_months")
    run_statement(connection, "counts/forget_months", {"months": changed})
    run_statement(connection, "counts/any_order")
    fill_counts(connection, [month for month in changed if month in loaded], ComputeSettings(), every=False)
    run_statement(connection, "counts/prefer_months")
    _check_conserved(fetch(connection, "counts/unbalanced_months", {"months": changed}))
    run_statement(connection, "counts/any_order")


def _check_inside(connection: Connection, *, located: int, outside: int) -> None:
    """UserError where most incidents lie outside the area that is served: then it is not the area of their force."""
    if located - outside >= LEAST_INSIDE * located:
        return
    region = fetch(connection, "counts/region").iloc[0]
    raise UserError(
        f"of {located:,} incidents of {region['force_name']} with a location {located - outside:,} lie in {region['name']}: this is not the"
        " force's area",
        where="HOMEGROUND_REGION_FORCE_NAME, HOMEGROUND_REGION_FORCE_AREA_NAME",
        hint="leave the area's name empty and it follows from the force; then load outlines, lookups and incidents into an empty store.",
    )


def _store_months(connection: Connection, incidents: pd.DataFrame, before: pd.DataFrame | None) -> list[date]:
    """Fill analysis.month_status: every month from the first to the last loaded; a gap has no numbers, not zeros. The months loaded.

    before: the numbers of months that are not counted anew.
    """
    every = incidents if before is None else pd.concat([incidents[list(before.columns)], before])
    loaded = every.groupby("month")[["incidents", "unplaced", "outside"]].sum()
    span = Period(loaded.index.min(), loaded.index.max())
    rows = [(m, "loaded", *map(int, loaded.loc[m])) if m in loaded.index else (m, "gap", None, None, None) for m in span.months()]
    _store(connection, "month_status", ("month", "status", "incidents", "unplaced", "outside"), rows)
    return list(loaded.index)


def _check_categories(found: list[str], definitions: Definitions) -> None:
    if not found:
        raise UserError("no incidents are loaded", where="record.incident", hint="run 'homeground feeds load --source DIR' first.")
    if unknown := sorted(set(found) - set(definitions.categories)):
        raise UserError(
            f"the incidents have categories that no group holds: {', '.join(unknown)}",
            where="analytics/counts/definitions.toml",
            hint="add them to 'categories' and to one partition group.",
        )


def _store_definitions(connection: Connection, definitions: Definitions) -> None:
    groups = [
        (group.id, group.label, group.description, position, group.kind, group.hot_spots)
        for position, group in enumerate(definitions.group)
    ]
    columns = ("group_id", "label", "description", "position", "kind", "hotspot_input")
    _store(connection, "category_group", columns, groups)
    members = [
        (group.id, category, category in definitions.proactive)
        for group in definitions.group
        for category in definitions.categories_of(group)
    ]
    _store(connection, "category_group_member", ("group_id", "category", "proactive"), members)


def _store(connection: Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    replace_rows(connection, "analysis", table, pd.DataFrame(rows, columns=list(columns), dtype=object), where={})


def _check_conserved(unbalanced: pd.DataFrame) -> None:
    if unbalanced.empty:
        return
    first = unbalanced.iloc[0]
    geography = Geography(str(first["geography"]), str(first["edition"]))
    raise InternalError(
        f"counts of {geography} do not add up in {len(unbalanced)} months; in {first['month']:%Y-%m} the places hold {first['counted']}"
        f" of {first['expected']} incidents"
    )
