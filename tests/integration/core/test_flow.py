"""The whole flow on the synthetic county and on real files: what goes in is what comes out, and twice is the same as once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from analytics import stage as analytics_stage
from analytics import up_to_date
from analytics.stage import Stage, default_context, run_stages
from core import db
from core.audit import first_broken_link
from core.db import Role
from core.settings import RegionSettings
from tests.builders.shared_server import SuiteRun
from tests.conftest import Command, Done

pytestmark = pytest.mark.database


def number(statement: str, **params: object) -> int:
    with db.transaction(Role.PIPELINE) as connection:
        return int(connection.execute(text(statement), params).scalar_one())


def totals_agree() -> None:
    """Accepted rows = incidents stored = unplaced + outside + counted, in every geography."""
    accepted = number("SELECT sum(rows_accepted) FROM raw.delivery WHERE status = 'loaded' AND feed LIKE 'police_uk_street%'")
    stored = number("SELECT count(*) FROM record.incident")
    assert stored == accepted > 0
    apart = number("SELECT sum(unplaced + outside) FROM analysis.month_status")
    with db.transaction(Role.PIPELINE) as connection:
        rows = connection.execute(
            text("SELECT geography, edition, sum(incidents) AS n FROM analysis.count_month GROUP BY geography, edition")
        ).all()
    assert {(r.geography, r.edition) for r in rows} >= {
        ("lsoa", "2011"),
        ("lsoa", "2021"),
        ("msoa", "2021"),
        ("lad", "2022"),
        ("h3", "r9"),
    }
    for row in rows:
        if (row.geography, row.edition) != ("lsoa", "2011"):  # the 2011 outlines differ a little at the region's edge
            assert row.n + apart == stored, row


def published_is_safe() -> None:
    """No published number is 1 to 4; every withheld one is marked; totals that are shown are true."""
    small = number(
        "SELECT count(*) FROM published.value AS v JOIN published.release AS r USING (release_id)"
        " WHERE r.status = 'current' AND v.count BETWEEN 1 AND 4"
    )
    assert small == 0
    assert number("SELECT count(*) FROM published.value WHERE symbol = '[c]'") > 0
    with db.transaction(Role.PIPELINE) as connection:
        wrong = connection.execute(
            text(
                "SELECT count(*) FROM published.value AS v"
                " JOIN published.release AS r ON r.release_id = v.release_id AND r.status = 'current'"
                " LEFT JOIN ("
                "   SELECT c.geography, c.edition, c.code, m.group_id, sum(c.incidents) AS n"
                "   FROM analysis.count_month AS c JOIN analysis.category_group_member AS m USING (category),"
                "     published.release AS r"
                "   WHERE r.status = 'current' AND c.month BETWEEN r.period_start AND r.period_end"
                "   GROUP BY c.geography, c.edition, c.code, m.group_id"
                " ) AS t ON t.geography = v.geography AND t.edition = v.edition AND t.code = v.place_code AND t.group_id = v.category"
                " WHERE v.count IS NOT NULL AND v.count <> coalesce(t.n, 0)"
            )
        ).scalar_one()
    assert wrong == 0, "a published number differs from the number that was counted"


def test_the_synthetic_county_end_to_end(county: str) -> None:
    totals_agree()
    published_is_safe()
    assert number("SELECT count(*) FROM published.release WHERE synthetic") == 1
    with db.transaction(Role.PIPELINE) as connection:
        assert first_broken_link(connection) is None


def test_the_real_thames_valley_end_to_end(thames_valley: str) -> None:
    totals_agree()
    published_is_safe()
    assert number("SELECT count(*) FROM published.release WHERE synthetic") == 0
    # gaps of the real files are gaps, not zeros
    with db.transaction(Role.PIPELINE) as connection:
        gaps = [
            r.month.isoformat()[:7]
            for r in connection.execute(text("SELECT month FROM analysis.month_status WHERE status = 'gap'"))
        ]
        missing = connection.execute(text("SELECT months_missing FROM published.release WHERE status = 'current'")).scalar_one()
    assert {"2021-06", "2021-10", "2025-07"} <= set(gaps)
    assert [m.isoformat()[:7] for m in missing] == ["2024-12", "2025-07"]
    in_gaps = (
        "SELECT count(*) FROM analysis.count_month WHERE month IN (SELECT month FROM analysis.month_status WHERE status = 'gap')"
    )
    assert number(in_gaps) == 0


def test_a_second_start_has_nothing_to_do_and_loses_nothing(
    county_files: Path, county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    from analytics import pipeline
    from feeds.synthetic.county import COUNTY_REGION

    use_database(make_database("county_again", template=county_database))
    context = analytics_stage.default_context(actor="test", region=COUNTY_REGION)
    before = {t: number(f"SELECT count(*) FROM {t}") for t in ("record.incident", "raw.delivery", "published.value")}
    report = pipeline.load(county_files, context, say=lambda line: None)
    assert {f.status for f in report.files} <= {"unchanged", "unrecognised", "not_used"}
    assert up_to_date.is_up_to_date(context)
    assert before == {t: number(f"SELECT count(*) FROM {t}") for t in before}


@pytest.mark.slow
def test_running_the_analysis_again_gives_the_same_rows(
    county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    from analytics import pipeline
    from feeds.synthetic.county import COUNTY_REGION

    use_database(make_database("county_rerun", template=county_database))
    context = analytics_stage.default_context(actor="test", region=COUNTY_REGION)

    def rows() -> dict[str, str | None]:
        found = {}
        with db.transaction(Role.OWNER) as connection:
            every = "SELECT tablename FROM pg_tables WHERE schemaname = 'analysis' AND tablename <> 'run'"
            for table in connection.execute(text(every)).scalars():
                columns = connection.execute(
                    text(
                        "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns"
                        " WHERE table_schema = 'analysis' AND table_name = :t AND column_name <> 'run_id'"
                    ),
                    {"t": table},
                ).scalar_one()
                digest = f"SELECT md5(string_agg(t::TEXT, '|' ORDER BY t::TEXT)) FROM (SELECT {columns} FROM analysis.{table}) AS t"
                found[table] = connection.execute(text(digest)).scalar_one()
        return found

    before = rows()
    assert {"count_month", "rate", "hotspot", "factor_place", "factor_overlap"} < {
        name for name, digest in before.items() if digest
    }
    # of those that take longest, the record of maps, what is foretold and stability, their own tests (integration/trust) say the same
    left = ("track", "foretell", "stability")
    stages = tuple(stage for stage in pipeline.ANALYSE_STAGES if stage.name not in left)
    assert len(stages) == len(pipeline.ANALYSE_STAGES) - len(left)
    analytics_stage.run_stages(stages, context, say=lambda line: None)
    assert rows() == before


def test_the_command_line_writes_a_brief_and_an_export(
    county: str, homeground: Command, suite_run: SuiteRun, tmp_path: Path
) -> None:
    place = ""
    with db.transaction(Role.COMMUNITY) as connection:
        place = connection.execute(
            text("SELECT place_code FROM published.place WHERE geography = 'msoa' ORDER BY 1 LIMIT 1")
        ).scalar_one()

    def run(*arguments: str) -> Done:
        # each command looks whether there is something to migrate, which no two processes on one server may do at once
        with suite_run.alone("migration"):
            return homeground(*arguments)

    done = run("brief", place, "--format", "pdf,csv,html", "--out", str(tmp_path / "brief"))
    assert done.returncode == 0, done.stderr
    written = {p.suffix for p in (tmp_path / "brief").iterdir()}
    assert {".pdf", ".html"} <= written
    wrong = run("brief", "E99999999", "--out", str(tmp_path / "nothing"))
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("homeground: ")
    assert not (tmp_path / "nothing").exists() or not list((tmp_path / "nothing").iterdir())
    done = run("release", "export", str(tmp_path / "export"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "export" / "certificate.json").is_file()
    tables = list((tmp_path / "export").glob("*.csv"))
    assert tables
    for table in tables:
        header = table.read_text(encoding="utf-8").splitlines()[0]
        assert header == "geography,edition,place_code,category,period_start,period_end,count,symbol,lowest,highest"


def test_a_region_setting_that_fits_no_lookup_is_refused(database: str, county_files: Path) -> None:
    from analytics import pipeline
    from core.errors import HomegroundError

    context = analytics_stage.default_context(
        actor="test", region=RegionSettings(force_name="Nowhere Police", force_area_name="Nowhere")
    )
    report = None
    try:
        report = pipeline.load(county_files, context, say=lambda line: None)
    except HomegroundError as error:
        assert "Nowhere" in str(error)
    if report is not None:
        street = [f for f in report.files if f.feed.startswith("police_uk_street")]
        assert street and all(f.status == "refused" for f in street)
    assert number("SELECT count(*) FROM record.incident") == 0


def test_what_a_stage_left_out_is_said(database: str) -> None:
    """A force of six neighbourhoods has too few for a map: that is no failure, and is not kept quiet."""

    @dataclass(frozen=True)
    class Report:
        skipped: tuple[str, ...] | str

    left_out = ("lsoa 2021: 6 places, at least 30 are needed", "msoa 2021: 1 places, at least 30 are needed")
    stages = tuple(
        Stage(name, "a map", lambda c, x, r=r: Report(r)) for name, r in [("a", left_out), ("b", left_out[0]), ("c", "")]
    )
    said: list[str] = []
    run_stages(stages, default_context(actor="test"), say=said.append)
    told = [line.strip() for line in said if "left out" in line]
    assert told == [f"left out: {'; '.join(left_out)}", f"left out: {left_out[0]}"]
    assert len(said) == 5
