"""Custom areas ("patches"): a drawn polygon or a list of codes, snapped to whole LSOAs of 2021.

The rule: an LSOA belongs to the patch when more than half of its residents live inside the drawn area. Where in an LSOA people live is
told by its postcodes in use, each taken as an equal share; an LSOA with fewer than five goes by its land. So a boundary drawn down the
middle of a park takes the streets and not the grass, and what was gained and lost against the drawing is said in people and in area.
Incidents of a patch are those of its LSOAs: they are never divided (decision 0023).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection

from boundaries.areas import read_areas, read_parents, read_region
from boundaries.patch_file import DrawnArea
from core.audit import record_event
from core.contracts import LAD_2022, LSOA_2021
from core.db import copy_frame, fetch, fetch_geo, run_statement
from core.db.geometry import ewkb
from core.db.tables import AREA, PATCH
from core.errors import UserError
from core.provenance import file_sha256

FEWEST_POSTCODES = 5
PEOPLE_REFERENCE = "census2021"
RULE = (
    "an LSOA 2021 belongs when more than half of its residents live inside, by postcodes in use (by land where it has fewer than 5)"
)
_LONGEST_NAME = 80


@dataclass(frozen=True)
class TouchedArea:
    """An LSOA 2021 that the drawing touches. Shares are of the LSOA's people and land inside the drawing."""

    code: str
    member: bool
    people: float
    people_share: float
    area_share: float
    basis: str


@dataclass(frozen=True)
class Snapped:
    """What snapping did. people_members = people_drawn + people_gained - people_lost; the same for m2, where outside_m2 is lost too."""

    areas: tuple[TouchedArea, ...]
    people_drawn: float
    people_members: float
    people_gained: float
    people_lost: float
    drawn_m2: float
    members_m2: float
    gained_m2: float
    lost_m2: float
    outside_m2: float

    @property
    def members(self) -> tuple[str, ...]:
        return tuple(area.code for area in self.areas if area.member)


@dataclass(frozen=True)
class Patch:
    """A stored patch. members: LSOAs of 2021 in ascending order of code."""

    patch_id: int
    name: str
    source: str
    source_edition: str
    rule: str
    people_reference: str
    members: tuple[str, ...]
    names: Mapping[str, str]
    snapped: Snapped


def snap(
    areas: gpd.GeoDataFrame, people: pd.Series, postcodes: pd.DataFrame, shape: Any, *, allowed: frozenset[str],
    whole: Mapping[str, bool] | None = None,
) -> Snapped:  # fmt: skip
    """Apply the rule to a valid shape in EPSG:27700.

    areas: LSOA 2021 outlines by code. people: residents by code. postcodes: easting, northing, lsoa21_code of those in use. allowed: LSOAs
    that may be members (the region's). whole: LSOAs known to lie in the patch (True) or outside it (False) whatever the outlines say,
    because the patch was given by codes. UserError where no LSOA has most of its people inside.
    """
    fixed = dict(whole or {})
    codes = areas.index.to_numpy(dtype=object)
    touched = codes[areas.sindex.query(shape, predicate="intersects")]
    shapely.prepare(shape)
    inside = shapely.intersects_xy(shape, postcodes["easting"].to_numpy(float), postcodes["northing"].to_numpy(float))
    held = postcodes.groupby("lsoa21_code").size()
    within = postcodes[inside].groupby("lsoa21_code").size()
    found = []
    drawn_on_lsoas = members_m2 = gained_m2 = lost_m2 = 0.0
    # an area may have all its postcodes on the line and none of its land inside, and the other way round
    for code in sorted(set(touched) | set(within.index[within.index.isin(codes)]) | {c for c, known in fixed.items() if known}):
        if code not in allowed and code not in people.index:
            continue  # numbers are held for the region alone (decision 0013): a neighbour's land counts as outside
        outline = areas.geometry[code]
        share, area_share, basis = fixed.get(code), 0.0, "exact"
        land = outline.intersection(shape).area
        if share is not None:
            area_share = people_share = 1.0 if share else 0.0
        else:
            area_share = min(land / outline.area, 1.0)
            enough = held.get(code, 0) >= FEWEST_POSTCODES
            basis = "postcodes" if enough else "area"
            people_share = float(within.get(code, 0) / held[code]) if enough else area_share
        if people_share == 0.0 and area_share < 1e-6:
            continue  # a shared border
        member = people_share > 0.5 and code in allowed
        drawn_on_lsoas += area_share * outline.area
        members_m2 += outline.area * member
        gained_m2 += (1.0 - area_share) * outline.area * member
        lost_m2 += area_share * outline.area * (not member)
        found.append(TouchedArea(str(code), member, _residents(people, code), people_share, area_share, basis))
    if not any(area.member for area in found):
        raise UserError(_too_small(found, allowed), where="patch", hint="draw a larger area, or list the LSOA with --codes.")
    outside = max(shape.area - drawn_on_lsoas, 0.0)
    # whole areas may cover a little more than their outlines of another edition: the drawing is what they and the outside add up to
    return Snapped(
        areas=tuple(found),
        people_drawn=sum(a.people * a.people_share for a in found),
        people_members=sum(a.people for a in found if a.member),
        people_gained=sum(a.people * (1.0 - a.people_share) for a in found if a.member),
        people_lost=sum(a.people * a.people_share for a in found if not a.member),
        drawn_m2=drawn_on_lsoas + outside,
        members_m2=members_m2,
        gained_m2=gained_m2,
        lost_m2=lost_m2 + outside,
        outside_m2=outside,
    )


