"""Who is hurt by violence in the synthetic county, by age: a list of victims as a police force would give it to its partners.

Risk depends on age, and on hardship as offending does; where young people live there are more victims, so that a rate that allows for age
differs from one that does not.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.periods import Period
from feeds.synthetic.land import Land
from feeds.synthetic.people import People
from feeds.synthetic.writing import write_csv

# victims a year per 1,000 people of each band of five years, where there is no more hardship than on average
RISK = (0.2, 0.4, 1.6, 6.5, 8.0, 6.8, 5.6, 4.6, 3.8, 3.0, 2.3, 1.6, 1.1, 0.7, 0.5, 0.4, 0.4, 0.4, 0.4)
_HARDSHIP = 0.3
BANDS = (*(f"{first} to {first + 4}" for first in range(0, 90, 5)), "90 and over")


def write_victims(folder: Path, land: Land, people: People, months: Period, rng: np.random.Generator) -> None:
    """A file a month, a row a victim: the band of their age and the neighbourhood, nothing else of them."""
    ages = np.add.reduceat(people.ages, np.arange(0, 91, 5), axis=1)
    expected = ages * np.array(RISK) / 12_000 * np.exp(_HARDSHIP * people.hardship)[:, None]
    for month in months.months():
        counts = rng.poisson(expected)
        place, band = np.nonzero(counts)
        times = counts[place, band]
        order = rng.permutation(int(times.sum()))
        frame = pd.DataFrame(
            {
                "victim_reference": [f"V{month:%y%m}{n:05d}" for n in range(len(order))],
                "recorded_month": f"{month:%Y-%m}",
                "age_band": np.array(BANDS, dtype=object)[np.repeat(band, times)][order],
                "lsoa21": np.array(land.codes, dtype=object)[np.repeat(place, times)][order],
            }
        )
        write_csv(folder, f"partners/victims_of_violence_{month:%Y-%m}.csv", frame)
