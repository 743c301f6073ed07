"""What makes an entry of the catalogue useless though each of its keys is well written: areas that are nowhere, files that never come.

`homeground feeds check` says it before the first file is offered.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from feeds.catalogue.entry import Catalogue, Feed

# what the store knows or the shipped catalogue brings; a catalogue may bring more by feeds of areas and lookups
_EDITIONS = {
    "lsoa": {"2011", "2021"}, "msoa": {"2011", "2021"}, "lad": {"2021", "2022", "2024"}, "force": {"2020"}, "ward": {"2024"},
}  # fmt: skip
# areas that figures are kept for: no figure is kept by ward or force
_MEASURED = ("lsoa", "msoa", "lad")
_FIRST_EDITION = 2001
# names that a pattern may have, tried at random
_TRIES = 24
_DAY = date(2024, 11, 23)


def faults(catalogue: Catalogue) -> list[str]:
    """Every fault as 'feed ID, key KEY: what is wrong'."""
    return [*grave_faults(catalogue), *_useless(catalogue)]


def grave_faults(catalogue: Catalogue) -> list[str]:
    """Those by which rows would go wrong or nowhere: with one of these nothing is loaded."""
    brought = {pair for feed in catalogue.feed for pair in _brought(feed)}
    known = {(g, e) for g, editions in _EDITIONS.items() for e in editions} | brought
    return [
        f"feed {feed.id}, {fault}"
        for feed in catalogue.feed
        for fault in (*_of_areas(feed, known), *_of_reading(feed), *_of_times(feed), *_of_names(feed))
    ]


def _useless(catalogue: Catalogue) -> list[str]:
    """Those that harm no other feed: an entry that no file will ever be of."""
    found = []
    for number, feed in enumerate(catalogue.feed):
        if feed.writes and not (feed.read.headerless or feed.recognise.columns or feed.recognise.layers):
            found.append(f"feed {feed.id}, key recognise.columns: name the columns by which a file of it is known")
        # a folder or a database of its own brings its files to it alone
        alone = feed.source is not None and feed.source.kind in ("folder", "database")
        of_files = [*_of_files(feed), *([] if alone else _never_reached(feed, catalogue.feed[:number]))]
        found += [f"feed {feed.id}, {fault}" for fault in of_files]
    return found


def _brought(feed: Feed) -> Iterator[tuple[str, str]]:
    """Kinds of area with their edition that a feed puts in the store, where both are written as such."""
    pairs: list[tuple[str, str]] = []
    for write in feed.writes:
        if write.shape == "area":
            pairs.append((write.geography, write.edition))
        elif write.shape == "parent":
            pairs += [(side.geography, side.edition) for side in (write.child, write.parent)]
        elif write.shape == "edition_change":
            pairs += [(write.geography, write.from_edition), (write.geography, write.to_edition)]
    yield from (pair for pair in pairs if pair[0] in _EDITIONS and _is_edition(pair[1]))


def _of_areas(feed: Feed, known: set[tuple[str, str]]) -> Iterator[str]:
    for number, write in enumerate(feed.writes):
        at = f"key writes.{number}"
        if write.shape in ("indicator", "population", "label", "local_name"):
            if write.geography not in _MEASURED:
                yield f"{at}.geography: {write.geography!r} is no kind of area that figures are kept for ({', '.join(_MEASURED)})"
            elif (write.geography, write.edition) not in known:
                yield f"{at}.edition: no feed brings {write.geography} {write.edition!r} ({_editions_of(write.geography, known)})"
        elif write.shape == "area":
            yield from _pair(at, write.geography, write.edition)
        elif write.shape == "parent":
            for side in (write.child, write.parent):
                yield from _pair(at, side.geography, side.edition)
        elif write.shape == "edition_change":
            for edition in (write.from_edition, write.to_edition):
                yield from _pair(at, write.geography, edition)
    for check in feed.checks:
        to = check.refers_to
        if to is not None and to.edition and (to.geography, to.edition) not in known:
            yield f"key checks: no feed brings {to.geography} {to.edition!r} ({_editions_of(to.geography, known)})"


def _pair(at: str, geography: str, edition: str) -> Iterator[str]:
    if geography not in _EDITIONS:
        yield f"{at}: {geography!r} is no kind of area that is known here ({', '.join(_EDITIONS)})"
    elif not _is_edition(edition):
        yield f"{at}: {edition!r} is no edition, which is the year of the boundaries"


def _is_edition(text: str) -> bool:
    """Whether a text is the year of boundaries that can be there: LSOA begin in 2001."""
    return bool(re.fullmatch(r"\d{4}", text)) and _FIRST_EDITION <= int(text) <= datetime.now(UTC).year


def _editions_of(geography: str, known: set[tuple[str, str]]) -> str:
    return "editions: " + ", ".join(sorted(e for g, e in known if g == geography))


def _of_reading(feed: Feed) -> Iterator[str]:
    read = feed.read
    if read.format == "xlsx" and not read.sheet.strip():
        yield "key read.sheet: a workbook needs the name of its sheet"
    if read.format != "xlsx" and read.sheet:
        yield f"key read.sheet: only a workbook has sheets, not {read.format}"
    if read.format != "csv" and read.headerless:
        yield f"key read.headerless: only a CSV may have no header, not {read.format}"
    if read.headerless and read.header_row > 1:
        yield "key read.header_row: a file without a header has none in that row"
    if read.format not in ("csv", "xlsx") and read.header_row > 1:
        yield f"key read.header_row: only a table has rows above its header, not {read.format}"
    if read.format != "vector" and read.layer:
        yield f"key read.layer: only a boundary file has layers, not {read.format}"
    if read.headerless and not feed.recognise.file_name:
        yield "key recognise.file_name: a file without a header can only be known by its name"


def _of_times(feed: Feed) -> Iterator[str]:
    for number, write in enumerate(feed.writes):
        if write.shape in ("event", "outcome") and not _names_a_month(write.month_format):
            yield f"key writes.{number}.month_format: {write.month_format!r} does not say both year and month"
        if write.shape == "indicator" and write.period != write.period.strip():
            yield f"key writes.{number}.period: {write.period!r} has spaces at its ends"
        if write.shape == "population" and not write.reference.strip():
            yield f"key writes.{number}.reference: says nothing"


def _names_a_month(written: str) -> bool:
    """Whether a day that is written so and read again has its year and month."""
    try:
        read = datetime.strptime(_DAY.strftime(written), written)  # noqa: DTZ007 - a day, not a moment
    except ValueError:
        return False
    return (read.year, read.month) == (_DAY.year, _DAY.month)


def _of_names(feed: Feed) -> Iterator[str]:
    if spaced := [c for c in [*feed.required_columns, *feed.read.headerless] if c != c.strip() or not c]:
        yield f"key columns: {', '.join(map(repr, spaced))}: no column has such a name, because spaces at its ends are taken off"
    for only in feed.only:
        if not only.values:
            yield f"key only: no value of {only.column!r} is wanted, so that no row is"


def _of_files(feed: Feed) -> Iterator[str]:
    """Names of files that a feed knows and that are not read, or not as it says."""
    pattern = feed.recognise.file_name
    if not pattern:
        return
    names = names_of(pattern)
    endings = (*feed.read.suffixes, ".zip") if not feed.writes else feed.read.suffixes
    if names and not any(name.lower().removesuffix(".gz").endswith(endings) for name in names):
        shown = ", ".join(feed.read.suffixes)
        yield f"key recognise.file_name: no name like {names[0]!r} is of a file that is read as {feed.read.format} ({shown})"
    made = getattr(feed.source, "file_name", "").replace("{month}", "2024-11")
    if made and not made.lower().endswith(".zip") and not re.search(pattern, made):
        yield f"key source.file_name: {made!r} is no name that recognise.file_name knows, so that nothing fetched is ever loaded"


def _never_reached(feed: Feed, before: list[Feed]) -> Iterator[str]:
    """A feed that never gets a file, because feeds before it take every one."""
    pattern = feed.recognise.file_name
    if pattern:
        names = names_of(pattern)
        # where several feeds know a name, the columns decide between them
        earlier = [f for f in before if f.recognise.file_name and set(f.recognise.columns) <= set(feed.recognise.columns)]
        takers = [next((f.id for f in earlier if re.search(f.recognise.file_name, name)), None) for name in names]
        if names and all(takers):
            yield f"key recognise.file_name: never gets a file, because feed {takers[0]}, which stands before it, takes them"
        return
    if layers := set(feed.recognise.layers):
        for other in before:
            if other.recognise.layers and set(other.recognise.layers) <= layers:
                yield f"key recognise.layers: never gets a file, because feed {other.id}, which stands before it, takes every file with them"
        return
    columns = set(feed.recognise.columns)
    for other in before:
        if other.recognise.file_name or other.recognise.layers or other.read.format != feed.read.format:
            continue
        if set(other.recognise.columns) <= columns and _alike(other, feed):
            yield (
                f"key recognise.columns: never gets a file, because feed {other.id}, which stands before it, takes every file with"
                " its columns; put it before that one, or give it a file_name"
            )


def _alike(one: Feed, other: Feed) -> bool:
    """Whether two feeds look for the header in the same place of a file."""

    def place(feed: Feed) -> tuple[object, ...]:
        return (feed.read.delimiter, feed.read.header_row, feed.read.sheet, feed.read.encoding == "utf-16")

    return place(one) == place(other)


def names_of(pattern: str) -> list[str]:
    """Some texts that a pattern finds itself in, tried at random from a fixed seed; empty where none could be made."""
    chance = random.Random(20_240_101)  # noqa: S311 - names for a test of patterns, no secret
    # the standard library's own reading of a pattern; it has no public name
    parsed = re._parser.parse(pattern)  # type: ignore[attr-defined]
    made = {_written(parsed, chance, {}) for _ in range(_TRIES)}
    return sorted(name for name in made if re.search(pattern, name))


def _written(parsed: Any, chance: random.Random, groups: dict[int, str]) -> str:
    """One text by the steps of a parsed pattern; a step that is not known here gives none."""
    text = ""
    for step, detail in parsed:
        name = str(step)
        if name == "LITERAL":
            text += chr(detail)
        elif name == "NOT_LITERAL":
            text += "a" if detail != ord("a") else "b"
        elif name == "ANY":
            text += "x"
        elif name == "IN":
            text += _member(detail, chance)
        elif name == "BRANCH":
            text += _written(chance.choice(detail[1]), chance, groups)
        elif name == "SUBPATTERN":
            inner = _written(detail[-1], chance, groups)
            if detail[0] is not None:
                groups[detail[0]] = inner
            text += inner
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner_steps = detail
            for _ in range(chance.randint(int(least), min(int(most), int(least) + 3))):
                text += _written(inner_steps, chance, groups)
        elif name == "GROUPREF":
            text += groups.get(detail, "")
    return text


def _member(of: Any, chance: random.Random) -> str:
    """A character of a set."""
    if str(of[0][0]) == "NEGATE":
        negated = _set_text(of)
        return next((c for c in "xa0_-. Z" if negated and re.match(negated, c)), "x")
    step, detail = chance.choice(of)
    if str(step) == "LITERAL":
        return chr(detail)
    if str(step) == "RANGE":
        return chr(chance.randint(detail[0], detail[1]))
    return {"CATEGORY_DIGIT": "7", "CATEGORY_WORD": "w", "CATEGORY_SPACE": " ", "CATEGORY_NOT_DIGIT": "x"}.get(str(detail), "x")


def _set_text(of: Any) -> str:
    """A negated set as a pattern again; '' where it holds more than characters and ranges."""
    parts = []
    for step, detail in of[1:]:
        if str(step) == "LITERAL":
            parts.append(re.escape(chr(detail)))
        elif str(step) == "RANGE":
            parts.append(f"{re.escape(chr(detail[0]))}-{re.escape(chr(detail[1]))}")
        else:
            return ""
    return f"[^{''.join(parts)}]"
