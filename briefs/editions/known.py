"""Which edition a file is: its place and its release, by the signed register, else by what the file bears."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from briefs.register import MOST_BYTES, Borne, borne_by, signed_entries
from core.errors import UserError
from core.provenance import file_sha256


@dataclass(frozen=True)
class Edition:
    """A brief or an assessment that was made. made: the day (ISO 8601), '' where nobody noted it. sure: whether a register knows it; else
    place and release are what the file says of itself."""

    reference: str
    place: str
    release: int
    made: str = ""
    sure: bool = True


def edition_of(path: Path) -> Edition:
    """That of a file, whole or changed by hand: what it bears leads to the register. UserError where it is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError("the file is larger than any brief", where=str(path))
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"the file cannot be read ({error.strerror})", where=str(path)) from error
    digest, borne = file_sha256(data), borne_by(data)
    for entry in signed_entries():
        if digest == entry.sha256 or borne.reference == entry.reference:
            return Edition(entry.reference, entry.place, entry.release, entry.at[:10])
    return _as_it_says(borne, path)


def _as_it_says(borne: Borne, path: Path) -> Edition:
    if not borne.reference or not borne.release:
        raise UserError(
            "the file is no edition of a brief: it bears no reference, or no release",
            where=str(path),
            hint="give a file as Homeground made it, in any of its formats.",
        )
    return Edition(borne.reference, borne.reference.split("-")[1], borne.release, sure=False)


def editions_of_place(code: str) -> tuple[Edition, ...]:
    """Those of a place in the register of this machine, newest first, each release's newest; none where there is no register."""
    found: dict[int, Edition] = {}
    for entry in signed_entries():
        if entry.place == code:
            found[entry.release] = Edition(entry.reference, entry.place, entry.release, entry.at[:10])
    return tuple(found[release] for release in sorted(found, reverse=True))
