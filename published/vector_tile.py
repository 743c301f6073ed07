"""Reads vector tiles (Mapbox Vector Tile 2.1, protocol buffers) as our own background has them: a class and a name of each feature.

A tile that is cut short or is none gives what could be read of it until then: a map without a street is a map.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

POINT, LINE, AREA = 1, 2, 3
_VARINT, _FIXED64, _PART, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True)
class TileFeature:
    """kind: the layer, such as road; what: its class; parts: of coordinates in shares of the tile's side, x to the right and y down."""

    kind: str
    what: str
    name: str
    shape: int
    parts: tuple[tuple[tuple[float, float], ...], ...]


def read_tile(body: bytes) -> list[TileFeature]:
    """Every feature of a tile, unpacked from gzip before."""
    found: list[TileFeature] = []
    for field, layer in _fields(body):
        if field == 3 and isinstance(layer, bytes):
            found += _layer(layer)
    return found


def _layer(body: bytes) -> Iterator[TileFeature]:
    name, extent = "", 4096
    keys: list[str] = []
    values: list[str] = []
    features: list[bytes] = []
    for field, value in _fields(body):
        if field == 5 and isinstance(value, int):
            extent = value
        elif not isinstance(value, bytes):
            continue
        elif field == 1:
            name = value.decode(errors="replace")
        elif field == 2:
            features.append(value)
        elif field == 3:
            keys.append(value.decode(errors="replace"))
        elif field == 4:
            values.append(next((v.decode(errors="replace") for f, v in _fields(value) if f == 1 and isinstance(v, bytes)), ""))
    for feature in features:
        yield _feature(feature, name, keys, values, max(extent, 1))


def _feature(body: bytes, kind: str, keys: list[str], values: list[str], extent: int) -> TileFeature:
    shape, said = 0, {"class": "", "name": ""}
    parts: list[tuple[tuple[float, float], ...]] = []
    for field, value in _fields(body):
        if field == 3 and isinstance(value, int):
            shape = value
        elif field == 2 and isinstance(value, bytes):
            numbers = list(_numbers(value))
            for key, of in zip(numbers[::2], numbers[1::2], strict=False):
                if key < len(keys) and of < len(values):
                    said[keys[key]] = values[of]
        elif field == 4 and isinstance(value, bytes):
            parts = list(_parts(list(_numbers(value)), extent))
    return TileFeature(kind, said["class"], said["name"], shape, tuple(parts))


def _parts(commands: list[int], extent: int) -> Iterator[tuple[tuple[float, float], ...]]:
    """Runs of points: MoveTo (1) begins one, LineTo (2) goes on, ClosePath (7) goes back to its begin."""
    x = y = at = 0
    run: list[tuple[float, float]] = []
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            run.append(run[0]) if run else None
            continue
        for _ in range(count):
            if at + 1 >= len(commands):
                break
            if command == 1 and run:
                yield tuple(run)
                run = []
            x, y, at = x + _signed(commands[at]), y + _signed(commands[at + 1]), at + 2
            run.append((x / extent, y / extent))
    if run:
        yield tuple(run)


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _numbers(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        number, at = _number(body, at)
        yield number


def _number(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(body):
        byte = body[at]
        at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
        if not byte & 128 or shift > 63:
            break
    return value, at


def _fields(body: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(body):
        key, at = _number(body, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _number(body, at)
            yield key >> 3, value
        elif kind == _PART:
            size, at = _number(body, at)
            yield key >> 3, body[at : at + size]
            at += size
        elif kind in (_FIXED64, _FIXED32):
            at += 8 if kind == _FIXED64 else 4
        else:
            return
