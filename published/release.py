"""What is published, as the portal and the briefs read it: one frozen Release.

Reads only the schema `published`, through whichever role the process holds. A release never changes once written, so the portal keeps
a copy of it by its id for the life of the process; which one is current is asked every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import Connection

from core.contracts import NOT_AVAILABLE
from core.db import Role, fetch, one_or_none, scalar, transaction
from core.errors import InternalError
from core.periods import CoveredPeriod, Period
from core.poisson import Counted, Rate, beside_whole, rate_per_1000
from published import range_words
from published.rows import rows_of

TOTAL = "total"
PARTITION = "partition"
OVERLAY = "overlay"


@dataclass(frozen=True)
class Place:
    """A published place. geography is lsoa, msoa, lad or all, of a hub force too; codes are unique within a geography.

    deprivation_decile: 1 is most deprived.
    """

    geography: str
    edition: str
    code: str
    name: str
    local_name: str
    parent_msoa: str | None
    parent_lad: str | None
    residents: int | None
    residents_reference: str
    deprivation_decile: int | None
    deprivation_reference: str
    # what people call the area around a neighbourhood
    around: str = ""
    # of a hub: the force whose figures these are; None of all forces together
    supplier: str | None = None

    @property
    def label(self) -> str:
        """The name that people use, of the place or of the area around it, with the official one, which says the district.

        One that says the former already stands alone (place.shown_name is the same rule).
        """
        said = self.local_name or self.around
        return self.name if self.name.startswith(said) else f"{said} ({self.name})"


@dataclass(frozen=True)
class Cell:
    """A published cell: exactly one of count and symbol.

    lowest, highest: of a withheld count the least and the largest that the published figures leave possible; None where a count is shown,
    where nothing bounds it, and in releases from before ranges were published.
    """

    count: int | None
    symbol: str | None
    lowest: int | None = None
    highest: int | None = None

    def __post_init__(self) -> None:
        if (self.count is None) == (self.symbol is None):
            raise InternalError("a published cell has exactly one of count and symbol")
        if self.count is not None and (self.lowest is not None or self.highest is not None):
            raise InternalError("a published count has no range")

    @property
    def has_range(self) -> bool:
        """Whether the count is withheld and both ends of what is possible are published."""
        return self.lowest is not None and self.highest is not None

    @property
    def ends(self) -> tuple[int, int] | None:
        """The least and the largest that the count can be: the count twice where it is shown; None where there is no range."""
        if self.count is not None:
            return self.count, self.count
        return None if self.lowest is None or self.highest is None else (self.lowest, self.highest)

    @property
    def text(self) -> str:
        """As a table prints it: '35', '30 to 52', '31*' where a range has one number only, else the symbol."""
        if self.count is None and self.ends is not None:
            return range_words.in_table(*self.ends)
        return f"{self.count:,}" if self.count is not None else self.symbol or NOT_AVAILABLE

    def rate(self, place: Place) -> Rate | None:
        """The rate of this cell; None where the count is withheld or the place has no residents to divide by."""
        if self.count is None or not place.residents:
            return None
        return rate_per_1000(self.count, place.residents)

    def counted(self, place: Place) -> Counted | None:
        """The count or its range among the residents; None where there is neither, or nobody lives there."""
        return None if self.ends is None or not place.residents else Counted(*self.ends, place.residents)

    def rate_ends(self, place: Place) -> tuple[float, float] | None:
        """The least and largest rate per 1,000 residents of a withheld count; None where it is shown, has no range, or nobody lives there.

        No interval by chance: that is for a count that is known.
        """
        if self.count is not None or self.ends is None or not place.residents:
            return None
        lowest, highest = self.ends
        return 1000 * lowest / place.residents, 1000 * highest / place.residents


@dataclass(frozen=True)
class Category:
    """A category group in the words of the release. kind: total, partition (adds up to the total) or overlay (cuts across)."""

    category: str
    label: str
    description: str
    kind: str


@dataclass(frozen=True)
class Source:
    """One source of the release: a feed in one edition. period_start and period_end are the days its publisher names, None where none.

    months_missing: months between the two of which nothing was delivered; None in releases from before that was noted.
    """

    feed: str
    title: str
    publisher: str
    licence: str
    edition: str
    period_start: date | None
    period_end: date | None
    files: int
    rows_in: int
    rows_rejected: int
    loaded_at: datetime
    months_missing: tuple[date, ...] | None = None
    # of a hub: the force that used it
    supplier: str = ""

    @property
    def period(self) -> Period | None:
        """The same in whole months."""
        if self.period_start is None or self.period_end is None:
            return None
        return Period(self.period_start.replace(day=1), self.period_end.replace(day=1))

    @property
    def covered(self) -> CoveredPeriod | None:
        """The period with what was delivered of it; a period of one month was delivered, or there would be no source."""
        if self.period is None:
            return None
        noted = self.months_missing is not None or len(self.period) == 1
        return CoveredPeriod(self.period, tuple(sorted(self.months_missing or ())), noted)

    @property
    def last_day(self) -> date | None:
        """The last day of it. A source of months names them by their first days, so its end is the end of its last month."""
        if self.covered is None or self.period_start is None or self.period_end is None:
            return None
        return self.covered.last_day if self.period_start.day == self.period_end.day == 1 else self.period_end


@dataclass(frozen=True)
class Given:
    """A figure that was once given for an area somebody asked for: the sum over neighbourhoods (codes). It is as public as any other."""

    members: tuple[str, ...]
    category: str
    count: int


@dataclass(frozen=True)
class Supplier:
    """A force whose figures are in the release of a hub. number, published_at: of its own release; added_at: when the hub took that in.

    months_loaded: of all its periods. figures, shown: how many it supplied, and how many of them as numbers.
    """

    code: str
    name: str
    number: int
    published_at: datetime
    added_at: datetime
    period: Period
    months_loaded: tuple[date, ...]
    unplaced_percent: float | None
    figures: int
    shown: int
    manifest: str
    public_key: str
    code_version: str

    @property
    def covered(self) -> CoveredPeriod:
        return CoveredPeriod.of(self.period, self.months_loaded)


@dataclass(frozen=True, eq=False)
class Release:
    """One release, whole: about 20,000 cells for 1,500 LSOAs. Equal only to itself, so that what was drawn from it can be kept by it.

    period, months_loaded, months_missing, cells: of the newest period that some level shows. levels: the same release over the period of
    each geography that is renewed less often, in which all that lies around its places is of that period too. months_noted: whether the
    release says which months of the period were loaded; it always does of the newest. suppliers: of a hub, by code; supplied: the same
    release as a supplier has it of a geography, over its own newest period and months.
    """

    release_id: int
    title: str
    published_at: datetime
    period: Period
    months_loaded: tuple[date, ...]
    months_missing: tuple[date, ...]
    unplaced_percent: float | None
    region_name: str
    synthetic: bool
    policy: Mapping[str, Any]
    certificate: Mapping[str, Any]
    places: Mapping[tuple[str, str], Place]
    cells: Mapping[tuple[str, str, str], Cell]
    categories: tuple[Category, ...]
    sources: tuple[Source, ...]
    code_version: str
    given: tuple[Given, ...] = ()
    levels: Mapping[str, Release] = field(default_factory=dict)
    months_noted: bool = True
    suppliers: tuple[Supplier, ...] = ()
    supplied: Mapping[tuple[str, str], Release] = field(default_factory=dict)

    @property
    def covered(self) -> CoveredPeriod:
        """The period with what was loaded of it: the way to say it."""
        return CoveredPeriod.of(self.period, self.months_loaded, noted=self.months_noted)

    def for_level(self, geography: str, district: str = "") -> Release:
        """This release over the period that places of a geography have figures of, in one district or in the whole region: what is said of
        places is read from here."""
        where = self.place("lad", district)
        if where is not None and (where.supplier or "", geography) in self.supplied:
            return self.supplied[where.supplier or "", geography]
        return self.levels.get(geography, self)

    def for_place(self, place: Place) -> Release:
        """The same over the period that one place has figures of. Only in a hub do places of a geography differ in it."""
        return self.supplied.get((place.supplier or "", place.geography)) or self.for_level(place.geography)

    def supplier(self, place: Place) -> Supplier | None:
        """Whose figures those of a place are; None outside of a hub, and of all its forces together."""
        return next((s for s in self.suppliers if s.code == place.supplier), None)

    def of_other_months(self, places: Iterable[Place]) -> int:
        """How many of some places have their figures over another period, or other months of it. Only in a hub are there any."""
        return sum((p.geography, p.code) not in self.placed for p in places) if self.suppliers else 0

    @cached_property
    def placed(self) -> frozenset[tuple[str, str]]:
        """Places that have a figure over this period."""
        return frozenset((geography, code) for geography, code, _ in self.cells)

    @property
    def views(self) -> tuple[Release, ...]:
        """This release over each of its periods, newest first: together every published cell once."""
        every = {v.window: v for v in (*self.supplied.values(), *self.levels.values(), self)}
        return tuple(every[w] for w in sorted(every, key=lambda w: (w[0].end, w[0].start, w[1]), reverse=True))

    @property
    def window(self) -> tuple[Period, tuple[date, ...]]:
        """The period and the months of it that were loaded: figures of one window can stand side by side."""
        return self.period, self.months_loaded

    def place(self, geography: str, code: str | None) -> Place | None:
        return self.places.get((geography, code)) if code else None

    def named(self, word: str) -> Place | None:
        """The place that an address names, such as 'lsoa.E01028482'; None where it names none."""
        geography, _, code = word.partition(".")
        return self.place(geography, code)

    def cell(self, place: Place, category: str) -> Cell | None:
        """None where the release has no such cell: nothing was published, which is not the same as withheld or 0."""
        return self.cells.get((place.geography, place.code, category))

    def of(self, geography: str, *, district: str = "") -> list[Place]:
        """Places of one geography by name, in one district or in the whole region."""
        return [p for p in self.places.values() if p.geography == geography and district in ("", p.parent_lad)]

    def around(self, place: Place) -> tuple[Place, ...]:
        """The areas that a place lies in, smallest first, ending with the whole region."""
        force = self.place("force", place.supplier)
        found = (self.place("msoa", place.parent_msoa), self.place("lad", place.parent_lad), force, self.region)
        return tuple(p for p in found if p is not None and p.geography != place.geography)

    def wider(self, place: Place) -> Place | None:
        """The area that a place is set beside in words: its district, of a district the force or region; None of the region."""
        return next((p for p in self.around(place) if p.geography in ("lad", "force", "all")), None)

    def beside(self, place: Place, whole: Place | None, category: str) -> int | None:
        """How a place stands beside an area of which it is a part (core.poisson.beside_whole).

        None where there is no such area, a count is withheld without a range, or nobody lives there.
        """
        if whole is None:
            return None
        own, all_of_it = (None if cell is None else cell.counted(p) for p in (place, whole) for cell in (self.cell(p, category),))
        return None if own is None or all_of_it is None else beside_whole(own, all_of_it)

    @property
    def region(self) -> Place | None:
        return next((p for p in self.places.values() if p.geography == "all"), None)

    @property
    def total(self) -> Category | None:
        return next((c for c in self.categories if c.kind == TOTAL), None)

    def category(self, category: str) -> Category | None:
        return next((c for c in self.categories if c.category == category), None)

    @property
    def threshold(self) -> int:
        """k of the release's policy: counts from 1 to k-1 are withheld. InternalError where the policy does not say."""
        found = threshold_of(self.policy)
        if found is None:
            raise InternalError("the release's policy names no threshold")
        return found


