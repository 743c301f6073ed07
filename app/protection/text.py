"""'How we protect people', in plain words, from the policy and the certificate that the release carries.

The certificate is the release engine's; a field that a release does not have is left out of the words, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.look import wording
from core.languages.spoken import called, mark, say, say_many
from published import range_words
from published.release import Release

_LEVEL_NAMES = {
    "lsoa": mark("Neighbourhoods (LSOA)"),
    "msoa": mark("Local areas (MSOA)"),
    "lad": mark("Districts"),
    "force": mark("Police force areas"),
    "all": mark("The whole area"),
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
            found.append(LevelShare(called(name), len(cells), sum(c.count is None for c in cells), shown))
    return tuple(found)


def facts(release: Release) -> tuple[tuple[str, str], ...]:
    """The certificate's plain facts, as label and value."""
    certificate = release.certificate
    carried = [view.covered for view in release.views if view is not release and view.period != release.period]
    periods = [(say("Period"), str(release.covered)), *((say("Also carried"), str(covered)) for covered in carried)]
    withheld = say("%(lowest)s to %(highest)s", lowest=1, highest=release.threshold - 1)
    found = [(say("Published"), wording.day(release.published_at)), *periods, (say("Numbers withheld"), withheld)]
    for key, label in (
        ("cells", say("Figures in the release")),
        ("withheld", say("Withheld, small or to protect small ones")),
        ("sensitive_counts_attacked", say("Small numbers attacked (in round figures)")),
        ("values_possible_at_least", say("Values still possible for each, at least")),
        ("releases_attacked_together", say("Releases attacked together")),
        ("audit_seconds", say("Seconds the attack took")),
    ):
        value = certificate.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            found.append((label, f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"))
    policy = _policy(release)
    for key, label in (("name", say("Policy")), ("review_by", say("Policy to be reviewed by"))):
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
    marked = say("Downloads mark it [c], for confidential.") if _has_ranges(release) else say("It is marked [c], for confidential.")
    return Section(
        say("Why some numbers are withheld"),
        (
            say(
                "A small number about a small place can point to a person. If one robbery was recorded in a neighbourhood, people who live"
                " there may know who was hurt."
            ),
            " ".join(
                (
                    say("So a number from 1 to %(most)s is never shown.", most=release.threshold - 1),
                    marked,
                    say("It is never shown as 0, because 0 would be untrue, and it is never left blank."),
                )
            ),
        ),
    )


def _ranges(release: Release) -> Section | None:
    """Only where the release gives ranges."""
    if not _has_ranges(release):
        return None
    return Section(
        say("What stands there instead"),
        (
            say(
                "Where a number is withheld, you read a range, such as 1 to 9: the least and the largest number that the other published"
                " figures leave possible. Anyone with enough patience could work it out from them, so it gives nothing away. It is made from"
                " published figures alone, and in the same way for a small number and for a large one that is withheld with it."
            ),
            f"{range_words.undetermined(release.threshold)} "
            + say(
                "Where only one number is possible, it is a 0 or a larger number that its neighbours give away. It is marked %(mark)s.",
                mark=range_words.MARK,
            ),
        ),
    )


def _has_ranges(release: Release) -> bool:
    return any(c.has_range for c in release.cells.values())


def _second(release: Release) -> Section:
    rule = _policy(release).get("zeros")
    zeros = [say("A true 0 can be withheld too, for the same reason.")] if rule == "may_be_hidden" else []
    marked = (
        say("Downloads mark that [x], for not given here.")
        if _has_ranges(release)
        else say("That is marked [x], for not given here.")
    )
    known = [
        " ".join(
            (
                say(
                    "A true 0 is shown as 0, so everybody knows that a withheld number is at least 1. The check below reckons with readers"
                    " who know it. Where the number of a wider area, or a place's total, is withheld, not even that is said of what lies in"
                    " it: a 0 there is withheld, too."
                ),
                marked,
                say("Otherwise people could count: three neighbourhoods that are withheld and not 0 make at least 3."),
            )
        )
    ]
    nothing = [" ".join([*zeros, say("Withheld says nothing about whether a number is high or low.")])]
    return Section(
        say("Why some larger numbers are withheld too"),
        (
            say(
                "If a total and all but one of its parts are published, the last part can be worked out by taking away. So where a small"
                " number is withheld, others are withheld with it, even where they are large."
            ),
            *(known if rule == "shown" else ()),
            *(() if _has_ranges(release) else nothing),
        ),
    )


def _checked(release: Release) -> Section:
    certificate = release.certificate
    said = []
    attacked = certificate.get("attacked")
    if certificate.get("passed") is True:
        said.append(say("This release passed."))
    if isinstance(attacked, int) and not isinstance(attacked, bool):
        said.append(
            say_many(
                "%(count)s small number were attacked in this way, and each of them held.",
                "%(count)s small numbers were attacked in this way, and each of them held.",
                attacked,
            )
        )
    paragraphs = [
        say(
            "Before anything is published, a separate program plays the part of a person who has every published figure and wants to work out"
            " a withheld one. For each small number it must fail: every value from 1 to %(most)s must still be possible. A release that does"
            " not hold is not published.",
            most=release.threshold - 1,
        ),
    ]
    if said:
        paragraphs.append(" ".join(said))
    return Section(say("How that is checked"), tuple(paragraphs))


def _changed(release: Release) -> Section | None:
    """Only where figures are rounded or perturbed instead of true."""
    method = release.certificate.get("method")
    kind = method.get("kind") if isinstance(method, dict) else None
    if kind == "rounding":
        base = method.get("base") if isinstance(method, dict) else None
        said = say(
            "Every number is rounded to a multiple of %(base)s, up or down, so no number is exact. A 0 can stand for a small number.",
            base=base,
        )
    elif kind == "cell_key":
        said = say(
            "Every number is changed a little by a fixed rule, so no number is exact. The same records always give the same number."
        )
    else:
        return None
    return Section(say("Numbers are not exact"), (said,))


def _attack(release: Release) -> Section | None:
    """What was attacked, by what means, and how narrow the narrowest view of a small number is."""
    certificate = release.certificate
    means = certificate.get("means")
    interval = certificate.get("narrowest_interval")
    paragraphs = []
    together = certificate.get("releases_attacked_together")
    if isinstance(together, int) and not isinstance(together, bool):
        if together > 1:
            first = say_many(
                "What was attacked: every number of this release, all places, kinds and totals at once, together with the %(count)s earlier"
                " release.",
                "What was attacked: every number of this release, all places, kinds and totals at once, together with the %(count)s earlier"
                " releases.",
                together - 1,
            )
        else:
            first = say(
                "What was attacked: every number of this release, all places, kinds and totals at once, as the first one there is."
            )
        paragraphs.append(" ".join((first, say("Releases that were withdrawn count too, because they were seen."))))
    if isinstance(interval, list) and len(interval) == 2 and all(isinstance(v, int) for v in interval):
        paragraphs.append(
            say(
                "How close anyone can come: for each small number, every value from %(lowest)s to %(highest)s is still possible. That is"
                " the narrowest; most could be more.",
                lowest=interval[0],
                highest=interval[1],
            )
        )
    corrected = certificate.get("corrections_allowed_for")
    if isinstance(corrected, int) and corrected > 0:
        paragraphs.append(
            say("Where the police corrected their records between releases, the attack knew which records were corrected.")
        )
    listed = isinstance(means, list) and all(isinstance(m, str) for m in means)
    points = (
        tuple(called(_MEANS_IN_WORDS.get(m, f"{m[:1].upper()}{m[1:]}.")) for m in means)
        if listed and isinstance(means, list)
        else ()
    )
    if not paragraphs:
        return None
    return Section(say("What was attacked, and by what means"), tuple(paragraphs), points)


# the certificate's means, as a panel member would say them
_MEANS_IN_WORDS = {
    "walk over exchanges of single incidents that no published figure shows": mark(
        "Moving single incidents from place to place and kind to kind, thousands of times, so that no published number changes."
    ),
    "linear and integer programmes (HiGHS) over widening neighbourhoods": mark(
        "Working out, with the mathematics of planning problems, whether a withheld number could be anything else."
    ),
    "every alternative table checked against all published figures in whole numbers": mark(
        "Checking every table found in this way against all published numbers, exactly. Only a table that agrees with all of them counts."
    ),
}


# what a certificate names in English, as this page begins its sentences: for the catalogue
_NAMED_BY_CERTIFICATES = (
    mark("An attacker who runs this very programme on guessed counts and compares which cells it withholds."),
    mark(
        "An attacker who has the key of the choice, or who runs this very programme on guessed counts with many keys of their own: they learn"
        " less than without a key, and not nothing."
    ),
    mark("A reader who takes every withheld count to be at least 1, under a policy by which it may be 0."),
    mark("An attacker who already holds the records of their own or others' incidents and takes them off."),
    mark("What a count of the threshold or more says by itself."),
    mark("Figures that others publish about the same incidents."),
    mark("A rounded figure of 0 says by itself that the count is below the base."),
    mark("An attacker who has the secret of the record keys or works out keys from many tables of the same few records."),
    mark("Walk over tables whose counts all lie in the intervals that the rounded figures tell."),
    mark("Walk over tables whose counts all lie in the intervals that the perturbed figures tell."),
    mark(
        "Each crate by a verifier that shares no code with what withholds figures: linear and integer programmes from what is printed alone."
    ),
    mark("Crates with places in common as one system; crates without any have no incident in common."),
    mark("Every figure that the hub adds is the sum of printed figures, so it rules nothing out."),
)


def _never() -> Section:
    return Section(
        say("What is never here"),
        (),
        (
            say("Anything about a named person: no names, no addresses, no records of single crimes."),
            say("An order of areas from better to worse."),
            say("A map of small hexagons: laid over neighbourhoods it could give small numbers away."),
        ),
    )


def _limits(release: Release) -> Section | None:
    listed = release.certificate.get("not_protected")
    if not isinstance(listed, list) or not all(isinstance(p, str) for p in listed) or not listed:
        return None
    return Section(say("What this cannot protect against"), (), tuple(called(f"{p[:1].upper()}{p[1:]}.") for p in listed))
