"""What a load did, file by file, and what the store holds: frozen results for the command line and for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Status = Literal["loaded", "unchanged", "held", "refused", "unrecognised", "not_used", "elsewhere"]


@dataclass(frozen=True)
class FileResult:
    """What became of one delivery. rows_in = rows_accepted + rows_rejected; rows_unplaced are among the accepted."""

    file: str
    feed: str
    status: Status
    rows_in: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_unplaced: int = 0
    seconds: float = 0.0
    message: str = ""
    delivery_id: int | None = None

    def __str__(self) -> str:
        if self.status == "loaded":
            unplaced = f", {self.rows_unplaced:,} unplaced" if self.rows_unplaced else ""
            rejected = f", {self.rows_rejected:,} rejected" if self.rows_rejected else ""
            rows = f"{self.rows_accepted:,} of {self.rows_in:,} rows{rejected}{unplaced}"
            told = f"; {self.message}" if self.message else ""
            return f"loaded {self.file} ({self.feed}): {rows}, {self.seconds:.2f} s{told}"
        said = f": {self.message}" if self.message else ""
        return f"{self.status.replace('_', ' ')} {self.file}{f' ({self.feed})' if self.feed else ''}{said}"


@dataclass(frozen=True)
class LoadReport:
    """Every file of one run, in the order in which they were taken up."""

    files: tuple[FileResult, ...]
    seconds: float

    def count(self, status: Status) -> int:
        return sum(f.status == status for f in self.files)

    @property
    def refused(self) -> tuple[FileResult, ...]:
        """Files that were not loaded although a feed claims them; the command line exits with 2 for any."""
        return tuple(f for f in self.files if f.status == "refused")

    @property
    def held(self) -> tuple[FileResult, ...]:
        """Files that wait for a steward: unlike what came before."""
        return tuple(f for f in self.files if f.status == "held")

    @property
    def rows_in(self) -> int:
        return sum(f.rows_in for f in self.files if f.status == "loaded")

    @property
    def rows_accepted(self) -> int:
        return sum(f.rows_accepted for f in self.files if f.status == "loaded")

    @property
    def rows_rejected(self) -> int:
        return sum(f.rows_rejected for f in self.files if f.status == "loaded")

    @property
    def rows_unplaced(self) -> int:
        return sum(f.rows_unplaced for f in self.files if f.status == "loaded")

    def __str__(self) -> str:
        return (
            f"{self.count('loaded')} loaded, {self.count('unchanged')} unchanged, {self.count('held')} held, "
            f"{self.count('refused')} refused, {self.count('not_used')} not used, "
            f"{self.count('elsewhere')} of other forces, {self.count('unrecognised')} not recognised; {self.rows_in:,} rows in = "
            f"{self.rows_accepted:,} accepted + {self.rows_rejected:,} rejected, {self.rows_unplaced:,} unplaced; {self.seconds:.1f} s"
        )


@dataclass(frozen=True)
class FeedSummary:
    """One feed of the catalogue, as `homeground feeds list` shows it."""

    id: str
    title: str
    publisher: str
    licence: str
    sensitivity: str
    edition: str
    shapes: tuple[str, ...]
    # the last day of its agreement; None for open data
    expires: date | None = None


@dataclass(frozen=True)
class DeliveryStatus:
    """One delivery that the store knows, as `homeground feeds status` shows it."""

    delivery_id: int
    feed: str
    slot: str
    file_name: str
    sha256: str
    publisher: str
    licence: str
    edition: str
    period_start: date | None
    period_end: date | None
    rows_in: int
    rows_accepted: int
    rows_rejected: int
    rows_unplaced: int
    status: str
    loaded_at: datetime


@dataclass(frozen=True)
class HeldDelivery:
    """One delivery that waits for a steward, as `homeground feeds held` shows it."""

    delivery_id: int
    feed: str
    slot: str
    file_name: str
    rows_in: int
    rows_rejected: int
    reasons: tuple[str, ...]
    since: datetime


@dataclass(frozen=True)
class CatalogueCheck:
    """A catalogue that is valid, and its size."""

    path: str
    feeds: int
    feeds_loaded: int
    shapes: tuple[str, ...]
