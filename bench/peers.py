"""Peers that a benchmark is compared with where they are installed, and that nothing else here needs.

requirements-bench.lock pins them with hashes. `./run bench NAME` installs them before it runs, and asks this module whether any is wanting:

    python -m bench.peers disclosure
"""

from __future__ import annotations

import re
import sys
from importlib import metadata

from core.paths import PROJECT_ROOT

LOCK = PROJECT_ROOT / "requirements-bench.lock"
# benchmark: packages of the lock
_DUCKDB = ("duckdb", "duckdb-ext-spatial")
OPTIONAL: dict[str, tuple[str, ...]] = {"disclosure": ("pytauargus",), "load": _DUCKDB, "national": _DUCKDB}


def pinned() -> dict[str, str]:
    """Package and version of each entry of the lock."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", LOCK.read_text(encoding="utf-8"), re.M))


def not_installed(name: str) -> list[str]:
    """package==version of each optional peer of a benchmark that this Python does not have at the locked version."""
    if name not in OPTIONAL:
        return []
    versions = pinned()
    return [f"{package}=={versions[package]}" for package in OPTIONAL[name] if _installed(package) != versions[package]]


def what_next(name: str) -> str:
    """The one line to type where an optional peer of a benchmark is not installed; empty where none is wanting."""
    wanting = not_installed(name)
    return f"  What next: type './run bench {name}', which installs {', '.join(wanting)} first." if wanting else ""


def _installed(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    # the arguments of 'homeground bench' as they were typed: the benchmark's name may stand behind its options
    for requirement in sorted({found for word in sys.argv[1:] for found in not_installed(word)}):
        print(requirement)