def threshold_of(policy: Mapping[str, Any]) -> int | None:
    """The smallest count that may be shown; None where the policy does not say. The policy file has it under [policy]."""
    inner = policy.get("policy")
    for part in (policy, inner if isinstance(inner, Mapping) else {}):
        for name in ("threshold", "k"):
            value = part.get(name)
            if isinstance(value, int) and not isinstance(value, bool):
                return value
    return None


def current_release(role: Role = Role.COMMUNITY) -> Release | None:
    """The release that the public sees now, kept in memory; None before the first one. One small query, unless the release is new."""
    with transaction(role) as connection:
        row = one_or_none(connection, "published/release", {"release_id": None})
    # the time too: a database that was made anew counts its releases from 1 again
    return None if row is None else _kept(int(row.release_id), row.published_at, role)


def release_stamp(role: Role = Role.COMMUNITY) -> str:
    """Changes whenever a release is published, superseded or withdrawn, of whatever period; the same for as long as none is."""
    with transaction(role) as connection:
        return str(scalar(connection, "published/release_stamp"))


@lru_cache(maxsize=4)
def _kept(release_id: int, published_at: datetime, role: Role) -> Release | None:
    with transaction(role) as connection:
        release = read_release(connection)
    return release if release is not None and (release.release_id, release.published_at) == (release_id, published_at) else None


