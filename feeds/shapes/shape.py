"""What every target shape offers: rules that screen rows, and the storing of those that pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, Protocol, TypeVar

import pyarrow as pa
from sqlalchemy import Connection

from core import db
from core.errors import FeedError, InternalError
from feeds.catalogue.feed import Feed
from feeds.reading.rows import Mask, Rows, Screening
from feeds.shapes.scope import Scope

Notes = dict[str, object]


@dataclass(frozen=True)
class Arrival:
    """A delivery on its way in: its feed, slot, month (where its name says one), and the store's knowledge.

    open_connection: of the transaction that stores it; None while it is screened, which needs none.
    """

    feed: Feed
    slot: str
    label: str
    month: date | None
    scope: Scope
    open_connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        if self.open_connection is None:
            raise InternalError(f"{self.label} is stored before its transaction begins")
        return self.open_connection

    def within(self, connection: Connection) -> Arrival:
        """The same in the transaction that stores it."""
        return replace(self, open_connection=connection)


Span = tuple[date | None, date | None]
W = TypeVar("W")


class Target(Protocol):
    """What a target shape offers, whatever it asks of the catalogue. `screen` sees every row; `store` is handed the accepted ones.

    write: the entry of the catalogue that names the shape. remove: takes out what a retired delivery stored, of the months given. span:
    first and last month of the accepted rows; None of a shape whose rows have no months.
    """

    def screen(self, rows: Rows, write: object, screening: Screening, arrival: Arrival) -> Notes: ...

    def store(self, rows: Rows, write: object, delivery_id: int, arrival: Arrival) -> Notes: ...

    def remove(self, connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None: ...

    def span(self, rows: Rows, accepted: Mask, write: object) -> Span | None: ...


@dataclass(frozen=True)
class Shape(Generic[W]):
    """A target shape by its functions, each of which takes entries of its own kind alone."""

    write: type[W]
    screens: Callable[[Rows, W, Screening, Arrival], Notes]
    stores: Callable[[Rows, W, int, Arrival], Notes]
    removes: Callable[[Connection, int, date | None, date | None], None]
    spans: Callable[[Rows, W], Span] | None = None

    def screen(self, rows: Rows, write: object, screening: Screening, arrival: Arrival) -> Notes:
        return self.screens(rows, self._own(write), screening, arrival)

    def store(self, rows: Rows, write: object, delivery_id: int, arrival: Arrival) -> Notes:
        return self.stores(rows, self._own(write), delivery_id, arrival)

    def remove(self, connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
        self.removes(connection, delivery_id, start, end)

    def span(self, rows: Rows, accepted: Mask, write: object) -> Span | None:
        return None if self.spans is None else self.spans(rows.where(accepted), self._own(write))

    def _own(self, write: object) -> W:
        if not isinstance(write, self.write):
            raise InternalError(f"{type(write).__name__} was given to the shape of {self.write.__name__}")
        return write


# the Government Statistical Service's form of a code: a letter and eight digits
CODE_PATTERN = r"^[A-Z]\d{8}$"


def screen_codes(rows: Rows, column: str, screening: Screening) -> None:
    """Reject rows whose code is not written as codes are."""
    import pyarrow.compute as pc

    from feeds.reading.rows import mask_of

    texts = rows.text(column)
    written = mask_of(pc.match_substring_regex(texts, CODE_PATTERN))
    foreign = ~mask_of(pc.string_is_ascii(texts))
    screening.reject(foreign, column, "not an area code: it holds a character that only looks like a letter or a digit")
    small = mask_of(pc.match_substring_regex(texts, r"^[a-z]\d{8}$"))
    screening.reject(small, column, "not an area code (a letter and eight digits): its letter is a small one")
    screening.reject(~written, column, "not an area code (a letter and eight digits)")


def screen_known(rows: Rows, column: str, geography: str, edition: str, screening: Screening, scope: Scope) -> None:
    """Reject rows whose code the lookups of that edition do not name: a code of another edition joins to nothing."""
    from feeds.reading.rows import is_in

    screen_codes(rows, column, screening)
    known = scope.known_codes.get((geography, edition))
    if known:
        screening.reject(~is_in(rows.text(column), known), column, f"not a code of {geography} {edition}")


def kept_in_region(rows: Rows, column: str, geography: str, edition: str, keep: str, scope: Scope) -> tuple[Mask, Notes]:
    """Which accepted rows are stored: all, or those of the region. Everything is kept while the region is not known."""
    import numpy as np

    from feeds.reading.rows import is_in

    region = scope.region_codes.get((geography, edition))
    if keep == "all" or not region:
        return np.ones(len(rows), dtype=bool), {"kept": "all areas" if keep == "all" else "all areas (the region is not known yet)"}
    kept = is_in(rows.text(column), region)
    return kept, {"kept": "areas of the region"} | nothing_kept(int(kept.sum()), len(rows))


def nothing_kept(kept: int, count: int) -> Notes:
    """A word for a person where every row was good and none is of the region: the file may be of another place."""
    return {"told": [f"none of its {count:,} rows is of the region, and nothing is kept"]} if count and not kept else {}


def merge(
    connection: Connection, shape: str, staged: pa.Table, arrival: Arrival, *, notes: Notes | None = None, **values: object
) -> int:
    """COPY rows to the staging table of a shape, then merge them by its rule. Returns how many rows of the target changed.

    notes: where rows that another delivery holds otherwise are noted; FeedError where that leaves nothing of the delivery.
    """
    db.run_statement(connection, f"feeds/stage/{shape}")
    db.copy_arrow(connection, "", f"feeds_{shape}", staged)
    if notes is not None:
        notes |= clashes(connection, shape, staged.num_rows, arrival)
    changed = db.run_statement(connection, f"feeds/merge/{shape}", values or {"feed": arrival.feed.id, "slot": arrival.slot})
    db.drop_temporary(connection, f"feeds_{shape}")
    return changed


def clashes(connection: Connection, shape: str, staged: int, arrival: Arrival) -> Notes:
    """What other deliveries hold otherwise than the staged rows say. FeedError where every staged row would be lost by it."""
    found = db.fetch(connection, f"feeds/clash/{shape}", {"feed": arrival.feed.id, "slot": arrival.slot}).iloc[0]
    lost, taken, other = int(found["lost"]), int(found["taken"]), found["other"]
    if lost and lost == staged:
        raise FeedError(
            f"{other} holds every one of its {staged:,} values already, for the same area and period and otherwise",
            where=arrival.label,
            hint="which of the two is right cannot be told; leave one out, or give them periods of their own. Nothing was stored.",
        )
    told = [f"{lost:,} of {staged:,} values not stored, because {other} holds others for the same area and period"] if lost else []
    told += [f"{taken:,} values in place of those of {other}, for the same area and period"] if taken else []
    return {"told": told, "values_lost": lost, "values_taken": taken} if told else {}


def constant(value: str | int, length: int) -> pa.Array:
    """A column of one value."""
    return pa.repeat(pa.scalar(value), length)
