"""One run of one feed: fetch, load, note what became of it. Knows nothing of the queue that asked for it."""

from __future__ import annotations

import logging
import random
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from core import db
from core.contracts import BRITISH_NATIONAL_GRID, WGS84
from core.db import Role
from core.errors import DatabaseUnavailable, FeedError, HomegroundError, UserError
from core.settings import DatabaseSettings, RegionSettings, WorkerSettings
from feeds.catalogue.feed import Catalogue, Feed
from feeds.catalogue.source import DatabaseSource, FileSource, FolderSource, PoliceSource, is_web
from feeds.fetching.client import Client, SourceUnavailable
from feeds.fetching.query import pull_query
from feeds.live.collect import collect
from feeds.loading.load import load_source
from feeds.loading.report import LoadReport
from feeds.worker import runs
from feeds.worker.cadence import retry_in_s
from feeds.worker.runs import Outcome, RunCounts

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

log = logging.getLogger("homeground.worker")

# deadlock and serialisation failure: two loads met, and the one that was sent away only has to come again
_PASSING_CODES = ("40P01", "40001")


class RunFailed(HomegroundError):
    """A run that came to nothing, noted already. retry_in_s: when to try again; None where it shows as failed."""

    def __init__(self, message: str, retry_in_s: float | None) -> None:
        super().__init__(message)
        self.retry_in_s = retry_in_s


@dataclass(frozen=True)
class RunResult:
    """What a run came to."""

    outcome: Outcome
    message: str
    counts: RunCounts


def run_feed(
    catalogue: Catalogue, feed_id: str, *, job_id: int, attempt: int, settings: WorkerSettings, rng: random.Random | None = None
) -> RunResult:
    """Fetch and load one feed, alone: RunFailed with a short wait where another process is at it.

    Raises RunFailed for every failure, with a message that holds no value from a record, whatever the error under it said.
    """
    chance = rng or random.SystemRandom()
    with runs.lock_unless_taken(runs.feed_key(feed_id)) as ours:
        if not ours:
            raise RunFailed(f"{feed_id} is being loaded by another worker", settings.first_retry_s)
        run_id = runs.begin(feed_id, job_id, attempt)
        report: LoadReport | None = None
        try:
            feed = catalogue.get(feed_id)
            report, notes = _fetch_and_load(feed, catalogue, settings)
            _raise_for_files(feed, report)
        except Exception as error:  # noqa: BLE001 - a run ends noted, whatever happened in it
            retry = retry_in_s(
                attempt, passing=_is_passing(error), asked_to_wait_s=getattr(error, "retry_after_s", None), retries=settings.retries,
                first_retry_s=settings.first_retry_s, rng=chance,
            )  # fmt: skip
            message = _message(error)
            # where the database is down, the run stays open here and is found dead later
            with suppress(DatabaseUnavailable):
                runs.finish(run_id, "failed" if retry is None else "retrying", message, _counts(report))
            log.warning(
                "%s, attempt %d: %s: %s", feed_id, attempt, "failed" if retry is None else f"retry in {retry:.0f} s", message
            )
            raise RunFailed(message, retry) from None
        held = [f"{f.file} waits for a steward: {f.message}" for f in report.files if str(f.status) == "held"]
        result = RunResult(_outcome(report), "; ".join([*notes, *held]), _counts(report))
        runs.finish(run_id, result.outcome, result.message, result.counts)
        log.info("%s: %s, %d rows", feed_id, result.outcome, result.counts.rows_in)
        return result


