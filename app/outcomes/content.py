"""Everything that the page of outcomes says of a place, read in one transaction. No drawing here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.hotspots import store as analysis_store
from app.hotspots.store import Group
from app.look.markup import Table
from app.outcomes import download, report, store, tables
from app.outcomes.download import Row, Where
from app.outcomes.report import KindShare
from app.outcomes.store import Month
from app.person import store as person_store
from app.person.reading import Reader
from core.waiting_time import Waited

NOT_PUBLISHED = (
    "Nothing on this page is on the community portal. These tables have not passed the release gate, which checks that no small number can be"
    " worked out, and nothing is published without it."
)


@dataclass(frozen=True)
class Place:
    """A district, or ('') every one that the person may see. made: when outcomes, and searches, were counted; names: of these districts."""

    made: datetime
    names: Mapping[str, str]
    district: str
    where: str


@dataclass(frozen=True)
class CrimesAsked:
    """A kind of crime, of months followed for at least so long. groups: every kind that there is to choose."""

    groups: Mapping[str, Group]
    group: Group
    at_least: int


@dataclass(frozen=True)
class Crimes:
    """What became of crimes. shares: of which there is a table, and one in the publisher's words, where there is a crime."""

    lead: tuple[str, ...]
    months_note: str
    shares: tuple[KindShare, ...]
    by_outcome: Table | None
    in_words: Table | None
    waited: tuple[Waited, ...]
    waiting: tuple[str, ...]
    by_wait: Table | None
    by_kind: Table
    by_district: Table | None
    by_month: Table
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Outcomes:
    """The page. crimes is None where nothing of them is loaded or could be asked for."""

    place: Place
    title: str
    crimes: Crimes | None
    sure: tuple[str, ...]
    sources: Table

    @property
    def rows(self) -> list[Row]:
        """All tables, for the download."""
        return list(self.crimes.rows) if self.crimes is not None else []


def groups_with_outcomes(reader: Reader, made: datetime) -> dict[str, Group]:
    """Kinds of crime of which there is one with an identifier in the months that were followed."""
    present = {o.category for o in store.outcomes(reader, made, 0)}
    return {g.group_id: g for g in analysis_store.groups(reader) if present & set(g.categories)}


def build(reader: Reader, place: Place, crimes: CrimesAsked | None) -> Outcomes:
    months = store.months(reader, place.made)
    held = {
        "crimes": [m.month for m in person_store.months(reader) if m.loaded],
        # a month is followed where the outcome file of its own month is loaded
        "outcomes": [m.month for m in report.followed(months)],
    }
    return Outcomes(
        place=place,
        title=f"What became of crimes in {place.where}",
        crimes=None if crimes is None else _crimes(reader, place, crimes, months),
        sure=(
            report.late_note(months, 0),
            "An outcome is what was published of a crime, one at a time. The newest one stands; a later file can change it.",
            "Crimes without an identifier, without a place, or with one outside the region are in no share here.",
            NOT_PUBLISHED,
        ),
        sources=tables.sources_table([s for s in store.sources(reader, place.made) if s.subject in held], place.made, held),
    )


def _crimes(reader: Reader, place: Place, asked: CrimesAsked, months: tuple[Month, ...]) -> Crimes:
    group, district, where = asked.group, place.district, place.where
    rows = store.outcomes(reader, place.made, asked.at_least)
    counts = store.month_counts(reader, place.made, district)
    delays = store.delays(reader, place.made, district)
    crimes = report.crimes_by_outcome(rows, group.categories, district)
    what = "all kinds" if group.kind == "total" else group.label[:1].lower() + group.label[1:]
    label = report.crimes_label(group)
    period = report.spans(report.followed(months, asked.at_least))
    caption = f"{label} in {where}, crimes of {period}"
    shares = report.shares(crimes)
    waited = report.enough_watched(report.waiting(months, counts, delays, group.categories))
    of = Where(where, district, label, period, report.covered_by(report.followed(months, asked.at_least)))
    return Crimes(
        lead=report.lead_sentences(crimes, months, asked.at_least, what, where),
        months_note=report.months_note(months, asked.at_least),
        shares=shares,
        by_outcome=tables.shares_table(shares, caption) if shares else None,
        in_words=tables.words_table(shares, caption) if shares else None,
        waited=waited,
        waiting=report.waiting_sentences(waited),
        by_wait=tables.waiting_table(waited, caption) if waited else None,
        by_kind=tables.kinds_table(rows, tuple(asked.groups.values()), district, where, period),
        by_district=tables.districts_table(rows, group, place.names, period) if len(place.names) > 1 else None,
        by_month=tables.months_table(months, counts, group, where),
        rows=(*download.outcome_rows(of, shares), *download.waiting_rows(of, waited)),
    )
