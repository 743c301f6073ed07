"""The land of the synthetic county: outlines that tile it, settlements, districts, MSOAs and two census editions.

It lies in the North Sea, where nobody lives and no real boundary can be mistaken for it. EPSG:27700, metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from core.errors import InternalError
from feeds.synthetic.names import DISTRICTS, MIDDLES, NEIGHBOURHOODS, SETTLEMENTS

_Float = npt.NDArray[np.float64]
_Int = npt.NDArray[np.int64]

CENTRE = (590_000.0, 430_000.0)
LSOAS = 300
# the middle of each settlement, from CENTRE
SEATS = ((-2_500.0, -1_500.0), (-12_500.0, 7_500.0), (-11_000.0, -9_500.0), (13_500.0, 8_500.0), (15_500.0, -7_000.0))
_LOBES = np.array([(0.0, 0.0), (0.0, 0.0), (0.9, 0.55), (-0.8, 0.7), (0.25, -1.0)])
_DISTRICT_CENTRES = ((-3_000.0, -2_500.0), (-15_000.0, 2_000.0), (14_500.0, 2_000.0))
# groups halve until an MSOA has at most this many LSOAs; the real mean is five
_MOST_IN_MSOA = 6
_SPLITS, _MERGES = 8, 5
_DRAWS = 20


@dataclass(frozen=True)
class Land:
    """outlines: an array of polygons of LSOA 2021 in order of code; the arrays beside it run in the same order.

    urban: 0 in the fields to 1 in a town's middle. settlement: number in names.SETTLEMENTS, -1 in the countryside. old: LSOA 2011 as
    (code, name, outline); changes: pairs of editions as (2011 code, 2021 code, U | S | M).
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    outlines: npt.NDArray[Any]
    seeds: _Float
    urban: _Float
    settlement: _Int
    district: _Int
    msoa: _Int
    msoa_codes: tuple[str, ...]
    msoa_names: tuple[str, ...]
    old: tuple[tuple[str, str, Any], ...]
    changes: tuple[tuple[str, str, str], ...]

    def neighbours(self, place: int) -> list[int]:
        """Places that share a border with this one."""
        shape = self.outlines[place]
        touching = shapely.STRtree(self.outlines).query(shape, predicate="intersects")
        return [int(t) for t in touching if t != place and shape.boundary.intersection(self.outlines[t].boundary).length > 1.0]

    def patch(self, place: int, size: int) -> list[int]:
        """A connected patch of places around this one, nearest first."""
        patch = [place]
        while len(patch) < size:
            around = {n for p in patch for n in self.neighbours(p) if n not in patch}
            patch.append(min(around, key=lambda n: (float(np.hypot(*(self.seeds[n] - self.seeds[place]))), n)))
        return patch


DISTRICT_CODES = tuple(f"E06999{n + 1:03}" for n in range(len(DISTRICTS)))
FORCE_CODE = "E23000999"


def make_land(rng: np.random.Generator) -> Land:
    """Draw the county: the same from the same generator state."""
    outlines: npt.NDArray[Any] | None = None
    # now and then a bent border leaves a place without land (seed 25 does): another county is drawn from the same generator
    for _ in range(_DRAWS):
        coast = _coastline(rng)
        seeds, settlement, urban = _seeds(rng, coast)
        outlines = _organic_tiles(rng, seeds, coast)
        if outlines is not None:
            break
    if outlines is None:
        raise InternalError(f"synthetic county: no land for every place in {_DRAWS} draws")
    district = np.argmin(np.hypot(*(seeds[:, None, :] - CENTRE - np.array(_DISTRICT_CENTRES)[None]).transpose(2, 0, 1)), axis=1)
    # a town is never cut by its district's border
    for number, (_, home, _, _) in enumerate(SETTLEMENTS):
        district[settlement == number] = home
    msoa_of: _Int = np.zeros(LSOAS, dtype=np.int64)
    groups: list[_Int] = []
    for d in range(len(DISTRICTS)):
        groups += _halve(np.flatnonzero(district == d), seeds)
    order = [group[np.lexsort((seeds[group, 0], -seeds[group, 1]))] for group in groups]
    arranged = np.concatenate(order)
    for number, group in enumerate(order):
        msoa_of[group] = number
    msoa_names = _msoa_names(order, district, seeds, urban)
    names = {int(p): f"{msoa_names[m]}{'ABCDEFGHIJ'[k]}" for m, group in enumerate(order) for k, p in enumerate(group)}
    codes = tuple(f"E01999{n + 1:03}" for n in range(LSOAS))
    in_order = tuple(names[int(p)] for p in arranged)
    old, changes = _older_edition(rng, codes, in_order, outlines[arranged], msoa_of[arranged])
    return Land(
        codes=codes,
        names=in_order,
        outlines=outlines[arranged],
        seeds=seeds[arranged],
        urban=urban[arranged],
        settlement=settlement[arranged],
        district=district[arranged],
        msoa=msoa_of[arranged],
        msoa_codes=tuple(f"E02999{n + 1:03}" for n in range(len(order))),
        msoa_names=msoa_names,
        old=old,
        changes=changes,
    )


