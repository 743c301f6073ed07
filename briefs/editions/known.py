"""Which edition a file is: its place and its release, by the signed register, else by what the file bears."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from briefs.register import CHANGES, Borne, Entry, borne_by, read_file, signed_entries
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
    data = read_file(path)
    digest, borne = file_sha256(data), borne_by(data)
    for entry in signed_entries(lambda e: digest == e.sha256 or borne.reference == e.reference):
        if not _is_edition(entry):
            raise UserError(
                "the file says what changed from one edition to another, and is none itself",
                where=str(path),
                hint="give one of the two editions that it names.",
            )
        return Edition(entry.reference, entry.place, entry.release, entry.at[:10])
    return _as_it_says(borne, path)


def _is_edition(entry: Entry) -> bool:
    """Whether it is a brief or an assessment: what changed between two of them is registered, too."""
    return not entry.file.startswith(CHANGES)


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
    entries = signed_entries(lambda e: e.place == code and _is_edition(e))
    found = {e.release: Edition(e.reference, e.place, e.release, e.at[:10]) for e in entries}
    return tuple(found[release] for release in sorted(found, reverse=True))
