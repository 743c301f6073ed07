"""Whatever the area and wherever the points, cells share out every point of the area: none twice, none lost."""

from __future__ import annotations

import math
import random
from collections import Counter

import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.live.police_cells import Cell, in_cells, question_ring, within


@st.composite
def areas(draw: st.DrawFn) -> shapely.Polygon:
    """A star of 3 to 40 corners near Oxford, as ragged as it comes, sometimes in two parts."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    corners = draw(st.integers(3, 40))
    parts = []
    for k in range(draw(st.integers(1, 2))):
        points = [(rng.uniform(0.02, 0.3), rng.uniform(0, 360)) for _ in range(corners)]
        centre = shapely.Point(-1.2 + 0.7 * k, 51.7)
        star = sorted(points, key=lambda p: p[1])
        parts.append(
            shapely.Polygon([(centre.x + r * math.cos(math.radians(a)), centre.y + r * math.sin(math.radians(a))) for r, a in star])
        )
    return shapely.union_all([shapely.make_valid(part) for part in parts])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(area=areas(), seed=st.integers(0, 2**32), limit=st.integers(20, 200))
def test_every_point_of_an_area_is_owned_once(area: shapely.Polygon, seed: int, limit: int) -> None:
    rng = random.Random(seed)
    west, south, east, north = area.bounds
    # middles of halves, quarters and eighths of the box are where cuts run
    points = [(west + (east - west) * rng.randrange(9) / 8, south + (north - south) * rng.random()) for _ in range(150)]
    points += [(rng.uniform(west, east), rng.uniform(south, north)) for _ in range(150)]

    def ask(ring: list[tuple[float, float]], cell: Cell) -> list[int] | None:
        polygon = shapely.Polygon(ring)
        assert polygon.is_valid
        inside = shapely.contains_xy(polygon, [p[0] for p in points], [p[1] for p in points])
        found = [i for i, is_in in enumerate(inside) if is_in]
        return None if len(found) > limit and not cell.is_smallest else found

    owned = Counter(i for cell, found in in_cells(area, ask) for i in found if cell.owns(*points[i]))
    assert max(owned.values(), default=0) <= 1
    truly = {i for i, is_in in enumerate(within(area, [p[0] for p in points], [p[1] for p in points])) if is_in}
    assert truly <= set(owned)


@settings(max_examples=100, deadline=None)
@given(area=areas())
def test_a_question_covers_what_the_area_has_in_the_cell(area: shapely.Polygon) -> None:
    west, south, east, north = area.bounds
    cell = Cell(west, south, (west + east) / 2, (south + north) / 2)
    ring = question_ring(area, cell)
    piece = shapely.intersection(area, shapely.box(cell.west, cell.south, cell.east, cell.north))
    if ring is None:
        assert piece.is_empty
    else:
        assert shapely.Polygon(ring).covers(piece)
