"""What waits on the desks of the demo: a delivery that looks wrong, and a release that somebody proposed."""

from __future__ import annotations

import csv
import gzip
import tempfile
from collections.abc import Callable
from pathlib import Path

from analytics.counts.loaded_months import current_period
from analytics.release.build import audit_release, build_release
from analytics.release.proposals import note_candidate
from analytics.release.searches import audit_searches
from analytics.stage import Context
from core import db
from core.db import Role
from core.periods import add_months
from feeds.loading.load import load_source

Say = Callable[[str], None]

# of the rows of a month so many are left out of the next one: a feed that lost most of its rows on the way
_ONE_OF = 10
_PROPOSER = "demo:steward-2"
_WHY = "Invented: it is proposed so that a second person has something to decide."


def fill_desks(folder: Path, context: Context, *, say: Say) -> None:
    """Each only where nothing of its kind was ever there. folder: the county's files."""
    _hold_a_delivery(folder, context, say)
    _propose_a_release(context, say)


def _hold_a_delivery(folder: Path, context: Context, say: Say) -> None:
    """The month after the last one, with a tenth of its rows; nothing where that month came in, was held or was refused."""
    with db.transaction(Role.PIPELINE) as connection:
        last = current_period(connection, context.analysis.months).end
        month = add_months(last, 1)
        source = next(folder.rglob(f"{last:%Y-%m}-*-street.csv.gz"), None)
        if source is None:
            return
        name = source.name.removesuffix(".gz").replace(f"{last:%Y-%m}", f"{month:%Y-%m}")
        if int(db.scalar(connection, "feeds/deliveries_named", {"file_name": name})):
            return
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    identifier, of_month = head.index("Crime ID"), head.index("Month")
    for row in rows:
        # another crime: one that an earlier month has would be set aside
        row[identifier], row[of_month] = row[identifier][::-1], f"{month:%Y-%m}"
    with tempfile.TemporaryDirectory() as made:
        with (Path(made) / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows[::_ONE_OF]])
        report = load_source(Path(made), region=context.region, actor="demo")
    held = sum(file.status == "held" for file in report.files)
    say(f"{'held':<10} {held} delivery, {name}: a tenth of its usual rows; it waits for a steward")


def _propose_a_release(context: Context, say: Say) -> None:
    """A candidate of what is loaded now, which another steward proposed to publish."""
    with db.transaction(Role.PIPELINE) as connection:
        if not db.fetch(connection, "steward/candidates").empty:
            return
        period = current_period(connection, context.analysis.months)
        candidate = build_release(connection, period=period, settings=context.release)
        tables, searches = audit_release(candidate), audit_searches(candidate.searches)
        number = note_candidate(connection, candidate, tables, until=period.end, built_by=_PROPOSER, searches=searches)
    with db.transaction(Role.PROFESSIONAL, person=_PROPOSER, steward=True) as connection:
        db.scalar(connection, "steward/propose", {"kind": "publish", "of": number, "reason": _WHY})
    say(f"{'proposed':<10} candidate {number}; it waits for a second steward")
