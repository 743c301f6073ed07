"""What the pages of where next and of last months' counts say: sentences, a list, a table of the record, and what to draw."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.hotspots.next_store import NextChoice, NextLine, NextPlace, Reliability
from app.hotspots.report import place_word
from app.hotspots.store import HEXAGON, Group
from app.look import wording
from app.look.classes import classes_of
from app.look.csv_text import csv_text
from app.look.map_frame import MapArea
from app.look.markup import Cell, LegendEntry, Table
from app.look.palette import Palette
from app.look.wording import HANDLING, lower
from app.person.store import Patch

# shares of the region's area that the map tells apart
SHARES = (0.01, 0.05, 0.10, 0.20)
_SPOKEN = 0.05
LISTED = 20


def title(choice: NextChoice, group: Group, patch: Patch, *, counts: bool) -> str:
    what = lower(group.label)
    if counts:
        return f"{group.label} in {patch.name}: counts of the last months"
    return f"Where next: {what} in {patch.name}, {wording.month(choice.month)}"


def sentences(choice: NextChoice, lines: Sequence[NextLine], *, counts: bool) -> tuple[str, ...]:
    """What is shown, what it caught before, and whether the rule or the counts of the months before are behind it."""
    run = wording.plural(choice.usual_months, "month")
    shown = f"The mean number recorded in the {run} before {wording.month(choice.month)}, most first."
    if counts:
        return (shown, *_caught(lines), _how_it_compares(choice, lines))
    if choice.foretold:
        expects = (
            f"The number expected in {wording.month(choice.month)}, most first, from all months that are loaded, recent ones most, and from"
            " what lies around each place. In brackets, what it will lie within nine times in ten."
        )
        return (expects, *_caught(lines), _how_it_compares(choice, lines))
    return (f"Here the counts of the months before are what is shown. {_how_it_compares(choice, lines)}", *_caught(lines))


def in_short(choice: NextChoice, lines: Sequence[NextLine], *, counts: bool) -> str:
    """What is listed and what it was worth, in one line above the list; the whole of it stands below the map."""
    what = f"Mean of the {wording.plural(choice.usual_months, 'month')} before {wording.month(choice.month)}, most first."
    if choice.foretold and not counts:
        what = f"Expected in {wording.month(choice.month)}, most first; in brackets, nine times in ten."
    if not lines:
        return f"{what} Not tested yet."
    line = min(lines, key=lambda one: abs(one.coverage - _SPOKEN))
    area = f"{100 * line.coverage:g}% of the area"
    caught = f"In {area} this list caught {_percent(line.hit_rate)} of a month, the counts {_percent(line.counts_hit_rate)}."
    if counts or not choice.foretold:
        caught = f"In {area} these counts caught {_percent(line.counts_hit_rate)} of a month."
        if choice.foretold:
            caught += f" Where next caught {_percent(line.hit_rate)}."
    return f"{what} {caught}"


def _caught(lines: Sequence[NextLine]) -> tuple[str, ...]:
    if not lines:
        return ("How well this would have done has not been tested: too few months are loaded in a row.",)
    line = min(lines, key=lambda one: abs(one.coverage - _SPOKEN))
    area = f"{100 * line.coverage:g}%"
    return (
        f"Track record: searching {area} of the region's area, this rule would have caught {_percent(line.hit_rate)} of the next month's"
        f" incidents; the counts of the months before, {_percent(line.counts_hit_rate)}; a map drawn by chance, {area}. Mean of"
        f" {wording.plural(line.months, 'month')} foretold, {wording.month(line.first_month)} to {wording.month(line.last_month)}.",
    )


def beside(lines: Sequence[NextLine]) -> tuple[str, ...]:
    """What the page of hot spots says of the list that was made to foretell; nothing where there is none."""
    if not lines:
        return ()
    line = min(lines, key=lambda one: abs(one.coverage - _SPOKEN))
    return (
        f"The list “Where next”, which is made to foretell, would have caught {_percent(line.hit_rate)} in {100 * line.coverage:g}% of the"
        f" region's area (mean of {wording.plural(line.months, 'month')}). The line above opens the maps; Track record has every one.",
    )


def _how_it_compares(choice: NextChoice, lines: Sequence[NextLine]) -> str:
    if not lines or any(line.standing == "too_few" for line in lines):
        months = wording.plural(lines[0].months, "month") if lines else "none"
        return f"Too few months could be scored to say whether a rule foretells better than these counts ({months})."
    ahead = wording.listed([f"{100 * line.coverage:g}%" for line in lines if line.standing == "beats"])
    behind = wording.listed([f"{100 * line.coverage:g}%" for line in lines if line.standing == "behind"])
    if choice.foretold:
        return f"The rule beats the counts of the months before when {ahead} of the area is searched, and is behind them at no share tested."
    if behind:
        return f"The rule that foretells is behind these counts when {behind} of the area is searched."
    return "The rule that foretells does not beat these counts at any share of the area that was tested."


def reliable(found: Reliability | None) -> tuple[str, ...]:
    """Whether the numbers expected, and their intervals, were right on the months foretold; nothing where none was."""
    if found is None:
        return ()
    said = []
    if found.ratio is not None:
        busiest = "" if found.busiest_ratio is None else f", in the busiest places {_percent(found.busiest_ratio)}"
        said.append(f"{_percent(found.ratio)} of what was expected was recorded{busiest}")
    if found.inside is not None:
        most = "" if found.busiest_inside is None else f", {_percent(found.busiest_inside)} of those that expect most"
        said.append(f"{_percent(found.inside)} of places lay in their interval, which is to hold nine in ten{most}")
    if not said:
        return ()
    return (f"Over the {wording.plural(found.months, 'month')} foretold, {'; '.join(said)}.",)


MEANING = (
    "It says where most is likely to be recorded, which is mostly where most was recorded before. Whether that is more than chance, the hot"
    " spots say. It does not say why, and nothing about any person. Offences that police activity itself finds are left out: a list made"
    " from them would send officers back to where they already were."
)


def ordered(places: Sequence[NextPlace], *, counts: bool) -> tuple[NextPlace, ...]:
    """Most expected first, or most counted."""
    if not counts:
        return tuple(sorted(places, key=lambda p: (p.position, p.name, p.code)))
    return tuple(sorted(places, key=lambda p: (-p.usual, p.name, p.code)))


def places_table(places: Sequence[NextPlace], choice: NextChoice, caption: str, *, counts: bool) -> Table:
    head = Cell(place_word(choice.geography, 1).capitalize())
    last, usual = Cell("Last month", number=True), Cell("Usual", number=True)
    if counts:
        rows = [[_name(p), Cell(_count(p.usual), number=True), Cell(f"{p.last_month:,}", number=True)] for p in places]
        return Table(caption, [head, usual, last], rows)
    rows = [
        [
            _name(p), Cell(_count(p.expected), (f"({p.low:,} to {p.high:,})",), number=True, unbroken=True),
            Cell(f"{p.last_month:,}", number=True), Cell(_count(p.usual), number=True), Cell(f"{p.position:,}", number=True),
        ]
        for p in places
    ]  # fmt: skip
    return Table(caption, [head, Cell("Expected", number=True), last, usual, Cell("In the region", number=True)], rows)


def _name(place: NextPlace) -> Cell:
    return Cell(place.name, () if place.name == place.code else (place.code,), unbroken=True)


def _count(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def record_table(lines: Sequence[NextLine]) -> Table:
    """The rule beside the counts of the months before at every share of the area that was tested."""
    rows = []
    for line in lines:
        gain: str = "too few months"
        interval: tuple[str, ...] = ()
        if line.gain is not None and line.gain_lower is not None and line.gain_upper is not None:
            gain, interval = _points(line.gain), (f"({_points(line.gain_lower)} to {_points(line.gain_upper)})",)
        share = f"{100 * line.coverage:g}%"
        told = [Cell(x, number=True) for x in (_percent(line.hit_rate), _percent(line.counts_hit_rate), share)]
        rows.append([Cell(share), *told, Cell(gain, interval, number=True)])
    caption = (
        "Share of the next month's incidents caught when so much of the region's area is searched, mean of the months foretold. Gain: the"
        " rule less the counts of the months before, in percentage points, with its 95% interval."
    )
    heads = [Cell("Area"), *(Cell(head, number=True) for head in ("Rule", "Counts", "Chance", "Gain"))]
    return Table(caption, heads, rows, narrow=True)


def legend_of(places: Sequence[NextPlace], palette: Palette, *, counts: bool) -> tuple[LegendEntry, ...]:
    if counts:
        labels = classes_of([p.usual for p in places if p.usual > 0]).labels()
        return (LegendEntry("none", palette.neutral), *map(LegendEntry, labels, palette.sequential[-len(labels) :]))
    words = [f"within {100 * share:g}% of the area" for share in SHARES]
    return (*map(LegendEntry, words, reversed(palette.sequential)), LegendEntry("beyond that", palette.neutral))


def areas_of(places: Sequence[NextPlace], choice: NextChoice, palette: Palette, *, counts: bool) -> tuple[MapArea, ...]:
    classes = classes_of([p.usual for p in places if p.usual > 0])
    ramp = palette.sequential[-len(classes.labels()) :]
    drawn = []
    for p in places:
        if p.outline is None:
            continue
        name = f"Hexagon in {p.name}" if choice.geography == HEXAGON else p.name
        if counts:
            fill = ramp[classes.index(p.usual)] if p.usual > 0 else palette.neutral
            words = f"{name}. {_count(p.usual)} a month, {p.last_month:,} in the last"
        else:
            within = sum(p.share > share for share in SHARES)
            fill = palette.sequential[4 - within] if within < len(SHARES) else palette.neutral
            words = f"{name}. {_count(p.expected)} expected, {p.low:,} to {p.high:,}; usual {_count(p.usual)}"
        drawn.append(MapArea(p.code, p.outline, fill, words))
    return tuple(drawn)


def csv(places: Sequence[NextPlace], choice: NextChoice) -> str:
    """The list for download, with how it may be handled in every row."""
    columns = (
        "geography", "edition", "code", "name", "district", "group", "target_month", "rule", "expected", "low", "high", "last_month",
        "usual", "position_in_region", "share_of_area", "handling",
    )  # fmt: skip
    rule = "foretold" if choice.foretold else "counts"
    return csv_text(columns, (
        (
            choice.geography, choice.edition, p.code, p.name, p.lad_code, choice.group_id, _month(choice.month), rule, f"{p.expected:.6g}",
            p.low, p.high, p.last_month, f"{p.usual:.6g}", p.position, f"{p.share:.6g}", HANDLING,
        )
        for p in places
    ))  # fmt: skip


def _month(month: date) -> str:
    return f"{month:%Y-%m}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")
