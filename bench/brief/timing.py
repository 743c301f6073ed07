"""Seconds of briefs in a process that is warm, each made twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

from bench.brief.process import middle_of
from briefs.asked import Asked
from briefs.assessment.write import FORMATS as ASSESSMENT_FORMATS
from briefs.assessment.write import render_assessment
from briefs.write import FORMATS, every_brief, render_brief
from core import db
from core.db import Role
from published.release import Release

_LEVELS = ("lsoa", "msoa", "lad")
_ACTOR = "bench"


def times_of(release: Release) -> dict[str, float]:
    """Of this process, once it is warm. same_bytes: 1 where each thing that was made twice was the same both times, else 0."""
    figures: dict[str, float] = {}
    same = True
    render_brief(middle_of(release, "msoa").code, FORMATS, role=Role.COMMUNITY)
    for level in _LEVELS:
        code = middle_of(release, level).code
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
