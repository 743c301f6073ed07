"""What a plain map says: what it counts, how concentrated that is, a table, and what to draw. Content only."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app.hotspots.plain_figures import BANDWIDTH_M, BUSIEST, Concentration
from app.hotspots.plain_store import DENSITY_EDITION, PlainChoice, PlainPlace
from app.hotspots.report import place_word
from app.look import wording
from app.look.classes import classes_of
from app.look.csv_text import csv_text
from app.look.map_frame import MapArea
from app.look.markup import Cell, LegendEntry, Table, as_address
from app.look.palette import NO_DATA_FILL, Palette
from app.look.wording import HANDLING

NUMBER, RATE, DENSITY, MONTHS = "number", "rate", "density", "months"
SHOWN_AS = {
    NUMBER: "Number recorded",
    RATE: "Rate per 1,000 residents",
    DENSITY: "Density per km²",
    MONTHS: "Months in which it came back",
}
LISTED = 20
NOT_A_TEST = (
    "A plain map says what was recorded and nothing of chance: whether a place stands out by more than chance would give, the hot spots say."
    " What to expect next month, where next says."
)


def measures(choice: PlainChoice) -> tuple[str, ...]:
    """What a geography can be shown as: hexagons have no counted residents."""
    if choice.on_hexagons:
        return (NUMBER, DENSITY, MONTHS)
    return (NUMBER, RATE, DENSITY, MONTHS)


def value_of(place: PlainPlace, measure: str) -> float | None:
    if measure == RATE:
        return None if place.rate is None else place.rate.per_1000
    return {NUMBER: float(place.incidents), DENSITY: place.density, MONTHS: float(place.months_with)}[measure]


def ordered(places: Sequence[PlainPlace], measure: str) -> tuple[PlainPlace, ...]:
    """Most first; places of which nothing can be said last."""
    return tuple(
        sorted(places, key=lambda p: (-(v if (v := value_of(p, measure)) is not None else -1.0), -p.incidents, p.name, p.code))
    )


def density_note(choice: PlainChoice) -> str:
    """How a density was made."""
    if not choice.on_hexagons:
        return "Density: the number recorded over the area of the neighbourhood, in km²."
    if choice.edition == DENSITY_EDITION:
        return (
            f"Density: a kernel density. Each hexagon's number is spread over those whose middle lies within {BANDWIDTH_M:,.0f} m (quartic"
            " kernel), and divided by the hexagon's area: incidents per km². At the edge of what you may see it is too low, for what lies"
            " beyond is not known here."
        )
    return "Density: the number recorded over the area of the hexagon, in km², without a kernel: these hexagons are wider than it reaches."


def concentration_sentence(found: Concentration, choice: PlainChoice, patch_name: str) -> str:
    """How much the busiest twentieth holds, beside an even spread laid by chance."""
    word = place_word(choice.geography, found.busiest_places)
    half = found.for_half
    return (
        f"The busiest {100 * BUSIEST:g}% of places ({found.busiest_places:,} of {found.places:,} {place_word(choice.geography)} in"
        f" {patch_name}) hold {_percent(found.held)} of what was recorded; {found.incidents:,} incidents laid at random would put"
        f" {_percent(found.by_chance)} into the busiest {found.busiest_places:,} {word}. Half of all lies in {half:,}"
        f" {place_word(choice.geography, half)}."
    )


def repeat_sentence(places: Sequence[PlainPlace], choice: PlainChoice) -> str:
    """How many places had something in every month, and how much of all that is; '' for a single month."""
    months = len(choice.months)
    total = sum(p.incidents for p in places)
    if months < 2 or not total:
        return ""
    every = [p for p in places if p.months_with == months]
    once = [p for p in places if p.months_with == 1]
    word = place_word(choice.geography, len(every))
    return (
        f"In {len(every):,} {word} some was recorded in each of the {months} months: {_percent(sum(p.incidents for p in every) / total)} of"
        f" all. {len(once):,} {place_word(choice.geography, len(once))} had some in one month alone."
    )


def curve(found: Concentration, palette: Palette) -> str:
    """The curve of concentration as a picture: places from the busiest on, and the share of all that they hold. HTML."""
    width, height, margin = 320, 180, 10
    points = _thinned(found.curve)
    x = [margin + (width - 2 * margin) * n / found.places for n, _ in points]
    y = [height - margin - (height - 2 * margin) * share for _, share in points]
    line = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    at = margin + (width - 2 * margin) * found.busiest_places / found.places
    up = height - margin - (height - 2 * margin) * found.held
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<path d="M{margin} {margin}V{height - margin}H{width - margin}" fill="none" stroke="{palette.line}"/>'
        f'<path d="M{margin} {height - margin}L{width - margin} {margin}" stroke="{palette.line}" stroke-dasharray="4 4"/>'
        f'<path d="M{at:.1f} {height - margin}V{up:.1f}H{margin}" fill="none" stroke="{palette.muted}" stroke-dasharray="2 3"/>'
        f'<polyline points="{line}" fill="none" stroke="{palette.accent}" stroke-width="2.5"/>'
        f'<circle cx="{at:.1f}" cy="{up:.1f}" r="4.5" fill="{palette.accent}"/></svg>'
    )
    held = f"{_percent(found.held)} in the busiest {100 * BUSIEST:g}%"
    words = f"From the busiest place on: {held}, half in {found.for_half:,} of {found.places:,}"
    return (
        f'<figure class="hg-curve"><img src="{as_address(svg)}" width="{width}" height="{height}" alt="{escape(words)}">'
        "<figcaption>Places from the busiest to the quietest (across) and the share of all that they hold (up); broken: an even"
        " spread.</figcaption></figure>"
    )


def _thinned(shares: Sequence[float], most: int = 120) -> list[tuple[int, float]]:
    """Enough points of a curve to draw it, both ends among them."""
    step = max(1, len(shares) // most)
    kept = list(range(0, len(shares), step))
    return [(n, shares[n]) for n in (kept if kept[-1] == len(shares) - 1 else [*kept, len(shares) - 1])]


def places_table(places: Sequence[PlainPlace], choice: PlainChoice, caption: str) -> Table:
    months = len(choice.months)
    heads = [
        Cell(place_word(choice.geography, 1).capitalize()),
        Cell("Recorded", number=True),
        Cell("Months with any", number=True),
    ]
    heads.append(
        Cell("Per km²", number=True)
        if choice.on_hexagons
        else Cell("Rate per 1,000", (f"over {choice.covered.over}",), number=True)
    )
    rows = []
    for p in places:
        last = Cell(_figure(p.density), number=True)
        if not choice.on_hexagons:
            year = "" if p.rate is None else wording.a_year(p.rate.per_1000, choice.covered)
            last = Cell("", number=True) if p.rate is None else Cell(
                wording.rate(p.rate.per_1000), (f"({wording.interval(p.rate)})", year), number=True, unbroken=True
            )  # fmt: skip
        name = Cell(p.name, () if p.name == p.code else (p.code,), unbroken=True)
        rows.append([name, Cell(f"{p.incidents:,}", number=True), Cell(f"{p.months_with} of {months}", number=True), last])
    return Table(caption, heads, rows)


def legend_of(places: Sequence[PlainPlace], measure: str, palette: Palette) -> tuple[LegendEntry, ...]:
    labels = classes_of(_values(places, measure)).labels()
    entries = [LegendEntry("none", palette.neutral), *map(LegendEntry, labels, palette.sequential[-len(labels) :])]
    if any(value_of(p, measure) is None for p in places):
        entries.append(LegendEntry("no data", look="no-data"))
    return tuple(entries)


def areas_of(places: Sequence[PlainPlace], choice: PlainChoice, measure: str, palette: Palette) -> tuple[MapArea, ...]:
    """What to draw: of hexagons those with something to show alone."""
    classes = classes_of(_values(places, measure))
    ramp = palette.sequential[-len(classes.labels()) :]
    drawn = []
    for p in places:
        value = value_of(p, measure)
        if p.outline is None or (choice.on_hexagons and not value):
            continue
        fill = NO_DATA_FILL if value is None else ramp[classes.index(value)] if value > 0 else palette.neutral
        drawn.append(MapArea(p.code, p.outline, fill, _words(p, choice, measure), dashed=value is None))
    return tuple(drawn)


def _values(places: Sequence[PlainPlace], measure: str) -> list[float]:
    return [v for p in places if (v := value_of(p, measure))]


def _words(place: PlainPlace, choice: PlainChoice, measure: str) -> str:
    name = f"Hexagon in {place.name}" if choice.on_hexagons and place.name != place.code else place.name
    said = f"{place.incidents:,} recorded, in {place.months_with} of {len(choice.months)} months"
    if measure == RATE and place.rate is not None:
        said += f"; {wording.rate(place.rate.per_1000)} per 1,000 residents ({wording.interval(place.rate)})"
    if measure == DENSITY:
        said += f"; {_figure(place.density)} per km²"
    return f"{name}. {said}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def csv(places: Sequence[PlainPlace], choice: PlainChoice) -> str:
    """The table for download, with how it may be handled in every row."""
    columns = (
        "geography", "edition", "code", "name", "district", "categories", "period_start", "period_end", "months_loaded", "months_missing",
        "incidents", "months_with_any", "per_km2", "rate_per_1000", "lower_per_1000", "upper_per_1000", "handling",
    )  # fmt: skip
    covered = choice.covered
    return csv_text(columns, (
        (
            choice.geography, choice.edition, p.code, p.name, p.lad_code, "; ".join(choice.categories), covered.period.start.isoformat(),
            covered.last_day.isoformat(), covered.loaded_listed, covered.gaps_listed, p.incidents, p.months_with, f"{p.density:.6g}",
            *(("", "", "") if p.rate is None else (f"{v:.6g}" for v in (p.rate.per_1000, p.rate.lower, p.rate.upper))), HANDLING,
        )
        for p in places
    ))  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
