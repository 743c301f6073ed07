"""The police.uk API (https://data.police.uk/docs/): a force's crimes or stops of one month, complete.

A question about a polygon with more than 10,000 crimes is answered 503: the polygon is halved until every part is answered, and the parts
are joined by `feeds.live.police_cells` without repeats or losses. A GET longer than 4,094 characters is refused: such questions are POSTed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry.base import BaseGeometry

from core.errors import FeedError
from core.periods import month_from_text
from feeds.catalogue.source import POLICE_API
from feeds.fetching.client import Client
from feeds.live.police_cells import Cell, in_cells, within

Record = dict[str, Any]

# of 4,094 characters in all: the escapes of commas and colons, the host and the path need the rest
_LONGEST_POLY = 2500
_TOO_MANY = 503


@dataclass(frozen=True)
class Found:
    """Records of one month. questions: how many parts the area was asked in. outside: those beyond the area's edge, which were left out."""

    records: tuple[Record, ...]
    questions: int
    outside: int


class PoliceApi:
    """Questions to the API; base is its address. Every method raises what `feeds.fetching.client.Client` does."""

    def __init__(self, client: Client, base: str = POLICE_API) -> None:
        self._client = client
        self._base = base.rstrip("/")

    def months(self) -> dict[date, frozenset[str]]:
        """Months that are published, each with the forces whose stops are; a month that is not here is a gap, not a month without crime."""
        answer = self._ask("crimes-street-dates", {})
        try:
            return {month_from_text(m["date"]): frozenset(m["stop-and-search"]) for m in answer}
        except (TypeError, KeyError, ValueError) as error:
            raise changed("crimes-street-dates", "date and stop-and-search") from error

    def categories(self, month: date) -> dict[str, str]:
        """Names of the crime categories of a month, as the bulk files print them, by their id in the API."""
        answer = self._ask("crime-categories", {"date": f"{month:%Y-%m}"})
        try:
            return {c["url"]: c["name"] for c in answer}
        except (TypeError, KeyError) as error:
            raise changed("crime-categories", "url and name") from error

    def crimes(self, area: BaseGeometry, month: date) -> Found:
        """Crimes with a location in an area (WGS84). Their ids are compared once more: one that came twice is kept once."""
        found = self._of_area("crimes-street/all-crime", area, month)
        by_id: dict[Any, Record] = {}
        for record in found.records:
            by_id.setdefault(_value(record, "id", "crimes-street"), record)
        return Found(tuple(by_id[i] for i in sorted(by_id)), found.questions, found.outside)

    def crimes_without_location(self, force: str, month: date) -> tuple[Record, ...]:
        """A force's crimes that could not be mapped."""
        records = self._records(
            "crimes-no-location",
            self._ask("crimes-no-location", {"category": "all-crime", "force": force, "date": f"{month:%Y-%m}"}),
        )
        return tuple(sorted(records, key=lambda r: str(_value(r, "id", "crimes-no-location"))))

    def stops_of_force(self, force: str, month: date) -> tuple[Record, ...]:
        """A force's stops: those with a location from one question, those without from the other, so that none can count twice."""
        params = {"force": force, "date": f"{month:%Y-%m}"}
        mapped = self._records("stops-force", self._ask("stops-force", params))
        unmapped = self._records("stops-no-location", self._ask("stops-no-location", params))
        return (*(r for r in mapped if r.get("location") is not None), *unmapped)

    def _of_area(self, method: str, area: BaseGeometry, month: date) -> Found:
        questions = 0

        def ask(ring: list[tuple[float, float]], cell: Cell) -> list[Record] | None:
            nonlocal questions
            questions += 1
            # latitude first, as the API wants it
            poly = ":".join(f"{y},{x}" for x, y in ring)
            params = {"poly": poly, "date": f"{month:%Y-%m}"}
            handed = () if cell.is_smallest else (_TOO_MANY,)
            answer = self._client.get_json(f"{self._base}/{method}", params, post=len(poly) > _LONGEST_POLY, let_through=handed)
            return None if answer.status == _TOO_MANY else self._records(method, answer.content)

        kept: list[Record] = []
        points: list[tuple[float, float]] = []
        for cell, records in in_cells(area, ask):
            for record in records:
                point = _point(record, method)
                if cell.owns(*point):
                    kept.append(record)
                    points.append(point)
        inside = within(area, [p[0] for p in points], [p[1] for p in points])
        records_inside = tuple(record for record, is_in in zip(kept, inside, strict=True) if is_in)
        return Found(records_inside, questions, len(kept) - len(records_inside))

    def _ask(self, method: str, params: dict[str, str]) -> Any:
        return self._client.get_json(f"{self._base}/{method}", params).content

    def _records(self, method: str, content: Any) -> list[Record]:
        if not isinstance(content, list) or not all(isinstance(r, dict) for r in content):
            raise changed(method, "a list of records")
        return content


def changed(method: str, wanted: str) -> FeedError:
    """The error for an answer that is not built as documented."""
    return FeedError(
        f"the answer to {method} no longer holds {wanted}",
        where="police.uk API",
        hint="see https://data.police.uk/docs/ and https://data.police.uk/changelog/ for what has changed; nothing was stored.",
    )


def _value(record: Record, key: str, method: str) -> Any:
    if key not in record:
        raise changed(method, repr(key))
    return record[key]


def _point(record: Record, method: str) -> tuple[float, float]:
    try:
        return float(record["location"]["longitude"]), float(record["location"]["latitude"])
    except (KeyError, TypeError, ValueError) as error:
        raise changed(method, "a location's longitude and latitude") from error
