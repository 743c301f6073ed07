"""My patch on paper: the five places with their map, as one side of A4 that says until when it stands and who asked for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.hotspots.store import HotSpot
from app.look import wording
from app.look.outlines import bounds_of
from app.look.palette import LIGHT
from app.patch import streets
from app.patch.content import MyPatch, Place
from app.patch.sparkline import months_in_words, sparkline
from app.patch.streets import Ground
from app.patch.view import HEIGHT, WIDTH, View
from app.person.reading import Reader
from app.person.sign_in import ROLE_NAMES, Person
from briefs import drawing
from briefs.sheet import Drawing, Sheet, SheetPlace, set_sheet

# black on white, whatever the screen that it was asked on shows
PAPER = replace(
    LIGHT, page="#ffffff", text="#111111", muted="#444444", line="#888888", accent="#111111", outline="#555555",
    selected="#111111", neutral="#ffffff", pattern="#555555", sequential=("#ffffff",) * 5,
    hot=("#8a8a8a", "#bdbdbd", "#e4e4e4"), cold=("#ffffff",) * 3,
)  # fmt: skip
_KEY = (
    "Thick outline and number: the places of this sheet. Dark and middle grey: hot spots with 99% and 95% confidence. Dots: cold spots."
    " White: neither. North is up."
)
_GROUND_KEY = "Lines: roads, the wider the busier; dashed: railways. Roads and names:"


def patrol_sheet(
    content: MyPatch, person: Person, *, synthetic: bool, now: datetime | None = None, ground: Ground | None = None
) -> bytes:
    """The PDF, for this person. now: by default this minute; ground: the streets of the map, where any are loaded."""
    return set_sheet(sheet_of(content, person, synthetic=synthetic, now=now or datetime.now(tz=UTC), ground=ground))


def ground_of(content: MyPatch, reader: Reader, attribution: str) -> Ground | None:
    """The streets of the sheet's map, with what their publishers ask to be said; None where there is no map or nothing lies on it."""
    outlines = {s.code: s.outline for s in content.spots if s.outline is not None}
    numbered = [p for p in content.places if p.code in outlines]
    return streets.ground(reader, view_of(outlines, numbered), attribution) if numbered else None


def sheet_of(content: MyPatch, person: Person, *, synthetic: bool, now: datetime, ground: Ground | None = None) -> Sheet:
    """What the sheet says."""
    choice, patch = content.asked.choice, content.asked.patch
    when = now.astimezone(UTC)
    return Sheet(
        title=f"Patrol sheet: {patch.name}",
        subtitle=f"{content.asked.group.label}, {choice.covered}",
        stands=content.stands,
        handling=wording.HANDLING.removesuffix("."),
        asked=f"Asked for by {person.name}, {wording.lower(ROLE_NAMES[person.role])}, on {when.day} {when:%b %Y}, {when:%H:%M} UTC",
        synthetic_label="Synthetic data: these places and figures are invented." if synthetic else "",
        made_at=when,
        places=tuple(_line(p) for p in content.places),
        map=draw_map(content.spots, content.places, patch.name, ground),
        key=_KEY if ground is None else f"{_KEY} {_GROUND_KEY} {ground.attribution.rstrip('.')}.",
        notes=tuple(
            s
            for s in (
                content.order,
                content.missing,
                "Strong, fair, weak: how sure it is that a place stands out by more than chance; the rule is on the page My patch. It says"
                " where recorded harm clusters, not why, and nothing about any person. It is no reason to stop or search anybody.",
            )
            if s
        ),
    )


def _line(place: Place) -> SheetPlace:
    return SheetPlace(
        number=place.number,
        name=place.name,
        beside=place.beside,
        recorded=place.recorded,
        why=place.why,
        expected=place.expected,
        trend=place.trend or "no trend yet",
        sure=place.sure,
        months=Drawing(sparkline(place.series, PAPER), months_in_words(place.series) or "No month is loaded"),
    )


def view_of(outlines: Mapping[str, Mapping[str, Any]], numbered: Sequence[Place]) -> View:
    """The window of the sheet's map: round the numbered places."""
    return View.around(bounds_of({p.code: outlines[p.code] for p in numbered}))


def draw_map(spots: Sequence[HotSpot], places: Sequence[Place], name: str, ground: Ground | None = None) -> Drawing | None:
    """The places with their numbers among their neighbours, on their streets; None where no outline of them is held."""
    outlines = {s.code: s.outline for s in spots if s.outline is not None}
    numbered = [p for p in places if p.code in outlines]
    if not numbered:
        return None
    view = view_of(outlines, numbered)
    chosen = {p.code for p in numbered}
    shown = [s for s in spots if s.outline is not None and view.sees(s.outline)]
    below = "".join(f'<path d="{view.path(s.outline)}" fill="{_fill(s)}"/>' for s in shown if s.outline is not None)
    above = "".join(f'<path d="{view.path(outlines[code])}" fill="none"/>' for code in sorted(chosen))
    dots = (
        '<pattern id="dots" width="7" height="7" patternUnits="userSpaceOnUse"><rect width="7" height="7" fill="#ffffff"/>'
        '<circle cx="3" cy="3" r="1" fill="#111111"/></pattern>'
    )
    parts = [
        f'<defs>{dots}<clipPath id="sheet"><rect width="{WIDTH:g}" height="{HEIGHT:g}"/></clipPath></defs>',
        f'<g clip-path="url(#sheet)"><g stroke="{PAPER.outline}" stroke-width="0.6" stroke-linejoin="round">{below}</g>',
        "" if ground is None else streets.drawn(view, ground),
        f'<g stroke="{PAPER.text}" stroke-width="2.6" stroke-linejoin="round">{above}</g></g>',
        "" if ground is None else streets.names(view, ground, [view.xy(p.lon, p.lat) for p in numbered]),
        *(part for p in numbered for part in _number(view, p)),
        *drawing.scale_bar(14.0, HEIGHT - 14, view.per_m, most=WIDTH * 0.25),
        drawing.rect(0.5, 0.5, WIDTH - 1, HEIGHT - 1, stroke=PAPER.line),
    ]
    words = f"Map of {name} with the places numbered: " + "; ".join(f"{p.number}, {p.name}" for p in numbered)
    return Drawing(drawing.frame(WIDTH, HEIGHT, f"Map of {name}", words, parts), f"{words}.")


def _fill(spot: HotSpot) -> str:
    if spot.certainty is None or spot.certainty < 95:
        return PAPER.neutral
    return "url(#dots)" if spot.kind == "cold" else PAPER.hot[0 if spot.certainty >= 99 else 1]


def _number(view: View, place: Place) -> list[str]:
    x, y = view.xy(place.lon, place.lat)
    circle = (
        f'<circle cx="{drawing.number(x)}" cy="{drawing.number(y)}" r="11" fill="{PAPER.text}" stroke="#ffffff" stroke-width="2"/>'
    )
    return [circle, drawing.text(x, y + 5, str(place.number), size=14, anchor="middle", colour="#ffffff", weight=700)]
