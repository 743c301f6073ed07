"""What the analysis says of a district or of the whole area, as the professional role may see it: counts of large areas, and names.

No number about a neighbourhood or a local area comes from here: those are the release's. Row-level security applies to every query.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from briefs.read import MEASURES, clearly_apart, groups_compared
from core.db import one, rows
from core.periods import CoveredPeriod, Period, add_months

YEAR = 12
# months that a chart shows
_DRAWN = 36
# months of outcome files that a crime needs after its own
_FOLLOWED = 6


@dataclass(frozen=True)
class HotSpot:
    """certainty: percent."""

    name: str
    certainty: int


@dataclass(frozen=True)
class Met:
    """A declared factor: how many of the neighbourhoods that have a value of it meet its threshold. missing: why there is no data."""

    side: str
    label: str
    threshold: str
    source: str
    caution: str
    missing: str
    places: int
    meeting: int


@dataclass(frozen=True)
class Reach:
    """A kind of service. beyond: residents farther than reach_m in a straight line; None where unused says why it is not reckoned."""

    label: str
    reach_m: int
    caution: str
    unused: str
    residents: float | None
    beyond: float | None


@dataclass(frozen=True)
class Alike:
    """Neighbourhoods beside their ten most similar areas together: compared, and the names of those clearly above and below."""

    compared: int
    above: tuple[str, ...]
    below: tuple[str, ...]


@dataclass(frozen=True)
class Supply:
    """What an authority is asked for, and what of it is held: titles or names of feeds with the last day of each, None where unknown."""

    authority: str
    asked: str
    held: tuple[tuple[str, date | None], ...]
    agreements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Analysed:
    """now: the newest twelve months; before: the twelve before, None where none of them was loaded. months: of the group, every month
    drawn. kinds: the publisher's own within the group kinds_of, over now and before. outcomes: of the publisher's, most first.
    partners: events of now by feed; hours: source, busiest weekday and hour, records."""

    group_id: str
    now: CoveredPeriod
    before: CoveredPeriod | None
    months: Mapping[date, int]
    missing: tuple[date, ...]
    kinds_of: str
    kinds: tuple[tuple[str, int, int | None], ...]
    outcomes: tuple[tuple[str, int], ...]
    measure: str
    hot: tuple[HotSpot, ...]
    hot_period: CoveredPeriod | None
    emerging: Mapping[str, tuple[str, ...]]
    factors: tuple[Met, ...]
    together: tuple[tuple[str, int], ...]
    reach: tuple[Reach, ...]
    alike: Alike | None
    alike_group: str
    partners: Mapping[str, int]
    hours: tuple[tuple[str, str, int, int], ...]
    # files of outcomes and searches that were analysed and are of no release: by a feed's name what they are, and their last day
    records: Mapping[str, tuple[str, date | None]]
    # of the outcomes: months of the crimes
    outcomes_of: Period | None = None


def read_analysed(connection: Connection, group_id: str, kinds_of: str, district: str) -> Analysed | None:
    """district: '' for the whole area. None where no month was analysed."""
    status = rows(connection, "person/months")
    loaded = [r.month for r in status if r.status == "loaded"]
    if not loaded:
        return None
    now = CoveredPeriod.of(Period.ending(loaded[-1], YEAR), loaded)
    earlier = CoveredPeriod.of(Period.ending(add_months(now.period.start, -1), YEAR), loaded)
    before = earlier if earlier.loaded else None
    within = {"geography": "lad", "district": district, "code": "", "members": []}
    counted = rows(connection, "violence/months", {**within, "group_id": group_id})
    of_kinds = counted if kinds_of == group_id else rows(connection, "violence/months", {**within, "group_id": kinds_of})
    since = _drawn_since(loaded)
    months = dict.fromkeys((m for m in loaded if m >= since), 0)
    for row in counted:
        if row.month in months:
            months[row.month] += int(row.incidents)
    compared = groups_compared(connection)
    measure = next((m for m in MEASURES if group_id in compared.get(m, ())), "")
    asked: dict[str, Any] = {"group_id": group_id, "district": district, "members": []}
    spots = rows(connection, "assessment/hot_spots", {**asked, "measure": measure})
    alike_group = next((g for g in (group_id, "serious_violence") if g in compared.get("similar", ())), "")
    return Analysed(
        group_id=group_id,
        now=now,
        before=before,
        months=months,
        missing=tuple(m for m in Period(since, loaded[-1]).months() if m not in months),
        kinds_of=kinds_of,
        kinds=_kinds(of_kinds, now, before),
        outcomes=_outcomes(connection, {r.category for r in counted}, district),
        measure=measure,
        hot=tuple(HotSpot(r.name, int(r.certainty)) for r in spots),
        hot_period=CoveredPeriod.of(Period(spots[0].period_start, spots[0].period_end), loaded) if spots else None,
        emerging=_emerging(connection, asked),
        factors=tuple(
            Met(r.side, r.label, r.threshold or "", r.source, r.caution, r.missing, int(r.places), int(r.meeting))
            for r in rows(connection, "assessment/factors_met", {"district": district, "members": []})
        ),
        together=tuple((r.name, int(r.factors)) for r in rows(connection, "assessment/factors_together", {"district": district})),
        reach=tuple(
            Reach(r.label, int(r.reach_m), r.caution, r.unused, _number(r.residents), _number(r.residents_beyond))
            for r in rows(connection, "assessment/reach", {"district": district})
        ),
        alike=_alike(connection, alike_group, district) if alike_group else None,
        alike_group=alike_group,
        partners=_partners(connection, district, now),
        hours=_hours(connection, district),
        records=_records(connection),
        outcomes_of=_outcomes_of(connection, {r.category for r in counted}, district),
    )


def _drawn_since(loaded: Sequence[date]) -> date:
    """The first month that a chart shows: none from before a gap of more than a year, which would be most of it."""
    since = loaded[-1]
    for month in reversed(loaded):
        if month < add_months(loaded[-1], 1 - _DRAWN) or add_months(month, YEAR + 1) < since:
            break
        since = month
    return since


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _kinds(counted: Sequence[Any], now: CoveredPeriod, before: CoveredPeriod | None) -> tuple[tuple[str, int, int | None], ...]:
    newest, older = Counter[str](), Counter[str]()
    for row in counted:
        if now.period.start <= row.month <= now.period.end:
            newest[row.category] += int(row.incidents)
        elif before is not None and before.period.start <= row.month <= before.period.end:
            older[row.category] += int(row.incidents)
    kinds = sorted({*newest, *older}, key=lambda k: (-newest[k], k))
    return tuple((k, newest[k], older[k] if before is not None else None) for k in kinds)


def _outcomes(connection: Connection, categories: Collection[str], district: str) -> tuple[tuple[str, int], ...]:
    found: Counter[str] = Counter()
    for row in rows(connection, "outcomes/outcomes", {"months_followed": _FOLLOWED}):
        if row.category in categories and district in ("", row.lad_code):
            found[row.outcome] += int(row.crimes)
    return tuple(sorted(found.items(), key=lambda o: (-o[1], o[0])))


_RECORDS = {
    "outcomes": ("police_uk_outcomes", "Outcomes of crimes"),
    "searches": ("police_uk_stop_search", "Stop and search"),
}


def _records(connection: Connection) -> dict[str, tuple[str, date | None]]:
    found: dict[str, tuple[str, date | None]] = {}
    for row in rows(connection, "outcomes/record_sources"):
        if row.subject not in _RECORDS:
            continue
        feed, title = _RECORDS[row.subject]
        last = None if row.last_month is None else add_months(row.last_month, 1) - timedelta(days=1)
        known = found.get(feed, (title, None))[1]
        found[feed] = (title, max((d for d in (known, last) if d is not None), default=None))
    return found


def _outcomes_of(connection: Connection, categories: Collection[str], district: str) -> Period | None:
    asked = {"months_followed": _FOLLOWED, "categories": sorted(categories), "district": district}
    found = one(connection, "assessment/outcome_span", asked)
    return None if found.first_month is None else Period(found.first_month, found.last_month)


def _emerging(connection: Connection, asked: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in rows(connection, "assessment/emerging", asked):
        found.setdefault(row[2], []).append(row.name)
    return {kind: tuple(names) for kind, names in found.items()}


def _alike(connection: Connection, group_id: str, district: str) -> Alike:
    seen = rows(connection, "assessment/similar", {"group_id": group_id, "district": district, "members": []})
    return Alike(len(seen), *clearly_apart(seen))


def _partners(connection: Connection, district: str, now: CoveredPeriod) -> dict[str, int]:
    asked = {"geography": "lad", "district": district, "code": "", "members": []}
    found: Counter[str] = Counter()
    for row in rows(connection, "violence/partner_events", asked):
        if now.period.start <= row.month <= now.period.end:
            found[row.feed] += int(row.events)
    return dict(found)


_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def _hours(connection: Connection, district: str) -> tuple[tuple[str, str, int, int], ...]:
    """Of each source that gives hours: name, busiest day and the hour that was busiest on any day, and all its records with an hour."""
    by_source: dict[str, Counter[tuple[int | None, int]]] = {}
    for row in rows(connection, "times/week_counts", {"district": district}):
        if row.hour is not None:
            by_source.setdefault(row.source, Counter())[(row.weekday, int(row.hour))] += int(row.records)
    found = []
    for source, counted in sorted(by_source.items()):
        hours: Counter[int] = Counter()
        days: Counter[int] = Counter()
        for (day, hour), n in counted.items():
            hours[hour] += n
            if day is not None:
                days[day] += n
        if hours:
            day_name = _DAYS[days.most_common(1)[0][0] % 7] if days else ""
            found.append((source, day_name, hours.most_common(1)[0][0], sum(hours.values())))
    return tuple(found)


def supplies(feeds: Mapping[str, tuple[str, date | None]], agreements: Mapping[str, str]) -> tuple[Supply, ...]:
    """The authorities' checklist. feeds: by id its title and the last day it covers; agreements: by id of a feed, in words."""
    listed = tomllib.loads((Path(__file__).parent / "authorities.toml").read_text(encoding="utf-8"))["authority"]
    found = []
    for entry in listed:
        patterns = [re.compile(p) for p in entry["feeds"]]
        theirs = sorted(f for f in feeds if any(p.search(f) for p in patterns))
        found.append(
            Supply(
                entry["name"],
                entry["asked"],
                tuple(dict.fromkeys(feeds[f] for f in theirs)),
                tuple(dict.fromkeys(agreements[f] for f in theirs if f in agreements)),
            )
        )
    return tuple(found)
