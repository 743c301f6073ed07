"""'How we protect people', in plain words, from the policy and the certificate that the release carries.

The certificate is the release engine's; a field that a release does not have is left out of the words, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.look import wording
from published import range_words
from published.release import Release

_LEVEL_NAMES = {
    "lsoa": "Neighbourhoods (LSOA)",
    "msoa": "Local areas (MSOA)",
    "lad": "Districts",
    "force": "Police force areas",
    "all": "The whole area",
}


@dataclass(frozen=True)
class Section:
    """A heading, its paragraphs and, where it has one, a list."""

    heading: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class LevelShare:
    """How much of one geography could be shown."""

    name: str
    cells: int
    withheld: int
    incidents_shown_percent: float | None


def sections(release: Release) -> tuple[Section, ...]:
    found = (
        _why(release),
        _ranges(release),
        _changed(release),
        _second(release),
        _checked(release),
        _attack(release),
        _never(),
        _limits(release),
    )
    return tuple(s for s in found if s is not None)


def level_shares(release: Release) -> tuple[LevelShare, ...]:
    """Counted here from the published cells themselves; the share of incidents is the certificate's."""
    levels = release.certificate.get("levels")
    found = []
    for geography, name in _LEVEL_NAMES.items():
        cells = [c for (g, _, _), c in release.for_level(geography).cells.items() if g == geography]
        if cells:
            shown = _incidents_shown(levels, geography)
            found.append(LevelShare(name, len(cells), sum(c.count is None for c in cells), shown))
    return tuple(found)


