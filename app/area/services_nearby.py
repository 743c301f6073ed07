"""Public services near a published place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.look import wording
from briefs.wording import proper_name
from core.db import Role, transaction
from published.release import Release
from published.services import nearest_services


@dataclass(frozen=True)
class Service:
    """A public service. km is the straight line from the middle of the place; inside: it lies in the place itself."""

    kind: str
    name: str
    postcode: str
    inside: bool
    km: float

    @property
    def where(self) -> str:
        return "in this area" if self.inside else f"{self.km:.1f} km from its middle"


@lru_cache(maxsize=512)
def services_near(release: Release, geography: str, code: str, most: int = 3, role: Role = Role.COMMUNITY) -> tuple[Service, ...]:
    """The nearest few services of each kind; empty where the release holds none or the place has no outline."""
    with transaction(role) as connection:
        found = nearest_services(connection, release, geography, code, most)
    return tuple(
        Service(
            wording.service_kind(s.kind), proper_name(s.name), wording.postcode(s.postcode) if s.postcode else "", s.inside, s.km
        )
        for s in found
    )
