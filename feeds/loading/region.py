"""The one region that this installation serves, from the settings and the lookup of police force areas."""

from __future__ import annotations

import logging

from sqlalchemy import Connection

from core import db
from core.audit import record_event
from core.contracts import said_name
from core.settings import RegionSettings

log = logging.getLogger(__name__)


def write_region(connection: Connection, region: RegionSettings, *, actor: str) -> str | None:
    """Write place.region and the force area of each district of 2022; returns the force area's code, None while no lookup names it.

    The lookup gives districts of 2024, the other lookups those of 2022: a district of 2022 is linked where all its successors lie in one
    force area. Nothing is written where everything stands as it should.
    """
    areas = db.fetch(connection, "feeds/force_areas")
    found = areas[[region.is_area(str(name)) for name in areas["name"]]]
    if found.empty:
        if not areas.empty:
            log.warning("%s", region.no_such_area([str(name) for name in areas["name"]]))
        return None
    code, name = str(found["code"].iloc[0]), str(found["name"].iloc[0])
    values = {"name": said_name(name), "force_code": code, "force_name": region.force_name, "synthetic": region.synthetic}
    changed = db.run_statement(connection, "feeds/upsert_region", values)
    linked = db.run_statement(connection, "feeds/link_districts_to_force")
    if changed or linked:
        record_event(connection, actor=actor, action="region", subject=code, detail={"districts_linked": linked})
    return code
