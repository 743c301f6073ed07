"""Chosen hexagon grids on the synthetic county: totals, codes that stay, PostGIS's own hexagons, who may see them, planted truth."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

import pandas as pd
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from analytics.counts.loaded_months import current_period
from analytics.hotspots.chosen_grids import choose_grid, drop_grid, find_area, list_grids
from analytics.hotspots.grids import GridReport, compute_grid, compute_grids
from analytics.pipeline import stages_named
from analytics.stage import NotRun, default_context, run_stages
from analytics.trust.stability import compute_stability
from analytics.trust.track_record import compute_track_record
from boundaries.patches import add_codes, remove_patch
from core import db
from core.db import Role
from core.errors import UserError
from homeground.command_line import commands

pytestmark = pytest.mark.database

PERMUTATIONS = 999


@pytest.fixture
def own_county(county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]) -> None:
    use_database(make_database("grid_hotspots", template=county_database))


def frame(statement: str, role: Role = Role.PIPELINE, districts: str | None = None, **values: object) -> pd.DataFrame:
    with db.transaction(role, districts=districts) as connection:
        return pd.DataFrame(connection.execute(text(statement), values).mappings().all())


def lay(area: str, width_m: int) -> GridReport:
    with db.transaction(Role.PIPELINE) as connection:
        chosen = choose_grid(connection, find_area(connection, area), width_m, actor="test")
        period = current_period(connection, 12)
        return compute_grid(connection, chosen, period=period, seed=4, permutations=PERMUTATIONS)


OF_GRID = "grid_id = (SELECT grid_id FROM analysis.hexagon_grid WHERE area_code = :a AND width_m = :w)"
HOTSPOTS = f"SELECT * FROM analysis.grid_hotspot WHERE {OF_GRID}"
CELLS = f"SELECT code, lad_code, locations FROM analysis.hexagon_cell WHERE {OF_GRID} ORDER BY code"
# what the hot spot maps of a district may count, from the counts that another stage made
DISTRICT_TOTALS = """
SELECT m.group_id, sum(c.incidents) AS everything, sum(c.incidents) FILTER (WHERE NOT m.proactive) AS reported
FROM analysis.count_month AS c JOIN analysis.category_group_member AS m ON c.category = m.category
JOIN analysis.category_group AS g ON m.group_id = g.group_id AND g.hotspot_input
WHERE c.geography = 'lad' AND c.code = :a
  AND c.month BETWEEN (SELECT min(period_start) FROM analysis.grid_hotspot) AND (SELECT max(period_end) FROM analysis.grid_hotspot)
