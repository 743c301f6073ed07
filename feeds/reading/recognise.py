"""Which files of a folder are deliveries of which feed: plain files, gzip, and archives of many members.

A file name claims a file for a feed before its columns do, so that a month file with wrong columns is refused rather than unknown.
"""

from __future__ import annotations

import csv
import glob
import gzip
import io
import json
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from core.errors import FeedError
from feeds.catalogue.feed import Catalogue, Feed
from feeds.reading.tabular import open_workbook

# other files (licences, read-me texts, this folder's own notes) are passed over without a word
DATA_SUFFIXES = (".csv", ".txt.csv", ".tsv", ".xlsx", ".parquet", ".json", ".geojson", ".gpkg", ".shp", ".zip")
# enough for any header row and for the properties of the first feature
_PEEK_BYTES = 256 * 1024
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# an archive that unpacks to more is not a partner's delivery
_LARGEST_MEMBER_BYTES = 8 * 1024**3


@dataclass(frozen=True)
class Source:
    """One delivery's bytes: a file, or a member of an archive."""

    path: Path
    member: str = ""
    root: Path = field(default=Path(), compare=False)

    @property
    def label(self) -> str:
        """The name that reports and the store use: relative to the folder that was offered."""
        try:
            shown = self.path.relative_to(self.root).as_posix()
        except ValueError:
            shown = self.path.name
        return f"{shown}/{self.member}" if self.member else shown

    @property
    def name(self) -> str:
        """The path that feeds' patterns are matched with, without .gz."""
        return (self.member or self.path.as_posix()).removesuffix(".gz")

    def read(self) -> bytes:
        """The bytes, unpacked. FeedError where the file is cut short, corrupt or cannot be opened."""
        try:
            if self.member:
                with zipfile.ZipFile(self.path) as archive:
                    if archive.getinfo(self.member).file_size > _LARGEST_MEMBER_BYTES:
                        raise FeedError("unpacks to more than 8 GB", where=self.label, hint="ask the publisher for smaller files.")
                    packed = archive.read(self.member)
                return gzip.decompress(packed) if self.member.endswith(".gz") else packed
            if self.path.suffix.lower() == ".shp":
                return _shapefile(self.path)
            packed = self.path.read_bytes()
            return gzip.decompress(packed) if self.path.name.endswith(".gz") else packed
        except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError, RuntimeError) as error:
            raise FeedError(
                "the file is cut short or corrupt and cannot be unpacked",
                where=self.label,
                hint="copy or download it again; nothing was stored.",
            ) from error
        except OSError as error:
            raise FeedError(
                f"the file cannot be opened ({error.strerror or error})", where=self.label, hint="check its permissions."
            ) from error

    def peek(self) -> bytes:
        """The first bytes, unpacked; fewer where the file is cut short. Never raises for a bad file: reading it will say why."""
        try:
            if self.member:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as handle:
                    if not self.member.endswith(".gz"):
                        return handle.read(_PEEK_BYTES)
                    with gzip.open(handle) as inner:
                        return inner.read(_PEEK_BYTES)
            if self.path.name.endswith(".gz"):
                with gzip.open(self.path) as unpacked:
                    return unpacked.read(_PEEK_BYTES)
            with self.path.open("rb") as plain_file:
                return plain_file.read(_PEEK_BYTES)
        except (EOFError, zlib.error, zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, KeyError):
            return b""


def _shapefile(path: Path) -> bytes:
    """A shapefile is several files of one name: they travel as one archive, whose bytes are the same whenever theirs are."""
    parts = sorted(p for p in path.parent.glob(f"{glob.escape(path.stem)}.*") if p.suffix.lower() in _SHAPEFILE_PARTS)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in parts:
            # a fixed time: when a part was copied is no news
            archive.writestr(zipfile.ZipInfo(part.name, date_time=(1980, 1, 1, 0, 0, 0)), part.read_bytes())
    return packed.getvalue()


@dataclass(frozen=True)
class Recognised:
    """A delivery and its feed (None: no feed knows it), with the named groups of its file name."""

    source: Source
    feed: Feed | None
    groups: dict[str, str] = field(default_factory=dict)

    @property
    def slot(self) -> str:
        """What a redelivery replaces."""
        if self.feed is None:
            return ""
        return self.feed.slot.format(**self.groups) if self.feed.slot else self.feed.id


@dataclass(frozen=True)
class Unreadable:
    """A file that could not even be looked into."""

    label: str
    message: str


