"""A language that is English in brackets: whatever of a page stands outside of them was never said through a catalogue."""

from __future__ import annotations

import gettext
import re
from html import unescape

from core.languages.catalogue import read_catalogue
from core.languages.spoken import WELSH

_OPEN, _CLOSE = "\N{LEFT WHITE SQUARE BRACKET}", "\N{RIGHT WHITE SQUARE BRACKET}"
# values and tags within a sentence are not of the catalogue
_NO_WORDS = re.compile(r"(%\(\w+\)s|<[^>]+>)")
_SAID = re.compile(f"{_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE}")
_ATTRIBUTES = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')
# an element that is marked as English or as another language than the page's
_ENGLISH = re.compile(r'<(?!html)(\w+)\b[^>]*\blang="(?:en-GB|cy)"[^>]*>.*?</\1>', re.DOTALL)

# months come from Babel and no catalogue
MONTHS = {
    "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr",
    "Ion", "Chwef", "Maw", "Ebr", "Meh", "Gorff", "Hyd", "Tach", "Rhag",
}  # fmt: skip


class InBrackets(gettext.NullTranslations):
    """Every sentence that the catalogue has in brackets, its values outside of them; what it has not stays as it is."""

    def __init__(self) -> None:
        super().__init__()
        ids = [m.id for m in read_catalogue(WELSH) if m.id]
        self._known = {one for i in ids for one in (i if isinstance(i, (tuple, list)) else (i,))}

    def gettext(self, message: str) -> str:
        if message not in self._known:
            return message
        parts = _NO_WORDS.split(message)
        return "".join(p if i % 2 or not p else f"{_OPEN}{p}{_CLOSE}" for i, p in enumerate(parts))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def words_of(html: str) -> list[str]:
    """The texts of a page and of what a screen reader is told, without what is marked as English."""
    body = re.sub(r"<style>.*?</style>|<script\b.*?</script>|<!--.*?-->", " ", html, flags=re.DOTALL)
    while (without := _ENGLISH.sub(" ", body)) != body:
        body = without
    texts = [*re.split(r"<[^>]+>", body), *_ATTRIBUTES.findall(body)]
    return [" ".join(unescape(t).split()) for t in texts if t.strip()]


def never_said(html: str, names: set[str]) -> list[str]:
    """Words of a page that are in no brackets, are marked as English nowhere, and are none of the names given."""
    found = []
    longest_first = sorted(names, key=len, reverse=True)
    for said in words_of(html):
        text = said
        while (inner := _SAID.sub(" ", text)) != text:
            text = inner
        for name in longest_first:
            text = text.replace(name, " ")
        if re.search(r"[A-Za-z]{2}", text):
            found.append(said)
    return found