GROUP BY m.group_id
"""


@pytest.mark.slow
def test_a_district_on_its_own_grid(own_county: None) -> None:
    district = str(frame("SELECT code FROM place.area WHERE geography = 'lad' AND geom IS NOT NULL ORDER BY code")["code"].iloc[0])
    report = lay(district, 350)
    rows = frame(HOTSPOTS, a=district, w=350)
    cells = frame(CELLS, a=district, w=350)
    assert report.cells == len(cells) == rows["code"].nunique() > 500
    assert set(rows["lad_code"]) == set(cells["lad_code"]) == {district}

    # every incident of the district is in one cell, those that police activity produces in the second map alone
    totals = frame(DISTRICT_TOTALS, a=district).set_index("group_id").astype(int)
    by_map = rows.groupby(["measure", "group_id"])["incidents"].sum()
    assert by_map["count"].to_dict() == totals["reported"].to_dict()
    differing = totals[totals["everything"] != totals["reported"]]["everything"]
    assert by_map["count_with_proactive"].to_dict() == differing.to_dict() != {}

    # PostGIS lays the same hexagons: its own have corners east and west, so coordinates are swapped; its size is the side
    apart = frame(
        "WITH named AS (SELECT geom, (regexp_match(code, 'q(-?[0-9]+)r'))[1]::INT AS q, (regexp_match(code, 'r(-?[0-9]+)$'))[1]::INT AS r"
        " FROM analysis.hexagon_cell), theirs AS (SELECT geom, ST_SetSRID(ST_FlipCoordinates(ST_Hexagon(350 / sqrt(3), r, q + r / 2,"
        " ST_SetSRID(ST_Point(0, 0), 27700))), 27700) AS hexagon FROM named)"
        " SELECT ST_Area(ST_SymDifference(geom, hexagon)) AS m2, ST_Area(geom) AS own FROM theirs"
    )
    assert apart["m2"].max() < 1e-3
    assert apart["own"].to_numpy() == pytest.approx(106_088.11, abs=0.01)
    # each location lies in the cell that counts it, by PostGIS
    counted = frame(
        "SELECT c.code, c.locations, count(*) AS inside FROM analysis.hexagon_cell AS c JOIN place.location_place AS p"
        " ON ST_Covers(c.geom, ST_SetSRID(ST_Point(p.easting, p.northing), 27700)) WHERE p.lad22_code = :a"
        " AND p.location_id IN (SELECT location_id FROM record.incident) GROUP BY c.grid_id, c.code, c.locations",
        a=district,
    )
    assert len(counted) == len(cells)
    assert (counted["locations"] == counted["inside"]).all()

    # the same cells and codes in a grid of another area, and the same rows when it is made again
    lay("region", 350)
    both = frame(
        "SELECT a.code, ST_Equals(a.geom, b.geom) AS same FROM analysis.hexagon_cell AS a JOIN analysis.hexagon_cell AS b"
        " ON a.code = b.code AND a.grid_id <> b.grid_id"
    )
    assert len(both) == 2 * len(cells)
    assert both["same"].all()
    lay(district, 350)
    again = frame(HOTSPOTS, a=district, w=350)
    key = ["measure", "group_id", "code"]
    pd.testing.assert_frame_equal(
        rows.drop(columns="run_id").sort_values(key, ignore_index=True),
        again.drop(columns="run_id").sort_values(key, ignore_index=True),
    )
    run = frame(
        "SELECT seed, parameters, delivery_ids, code_version FROM analysis.run WHERE run_id = :r", r=int(again["run_id"].iloc[0])
    )
    assert int(run["seed"].iloc[0]) == 4
    assert run["parameters"].iloc[0]["grid"] == {"area_kind": "district", "area_code": district, "width_m": 350}
    assert run["delivery_ids"].iloc[0] and run["code_version"].iloc[0]


def test_planted_clusters_are_hot_and_each_district_sees_its_own(own_county: None, county_files: object) -> None:
    report = lay("region", 500)
    assert 0 < report.hot < report.cells
    truth = json.loads((county_files / "truth.yaml").read_text())  # type: ignore[operator]
    group = {"Violence and sexual offences": "violence_and_sexual_offences", "Anti-social behaviour": "anti_social_behaviour"}
    for cluster in truth["clusters"]:
        if cluster["category"] not in group:
            continue
        found = frame(
            "SELECT h.class, h.certainty, EXISTS (SELECT 1 FROM place.area AS a WHERE a.geography = 'lsoa' AND a.edition = '2021'"
            " AND a.code = ANY(:planted) AND ST_Covers(a.geom, ST_Centroid(c.geom))) AS planted"
            " FROM analysis.grid_hotspot AS h JOIN analysis.hexagon_cell AS c USING (grid_id, code)"
            " WHERE h.measure = 'count' AND h.group_id = :g",
            planted=cluster["lsoa21"],
            g=group[cluster["category"]],
        )
        hot = (found["class"] == "hot") & (found["certainty"] >= 95)
        assert hot[found["planted"]].mean() > 0.5 > 3 * hot[~found["planted"]].mean()
    # a chosen grid has a record and stability of its own, as every other map
    with db.transaction(Role.PIPELINE) as connection:
        period = current_period(connection, 12)
        compute_track_record(connection, period=period, seed=1, offsets=1, group_ids=("violence_and_sexual_offences",))
        compute_stability(connection, period=period, seed=1, group_ids=("violence_and_sexual_offences",), grids=2, permutations=499)
    edition = frame("SELECT '500 m ' || area_code AS edition FROM analysis.hexagon_grid")["edition"].iloc[0]
    standing = frame("SELECT coverage FROM analysis.track_standing WHERE grid = :g ORDER BY coverage", g=f"hexagon {edition}")
    assert standing["coverage"].tolist() == [0.01, 0.05, 0.1, 0.2]
    asked = (
        "SELECT code FROM analysis.grid_hotspot WHERE measure = 'count' AND class = 'hot' AND certainty >= 95"
        " AND group_id = 'violence_and_sexual_offences' ORDER BY code"
    )
    examined = frame(
        "SELECT code, grids_same FROM analysis.stability WHERE geography = 'hexagon' AND edition = :e ORDER BY code", e=edition
    )
    assert examined["code"].tolist() == frame(asked)["code"].tolist()
    assert (examined["grids_same"] >= 1).mean() > 0.5
    lads = frame("SELECT DISTINCT lad_code FROM analysis.grid_hotspot ORDER BY lad_code")["lad_code"].tolist()
    assert len(lads) == 3
    for table in ("grid_hotspot", "hexagon_cell"):
        seen = frame(f"SELECT DISTINCT lad_code FROM analysis.{table}", Role.PROFESSIONAL, lads[1])
        assert seen["lad_code"].tolist() == [lads[1]]
        assert frame(f"SELECT * FROM analysis.{table}", Role.PROFESSIONAL, "").empty
        with pytest.raises(Exception, match="permission denied"):
            frame(f"SELECT * FROM analysis.{table}", Role.COMMUNITY)


@pytest.mark.slow
def test_a_patch_the_stage_and_the_commands(own_county: None) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        assert isinstance(run_stage(), NotRun)
        codes = connection.execute(
            text(
                "SELECT child_code FROM place.area_parent WHERE child_geography = 'lsoa' AND child_edition = '2021'"
                " AND parent_geography = 'lad' ORDER BY 1 LIMIT 40"
            )
        ).scalars()
        patch = add_codes(connection, "North side", list(codes), edition="2021", actor="test")
    invoke = CliRunner().invoke
    done = invoke(commands, ["hotspots", "grid", "--area", "North side", "--width", "250", "--json"], catch_exceptions=False)
    said = json.loads(done.output)
    assert (said["period_start"], said["period_end"], said["months_missing"]) == ("2025-01-01", "2025-12-31", [])
    assert said["cells"] > 30 and said["cell_m2"] == pytest.approx(54_126.6, abs=0.1)
    inside = frame(
        "SELECT count(*) FILTER (WHERE p.lsoa21_code = ANY(:members)) AS n FROM place.location_place AS p"
        " WHERE p.location_id IN (SELECT location_id FROM record.incident)",
        members=list(patch.members),
    )
    assert frame("SELECT sum(locations) AS n FROM analysis.hexagon_cell")["n"].iloc[0] == inside["n"].iloc[0]
    assert "250 m  patch     North side" in invoke(commands, ["hotspots", "grids"]).output
    before = frame("SELECT code, measure, group_id, q_value FROM analysis.grid_hotspot ORDER BY 1, 2, 3")
    run_stage()
    # the stage tests with the flow's permutations, the command did too: the same rows
    pd.testing.assert_frame_equal(
        before, frame("SELECT code, measure, group_id, q_value FROM analysis.grid_hotspot ORDER BY 1, 2, 3")
    )

    with db.transaction(Role.PIPELINE) as connection:
        wide = choose_grid(connection, find_area(connection, "North side"), 5_000, actor="test")
        with pytest.raises(UserError, match="cells hold a location, at least 30 are needed"):
            compute_grid(connection, wide, period=current_period(connection, 12), seed=1, permutations=99)
        drop_grid(connection, wide, actor="test")
        with pytest.raises(UserError, match="no area 'Nowhere'"):
            find_area(connection, "Nowhere")
        # the patch of a grid goes: that grid has no map and says why, the flow goes on
        remove_patch(connection, "North side", actor="test")
        reports = compute_grids(connection, period=current_period(connection, 12), seed=1, permutations=99).grids
        assert ["there is no patch named" in r.skipped for r in reports] == [True]
    assert frame("SELECT * FROM analysis.grid_hotspot").empty
    assert "forgotten" in invoke(commands, ["hotspots", "drop", "--area", "north side", "--width", "250"]).output
    with db.transaction(Role.PIPELINE) as connection:
        assert list_grids(connection) == ()
    actions = frame("SELECT action FROM audit.event WHERE subject = 'hexagon_grid' ORDER BY event_id")["action"].tolist()
    assert actions == ["choose", "choose", "drop", "drop"]


def run_stage() -> object:
    report = run_stages(stages_named(["grid"]), default_context(), say=lambda line: None)[0]
    assert isinstance(report.result, NotRun) or asdict(report.result)  # type: ignore[call-overload]
    return report.result
