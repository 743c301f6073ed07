"""The warn stage: looks at the last loaded month for what is alive, keeps the alarms, and judges those whose next month has come.

Reads analysis.count_month, analysis.month_status and place.*; adds to analysis.alarm_look, analysis.alarm and analysis.alarm_verdict, and
changes nothing there: an alarm stands as it was raised, with what was known then. A month is looked at again only where its counts
have changed. The months before the last that nobody looked at in time are looked at afterwards, each from the months up to it, and are marked
so. Rule and limits: docs/decisions/0108.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from analytics.counts.places import deliveries_of, months_loaded
from analytics.hotspots.stage import FEWEST_PLACES
from analytics.warning.rule import (
    AFTERWARDS,
    FEWEST_STEPS,
    JUDGED_AT,
    LEAST_MONTHS,
    LONGEST,
    MAX_SHARE,
    MOST_STEPS,
    RADIUS_M,
    REPLICATES,
    REPLICATES_AFTERWARDS,
    Table,
    judge,
    look,
    span_until,
)
from analytics.warning.store import digest_of, keep_look, keep_verdict, read_looks, read_table, read_unjudged
from core.contracts import LSOA_2021
from core.periods import Period, add_months
from core.provenance import finish_run, start_run


@dataclass(frozen=True)
class WarnReport:
    """month: the last loaded. looked_at, afterwards: months looked at now, in time and afterwards. raised: alarms of the last month.

    judged: alarms of earlier months that have a verdict now. skipped: why there was no look, in words.
    """

    month: date
    looked_at: tuple[date, ...]
    afterwards: tuple[date, ...]
    raised: int
    judged: int
    skipped: tuple[str, ...]
    run_id: int


def compute_warnings(connection: Connection, *, period: Period, seed: int) -> WarnReport:
    """Look at the last loaded month of a period, and at those before it that nobody looked at; then judge.

    UserError where no month is loaded.
    """
    loaded = months_loaded(connection, period)
    month = loaded[-1]
    parameters = {
        "month": month, "most_steps": MOST_STEPS, "fewest_steps": FEWEST_STEPS, "longest": LONGEST, "radius_m": RADIUS_M,
        "max_share": MAX_SHARE, "least_months": LEAST_MONTHS, "replicates": REPLICATES, "replicates_afterwards": REPLICATES_AFTERWARDS,
        "judged_at": JUDGED_AT, "model": "space-time permutation within categories, strongest of all kinds, circles within a district",
    }  # fmt: skip
    run_id = start_run(connection, "warn", seed=seed, parameters=parameters, delivery_ids=deliveries_of(connection, period))
    table = read_table(connection, loaded)
    skipped: list[str] = []
    looked: dict[date, bool] = {}
    raised = 0
    if len(table.codes) < FEWEST_PLACES:
        skipped.append(f"{LSOA_2021}: {len(table.codes)} places, at least {FEWEST_PLACES} are needed")
    else:
        earlier = [m for m in loaded[:-1] if m >= add_months(month, -AFTERWARDS)]
        for asked in [*earlier, month]:
            found = _look_at(connection, table, asked, in_time=asked == month, seed=seed, run_id=run_id, skipped=skipped)
            if found is not None:
                looked[asked] = asked == month
                raised = found
    judged = _judge(connection, table, run_id)
    finish_run(connection, run_id)
    in_time = tuple(m for m, now in looked.items() if now)
    return WarnReport(
        month, in_time, tuple(m for m, now in looked.items() if not now), raised if in_time else 0, judged, tuple(skipped), run_id
    )  # fmt: skip


def _look_at(
    connection: Connection, table: Table, month: date, *, in_time: bool, seed: int, run_id: int, skipped: list[str]
) -> int | None:
    """Alarms raised; None where there was no look: none is possible, or the month was seen as it is."""
    seen = read_looks(connection).get(month)
    if seen is not None and not in_time:
        return None
    span = span_until(table.months, month)
    if len(span.months) < FEWEST_STEPS:
        if in_time:
            skipped.append(
                f"{len(span.months)} loaded months up to {month:%B %Y} without a long gap; at least {FEWEST_STEPS} are needed"
            )
        return None
    digest = digest_of(table, span)
    if seen is not None and seen.digest == digest:
        return None
    scan, alarms = look(
        table, span, seed=seed + 12 * month.year + month.month, replicates=REPLICATES if in_time else REPLICATES_AFTERWARDS
    )
    keep_look(connection, table, span, scan, alarms, in_time=in_time, digest=digest, run_id=run_id)
    return len(alarms)


def _judge(connection: Connection, table: Table, run_id: int) -> int:
    """Verdicts added."""
    position = {code: i for i, code in enumerate(table.codes)}
    judged = 0
    for alarm in read_unjudged(connection):
        # a group that is defined no more, or a place that is of the region no more, leaves its alarms without a verdict; a month after
        # the period that is looked at is not known yet
        if alarm.group not in table.groups or not set(alarm.codes) <= set(position) or alarm.month_after not in table.months:
            continue
        month = table.of_group(alarm.group)[:, table.months.index(alarm.month_after)]
        here = int(month[[position[code] for code in alarm.codes]].sum())
        keep_verdict(connection, alarm, judge(here, int(month.sum()), alarm.before_here, alarm.before_region), run_id=run_id)
        judged += 1
    return judged
