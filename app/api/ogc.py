"""OGC API - Features, Part 1 (OGC 17-069r4): the released areas with their figures, as QGIS and other programs for maps open them.

Classes core, GeoJSON and OpenAPI 3.0, in WGS84 (CRS84). Read by the community credential out of what was published, as every page is.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app import process
from app.api.content import LEVELS, LICENCE
from app.api.layers import Box, Layer, columns, layer_of, type_of
from app.look import wording
from app.web.answers import json_unreadable
from app.web.kept_pages import Endpoint, Page
from core.db import Role
from core.errors import UserError
from published.release import Release, current_release

Keep = Callable[..., Endpoint]
Json = dict[str, Any]
ROOT = "/ogc"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS_TO = tuple(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{c}" for c in ("core", "geojson", "oas30"))
USUALLY, MOST = 1_000, 10_000
# of a collection that are kept; a nation of neighbourhoods has 36
_MOST_PAGES = 50
_GEOJSON, _JSON, _OPENAPI = "application/geo+json", "application/json", "application/vnd.oai.openapi+json;version=3.0"
_SCHEMA = "application/schema+json"
_PARQUET = "application/vnd.apache.parquet"
_COLUMNS = (
    "Columns of a kind: its count, or the ends of its range; its rate per 1,000 people in a year with the 95% interval, or the"
    " ends of that."
)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?", re.IGNORECASE)
_FORMATS = ("json", "geojson")


class Refused(Exception):
    """A request that the standard answers with 400. The text says what is wrong."""


@dataclass(frozen=True)
class Asked:
    """What of a collection is asked for. boxes: one, or two across the 180th meridian; None: everywhere. days: open ends are None."""

    limit: int = USUALLY
    offset: int = 0
    bbox: str = ""
    boxes: tuple[Box, ...] | None = None
    datetime: str = ""
    days: tuple[date | None, date | None] | None = None

    def address(self, offset: int) -> str:
        """The words of an address for another page of the same."""
        asked = {"limit": self.limit, "offset": offset, "bbox": self.bbox, "datetime": self.datetime}
        return urlencode({k: v for k, v in asked.items() if v != ""})


def routes(keep: Keep) -> list[Route]:
    def kept(make: Callable[[Release, Request], Json | None], media: str = _JSON) -> Endpoint:
        return keep(_answer(make, media), _name)

    items = _answer(_items, _GEOJSON)
    return [
        Route(ROOT, kept(_landing)),
        Route(f"{ROOT}/api", kept(_openapi, _OPENAPI)),
        Route(f"{ROOT}/conformance", kept(lambda _release, _request: {"conformsTo": list(CONFORMS_TO)})),
        Route(f"{ROOT}/collections", kept(_collections)),
        Route(ROOT + "/collections/{level}", kept(_collection)),
        Route(ROOT + "/collections/{level}/schema", kept(_schema, _SCHEMA)),
        Route(ROOT + "/collections/{level}/items", _without_a_box(keep(items, _name), items)),
        Route(ROOT + "/collections/{level}/items/{code}", kept(_item, _GEOJSON)),
    ]


def _without_a_box(kept: Endpoint, made: Page) -> Callable[[Request], Awaitable[Response]]:
    """Pages as clients turn them are kept; hardly two ask for the same box, time or number of areas."""

    async def endpoint(request: Request) -> Response:
        return await (kept(request) if _is_usual(request) else run_in_threadpool(made, request))

    return endpoint


def _is_usual(request: Request) -> bool:
    """Whether a whole collection is asked for by pages of the usual or the largest size: there are few of them, so that nobody can push
    out what others ask for."""
    try:
        asked = _asked(request)
    except Refused:
        return False
    by_pages = asked.limit in (USUALLY, MOST) and asked.offset % asked.limit == 0 and asked.offset < _MOST_PAGES * asked.limit
    return by_pages and asked.boxes is None and not asked.datetime


def _name(request: Request) -> str:
    """What an answer that is kept depends on, in one spelling."""
    try:
        asked = _asked(request)
    except Refused:
        return f"{ROOT} refused"
    return f"{_root(request)} {request.url.path} {asked.limit} {asked.offset}"


def _root(request: Request) -> str:
    return (process.public_url() or str(request.base_url).rstrip("/")) + ROOT


def _answer(make: Callable[[Release, Request], Json | str | None], media: str) -> Page:
    def answer(request: Request) -> Response:
        try:
            _asked(request)
            release = current_release(Role.COMMUNITY)
            made = None if release is None else make(release, request)
        except Refused as refused:
            return JSONResponse({"code": "InvalidParameterValue", "description": str(refused)}, status_code=400)
        except UserError:
            return json_unreadable()
        if made is None:
            return JSONResponse({"code": "NotFound", "description": "nothing of that name was published"}, status_code=404)
        text = made if isinstance(made, str) else json.dumps(made, ensure_ascii=False, separators=(",", ":"))
        return Response(text, media_type=media)

    return answer


def _asked(request: Request) -> Asked:
    """Raises Refused for a parameter that is unknown to the path or has no value that it can have, as the standard demands."""
    given = request.query_params
    known = {"f"} | ({"limit", "offset", "bbox", "datetime"} if request.url.path.endswith("/items") else set())
    for name in given:
        if name not in known:
            raise Refused(f"there is no parameter {name[:40]!r} here; there are: {', '.join(sorted(known))}")
    if given.get("f", "json") not in _FORMATS:
        raise Refused(f"f is one of: {', '.join(_FORMATS)}")
    limit = _whole("limit", given.get("limit"), USUALLY)
    if limit < 1:
        raise Refused("limit is 1 or more")
    bbox, moment = given.get("bbox", ""), given.get("datetime", "")
    return Asked(
        limit=min(limit, MOST),
        offset=_whole("offset", given.get("offset"), 0),
        bbox=bbox,
        boxes=_boxes(bbox) if "bbox" in given else None,
        datetime=moment,
        days=_days(moment) if "datetime" in given else None,
    )


def _whole(name: str, given: str | None, otherwise: int) -> int:
    if given is None:
        return otherwise
    if not (given.isascii() and given.isdecimal() and len(given) <= 9):
        raise Refused(f"{name} is a whole number")
    return int(given)


def _boxes(given: str) -> tuple[Box, ...]:
    parts = given.split(",")
    try:
        numbers = [float(p) for p in parts]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise Refused("bbox is four or six numbers: west, south, east, north in degrees")
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if south > north:
        raise Refused("the south of bbox lies north of its north")
    return ((west, south, east, north),) if west <= east else ((west, south, 180.0, north), (-180.0, south, east, north))


def _days(given: str) -> tuple[date | None, date | None]:
    """An instant as the day that it is in; of a span both ends, None where '..' or nothing leaves one open."""
    ends = given.split("/")
    try:
        found = [None if len(ends) == 2 and e in ("", "..") else date.fromisoformat(_DAY.fullmatch(e)[1]) for e in ends]  # type: ignore[index]
    except (TypeError, ValueError):
        found = []
    if len(found) not in (1, 2):
        raise Refused("datetime is a moment such as 2025-01-31T00:00:00Z, or two of them with / between")
    first, last = found[0], found[-1]
    if first is not None and last is not None and first > last:
        raise Refused("datetime begins after it ends")
    return first, last


def _link(rel: str, href: str, media: str = _JSON, title: str = "") -> Json:
    return {"rel": rel, "href": href, "type": media} | ({"title": title} if title else {})


def _landing(release: Release, request: Request) -> Json:
    root = _root(request)
    return {
        "title": f"Homeground, {release.region_name}: published figures",
        "description": "Areas with the figures that were released of them. Read a withheld figure as its range and never as 0.",
        "links": [
            _link("self", root, title="This document"),
            _link("service-desc", f"{root}/api", _OPENAPI, "What may be asked"),
            _link("conformance", f"{root}/conformance", title="What of the standard holds"),
            _link("data", f"{root}/collections", title="The collections"),
        ],
    }


def _collections(release: Release, request: Request) -> Json:
    root = _root(request)
    every = [_described(layer, root) for level in LEVELS if (layer := _layer(release, level)) is not None]
    return {"links": [_link("self", f"{root}/collections")], "collections": every}


def _collection(release: Release, request: Request) -> Json | None:
    layer = _layer(release, request.path_params["level"])
    return None if layer is None else _described(layer, _root(request))


def _layer(release: Release, level: str) -> Layer | None:
    """None for a level that the release has no area of."""
    return layer_of(release, level) if level in LEVELS and release.of(level) else None


def _described(layer: Layer, root: str) -> Json:
    covered = layer.release.covered
    at = f"{root}/collections/{layer.level}"
    plural = wording.capitalised(wording.GEOGRAPHY[layer.level]) + ("s" if layer.level != "all" else "")
    first = min((d[0] for d in layer.days), default=covered.period.start)
    last = max((d[1] for d in layer.days), default=covered.last_day)
    extent: Json = {
        "temporal": {
            "interval": [[f"{first}T00:00:00Z", f"{last}T23:59:59Z"]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    }
    if layer.around is not None:
        extent["spatial"] = {"bbox": [list(layer.around)], "crs": CRS84}
    return {
        "id": layer.level,
        "title": f"{plural} of {layer.release.region_name}",
        "description": f"Recorded crime and incidents, {covered}. {_COLUMNS}",
        "extent": extent,
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            _link("self", at),
            _link("items", f"{at}/items", _GEOJSON, plural),
            _link("describedby", f"{at}/schema", _SCHEMA, "Columns and their types"),
            _link("license", "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/", "text/html", LICENCE),
            _link("enclosure", f"{root.removesuffix(ROOT)}/download/outlines/{layer.level}.parquet", _PARQUET, "GeoParquet"),
        ],
    }


def _schema(release: Release, request: Request) -> Json | None:
    """A feature as a schema, in the words of OpenAPI 3.0: a program cannot tell the type of a column that is empty in the first areas.

    GDAL takes a type from a single word alone, so what may be null is said by `nullable` and not by a list of two types.
    """
    level = request.path_params["level"]
    layer = _layer(release, level)
    if layer is None:
        return None
    return {
        "title": f"{wording.capitalised(wording.GEOGRAPHY[level])} with its figures",
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": "string"},
            "geometry": {"type": "object"},
            "properties": {
                "type": "object",
                "properties": {name: {"type": type_of(name), "nullable": True} for name in columns(layer.release)},
                "required": list(columns(layer.release)),
                "additionalProperties": False,
            },
        },
    }


def _items(release: Release, request: Request) -> str | None:
    level, asked = request.path_params["level"], _asked(request)
    layer = _layer(release, level)
    if layer is None:
        return None
    found = list(range(len(layer.codes))) if asked.boxes is None else layer.within(asked.boxes)
    found = [n for n in found if _meets(layer.days[n], asked.days)]
    page = found[asked.offset : asked.offset + asked.limit]
    at = f"{_root(request)}/collections/{level}"
    links = [_link("self", f"{at}/items?{asked.address(asked.offset)}", _GEOJSON), _link("collection", at)]
    if asked.offset + asked.limit < len(found):
        links.append(_link("next", f"{at}/items?{asked.address(asked.offset + asked.limit)}", _GEOJSON))
    if asked.offset:
        links.append(_link("prev", f"{at}/items?{asked.address(max(0, asked.offset - asked.limit))}", _GEOJSON))
    features = ",".join(layer.features[n] for n in page)
    head = json.dumps({"type": "FeatureCollection", "numberMatched": len(found), "numberReturned": len(page), "links": links})
    return f'{head[:-1]}, "features": [{features}]}}'


def _meets(own: tuple[date, date], days: tuple[date | None, date | None] | None) -> bool:
    """Whether the months of a figure meet the days that are asked for."""
    if days is None:
        return True
    first, last = days
    return (first is None or first <= own[1]) and (last is None or last >= own[0])


def _item(release: Release, request: Request) -> Json | None:
    level, code = request.path_params["level"], request.path_params["code"]
    layer = _layer(release, level)
    if layer is None or code not in layer.codes:
        return None
    at = f"{_root(request)}/collections/{level}"
    feature: Json = json.loads(layer.features[layer.codes.index(code)])
    return feature | {"links": [_link("self", f"{at}/items/{code}", _GEOJSON), _link("collection", at)]}


def _openapi(release: Release, request: Request) -> Json:
    """OpenAPI 3.0, as the standard's class oas30 wants it."""
    return {
        "openapi": "3.0.3",
        "info": {"title": f"Homeground, {release.region_name}: OGC API - Features", "version": "1", "license": {"name": LICENCE}},
        "servers": [{"url": _root(request)}],
        "paths": dict(_paths()),
    }


