"""What the page on outcomes reads: what became of crimes of followed months, through row-level security by the districts of the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.person.reading import Reader, kept
from app.person.store import runs


@dataclass(frozen=True)
class Month:
    """A month of crimes with an ID, of all that is held. followed_to: None where the outcome file of its own month is not loaded."""

    month: date
    crimes: int
    with_outcome: int
    followed_to: date | None

    @property
    def months_after(self) -> int:
        """Whole months of outcome files after its own; -1 where it was not followed."""
        if self.followed_to is None:
            return -1
        return 12 * (self.followed_to.year - self.month.year) + self.followed_to.month - self.month.month


@dataclass(frozen=True)
class Outcome:
    """Crimes of a district and category with one outcome; outcome is '' where no outcome file names them."""

    lad_code: str
    category: str
    outcome: str
    crimes: int


@dataclass(frozen=True)
class MonthCount:
    category: str
    month: date
    crimes: int
    without_outcome: int


@dataclass(frozen=True)
class Delay:
    """Crimes of a category and month whose first outcome came so many whole months later."""

    category: str
    month: date
    months_after: int
    crimes: int


@dataclass(frozen=True)
class RecordSource:
    """Files behind the figures. subject: crimes, outcomes, searches or residents."""

    subject: str
    publisher: str
    licence: str
    edition: str
    files: int
    rows_in: int
    rows_rejected: int
    first_month: date | None
    last_month: date | None
    loaded_at: datetime


def made_at(reader: Reader) -> datetime | None:
    """When outcomes and searches were last counted; None before the first time."""
    return next((r.finished_at for r in runs(reader) if r.stage == "records"), None)


@kept(16)
def months(reader: Reader, made: datetime) -> tuple[Month, ...]:
    """The same for everyone."""
    return tuple(
        Month(r["month"], int(r["crimes"]), int(r["with_outcome"]), r["followed_to"])
        for r in reader.rows("outcomes/outcome_months")
    )


@kept(64)
def outcomes(reader: Reader, made: datetime, months_followed: int) -> tuple[Outcome, ...]:
    """Of every district that the person may see."""
    rows = reader.rows("outcomes/outcomes", {"months_followed": months_followed})
    return tuple(Outcome(r["lad_code"], r["category"], r["outcome"], int(r["crimes"])) for r in rows)


@kept(64)
def month_counts(reader: Reader, made: datetime, district: str) -> tuple[MonthCount, ...]:
    rows = reader.rows("outcomes/outcomes_by_month", {"district": district})
    return tuple(MonthCount(r["category"], r["month"], int(r["crimes"]), int(r["without_outcome"])) for r in rows)


@kept(64)
def delays(reader: Reader, made: datetime, district: str) -> tuple[Delay, ...]:
    rows = reader.rows("outcomes/outcome_delays", {"district": district})
    return tuple(Delay(r["category"], r["month"], int(r["months_after"]), int(r["crimes"])) for r in rows)


@kept(16)
def sources(reader: Reader, made: datetime) -> tuple[RecordSource, ...]:
    return tuple(
        RecordSource(
            r["subject"], r["publisher"], r["licence"], r["edition"], int(r["files"]), int(r["rows_in"]), int(r["rows_rejected"]),
            r["first_month"], r["last_month"], r["loaded_at"],
        )
        for r in reader.rows("outcomes/record_sources")
    )  # fmt: skip
