"""The tables behind the page on outcomes and searches: from files to rows, by district, and through row-level security."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from analytics import pipeline
from analytics import stage as analytics_stage
from core import db
from core.db import Role
from core.periods import Period
from core.proportion import pooled_rate_ratio, rate_ratio
from feeds.loading.load import load_source
from feeds.synthetic.stops import _TIMES
from tests.builders import feeds_files as county
from tests.builders.feeds_files import Street
from tests.builders.feeds_police import NOT_STATED, Stop, outcome, outcomes_csv, stops_csv

pytestmark = pytest.mark.database
WEST, EAST = "E07900001", "E07900002"
BLACK = "Black/African/Caribbean/Black British - African"


def rows(statement: str) -> list[tuple[object, ...]]:
    with db.transaction(Role.PIPELINE) as connection:
        return [tuple(r) for r in connection.execute(text(statement))]


def street(crimes: list[str], month: str, square: int) -> list[Street]:
    lon, lat = county.point_in(square)
    return [Street(c, month, lon=lon, lat=lat) for c in crimes]


@pytest.fixture
def loaded(database: str, tmp_path: Path) -> str:
    """Crimes of four months, of which January has no outcome file of its own and April's stands behind a gap; searches of two squares."""
    county.write_county(tmp_path)
    for month in ("2025-02", "2025-03", "2025-05"):
        crimes = [f"{month}-{i}" for i in range(4)]
        made = [*street(crimes, month, 0), *street([f"{month}-east"], month, 3)]
        county.write(tmp_path, county.street_name(month), county.street_csv(made))
    told = {
        "2025-02": [outcome("2025-02-0", "2025-02"), outcome("2025-02-east", "2025-02", "Local resolution")],
        "2025-03": [
            outcome("2025-02-1", "2025-03"),
            outcome("2025-02-0", "2025-03", "Offender given a caution"),
            outcome("2025-03-0", "2025-03"),
        ],
        "2025-05": [outcome("2025-02-2", "2025-05"), outcome("2025-05-0", "2025-05")],
    }
    for month, lines in told.items():
        county.write(tmp_path, f"{month}-testshire-outcomes.csv", outcomes_csv(lines))
    stops = [
        Stop(square=0),
        Stop(square=0, ethnicity=BLACK, linked="True"),
        Stop(square=3, ethnicity=NOT_STATED, linked=""),
        Stop(square=None),
    ]
    county.write(tmp_path, "2025-01-testshire-stop-and-search.csv", stops_csv(stops))
    assert load_source(tmp_path, region=county.REGION).refused == ()
    context = analytics_stage.default_context(region=county.REGION)
    stages = tuple(s for s in pipeline.ANALYSE_STAGES if s.name in ("geography", "place", "records"))
    analytics_stage.run_stages(stages, context, say=lambda line: None)
    return database


def test_each_month_is_followed_as_far_as_its_unbroken_files_reach(loaded: str) -> None:
    assert rows("SELECT month::TEXT, crimes, with_outcome, followed_to::TEXT FROM analysis.outcome_month ORDER BY 1") == [
        ("2025-01-01", 40, 0, None),
        ("2025-02-01", 5, 4, "2025-03-01"),
        ("2025-03-01", 5, 1, "2025-03-01"),
        ("2025-05-01", 5, 1, "2025-05-01"),
    ]
    # the first outcome of a crime; one behind the gap in April does not count, because April may have held an earlier one
    assert rows("SELECT lad_code, month::TEXT, months_after, crimes FROM analysis.outcome_delay ORDER BY 1, 2, 3") == [
        (WEST, "2025-02-01", 0, 1), (WEST, "2025-02-01", 1, 1), (WEST, "2025-03-01", 0, 1), (WEST, "2025-05-01", 0, 1),
        (EAST, "2025-02-01", 0, 1),
    ]  # fmt: skip
    newest = "SELECT outcome, sum(crimes)::INT FROM analysis.outcome_count WHERE geography = 'lad' AND code = 'E07900001'"
    newest += " AND basis = 'outcome_file' GROUP BY 1 ORDER BY 1"
    assert rows(newest) == [("Offender given a caution", 1), ("Suspect charged", 4)]


