"""Plain words: numerals, months and places, written one way on every page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from core.languages.spoken import called, mark, said_day, said_month, say, say_many
from core.languages.spoken import listed as in_one_list

if TYPE_CHECKING:
    from core.periods import CoveredPeriod
    from core.poisson import Rate

WITHHELD = mark("withheld")
NOT_PUBLISHED = mark("not published")

# as they are written in English; in the language that is spoken: geography() and geographies()
GEOGRAPHY = {
    "lsoa": mark("neighbourhood"),
    "msoa": mark("local area"),
    "lad": mark("district"),
    "force": mark("police force area"),
    "all": mark("whole area"),
}
_GEOGRAPHIES = {
    "lsoa": mark("neighbourhoods"),
    "msoa": mark("local areas"),
    "lad": mark("districts"),
    "force": mark("police force areas"),
    "all": mark("whole areas"),
}
# the statistical name, said once beside the plain one
STATISTICAL = {
    "lsoa": "LSOA",
    "msoa": "MSOA",
    "lad": mark("local authority district"),
    "force": mark("area of a territorial police force"),
    "all": mark("police force area"),
}

SYMBOLS = {
    "[c]": mark("withheld to protect people"),
    "[x]": mark("not given here"),
    "[k]": mark("low"),
    "[u]": mark("unreliable"),
    "[z]": mark("not applicable"),
}

REFERENCES = {
    "census2021": mark("Census 2021"),
    "mid2020": mark("mid-2020 estimate"),
    "imd2025": mark("Index of Multiple Deprivation 2025"),
    "imd2019": mark("Index of Multiple Deprivation 2019"),
}

SERVICE_KINDS = {
    "gp_practice": mark("GP practices"),
    "gp": mark("GP practices"),
    "pharmacy": mark("Pharmacies"),
    "hospital": mark("Hospitals"),
    "school": mark("Schools"),
}


def geography(level: str) -> str:
    """'neighbourhood'."""
    return called(GEOGRAPHY[level])


def geographies(level: str) -> str:
    """'neighbourhoods'; '' for what is no level."""
    return called(_GEOGRAPHIES.get(level, ""))


def areas_of(level: str, count: int) -> str:
    """'12 neighbourhoods'."""
    if level == "lsoa":
        return say_many("%(count)s neighbourhood", "%(count)s neighbourhoods", count)
    if level == "msoa":
        return say_many("%(count)s local area", "%(count)s local areas", count)
    return say_many("%(count)s district", "%(count)s districts", count)


def number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


# where a long name of a place may be broken: before these endings of English place names
_ENDING = re.compile(r"(?<=\w{4})(?=(?:shire|minster|hampton|borough|bridge|worth|field|stead|wick|ford|bury|ham|ton)\b)")


def breakable(name: str) -> str:
    """A name whose words of 11 letters and more carry a soft hyphen: browsers know no hyphenation of place names, and tables are narrow."""
    return " ".join(_ENDING.sub("\u00ad", word) if len(word) >= 11 else word for word in name.split(" "))


def postcode(written: str) -> str:
    """'OX11UL' as 'OX1 1UL': the last three characters stand apart, however a publisher wrote it."""
    squeezed = "".join(written.split()).upper()
    return f"{squeezed[:-3]} {squeezed[-3:]}" if 5 <= len(squeezed) <= 7 else written


def month(value: date) -> str:
    return said_month(value)


def day(value: date | datetime) -> str:
    return said_day(value)


def capitalised(words: str) -> str:
    """With a capital letter at the start and the rest as it is."""
    return words[:1].upper() + words[1:]


def lower(label: str) -> str:
    """A label within a sentence."""
    return f"{label[:1].lower()}{label[1:]}"


def other_months(places: int) -> str:
    """Why some places of a hub have no figure on a map or in a table; '' where all have one."""
    if not places:
        return ""
    return say_many(
        "%(count)s area of other forces has figures over other months, on their own pages.",
        "%(count)s areas of other forces have figures over other months, on their own pages.",
        places,
    )


def listed(words: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return in_one_list(words)


def rate(value: float) -> str:
    """One decimal below 100, none above: more digits would claim more than the data know."""
    return f"{value:,.1f}" if value < 99.95 else f"{value:,.0f}"


def interval(of: Rate) -> str:
    return say("%(lowest)s to %(highest)s", lowest=rate(of.lower), highest=rate(of.upper))


def a_year(per_1000: float, covered: CoveredPeriod) -> str:
    """The same rate for a year, from the months loaded: '14.5 a year'; '' where they are a year."""
    return "" if covered.per_year is None else say("%(rate)s a year", rate=rate(per_1000 * covered.per_year))


def plural(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def reference(code: str) -> str:
    """A reference as people know it: 'census2021' as 'Census 2021'."""
    return called(REFERENCES.get(code, code))


def service_kind(kind: str) -> str:
    return called(service_kind_in_english(kind))


def service_kind_in_english(kind: str) -> str:
    """As the titles of sources have it."""
    return SERVICE_KINDS.get(kind, kind.replace("_", " ").capitalize())


def answer_back(contact: str) -> str:
    """How a resident can answer. Nothing is stored here: this process cannot write."""
    if contact:
        return say(
            "You know this place. If something here looks wrong, or if a figure misses what matters, say so: write to %(contact)s. Say which"
            " place and which figure you mean. Nothing you do on these pages is stored.",
            contact=contact,
        )
    return say(
        "You know this place. If something here looks wrong, or if a figure misses what matters, say so: tell the community safety"
        " partnership of your council, or raise it at your community panel. Say which place and which figure you mean. Nothing you do on"
        " these pages is stored."
    )


HANDLING = "Not for publication: holds small numbers about small places."


def distance(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{10 * round(metres / 10):,} m"