def _coastline(rng: np.random.Generator) -> Any:
    """A rounded, ragged outline some 50 km by 36 km: an ellipse with waves of falling height."""
    angle = np.linspace(0, 2 * np.pi, 1_440, endpoint=False)
    wave = np.ones_like(angle)
    for k in range(2, 60):
        wave += rng.normal(0, 0.2 / k**1.15) * np.cos(k * angle + rng.uniform(0, 2 * np.pi))
    ring = np.column_stack([CENTRE[0] + 25_500 * wave * np.cos(angle), CENTRE[1] + 18_000 * wave * np.sin(angle)])
    return _largest(shapely.make_valid(shapely.Polygon(np.round(ring, 1))))


def _seeds(rng: np.random.Generator, coast: Any) -> tuple[_Float, _Int, _Float]:
    """One seed a future LSOA: dense in towns, sparse in the fields, never too near to another."""
    points: list[_Float] = []
    belongs: list[int] = []
    shares = [share for _, _, share, _ in SETTLEMENTS]
    wanted = [round(LSOAS * share) for share in shares]
    wanted.append(LSOAS - sum(wanted))
    for number, count in enumerate(wanted):
        placed, apart = 0, 1.0
        while placed < count:
            if number < len(SETTLEMENTS):
                spread = SETTLEMENTS[number][3]
                # towns grow along their roads: three lobes rather than one round heap
                lobe = _LOBES[int(rng.integers(0, len(_LOBES)))]
                candidate = np.array(CENTRE) + SEATS[number] + (lobe + rng.normal(0, 0.75, 2)) * spread
                least = spread * (0.10 + 0.10 * np.hypot(*(candidate - CENTRE - SEATS[number])) / spread)
            else:
                candidate = np.array(CENTRE) + rng.uniform((-27_000, -21_000), (27_000, 21_000))
                least = 2_300.0
            apart *= 0.9995  # room runs out: stand closer
            if not coast.contains(shapely.Point(candidate).buffer(150.0)):
                continue
            if points and np.hypot(*(np.array(points) - candidate).T).min() < least * apart:
                continue
            points.append(candidate)
            belongs.append(number if number < len(SETTLEMENTS) else -1)
            placed += 1
    seeds = np.array(points)
    town = np.zeros(len(seeds))
    for (_, _, _, spread), seat in zip(SETTLEMENTS, SEATS, strict=True):
        town = np.maximum(town, np.exp(-(np.hypot(*(seeds - CENTRE - seat).T) ** 2) / (2 * (1.1 * spread) ** 2)))
    return seeds, np.array(belongs), town


def _organic_tiles(rng: np.random.Generator, seeds: _Float, coast: Any) -> npt.NDArray[Any] | None:
    """Voronoi tiles whose shared borders meander: each border is bent once, so that both its areas keep it. None where one is left empty."""
    tiles = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=coast, ordered=True))
    tiles = shapely.set_precision(shapely.intersection(tiles, coast), 0.1)
    lines = shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.boundary(tiles))))
    rim = coast.boundary.buffer(2.0)
    bent = [line if rim.contains(line) else _meander(rng, line, seeds) for line in lines]
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.node(shapely.MultiLineString(bent)))))
    tree = shapely.STRtree(shapely.points(seeds))
    owner = tree.nearest(shapely.point_on_surface(faces))
    outlines = np.array([shapely.union_all(faces[owner == n]) for n in range(len(seeds))], dtype=object)
    if shapely.is_empty(outlines).any():
        return None
    whole = np.array([_largest(shape) for shape in outlines], dtype=object)
    # a crumb that a bent border cut off goes to the area it leans on
    for crumb in shapely.get_parts(shapely.difference(outlines, whole)):
        if crumb.area > 0:
            leans_on = int(np.argmax(shapely.length(shapely.intersection(shapely.boundary(whole), crumb.boundary))))
            whole[leans_on] = whole[leans_on].union(crumb)
    return whole


def _largest(shape: Any) -> Any:
    return max(shapely.get_parts(shape), key=lambda part: part.area)


