"""Words about areas: labels such as the rural-urban classification (place.area_label), and names that people use (place.local_name)."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from sqlalchemy import Connection

from core import db
from feeds.catalogue.writes import LabelWrite, LocalNameWrite
from feeds.reading.rows import Rows, Screening, is_empty, repeats
from feeds.shapes.event import optional
from feeds.shapes.shape import Arrival, Notes, constant, kept_in_region, merge, screen_known


def _screen_words(
    rows: Rows, write: LabelWrite | LocalNameWrite, column: str, missing: str, screening: Screening, arrival: Arrival
) -> Notes:
    screen_known(rows, write.code, write.geography, write.edition, screening, arrival.scope)
    screening.reject(is_empty(rows.text(column)), column, missing)
    screening.reject(repeats(rows.text(write.code)), write.code, "repeated code")
    return {}


def screen_label(rows: Rows, write: LabelWrite, screening: Screening, arrival: Arrival) -> Notes:
    """A code of the declared edition, once, with a label."""
    return _screen_words(rows, write, write.label, "no label", screening, arrival)


def store_label(rows: Rows, write: LabelWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """One row an area of the region."""
    kept, notes = kept_in_region(rows, write.code, write.geography, write.edition, write.keep, arrival.scope)
    rows = rows.where(kept)
    count = len(rows)
    staged = pa.table(
        {
            "geography": constant(write.geography, count),
            "edition": constant(write.edition, count),
            "code": rows.text(write.code),
            "kind": constant(write.kind, count),
            "label": rows.text(write.label),
            "label_code": optional(rows, write.label_code),
            "delivery_id": constant(delivery_id, count),
        }
    )
    values = merge(arrival.connection, "label", staged, arrival, notes=notes)
    return notes | {"rows_kept": count, "values": values}


def screen_local_name(rows: Rows, write: LocalNameWrite, screening: Screening, arrival: Arrival) -> Notes:
    """A code of the declared edition, once, with a name."""
    return _screen_words(rows, write, write.name, "no name", screening, arrival)


def store_local_name(rows: Rows, write: LocalNameWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """One row an area of the region. The geography stage puts the names on the areas."""
    kept, notes = kept_in_region(rows, write.code, write.geography, write.edition, write.keep, arrival.scope)
    rows = rows.where(kept)
    count = len(rows)
    staged = pa.table(
        {
            "geography": constant(write.geography, count),
            "edition": constant(write.edition, count),
            "code": rows.text(write.code),
            "local_name": rows.text(write.name),
            "delivery_id": constant(delivery_id, count),
        }
    )
    values = merge(arrival.connection, "local_name", staged, arrival, notes=notes)
    return notes | {"rows_kept": count, "values": values}


def remove_label(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the labels that stand from a retired delivery."""
    db.run_statement(connection, "feeds/delete/label", {"delivery_id": delivery_id})


def remove_local_name(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the names that stand from a retired delivery."""
    db.run_statement(connection, "feeds/delete/local_name", {"delivery_id": delivery_id})
