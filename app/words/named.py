"""Places that are named within a sentence: whole names, codes and postcodes exactly, names that are mistyped, and parts of names.

A place is taken for named where every word of one of its names stands there, or nearly. A part of a name, or a side of a place, is no name:
it gives places to choose from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from published.release import Place, Release
from published.search import find_by_postcode, looks_like_postcode

_LONGEST_NAME = 8
_MOST_WORDS = 60
_MOST_POSTCODES = 6
_CODE = re.compile(r"[a-z][0-9]{8}")
_FIRST_PART = re.compile(r"[a-z]{1,2}[0-9][a-z0-9]?")
_SECTOR = re.compile(r"[0-9][a-z]?")
_SECOND_PART = re.compile(r"[0-9][a-z]{2}")
# what an English name of a place has in common with many, or that says which side of one is meant
_SIDES = """
    north south east west northern southern eastern western northeast northwest southeast southwest upper lower central centre center
    inner outer old new great little middle side end edge outskirts
"""
SIDES = frozenset(_SIDES.split())
_JOINING = frozenset(("and", "of", "the", "in", "on", "st", "upon", "under", "by", "with"))
# one slip in a word of five letters, two in one of seven: fewer letters are another word too often
_ONE_SLIP, _TWO_SLIPS = 4, 7
_MOST_OFFERED = 8


@dataclass(frozen=True)
class Named:
    """Where among the words places are named, and which. sure: whether there is one, by its whole name. typed: what was read as it where
    that was another spelling. said: what a search by postcode has to say."""

    start: int
    end: int
    places: tuple[Place, ...]
    sure: bool
    typed: str = ""
    said: str = ""


def words_of(text: str) -> list[str]:
    """A sentence as plain words: no capitals, accents, or marks; '&' is 'and', 'Saint' is 'st', "King's" is 'kings', '1,000' is '1000'."""
    flat = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    flat = re.sub(r"(?<=\d),(?=\d{3})", "", re.sub("['\u2019\u2018`]", "", flat)).replace("&", " and ")
    found = re.sub(r"[^\w]|_", " ", flat).split()[:_MOST_WORDS]
    return ["st" if w == "saint" else w for w in found]


def slips(one: str, other: str, most: int) -> int:
    """Letters left out, put in, changed, or exchanged with the next one (optimal string alignment); most + 1 where there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    line = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, before, line = before, line, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, line[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, last[j - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
    return min(line[-1], most + 1)


def slips_allowed(word: str) -> int:
    return 0 if len(word) < _ONE_SLIP or any(c.isdigit() for c in word) else 1 if len(word) < _TWO_SLIPS else 2


class Spelling:
    """Words by the groups of three letters that they hold, so that those nearly like one are found without looking at all."""

    def __init__(self, known: Sequence[str]) -> None:
        self._by_group: dict[str, list[str]] = {}
        for word in dict.fromkeys(known):
            for group in set(_groups(word)):
                self._by_group.setdefault(group, []).append(word)

    def like(self, word: str) -> dict[str, int]:
        """Known words that a slip or two away from one, with how many; the first letter is seldom the wrong one."""
        most = slips_allowed(word)
        if not most:
            return {}
        shared: dict[str, int] = {}
        for group in set(_groups(word)):
            for known in self._by_group.get(group, ()):
                shared[known] = shared.get(known, 0) + 1
        near = (k for k in shared if k[0] == word[0] and min(len(k), len(word)) >= _ONE_SLIP)
        found = {k: slips(word, k, min(most, slips_allowed(k))) for k in near}
        return {k: n for k, n in found.items() if n <= min(most, slips_allowed(k))}


def _groups(word: str) -> Iterator[str]:
    """Of two letters and not of three, as a slip in the middle of a short word leaves no three of it."""
    padded = f" {word} "
    return (padded[i : i + 2] for i in range(len(padded) - 1))


class Gazetteer:
    """The names of a release. Made once for each release (gazetteer_of)."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._exact: dict[tuple[str, ...], list[Place]] = {}
        self._labels: dict[tuple[str, ...], list[Place]] = {}
        self._named: list[tuple[Place, tuple[str, ...]]] = []
        self._by_word: dict[str, set[int]] = {}
        for place in release.places.values():
            for name in dict.fromkeys((place.name, place.local_name)):
                self._add(place, tuple(words_of(name)))
            self._labels.setdefault(tuple(words_of(place.label)), []).append(place)
        self._spelling = Spelling([w for w in self._by_word if w.isalpha()])

    def _add(self, place: Place, words: tuple[str, ...]) -> None:
        if not words or place in self._exact.get(words, ()):
            return
        self._exact.setdefault(words, []).append(place)
        number = len(self._named)
        self._named.append((place, words))
        for word in words:
            if word not in _JOINING or word == "st":
                self._by_word.setdefault(word, set()).add(number)

    def name_of(self, place: Place) -> str:
        """A name that people use and that is read as no other place; a code where there is none."""
        own = (n for n in (place.local_name, place.name) if n)
        return next((n for n in own if len(self._exact.get(tuple(words_of(n)), ())) == 1), place.code)

    def knows(self, word: str) -> bool:
        return word in self._by_word

    def nearer(self, word: str, other: str) -> bool:
        """Whether a word of a name is as near to a mistyped one as another word is."""
        return min(self._spelling.like(word).values(), default=len(word)) <= slips(word, other, len(word))

    def exact(self, words: Sequence[str], *, labels: bool = False) -> list[Named]:
        """Whole names, the longest first, codes and postcodes; no two share a word.

        labels: both names of one place side by side, as a page prints them with a bracket, are one. Without a bracket they may be two places.
        """
        found: list[Named] = []
        i = asked = 0
        while i < len(words):
            here = self._code(words, i) or self._name(words, i, labels=labels)
            # each is a question to the database
            if here is None and asked < _MOST_POSTCODES and _FIRST_PART.match(words[i]):
                asked += 1
                here = self._postcode(words, i)
            if here is not None:
                found.append(here)
            i = here.end if here is not None else i + 1
        return found

    def _name(self, words: Sequence[str], i: int, *, labels: bool) -> Named | None:
        for n in range(min(_LONGEST_NAME, len(words) - i), 0, -1):
            said = tuple(words[i : i + n])
            places = (self._labels.get(said) if labels else None) or self._exact.get(said)
            if places:
                return Named(i, i + n, tuple(places[:_MOST_OFFERED]), len(places) == 1)
        return None

    def _code(self, words: Sequence[str], i: int) -> Named | None:
        if not _CODE.fullmatch(words[i]):
            return None
        places = [p for p in self._release.places.values() if p.code.casefold() == words[i]]
        return Named(i, i + 1, tuple(places), len(places) == 1) if places else None

    def _postcode(self, words: Sequence[str], i: int) -> Named | None:
        one, two = words[i], words[i + 1] if i + 1 < len(words) else ""
        if looks_like_postcode(one) and len(one) >= 5:
            return self._searched(one, i, i + 1)
        if not _FIRST_PART.fullmatch(one):
            return None
        if _SECOND_PART.fullmatch(two):
            return self._searched(f"{one} {two}", i, i + 2)
        return self._searched(f"{one} {two}", i, i + 2) if _SECTOR.fullmatch(two) else self._searched(one, i, i + 1)

    def _searched(self, typed: str, start: int, end: int) -> Named | None:
        found = find_by_postcode(self._release, typed)
        if found is None:
            return None
        whole = looks_like_postcode(typed)
        return Named(start, end, found.places[:_MOST_OFFERED], whole and len(found.places) == 1, said=found.message)

    def nearly(self, words: Sequence[str], start: int, end: int) -> Named | None:
        """What words that are no whole name may name. sure only where every word of one place's name is there, a slip or two apart."""
        scores: dict[int, int] = {}
        some = False
        for number, word in enumerate(w for w in words[start:end] if w not in _JOINING or w == "st"):
            of_word: dict[int, int] = {}
            for known, cost in ({word: 0} if self.knows(word) else self._spelling.like(word)).items():
                some = some or known not in SIDES
                for name in self._by_word[known]:
                    of_word[name] = min(cost, of_word.get(name, cost))
            scores = of_word if number == 0 else {n: scores[n] + c for n, c in of_word.items() if n in scores}
            if not scores:
                return None
        if not scores or not some:
            return None
        asked = sum(w not in _JOINING or w == "st" for w in words[start:end])
        whole = [n for n in scores if sum(w not in _JOINING or w == "st" for w in self._named[n][1]) == asked]
        typed = " ".join(words[start:end])
        if whole:
            least = min(scores[n] for n in whole)
            places = tuple(dict.fromkeys(self._named[n][0] for n in sorted(whole) if scores[n] == least))
            return Named(start, end, places[:_MOST_OFFERED], len(places) == 1, typed)
        order = sorted(scores, key=lambda n: (scores[n], _LARGE_FIRST[self._named[n][0].geography], self._named[n][1]))
        places = tuple(dict.fromkeys(self._named[n][0] for n in order))
        return Named(start, end, places[:_MOST_OFFERED], False, typed)


_LARGE_FIRST = {"all": 0, "force": 0, "lad": 1, "msoa": 2, "lsoa": 3}


@lru_cache(maxsize=4)
def gazetteer_of(release: Release) -> Gazetteer:
    return Gazetteer(release)