def test_searches_are_kept_by_law_and_group_and_what_lies_nowhere_is_counted(loaded: str) -> None:
    assert rows("SELECT month::TEXT, searches, without_place, outside FROM analysis.stop_month") == [("2025-01-01", 4, 1, 0)]
    kept = "SELECT lad_code, legislation, outcome, stops, found, found_known FROM analysis.stop_outcome_count ORDER BY 1"
    law, nothing = "Misuse of Drugs Act 1971 (section 23)", "A no further action disposal"
    assert rows(kept) == [(WEST, law, nothing, 2, 1, 2), (EAST, law, nothing, 1, 0, 0)]
    groups = "SELECT lad_code, self_defined, officer_defined, stops FROM analysis.stop_ethnicity_count ORDER BY 1, 2"
    assert rows(groups) == [(WEST, "black", "white", 1), (WEST, "white", "white", 1), (EAST, "not_stated", "white", 1)]
    linked = "SELECT lad_code, ethnicity, linked, stops FROM analysis.stop_detail_count ORDER BY 1, 2"
    assert rows(linked) == [(WEST, "black", "yes", 1), (WEST, "white", "no", 1), (EAST, "not_stated", "not_said", 1)]
    # a column of the file that is empty is not stated, never 'no'
    noted = "SELECT lad_code, field, value, stops FROM analysis.stop_person_count ORDER BY 1, 2"
    assert rows(noted) == [
        (WEST, "age", "18-24", 2), (WEST, "clothing", "Not stated", 2), (WEST, "sex", "Male", 2),
        (EAST, "age", "18-24", 1), (EAST, "clothing", "Not stated", 1), (EAST, "sex", "Male", 1),
    ]  # fmt: skip
    named = rows("SELECT subject, files FROM analysis.record_source ORDER BY 1")
    assert [n for n in named if n[0] != "residents"] == [("crimes", 4), ("outcomes", 3), ("searches", 1)]


def test_a_professional_reads_their_own_district_alone(loaded: str) -> None:
    tables = (
        "outcome_delay",
        "stop_outcome_count",
        "stop_ethnicity_count",
        "stop_person_count",
        "ethnic_residents",
        "stop_ratio_sum",
    )
    for districts, seen in ((WEST, {WEST}), ("", set())):
        with db.transaction(Role.PROFESSIONAL, districts=districts) as connection:
            for table in tables:
                found = {r[0] for r in connection.execute(text(f"SELECT DISTINCT lad_code FROM analysis.{table}"))}
                assert found <= seen
    # the community's credential cannot even name them
    with db.transaction(Role.COMMUNITY) as connection:
        assert connection.execute(text("SELECT has_schema_privilege('analysis', 'USAGE')")).scalar_one() is False


# square, month, group as the person gave it, searches
_SEARCHES = (
    (0, "2025-01", "white", 9), (0, "2025-01", "black", 3),
    (3, "2025-02", "black", 2),
    (0, "2025-04", "black", 1), (3, "2025-04", "white", 3),
)  # fmt: skip
_RESIDENTS = {0: {"white": 900.0, "black": 100.0}, 3: {"white": 300.0, "black": 100.0}}


@pytest.fixture(scope="module")
def months_of_searches(module_database: str) -> str:
    """The sums of _SEARCHES beside _RESIDENTS, by the statement that makes them."""
    searches = [
        {"lad": county.district_of(square)[0], "lsoa": county.LSOAS[square], "month": f"{month}-01", "group": group}
        for square, month, group, count in _SEARCHES
        for _ in range(count)
    ]
    people = [
        {"lsoa": county.LSOAS[square], "measure": f"ethnicity_{group}", "people": number}
        for square, of in _RESIDENTS.items()
        for group, number in of.items()
    ]
    staged = "CREATE TEMPORARY TABLE stop_of_person (lad_code TEXT, lsoa21_code TEXT, month DATE, self_defined TEXT) ON COMMIT DROP"
    resident = "INSERT INTO place.population VALUES ('lsoa', '2021', :lsoa, :measure, 'census2021', :people)"
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text(resident), people)
        connection.execute(text(staged))
        connection.execute(text("INSERT INTO stop_of_person VALUES (:lad, :lsoa, cast(:month AS DATE), :group)"), searches)
        db.run_statement(connection, "searches/sum_stop_ratios")
    return module_database


