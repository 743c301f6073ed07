"""What passes between stages: the names of geographies, and frames that are checked at the door."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from core.errors import InternalError

if TYPE_CHECKING:
    import pandas as pd

BRITISH_NATIONAL_GRID = 27700
WGS84 = 4326


@dataclass(frozen=True, order=True)
class Geography:
    """A kind of area and its edition: no code travels without it."""

    level: str
    edition: str

    def __str__(self) -> str:
        return f"{self.level} {self.edition}".strip()


LSOA_2011 = Geography("lsoa", "2011")
LSOA_2021 = Geography("lsoa", "2021")
MSOA_2021 = Geography("msoa", "2021")
LAD_2022 = Geography("lad", "2022")
FORCE_2020 = Geography("force", "2020")
H3_R9 = Geography("h3", "r9")
H3_R8 = Geography("h3", "r8")
H3_R7 = Geography("h3", "r7")
# the whole region; its single place has the code of the force area
ALL_AREA = Geography("all", "")


# 'Bristol, City of': how lists sort a name, not how anybody says it
_TURNED_ROUND = re.compile(r"^(.+), (\w+ of|The)$")


def said_name(name: str) -> str:
    """The name of a district or force area as a sentence says it: 'City of Bristol' for the 'Bristol, City of' of the ONS's lists."""
    return _TURNED_ROUND.sub(r"\2 \1", name)


# How old what stands of a feed may be, by how often its publisher delivers, before it counts as late. One delivery may be late, and
# police.uk publishes a month some eight weeks after it ended; when two are missing somebody should ask why.
LATE_AFTER = {
    "hourly": timedelta(hours=6),
    "daily": timedelta(days=3),
    "weekly": timedelta(days=21),
    "monthly": timedelta(days=100),
    "quarterly": timedelta(days=280),
    "yearly": timedelta(days=800),
}

SUPPRESSED = "[c]"
NOT_AVAILABLE = "[x]"


def require_columns(frame: pd.DataFrame, columns: set[str], what: str) -> None:
    """Raise InternalError naming the columns that a stage needs and did not get."""
    missing = columns - set(frame.columns)
    if missing:
        raise InternalError(f"{what}: columns missing: {', '.join(sorted(missing))}")


# RFC 5321: 64 before the sign, 254 in all. Quoted names, comments and addresses by number are allowed there and used by nobody; letters
# beyond ASCII need a server that knows SMTPUTF8, and not all do.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@((?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9])", re.ASCII)
_MOST_LOCAL, _MOST_ADDRESS = 64, 254


def address_of(given: str) -> str | None:
    """The one address that somebody gave, its domain in small letters; None for anything that is not exactly one.

    Blanks around it are let go. A line end, a comma or a second address is refused, so what comes out can stand in a header.
    """
    found = _ADDRESS.fullmatch(given.strip(" \t\r\n"))
    if found is None or len(found[1]) > _MOST_LOCAL or len(found[0]) > _MOST_ADDRESS:
        return None
    return f"{found[1]}@{found[2].lower()}"
