"""A month that is added or replaced is made ready alone, and what stands then is what counting everything anew gives."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import text

from analytics import pipeline
from analytics import stage as analytics_stage
from analytics.counts.stage import CountReport
from core import db
from core.db import Role
from core.errors import InternalError
from feeds.loading.load import load_source
from tests.builders import feeds_files as county
from tests.builders.feeds_files import Street

pytestmark = pytest.mark.database

# the county's own files have 40 incidents of January 2025
MONTHS = ["2024-12", *(f"2025-{n:02d}" for n in range(2, 9))]
KEPT = {
    "incidents": "SELECT month, crime_id, line, category, location_id FROM record.incident",
    "aside": "SELECT month, crime_id, line, first_month FROM record.repeated_incident",
    "counts": "SELECT geography, edition, code, lad_code, category, month, incidents FROM analysis.count_month",
    "months": "SELECT month, status, incidents, unplaced, outside FROM analysis.month_status",
    "events": "SELECT feed, category, geography, code, month, events FROM analysis.event_count",
}


def street(rng: random.Random, month: str) -> bytes:
    """Twenty crimes of forty that all months draw from, most of them at one of six points, some at none."""
    rows = []
    for crime in rng.sample(range(40), 20):
        square = rng.choice([None, 0, 1, 2, 3, 4, 5])
        lon, lat = ("", "") if square is None else county.point_in(square)
        rows.append(Street(f"crime {crime}", month, lon=lon, lat=lat, outcome="Under investigation"))
    return county.street_csv(rows)


def analyse() -> CountReport:
    context = analytics_stage.default_context(region=county.REGION)
    stages = tuple(s for s in pipeline.ANALYSE_STAGES if s.name in ("geography", "crime", "place", "count"))
    counted = analytics_stage.run_stages(stages, context, say=lambda line: None)[-1].result
    assert isinstance(counted, CountReport)
    return counted


def run(statement: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text(statement))


def standing() -> dict[str, list[tuple[object, ...]]]:
    with db.transaction(Role.PIPELINE) as connection:
        return {name: sorted(map(tuple, connection.execute(text(query))), key=repr) for name, query in KEPT.items()}


def anew() -> dict[str, list[tuple[object, ...]]]:
    """What stands once every month was looked at and counted anew: a statement that does not say of which months it is."""
    run("DELETE FROM record.incident WHERE FALSE")
    report = analyse()
    assert report.months_counted == report.months_loaded
    return standing()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_what_changed_alone_gives_what_everything_anew_gives(database: str, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    county.write_county(tmp_path)
    for month in MONTHS[1:6]:
        county.write(tmp_path, county.street_name(month), street(rng, month))
    load_source(tmp_path, region=county.REGION)
    first = analyse()
    assert first.months_counted == first.months_loaded
    assert standing() == anew()
    # a month after all others, one before them, and some that are replaced: crimes move between months each time
    for month in (MONTHS[6], MONTHS[0], *rng.choices(MONTHS[:7], k=4), MONTHS[7]):
        county.write(tmp_path, county.street_name(month), street(rng, month))
        assert load_source(tmp_path, region=county.REGION).count("loaded") == 1
        analyse()
        assert standing() == anew(), month


def test_a_new_month_is_counted_alone_and_without_news_nothing_is(database: str, tmp_path: Path) -> None:
    county.write_county(tmp_path)
    lon, lat = county.point_in(5)
    load_source(tmp_path, region=county.REGION)
    analyse()
    for number, month in enumerate(MONTHS, start=1):
        rows = [Street(f"{number} {crime}", month, lon=lon, lat=lat, outcome="Under investigation") for crime in range(20)]
        county.write(tmp_path, county.street_name(month), county.street_csv(rows))
        load_source(tmp_path, region=county.REGION)
        report = analyse()
        # one of two is half of all, which are counted together
        assert report.months_counted == (2 if number == 1 else 1)
        assert report.months_loaded == number + 1
        assert report.incidents - report.unplaced == report.in_places
        assert report.incidents == 40 + 20 * number
    before = standing()
    assert analyse().months_counted == 0
    assert standing() == before
    with db.transaction(Role.PIPELINE) as connection:
        run_of = connection.execute(text("SELECT max(run_id) FROM analysis.run WHERE stage = 'count'")).scalar_one()
        named = text("SELECT cardinality(delivery_ids) FROM analysis.run WHERE run_id = :run")
        # a run names every delivery that its counts rest on, those of months that it did not count among them
        assert connection.execute(named, {"run": run_of}).scalar_one() == len(MONTHS) + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "changed",
    [
        "UPDATE place.location_place SET easting = easting",
        "DELETE FROM place.edition_change WHERE FALSE",
        "UPDATE record.incident SET category = category WHERE FALSE",
        "DELETE FROM analysis.count_month WHERE geography = 'all'",
        "UPDATE record.counted_month SET basis = 'of another version'",
    ],
)
def test_what_may_touch_every_month_has_all_counted_anew(database: str, tmp_path: Path, changed: str) -> None:
    county.write_county(tmp_path)
    for number, month in enumerate(MONTHS[:4]):
        county.write(tmp_path, county.street_name(month), street(random.Random(number), month))
    load_source(tmp_path, region=county.REGION)
    analyse()
    assert analyse().months_counted == 0
    run(changed)
    assert analyse().months_counted == 5


def test_counts_of_a_changed_month_that_do_not_add_up_raise(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from analytics.counts import store

    county.write_county(tmp_path)
    for number, month in enumerate(MONTHS[:5]):
        county.write(tmp_path, county.street_name(month), street(random.Random(number), month))
        load_source(tmp_path, region=county.REGION)
        if number == 3:
            analyse()
            before = standing()
    monkeypatch.setattr(store, "PARTS", {geography: part for geography, part in store.PARTS.items() if part != "msoa"})
    with pytest.raises(InternalError, match="do not add up"):
        analyse()
    assert standing()["counts"] == before["counts"]
