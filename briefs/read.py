"""From `published` to facts: the only module of this package that reads the database."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from briefs.drawn.place_map import windows_of
from briefs.facts import Facts, Ground
from core.errors import UserError
from published.background import current_background, ground_within
from published.earlier import earlier_releases
from published.outlines import outlines_around
from published.release import read_release
from published.search import find_place
from published.services import nearest_services, services_of


def read_facts(connection: Connection, wanted: str) -> Facts:
    """Everything published about one place, in one transaction of the caller's.

    UserError where nothing has been published, and for a place that is not there (with near matches) or not one alone.
    """
    release = read_release(connection)
    if release is None:
        raise UserError("nothing has been published yet", hint="run 'homeground release publish' first.")
    place = find_place(connection, release, wanted)
    release = release.for_place(place)
    facts = Facts(
        release,
        place,
        services_of(connection, release),
        outlines_around(connection, release, place),
        earlier_releases(connection, release, place),
        nearest_services(connection, release, place.geography, place.code, 1),
    )
    around = release.wider(place)
    return replace(
        facts,
        ground=_ground(connection, facts),
        earlier_around=() if around is None or not facts.earlier else earlier_releases(connection, release, around),
    )


def _ground(connection: Connection, facts: Facts) -> Ground:
    """The background in the windows of the map; nothing where none is loaded or there is no map."""
    windows, background = windows_of(facts), current_background(connection)
    if windows is None or background is None:
        return Ground()
    close = ground_within(connection, background, windows.close.bounds, windows.close.per_m)
    # fewer lines and names on a panel of that size
    wide = () if windows.wide is None else ground_within(connection, background, windows.wide.bounds, windows.wide.per_m / 2)
    return Ground(background.attribution, close, wide)
