"""What a stage of the flow is, and how stages run: one transaction of the pipeline role each, whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, is_dataclass, replace
from typing import Any

from sqlalchemy import Connection

from analytics.counts.definitions import Definitions, load_definitions
from core import db
from core.audit import record_event
from core.audit.anchors import note_head
from core.db import Role
from core.provenance import finish_run, noted_run, start_run
from core.settings import AnalysisSettings, RegionSettings, ReleaseSettings

Say = Callable[[str], None]
# one run at a time: a release that is built while stages run would mix the counts of two runs
ANALYSIS = "analysis"


@dataclass(frozen=True)
class Context:
    """What a run of the flow was asked for."""

    actor: str
    analysis: AnalysisSettings
    release: ReleaseSettings
    region: RegionSettings
    definitions: Definitions


@dataclass(frozen=True)
class Stage:
    """A step of the flow: it reads named tables and writes named tables (docs/architecture.md says which)."""

    name: str
    purpose: str
    run: Callable[[Connection, Context], object]
    # tables whose many new rows the planner must know of before the next stage; a schema's name means all of it
    fills: tuple[str, ...] = ()


@dataclass(frozen=True)
class StageReport:
    """What a stage did and how long it took; result is the stage's own frozen dataclass."""

    name: str
    seconds: float
    result: object

    def as_dict(self) -> dict[str, Any]:
        result = asdict(self.result) if is_dataclass(self.result) and not isinstance(self.result, type) else str(self.result)
        return {"stage": self.name, "seconds": round(self.seconds, 3), "result": result}


@dataclass(frozen=True)
class NotRun:
    """A stage that had nothing to work on, and why; what depends on it goes without and says so."""

    reason: str


def with_months(context: Context, months: int) -> Context:
    """The same context for another length of period."""
    return replace(context, analysis=context.analysis.model_copy(update={"months": months}))


def default_context(*, actor: str = "pipeline", region: RegionSettings | None = None) -> Context:
    analysis = AnalysisSettings()
    return Context(
        actor=actor,
        analysis=analysis,
        release=ReleaseSettings(),
        region=region or RegionSettings(),
        definitions=load_definitions(analysis.definitions),
    )


def run_stages(stages: tuple[Stage, ...], context: Context, *, say: Say) -> list[StageReport]:
    """Run stages in order, a transaction each, saying one line a stage. UserError where a run of stages is under way in this database."""
    reports = []
    with noted_run(ANALYSIS, f"{stages[0].name if len(stages) == 1 else 'analyse'} by {context.actor}"):
        for stage in stages:
            begun = time.perf_counter()
            with db.transaction(Role.PIPELINE) as connection:
                run_id = start_run(connection, f"stage:{stage.name}", seed=context.analysis.seed, parameters={}, delivery_ids=[])
                result = stage.run(connection, context)
                for filled in stage.fills:
                    db.run_statement(connection, "feeds/refresh_statistics", {"filled": filled})
                finish_run(connection, run_id)
                record_event(connection, actor=context.actor, action="stage", subject=stage.name)
            seconds = time.perf_counter() - begun
            reports.append(StageReport(stage.name, seconds, result))
            said = f"not run: {result.reason.splitlines()[0]}" if isinstance(result, NotRun) else stage.purpose
            say(f"{stage.name:<10} {seconds:6.1f} s  {said}")
            if left_out := _left_out(result):
                say(f"{'':<10} {'':>8}  left out: {'; '.join(left_out)}")
    note_head(say, released=any(stage.name == "release" for stage in stages))
    return reports


def _left_out(result: object) -> tuple[str, ...]:
    """What a stage could not do and why, in words: a map of too few places, a need whose indicator is not loaded."""
    skipped = getattr(result, "skipped", ())
    return ((skipped,) if skipped else ()) if isinstance(skipped, str) else tuple(skipped)
