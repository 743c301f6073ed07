"""What whoever makes a brief says of it: for whom, by whom, how far it has come, and what the partnership itself has to say."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import UserError
from core.settings import PortalSettings

DRAFT, FINAL = "draft", "final"
OPEN = "Published figures: may be shown to anyone"
CLOSED = "Not for publication: for the partnership"
# what only people know, in the order in which a brief has it: key of the file, heading
OWN = {
    "residents": "What residents say",
    "tried": "What has been tried",
    "recommendations": "Recommendations",
    "agreed": "Agreed by",
}
MOST_TEXT = 20_000
# what a brief may be without, in its order: key of a section, heading. The summary, protection and sources are in every one
SECTIONS = {
    "place": "The place",
    "people": "Population and deprivation",
    "recorded": "What is recorded",
    "change": "Change over time",
    "beside": "Beside other places",
    "analysis": "From the analysis, for the partnership",
    "services": "Services and gaps",
    **OWN,
    "limits": "What this brief cannot say",
    "quality": "Data quality and gaps",
}


# the same of a needs assessment, in its order: the summary, the gaps and the method are in every one
ASSESSMENT_SECTIONS = {
    "profile": "Profile of violence",
    "places": "Places and times",
    "victims": "Victims",
    "causes": "Causes and where they overlap",
    "services": "Services and gaps",
    "similar": "Beside similar areas",
    "tried": "What was tried and what came of it",
    "residents": "What residents say",
    "recommendations": "Recommendations",
}


@dataclass(frozen=True)
class Asked:
    """author, body, contact: who answers for it, each '' where nobody said so. room: whether boxes are left for what nobody has written.
    own: texts of the partnership by the keys of OWN, which stand in every refresh of the brief. without: keys of SECTIONS, or of
    ASSESSMENT_SECTIONS, that are left out, which the first page says."""

    author: str = ""
    body: str = ""
    contact: str = ""
    status: str = DRAFT
    marking: str = OPEN
    purpose: str = ""
    room: bool = False
    own: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()


def asked_by(author: str = "", *, final: bool = False, room: bool = False, own: Mapping[str, str] | None = None) -> Asked:
    """With the body and the contact that the portal names too (HOMEGROUND_PORTAL_PUBLISHER and _CONTACT)."""
    settings = PortalSettings()
    return Asked(author.strip(), settings.publisher, settings.contact, FINAL if final else DRAFT, room=room, own=own or {})


def left_out(sections: Sequence[str] = (), without: Sequence[str] = (), among: Mapping[str, str] = SECTIONS) -> frozenset[str]:
    """Keys that are left out where these sections alone are wanted, or all but these. among: keys and headings of the document.

    UserError for a key that is none, or for both.
    """
    if sections and without:
        raise UserError("sections are either chosen or left out", where="--sections and --without", hint="give one of them.")
    if unknown := [k for k in (*sections, *without) if k not in among]:
        raise UserError(f"there is no section {', '.join(unknown)[:60]!r}", hint=f"choose from {', '.join(among)}.")
    return frozenset(without) if without or not sections else frozenset(among) - frozenset(sections)


def read_own(path: Path) -> dict[str, str]:
    """The partnership's own texts of a TOML file, such as 'tried = "..."'. UserError for a key that is none, or what is no text."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"the file of own texts cannot be read ({error})", where=str(path), hint="write it as TOML.") from error
    for key, value in found.items():
        if key not in OWN:
            raise UserError(f"there is no part {key[:40]!r}", where=str(path), hint=f"choose from {', '.join(OWN)}.")
        if not isinstance(value, str) or len(value) > MOST_TEXT:
            raise UserError(f"{key} is no text of at most {MOST_TEXT:,} characters", where=str(path))
    return {key: str(value).strip() for key, value in found.items() if str(value).strip()}
