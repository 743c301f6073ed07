"""`./run check`: lint, types, import contracts and SQL lint, each named, all run even where an earlier one fails."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.paths import PROJECT_ROOT

_BIN = Path(sys.executable).parent

CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("ruff", ["ruff", "check", "."]),
    ("ruff format", ["ruff", "format", "--check", "."]),
    # the two that take a minute each, side by side
    ("SQL lint", ["sqlfluff", "lint", "--processes", "2", "--disable-progress-bar", "--nocolor", "sql"]),
    ("mypy --strict", ["mypy"]),
    ("import contracts", ["lint-imports"]),
)


def main() -> int:
    """Exit code 0 where every check holds. They run two at a time, and are told in their order."""
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for (name, _), (done, seconds) in zip(CHECKS, pool.map(_run, (command for _, command in CHECKS)), strict=True):
            verdict = "ok" if done.returncode == 0 else "FAILED"
            print(f"{name:<18} {verdict:<7} {seconds:5.1f} s", flush=True)
            if done.returncode != 0:
                failed += 1
                print(done.stdout[-6000:] + done.stderr[-3000:], flush=True)
    return 1 if failed else 0


def _run(command: list[str]) -> tuple[subprocess.CompletedProcess[str], float]:
    """How a check ended, and how many seconds it took."""
    begun = time.perf_counter()
    done = subprocess.run([str(_BIN / command[0]), *command[1:]], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    return done, time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
