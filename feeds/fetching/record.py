"""What is known of a downloaded file, kept beside it in hidden files: its validators, its checksum, and a download that was cut off.

`.NAME.fetched.json` stands for a whole file, `.NAME.part` and `.NAME.part.json` for one that is still on its way. The loader passes
hidden files over. A record is believed only while the file beside it has the bytes that it describes.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Record:
    """Validators of a file and where it came from. The address is kept as a digest, because its query may hold a key."""

    url_sha256: str
    etag: str = ""
    last_modified: str = ""
    sha256: str = ""
    byte_size: int = 0
    # the publisher's own length of the whole file, where it gave one
    total: int | None = None

    @property
    def validator(self) -> str:
        """What If-Range may hold: a strong ETag, else the date. A weak ETag does not promise the same bytes (RFC 9110, section 13.1.5)."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """The file has the old bytes or the new ones, whatever happens in between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name.lstrip('.')}.{os.getpid()}.new")
    try:
        with beside.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _read(path: Path) -> Record | None:
    try:
        return Record(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, record: Record) -> None:
    write_atomically(path, (json.dumps(asdict(record), indent=1) + "\n").encode())


@dataclass(frozen=True)
class Shelf:
    """The place of one downloaded file and of what is kept beside it."""

    path: Path

    @property
    def part(self) -> Path:
        return self.path.with_name(f".{self.path.name}.part")

    @property
    def _part_record(self) -> Path:
        return self.path.with_name(f".{self.path.name}.part.json")

    @property
    def _record(self) -> Path:
        return self.path.with_name(f".{self.path.name}.fetched.json")

    def whole(self, url_sha256: str) -> Record | None:
        """The record of the file that is here; None where there is none, it is of another address, or the file was changed since."""
        record = _read(self._record)
        if record is None or record.url_sha256 != url_sha256 or not self.path.is_file():
            return None
        if self.path.stat().st_size != record.byte_size or sha256_of(self.path) != record.sha256:
            return None
        return record

    def unfinished(self, url_sha256: str) -> Record | None:
        """The record of a download that was cut off, its byte_size what is here; None, and cleared away, where it cannot be resumed."""
        record = _read(self._part_record)
        held = self.part.stat().st_size if self.part.is_file() else 0
        if record is None or record.url_sha256 != url_sha256 or not record.validator or not held:
            self.discard()
            return None
        return Record(**{**asdict(record), "byte_size": held})

    def begin(self, record: Record) -> None:
        """A new download from its first byte."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.discard()
        _write(self._part_record, record)

    def discard(self) -> None:
        self.part.unlink(missing_ok=True)
        self._part_record.unlink(missing_ok=True)

    def finish(self, record: Record) -> bool:
        """Put the finished part in the file's place. False where the file had these very bytes already, which leaves it untouched.

        The file comes first and its record second: a kill in between leaves a record that does not fit its file, and is not believed.
        """
        same = self.path.is_file() and self.path.stat().st_size == record.byte_size and sha256_of(self.path) == record.sha256
        if same:
            self.part.unlink()
        else:
            with self.part.open("rb") as handle:
                os.fsync(handle.fileno())
            self.part.replace(self.path)
        _write(self._record, record)
        self._part_record.unlink(missing_ok=True)
        return not same
