"""`./run check`: lint, types, import contracts and SQL lint, each named, all run even where an earlier one fails."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from core.paths import PROJECT_ROOT

_BIN = Path(sys.executable).parent

CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("ruff", ["ruff", "check", "."]),
    ("ruff format", ["ruff", "format", "--check", "."]),
    ("mypy --strict", ["mypy"]),
    ("import contracts", ["lint-imports"]),
    ("SQL lint", ["sqlfluff", "lint", "--disable-progress-bar", "--nocolor", "sql"]),
)


def main() -> int:
    """Exit code 0 where every check holds."""
    failed = []
    for name, command in CHECKS:
        begun = time.perf_counter()
        done = subprocess.run([str(_BIN / command[0]), *command[1:]], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name:<18} {verdict:<7} {time.perf_counter() - begun:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout[-6000:] + done.stderr[-3000:], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
