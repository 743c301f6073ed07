"""From `published`, and for the partnership from the analysis, to facts: what the briefs of places read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from briefs.drawn.place_map import windows_of
from briefs.editions.compare import Since, compare
from briefs.editions.known import Edition
from briefs.facts import Analysis, Facts, Ground
from core.db import rows, scalar
from core.errors import UserError
from core.periods import CoveredPeriod, Period
from published.background import Background, current_background, ground_within
from published.findings import violent
from published.outlines import Outline, outlines_around
from published.release import Place, Release, read_release
from published.releases import Earlier, as_last_said, earlier_releases, every_release
from published.search import find_place
from published.services import Service, nearest_services, services_of


def read_facts(connection: Connection, wanted: str) -> Facts:
    """Everything published about one place, in one transaction of the caller's.

    UserError where nothing has been published, and for a place that is not there (with near matches) or not one alone.
    """
    release = published_release(connection)
    return facts_of(connection, release, wanted_place(connection, release, wanted))


def wanted_place(connection: Connection, release: Release, wanted: str) -> Place:
    """A place by its code, a postcode or its name; the whole area by its code, its name or 'all'. UserError where there is no such place."""
    region = release.region
    said = " ".join(wanted.split()).casefold()
    if region is not None and said in {"all", region.code.casefold(), region.name.casefold(), release.region_name.casefold()}:
        return region
    return find_place(connection, release, wanted)


def since_edition(connection: Connection, edition: Edition, new: Facts) -> Since:
    """What changed in a place since an edition of it. UserError where the edition is of another place, or of no release here."""
    place = new.place
    if edition.place != place.code:
        raise UserError(
            f"that edition is of {edition.place}, not of {place.label}",
            where=edition.reference,
            hint="name an edition of the same place.",
        )
    old = _of_edition(connection, edition)
    if old is None:
        return Since(edition, withdrawn=True)
    # its figures alone: what lies around the place and on its map is not compared
    period = old[0].period
    said = {p.code: found for p in (place, *new.parents) if (found := as_last_said(connection, p, period)) is not None}
    return compare(edition, old[0], new, said)


def old_facts(connection: Connection, edition: Edition) -> Facts | None:
    """What the release of an edition said of its place; None where that release was withdrawn. UserError where there is none of it here."""
    found = _of_edition(connection, edition)
    return None if found is None else facts_of(connection, *found)


def _of_edition(connection: Connection, edition: Edition) -> tuple[Release, Place] | None:
    """The release as it stands for the place, and the place; None and UserError as of old_facts."""
    release = read_release(connection, edition.release)
    if release is None:
        if any(listed.release_id == edition.release for listed in every_release(connection)):
            return None
        raise UserError(
            f"there is no release {edition.release} here", where=edition.reference, hint="see 'homeground release list'."
        )
    place = next((p for p in release.places.values() if p.code == edition.place), None)
    if place is None:
        raise UserError(f"release {edition.release} has no place {edition.place}", where=edition.reference)
    return release.for_place(place), place


def published_release(connection: Connection) -> Release:
    """The current release. UserError where nothing has been published."""
    release = read_release(connection)
    if release is None:
        raise UserError("nothing has been published yet", hint="run 'homeground release publish' first.")
    return release


def facts_of(connection: Connection, release: Release, place: Place) -> Facts:
    """Everything that a release says of one of its places."""
    return Shared(connection, release).facts_of(place)


class Shared:
    """What the briefs of many places of one release share, read once, in one transaction of the caller's."""

    def __init__(self, connection: Connection, release: Release) -> None:
        self._connection = connection
        self._release = release
        self._outlines: dict[str, tuple[Outline, ...]] = {}
        self._around: dict[object, tuple[Earlier, ...]] = {}

    @cached_property
    def _services(self) -> tuple[Service, ...]:
        return services_of(self._connection, self._release)

    @cached_property
    def _background(self) -> Background | None:
        return current_background(self._connection)

    def facts_of(self, place: Place) -> Facts:
        connection, release = self._connection, self._release.for_place(place)
        lad = place.code if place.geography == "lad" else place.parent_lad or ""
        if lad not in self._outlines:
            self._outlines[lad] = outlines_around(connection, release, place)
        facts = Facts(
            release,
            place,
            self._services,
            self._outlines[lad],
            earlier_releases(connection, release, place),
            nearest_services(connection, release, place.geography, place.code, 1),
        )
        return replace(facts, ground=self._ground(facts), earlier_around=self._earlier_around(facts) if facts.earlier else ())

    def _earlier_around(self, facts: Facts) -> tuple[Earlier, ...]:
        """Of the area that a place is set beside, which it shares with its neighbours."""
        around = facts.release.wider(facts.place)
        if around is None:
            return ()
        key = (facts.release.window, around.geography, around.code)
        if key not in self._around:
            self._around[key] = earlier_releases(self._connection, facts.release, around)
        return self._around[key]

    def _ground(self, facts: Facts) -> Ground:
        """The background in the windows of the map; nothing where none is loaded or there is no map."""
        windows, background = windows_of(facts), self._background
        if windows is None or background is None:
            return Ground()
        close = ground_within(self._connection, background, windows.close.bounds, windows.close.per_m)
        # fewer lines and names on a panel of that size
        wide = (
            () if windows.wide is None else ground_within(self._connection, background, windows.wide.bounds, windows.wide.per_m / 2)
        )
        return Ground(background.attribution, close, wide)


