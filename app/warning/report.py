"""What the early warning says: the list in words, the layer of the map, the record of past alarms. No drawing here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.look import wording
from app.look.csv_text import csv_text
from app.look.map_frame import MapArea, MapMark
from app.look.markup import Cell, LegendEntry, Table
from app.look.palette import Palette
from app.person.store import Patch
from app.warning.store import Alarm, Look, Past, Place

# recurrence in months that the map and the list tell apart: below two years, below ten, rarer
RARER, RAREST = 24, 120
_SHADES = ("once in over 10 years", "once in 2 to 10 years", "once in 1 to 2 years")
MOST_PAST = 40

HOW = (
    "Each month, every circle of neighbourhoods within a district, up to 3 km around each, and every span of up to {longest} months that"
    " reaches to the last month, is compared with what its own months before and the rest of the region let expect: a place that is always"
    " busy is no alarm, nor is a month that is busy everywhere. Then the months of the incidents are shuffled {replicates} times. How often a"
    " shuffle gives something as surprising anywhere, in any of the {kinds} kinds, says how often chance alone would.",
    "It does not say why, and its border is uncertain. Incidents come in series, for which the method allows in part, and a place that is"
    " busy each summer looks like a rise in spring: so more alarms come to nothing than chance alone would give. The record above says how"
    " many."
    " Offences that police activity itself finds are left out.",
)
NO_DAYS = (
    "Near repeats (watch these streets for so many days) need the day of each incident. Published crime has months and nothing finer, and"
    " of partners’ events the portal keeps no date. So none are shown here."
)


@dataclass(frozen=True)
class Warned:
    """An alarm as the list shows it. number: on the list and on the map; also: the same rise in other kinds, in words."""

    number: int
    alarm: Alarm
    also: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.alarm.names[0]

    @property
    def beside(self) -> str:
        others = len(self.alarm.names) - 1
        return f"and {wording.plural(others, 'neighbourhood')} beside it" if others else ""

    @property
    def said(self) -> str:
        a = self.alarm
        return f"{a.label}: {a.observed:,} recorded {span(a)}, {count(a.expected)} expected."

    @property
    def rarity(self) -> str:
        return f"By chance {once_in(self.alarm.once_in_months, self.alarm.replicates)}"

    @property
    def raised(self) -> str:
        a = self.alarm
        return "New this month" if a.first_raised == a.month else f"First raised in {wording.month(a.first_raised)}"


def title(patch: Patch, newest: Look) -> str:
    return f"Early warning: {patch.name}, {wording.month(newest.month)}"


def lead(warned: Sequence[Warned], patch: Patch, newest: Look, kind: str) -> tuple[str, ...]:
    """What there is, and what chance alone gives."""
    what = f" of {kind[:1].lower()}{kind[1:]}" if kind else ""
    chance = (
        f"Chance alone would raise an alarm somewhere in the region in one month of {newest.least_months}, with all {newest.kinds} kinds"
        " looked at together."
    )
    if not warned:
        return (f"Nothing{what} in {patch.name} has risen beyond chance until {wording.month(newest.month)}.", chance)
    rises = wording.plural(len(warned), "rise")
    return (f"{rises}{what} beyond chance, still there in {wording.month(newest.month)}, most surprising first.", chance)


def span(alarm: Alarm | Past) -> str:
    """'in November 2025', 'since September 2025'."""
    return f"in {wording.month(alarm.since)}" if alarm.since == alarm.month else f"since {wording.month(alarm.since)}"


def count(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def once_in(months: float, replicates: int) -> str:
    """'once in 40 months', 'once in 12 years', or rarer than the shuffles can tell."""
    if months >= replicates + 1 - 1e-6:
        return f"less than once in {replicates // 12:,} years"
    if months >= 48:
        return f"once in {months / 12:,.0f} years"
    return f"once in {months:,.0f} months"


def folded(alarms: Sequence[Alarm]) -> tuple[Warned, ...]:
    """The alarms with one rise told once: an alarm of another kind that shares half of its places with one before it is said there."""
    listed: list[tuple[Alarm, list[str]]] = []
    for alarm in alarms:
        own = set(alarm.codes)
        same = next((also for first, also in listed if 2 * len(own & set(first.codes)) >= min(len(own), len(first.codes))), None)
        if same is None:
            listed.append((alarm, []))
        else:
            same.append(f"{alarm.label} ({alarm.observed:,} {span(alarm)}, {count(alarm.expected)} expected)")
    return tuple(Warned(number, alarm, tuple(also)) for number, (alarm, also) in enumerate(listed, start=1))


def shade(months: float) -> int:
    return 0 if months >= RAREST else 1 if months >= RARER else 2


def areas_of(places: Sequence[Place], warned: Sequence[Warned], palette: Palette) -> tuple[MapArea, ...]:
    """The layer of the map: a neighbourhood in the colour of the most surprising rise that it is part of."""
    of: dict[str, Warned] = {}
    for one in reversed(warned):
        of |= dict.fromkeys(one.alarm.codes, one)
    return tuple(
        MapArea(
            p.code,
            p.outline,
            palette.hot[shade(of[p.code].alarm.once_in_months)] if p.code in of else palette.neutral,
            f"{p.name}. Part of {of[p.code].number}: {of[p.code].said} {of[p.code].rarity}"
            if p.code in of
            else f"{p.name}. No rise",
        )
        for p in places
    )


def marks_of(places: Sequence[Place], warned: Sequence[Warned]) -> tuple[MapMark, ...]:
    """The number of each rise on the neighbourhood in its middle, where that is on the map."""
    at = {p.code: p for p in places}
    return tuple(
        MapMark(p.code, p.lat, p.lon, str(one.number), fits=False)
        for one in warned
        if (p := at.get(one.alarm.codes[0])) is not None
    )


def legend_of(palette: Palette) -> tuple[LegendEntry, ...]:
    """Every look that the layer can have, present or not."""
    return (*map(LegendEntry, _SHADES, palette.hot), LegendEntry("no rise", palette.neutral))


def record_sentences(looks: Sequence[Look], past: Sequence[Past], patch: Patch) -> tuple[str, ...]:
    """How many months had an alarm beside what chance gives, and how many alarms went on."""
    with_alarm = sum(one.alarms > 0 for one in looks)
    by_chance = sum(1 / one.least_months for one in looks)
    afterwards = sum(not one.in_time for one in looks)
    said = [
        f"Of {wording.plural(len(looks), 'month')} looked at, {with_alarm} had an alarm somewhere in the region; by chance alone it would be"
        f" about {by_chance:.1f}."
    ]
    if afterwards:
        how = (
            "All of them were"
            if afterwards == len(looks)
            else f"{afterwards:,} of them were"
            if afterwards > 1
            else "One of them was"
        )
        said.append(f"{how} looked at afterwards, from the months up to then alone, and not as the month came in.")
    judged = [p for p in past if p.verdict]
    if judged:
        went_on = sum(p.verdict == "went_on" for p in judged)
        said.append(
            f"Of {wording.plural(len(judged), 'alarm')} in {patch.name} whose next month is"
            f" known, {went_on:,} went on: that month was above what was expected, by more than chance gives in 1 of 20. Of alarms that are"
            " chance alone, 1 in 20 or a little more would."
        )
    else:
        said.append("No alarm here has been judged yet: that takes the month after it.")
    return tuple(said)


_VERDICTS = {"went_on": "went on", "eased": "eased", "": "not known yet"}


def record_table(past: Sequence[Past]) -> Table:
    """Past alarms, newest first, as they were raised, and the month after."""
    rows = [
        [
            Cell(wording.month(p.month), () if p.in_time else ("looked at afterwards",)),
            Cell(p.name, (p.label, *((f"{p.places} neighbourhoods",) if p.places > 1 else ()))),
            Cell(f"{p.observed:,}", (f"{count(p.expected)} expected",), number=True),
            Cell(once_in(p.once_in_months, p.replicates)),
            Cell(_VERDICTS[p.verdict], _after(p)),
        ]
        for p in past
    ]
    heads = [Cell("Raised for"), Cell("Where and what"), Cell("Recorded", number=True), Cell("By chance"), Cell("The month after")]
    return Table("Alarms as they were raised, and what became of them", heads, rows, scrolls="Record of past alarms")


def _after(p: Past) -> tuple[str, ...]:
    if p.observed_after is None or p.expected_after is None:
        return ()
    return (f"{p.observed_after:,}, {count(p.expected_after)} expected",)


def csv(past: Sequence[Past]) -> str:
    """Every alarm of the record for download, with how it may be handled in every row."""
    columns = (
        "month", "in_time", "district", "code", "name", "neighbourhoods", "group", "since", "observed", "expected", "once_in_months",
        "verdict", "observed_after", "expected_after", "handling",
    )  # fmt: skip
    return csv_text(columns, (
        (
            f"{p.month:%Y-%m}", "yes" if p.in_time else "no", p.lad_code, p.code, p.name, p.places, p.group_id, f"{p.since:%Y-%m}",
            p.observed, f"{p.expected:.6g}", f"{p.once_in_months:.6g}", p.verdict,
            "" if p.observed_after is None else p.observed_after, "" if p.expected_after is None else f"{p.expected_after:.6g}",
            wording.HANDLING,
        )
        for p in past
    ))  # fmt: skip
