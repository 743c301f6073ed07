"""Everything the store holds about one area beside recorded crime: people, deprivation and other indicators, services, words about it.

For professionals at the command line. Figures stand on the edition that they were published for. Where an area of 2021 was another one in
2011, figures of the old areas are given as theirs, never shared out, and a notice says what crosses the edition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Connection

from boundaries.edition_notice import notices_for
from core.contracts import LSOA_2021, said_name
from core.db import fetch
from core.errors import UserError

NOT_A_TREND = (
    "Deprivation of 2019 and of 2025 are ranks among other areas by other indicators: they are not a trend, not even where the area stayed"
    " as it was."
)


@dataclass(frozen=True)
class People:
    """A count of people. edition and codes: the LSOAs that it is of."""

    reference: str
    measure: str
    people: float
    edition: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Indicator:
    """One figure of an indicator, of one area of one edition."""

    indicator: str
    label: str
    unit: str
    period: str
    value: float
    edition: str
    code: str
    publisher: str


@dataclass(frozen=True)
class AreaFacts:
    """What is known of an area of 2021. old_codes: the LSOAs of 2011 on the same ground, empty for areas above the LSOA.

    labels: (kind, label, how many of its LSOAs). notices: sentences, one for each change of areas that a figure here crosses.
    """

    geography: str
    edition: str
    code: str
    name: str
    local_name: str
    area_km2: float | None
    lsoas: int
    old_codes: tuple[str, ...]
    labels: tuple[tuple[str, str, int], ...]
    people: tuple[People, ...]
    indicators: tuple[Indicator, ...]
    services: tuple[tuple[str, int], ...]
    notices: tuple[str, ...]


def read_area_facts(connection: Connection, wanted: str) -> tuple[AreaFacts, ...]:
    """The facts of the area that a code, a postcode or a name means; several where it means several. UserError where none is meant."""
    key = re.sub(r"\s", "", said_name(wanted.strip())).upper()
    found = fetch(connection, "boundaries/area_found", {"wanted": key})
    if found.empty:
        raise UserError(
            f"{wanted!r} is no area of 2021 and no postcode that is held",
            where="area",
            hint="give a postcode, or the code or whole name of an LSOA or MSOA of 2021 or of a district of 2022.",
        )
    return tuple(_facts(connection, row) for row in found.itertuples())


def _facts(connection: Connection, area: object) -> AreaFacts:
    geography, edition, code = str(area.geography), str(area.edition), str(area.code)  # type: ignore[attr-defined]
    place = {"geography": geography, "edition": edition, "code": code}
    members = fetch(connection, "boundaries/area_members", place)["code"].tolist()
    notices = notices_for(connection, LSOA_2021, members) if geography == "lsoa" else ()
    # an area that did not change has its own code in the older edition
    old = tuple(sorted({o for n in notices for o in n.old})) or ((code,) if geography == "lsoa" else ())
    people = [*_people(connection, "2021", tuple(members)), *_people(connection, "2011", old)]
    indicators = [*_indicators(connection, geography, edition, (code,)), *_indicators(connection, "lsoa", "2011", old)]
    said = (
        [str(n) for n in notices]
        if any(p.edition == "2011" for p in people) or any(i.edition == "2011" for i in indicators)
        else []
    )
    if {"imd2019_decile", "imd2025_decile"} <= {i.indicator for i in indicators}:
        said.append(NOT_A_TREND)
    labels = fetch(connection, "boundaries/area_labels", {"codes": members})
    services = fetch(connection, "boundaries/area_services", {"codes": members})
    return AreaFacts(
        geography=geography,
        edition=edition,
        code=code,
        name=str(area.name),  # type: ignore[attr-defined]
        local_name=str(area.local_name),  # type: ignore[attr-defined]
        area_km2=area.area_km2,  # type: ignore[attr-defined]
        lsoas=len(members),
        old_codes=old,
        labels=tuple((r.kind, r.label, int(r.areas)) for r in labels.itertuples()),
        people=tuple(people),
        indicators=tuple(indicators),
        services=tuple((r.kind, int(r.services)) for r in services.itertuples()),
        notices=tuple(said),
    )


def _people(connection: Connection, edition: str, codes: tuple[str, ...]) -> list[People]:
    if not codes:
        return []
    rows = fetch(connection, "boundaries/area_people", {"edition": edition, "codes": list(codes)})
    return [People(r.reference, r.measure, float(r.people), edition, codes) for r in rows.itertuples()]


def _indicators(connection: Connection, geography: str, edition: str, codes: tuple[str, ...]) -> list[Indicator]:
    if not codes:
        return []
    values = {"geography": geography, "edition": edition, "codes": list(codes)}
    rows = fetch(connection, "boundaries/area_indicators", values)
    return [
        Indicator(r.indicator, r.label, r.unit, r.period, float(r.value), r.edition, r.code, r.publisher) for r in rows.itertuples()
    ]
