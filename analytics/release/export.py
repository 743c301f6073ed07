"""Releases out of the database: the list of them, and one as files."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from core.db import fetch
from core.errors import UserError

CSV_COLUMNS = (
    "geography",
    "edition",
    "place_code",
    "category",
    "period_start",
    "period_end",
    "count",
    "symbol",
    "lowest",
    "highest",
)


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

    def __str__(self) -> str:
        kind = " synthetic" if self.synthetic else ""
        return (
            f"{self.release_id:>4}  {self.status:<10}  {self.period_start:%Y-%m} to {self.period_end:%Y-%m}  "
            f"{self.published_at:%Y-%m-%d %H:%M}  {self.digest[:12]}  {self.title}{kind}"
        )


def list_releases(connection: Connection) -> list[ReleaseLine]:
    """Every release there was, newest first; superseded and withdrawn ones stay in the list."""
    rows = fetch(connection, "release/list")
    return [ReleaseLine(**{str(k): v for k, v in row.items()}) for row in rows.to_dict("records")]


def export(connection: Connection, folder: Path, *, release_id: int | None = None) -> list[Path]:
    """Write one CSV a geography and certificate.json into a new or empty folder; all of it or nothing.

    UserError where the folder holds something, or there is no such release.
    """
    found = fetch(connection, "release/one", {"release_id": release_id})
    if found.empty:
        what = "nothing is published yet" if release_id is None else f"there is no release {release_id}"
        raise UserError(what, where="published.release", hint="see 'homeground release list'.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError("the folder is not empty", where=str(folder), hint="name a new folder; nothing is overwritten.")
    row = found.iloc[0]
    values = fetch(connection, "release/values", {"release_id": int(row["release_id"])})
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        names = _write(staging, values, {"release_id": int(row["release_id"]), **row["certificate"]})
        if folder.exists():
            folder.rmdir()
        staging.chmod(0o755)
        staging.rename(folder)
    except OSError as error:
        raise UserError(f"the export cannot be written ({error.strerror})", where=str(folder)) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return [folder / name for name in names]


def _write(folder: Path, values: pd.DataFrame, certificate: dict[str, object]) -> list[str]:
    names = []
    values = values.assign(**{name: values[name].astype("Int64") for name in ("count", "lowest", "highest")})
    for (geography, edition), rows in values.groupby(["geography", "edition"], sort=True):
        name = f"{geography}_{edition}.csv" if edition else f"{geography}.csv"
        rows.loc[:, list(CSV_COLUMNS)].to_csv(folder / name, index=False, lineterminator="\n")
        names.append(name)
    (folder / "certificate.json").write_text(json.dumps(certificate, indent=2, default=str) + "\n", encoding="utf-8")
    return [*names, "certificate.json"]
