"""A feed's source into a folder of files that the loader takes: one function for every kind of source.

Nothing here knows the store. Files appear whole or not at all, and a file whose bytes are those that are here already is left untouched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from core.periods import add_months
from feeds.catalogue.source import ArcgisSource, FileSource, PoliceSource
from feeds.fetching.client import Client, Fetched, NotThere, SourceUnavailable
from feeds.fetching.record import write_atomically
from feeds.live.arcgis import pull_layer
from feeds.live.police_api import PoliceApi
from feeds.live.police_files import BulkFile, stop_search_file, street_file

# media types that are believed for a file of this ending, where the catalogue does not say; many servers send any file as octet-stream
_TYPES: dict[str, tuple[str, ...]] = {
    ".csv": ("text/csv", "text/plain", "application/csv", "application/vnd.ms-excel"),
    ".zip": ("application/zip", "application/x-zip-compressed"),
    ".gz": ("application/gzip", "application/x-gzip"),
    ".json": ("application/json", "application/geo+json", "text/plain"),
    ".geojson": ("application/json", "application/geo+json", "text/plain"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    ".gpkg": ("application/geopackage+sqlite3", "application/x-sqlite3"),
    ".parquet": ("application/vnd.apache.parquet",),
}
_ANY_FILE = ("application/octet-stream", "binary/octet-stream", "")


@dataclass(frozen=True)
class Collected:
    """A file that is here. changed: whether its bytes are new. note: what a person should know of it."""

    path: Path
    changed: bool
    note: str = ""


def collect(
    source: FileSource | PoliceSource | ArcgisSource, folder: Path, client: Client, *, today: date, area: BaseGeometry | None = None
) -> tuple[Collected, ...]:
    """Bring a source's files into a folder. area: the force's area in WGS84, for the crimes of the police.uk API.

    Raises SourceUnavailable where asking later may help and FeedError where it would not; files that came before that are in the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(source, FileSource):
        return _files(source, folder, client, today)
    if isinstance(source, ArcgisSource):
        pulled = pull_layer(client, source, folder)
        return (Collected(pulled.path, pulled.changed, f"{pulled.features:,} features in {pulled.requests} requests"),)
    return _police(source, folder, PoliceApi(client, source.url), area)


def _files(source: FileSource, folder: Path, client: Client, today: date) -> tuple[Collected, ...]:
    if not source.by_month:
        return (_collected(_download(source, source.url, source.file_name, folder, client)),)
    newest = add_months(today.replace(day=1), -1)
    collected: list[Collected] = []
    missing: NotThere | None = None
    for back in range(source.months - 1, -1, -1):
        month = f"{add_months(newest, -back):%Y-%m}"
        name = source.file_name.replace("{month}", month)
        try:
            collected.append(_collected(_download(source, source.url.replace("{month}", month), name, folder, client)))
        except NotThere as error:
            # the newest month is published some weeks late, and older ones have gaps; a gap is a gap, the other months still count
            missing = error
    if missing is not None and not collected:
        raise missing
    return tuple(collected)


def _download(source: FileSource, url: str, name: str, folder: Path, client: Client) -> Fetched:
    suffix = Path(name).suffix.lower()
    types = source.content_types or [*_TYPES.get(suffix, ()), *_ANY_FILE]
    return client.download(url, folder / name, content_types=types, sha256=source.sha256)


def _collected(fetched: Fetched) -> Collected:
    return Collected(fetched.path, fetched.changed, f"resumed at byte {fetched.resumed_from:,}" if fetched.resumed_from else "")


def _police(source: PoliceSource, folder: Path, api: PoliceApi, area: BaseGeometry | None) -> tuple[Collected, ...]:
    published = api.months()
    held = sorted(m for m, forces in published.items() if source.data == "crimes" or source.force in forces)[-source.months :]
    if not held:
        raise SourceUnavailable(f"no month of {source.data} of {source.force} is published", where="police.uk API")
    collected: list[Collected] = []
    for month in held:
        if source.data == "stops":
            bulk = stop_search_file(api.stops_of_force(source.force, month), month, force=source.force)
            collected.append(_written(folder, bulk, ""))
            continue
        if area is None:
            # on a first start the boundary may be on its way in: it passes by itself, so it is asked again as for a server that is down
            raise SourceUnavailable(
                "the area of the force is not known yet", where=source.force, hint="load the police force areas' boundaries first."
            )
        found = api.crimes(area, month)
        unmapped = api.crimes_without_location(source.force, month)
        bulk = street_file(
            [*found.records, *unmapped], month, force=source.force, force_name=source.force_name, categories=api.categories(month)
        )
        note = f"{found.questions} questions; left out: {bulk.left_out:,} of the British Transport Police, {found.outside:,} beyond the edge"
        collected.append(_written(folder, bulk, note))
    return tuple(collected)


def _written(folder: Path, bulk: BulkFile, note: str) -> Collected:
    path = folder / bulk.name
    same = path.is_file() and path.read_bytes() == bulk.data
    if not same:
        write_atomically(path, bulk.data)
    return Collected(path, not same, note)
