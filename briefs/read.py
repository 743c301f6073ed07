"""From `published` to facts: the only module of this package that reads the database."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from briefs.facts import Category, Cell, Earlier, Facts, Outline, Place, Release, Service, Source
from core.contracts import BRITISH_NATIONAL_GRID, LSOA_2021, WGS84, Geography
from core.db import fetch, fetch_geo
from core.db.tables import PUBLISHED_PLACE
from core.errors import InternalError, UserError
from core.periods import Period
from published.count_change import apart

_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}")
_LEVELS = ("lsoa", "msoa", "lad")


def read_release(connection: Connection) -> Release:
    """The current release. UserError where nothing has been published."""
    frame = fetch(connection, "briefs/current_release")
    if frame.empty:
        raise UserError("nothing has been published yet", hint="run 'homeground release publish' first.")
    row: Any = next(_rows(frame))
    return Release(
        release_id=int(row.release_id),
        title=row.title,
        published_at=row.published_at,
        period=Period(row.period_start, row.period_end),
        months_loaded=tuple(sorted(row.months_loaded)),
        months_missing=tuple(sorted(row.months_missing)),
        unplaced_percent=row.unplaced_percent,
        region_name=row.region_name,
        synthetic=bool(row.synthetic),
        policy=row.policy,
        certificate=row.certificate,
        code_version=row.code_version,
    )


def read_places(connection: Connection, release: Release) -> tuple[Place, ...]:
    """Every place of the release; of two editions the newer comes first."""
    frame = fetch(connection, "briefs/places", {"release_id": release.release_id})
    return tuple(_place(row) for row in _rows(frame))


def find_place(connection: Connection, places: Sequence[Place], wanted: str) -> Place:
    """The place that a person means by a code, a postcode or a name.

    UserError where there is none, with the nearest codes and names, and where a name fits more than one place.
    """
    key = " ".join(wanted.split())
    offered = [p for p in places if p.geography.level in _LEVELS]
    for place in offered:
        if place.code == key.upper():
            return place
    if _POSTCODE.fullmatch(key.upper()):
        return _place_of_postcode(connection, offered, key)
    named = [p for p in offered if key.casefold() in {p.name.casefold(), p.local_name.casefold()} - {""}]
    if len(named) == 1:
        return named[0]
    if named:
        raise UserError(
            f"{len(named)} places are called {key[:60]!r}",
            hint="give a code: " + ", ".join(f"{p.code} ({p.geography})" for p in named[:8]),
        )
    near = _near_matches(offered, key)
    hint = "did you mean " + ", ".join(f"{p.code} ({p.display_name})" for p in near) + "?" if near else ""
    raise UserError(
        f"no published place has the code or name {key[:60]!r}",
        hint=hint or "give the code of an LSOA, MSOA or district, a postcode, or a place's name.",
    )


def _place_of_postcode(connection: Connection, places: Iterable[Place], postcode: str) -> Place:
    found = fetch(connection, "briefs/place_of_postcode", {"postcode": postcode.upper().replace(" ", "")})
    codes = set(found["lsoa21_code"])
    lies_in = [p for p in places if p.geography == LSOA_2021 and p.code in codes]
    if len(lies_in) > 1:
        named = ", ".join(f"{p.name} ({p.code})" for p in lies_in)
        raise UserError(
            f"the postcode {postcode.upper()} may lie in any of {named}: its old area was split", hint="give one of the codes."
        )
    if lies_in:
        return lies_in[0]
    raise UserError(f"the postcode {postcode.upper()} lies in no published area", hint="give the code or the name of an area.")


def _near_matches(places: Sequence[Place], wanted: str) -> list[Place]:
    by_word: dict[str, Place] = {}
    for place in places:
        for word in (place.code, place.name, place.local_name):
            if word:
                by_word.setdefault(word.casefold(), place)
    near = difflib.get_close_matches(wanted.casefold(), list(by_word), n=5, cutoff=0.6)
    return list({by_word[word].code: by_word[word] for word in near}.values())


def read_facts(connection: Connection, wanted: str) -> Facts:
    """Everything published about one place, in one transaction of the caller's."""
    release = read_release(connection)
    places = read_places(connection, release)
    place = find_place(connection, places, wanted)
    parents = _parents(place, places)
    similar = _similar(place, places)
    lsoas = [p for p in places if p.geography == LSOA_2021]
    categories = _categories(connection, release)
    services = _services(connection, release)
    return Facts(
        release=release,
        place=place,
        parents=parents,
        inside=_inside(place, places),
        similar=similar,
        categories=categories,
        cells=_cells(connection, release, [place, *parents, *similar]),
        services=services,
        service_kinds=tuple(sorted({s.kind for s in services})),
        lsoa_to_msoa={p.code: p.parent_msoa for p in lsoas if p.parent_msoa},
        lsoa_to_lad={p.code: p.parent_lad for p in lsoas if p.parent_lad},
        sources=_sources(connection, release),
        outlines=_outlines(connection, release, place),
        earlier=_earlier(connection, release, place, categories),
    )


