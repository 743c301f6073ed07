"""Small files of backgrounds in the publishers' own layers and columns: OS Open Zoomstack, OS Open Roads, OpenStreetMap."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
from shapely import LineString, MultiLineString, Point, Polygon, box

# an extract of OpenStreetMap, written once by pyosmium: seven ways, a village, a station and a bench near 1 degree east
OSM_PBF = base64.b64decode(
    "AAAADQoJT1NNSGVhZGVyGDsQLxo3eJxT4vMvzg1OzkjNTdQNM9AzU+JySc0rTvXLT0ktbmIUyMlMyi/OzSzN1TfSMzLWMwQAX2cOkwAAAAwKB09TTURhdGEY"
    "5wEQpwIa4QF4nONK42IAQtaCnMTkVC72ssycnMT0VC6WvMTcVC5un8ySkpxUBbf8ohQu9qLEzJzyxEou9uKSxJLM/DwuTpC4gkdiTgkXR35BalFiSX4RF5tf"
    "flJ+ClAV0IC8zJJKLtak1LzkDKE9jEI7Gbl4mJCAlhcXDyMSEBJoaJpwk4cBAaSQOQxKKDwtHiYknpNCw42p/5kZDszi2T+LB0QxzO9lu3+Fef8OJqDAgfMq"
    "XooNt45wHoBIgiig8P3lQg+Ocjy4wjz/kNyBFtsgCahpTMwsrAxs7CwcnFwM3CBbAcLsRT4AAAAMCgdPU01EYXRhGJMCEJEDGo0CeJxtjkFOwzAQReNJUjvT"
    "0haDELIQBFZsOQIsYFM2FRewlEljmjrVNKXqDo6DxEE4ByfB6TZdzYz+n/c/fguMUFZuUe3sHhNvV4RDpo0ryLfO1pi9urrOZ9ZTMMZMJco1u5XlPcLjAw5n"
    "jS8an88bW6Da2Za4A6XsPogR593InxsuULJ19SGkW1CWTdN2p6zJbbZMmKwtLzF7qyh/YSKP0tt2y6FDeuDqP2FuFGkQYCBO7sZKTD+/fn8Gl1Ee3adPMQCY"
    "XJU6FgMwsVRZzwIXYK7VQgMGxHDU1yExV6rS4sSI8ZHvSVCdFsKIyZHfkblV7xqmgX2qe3qqQr80xC+1ODPivGdIgh7/A1J9VS0="
)

_Layer = list[tuple[dict[str, Any], Any]]


def line(*points: tuple[float, float]) -> LineString:
    return LineString(points)


ZOOMSTACK: dict[str, _Layer] = {
    "names": [
        ({"name1": "Westford", "type": "Town"}, Point(590_000, 430_000)),
        ({"name1": "Mill End", "type": "Hamlet"}, Point(591_000, 431_000)),
        ({"name1": "Long Down", "type": "Landform"}, Point(591_500, 431_500)),
    ],
    "railway_stations": [({"name": "Westford Road", "type": "Railway Station"}, Point(590_400, 430_200))],
    "roads_national": [({"type": "Motorway", "name": "", "number": "M61"}, line((588_000, 429_000), (592_000, 431_000)))],
    "roads_regional": [({"type": "B Road", "name": "Ford Street", "number": "B612"}, line((589_000, 430_000), (591_000, 430_000)))],
    # two links of one street, and a path that nothing draws
    "roads_local": [
        ({"type": "Local", "name": "Église Lane", "number": ""}, line((590_000, 430_000), (590_100, 430_050))),
        ({"type": "Local", "name": "Église Lane", "number": ""}, MultiLineString([[(590_100, 430_050), (590_200, 430_120)]])),
        ({"type": "Guided Busway", "name": "", "number": ""}, line((590_000, 430_500), (590_100, 430_550))),
    ],
    "rail": [({"type": "Multi Track"}, line((588_000, 430_000), (592_000, 430_400)))],
    "waterlines": [({"type": "MHW", "name": ""}, line((588_000, 428_000), (592_000, 428_000)))],
    "surfacewater": [({"type": "Regional", "name": "The Mere"}, box(590_500, 430_500, 590_900, 430_900))],
    "greenspace": [({"type": "Public Park Or Garden"}, box(589_500, 429_500, 589_520, 429_520))],
    # an outline that crosses itself
    "woodland": [({"type": "National"}, Polygon([(589_000, 431_000), (589_400, 431_400), (589_400, 431_000), (589_000, 431_400)]))],
}
OPEN_ROADS: dict[str, _Layer] = {
    "road_link": [
        (
            {"road_classification": "A Road", "road_function": "A Road", "form_of_way": "Single Carriageway", "name_1": "London Road",
             "road_classification_number": "A61"},
            line((589_000, 430_000), (591_000, 430_300)),
        ),
        (
            {"road_classification": "Unclassified", "road_function": "Local Road", "form_of_way": "Roundabout", "name_1": "",
             "road_classification_number": ""},
            line((590_000, 430_000), (590_020, 430_020), (590_000, 430_040), (590_000, 430_000)),
        ),
    ],
    "road_node": [({"form_of_road_node": "junction"}, Point(590_000, 430_000))],
}  # fmt: skip
GEOFABRIK: dict[str, _Layer] = {
    "gis_osm_roads_free_1": [({"fclass": "residential", "name": "Mill Lane", "ref": ""}, line((1.0, 53.6), (1.01, 53.61)))],
    "gis_osm_places_free_1": [({"fclass": "village", "name": "Little Ford"}, Point(1.005, 53.605))],
    "gis_osm_pois_free_1": [({"fclass": "bench", "name": ""}, Point(1.005, 53.605))],
}


def geopackage(path: Path, layers: dict[str, _Layer], epsg: int = 27700) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    for name, rows in layers.items():
        pyogrio.write_dataframe(_frame(rows, epsg), path, layer=name, driver="GPKG", append=path.exists())
    return path


def zipped_shapefiles(path: Path, layers: dict[str, _Layer], epsg: int = 4326) -> Path:
    """As Geofabrik packs them: every shapefile of the region in one archive."""
    folder = path.with_suffix(".parts")
    folder.mkdir(parents=True)
    for name, rows in layers.items():
        pyogrio.write_dataframe(_frame(rows, epsg), folder / f"{name}.shp", driver="ESRI Shapefile", encoding="UTF-8")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in sorted(folder.iterdir()):
            archive.writestr(part.name, part.read_bytes())
            part.unlink()
    folder.rmdir()
    path.write_bytes(packed.getvalue())
    return path


def _frame(rows: _Layer, epsg: int) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame([properties for properties, _ in rows], geometry=[shape for _, shape in rows], crs=epsg)