def facts(release: Release) -> tuple[tuple[str, str], ...]:
    """The certificate's plain facts, as label and value."""
    certificate = release.certificate
    carried = [view.covered for view in release.views if view is not release and view.period != release.period]
    periods = [("Period", str(release.covered)), *(("Also carried", str(covered)) for covered in carried)]
    found = [("Published", wording.day(release.published_at)), *periods, ("Numbers withheld", f"1 to {release.threshold - 1}")]
    for key, label in (
        ("cells", "Figures in the release"),
        ("withheld", "Withheld, small or to protect small ones"),
        ("sensitive_counts_attacked", "Small numbers attacked (in round figures)"),
        ("values_possible_at_least", "Values still possible for each, at least"),
        ("releases_attacked_together", "Releases attacked together"),
        ("audit_seconds", "Seconds the attack took"),
    ):
        value = certificate.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found.append((label, f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"))
    policy = _policy(release)
    for key, label in (("name", "Policy"), ("review_by", "Policy to be reviewed by")):
        if isinstance(policy.get(key), str):
            found.append((label, str(policy[key])))
    return tuple(found)


def _policy(release: Release) -> Mapping[str, Any]:
    inner = release.policy.get("policy")
    return {**release.policy, **inner} if isinstance(inner, dict) else release.policy


def _incidents_shown(levels: Any, geography: str) -> float | None:
    if not isinstance(levels, dict):
        return None
    for name, level in levels.items():
        if (
            str(name).split(" ")[0] == geography
            and isinstance(level, dict)
            and isinstance(level.get("incidents_visible"), (int, float))
        ):
            return 100 * float(level["incidents_visible"])
    return None


def _why(release: Release) -> Section:
    marked = "It is marked [c], for confidential. It" if not _has_ranges(release) else "Downloads mark it [c], for confidential. It"
    return Section(
        "Why some numbers are withheld",
        (
            "A small number about a small place can point to a person. If one robbery was recorded in a neighbourhood, people who live"
            " there may know who was hurt.",
            f"So a number from 1 to {release.threshold - 1} is never shown. {marked} is never shown as 0,"
            " because 0 would be untrue, and it is never left blank.",
        ),
    )


def _ranges(release: Release) -> Section | None:
    """Only where the release gives ranges."""
    if not _has_ranges(release):
        return None
    return Section(
        "What stands there instead",
        (
            "Where a number is withheld, you read a range, such as 1 to 9: the least and the largest number that the other published figures"
            " leave possible. Anyone with enough patience could work it out from them, so it gives nothing away. It is made from published"
            " figures alone, and in the same way for a small number and for a large one that is withheld with it.",
            f"{range_words.undetermined(release.threshold)} Where only one number is possible, it is a 0 or a larger number that its"
            f" neighbours give away. It is marked {range_words.MARK}.",
        ),
    )


def _has_ranges(release: Release) -> bool:
    return any(c.has_range for c in release.cells.values())


def _second(release: Release) -> Section:
    rule = _policy(release).get("zeros")
    zeros = "A true 0 can be withheld too, for the same reason. " if rule == "may_be_hidden" else ""
    mark = "Downloads mark that" if _has_ranges(release) else "That is marked"
    known = (
        (
            "A true 0 is shown as 0, so everybody knows that a withheld number is at least 1. The check below reckons with readers who know"
            " it. Where the number of a wider area, or a place's total, is withheld, not even that is said of what lies in it: a 0 there is"
            " withheld, too."
            f" {mark} [x], for not given here. Otherwise people could count: three neighbourhoods that are withheld and not 0 make"
            " at least 3.",
        )
        if rule == "shown"
        else ()
    )
    return Section(
        "Why some larger numbers are withheld too",
        (
            "If a total and all but one of its parts are published, the last part can be worked out by taking away. So where a small number"
            " is withheld, others are withheld with it, even where they are large.",
            *known,
            *((f"{zeros}Withheld says nothing about whether a number is high or low.",) if not _has_ranges(release) else ()),
        ),
    )


def _checked(release: Release) -> Section:
    certificate = release.certificate
    said = []
    attacked = certificate.get("attacked")
    if certificate.get("passed") is True:
        said.append("This release passed.")
    if isinstance(attacked, int) and not isinstance(attacked, bool):
        said.append(f"{wording.plural(attacked, 'small number')} were attacked in this way, and each of them held.")
    paragraphs = [
        "Before anything is published, a separate program plays the part of a person who has every published figure and wants to work out a"
        f" withheld one. For each small number it must fail: every value from 1 to {release.threshold - 1} must still be possible. A release"
        " that does not hold is not published.",
    ]
    if said:
        paragraphs.append(" ".join(said))
    return Section("How that is checked", tuple(paragraphs))


def _changed(release: Release) -> Section | None:
    """Only where figures are rounded or perturbed instead of true."""
    method = release.certificate.get("method")
    kind = method.get("kind") if isinstance(method, dict) else None
    if kind == "rounding":
        base = method.get("base") if isinstance(method, dict) else None
        said = (
            f"Every number is rounded to a multiple of {base}, up or down, so no number is exact. A 0 can stand for a small number."
        )
    elif kind == "cell_key":
        said = (
            "Every number is changed a little by a fixed rule, so no number is exact. The same records always give the same number."
        )
    else:
        return None
    return Section("Numbers are not exact", (said,))


def _attack(release: Release) -> Section | None:
    """What was attacked, by what means, and how narrow the narrowest view of a small number is."""
    certificate = release.certificate
    means = certificate.get("means")
    interval = certificate.get("narrowest_interval")
    paragraphs = []
    together = certificate.get("releases_attacked_together")
    if isinstance(together, int) and not isinstance(together, bool):
        with_past = (
            f"together with the {wording.plural(together - 1, 'earlier release')}" if together > 1 else "as the first one there is"
        )
        paragraphs.append(
            f"What was attacked: every number of this release, all places, kinds and totals at once, {with_past}. Releases that were"
            " withdrawn count too, because they were seen."
        )
    if isinstance(interval, list) and len(interval) == 2 and all(isinstance(v, int) for v in interval):
        paragraphs.append(
            f"How close anyone can come: for each small number, every value from {interval[0]} to {interval[1]} is still possible. That is"
            " the narrowest; most could be more."
        )
    corrected = certificate.get("corrections_allowed_for")
    if isinstance(corrected, int) and corrected > 0:
        paragraphs.append(
            "Where the police corrected their records between releases, the attack knew which records were corrected."
        )
    listed = isinstance(means, list) and all(isinstance(m, str) for m in means)
    points = tuple(_MEANS_IN_WORDS.get(m, f"{m[:1].upper()}{m[1:]}.") for m in means) if listed and isinstance(means, list) else ()
    if not paragraphs:
        return None
    return Section("What was attacked, and by what means", tuple(paragraphs), points)


# the certificate's means, as a panel member would say them
_MEANS_IN_WORDS = {
    "walk over exchanges of single incidents that no published figure shows": (
        "Moving single incidents from place to place and kind to kind, thousands of times, so that no published number changes."
    ),
    "linear and integer programmes (HiGHS) over widening neighbourhoods": (
        "Working out, with the mathematics of planning problems, whether a withheld number could be anything else."
    ),
    "every alternative table checked against all published figures in whole numbers": (
        "Checking every table found in this way against all published numbers, exactly. Only a table that agrees with all of them counts."
    ),
}


def _never() -> Section:
    return Section(
        "What is never here",
        (),
        (
            "Anything about a named person: no names, no addresses, no records of single crimes.",
            "An order of areas from better to worse.",
            "A map of small hexagons: laid over neighbourhoods it could give small numbers away.",
        ),
    )


def _limits(release: Release) -> Section | None:
    listed = release.certificate.get("not_protected")
    if not isinstance(listed, list) or not all(isinstance(p, str) for p in listed) or not listed:
        return None
    return Section("What this cannot protect against", (), tuple(f"{p[:1].upper()}{p[1:]}." for p in listed))
