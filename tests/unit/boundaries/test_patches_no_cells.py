from __future__ import annotations

import geopandas as gpd
import pandas as pd

from boundaries.areal_weights import cells_of_areas


def test_cells_stay_whole_numbers_where_no_area_needs_land() -> None:
    """An H3 cell needs 60 bits; a float holds 53."""
    none = cells_of_areas(gpd.GeoDataFrame({"geometry": []}, geometry="geometry", crs=27700))
    cell = 0x89194E6AE4FFFFF
    found = pd.DataFrame({"from_code": ["E01"], "to_code": pd.Series([cell], dtype="int64"), "m2": [0.0]})
    assert pd.concat([found, none], ignore_index=True)["to_code"].tolist() == [cell]
    assert pd.concat([found, none], ignore_index=True)["to_code"].dtype == "int64"
