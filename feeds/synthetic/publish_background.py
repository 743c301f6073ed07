"""Roads, water, green and names of the synthetic county as a GeoPackage in the layers of OS Open Zoomstack."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pyogrio
import shapely

from core.contracts import BRITISH_NATIONAL_GRID
from feeds.synthetic.streets import Streets

_OF_LAYER = {
    "roads_national": ("Motorway", "A Road"), "roads_regional": ("B Road",), "roads_local": ("Minor", "Local"),
}  # fmt: skip


def write_background(folder: Path, streets: Streets) -> None:
    """One file of many layers. The same streets give the same bytes: the moment that GDAL notes in it is a fixed one."""
    import geopandas as gpd

    layers: dict[str, pd.DataFrame] = {
        "names": streets.places.rename(columns={"kind": "type", "name": "name1"}),
        "railway_stations": streets.stations.rename(columns={"kind": "type"}),
        "rail": pd.DataFrame({"type": "Multi Track", "geometry": streets.rails}),
        "waterlines": streets.waterlines.rename(columns={"kind": "type"}),
        "surfacewater": streets.water.rename(columns={"kind": "type"}),
        "greenspace": streets.parks.rename(columns={"kind": "type"}),
        "woodland": pd.DataFrame({"type": "National", "geometry": streets.woods}),
    }
    for name, kinds in _OF_LAYER.items():
        layers[name] = streets.roads[streets.roads["kind"].isin(kinds)].rename(columns={"kind": "type"})
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-01-01T00:00:00Z"})
    try:
        with warnings.catch_warnings():
            # pyogrio remarks that a buffer of many layers is no file
            warnings.simplefilter("ignore")
            path = folder / "background" / "homeshire_open_zoomstack.gpkg"
            path.parent.mkdir(parents=True, exist_ok=True)
            for name, rows in layers.items():
                shapes = shapely.set_precision(rows["geometry"].to_numpy(), 0.1)
                kept = ~shapely.is_empty(shapes)
                frame = gpd.GeoDataFrame(rows[kept].drop(columns="geometry"), geometry=shapes[kept], crs=BRITISH_NATIONAL_GRID)
                pyogrio.write_dataframe(frame, path, layer=name, driver="GPKG", promote_to_multi=True, append=path.exists())
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