def _earlier(connection: Connection, release: Release, place: Place, categories: Sequence[Category]) -> tuple[Earlier, ...]:
    which = {
        "before": release.period.start, "geography": place.geography.level, "edition": place.geography.edition, "code": place.code,
    }  # fmt: skip
    meaning = {c.category: c.description for c in categories}
    found: dict[Period, tuple[int, int, dict[str, Cell]]] = {}
    for release_id, start, end, months, category, description, count, symbol in _rows(fetch(connection, "release/earlier", which)):
        _, _, cells = found.setdefault(Period(start, end), (int(release_id), int(months), {}))
        if meaning.get(category) == description:
            cells[category] = Cell(None if count is None else int(count), symbol)
    return tuple(Earlier(found[p][0], p, *found[p][1:]) for p in apart(found, release.period.start))


def _parents(place: Place, places: Sequence[Place]) -> tuple[Place, ...]:
    wanted = {"msoa": place.parent_msoa, "lad": place.parent_lad}
    found = [
        next((p for p in places if p.geography.level == level and p.code == code), None)
        for level, code in wanted.items()
        if code is not None
    ]
    region = next((p for p in places if p.geography.level == "all"), None)
    return tuple(p for p in [*found, region] if p is not None and p != place)


def _inside(place: Place, places: Sequence[Place]) -> tuple[Place, ...]:
    """The 2021 LSOAs within an MSOA or a district."""
    if place.geography.level == "msoa":
        return tuple(p for p in places if p.geography == LSOA_2021 and p.parent_msoa == place.code)
    if place.geography.level == "lad":
        return tuple(p for p in places if p.geography == LSOA_2021 and p.parent_lad == place.code)
    return ()


def _similar(place: Place, places: Sequence[Place]) -> tuple[Place, ...]:
    """Other places of the same kind and edition in the same tenth of the same index of deprivation."""
    if place.deprivation_decile is None:
        return ()
    tenth = (place.geography, place.deprivation_decile, place.deprivation_reference)
    return tuple(
        sorted(
            (p for p in places if p != place and (p.geography, p.deprivation_decile, p.deprivation_reference) == tenth),
            key=lambda p: p.code,
        )
    )


def _categories(connection: Connection, release: Release) -> tuple[Category, ...]:
    frame = fetch(connection, "briefs/categories", {"release_id": release.release_id})
    return tuple(Category(*row) for row in _rows(frame))


def _cells(connection: Connection, release: Release, places: Sequence[Place]) -> dict[tuple[Geography, str], dict[str, Cell]]:
    frame = fetch(
        connection,
        "briefs/values",
        {
            "release_id": release.release_id,
            "period_start": release.period.start,
            "period_end": release.period.end,
            "codes": [p.code for p in places],
        },
    )
    cells: dict[tuple[Geography, str], dict[str, Cell]] = {}
    for level, edition, code, category, count, symbol in _rows(frame):
        cell = Cell(None if count is None else int(count), symbol)
        if (cell.count is None) == (cell.symbol is None):
            raise InternalError("a published cell has both a count and a symbol, or neither")
        cells.setdefault((Geography(level, edition), code), {})[category] = cell
    return cells


def _services(connection: Connection, release: Release) -> tuple[Service, ...]:
    from pyproj import Transformer

    frame = fetch(connection, "briefs/services", {"release_id": release.release_id})
    to_grid = Transformer.from_crs(WGS84, BRITISH_NATIONAL_GRID, always_xy=True)
    services = []
    for row in _rows(frame):
        placed = row.lon is not None and row.lat is not None
        here = to_grid.transform(row.lon, row.lat) if placed else (None, None)
        services.append(Service(row.kind, row.service_id, row.name, row.postcode or "", row.lsoa21_code or "", *here))
    return tuple(services)


def _sources(connection: Connection, release: Release) -> tuple[Source, ...]:
    frame = fetch(connection, "briefs/sources", {"release_id": release.release_id})
    return tuple(Source(*row) for row in _rows(frame))


def _outlines(connection: Connection, release: Release, place: Place) -> tuple[Outline, ...]:
    lad = place.code if place.geography.level == "lad" else place.parent_lad
    frame = fetch_geo(connection, "briefs/outlines", PUBLISHED_PLACE.c.geom, {"release_id": release.release_id, "lad": lad})
    # the public credential may not read spatial_ref_sys, so the projection is done here and not with ST_Transform
    frame = frame.to_crs(BRITISH_NATIONAL_GRID)
    return tuple(
        Outline(Geography(row.geography, row.edition), row.place_code, row.parent_msoa, row.parent_lad, row.geom)
        for row in _rows(pd.DataFrame(frame))
    )


def _place(row: Any) -> Place:
    return Place(
        geography=Geography(row.geography, row.edition),
        code=row.place_code,
        name=row.name,
        local_name=row.local_name,
        parent_msoa=row.parent_msoa,
        parent_lad=row.parent_lad,
        residents=None if row.residents is None else int(row.residents),
        residents_reference=row.residents_reference,
        deprivation_decile=None if row.deprivation_decile is None else int(row.deprivation_decile),
        deprivation_reference=row.deprivation_reference,
    )


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Named rows in which every missing value is None (a frame says NaN or NaT, by the kind of its column)."""
    yield from frame.astype(object).where(frame.notna(), None).itertuples(index=False)
