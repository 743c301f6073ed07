"""Seconds of the first brief in a process, which imports its libraries: what a command takes."""

from __future__ import annotations

import subprocess
import sys
import time

from core.errors import InternalError
from published.release import Place, Release

_FIRST = (
    "import sys; from briefs.write import render_brief; from core.db import Role;"
    " render_brief(sys.argv[1], ('pdf',), role=Role.COMMUNITY)"
)


def first_in_a_process(release: Release) -> dict[str, float]:
    """A PDF from a process that has done nothing yet: the command's time."""
    place = middle_of(release, "msoa")
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _FIRST, place.code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise InternalError(f"a brief failed in a process of its own: {done.stderr[-300:]}")
    return {"pdf_first_s": time.perf_counter() - begun}


def middle_of(release: Release, level: str) -> Place:
    """The place of a level that stands in the middle by its code. InternalError where there is none."""
    found = sorted((p for p in release.of(level)), key=lambda p: p.code)
    if not found:
        raise InternalError(f"the release has no {level}")
    return found[len(found) // 2]
