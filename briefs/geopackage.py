"""The figures of a brief as a GeoPackage: the outlines of the place and the areas it lies in, with their published figures."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio

from briefs.content import FigureRow
from briefs.facts import Facts
from briefs.figures_table import FIGURE_COLUMNS, figure_values
from core.contracts import BRITISH_NATIONAL_GRID
from core.errors import UserError

# what GDAL's SQLite must not take from the machine's clock
_DATE_SETTING = "OGR_CURRENT_DATE"


def geopackage(facts: Facts, rows: Sequence[FigureRow]) -> bytes:
    """One layer, `figures`, a feature a place x category, in British National Grid. UserError where no outline is held."""
    shapes = {(o.geography, o.edition, o.code): o.shape for o in facts.outlines}
    kept = [(r, shape) for r in rows if (shape := shapes.get((r.place.geography, r.place.edition, r.place.code))) is not None]
    if not kept:
        raise UserError(
            "the release holds no outline of this place, so there is no GeoPackage to write",
            where=facts.place.code,
            hint="ask for csv or xlsx instead.",
        )
    frame = gpd.GeoDataFrame(
        [dict(zip(FIGURE_COLUMNS, figure_values(facts, r), strict=True)) for r, _ in kept],
        geometry=[shape for _, shape in kept],
        crs=BRITISH_NATIONAL_GRID,
    )
    # whole numbers with gaps would turn into floating point
    frame = frame.astype({"count": "Int64", "lowest": "Int64", "highest": "Int64", "residents": "Int64", "months_loaded": "Int64"})
    with tempfile.TemporaryDirectory(prefix="homeground-brief-") as folder:
        path = Path(folder) / "figures.gpkg"
        moment = facts.release.published_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        pyogrio.set_gdal_config_options({_DATE_SETTING: moment})
        try:
            pyogrio.write_dataframe(frame, path, layer="figures", driver="GPKG", dataset_options={"VERSION": "1.3"})
        finally:
            pyogrio.set_gdal_config_options({_DATE_SETTING: None})
        # a compact copy in a fixed order: leftover pages of the writing would differ from run to run
        with sqlite3.connect(path) as database:
            database.execute("VACUUM")
        database.close()
        return path.read_bytes()
