"""What people call the kinds that are counted, and which kind of a release that is.

A kind of a release is known by its label, and by the police's own kinds that it holds where the release says them. Something that the police
do not count by itself is answered with the kind that holds it, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.look import wording
from app.words.named import Spelling, slips_allowed, words_of
from published.release import OVERLAY, PARTITION, TOTAL, Category, Release


def without_bracket(label: str) -> str:
    """A label of a kind as somebody would say it."""
    return re.sub(r"\s*\([^)]*\)", "", label)


@dataclass(frozen=True)
class Meant:
    """What was said of a kind: the one that holds it, or those that it may be; note: what must be said of that."""

    categories: tuple[Category, ...]
    note: str = ""


@dataclass(frozen=True)
class KindNamed:
    """Where among the words a kind is named. general: by a word such as 'crime', which gives way to a kind beside it."""

    start: int
    end: int
    meant: Meant
    general: bool = False


@dataclass(frozen=True)
class _Concept:
    """said: how people say it. police: the police's own kinds that it is, or is within. within: it is less than any of them."""

    name: str
    said: tuple[str, ...]
    police: frozenset[str] = frozenset()
    label: str = ""
    within: bool = False


def _concept(name: str, said: str, police: str, label: str = "", *, within: bool = False) -> _Concept:
    return _Concept(name, tuple(s.strip() for s in said.split(",")), frozenset(p.strip() for p in police.split(",")), label, within)


_GENERAL = _Concept(
    "crime",
    (
        "crime",
        "crimes",
        "recorded crime",
        "reported crime",
        "all crime",
        "all crimes",
        "total crime",
        "crime in total",
        "crime overall",
        "overall crime",
        "crime altogether",
        "offence",
        "offences",
        "incident",
        "incidents",
        "all incidents",
        "recorded incidents",
        "criminality",
        "crime and anti social behaviour",
        "all kinds",
        "all recorded crime",
        "everything recorded",
        "case",
        "cases",
        "crime level",
        "crime levels",
    ),
)
_SERIOUS = _Concept("serious violence", ("serious violence", "serious violent", "seriously violent", "serious violent offences"))
# name: how people say it; the police's own kinds (data.police.uk) that it is or is within; the word by which a label is known; whether it is
# less than any of these
_CONCEPTS = (
    _concept(
        "Violence",
        "violence, violent, violent crime, violence and sexual offences, violent and sexual offences, acts of violence, violent acts",
        "Violence and sexual offences",
        "violence",
    ),
    _concept("Assault", "assault, assaults, attacks, fights, fighting", "Violence and sexual offences", "violence", within=True),
    _concept(
        "Sexual offences",
        "sexual offences, sexual offence, sex offences, sex crimes, sexual assault, sexual assaults",
        "Violence and sexual offences",
        "sexual",
        within=True,
    ),
    _concept("Harassment", "harassment, stalking", "Violence and sexual offences", "violence", within=True),
    _concept(
        "Robbery", "robbery, robberies, robbed, mugging, muggings, mugged, street robbery, street robberies", "Robbery", "robbery"
    ),
    _concept(
        "Burglary",
        "burglary, burglaries, burgled, break in, break ins, breakins, breaking in, breaking and entering, broken into, broke into,"
        " houses broken into, homes broken into, houses burgled, homes burgled, house burglaries, house burglary",
        "Burglary",
        "burglary",
    ),
    _concept(
        "Theft",
        "theft, thefts, stealing, stolen, stolen goods, stolen things, thieving",
        "Other theft, Shoplifting, Theft from the person, Bicycle theft",
        "theft",
    ),
    _concept(
        "Shoplifting",
        "shoplifting, shop lifting, shop theft, shop thefts, theft from shops, thefts from shops",
        "Shoplifting",
        "shoplifting",
    ),
    _concept(
        "Theft from the person",
        "theft from the person, pickpocketing, phone snatching, phone theft, bag snatching, snatch theft",
        "Theft from the person",
        "person",
    ),
    _concept(
        "Bicycle theft",
        "bicycle theft, bike theft, bike thefts, cycle theft, stolen bikes, bicycle thefts",
        "Bicycle theft",
        "bicycle",
    ),
    _concept(
        "Vehicle crime",
        "vehicle crime, vehicle crimes, car crime, car theft, car thefts, stolen cars, vehicle theft, theft of cars, theft from cars",
        "Vehicle crime",
        "vehicle",
    ),
    _concept(
        "Anti-social behaviour",
        "anti social behaviour, anti social behavior, antisocial behaviour, antisocial behavior, asb, anti social",
        "Anti-social behaviour",
        "anti-social",
    ),
    _concept(
        "Nuisance", "nuisance, nuisance behaviour, disorder, rowdy behaviour", "Anti-social behaviour", "anti-social", within=True
    ),
    _concept(
        "Criminal damage and arson", "criminal damage, criminal damage and arson, damage", "Criminal damage and arson", "damage"
    ),
    _concept("Vandalism", "vandalism, graffiti, arson, arsons", "Criminal damage and arson", "damage", within=True),
    _concept("Public order", "public order, public order offences, public disorder", "Public order", "public"),
    _concept("Drugs", "drugs, drug, drug crime, drug offences, drugs offences, drug related crime", "Drugs", "drugs"),
    _concept("Drug dealing", "drug dealing, drug use, drug possession", "Drugs", "drugs", within=True),
    _concept(
        "Possession of weapons",
        "possession of weapons, weapons possession, weapons offences, weapons, carrying weapons",
        "Possession of weapons",
        "weapons",
    ),
)


