"""The whole flow, as one list of stages in order. No hidden stage: what is not in STAGES does not run.

Each stage is one transaction of the pipeline role: it stands whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Connection

from analytics.counts.loaded_months import current_period, first_loaded_month, last_loaded_month
from analytics.counts.month_runs import LONGEST_SPAN
from analytics.counts.rates import compute_rates
from analytics.counts.stage import count_months
from analytics.emerging.stage import compute_emerging
from analytics.foretelling.stage import compute_foretold
from analytics.hotspots.chosen_grids import list_grids
from analytics.hotspots.grids import compute_grids
from analytics.hotspots.harm_weights import load_harm_weights
from analytics.hotspots.outliers import compute_rate_outliers
from analytics.hotspots.stage import compute_hotspots
from analytics.likeness.stage import compute_likeness
from analytics.overlaps.definitions import load_factor_definitions
from analytics.overlaps.stage import compute_factors
from analytics.police_records import count_police_records
from analytics.release.background import cut_background
from analytics.release.build import audit_release, build_release
from analytics.release.proposals import Approved, note_outcome, require_no_second_person, require_same_figures, two_people_needed
from analytics.release.publish import publish
from analytics.release.searches import audit_searches
from analytics.services.stage import compute_services
from analytics.stage import Context, NotRun, Say, Stage, StageReport, run_stages
from analytics.times.stage import compute_times
from analytics.trust.stability import compute_stability
from analytics.trust.track_record import compute_track_record
from analytics.up_to_date import fingerprint
from analytics.warning.stage import compute_warnings
from boundaries.areal_weights import prepare_weights
from boundaries.geography import prepare_geography
from boundaries.placement import place_locations
from core import db
from core.db import Role
from core.errors import UserError
from core.periods import Period, add_months
from core.provenance import finish_run, noted_run, start_run
from feeds.loading.load import LoadReport, load_source
from feeds.loading.one_crime import set_repeats_aside


def _geography(connection: Connection, context: Context) -> object:
    return prepare_geography(connection, context.region)


def _background(connection: Connection, context: Context) -> object:
    nothing = NotRun(
        "no background of maps was loaded: 'homeground feeds load' takes OS Open Zoomstack or OpenStreetMap; see docs/feeds.md"
    )
    return cut_background(connection) or nothing


def _weights(connection: Connection, context: Context) -> object:
    try:
        return prepare_weights(connection)
    except UserError as error:
        # raised before anything is written: without postcodes or residents hexagons have no rates, and the rest of the flow stands
        return NotRun(str(error))


def _crime(connection: Connection, context: Context) -> object:
    return set_repeats_aside(connection)


def _records(connection: Connection, context: Context) -> object:
    return count_police_records(connection)


def _place(connection: Connection, context: Context) -> object:
    return place_locations(connection)


def _count(connection: Connection, context: Context) -> object:
    return count_months(connection, definitions=context.definitions)


def _rate(connection: Connection, context: Context) -> object:
    return compute_rates(connection, period=current_period(connection, context.analysis.months))


def _when(connection: Connection, context: Context) -> object:
    return compute_times(connection, period=Period(first_loaded_month(connection), last_loaded_month(connection)))


def _hotspot(connection: Connection, context: Context) -> object:
    path = context.analysis.harm_weights
    return compute_hotspots(
        connection,
        period=current_period(connection, context.analysis.months),
        seed=context.analysis.seed,
        permutations=context.analysis.permutations,
        life_months=context.analysis.expires_after_months,
        harm_weights=None if path is None else load_harm_weights(path, context.definitions.categories),
    )


def _grid(connection: Connection, context: Context) -> object:
    if not list_grids(connection):
        return NotRun("no hexagon grid was chosen ('homeground hotspots grid' chooses one)")
    return compute_grids(
        connection,
        period=current_period(connection, context.analysis.months),
        seed=context.analysis.seed,
        permutations=context.analysis.permutations,
        life_months=context.analysis.expires_after_months,
    )


def _rate_outliers(connection: Connection, context: Context) -> object:
    return compute_rate_outliers(connection, period=current_period(connection, context.analysis.months), seed=context.analysis.seed)


def _unless_missing(table: str, compute: Callable[[], object]) -> object:
    """A stage that has nothing to work on where a table lacks what it needs, such as outlines; the rest of the flow stands."""
    try:
        return compute()
    except UserError as error:
        # raised before anything is written; every other mistake, such as one in the definitions, is the person's to put right
        if error.where != table:
            raise
        return NotRun(str(error))


def _reach(connection: Connection, context: Context) -> object:
    definitions = load_factor_definitions(context.analysis.factors)
    return _unless_missing("place.area", lambda: compute_services(connection, definitions=definitions))


def _factor(connection: Connection, context: Context) -> object:
    definitions = load_factor_definitions(context.analysis.factors)
    period = current_period(connection, context.analysis.months)
    return _unless_missing(
        "place.area", lambda: compute_factors(connection, period=period, seed=context.analysis.seed, definitions=definitions)
    )


def _likeness(connection: Connection, context: Context) -> object:
    definitions = load_factor_definitions(context.analysis.factors)
    period = current_period(connection, context.analysis.months)
    return _unless_missing(
        "place.area", lambda: compute_likeness(connection, period=period, seed=context.analysis.seed, definitions=definitions)
    )


def _emerging(connection: Connection, context: Context) -> object:
    return compute_emerging(connection, period=current_period(connection, LONGEST_SPAN))


def _track(connection: Connection, context: Context) -> object:
    # every month that was ever loaded: a record is of many months, whatever period is shown
    period = Period(first_loaded_month(connection), last_loaded_month(connection))
    return _unless_missing(
        "analysis.month_status", lambda: compute_track_record(connection, period=period, seed=context.analysis.seed)
    )


def _foretell(connection: Connection, context: Context) -> object:
    # every month that was ever loaded: an older month weighs less
    period = Period(first_loaded_month(connection), last_loaded_month(connection))
    return _unless_missing("analysis.month_status", lambda: compute_foretold(connection, period=period))


def _warn(connection: Connection, context: Context) -> object:
    period = Period(first_loaded_month(connection), last_loaded_month(connection))
    return _unless_missing("place.area", lambda: compute_warnings(connection, period=period, seed=context.analysis.seed))


def _stability(connection: Connection, context: Context) -> object:
    period = current_period(connection, context.analysis.months)
    return _unless_missing("analysis.hotspot", lambda: compute_stability(connection, period=period, seed=context.analysis.seed))


def _release(connection: Connection, context: Context) -> object:
    if two_people_needed(connection):
        return NotRun(
            "two people publish here (HOMEGROUND_RELEASE_TWO_PEOPLE): a candidate is built and approved on the page Releases"
        )
    return publish_period(connection, context, current_period(connection, context.analysis.months))


def publish_period(
    connection: Connection, context: Context, period: Period, *, agreed: Approved | None = None, say: Say = lambda _: None
) -> int:
    """Build, audit and publish one period; it is the current release from then on. Returns its id.

    agreed: what two people approved; UserError where the figures are no longer those, or where there must be two and there are none.
    """
    if agreed is None:
        require_no_second_person(connection)
    candidate = build_release(connection, period=period, settings=context.release)
    tables = audit_release(candidate, say=say)
    searches = audit_searches(candidate.searches, say=say)
    if agreed is None:
        return publish(connection, tables, candidate=candidate, actor=context.actor, searches=searches)
    require_same_figures(tables, agreed)
    told = {"proposal": agreed.proposal_id, "proposed_by": agreed.proposed_by, "approved_by": agreed.approved_by}
    release_id = publish(connection, tables, candidate=candidate, actor=agreed.approved_by, told=told, searches=searches)
    note_outcome(connection, agreed, release_id)
    return release_id


def _release_before(connection: Connection, context: Context) -> object:
    """The span just before the current one, as the first release there is: None where a release is there or a month of it is not."""
    before = Period.ending(add_months(current_period(connection, context.analysis.months).start, -1), context.analysis.months)
    found = db.one(connection, "release/months_and_releases", {"first": before.start, "last": before.end})
    if two_people_needed(connection):
        return None
    return publish_period(connection, context, before) if found.loaded == len(before) and not found.released else None


_PLACED = ("place.location_place",)
_COUNTED = ("analysis.count_month", "analysis.event_count", "analysis.month_status")
ANALYSE_STAGES: tuple[Stage, ...] = (
    Stage("geography", "derive districts and the region; give postcodes and services their area", _geography),
    Stage("background", "cut roads, water and names into the tiles under and above the maps", _background),
    Stage("weights", "estimate the residents of hexagons, for rates alone, and how far off that is", _weights, fills=("place",)),
    Stage("crime", "set aside what repeats a crime of an earlier month: one crime is one crime", _crime),
    Stage("place", "give every distinct location its LSOA, MSOA, district and H3 cell", _place, fills=_PLACED),
    Stage("count", "count incidents by place, category and month; mark months that are gaps", _count, fills=_COUNTED),
    Stage("records", "what became of crimes, and stop and search, by place and month", _records, fills=("analysis",)),
    Stage("rate", "rates per 1,000 residents with intervals, and smoothed rates", _rate),
    Stage("when", "seasons by district, and hours of the week where a feed gives times", _when),
    Stage("hotspot", "Getis-Ord Gi* with false discovery rate control", _hotspot),
    Stage("grid", "the same on hexagons of a width and an area that were chosen, in British National Grid", _grid),
    Stage("outlier", "neighbourhoods like those around them, and those that stand against them", _rate_outliers),
    Stage("reach", "how far homes are from services, and where one more would reach most", _reach),
    Stage("factor", "risk and protective factors that fall together, against chance", _factor),
    Stage("likeness", "kinds of places, and similar areas for fair comparison", _likeness),
    Stage("emerging", "where it grows hotter or has stopped: 17 patterns of the months loaded", _emerging),
    Stage("track", "how well each map foretold the month after it, beside the naive map and chance", _track),
    Stage("foretell", "where next: expected counts of the month after the last, and how well months were foretold", _foretell),
    Stage("warn", "early warning: what has risen beyond chance until the last month; earlier alarms are judged", _warn),
    Stage("stability", "each hot spot on other grids, other cell sizes, and without its busiest location", _stability),
)
RELEASE_STAGES: tuple[Stage, ...] = (
    Stage("release", "protect small numbers, attack the result, publish it if it holds", _release),
)
STAGES: tuple[Stage, ...] = ANALYSE_STAGES + RELEASE_STAGES
# the demo's own: with two periods published, change over time can be seen. A partnership decides for itself ('release publish --until').
BEFORE_STAGE = Stage("before", "the same for the span before, so that there is change over time to see", _release_before)


def stages_named(names: Sequence[str]) -> tuple[Stage, ...]:
    """Stages of the analysis by name, in the order of the list above. UserError for a name that is none."""
    known = {stage.name: stage for stage in ANALYSE_STAGES}
    for name in names:
        if name not in known:
            raise UserError(f"there is no stage '{name}'", where="--only", hint=f"choose from {', '.join(known)}.")
    return tuple(stage for name, stage in known.items() if name in names)


def load(folder: Path, context: Context, *, say: Say) -> LoadReport:
    """The first stage: files of a folder into the store; a transaction a file. UserError where a folder is being loaded already."""
    with noted_run("load", f"feeds load by {context.actor}"):
        return load_source(folder, region=context.region, actor=context.actor, say=say)


def analyse_and_release(context: Context, *, say: Say, span_before: bool = False) -> list[StageReport]:
    """Everything after the load; notes what it was made from, so that a second start can see there is nothing to do."""
    stages = (*ANALYSE_STAGES, BEFORE_STAGE, *RELEASE_STAGES) if span_before else STAGES
    reports = run_stages(stages, context, say=say)
    with db.transaction(Role.PIPELINE) as connection:
        run_id = start_run(
            connection,
            "flow",
            seed=context.analysis.seed,
            parameters={"fingerprint": fingerprint(connection, context)},
            delivery_ids=[],
        )
        finish_run(connection, run_id)
    return reports
