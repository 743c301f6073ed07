"""Police files of the synthetic county, month by month in the layouts of data.police.uk."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from feeds.synthetic.crime import ANTI_SOCIAL, PERIOD, Crime
from feeds.synthetic.land import Land
from feeds.synthetic.names import FORCE
from feeds.synthetic.writing import in_degrees, write_csv

# until then the files print LSOA 2011, from then on LSOA 2021: both occur in the real ones
_NEW_CODES_FROM = date(2023, 7, 1)
_REPEATED_IDS = 0.0004
_OUTCOMES = (
    ("Unable to prosecute suspect", 0.37), ("Investigation complete; no suspect identified", 0.36), ("Status update unavailable", 0.08),
    ("Court result unavailable", 0.06), ("Local resolution", 0.05), ("Action to be taken by another organisation", 0.03),
    ("Awaiting court outcome", 0.03), ("Offender given a caution", 0.02),
)  # fmt: skip
_UNDER_INVESTIGATION = "Under investigation"
_OUTCOME_MONTHS = 12
_OUTCOME_COLUMNS = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Outcome type",
)  # fmt: skip
# the newest months are mostly still open
_OPEN = {0: 0.85, 1: 0.6, 2: 0.4, 3: 0.25, 4: 0.15}


def write_street(
    folder: Path, land: Land, crime: Crime, old_codes: npt.NDArray[np.object_], rng: np.random.Generator, seed: int
) -> int:
    """One street file a month. old_codes: LSOA 2011 of each anchor. Returns how many rows repeat a Crime ID."""
    lon, lat = in_degrees(crime.anchors["easting"], crime.anchors["northing"])
    old_name = {code: name for code, name, _ in land.old}
    new_codes = np.array(land.codes, dtype=object)[crime.anchors["lsoa"]]
    new_names = np.array(land.names, dtype=object)[crime.anchors["lsoa"]]
    old_names = np.array([old_name[c] for c in old_codes], dtype=object)
    labels = crime.anchors["label"].to_numpy(object)
    outcomes, shares = zip(*_OUTCOMES, strict=True)
    repeated = 0
    for number, month in enumerate(PERIOD.months()):
        rows = crime.incidents[crime.incidents["month"] == number]
        n = len(rows)
        anchor, located = rows["anchor"].to_numpy(), rows["located"].to_numpy()
        codes, names = (old_codes, old_names) if month < _NEW_CODES_FROM else (new_codes, new_names)
        with_id = (rows["category"] != ANTI_SOCIAL).to_numpy()
        ids = [hashlib.sha256(f"{seed} {number} {k}".encode()).hexdigest() if w else "" for k, w in enumerate(with_id)]
        outcome = rng.choice(np.array(outcomes, dtype=object), size=n, p=np.array(shares) / sum(shares))
        still_open = rng.random(n) < _OPEN.get(len(PERIOD) - 1 - number, 0.02)
        outcome = np.where(still_open, _UNDER_INVESTIGATION, outcome)
        table = pd.DataFrame(
            {
                "Crime ID": ids, "Month": f"{month:%Y-%m}", "Reported by": FORCE, "Falls within": FORCE,
                "Longitude": np.where(located, lon[anchor], np.nan), "Latitude": np.where(located, lat[anchor], np.nan),
                "Location": np.where(located, labels[anchor], "No Location"), "LSOA code": np.where(located, codes[anchor], ""),
                "LSOA name": np.where(located, names[anchor], ""), "Crime type": rows["category"].to_numpy(),
                "Last outcome category": np.where(with_id, outcome, ""), "Context": "",
            }
        )  # fmt: skip
        again = table[with_id & (rng.random(n) < _REPEATED_IDS)]
        repeated += len(again)
        table = pd.concat([table, again]).sort_values(["LSOA code", "Crime type"], kind="stable")
        write_csv(folder, f"police/{month:%Y-%m}-homeshire-street.csv.gz", table)
    return repeated


def write_outcomes(folder: Path, rng: np.random.Generator) -> int:
    """Outcome files of the newest twelve months, of those months' crimes: what the street files say of each, in the month it was recorded.

    Most outcomes come in the month of the crime or the next; none comes after the last month. Returns how many rows.
    """
    months = list(PERIOD.months())
    first = len(months) - _OUTCOME_MONTHS
    recorded: list[pd.DataFrame] = []
    for number in range(first, len(months)):
        street = pd.read_csv(folder / f"police/{months[number]:%Y-%m}-homeshire-street.csv.gz", dtype=str, keep_default_na=False)
        closed = street[(street["Crime ID"] != "") & (street["Last outcome category"] != _UNDER_INVESTIGATION)]
        closed = closed.drop_duplicates("Crime ID")
        later = np.minimum(number + rng.geometric(0.5, len(closed)) - 1, len(months) - 1)
        recorded.append(closed.assign(recorded=later))
    outcomes = pd.concat(recorded, ignore_index=True)
    for number in range(first, len(months)):
        rows = outcomes[outcomes["recorded"] == number]
        table = rows.rename(columns={"Last outcome category": "Outcome type"}).assign(Month=f"{months[number]:%Y-%m}")
        write_csv(folder, f"police/{months[number]:%Y-%m}-homeshire-outcomes.csv.gz", table[list(_OUTCOME_COLUMNS)])
    return len(outcomes)


def write_stops(folder: Path, stops: pd.DataFrame, anchors: pd.DataFrame) -> None:
    """One stop and search file a month, with the 15 columns of the bulk download."""
    lon, lat = in_degrees(anchors["easting"], anchors["northing"])
    for number, month in enumerate(PERIOD.months()):
        rows = stops[stops["month"] == number]
        begun = datetime(month.year, month.month, 1, tzinfo=UTC)
        anchor = rows["anchor"].to_numpy()
        table = pd.DataFrame(
            {
                "Type": "Person search",
                "Date": [(begun + timedelta(seconds=int(s))).isoformat() for s in rows["seconds"]],
                "Part of a policing operation": "", "Policing operation": "",
                "Latitude": np.where(anchor >= 0, lat[anchor], np.nan), "Longitude": np.where(anchor >= 0, lon[anchor], np.nan),
                "Gender": rows["gender"], "Age range": rows["age"], "Self-defined ethnicity": rows["self_defined"],
                "Officer-defined ethnicity": rows["officer_defined"], "Legislation": rows["legislation"],
                "Object of search": rows["object"], "Outcome": rows["outcome"], "Outcome linked to object of search": rows["linked"],
                "Removal of more than just outer clothing": rows["clothing"],
            }
        )  # fmt: skip
        write_csv(folder, f"stop_search/{month:%Y-%m}-homeshire-stop-and-search.csv", table)
