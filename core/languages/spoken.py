"""Which language is spoken, and sentences in it. English unless somebody says otherwise, so commands, files and briefs stay as they are.

A sentence is written in English where it is said: `say("%(count)s people live here.", count=...)`. The English words are the key of its
translation in the catalogue (core.languages.catalogue), and a sentence that the catalogue has not is said in English. Values stand in a
sentence by their names, so that a translator can move them; a percent sign is written twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from core.languages.catalogue import CATALOGUES

ENGLISH, WELSH = "en", "cy"
# as an HTML page names them, and as their speakers call them
TAGS = {ENGLISH: "en-GB", WELSH: "cy"}
NAMES = {ENGLISH: "English", WELSH: "Cymraeg"}

_SPOKEN: ContextVar[str] = ContextVar("homeground_language", default=ENGLISH)


def language() -> str:
    """The language of whatever is made now."""
    return _SPOKEN.get()


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Whatever is made inside is in this language. It holds for this thread or task, and for what it hands to a pool of threads."""
    before = _SPOKEN.set(wanted)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def speak(wanted: str) -> None:
    """From here on to the end of the block that `speaking` opened; what is no language of ours changes nothing."""
    if wanted in TAGS:
        _SPOKEN.set(wanted)


def say(message: str, /, **values: object) -> str:
    """A sentence in the language that is spoken, with its values."""
    return translated(message) % values


def say_many(one: str, many: str, count: int, /, **values: object) -> str:
    """The same with a number on which its form depends; `%(count)s` is that number, with commas."""
    return translated_many(one, many, count) % {"count": f"{count:,}", **values}


def called(label: str) -> str:
    """A label that is data, such as the name of a kind of crime: as the catalogue has it, else as it came. It holds no values."""
    return translated(label)


def mark(message: str) -> str:
    """Notes a sentence for the catalogue and leaves it as it is: for constants, which `say` says later."""
    return message


def translated(message: str) -> str:
    """The words of the catalogue without their values. '' stays '': a catalogue keeps its own head under that name."""
    return message if _SPOKEN.get() == ENGLISH or not message else CATALOGUES.of(_SPOKEN.get()).gettext(message)


def translated_many(one: str, many: str, count: int) -> str:
    if _SPOKEN.get() == ENGLISH:
        return one if count == 1 else many
    return CATALOGUES.of(_SPOKEN.get()).ngettext(one, many, count)


def listed(words: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(words) < 2:
        return "".join(words)
    return say("%(most)s and %(last)s", most=", ".join(words[:-1]), last=words[-1])


def said_month(value: date) -> str:
    """'November 2025', 'Tachwedd 2025'."""
    return f"{value:%B %Y}" if _SPOKEN.get() == ENGLISH else _formatted(value, "MMMM y")


def said_day(value: date | datetime) -> str:
    """'5 November 2025', '5 Tachwedd 2025'."""
    return f"{value.day} {value:%B %Y}" if _SPOKEN.get() == ENGLISH else _formatted(value, "d MMMM y")


def short_month(value: date) -> str:
    """'Nov 2025', 'Tach 2025'."""
    return f"{value:%b %Y}" if _SPOKEN.get() == ENGLISH else _formatted(value, "MMM y")


def _formatted(value: date, pattern: str) -> str:
    from babel.dates import format_date

    return format_date(value, pattern, locale=_SPOKEN.get())
