"""Patches and the residents of hexagons on the synthetic county in a real PostGIS."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shapely
from sqlalchemy import Connection, text

from boundaries.areal_weights import ESTIMATED, WeightsReport, prepare_weights
from boundaries.areas import read_areas
from boundaries.edition_notice import notices_for
from boundaries.patch_file import read_drawn_area
from boundaries.patches import add_codes, add_drawn, list_patches, read_patch, remove_patch
from core import db
from core.contracts import LSOA_2011, LSOA_2021
from core.db import Role
from core.errors import UserError

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def county_copy(county_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]) -> Iterator[str]:
    name = make_database("patches", template=county_database)
    use_database(name)
    yield name
    db.dispose_engines()


def _lsoas(connection: Connection, count: int) -> list[str]:
    return list(
        connection.execute(
            text(
                "SELECT DISTINCT code FROM analysis.count_month WHERE geography = 'lsoa' AND edition = '2021' ORDER BY 1 LIMIT :n"
            ),
            {"n": count},
        ).scalars()
    )


def test_a_drawn_patch_is_its_neighbourhoods(county_copy: str, tmp_path: Path) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        codes = _lsoas(connection, 3)
        outlines = read_areas(connection, LSOA_2021).geometry
        drawing = json.loads(shapely.to_geojson(shapely.union_all(outlines[codes].to_numpy())))
        path = tmp_path / "drawn.geojson"
        path.write_text(json.dumps(drawing | {"crs": {"type": "name", "properties": {"name": "EPSG:27700"}}}), encoding="utf-8")
        patch = add_drawn(connection, "Riverside", read_drawn_area(path), actor="test")
        assert patch.members == tuple(codes)
        assert patch.snapped.people_members == pytest.approx(
            patch.snapped.people_drawn + patch.snapped.people_gained - patch.snapped.people_lost
        )
    with db.transaction(Role.PIPELINE) as connection, pytest.raises(UserError, match="there already"):
        add_drawn(connection, "Riverside", read_drawn_area(path), actor="test")


def test_codes_of_2011_that_were_split_give_every_child(county_copy: str) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        split = connection.execute(
            text(
                "SELECT from_code FROM place.edition_change INNER JOIN place.area ON edition = '2011' AND code = from_code"
                " WHERE change = 'S' ORDER BY 1 LIMIT 1"
            )
        ).scalar_one()
        children = connection.execute(
            text("SELECT to_code FROM place.edition_change WHERE from_code = :c ORDER BY 1"), {"c": split}
        ).scalars()
        patch = add_codes(connection, "Split", (split,), edition="2011", actor="test")
        assert patch.members == tuple(children)
        assert {area.basis for area in patch.snapped.areas} == {"exact"}
        (notice,) = notices_for(connection, LSOA_2021, patch.members)
        assert notice == notices_for(connection, LSOA_2011, [split])[0]
        assert notice.change == "split"
        with pytest.raises(UserError, match="no areas of edition 2021"):
            add_codes(connection, "Wrong", (split,), edition="2021", actor="test")
        remove_patch(connection, "Split", actor="test")
        assert "Split" not in {p.name for p in list_patches(connection)}
        with pytest.raises(UserError, match="no patch named"):
            read_patch(connection, "Split")


def _weights() -> WeightsReport:
    with db.transaction(Role.PIPELINE) as connection:
        return prepare_weights(connection)


def test_residents_of_hexagons_keep_the_total_and_are_marked(county_copy: str) -> None:
    report = _weights()
    assert report.residents_in_cells == pytest.approx(report.residents)
    assert _weights().cells == report.cells
    with db.transaction(Role.PIPELINE) as connection:
        totals = connection.execute(
            text("SELECT edition, sum(people) FROM place.population WHERE geography = 'h3' AND reference = :r GROUP BY edition"),
            {"r": ESTIMATED},
        ).all()
        off = connection.execute(
            text(
                "SELECT count(*) FROM (SELECT sum(weight) AS w FROM place.area_weight"
                " GROUP BY from_geography, from_edition, from_code, to_geography, to_edition) AS s WHERE abs(w - 1) > 1e-9"
            )
        ).scalar_one()
    assert {row[0] for row in totals} == {"r7", "r8", "r9"}
    assert [float(row[1]) for row in totals] == pytest.approx([report.residents] * 3)
    assert off == 0


@pytest.mark.real_data
@pytest.mark.slow
def test_postcodes_halve_the_error_of_land_on_real_areas(
    thames_valley_database: str, make_database: Callable[..., str], use_database: Callable[[str], None]
) -> None:
    use_database(make_database("patches_real", template=thames_valley_database))
    report = _weights()
    assert report.residents == report.residents_in_cells == pytest.approx(2_515_194)  # Census 2021, ONS
    errors = {error.what: error for error in report.errors}
    assert len(errors) == 4
    for what in ("weights alone, children of divided areas", "residents of MSOAs shared among their LSOAs"):
        assert errors[what].mean_percent < 0.6 * errors[what].by_land_mean_percent
        assert 5 < errors[what].mean_percent < 30
    assert errors["weights alone, children of divided areas"].areas == 132
