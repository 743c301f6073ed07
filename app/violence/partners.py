"""What partners' own records say beside police figures, on one axis; what nobody supplies is named as such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.violence.store import PartnerMonths

# of violence, what a partnership asks its partners for; a feed is known by its name in the catalogue
WANTED = (
    ("Ambulance call-outs to assaults", re.compile("ambulance")),
    ("Emergency department attendances after violence", re.compile(r"(^|_)(ed|emergency|istv)(_|$)")),
    ("Hospital admissions for assault", re.compile("admission")),
    ("Homicides", re.compile("homicide")),
)


@dataclass(frozen=True)
class Series:
    """One wanted series. feeds: those that supply it; events: by month; categories: the partner's own words, most first."""

    name: str
    feeds: tuple[str, ...]
    events: Mapping[date, int]
    categories: tuple[tuple[str, int], ...]

    @property
    def supplied(self) -> bool:
        return bool(self.feeds)


def is_of_violence(feed: str) -> bool:
    return any(pattern.search(feed) for _, pattern in WANTED)


def series_of(found: Iterable[PartnerMonths]) -> tuple[Series, ...]:
    """Every wanted series, supplied or not."""
    feeds = list(found)
    return tuple(_series(name, [f for f in feeds if pattern.search(f.feed)]) for name, pattern in WANTED)


def _series(name: str, feeds: list[PartnerMonths]) -> Series:
    events: dict[date, int] = {}
    categories: dict[str, int] = {}
    for feed in feeds:
        for month, n in feed.events.items():
            events[month] = events.get(month, 0) + n
        for category, n in feed.categories.items():
            categories[category] = categories.get(category, 0) + n
    return Series(name, tuple(f.feed for f in feeds), events, tuple(sorted(categories.items(), key=lambda c: (-c[1], c[0]))))
