"""Services in and near the place, and which lists are missing. A list that was not loaded is a gap, never "none"."""

from __future__ import annotations

from briefs import wording
from briefs.content import Block, Bullets, Column, Paragraph, Section, Table
from briefs.facts import Facts
from core.contracts import NOT_AVAILABLE
from published.services import Service

_MOST_NAMED = 8


def services_and_gaps(facts: Facts) -> Section:
    """Counts by kind for the place and the areas around it, names for a small place, and the nearest where there is none."""
    if not facts.service_kinds:
        return Section(
            "Services and gaps",
            (
                Paragraph(
                    "No list of services is part of this release. That is a gap of this brief: it does not mean that there are none."
                ),
            ),
        )
    blocks: list[Block] = [_table(facts)]
    if facts.place.geography not in ("lad", "all"):
        named = _named(facts)
        if named:
            blocks += [Paragraph(f"In {facts.place.label}:"), Bullets(named)]
    kinds = wording.list_of([wording.service_words(k)[1] for k in facts.service_kinds])
    blocks.append(
        Paragraph(
            f"The lists held are of {kinds}. Services of other kinds, such as youth work, community groups, or support after violence,"
            " are not in any list held here: add what the partnership knows below. A list may hold only part"
            " of what there is, and a service that closed or opened after it was made is not shown as it is now."
        )
    )
    return Section("Services and gaps", tuple(blocks))


def lsoas_of(facts: Facts) -> frozenset[str]:
    """The 2021 LSOAs that make up the place."""
    return frozenset({facts.place.code}) if facts.place.geography == "lsoa" else frozenset(p.code for p in facts.inside)


def services_inside(facts: Facts) -> tuple[Service, ...]:
    inside = lsoas_of(facts)
    return tuple(s for s in facts.services if s.lsoa21_code in inside)


def _table(facts: Facts) -> Table:
    inside = lsoas_of(facts)
    msoa, lad = facts.parent("msoa"), facts.parent("lad")
    columns = [Column("Service", weight=1.0), Column(f"In this {wording.kind(facts.place)}", numeric=True)]
    if msoa:
        columns.append(Column(f"In {msoa.name}", numeric=True))
    if lad:
        columns.append(Column(f"In {lad.name}", numeric=True))
    small = facts.place.geography not in ("lad", "all") and facts.outline is not None
    if small:
        columns.append(Column("Nearest: in the area, else from its middle in a straight line", weight=1.6))
    rows = []
    for kind in facts.service_kinds:
        of_kind = [s for s in facts.services if s.kind == kind]
        lie_in = [p for p in (facts.release.place("lsoa", s.lsoa21_code) for s in of_kind) if p is not None]
        row = [wording.service_words(kind)[1].capitalize() if not kind.startswith("gp") else wording.service_words(kind)[1]]
        row.append(f"{sum(s.lsoa21_code in inside for s in of_kind):,}")
        if msoa:
            row.append(f"{sum(p.parent_msoa == msoa.code for p in lie_in):,}")
        if lad:
            row.append(f"{sum(p.parent_lad == lad.code for p in lie_in):,}")
        if small:
            row.append(_nearest(facts, kind))
        rows.append(tuple(row))
    return Table(f"Services in and near {facts.place.label}, as listed by their publishers", tuple(columns), tuple(rows))


def _nearest(facts: Facts, kind: str) -> str:
    """As the portal names it and says how far it is: both ask published.services."""
    found = next((s for s in facts.nearest if s.kind == kind), None)
    return NOT_AVAILABLE if found is None else f"{wording.proper_name(found.name)}, {found.where}"


def _named(facts: Facts) -> tuple[str, ...]:
    items = []
    for kind in facts.service_kinds:
        names = [wording.proper_name(s.name) for s in services_inside(facts) if s.kind == kind]
        if names:
            items.append(f"{wording.service(kind, len(names))}: {wording.list_of(names, most=_MOST_NAMED)}.")
    return tuple(items)
