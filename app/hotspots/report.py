"""What a hot spot map of a patch says in words, rows and areas: content only, no drawing and no reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.hotspots.store import CHOSEN_GRID, HEXAGON, Choice, Group, HotSpot, Overlap
from app.look import wording
from app.look.csv_text import csv_text
from app.look.map_frame import MapArea
from app.look.markup import Cell, LegendEntry, Table
from app.look.palette import NO_DATA_FILL, Palette, certainty_colour
from app.look.wording import HANDLING
from app.person.store import MonthStatus, Patch

MEASURES = {
    "rate": "rate per 1,000 residents",
    "smoothed_rate": "smoothed rate per 1,000 residents",
    "count": "number recorded",
    "count_with_proactive": "number recorded, with what police activity finds",
    "incidents": "number recorded",
    "density": "number recorded per km²",
    "harm": "harm-weighted number recorded",
}
MEASURE_NOTES = {
    "rate": "Residents are the people who live in a place. A town centre has many visitors and few residents, so its rate is high for that"
    " reason too.",
    "smoothed_rate": "Rates of places with few residents jump about by chance, so each is drawn towards its surroundings as far as its own"
    " number is small (empirical Bayes). A rate is tested only where so many people live that the region's rate gives at least one"
    " incident; elsewhere it cannot be told from chance. Residents are the people who live in a place: a town centre has many visitors and"
    " few residents.",
    "count": "A number without a population also shows where people are: shops, stations and evenings out draw it up.",
}
MEASURE_NOTES["harm"] = (
    "Each incident counts by the weight of its category, in units of the region's mean, so a place with fewer but graver incidents can stand"
    " out. Within a category every incident weighs the same, however grave it was."
)
MEASURE_NOTES["incidents"] = MEASURE_NOTES["count"]
MEASURE_NOTES["count_with_proactive"] = MEASURE_NOTES["count"]

# what is shuffled to see what chance gives
_LAID_ANYWHERE = {
    "rate": "the same rates",
    "smoothed_rate": "the same rates",
    "count": "the same counts",
    "count_with_proactive": "the same counts",
    "incidents": "the same counts",
    "harm": "the same weighted counts",
}

# of a hot spot that was looked for on no other grid
NOT_EXAMINED = "not examined"

GEOGRAPHIES = {
    ("lsoa", "2021"): "Neighbourhoods (LSOA 2021)",
    ("lsoa", "2011"): "Neighbourhoods (LSOA 2011)",
    ("msoa", "2021"): "Local areas (MSOA 2021)",
}
_HEXAGON_NAMES = {"r9": "Hexagons of about 0.1 km²", "r8": "Hexagons of about 0.7 km²", "r7": "Hexagons of about 5 km²"}


def geography_name(geography: str, edition: str) -> str:
    if geography == HEXAGON:
        return _HEXAGON_NAMES.get(edition, f"Hexagons ({edition})")
    return GEOGRAPHIES.get((geography, edition), f"{geography} {edition}".strip())


def choice_name(choice: Choice) -> str:
    """What the places of a map are, in a list to choose from."""
    if choice.grid_id is not None:
        return f"Hexagons {choice.grid_width_m:,} m wide, {choice.grid_area}"
    return geography_name(choice.geography, choice.edition)


def compared_with(choice: Choice) -> str:
    """What a place is compared with: a chosen grid knows its own area alone."""
    return choice.grid_area if choice.grid_id is not None else "the region"


def place_word(geography: str, count: int = 2) -> str:
    one, many = {
        HEXAGON: ("hexagon", "hexagons"),
        CHOSEN_GRID: ("hexagon", "hexagons"),
        "lsoa": ("neighbourhood", "neighbourhoods"),
        "msoa": ("local area", "local areas"),
    }.get(geography, ("place", "places"))
    return one if count == 1 else many


def measure_name(measure: str) -> str:
    return MEASURES.get(measure, measure.replace("_", " "))


def spot_words(spot: HotSpot) -> str:
    if spot.kind == "not_significant" or spot.certainty is None:
        return "not significant"
    return f"{'Hot' if spot.kind == 'hot' else 'Cold'} spot, {spot.certainty}% confidence"


def spot_words_short(spot: HotSpot) -> str:
    """The same for a table, whose heading says that the number is the confidence."""
    return (
        "not significant"
        if spot.kind == "not_significant" or spot.certainty is None
        else f"{spot.kind.capitalize()}, {spot.certainty}%"
    )


@dataclass(frozen=True)
class Tally:
    """How many places of a patch are in each class, certainty at least 95 and at least 90."""

    places: int
    hot_95: int
    hot_90: int
    cold_95: int
    cold_90: int


def tally(spots: Sequence[HotSpot]) -> Tally:
    def at_least(kind: str, level: int) -> int:
        return sum(s.kind == kind and s.certainty is not None and s.certainty >= level for s in spots)

    return Tally(len(spots), at_least("hot", 95), at_least("hot", 90), at_least("cold", 95), at_least("cold", 90))


def statement(spots: Sequence[HotSpot], choice: Choice, patch: Patch) -> tuple[str, ...]:
    """How certain the map is, in sentences. 'No cluster beyond chance' is said as plainly as a hot spot is."""
    n = tally(spots)
    of = f"Of {n.places:,} {place_word(choice.geography, n.places)} in {patch.name}"
    correction = f"after correcting for testing every place of {compared_with(choice)} at once"
    chance = f"Chance means {_LAID_ANYWHERE.get(choice.measure, 'the same numbers')} laid anywhere in {compared_with(choice)}."
    if n.hot_90 == 0:
        first = f"No hot spot beyond chance: {wording.lower(of)}, none is a hot spot even with 90% confidence, {correction}."
    else:
        first = f"{of}, {n.hot_95:,} {_are(n.hot_95, 'hot spot')} with at least 95% confidence, {correction}."
        if n.hot_90 > n.hot_95:
            more = n.hot_90 - n.hot_95
            first += f" {more:,} more {_are(more, 'hot spot')} with 90% confidence."
    first += f" {chance}"
    untested = sum(s.gi_z is None for s in spots) if choice.measure == "smoothed_rate" else 0
    if untested:
        first += (
            f" {untested:,} {'was' if untested == 1 else 'were'} not tested: too few people live there to tell a rate from chance."
        )
    second = (
        f"{n.cold_95:,} {_are(n.cold_95, 'cold spot')} with at least 95% confidence."
        if n.cold_95
        else "No place is a cold spot with 95% confidence."
    )
    third = (
        f"A hot spot here means that a place and its neighbours together stand above the rest of {compared_with(choice)} by more than"
        " chance would give (Getis-Ord Gi*). It says where recorded harm clusters. It does not say why, and nothing about any person who"
        " lives there."
    )
    return first, second, third


def _are(count: int, what: str) -> str:
    return f"is a {what}" if count == 1 else f"are {what}s"


def months_missing(choice: Choice) -> str:
    """Which months of the map's period were not loaded, and what that does to a rate; empty where all twelve were."""
    return " ".join(filter(None, (choice.covered.gaps_note, "" if choice.on_hexagons else choice.covered.year_note)))


