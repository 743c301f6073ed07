"""Who lives in the synthetic county: residents by age and ethnic group, deprivation with a spatial pattern, jobs in the towns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feeds.synthetic.land import CENTRE, LSOAS, Land

_Float = npt.NDArray[np.float64]
_Int = npt.NDArray[np.int64]

ETHNIC_GROUPS = (
    "Asian, Asian British or Asian Welsh",
    "Black, Black British, Black Welsh, Caribbean or African",
    "Mixed or Multiple ethnic groups",
    "White",
    "Other ethnic group",
)

# estates and seafronts where deprivation gathers: offset from the county's middle (m), reach (m), weight
_HARDSHIP = (
    ((-1_200.0, -500.0), 1_500.0, 1.7),
    ((-4_600.0, -3_600.0), 1_300.0, 2.1),
    ((13_800.0, 8_900.0), 1_500.0, 1.9),
    ((15_300.0, -7_200.0), 900.0, 1.0),
    ((-12_900.0, 7_000.0), 900.0, 0.9),
)


@dataclass(frozen=True)
class People:
    """In order of LSOA 2021. ages: residents by single year 0 to 90+, mid-2020; ethnic: residents by ETHNIC_GROUPS, Census 2021.

    hardship: the latent deprivation that offending and the index both follow, mean 0, standard deviation 1.
    """

    residents: _Int
    ages: _Int
    ethnic: _Int
    hardship: _Float


def make_people(rng: np.random.Generator, land: Land) -> People:
    hardship = _hardship(rng, land)
    residents = np.clip(rng.normal(1_680, 260, LSOAS), 1_010, 2_950).astype(np.int64)
    ages = _ages(rng, residents, land.urban)
    share_not_white = np.clip(0.05 + 0.26 * land.urban + 0.05 * hardship + rng.normal(0, 0.03, LSOAS), 0.01, 0.6)
    split = np.array([0.46, 0.24, 0.20, 0.0, 0.10])
    shares = share_not_white[:, None] * split
    shares[:, 3] = 1 - share_not_white
    ethnic = np.array([rng.multinomial(n, p / p.sum()) for n, p in zip(residents, shares, strict=True)])
    return People(residents, ages, ethnic, hardship)


def _hardship(rng: np.random.Generator, land: Land) -> _Float:
    """Bumps of hardship and a smooth unevenness; neighbours are alike, as in the real index."""
    field = 0.35 * land.urban
    for offset, reach, weight in _HARDSHIP:
        distance = np.hypot(*(land.seeds - np.array(CENTRE) - offset).T)
        field = field + weight * np.exp(-((distance / reach) ** 2) / 2)
    waves = sum(np.cos(land.seeds @ rng.normal(0, 1 / 4_500.0, 2) + rng.uniform(0, 2 * np.pi)) for _ in range(6))
    field = field + 0.14 * waves + rng.normal(0, 0.16, LSOAS)
    return np.asarray((field - field.mean()) / field.std())


def _ages(rng: np.random.Generator, residents: _Int, urban: _Float) -> _Int:
    """Residents by single year of age: towns younger, the countryside older. A little fewer than at the census, as in 2020."""
    years = np.arange(91)
    young = np.exp(-(((years - 26) / 13) ** 2) / 2)
    children = 0.55 * (years < 18)
    older = np.exp(-(((years - 57) / 19) ** 2) / 2)
    rows = []
    for people, u in zip(residents, urban, strict=True):
        shape = (0.3 + 0.9 * u) * young + children + (1.0 - 0.55 * u) * older + 0.02
        rows.append(rng.multinomial(round(int(people) * 0.985), shape / shape.sum()))
    return np.array(rows, dtype=np.int64)
