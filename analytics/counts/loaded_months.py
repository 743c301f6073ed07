"""Which months of incidents are loaded, and the span that an analysis is of."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from analytics.counts.places import months_loaded
from core.db import one
from core.errors import UserError
from core.periods import CoveredPeriod, Period


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


def covered(connection: Connection, period: Period) -> CoveredPeriod:
    """A period with what was loaded of it: the way to say it. UserError where no month of it is."""
    return CoveredPeriod.of(period, months_loaded(connection, period))


def current_period(connection: Connection, months: int) -> Period:
    """The span of the given length that ends with the last loaded month."""
    return Period.ending(last_loaded_month(connection), months)
