"""`homeground bench brief`: how long a place brief and the needs assessment take, on the release of the database that is in use."""

from __future__ import annotations

import os
from pathlib import Path

from bench.brief.process import first_in_a_process
from bench.brief.timing import times_of
from bench.result import BenchResult, machine
from core import db, migrate
from core.db import Role
from core.errors import UserError
from published.release import read_release


def run(_data: Path) -> BenchResult:
    """One place of each level, every format, every local area in turn, and the assessment of the whole area; each made twice and compared.

    `_s` by the clock; `_processor_s` of this process, which tells less of what else the machine does. UserError where nothing is published.
    """
    before = os.getloadavg()[0]
    migrate.prepare()
    with db.transaction(Role.COMMUNITY) as connection:
        release = read_release(connection)
    if release is None:
        raise UserError("nothing has been published yet", hint="run 'homeground demo --no-portal' first.")
    figures = first_in_a_process(release) | times_of(release)
    figures |= {"load_average_before": before, "load_average_after": os.getloadavg()[0]}
    kind = "synthetic" if release.synthetic else "real"
    return BenchResult(
        "brief",
        machine(),
        f"release {release.release_id} of {release.region_name} ({kind}), {len(release.places):,} places",
        figures,
    )
