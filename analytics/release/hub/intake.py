"""A crate comes in: copied within bounds to a folder of ours, its signature held against the keys that the operator trusts.

Nothing of a crate is read beyond its manifest and its signature until both hold. What is looked at afterwards is the copy, so that nobody
can change it in between.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely.errors import ShapelyError

from analytics.release.crate import verify
from analytics.release.crate.signing import MANIFEST, SIGNATURE
from analytics.release.hub.trust import Trust, TrustedForce
from core.errors import UserError

# a crate of a whole force is some tens of megabytes
MOST_BYTES = 512 << 20
MOST_A_FILE = 256 << 20
MOST_FILES = 4_000
_MOST_OF_MANIFEST = 4 << 20
_DEEPEST = 3
# each part of a path; no name begins with a dot
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}")
_BY_HAND = "ask the force for its crate anew, and do not open this one by other means."
# of a zip, so that the same crate gives the same bytes
_NO_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class TakenIn:
    """A copy of a crate whose manifest is signed by a key of the force. given: where it came from. manifest: SHA-256 of its manifest."""

    folder: Path
    given: str
    force: TrustedForce
    key: str
    manifest: str


def take_in(crate: Path, folder: Path, trust: Trust) -> TakenIn:
    """Copy a crate into a new folder and check whose it is. UserError where it is too large, holds what is no plain file, or was not signed
    by a key of the trust file."""
    copy_within_bounds(crate, folder)
    key, force = _signed_by(crate, folder, trust)
    _plain_names(crate, folder)
    found = verify.Findings()
    told = reading(crate, lambda: verify.check_files(folder, found))
    for fault in told or found.faults.get("files", []):
        raise refused(crate, fault, _BY_HAND)
    return TakenIn(folder, str(crate), force, key, hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest())


def refused(crate: object, why: str, hint: str) -> UserError:
    """The one form of a refusal: which crate, why, what next."""
    return UserError(f"refused: {why.rstrip('.')}", where=str(crate), hint=hint)


def reading(crate: object, read: Any) -> Any:
    """What `read` gives. UserError for whatever a crate can hold that cannot be read: a crate is never a reason for a traceback."""
    try:
        return read()
    except verify.CannotRead as error:
        raise refused(crate, f"it cannot be read: {error}", "ask the force to export it again.") from error
    except (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, ShapelyError, TypeError, ValueError) as error:
        kind = type(error).__name__
        raise refused(crate, f"it cannot be read ({kind} in its files)", "ask the force to export it again.") from error


def copy_within_bounds(crate: Path, folder: Path) -> None:
    """Copy plain files alone, by their names alone, counting what they hold while they are read."""
    folder.mkdir(parents=True)
    held = files = 0
    waiting = [(crate, "")]
    while waiting:
        place, inside = waiting.pop()
        try:
            entries = sorted(os.scandir(place), key=lambda e: e.name)
        except OSError as error:
            raise UserError(f"the crate cannot be opened ({error.strerror})", where=str(place)) from error
        for entry in entries:
            name = f"{inside}{entry.name}"
            _require_plain(crate, name)
            if entry.is_dir(follow_symlinks=False):
                (folder / name).mkdir()
                waiting.append((Path(entry.path), f"{name}/"))
                continue
            files += 1
            if files > MOST_FILES:
                raise refused(crate, f"it holds more than {MOST_FILES:,} files", _BY_HAND)
            held += _copy(crate, Path(entry.path), folder / name, name, MOST_BYTES - held)


def _require_plain(crate: Path, name: str) -> None:
    parts = name.split("/")
    if len(parts) > _DEEPEST or not all(_PART.fullmatch(p) for p in parts):
        raise refused(crate, f"{name[:80]!r} is no path of a file inside a crate", _BY_HAND)


def _copy(crate: Path, source: Path, target: Path, name: str, left: int) -> int:
    try:
        # what is no plain file is not waited for
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise refused(crate, f"{name} is a link, or cannot be opened", _BY_HAND) from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise refused(crate, f"{name} is no plain file", _BY_HAND)
        most, copied = min(left, MOST_A_FILE), 0
        with target.open("xb") as out:
            while block := file.read(1 << 20):
                copied += len(block)
                if copied > most:
                    raise refused(crate, f"with {name} it holds more than a crate may ({MOST_BYTES >> 20} MB)", _BY_HAND)
                out.write(block)
    return copied


def _signed_by(crate: Path, folder: Path, trust: Trust) -> tuple[str, TrustedForce]:
    for name in (MANIFEST, SIGNATURE):
        if not (folder / name).is_file():
            what = "it is not signed" if name == SIGNATURE and (folder / MANIFEST).is_file() else f"it has no {name}"
            raise refused(
                crate, f"{what}, so nobody knows who made it", "ask the force to sign it (HOMEGROUND_RELEASE_SIGNING_KEY)."
            )
        if (folder / name).stat().st_size > _MOST_OF_MANIFEST:
            raise refused(crate, f"its {name} is larger than that of any crate", _BY_HAND)
    told = reading(crate, lambda: verify.read_json(folder / SIGNATURE))
    read = reading(crate, lambda: (bytes.fromhex(told["public_key"]), bytes.fromhex(told["signature"]), str(told["algorithm"])))
    public, signature, algorithm = read
    force = trust.by_key(public.hex())
    if force is None:
        raise refused(
            crate, f"it is signed by a key that the trust file names for no force ({public.hex()[:16]}...)",
            "ask the force for its public key by another way than the crate, and name it in the trust file.",
        )  # fmt: skip
    if algorithm != "Ed25519" or not verify.signature_holds(public, (folder / MANIFEST).read_bytes(), signature):
        raise refused(
            crate, f"the signature of {force.name} does not fit its manifest, which was changed after it was signed", _BY_HAND
        )
    return public.hex(), force


def _plain_names(crate: Path, folder: Path) -> None:
    """What the manifest lists lies in the crate's folder by its very name, and is no larger than a crate."""
    manifest = reading(crate, lambda: verify.read_json(folder / MANIFEST))
    listed = reading(crate, lambda: [(str(f["path"]), int(f["bytes"])) for f in manifest["files"]])
    for name, _ in listed:
        _require_plain(crate, name)
    if sum(size for _, size in listed) > MOST_BYTES:
        raise refused(crate, f"its manifest lists more than a crate may hold ({MOST_BYTES >> 20} MB)", _BY_HAND)


def pack(folder: Path, into: Path) -> bytes:
    """Every file of a folder as a zip; the same files give the same bytes."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            about = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _NO_DATE)
            about.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(about, path.read_bytes())
    return into.read_bytes()


def unpack(packed: Path, folder: Path) -> None:
    """What `pack` made, into a new folder."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(packed) as held:
        held.extractall(folder)
