"""What was planted in the synthetic county: the answers that an analysis should find."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class PlantedCluster:
    """Places where a category runs at `times` its usual rate in every month."""

    name: str
    category: str
    lsoa21: tuple[str, ...]
    times: float


@dataclass(frozen=True)
class PlantedTrend:
    """Places whose excess follows a pattern: new, intensifying, diminishing or historical (words of emerging hot spot analysis).

    times: the factor on the usual rate in each month, first to last.
    """

    pattern: str
    category: str
    lsoa21: tuple[str, ...]
    times: tuple[float, ...]


@dataclass(frozen=True)
class NearRepeats:
    """Follow-up burglaries: each within `within_m` of its first one, in the same month or the next."""

    category: str
    first_ones: int
    follow_ups: int
    within_m: float


@dataclass(frozen=True)
class SmallNumber:
    """A place whose count over the last 12 months is small while its neighbours in the MSOA are not: subtraction would give it away."""

    categories: tuple[str, ...]
    lsoa21: str
    msoa21: str
    incidents_last_12_months: int


@dataclass(frozen=True)
class Disparity:
    """Planted in stop and search: searches per resident of a group relative to White residents, and the share that find the object."""

    relative_to_white: dict[str, float]
    find_rate: dict[str, float]


@dataclass(frozen=True)
class CountyTruth:
    """Everything that was planted, and the totals that were written."""

    name: str
    seed: int
    months: tuple[str, ...]
    clusters: tuple[PlantedCluster, ...]
    trends: tuple[PlantedTrend, ...]
    # categories that follow residents alone: whatever is called a hot spot of these is a false discovery
    null_categories: tuple[str, ...]
    near_repeats: NearRepeats
    small_number: SmallNumber
    disparity: Disparity
    incidents: int
    without_location: int
    repeated_crime_id_rows: int
    stops: int
    residents: int
    # Spearman correlation over LSOAs of latent deprivation and the violence rate
    deprivation_violence_correlation: float

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
