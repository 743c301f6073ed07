"""How hard a page is to read: the Flesch-Kincaid grade of its sentences, the school year (United States) that can read them.

Kincaid, Fishburne, Rogers and Chissom 1975, Derivation of new readability formulas for Navy enlisted personnel, page 14:
0.39 x words a sentence + 11.8 x syllables a word - 15.59. Grade 6 is an age of eleven to twelve.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*|\d[\d,.]*\d|\d")
_PROSE = ("p", "li", "td", "dd")
_NOT_READ = ("style", "script", "svg", "nav", "header", "footer", "thead", "form")


def grade(sentences: Sequence[str]) -> float:
    """Of sentences with at least one word each; ValueError for none."""
    words = [w for s in sentences for w in _WORD.findall(s)]
    if not words:
        raise ValueError("no words to read")
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Groups of vowels, less a silent e at the end. A number counts as one: it is seen, not spelt."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if not letters:
        return 1
    if (
        len(letters) > 2
        and letters.endswith(("es", "ed"))
        and not letters.endswith(("ted", "ded", "ses", "xes", "ces", "ges", "zes", "les"))
    ):
        letters = letters[:-2]
    elif letters.endswith("e") and not letters.endswith(("le", "ee")):
        letters = letters[:-1]
    return max(1, len(re.findall(r"[aeiouy]+", letters)))


def sentences_of(html: str) -> list[str]:
    """The sentences of a page's paragraphs, lists and tables: blocks that end with a full stop, in parts of at least three words."""
    reader = _Prose()
    reader.feed(html)
    found = []
    for block in reader.blocks:
        text = " ".join(block.split())
        found += [
            s for s in re.split(r"(?<=[.?!])\s+(?=[A-Z0-9])", text) if text.endswith((".", "?")) and len(_WORD.findall(s)) >= 3
        ]
    return found


class _Prose(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self._open = 0
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in _NOT_READ
        if tag in _PROSE:
            self._open += 1
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in _NOT_READ
        self._open -= tag in _PROSE

    def handle_data(self, data: str) -> None:
        if self._open and not self._skipped:
            self.blocks[-1] += data
