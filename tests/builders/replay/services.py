"""The police.uk API and an ArcGIS FeatureServer, played on this machine from invented records, with their limits and their faults."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import shapely

from tests.builders.replay.server import Asked, Behaviour, ReplayServer, Reply, in_json, status

CATEGORIES = {
    "all-crime": "All crime",
    "anti-social-behaviour": "Anti-social behaviour",
    "violent-crime": "Violence and sexual offences",
}
_IDS = itertools.count(1000)


def crime(
    x: float, y: float, *, month: str = "2025-11", category: str = "violent-crime", location_type: str = "Force"
) -> dict[str, Any]:
    """One crime as the API gives it (https://data.police.uk/docs/method/crime-street/)."""
    number = next(_IDS)
    asb = category == "anti-social-behaviour"
    return {
        "category": category, "location_type": location_type, "context": "", "month": month, "id": number, "location_subtype": "",
        "location": {"latitude": f"{y:.6f}", "longitude": f"{x:.6f}", "street": {"id": 1, "name": "On or near Example Road"}},
        "persistent_id": "" if asb else f"{number:064x}",
        "outcome_status": None if asb else {"category": "Under investigation", "date": month},
    }  # fmt: skip


def unmapped(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "location": None, "location_type": None}


def stop(x: float | None, y: float | None, **changed: Any) -> dict[str, Any]:
    """One stop as the API gives it (https://data.police.uk/docs/method/stops-force/); nothing tells two alike apart."""
    place = (
        None if x is None else {"latitude": f"{y:.6f}", "longitude": f"{x:.6f}", "street": {"id": 1, "name": "On or near A Road"}}
    )
    return {
        "age_range": "18-24", "officer_defined_ethnicity": "White", "involved_person": True, "self_defined_ethnicity": None,
        "gender": "Male", "legislation": "Misuse of Drugs Act 1971 (section 23)", "outcome_linked_to_object_of_search": None,
        "datetime": "2025-11-06T22:45:00+00:00", "outcome_object": {"id": "", "name": ""}, "location": place,
        "object_of_search": "Controlled drugs", "operation": False, "outcome": False, "type": "Person search", "operation_name": None,
        "removal_of_more_than_outer_clothing": None, **changed,
    }  # fmt: skip


@dataclass
class FakePolice:
    """The API's questions that Homeground asks. A polygon's own edge belongs to nobody here: the hardest reading of the documentation."""

    crimes: list[dict[str, Any]] = field(default_factory=list)
    crimes_unmapped: list[dict[str, Any]] = field(default_factory=list)
    stops: list[dict[str, Any]] = field(default_factory=list)
    months: dict[str, list[str]] = field(default_factory=lambda: {"2025-11": ["thames-valley"]})
    limit: int = 10_000

    def serve(self, server: ReplayServer) -> str:
        """Set the API up below /api; returns its address."""
        server.serve("/api/crime-last-updated", in_json({"date": "2026-01-05"}))
        server.serve("/api/crimes-street-dates", in_json([{"date": m, "stop-and-search": f} for m, f in self.months.items()]))
        server.serve("/api/crime-categories", in_json([{"url": k, "name": v} for k, v in CATEGORIES.items()]))
        server.serve("/api/crimes-street/all-crime", self._in_polygon(self.crimes))
        server.serve("/api/crimes-no-location", in_json(self.crimes_unmapped))
        server.serve("/api/stops-street", self._in_polygon([s for s in self.stops if s["location"]]))
        server.serve("/api/stops-force", in_json(self.stops))
        server.serve("/api/stops-no-location", in_json([s for s in self.stops if not s["location"]]))
        return server.url("/api")

    def _in_polygon(self, records: list[dict[str, Any]]) -> Behaviour:
        x = [float(r["location"]["longitude"]) for r in records]
        y = [float(r["location"]["latitude"]) for r in records]

        def behave(asked: Asked, reply: Reply) -> None:
            if asked.method == "GET" and asked.target_length > 4094:
                status(400)(asked, reply)
                return
            corners = [tuple(map(float, pair.split(","))) for pair in asked.fields["poly"].split(":")]
            inside = shapely.contains_xy(shapely.Polygon([(lon, lat) for lat, lon in corners]), x, y)
            found = [
                r for r, is_in in zip(records, inside, strict=True) if is_in and r.get("month", "2025-11") == asked.fields["date"]
            ]
            (status(503) if len(found) > self.limit else in_json(found))(asked, reply)

        return behave


@dataclass
class FakeFeatureServer:
    """One layer. page_size is what it gives at most; says_partial: whether it says that there is more."""

    features: list[dict[str, Any]]
    page_size: int = 100
    can_page: bool = True
    says_partial: bool = True
    formats: str = "JSON, geoJSON, PBF"
    # what returnCountOnly answers, where it is not the truth
    says_count: int | None = None
    ignores_offset: bool = False
    fields: tuple[str, ...] = ("LSOA21CD", "LSOA21NM")

    def serve(self, server: ReplayServer, path: str = "/rest/services/LSOA/FeatureServer/0") -> str:
        server.serve(path, in_json(self.description()))
        server.serve(path + "/query", self._query)
        return server.url(path)

    def description(self) -> dict[str, Any]:
        return {
            "name": "LSOA_2021", "objectIdField": "FID", "maxRecordCount": self.page_size, "supportedQueryFormats": self.formats,
            "advancedQueryCapabilities": {"supportsPagination": self.can_page},
            "fields": [{"name": n, "type": "esriFieldTypeString"} for n in self.fields],
        }  # fmt: skip

    def _query(self, asked: Asked, reply: Reply) -> None:
        told = asked.fields
        if told.get("returnCountOnly"):
            in_json({"count": len(self.features) if self.says_count is None else self.says_count})(asked, reply)
            return
        if told.get("returnIdsOnly"):
            in_json({"objectIdFieldName": "FID", "objectIds": [f["id"] for f in reversed(self.features)]})(asked, reply)
            return
        if "objectIds" in told:
            wanted = {int(i) for i in told["objectIds"].split(",")}
            chosen = [f for f in self.features if f["id"] in wanted]
            page, more = chosen[: self.page_size], len(chosen) > self.page_size
        else:
            first = 0 if self.ignores_offset else int(told.get("resultOffset", 0))
            asked_for = min(int(told.get("resultRecordCount", self.page_size)), self.page_size)
            page, more = self.features[first : first + asked_for], first + asked_for < len(self.features)
        answer: dict[str, Any] = {"type": "FeatureCollection", "features": page}
        if self.says_partial and more:
            answer["properties"] = {"exceededTransferLimit": True}
        reply.whole(200, json.dumps(answer).encode(), "application/geo+json")


def lsoa_features(n: int) -> list[dict[str, Any]]:
    """Squares in a row near Oxford, each with an invented code of the right form."""
    return [
        {
            "type": "Feature", "id": i + 1,
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[-1.3 + 0.001 * (i + dx), 51.7 + 0.001 * dy] for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]],
            },
            "properties": {"FID": i + 1, "LSOA21CD": f"E01{i:06d}", "LSOA21NM": f"Example {i:03d}A"},
        }
        for i in range(n)
    ]  # fmt: skip
