"""What a sentence asks for: places, a kind, a period and what is to be said of them; or why it gets no figure.

Nothing is guessed. A word that the grammar does not know, a place that may be another, or two things asked at once give no figure but a
sentence on how the question was read, and questions to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from app.region.compare import MOST
from app.region.words import words as glossary
from app.words import cues
from app.words.kinds import KindNamed, in_order, kinds_of
from app.words.named import SIDES, Gazetteer, Named, gazetteer_of, slips_allowed, words_of
from core.periods import Period
from published.release import Category, Place, Release

LONGEST = 200
_MOST_OPTIONS = 8
_BEFORE_A_PLACE = frozenset(
    ("in", "at", "for", "of", "near", "around", "with", "to", "than", "vs", "versus", "and", "between", "compare", "is")
)
# 'Oxford city', 'the district of Oxford': of which sort a place is changes nothing where it is named
_SORTS = frozenset(
    ("district", "borough", "council", "city", "town", "village", "area", "estate", "neighbourhood", "region", "county")
)
_COMPARING = frozenset(("lower", "old", "new", "middle", "end", "side"))
_MONTH = {m: i for i, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}


@dataclass(frozen=True)
class Option:
    """Another question that can be answered: of a place or a kind, or both."""

    place: Place | None
    category: Category | None


@dataclass(frozen=True)
class Read:
    """How a sentence was read. sort: figure, change, comparison, beside, people, when, meaning; choose, refused, not_understood, nothing.

    reason: why it is refused. whole: lad, all or like, what a place is set beside. period: months that were named; None: those shown now.
    notes: how words were understood. unknown: words that are not understood. meaning: what a word means, with the word.
    """

    sort: str
    reason: str = ""
    places: tuple[Place, ...] = ()
    category: Category | None = None
    whole: str = ""
    period: Period | None = None
    meaning: tuple[str, str] = ("", "")
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class _Sentence:
    """The words, and which of them name places and kinds. text: with these as PLACE and KIND; of: the number of the word at each letter."""

    words: tuple[str, ...]
    places: tuple[Named, ...]
    kinds: tuple[KindNamed, ...]
    text: str
    of: tuple[int, ...]


def read(release: Release, typed: str, about: Place | None = None) -> Read:
    """about: the place that a question is about where it names none. Never raises for what a person typed."""
    text = "".join(c if c.isprintable() else " " for c in typed)
    if len(text) > LONGEST:
        return Read("refused", "long")
    words = words_of(text)
    if not words:
        return Read("nothing")
    gazetteer = gazetteer_of(release)
    places = [n for n in gazetteer.exact(words, labels="(" in text) if _is_meant(words, n)]
    words, notes = _spelt(release, gazetteer, words, places)
    sentence = _sentence(release, words, places)
    meant = _meaning(release, sentence)
    if meant is not None:
        return meant
    for reason, pattern in cues.REFUSALS.items():
        if pattern.search(_without_newest(sentence.text)):
            return Read("refused", reason)
    sentence, said, unknown, options = _named_nearly(release, gazetteer, sentence)
    return _asked(release, sentence, about, (*notes, *said), unknown, options)


def _is_meant(words: Sequence[str], named: Named) -> bool:
    """A name that is a word of the grammar too is a place only after a word such as 'in'."""
    alone = named.end - named.start == 1 and (words[named.start] in cues.FILLER or words[named.start] in SIDES)
    return not alone or (named.start > 0 and words[named.start - 1] in _BEFORE_A_PLACE)


def _spelt(release: Release, gazetteer: Gazetteer, words: list[str], places: Sequence[Named]) -> tuple[list[str], list[str]]:
    """The words with mistyped names of kinds put right, and what was put right."""
    kinds = kinds_of(release)
    taken = _taken(len(words), places)
    found, notes = list(words), []
    for i, word in enumerate(words):
        if (
            taken[i]
            or not slips_allowed(word)
            or word in cues.FILLER
            or kinds.knows(word)
            or gazetteer.knows(word)
            or _is_cue(word)
        ):
            continue
        right = kinds.spelt(word)
        if right and not gazetteer.nearer(word, right):
            found[i] = right
            notes.append(f"We read “{word}” as “{right}”.")
    return found, notes


def _is_cue(word: str) -> bool:
    every = (
        cues.CHANGE,
        cues.MORE,
        cues.COMPARE,
        cues.WHEN,
        cues.PEOPLE,
        cues.STRONG_MEANS,
        *cues.WHOLES.values(),
        *cues.REFUSALS.values(),
    )
    return any(p.search(word) for p in every)


def _taken(number: int, spans: Iterable[Named | KindNamed]) -> list[bool]:
    taken = [False] * number
    for span in spans:
        taken[span.start : span.end] = [True] * (span.end - span.start)
    return taken


def _sentence(release: Release, words: Sequence[str], places: Sequence[Named]) -> _Sentence:
    places = [_with_sort(words, n) for n in places]
    kinds = kinds_of(release).named(words, _taken(len(words), places))
    starts = {n.start: ("PLACE", n.end) for n in places} | {k.start: ("KIND", k.end) for k in kinds}
    parts: list[tuple[str, int]] = []
    i = 0
    while i < len(words):
        word, end = starts.get(i, (words[i], i + 1))
        parts.append((word, i))
        i = end
    text = " ".join(word for word, _ in parts)
    of = tuple(number for word, number in parts for _ in range(len(word) + 1))
    return _Sentence(tuple(words), tuple(places), tuple(kinds), text, of)


def _with_sort(words: Sequence[str], named: Named) -> Named:
    """A named place with the words beside it that say of which sort it is."""
    start, end = named.start, named.end
    while end < len(words) and words[end] in _SORTS and not (end + 1 < len(words) and words[end + 1] in ("as", "average")):
        end += 1
    while start >= 2 and words[start - 1] == "of" and words[start - 2] in _SORTS:
        start -= 2
    return replace(named, start=start, end=end)


def _without_newest(text: str) -> str:
    return cues.NEWEST.sub(" ", cues.RECORDED.sub(" ", text))


def _meaning(release: Release, sentence: _Sentence) -> Read | None:
    """What a word means, where that and nothing else is asked."""
    if not cues.MEANS.search(sentence.text) or any(n.sure for n in sentence.places):
        return None
    strong = cues.STRONG_MEANS.search(sentence.text) is not None
    words = sentence.words
    known = sorted(((tuple(words_of(w)), w, said) for w, said in glossary(release)), key=lambda k: -len(k[0]))
    for name, word, said in known:
        for forms in (name, (*name[:-1], name[-1] + "s")):
            at = next((i for i in range(len(words)) if tuple(words[i : i + len(forms)]) == forms), None)
            if at is not None and _nothing_else(words, at, at + len(forms), strong=strong):
                return Read("meaning", meaning=(word, said))
    for kind in sentence.kinds:
        category = next(iter(kind.meant.categories), None)
        if category is not None and len(kind.meant.categories) == 1 and _nothing_else(words, kind.start, kind.end, strong=strong):
            return Read("meaning", meaning=(category.label, category.description), notes=_noted(kind.meant.note))
    return None


def _nothing_else(words: Sequence[str], start: int, end: int, *, strong: bool) -> bool:
    rest = [w for i, w in enumerate(words) if not start <= i < end]
    plain = {"a", "an", "the", "is", "are", "what", "whats", "does", "do", "you", "by", "please", "here", "it", "of"}
    if not strong:
        return all(w in plain for w in rest)
    left = cues.MEANS.sub(" ", cues.STRONG_MEANS.sub(" ", " ".join(rest))).split()
    return all(w in plain or w in cues.FILLER or w == "dont" for w in left)


def _noted(note: str) -> tuple[str, ...]:
    return (note,) if note else ()


def _named_nearly(
    release: Release, gazetteer: Gazetteer, sentence: _Sentence
) -> tuple[_Sentence, list[str], list[str], list[Option]]:
    """Words that nothing explains, as places where they are nearly a name. With what was read so, what stays unknown, and what may be."""
    unexplained = _unexplained(sentence)
    said: list[str] = []
    unknown: list[str] = []
    options: list[Place] = []
    found = list(sentence.places)
    for start, end in _runs(sentence.words, unexplained, _taken(len(sentence.words), (*sentence.places, *sentence.kinds))):
        beside = next((n for n in found if n.end == start or n.start == end), None)
        only_sides = all(w in SIDES or w in _SORTS or w.isdigit() for w in sentence.words[start:end])
        if only_sides and beside is not None:
            # 'east Oxford' is no name of Oxford
            near = gazetteer.nearly(sentence.words, min(start, beside.start), max(end, beside.end))
            options += [*(near.places if near is not None else ()), *beside.places]
            found.remove(beside)
            continue
        # a town's name may end in what elsewhere only says that it is one
        sort_of = end < len(sentence.words) and sentence.words[end] in _SORTS and gazetteer.knows(sentence.words[end])
        near = gazetteer.nearly(sentence.words, start, end + 1) if sort_of and not only_sides else None
        near = near or (None if only_sides else gazetteer.nearly(sentence.words, start, end))
        if near is None:
            unknown += [sentence.words[i] for i in range(start, end) if unexplained[i]]
        elif near.sure:
            found.append(near)
            if near.typed != " ".join(words_of(near.places[0].local_name or near.places[0].name)):
                said.append(f"We read “{near.typed}” as {near.places[0].label}.")
        else:
            options += near.places
    found.sort(key=lambda n: n.start)
    chosen = tuple(Option(p, None) for p in dict.fromkeys(options))[:_MOST_OPTIONS]
    return _sentence(release, sentence.words, found), said, unknown, list(chosen)


def _unexplained(sentence: _Sentence) -> list[bool]:
    """Which words are no place, no kind, no cue and no word that changes nothing."""
    taken = _taken(len(sentence.words), (*sentence.places, *sentence.kinds))
    cued: set[int] = set()
    patterns = (cues.NEWEST, cues.LAST_YEAR, cues.SPAN, cues.A_MONTH, cues.YEAR, cues.CHANGE, cues.MORE,
                cues.COMPARE, cues.WHEN, cues.PEOPLE, cues.STRONG_MEANS, cues.RECORDED, cues.ABOUT,
                *cues.WHOLES.values())  # fmt: skip
    for pattern in patterns:
        for match in pattern.finditer(sentence.text):
            cued.update(sentence.of[i] for i in range(match.start(), match.end()))
    return [not taken[i] and i not in cued and w not in cues.FILLER for i, w in enumerate(sentence.words)]


def _runs(words: Sequence[str], unexplained: Sequence[bool], taken: Sequence[bool]) -> list[tuple[int, int]]:
    """Words side by side that may be one name: those unexplained, with sides and joining words between and beside them."""
    marks = list(unexplained)
    for i, word in enumerate(words):
        before_a_name = i + 1 < len(words) and (unexplained[i + 1] or taken[i + 1])
        near = before_a_name or (i > 0 and (unexplained[i - 1] or taken[i - 1]))
        # 'Ashmoor is lower' compares, 'in Lower Ashmoor' is a side
        side = word in SIDES and (before_a_name if word in _COMPARING else near)
        if not taken[i] and not unexplained[i] and side:
            marks[i] = True
        between = 0 < i < len(words) - 1 and unexplained[i - 1] and unexplained[i + 1]
        if not taken[i] and word in ("and", "of", "the", "on", "upon", "in", "town", "city", "old", "new") and between:
            marks[i] = True
        if not taken[i] and word in ("town", "city", "village") and i + 1 < len(words) and words[i + 1] in SIDES:
            marks[i] = True
    found = []
    start = None
    for i, mark in enumerate([*marks, False]):
        if mark and start is None:
            start = i
        elif not mark and start is not None:
            found.append((start, i))
            start = None
    return found


def _asked(
    release: Release, sentence: _Sentence, about: Place | None, notes: tuple[str, ...], unknown: list[str], options: list[Option]
) -> Read:
    """What is asked of the places and kinds that were found."""
    text = sentence.text
    unsure = [n for n in sentence.places if not n.sure]
    options += [Option(p, None) for n in unsure for p in n.places]
    notes = (*notes, *(n.said for n in sentence.places if n.said))
    places = _places(release, sentence)
    category, among, kind_notes = _kind(sentence)
    named_kind = bool(sentence.kinds)
    base = Read("figure", places=places, category=category, notes=(*notes, *kind_notes))
    if unknown:
        possible = (Option(next(iter(places), None), category),) if places or category is not None else ()
        return replace(base, sort="not_understood", unknown=tuple(dict.fromkeys(unknown)), options=possible)
    if cues.WHEN.search(text) and not cues.HAPPENS.search(text) and not (cues.CHANGE.search(text) and named_kind):
        return replace(base, sort="when", places=places or ((about,) if about else ()))
    if options:
        return replace(base, sort="choose", options=tuple(replace(o, category=category) for o in dict.fromkeys(options)))
    if cues.HAPPENS.search(text) and re.search(r"\bwhen\b", text):
        return Read("refused", "unreleased")
    if among:
        return replace(base, sort="choose", options=tuple(Option(next(iter(places), about), c) for c in among))
    if named_kind and category is None:
        return Read("refused", "unreleased")
    if len(places) > MOST:
        return Read("refused", "many")
    whole = _whole(text)
    if whole == "all" and (not places or len(places) > 1) and release.region is not None:
        places, whole = tuple(dict.fromkeys((*places, release.region))), ""
    elif whole == "average":
        whole = "all"
    if whole and not places and about is not None:
        places = (about,)
    if whole == "lad" and not places:
        return replace(base, sort="choose", options=tuple(Option(p, category) for p in release.of("lad")))
    period, strange = _period(text)
    if strange:
        return Read("refused", "period", places=places, category=category)
    return _sorted(release, replace(base, places=places, whole=whole, period=period), text, about)


def _sorted(release: Release, asked: Read, text: str, about: Place | None) -> Read:
    """Which of its sorts a question is that names what can be answered."""
    changes = cues.CHANGE.search(text) is not None
    several = len(asked.places) > 1
    people = cues.PEOPLE.search(text) is not None and asked.category is None
    if not asked.places and not people and asked.category is None:
        return Read("not_understood")
    if (several or asked.whole) and changes:
        return replace(asked, sort="choose", options=tuple(Option(p, asked.category) for p in asked.places))
    if not asked.places:
        there = about or release.region
        if there is None:
            return Read("not_understood")
        note = () if about is not None else (f"You named no place, so this is of all of {there.label}.",)
        asked = replace(
            asked, places=(there,), notes=(*asked.notes, *note), options=_districts(release, asked) if about is None else ()
        )
    if people:
        return replace(asked, sort="people")
    if asked.category is None:
        note = ("You named no kind, so this is of all kinds together.",) if release.total is not None else ()
        others = tuple(Option(asked.places[0], c) for c in in_order(release)[1:]) if not several else ()
        asked = replace(asked, category=release.total, notes=(*asked.notes, *note), options=(*asked.options, *others))
        if asked.category is None:
            return Read("not_understood")
    if cues.LAST_YEAR.search(text) and not changes and asked.period is None:
        asked = replace(asked, notes=(*asked.notes, "The newest figures stand for the last year."))
    one = not (several or asked.whole or changes)
    if asked.period is not None and not one and asked.period != release.for_place(asked.places[0]).period:
        return replace(asked, sort="refused", reason="period", options=())
    if several:
        return replace(asked, sort="comparison")
    if asked.whole:
        return replace(asked, sort="beside")
    if changes or (cues.MORE.search(re.sub(r"\bmore (?:about|on|of)\b", " ", text)) and asked.period is None):
        return replace(asked, sort="change")
    return asked


def _districts(release: Release, asked: Read) -> tuple[Option, ...]:
    return tuple(Option(p, asked.category) for p in release.of("lad"))[:_MOST_OPTIONS]


def _places(release: Release, sentence: _Sentence) -> tuple[Place, ...]:
    """The places that are surely named, each once. Of 'Blackbird Leys, Oxford' the smaller: the other says where it lies."""
    sure = [n for n in sentence.places if n.sure]
    left_out: set[int] = set()
    for i, (one, other) in enumerate(pairwise(sure)):
        between = sentence.words[one.end : other.start]
        inside = other.places[0] in release.around(one.places[0])
        if inside and set(between) <= {"in", "of", "the", "near"} and not cues.COMPARE.search(sentence.text.replace("than", "")):
            left_out.add(i + 1)
    return tuple(dict.fromkeys(n.places[0] for i, n in enumerate(sure) if i not in left_out))


def _kind(sentence: _Sentence) -> tuple[Category | None, tuple[Category, ...], tuple[str, ...]]:
    """The one kind that is named, or those to choose from, and what must be said of it."""
    named = [k for k in sentence.kinds if not k.general] or list(sentence.kinds)
    if any(not k.meant.categories for k in named):
        return None, (), ()
    every = tuple(dict.fromkeys(c for k in named for c in k.meant.categories))
    if len(every) > 1:
        return None, every, ()
    return next(iter(every), None), (), tuple(dict.fromkeys(k.meant.note for k in named if k.meant.note)) if len(named) == 1 else ()


def _whole(text: str) -> str:
    return next((name for name, pattern in cues.WHOLES.items() if pattern.search(text)), "")


def _period(text: str) -> tuple[Period | None, bool]:
    """The months that are named, and whether something is named that is no span of months."""
    span = cues.SPAN.search(text)
    if span:
        start, end = (date(int(y), _MONTH[m[:3]], 1) for m, y in (span.group(1, 2), span.group(3, 4)))
        return (Period(start, end), False) if start <= end else (None, True)
    if cues.A_MONTH.search(text):
        return None, True
    years = cues.YEAR.findall(text)
    if len(years) == 1:
        return Period(date(int(years[0]), 1, 1), date(int(years[0]), 12, 1)), False
    return None, bool(years)
