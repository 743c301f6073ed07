"""Files offered to the feeds without a store: what each is taken for, and what its rows come to. Nothing is loaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.contracts import WGS84
from core.errors import FeedError
from core.settings import RegionSettings
from feeds.catalogue.feed import Catalogue, Feed, read_catalogue
from feeds.loading.delivery import Screened, prepare
from feeds.reading.recognise import Recognised, discover
from feeds.reading.vector import PLAUSIBLE
from feeds.shapes.scope import Box, Scope
from tests.builders.feeds_files import REGION


class KnownScope(Scope):
    """What a store would know of places: given, not asked for."""

    def __init__(self, region: RegionSettings = REGION, codes: dict[tuple[str, str], frozenset[str]] | None = None) -> None:
        super().__init__(region)
        self.__dict__ |= {
            "region_codes": {},
            "known_codes": codes or {},
            "postcodes": frozenset(),
            "postcode_points": pd.DataFrame({"lon": [], "lat": []}),
        }

    @property
    def outline(self) -> None:
        return None

    def plausible_box(self, furthest_km: float) -> Box:
        return Box(*PLAUSIBLE[WGS84])


@dataclass(frozen=True)
class Offered:
    """One file: its feed ('' unknown), the refusal or the word about it, its screened rows where it was read."""

    label: str
    feed: str = ""
    message: str = ""
    screened: Screened | None = None
    slot: str = ""

    @property
    def accepted(self) -> dict[str, list[str]]:
        assert self.screened is not None, self.message
        found: dict[str, list[str]] = self.screened.accepted.table.to_pydict()
        return found

    @property
    def reasons(self) -> list[tuple[int, str]]:
        """Line and reason of each rejected row."""
        assert self.screened is not None, self.message
        return [(r.line, f"{r.field}: {r.reason}") for r in self.screened.screening.rejected_rows()]

    @property
    def told(self) -> str:
        assert self.screened is not None, self.message
        told = self.screened.notes.get("told", [])
        return "; ".join(told) if isinstance(told, list) else ""


def offered(folder: Path, catalogue: Catalogue | None = None, scope: Scope | None = None) -> list[Offered]:
    """Every file of a folder, or the one file."""
    found = []
    for one in discover(folder, catalogue or read_catalogue()):
        if not isinstance(one, Recognised):
            found.append(Offered(one.label, message=one.message))
        elif one.feed is None:
            found.append(Offered(one.source.label, message=one.why))
        elif not one.feed.writes:
            found.append(Offered(one.source.label, one.feed.id, one.feed.unused))
        else:
            try:
                ready = prepare(one, scope or KnownScope())
                found.append(Offered(one.source.label, one.feed.id, "", ready.screened, one.slot))
            except FeedError as error:
                found.append(Offered(one.source.label, one.feed.id, str(error)))
    return found


def only(folder: Path, *feeds: Feed) -> Offered:
    """The one file of a folder, offered to the shipped catalogue or to these feeds alone."""
    (one,) = offered(folder, Catalogue(feed=list(feeds)) if feeds else None)
    return one


def feed(
    feed_id: str = "a_feed", *, columns: Iterable[str] = (), file_name: str = "", slot: str = "", writes: Any = None, **more: Any
) -> Feed:
    """An open feed by the keys of the catalogue; of indicators of LSOA 2021 by code, Year and FSM unless it says otherwise."""
    if writes is None:
        value = {"indicator": "fsm", "label": "Free school meals", "unit": "count", "column": "FSM", "minimum": 0}
        writes = [
            {"shape": "indicator", "geography": "lsoa", "edition": "2021", "code": "LSOA code", "period_column": "Year", "values": [value]}
        ]  # fmt: skip
    columns = list(columns) or ["LSOA code", "Year", "FSM"]
    return Feed.model_validate(
        {
            "id": feed_id, "title": "A feed", "publisher": "Someone", "licence": "Open", "sensitivity": "open", "slot": slot,
            "writes": writes,
            "recognise": {"file_name": file_name, "columns": columns}, **more,
        }
    )  # fmt: skip


def partner_events(**more: Any) -> Feed:
    """A feed of attendances after assaults, as in the Cardiff model."""
    event = {
        "shape": "event", "series": "partner", "month": "Attendance date", "month_format": "%d/%m/%Y", "category": "Weapon",
        "categories": ["Fist", "Glass", "Knife", "Other"], "hour": "Time", "postcode": "Postcode",
    }  # fmt: skip
    columns = ["Attendance date", "Time", "Weapon", "Postcode"]
    return feed("events", columns=columns, writes=[event], period={"rule": "column"}, **more)


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    """An .xlsx workbook of these sheets."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def zipped(members: dict[str, bytes] | list[tuple[str, bytes]]) -> bytes:
    """A ZIP archive; as a list, one name may stand twice."""
    import warnings

    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)
        for name, data in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, data)
    return buffer.getvalue()
