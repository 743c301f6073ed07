"""Which months of incidents are loaded, and the span that an analysis is of."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, text

from core.errors import UserError
from core.periods import Period


def first_loaded_month(connection: Connection) -> date:
    """The oldest month of incidents there is. UserError where none was loaded."""
    last = last_loaded_month(connection)
    first: date | None = connection.execute(
        text("SELECT min(month) FROM analysis.month_status WHERE status = 'loaded'")
    ).scalar_one()
    return first or last


def last_loaded_month(connection: Connection) -> date:
    """The newest month of incidents there is. UserError where none was loaded."""
    last: date | None = connection.execute(
        text("SELECT max(month) FROM analysis.month_status WHERE status = 'loaded'")
    ).scalar_one()
    if last is None:
        raise UserError(
            "no month of incidents is loaded", where="analysis.month_status", hint="run 'homeground feeds load --source DIR' first."
        )
    return last


def current_period(connection: Connection, months: int) -> Period:
    """The span of the given length that ends with the last loaded month."""
    return Period.ending(last_loaded_month(connection), months)
