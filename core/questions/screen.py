"""What looks like an identifier of a person is taken out of a question before it is stored, and out of words before they are shown.

It is a screen and no promise: a name without a title looks like any other word. So the form asks for none, and a moderator reads every
question before anybody else does. The database refuses the plainest of these once more (asked.question, no_identifier).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from core.languages.spoken import mark

LEAST, MOST = 10, 1_000

_TITLE = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Rev|Reverend|Sir|Dame|Lord|Lady|Cllr|Councillor|PC|PCSO|DC|DS|DI|Sgt|Sergeant|Inspector"
)
_STREET = (
    "Street|St|Road|Rd|Lane|Avenue|Ave|Close|Drive|Crescent|Court|Way|Terrace|Gardens|Grove|Place|Square|Walk|Row|Hill|Green|House"
)
# "12 thefts on our street" is no address
_SMALL = "street|road|lane|avenue|crescent|terrace"
_NAME = r"[A-Z][\w'’-]+"
# in this order: what is taken out first is not looked at again
_IDENTIFIERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (mark("e-mail address"), re.compile(r"[^\s@<>()\[\]]+@[^\s@<>()\[\]]+\.[A-Za-z]{2,}")),
    (mark("link"), re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    (mark("National Insurance number"), re.compile(r"\b[A-Z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]\b", re.IGNORECASE)),
    (mark("phone number"), re.compile(r"(?:\+\s?\d|(?<!\w)\(?0)(?:[\s().-]{0,2}\d){8,14}(?!\d)")),
    (mark("NHS number"), re.compile(r"\b\d{3}[ -]?\d{3}[ -]?\d{4}\b")),
    (mark("postcode"), re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)),
    (mark("number plate"), re.compile(r"\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b", re.IGNORECASE)),
    (
        mark("address"),
        re.compile(
            rf"(?:\b[Ff]lat\s+\w+,?\s+)?\b\d{{1,4}}[A-Za-z]?,?\s+(?:(?:[A-Z][\w'’-]*\s+){{1,3}}(?:{_STREET})"
            rf"|(?!(?:in|on|of|at|the|our|my|this|that|a|per)\s)[a-z'’-]+\s+(?:{_SMALL}))\b"
        ),
    ),
    (mark("account"), re.compile(r"(?<!\w)@\w{2,}")),
    (mark("name"), re.compile(rf"\b(?:{_TITLE})\.?\s+(?:{_NAME})(?:\s+{_NAME})?")),
    (mark("name"), re.compile(r"\b(?:mr|mrs|ms|mx|dr|cllr|pcso)\.?\s+[a-z][\w'’-]+", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Screened:
    """Words as they may be stored. removed: what kinds of identifiers were taken out, each once, in the order of their names here."""

    words: str
    removed: tuple[str, ...]


def plain(words: str) -> str:
    """The text as it is looked at and stored: one form for each letter, no signs that cannot be seen, no more than one empty line."""
    words = unicodedata.normalize("NFKC", words.replace("\r\n", "\n").replace("\r", "\n"))
    seen = "".join(c for c in words if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Cn"))
    lines = [" ".join(line.split()) for line in seen.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def screened(words: str) -> Screened:
    """Words with each identifier replaced by what it was, such as [phone number]."""
    words = plain(words)
    removed: list[str] = []
    for name, pattern in _IDENTIFIERS:
        words, n = pattern.subn(f"[{name}]", words)
        if n and name not in removed:
            removed.append(name)
    return Screened(words, tuple(removed))
