"""The disclosure policy: a typed, strict reading of policy.toml. An unknown or missing key is an error, never a default."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from core.declared import read_toml
from core.errors import UserError

_E = TypeVar("_E", bound=StrEnum)


class Zeros(StrEnum):
    """What happens to a true 0."""

    SHOWN = "shown"
    MAY_BE_HIDDEN = "may_be_hidden"
    HIDDEN = "hidden"


class MethodKind(StrEnum):
    """How small numbers are protected; every kind passes the same gate."""

    SUPPRESSION = "suppression"
    ROUNDING = "rounding"
    CELL_KEY = "cell_key"


@dataclass(frozen=True)
class Policy:
    """What is sensitive, and what must remain possible in the eyes of an attacker.

    threshold: k; a count of 1..k-1 is sensitive (0..k-1 where zeros are hidden).
    required: first and last value that must all remain possible for every sensitive count.
    required_parts: the same for a small count of months that no release shows by themselves (the ledger; None: nothing is asked).
    base, withhold_below: of rounding. ptable, ptable_threshold, secret_file: of cell keys. 0 or empty under another method.
    """

    name: str
    threshold: int
    required: tuple[int, int]
    zeros: Zeros
    protect_implied: bool
    kind: MethodKind
    audit_seconds: float
    repair_rounds: int
    seed: int
    source: str
    review_by: date
    override_role: str
    override_record: str
    required_parts: tuple[int, int] | None = None
    base: int = 0
    withhold_below: int = 0
    ptable: str = ""
    ptable_threshold: int = 0
    secret_file: str = ""

    def __post_init__(self) -> None:
        low, high = self.required
        if not 2 <= self.threshold <= 60:
            raise UserError(f"threshold {self.threshold} is not between 2 and 60", where="disclosure policy")
        if low not in (0, 1) or high < self.threshold - 1 or high > 62:
            raise UserError(
                f"must_remain_possible [{low}, {high}] does not hold all of 1..{self.threshold - 1}",
                where="disclosure policy",
                hint=f"write [1, {self.threshold}] or wider.",
            )
        if low == 0 and self.zeros is Zeros.SHOWN:
            raise UserError(
                "0 cannot remain possible for a withheld count where every 0 is published",
                where="disclosure policy",
                hint='set zeros = "may_be_hidden", or let must_remain_possible begin at 1.',
            )
        parts = self.required_parts
        if parts is not None and not 1 <= parts[0] <= parts[1] <= 62:
            raise UserError(f"parts_must_keep [{parts[0]}, {parts[1]}] is not a span between 1 and 62", where="disclosure policy")
        if self.kind is not MethodKind.SUPPRESSION and self.zeros is not Zeros.MAY_BE_HIDDEN:
            raise UserError(
                f"a method that changes figures ({self.kind.value}) goes with zeros = {Zeros.MAY_BE_HIDDEN.value!r} only",
                where="disclosure policy",
            )
        if self.kind is MethodKind.ROUNDING and not (
            2 <= self.base <= 20 and self.threshold <= max(self.base, self.withhold_below)
        ):
            raise UserError(
                f"base {self.base} leaves counts below {self.threshold} exposed", where="disclosure policy",
                hint="take a base from the threshold to 20, or withhold_below of the threshold.",
            )  # fmt: skip
        if self.kind is MethodKind.CELL_KEY and self.ptable_threshold < self.threshold:
            raise UserError(f"[cell_key] threshold {self.ptable_threshold} is below the policy's", where="disclosure policy")

    @property
    def smallest_sensitive(self) -> int:
        """0 where zeros are withheld like small counts, else 1."""
        return 0 if self.zeros is Zeros.HIDDEN else 1

    @property
    def hidden_is_at_least(self) -> int:
        """What an attacker who knows this policy knows of every withheld cell of a plan."""
        return 1 if self.zeros is Zeros.SHOWN else 0

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "threshold": self.threshold,
            "must_remain_possible": list(self.required),
            "zeros": self.zeros.value,
            "protect_implied": self.protect_implied,
            "method": self.kind.value,
            "parts_must_keep": list(self.required_parts) if self.required_parts else None,
            "base": self.base,
            "withhold_below": self.withhold_below,
            "ptable": self.ptable,
            "ptable_threshold": self.ptable_threshold,
            "source": self.source,
            "review_by": self.review_by.isoformat(),
            "override_role": self.override_role,
            "override_record": self.override_record,
            "digest": self.digest,
        }

    @property
    def digest(self) -> str:
        """SHA-256 over every field that decides what is published."""
        parts = (
            self.threshold, self.required, self.zeros.value, self.protect_implied, self.kind.value, self.required_parts, self.base,
            self.withhold_below, self.ptable, self.ptable_threshold,
        )  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).hexdigest()


_SHAPE: dict[str, dict[str, type]] = {
    "policy": {"name": str, "threshold": int, "must_remain_possible": list, "zeros": str, "protect_implied": bool},
    "method": {"kind": str, "audit_seconds": int, "repair_rounds": int, "seed": int},
    "source": {"text": str, "review_by": date},
    "history": {"parts_must_keep": list},
    "override": {"role": str, "record": str},
}
# sections that one method needs and the others must not have
_METHOD_SHAPE: dict[MethodKind, dict[str, dict[str, type]]] = {
    MethodKind.SUPPRESSION: {},
    MethodKind.ROUNDING: {"rounding": {"base": int, "withhold_below": int}},
    MethodKind.CELL_KEY: {"cell_key": {"ptable": str, "threshold": int, "secret_file": str}},
}


def load_policy(path: Path) -> Policy:
    """Read a policy file. UserError names the section and key that is missing, unknown or of the wrong kind."""
    raw: dict[str, Any] = read_toml(path, what="the disclosure policy", missing="set HOMEGROUND_RELEASE_POLICY.")
    named = raw.get("method")
    kind = _choice(MethodKind, str(named.get("kind")), "kind", path) if isinstance(named, dict) else MethodKind.SUPPRESSION
    _check_shape(raw, _SHAPE | _METHOD_SHAPE[kind], path)
    policy, method = raw["policy"], raw["method"]
    bounds, parts = policy["must_remain_possible"], raw["history"]["parts_must_keep"]
    for name, pair in (("must_remain_possible", bounds), ("parts_must_keep", parts)):
        if not (len(pair) == 2 or (name == "parts_must_keep" and not pair)) or not all(type(b) is int for b in pair):
            raise UserError(f"{name} is not a pair of whole numbers", where=str(path))
    rounding, cell_key = raw.get("rounding", {}), raw.get("cell_key", {})
    return Policy(
        name=policy["name"],
        threshold=policy["threshold"],
        required=(bounds[0], bounds[1]),
        zeros=_choice(Zeros, policy["zeros"], "zeros", path),
        protect_implied=policy["protect_implied"],
        kind=kind,
        audit_seconds=float(method["audit_seconds"]),
        repair_rounds=method["repair_rounds"],
        seed=method["seed"],
        source=raw["source"]["text"],
        review_by=raw["source"]["review_by"],
        override_role=raw["override"]["role"],
        override_record=raw["override"]["record"],
        required_parts=(parts[0], parts[1]) if parts else None,
        base=rounding.get("base", 0),
        withhold_below=rounding.get("withhold_below", 0),
        ptable=cell_key.get("ptable", ""),
        ptable_threshold=cell_key.get("threshold", 0),
        secret_file=cell_key.get("secret_file", ""),
    )


def _check_shape(raw: dict[str, Any], shape: dict[str, dict[str, type]], path: Path) -> None:
    for section, keys in shape.items():
        found = raw.get(section)
        if not isinstance(found, dict):
            raise UserError(f"section [{section}] is missing", where=str(path))
        for key, kind in keys.items():
            # type() and not isinstance: True must not pass as a whole number
            if key not in found or type(found[key]) is not kind:
                raise UserError(f"[{section}] {key} is missing or is not {kind.__name__}", where=str(path))
        unknown = set(found) - set(keys)
        if unknown:
            raise UserError(f"[{section}] has unknown keys: {', '.join(sorted(unknown))}", where=str(path))
    unknown = set(raw) - set(shape)
    if unknown:
        raise UserError(f"unknown sections: {', '.join(sorted(unknown))}", where=str(path))


def _choice(kind: type[_E], value: str, key: str, path: Path) -> _E:
    try:
        return kind(value)
    except ValueError as error:
        allowed = ", ".join(member.value for member in kind)
        raise UserError(f"{key} = {value!r} is not one of: {allowed}", where=str(path)) from error
