"""The records stage: what became of crimes, and stop and search, by place and month, for professionals.

Reads record.incident, record.outcome, record.stop, place.location_place and place.population; writes the tables in `_FILLED`, each anew.
Outcomes arrive late: the newest months always look undetected, and a month whose outcome files are not loaded looks so for ever. So every
count says what it rests on (`basis`), and `analytics_outcome_months` says how far each month was followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from core.db import fetch, run_statement, truncate
from core.periods import Period
from core.proportion import proportion
from core.provenance import finish_run, start_run

_FILLED = (
    "outcome_count", "outcome_month", "outcome_delay", "stop_count", "stop_month", "stop_outcome_count", "stop_ethnicity_count",
    "stop_person_count", "stop_detail_count", "ethnic_residents", "stop_ratio_sum", "record_source",
)  # fmt: skip
# in this order: delays read how far each month was followed, and counts of searches read the searches that were staged
_TRANSFORMS = (
    "outcomes/count_outcomes", "outcomes/count_outcome_months", "outcomes/count_outcome_delays", "searches/count_stop_months",
    "searches/stage_stops", "searches/count_stops", "searches/count_stop_outcomes", "searches/count_stop_details",
    "searches/stage_stop_ethnicity", "searches/count_stop_ethnicity", "searches/count_stop_persons", "searches/sum_ethnic_residents",
    "searches/sum_stop_ratios", "outcomes/list_record_sources",
)  # fmt: skip


@dataclass(frozen=True)
class RecordsReport:
    """outcomes: rows loaded; crimes_of_outcomes: distinct crimes they are about; matched: those of them that are held here.

    searches: rows loaded; searches_counted: those that lie in the region.
    """

    outcomes: int
    crimes_of_outcomes: int
    matched: int
    searches: int
    searches_counted: int
    run_id: int


def count_police_records(connection: Connection) -> RecordsReport:
    """Count everything that is loaded. Locations must have been placed."""
    deliveries = fetch(connection, "outcomes/record_deliveries")["delivery_id"].tolist()
    run_id = start_run(connection, "records", seed=None, parameters={}, delivery_ids=deliveries)
    truncate(connection, "analysis", *_FILLED)
    for transform in _TRANSFORMS:
        run_statement(connection, transform)
    finish_run(connection, run_id)
    found = fetch(connection, "outcomes/record_totals").iloc[0]
    return RecordsReport(
        outcomes=int(found["outcomes"]),
        crimes_of_outcomes=int(found["crimes_of_outcomes"]),
        matched=int(found["matched"]),
        searches=int(found["searches"]),
        searches_counted=int(found["searches_counted"]),
        run_id=run_id,
    )


@dataclass(frozen=True)
class OutcomeMonth:
    """Crimes with an ID of one month. followed_to: the last of the unbroken outcome months from its own on; None where its own is missing."""

    month: date
    crimes: int
    with_outcome: int
    followed_to: date | None

    @property
    def months_followed(self) -> int:
        return 0 if self.followed_to is None else len(Period(self.month, self.followed_to))


@dataclass(frozen=True)
class OutcomeKind:
    """An outcome and the crimes of followed months whose newest it is; "no outcome yet" is one of them. share of those crimes."""

    outcome: str
    crimes: int
    share: float


@dataclass(frozen=True)
class Outcomes:
    """What `homeground feeds outcomes` shows. outcomes, crimes_of_outcomes and matched are of all that is loaded."""

    outcomes: int
    crimes_of_outcomes: int
    matched: int
    months: tuple[OutcomeMonth, ...]
    kinds: tuple[OutcomeKind, ...]


def read_outcomes(connection: Connection, *, district: str = "") -> Outcomes:
    """Outcomes as they were last counted. district narrows the kinds, not the months."""
    totals = fetch(connection, "outcomes/record_totals").iloc[0]
    months = tuple(
        OutcomeMonth(r.month, int(r.crimes), int(r.with_outcome), r.followed_to)
        for r in fetch(connection, "outcomes/outcome_months").itertuples()
    )
    kinds = fetch(connection, "outcomes/outcome_kinds", {"district": district})
    crimes = int(kinds["crimes"].sum())
    return Outcomes(
        outcomes=int(totals["outcomes"]),
        crimes_of_outcomes=int(totals["crimes_of_outcomes"]),
        matched=int(totals["matched"]),
        months=months,
        kinds=tuple(OutcomeKind(r.outcome, int(r.crimes), int(r.crimes) / crimes) for r in kinds.itertuples()),
    )


@dataclass(frozen=True)
class StopObject:
    """Searches for one thing. share, lower, upper: found of found_known, with Wilson's 95% interval; None where nothing is known."""

    object_of_search: str
    stops: int
    found: int
    found_known: int
    share: float | None
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class Stops:
    """What `homeground feeds stops` shows."""

    searches: int
    months: int
    first_month: date | None
    last_month: date | None
    not_stated: int
    objects: tuple[StopObject, ...]


def read_stops(connection: Connection, *, district: str = "") -> Stops:
    """Searches as they were last counted, in the region or in one district."""
    totals = fetch(connection, "searches/stop_totals", {"district": district}).iloc[0]
    rows = fetch(connection, "searches/stop_objects", {"district": district})
    return Stops(
        searches=int(totals["searches"]),
        months=int(totals["months"]),
        first_month=totals["first_month"],
        last_month=totals["last_month"],
        not_stated=int(totals["not_stated"]),
        objects=tuple(
            StopObject(
                r.object_of_search, int(r.stops), int(r.found), int(r.found_known), *wilson(int(r.found), int(r.found_known))
            )
            for r in rows.itertuples()
        ),
    )


def wilson(found: int, known: int) -> tuple[float | None, float | None, float | None]:
    """A share with its 95% interval as core.proportion has it; three times None of nothing."""
    share = proportion(found, known)
    return (None, None, None) if share is None else (share.share, share.lower, share.upper)
