"""What the page of track records says: which map leads for each kind, and every map beside the counts of the same months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.hotspots import report
from app.hotspots.record_store import COUNTS, FORETOLD, JUDGED_AT, Layer, Record, Score
from app.look import wording
from app.look.csv_text import csv_text
from app.look.markup import Cell, Table

TITLE = "Track record: which map to follow"
_BY = {
    "count": "number",
    "smoothed_rate": "smoothed rate",
    "rate": "rate",
    "density": "density",
    "harm": "harm",
    "incidents": "number",
}
HOW = (
    "Each map was made again from what was known before a month, and the month was then laid over it. “Caught” is the share of that month's"
    " incidents within so much of the region's area, mean of the months; a map drawn by chance catches as much as the share itself. “Counts”"
    " are the mean of the months before, unbroken, twelve at most: what anybody can make without a method.",
    "Gain: the map less the counts, in percentage points, with its 95% interval. PAI: how many times more is caught than by chance (the"
    " prediction accuracy index). PEI: the share of what the best possible map of that month would have caught (the prediction efficiency"
    " index). In brackets, those of the counts.",
    "A map leads where it beats the counts at one share of the area at least and is behind them at none; of those that lead, the one that"
    f" gains most at {100 * JUDGED_AT:g}% comes first. Where none leads, the counts do. Hot spots opens with the map that comes first here."
    " A map that does not lead is still there: it says where more is recorded than chance would give, which counts cannot say.",
)
NOTHING = (
    "No map has been tested against the months that came after. Whoever runs the analysis makes the record with: homeground analyse --only"
    " track and homeground analyse --only foretell"
)


def layer_name(layer: str) -> str:
    if layer == FORETOLD:
        return "Where next"
    if layer == COUNTS:
        return "Counts of the last months"
    return f"Hot spots by {_BY.get(layer, report.measure_name(layer))}"


def statement(records: Sequence[Record], labels: Mapping[str, str]) -> tuple[str, ...]:
    """Which map leads how often, and for which kinds none beats the counts."""
    led = {name: [r for r in records if r.best.name == name] for name in dict.fromkeys(r.best.name for r in records)}
    said = [
        f"{layer_name(name)} leads for {len(found)} of {wording.plural(len(records), 'kind')}"
        for name, found in sorted(led.items(), key=lambda item: -len(item[1]))
        if name != COUNTS
    ]
    first = f"{wording.listed(said)}." if said else "No map beats the counts of the last months for any kind."
    plain = [wording.lower(labels.get(r.group_id, r.group_id)) for r in led.get(COUNTS, [])]
    second = (
        f" For {wording.listed(plain)} nothing beats the counts of the last months, so these come first." if said and plain else ""
    )
    return tuple(filter(None, (first + second, _hot_spots_note(records))))


def _hot_spots_note(records: Sequence[Record]) -> str:
    """For how many kinds a map of hot spots leads; empty where none was tested."""
    tested = [r for r in records if any(layer.name not in (FORETOLD, COUNTS) for layer in r.layers)]
    if not tested:
        return ""
    ahead = sum(any(layer.leads and layer.name not in (FORETOLD, COUNTS) for layer in r.layers) for r in tested)
    if ahead:
        return f"A map of hot spots beats the counts for {ahead} of {wording.plural(len(tested), 'kind')}."
    return "No map of hot spots beats the counts for any kind. Use it to see where an excess is more than chance."


def months_note(records: Sequence[Record]) -> str:
    """How many months were foretold, and which."""
    scores = [score for r in records for layer in r.layers for score in layer.scores]
    most, first, last = max(s.months for s in scores), min(s.first_month for s in scores), max(s.last_month for s in scores)
    fewest = min(s.months for s in scores)
    many = wording.plural(most, "month") if fewest == most else f"{fewest} to {wording.plural(most, 'month')}"
    return f"{many} foretold, from {wording.month(first)} to {wording.month(last)}. Of the whole region."


def best_table(records: Sequence[Record], labels: Mapping[str, str], coverage: float, caption: str) -> Table:
    """One row a kind: the map that comes first, and what it caught beside the counts."""
    rows = []
    for r in records:
        score = r.best.at(coverage)
        head = Cell(labels.get(r.group_id, r.group_id), (layer_name(r.best.name),))
        rows.append([head, *_figures(score, itself=r.best.name == COUNTS)])
    return Table(caption, [Cell("Kind and map"), *_HEADS], rows, narrow=True)


def layers_table(record: Record, coverage: float, caption: str) -> Table:
    """One row a map of one kind, the best first, with what the record says of it."""
    rows = [
        [Cell(layer_name(layer.name), (verdict(layer, record),)), *_figures(layer.at(coverage), itself=layer.name == COUNTS)]
        for layer in record.layers
    ]
    return Table(caption, [Cell("Map"), *_HEADS], rows, narrow=True)


_HEADS = [Cell(head, number=True) for head in ("Caught", "Gain", "PAI", "PEI")]


def _figures(score: Score, *, itself: bool) -> list[Cell]:
    gain: str = "" if itself else "too few months"
    interval: tuple[str, ...] = ()
    if score.gain is not None and score.gain_lower is not None and score.gain_upper is not None:
        gain, interval = points(score.gain), (f"({points(score.gain_lower)} to {points(score.gain_upper)})",)
    pai, pei = _index(score.pai, ".1f"), _index(score.pei, ".2f")
    return [
        Cell(_percent(score.hit_rate), () if itself else (f"({_percent(score.counts_hit_rate)})",), number=True),
        Cell(gain, interval, number=True),
        Cell(pai, () if itself or not pai else (f"({_index(score.counts_pai, '.1f')})",), number=True),
        Cell(pei, () if itself or not pei else (f"({_index(score.counts_pei, '.2f')})",), number=True),
    ]  # fmt: skip


def verdict(layer: Layer, record: Record) -> str:
    """What the record says of a map, in a few words."""
    first = layer is record.best
    if layer.name == COUNTS:
        return "comes first: nothing beats it" if first else ""
    if first:
        return "comes first"
    if layer.leads:
        return "beats the counts"
    if layer.too_few:
        return "too few months to say"
    behind = [f"{100 * score.coverage:g}%" for score in layer.scores if score.standing == "behind"]
    if not behind:
        return "does not beat the counts"
    return f"does not beat the counts; behind at {wording.listed(behind)} of the area"


def csv(records: Sequence[Record], labels: Mapping[str, str]) -> str:
    """Every map at every share of the area, of every kind and geography."""
    columns = (
        "geography", "edition", "group", "kind", "map", "rank", "share_of_area", "standing", "months", "first_month", "last_month",
        "caught", "counts_caught", "gain", "gain_lower", "gain_upper", "pai", "counts_pai", "pei", "counts_pei",
    )  # fmt: skip
    return csv_text(columns, (
        (
            r.geography, r.edition, r.group_id, labels.get(r.group_id, r.group_id), layer.name, rank, score.coverage, score.standing,
            score.months, f"{score.first_month:%Y-%m}", f"{score.last_month:%Y-%m}",
            *("" if v is None else f"{v:.6g}" for v in (
                score.hit_rate, score.counts_hit_rate, score.gain, score.gain_lower, score.gain_upper, score.pai, score.counts_pai,
                score.pei, score.counts_pei,
            )),
        )
        for r in records for rank, layer in enumerate(r.layers, start=1) for score in layer.scores
    ))  # fmt: skip


def _index(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")
