"""What a slide holds before anything is drawn: its message, a chart, a drawing or a table, and what is said beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from briefs.content import Figure, Table
from published.findings import SPEAKS_FOR, Finding, Number, Row

BARS, COLUMNS, LINE = "bars", "columns", "line"
# which months were loaded stands on the first slide and under each chart; in a message it hides what is said
_COVERAGE = re.compile(r" \((?:all \d+ months|\d+ of (?:the )?\d+ months[^)]*|1 month)\)")
# how far each of several lies from the area around, and by what method, is in the notes of the slide
_BESIDE = re.compile(r" \([\d.,]+(?: to [\d.,]+)? beside [\d.,]+(?: to [\d.,]+)?\)|,? \(?Getis-Ord Gi\*[^)]*\)")
_LONGEST = 200


@dataclass(frozen=True)
class Series:
    """Numbers in the order of the categories, None where none is shown. low, high: limits of the same length, empty where none are drawn."""

    name: str
    values: tuple[float | None, ...]
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Chart:
    """kind: BARS lying, COLUMNS standing or LINE. alt: the text that stands for it. decimals: of its numbers."""

    kind: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    caption: str
    alt: str
    decimals: int = 1


@dataclass(frozen=True)
class Slide:
    """title: the one message. shown: what is seen. points: sentences, where there is nothing to draw. note: small print. spoken: what the
    notes of the speaker hold: the whole sentence, and what its figures come from."""

    title: str
    shown: Chart | Figure | Table | None = None
    points: tuple[str, ...] = ()
    note: str = ""
    spoken: tuple[str, ...] = ()


def message(finding: Finding) -> str:
    """A finding as the title of a slide: of a level its comparison where there is one, else its first sentence; without the months loaded."""
    return message_of(finding.text)


def message_of(text: str) -> str:
    """The same of any sentence of a lead."""
    plain = re.sub(r" \[\d+\]$", "", _COVERAGE.sub("", text)).removeprefix(f"{SPEAKS_FOR} ")
    first, compared, rest = plain.partition(". That is ")
    if compared:
        name, colon, _ = first.partition(": ")
        return f"{name}: {rest.rstrip('.')}" if colon else _cut(first)
    plain = _BESIDE.sub("", plain)
    if len(plain) <= _LONGEST:
        return plain.rstrip(".")
    whole = re.split(r"(?<=[a-z0-9)%])\. | By name, ", plain)[0].rstrip(".")
    return whole if len(whole) <= _LONGEST else _cut(whole.split("; ")[0])


def _cut(words: str) -> str:
    if len(words) <= _LONGEST:
        return words
    head = words.split(": ", maxsplit=1)[0]
    return head if head != words and len(head) <= _LONGEST else f"{words[: _LONGEST - 3].rsplit(' ', 1)[0]}..."


def spoken(finding: Finding) -> tuple[str, ...]:
    """The whole sentence, and of each number the published rows that it comes from."""
    return (finding.text, *(f"{n.text}: {n.of}, {_rows(n)}" for n in finding.numbers))


def _rows(number: Number) -> str:
    first = number.rows[0]
    if len(number.rows) > 3:
        return f"release {first.release_id}, {len(number.rows)} places of {first.geography}, {first.category}, {_span(first)}"
    return "; ".join(f"release {r.release_id}, {r.geography} {r.code}, {r.category}, {_span(r)}" for r in number.rows)


def _span(row: Row) -> str:
    """As the columns of a published row hold it: which of these months were loaded is said where the figure is."""
    return f"{row.period.start:%Y-%m} to {row.period.end:%Y-%m}"
