"""The figures of a brief as a GeoPackage: the outlines of the place and the areas it lies in, with their published figures, its services,
what it is in its metadata, and a style that QGIS opens it with.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio
from shapely import Point

from briefs.content import Brief, FigureRow
from briefs.describe.services import services_inside
from briefs.drawn.place_map import shape_of
from briefs.facts import Facts
from briefs.figures_table import FIGURE_COLUMNS, SERVICE_COLUMNS, figure_values, service_values
from briefs.layer_styles import area, point, qml, styles_table
from core.contracts import BRITISH_NATIONAL_GRID
from core.errors import UserError
from published.services import Service

# what GDAL's SQLite must not take from the machine's clock
_DATE_SETTING = "OGR_CURRENT_DATE"


def geopackage(facts: Facts, brief: Brief, rows: Sequence[FigureRow]) -> bytes:
    """`figures`, a feature a place x category, and `services` where any lie in the place, in British National Grid.

    UserError where no outline is held.
    """
    shapes = {(o.geography, o.edition, o.code): o.shape for o in facts.outlines}
    own = shape_of(facts)
    if own is not None:
        shapes.setdefault((facts.place.geography, facts.place.edition, facts.place.code), own)
    kept = [(r, shape) for r in rows if (shape := shapes.get((r.place.geography, r.place.edition, r.place.code))) is not None]
    if not kept:
        raise UserError(
            "the release holds no outline of this place, so there is no GeoPackage to write",
            where=facts.place.code,
            hint="ask for csv or xlsx instead.",
        )
    figures = gpd.GeoDataFrame(
        [dict(zip(FIGURE_COLUMNS, figure_values(facts, r), strict=True)) for r, _ in kept],
        geometry=[shape for _, shape in kept],
        crs=BRITISH_NATIONAL_GRID,
    )
    # whole numbers with gaps would turn into floating point
    figures = figures.astype(
        {"count": "Int64", "lowest": "Int64", "highest": "Int64", "residents": "Int64", "months_loaded": "Int64"}
    )
    layers = {"figures": (figures, "Published figures, a feature a place and group of offences")}
    placed = [s for s in services_inside(facts) if s.easting is not None and s.northing is not None]
    if placed:
        services = gpd.GeoDataFrame(
            [dict(zip(SERVICE_COLUMNS, service_values(s), strict=True)) for s in placed],
            geometry=[Point(s.easting, s.northing) for s in placed],
            crs=BRITISH_NATIONAL_GRID,
        )
        layers["services"] = (services, f"Services listed in {facts.place.label}")
    moment = facts.release.published_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with tempfile.TemporaryDirectory(prefix="homeground-brief-") as folder:
        path = Path(folder) / "figures.gpkg"
        pyogrio.set_gdal_config_options({_DATE_SETTING: moment})
        try:
            for name, (frame, description) in layers.items():
                pyogrio.write_dataframe(
                    frame, path, layer=name, driver="GPKG", append=name != "figures", dataset_options={"VERSION": "1.3"},
                    layer_options={"IDENTIFIER": f"{name.capitalize()}: {facts.place.label}", "DESCRIPTION": description},
                    **({"dataset_metadata": _metadata(brief)} if name == "figures" else {}),
                )  # fmt: skip
            looks = {"figures": _areas_style(facts)} | ({"services": _services_style(placed)} if placed else {})
            styles = styles_table(looks, column="geom", moment=facts.release.published_at)
            pyogrio.write_dataframe(styles, path, layer="layer_styles", driver="GPKG", append=True, layer_options={"FID": "id"})
        finally:
            pyogrio.set_gdal_config_options({_DATE_SETTING: None})
        # a compact copy in a fixed order: leftover pages of the writing would differ from run to run
        with sqlite3.connect(path) as database:
            database.execute("VACUUM")
        database.close()
        return path.read_bytes()


def _metadata(brief: Brief) -> dict[str, str]:
    """What the first page says of it."""
    said = {"Title": brief.title, "Subtitle": brief.subtitle, "Edition": brief.reference, **dict(brief.colophon)}
    return said | ({"Data": brief.synthetic_label} if brief.synthetic_label else {})


def _services_style(placed: Sequence[Service]) -> str:
    kinds = sorted({s.kind for s in placed})
    return qml([point(kind.replace("_", " ").capitalize(), f"\"kind\" = '{kind}'") for kind in kinds], points=True)


def _areas_style(facts: Facts) -> str:
    # each outline once, for a place has a feature a group of offences
    once = f"\"category\" = '{facts.release.categories[0].category}'"
    rules = [
        area(facts.place.label, f"{once} AND \"role\" = 'this place'", own=True),
        area("Areas around it, and like it", f"{once} AND \"role\" <> 'this place'", own=False),
    ]
    return qml(rules, points=False)
