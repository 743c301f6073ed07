"""What the dashboard of serious violence reads, through row-level security by the districts of the person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.person.reading import Reader, kept
from app.person.store import Patch, number, runs


@dataclass(frozen=True)
class Place:
    """A district, a local area or a neighbourhood; residents is None where no population is loaded."""

    code: str
    name: str
    residents: float | None


@dataclass(frozen=True)
class PartnerMonths:
    """What one partner's feed recorded, by month. categories: the partner's own words with their events over all months; by_category: by
    both."""

    feed: str
    events: Mapping[date, int]
    categories: Mapping[str, int]
    by_category: Mapping[tuple[str, date], int] = field(default_factory=dict)


def counted_at(reader: Reader) -> datetime | None:
    """When incidents were last counted; None where they never were."""
    return max((r.finished_at for r in runs(reader) if r.stage == "count"), default=None)


@kept(32)
def months(reader: Reader, made: datetime, group_id: str, patch: Patch) -> Mapping[tuple[str, date], int]:
    """Incidents of the patch by (publisher's category, month); a month without any is not there."""
    rows = reader.frame("violence/months", {"group_id": group_id, **_within(patch)})
    found: Counter[tuple[str, date]] = Counter()
    for row in rows.itertuples():
        found[str(row.category), row.month] += int(row.incidents)
    return found


@kept(32)
def months_by_place(reader: Reader, made: datetime, group_id: str, patch: Patch) -> Mapping[tuple[str, date], int]:
    """Incidents by (place, month) of the parts of a patch (parts_are)."""
    asked = {"group_id": group_id, "code": "", **_parts(patch)}
    found: Counter[tuple[str, date]] = Counter()
    for row in reader.frame("violence/months", asked).itertuples():
        found[str(row.code), row.month] += int(row.incidents)
    return found


@kept(32)
def places(reader: Reader, made: datetime, group_id: str, patch: Patch) -> tuple[Place, ...]:
    """The parts of a patch by name."""
    rows = reader.frame("violence/places", {"group_id": group_id, **_parts(patch)})
    return tuple(Place(str(r.code), str(r.name), number(r.residents)) for r in rows.itertuples())


def partners(reader: Reader, patch: Patch) -> tuple[PartnerMonths, ...]:
    """Every partner's feed with an event in the patch."""
    rows = reader.frame("violence/partner_events", _within(patch))
    found = []
    for feed, some in rows.groupby("feed"):
        events = {m: int(n) for m, n in some.groupby("month")["events"].sum().items()}
        categories = {str(c): int(n) for c, n in some.groupby("category")["events"].sum().items()}
        both = {(str(r.category), r.month): int(r.events) for r in some.itertuples()}
        found.append(PartnerMonths(str(feed), events, categories, both))
    return tuple(found)


def victims(reader: Reader, district: str) -> Mapping[tuple[str, str, date], int]:
    """Victims by (district, band of age, month), over every feed of victims."""
    found: Counter[tuple[str, str, date]] = Counter()
    for r in reader.rows("violence/victims_by_age", {"district": district}):
        found[str(r["lad_code"]), str(r["band"]), r["month"]] += int(r["victims"])
    return found


def residents_by_age(reader: Reader, district: str) -> tuple[Mapping[str, Mapping[int, float]], str]:
    """Residents by district and first year of a band of five, and of which reference they are; nothing where none are loaded by age."""
    found: dict[str, dict[int, float]] = {}
    reference = ""
    for r in reader.rows("violence/residents_by_age", {"district": district}):
        found.setdefault(str(r["lad_code"]), {})[int(r["first_year"])] = float(r["people"])
        reference = str(r["reference"])
    return found, reference


def parts_are(patch: Patch) -> str:
    """What a patch is shown by: the districts of everything, the local areas of a district, the neighbourhoods of a patch of one's own."""
    if patch.own:
        return "lsoa"
    return "msoa" if patch.district else "lad"


def _parts(patch: Patch) -> dict[str, object]:
    return {"geography": parts_are(patch), "district": patch.district, "members": list(patch.members)}


def _within(patch: Patch) -> dict[str, object]:
    geography = "lsoa" if patch.own else "msoa" if patch.msoa else "lad"
    return {"geography": geography, "district": patch.district, "code": patch.msoa, "members": list(patch.members)}
