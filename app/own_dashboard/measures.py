"""What can become a tile: every kind that the police record, what became of it, searches, and whatever partners and publishers supply.

A measure is named by its kind and what is of it, group.serious_violence, as an address and a kept dashboard write it. What a partnership
asks its partners for stands in the list though nobody supplies it, and its tile says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.look import wording
from app.outcomes.report import crimes_label
from app.outcomes.words import CHARGED
from app.own_dashboard import store
from app.person.reading import Reader
from app.violence.content import serious_first
from app.violence.partners import WANTED

GROUP, CHARGE, SEARCHES, FOUND, EVENT, INDICATOR = "group", "charged", "searches", "found", "event", "indicator"
POLICE, BECAME, STOPS, PARTNERS, INDICATORS = (
    "Recorded by the police", "What became of crimes", "Stop and search", "Partners' events", "Indicators of places",
)  # fmt: skip
# what a partnership asks its partners for beside events (app.violence.partners): the indicator's name, and what it is called
WANTED_INDICATORS = (
    ("school_suspensions", "Suspensions from school"),
    ("first_time_entrants", "First-time entrants to youth justice"),
    ("children_in_need", "Children in need"),
    ("staff_absence", "Staff absence (human resources)"),
)
_ALL = "all"
_BETWEEN = "~"
_UNITS = {
    "decile": "A decile of England: 1 is the most deprived tenth, 10 the least.",
    "rank": "A rank in England: 1 is the most deprived.",
    "score": "A score; higher is more deprived.",
}


@dataclass(frozen=True)
class Measure:
    """One thing that can be a tile. name: what is of its kind; category: of events the one that counts, '' for all; unit, given_by: of an
    indicator its unit and the place that it is given by; supplied: whether anything of it is loaded."""

    kind: str
    name: str
    theme: str
    label: str
    definition: str
    source: str = ""
    unit: str = "count"
    given_by: str = ""
    category: str = ""
    supplied: bool = True

    @property
    def key(self) -> str:
        return f"{self.kind}.{self.name}" + (f"{_BETWEEN}{self.category}" if self.category else "")


@dataclass(frozen=True)
class Wanted:
    """A tile that somebody chose: a measure by its key, and where by the code of a patch ('all' for whatever the reader may see)."""

    measure: str
    place: str

    @property
    def written(self) -> str:
        return f"{self.measure}@{self.place}"


def wanted_from(written: str) -> Wanted | None:
    """A tile as an address names it; None for what is none."""
    measure, at, place = written.rpartition("@")
    fits = at and re.fullmatch(r"[a-z]+\.[\w-]+(~[^@~]+)?", measure) and re.fullmatch(r"[A-Za-z0-9-]{1,40}", place)
    return Wanted(measure, place) if fits else None


def offered(reader: Reader) -> Mapping[str, Measure]:
    """Everything that can be chosen, by key, in the order of the boxes."""
    found = [*_police(reader), *_searches(), *_events(reader), *_indicators(reader)]
    return {m.key: m for m in found}


def _police(reader: Reader) -> list[Measure]:
    made = serious_first(reader)
    counted = "It counts {kinds}, as police publish them."
    groups = [
        Measure(
            GROUP, g.group_id, POLICE, g.label,
            f"{g.description} {counted.format(kinds=wording.listed([c.lower() for c in g.categories]))}", "Police recorded crime, by month",
        )
        for g in made
    ]  # fmt: skip
    charged = [
        Measure(
            CHARGE, g.group_id, BECAME, f"{CHARGED.label}: {wording.lower(crimes_label(g))}",
            f"The share of crimes with this outcome: {wording.lower(CHARGED.meaning)} Outcomes come late, so only months that were"
            " followed for long enough are in it.", "Police recorded crime and its outcomes, by month of the crime", "percent",
        )
        for g in made
    ]  # fmt: skip
    return [*groups, *charged]


def _searches() -> list[Measure]:
    source = "Stop and search records of the police"
    return [
        Measure(SEARCHES, _ALL, STOPS, "Stop and search", "Stops that came to a search, of persons and of vehicles.", source),
        Measure(
            FOUND, _ALL, STOPS, "Searches that found what was looked for",
            "The share of searches whose outcome is linked to what was searched for, among those of which the force says whether it is.",
            source, "percent",
        ),
    ]  # fmt: skip


def _events(reader: Reader) -> list[Measure]:
    kinds = {k.name: k for k in store.kinds(reader) if k.source == "event"}
    said = "Events as the partner records them. They are never added to police figures: the same event may stand in both."
    found = []
    for label, pattern in WANTED:
        if not any(pattern.search(name) for name in kinds):
            name = re.sub(r"\W+", "-", label.lower())
            found.append(Measure(EVENT, name, PARTNERS, label, said, supplied=False))
    for name, kind in sorted(kinds.items()):
        label = next((of for of, pattern in WANTED if pattern.search(name)), _readable(name))
        found.append(Measure(EVENT, name, PARTNERS, label, said, kind.publisher))
        found += [
            Measure(EVENT, name, PARTNERS, f"{label}: {wording.lower(c)}", said, kind.publisher, category=c)
            for c in store.categories(reader).get(name, ())
            if _BETWEEN not in c and "@" not in c
        ]
    return found


def _indicators(reader: Reader) -> list[Measure]:
    kinds = {k.name: k for k in store.kinds(reader) if k.source == "indicator"}
    found = [
        Measure(INDICATOR, name, INDICATORS, label, "An indicator that a partner gives by place.", supplied=False)
        for name, label in WANTED_INDICATORS
        if name not in kinds
    ]
    for name, kind in sorted(kinds.items(), key=lambda k: k[1].label):
        by = wording.GEOGRAPHY.get(kind.given_by, kind.given_by)
        said = f"“{kind.label}”, given by {by}. {_UNITS.get(kind.unit, '')}".strip()
        found.append(Measure(INDICATOR, name, INDICATORS, kind.label, said, kind.publisher, kind.unit, kind.given_by))
    return found


def _readable(feed: str) -> str:
    return wording.capitalised(feed.removeprefix("partner_").replace("_", " "))


def months_of(reader: Reader, measure: Measure) -> tuple[date, ...]:
    """Months in which anything of a feed was counted anywhere that the person may see: without an event elsewhere a month is a gap."""
    return store.feed_months(reader).get(measure.name, ())
