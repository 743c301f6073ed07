"""The interface in OpenAPI 3.1: what may be asked and what comes back. Tests hold every answer against it."""

from __future__ import annotations

from typing import Any

from app.api.content import LEVELS, ROOT
from core.languages.spoken import mark

_LEVEL = {
    "type": "string",
    "enum": list(LEVELS),
    "description": "lsoa: neighbourhood, msoa: local area, lad: district, force: police force area (where several supply figures),"
    " all: the whole area",
}
_TEXT = {"type": "string"}
_ANSWERS = (
    "figure",
    "earlier",
    "change",
    "comparison",
    "beside",
    "people",
    "when",
    "meaning",
    "choose",
    "refused",
    "not_understood",
    "nothing",
)
_TYPES = ("total", "partition", "overlay")
_COUNT = {"type": "integer", "minimum": 0}
_MONTH = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(
    properties: dict[str, Any], description: str = "", *, optional: tuple[str, ...] = (), open_: bool = False
) -> dict[str, Any]:
    found = {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": open_,
    }
    return found | ({"description": description} if description else {})


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


_NUMBER = {"type": "number", "minimum": 0}
_RATE = _object(
    {name: _or_null(_NUMBER) for name in ("per_1000", "lower_95", "upper_95", "lowest", "highest")},
    "Per 1,000 residents. A number has per_1000 with its 95% interval (Byar, exact below 10); a withheld one lowest and highest.",
)
_FIGURE = {
    "kind": _TEXT,
    "count": {**_or_null(_COUNT), "description": "null where it is withheld"},
    "symbol": {**_or_null({"enum": ["[c]", "[x]", "[k]", "[u]", "[z]"]}), "description": "why there is no count"},
    "range": {
        **_or_null(_object({"lowest": _COUNT, "highest": _COUNT})),
        "description": "the least and the most that the published figures leave possible for a withheld count",
    },
    "rate": {**_or_null(_ref("Rate")), "description": "over the months that were loaded"},
    "rate_a_year": {**_or_null(_ref("Rate")), "description": "the same for a year"},
    "withheld_because": _or_null(_TEXT),
}
_AREA = {
    "level": _LEVEL,
    "code": _TEXT,
    "edition": {**_TEXT, "description": "year of the boundaries"},
    "name": _TEXT,
    "label": {**_TEXT, "description": "the name that people use"},
    "residents": _or_null(_COUNT),
    "residents_reference": _or_null(_TEXT),
    "deprivation_tenth": {**_or_null({"type": "integer", "minimum": 1, "maximum": 10}), "description": "1 is the most deprived"},
    "deprivation_reference": _or_null(_TEXT),
    "parents": {"type": "object", "additionalProperties": _TEXT, "description": "codes of the areas around, by level"},
    "page": _TEXT,
}
_SCHEMAS: dict[str, Any] = {
    "Problem": _object({"error": _TEXT}),
    "Period": _object(
        {
            "first_month": _MONTH,
            "last_month": _MONTH,
            "months": _COUNT,
            "months_loaded": _or_null(_COUNT),
            "months_missing": _or_null(_list(_MONTH)),
            "words": _TEXT,
        },
        "A month that is missing is a gap and not a zero.",
    ),
    "Rate": _RATE,
    "Figure": _object(_FIGURE, "Exactly one of count and symbol is not null."),
    "Release": _object(
        {
            "release": _COUNT,
            "title": _TEXT,
            "published_at": {"type": "string", "format": "date-time"},
            "region": _TEXT,
            "synthetic": {"type": "boolean", "description": "true where places and figures are invented"},
            "smallest_number_shown": _COUNT,
            "levels": _list(_object({"level": _LEVEL, "areas": _COUNT, "period": _ref("Period")})),
            "kinds": _list(_object({**dict.fromkeys(("kind", "label", "description"), _TEXT), "type": {"enum": list(_TYPES)}})),
            "sources": _list(_object(dict.fromkeys(("title", "publisher", "licence", "edition", "period"), _TEXT))),
            "suppliers": {
                **_list(
                    _object(
                        {
                            **dict.fromkeys(("code", "name"), _TEXT),
                            "release": _COUNT,
                            **dict.fromkeys(("published_at", "taken_in_at"), _TEXT),
                            "period": _ref("Period"),
                            **dict.fromkeys(("figures", "figures_shown"), _COUNT),
                        }
                    )
                ),
                "description": "of a portal over several forces: whose figures these are; else none",
            },
            "licence": _TEXT,
            "certificate": _TEXT,
        }
    ),
    "Releases": _object(
        {
            "releases": _list(
                _object(
                    {
                        "release": _COUNT,
                        "title": _TEXT,
                        "status": {"enum": ["current", "superseded", "withdrawn"]},
                        "published_at": {"type": "string", "format": "date-time"},
                        "period": _ref("Period"),
                        "figures": _COUNT,
                        "figures_shown": _COUNT,
                        "withdrawn_because": _or_null(_TEXT),
                        "certificate": _or_null(_TEXT),
                    }
                )
            )
        }
    ),
    "Areas": _object(
        {"level": _LEVEL, "areas": _list(_object({**_AREA, "figures": {**_TEXT, "description": "where its figures are"}}))}
    ),
    "Area": _object({**_AREA, "release": _COUNT, "period": _ref("Period"), "figures": _list(_ref("Figure")), "licence": _TEXT}),
    "Figures": _object(
        {
            "level": _LEVEL,
            "kind": _TEXT,
            "label": _TEXT,
            "release": _COUNT,
            "period": _ref("Period"),
            "figures": _list(_object({"code": _TEXT, "label": _TEXT, "residents": _or_null(_COUNT), **_FIGURE})),
            "licence": _TEXT,
        }
    ),
    "Answer": _object(
        {
            "sort": {
                "enum": list(_ANSWERS),
                "description": "earlier: of a release before; choose: it may mean one of other_questions",
            },
            "refused_for": {**_or_null(_TEXT), "description": "why there is no figure"},
            "answer": _TEXT,
            "notes": {**_list(_TEXT), "description": "how the question was understood"},
            "word": {**_or_null(_TEXT), "description": "the word that was explained"},
            "release": _COUNT,
            "period": _or_null(_ref("Period")),
            "figures": _list(_object({"level": _LEVEL, "code": _TEXT, "label": _TEXT, **_FIGURE})),
            "links": _list(_ref("Link")),
            "other_questions": _list(_ref("Link")),
            "licence": _TEXT,
        },
        "One sentence of published figures, or that there is none. A closed grammar reads it; what that does not know gets no figure.",
    ),
    "Link": _object({"words": _TEXT, "address": _TEXT}),
    "Outlines": _object(
        {
            "type": {"const": "FeatureCollection"},
            "features": _list(
                _object(
                    {
                        "type": {"const": "Feature"},
                        "id": _TEXT,
                        "geometry": _object({"type": {"enum": ["Polygon", "MultiPolygon"]}, "coordinates": {"type": "array"}}),
                        "properties": {"type": "object"},
                    }
                )
            ),
        },
        "GeoJSON (RFC 7946), WGS84, simplified for a screen: about 30 m for the whole area, 10 m for one district.",
    ),
}