def read_release(connection: Connection, release_id: int | None = None) -> Release | None:
    """The current release, read whole in the caller's transaction; None before the first one.

    release_id: one of the past; None where there is none of that number, or it was withdrawn.
    """
    row = next(rows_of(fetch(connection, "published/release", {"release_id": release_id})), None)
    if row is None:
        return None
    which = {"release_id": int(row.release_id)}
    period = Period(row.period_start, row.period_end)
    span = {"period_start": period.start, "period_end": period.end}
    places = list(rows_of(fetch(connection, "published/release_places", which)))
    called = {p.place_code: p.local_name or "" for p in places if p.geography == "msoa"}
    values = rows_of(fetch(connection, "published/release_values", which))
    suppliers = tuple(_supplier(s) for s in rows_of(fetch(connection, "published/release_suppliers", which)))
    categories = rows_of(fetch(connection, "published/release_categories", which))
    sources = rows_of(fetch(connection, "published/release_sources", which))
    given = rows_of(fetch(connection, "published/release_given", which | span))
    release = Release(
        release_id=int(row.release_id),
        title=row.title,
        published_at=row.published_at,
        period=period,
        months_loaded=tuple(sorted(row.months_loaded)),
        months_missing=tuple(sorted(row.months_missing)),
        unplaced_percent=row.unplaced_percent,
        region_name=row.region_name,
        synthetic=bool(row.synthetic),
        policy=dict(row.policy),
        certificate=dict(row.certificate),
        places={(p.geography, p.place_code): _place(p, called) for p in places},
        cells={},
        categories=tuple(Category(*c) for c in categories),
        sources=tuple(_source(s) for s in sources),
        code_version=row.code_version,
        given=tuple(Given(tuple(str(m) for m in g.members), g.category, int(g.count)) for g in given),
        suppliers=suppliers,
    )
    if suppliers:
        return _of_suppliers(release, values)
    cells = _cells_by_period(values)
    release = replace(release, cells=cells.get(period, {}))
    return replace(release, levels=_levels(release, cells))


