"""The bytes of one delivery: a plain file, gzip, a member of an archive, or the parts of a shapefile; unpacked within bounds.

What unpacks to more than HOMEGROUND_FILES_* allow is refused while it is unpacked, before it fills the memory.
"""

from __future__ import annotations

import glob
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO

from core.errors import FeedError
from core.settings import FileSettings

# enough for any header row and for the properties of the first feature
_PEEK_BYTES = 256 * 1024
_CHUNK = 1 << 20
_MB = 1 << 20
# below this a file may unpack to any multiple of its packed size: a table of zeros is no attack
_SMALL_MB = 64
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# whatever a reader of packed bytes says of bytes that were cut short or changed
_CORRUPT = (
    EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile, struct.error, ValueError, KeyError, IndexError, OverflowError,
)  # fmt: skip
_ENCRYPTED_FLAG = 0x1


@lru_cache(maxsize=1)
def file_settings() -> FileSettings:
    return FileSettings()


@dataclass(frozen=True)
class Source:
    """One delivery's bytes: a file, or a member of an archive. A member that is a shapefile stands for all of its parts."""

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

    @property
    def is_geopackage(self) -> bool:
        """Whether it is a plain GeoPackage, of which GDAL reads a part without the rest."""
        return not self.member and self.path.name.lower().endswith(".gpkg")

    def read(self) -> bytes:
        """The bytes, unpacked. FeedError where the file is cut short, corrupt, too large, under a password or cannot be opened."""
        try:
            return self._read()
        except FeedError:
            raise
        except NotImplementedError as error:
            raise FeedError(
                "the archive is packed by a method that is not known here (Deflate64, perhaps)",
                where=self.label,
                hint="unpack it, and pack it again as an ordinary .zip.",
            ) from error
        except _CORRUPT as error:
            raise FeedError(
                "the file is cut short or corrupt and cannot be unpacked",
                where=self.label,
                hint="copy or download it again; nothing was stored.",
            ) from error
        except RuntimeError as error:
            # the standard library's word for a member under a password
            raise under_password(self.label) from error
        except OSError as error:
            raise FeedError(
                f"the file cannot be opened ({error.strerror or 'no reason given'})",
                where=self.label,
                hint="check its permissions.",
            ) from error

    def _read(self) -> bytes:
        if self.member:
            with zipfile.ZipFile(self.path) as archive:
                if self.member.lower().endswith(".shp"):
                    return shapefile_of(archive, self.member, self.label)
                return _member(archive, archive.getinfo(self.member), self.label)
        if self.path.suffix.lower() == ".shp":
            return _shapefile(self.path, self.label)
        if self.path.name.lower().endswith(".gz"):
            with self.path.open("rb") as packed:
                return unpacked(gzip.GzipFile(fileobj=packed), self.path.stat().st_size, self.label)
        return _plain(self.path, self.label)

    def peek(self, archive: zipfile.ZipFile | None = None) -> bytes:
        """The first bytes, unpacked; fewer where the file is cut short. Never raises for a bad file: reading it will say why.

        archive: the member's own, where it is open already; an archive of thousands takes long to open.
        """
        try:
            if self.member:
                if archive is not None:
                    return self._member_head(archive)
                with zipfile.ZipFile(self.path) as opened:
                    return self._member_head(opened)
            if self.path.name.lower().endswith(".gz"):
                with gzip.open(self.path) as unpacked_file:
                    return unpacked_file.read(_PEEK_BYTES)
            with self.path.open("rb") as plain_file:
                return plain_file.read(_PEEK_BYTES)
        except (*_CORRUPT, OSError, NotImplementedError, RuntimeError):
            return b""

    def _member_head(self, archive: zipfile.ZipFile) -> bytes:
        with archive.open(self.member) as handle:
            if not self.member.lower().endswith(".gz"):
                return handle.read(_PEEK_BYTES)
            with gzip.open(handle) as inner:
                return inner.read(_PEEK_BYTES)


def under_password(label: str) -> FeedError:
    return FeedError(
        "is protected by a password",
        where=label,
        hint="ask for it without one, or open it, take the password off and save it again.",
    )


def unpacked(stream: IO[bytes] | gzip.GzipFile, packed_size: int, label: str) -> bytes:
    """All that a stream of packed bytes unpacks to. FeedError, before the rest is unpacked, where that is more than is allowed."""
    settings = file_settings()
    by_ratio = max(_SMALL_MB * _MB, settings.most_ratio * packed_size)
    most = min(settings.most_unpacked_mb * _MB, by_ratio)
    # its value is handed out without a copy
    kept = io.BytesIO()
    while chunk := stream.read(_CHUNK):
        if kept.tell() + len(chunk) > most:
            _too_large(label, by_ratio=most == by_ratio)
        kept.write(chunk)
    return kept.getvalue()


