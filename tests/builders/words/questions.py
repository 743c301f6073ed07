"""1,000 and more questions in people's words with what each asks for, from templates, paraphrases, slips and places. Always the same."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from tests.builders.words import paraphrases
from tests.builders.words.town import LOCAL

Key = tuple[str, str]
_SEED = 20261129
_REGION = ("all", "E23900001")
_KINDS = {"burglary": "burglary", "anti-social behaviour": "asb", "serious violence": "serious_violence", "robbery": "robbery",
          "violence and sexual offences": "violence"}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A question. sort: how it must be answered; none: it must get no figure. half: 0 to tune on, 1 to score.

    places, kind: what the answer must be of. whole: what a place is set beside. word: what is to be explained.
    """

    text: str
    sort: str
    half: int
    places: tuple[Key, ...] = ()
    kind: str = ""
    whole: str = ""
    word: str = ""
    reason: str = ""
    meanings: tuple[tuple[str, tuple[str, ...]], ...] = ()


def _half(template: str) -> int:
    """By the template, so that the scored half asks in ways that were not tuned on."""
    return zlib.crc32(template.encode()) % 2


@dataclass(frozen=True)
class _Said:
    words: str
    key: Key


def _places() -> list[_Said]:
    """Places as people name them: by the name of the local area, the official name, the district, a postcode, a code."""
    found = [_Said(name, ("msoa", code)) for code, name in LOCAL.items()]
    found += [_Said("Ashmoor", ("lad", "E07900001")), _Said("Linfield", ("lad", "E07900002"))]
    found += [_Said("Linfield district", ("lad", "E07900002")), _Said("the borough of Ashmoor", ("lad", "E07900001"))]
    found += [_Said("Invented County", _REGION), _Said("the whole county", _REGION)]
    for index in range(40):
        column, row = index % 8, index // 8
        district = "Ashmoor" if column < 4 else "Linfield"
        key = ("lsoa", f"E0190{index + 1:04d}")
        name = f"{district} {column % 4 + 1:03d}{'ABCDE'[row]}"
        if index % 4 == 0:
            found.append(_Said(name, key))
        if index % 7 == 0:
            found.append(_Said(f"ZZ{column + 1} {row + 1}AA", key))
        if index % 11 == 0:
            found.append(_Said(f"zz{column + 1}{row + 1}aa", key))
        if index % 13 == 0:
            found.append(_Said(key[1], key))
    found += [_Said(f"Ashmoor {n:03d}", ("msoa", f"E029{n:05d}")) for n in (1, 3)]
    # as they are typed by somebody in a hurry
    found += [
        _Said("barrow and sandhill", ("msoa", "E02900002")), _Said("BARROW & SANDHILL", ("msoa", "E02900002")),
        _Said("kestrel leys", ("msoa", "E02900001")), _Said("st wilfrids", ("msoa", "E02900005")),
        _Said("St. Wilfrid's", ("msoa", "E02900005")), _Said("ember green estate", ("msoa", "E02900004")),
        _Said("LINFIELD", ("lad", "E07900002")),
    ]  # fmt: skip
    return found


def _slipped() -> list[_Said]:
    return [
        _Said("Kestral Leys", ("msoa", "E02900001")), _Said("Kestrel Leyes", ("msoa", "E02900001")), _Said("Kestrel Lays", ("msoa",
        "E02900001")),
        _Said("Cavanham Heights", ("msoa", "E02900003")), _Said("Cavenham Hights", ("msoa", "E02900003")),
        _Said("Embar Green", ("msoa", "E02900004")), _Said("Kirtling Noth", ("msoa", "E02900006")), _Said("Kirtleing South", ("msoa",
        "E02900007")),
        _Said("Great Hollaway", ("msoa", "E02900008")), _Said("Graet Holloway", ("msoa", "E02900008")), _Said("Ashmore", ("lad",
        "E07900001")),
        _Said("Ashmor", ("lad", "E07900001")), _Said("Lindfield", ("lad", "E07900002")), _Said("Linfeild", ("lad", "E07900002")),
        _Said("Barow & Sandhill", ("msoa", "E02900002")), _Said("Saint Wilfrid's", ("msoa", "E02900005")),
    ]  # fmt: skip