def _residents(people: pd.Series, code: str) -> float:
    if code not in people.index or not np.isfinite(people[code]):
        raise UserError(f"residents of {code} are not known", where="place.population",
                        hint="load Census 2021 residents of LSOAs: 'homeground feeds load --source DIR'.")  # fmt: skip
    return float(people[code])


def _too_small(found: list[TouchedArea], allowed: frozenset[str]) -> str:
    if not any(area.code in allowed for area in found):
        return "the patch lies outside the region; nothing was stored"
    largest = max((a for a in found if a.code in allowed), key=lambda a: (a.people * a.people_share, a.area_share, a.code))
    return (
        "the patch holds most residents of no LSOA, so nothing can be counted for it; nothing was stored"
        f" (most of it lies in {largest.code}, of whose residents {largest.people_share:.0%} live inside)"
    )


def add_drawn(connection: Connection, name: str, drawn: DrawnArea, *, actor: str) -> Patch:
    """Snap a drawn area and store it under a new name. UserError for a name that is taken or cannot be one, or a patch too small."""
    return _add(connection, name, drawn.shape, {}, source="drawn", edition=f"EPSG:{drawn.epsg}", file_name=drawn.file_name,
                sha256=drawn.sha256, actor=actor)  # fmt: skip


def add_codes(connection: Connection, name: str, codes: tuple[str, ...], *, edition: str, actor: str) -> Patch:
    """Store the areas of a list of codes of one edition (LSOA, MSOA, ward or district that has an outline).

    LSOAs of 2021, and areas that they lie in by an exact lookup, are taken whole. An LSOA of 2011 that stayed or was split gives its
    children whole; one that was merged or redrawn goes by the rule. UserError naming how many codes are unknown in that edition.
    """
    listed = fetch_geo(connection, "boundaries/listed_areas", AREA.c.geom, {"codes": list(codes), "edition": edition})
    if unknown := sorted(set(codes) - set(listed["code"])):
        raise UserError(
            f"{len(unknown)} of {len(codes)} codes are no areas of edition {edition} held here, such as {unknown[0]}; nothing was stored",
            where="--codes",
            hint="check --edition (2011 and 2021 share most codes, not all); only areas of the region and near it are held.",
        )
    whole = _whole_areas(connection, listed, edition)
    shape = shapely.union_all(listed.geometry.to_numpy())
    sha256 = file_sha256("\n".join(codes).encode())
    return _add(connection, name, shape, whole, source="codes", edition=edition, file_name="", sha256=sha256, actor=actor)


def _whole_areas(connection: Connection, listed: gpd.GeoDataFrame, edition: str) -> dict[str, bool]:
    """LSOAs of 2021 that lie wholly in the list, True; those next to it that are known to lie outside, False."""
    codes = set(listed["code"])
    if set(listed["geography"]) == {"ward"}:
        # no lookup says which LSOAs a ward holds whole: where people live decides, as for a drawn area
        return {}
    if set(listed["geography"]) == {"lsoa"} and edition == "2011":
        changes = fetch(connection, "boundaries/edition_changes")
        origins = changes.groupby("to_code")["from_code"].agg(set)
        return {str(new): bool(old <= codes) for new, old in origins.items() if old <= codes or not old & codes}
    children = fetch(connection, "boundaries/children_2021", {"codes": sorted(codes), "edition": edition})["code"]
    inside = set(children) | set(listed.loc[listed["geography"] == "lsoa", "code"] if edition == "2021" else ())
    every = read_parents(connection, LSOA_2021, LAD_2022).index
    return {str(code): code in inside for code in every.union(sorted(inside))}


