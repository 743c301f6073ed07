"""Invented partners' files for the synthetic county, in the declared shapes of the catalogue's partner feeds.

Reads the county's own lookups and postcodes, so that every code is one of the county's; the same seed gives the same bytes. Each event file
has, as real ones do, rows with a postcode that nobody holds, rows without any place, and a repeated reference; the truth of each is returned.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from feeds.synthetic.writing import write_csv

_AMBULANCE = ("Assault", "Stab wound", "Gunshot wound")
_ISTV = ("Body part", "Blunt object", "Bottle or glass", "Sharp object", "Other")
_HOUSING = ("Noise", "Threats", "Drug use", "Vandalism", "Other")


@dataclass(frozen=True)
class EventTruth:
    """What one file of events holds: rows, the repeated reference among them, and how the good ones can be placed."""

    file: str
    rows: int
    repeated: int
    by_point: int
    by_postcode: int
    by_code: int
    unplaced: int


@dataclass(frozen=True)
class County:
    """The county's codes and postcodes, as its published files give them."""

    lookup: pd.DataFrame
    old: pd.DataFrame
    postcodes: pd.DataFrame


def read_county(folder: Path) -> County:
    """Lookups (LSOA 2021 to MSOA and district; LSOA 2011) and postcodes (postcode, easting, northing) of a written county."""
    lookup = pd.read_csv(next((folder / "lookups").glob("lsoa21_msoa21_lad22*.csv.gz")))
    found = pd.read_csv(next((folder / "postcodes").glob("PCD_*.csv.gz")), usecols=["pcds", "doterm", "lsoa11cd"])
    with zipfile.ZipFile(next((folder / "postcodes").glob("codepo_*.zip"))) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".csv"))
        with archive.open(name) as handle:
            points = pd.read_csv(handle, header=None, usecols=[0, 2, 3], names=range(10))
    points.columns = ["postcode", "easting", "northing"]
    old = found.drop_duplicates("lsoa11cd")[["lsoa11cd"]].reset_index(drop=True)
    return County(lookup, old, points)


def write_partner_files(
    county: Path, folder: Path, *, seed: int, months: Sequence[date], rows: int = 300
) -> tuple[EventTruth, ...]:
    """Write every partner feed's files: a month of `rows` rows for each feed of events, indicators once. Returns the truth of the events."""
    known = read_county(county)
    truth = []
    rng = np.random.default_rng(seed)
    for month in months:
        truth.append(_ambulance(folder, known, month, rng, rows))
        truth.append(_emergency(folder, known, month, rng, rows))
        truth.append(_housing(folder, known, month, rng, rows))
    _indicators(folder, known, months[-1].year, rng)
    return tuple(truth)


def _days(month: date, count: int, rng: np.random.Generator, written: str) -> list[str]:
    return [(month + timedelta(days=int(d))).strftime(written) for d in rng.integers(0, 28, count)]


def _references(kind: str, month: date, count: int) -> list[str]:
    """One a row, the last a repeat of the first."""
    return [*(f"{kind}{month:%y%m}{i:05d}" for i in range(count - 1)), f"{kind}{month:%y%m}00000"]


def _ambulance(folder: Path, county: County, month: date, rng: np.random.Generator, rows: int) -> EventTruth:
    """Half the rows have the crew's own point, most others the postcode of the address, some nothing."""
    at = county.postcodes.iloc[rng.integers(0, len(county.postcodes), rows)].reset_index(drop=True)
    how = rng.choice(3, rows, p=[0.5, 0.4, 0.1])
    how[-1] = how[0]
    frame = pd.DataFrame(
        {
            "call_reference": _references("C", month, rows),
            "call_date": _days(month, rows, rng, "%d/%m/%Y"),
            "chief_complaint": rng.choice(_AMBULANCE, rows, p=[0.9, 0.09, 0.01]),
            "easting": np.where(how == 0, at["easting"].astype(str), ""),
            "northing": np.where(how == 0, at["northing"].astype(str), ""),
            "postcode": np.where(how == 1, at["postcode"], ""),
        }
    )
    name = f"partners/ambulance_callouts_{month:%Y-%m}.csv"
    write_csv(folder, name, frame)
    good = how[:-1]
    return EventTruth(name, rows, 1, int((good == 0).sum()), int((good == 1).sum()), 0, int((good == 2).sum()))


