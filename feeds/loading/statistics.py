"""What the planner must know anew after a load: the tables that it wrote to, not every table there is."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from core import db

# of shapes of records; any other shape is of places, whose tables are small but for the outlines
_TABLES = {
    "event": ("record.incident", "record.event", "record.location"),
    "outcome": ("record.outcome",),
    "stop": ("record.stop", "record.location"),
    "indicator": ("record.indicator",),
    "service": ("record.service",),
}


# what the next files of a load are screened by: as if empty, they would be joined for a minute where a country's are held
_LOOKUPS = ("place.area_parent", "place.edition_change")


def refresh_lookups(connection: Connection) -> None:
    """Measure the tables of parents and of changes between editions, before the first question about the region joins them."""
    _measure(connection, _LOOKUPS)


def refresh_statistics(connection: Connection, shapes: Collection[str]) -> None:
    """Measure the tables of these target shapes."""
    _measure(connection, {table for shape in shapes for table in _TABLES.get(shape, ("place",))})


def _measure(connection: Connection, tables: Collection[str]) -> None:
    for filled in sorted(tables):
        db.fetch(connection, "feeds/refresh_statistics", {"filled": filled})
