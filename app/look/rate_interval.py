"""When a page may show a rate. The limits themselves are core.poisson's."""

from __future__ import annotations

from core.poisson import Rate, rate_per_1000


def rate_where_known(count: int | None, residents: int | None) -> Rate | None:
    """Rate per 1,000 residents over the months loaded; None where the count is withheld or there is no population to divide by."""
    if count is None or not residents:
        return None
    return rate_per_1000(count, residents)