def _emergency(folder: Path, county: County, month: date, rng: np.random.Generator, rows: int) -> EventTruth:
    """ISTV: when, where and with what, nothing of who. A postcode, else the LSOA that the hospital made of the free text, else nothing."""
    at = county.postcodes.iloc[rng.integers(0, len(county.postcodes), rows)].reset_index(drop=True)
    how = rng.choice(4, rows, p=[0.4, 0.3, 0.1, 0.2])
    how[-1] = how[0]
    codes = county.lookup["LSOA21CD"].to_numpy()[rng.integers(0, len(county.lookup), rows)]
    unheld = [f"ZZ99 9{c}{c}" for c in rng.choice(list("ABDE"), rows)]
    frame = pd.DataFrame(
        {
            "attendance_reference": _references("A", month, rows),
            "incident_date": _days(month, rows, rng, "%Y-%m-%d"),
            "incident_hour": rng.choice([*range(24)], rows).astype(str),
            "assault_type": rng.choice(_ISTV, rows, p=[0.6, 0.12, 0.1, 0.08, 0.1]),
            "incident_postcode": np.select([how == 0, how == 2], [at["postcode"], unheld], "Not known"),
            "incident_lsoa21": np.where(how == 1, codes, ""),
        }
    )
    frame.loc[frame.index[1::10], "incident_hour"] = "Not known"
    name = f"partners/istv_{month:%Y-%m}.csv"
    write_csv(folder, name, frame)
    good = how[:-1]
    return EventTruth(name, rows, 1, 0, int((good == 0).sum()), int((good == 1).sum()), int((good >= 2).sum()))


def _housing(folder: Path, county: County, month: date, rng: np.random.Generator, rows: int) -> EventTruth:
    """An old system that only knows LSOA 2011, and writes Parquet."""
    codes = county.old["lsoa11cd"].to_numpy()[rng.integers(0, len(county.old), rows)].astype(object)
    without = rng.random(rows) < 0.05
    without[-1] = without[0]
    codes[without] = None
    frame = pd.DataFrame(
        {
            "case_reference": _references("H", month, rows),
            "reported_on": [date.fromisoformat(d) for d in _days(month, rows, rng, "%Y-%m-%d")],
            "kind": rng.choice(_HOUSING, rows),
            "lsoa11": codes,
        }
    )
    name = f"partners/housing_asb_{month:%Y-%m}.parquet"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, index=False)
    placed = int((~without[:-1]).sum())
    return EventTruth(name, rows, 1, 0, 0, placed, rows - 1 - placed)


def _indicators(folder: Path, county: County, year: int, rng: np.random.Generator) -> None:
    lsoa, msoa = county.lookup["LSOA21CD"], county.lookup["MSOA21CD"].drop_duplicates().reset_index(drop=True)
    lad = county.lookup["LAD22CD"].drop_duplicates().reset_index(drop=True)
    sessions = rng.integers(20_000, 60_000, len(lsoa))
    missed = rng.binomial(sessions, rng.beta(4, 56, len(lsoa)))
    absence = {"lsoa21": lsoa, "term": f"{year} autumn", "sessions": sessions, "sessions_missed": missed}
    write_csv(
        folder, "partners/school_absence.csv", pd.DataFrame(absence | {"absence_percent": np.round(100 * missed / sessions, 2)})
    )
    pupils = rng.integers(600, 1_600, len(msoa))
    excluded = {"suspensions": rng.binomial(pupils, 0.05), "exclusions": rng.binomial(pupils, 0.001)}
    exclusions = {"msoa21": msoa, "school_year": f"{year - 1}-{year % 100:02d}", "pupils": pupils}
    write_csv(folder, "partners/school_exclusions.csv", pd.DataFrame(exclusions | excluded))
    children = rng.integers(900, 2_400, len(msoa))
    needs = {"msoa21": msoa, "year": year, "aged_0_17": children, "children_in_need": rng.binomial(children, 0.03)}
    write_csv(folder, "partners/children_in_need.csv", pd.DataFrame(needs))
    young = rng.integers(8_000, 20_000, len(lad))
    cohort = {"first_time_entrants": rng.binomial(young, 0.0005), "caseload": rng.binomial(young, 0.002)}
    write_csv(
        folder, "partners/youth_justice.csv", pd.DataFrame({"lad22": lad, "quarter": f"{year} Q4", "aged_10_17": young} | cohort)
    )
