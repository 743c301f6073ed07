"""From `published` to facts: the only module of this package that reads the database."""

from __future__ import annotations

from sqlalchemy import Connection

from briefs.facts import Facts
from core.errors import UserError
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
    release = release.for_level(place.geography)
    return Facts(
        release,
        place,
        services_of(connection, release),
        outlines_around(connection, release, place),
        earlier_releases(connection, release, place),
        nearest_services(connection, release, place.geography, place.code, 1),
    )
