"""Everything that the page of services says of a patch and a kind of service, read in one transaction. No drawing here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.look.markup import Table
from app.overlaps import store as overlap_store
from app.overlaps.store import Analysis, Neighbourhood
from app.person.reading import Reader
from app.person.store import Patch
from app.services import report, store
from app.services.store import Point, Reach, ServiceKind, Site


@dataclass(frozen=True)
class Analysed:
    """What there is to ask of: kinds of services, the run that worked out their reach, and the analysis of risk factors beside it."""

    kinds: tuple[ServiceKind, ...]
    run: tuple[int, datetime]
    analysis: Analysis


@dataclass(frozen=True)
class Asked:
    """A kind of service in a patch."""

    patch: Patch
    kind: ServiceKind


@dataclass(frozen=True)
class Services:
    """What is said of the kind that was asked for. out_of_reach: a table, None where half of the homes of every place are within reach."""

    asked: Asked
    title: str
    places: tuple[Neighbourhood, ...]
    reach: Mapping[str, Reach]
    points: tuple[Point, ...]
    sites: tuple[Site, ...]
    lead: tuple[str, ...]
    out_of_reach: Table | None
    everything: Table
    sure: tuple[str, ...]


def build(reader: Reader, analysed: Analysed, asked: Asked) -> Services:
    kind, patch = asked.kind, asked.patch
    places = overlap_store.neighbourhoods(reader, analysed.analysis, patch)
    reach = store.reach(reader, kind.kind, analysed.run)
    gaps = report.gaps(places, reach, analysed.analysis)
    return Services(
        asked=asked,
        title=f"{kind.label} in reach of {patch.name}",
        places=places,
        reach=reach,
        points=tuple(store.points(reader, kind.kind)),
        sites=tuple(store.sites(reader, kind.kind)),
        lead=report.patch_sentences(kind, places, reach, patch),
        out_of_reach=report.gaps_table(gaps, patch, kind, analysed.analysis.covered) if gaps else None,
        everything=report.places_table(places, reach, patch, kind),
        sure=report.sure_sentences(kind, analysed.kinds),
    )