# from the surest measure of a place among its residents to the plainest
MEASURES = ("smoothed_rate", "count")


def groups_compared(connection: Connection) -> dict[str, set[str]]:
    """Groups that hot spots were looked for, by measure; under 'similar' those that similar areas were compared by."""
    held: dict[str, set[str]] = {}
    for row in rows(connection, "assessment/groups_compared"):
        held.setdefault(row.measure, set()).add(row.group_id)
    return held


def clearly_apart(compared: Sequence[Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of neighbourhoods whose ratio to those most like them is clearly above 1, and below. compared: rows of assessment/similar."""
    return (
        tuple(r.name for r in compared if r.ratio_lower is not None and r.ratio_lower > 1),
        tuple(r.name for r in compared if r.ratio_upper is not None and r.ratio_upper < 1),
    )


def with_analysis(connection: Connection, facts: Facts) -> Facts:
    """The facts with what the analysis says of the place. connection: of the professional role, with the districts that the person may see.

    UserError for a place of a district that is not theirs. As they were where the release has no group of violence.
    """
    place, kinds = facts.place, violent(facts.release.categories)
    district = place.code if place.geography == "lad" else place.parent_lad or ""
    if not scalar(connection, "assessment/all_visible", {"districts": [district]}):
        raise UserError(f"{place.label} is not yours to see", where=place.code, hint="make the brief of published figures alone.")
    if not kinds:
        return facts
    members = [place.code] if place.geography == "lsoa" else [p.code for p in facts.inside]
    held = groups_compared(connection)
    groups = [k.category for k in kinds]
    group, measure = next(((g, m) for g in groups for m in MEASURES if g in held.get(m, ())), ("", ""))
    alike = next((g for g in groups if g in held.get("similar", ())), "")
    asked = {"district": district, "members": members}
    hot = rows(connection, "assessment/hot_spots", {**asked, "group_id": group, "measure": measure}) if group else []
    seen = rows(connection, "assessment/similar", {**asked, "group_id": alike}) if alike else []
    like = rows(connection, "overlaps/similar_areas", {"code": place.code}) if place.geography == "lsoa" else []
    met = rows(connection, "assessment/factors_met", asked)
    above, below = clearly_apart(seen)
    labels = {k.category: k.label for k in kinds}
    loaded = [r.month for r in rows(connection, "person/months") if r.status == "loaded"]
    analysis = Analysis(
        group=labels.get(group, ""),
        tested=bool(group),
        period=CoveredPeriod.of(Period(hot[0].period_start, hot[0].period_end), loaded) if hot else None,
        hot=tuple((r.name, int(r.certainty)) for r in hot),
        alike=tuple(r.similar_name for r in like),
        alike_group=labels.get(alike, ""),
        compared=len(seen),
        above=above,
        below=below,
        factors=tuple((r.side, r.label, int(r.meeting), int(r.places)) for r in met if not r.missing and r.places),
    )
    return replace(facts, analysis=analysis)
