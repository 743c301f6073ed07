"""What changes in a patch: the emerging patterns of its places, as a list with the months of each and as a layer of the map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.hotspots.store import HotSpot
from app.look.map_frame import MapArea
from app.look.markup import LegendEntry
from app.look.palette import NO_DATA_FILL, Palette
from app.patch import words
from app.patch.store import Known

# what each pattern means for whoever plans, hot and cold alike; what is new comes first
_COURSE = {
    "new": "begins", "consecutive": "begins", "intensifying": "grows", "oscillating": "turned", "sporadic": "on and off",
    "persistent": "lasts", "diminishing": "wanes", "historical": "ended",
}  # fmt: skip
_ORDER = tuple(dict.fromkeys(_COURSE.values()))
# three shades a side: what begins, grows or turned; what lasts or comes and goes; what wanes or ended
_SHADE = {"begins": 0, "grows": 0, "turned": 0, "on and off": 1, "lasts": 1, "wanes": 2, "ended": 2}
_SHADE_WORDS = ("begins, grows or turned", "lasts, or on and off", "wanes or ended")
MEANS = (
    "Over all loaded months that fit the rule, each month of each place is compared with the rest of the region. Begins: above or"
    " below chance in the last month or months only. Grows, wanes: nearly always, and ever more or less so. Turned: the other way"
    " before. Ended: nearly always, but not in the last month. Places that last as they are stand on the map and not in this list."
)


@dataclass(frozen=True)
class Change:
    """A place whose months have a pattern. side: hot or cold; course: what it does; series: incidents by month, None for a gap."""

    code: str
    name: str
    beside: str
    side: str
    course: str
    why: str
    series: tuple[int | None, ...]


def changes_of(
    spots: Sequence[HotSpot], known: Mapping[str, Known], series: Mapping[str, tuple[int | None, ...]]
) -> tuple[Change, ...]:
    """Every place with a pattern: hot before cold, what begins before what ended, the most recorded first."""
    found = [_change(s, known[s.code], series[s.code]) for s in spots if s.code in known]
    with_pattern = [c for c in found if c is not None]
    recorded = {c.code: sum(n or 0 for n in c.series) for c in with_pattern}
    return tuple(sorted(with_pattern, key=lambda c: (c.side == "cold", _ORDER.index(c.course), -recorded[c.code], c.name, c.code)))


def _change(spot: HotSpot, known: Known, series: tuple[int | None, ...]) -> Change | None:
    pattern = known.pattern
    if pattern is None or pattern.name == "no pattern":
        return None
    kind, _, side = pattern.name.removesuffix(" spot").rpartition(" ")
    if kind not in _COURSE:
        return None
    beside = known.name if known.near else ""
    return Change(spot.code, known.near or known.name, beside, side, _COURSE[kind], words.why(spot, pattern), series)


def that_change(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Those of the list: all but what lasts as it is."""
    return tuple(c for c in changes if c.course != "lasts")


def areas_of(spots: Sequence[HotSpot], changes: Sequence[Change], palette: Palette) -> tuple[MapArea, ...]:
    """The layer of the map."""
    of = {c.code: c for c in changes}
    return tuple(
        MapArea(
            code=s.code,
            geometry=s.outline,
            fill=_fill(of.get(s.code), palette) if s.gi_z is not None else NO_DATA_FILL,
            words=f"{s.name}. {said(of[s.code])}" if s.code in of else f"{s.name}. No pattern",
            dashed=s.gi_z is None,
        )
        for s in spots
        if s.outline is not None
    )


def said(change: Change) -> str:
    """'Hot spot, begins: more than chance for the first time'."""
    return f"{change.side.capitalize()} spot, {change.course}: {change.why}"


def _fill(change: Change | None, palette: Palette) -> str:
    if change is None:
        return palette.neutral
    return (palette.hot if change.side == "hot" else palette.cold)[_SHADE[change.course]]


def legend_of(palette: Palette) -> tuple[LegendEntry, ...]:
    """Every look that the layer can have, present or not."""
    hot = [LegendEntry(f"hot spot that {text}", palette.hot[n]) for n, text in enumerate(_SHADE_WORDS)]
    cold = [LegendEntry(f"cold spot that {text}", palette.cold[n]) for n, text in enumerate(_SHADE_WORDS)]
    return (*hot, LegendEntry("no pattern", palette.neutral), *cold)
