"""A layer of an ArcGIS FeatureServer as one GeoJSON file: page after page, and then counted.

REST API reference: https://developers.arcgis.com/rest/services-reference/enterprise/query-feature-service-layer-.htm. Two ways to page:
resultOffset with a fixed order where the layer supports it, else the list of object ids in pieces. Errors come as HTTP 200 with an
`error` member. A layer can change while it is read, so the features are held against returnCountOnly at the end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import FeedError
from feeds.catalogue.source import ArcgisSource
from feeds.fetching.client import Client, SourceUnavailable

# ids travel in the body of a POST, so a piece is bounded by what a server likes to answer, not by the length of an address
_PIECE = 500
_LARGEST_PAGE = 2000
_BUSY = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Layer:
    """What the layer says of itself."""

    name: str
    id_field: str
    page_size: int
    can_page: bool
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Pulled:
    """A layer that is here, whole."""

    path: Path
    features: int
    requests: int
    changed: bool


class FeatureServer:
    """Questions to one layer. Raises SourceUnavailable and FeedError as `feeds.fetching.client.Client` does."""

    def __init__(self, client: Client, source: ArcgisSource) -> None:
        self._client, self._source = client, source
        self.requests = 0

    def layer(self) -> Layer:
        """The layer's own description; FeedError where it cannot give GeoJSON or lacks a field that the catalogue names."""
        told = self._ask("", {})
        formats = str(told.get("supportedQueryFormats", "")).lower()
        if "geojson" not in formats:
            raise self._wrong("the layer does not offer GeoJSON", "name the layer of a FeatureServer of version 10.4 or later.")
        fields = tuple(f["name"] for f in told.get("fields") or [] if isinstance(f, dict) and "name" in f)
        missing = [f for f in self._source.fields if f != "*" and f not in fields]
        if missing:
            raise self._wrong(
                f"the layer has no field {', '.join(missing)}",
                f"it has {', '.join(fields[:20])}; correct source.fields in the catalogue.",
            )
        ids = told.get("objectIdField") or next(
            (f["name"] for f in told.get("fields") or [] if f.get("type") == "esriFieldTypeOID"), ""
        )
        if not ids:
            raise self._wrong("the layer does not say which field is its object id", "ask the publisher.")
        page = told.get("maxRecordCount")
        size = min(page, _LARGEST_PAGE) if isinstance(page, int) and page > 0 else _PIECE
        can_page = bool((told.get("advancedQueryCapabilities") or {}).get("supportsPagination"))
        return Layer(str(told.get("name", "")), ids, size, can_page, fields)

    def count(self) -> int:
        """How many features the layer says it has."""
        told = self._ask("/query", {"where": self._source.where, "returnCountOnly": "true"}).get("count")
        if not isinstance(told, int) or told < 0:
            raise self._wrong("the layer does not say how many features it has", "ask the publisher.")
        return told

    def features(self, layer: Layer) -> Iterator[dict[str, Any]]:
        """Every feature once, by object id."""
        seen: set[object] = set()
        for page in self._by_offset(layer) if layer.can_page else self._by_ids(layer):
            before = len(seen)
            for feature in page:
                key = self._id_of(feature, layer)
                if key not in seen:
                    seen.add(key)
                    yield feature
            if page and len(seen) == before:
                # a server that does not know resultOffset would give its first page for ever
                raise self._wrong("the layer gives the same page again and again", "ask the publisher.")

    def _by_offset(self, layer: Layer) -> Iterator[list[dict[str, Any]]]:
        offset = 0
        while True:
            # without an order, the server may give a feature on two pages and another on none
            told = self._page({"resultOffset": offset, "resultRecordCount": layer.page_size, "orderByFields": layer.id_field})
            page = told["features"]
            yield page
            offset += len(page)
            if not page or not _is_partial(told, len(page), layer.page_size):
                return

    def _by_ids(self, layer: Layer) -> Iterator[list[dict[str, Any]]]:
        told = self._ask("/query", {"where": self._source.where, "returnIdsOnly": "true"})
        ids = told.get("objectIds")
        if not isinstance(ids, list):
            raise self._wrong("the layer does not list its object ids", "ask the publisher.")
        ids = sorted(ids)
        size = min(layer.page_size, _PIECE)
        for start in range(0, len(ids), size):
            yield self._page({"objectIds": ",".join(str(i) for i in ids[start : start + size])})["features"]

    def _page(self, params: dict[str, str | int]) -> dict[str, Any]:
        wanted: dict[str, str | int] = {
            "where": self._source.where,
            "outFields": ",".join(self._source.fields),
            "outSR": 4326,
            "returnGeometry": "true",
        }
        told = self._ask("/query", {**wanted, **params}, answer="geojson")
        if told.get("type") != "FeatureCollection" or not isinstance(told.get("features"), list):
            raise self._wrong("a page is not a GeoJSON feature collection", "ask the publisher.")
        return told

    def _id_of(self, feature: dict[str, Any], layer: Layer) -> object:
        key = feature.get("id", (feature.get("properties") or {}).get(layer.id_field))
        if key is None:
            raise self._wrong(f"a feature has no {layer.id_field}", "add it to source.fields in the catalogue.")
        return key

    def _ask(self, path: str, params: dict[str, str | int], *, answer: str = "json") -> dict[str, Any]:
        self.requests += 1
        told = self._client.get_json(self._source.url + path, {**params, "f": answer}, post="objectIds" in params).content
        if not isinstance(told, dict):
            raise self._wrong("its answer is not a JSON object", "ask the publisher.")
        fault = told.get("error")
        if isinstance(fault, dict):
            code = fault.get("code")
            if code in _BUSY:
                raise SourceUnavailable(f"the service answers with its own error {code}", where=self._where)
            raise self._wrong(f"the service answers with its own error {code}", "look up the layer's present address.")
        return told

    @property
    def _where(self) -> str:
        return self._source.url.partition("://")[2]

    def _wrong(self, what: str, hint: str) -> FeedError:
        return FeedError(what, where=self._where, hint=hint)


