"""What a brief is made from: the published facts about one place, before any wording.

Nothing here holds an unprotected number: nothing but `published` is read, and for the partnership names out of the analysis.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from core.contracts import LSOA_2021, NOT_AVAILABLE
from core.periods import CoveredPeriod
from published.background import Feature
from published.findings import Finding, findings_of
from published.outlines import Outline
from published.release import Cell, Place, Release, Source
from published.releases import Earlier
from published.services import NearService, Service
from published.similar import similar_areas

# a place that the release has no cell for
NO_CELL = Cell(None, NOT_AVAILABLE)


@dataclass(frozen=True)
class Ground:
    """What lies on the map of a brief: in sight of the place, and of what it lies in. attribution: what its publishers ask to be said."""

    attribution: str = ""
    close: tuple[Feature, ...] = ()
    wide: tuple[Feature, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """What the analysis says of a place, for the partnership: names and counts of neighbourhoods, never a number of incidents.

    group: label of what it is about. hot: neighbourhoods of the place that are hot spots, with how sure that is in percent; tested: whether
    there is a map of them. alike: of one neighbourhood those most like it; above, below: neighbourhoods of the place whose rate of
    alike_group is clearly higher or lower than that of the ten most like them; compared: how many were. factors: side, label, how many of the
    neighbourhoods that have a value meet it, and of how many.
    """

    group: str
    tested: bool
    period: CoveredPeriod | None
    hot: tuple[tuple[str, int], ...]
    alike: tuple[str, ...]
    alike_group: str
    compared: int
    above: tuple[str, ...]
    below: tuple[str, ...]
    factors: tuple[tuple[str, str, int, int], ...]


@dataclass(frozen=True)
class Facts:
    """The release, the place, and what a brief needs beside them.

    services: all of the release's. outlines: every district's, and those inside the place's own district.
    earlier: what releases of other periods said of the place, newest first, and earlier_around of the area around it.
    nearest: the nearest service of each kind. ground: streets and names for the map.
    """

    release: Release
    place: Place
    services: tuple[Service, ...]
    outlines: tuple[Outline, ...]
    earlier: tuple[Earlier, ...]
    nearest: tuple[NearService, ...]
    ground: Ground = Ground()
    earlier_around: tuple[Earlier, ...] = ()
    analysis: Analysis | None = None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is said first, with the rows of each number."""
        return findings_of(self.release, self.place, self.earlier)

    def cell(self, place: Place, category: str) -> Cell:
        return self.release.cell(place, category) or NO_CELL

    @cached_property
    def parents(self) -> tuple[Place, ...]:
        """The areas that the place lies in, smallest first, ending with the whole region."""
        return self.release.around(self.place)

    def parent(self, level: str) -> Place | None:
        return next((p for p in self.parents if p.geography == level), None)

    @cached_property
    def inside(self) -> tuple[Place, ...]:
        """The 2021 LSOAs within a community area, a district or the whole area; none for an LSOA."""
        code, level = self.place.code, self.place.geography
        lsoas = [p for p in self.release.of(LSOA_2021.level) if p.edition == LSOA_2021.edition]
        return tuple(p for p in lsoas if level == "all" or code == {"msoa": p.parent_msoa, "lad": p.parent_lad}.get(level))

    @cached_property
    def similar(self) -> tuple[Place, ...]:
        """The other areas of its kind and edition in the same tenth of the same index of deprivation, in order of code."""
        return similar_areas(self.release, self.place)

    @cached_property
    def service_kinds(self) -> tuple[str, ...]:
        return tuple(sorted({s.kind for s in self.services}))

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The release's sources in order of their feeds."""
        return tuple(sorted(self.release.sources, key=lambda s: (s.feed, s.edition)))

    @cached_property
    def outline(self) -> Outline | None:
        """The outline of the place itself."""
        own = (self.place.geography, self.place.edition, self.place.code)
        return next((o for o in self.outlines if (o.geography, o.edition, o.code) == own), None)