def _add(
    connection: Connection, name: str, shape: Any, whole: Mapping[str, bool], *, source: str, edition: str, file_name: str, sha256: str,
    actor: str,
) -> Patch:  # fmt: skip
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UserError("a name has 1 to 80 printable characters", where="NAME", hint="give the patch a short name.")
    areas = read_areas(connection, LSOA_2021)
    region = read_region(connection)
    district = read_parents(connection, LSOA_2021, LAD_2022)
    allowed = frozenset(str(c) for c in district.index[district.isin(region.districts)])
    values = {"geography": "lsoa", "edition": "2021", "reference": PEOPLE_REFERENCE}
    residents = fetch(connection, "boundaries/residents", values).set_index("code")["people"]
    held = {code: known for code, known in whole.items() if code in areas.index}
    snapped = snap(areas, residents, fetch(connection, "boundaries/live_postcodes"), shape, allowed=allowed, whole=held)
    row = {key: value for key, value in asdict(snapped).items() if key != "areas"}
    multi = shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
    row |= {
        "name": name, "source": source, "source_edition": edition, "file_name": file_name, "sha256": sha256, "rule": RULE,
        "people_reference": PEOPLE_REFERENCE,
        "geom": ewkb(PATCH.c.geom, [multi])[0].hex(),
    }  # fmt: skip
    made = fetch(connection, "boundaries/patches/insert_patch", row)
    if made.empty:
        raise UserError(
            f"a patch named {name!r} is there already", where="NAME", hint="choose another name, or remove that patch first."
        )
    frame = pd.DataFrame([asdict(area) for area in snapped.areas])
    frame = frame.assign(patch_id=int(made["patch_id"].iloc[0]), geography="lsoa", edition="2021")
    copy_frame(connection, "place", "patch_area", frame)
    detail = {"members": len(snapped.members), "source": source, "edition": edition}
    record_event(connection, actor=actor, action="patch added", subject=name, detail=detail)
    return read_patch(connection, name)


def remove_patch(connection: Connection, name: str, *, actor: str) -> None:
    """Remove a patch; UserError where there is none of that name."""
    read_patch(connection, name)
    run_statement(connection, "boundaries/patches/delete_patch", {"name": name})
    record_event(connection, actor=actor, action="patch removed", subject=name)


def list_patches(connection: Connection) -> tuple[Patch, ...]:
    """Every patch, by name."""
    rows = fetch(connection, "boundaries/patches/patches", {"name": None})
    return tuple(_patch(connection, row) for row in rows.to_dict("records"))


def read_patch(connection: Connection, name: str) -> Patch:
    """One patch; UserError where there is none of that name."""
    rows = fetch(connection, "boundaries/patches/patches", {"name": name})
    if rows.empty:
        raise UserError(f"there is no patch named {name!r}", where="place.patch", hint="'homeground patches list' names them all.")
    return _patch(connection, rows.to_dict("records")[0])


def _patch(connection: Connection, row: dict[Any, Any]) -> Patch:
    areas = fetch(connection, "boundaries/patches/patch_areas", {"patch_id": int(row["patch_id"])})
    touched = tuple(
        TouchedArea(str(a.code), bool(a.member), float(a.people), float(a.people_share), float(a.area_share), str(a.basis))
        for a in areas.itertuples()
    )
    numbers = {key: float(row[key]) for key in Snapped.__dataclass_fields__ if key != "areas"}
    return Patch(
        patch_id=int(row["patch_id"]),
        name=str(row["name"]),
        source=str(row["source"]),
        source_edition=str(row["source_edition"]),
        rule=str(row["rule"]),
        people_reference=str(row["people_reference"]),
        members=tuple(sorted(a.code for a in touched if a.member)),
        names=dict(zip(areas["code"], areas["name"], strict=True)),
        snapped=Snapped(areas=touched, **numbers),
    )
