"""Reading a vector tile: what the standard's own example says, and nothing but what could be read of a broken one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from published.vector_tile import AREA, LINE, POINT, TileFeature, read_tile


def _varint(number: int) -> bytes:
    found = b""
    while True:
        low, number = number & 127, number >> 7
        found += bytes([low | (128 if number else 0)])
        if not number:
            return found


def _part(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _packed(*numbers: int) -> bytes:
    return b"".join(_varint(n) for n in numbers)


def _feature(shape: int, commands: tuple[int, ...], tags: tuple[int, ...] = ()) -> bytes:
    return (_part(2, _packed(*tags)) if tags else b"") + _varint(3 << 3) + _varint(shape) + _part(4, _packed(*commands))


def _tile(*features: bytes, extent: int = 4096) -> bytes:
    keys = _part(3, b"class") + _part(3, b"name")
    values = _part(4, _part(1, b"street")) + _part(4, _part(1, "Abbot’s Way".encode()))
    layer = _part(1, b"road") + b"".join(_part(2, f) for f in features) + keys + values + _varint(5 << 3) + _varint(extent)
    return _part(3, layer)


def test_the_examples_of_the_standard() -> None:
    """Mapbox Vector Tile 2.1, section 4.3.5: a point, a line and a polygon with their commands."""
    body = _tile(
        _feature(1, (9, 50, 34)),
        _feature(2, (9, 4, 4, 18, 0, 16, 16, 0), (0, 0, 1, 1)),
        _feature(3, (9, 6, 12, 18, 10, 12, 24, 44, 15)),
        extent=100,
    )
    assert read_tile(body) == [
        TileFeature("road", "", "", POINT, (((0.25, 0.17),),)),
        TileFeature("road", "street", "Abbot’s Way", LINE, (((0.02, 0.02), (0.02, 0.1), (0.1, 0.1)),)),
        TileFeature("road", "", "", AREA, (((0.03, 0.06), (0.08, 0.12), (0.2, 0.34), (0.03, 0.06)),)),
    ]


def test_two_lines_of_one_feature_stay_two() -> None:
    """Section 4.3.5.4 of the same."""
    (feature,) = read_tile(_tile(_feature(2, (9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8)), extent=100))
    assert [len(part) for part in feature.parts] == [3, 2]
    assert feature.parts[1] == ((0.01, 0.01), (0.03, 0.05))


@given(st.integers(0, 200), st.binary(max_size=12))
def test_a_broken_tile_is_read_as_far_as_it_goes(keep: int, end: bytes) -> None:
    whole = _tile(_feature(2, (9, 4, 4, 18, 0, 16, 16, 0), (0, 0, 1, 1)))
    for feature in read_tile(whole[:keep] + end):
        assert all(len(point) == 2 for part in feature.parts for point in part)
