"""Children that each run one stage of the flow: `python -m tests.builders.kills.stages`, the other end of which is a Spawner.

A task is the stage's name, the seed and how many months are looked at.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from sqlalchemy.exc import OperationalError

from analytics import pipeline
from analytics.stage import Context, default_context, run_stages
from core import db
from core.db import Role
from core.provenance import code_version
from core.settings import RegionSettings
from tests.builders.kills.child import serve


def context_of(seed: int, months: int, region: RegionSettings | None = None) -> Context:
    made = default_context(actor="test", region=region)
    return replace(made, analysis=made.analysis.model_copy(update={"seed": seed, "months": months}))


def run(task: list[str]) -> int:
    name, seed, months = task
    _connect()
    stages = tuple(stage for stage in pipeline.STAGES if stage.name == name)
    run_stages(stages, context_of(int(seed), int(months)), say=lambda line: None)
    return 0


def _connect() -> None:
    """The sessions of a run, into the pool: beside much else the server may take longer to let one in than a command waits."""
    pool = db.engine(Role.PIPELINE)
    while True:
        with suppress(OperationalError), pool.connect(), pool.connect():
            return


if __name__ == "__main__":
    code_version()
    serve(run)