def _parameter(
    name: str, schema: dict[str, Any], description: str, *, where: str = "query", required: bool = False
) -> dict[str, Any]:
    return {"name": name, "in": where, "required": required, "description": description, "schema": schema}


_DISTRICT = _parameter(
    "district", {"type": "string", "pattern": "^[A-Za-z0-9_]{0,64}$"}, "Code of a district; left out: the whole area."
)
_KIND = {"type": "string", "pattern": "^[A-Za-z0-9_]{1,64}$"}


def _get(name: str, summary: str, schema: str, *parameters: dict[str, Any], media: str = "application/json") -> dict[str, Any]:
    problem = {"application/json": {"schema": _ref("Problem")}}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": list(parameters),
            "responses": {
                "200": {"description": summary, "content": {media: {"schema": _ref(schema)}}},
                "404": {"description": "There is no such thing.", "content": problem},
                "503": {"description": "The figures cannot be read at the moment.", "content": problem},
            },
        }
    }


def description() -> dict[str, Any]:
    """The whole document."""
    level = _parameter("level", _LEVEL, "Which areas.", where="path", required=True)
    code = _parameter(
        "code", {"type": "string", "pattern": "^[A-Za-z0-9]{1,20}$"}, "Code of the area.", where="path", required=True
    )
    kind = _parameter("kind", _KIND, "Which kind; the release names them.", where="path", required=True)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Homeground: published figures",
            "version": "1",
            "description": "Read only, open to all, no key. Every figure was released, and protects people: read withheld ones as their range"
            " and never as 0. An answer is kept for a minute and has an ETag. A release never changes; a newer one replaces it.",
            "license": {"name": "Open Government Licence v3.0", "identifier": "OGL-UK-3.0"},
        },
        "servers": [{"url": ROOT}],
        "paths": {
            "/release": _get("release", mark("The release that is shown now"), "Release"),
            "/releases": _get("releases", mark("Every release, newest first"), "Releases"),
            "/areas/{level}": _get("areas", mark("Areas of a level"), "Areas", level, _DISTRICT),
            "/areas/{level}/{code}": _get("area", mark("An area with its figures"), "Area", level, code),
            "/figures/{level}/{kind}": _get(
                "figures", mark("One kind in every area of a level"), "Figures", level, kind, _DISTRICT
            ),
            "/outlines/{level}": _get(
                "outlines",
                mark("Outlines of a level"),
                "Outlines",
                level,
                _DISTRICT,
                _parameter("kind", {"type": "string", "pattern": "^[A-Za-z0-9_]{0,64}$"}, "With the figures of this kind."),
                media="application/geo+json",
            ),
            "/answer": _get(
                "answer",
                mark("A question in words, answered from the published figures"),
                "Answer",
                _parameter("q", {"type": "string", "maxLength": 200}, "The question."),
                _parameter(
                    "about",
                    {"type": "string", "pattern": r"^(lsoa|msoa|lad|force|all)\.[A-Za-z0-9]{1,20}$"},
                    "Level and code of the area that is meant where the question names none.",
                ),
            ),
        },
        "components": {"schemas": _SCHEMAS},
    }
