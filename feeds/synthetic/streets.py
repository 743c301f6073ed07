"""Roads, a river, railways, parks and names of the synthetic county: what its maps show under and above the figures.

Nothing of the records depends on this, and it draws from a stream of random numbers of its own. EPSG:27700, metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from feeds.synthetic.land import CENTRE, SEATS, Land
from feeds.synthetic.names import HAMLET_BEGINS, HAMLET_ENDS, PARKS, RIVER, SETTLEMENTS, STREETS

_Float = npt.NDArray[np.float64]
_Shapes = npt.NDArray[Any]

# from the hills past Wellowbridge and through Homeminster to the harbour of Saltby, from CENTRE
_RIVER = np.array(
    [(-24_000, 12_500), (-19_000, 10_200), (-13_300, 8_500), (-10_000, 5_200), (-7_000, 1_600), (-4_300, -300), (-1_900, -2_300),
     (1_600, -3_300), (5_600, -5_900), (10_400, -5_600), (14_400, -6_000), (19_000, -8_200), (26_000, -9_500)]
)  # fmt: skip
_BROOKS = (((-14_500, -3_500), (-9_000, -2_500), (-4_900, -200)), ((2_500, 9_000), (4_300, 3_000), (3_600, -4_500)),
           ((12_000, 2_000), (10_800, -1_500), (11_200, -5_600)), ((-20_500, 3_000), (-16_500, 5_500), (-13_500, 8_300)))  # fmt: skip
# a motorway passes the towns at a distance
_MOTORWAY = np.array([(-26_000, -3_800), (-17_000, -5_200), (-8_500, -6_200), (-1_000, -7_600), (6_500, -8_600), (12_500, -2_500),
                      (15_000, 2_500), (14_500, 14_500)])  # fmt: skip
# main roads between settlements by number; numbers of roads as people say them
_MAIN_ROADS = ((0, 1, "A617"), (0, 2, "A628"), (0, 3, "A640"), (0, 4, "A655"), (1, 2, "A6021"), (3, 4, "A6044"))
_RAILWAYS = ((1, 0), (2, 0), (0, 3), (3, 4))
_TOWN = 0.12
_PARKS_EACH = 4


@dataclass(frozen=True)
class Streets:
    """Lines and areas with class and name. roads: columns kind, name, number, geometry; places: kind, name, geometry; areas alike."""

    roads: pd.DataFrame
    rails: _Shapes
    stations: pd.DataFrame
    waterlines: pd.DataFrame
    water: pd.DataFrame
    parks: pd.DataFrame
    woods: _Shapes
    places: pd.DataFrame


def make_streets(rng: np.random.Generator, land: Land) -> Streets:
    """Draw them on a land: the same from the same generator state."""
    whole = shapely.union_all(shapely.simplify(land.outlines, 5.0)).buffer(0)
    shapely.prepare(whole)
    seats = np.array(CENTRE) + np.array(SEATS)
    course = _curve(_RIVER, rng, 260.0, 1_700.0)
    river = shapely.intersection(_widening(course, 9.0, 62.0), whole)
    brooks = [shapely.intersection(shapely.LineString(_curve(np.array(b), rng, 120.0, 900.0)), whole) for b in _BROOKS]
    parks = _parks(rng, land, seats, river)
    woods = _woods(rng, land, whole, river)
    ponds = _ponds(rng, land, whole)
    rails, stations = _railways(rng, seats)
    closed = shapely.union_all(
        [river.buffer(15.0), *parks["geometry"], *ponds["geometry"], shapely.MultiLineString(rails).buffer(18.0)]
    )
    main = _main_roads(rng, seats, whole)
    lanes = _lanes(rng, land, seats, whole)
    streets = _streets(rng, land, closed)
    return Streets(
        roads=pd.concat([main, lanes, streets], ignore_index=True),
        rails=np.array([shapely.intersection(shapely.LineString(r), whole) for r in rails], dtype=object),
        stations=stations,
        waterlines=_frame(
            [("National", RIVER, shapely.intersection(shapely.LineString(course), whole)), *(("Local", "", b) for b in brooks)]
        ),
        water=_frame([("", RIVER, river), *ponds[["kind", "name", "geometry"]].itertuples(index=False)]),
        parks=parks,
        woods=woods,
        places=_places(rng, land, seats),
    )


def _frame(rows: list[Any]) -> pd.DataFrame:
    return pd.DataFrame([tuple(r) for r in rows], columns=["kind", "name", "geometry"])


def _spline(points: _Float, each: int = 24) -> _Float:
    """A smooth line through points (Catmull-Rom)."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, each, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack([*parts, points[-1:]])


