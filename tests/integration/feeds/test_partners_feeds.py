"""Partners' feeds on the synthetic county: every shape from file to count, honest about what has no place, and one new feed by TOML alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from analytics import pipeline
from analytics import stage as analytics_stage
from core import db
from core.db import Role
from core.errors import UserError
from feeds.catalogue.feed import CATALOGUE, read_catalogue
from feeds.loading.load import load_source
from feeds.loading.report import LoadReport
from feeds.synthetic.county import COUNTY_REGION
from feeds.synthetic.partners import EventTruth, write_partner_files
from published.release import current_release

pytestmark = [pytest.mark.database, pytest.mark.slow]

MONTHS = (date(2025, 11, 1), date(2025, 12, 1))
NEW_FEED = """
[[feed]]
id = "a_new_partner"
title = "Life expectancy at birth, by LSOA"
publisher = "An invented institute"
licence = "Open Government Licence v3.0"
sensitivity = "open"
edition = "2021"
[feed.recognise]
columns = ["area", "years_at_birth"]
[feed.read]
delimiter = ";"
encoding = "cp1252"
[[feed.writes]]
shape = "indicator"
geography = "lsoa"
edition = "2021"
code = "area"
period = "2021 to 2023"
[[feed.writes.values]]
indicator = "life_expectancy"
label = "Life expectancy at birth"
unit = "years"
publish = true
column = "years_at_birth"
minimum = 40
"""


def rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement), values)]


@pytest.fixture(scope="module")
def loaded(
    county_database: str, county_files: Path, make_database: Callable[..., str], use_database: Callable[[str], None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[LoadReport, tuple[EventTruth, ...], list[tuple[object, ...]]]]:  # fmt: skip
    """A copy of the county with the partners' files and one feed more, placed, counted and released; with the crime counts before it."""
    use_database(make_database("partners_county", template=county_database))
    before = rows("SELECT * FROM analysis.count_month ORDER BY 1, 2, 3, 5, 6")
    folder = tmp_path_factory.mktemp("partners")
    truth = write_partner_files(county_files, folder, seed=7, months=MONTHS)
    code = str(rows("SELECT min(place_code) FROM published.place WHERE geography = 'lsoa'")[0][0])
    (folder / "life.csv").write_text(f"area;years_at_birth\n{code};81.4\n", encoding="cp1252")
    catalogue = folder / "catalogue.toml"
    catalogue.write_text(CATALOGUE.read_text(encoding="utf-8") + NEW_FEED, encoding="utf-8")
    report = load_source(folder, region=COUNTY_REGION, catalogue=read_catalogue(catalogue))
    context = analytics_stage.default_context(actor="test", region=COUNTY_REGION)
    stages = [s for s in pipeline.STAGES if s.name in ("geography", "place", "count", "release")]
    analytics_stage.run_stages(tuple(stages), context, say=lambda line: None)
    yield report, truth, before
    db.dispose_engines()


Loaded = tuple[LoadReport, tuple[EventTruth, ...], list[tuple[object, ...]]]


def test_every_partner_feed_loads_and_every_row_is_accounted_for(loaded: Loaded) -> None:
    report, truth, _ = loaded
    assert [f for f in report.files if f.status != "loaded"] == []
    assert {f.feed for f in report.files} == {f.id for f in read_catalogue().feed if f.id.startswith("partner_")} | {
        "a_new_partner"
    }
    by_file = {f.file: f for f in report.files}
    for file in truth:
        found = by_file[file.file]
        assert (found.rows_in, found.rows_rejected, found.rows_unplaced) == (file.rows, file.repeated, file.unplaced), file.file
        placed_by = rows("SELECT notes -> 'placed_by' FROM raw.delivery WHERE delivery_id = :d", d=found.delivery_id)[0][0]
        assert placed_by == {"point": file.by_point, "postcode": file.by_postcode, "area code": file.by_code}


