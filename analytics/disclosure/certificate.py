"""The certificate of a release: what was attacked, by what means, and how narrow the narrowest view of a small count is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

RE_RUN = "an attacker who runs this very programme on guessed counts and compares which cells it withholds"
RE_RUN_WITH_KEYS = (
    "an attacker who has the key of the choice, or who runs this very programme on guessed counts with many keys of their own: they learn"
    " less than without a key, and not nothing"
)
NO_ZEROS = "a reader who takes every withheld count to be at least 1, under a policy by which it may be 0"
NOT_PROTECTED = (
    "an attacker who already holds the records of their own or others' incidents and takes them off",
    "what a count of the threshold or more says by itself",
    "figures that others publish about the same incidents",
)
ATTACKER = (
    "knows every published figure, how tables are laid out, which areas and categories lie in which, that counts are whole and not"
    " negative, this policy, and that {hidden}; one symbol stands for small and for protecting cells alike"
)
AT_LEAST_1 = (
    "a withheld count is at least 1, wherever that is so and neither the wider area's figure nor the place's total is withheld too"
)
# what a reader is taken to know of a withheld count: where its symbol says so, else by method
KNOWS_OF_WITHHELD = {
    "said": "a count marked {symbol} is at least 1, while {nothing} says nothing of a count",
    "suppression": "a withheld count may be 0",
    "rounding": AT_LEAST_1,
    "cell_key": AT_LEAST_1,
}
# below so many withheld figures nothing is said of how many are 0, and above in tenths only
ENOUGH_TO_SAY = 100
# of what is new, how cells are chosen that protect others; whether a key was used is said, and nothing of the key
BY_LOSS = "least loss"
BY_KEY = "least loss, varied by a secret key"

# what a method that changes figures leaves open besides
OF_METHOD = {
    "suppression": (),
    "rounding": ("a rounded figure of 0 says by itself that the count is below the base",),
    "cell_key": ("an attacker who has the secret of the record keys or works out keys from many tables of the same few records",),
}
MEANS_OF_METHOD = {
    "suppression": "walk over exchanges of single incidents that no published figure shows",
    "rounding": "walk over tables whose counts all lie in the intervals that the rounded figures tell",
    "cell_key": "walk over tables whose counts all lie in the intervals that the perturbed figures tell",
}


@dataclass(frozen=True)
class Method:
    """How figures were protected: the policy's kind, and facts of the method that say nothing of a count."""

    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Certificate:
    """Figures of one audit. digest: SHA-256 of exactly the table it was made for.

    layout: levels, groups and months, which everybody sees and the ledger needs again. tells: the least and the largest count that each
    printed figure stands for, under a method that changes figures. narrowest: values that stay possible for the withheld small count of which
    earlier releases have told most; the policy's own where they have told nothing. carried: figures of a period that an earlier release
    published, as it printed them; carried_withheld: those of them that are withheld, small and protecting ones alike.
    """

    digest: str
    policy: dict[str, Any]
    method: Method
    attacker: str
    levels: dict[str, dict[str, Any]]
    cells: int
    atoms: int
    primary: int
    secondary: int
    targets: int
    implied_targets: int
    required_values: int
    narrowest: tuple[int, int]
    alternative_tables: int
    repair_rounds: int
    releases_attacked_together: int
    earlier_figures: int
    earlier_not_comparable: int
    earlier_releases: int
    corrected: int
    seconds: float
    audit_seconds: float
    seed: int
    layout: dict[str, Any]
    tells: dict[int, tuple[int, int]] | None
    carried: int = 0
    carried_withheld: int = 0
    means: tuple[str, ...] = (
        "linear and integer programmes (HiGHS) over widening neighbourhoods",
        "every alternative table checked against all published figures in whole numbers",
    )
    not_protected: tuple[str, ...] = NOT_PROTECTED

    def as_dict(self) -> dict[str, Any]:
        """For JSON that everyone may read. Holds what follows from the published table, and how it was attacked.

        How many counts are small is itself a figure about withheld cells: it is said in round numbers, and not at all below a hundred, so
        that no one table is ruled out by it. The exact numbers are for the audit trail (as_record).
        """
        attacked = _in_round_numbers(self.targets)
        return {
            "digest": self.digest,
            "passed": True,
            **({"attacked": attacked, "sensitive_counts_attacked": attacked} if attacked else {}),
            "narrowest_interval": list(self.narrowest),
            "verdict": "every sensitive count keeps all required values possible"
            + (", but for those that figures of earlier releases rule out by themselves" if self.earlier_releases else ""),
            "policy": self.policy,
            "attacker": self.attacker,
            "levels": self.levels,
            "cells": self.cells,
            "withheld": self.primary + self.secondary + self.carried_withheld,
            "atoms": self.atoms,
            "layout": self.layout,
            "figures_stand_for": {str(k): list(v) for k, v in sorted(self.tells.items())} if self.tells is not None else None,
            "values_required": self.required_values,
            "values_possible_at_least": self.narrowest[1] - self.narrowest[0] + 1,
            "releases_attacked_together": self.releases_attacked_together,
            "earlier_releases": self.earlier_releases,
            "earlier_figures_attacked_together": self.earlier_figures,
            "earlier_figures_not_comparable": self.earlier_not_comparable,
            "corrections_allowed_for": self.corrected,
            **({"carried_as_printed": self.carried} if self.carried else {}),
            "method": {"kind": self.method.kind, **self.method.facts},
            "means": [MEANS_OF_METHOD[self.method.kind], *self.means],
            "not_protected": [
                *([NO_ZEROS] if self.policy["zeros"] == "may_be_hidden" and self.method.kind == "suppression" else []),
                # figures that are carried may have been chosen before there was a key
                RE_RUN_WITH_KEYS if self.method.facts.get("choice") == BY_KEY and not self.carried else RE_RUN,
                *self.not_protected,
                *OF_METHOD[self.method.kind],
            ],
            "seconds": round(self.seconds, 2),
            "audit_seconds": round(self.audit_seconds, 2),
        }

    def as_record(self) -> dict[str, Any]:
        """For stewards: the same with every number exact. Never published."""
        return {
            **self.as_dict(),
            "withheld_small": self.primary,
            "withheld_to_protect": self.secondary,
            "sensitive_counts_attacked": self.targets,
            "of_these_implied": self.implied_targets,
            "alternative_tables": self.alternative_tables,
            "rounds": self.repair_rounds,
            "seed": self.seed,
        }


def share_in_words(zeros: int, withheld: int) -> str:
    """How often a reader who takes a withheld count to be at least 1 is right, in tenths so that no one count is told by it."""
    if withheld < ENOUGH_TO_SAY:
        return ""
    tenths = 10 - (10 * zeros + withheld // 2) // withheld
    often = {0: "hardly ever", 10: "nearly always"}.get(tenths, f"about {tenths} times in 10")
    return f" (who takes a withheld count to be at least 1 is right {often})"


def _in_round_numbers(count: int) -> int:
    """Two leading digits, rounded down; 0 below a hundred."""
    if count < 100:
        return 0
    step = int(10 ** (len(str(count)) - 2))
    return count // step * step