def _paths() -> Iterator[tuple[str, Json]]:
    def of(summary: str, media: str, *parameters: Json) -> Json:
        fixed = {"name": "f", "in": "query", "required": False, "schema": {"type": "string", "enum": list(_FORMATS)}}
        answers = {
            "200": {"description": summary, "content": {media: {"schema": {"type": "object"}}}},
            "400": {"description": "A parameter that is unknown or cannot be so."},
            "404": {"description": "There is no such thing."},
            "503": {"description": "The figures cannot be read at the moment."},
        }
        return {"get": {"summary": summary, "parameters": [*parameters, fixed], "responses": answers}}

    def parameter(name: str, schema: Mapping[str, Any], where: str = "query", **more: Any) -> Json:
        return {"name": name, "in": where, "required": where == "path", "schema": dict(schema), **more}

    level = parameter("level", {"type": "string", "enum": list(LEVELS)}, "path")
    code = parameter("code", {"type": "string"}, "path")
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    yield "/", of("The landing page", _JSON)
    yield "/api", of("This description", _OPENAPI)
    yield "/conformance", of("What of the standard holds", _JSON)
    yield "/collections", of("The collections", _JSON)
    yield "/collections/{level}", of("One collection", _JSON, level)
    yield "/collections/{level}/schema", of("Columns and their types", _SCHEMA, level)
    yield (
        "/collections/{level}/items",
        of(
            "Areas with their figures",
            _GEOJSON,
            level,
            parameter("bbox", numbers, style="form", explode=False),
            parameter("datetime", {"type": "string"}),
            parameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUALLY}),
            parameter("offset", {"type": "integer", "minimum": 0, "default": 0}),
        ),
    )
    yield "/collections/{level}/items/{code}", of("One area with its figures", _GEOJSON, level, code)