class _Deck:
    """Goes round a list in an order of its own, so that every entry is used as often as any other."""

    def __init__(self, entries: Sequence[_Said], seed: int) -> None:
        order = list(entries)
        random.Random(seed).shuffle(order)
        self._next = cycle(order).__next__

    def draw(self, allowed: Callable[[_Said], bool] = lambda said: True) -> _Said:
        while True:
            said = self._next()
            if allowed(said):
                return said

    def several(self, number: int) -> list[_Said]:
        found: list[_Said] = []
        while len(found) < number:
            said = self._next()
            if all(said.key != other.key for other in found):
                found.append(said)
        return found


def questions() -> list[Asked]:
    """The whole set, both halves."""
    rng = random.Random(_SEED)
    return list(dict.fromkeys(_all(rng)))


def _all(rng: random.Random) -> Iterator[Asked]:
    places, slipped = _Deck(_places(), 1), _Deck(_slipped(), 2)
    measures = [(kind, words) for kind, said in paraphrases.MEASURES.items() for words in said]
    slips = [(kind, words) for kind, said in paraphrases.SLIPS.items() for words in said]

    def filled(template: str, sort: str, kind: str, m: str, said: Sequence[_Said]) -> Asked:
        names = dict(zip(("p", "q", "r"), (s.words for s in said), strict=False))
        return Asked(template.format(m=m, **names), sort, _half(template), tuple(s.key for s in said), kind)

    for sort, templates, times in (("figure", paraphrases.FIGURE, 8), ("change", paraphrases.CHANGE, 7)):
        for template in templates:
            for kind, m in rng.sample(measures, times - 2):
                yield filled(template, sort, kind, m, [places.draw()])
            kind, m = rng.choice(measures)
            yield filled(template, sort, kind, m, [slipped.draw()])
            kind, m = rng.choice(slips)
            yield filled(template, sort, kind, m, [places.draw()])
    for templates, number, times in ((paraphrases.COMPARE, 2, 8), (paraphrases.COMPARE_THREE, 3, 6)):
        for template in templates:
            for kind, m in rng.sample(measures, times):
                yield filled(template, "comparison", kind, m, places.several(number))
            kind, m = rng.choice(measures)
            one = slipped.draw()
            yield filled(
                template, "comparison", kind, m, [one, *(s for s in places.several(number + 1) if s.key != one.key)][:number]
            )
    for template in paraphrases.BESIDE:
        for whole, said in paraphrases.BESIDE_WHAT.items():
            for b in rng.sample(said, 3):
                place = places.draw(lambda s: s.key[0] == "lsoa" or (s.key[0] == "msoa" and whole != "like"))  # noqa: B023
                kind, m = rng.choice(measures)
                yield Asked(template.format(m=m, p=place.words, b=b), "beside", _half(template), (place.key,), kind, whole)
    yield from _without_a_kind(rng, places)
    yield from _without_a_figure(rng, places)


def _without_a_kind(rng: random.Random, places: _Deck) -> Iterator[Asked]:
    for template in paraphrases.PEOPLE:
        for _ in range(4):
            place = places.draw()
            yield Asked(template.format(p=place.words), "people", _half(template), (place.key,))
    for template in paraphrases.WHEN:
        for _ in range(3 if "{p}" in template else 1):
            m = rng.choice(("burglary", "robbery", "crime"))
            yield Asked(template.format(p=places.draw().words, m=m), "when", _half(template))
    known = tuple((kind, (word,)) for word, kind in _KINDS.items())
    for template in paraphrases.MEANING:
        for word in rng.sample(paraphrases.WORDS, 6):
            yield Asked(template.format(w=word), "meaning", _half(template), word=word, meanings=known)


def _without_a_figure(rng: random.Random, places: _Deck) -> Iterator[Asked]:
    measures = ("burglary", "robbery", "violence", "anti-social behaviour", "crime")
    for reason, templates in paraphrases.REFUSED.items():
        for template in templates:
            for m in rng.sample(measures, 2):
                p, q = (s.words for s in places.several(2))
                n = "drugs" if m != "drugs" else "theft"
                yield Asked(template.format(m=m, n=n, p=p, q=q), "none", _half(template), reason=reason)
    for name in paraphrases.ELSEWHERE:
        for template in rng.sample(paraphrases.FIGURE, 3):
            yield Asked(template.format(m=rng.choice(measures), p=name), "none", _half(template), reason="elsewhere")
    # a word that two places share, and a side of a place that has no figure of its own
    for name in ("Kirtling", "East Ashmoor", "Linfield town centre", "north Linfield", "ZZ3", "zz6"):
        for template in rng.sample(paraphrases.FIGURE, 3):
            yield Asked(template.format(m=rng.choice(measures), p=name), "choose", _half(template))
