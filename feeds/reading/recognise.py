"""Which files of a folder are deliveries of which feed: plain files, gzip, and archives of many members.

A file name claims a file for a feed before its columns do, so that a month file with wrong columns is refused rather than unknown.
"""

from __future__ import annotations

import csv
import json
import logging
import re
import traceback
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath

from core.errors import FeedError
from feeds.catalogue.feed import Catalogue, Feed, Reading
from feeds.reading.kind import kind_of
from feeds.reading.layers import geodatabase, geopackage_layers, has_columns, is_geodatabase, layers_of
from feeds.reading.layout import elsewhere, first_lines, in_line, read_header
from feeds.reading.not_read import not_read
from feeds.reading.source import Source, content_mark, file_settings, require_sound
from feeds.reading.workbook import header_rows

__all__ = ["DATA_SUFFIXES", "Recognised", "Source", "Unreadable", "discover", "recognise"]

log = logging.getLogger(__name__)

# of other files, those that hold data are named (feeds.reading.not_read); licences, read-me texts and notes are passed over without a word
DATA_SUFFIXES = (".csv", ".txt.csv", ".tsv", ".xlsx", ".parquet", ".json", ".geojson", ".gpkg", ".shp", ".pbf", ".zip")
# how many features of a GeoJSON file are asked for the names of their properties
_FEATURES = 20
_FEATURES_BEGIN = re.compile(r'"features"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"\s*,\s*")
# rows from the top of a sheet in which its header is looked for
_SHEET_ROWS = 40


@dataclass(frozen=True)
class Recognised:
    """A delivery and its feed (None: no feed knows it), with the named groups of its file name. why: what keeps it from being known."""

    source: Source
    feed: Feed | None
    groups: dict[str, str] = field(default_factory=dict)
    why: str = ""

    @property
    def slot(self) -> str:
        """What a redelivery replaces."""
        if self.feed is None:
            return ""
        return self.feed.slot.format(**self.groups) if self.feed.slot else self.feed.id


@dataclass(frozen=True)
class Unreadable:
    """A file that cannot be looked into, or is of a kind that is not read. refused: a feed or a person asked for it."""

    label: str
    message: str
    refused: bool = True


def discover(folder: Path, catalogue: Catalogue) -> Iterator[Recognised | Unreadable]:
    """Every data file of a folder (or the one file that is given), in order of name. FeedError where there is no such folder."""
    if not folder.exists():
        raise FeedError("no such folder", where=str(folder), hint="give the folder that holds the files, with --source.")
    _forget()
    root = folder if folder.is_dir() else folder.parent
    paths = sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else [folder]
    for path in paths:
        if any(part.startswith(".") for part in path.relative_to(root).parts):
            continue
        source = Source(path, root=root)
        if not _is_data(path.name):
            if found := _told(source, catalogue, siblings=path.parent, alone=path == folder):
                yield found
            continue
        try:
            yield from _look_into(source, catalogue)
        except FeedError as error:
            yield Unreadable(source.label, str(error))
        except Exception as error:  # noqa: BLE001 - one file's trouble is that file's alone
            log.error("%s: %s\n%s", source.label, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
            refusal = FeedError(
                f"cannot be looked into ({type(error).__name__}, which no check foresaw)",
                where=source.label,
                hint="please report it, with the place that the log names.",
            )
            yield Unreadable(source.label, str(refusal))


def _forget() -> None:
    """A file of the same name may have other bytes today: what was seen of files before is seen anew."""
    for kept in (
        _peeked,
        _parquet_columns,
        _csv_columns,
        _properties_of_whole,
        _layer_names,
        _vector_fields,
        _sheet_rows,
        file_settings,
    ):
        kept.cache_clear()


def _is_data(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(DATA_SUFFIXES)


def _told(source: Source, catalogue: Catalogue, *, siblings: Path | zipfile.ZipFile, alone: bool = False) -> Unreadable | None:
    """What is to be said of a file whose name is not that of data: nothing of a licence, a word of a spreadsheet that is not read."""
    found = not_read(PurePosixPath(source.name), siblings)
    claimed = _claimed_otherwise(source, catalogue, peek=found.is_text)
    if not (found.is_data or claimed or alone):
        return None
    of_feed = f" (feed {claimed.id} would know it)" if claimed else ""
    error = FeedError(f"{found.what}{of_feed}", where=source.label, hint=found.next)
    return Unreadable(source.label, str(error), refused=bool(claimed) or alone)


def _claimed_otherwise(source: Source, catalogue: Catalogue, *, peek: bool) -> Feed | None:
    """The feed that would know a file of another ending: by its name with an ending that is read, or, of a text, by its columns."""
    stem = str(PurePosixPath(source.name).with_suffix(""))
    for feed in catalogue.feed:
        if feed.recognise.file_name:
            pattern = _pattern(feed.recognise.file_name)
            if any(pattern.search(name) for name in (source.name, *(stem + suffix for suffix in feed.read.suffixes))):
                return feed
    if not peek:
        return None
    lines = first_lines(_peek(source))
    cells = set(_cells_of(lines[0])) if lines else set()
    of_tables = (f for f in catalogue.feed if f.read.format == "csv" and len(f.recognise.columns) > 1)
    return next((f for f in of_tables if set(f.recognise.columns) <= cells), None)


def _cells_of(line: str) -> list[str]:
    """The cells of a line under whichever of the usual dividers gives most of them."""
    divider = max(",;\t|", key=line.count)
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=divider), [])]
    except csv.Error:
        return []