_Cells = dict[tuple[str, str, str], Cell]


def _cells_by_period(values: Iterator[Any]) -> dict[Period, _Cells]:
    found: dict[Period, _Cells] = {}
    for v in values:
        found.setdefault(Period(v.period_start, v.period_end), {})[(v.geography, v.place_code, v.category)] = cell_of(v)
    return found


_Window = tuple[Period, tuple[date, ...]]


def _of_suppliers(release: Release, values: Iterator[Any]) -> Release:
    """The release of a hub. A figure is of the months that its supplier had of its period; one of all suppliers is of what all of them had.

    Of a geography the window that most places have stands for all; a place that has another is read by `for_place`.
    """
    months = {s.code: frozenset(s.months_loaded) for s in release.suppliers}
    months[""] = frozenset[date].intersection(*months.values())
    cells: dict[_Window, _Cells] = {}
    places: dict[str, dict[_Window, set[str]]] = {}
    newest: dict[tuple[str, str], _Window] = {}
    for v in values:
        place = release.place(v.geography, v.place_code)
        if place is None:
            # a hexagon, of which no page is
            continue
        period, code = Period(v.period_start, v.period_end), place.supplier or ""
        window = period, tuple(m for m in period.months() if m in months[code])
        cells.setdefault(window, {})[v.geography, v.place_code, v.category] = cell_of(v)
        places.setdefault(v.geography, {}).setdefault(window, set()).add(v.place_code)
        newest[code, v.geography] = max(newest.get((code, v.geography), window), window, key=_end)
    over = {window: _over_window(release, window, own) for window, own in cells.items()}
    usual = {g: max(found, key=lambda w: (len(found[w]), _end(w))) for g, found in places.items()}
    header = over.get((release.period, release.months_loaded), release)
    supplied = {key: over[window] for key, window in newest.items() if window != usual[key[1]]}
    levels = {g: over[w] for g, w in usual.items() if over[w] is not header}
    return replace(header, levels=levels, supplied=supplied)