def _meander(rng: np.random.Generator, line: Any, seeds: _Float) -> Any:
    """Bend a border by midpoint displacement, less where a seed stands near, so that it stays on its own side."""
    points = shapely.get_coordinates(line)
    for depth in range(5):
        start, end = points[:-1], points[1:]
        step = end - start
        length = np.hypot(step[:, 0], step[:, 1])
        middle = (start + end) / 2
        room = np.hypot(*(middle[:, None, :] - seeds[None]).transpose(2, 0, 1)).min(axis=1)
        height = np.clip(rng.normal(0, 0.11, len(step)), -0.2, 0.2) * np.minimum(length, room) * (length > 60.0)
        normal = np.column_stack([-step[:, 1], step[:, 0]]) / np.maximum(length, 1e-9)[:, None]
        doubled = np.empty((2 * len(points) - 1, 2))
        doubled[::2], doubled[1::2] = points, np.round(middle + normal * height[:, None], 1)
        points = doubled
        if depth and length.max() < 60.0:
            break
    return shapely.LineString(points)


def _halve(places: _Int, seeds: _Float) -> list[_Int]:
    """Cut a district across its longer side until each group is an MSOA: compact and mostly connected."""
    if len(places) <= _MOST_IN_MSOA:
        return [places]
    spread = np.ptp(seeds[places], axis=0)
    ordered = places[np.argsort(seeds[places, int(np.argmax(spread))], kind="stable")]
    half = len(places) // 2
    return _halve(ordered[:half], seeds) + _halve(ordered[half:], seeds)


def _msoa_names(groups: list[_Int], district: _Int, seeds: _Float, urban: _Float) -> tuple[str, ...]:
    """'Millgate 004': a neighbourhood's name as people say it, and a number within the district as the ONS gives one.

    The middle of each settlement has its own name; the others follow from town to country, as the lists of names do.
    """
    middles = np.array([seeds[group].mean(axis=0) for group in groups])
    home = np.array([int(district[group[0]]) for group in groups])
    word: dict[int, str] = {}
    for name, (_, of_district, _, _), seat in zip(MIDDLES, SETTLEMENTS, SEATS, strict=True):
        distance = np.hypot(*(middles - CENTRE - seat).T) + 1e9 * (home != of_district)
        word[int(np.argmin(distance))] = name
    for d in range(len(DISTRICTS)):
        pool = iter(NEIGHBOURHOODS[d])
        rest = [m for m in np.flatnonzero(home == d) if int(m) not in word]
        for m in sorted(rest, key=lambda m: (-float(urban[groups[m]].mean()), int(m))):
            word[int(m)] = next(pool)
    number = [int((home[: m + 1] == home[m]).sum()) for m in range(len(groups))]
    return tuple(f"{word[m]} {number[m]:03}" for m in range(len(groups)))


def _older_edition(
    rng: np.random.Generator, codes: tuple[str, ...], names: tuple[str, ...], outlines: npt.NDArray[Any], msoa: _Int
) -> tuple[tuple[tuple[str, str, Any], ...], tuple[tuple[str, str, str], ...]]:
    """The 2011 edition: most areas the same, some that were split since, some that were merged."""
    old: dict[str, tuple[str, Any]] = {c: (n, o) for c, n, o in zip(codes, names, outlines, strict=True)}
    changes = {c: [(c, c, "U")] for c in codes}
    number = 0
    mixed = [int(p) for p in rng.permutation(len(codes))]
    while number < _SPLITS and mixed:
        place = mixed.pop()
        mates = [
            m
            for m in mixed
            if msoa[m] == msoa[place] and outlines[m].boundary.intersection(outlines[place].boundary).length > 300.0
        ]
        if not mates:
            continue
        mate = mates[0]
        mixed.remove(mate)
        whole = _largest(shapely.union_all([outlines[place], outlines[mate]]))
        number += 1
        parent = f"E01998{number:03}"
        for p in (place, mate):
            del old[codes[p]]
            changes[codes[p]] = [(parent, codes[p], "S")]
        old[parent] = (names[min(place, mate)], whole)
    for place in mixed[:_MERGES]:
        west, south, east, north = outlines[place].bounds
        across = shapely.box(west - 1, south - 1, (west + east) / 2, north + 1)
        del old[codes[place]]
        changes[codes[place]] = []
        for half, shape in (("A", outlines[place].intersection(across)), ("B", outlines[place].difference(across))):
            number += 1
            parent = f"E01998{number:03}"
            old[parent] = (f"{names[place][:-1]}{'KL'[half == 'B']}", shape)
            changes[codes[place]].append((parent, codes[place], "M"))
    listed = tuple((code, name, shape) for code, (name, shape) in sorted(old.items()))
    return listed, tuple(pair for code in codes for pair in changes[code])
