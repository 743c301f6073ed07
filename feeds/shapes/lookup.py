"""Lookups: exact-fit parents (place.area_parent) and changes between editions (place.edition_change)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection

from core import db
from feeds.catalogue.writes import EditionChangeWrite, ParentWrite
from feeds.reading.rows import Rows, Screening, is_in, repeats
from feeds.shapes.shape import Arrival, Notes, constant, merge, screen_codes

CHANGES = ["U", "S", "M", "X"]


def screen_parent(rows: Rows, write: ParentWrite, screening: Screening, arrival: Arrival) -> Notes:
    """Both codes must be codes."""
    screen_codes(rows, write.child.column, screening)
    screen_codes(rows, write.parent.column, screening)
    return {}


def store_parent(rows: Rows, write: ParentWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """One row a child, however many rows of the file name it. A child that lies in two parents gets none: it has no exact fit."""
    relation = f"{write.child.geography}_{write.child.edition}_to_{write.parent.geography}_{write.parent.edition}"
    child, parent = rows.text(write.child.column).to_pandas(), rows.text(write.parent.column).to_pandas()
    torn = (parent.groupby(child).transform("nunique") > 1).to_numpy()
    notes: Notes = {f"{relation}_without_exact_fit": int(child[torn].nunique())} if torn.any() else {}
    rows = rows.where(~repeats(rows.text(write.child.column)) & ~torn)
    count = len(rows)
    staged = pa.table(
        {
            "child_geography": constant(write.child.geography, count),
            "child_edition": constant(write.child.edition, count),
            "child_code": rows.text(write.child.column),
            "parent_geography": constant(write.parent.geography, count),
            "parent_edition": constant(write.parent.edition, count),
            "parent_code": rows.text(write.parent.column),
            "delivery_id": constant(delivery_id, count),
        }
    )
    return notes | {relation: merge(arrival.connection, "parent", staged, arrival)}


def screen_change(rows: Rows, write: EditionChangeWrite, screening: Screening, arrival: Arrival) -> Notes:
    """Both codes must be codes, and a printed change one of U, S, M, X."""
    screen_codes(rows, write.from_code, screening)
    screen_codes(rows, write.to_code, screening)
    if write.change:
        screening.reject(~is_in(rows.text(write.change), CHANGES), write.change, "not one of U, S, M, X")
    return {}


def store_change(rows: Rows, write: EditionChangeWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """One row a pair of areas."""
    rows = rows.where(~repeats(rows.text(write.from_code), rows.text(write.to_code)))
    count = len(rows)
    old, new = rows.text(write.from_code), rows.text(write.to_code)
    staged = pa.table(
        {
            "geography": constant(write.geography, count),
            "from_edition": constant(write.from_edition, count),
            "from_code": old,
            "to_edition": constant(write.to_edition, count),
            "to_code": new,
            "change": rows.text(write.change) if write.change else derived_change(old, new),
            "delivery_id": constant(delivery_id, count),
        }
    )
    return {
        f"{write.geography}_{write.from_edition}_to_{write.to_edition}": merge(
            arrival.connection, "edition_change", staged, arrival
        )
    }


def derived_change(old: pa.Array, new: pa.Array) -> pa.Array:
    """The change that pairs of codes show: U alone and the same code, S one to many, M many to one, X anything else.

    An area that got a new code on its own is X: the statisticians give one when a boundary moved.
    """
    frame = pd.DataFrame({"old": old.to_pandas(), "new": new.to_pandas()})
    into = frame.groupby("old")["new"].transform("size").to_numpy()
    out_of = frame.groupby("new")["old"].transform("size").to_numpy()
    same = (frame["old"] == frame["new"]).to_numpy()
    change = np.select(
        [(into == 1) & (out_of == 1) & same, (into > 1) & (out_of == 1), (into == 1) & (out_of > 1)], ["U", "S", "M"], default="X"
    )
    return pa.array(change.astype(object), pa.string())


def remove_parent(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the parents that stand from a retired delivery."""
    db.run_statement(connection, "feeds/delete/parent", {"delivery_id": delivery_id})


def remove_change(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the changes that stand from a retired delivery."""
    db.run_statement(connection, "feeds/delete/edition_change", {"delivery_id": delivery_id})
