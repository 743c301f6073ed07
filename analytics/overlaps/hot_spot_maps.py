"""Every hot spot map of neighbourhoods against one declared factor: how many hot places meet it, and how many would by chance.

The maps are those of the hotspot stage, group by group and measure by measure; the factor and the certainty of a hot spot are declared
([hot_spots] in risk_factors.toml). The map stays as it is and the factor lies elsewhere, as clustered as it is, so the factor's random maps
serve all maps. Rows go beside those of the factors among themselves, with the key 'hot_spots.GROUP.MEASURE:CERTAINTY+FACTOR:LEVEL'.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sqlalchemy import Connection

from analytics.neighbours.place_frame import PlaceFrame
from analytics.overlaps.chance import Combination, RandomMaps, map_against
from analytics.overlaps.definitions import HotSpotsAgainst
from core.contracts import LSOA_2021
from core.db import fetch
from core.periods import Period


def every_map(
    connection: Connection, asked: HotSpotsAgainst, against: RandomMaps, places: PlaceFrame, period: Period
) -> Iterator[Combination]:
    """One combination a map; none where the hotspot stage made no map of the period."""
    values = {"geography": LSOA_2021.level, "edition": LSOA_2021.edition, "period_end": period.end}
    rows = fetch(connection, "overlaps/hot_spot_maps", values | {"certainty": asked.certainty})
    for (group, measure), one in rows.groupby(["group_id", "measure"], sort=True):
        hot = np.asarray(places.codes.isin(one.loc[one["hot"], "code"]))
        yield map_against(f"hot_spots.{group}.{measure}", asked.certainty, hot, against)
