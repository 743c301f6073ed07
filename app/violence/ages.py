"""Victims by age, where a partner gives them, beside residents by age: rates of each age, and rates that allow for the ages of a place.

Of whole districts, for the newest twelve months of the feed. Where either is not there the page says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.look import wording
from app.look.markup import Cell, Table
from app.person import store as person_store
from app.person.reading import Reader
from app.person.store import Patch
from app.violence import store
from app.violence.spans import a_year
from core.periods import CoveredPeriod, Period
from core.poisson import EUROPE_2013, FEWEST_STANDARDISED, Rate, band_words, rate_per_1000, standardised_per_1000

_YEAR = 12
NO_VICTIMS = "Victims by age: not\u00a0supplied. A partner's list of victims with the band of five years of each makes this table."
NO_RESIDENTS = "Victims by age are supplied, residents by bands of five years are not: load estimates by single year of age."
DISTRICTS_ONLY = "Victims by age are counted by whole districts. Choose one, or all of them."
_BANDS = {band_words(first): first for first in EUROPE_2013}


@dataclass(frozen=True)
class AgeRow:
    """A band of ages. rate: a year, per 1,000 residents of that age."""

    band: str
    victims: int
    people: float
    rate: Rate | None


@dataclass(frozen=True)
class PlaceRates:
    """A district, or the whole: crude and standardised rates a year per 1,000. standardised None where there are too few victims."""

    code: str
    name: str
    victims: int
    crude: Rate | None
    standardised: Rate | None


@dataclass(frozen=True)
class Ages:
    """What is said. why_not: '' where there is something to say; reference: of the residents."""

    why_not: str = ""
    covered: CoveredPeriod | None = None
    rows: tuple[AgeRow, ...] = ()
    places: tuple[PlaceRates, ...] = ()
    reference: str = ""


def build(reader: Reader, patch: Patch) -> Ages:
    if patch.msoa or patch.own:
        return Ages(DISTRICTS_ONLY)
    victims = store.victims(reader, patch.district)
    months = {month for _, _, month in victims}
    if not months:
        return Ages(NO_VICTIMS)
    people, reference = store.residents_by_age(reader, patch.district)
    if not people:
        return Ages(NO_RESIDENTS)
    covered = CoveredPeriod.of(Period.ending(max(months), _YEAR), months)
    counts: dict[str, Counter[int]] = {}
    for (district, band, month), n in victims.items():
        if month >= covered.period.start and band in _BANDS:
            counts.setdefault(district, Counter())[_BANDS[band]] += n
    whole: Counter[int] = sum(counts.values(), Counter())
    everybody = {first: sum(of.get(first, 0.0) for of in people.values()) for first in EUROPE_2013}
    names = {d.code: d.name for d in person_store.districts_of(reader)}
    places = [_place(code, names.get(code, code), counts.get(code, Counter()), of, covered) for code, of in people.items()]
    if len(places) > 1:
        places = [_place("", wording.capitalised(patch.name), whole, everybody, covered), *sorted(places, key=lambda p: p.name)]
    rows = [AgeRow(band_words(f), whole[f], everybody[f], a_year(rate(whole[f], everybody[f]), covered)) for f in EUROPE_2013]
    return Ages("", covered, tuple(rows), tuple(places), reference)


def rate(count: int, people: float) -> Rate | None:
    return rate_per_1000(count, people) if people > 0 else None


def _place(code: str, name: str, counts: Mapping[int, int], people: Mapping[int, float], covered: CoveredPeriod) -> PlaceRates:
    total = sum(counts.values())
    crude = a_year(rate(total, sum(people.values())), covered)
    return PlaceRates(code, name, total, crude, a_year(standardised_per_1000(counts, people), covered))


def ages_table(of: Ages) -> Table:
    columns = [Cell("Age"), Cell("Victims", number=True), Cell("A year per 1,000 of that age", number=True)]
    rows = [[Cell(r.band), Cell(f"{r.victims:,}", number=True), _rate(r.rate)] for r in of.rows]
    return Table(f"Victims of violence with injury by age, {of.covered}", columns, rows, narrow=True)


def places_table(of: Ages) -> Table:
    columns = [
        Cell("Place"),
        Cell("Victims", number=True),
        Cell("A year per 1,000", number=True),
        Cell("Allowing for age", number=True),
    ]
    rows = [
        [
            Cell(p.name),
            Cell(f"{p.victims:,}", number=True),
            _rate(p.crude),
            _rate(p.standardised, f"too few (under {FEWEST_STANDARDISED})"),
        ]
        for p in of.places
    ]
    return Table(f"Rates with and without allowing for age, {of.covered}", columns, rows, narrow=True)


def _rate(of: Rate | None, otherwise: str = "no residents") -> Cell:
    return (
        Cell(otherwise, number=True) if of is None else Cell(wording.rate(of.per_1000), (f"({wording.interval(of)})",), number=True)
    )


def sentence(of: Ages) -> str:
    """How the rates are to be read."""
    return (
        "Allowing for age: the rate that a place would have if its residents were of the ages of the European Standard Population of 2013"
        f" (directly standardised, per 1,000, with Dobson's 95% limits). Residents: {wording.reference(of.reference)}. One person can be a"
        " victim twice."
    )