def _curve(points: _Float, rng: np.random.Generator, height: float, length: float) -> _Float:
    """A winding line past points given from CENTRE: bends of about this height and length, none at its ends."""
    smooth = _spline(points + np.array(CENTRE))
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(smooth, axis=0).T))])
    even = np.arange(0, along[-1], 60.0)
    line = np.column_stack([np.interp(even, along, smooth[:, k]) for k in (0, 1)])
    step = np.gradient(line, axis=0)
    normal = np.column_stack([-step[:, 1], step[:, 0]]) / np.hypot(*step.T)[:, None]
    swing = sum(
        np.sin(2 * np.pi * even / (length * scale) + rng.uniform(0, 2 * np.pi)) * height * share
        for scale, share in ((1.0, 0.55), (0.43, 0.3), (2.1, 0.5))
    )
    taper = np.clip(np.minimum(even, even[-1] - even) / 1_500.0, 0, 1)
    return np.asarray(line + normal * (swing * taper)[:, None])


def _widening(course: _Float, narrow: float, wide: float) -> Any:
    """A river's water: from narrow to wide, as half-widths, along its course."""
    width = narrow + (wide - narrow) * np.linspace(0, 1, len(course)) ** 1.6
    step = np.gradient(course, axis=0)
    normal = np.column_stack([-step[:, 1], step[:, 0]]) / np.hypot(*step.T)[:, None] * width[:, None]
    return shapely.make_valid(shapely.Polygon(np.vstack([course + normal, (course - normal)[::-1]])))


def _blob(rng: np.random.Generator, x: float, y: float, radius: float) -> Any:
    """A rounded, uneven area."""
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    wave = 1 + sum(rng.normal(0, 0.22 / k) * np.cos(k * angle + rng.uniform(0, 2 * np.pi)) for k in range(2, 6))
    stretch = rng.uniform(0.65, 1.0)
    turn = rng.uniform(0, np.pi)
    xs, ys = radius * wave * np.cos(angle), radius * stretch * wave * np.sin(angle)
    return shapely.Polygon(
        np.column_stack([x + xs * np.cos(turn) - ys * np.sin(turn), y + xs * np.sin(turn) + ys * np.cos(turn)])
    ).buffer(0)


def _parks(rng: np.random.Generator, land: Land, seats: _Float, river: Any) -> pd.DataFrame:
    """Parks in and round each town, some by the river; names in turn."""
    rows = []
    names = iter(PARKS)
    for number, (name, _, share, _) in enumerate(SETTLEMENTS):
        town = np.flatnonzero(land.settlement == number)
        for k, place in enumerate(rng.choice(town, size=_PARKS_EACH + int(share * 22), replace=False)):
            size = float(np.sqrt(land.outlines[place].area)) * rng.uniform(0.16, 0.34)
            x, y = land.seeds[place] + rng.normal(0, 60.0, 2)
            called = f"{name} Park" if k == 0 else next(names, "")
            rows.append(("Public Park Or Garden", called, _blob(rng, x, y, size).difference(river)))
    return _frame(rows)


def _woods(rng: np.random.Generator, land: Land, whole: Any, river: Any) -> _Shapes:
    country = np.flatnonzero(land.settlement < 0)
    found = []
    for place in country:
        for _ in range(int(rng.integers(1, 5))):
            x, y = land.seeds[place] + rng.normal(0, 1_100.0, 2)
            found.append(_blob(rng, x, y, float(rng.uniform(90, 420))))
    return np.array([w for w in shapely.intersection(shapely.difference(found, river), whole) if not w.is_empty], dtype=object)


def _ponds(rng: np.random.Generator, land: Land, whole: Any) -> pd.DataFrame:
    country = rng.choice(np.flatnonzero(land.settlement < 0), size=9, replace=False)
    rows = []
    for k, place in enumerate(country):
        x, y = land.seeds[place] + rng.normal(0, 900.0, 2)
        size = 520.0 if k == 0 else float(rng.uniform(60, 170))
        rows.append(("", f"{RIVER.removeprefix('River ')} Water" if k == 0 else "", _blob(rng, x, y, size).intersection(whole)))
    return _frame(rows)