def require_size(size: int, packed_size: int, label: str) -> None:
    """FeedError for a file that says of itself that it unpacks to more than is allowed."""
    settings = file_settings()
    by_ratio = max(_SMALL_MB * _MB, settings.most_ratio * packed_size)
    if size > min(settings.most_unpacked_mb * _MB, by_ratio):
        _too_large(label, by_ratio=by_ratio < settings.most_unpacked_mb * _MB)


def _too_large(label: str, *, by_ratio: bool) -> None:
    settings = file_settings()
    if by_ratio:
        raise FeedError(
            f"unpacks to more than {settings.most_ratio} times its size (and more than {_SMALL_MB} MB)",
            where=label,
            hint="unpack it and look at it; HOMEGROUND_FILES_MOST_RATIO says what is allowed.",
        )
    raise FeedError(
        f"has more than {settings.most_unpacked_mb:,} MB once it is unpacked",
        where=label,
        hint="ask the publisher for smaller files; HOMEGROUND_FILES_MOST_UNPACKED_MB says what is allowed.",
    )


def _plain(path: Path, label: str) -> bytes:
    if path.stat().st_size > file_settings().most_unpacked_mb * _MB:
        _too_large(label, by_ratio=False)
    return path.read_bytes()


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str) -> bytes:
    with archive.open(info) as handle:
        packed = unpacked(handle, info.compress_size, label)
    return (
        unpacked(gzip.GzipFile(fileobj=io.BytesIO(packed)), len(packed), label) if info.filename.lower().endswith(".gz") else packed
    )


def _shapefile(path: Path, label: str) -> bytes:
    """A shapefile is several files of one name: they travel as one archive, whose bytes are the same whenever theirs are."""
    parts = sorted(p for p in path.parent.glob(f"{glob.escape(path.stem)}.*") if p.suffix.lower() in _SHAPEFILE_PARTS)
    return _archive_of((part.name, _plain(part, label)) for part in parts)


def shapefile_of(archive: zipfile.ZipFile, member: str, label: str) -> bytes:
    """The parts of one shapefile among the members of an archive, as an archive of their own without folders."""
    stem = PurePosixPath(member).stem
    parts = _parts_in(archive, member)
    # GDAL looks for parts whose names have the same letters, capital or small
    return _archive_of((f"{stem}{PurePosixPath(i.filename).suffix.lower()}", _member(archive, i, label)) for i in parts)


def _parts_in(archive: zipfile.ZipFile, member: str) -> list[zipfile.ZipInfo]:
    wanted = PurePosixPath(member)
    return [
        info
        for info in sorted(archive.infolist(), key=lambda i: i.filename)
        if (found := PurePosixPath(info.filename)).parent == wanted.parent
        and found.stem.casefold() == wanted.stem.casefold()
        and found.suffix.lower() in _SHAPEFILE_PARTS
    ]


def content_mark(archive: zipfile.ZipFile, member: str) -> tuple[tuple[int, int], ...]:
    """What tells whether two members hold the same, without unpacking them: their checksums and sizes."""
    of = _parts_in(archive, member) if member.lower().endswith(".shp") else [archive.getinfo(member)]
    return tuple((info.CRC, info.file_size) for info in of)


def _archive_of(parts: Iterable[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in parts:
            # a fixed time: when a part was copied is no news
            archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), data)
    return packed.getvalue()


def require_sound(archive: zipfile.ZipFile, label: str) -> None:
    """FeedError for an archive of too many members, under a password, or that gives one name to two of its members."""
    members = archive.infolist()
    most = file_settings().most_members
    if len(members) > most:
        raise FeedError(
            f"holds {len(members):,} files; {most:,} are allowed",
            where=label,
            hint="unpack what is wanted of it; HOMEGROUND_FILES_MOST_MEMBERS says what is allowed.",
        )
    if any(m.flag_bits & _ENCRYPTED_FLAG for m in members):
        raise under_password(label)
    named = Counter(m.filename for m in members if not m.is_dir())
    if twice := sorted(name for name, count in named.items() if count > 1):
        raise FeedError(
            f"holds two files of one name: {', '.join(twice[:3])}",
            where=label,
            hint="which of them is meant cannot be told; leave one out and pack it again.",
        )