class Kinds:
    """What can be said of the kinds of a release. Made once for each release (kinds_of)."""

    def __init__(self, release: Release) -> None:
        self._said: dict[tuple[str, ...], Meant] = {}
        self._general: dict[tuple[str, ...], Meant] = {}
        total = () if release.total is None else (release.total,)
        for words in _GENERAL.said:
            self._general[tuple(words_of(words))] = Meant(total)
        serious = tuple(c for c in release.categories if "serious" in words_of(c.label) and "violence" in words_of(c.label))
        for words in _SERIOUS.said:
            self._said[tuple(words_of(words))] = Meant(serious[:1])
        for concept in _CONCEPTS:
            meant = _resolved(release, concept)
            for words in concept.said:
                self._said[tuple(words_of(words))] = meant
        for category in release.categories:
            for label in (category.label, without_bracket(category.label), category.category):
                self._said[tuple(words_of(label.replace("_", " ")))] = Meant((category,))
        self._words = {w for said in (*self._said, *self._general) for w in said}
        self._longest = max(map(len, self._said))
        self._spelling = Spelling([w for w in self._words if slips_allowed(w)])

    def knows(self, word: str) -> bool:
        return word in self._words

    def spelt(self, word: str) -> str:
        """The one word of these that is nearest to a mistyped one; '' where none is, or two are."""
        near = self._spelling.like(word)
        least = min(near.values(), default=0)
        best = [w for w, n in near.items() if n == least]
        # singular and plural of one word are as near, and mean the same
        return min(best, key=len) if best and len({w.rstrip("s") for w in best}) == 1 else ""

    def named(self, words: Sequence[str], taken: Sequence[bool]) -> list[KindNamed]:
        """Kinds among the words that no place has taken, the longest first."""
        found = []
        i = 0
        while i < len(words):
            here = self._at(words, taken, i)
            if here is not None:
                found.append(here)
            i = here.end if here is not None else i + 1
        return found

    def _at(self, words: Sequence[str], taken: Sequence[bool], i: int) -> KindNamed | None:
        for n in range(min(self._longest, len(words) - i), 0, -1):
            if any(taken[i : i + n]):
                continue
            said = tuple(words[i : i + n])
            if said in self._said:
                return KindNamed(i, i + n, self._said[said])
            if said in self._general:
                return KindNamed(i, i + n, self._general[said], general=True)
        return None


@lru_cache(maxsize=4)
def kinds_of(release: Release) -> Kinds:
    return Kinds(release)


def _resolved(release: Release, concept: _Concept) -> Meant:
    members = _members(release)
    parts = [c for c in release.categories if c.kind == PARTITION]
    if members:
        same = [c for c in parts if members.get(c.category) == concept.police]
        holding = same or [c for c in parts if concept.police <= members.get(c.category, frozenset())]
        touching = holding or [c for c in parts if concept.police & members.get(c.category, frozenset())]
        alone = bool(same) and not concept.within
    else:
        touching = [c for c in parts if concept.label in _label_words(c)]
        alone = not concept.within and all(words_of(c.label)[0] == words_of(concept.label)[0] for c in touching)
    if len(touching) == 1 and not alone:
        return Meant(
            tuple(touching),
            f"There is no number for {wording.lower(concept.name)} alone. It is counted within {wording.lower(touching[0].label)}.",
        )
    return Meant(tuple(touching))


def _label_words(category: Category) -> list[str]:
    return [w.casefold() for w in re.findall(r"[\w-]+", category.label)]


def _members(release: Release) -> Mapping[str, frozenset[str]]:
    """The police's own kinds in each kind of the release, where its certificate says them."""
    layout = release.certificate.get("layout")
    groups = layout.get("groups") if isinstance(layout, Mapping) else None
    return {str(k): frozenset(map(str, v)) for k, v in groups.items()} if isinstance(groups, Mapping) else {}


def in_order(release: Release) -> tuple[Category, ...]:
    """Kinds as they are offered: all together, what cuts across, then the parts."""
    return tuple(c for kind in (TOTAL, OVERLAY, PARTITION) for c in release.categories if c.kind == kind)
