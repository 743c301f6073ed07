"""Records of the police.uk API as the bulk files of data.police.uk: the same names, columns, words and order every time.

What the API does not say stays empty: it prints no LSOA. Its crimes name no force but only whether it was a territorial one ("Force") or
the British Transport Police ("BTP"), who publish a file of their own; so a force's file holds the first kind and counts the second.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.errors import FeedError
from feeds.live.police_api import Record, changed

STREET_COLUMNS = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name", "Crime type",
    "Last outcome category", "Context",
)  # fmt: skip
STOP_COLUMNS = (
    "Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude", "Gender", "Age range",
    "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation", "Object of search", "Outcome",
    "Outcome linked to object of search", "Removal of more than just outer clothing",
)  # fmt: skip
# the bulk files' word for an outcome that the API gives as false
_NOTHING_FOUND = "Nothing found - no further action"
_NO_LOCATION = "No Location"
_BTP = "BTP"


@dataclass(frozen=True)
class BulkFile:
    """Name and bytes of a bulk file. left_out: crimes of the British Transport Police, which are in that force's own file."""

    name: str
    data: bytes
    rows: int
    left_out: int = 0


def street_file(records: Iterable[Record], month: date, *, force: str, force_name: str, categories: dict[str, str]) -> BulkFile:
    """A force's crimes of a month. FeedError where there are none, or a record is not built as documented."""
    rows: list[list[str]] = []
    left_out = 0
    for record in records:
        try:
            if record["location_type"] == _BTP:
                left_out += 1
                continue
            if record["month"] != f"{month:%Y-%m}":
                raise FeedError(f"a crime of {record['month']} came with those of {month:%Y-%m}", where="police.uk API")
            place = record["location"]
            outcome = record["outcome_status"]
            rows.append(
                [
                    record["persistent_id"] or "", record["month"], force_name, force_name,
                    place["longitude"] if place else "", place["latitude"] if place else "",
                    place["street"]["name"] if place else _NO_LOCATION, "", "",
                    _category(record["category"], categories), outcome["category"] if outcome else "", record["context"] or "",
                ]
            )  # fmt: skip
        except (KeyError, TypeError) as error:
            raise changed("crimes-street", f"what a bulk row needs ({error})") from error
    if not rows:
        raise _empty("crime", month)
    return BulkFile(f"{month:%Y-%m}-{force}-street.csv", _as_csv(STREET_COLUMNS, rows), len(rows), left_out)


def stop_search_file(records: Iterable[Record], month: date, *, force: str) -> BulkFile:
    """Stops of a month, sorted, because the API gives them no identity and no order. FeedError as above."""
    rows: list[list[str]] = []
    for record in records:
        try:
            place = record["location"]
            rows.append(
                [
                    _text(record["type"]), _text(record["datetime"]), _flag(record["operation"]), _text(record["operation_name"]),
                    place["latitude"] if place else "", place["longitude"] if place else "",
                    _text(record["gender"]), _text(record["age_range"]), _text(record["self_defined_ethnicity"]),
                    _text(record["officer_defined_ethnicity"]), _text(record["legislation"]), _text(record["object_of_search"]),
                    _outcome(record["outcome"]), _flag(record["outcome_linked_to_object_of_search"]),
                    _flag(record["removal_of_more_than_outer_clothing"]),
                ]
            )  # fmt: skip
        except (KeyError, TypeError) as error:
            raise changed("stops", f"what a bulk row needs ({error})") from error
    if not rows:
        raise _empty("stop", month)
    rows.sort(key=lambda row: (row[1], row))
    return BulkFile(f"{month:%Y-%m}-{force}-stop-and-search.csv", _as_csv(STOP_COLUMNS, rows), len(rows))


def _category(given: str, categories: dict[str, str]) -> str:
    if given not in categories:
        raise FeedError(
            "the API uses a crime category that its own list does not name",
            where=f"police.uk API, category {given!r}",
            hint="try again later.",
        )
    return categories[given]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _flag(value: object) -> str:
    """True, False, or nothing where the force did not say."""
    return str(value) if isinstance(value, bool) else ""


def _outcome(value: object) -> str:
    return _NOTHING_FOUND if value is False else _text(value)


def _empty(what: str, month: date) -> FeedError:
    return FeedError(
        f"not one {what} in {month:%B %Y}",
        where="police.uk API",
        hint="check the force and its area: a month without any is a gap in the publication, never a month without crime.",
    )


def _as_csv(columns: Iterable[str], rows: Iterable[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
