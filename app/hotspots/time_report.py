"""What a page says of when: seasons beyond chance, hours of the week where a source gives them, and plainly where none does. Content only."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

from app.hotspots.time_store import Season, SeasonMonth, WeekTimes
from app.look import wording
from app.look.markup import Cell, Table

NO_TIMES = (
    "Recorded crime comes from published files that give the month of each incident, not the day or the hour. So nobody can say from them at"
    " what time of day or on which day of the week these incidents happened, and this page does not."
)
STOP_SEARCH = "stop_search"
# four-hour blocks of the day
BLOCKS = ((0, 4), (4, 8), (8, 12), (12, 16), (16, 20), (20, 24))


def season_sentences(found: Season | None, where: str) -> tuple[str, ...]:
    """Whether there is a season beyond chance, and which months; no season is said as plainly."""
    if found is None:
        return (
            "Too few years to speak of a season: at least 2 calendar years with 9 loaded months each are needed, because the course of one"
            " year is not a season.",
        )
    span = f"{where}, {found.covered}"
    if found.p_value is None or found.p_value > 0.05:
        return (
            f"No season beyond chance ({span}): the months differ no more than chance and differences between years would make them.",
        )
    above = [m for m in found.months if m.lower is not None and m.lower > 1]
    below = [m for m in found.months if m.upper is not None and m.upper < 1]
    said = [f"The months differ by more than chance ({span}; all months together, p {_p(found.p_value)})."]
    for months, words in ((above, "More"), (below, "Fewer")):
        if months:
            said.append(f"{words} a day than on the average day of the same years: {wording.listed([_month(m) for m in months])}.")
    if not above and not below:
        said.append("No single month stands out by itself.")
    return tuple(said)


def _month(month: SeasonMonth) -> str:
    share = 100 * ((month.ratio or 1.0) - 1.0)
    return f"{calendar.month_name[month.month]} ({abs(share):.0f}% {'more' if share > 0 else 'fewer'})"


def _ratio(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _p(value: float) -> str:
    return "under 0.001" if value < 0.001 else f"{value:.3f}"


def season_rows(found: Season) -> list[tuple[str, str, str, str]]:
    """Month, recorded, ratio, interval."""
    return [
        (
            calendar.month_name[m.month],
            f"{m.recorded:,}",
            _ratio(m.ratio),
            "" if m.lower is None or m.upper is None else f"{m.lower:.2f} to {m.upper:.2f}",
        )
        for m in found.months
    ]


def season_table(found: Season) -> Table:
    columns = [Cell("Month"), *(Cell(head, number=True) for head in ("Recorded", "Ratio", "95% interval"))]
    return _table("Recorded a day over the average day of the same years: 1 is average.", columns, season_rows(found))


def week_table(times: WeekTimes) -> Table:
    heads, rows = week_rows(times)
    columns = [Cell("Day"), *(Cell(head, number=True) for head in heads)]
    # seven columns and more slide sideways on a phone; four fit
    return _table(week_caption(times), columns, [(day, *shares) for day, shares in rows], scrolls="Shares by day and hour")


def _table(caption: str, columns: Sequence[Cell], rows: Sequence[Sequence[str]], *, scrolls: str = "") -> Table:
    cells = [[Cell(name), *(Cell(figure, number=True) for figure in figures)] for name, *figures in rows]
    return Table(caption, columns, cells, narrow=True, scrolls=scrolls)


def source_name(source: str) -> str:
    return "Stop and search" if source == STOP_SEARCH else source.removeprefix("partner_").replace("_", " ").capitalize()


def week_caption(times: WeekTimes) -> str:
    total = sum(times.records.values())
    text = f"{source_name(times.source)}: {total:,} records, {times.covered.in_sentence}, share in percent"
    if times.source == STOP_SEARCH:
        return (
            f"{text}. Searches are police activity: this shows when officers search, not when harm happens. Only the hour is kept."
        )
    return f"{text}. Hours that were not written down are left out."


def week_rows(times: WeekTimes) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Column heads (blocks of hours, with a last one for unknown hours where there are any) and a row a weekday with shares in percent."""
    total = sum(times.records.values())
    named = sorted({w for w, _ in times.records if w is not None})
    weekdays: list[int | None] = [*named, *([None] if any(w is None for w, _ in times.records) else [])]
    unknown = any(h is None for _, h in times.records)
    heads = [f"{start:02d} to {end:02d}" for start, end in BLOCKS] + (["hour unknown"] if unknown else [])
    rows = []
    for weekday in weekdays:
        cells = [
            sum(n for (w, h), n in times.records.items() if w == weekday and h is not None and start <= h < end)
            for start, end in BLOCKS
        ]
        if unknown:
            cells.append(times.records.get((weekday, None), 0))
        name = "Any day" if weekday is None else calendar.day_name[weekday]
        rows.append((name, [f"{100 * n / total:.1f}" for n in cells]))
    return heads, rows


def has_hours(found: Sequence[WeekTimes]) -> bool:
    """Whether a source other than police activity gives times."""
    return any(t.source != STOP_SEARCH for t in found)
