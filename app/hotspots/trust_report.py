"""What a hot spot map says of itself in words: its record against the naive map, when it expires, and how each hot spot holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from app.hotspots.report import NOT_EXAMINED, compared_with, place_word
from app.hotspots.store import Choice, HotSpot
from app.hotspots.trust_store import EstimateError, Held, Outlier, TrackLine
from app.look import wording
from app.look.markup import Cell, Table

# share of the area of which the sentence on the map speaks; the table gives the others
_SPOKEN = 0.05
NO_RECORD = (
    "Track record: this map has not been tested against the months that came after. Whoever runs the analysis makes the record with:"
    " homeground analyse --only track"
)


def track_sentences(lines: Sequence[TrackLine], choice: Choice) -> tuple[str, ...]:
    """The record beside the counts of the months before and chance; says plainly where the map does not beat them."""
    if not lines:
        return (NO_RECORD,)
    line = min(lines, key=lambda one: abs(one.coverage - _SPOKEN))
    area = f"{100 * line.coverage:g}%"
    said = (
        f"Track record: searching {area} of the area, this map would have caught {_percent(line.map_hit_rate)} of the next month's"
        f" incidents; the counts of the months before, {_percent(line.naive_hit_rate)}; a map drawn by chance, {area}."
        f" Mean of {wording.plural(line.months, 'month')} foretold, {wording.month(line.first_month)} to"
        f" {wording.month(line.last_month)}, each from the {_earlier(line)} before it."
    )
    sentences = [said, _verdict(lines)]
    if choice.measure == "count_with_proactive":
        sentences.append("This record is of the same map without the offences that police activity produces.")
    return tuple(sentences)


def _earlier(line: TrackLine) -> str:
    if line.fewest_earlier == line.most_earlier:
        return wording.plural(line.most_earlier, "month")
    return f"{line.fewest_earlier} to {line.most_earlier} months"


def _verdict(lines: Sequence[TrackLine]) -> str:
    standings = {line.standing for line in lines}
    if "too_few" in standings:
        return f"Too few months to say whether it foretells better than the counts of the months before ({lines[0].months} months)."
    beaten = [line for line in lines if line.standing == "beats"]
    if not beaten:
        return (
            "This map does not beat the naive map. Use it to see where an excess is more than chance; to say where next month's incidents"
            " will fall, last months' counts did better or as well."
        )
    areas = wording.listed([f"{100 * line.coverage:g}%" for line in beaten])
    if len(beaten) == len(lines):
        return "It beats the naive map at every share of the area that was tested."
    return f"It beats the naive map when {areas} of the area is searched, and does not beat it when less or more is."


def record_area(choice: Choice) -> str:
    """What the record is of: a chosen grid is tested within its own area."""
    return compared_with(choice).replace("the region", "the whole region")


def track_table(lines: Sequence[TrackLine], choice: Choice) -> Table:
    """The record at every share of the area that was tested."""
    caption = (
        "Share of the next month's incidents caught when so much of the area is searched, mean of the months foretold,"
        f" {record_area(choice)}. Naive: the counts of the months before. Gain: this map less the naive one, in percentage points, with its"
        " 95% interval, each by itself. It allows for months that resemble the month before."
    )
    rows = [
        [Cell(area), *(Cell(share, number=True) for share in (ours, naive, chance)), Cell(gain, (interval,), number=True)]
        for area, ours, naive, chance, gain, interval in track_rows(lines)
    ]
    # short heads: on a phone all five columns stand beside each other, the gain among them
    columns = [Cell("Area"), *(Cell(head, number=True) for head in ("This map", "Naive", "Chance", "Gain"))]
    return Table(caption, columns, rows, narrow=True)


def track_rows(lines: Sequence[TrackLine]) -> list[tuple[str, str, str, str, str, str]]:
    """Share of the area, hit rates of the map, of the naive map and by chance, the gain and its 95% interval."""
    rows = []
    for line in lines:
        gain, interval = "too few months", ""
        if line.gain is not None and line.gain_lower is not None and line.gain_upper is not None:
            gain, interval = _points(line.gain), f"({_points(line.gain_lower)} to {_points(line.gain_upper)})"
        share = f"{100 * line.coverage:g}%"
        rows.append((share, _percent(line.map_hit_rate), _percent(line.naive_hit_rate), share, gain, interval))
    return rows


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")


def expiry_sentence(expires_on: date | None, today: date) -> tuple[str, bool]:
    """When the map stops being one to act on, and whether that day is past."""
    if expires_on is None:
        return "", False
    if today > expires_on:
        return (
            f"Expired on {wording.day(expires_on)}. These hot spots say where harm clustered then; load newer months before anyone plans"
            " by them.",
            True,
        )
    return f"Expires on {wording.day(expires_on)}: after that day it is history, not a plan.", False


def held_words(held: Held | None) -> str:
    """One hot spot's stability, short enough for a table."""
    if held is None:
        return NOT_EXAMINED
    each = (held.half, held.same, held.double)
    text = f"all {sum(each)}" if min(each) == held.grids else f"{held.half}, {held.same}, {held.double} of {held.grids}"
    if held.without_busiest is False:
        return f"{text}; falls without its busiest location"
    if held.without_busiest is None:
        return f"{text}; single location or borderline"
    return text


