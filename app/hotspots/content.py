"""Everything that the page of hot spots says of a patch, read in one transaction: sentences, tables and places. No drawing here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from app.hotspots import next_report, next_store, report, store, time_report, time_store, trust_report, trust_store
from app.hotspots.store import Choice, Group, HotSpot
from app.hotspots.trust_store import Held
from app.look import wording
from app.look.markup import Table
from app.person import store as person_store
from app.person.reading import Reader
from app.person.store import MonthStatus, Patch
from app.questions.beside import Beside, beside


@dataclass(frozen=True)
class Asked:
    """A map of a patch. choices: every analysis that this person may look at, the one asked for among them."""

    patch: Patch
    group: Group
    choice: Choice
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class HotSpots:
    """What is said of the map that was asked for. until: when it ends being one to act on; expired: whether it has ended."""

    asked: Asked
    title: str
    spots: tuple[HotSpot, ...]
    certainty: tuple[str, ...]
    meaning: str
    missing: str
    until: str
    expired: bool
    held: Mapping[str, Held]
    outlines: Mapping[str, tuple[str, Mapping[str, Any]]]
    record: tuple[str, ...]
    trust: tuple[str, ...]
    track: Table | None
    when: tuple[str, ...]
    times: tuple[Table, ...]
    overlap: tuple[str, ...]
    sure: tuple[str, ...]
    beside: tuple[Beside, ...]

    @property
    def holds(self) -> dict[str, str]:
        """How each hot spot holds on other grids, in words, by code."""
        return {code: trust_report.held_words(one) for code, one in self.held.items()}


def build(reader: Reader, asked: Asked, today: date | None = None) -> HotSpots:
    """The page of a map. today: by default this day in UTC."""
    choice, patch = asked.choice, asked.patch
    spots = store.hot_spots(reader, choice, patch)
    months = person_store.months(reader)
    held = trust_store.stability(reader, choice)
    record = trust_store.track_record(reader, choice)
    until, expired = trust_report.expiry_sentence(choice.expires_on, today or datetime.now(tz=UTC).date())
    *certainty, meaning = report.statement(spots, choice, patch)
    when, times = _when(reader, choice, patch)
    return HotSpots(
        asked=asked,
        title=f"Hot spots of {wording.lower(asked.group.label)} in {patch.name}, {choice.covered}",
        spots=spots,
        certainty=tuple(certainty),
        meaning=meaning,
        missing=report.months_missing(choice),
        until=until,
        expired=expired,
        held=held,
        outlines=person_store.patch_outlines(reader, patch) if choice.on_hexagons else {},
        record=(*trust_report.track_sentences(record, choice), *next_report.beside(next_store.record(reader, choice))),
        trust=tuple(_trust(reader, asked, spots, held)),
        track=trust_report.track_table(record, choice) if record else None,
        when=when,
        times=times,
        overlap=tuple(_overlap(reader, choice, patch)),
        sure=tuple(_sure(reader, asked, months)),
        beside=_beside(reader, choice, spots, today or datetime.now(tz=UTC).date()),
    )


def _beside(reader: Reader, choice: Choice, spots: Sequence[HotSpot], today: date) -> tuple[Beside, ...]:
    """What was asked and done about places of the map, those of hot and cold spots first."""
    if choice.on_hexagons:
        return ()
    first = report.strongest_first([s for s in spots if s.kind != "not_significant"])
    places = {s.code: s.name for s in (*first, *spots)}
    return beside(reader, places, {g.group_id: g.label for g in store.groups(reader)}, today)


def _trust(reader: Reader, asked: Asked, spots: Sequence[HotSpot], held: Mapping[str, Held]) -> list[str]:
    choice, patch = asked.choice, asked.patch
    said = list(trust_report.stability_sentences(spots, held, choice))
    other = counterpart(asked.choices, choice)
    if other is not None:
        pair = (spots, store.hot_spots(reader, other, patch))
        without, with_found = pair if choice.measure == "count" else pair[::-1]
        said.append(trust_report.proactive_difference(without, with_found, choice))
    if choice.measure == "smoothed_rate" and choice.geography == "lsoa":
        said += trust_report.outlier_sentences(trust_store.outliers(reader, choice, patch), patch.name)
    return said


def counterpart(choices: Sequence[Choice], choice: Choice) -> Choice | None:
    """The same map with, or without, what police activity produces; None where there is no such pair."""
    wanted = {"count": store.WITH_PROACTIVE, store.WITH_PROACTIVE: "count"}.get(choice.measure)
    same = (choice.geography, choice.edition, choice.grid_id, choice.group_id, wanted)
    return next((c for c in choices if (c.geography, c.edition, c.grid_id, c.group_id, c.measure) == same), None)


def _when(reader: Reader, choice: Choice, patch: Patch) -> tuple[tuple[str, ...], tuple[Table, ...]]:
    """The plain statement first: published crime has months and nothing finer."""
    season = time_store.season(reader, choice, patch)
    week = time_store.week_times(reader, patch)
    where = "in the district" if patch.district else "in the whole region"
    tables = [] if season is None else [time_report.season_table(season)]
    tables += [time_report.week_table(one) for one in week]
    return (time_report.NO_TIMES, *time_report.season_sentences(season, where)), tuple(tables)


def _overlap(reader: Reader, choice: Choice, patch: Patch) -> list[str]:
    found = store.overlaps(reader, choice)
    if not found:
        return []
    names = store.overlap_places(reader, choice, patch)
    return [s for o in found for s in report.overlap_sentences(o, names.get(o.overlap_id, []), patch, choice)]


def _sure(reader: Reader, asked: Asked, months: Sequence[MonthStatus]) -> list[str]:
    choice = asked.choice
    return [
        report.MEASURE_NOTES.get(choice.measure, ""),
        trust_store.harm_statement(reader, choice),
        trust_report.residents_note(choice, trust_store.hexagon_error(reader) if choice.geography == store.HEXAGON else None),
        report.proactive_note(asked.group, choice.measure),
        report.unplaced_note(months, choice),
        "Recorded crime is what was reported and recorded. The police publish an approximate point for each record, so one near an edge"
        " can be counted next door.",
    ]