def unplaced_note(months: Sequence[MonthStatus], choice: Choice) -> str:
    inside = [m for m in months if m.loaded and choice.period.start <= m.month <= choice.period.end]
    incidents = sum(m.incidents or 0 for m in inside)
    unplaced = sum(m.unplaced or 0 for m in inside)
    if not incidents:
        return ""
    shares = [100 * (m.unplaced or 0) / m.incidents for m in inside if m.incidents]
    return (
        f"{100 * unplaced / incidents:.1f}% of the records of these months came without a place and are on no map"
        f" (from {min(shares):.1f}% to {max(shares):.1f}% by month). A share that changes over time can look like a trend."
    )


def proactive_note(group: Group, measure: str = "count") -> str:
    """What was done with offences that police activity itself produces."""
    if not group.proactive:
        return ""
    names = wording.listed([p.lower() for p in group.proactive])
    if measure == "count_with_proactive":
        return (
            f"This map holds {names}, which mostly come to light where police look. It shows where officers were sent as well as where harm"
            " happened, and sending officers by it would make it confirm itself. It is here to compare, not to plan by."
        )
    if set(group.proactive) >= set(group.categories):
        return f"{names.capitalize()} mostly come to light where police look. A map of them shows where officers were sent."
    return (
        f"Left out of this map: {names}. Such offences mostly come to light where police look, so a map of them would send officers back to"
        " where they already were. The numbers in the table leave them out as well."
    )


