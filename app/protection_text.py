"""'How we protect people', in plain words, from the policy and the certificate that the release carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app import wording
from app.published import Release


@dataclass(frozen=True)
class Section:
    """A heading and its paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


def sections(release: Release) -> tuple[Section, ...]:
    return (_why(release), _what(release), _checked(release), _not_done(release))


def facts(release: Release) -> tuple[tuple[str, str], ...]:
    """The certificate's plain facts as label and value, for a table; nested parts stay in the download."""
    found = [("Published", wording.day(release.published_at)), ("Smallest number shown, apart from 0", str(release.threshold))]
    shown = sum(c.count is not None for c in release.cells.values())
    found.append(("Figures published", f"{shown:,}"))
    found.append(("Figures withheld", f"{len(release.cells) - shown:,}"))
    for source in (release.policy, release.certificate):
        found.extend((_label(k), _shown(v)) for k, v in source.items() if k not in ("k", "threshold") and _is_plain(v))
    return tuple(found)


def _why(release: Release) -> Section:
    return Section(
        "Why some numbers are withheld",
        (
            "A small number about a small place can point to a person. If one robbery was recorded in a street, people who live there may"
            " know who was hurt.",
            f"So a number from 1 to {release.threshold - 1} is never shown for any place. It is marked [c], for confidential. It is never"
            " shown as 0, because 0 would be untrue, and it is never left blank.",
        ),
    )


def _what(release: Release) -> Section:
    del release
    return Section(
        "Why some larger numbers are withheld too",
        (
            "If a total and all but one of its parts are published, the last part can be worked out by taking away. So where one number of"
            " a row is withheld, a second one is withheld with it, even if it is large.",
            "Withheld says nothing about whether a number is high or low.",
        ),
    )


def _checked(release: Release) -> Section:
    certificate = release.certificate
    said = []
    passed = certificate.get("passed")
    if passed is True or str(passed).lower() == "passed":
        said.append("This release passed its check.")
    attacked = certificate.get("attacked")
    if isinstance(attacked, int) and not isinstance(attacked, bool):
        said.append(f"{wording.plural(attacked, 'withheld number')} were attacked in this way.")
    return Section(
        "How that is checked",
        (
            "Before anything is published, a separate program plays the part of a person who has every published number and wants to work"
            f" out a withheld one. For each small number it must fail: every value from 1 to {release.threshold - 1} must still be possible."
            " A release that does not pass is not published.",
            *([" ".join(said)] if said else []),
        ),
    )


def _not_done(release: Release) -> Section:
    del release
    return Section(
        "What is never here",
        (
            "There is nothing about any named person: no names, no addresses, no records of single crimes.",
            "Areas are never put in an order of better or worse.",
            "No map of small hexagons is published, because laid over neighbourhoods it could give small numbers away.",
        ),
    )


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return 0 < len(value) <= 3 and all(isinstance(v, (int, float)) for v in value)
    return isinstance(value, (str, int, float, bool)) and len(str(value)) <= 160


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return " to ".join(_shown(v) for v in value)
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()


def plain_facts(mapping: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((_label(k), _shown(v)) for k, v in mapping.items() if _is_plain(v))
