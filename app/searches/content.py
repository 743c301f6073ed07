"""Everything that the dashboard of stop and search says of a place, read in one transaction. No drawing here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.look.markup import Table
from app.outcomes import store as record_store
from app.outcomes.content import Place
from app.outcomes.download import Row, Where
from app.outcomes.tables import sources_table
from app.person.reading import Reader
from app.searches import areas, complaints, download, report, store, tables
from app.searches import persons as of_persons
from app.searches.areas import AreaRow
from app.searches.complaints import Complaints
from app.searches.persons import Filled, Noted
from app.searches.report import Disparity, FoundRate
from app.searches.trend import Trend, trend_of
from core.periods import CoveredPeriod, Period
from core.proportion import Proportion


@dataclass(frozen=True)
class Persons:
    """Searches of persons by what the force notes of them."""

    age: Noted
    sex: Noted
    clothing: Noted
    filled: tuple[Filled, ...]


@dataclass(frozen=True)
class Year:
    """Searches by ethnic group in twelve months of the span."""

    covered: CoveredPeriod
    disparity: Disparity


@dataclass(frozen=True)
class StopAndSearch:
    """The page. districts: of more than one, else empty; years: of a span of two years or more, else empty; areas: by name; complaints: None
    where no feed gives them."""

    place: Place
    covered: CoveredPeriod
    caption: str
    total: FoundRate
    trend: Trend
    found_months: tuple[tuple[date, FoundRate], ...]
    objects: tuple[FoundRate, ...]
    laws: tuple[FoundRate, ...]
    came_of: Table
    outcomes: tuple[tuple[str, Proportion], ...]
    districts: tuple[FoundRate, ...]
    areas: tuple[AreaRow, ...]
    persons: Persons
    disparity: Disparity
    years: tuple[Year, ...]
    lead: tuple[str, ...]
    not_counted: str
    sources: Table
    complaints: Complaints | None
    rows: tuple[Row, ...]


def build(reader: Reader, place: Place, period: Period) -> StopAndSearch:
    months = store.months(reader, place.made)
    district, where = place.district, place.where
    covered = report.covered_by(months, period)
    caption = f"{where[:1].upper()}{where[1:]}, {covered}"
    searches = store.searches(reader, place.made, period)
    by_month = store.by_month(reader, place.made, district)
    persons = store.persons(reader, place.made, district, period)
    objects = report.found_rates(searches, district, lambda r: r.object_of_search)
    laws = report.found_rates(searches, district, lambda r: r.legislation)
    districts = report.found_rates(searches, "", lambda r: place.names.get(r.lad_code, r.lad_code))
    outcomes = report.outcome_counts(searches, district)
    total = report.all_searches(searches, district)
    ethnic = _disparity(reader, place, period)
    noted = Persons(
        age=of_persons.noted(persons, of_persons.AGE),
        sex=of_persons.noted(persons, of_persons.SEX),
        clothing=of_persons.noted(persons, of_persons.CLOTHING),
        filled=of_persons.completeness(total, ethnic, persons),
    )
    local = areas.rows_of(store.areas(reader, place.made, district, period), covered)
    years = tuple(Year(c, _disparity(reader, place, c.period)) for c in report.years_of(covered))
    trend = trend_of(months, by_month, period)
    complained = complaints.complaints_of(complaints.given(reader, district), trend.counts, period)
    of = Where(where, district, "", str(period), covered)
    return StopAndSearch(
        place=place,
        covered=covered,
        caption=caption,
        total=total,
        trend=trend,
        found_months=report.found_by_month(by_month, covered),
        objects=objects,
        laws=laws,
        came_of=tables.came_of_table(searches, district, caption),
        outcomes=outcomes,
        districts=districts if len(place.names) > 1 and not district else (),
        areas=local,
        persons=noted,
        disparity=ethnic,
        years=years,
        lead=report.lead_sentences(total, covered, where),
        not_counted=report.not_counted_note(months, period),
        sources=sources_table(
            [s for s in record_store.sources(reader, place.made) if s.subject in ("searches", "residents")],
            place.made,
            {"searches": [m.month for m in months]},
        ),
        complaints=complained,
        rows=(
            *download.found_rows("object of search", of, objects),
            *download.found_rows("legislation", of, laws),
            *(download.share_row("outcome of search", of, name, share) for name, share in outcomes),
            *download.noted_rows("age", of, noted.age),
            *download.noted_rows("sex", of, noted.sex),
            *download.noted_rows("more than outer clothing removed", of, noted.clothing),
            *download.filled_rows(of, noted.filled),
            *download.disparity_rows(of, ethnic),
            *complaints.rows_of(complained, of),
            *(
                row
                for y in years
                for row in download.disparity_rows(Where(where, district, "", str(y.covered.period), y.covered), y.disparity)
            ),
        ),
    )


def _disparity(reader: Reader, place: Place, period: Period) -> Disparity:
    return report.disparity(
        store.ethnic_searches(reader, place.made, place.district, period),
        store.ratio_sums(reader, place.made, place.district, period),
        store.residents(reader, place.made, place.district),
    )