def discover(folder: Path, catalogue: Catalogue) -> Iterator[Recognised | Unreadable]:
    """Every data file of a folder (or the one file that is given), in order of name. FeedError where there is no such folder."""
    if not folder.exists():
        raise FeedError("no such folder", where=str(folder), hint="give the folder that holds the files, with --source.")
    root = folder if folder.is_dir() else folder.parent
    paths = sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else [folder]
    for path in paths:
        if any(part.startswith(".") for part in path.relative_to(root).parts):
            continue
        if not path.name.lower().removesuffix(".gz").endswith(DATA_SUFFIXES):
            continue
        yield from _look_into(Source(path, root=root), catalogue)


def _look_into(source: Source, catalogue: Catalogue) -> Iterator[Recognised | Unreadable]:
    found = recognise(source, catalogue)
    if found.feed is not None or not source.path.name.lower().endswith(".zip"):
        yield found
        return
    try:
        with zipfile.ZipFile(source.path) as archive:
            members = [i.filename for i in archive.infolist() if not i.is_dir()]
    except (zipfile.BadZipFile, OSError):
        refusal = FeedError("the archive is corrupt or cut short", where=source.label, hint="copy or download it again.")
        yield Unreadable(source.label, str(refusal))
        return
    if any(m.lower().endswith(".shp") for m in members):
        yield found
        return
    wanted = [
        m for m in sorted(members) if m.lower().removesuffix(".gz").endswith(DATA_SUFFIXES) and not Path(m).name.startswith(".")
    ]
    if not wanted:
        yield found
    for member in wanted:
        yield recognise(Source(source.path, member, source.root), catalogue)


def recognise(source: Source, catalogue: Catalogue) -> Recognised:
    """The feed of one file: by its name where a pattern fits, else by the columns or properties that it has."""
    for feed in catalogue.feed:
        if feed.recognise.file_name and (match := _pattern(feed.recognise.file_name).search(source.name)):
            return Recognised(source, feed, {k: v for k, v in match.groupdict().items() if v is not None})
    by_columns = [f for f in catalogue.feed if f.recognise.columns and not f.recognise.file_name]
    if by_columns:
        for feed in by_columns:
            if set(feed.recognise.columns) <= set(_columns(source, feed)):
                return Recognised(source, feed)
    return Recognised(source, None)


@lru_cache(maxsize=4096)
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _columns(source: Source, feed: Feed) -> tuple[str, ...]:
    name = source.name.lower()
    if feed.read.format == "csv" and name.endswith((".csv", ".tsv")):
        return _csv_columns(source, feed.read.encoding, feed.read.delimiter)
    if feed.read.format == "vector" and name.endswith((".json", ".geojson")):
        return _geojson_properties(source)
    if feed.read.format == "vector" and name.endswith((".gpkg", ".zip", ".shp")):
        return _vector_fields(source)
    if feed.read.format == "xlsx" and name.endswith(".xlsx"):
        return _sheet_columns(source, feed.read.sheet)
    if feed.read.format == "parquet" and name.endswith(".parquet"):
        return _parquet_columns(source)
    return ()


@lru_cache(maxsize=64)
def _parquet_columns(source: Source) -> tuple[str, ...]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        return tuple(parquet.read_schema(pa.BufferReader(source.read())).names)
    except (FeedError, pa.ArrowInvalid, OSError):
        return ()


@lru_cache(maxsize=64)
def _csv_columns(source: Source, encoding: str, delimiter: str) -> tuple[str, ...]:
    head = _peek(source).removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="replace")
    first = head.split("\n", 1)[0].rstrip("\r")
    try:
        return tuple(n.strip() for n in next(csv.reader([first], delimiter=delimiter), []))
    except csv.Error:
        # a carriage return in the middle of the line, or a line of megabytes: bytes that are no table
        return ()


@lru_cache(maxsize=64)
def _peek(source: Source) -> bytes:
    return source.peek()


@lru_cache(maxsize=64)
def _geojson_properties(source: Source) -> tuple[str, ...]:
    head = _peek(source).decode("utf-8", errors="replace")
    start = head.find('"features"')
    match = re.compile(r'"properties"\s*:\s*(\{[^{}]*\})').search(head, max(start, 0))
    if start < 0 or match is None:
        return ()
    try:
        return tuple(json.loads(match.group(1)))
    except json.JSONDecodeError:
        return ()


@lru_cache(maxsize=64)
def _vector_fields(source: Source) -> tuple[str, ...]:
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        with warnings.catch_warnings():
            # GDAL remarks that bytes in memory have no file extension
            warnings.simplefilter("ignore", RuntimeWarning)
            return tuple(pyogrio.read_info(source.read())["fields"])
    except (DataSourceError, FeedError, ValueError, OSError):
        return ()


@lru_cache(maxsize=64)
def _sheet_columns(source: Source, sheet: str) -> tuple[str, ...]:
    try:
        book = open_workbook(source.read(), source.label)
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=1) if sheet in book.sheet_names else []
    except FeedError:
        return ()
    return tuple(str(v).strip() for v in rows[0]) if rows else ()