def _is_partial(told: dict[str, Any], got: int, asked: int) -> bool:
    """Whether more is to come. exceededTransferLimit stands at the top or, in GeoJSON, under properties; servers that never send it fill
    their pages, so a full page without the word is followed by another question."""
    inner = told.get("properties")
    for holder in (told, inner if isinstance(inner, dict) else {}):
        if isinstance(holder.get("exceededTransferLimit"), bool):
            return bool(holder["exceededTransferLimit"])
    return got >= asked


def pull_layer(client: Client, source: ArcgisSource, folder: Path) -> Pulled:
    """The layer as folder/source.file_name, one feature a line, in order of object id; the old file stays where anything goes wrong.

    Raises SourceUnavailable where the pages do not add up to the count that the layer gives after they were read: it changed in between.
    """
    server = FeatureServer(client, source)
    layer = server.layer()
    target = folder / source.file_name
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    written = 0
    try:
        with beside.open("w", encoding="utf-8") as handle:
            handle.write('{"type": "FeatureCollection", "features": [\n')
            for feature in server.features(layer):
                handle.write(",\n" if written else "")
                handle.write(json.dumps(feature, ensure_ascii=False))
                written += 1
            handle.write("\n]}\n")
            handle.flush()
            os.fsync(handle.fileno())
        said = server.count()
        if written != said:
            raise SourceUnavailable(
                f"its pages hold {written:,} features, and it says it has {said:,}", where=source.url.partition("://")[2]
            )
        if not written:
            raise FeedError("the layer is empty", where=source.url.partition("://")[2], hint="check source.where in the catalogue.")
        same = target.is_file() and target.read_bytes() == beside.read_bytes()
        if not same:
            beside.replace(target)
        return Pulled(target, written, server.requests, not same)
    finally:
        beside.unlink(missing_ok=True)
