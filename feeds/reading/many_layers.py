"""The layers of a background file (GeoPackage, zipped shapefiles, an extract of OpenStreetMap) to `Rows`: all of them as one table.

Each row says its layer. Columns are those that the catalogue names, '' where a layer has none; a layer that the file lacks is told.
"""

from __future__ import annotations

import re
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.db.sql import read_sql
from core.errors import FeedError
from feeds.catalogue.feed import Feed
from feeds.catalogue.writes_background import BackgroundWrite
from feeds.reading.kind import require_kind, require_rows_bound
from feeds.reading.layers import Layer, as_wanted, layers_of, plain_name, unreadable
from feeds.reading.outlines import read_outlines
from feeds.reading.rows import Rows
from feeds.reading.vector import agrees_with_coordinates, as_text, epsg_of

LAYER = "layer"
_COLUMN_OF_TAGS = "other_tags"


def read_many_layers(data: bytes, feed: Feed, write: BackgroundWrite, label: str) -> Rows:
    """The features of every layer that the feed names. FeedError where the file has none of them, or two coordinate systems."""
    if not data.strip():
        raise FeedError("the file is empty", where=label, hint="ask the publisher for the file again; nothing was stored.")
    require_kind(data, "vector", label)
    there = {layer.plain_name: layer for layer in layers_of(data, feed, label)}
    wanted = write.layer_names
    found = [(name, there[name]) for name in wanted if name in there]
    if not found:
        raise FeedError(
            f"none of the layers of feed {feed.id}: {', '.join(wanted[:6])}",
            where=label,
            hint=f"it has {', '.join(list(there)[:8]) or 'none'}; compare with feeds/catalogue.toml.",
        )
    columns = list(dict.fromkeys(c for name in wanted for c in write.columns_of(name)))
    tables, shapes, systems = [], [], set()
    faults: dict[int, str] = {}
    repaired = offset = 0
    for name, layer in found:
        meta, arrow = _read(layer, write.columns_of(name), label)
        systems.add(epsg_of(meta["crs"], feed, label))
        require_rows_bound(offset + arrow.num_rows, label)
        outlines = read_outlines(arrow.column(meta["geometry_name"] or "wkb_geometry").to_numpy())
        renamed = as_wanted(arrow.column_names, columns)
        own = {renamed.get(c, c): as_text(arrow.column(c)) for c in arrow.column_names}
        nothing = pa.repeat(pa.scalar(""), arrow.num_rows)
        tables.append(pa.table({LAYER: pa.repeat(pa.scalar(name), arrow.num_rows)} | {c: own.get(c, nothing) for c in columns}))
        shapes.append(outlines.geometry)
        faults |= {offset + i: reason for i, reason in outlines.faults.items()}
        repaired += len(outlines.repaired)
        offset += arrow.num_rows
    if len(systems) > 1:
        raise FeedError(
            "its layers are in more than one coordinate system", where=label, hint="ask the publisher for the file again."
        )
    epsg = systems.pop()
    geometry: npt.NDArray[np.object_] = np.concatenate(shapes)
    if not len(geometry):
        raise FeedError("the file holds no features", where=label, hint="ask the publisher for the file again.")
    agrees_with_coordinates(geometry, epsg, label)
    told = [f"{repaired:,} outlines mended"] if repaired else []
    if lacking := [name for name in wanted if name not in there]:
        told.append(f"it lacks {len(lacking)} of {len(wanted)} layers: {', '.join(lacking)}")
    unused = sorted(set(there) - set(wanted))
    remarks: dict[str, object] = {"crs": f"EPSG:{epsg}", "told": told, "layers_not_used": unused[:200]}
    line = np.arange(1, len(geometry) + 1, dtype=np.int64)
    return Rows(pa.concat_tables(tables), line, geometry=geometry, epsg=epsg, remarks=remarks, faults=faults)


def _read(layer: Layer, columns: list[str], label: str) -> tuple[dict[str, Any], pa.Table]:
    import pyogrio

    fields = layer.fields or ()
    mine = [f for f in fields if f.casefold() in {c.casefold() for c in columns}]
    try:
        with warnings.catch_warnings():
            # GDAL remarks that bytes in memory have no file extension
            warnings.simplefilter("ignore")
            if _COLUMN_OF_TAGS in fields:
                # an extract of OpenStreetMap is one stream: the driver gives up a layer unless it is told that no other is wanted
                query = read_sql(f"feeds/extract/{layer.plain_name}")
                meta, arrow = pyogrio.read_arrow(layer.data, sql=re.sub(r"--.*", "", query))
            else:
                meta, arrow = pyogrio.read_arrow(layer.data, layer=layer.number, columns=mine, encoding=layer.encoding or None)
    except Exception as error:
        raise unreadable(label) from error
    return meta, arrow


def cut_to_box(path: Path, feed: Feed, write: BackgroundWrite, box: tuple[float, float, float, float], label: str) -> bytes:
    """What a GeoPackage holds inside a box (of its own coordinate system), as a GeoPackage: a national one is larger than what is read.

    The same file and box give the same bytes.
    """
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-01-01T00:00:00Z"})
    try:
        with tempfile.TemporaryDirectory(prefix="hg-background-") as folder:
            cut = Path(folder) / "cut.gpkg"
            for layer, kind in pyogrio.list_layers(path):
                name = plain_name(str(layer))
                if kind is None or name not in write.layer_names:
                    continue
                wanted = {c.casefold() for c in write.columns_of(name)}
                info = pyogrio.read_info(path, layer=layer)
                epsg_of(info["crs"], feed, label)
                mine = [f for f in info["fields"] if str(f).casefold() in wanted]
                meta, rows = pyogrio.read_arrow(path, layer=layer, columns=mine, bbox=box)
                geometry = meta["geometry_name"] or "wkb_geometry"
                pyogrio.write_arrow(
                    rows.drop_columns([c for c in (meta["fid_column"],) if c in rows.column_names]),
                    cut,
                    layer=name,
                    driver="GPKG",
                    geometry_name=geometry,
                    geometry_type=meta["geometry_type"],
                    crs=meta["crs"],
                    append=cut.exists(),
                )
            return cut.read_bytes()
    except FeedError:
        raise
    except Exception as error:
        raise unreadable(label) from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def tag(texts: pa.Array, name: str) -> pa.Array:
    """The value of one of OpenStreetMap's further tags, written '"railway"=>"station","operator"=>"..."'; '' where it is not there."""
    import pyarrow.compute as pc

    found = pc.extract_regex(texts, rf'(?:^|,)"{name}"=>"(?P<value>[^"]*)"')
    return pc.fill_null(pc.struct_field(found, "value"), "")