def test_counts_are_right_in_every_geography(loaded: Loaded) -> None:
    _, truth, _ = loaded
    placed = {
        f: sum(t.by_point + t.by_postcode + t.by_code for t in truth if f in t.file) for f in ("ambulance", "istv", "housing")
    }
    feeds = {"ambulance": "partner_ambulance_callouts", "istv": "partner_ed_injuries", "housing": "partner_housing_asb"}
    counted = {
        (feed, geography): events
        for feed, geography, events in rows(
            "SELECT feed, geography || edition, sum(events)::INT FROM analysis.event_count GROUP BY 1, 2"
        )
    }
    for name, feed in feeds.items():
        assert counted[feed, "lad2022"] == counted[feed, "all"] == placed[name]
    for feed in (feeds["ambulance"], feeds["istv"]):
        assert counted[feed, "lsoa2021"] == counted[feed, "msoa2021"] == counted[feed, "lad2022"]
        assert (feed, "lsoa2011") not in counted
    housing = feeds["housing"]
    assert counted[housing, "lsoa2011"] == placed["housing"]
    split = rows(
        "SELECT count(*)::INT FROM record.event WHERE lsoa_edition = '2011' AND lsoa_code IN (SELECT from_code FROM place.edition_change"
        " WHERE geography = 'lsoa' AND change NOT IN ('U', 'M'))"
    )[0][0]
    assert split > 0, "the county has areas that were split, or this test shows nothing"
    assert counted[housing, "lsoa2021"] == placed["housing"] - split


def test_recorded_crime_is_what_it_was(loaded: Loaded) -> None:
    assert rows("SELECT * FROM analysis.count_month ORDER BY 1, 2, 3, 5, 6") == loaded[2]


def test_nobody_outside_the_pipeline_sees_a_partner_event(loaded: Loaded) -> None:
    for role, statement in (
        (Role.COMMUNITY, "SELECT 1 FROM analysis.event_count"),
        (Role.PROFESSIONAL, "SELECT 1 FROM record.event"),
    ):
        with pytest.raises(Exception, match="permission denied"), db.transaction(role) as connection:
            connection.execute(text(statement))
    with db.transaction(Role.PROFESSIONAL, districts="E06999001") as connection:
        seen = {r[0] for r in connection.execute(text("SELECT DISTINCT lad_code FROM analysis.event_count WHERE lad_code <> ''"))}
    assert seen == {"E06999001"}


def test_a_new_feed_by_toml_alone_reaches_the_profile(loaded: Loaded) -> None:
    from app.area.other_figures import other_figures
    from app.plain_pages import area

    release = current_release()
    assert release is not None
    code = str(rows("SELECT place_code FROM published.indicator WHERE indicator = 'life_expectancy'")[0][0])
    place = release.place("lsoa", code)
    assert place is not None
    figure = next(f for f in other_figures(release, place) if f.label == "Life expectancy at birth")
    assert (figure.words, figure.period, figure.publisher) == ("81.4 years", "2021 to 2023", "An invented institute")
    page = area(release, place)
    assert "Life expectancy at birth" in page
    assert "81.4 years" in page
    other = next(p for p in release.of("lsoa") if p.code != code)
    assert "81.4 years" not in area(release, other)
    assert not any("synthetic" in s.publisher and "Ambulance" in s.publisher for s in release.sources), "no source of the release"


def test_a_release_shows_no_partner_indicator(loaded: Loaded) -> None:
    shown = {str(r[0]) for r in rows("SELECT DISTINCT indicator FROM published.indicator")}
    assert "imd2025_decile" in shown
    assert shown.isdisjoint({"school_absence", "school_suspensions", "first_time_entrants", "children_in_need"})
    assert rows("SELECT count(*) > 0 FROM record.indicator WHERE indicator = 'school_absence'") == [(True,)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('unit = "years"', 'unit = "count"'), "only be published through the disclosure gate"),
        (('label = "Life expectancy at birth"\n', ""), "publish needs a label"),
        (("publish = true", 'publish = true\nnumerator = "n"'), "gives its count away"),
        (('sensitivity = "open"', 'sensitivity = "restricted"'), "needs an agreement"),
    ],
)
def test_what_may_not_be_published_is_refused_with_its_reason(change: tuple[str, str], words: str, tmp_path: Path) -> None:
    (tmp_path / "catalogue.toml").write_text(NEW_FEED.replace(*change), encoding="utf-8")
    with pytest.raises(UserError, match=words):
        read_catalogue(tmp_path / "catalogue.toml")


def test_a_partners_own_figures_cannot_be_published_as_they_stand(tmp_path: Path) -> None:
    agreed = 'agreement = { reference = "ISA-1", lawful_basis = "task", purpose = "p", owner = "o", expires = 2099-01-01 }'
    content = NEW_FEED.replace('licence = "Open Government Licence v3.0"', agreed)
    (tmp_path / "catalogue.toml").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match="only open data under a licence"):
        read_catalogue(tmp_path / "catalogue.toml")
