"""What a dashboard of one's own reads: what there is to choose, partners' events and indicators, and dashboards that were kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.person.names import cleaned
from app.person.reading import Reader, kept
from app.person.sign_in import Person
from app.person.store import Patch, number
from app.violence.store import counted_at
from core.audit import record_event
from core.db import Role, fetch, transaction
from core.errors import UserError

NEEDED = "A dashboard needs a name, such as what you look at it for."
MOST_TILES = 12
MOST_DASHBOARDS = 50


@dataclass(frozen=True)
class Kind:
    """An indicator, or a feed of events (source 'event'), that is loaded. given_by: of an indicator its smallest geography."""

    source: str
    name: str
    label: str
    unit: str
    publisher: str
    given_by: str


@dataclass(frozen=True)
class Given:
    """An indicator in one place and period."""

    period: str
    geography: str
    value: float | None
    numerator: float | None
    denominator: float | None


@dataclass(frozen=True)
class Board:
    """A kept dashboard as its reader may see it. measures, places: side by side; left_out: tiles of places that the reader may not see."""

    code: str
    name: str
    own: bool
    measures: tuple[str, ...]
    places: tuple[str, ...]
    left_out: int


def kinds(reader: Reader) -> tuple[Kind, ...]:
    return tuple(Kind(**{k: str(v) for k, v in r.items()}) for r in reader.rows("dashboards/kinds"))


def categories(reader: Reader) -> Mapping[str, tuple[str, ...]]:
    """The partners' own words for their events, by feed."""
    found: dict[str, dict[str, None]] = {}
    for feed, category, _ in _of_feeds(reader, counted_at(reader), _open_feeds(reader)):
        found.setdefault(feed, {})[category] = None
    return {feed: tuple(of) for feed, of in found.items()}


def feed_months(reader: Reader) -> Mapping[str, tuple[date, ...]]:
    """Months with any event, by feed, in all that the person may see."""
    found: dict[str, set[date]] = {}
    for feed, _, month in _of_feeds(reader, counted_at(reader), _open_feeds(reader)):
        found.setdefault(feed, set()).add(month)
    return {feed: tuple(sorted(months)) for feed, months in found.items()}


def _open_feeds(reader: Reader) -> tuple[str, ...]:
    """What the board decides changes them, and no run says when."""
    return tuple(k.name for k in kinds(reader) if k.source == "event")


@kept(16)
def _of_feeds(reader: Reader, made: datetime | None, open_feeds: tuple[str, ...]) -> tuple[tuple[str, str, date], ...]:
    return tuple((str(r["feed"]), str(r["category"]), r["month"]) for r in reader.rows("dashboards/event_categories"))


@kept(64)
def outcomes_by_month(
    reader: Reader, made: datetime, group_id: str, district: str, months_followed: int
) -> tuple[tuple[date, str, int], ...]:
    """Month of the crimes, outcome ('' where no outcome file names them) and how many."""
    asked = {"group_id": group_id, "district": district, "months_followed": months_followed}
    return tuple((r["month"], str(r["outcome"]), int(r["crimes"])) for r in reader.rows("dashboards/outcomes_by_month", asked))


def indicator(reader: Reader, name: str, patch: Patch) -> tuple[Given, ...]:
    """In the places of a patch, oldest period first. None of it is kept in memory: no run says when it was loaded anew."""
    asked = {"indicator": name, "district": patch.district, "code": patch.msoa, "members": list(patch.members)}
    return tuple(
        Given(str(r["period"]), str(r["geography"]), number(r["value"]), number(r["numerator"]), number(r["denominator"]))
        for r in reader.rows("dashboards/indicator_values", asked)
    )


def own(reader: Reader) -> dict[str, str]:
    """Names of the reader's dashboards by code, the one that was changed last first."""
    return {str(r["code"]): str(r["name"]) for r in reader.rows("dashboards/own")}


def board(reader: Reader, code: str) -> Board | None:
    """One's own or a colleague's; None where it is not there, which is not told apart from one that opens nothing."""
    found = reader.rows("dashboards/shared", {"code": code}) if code else []
    if not found:
        return None
    (r,) = found
    return Board(str(r["code"]), str(r["name"]), bool(r["own"]), tuple(r["measures"]), tuple(r["places"]), int(r["left_out"]))


def add(person: Person, name: str, measures: Sequence[str], places: Sequence[str], districts: Sequence[str]) -> str:
    """Keep a dashboard for a person. Returns its code; UserError for a name that is taken or none, or where nothing is on it."""
    name, code = cleaned(name, NEEDED), f"dash-{secrets.token_hex(8)}"
    row = {"code": code, "person": person.actor, "name": name, **_tiles(measures, places, districts)}
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        if len(fetch(connection, "dashboards/own")) >= MOST_DASHBOARDS:
            raise UserError(f"You have {MOST_DASHBOARDS} dashboards, and no more are kept. Delete one that you do not need.")
        if fetch(connection, "dashboards/add", row).empty:
            raise UserError(f"You have a dashboard called “{name}” already. Choose another name, or open that one and change it.")
        record_event(
            connection, actor=person.actor, action="dashboard_added", subject="my_dashboard", detail=_noted(person, code, measures)
        )
    return code


def change(person: Person, code: str, measures: Sequence[str], places: Sequence[str], districts: Sequence[str]) -> None:
    """UserError where it is not there any more, or nothing is on it."""
    row = {"code": code, "person": person.actor, **_tiles(measures, places, districts)}
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        if fetch(connection, "dashboards/change", row).empty:
            raise _gone()
        detail = _noted(person, code, measures)
        record_event(connection, actor=person.actor, action="dashboard_changed", subject="my_dashboard", detail=detail)


def remove(person: Person, code: str) -> None:
    """UserError where it is not there any more."""
    with transaction(Role.PROFESSIONAL, districts=person.districts, person=person.actor) as connection:
        if fetch(connection, "dashboards/remove", {"code": code, "person": person.actor}).empty:
            raise _gone()
        detail = {"dashboard": code, "role": person.role.value}
        record_event(connection, actor=person.actor, action="dashboard_removed", subject="my_dashboard", detail=detail)


def _tiles(measures: Sequence[str], places: Sequence[str], districts: Sequence[str]) -> dict[str, list[str]]:
    if not measures:
        raise UserError("There is no tile on this dashboard yet. Add one, then save it.")
    return {"measures": list(measures), "places": list(places), "districts": list(districts)}


def _noted(person: Person, code: str, measures: Sequence[str]) -> dict[str, object]:
    return {"dashboard": code, "tiles": len(measures), "role": person.role.value}


def _gone() -> UserError:
    return UserError("This dashboard is not there any more. Load the page again.")