def _look_into(source: Source, catalogue: Catalogue) -> Iterator[Recognised | Unreadable]:
    """A file as one delivery; an archive that no feed claims by its name, as its members. FeedError for an archive that is not sound."""
    if not source.path.name.lower().endswith(".zip"):
        yield _recognise_or_say_why(source, catalogue)
        return
    try:
        archive = zipfile.ZipFile(source.path)
    except Exception as error:
        # the standard library has many errors for bytes that are no ZIP
        kind = kind_of(source.peek())
        if kind is not None and ".zip" not in kind.endings:
            raise FeedError(f"is {kind.what}, and no ZIP archive", where=source.label, hint=kind.next) from error
        raise FeedError("the archive is corrupt or cut short", where=source.label, hint="copy or download it again.") from error
    with archive:
        require_sound(archive, source.label)
        members = sorted(
            i.filename for i in archive.infolist() if not i.is_dir() and not PurePosixPath(i.filename).name.startswith(".")
        )
        wanted = [m for m in members if _is_data(m)]
        is_one = sum(m.lower().endswith(".shp") for m in wanted) == 1 == len(wanted)
        found = _by_name(source, catalogue)
        if any(map(is_geodatabase, members)):
            yield Unreadable(source.label, str(geodatabase(source.label)), refused=found is not None)
            return
        if not wanted and found is None:
            yield Recognised(source, None, why="it holds no file of a kind that is read")
        elif found or is_one:
            yield found or _recognise_or_say_why(source, catalogue)
        else:
            yield from _members(source, [Source(source.path, m, source.root) for m in wanted], archive, catalogue)
        if found is None:
            for member in members:
                if not _is_data(member):
                    told = _told(Source(source.path, member, source.root), catalogue, siblings=archive)
                    yield from [told] if told else []


def _members(
    source: Source, wanted: Iterable[Source], archive: zipfile.ZipFile, catalogue: Catalogue
) -> Iterator[Recognised | Unreadable]:
    """Each member as a delivery; two of one feed and slot that are not the same bytes are refused, because one would replace the other."""
    found = [_recognise_or_say_why(member, catalogue, archive) for member in wanted]
    by_slot: dict[tuple[str, str], list[Recognised]] = {}
    for one in found:
        if one.feed is not None and one.feed.writes:
            by_slot.setdefault((one.feed.id, one.slot), []).append(one)
    rivals: dict[Source, str] = {}
    for (feed_id, _), same in by_slot.items():
        if len({content_mark(archive, one.source.member) for one in same}) > 1:
            names = ", ".join(s.source.member for s in same[:4])
            refusal = FeedError(
                f"holds {len(same)} files of feed {feed_id} for one and the same place in the store: {names}",
                where=source.label,
                hint="which of them is meant cannot be told; leave the others out.",
            )
            rivals |= {s.source: str(refusal) for s in same}
    for one in found:
        yield Unreadable(one.source.label, rivals[one.source]) if one.source in rivals else one


