"""Seconds of briefs: the first in a process, which imports its libraries, and those after it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial

from briefs.asked import Asked
from briefs.assessment.write import FORMATS as ASSESSMENT_FORMATS
from briefs.assessment.write import render_assessment
from briefs.write import FORMATS, every_brief, render_brief
from core import db
from core.db import Role
from core.errors import InternalError
from published.release import Place, Release

_LEVELS = ("lsoa", "msoa", "lad")
_ACTOR = "bench"
_FIRST = (
    "import sys; from briefs.write import render_brief; from core.db import Role;"
    " render_brief(sys.argv[1], ('pdf',), role=Role.COMMUNITY)"
)


def first_in_a_process(release: Release) -> dict[str, float]:
    """A PDF from a process that has done nothing yet: the command's time."""
    place = _first(release, "msoa")
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _FIRST, place.code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise InternalError(f"a brief failed in a process of its own: {done.stderr[-300:]}")
    return {"pdf_first_s": time.perf_counter() - begun}


def times_of(release: Release) -> dict[str, float]:
    """Of this process, once it is warm. same_bytes: 1 where each thing that was made twice was the same both times, else 0."""
    figures: dict[str, float] = {}
    same = True
    render_brief(_first(release, "msoa").code, FORMATS, role=Role.COMMUNITY)
    for level in _LEVELS:
        code = _first(release, level).code
        for name, formats in ((f"pdf_{level}", ("pdf",)), (f"six_formats_{level}", FORMATS)):
            same &= _twice(figures, name, partial(render_brief, code, formats, role=Role.COMMUNITY))
    begun, used = time.perf_counter(), time.process_time()
    many = sum(1 for _ in every_brief("msoa", "", ("pdf",), role=Role.COMMUNITY, asked=Asked()))
    figures |= {
        "every_msoa_s": time.perf_counter() - begun,
        "every_msoa_processor_s": time.process_time() - used,
        "every_msoa": many,
    }
    same &= _twice(figures, "assessment", _assessment)
    return figures | {"same_bytes": float(same)}


def _assessment() -> Mapping[str, bytes]:
    with db.transaction(Role.PROFESSIONAL, districts="*", person=_ACTOR) as connection:
        return render_assessment(connection, "all", ASSESSMENT_FORMATS, asked=Asked(), actor=_ACTOR)[1]


def _twice(figures: dict[str, float], name: str, make: Callable[[], Mapping[str, bytes]]) -> bool:
    """The quicker of two, by the clock and by the processor; whether both gave the same bytes."""
    clock, processor, made = [], [], []
    for _ in range(2):
        begun, used = time.perf_counter(), time.process_time()
        made.append(dict(make()))
        clock.append(time.perf_counter() - begun)
        processor.append(time.process_time() - used)
    figures |= {f"{name}_s": min(clock), f"{name}_processor_s": min(processor)}
    return made[0] == made[1]


def _first(release: Release, level: str) -> Place:
    found = sorted((p for p in release.of(level)), key=lambda p: p.code)
    if not found:
        raise InternalError(f"the release has no {level}")
    return found[len(found) // 2]