@pytest.mark.parametrize(
    ("district", "first", "last", "sums"),
    [
        ("", "2025-01", "2025-01", (2.7, 0.9, 1.08)),
        # White people were not searched: there is nothing to compare with
        ("", "2025-02", "2025-02", (1.5, 0.0, 0.375)),
        ("", "2025-02", "2025-04", (2.4, 0.75, 1.0275)),
        ("", "2025-01", "2025-04", (5.1, 1.65, 2.1075)),
        (WEST, "2025-01", "2025-04", (3.6, 0.9, 1.17)),
        (EAST, "2025-01", "2025-04", (1.5, 0.75, 0.9375)),
    ],
)
def test_the_ratio_within_neighbourhoods_of_a_span_is_that_of_its_searches_taken_together(
    months_of_searches: str, district: str, first: str, last: str, sums: tuple[float, float, float]
) -> None:
    """The months' sums added up are the Mantel-Haenszel sums of the whole span, worked out from its searches and person-months.

    March is not loaded; February has searches of one group alone. Sums worked out by hand: 0.9 and 0.1 of square 0, 0.75 and 0.25 of
    square 3 are White and Black residents.
    """
    span = Period(date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01"))
    asked = {"district": district, "period_start": span.start, "period_end": span.end}
    with db.transaction(Role.PIPELINE) as connection:
        stored = db.fetch(connection, "searches/stop_ratio_sums", asked).set_index("ethnicity").loc["black"]
    added = (stored["numerator"], stored["denominator"], stored["variance"])
    assert added == pytest.approx(sums)
    together = [0.0, 0.0, 0.0]
    for square, place in ((0, WEST), (3, EAST)):
        of = [s for s in _SEARCHES if s[0] == square and date.fromisoformat(f"{s[1]}-01") in span.months()]
        if district in ("", place):
            black, white = (sum(s[3] for s in of if s[2] == group) for group in ("black", "white"))
            of_black, of_white = (len(span) * _RESIDENTS[square][group] for group in ("black", "white"))
            both = of_black + of_white
            together[0] += black * of_white / both
            together[1] += white * of_black / both
            together[2] += (black + white) * of_black * of_white / both**2
    assert added == pytest.approx(tuple(together))
    ratio = pooled_rate_ratio(*added)
    assert (ratio is None) == (sums[1] == 0)
    if ratio is not None:
        assert ratio.times == pytest.approx(sums[0] / sums[1])


@pytest.mark.slow
def test_the_ratio_within_neighbourhoods_gives_the_planted_one_back(county: str) -> None:
    """Planted per resident of each neighbourhood: over the whole county places mix in, within neighbourhoods they do not."""
    with db.transaction(Role.PIPELINE) as connection:
        sums = pd.read_sql(
            text(
                "SELECT ethnicity, sum(numerator) AS n, sum(denominator) AS d, sum(variance) AS v FROM analysis.stop_ratio_sum GROUP BY 1"
            ),
            connection,
        ).set_index("ethnicity")
        stops = pd.read_sql(
            text("SELECT self_defined AS g, sum(stops) AS n FROM analysis.stop_ethnicity_count GROUP BY 1"), connection
        ).set_index("g")["n"]
        people = pd.read_sql(
            text("SELECT ethnicity AS g, sum(residents) AS n FROM analysis.ethnic_residents GROUP BY 1"), connection
        ).set_index("g")["n"]
    for group in ("black", "asian", "mixed"):
        within = pooled_rate_ratio(sums.loc[group, "n"], sums.loc[group, "d"], sums.loc[group, "v"])
        plain = rate_ratio(int(stops[group]), float(people[group]), int(stops["white"]), float(people["white"]))
        assert within is not None
        assert plain is not None
        planted = _TIMES[group.capitalize()]
        # 95% limits miss about one time in twenty; half as far again makes this a test of the method, not of luck
        assert within.lower**1.5 / within.times**0.5 <= planted <= within.upper**1.5 / within.times**0.5
    # most of them live where searches are many, which the plain ratio takes for more searches of the group
    assert plain.times != within.times
    with db.transaction(Role.PIPELINE) as connection:
        total = connection.execute(text("SELECT sum(stops) FROM analysis.stop_outcome_count")).scalar_one()
        held = connection.execute(text("SELECT sum(stops) FROM analysis.stop_count WHERE geography = 'lad'")).scalar_one()
        months = connection.execute(text("SELECT sum(searches - without_place - outside) FROM analysis.stop_month")).scalar_one()
    assert total == held == months