def recognise(source: Source, catalogue: Catalogue) -> Recognised:
    """The feed of one file: by its name where a pattern fits, else by the columns or properties that it has."""
    if found := _by_name(source, catalogue):
        return found
    for feed in catalogue.feed:
        if feed.recognise.columns and not feed.recognise.file_name and _has_columns(source, feed):
            return Recognised(source, feed)
        if feed.recognise.layers and set(feed.recognise.layers) <= _layer_names(source):
            return Recognised(source, feed)
    return Recognised(source, None)


def _by_name(source: Source, catalogue: Catalogue) -> Recognised | None:
    """The feed that knows the name; where several do, the first whose columns the file has, else the first."""
    found = []
    for feed in catalogue.feed:
        if feed.recognise.file_name and (match := _pattern(feed.recognise.file_name).search(source.name)):
            found.append(Recognised(source, feed, {k: v for k, v in match.groupdict().items() if v is not None}))
    if len(found) < 2:
        return found[0] if found else None
    return next((one for one in found if one.feed is not None and _has_columns(source, one.feed)), found[0])


def _has_columns(source: Source, feed: Feed) -> bool:
    wanted = set(feed.recognise.columns)
    return any(
        has_columns(columns, wanted) if feed.read.format == "vector" else wanted <= set(columns)
        for columns in _columns(source, feed)
    )


def _recognise_or_say_why(source: Source, catalogue: Catalogue, archive: zipfile.ZipFile | None = None) -> Recognised:
    if archive is not None and any(
        _pattern(f.recognise.file_name).search(source.name) for f in catalogue.feed if f.recognise.file_name
    ):
        return recognise(source, catalogue)
    if archive is not None:
        # so that the archive is not opened again for each of its members
        _HEADS[source] = source.peek(archive)
    try:
        found = recognise(source, catalogue)
        return found if found.feed is not None else Recognised(source, None, why=_why(source, catalogue))
    finally:
        _HEADS.pop(source, None)


def _why(source: Source, catalogue: Catalogue) -> str:
    """What keeps a file from being known, in words that go on a message; '' where nothing is seen."""
    name = source.name.lower()
    head = _peek(source)
    if not head.strip():
        return "it is empty or cannot be unpacked"
    if feed := next((f for f in catalogue.feed if _in_other_letters(source.name, f)), None):
        return f"its name differs from those of feed {feed.id} in capital letters alone: write it in small ones"
    # of a packed kind the whole says what it is, of any other its head
    try:
        kind = kind_of(source.read() if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else head)
    except FeedError as error:
        return f"it {error.what}"
    if kind is not None and not name.endswith(kind.endings):
        return f"it is {kind.what}: {kind.next}"
    if name.endswith((".csv", ".tsv")):
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:2]:
            return "it is UTF-16: save it as UTF-8"
        lines = first_lines(head)
        for feed in catalogue.feed:
            by_columns = feed.read.format == "csv" and feed.recognise.columns and not feed.recognise.file_name
            if by_columns and (found := elsewhere(lines, feed)):
                return f"it may be of feed {feed.id}, but {found.what}: {found.next}"
    if name.endswith(".xlsx"):
        return _why_not_this_workbook(source, catalogue)
    if source.member and name.endswith(".zip"):
        return "it is an archive inside an archive: unpack the outer one"
    return ""


def _in_other_letters(name: str, feed: Feed) -> bool:
    return bool(feed.recognise.file_name and _pattern(feed.recognise.file_name).search(name.lower()))


def _why_not_this_workbook(source: Source, catalogue: Catalogue) -> str:
    for feed in catalogue.feed:
        if feed.read.format == "xlsx" and not feed.recognise.file_name:
            rows = _sheet_rows(source, feed.read.sheet)
            for number, cells in enumerate(rows, start=1):
                if set(feed.recognise.columns) <= set(cells) and (found := in_line(number, feed)):
                    return f"it may be of feed {feed.id}, but {found.what}: {found.next}"
    return ""


@lru_cache(maxsize=4096)
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


Alternatives = tuple[tuple[str, ...], ...]


