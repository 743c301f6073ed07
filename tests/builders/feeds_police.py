"""Outcome files, stop and search files and archives of police.uk about the invented county of tests.builders.feeds_files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.builders import feeds_files as county

OUTCOME_HEADER = [
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Outcome type",
]  # fmt: skip
STOP_HEADER = [
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender", "Age range",
    "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome",
    "Outcome linked to object of search", "Removal of more than just outer clothing",
]  # fmt: skip
WHITE = "White - English/Welsh/Scottish/Northern Irish/British"
NOT_STATED = "Other ethnic group - Not stated"


def outcome(crime_id: str, month: str, kind: str = "Suspect charged", force: str = county.FORCE) -> list[str]:
    return [crime_id, month, force, force, "", "", "No location", "", "", kind]


def outcomes_csv(rows: list[list[str]]) -> bytes:
    return county.as_csv(OUTCOME_HEADER, rows)


@dataclass(frozen=True)
class Stop:
    """One search; the defaults make a good one."""

    moment: str = "2025-01-12T10:30:00+00:00"
    square: int | None = 5
    ethnicity: str = WHITE
    linked: str = "False"
    searched_for: str = "Controlled drugs"

    def cells(self) -> list[str]:
        lon, lat = ("", "") if self.square is None else county.point_in(self.square)
        return [
            "Person search", self.moment, "", "", lat, lon, "Male", "18-24", self.ethnicity, "White", "Misuse of Drugs Act 1971 (section 23)",
            self.searched_for, "A no further action disposal", self.linked, "",
        ]  # fmt: skip


def stops_csv(stops: list[Stop]) -> bytes:
    return county.as_csv(STOP_HEADER, [s.cells() for s in stops])


def write_archive(folder: Path, members: dict[str, bytes]) -> Path:
    """An archive as data.police.uk gives it: a folder a month, and in it files of every force."""
    return county.write_zip(folder, "archive.zip", {f"{name[:7]}/{name}": data for name, data in members.items()})