def _end(window: _Window) -> tuple[date, date]:
    return window[0].end, window[0].start


def _over_window(release: Release, window: _Window, cells: _Cells) -> Release:
    period, loaded = window
    missing = tuple(m for m in period.months() if m not in loaded)
    return replace(release, period=period, months_loaded=loaded, months_missing=missing, cells=cells, given=())


def _supplier(row: Any) -> Supplier:
    return Supplier(
        row.code, row.name, int(row.number), row.published_at, row.added_at, Period(row.period_start, row.period_end),
        tuple(sorted(row.months_loaded)), row.unplaced_percent, int(row.figures), int(row.shown), row.manifest, row.public_key,
        row.code_version,
    )  # fmt: skip


def _levels(release: Release, cells: Mapping[Period, _Cells]) -> dict[str, Release]:
    """For each geography without figures of the release's own period: the release over the newest period of which it has some."""
    newest: dict[str, Period] = {}
    for period in sorted(cells, key=lambda p: (p.end, p.start)):
        newest |= dict.fromkeys({geography for geography, _, _ in cells[period]}, period)
    loaded = release.certificate.get("layout", {}).get("months_loaded")
    months = {date.fromisoformat(m) for m in loaded or ()} | set(release.months_loaded)
    others = set(newest.values()) - {release.period}
    over = {period: _over(release, period, cells[period], months, noted=loaded is not None) for period in others}
    return {geography: over[period] for geography, period in newest.items() if period in over}


def _over(release: Release, period: Period, cells: _Cells, loaded: set[date], *, noted: bool) -> Release:
    """The release over another of its periods. What share of it has no location is not published.

    noted: whether the release's certificate holds the months of every period. One from before it did tells nothing of the months that its
    newest period does not have.
    """
    noted = noted or all(release.period.start <= m <= release.period.end for m in period.months())
    return replace(
        release,
        period=period,
        months_loaded=tuple(m for m in period.months() if m in loaded),
        months_missing=tuple(m for m in period.months() if m not in loaded) if noted else (),
        months_noted=noted,
        unplaced_percent=None,
        cells=cells,
        given=(),
    )


def cell_of(row: Any) -> Cell:
    """The cell of a row with count, symbol, lowest and highest."""
    count, lowest, highest = (None if n is None else int(n) for n in (row.count, row.lowest, row.highest))
    return Cell(count, row.symbol, lowest, highest)


def _source(row: Any) -> Source:
    found = Source(*row)
    return found if found.months_missing is None else replace(found, months_missing=tuple(found.months_missing))


def _place(row: Any, called: Mapping[str, str]) -> Place:
    """called: what people call each MSOA."""
    return Place(
        geography=row.geography,
        edition=row.edition,
        code=row.place_code,
        name=row.name,
        local_name=row.local_name or "",
        parent_msoa=row.parent_msoa,
        parent_lad=row.parent_lad,
        residents=None if row.residents is None else int(row.residents),
        residents_reference=row.residents_reference or "",
        deprivation_decile=None if row.deprivation_decile is None else int(row.deprivation_decile),
        deprivation_reference=row.deprivation_reference or "",
        around=called.get(row.parent_msoa, "") if row.geography == "lsoa" else "",
        supplier=row.supplier,
    )
