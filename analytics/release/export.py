"""Releases out of the database: the list of them, and one as a crate that anybody can attack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from analytics.release.crate.contents import read_contents
from analytics.release.crate.write import write_crate
from core.db import fetch
from core.periods import CoveredPeriod, Period
from core.settings import ReleaseSettings
from core.signing_keys import load_key


@dataclass(frozen=True)
class ReleaseLine:
    """One release as the list shows it."""

    release_id: int
    title: str
    published_at: datetime
    period_start: date
    period_end: date
    status: str
    synthetic: bool
    digest: str
    months_loaded: list[date]

    @property
    def covered(self) -> CoveredPeriod:
        """The period with what was loaded of it."""
        return CoveredPeriod.of(Period(self.period_start, self.period_end), self.months_loaded)

    def __str__(self) -> str:
        gaps = f", without {self.covered.gaps_listed}" if self.covered.missing else ""
        kind = " synthetic" if self.synthetic else ""
        return (
            f"{self.release_id:>4}  {self.status:<10}  {self.period_start:%Y-%m} to {self.period_end:%Y-%m} ({self.covered.over}{gaps})  "
            f"{self.published_at:%Y-%m-%d %H:%M}  {self.digest[:12]}  {self.title}{kind}"
        )


def list_releases(connection: Connection) -> list[ReleaseLine]:
    """Every release there was, newest first; superseded and withdrawn ones stay in the list."""
    rows = fetch(connection, "release/list")
    return [ReleaseLine(**{str(k): v for k, v in row.items()}) for row in rows.to_dict("records")]


def export(
    connection: Connection,
    folder: Path,
    *,
    release_id: int | None = None,
    only: bool = False,
    settings: ReleaseSettings | None = None,
) -> list[Path]:
    """Write the crate of a release (None: the current one) into a new or empty folder, all of it or nothing; returns its files.

    only: leave out earlier releases and answers, without which nobody can say that the release holds. The crate is signed where the settings
    name a key. UserError where the folder holds something, there is no such release, or the key cannot be used.
    """
    signing_key = (settings or ReleaseSettings()).signing_key
    key = None if signing_key is None else load_key(signing_key)
    return write_crate(folder, read_contents(connection, release_id, only=only), key)