def _columns(source: Source, feed: Feed) -> Alternatives:
    """The names of columns that a file has, as the feed would read it; of a file of layers, those of each."""
    name = source.name.lower()
    if feed.read.format == "csv" and name.endswith((".csv", ".tsv")):
        return (_csv_columns(source, feed.read.encoding, feed.read.delimiter, feed.read.quote, feed.read.header_row),)
    if feed.read.format == "vector" and name.endswith((".json", ".geojson")):
        return _geojson_properties(source, tuple(feed.recognise.columns))
    if feed.read.format == "vector" and name.endswith((".gpkg", ".zip", ".shp")):
        return _vector_fields(source)
    if feed.read.format == "xlsx" and name.endswith(".xlsx"):
        rows = _sheet_rows(source, feed.read.sheet)
        return (rows[feed.read.header_row - 1],) if len(rows) >= feed.read.header_row else ()
    if feed.read.format == "parquet" and name.endswith(".parquet"):
        return (_parquet_columns(source),)
    return ()


@lru_cache(maxsize=64)
def _parquet_columns(source: Source) -> tuple[str, ...]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return tuple(parquet.read_schema(pa.BufferReader(source.read())).names)
    except (FeedError, pa.ArrowException, OSError, ValueError):
        return ()


@lru_cache(maxsize=64)
def _csv_columns(source: Source, encoding: str, delimiter: str, quote: str, header_row: int) -> tuple[str, ...]:
    head = _peek(source).removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="replace")
    reading = Reading(delimiter=delimiter, quote=quote, header_row=header_row)
    if len(delimiter.encode()) > 1:
        head = head.replace(delimiter, "\x1f")
        delimiter = "\x1f"
    try:
        return tuple(read_header(head.encode(), reading, delimiter, source.label).names)
    except FeedError:
        # a carriage return in the middle of the line, or a line of megabytes: bytes that are no table
        return ()


# heads of members whose archive is open now
_HEADS: dict[Source, bytes] = {}


def _peek(source: Source) -> bytes:
    return _HEADS[source] if source in _HEADS else _peeked(source)


@lru_cache(maxsize=64)
def _peeked(source: Source) -> bytes:
    return source.peek()


def _geojson_properties(source: Source, wanted: tuple[str, ...]) -> Alternatives:
    """Names of properties of the first features; of the whole file where those in its head do not have all that are wanted."""
    head = _properties_in(_peek(source).decode("utf-8", errors="replace"))
    return (head,) if has_columns(head, set(wanted)) else (_properties_of_whole(source),)


@lru_cache(maxsize=64)
def _properties_of_whole(source: Source) -> tuple[str, ...]:
    if not _FEATURES_BEGIN.search(_peek(source).decode("utf-8", errors="replace")):
        return ()
    try:
        return _properties_in(source.read().decode("utf-8", errors="replace"))
    except FeedError:
        return ()


def _properties_in(text: str) -> tuple[str, ...]:
    """The names of the properties of the first features that a text holds whole."""
    begun = _FEATURES_BEGIN.search(text)
    if begun is None:
        return ()
    decoder, at = json.JSONDecoder(), begun.end()
    names: dict[str, None] = {}
    for _ in range(_FEATURES):
        try:
            feature, at = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            break
        if isinstance(feature, dict):
            # attributes: ArcGIS's own word
            properties = feature.get("properties") or feature.get("attributes") or {}
            names |= dict.fromkeys(properties) if isinstance(properties, dict) else {}
        between = _BETWEEN.match(text, at)
        if between is None:
            break
        at = between.end()
    return tuple(names)


@lru_cache(maxsize=64)
def _layer_names(source: Source) -> frozenset[str]:
    if not source.name.lower().endswith((".gpkg", ".zip", ".pbf")):
        return frozenset()
    try:
        if source.is_geopackage:
            # not read whole: a national one is larger than what is read
            return frozenset(name for name, _ in geopackage_layers(source.path, source.label))
        return frozenset(layer.plain_name for layer in layers_of(source.read(), None, source.label))
    except FeedError:
        return frozenset()


@lru_cache(maxsize=64)
def _vector_fields(source: Source) -> Alternatives:
    try:
        if source.is_geopackage:
            return tuple(fields for _, fields in geopackage_layers(source.path, source.label))
        return tuple(layer.fields or () for layer in layers_of(source.read(), None, source.label))
    except FeedError:
        return ()


@lru_cache(maxsize=64)
def _sheet_rows(source: Source, sheet: str) -> tuple[tuple[str, ...], ...]:
    try:
        return tuple(tuple(row) for row in header_rows(source.read(), sheet, source.label, _SHEET_ROWS))
    except FeedError:
        return ()
