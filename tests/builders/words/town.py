"""The invented county with names as people say them, and an earlier release in which every other place had more and the others less."""

from __future__ import annotations

from core import db
from core.db import Role
from tests.builders import portal_data

# local areas, as a list of people's names would call them; two share a word, so that it alone names neither
LOCAL = {
    "E02900001": "Kestrel Leys",
    "E02900002": "Barrow & Sandhill",
    "E02900003": "Cavenham Heights",
    "E02900004": "Ember Green",
    "E02900005": "St Wilfrid's",
    "E02900006": "Kirtling North",
    "E02900007": "Kirtling South",
    "E02900008": "Great Holloway",
}
# every other place had three times as many, the others half
_EARLIER = "CASE WHEN right(place_code, 1)::INT % 2 = 0 THEN count * 3 WHEN count > 0 THEN greatest(count / 2, 5) ELSE count END"


def load_named_county() -> None:
    """Into an empty database."""
    portal_data.load_all(LOCAL)
    with db.transaction(Role.OWNER) as connection:
        portal_data.load_release_again(connection, months_before=12, count=_EARLIER)