def overlap_sentences(overlap: Overlap, names: Sequence[str], patch: Patch, choice: Choice) -> tuple[str, ...]:
    expected = f"{overlap.expected:.1f} (95% range {overlap.expected_lower:.0f} to {overlap.expected_upper:.0f})"
    if overlap.expected_lower <= overlap.both <= overlap.expected_upper:
        verdict = "So the two fall together no more and no less than chance would have them."
    else:
        verdict = (
            f"So the two fall together {'more' if overlap.both > overlap.expected else 'less'} often than chance would have them."
        )
    first = (
        f"In the whole region {overlap.both:,} of {overlap.places:,} {place_word(choice.geography)} are a hot spot and at once count as"
        f" “{overlap.factor}: {overlap.threshold}”; by chance alone, with places clustering as they do here, it would be about {expected}."
        f" {verdict} Falling together is not a cause."
    )
    here = f"In {patch.name}: {wording.listed(list(names))}." if names else f"In {patch.name}: none."
    return first, here


def areas_of(
    spots: Sequence[HotSpot],
    choice: Choice,
    patch: Mapping[str, tuple[str, Mapping[str, Any]]],
    palette: Palette,
    *,
    holds: Mapping[str, str] | None = None,
) -> tuple[MapArea, ...]:
    """What to draw. On hexagons the patch itself lies beneath, in the look of 'not significant'. holds: words on a hot spot's stability."""
    known = holds or {}
    drawn = [
        MapArea(
            code=s.code,
            geometry=s.outline,
            fill=certainty_colour(palette, s.kind, s.certainty) if s.gi_z is not None else NO_DATA_FILL,
            words=_area_words(s, choice) + (f". {known[s.code]}" if s.code in known else ""),
            dashed=s.gi_z is None,
        )
        for s in spots
        if s.outline is not None
    ]
    if not choice.on_hexagons:
        return tuple(drawn)
    beneath = [
        MapArea(code, geometry, palette.neutral, f"{name}: not significant here") for code, (name, geometry) in patch.items()
    ]
    return (*beneath, *drawn)


def _area_words(spot: HotSpot, choice: Choice) -> str:
    number = f"{spot.incidents:,} recorded"
    if spot.rate is not None:
        year = wording.a_year(spot.rate.per_1000, choice.covered)
        number += (
            f", {wording.rate(spot.rate.per_1000)} per 1,000 residents over {choice.covered.over} (95% interval"
            f" {wording.interval(spot.rate)})"
            f"{f', or {year}' if year else ''}"
        )
    name = f"Hexagon in {spot.name}" if choice.on_hexagons else spot.name
    return f"{name}. {spot_words(spot)}. {number}"


def legend_of(spots: Sequence[HotSpot], palette: Palette) -> tuple[LegendEntry, ...]:
    """Every class the map can show, present or not: an absent class is an answer too."""
    entries = [LegendEntry(f"hot spot, {c}% confidence", certainty_colour(palette, "hot", c)) for c in (99, 95, 90)]
    entries.append(LegendEntry("not significant", palette.neutral))
    entries += [LegendEntry(f"cold spot, {c}% confidence", certainty_colour(palette, "cold", c)) for c in (90, 95, 99)]
    if any(s.gi_z is None for s in spots):
        entries.append(LegendEntry("no data", look="no-data"))
    return tuple(entries)


