"""HTML of how people are protected, and of a certificate."""

from __future__ import annotations

from app.look.markup import _macro
from app.protection.text import Section, facts, level_shares
from published.release import Release


def protection_section(section: Section) -> str:
    return _macro("protection_sections", section)


def certificate_tables(release: Release) -> str:
    return _macro("certificate_tables", level_shares(release), facts(release))
