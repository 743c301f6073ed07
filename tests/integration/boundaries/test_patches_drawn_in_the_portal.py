"""What a drawing holds in the portal is what the command gives for the same drawing: two ways to work out one rule (decision 0023)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import text

from app.own_area import chosen
from app.own_area.chosen import Chosen, from_drawing, from_list, outline_of
from app.person.reading import Reader, reading
from app.person.sign_in import Person, ProfessionalRole
from boundaries.areas import read_areas, read_parents, read_region
from boundaries.patches import snap
from core import db
from core.contracts import LAD_2022, LSOA_2021
from core.db import Role
from core.errors import UserError

pytestmark = pytest.mark.database
ANALYST = Person("oidc:ben", "Ben", ProfessionalRole.ANALYST, "*")


@pytest.fixture(scope="module", autouse=True)
def on_the_county(_county_for_reading: str, use_database: Callable[[str], None]) -> Iterator[None]:
    from tests.conftest import pointed_at

    with pointed_at(_county_for_reading, use_database):
        yield


@pytest.fixture
def reader() -> Iterator[Reader]:
    with reading(ANALYST) as found:
        yield found


class Land:
    """What the command's rule is given: outlines, residents, postcodes and the region's neighbourhoods."""

    def __init__(self) -> None:
        with db.transaction(Role.PIPELINE) as connection:
            self.areas = read_areas(connection, LSOA_2021)
            values = {"geography": "lsoa", "edition": "2021", "reference": "census2021"}
            self.people: pd.Series = db.fetch(connection, "boundaries/residents", values).set_index("code")["people"]
            self.postcodes = db.fetch(connection, "boundaries/live_postcodes")
            self.district = read_parents(connection, LSOA_2021, LAD_2022)
            self.allowed = frozenset(str(c) for c in self.district.index[self.district.isin(read_region(connection).districts)])

    def members(self, shape: shapely.Geometry) -> tuple[str, ...] | None:
        try:
            return snap(self.areas, self.people, self.postcodes, shape, allowed=self.allowed).members
        except UserError:
            return None


@pytest.fixture(scope="module")
def land(on_the_county: None) -> Land:
    return Land()


def held(reader: Reader, shape: shapely.Geometry) -> Chosen | None:
    """By the portal's rule, for a shape on the National Grid."""
    original, rows = reader.rows, reader.rows
    wkt = shapely.to_wkt(shapely.MultiPolygon([shape]), rounding_precision=-1)
    reader.rows = lambda name, params=None: [{"drawn": wkt}] if name == "own_area/on_the_grid" else rows(name, params)  # type: ignore[method-assign]
    try:
        return from_drawing(reader, "MULTIPOLYGON EMPTY")
    except UserError:
        return None
    finally:
        reader.rows = original  # type: ignore[method-assign]


def test_a_drawing_holds_the_same_neighbourhoods_as_by_the_command(reader: Reader, land: Land) -> None:
    rng = np.random.default_rng(7)
    west, south, east, north = land.areas.total_bounds
    sizes = []
    for _ in range(60):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(4, 9)))
        reach = rng.uniform(0.02, 0.25) * (east - west) * rng.uniform(0.5, 1, len(angles))
        shape = shapely.Polygon(np.column_stack([x + reach * np.cos(angles), y + reach * np.sin(angles)]))
        if not shape.is_valid or shape.is_empty:
            continue
        wanted, found = land.members(shape), held(reader, shape)
        assert (None if found is None else tuple(sorted(found.members))) == wanted
        sizes.append(0 if wanted is None else len(wanted))
    # drawings that hold nothing, one and many are all among them
    assert min(sizes) == 0 and 1 in sizes and max(sizes) > 10


def test_a_listed_patch_is_its_areas_whole(reader: Reader, land: Land) -> None:
    msoa = str(reader.rows("person/msoas", {"district": sorted(set(land.district))[0]})[0]["code"])
    found = from_list(reader, [msoa])
    with db.transaction(Role.OWNER) as connection:
        query = "SELECT child_code FROM place.area_parent WHERE child_geography = 'lsoa' AND child_edition = '2021' AND parent_code = :code"
        children = set(connection.execute(text(query), {"code": msoa}).scalars())
    assert set(found.members) == children and found.residents == round(land.people[sorted(children)].sum())
    assert found.patch is not None
    whole = shapely.union_all(land.areas.geometry[sorted(children)].to_numpy())
    outline = shapely.from_wkt(found.patch.drawn)
    # to 10 m of its edge
    assert outline.symmetric_difference(whole).area < 10 * whole.length
    with pytest.raises(UserError, match="Of 2 codes 1 is no area of this region, such as E09000001"):
        from_list(reader, [msoa, "E09000001"])


def test_what_lies_in_a_district_that_one_may_not_see_is_left_out_and_said(reader: Reader, land: Land) -> None:
    first, second = sorted(set(land.district[land.district.index.isin(land.allowed)]))[:2]
    here, there = (str(land.district.index[land.district == d].intersection(sorted(land.allowed))[0]) for d in (first, second))
    officer = Person("oidc:anna", "Anna", ProfessionalRole.OFFICER, first)
    with reading(officer) as theirs:
        both = from_list(theirs, [here, there])
        none = from_list(theirs, [there])
    assert both.patch is not None and both.patch.members == (here,) and both.patch.districts == (first,)
    assert "leaves out 1 neighbourhood of" in both.left_out
    assert none.patch is None and "cannot be kept as a patch" in none.left_out
    assert set(both.members) == {here, there}, "the published figure is of all that was asked"


def test_a_drawing_without_a_neighbourhood_says_which_one_it_lies_in(reader: Reader, land: Land) -> None:
    code = sorted(land.allowed)[0]
    inside = land.areas.geometry[code].representative_point().buffer(5)
    degrees = reader_degrees(inside)
    with pytest.raises(UserError, match=r"Most of it lies in .+, of whose residents \d+% live inside"):
        from_drawing(reader, degrees)
    far = outline_of([{"type": "Feature", "geometry": shapely.geometry.mapping(shapely.box(-9.0, 58.0, -8.9, 58.1))}])
    with pytest.raises(UserError, match="touches no neighbourhood of this region"):
        from_drawing(reader, far)


def test_a_drawing_of_too_many_neighbourhoods_is_no_patch(reader: Reader, land: Land, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen, "MOST_MEMBERS", 3)
    with pytest.raises(UserError, match="a patch holds at most 3"):
        from_list(reader, sorted(land.allowed)[:4])


def reader_degrees(shape: shapely.Geometry) -> str:
    with db.transaction(Role.OWNER) as connection:
        query = "SELECT st_astext(st_transform(st_geomfromtext(:shape, 27700), 4326))"
        return str(connection.execute(text(query), {"shape": shape.wkt}).scalar_one())
