"""Public services near a published place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.look import wording
from briefs.wording import proper_name
from core.db import Role, transaction
from core.languages.spoken import say
from published.release import Release
from published.services import nearest_services


@dataclass(frozen=True)
class Service:
    """A public service, as a page names it; listed_as: its kind as the titles of sources have it, in English; where: in the place itself,
    or how far from its middle."""

    kind: str
    listed_as: str
    name: str
    postcode: str
    where: str


@lru_cache(maxsize=512)
def services_near(release: Release, geography: str, code: str, most: int = 3, role: Role = Role.COMMUNITY) -> tuple[Service, ...]:
    """The nearest few services of each kind; empty where the release holds none or the place has no outline."""
    with transaction(role) as connection:
        found = nearest_services(connection, release, geography, code, most)
    return tuple(
        Service(
            wording.service_kind(s.kind),
            wording.service_kind_in_english(s.kind).casefold(),
            proper_name(s.name),
            wording.postcode(s.postcode) if s.postcode else "",
            s.where,
        )
        for s in found
    )


def dates_of(release: Release, services: Sequence[Service]) -> str:
    """Which lists the services are from, and of what day each is: a list can be years old. '' where the release names none."""
    kinds = {s.listed_as for s in services}
    lists = [s for s in release.sources if any(kind in s.title.casefold() for kind in kinds)]
    said = [say("%(list)s, read %(day)s", list=s.title, day=wording.day(s.loaded_at)) for s in sorted(lists, key=lambda s: s.title)]
    return say("From these lists: %(lists)s. A place may have moved or closed since.", lists="; ".join(said)) if said else ""
