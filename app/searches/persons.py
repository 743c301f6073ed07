"""What the force notes of those it searched: age, sex, removal of clothing, and how often each of these fields is filled in. Content only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.outcomes.report import FEWEST
from app.searches.report import MOST_UNKNOWN, Disparity, FoundRate
from app.searches.store import PersonSearches
from core.proportion import Proportion, proportion

AGE, SEX, CLOTHING = "age", "sex", "clothing"
NOT_STATED = "Not stated"
# in order of years; a word that is not here stands behind them
_AGES = ("under 10", "10-17", "18-24", "25-34", "over 34")


@dataclass(frozen=True)
class Noted:
    """Searches of persons by one thing that the force notes of them. rates: in an order of their own, without those it is not noted of."""

    rates: tuple[FoundRate, ...]
    persons: int

    @property
    def stated(self) -> int:
        return sum(r.stops for r in self.rates)

    @property
    def usable(self) -> bool:
        """Whether shares are given: it is noted of most searches."""
        return self.persons >= FEWEST and self.persons - self.stated <= MOST_UNKNOWN * self.persons

    def share(self, of: FoundRate) -> Proportion | None:
        """Of the searches of which it is noted; None where it is noted too rarely."""
        return proportion(of.stops, self.stated) if self.usable else None


def noted(rows: Sequence[PersonSearches], field: str) -> Noted:
    """By age or sex, or whether clothing was removed."""
    of = [r for r in rows if r.field == field]
    order = {word: n for n, word in enumerate(_AGES)}
    stated = sorted((r for r in of if r.value != NOT_STATED), key=lambda r: (order.get(r.value, len(order)), r.value))
    return Noted(tuple(FoundRate(r.value, r.stops, r.found, r.found_known) for r in stated), sum(r.stops for r in of))


def filled_words(part: int, whole: int) -> str:
    """A share of fields that are filled in, never rounded to all or to none of them."""
    if 0 < part < whole:
        return f"{min(99.9, max(0.1, 100 * part / whole)):.1f}%"
    return "100%" if whole and part == whole else "0%"


def clothing_sentence(of: Noted) -> str:
    """How often more than outer clothing was removed; the numbers alone where the force says so too rarely."""
    removed = sum(r.stops for r in of.rates if r.name == "yes")
    if not of.persons:
        return ""
    share = proportion(removed, of.stated) if of.usable else None
    if share is not None:
        return (
            f"More than outer clothing was removed in {removed:,} of {of.stated:,} searches of persons of which it is noted:"
            f" {100 * share.share:.1f}% ({100 * share.lower:.1f}% to {100 * share.upper:.1f}%)."
        )
    return (
        f"Whether more than outer clothing was removed is noted in {of.stated:,} of {of.persons:,} searches of persons"
        f" ({filled_words(of.stated, of.persons)}):"
        f" in {removed:,} it was. That is too few of all to give a share, and the others may differ."
    )


@dataclass(frozen=True)
class Filled:
    """How often a field is filled in: share of the searches that could have it."""

    field: str
    of: str
    share: Proportion


def completeness(total: FoundRate, ethnic: Disparity, persons: Sequence[PersonSearches]) -> tuple[Filled, ...]:
    """Of every field that figures are made of."""
    some = [(name, noted(persons, field)) for name, field in (("Age", AGE), ("Sex", SEX))]
    clothing = noted(persons, CLOTHING)
    rows = [
        *((name, "persons", n.stated, n.persons) for name, n in some),
        ("Ethnic group, by the person", "persons", ethnic.persons - ethnic.not_stated, ethnic.persons),
        ("Ethnic group, by the officer", "persons", ethnic.persons - ethnic.officer_not_stated, ethnic.persons),
        ("More than outer clothing removed", "persons", clothing.stated, clothing.persons),
        ("Outcome linked to what was looked for", "all searches", total.known, total.stops),
    ]
    found = [(name, of, proportion(filled, whole)) for name, of, filled, whole in rows]
    return tuple(Filled(name, of, share) for name, of, share in found if share is not None)
