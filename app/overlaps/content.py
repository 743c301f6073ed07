"""Everything that the page of risk overlaps says of a choice of factors in a patch, read in one transaction. No drawing here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.look.markup import Table
from app.overlaps import report, store, tables
from app.overlaps.report import Chosen
from app.overlaps.store import Analysis, Join, Kind, Member, Neighbourhood
from app.person.reading import Reader
from app.person.store import Patch


@dataclass(frozen=True)
class Asked:
    """Factors at their thresholds in a patch. place: the neighbourhood to explain; one of the patch is taken where it is none of them."""

    analysis: Analysis
    patch: Patch
    chosen: tuple[Chosen, ...]
    place: str | None

    @property
    def combination(self) -> str:
        return report.combination(self.chosen, self.analysis)


@dataclass(frozen=True)
class Explained:
    """One neighbourhood: every factor, its kind, and its rates beside similar areas (None where there are none)."""

    place: Neighbourhood
    risk: Table
    protective: Table
    kind: str
    similar: Table | None
    similar_to: str


@dataclass(frozen=True)
class Overlaps:
    """What is said of the choice. here and perhaps: the places that have them all, and those that may; at_once: by side, risk first."""

    asked: Asked
    places: tuple[Neighbourhood, ...]
    joins: Mapping[str, Join]
    lead: tuple[str, ...]
    more: tuple[str, ...]
    together: tuple[Table, ...]
    nowhere: str
    explained: Explained | None
    at_once: tuple[Table | None, Table | None]
    beside: tuple[str, ...]
    kinds: Table | None
    sure: tuple[str, ...]


def build(reader: Reader, asked: Asked) -> Overlaps:
    analysis, patch, chosen = asked.analysis, asked.patch, asked.chosen
    places = store.neighbourhoods(reader, analysis, patch)
    joins = store.joins(reader, asked.combination)
    found = store.together(reader, asked.combination)
    said = report.region_sentences(found, chosen) if found else ()
    members = store.members(reader)
    kinds = store.kinds(reader)
    tallies = store.tallies(reader)
    return Overlaps(
        asked=asked,
        places=places,
        joins=joins,
        lead=(report.patch_sentence(places, chosen, patch), *said[:3]),
        more=said[3:],
        together=tables.together_tables(places, chosen, analysis, joins, patch),
        nowhere=report.nowhere_sentence(places, chosen),
        explained=_explained(reader, asked, places, members, kinds),
        at_once=(
            tables.tally_table(tallies, "risk", "risk factors", analysis),
            tables.tally_table(tallies, "protective", "protective factors", analysis),
        ),
        beside=tuple(report.beside_sentences(store.besides(reader), analysis)),
        kinds=tables.kinds_table(kinds, [members[p.code].type_id for p in places if p.code in members], patch) if kinds else None,
        sure=(analysis.covered.gaps_note, analysis.covered.year_note, *report.sure_sentences(analysis, found)),
    )


def _explained(
    reader: Reader, asked: Asked, places: Sequence[Neighbourhood], members: Mapping[str, Member], kinds: Sequence[Kind]
) -> Explained | None:
    if not places:
        return None
    first = next((p for p in places if report.meets_all(p, asked.chosen)), places[0])
    place = next((p for p in places if p.code == asked.place), first)
    levels = {c.factor.factor_id: c.level for c in asked.chosen}
    member = members.get(place.code)
    kind = next((k for k in kinds if member is not None and k.type_id == member.type_id), None)
    rates = store.similar_rates(reader, place.code)
    return Explained(
        place=place,
        risk=tables.factor_table(place, asked.analysis, "risk", levels, "Risk factors"),
        protective=tables.factor_table(place, asked.analysis, "protective", levels, "What protects"),
        kind=report.kind_sentence(member, kind.description) if member is not None and kind is not None else "",
        similar=tables.similar_table(place, rates, asked.analysis.covered) if rates else None,
        similar_to=report.similar_sentence(store.similar_names(reader, place.code)) if rates else "",
    )
