"""Names of places within a question: each whole name is that place, and one slip of the pen never makes it another."""

from __future__ import annotations

import random
import string
from datetime import UTC, date, datetime

from app.words.named import slips, words_of
from app.words.reading import read
from core.periods import Period
from feeds.synthetic.names import COUNTY, DISTRICTS, MIDDLES, NEIGHBOURHOODS
from published.release import PARTITION, TOTAL, Category, Place, Release

PERIOD = Period(date(2024, 12, 1), date(2025, 11, 1))
# names that are a part of another, and that end in what elsewhere says which sort of place it is
MORE = ("Wellowbridge", "Homeminster Town", "Kingsfield Village", "The Rise", "Grove")
ASKED = ("burglary in {}", "how many burglaries are there in {}?", "has burglary gone up in {}")


def release() -> Release:
    """Districts and local areas of the synthetic county by their names, without a figure."""
    places = {("all", "E1"): _place("all", "E1", COUNTY)} | {
        ("lad", f"D{i}"): _place("lad", f"D{i}", d) for i, d in enumerate(DISTRICTS)
    }
    for number, name in enumerate([*MIDDLES, *(n for group in NEIGHBOURHOODS for n in group), *MORE]):
        code = f"M{number:03d}"
        places["msoa", code] = _place("msoa", code, f"{DISTRICTS[number % 3]} {number:03d}", name)
    kinds = (Category("all_recorded", "All crime", "", TOTAL), Category("burglary", "Burglary", "", PARTITION))
    return Release(
        release_id=1, title="", published_at=datetime(2026, 1, 1, tzinfo=UTC), period=PERIOD, months_loaded=tuple(PERIOD.months()),
        months_missing=(), unplaced_percent=None, region_name=COUNTY, synthetic=True, policy={"k": 5}, certificate={}, places=places,
        cells={}, categories=kinds, sources=(), code_version="test",
    )  # fmt: skip


def _place(geography: str, code: str, name: str, local: str = "") -> Place:
    return Place(geography, "", code, name, local, None, None, 1_000, "", None, "")


def test_each_whole_name_is_its_place() -> None:
    of = release()
    for place in of.places.values():
        for name in filter(None, (place.name, place.local_name, place.label)):
            for asked in ASKED:
                found = read(of, asked.format(name))
                assert (found.sort in ("figure", "change"), found.places) == (True, (place,)), asked.format(name)


def test_one_slip_of_the_pen_never_makes_it_another_place() -> None:
    of, rng = release(), random.Random(11)
    tried = read_as_it = 0
    for place in of.places.values():
        words = (place.local_name or place.name).split()
        for _ in range(10):
            i = rng.randrange(len(words))
            if len(words[i]) < 5 or not words[i].isalpha():
                continue
            typed = " ".join([*words[:i], _slipped(rng, words[i]), *words[i + 1 :]])
            found = read(of, f"burglary in {typed}")
            # a slip can make a word into another that is a name or means something: then it is that, and nothing else
            if typed.casefold() in {n.casefold() for p in of.places.values() for n in (p.name, p.local_name)}:
                continue
            tried += 1
            assert found.sort != "figure" or found.places == (place,), (typed, [p.label for p in found.places])
            assert found.sort != "figure" or found.notes, typed
            read_as_it += found.sort == "figure"
    assert tried > 400 and read_as_it > 0.85 * tried


def _slipped(rng: random.Random, word: str) -> str:
    """A letter left out, put in, changed, or exchanged with the one before; never the first."""
    i, letter = rng.randrange(1, len(word)), rng.choice(string.ascii_lowercase)
    exchanged = word if i == 1 else word[: i - 1] + word[i] + word[i - 1] + word[i + 1 :]
    return rng.choice((word[:i] + word[i + 1 :], word[:i] + letter + word[i:], word[:i] + letter + word[i + 1 :], exchanged))


def test_slips_are_counted_as_they_are_made() -> None:
    assert [slips("leys", other, 2) for other in ("leys", "leis", "lesy", "les", "leyss", "lays", "roads")] == [0, 1, 1, 1, 1, 1, 3]
    assert words_of("St. Osyth's, Saint\u2019s & 1,000 Caf\u00e9s\x00") == ["st", "osyths", "saints", "and", "1000", "cafes"]
