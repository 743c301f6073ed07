"""The layers of a boundary file, and the one that a feed means: of a GeoPackage, of a shapefile in a folder of its zip, of GeoJSON.

An archive is taken apart here and not by GDAL, which neither looks into folders nor says that there were two.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from core.errors import FeedError
from feeds.catalogue.feed import Feed
from feeds.reading.kind import require_columns_bound
from feeds.reading.source import require_sound, shapefile_of, unpacked

_NEEDED = (".shp", ".shx", ".dbf")
_INSIDE = (".shp", ".gpkg", ".geojson", ".json", ".pbf")
# columns that are made of points (feeds.reading.vector), and stand in no file
MADE_OF_POINTS = ("geometry.longitude", "geometry.latitude")
# keys between the properties of one feature and the next that are not properties
_OTHER_KEYS = 8
# where TopoJSON says what it is
_TOPOLOGY = 4096
# Windows writes an apostrophe and a dash as these; every other byte below A0 is a letter of an older DOS alphabet
_PLAIN_WINDOWS = frozenset((0x92, 0x96))


@dataclass(frozen=True)
class Layer:
    """One layer, by its number in its file. file: the file's path in the archive, '' where the bytes are the file.

    encoding: to read its texts by; '' as the file says. fields: None of GeoJSON, which has one layer and would have to be read for them.
    """

    data: bytes = field(repr=False)
    file: str
    number: int
    name: str
    fields: tuple[str, ...] | None
    has_geometry: bool
    encoding: str = ""

    @property
    def label(self) -> str:
        return self.file or self.name

    @property
    def plain_name(self) -> str:
        return plain_name(self.name)


def plain_name(layer: str) -> str:
    """The name of a layer in small letters, without the number that Geofabrik puts after the names of shapefiles."""
    return layer.casefold().removesuffix("_1")


def layers_of(data: bytes, feed: Feed | None, label: str) -> list[Layer]:
    """Every layer, with the names of its fields. FeedError where the bytes are no boundary file.

    feed: what says how texts are encoded where the file does not; None where only the names of fields are wanted.
    """
    import pyogrio

    found = []
    for name, part in _parts(data, label):
        if _is_geojson(part):
            _properties_bound(part, label)
        if feed is not None and _is_geojson(part):
            found.append(Layer(part, name, 0, "", None, has_geometry=True))
            continue
        encoding = _encoding(part, feed, label) if feed is not None else ""
        try:
            with warnings.catch_warnings():
                # GDAL remarks that bytes in memory have no file extension
                warnings.simplefilter("ignore")
                for number, (layer, kind) in enumerate(pyogrio.list_layers(part)):
                    fields = tuple(map(str, pyogrio.read_info(part, layer=number)["fields"]))
                    require_columns_bound(len(fields), label)
                    # a file in memory has a name that pyogrio made up
                    own = "" if str(layer).startswith("pyogrio_") else str(layer)
                    found.append(Layer(part, name, number, own, fields, kind is not None, encoding))
        except FeedError:
            raise
        except Exception as error:
            # whatever GDAL has to say of bytes that it cannot read
            raise unreadable(label) from error
    return found


def geopackage_layers(path: Path, label: str) -> list[tuple[str, tuple[str, ...]]]:
    """The layers of a GeoPackage by their plain names, each with its fields, read where it lies. FeedError where it is none."""
    import pyogrio

    try:
        layers = [(str(layer), pyogrio.read_info(path, layer=layer)["fields"]) for layer, _ in pyogrio.list_layers(path)]
    except Exception as error:
        raise unreadable(label) from error
    for _, fields in layers:
        require_columns_bound(len(fields), label)
    return [(plain_name(layer), tuple(map(str, fields))) for layer, fields in layers]


def _is_geojson(data: bytes) -> bool:
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and b'"Topology"' not in data[:_TOPOLOGY]


def _properties_bound(data: bytes, label: str) -> None:
    """FeedError for GeoJSON with a feature of more properties than are allowed: GDAL would take minutes for it."""
    at = data.find(b'"properties"')
    while at >= 0:
        after = data.find(b'"properties"', at + 1)
        require_columns_bound(data.count(b'":', at, after if after >= 0 else len(data)) - _OTHER_KEYS, label)
        at = after


def unreadable(label: str) -> FeedError:
    return FeedError(
        "the boundary file cannot be read", where=label, hint="ask the publisher for the file again; it may be cut short."
    )


def _parts(data: bytes, label: str) -> list[tuple[str, bytes]]:
    """The boundary files in an archive, each with its path; the bytes themselves where they are no archive."""
    if not data.startswith(b"PK"):
        return [("", data)]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            require_sound(archive, label)
            names = [
                i.filename for i in archive.infolist() if not i.is_dir() and not PurePosixPath(i.filename).name.startswith(".")
            ]
            if any(is_geodatabase(n) for n in names):
                raise geodatabase(label)
            wanted = [n for n in names if n.lower().endswith(_INSIDE)]
            if not wanted:
                raise FeedError(
                    "the archive holds no boundary file",
                    where=label,
                    hint="one of .shp (with its parts), .gpkg and .geojson is wanted.",
                )
            return [(n, _inside(archive, n, label)) for n in sorted(wanted)]
    except FeedError:
        raise
    except Exception as error:
        raise unreadable(label) from error


def _whole(shapefile: bytes, label: str) -> bytes:
    """A shapefile that has the parts without which it holds no features or no attributes."""
    with zipfile.ZipFile(io.BytesIO(shapefile)) as archive:
        there = {PurePosixPath(name).suffix.lower() for name in archive.namelist()}
    if lacking := [part for part in _NEEDED if part not in there]:
        raise FeedError(
            f"the shapefile lacks its {' and '.join(lacking)}",
            where=label,
            hint="a shapefile is several files of one name; put all of them side by side, or zip them together.",
        )
    return shapefile


def is_geodatabase(member: str) -> bool:
    return ".gdb/" in member.lower()


def geodatabase(label: str) -> FeedError:
    return FeedError(
        "is a file geodatabase (.gdb), which is not read", where=label, hint="save it as GeoPackage or as a shapefile."
    )


def _inside(archive: zipfile.ZipFile, name: str, label: str) -> bytes:
    if name.lower().endswith(".shp"):
        return _whole(shapefile_of(archive, name, label), label)
    info = archive.getinfo(name)
    with archive.open(info) as handle:
        return unpacked(handle, info.compress_size, label)


def chosen(layers: list[Layer], feed: Feed, label: str) -> Layer:
    """The one layer that has the feed's columns. FeedError where none has, or more than one and the feed does not say which."""
    if not layers:
        raise FeedError("the file holds no layer", where=label, hint="ask the publisher for the file again.")
    wanted = {c for c in feed.required_columns if c not in MADE_OF_POINTS}
    if feed.read.layer:
        layers = [layer for layer in layers if feed.read.layer in (layer.name, layer.file)] or _no_layer(layers, feed, label)
    fitting = [layer for layer in layers if layer.fields is None or has_columns(layer.fields, wanted)]
    if with_geometry := [layer for layer in fitting if layer.has_geometry]:
        fitting = with_geometry
    if len(fitting) > 1:
        raise FeedError(
            f"holds {len(fitting)} layers with the columns of feed {feed.id}: {_named(fitting)}",
            where=label,
            hint="which of them is meant cannot be told; give each as a file of its own, or name one in the feed's read.layer.",
        )
    if fitting:
        return fitting[0]
    nearest = max(layers, key=lambda layer: len(wanted & set(layer.fields or ())))
    missing = [c for c in feed.required_columns if c in wanted - set(nearest.fields or ())]
    of_layer = f" in layer {nearest.label} (layers: {_named(layers)})" if len(layers) > 1 else ""
    raise FeedError(
        f"not the columns of feed {feed.id}: missing {', '.join(missing)}{of_layer}",
        where=label,
        hint="compare the file's attributes with feeds/catalogue.toml; a changed layout needs a changed entry there.",
    )


