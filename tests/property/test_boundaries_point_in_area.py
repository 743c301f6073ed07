"""The engine against shapely, which reads the same words (intersects) through another implementation."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundaries.area_grid import orientation
from boundaries.point_in_area import OUTSIDE_ALL, build_index

_RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
_lattice = st.integers(0, 12)
_corner = st.tuples(_lattice, _lattice)
_fine = st.floats(-1.0, 13.0, allow_nan=False, width=64)


@st.composite
def _shapes(draw: st.DrawFn) -> shapely.Geometry:
    """Unions of triangles less other triangles: parts, holes, slivers, vertices on edges, all on a lattice."""
    triangles = [shapely.Polygon(draw(st.tuples(_corner, _corner, _corner))) for _ in range(draw(st.integers(1, 4)))]
    whole = shapely.union_all([t for t in triangles if t.area > 0])
    for _ in range(draw(st.integers(0, 2))):
        hole = shapely.Polygon(draw(st.tuples(_corner, _corner, _corner)))
        if hole.area > 0:
            whole = whole.difference(hole)
    parts = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon" and part.area > 0]
    return shapely.MultiPolygon(parts) if any(part.area > 0 for part in parts) else shapely.box(0, 0, 1, 1)


def _smallest_intersecting(shapes: list[shapely.Geometry], points: np.ndarray) -> list[int]:
    hits = shapely.intersects(np.array(shapes, dtype=object)[:, None], shapely.points(points)[None, :])
    return [int(np.argmax(column)) if column.any() else OUTSIDE_ALL for column in hits.T]


def _awkward_points(shapes: list[shapely.Geometry]) -> np.ndarray:
    """Every vertex, every middle of an edge, and points one rounding step away from each."""
    rings = shapely.get_coordinates(shapes)
    points = np.vstack([rings, (rings[:-1] + rings[1:]) / 2])
    return np.vstack([points, np.nextafter(points, 100.0), np.nextafter(points, -100.0), np.round(points)])


@_RELAXED
@given(
    shapes=st.lists(_shapes().filter(shapely.is_valid), min_size=1, max_size=5),
    cells=st.sampled_from([1, 7, 64, 900]),
    data=st.data(),
)
def test_engine_equals_shapely_with_overlaps_and_holes(shapes: list[shapely.Geometry], cells: int, data: st.DataObject) -> None:
    scattered = np.array(data.draw(st.lists(st.tuples(_fine, _fine), min_size=1, max_size=30)))
    points = np.vstack([_awkward_points(shapes), scattered])
    index = build_index([f"A{i}" for i in range(len(shapes))], shapes, cells=cells)
    assert index.assign(points[:, 0], points[:, 1]).tolist() == _smallest_intersecting(shapes, points)


@_RELAXED
@given(seed=st.integers(0, 2**32 - 1), cells=st.sampled_from([20, 3_000]))
def test_engine_equals_shapely_on_a_map_in_national_grid_metres(seed: int, cells: int) -> None:
    """A tiling with coordinates as large and as odd as real ones, and points snapped to its borders."""
    rng = np.random.default_rng(seed)
    seeds = shapely.MultiPoint(rng.uniform((400_000, 180_000), (405_000, 186_000), (25, 2)))
    tiles = [tile for tile in shapely.get_parts(shapely.voronoi_polygons(seeds)) if tile.is_valid]
    rings = shapely.get_coordinates(tiles)
    along = rng.uniform(0, 1, (len(rings) - 1, 1))
    scattered = rng.uniform((399_000, 179_000), (406_000, 187_000), (200, 2))
    points = np.vstack([rings, rings[:-1] + along * (rings[1:] - rings[:-1]), scattered])
    index = build_index([f"E{i:03}" for i in range(len(tiles))], tiles, cells=cells)
    assert index.assign(points[:, 0], points[:, 1]).tolist() == _smallest_intersecting(tiles, points)


@_RELAXED
@given(values=st.lists(st.floats(-1e6, 1e6, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-6), min_size=6, max_size=6))
def test_orientation_is_exact(values: list[float]) -> None:
    ax, ay, bx, by, px, py = (Fraction(v) for v in values)
    determinant = (ax - px) * (by - py) - (ay - py) * (bx - px)
    assert orientation(*values) == (determinant > 0) - (determinant < 0)


@_RELAXED
@given(
    start=st.tuples(st.floats(4e5, 6e5), st.floats(1e5, 3e5)),
    step=st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
    share=st.floats(0, 1),
    nudge=st.sampled_from([-1, 0, 1]),
)
def test_orientation_is_exact_beside_the_line(
    start: tuple[float, float], step: tuple[float, float], share: float, nudge: int
) -> None:
    """Where rounding decides: points that are on a line as well as floating point can say, and one step beside it."""
    end = (start[0] + step[0], start[1] + step[1])
    point_x = start[0] + share * step[0]
    point_y = start[1] + share * step[1]
    point_y = float(np.nextafter(point_y, nudge * 1e9)) if nudge else point_y
    ax, ay, bx, by, px, py = (Fraction(v) for v in (*start, *end, point_x, point_y))
    determinant = (ax - px) * (by - py) - (ay - py) * (bx - px)
    assert orientation(*start, *end, point_x, point_y) == (determinant > 0) - (determinant < 0)


@_RELAXED
@given(seed=st.integers(0, 2**32 - 1), order=st.randoms())
def test_the_answer_does_not_depend_on_the_order_of_the_areas_and_totals_are_kept(seed: int, order: object) -> None:
    rng = np.random.default_rng(seed)
    tiles = list(shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(rng.integers(0, 40, (9, 2))))))
    codes = [f"E{i}" for i in range(len(tiles))]
    mixed = list(range(len(tiles)))
    order.shuffle(mixed)  # type: ignore[attr-defined]
    points = rng.integers(0, 41, (300, 2)).astype(float)
    straight = build_index(codes, tiles, cells=50).codes_at(points[:, 0], points[:, 1])
    shuffled = build_index([codes[i] for i in mixed], [tiles[i] for i in mixed], cells=400).codes_at(points[:, 0], points[:, 1])
    assert straight.tolist() == shuffled.tolist()
    per_area = {code: int((straight == code).sum()) for code in codes}
    assert sum(per_area.values()) + sum(value is None for value in straight) == len(points)
