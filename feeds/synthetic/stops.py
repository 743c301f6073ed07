"""Stop and search of the synthetic county: searches cluster in towns, with a planted disparity and planted find rates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from feeds.synthetic.crime import ANCHORS, PERIOD
from feeds.synthetic.land import Land
from feeds.synthetic.people import ETHNIC_GROUPS, People
from feeds.synthetic.truth import Disparity

# searches per resident and month of the White group, and of the others as a multiple of it
_PER_MONTH = 0.00055
_TIMES = {"Asian": 1.3, "Black": 3.2, "Mixed": 1.8, "White": 1.0, "Other": 1.1}
_FIND = {"Asian": 0.23, "Black": 0.22, "Mixed": 0.24, "White": 0.26, "Other": 0.22}
_SELF_DEFINED = {
    "Asian": "Asian/Asian British - Any other Asian background",
    "Black": "Black/African/Caribbean/Black British - Any other Black/African/Caribbean background",
    "Mixed": "Mixed/Multiple ethnic groups - Any other Mixed/Multiple ethnic background",
    "White": "White - English/Welsh/Scottish/Northern Irish/British",
    "Other": "Other ethnic group - Any other ethnic group",
}
_OBJECTS = (
    ("Controlled drugs", "Misuse of Drugs Act 1971 (section 23)", 0.62),
    ("Offensive weapons", "Police and Criminal Evidence Act 1984 (section 1)", 0.16),
    ("Stolen goods", "Police and Criminal Evidence Act 1984 (section 1)", 0.14),
    ("Article for use in theft", "Police and Criminal Evidence Act 1984 (section 1)", 0.08),
)
_FOUND = ("Arrest", "Community resolution", "Summons / charged by post", "Caution (simple or conditional)")
_AGES = (("10-17", 0.15), ("18-24", 0.38), ("25-34", 0.27), ("over 34", 0.20))
_NOT_RECORDED = 0.17


def make_stops(rng: np.random.Generator, land: Land, people: People, anchors: pd.DataFrame) -> tuple[pd.DataFrame, Disparity]:
    """One row a search in the publisher's bulk columns, without coordinates yet: `anchor` (-1 for none) and `month` stand for them."""
    frames = []
    places, months = len(land.codes), len(PERIOD)
    where = np.exp(1.2 * land.urban + 0.35 * people.hardship)
    where = where / where.mean()
    for column, ethnic_group in enumerate(ETHNIC_GROUPS):
        group = ethnic_group.split(",")[0].split(" ")[0]
        expected = people.ethnic[:, column] * where * _PER_MONTH * _TIMES[group]
        counts = rng.poisson(np.repeat(expected[:, None], months, axis=1))
        place, month = np.repeat(np.indices((places, months)).reshape(2, -1), counts.ravel(), axis=1)
        frames.append(pd.DataFrame({"place": place, "month": month, "group": group}))
    stops = pd.concat(frames, ignore_index=True)
    n = len(stops)
    stops["anchor"] = np.where(rng.random(n) < 0.03, -1, stops["place"] * ANCHORS + rng.integers(0, ANCHORS, n))
    stops["seconds"] = rng.integers(0, 28 * 86_400, n)
    objects = rng.choice(len(_OBJECTS), size=n, p=[o[2] for o in _OBJECTS])
    found = rng.random(n) < stops["group"].map(_FIND)
    known = rng.random(n) >= _NOT_RECORDED
    stops["self_defined"] = np.where(known, stops["group"].map(_SELF_DEFINED), "Other ethnic group - Not stated")
    stops["officer_defined"] = np.where(rng.random(n) < 0.97, stops["group"].replace("Mixed", "Other"), "")
    stops["gender"] = rng.choice(["Male", "Female", ""], size=n, p=[0.87, 0.115, 0.015])
    stops["age"] = rng.choice([a for a, _ in _AGES], size=n, p=[p for _, p in _AGES])
    stops["legislation"] = np.array([o[1] for o in _OBJECTS])[objects]
    stops["object"] = np.array([o[0] for o in _OBJECTS])[objects]
    stops["outcome"] = np.where(found, rng.choice(_FOUND, size=n, p=[0.45, 0.33, 0.12, 0.10]), "A no further action disposal")
    stops["linked"] = np.where(found, "True", "False")
    stops["clothing"] = np.where(rng.random(n) < 0.02, "True", "False")
    stops = stops.sort_values(["month", "seconds", "place"], kind="stable", ignore_index=True)
    return stops, Disparity({g: t for g, t in _TIMES.items() if g != "White"}, dict(_FIND))
