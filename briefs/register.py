"""The register of briefs: a signed line for each file that was made, so that anybody who holds a copy can tell whether a file is one of them.

A file of lines beside the database, as the anchors of the audit trail are: canonical JSON (RFC 8785) signed by Ed25519. Whoever rules this
machine can take lines out, and can sign new ones; nobody else can. The same file made twice is registered once.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import rfc8785

from core.errors import UserError
from core.settings import BriefSettings, DatabaseSettings
from core.signing_keys import append_lines, is_signed, key_of_this_machine, load_key, public_of

_REFERENCE = re.compile(rb"HG-[0-9A-Z]{3,16}-[0-9a-f]{12}")
_RELEASE = re.compile(rb"release (\d{1,9})")
# how the name of a document of changes begins, which is registered beside the editions that it compares
CHANGES = "changes-"
# of a file that says of itself that it is a brief; a larger one is none of ours
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Entry:
    """A file that was made. at: when it was registered (ISO 8601, UTC)."""

    reference: str
    file: str
    sha256: str
    place: str
    release: int
    author: str
    status: str
    at: str
    public_key: str
    signature: str

    def signed(self) -> bytes:
        """What the signature is over: everything but itself, in canonical JSON."""
        return rfc8785.dumps({k: v for k, v in asdict(self).items() if k != "signature"})


@dataclass(frozen=True)
class Verdict:
    """entry: of this very file, None where there is none. bears: the reference that the file has in it, '' for none. known: entries of that
    reference. faults: what is wrong with lines of the register, in sentences."""

    entry: Entry | None
    bears: str
    known: tuple[Entry, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Borne:
    """What a file says of itself: its permanent reference and its release; '' and 0 where it says none."""

    reference: str
    release: int


def register_file() -> Path:
    return BriefSettings().register_file or DatabaseSettings().state_dir / "briefs" / "register.jsonl"


def key_file() -> Path:
    return BriefSettings().key or DatabaseSettings().state_dir / "credentials" / "briefs.pem"


def register(files: Mapping[str, bytes], reference: str, *, place: str, release: int, author: str, status: str) -> int:
    """A signed line for each file that has none yet; how many were added. The key is made on first use, its owner's alone.

    UserError where the key or the register cannot be read or written.
    """
    target = register_file()
    known = {entry.sha256 for entry in _entries(target)} if target.exists() else set()
    key = key_of_this_machine(key_file())
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    lines = []
    for name, data in files.items():
        digest = hashlib.sha256(data).hexdigest()
        if digest in known:
            continue
        unsigned = Entry(reference, name, digest, place, release, author, status, now, public_of(key), "")
        lines.append(json.dumps(asdict(unsigned) | {"signature": key.sign(unsigned.signed()).hex()}, ensure_ascii=False) + "\n")
    if lines:
        hint = "set HOMEGROUND_BRIEF_REGISTER_FILE to a file that can be."
        append_lines(target, "".join(lines), mode=0o644, what="the register of briefs", hint=hint)
    return len(lines)


def verify(path: Path, *, against: Path | None = None, public_key: str = "") -> Verdict:
    """Whether a file is one that was made. against: a copy of the register; public_key: hexadecimal, else that of the key on this machine.

    UserError where there is no register or no key to hold it against, or the file cannot be read.
    """
    target = against or register_file()
    if not target.exists():
        raise UserError("there is no register of briefs", where=str(target), hint="name a copy of it with --register.")
    if not public_key:
        if not key_file().exists():
            raise UserError(
                "no key is known that signed the register", where=str(key_file()), hint="give the public key with --key."
            )
        public_key = public_of(load_key(key_file()))
    data = read_file(path)
    digest, bears = hashlib.sha256(data).hexdigest(), borne_by(data).reference
    faults, mine, known = [], None, []
    for number, entry in enumerate(_entries(target), start=1):
        if entry.sha256 != digest and entry.reference != bears:
            continue
        if entry.public_key != public_key:
            faults.append(f"line {number} of the register was signed by another key ({entry.public_key[:16]}...)")
        elif not is_signed(entry.public_key, entry.signature, entry.signed()):
            faults.append(f"line {number} of the register was changed after it was signed")
        else:
            known.append(entry)
            mine = entry if entry.sha256 == digest else mine
    return Verdict(mine, bears, tuple(known), tuple(faults))


def read_file(path: Path) -> bytes:
    """A file that may be a brief. UserError where it cannot be read or is larger than any."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError("the file is larger than any brief", where=str(path))
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"the file cannot be read ({error.strerror})", where=str(path)) from error


def borne_by(data: bytes) -> Borne:
    """What a file bears in its properties, its head or its README."""
    parts = [data]
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = [
                    i for i in archive.infolist() if i.filename in ("docProps/core.xml", "README.txt") and i.file_size < MOST_BYTES
                ]
                parts = [archive.read(i) for i in names]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return Borne("", 0)
    found = next((m for part in parts if (m := _REFERENCE.search(part)) is not None), None)
    release = next((m for part in parts if (m := _RELEASE.search(part)) is not None), None)
    return Borne(found.group().decode() if found else "", int(release.group(1)) if release else 0)


def signed_entries(wanted: Callable[[Entry], bool]) -> tuple[Entry, ...]:
    """The wanted lines of the register here that the key of this machine signed, oldest first; none where there is no register or no key.

    A signature takes far longer to check than a line to look at, and a register holds every file that was made.
    """
    target = register_file()
    if not target.exists() or not key_file().exists():
        return ()
    public_key = public_of(load_key(key_file()))
    return tuple(
        e for e in _entries(target) if wanted(e) and e.public_key == public_key and is_signed(e.public_key, e.signature, e.signed())
    )


def _entries(target: Path) -> list[Entry]:
    try:
        lines = target.read_text(encoding="utf-8").splitlines()
        return [Entry(**json.loads(line)) for line in lines if line.strip()]
    except (OSError, UnicodeDecodeError, ValueError, TypeError) as error:
        raise UserError(f"the register of briefs cannot be read ({error})", where=str(target)) from error