def _railways(rng: np.random.Generator, seats: _Float) -> tuple[list[_Float], pd.DataFrame]:
    """Lines between stations, which stand at the edge of a town's middle."""
    offset = np.array([(900.0, 650.0), (-300.0, -750.0), (550.0, 350.0), (-800.0, -350.0), (-600.0, 450.0)])
    halts = seats + offset
    lines = []
    for a, b in _RAILWAYS:
        way = halts[b] - halts[a]
        across = np.array([-way[1], way[0]]) * rng.uniform(-0.09, 0.09)
        lines.append(_spline(np.array([halts[a], halts[a] + way * 0.33 + across, halts[a] + way * 0.7 + across * 0.6, halts[b]])))
    rows = [("Railway Station", name, shapely.Point(h)) for (name, _, _, _), h in zip(SETTLEMENTS, halts, strict=True)]
    middle = lines[2][len(lines[2]) // 2]
    rows.append(("Railway Station", "Homeshire Parkway", shapely.Point(middle)))
    return lines, _frame(rows)


def _main_roads(rng: np.random.Generator, seats: _Float, whole: Any) -> pd.DataFrame:
    """The motorway, and the roads from town to town that carry a number."""
    rows = [("Motorway", "", "M61", shapely.LineString(_curve(_MOTORWAY, rng, 60.0, 7_000.0)))]
    for a, b, number in _MAIN_ROADS:
        way = seats[b] - seats[a]
        across = np.array([-way[1], way[0]])
        bends = [seats[a] + way * share + across * rng.normal(0, 0.05) for share in (0.2, 0.45, 0.7)]
        ends = np.array([seats[a], *bends, seats[b]]) - np.array(CENTRE)
        rows.append(("A Road", "", number, shapely.LineString(_curve(ends, rng, 35.0, 1_900.0))))
    # a ring about the county's town
    angle = np.linspace(0, 2 * np.pi, 14)
    radius = 1 + 0.11 * np.sin(2 * angle + 0.6) + 0.07 * np.sin(3 * angle + 2.0)
    ring = seats[0] - np.array(CENTRE) + np.column_stack([3_500 * radius * np.cos(angle), 3_000 * radius * np.sin(angle)])
    rows.append(("A Road", "Ring Road", "A6100", shapely.LineString(_spline(ring + np.array(CENTRE)))))
    frame = pd.DataFrame(rows, columns=["kind", "name", "number", "geometry"])
    frame["geometry"] = shapely.intersection(frame["geometry"].to_numpy(), whole)
    return frame


def _lanes(rng: np.random.Generator, land: Land, seats: _Float, whole: Any) -> pd.DataFrame:
    """Roads through the country: between each village and its neighbours, those of a Gabriel graph, and into the towns."""
    villages = land.seeds[land.settlement < 0]
    points = np.vstack([seats, villages])
    apart = np.hypot(*(points[:, None, :] - points[None]).transpose(2, 0, 1))
    rows: list[Any] = []
    for a in range(len(points)):
        for b in range(max(a + 1, len(seats)), len(points)):
            middle, reach = (points[a] + points[b]) / 2, apart[a, b] / 2
            others = np.hypot(*(points - middle).T)
            others[[a, b]] = np.inf
            if reach > 4_500.0 or (others < reach * 0.999).any():
                continue
            number = f"B6{100 + len(rows):03}" if a < len(seats) else ""
            line = _curve(
                np.array([points[a], middle + rng.normal(0, reach * 0.12, 2), points[b]]) - np.array(CENTRE), rng, 45.0, 1_300.0
            )
            name = "" if number else STREETS[int(rng.integers(len(STREETS)))]
            rows.append(("B Road" if number else "Minor", name, number, shapely.LineString(line)))
    frame = pd.DataFrame(rows, columns=["kind", "name", "number", "geometry"])
    frame["geometry"] = shapely.intersection(frame["geometry"].to_numpy(), whole)
    return frame


def _streets(rng: np.random.Generator, land: Land, closed: Any) -> pd.DataFrame:
    """Streets of towns and villages. The edges of a neighbourhood are its wider streets; between them run rows of bent ones."""
    edges = [
        _softened(land.outlines[p]).boundary for p in range(len(land.codes)) if land.urban[p] > _TOWN or land.settlement[p] >= 0
    ]
    wide = shapely.get_parts(shapely.line_merge(shapely.union_all(edges)))
    lines: list[Any] = []
    whose: list[int] = []
    # at a town's edge houses stand together, and about a village's middle
    reach = np.where(land.settlement >= 0, 620.0, 380.0)
    built = shapely.intersection(land.outlines, shapely.buffer(shapely.points(land.seeds), reach))
    for place in range(len(land.codes)):
        drawn = _rows_of_streets(rng, built[place], land.seeds[place], dense=land.settlement[place] >= 0)
        lines += drawn
        whose += [place] * len(drawn)
    cut = _without(shapely.intersection(np.array(lines, dtype=object), built[whose]), closed)
    parts, of = shapely.get_parts(cut, return_index=True)
    long = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & (shapely.length(parts) > 70.0)
    parts, of = parts[long], of[long]
    collectors = shapely.get_parts(_without(wide, closed.buffer(-2.0)))
    collectors = collectors[shapely.length(collectors) > 60.0]
    names = rng.integers(len(STREETS), size=len(parts) + len(collectors))
    geometry = [*collectors, *parts]
    kinds = ["Minor"] * len(collectors) + ["Local"] * len(parts)
    return pd.DataFrame({"kind": kinds, "name": [STREETS[n] for n in names], "number": "", "geometry": geometry})


def _without(lines: _Shapes, closed: Any) -> _Shapes:
    """Lines without what lies on closed ground. Few touch it, and only those are cut."""
    shapely.prepare(closed)
    touching = np.flatnonzero(shapely.intersects(closed, lines))
    cut = lines.copy()
    cut[touching] = shapely.difference(lines[touching], closed)
    return cut


def _softened(outline: Any) -> Any:
    """An outline as a street would follow it: without its small bends."""
    return shapely.simplify(outline, 14.0)


def _rows_of_streets(rng: np.random.Generator, outline: Any, seed: _Float, *, dense: bool) -> list[Any]:
    """Rows of streets over the box of an outline, bent, with cross streets between some of them."""
    west, south, east, north = outline.bounds
    reach = max(east - west, north - south) * 0.75
    gap = rng.uniform(105, 150) if dense else 190.0
    # streets of neighbours run alike: the direction turns slowly over the land
    turn = np.sin(seed[0] / 2_300.0) + np.cos(seed[1] / 1_900.0) + rng.normal(0, 0.18)
    cos, sin = np.cos(turn), np.sin(turn)
    middle = np.array([(west + east) / 2, (south + north) / 2])
    along = np.linspace(-reach, reach, 14)
    bend, phase = rng.uniform(10, 38), rng.uniform(0, 2 * np.pi)
    lines = []

    def placed(u: _Float, v: _Float) -> _Float:
        v = v + bend * np.sin(u / 260.0 + phase)
        return np.column_stack([middle[0] + u * cos - v * sin, middle[1] + u * sin + v * cos])

    offsets = np.arange(-reach, reach, gap) + rng.normal(0, gap * 0.1, len(np.arange(-reach, reach, gap)))
    for v in offsets:
        lines.append(shapely.LineString(placed(along, np.full(len(along), v))))
    for a, b in pairwise(offsets):
        for u in np.arange(-reach, reach, gap * 2.3) + rng.uniform(0, gap * 2.3):
            if rng.random() < 0.8:
                lines.append(shapely.LineString(placed(np.array([u, u]), np.array([a, b]))))
    return lines


def _places(rng: np.random.Generator, land: Land, seats: _Float) -> pd.DataFrame:
    """Names of towns, of parts of towns (those of their MSOAs) and of villages."""
    rows: list[tuple[str, str, Any]] = [
        ("City" if k == 0 else "Town", name, shapely.Point(seat))
        for k, ((name, _, _, _), seat) in enumerate(zip(SETTLEMENTS, seats, strict=True))
    ]
    taken: list[_Float] = []
    for m, official in enumerate(land.msoa_names):
        mine = np.flatnonzero(land.msoa == m)
        town = land.settlement[mine] >= 0
        at = land.seeds[mine].mean(axis=0)
        if town.mean() < 0.5:
            country = mine[~town]
            at = land.seeds[country[int(np.argmin(np.hypot(*(land.seeds[country] - at).T)))]]
            taken.append(at)
        name = official.rsplit(" ", 1)[0]
        # its middle bears the town's own name
        if np.hypot(*(seats - at).T).min() > 450.0:
            rows.append(("Suburban Area" if town.mean() >= 0.5 else "Village", name, shapely.Point(at)))
    for place in np.flatnonzero(land.settlement < 0):
        at = land.seeds[place]
        if not any(np.hypot(*(at - t)) < 100.0 for t in taken):
            name = HAMLET_BEGINS[int(rng.integers(len(HAMLET_BEGINS)))] + HAMLET_ENDS[int(rng.integers(len(HAMLET_ENDS)))]
            rows.append(("Hamlet", name, shapely.Point(at)))
    return _frame(rows)
