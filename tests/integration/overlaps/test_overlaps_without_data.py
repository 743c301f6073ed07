"""The stages of factors, kinds and reach on next to nothing: a reason, never a failure of the flow, and never a number made up."""

from __future__ import annotations

import pytest
import shapely
from sqlalchemy import text

from analytics import pipeline
from analytics import stage as analytics_stage
from analytics.likeness.stage import compute_likeness
from analytics.overlaps.stage import compute_factors
from analytics.services.stage import compute_services
from core import db
from core.db import Role
from core.periods import Period, month_from_text

pytestmark = pytest.mark.database
PERIOD = Period.ending(month_from_text("2025-03"), 3)


def test_without_neighbourhoods_a_stage_says_so_and_writes_nothing(database: str) -> None:
    context = analytics_stage.default_context()
    with db.transaction(Role.PIPELINE) as connection:
        connection.execute(text("INSERT INTO analysis.month_status (month, status, incidents) VALUES ('2025-03-01', 'loaded', 1)"))
        for stage in pipeline.ANALYSE_STAGES:
            if stage.name in ("reach", "factor", "likeness"):
                result = stage.run(connection, context)
                assert isinstance(result, analytics_stage.NotRun)
                assert "no place of lsoa 2021 is known" in result.reason
        assert connection.execute(text("SELECT count(*) FROM analysis.run")).scalar_one() == 0


def test_a_handful_of_neighbourhoods_without_a_feed_gives_reasons(database: str) -> None:
    with db.transaction(Role.OWNER) as connection:
        _five_squares(connection)
    with db.transaction(Role.PIPELINE) as connection:
        reach = compute_services(connection)
        assert {kind.unused != "" for kind in reach.kinds} == {True}
        factors = compute_factors(connection, period=PERIOD, seed=1, maps=19)
        assert factors.used == ()
        assert len(factors.missing) == connection.execute(text("SELECT count(*) FROM analysis.factor")).scalar_one() > 10
        assert all(reason for _, reason in factors.missing)
        likeness = compute_likeness(connection, period=PERIOD, seed=1)
        assert likeness.kinds == ()
        assert any("too few" in reason for reason in likeness.skipped)
        for table in ("factor_place", "factor_overlap", "factor_join", "place_type", "similar_area", "service_reach"):
            assert connection.execute(text(f"SELECT count(*) FROM analysis.{table}")).scalar_one() == 0


def _five_squares(connection: object) -> None:
    copy = db.copy_rows
    copy(connection, "place", "region", ("region_id", "name", "force_code", "force_name", "synthetic"),  # type: ignore[arg-type]
         [(1, "Drawnshire", "E23000099", "Drawnshire Police", True)])  # fmt: skip
    shapes = [shapely.MultiPolygon([shapely.box(450_000 + 1000 * k, 200_000, 451_000 + 1000 * k, 201_000)]) for k in range(5)]
    written = [str(shapely.to_wkb(shapely.set_srid(s, 27700), hex=True, include_srid=True)) for s in shapes]
    copy(connection, "place", "area", ("geography", "edition", "code", "name", "geom"),  # type: ignore[arg-type]
         [("lsoa", "2021", f"E0100000{k}", "x", w) for k, w in enumerate(written)])  # fmt: skip
    parents = [("lad", "2022", "E07000001", "force", "2020", "E23000099")]
    parents += [("lsoa", "2021", f"E0100000{k}", "lad", "2022", "E07000001") for k in range(5)]
    columns = ("child_geography", "child_edition", "child_code", "parent_geography", "parent_edition", "parent_code")
    copy(connection, "place", "area_parent", columns, parents)  # type: ignore[arg-type]