def strongest_first(spots: Sequence[HotSpot]) -> list[HotSpot]:
    """Hot before cold, the surest first, then what has most recorded: whoever has a minute reads the first."""
    return sorted(spots, key=lambda s: (s.kind == "cold", -(s.certainty or 0), -s.incidents, s.name, s.code))


def spots_table(spots: Sequence[HotSpot], choice: Choice, caption: str, holds: Mapping[str, str] | None = None) -> Table:
    """holds: how each hot spot holds on other grids, in words; a column where anything is known."""
    with_rate = not choice.on_hexagons
    columns = [Cell(place_word(choice.geography, 1).capitalize()), Cell("Class, confidence"), Cell("Recorded", number=True)]
    if with_rate:
        columns.append(Cell("Rate per 1,000", (f"over {choice.covered.over}",), number=True))
    if holds:
        columns.append(Cell("Other grids"))
    return Table(caption, columns, [_spot_cells(s, choice, holds) for s in spots])


def _spot_cells(spot: HotSpot, choice: Choice, holds: Mapping[str, str] | None) -> list[Cell]:
    with_rate = not choice.on_hexagons
    cells = [
        Cell(spot.name, () if spot.name == spot.code else (spot.code,), unbroken=True),
        Cell(spot_words_short(spot)),
        Cell(f"{spot.incidents:,}", number=True),
    ]
    if with_rate and spot.rate is None:
        cells.append(Cell("", number=True))
    elif with_rate and spot.rate is not None:
        year = wording.a_year(spot.rate.per_1000, choice.covered)
        cells.append(Cell(wording.rate(spot.rate.per_1000), (f"({wording.interval(spot.rate)})", year), number=True, unbroken=True))
    if holds:
        asked = spot.kind == "hot" and spot.certainty is not None and spot.certainty >= 95
        cells.append(Cell(holds.get(spot.code, NOT_EXAMINED) if asked else ""))
    return cells


def spots_csv(spots: Sequence[HotSpot], choice: Choice, holds: Mapping[str, str] | None = None) -> str:
    """The table for download, with how it may be handled in every row: rows are copied, notes above them are lost."""
    columns = (
        "geography", "edition", "code", "name", "district", "group", "measure", "period_start", "period_end", "incidents", "value",
        "rate_per_1000", "lower_per_1000", "upper_per_1000", "gi_z", "q_value", "class", "certainty_percent", "holds_on_other_grids",
        "expires_on", "months_loaded", "months_missing", "rate_per_1000_year", "lower_per_1000_year", "upper_per_1000_year", "handling",
    )  # fmt: skip
    return csv_text(columns, (_csv_row(s, choice, (holds or {}).get(s.code, "")) for s in spots))


def _csv_row(spot: HotSpot, choice: Choice, holds: str) -> tuple[object, ...]:
    covered = choice.covered
    rate = (None, None, None) if spot.rate is None else (spot.rate.per_1000, spot.rate.lower, spot.rate.upper)
    figures = (spot.value, *rate, spot.gi_z, spot.q_value)
    # twelve months are a year
    year = (None if v is None else v * covered.to_a_year for v in rate)
    return (
        choice.geography, choice.edition, spot.code, spot.name, spot.lad_code, choice.group_id, choice.measure,
        choice.period.start.isoformat(), covered.last_day.isoformat(), spot.incidents,
        *(None if v is None else f"{v:.6g}" for v in figures), spot.kind, spot.certainty, holds,
        None if choice.expires_on is None else choice.expires_on.isoformat(), covered.loaded_listed, covered.gaps_listed,
        *(None if v is None else f"{v:.6g}" for v in year), HANDLING,
    )  # fmt: skip
