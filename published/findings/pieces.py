"""What a sentence of a finding is made of: its own words, names, and numbers with the published rows that they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.languages.spoken import ENGLISH, language, mark, say, translated
from core.periods import Period

_VALUE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Row:
    """The key of one published cell."""

    release_id: int
    geography: str
    edition: str
    code: str
    category: str
    period: Period


@dataclass(frozen=True)
class Number:
    """A number as it is written, what it is of its rows, and these rows.

    of: count, lowest, highest (of a range); rate, lower, upper, lowest rate, highest rate (per 1,000 residents, for a year where the months
    loaded are known); change (an end or the step of a change); share (percent of the last row); excess (percent by which the rate of
    the first row lies from that of the last); places (how many rows).
    """

    text: str
    of: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Name:
    """A name or a period: what digits it holds are no figures."""

    text: str


Piece = str | Number | Name


def said(sentence: str, /, **values: Piece | Sequence[Piece]) -> list[Piece]:
    """A sentence in the language that is spoken, in pieces: its own words, and its values where they stand in it."""
    found: list[Piece] = []
    for n, part in enumerate(_VALUE.split(translated(sentence))):
        if n % 2:
            value = values[part]
            found += [value] if isinstance(value, str | Number | Name) else value
        elif part:
            found.append(part.replace("%%", "%"))
    return found


def tenths(value: float) -> str:
    return f"{value:,.1f}"


def two_ends(low: float, high: float, rows: tuple[Row, ...]) -> list[Piece]:
    """'12.1 to 21.3', or one of them where both read the same."""
    lowest, highest = tenths(low), tenths(high)
    least = Number(lowest, "lowest rate", rows)
    if lowest == highest:
        return [least]
    return said(mark("%(lowest)s to %(highest)s"), lowest=least, highest=Number(highest, "highest rate", rows))


def bracketed(rate: Sequence[Piece]) -> list[Piece]:
    return [" (", *rate, ")"] if rate else []


def cut(each: Sequence[Sequence[Piece]], most: int, *, of: int = 0) -> list[Piece]:
    """The first few of a list and how many more there are: names left out, no figure. of: how many there are, where each holds fewer."""
    left = max(len(each), of) - most
    return listed([*each[:most], [Name(say("%(count)s more", count=f"{left:,}"))]]) if left > 0 else listed(each)


def listed(each: Sequence[Sequence[Piece]]) -> list[Piece]:
    """'a, b and c' of pieces; with semicolons where a name holds an 'and' of its own."""
    names = ["".join(p if isinstance(p, str) else p.text for p in some) for some in each]
    # what "and" is in another language may be in a name, too
    wide = language() != ENGLISH or any(" and " in n or "," in n for n in names)
    pieces: list[Piece] = []
    for n, some in enumerate(each[:-1]):
        pieces += [*(["; " if wide else ", "] if n else []), *some]
    if len(each) < 2:
        return list(each[0]) if each else []
    return said(mark("%(most)s; and %(last)s") if wide else mark("%(most)s and %(last)s"), most=pieces, last=each[-1])