def has_columns(fields: Iterable[str], wanted: set[str]) -> bool:
    """Whether a layer has these attributes, whichever letters are capital ones: downloads differ in that from year to year."""
    return {c.casefold() for c in wanted} <= {f.casefold() for f in fields}


def as_wanted(fields: Iterable[str], wanted: Iterable[str]) -> dict[str, str]:
    """Names of attributes as the feed writes them, by their names in the file, where only capital letters tell them apart."""
    there = list(fields)
    by_letters = {f.casefold(): f for f in there}
    return {by_letters[c.casefold()]: c for c in wanted if c not in there and c.casefold() in by_letters}


def _no_layer(layers: list[Layer], feed: Feed, label: str) -> list[Layer]:
    raise FeedError(
        f"no layer {feed.read.layer!r}", where=label, hint=f"it has {_named(layers)}; see feeds/catalogue.toml, read.layer."
    )


def _named(layers: list[Layer]) -> str:
    shown = [layer.label for layer in layers[:6]]
    return ", ".join(shown) + (f" and {len(layers) - 6} more" if len(layers) > 6 else "")


def _encoding(part: bytes, feed: Feed | None, label: str) -> str:
    """What a shapefile's texts are to be read by: '' for what it says itself (.cpg, or the mark in its .dbf), or plain ASCII."""
    if not part.startswith(b"PK"):
        return ""
    with zipfile.ZipFile(io.BytesIO(part)) as archive:
        parts = {PurePosixPath(i.filename).suffix.lower(): i.filename for i in archive.infolist()}
        if ".dbf" not in parts or (".cpg" in parts and archive.read(parts[".cpg"]).strip()):
            return ""
        dbf = archive.read(parts[".dbf"])
    texts = dbf[int.from_bytes(dbf[8:10], "little") :]
    if texts.isascii():
        return ""
    if _is_utf8(texts):
        return "UTF-8"
    if feed is not None and "encoding" in feed.read.model_fields_set:
        return feed.read.encoding.upper()
    if len(dbf) > 29 and dbf[29]:
        return ""
    if all(byte >= 0xA0 or byte in _PLAIN_WINDOWS for byte in set(texts) if byte >= 0x80):
        return "CP1252"
    raise FeedError(
        "its .dbf names no encoding, and is neither UTF-8 nor Windows-1252 (Latin-1)",
        where=label,
        hint="ask for its .cpg, which names the encoding, or declare read.encoding in the catalogue.",
    )


def _is_utf8(texts: bytes) -> bool:
    try:
        texts.decode()
    except UnicodeDecodeError:
        return False
    return True
