"""Complaints about stop and search in the synthetic county, as a professional standards department would give them: counts, no words.

A rate of complaints per search is planted, the same in every district; one month is not delivered.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.periods import Period, add_months
from feeds.synthetic.land import DISTRICT_CODES, Land
from feeds.synthetic.writing import write_csv

# complaints for every search, and how often a complaint alleges each (one may allege several)
PER_SEARCH = 0.004
ALLEGED = {
    "powers": 0.55,
    "force": 0.30,
    "discrimination": 0.22,
    "behaviour": 0.40,
    "other": 0.10,
}
# before the last month that is delivered: of which no file came
MISSING_BEFORE = 4


def write_complaints(
    folder: Path, land: Land, stops: pd.DataFrame, whole: Period, months: Period, rng: np.random.Generator
) -> None:
    """A file a month, a row a district. stops: place and month (counted from the start of `whole`) of each search."""
    of = land.district[stops["place"].to_numpy()]
    for month in months.months():
        number = (month.year - whole.start.year) * 12 + month.month - whole.start.month
        here = of[stops["month"].to_numpy() == number]
        cases = rng.poisson(PER_SEARCH * np.bincount(here, minlength=len(DISTRICT_CODES)))
        frame = {"lad22": DISTRICT_CODES, "recorded_month": f"{month:%Y-%m}", "complaints": cases}
        alleged = {f"allegations_{kind}": rng.binomial(cases, share) for kind, share in ALLEGED.items()}
        if month != add_months(months.end, -MISSING_BEFORE):
            write_csv(folder, f"partners/stop_search_complaints_{month:%Y-%m}.csv", pd.DataFrame(frame | alleged))
