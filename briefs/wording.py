"""Plain words for places, periods and numbers, in GOV.UK style: numerals, "per 1,000 people", no causal verb."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from core.contracts import NOT_AVAILABLE
from core.poisson import Rate
from published import range_words
from published.release import Cell, Place

# sizes: ONS, Census 2021 geographies (LSOA 1,000 to 3,000 residents, MSOA 5,000 to 15,000)
_KIND = {
    "lsoa": "neighbourhood",
    "msoa": "community area",
    "lad": "district",
    "force": "police force area",
    "all": "whole area",
}
_KIND_IN_FULL = {
    "lsoa": "a lower layer super output area (LSOA): a neighbourhood drawn by the Office for National Statistics"
    " to hold about 1,000 to 3,000 residents",
    "msoa": "a middle layer super output area (MSOA): a community area drawn by the Office for National Statistics"
    " to hold about 5,000 to 15,000 residents",
    "lad": "a local authority district",
    "force": "the area of one police force",
    "all": "the whole area of the police force",
}
_SERVICE = {
    "gp": ("GP practice", "GP practices"),
    "gp_practice": ("GP practice", "GP practices"),
    "pharmacy": ("pharmacy", "pharmacies"),
    "hospital": ("hospital", "hospitals"),
    "school": ("school", "schools"),
    "youth_centre": ("youth centre", "youth centres"),
    "library": ("library", "libraries"),
}
_REFERENCE = {
    "census2021": "Census 2021 usual residents",
    "mid2020": "mid-2020 population estimate",
    "imd2025": "English Indices of Deprivation 2025",
    "imd2019": "English Indices of Deprivation 2019",
    "synthetic": "synthetic",
}
_SYMBOLS = {
    "[c]": "[c] withheld, so that no small number can be worked out",
    "[x]": "[x] not given here",
    "[k]": "[k] low, rounds to 0",
    "[u]": "[u] too unreliable to print",
    "[z]": "[z] does not apply",
}
# stands in a table where a figure would mislead or has no meaning
NOT_SHOWN = "–"
_KEPT_CAPITALS = frozenset({"NHS", "GP", "UK", "CIC", "CE", "RC", "II", "III", "IV", "A&E", "C.E.", "R.C."})
_COMPASS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")


def kind(place: Place) -> str:
    return _KIND.get(place.geography, "area")


def kind_in_full(place: Place) -> str:
    edition = f", {place.edition} edition" if place.edition else ""
    return _KIND_IN_FULL.get(place.geography, "an area") + edition


def service(kind_of_service: str, number: int) -> str:
    """'1 pharmacy', '3 pharmacies'."""
    one, many = service_words(kind_of_service)
    return f"{number:,} {one if number == 1 else many}"


def service_words(kind_of_service: str) -> tuple[str, str]:
    plain = kind_of_service.replace("_", " ")
    return _SERVICE.get(kind_of_service, (plain, plain if plain.endswith("s") else f"{plain}s"))


def reference(key: str | None) -> str:
    """A reference of a population or an index, in words; as it was written where we know no better."""
    if not key:
        return "no reference given"
    plain = re.sub(r"[^a-z0-9]", "", key.lower())
    return next((words for known, words in _REFERENCE.items() if plain.startswith(known)), key)


def symbols(cells: Sequence[Cell]) -> str:
    """What each symbol, range and mark in use means; empty where none is."""
    used = {c.symbol for c in cells if c.symbol and not c.has_range}
    said = [text for symbol, text in _SYMBOLS.items() if symbol in used]
    ranged = [c for c in cells if c.has_range]
    if any(c.lowest != c.highest for c in ranged):
        said.insert(0, range_words.STANDS_FOR)
    if any(c.lowest == c.highest for c in ranged):
        said.append(range_words.MARK_MEANS)
    return ". ".join(said)


def rate(value: Rate | None, cell: Cell, place: Place, factor: float = 1.0) -> str:
    """The rate to 1 decimal; both ends where the count is given as a range; the cell's own symbol where it is withheld without one.

    factor: what makes a rate over the months loaded one for a year.
    """
    if value is not None:
        return f"{value.per_1000 * factor:,.1f}"
    ends = cell.rate_ends(place)
    if ends is not None:
        return range_words.two_ends(*(f"{end * factor:,.1f}" for end in ends))
    return NOT_AVAILABLE if cell.has_range else cell.symbol or NOT_AVAILABLE


def interval(value: Rate | None, cell: Cell) -> str:
    """The 95% interval of a known count; a range has none."""
    if value is not None:
        return f"{value.lower:,.1f} to {value.upper:,.1f}"
    return NOT_SHOWN if cell.has_range else cell.symbol or NOT_AVAILABLE


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def month(when: date) -> str:
    return f"{when:%B %Y}"


def short_day(when: date) -> str:
    """For tables, where a line is short."""
    return f"{when.day} {when:%b %Y}"


def proper_name(name: str) -> str:
    """A name that its publisher writes in capitals alone, as one would write it; any other name as it is."""
    if name != name.upper():
        return name
    return " ".join(word if word in _KEPT_CAPITALS else "-".join(p.capitalize() for p in word.split("-")) for word in name.split())


def list_of(items: Sequence[str], *, most: int = 0) -> str:
    """'a, b and c'; with most, the first few and how many more there are."""
    shown = list(items)
    if most and len(shown) > most:
        shown = [*shown[:most], f"{len(items) - most:,} more"]
    if len(shown) < 2:
        return "".join(shown)
    if any(" and " in item for item in shown):
        # "robbery and street theft and burglary and vehicle crime" could be two groups or four
        return f"{'; '.join(shown[:-1])}; and {shown[-1]}"
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def compass(dx: float, dy: float) -> str:
    """The nearest of eight directions; x to the east, y to the north."""
    import math

    return _COMPASS[round(math.atan2(dy, dx) / (math.pi / 4)) % 8]
