"""Streets and names of the sheet's map: what is busier is wider, and no name lies on another or on a place's number."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import pytest

from app.patch.streets import Ground, drawn, names
from app.patch.view import HEIGHT, WIDTH, View
from published.background import Feature

VIEW = View.around((-1.30, 51.70, -1.20, 51.74))
WEST, SOUTH, EAST, NORTH = VIEW.bounds


def at(x: float, y: float) -> list[float]:
    """A point of the drawing in degrees: shares of its width from the left and of its height from the top."""
    return [WEST + x * (EAST - WEST), NORTH - y * (NORTH - SOUTH)]


def road(what: str, name: str, *points: tuple[float, float]) -> Feature:
    return Feature(what, name, {"type": "LineString", "coordinates": [at(*p) for p in points]})


def place(what: str, name: str, x: float, y: float) -> Feature:
    return Feature(what, name, {"type": "Point", "coordinates": at(x, y)})


def said(svg: str) -> list[str]:
    return re.findall(r'fill="#111111">([^<]+)<', svg)


def test_a_view_lays_its_own_corners_on_the_corners_of_the_drawing() -> None:
    assert VIEW.xy(WEST, NORTH) == pytest.approx((0, 0), abs=1e-6)
    assert VIEW.xy(EAST, SOUTH) == pytest.approx((WIDTH, HEIGHT), abs=1e-6)
    # a degree of latitude is 111.32 km
    assert VIEW.per_m * 111_320 * (NORTH - SOUTH) == pytest.approx(HEIGHT)


def test_a_busier_road_is_wider_and_lies_on_top_and_a_railway_is_broken() -> None:
    kinds = ("motorway", "a_road", "b_road", "minor_road", "street", "railway")
    svg = drawn(VIEW, Ground(tuple(road(k, "", (0.1, 0.1 * n), (0.9, 0.1 * n)) for n, k in enumerate(kinds, 1)), ""))
    lines = re.findall(r'stroke="(#[0-9a-f]{6})" stroke-width="([\d.]+)"( stroke-dasharray="[^"]+")?/>', svg)
    roads = [float(width) for colour, width, dash in lines if colour != "#ffffff" and not dash]
    assert roads == sorted(roads) and len(set(roads)) == 5
    assert sum(bool(dash) for _, _, dash in lines) == 1
    assert svg.count('stroke="#ffffff"') == 6, "each has a pale edge"
    assert drawn(VIEW, Ground((place("village", "Ash", 0.5, 0.5),), "")) == ""


def test_the_larger_place_is_named_first_and_no_name_lies_on_another_or_on_a_number() -> None:
    crowd = [place("hamlet", f"Hamlet {n}", 0.5 + n / 200, 0.5) for n in range(10)]
    ground = Ground((*crowd, place("town", "Homeminster", 0.5, 0.5)), "")
    assert said(names(VIEW, ground, []))[0] == "Homeminster"
    svg = names(VIEW, ground, [])
    spots = [(float(x), float(y)) for x, y in re.findall(r"translate\(([\d.]+) ([\d.]+)\)", svg)]
    assert len(spots) == len(said(svg)) >= 1
    assert all(abs(a[0] - b[0]) > 30 or abs(a[1] - b[1]) > 9 for a, b in combinations(spots, 2))
    assert said(names(VIEW, replace(ground, features=(place("town", "Homeminster", 0.5, 0.5),)), [(WIDTH / 2, HEIGHT / 2)])) == []


def test_a_street_is_named_along_it_once_and_only_where_its_name_fits() -> None:
    long = road("street", "Bell Lane", (0.2, 0.3), (0.8, 0.3))
    again = road("street", "Bell Lane", (0.2, 0.6), (0.8, 0.6))
    short = road("street", "Inkerman Terrace", (0.2, 0.8), (0.22, 0.8))
    upwards = road("street", "Steep Hill", (0.9, 0.1), (0.9, 0.9))
    svg = names(VIEW, Ground((long, again, short, upwards), ""), [])
    assert sorted(said(svg)) == ["Bell Lane", "Steep Hill"]
    turns = {name: float(t) for t, name in re.findall(r'rotate\((-?[\d.]+)\)">.*?fill="#111111">([^<]+)<', svg)}
    assert turns["Bell Lane"] == pytest.approx(0, abs=0.1) and abs(turns["Steep Hill"]) == pytest.approx(90, abs=0.1)


def test_a_name_is_text_and_a_name_that_the_edge_would_cut_is_left_out() -> None:
    ground = Ground((place("village", "<Ash & Oak>", 0.5, 0.5), place("village", "Over the edge", 0.999, 0.5)), "")
    svg = names(VIEW, ground, [])
    assert said(svg) == ["&lt;Ash &amp; Oak&gt;"]
