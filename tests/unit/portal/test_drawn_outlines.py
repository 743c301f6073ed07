"""What is drawn on the map, before anything is asked of it: one outline, or one sentence why it is none."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from app.own_area.chosen import MOST_CORNERS, codes_in, outline_of
from app.person.names import LONGEST_NAME, cleaned
from app.person.patches import OwnPatch
from app.person.sign_in import Person, ProfessionalRole
from core.errors import UserError


def feature(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}}


SQUARE = feature((-1.3, 51.7), (-1.2, 51.7), (-1.2, 51.8), (-1.3, 51.8))
BESIDE = feature((-1.1, 51.7), (-1.0, 51.7), (-1.0, 51.8), (-1.1, 51.8))
ACROSS = feature((-1.25, 51.7), (-1.05, 51.7), (-1.05, 51.8), (-1.25, 51.8))


def test_several_outlines_are_one_area_and_what_lies_in_two_counts_once() -> None:
    assert outline_of([]) == ""
    apart = shapely.from_wkt(outline_of([SQUARE, BESIDE]))
    assert apart.geom_type == "MultiPolygon" and len(apart.geoms) == 2
    assert apart.area == pytest.approx(0.02)
    joined = shapely.from_wkt(outline_of([SQUARE, BESIDE, ACROSS]))
    assert joined.geom_type == "MultiPolygon" and len(joined.geoms) == 1
    assert joined.area == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ([feature((-1.3, 51.7), (-1.2, 51.8), (-1.2, 51.7), (-1.3, 51.8))], "crosses itself"),
        ([SQUARE, feature((-1.3, 51.7), (-1.2, 51.8), (-1.2, 51.7), (-1.3, 51.8))], "crosses itself"),
        ([feature((10.0, 51.7), (10.1, 51.7), (10.1, 51.8))], "out of the United Kingdom"),
        ([feature((-5.0, 50.0), (0.0, 50.0), (0.0, 52.0), (-5.0, 52.0))], "larger than a whole region"),
        ([{"type": "Feature", "geometry": {"type": "Point", "coordinates": [-1.2, 51.7]}}], "encloses nothing"),
        ([{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": []}}], "encloses nothing"),
        ([{"type": "Feature"}], "could not be read"),
        ([{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[["a", "b"]]]}}], "could not be read"),
    ],
)
def test_what_cannot_be_an_area_gets_one_sentence_and_what_next(drawn: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(UserError, match=said) as refused:
        outline_of(drawn)
    assert refused.value.what.count(". ") == 1, "what is wrong, then what to do"


def test_a_drawing_of_too_many_corners_is_not_read() -> None:
    circle = shapely.Point(-1.2, 51.7).buffer(0.1, quad_segs=MOST_CORNERS // 4)
    with pytest.raises(UserError, match=f"at most {MOST_CORNERS:,} are read"):
        outline_of([{"type": "Feature", "geometry": shapely.geometry.mapping(circle)}])


def test_pasted_codes_are_read_whatever_stands_between_them() -> None:
    assert codes_in('e01000001, E01000002;E02000003\n\n"E01000001"\tE07000004') == (
        "E01000001",
        "E01000002",
        "E02000003",
        "E07000004",
    )
    assert codes_in("  \n ") == ()
    with pytest.raises(UserError, match="Of 2 entries 1 is no code of an area, like “OXFORD”"):
        codes_in("Oxford E01000001")
    with pytest.raises(UserError, match="at most 1,000 are read"):
        codes_in(" ".join(f"E01{n:06d}" for n in range(1_001)))


def test_a_name_is_kept_on_one_line_and_no_longer_than_a_box_shows() -> None:
    assert cleaned("  Market   Square\n and around ", "A patch needs a name.") == "Market Square and around"
    for name, said in (
        ("", "needs a name"),
        (" \n", "needs a name"),
        ("a\x00b", "needs a name"),
        ("n" * (LONGEST_NAME + 1), "at most 60"),
    ):
        with pytest.raises(UserError, match=said):
            cleaned(name, "A patch needs a name.")


def test_a_patch_opens_for_those_who_may_see_every_district_of_it() -> None:
    both = OwnPatch("own-1", "Border", "drawn", ("E07900001", "E07900002"), ("E01900001",), "")
    one = OwnPatch("own-2", "Inner", "drawn", ("E07900001",), ("E01900001",), "")
    officer = Person("oidc:anna", "Anna", ProfessionalRole.OFFICER, "E07900001")
    analyst = Person("oidc:ben", "Ben", ProfessionalRole.ANALYST, "*")
    assert [p.opens_for(officer) for p in (both, one)] == [False, True]
    assert [p.opens_for(analyst) for p in (both, one)] == [True, True]
    assert (both.as_patch.district, one.as_patch.district) == ("", "E07900001")
    assert both.as_patch.code == "own-1" and both.as_patch.seen == {"district": "*", "msoa": "", "patch": "own-1"}