def _fetch_and_load(feed: Feed, catalogue: Catalogue, settings: WorkerSettings) -> tuple[LoadReport, list[str]]:
    """The feed's files here and in the store, and what a person should know of the fetching."""
    region = RegionSettings()
    if feed.source is None:
        raise UserError("the feed has no source", where=feed.id, hint="give it a [feed.source] in the catalogue.")
    if not may_be_asked(feed, settings, region):
        raise UserError(
            "publishers' servers are not asked from here",
            where=feed.id,
            hint="HOMEGROUND_WORKER_FETCH is false or the region is synthetic; bring its files with 'homeground feeds load'.",
        )
    state = DatabaseSettings().state_dir
    notes: list[str] = []
    if isinstance(feed.source, FolderSource):
        folder = (settings.inbox or state / "inbox") / feed.source.folder
        folder.mkdir(parents=True, exist_ok=True)
    elif isinstance(feed.source, DatabaseSource):
        folder = (settings.downloads or state / "downloads") / feed.id
        pull_query(feed.source, folder)
    else:
        folder = (settings.downloads or state / "downloads") / feed.id
        source = feed.source.of_region(region) if isinstance(feed.source, PoliceSource) else feed.source
        area = _force_area() if isinstance(source, PoliceSource) and source.data == "crimes" else None
        with open_client(source.allowed_hosts) as client:
            fetched = collect(source, folder, client, today=datetime.now(UTC).date(), area=area)
        notes = [f"{f.path.name}: {f.note}" for f in fetched if f.note]
        if isinstance(source, FileSource) and source.file_name.endswith(".zip"):
            # a publisher's archive holds more than one feed: of the others nothing is said and nothing loaded
            return load_source(folder, region=region, catalogue=catalogue, only=feed.id, actor="worker"), notes
    # the folder is this feed's: what is in it and is not this feed's is a fault, not another feed
    report = load_source(folder, region=region, catalogue=Catalogue(feed=[feed]), actor="worker")
    return report, notes


def may_be_asked(feed: Feed, settings: WorkerSettings, region: RegionSettings) -> bool:
    """Whether the feed's files can come from here: a publisher's server is asked only from a real region that is let out."""
    return not is_web(feed.source) or (settings.fetch and not region.synthetic)


def open_client(hosts: tuple[str, ...]) -> Client:
    return Client(hosts=hosts)


def _force_area() -> BaseGeometry | None:
    """The region's force area in WGS84, where its boundary is held."""
    import shapely
    from pyproj import Transformer

    with db.transaction(Role.PIPELINE) as connection:
        rows = db.fetch(connection, "feeds/region_outline")
    if rows.empty:
        return None
    outline = shapely.from_wkb(bytes(rows["outline"].iloc[0]))
    to_wgs84 = Transformer.from_crs(BRITISH_NATIONAL_GRID, WGS84, always_xy=True)
    area: BaseGeometry = shapely.make_valid(shapely.transform(outline, to_wgs84.transform, interleaved=False))
    return area


def _raise_for_files(feed: Feed, report: LoadReport) -> None:
    """FeedError naming every file that should be in the store and is not."""
    bad = [f for f in report.files if f.status in ("refused", "unrecognised")]
    if bad:
        said = [f"{f.file}: {f.message.splitlines()[0].removeprefix(f'{f.file}: ')}" for f in bad[:5]]
        raise FeedError(
            f"{len(bad)} of {len(report.files)} files not loaded: {'; '.join(said)}{'; ...' if len(bad) > 5 else ''}",
            where=feed.id,
            hint="put these right or leave them out; the other files are in.",
        )


def _counts(report: LoadReport | None) -> RunCounts:
    if report is None:
        return RunCounts()
    by_status = [str(f.status) for f in report.files]
    return RunCounts(
        by_status.count("loaded"), by_status.count("unchanged"), by_status.count("held"),
        by_status.count("refused") + by_status.count("unrecognised"), report.rows_in, report.rows_accepted, report.rows_rejected,
    )  # fmt: skip


def _outcome(report: LoadReport) -> Outcome:
    counts = _counts(report)
    if counts.files_held:
        return "held"
    return "loaded" if counts.files_loaded else "unchanged"


def _is_passing(error: Exception) -> bool:
    """Whether the fault may be gone later though nobody mends it."""
    if isinstance(error, SourceUnavailable | DatabaseUnavailable):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "pgcode", None) in _PASSING_CODES


def _message(error: Exception) -> str:
    """A person's message; of a defect only its kind, because a driver's message quotes rows. The log gets the place, not the text."""
    if isinstance(error, UserError):
        return str(error)
    log.error("a defect: %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
    return f"{type(error).__name__}: a defect of ours; the worker's log says where"
