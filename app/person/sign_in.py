"""Who a professional is and which districts they may see.

Two ways in. The demo's role picker, only where `app.process.start` allowed it (demo mode, this machine only). Otherwise OpenID Connect
through st.login: role and districts come from claims, and are judged anew on every run of every page, with the expiry of the
identity; an unknown role or no district means no access, never a default.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.settings import PortalSettings

# a district's code; anything else in a claim is left out, so that a claim can never widen the row-level filter
_DISTRICT = re.compile(r"^[A-Z][0-9]{8}$")
_LEAST_SECRET = 32


class ProfessionalRole(StrEnum):
    """Roles that the professional portal knows."""

    OFFICER = "officer"
    ANALYST = "analyst"
    PLANNER = "planner"
    STEWARD = "steward"
    BOARD = "board"
    PARTNER = "partner"


ROLE_NAMES = {
    ProfessionalRole.OFFICER: "Neighbourhood officer",
    ProfessionalRole.ANALYST: "Analyst",
    ProfessionalRole.PLANNER: "Planner",
    ProfessionalRole.STEWARD: "Data steward",
    ProfessionalRole.BOARD: "Ethics board member",
    ProfessionalRole.PARTNER: "Partner agency",
}
_ALL_DISTRICTS = (ProfessionalRole.ANALYST, ProfessionalRole.PLANNER, ProfessionalRole.BOARD)
# see no figure of any place: the database returns none to a session that names no district. A steward sees deliveries and releases, a partner
# agency the state of its own feeds
_NO_DISTRICT = (ProfessionalRole.STEWARD, ProfessionalRole.PARTNER)
_FEED = re.compile(r"^[a-z0-9_]{1,63}$")
# whose deliveries the partner of the demo looks after
_FEEDS_OF_THE_DEMO = ("police_uk_street", "police_uk_outcomes", "police_uk_stop_search")


@dataclass(frozen=True)
class Person:
    """A signed-in person. districts: '*' or comma-separated codes, as core.db.transaction takes them; '' for a steward and a
    partner agency, who need none. feeds: comma-separated, of a partner agency its own; '' for everybody else."""

    actor: str
    name: str
    role: ProfessionalRole
    districts: str
    feeds: str = ""

    def may_see(self, district: str) -> bool:
        return self.districts == "*" or district in self.districts.split(",")


@dataclass(frozen=True)
class Refused:
    """Why a signed-in person gets no access, in a sentence. actor: who it is, where their identity holds and opens nothing."""

    reason: str
    actor: str = ""


def demo_person(role: ProfessionalRole, district: str, *, number: int = 1) -> Person:
    """Someone of the demo; district matters for an officer only. number: which of several, where it takes two."""
    if role in _ALL_DISTRICTS or role in _NO_DISTRICT:
        districts = "*" if role in _ALL_DISTRICTS else ""
    elif _DISTRICT.match(district):
        districts = district
    else:
        raise ValueError("an officer of the demo needs a district")
    which = "" if number == 1 else f"-{number}"
    name = f"{ROLE_NAMES[role]}{which.replace('-', ' ')} (demo)"
    return Person(f"demo:{role.value}{which}", name, role, districts, _feeds_of(role, _FEEDS_OF_THE_DEMO))


def person_from_claims(claims: Mapping[str, Any], settings: PortalSettings, *, now: float | None = None) -> Person | Refused:
    """A person from the claims of a verified identity token, or why not."""
    expires = claims.get("exp")
    if not isinstance(expires, (int, float)) or isinstance(expires, bool) or expires <= (time.time() if now is None else now):
        return Refused("Your sign-in has expired. Sign in again.")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        return Refused("Your sign-in carries no identity.")
    actor = f"oidc:{subject[:120]}"
    role = _role(claims.get(settings.role_claim))
    if role is None:
        return Refused("Your account has no role in this portal. Ask the person who manages access in your organisation.", actor)
    districts = "*" if role in _ALL_DISTRICTS else ",".join(_districts(claims.get(settings.districts_claim)))
    feeds = _feeds_of(role, _listed(claims.get(settings.feeds_claim)))
    if role is ProfessionalRole.PARTNER and not feeds:
        return Refused("Your account names no feed. Ask the person who manages access in your organisation.", actor)
    if role in _NO_DISTRICT:
        districts = ""
    elif not districts:
        return Refused("Your account names no district. Ask the person who manages access in your organisation.", actor)
    name = claims.get("name")
    return Person(actor, str(name) if isinstance(name, str) and name else ROLE_NAMES[role], role, districts, feeds)


def _role(claim: object) -> ProfessionalRole | None:
    """The one known role of a claim; two different known roles are ambiguous and give none."""
    values = [claim] if isinstance(claim, str) else list(claim) if isinstance(claim, (list, tuple)) else []
    known = {ProfessionalRole(v) for v in values if isinstance(v, str) and v in set(ProfessionalRole)}
    return known.pop() if len(known) == 1 else None


def _districts(claim: object) -> list[str]:
    return sorted({v for v in _listed(claim) if _DISTRICT.match(v)})


def _feeds_of(role: ProfessionalRole, named: Sequence[str]) -> str:
    """Of a partner agency alone: a claim widens nobody else's view."""
    return ",".join(sorted({v for v in named if _FEED.match(v)})) if role is ProfessionalRole.PARTNER else ""


def _listed(claim: object) -> list[str]:
    values = claim.split(",") if isinstance(claim, str) else claim if isinstance(claim, (list, tuple)) else []
    return [v.strip() for v in values if isinstance(v, str)]


def sign_in_configured(settings: PortalSettings) -> bool:
    return streamlit_secrets(settings) is not None


def streamlit_secrets(settings: PortalSettings) -> dict[str, Any] | None:
    """What st.login needs, from our own settings; None where sign-in is not (wholly) configured."""
    if settings.audience != "professional" or settings.oidc_client_secret is None or settings.cookie_secret is None:
        return None
    needed = (
        settings.public_url,
        settings.oidc_metadata_url,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
    )
    if not all(needed) or len(settings.cookie_secret.get_secret_value()) < _LEAST_SECRET:
        return None
    return {
        "auth": {
            "redirect_uri": settings.public_url.rstrip("/") + "/oauth2callback",
            "cookie_secret": settings.cookie_secret.get_secret_value(),
            "client_id": settings.oidc_client_id,
            "client_secret": settings.oidc_client_secret.get_secret_value(),
            "server_metadata_url": settings.oidc_metadata_url,
        }
    }
