"""Which months of incidents are loaded, and the span that an analysis is of."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from core.db import one
from core.errors import UserError
from core.periods import Period


def first_loaded_month(connection: Connection) -> date:
    """The oldest month of incidents there is. UserError where none was loaded."""
    return _loaded_span(connection)[0]


def last_loaded_month(connection: Connection) -> date:
    """The newest month of incidents there is. UserError where none was loaded."""
    return _loaded_span(connection)[1]


def _loaded_span(connection: Connection) -> tuple[date, date]:
    first, last = one(connection, "counts/loaded_span")
    if last is None:
        raise UserError(
            "no month of incidents is loaded", where="analysis.month_status", hint="run 'homeground feeds load --source DIR' first."
        )
    return first, last


def current_period(connection: Connection, months: int) -> Period:
    """The span of the given length that ends with the last loaded month."""
    return Period.ending(last_loaded_month(connection), months)
