"""What a drawing or a list stands for: whole neighbourhoods, by the rule of every patch (decision 0023). No drawing of pages here.

Nothing is repaired and nothing guessed: what cannot be a patch gets one sentence, and the drawing stays where it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from app.look import wording
from app.person.patches import OwnPatch
from app.person.reading import Reader
from core.errors import UserError

# a patch holds at most so many neighbourhoods: a district is a box of its own
MOST_MEMBERS = 400
MOST_CORNERS = 2_000
_MOST_CODES = 1_000
# the United Kingdom in degrees, with a margin, and the largest area that is looked at, in square degrees (a large county is 0.6)
_WEST, _SOUTH, _EAST, _NORTH = -9.5, 49.0, 2.5, 61.5
_MOST_SQUARE_DEGREES = 4.0
_CODE = re.compile(r"[A-Z][0-9]{8}")

RULE = (
    "A patch is made of whole neighbourhoods (LSOA 2021). One belongs to a drawing where more than half of its residents live inside, told by"
    " its postcodes in use; by its land where it has fewer than five. On maps of hexagons a patch holds those whose middle lies in the"
    " outline as it was drawn."
)


@dataclass(frozen=True)
class Chosen:
    """What was drawn or listed. patch: None where no neighbourhood of it lies where the person may look; members: every neighbourhood by
    code with its name, such as lie elsewhere too; left_out: what is not part of the patch, in a sentence."""

    patch: OwnPatch | None
    members: Mapping[str, str]
    residents: int | None
    left_out: str


def outline_of(features: Sequence[Mapping[str, Any]]) -> str:
    """Well-known text in degrees of everything drawn, one area; '' where nothing is. UserError for what cannot be an area."""
    if not features:
        return ""
    try:
        shapes = [shapely.from_geojson(json.dumps(f["geometry"])) for f in features]
    except (shapely.errors.GEOSException, KeyError, TypeError, ValueError) as error:
        raise UserError("The drawing could not be read. Draw it anew.") from error
    if any(s is None or s.geom_type not in ("Polygon", "MultiPolygon") or s.is_empty for s in shapes):
        raise UserError("The drawing encloses nothing. Draw an outline with at least three corners.")
    corners = len(shapely.get_coordinates(shapes))
    if corners > MOST_CORNERS:
        raise UserError(f"The drawing has {corners:,} corners; at most {MOST_CORNERS:,} are read. Draw it with fewer.")
    if not all(s.is_valid for s in shapes):
        raise UserError("The outline crosses itself, so nobody can say which side is inside. Move a corner, or draw it anew.")
    whole = shapely.union_all(shapes)
    west, south, east, north = whole.bounds
    if not (west >= _WEST and south >= _SOUTH and east <= _EAST and north <= _NORTH):
        raise UserError("The drawing reaches out of the United Kingdom. Draw within the region of this portal.")
    if whole.area > _MOST_SQUARE_DEGREES:
        raise UserError("The drawing is larger than a whole region. Draw a smaller one, or choose a district where you look.")
    multi = whole if whole.geom_type == "MultiPolygon" else shapely.MultiPolygon([whole])
    return str(shapely.to_wkt(multi, rounding_precision=7))


def from_drawing(reader: Reader, outline: str) -> Chosen:
    """What an outline in degrees holds. UserError where it holds nothing, or too much."""
    drawn = str(reader.rows("own_area/on_the_grid", {"outline": outline})[0]["drawn"])
    touched = reader.rows("own_area/snapped", {"drawn": drawn})
    if not touched:
        raise UserError("The drawing touches no neighbourhood of this region. Draw where the map has neighbourhoods.")
    inside = [r for r in touched if float(r["share"]) > 0.5]
    if not inside:
        most = max(touched, key=lambda r: (float(r["people"] or 0) * float(r["share"]), float(r["share"])))
        raise UserError(
            "Most residents of no neighbourhood live inside the drawing, so nothing can be counted for it. Most of it lies in"
            f" {most['name']}, of whose residents {float(most['share']):.0%} live inside. Draw a larger one."
        )
    return _chosen(reader, inside, "drawn", drawn)


def from_list(reader: Reader, codes: Iterable[str]) -> Chosen:
    """The neighbourhoods of a list of neighbourhoods, local areas and districts. UserError for codes that are none here, or too many."""
    wanted = sorted(set(codes))
    found = reader.rows("own_area/listed", {"codes": wanted})
    unknown = sorted(set(wanted) - {str(r["listed"]) for r in found})
    if unknown:
        raise UserError(
            f"Of {wording.plural(len(wanted), 'code')} {len(unknown):,} {_are(unknown)} no area of this region, such as"
            f" {unknown[0]}. Give neighbourhoods (LSOAs of 2021), local areas or districts."
        )
    inside = list({str(r["code"]): r for r in found}.values())
    return _chosen(reader, inside, "listed", "")


def codes_in(text: str) -> tuple[str, ...]:
    """Codes of a text that somebody pasted, each once: with commas, spaces or line breaks between them. UserError for what is no code."""
    words = [w.upper() for w in re.split(r"[\s,;\"']+", text) if w]
    if len(words) > _MOST_CODES:
        raise UserError(f"{len(words):,} codes are given; at most {_MOST_CODES:,} are read.")
    wrong = [w for w in words if not _CODE.fullmatch(w)]
    if wrong:
        raise UserError(
            f"Of {wording.plural(len(words), 'entry', 'entries')} {len(wrong):,} {_are(wrong)} no code of an area, like"
            f" “{wrong[0][:20]}”. A code looks like E01000001."
        )
    return tuple(dict.fromkeys(words))


def _are(some: Sequence[str]) -> str:
    return "is" if len(some) == 1 else "are"


def _chosen(reader: Reader, inside: Sequence[Mapping[str, Any]], source: str, drawn: str) -> Chosen:
    if len(inside) > MOST_MEMBERS:
        raise UserError(
            f"That is {len(inside):,} neighbourhoods; a patch holds at most {MOST_MEMBERS:,}. Choose a smaller area, or a district where you"
            " look."
        )
    people = [r["people"] for r in inside]
    kept = [r for r in inside if reader.person.may_see(str(r["lad_code"]))]
    patch = None
    if kept:
        members = tuple(sorted(str(r["code"]) for r in kept))
        districts = tuple(sorted({str(r["lad_code"]) for r in kept}))
        land = drawn or str(reader.rows("own_area/land", {"codes": list(members)})[0]["drawn"])
        patch = OwnPatch("", "", source, districts, members, land)
    return Chosen(
        patch=patch,
        members={str(r["code"]): str(r["name"]) for r in inside},
        residents=None if any(p is None for p in people) else round(sum(float(p) for p in people)),
        left_out=_left_out([r for r in inside if r not in kept], nothing_left=not kept),
    )


def _left_out(rows: Sequence[Mapping[str, Any]], *, nothing_left: bool) -> str:
    if not rows:
        return ""
    where = wording.listed(sorted({str(r["district"]) for r in rows}))
    if nothing_left:
        return f"All of it lies in {where}, which your account does not open, so it cannot be kept as a patch."
    return f"A patch of it leaves out {wording.plural(len(rows), 'neighbourhood')} of {where}, which your account does not open."
