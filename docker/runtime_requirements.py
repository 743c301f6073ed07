"""Print the part of requirements.lock that the running product needs: python runtime_requirements.py LOCK PYPROJECT.

The lock holds test tools too. Each of its entries names, in `# via` lines, the packages that ask for it; so the entries wanted are
those reached from the project's own dependencies. Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def entries(lock: str) -> dict[str, str]:
    """Name -> whole entry (pin, hashes, via lines) of a lock file."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lock.splitlines():
        named = _NAME.match(line)
        if named:
            current = found.setdefault(normal(named[1]), [])
        if current is not None and line.strip():
            current.append(line)
    return {name: "\n".join(lines) + "\n" for name, lines in found.items()}


def asked_by(entry: str) -> set[str]:
    """The packages that its via lines name."""
    comments = [line.strip().removeprefix("#").strip() for line in entry.splitlines() if line.lstrip().startswith("#")]
    words = [c.removeprefix("via").strip() for c in comments]
    return {normal(_NAME.match(w)[1]) for w in words if _NAME.match(w)}  # type: ignore[index]


def runtime_names(lock: str, pyproject: str) -> list[str]:
    """The dependencies of the project and all that they need, in the order of the lock."""
    every = entries(lock)
    roots = {normal(_NAME.match(d)[1]) for d in tomllib.loads(pyproject)["project"]["dependencies"]}  # type: ignore[index]
    missing = roots - set(every)
    if missing:
        raise SystemExit(f"requirements.lock does not hold {', '.join(sorted(missing))}")
    kept = set(roots)
    while True:
        more = {name for name, entry in every.items() if name not in kept and asked_by(entry) & kept}
        if not more:
            return [name for name in every if name in kept]
        kept |= more


def main() -> None:
    lock, pyproject = (Path(argument).read_text(encoding="utf-8") for argument in sys.argv[1:3])
    every = entries(lock)
    sys.stdout.write("".join(every[name] for name in runtime_names(lock, pyproject)))


if __name__ == "__main__":
    main()
