"""Whom a hub takes figures from: a file of its operator's names each force with its public keys. Nothing of it is ever read from a crate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from core.declared import Declared, checked, read_toml
from core.errors import UserError

_HINT = "docs/hub.md shows a trust file."
_KEY = re.compile(r"[0-9a-f]{64}")
# as area codes are: addresses of pages and the form for questions know no other
_CODE = re.compile(r"[A-Z][0-9]{8}")


class _Hub(Declared):
    code: str
    name: str
    threshold: int = 5


class _Force(Declared):
    code: str
    name: str
    keys: tuple[str, ...]
    districts: tuple[str, ...] = ()


class _File(Declared):
    hub: _Hub
    force: tuple[_Force, ...]


@dataclass(frozen=True)
class TrustedForce:
    """A force by the code of its area. keys: public keys, 64 hexadecimal digits each. districts: those it may speak for; empty where the
    file names none."""

    code: str
    name: str
    keys: tuple[str, ...]
    districts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Trust:
    """code, name: of all forces together, as the portal calls them. threshold: the least that a crate's policy must have."""

    code: str
    name: str
    threshold: int
    forces: tuple[TrustedForce, ...]

    def by_key(self, key: str) -> TrustedForce | None:
        return next((f for f in self.forces if key in f.keys), None)

    def by_code(self, code: str) -> TrustedForce | None:
        return next((f for f in self.forces if f.code == code), None)


def load_trust(path: Path | None) -> Trust:
    """UserError where no file is named, it cannot be read, or one key stands for two forces."""
    if path is None:
        raise UserError("no trust file is named, so no crate can be checked", where="HOMEGROUND_HUB_TRUST", hint=_HINT)
    found = checked(_File, read_toml(path, what="the trust file", missing=_HINT), where=str(path), hint=_HINT)
    codes = [found.hub.code, *(f.code for f in found.force)]
    if strange := next((c for c in codes if not _CODE.fullmatch(c)), None):
        raise UserError(f"{strange!r} is no code of a capital letter and eight digits", where=str(path), hint=_HINT)
    if twice := next((c for c in codes if codes.count(c) > 1), None):
        raise UserError(f"the code {twice} stands twice", where=str(path), hint=_HINT)
    keys = [k for f in found.force for k in f.keys]
    if strange := next((k for k in keys if not _KEY.fullmatch(k)), None):
        raise UserError(f"{strange[:16]!r} is no public key of 64 hexadecimal digits", where=str(path), hint=_HINT)
    if len(set(keys)) < len(keys):
        raise UserError(
            "one key stands for two forces, so a signature would not say whose crate it is", where=str(path), hint=_HINT
        )
    if found.hub.threshold < 2:
        raise UserError("a threshold below 2 protects nothing", where=str(path), hint=_HINT)
    forces = tuple(TrustedForce(f.code, f.name, f.keys, frozenset(f.districts)) for f in found.force)
    return Trust(found.hub.code, found.hub.name, found.hub.threshold, forces)