def stability_sentences(spots: Sequence[HotSpot], held: Mapping[str, Held], choice: Choice) -> tuple[str, ...]:
    """How many of the hot spots shown hold, and what was asked."""
    hot = [s for s in spots if s.kind == "hot" and s.certainty is not None and s.certainty >= 95]
    if not hot:
        return ()
    known = [held[s.code] for s in hot if s.code in held]
    if not known:
        return (
            "These hot spots have not been examined on other grids. Whoever runs the analysis does so with: homeground analyse --only"
            " stability",
        )
    grids = known[0].grids
    most = sum(2 * min(h.half, h.same, h.double) >= h.grids for h in known)
    fell = sum(h.without_busiest is False for h in known)
    asked = (
        f"Each hot spot by number was looked for on {grids} other hexagon grids, shifted and turned, at half, the same and double the cell"
        f" size, and without the busiest location of its neighbourhood. Of {wording.plural(len(known), 'hot spot')} here, {most:,}"
        f" {'holds' if most == 1 else 'hold'} on at least half of the grids at every size, and {f'{fell:,}' if fell else 'none'}"
        f" {'fall' if fell > 1 else 'falls'} without one single location."
    )
    other = len(hot) - len(known)
    if not other:
        return (asked,)
    why = "hot by rate but not by number" if choice.measure != "count" else "not examined"
    these = f"{wording.plural(other, 'hot spot')} here {'is' if other == 1 else 'are'} {why}"
    return asked, f"{these}, so nothing is said of how {'it holds' if other == 1 else 'they hold'}."


def proactive_difference(without: Sequence[HotSpot], with_found: Sequence[HotSpot], choice: Choice) -> str:
    """How the map changes when offences that police activity produces are put in."""
    hot, hot_with = _hot(without), _hot(with_found)
    come, go = len(hot_with - hot), len(hot - hot_with)
    places = place_word(choice.geography, come)
    if not come and not go:
        return "With the offences that police activity itself produces put in, the same places are hot spots."
    return (
        f"With the offences that police activity itself produces put in, {come:,} more {places} would be"
        f" {'a hot spot' if come == 1 else 'hot spots'} (95% confidence) and {go:,} would no longer be."
    )


def _hot(spots: Sequence[HotSpot]) -> set[str]:
    return {s.code for s in spots if s.kind == "hot" and s.certainty is not None and s.certainty >= 95}


def outlier_sentences(found: Sequence[Outlier], patch_name: str) -> tuple[str, ...]:
    """Neighbourhoods that stand against those around them, by rate; none is an answer too."""
    against = {kind: [o.name for o in found if o.kind == kind] for kind in ("high_low", "low_high")}
    if not any(against.values()):
        return (
            f"No neighbourhood of {patch_name} stands out against those around it beyond chance (local Moran's I of the rate, after"
            " correction).",
        )
    said = []
    if against["high_low"]:
        said.append(f"High beside low neighbours: {wording.listed(against['high_low'])}.")
    if against["low_high"]:
        said.append(f"Low beside high neighbours: {wording.listed(against['low_high'])}.")
    said.append("By the rate per resident (local Moran's I, after correction). It says that a place differs, not why.")
    return tuple(said)


def residents_note(choice: Choice, error: EstimateError | None) -> str:
    """Hexagons have no counted residents: how theirs were estimated, and how far off that is."""
    if choice.geography != "h3" or choice.measure != "smoothed_rate":
        return ""
    text = "Nobody counts the residents of hexagons: they are estimated from Census 2021 by where postcodes lie."
    if error is None:
        return f"{text} How far off the estimate is has not been measured here."
    return (
        f"{text} Where the truth is known ({error.areas:,} neighbourhoods estimated from their local area in the same way) the estimate was"
        f" off by {error.mean_percent:.0f}% on average (median {error.median_percent:.0f}%); of hexagons the error is not known and may be"
        " larger. Hexagons where hardly anyone lives say little by rate."
    )
