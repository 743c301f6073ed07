"""A sheet of paper for a patrol: one side of A4, legible in black and white, as tagged PDF (PDF/UA-1).

What it says is made by whoever asks for it; here it is set. Unlike a brief it holds figures that are not published, so its handling stands at
the head and the foot, with who asked for it and when.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from briefs.pdf import set_in_type


@dataclass(frozen=True)
class Drawing:
    """An SVG and the words that stand for it."""

    svg: str
    alt: str


@dataclass(frozen=True)
class SheetPlace:
    """A line of the sheet. months: its months as a small drawing."""

    number: int
    name: str
    beside: str
    recorded: str
    why: str
    expected: str
    trend: str
    sure: str
    months: Drawing


@dataclass(frozen=True)
class Sheet:
    """stands: until when it may be followed; asked: who asked for it and when; notes: what one must know, in sentences; key: what the
    looks of the map mean."""

    title: str
    subtitle: str
    stands: str
    handling: str
    asked: str
    synthetic_label: str
    made_at: datetime
    places: tuple[SheetPlace, ...]
    map: Drawing | None
    key: str
    notes: tuple[str, ...]


def set_sheet(sheet: Sheet) -> bytes:
    """The PDF. InternalError where Typst refuses it."""
    day = sheet.made_at.astimezone(UTC).date()
    drawings = {f"months-{p.number}": p.months.svg for p in sheet.places}
    if sheet.map is not None:
        drawings["map"] = sheet.map.svg
    rows = [
        {k: v for k, v in asdict(p).items() if k != "months"} | {"months": f"months-{p.number}.svg", "alt": p.months.alt}
        for p in sheet.places
    ]
    data = {
        "title": sheet.title, "subtitle": sheet.subtitle, "stands": sheet.stands, "handling": sheet.handling, "asked": sheet.asked,
        "synthetic_label": sheet.synthetic_label, "date": [day.year, day.month, day.day], "places": rows,
        "map": "" if sheet.map is None else "map.svg", "map_alt": "" if sheet.map is None else sheet.map.alt, "key": sheet.key,
        "notes": list(sheet.notes),
    }  # fmt: skip
    return set_in_type("sheet", data, drawings, sheet.made_at)
