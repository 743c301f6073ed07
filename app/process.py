"""What this process is: its settings, fixed once when it starts.

`app.serve` calls start(); the views and routes ask. A test may call start() again.
"""

from __future__ import annotations

import ipaddress

from core.db import Role
from core.errors import UserError
from core.settings import PortalSettings

_started: list[PortalSettings] = []
_ROLES = {"community": Role.COMMUNITY, "professional": Role.PROFESSIONAL, "questions": Role.QUESTIONS}


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def start(settings: PortalSettings) -> PortalSettings:
    """Fix the settings of this process. UserError for a demo that others could reach."""
    if settings.audience == "professional" and settings.demo and not is_loopback(settings.host):
        raise UserError(
            "the demo lets anyone pick a role without signing in, so it may listen on this machine only",
            where=f"HOMEGROUND_PORTAL_HOST={settings.host}",
            hint="use 127.0.0.1, or set HOMEGROUND_PORTAL_DEMO=false and configure sign-in.",
        )
    _started[:] = [settings]
    return settings


def settings() -> PortalSettings:
    if not _started:
        start(PortalSettings())
    return _started[0]


def role() -> Role:
    """The one database role whose credential this process uses."""
    return _ROLES[settings().audience]


def public_url() -> str:
    """The address at which people reach this process, such as https://homeground.example; '' where it was not told."""
    now = settings()
    told = {"community": now.community_url, "professional": now.public_url, "questions": now.questions_url}
    return told[now.audience].rstrip("/")


def behind_tls() -> bool:
    return public_url().startswith("https://")
