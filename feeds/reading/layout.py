"""Where a table's header stands and what divides its fields: as the feed declares, or, for a message, as the file has it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.errors import FeedError
from feeds.catalogue.feed import Feed, Reading
from feeds.reading.kind import require_columns_bound
from feeds.reading.texts import clean

_DIVIDERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# Excel's own word for what divides the fields of the lines below
_SEP = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)
_NO_NAME = ", which has no name"
# how far down a header is looked for, to tell where it is
_LOOK_LINES = 40
_LONGEST_LINE = 1 << 16


@dataclass(frozen=True)
class Header:
    """names: of the columns, cleaned. body: where in the bytes the rows begin. lines: how many lines stand above them."""

    names: list[str]
    body: int
    lines: int


def unnamed(number: int) -> str:
    """What a column without a name is called."""
    return f"column {number}{_NO_NAME}"


def is_unnamed(name: str) -> bool:
    return name.endswith(_NO_NAME)


def named(cells: Iterable[str], label: str) -> list[str]:
    """Names of columns as a header's cells give them. FeedError where one stands twice."""
    names = [clean(cell) or unnamed(number) for number, cell in enumerate(cells, start=1)]
    require_columns_bound(len(names), label)
    if twice := sorted(name for name, count in Counter(names).items() if count > 1):
        raise FeedError(
            f"the header names a column twice: {', '.join(twice[:10])}",
            where=label,
            hint="ask the publisher for a file with one column a name.",
        )
    return names


def read_header(data: bytes, reading: Reading, delimiter: str, label: str) -> Header:
    """The header of a table in UTF-8 bytes, at the row that the feed declares. A line `sep=` above it is Excel's, and is passed over."""
    at, lines = 0, 0
    first = data[: _end(data, 0)].decode(errors="replace").rstrip("\r\n")
    if (said := _SEP.match(first)) and said[1] == delimiter:
        at, lines = _end(data, 0), 1
    for _ in range(reading.header_row - 1):
        at, lines = _end(data, at), lines + 1
    end, lines = _end(data, at), lines + 1
    # a name may hold a line break, inside quotation marks
    while reading.quote and data.count(reading.quote.encode(), at, end) % 2 and end < len(data) and end - at < _LONGEST_LINE:
        end, lines = _end(data, end), lines + 1
    require_columns_bound(data.count(delimiter.encode(), at, end) + 1, label)
    text = data[at:end].decode(errors="replace").rstrip("\r\n")
    try:
        cells = next(_reader([text] if "\n" not in text else text.splitlines(keepends=True), delimiter, reading.quote), [])
    except csv.Error as error:
        raise FeedError(
            "the first line cannot be cut into column names",
            where=label,
            hint="ask the publisher for the file again; it may be no CSV.",
        ) from error
    return Header(named(cells, label), end, lines)


def _reader(lines: Sequence[str], delimiter: str, quote: str) -> Iterator[list[str]]:
    return iter(
        csv.reader(lines, delimiter=delimiter, quotechar=quote or None, quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE)
    )


def _end(data: bytes, at: int) -> int:
    """Where the line that begins here is over, its line break with it."""
    found = data.find(b"\n", at)
    return found + 1 if found >= 0 else len(data)


@dataclass(frozen=True)
class Elsewhere:
    """How a file has a feed's columns otherwise than the feed declares. what: in the words of a message; next: what to do."""

    what: str
    next: str


def elsewhere(lines: Sequence[str], feed: Feed) -> Elsewhere | None:
    """Where the wanted columns are: under another divider, in another line, or written otherwise. None where they are nowhere."""
    wanted = set(feed.recognise.columns) or set(feed.required_columns)
    declared = feed.read.delimiter
    cut = _cut(tuple(lines[:_LOOK_LINES]), declared)
    for number, divider, cells in cut:
        if wanted <= cells:
            return _divided(divider, declared) if divider != declared else in_line(number, feed)
    header = next((cells for number, divider, cells in cut if (number, divider) == (feed.read.header_row, declared)), frozenset())
    return _written_otherwise(header, wanted)


@lru_cache(maxsize=8)
def _cut(lines: tuple[str, ...], declared: str) -> tuple[tuple[int, str, frozenset[str]], ...]:
    """Each line cut by each divider that it may have, as (line, divider, cells); a line that divides nothing is left out."""
    dividers = dict.fromkeys((declared, *_DIVIDERS))
    if lines and (said := _SEP.match(lines[0])):
        dividers |= dict.fromkeys(said[1])
    return tuple(
        (number, divider, frozenset(_cells(line, divider)))
        for number, line in enumerate(lines, start=1)
        for divider in dividers
        if divider in line[:_LONGEST_LINE]
    )


def in_line(number: int, feed: Feed) -> Elsewhere | None:
    """The header is in another line than the one declared."""
    if number == feed.read.header_row:
        return None
    return Elsewhere(f"line {number} has them", f"declare read.header_row = {number}, or delete the lines above it.")


def _divided(divider: str, declared: str) -> Elsewhere:
    has, expects = _DIVIDERS.get(divider, repr(divider)), _DIVIDERS.get(declared, repr(declared))
    shown = "\\t" if divider == "\t" else divider
    return Elsewhere(
        f"its fields are divided by {has}, and the feed expects {expects}",
        f'save it with {expects}, or declare read.delimiter = "{shown}".',
    )


def _written_otherwise(found: Iterable[str], wanted: set[str]) -> Elsewhere | None:
    by_letters = {_letters(name): name for name in sorted(found)}
    alike = [by_letters[_letters(name)] for name in sorted(wanted.difference(found)) if _letters(name) in by_letters]
    if not alike:
        return None
    return Elsewhere(
        f"it has {', '.join(alike[:5])}, which differ in capital letters, spaces or signs",
        "write the names in the catalogue as the file has them.",
    )


@lru_cache(maxsize=4096)
def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _cells(line: str, divider: str) -> list[str]:
    try:
        return [clean(cell) for cell in next(_reader([line[:_LONGEST_LINE]], divider, '"'), [])]
    except csv.Error:
        return []


def first_lines(data: bytes, encoding: str = "utf-8") -> list[str]:
    """The first lines of a table, for messages."""
    head = data[: _LONGEST_LINE * 2].removeprefix(b"\xef\xbb\xbf")
    return head.decode(encoding, errors="replace").splitlines()[:_LOOK_LINES]
