"""The load stage: a folder of files as published, into the store.

Files are recognised, put in order (lookups, boundaries, postcodes, numbers, services, events) and loaded one transaction each, so that a file
is in whole or not at all. A file that is refused does not stop the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from functools import partial
from pathlib import Path

from core import db
from core.db import Role
from core.errors import FeedError, UserError
from core.settings import RegionSettings
from feeds.catalogue.faults import faults
from feeds.catalogue.feed import CATALOGUE, STAGES, Catalogue, Feed, read_catalogue
from feeds.loading.delivery import Prepared, load_prepared, prepare
from feeds.loading.region import write_region
from feeds.loading.report import CatalogueCheck, DeliveryStatus, FeedSummary, FileResult, LoadReport
from feeds.loading.statistics import refresh_lookups, refresh_statistics
from feeds.reading.recognise import Recognised, Unreadable, discover
from feeds.shapes.scope import Scope

__all__ = ["LoadReport", "check", "feeds", "load_file", "load_source", "status"]

# after these the store knows more about places than before
_REFERENCE_STAGES = {STAGES.index(s) for s in ("parent", "edition_change", "area", "postcode")}
_LOOKUP_STAGES = {STAGES.index(s) for s in ("parent", "edition_change")}
_RECORD_STAGES = {STAGES.index(s) for s in ("event", "outcome", "stop")}


def _silent(_: str) -> None:
    return None


def load_source(
    folder: Path,
    *,
    say: Callable[[str], None] = _silent,
    force_name: str | None = None,
    region: RegionSettings | None = None,
    catalogue: Catalogue | None = None,
    actor: str = "pipeline",
    again: bool = False,
    only: str = "",
) -> LoadReport:
    """Load every file of a folder that the catalogue knows; `say` gets one line a file.

    force_name and region say which force area is served (default: RegionSettings). again takes up bytes that a later delivery had replaced.
    only: the one feed to load from an archive of many; files of the others stand in nobody's way, and none of its own is a FeedError.
    Raises FeedError where there is no such folder, DatabaseUnavailable where the database is down and UserError where its disk is full: the
    files before that are in, whole.
    """
    started = time.perf_counter()
    region = region or RegionSettings()
    if force_name is not None:
        region = region.model_copy(update={"force_name": force_name})
    catalogue = catalogue or read_catalogue()
    results: list[FileResult] = []

    def note(result: FileResult) -> None:
        results.append(result)
        say(str(result))

    queue: list[Recognised] = []
    elsewhere: list[Recognised] = []
    for found in discover(folder, catalogue):
        if only and not _is_of(found, only):
            continue
        if isinstance(found, Unreadable):
            note(FileResult(found.label, "", "refused" if found.refused else "unrecognised", message=found.message))
        elif found.feed is None:
            unknown = f"no feed of the catalogue knows its name or columns{f'; {found.why}' if found.why else ''}"
            note(FileResult(found.source.label, "", "unrecognised", message=unknown))
        elif not found.feed.writes:
            note(
                FileResult(
                    found.source.label, found.feed.id, "not_used", message=found.feed.unused or "the catalogue writes nothing of it"
                )
            )
        elif is_elsewhere(found, region):
            elsewhere.append(found)
        else:
            queue.append(found)
    if only and not queue and not results:
        raise FeedError(f"holds no file of feed {only}", where=str(folder), hint="look at what the publisher gives now.")
    ours = any("force" in found.groups for found in queue)
    for found in elsewhere:
        # an archive of every force holds ours too; where nothing is ours, the setting is wrong or the files are
        message = "of another force" if ours else f"of another force than {region.slug}, as every police file here is"
        hint = "" if ours else "; HOMEGROUND_REGION_FORCE_NAME or HOMEGROUND_REGION_FORCE_SLUG says which force is served"
        feed_id = found.feed.id if found.feed else ""
        results.append(FileResult(found.source.label, feed_id, "elsewhere" if ours else "refused", message=message + hint))
    for line in _say_elsewhere(elsewhere, region, ours=ours):
        say(line)
    for result in _load_in_order(queue, region, catalogue, actor, again):
        note(result)
    if written := {r.feed for r in results if r.status == "loaded"}:
        with db.transaction(Role.PIPELINE) as connection:
            refresh_statistics(connection, {w.shape for f in catalogue.feed if f.id in written for w in f.writes})
    return LoadReport(tuple(results), time.perf_counter() - started)


def _is_of(found: Recognised | Unreadable, feed_id: str) -> bool:
    """Whether a file is of the feed; an archive that cannot be opened is everybody's fault."""
    if isinstance(found, Unreadable):
        return found.refused
    return found.feed is not None and found.feed.id == feed_id


def is_elsewhere(found: Recognised, region: RegionSettings) -> bool:
    """Whether a file's name says that it is of another force than the region's: an archive of police.uk holds every force."""
    return found.groups.get("force", region.slug) != region.slug


def _say_elsewhere(found: list[Recognised], region: RegionSettings, *, ours: bool) -> Iterator[str]:
    """One line an archive or folder, not one a file: the archive of three years holds some 4,600 files of other forces. ours: whether
    any file here is the region's; where none is, these are refused."""
    by_holder: dict[str, list[Recognised]] = {}
    for one in found:
        holder = one.source.path.name if one.source.member else f"{Path(one.source.label).parent.as_posix()}/"
        by_holder.setdefault(holder, []).append(one)
    for holder, files in by_holder.items():
        forces = sorted({f.groups["force"] for f in files})
        named = ", ".join(forces[:3]) + (f" and {len(forces) - 3} more" if len(forces) > 3 else "")
        if ours:
            yield f"elsewhere {holder}: {len(files):,} files of other forces than {region.slug} left alone ({named})"
        else:
            yield (
                f"refused {holder}: {len(files):,} files of {named}, and no police file here is of {region.slug}, which"
                " HOMEGROUND_REGION_FORCE_NAME says is served"
            )


def load_file(
    path: Path, *, region: RegionSettings | None = None, catalogue: Catalogue | None = None, actor: str = "pipeline"
) -> LoadReport:
    """Load one file, or one archive of many."""
    return load_source(path, region=region, catalogue=catalogue, actor=actor)


def _load_in_order(
    queue: list[Recognised], region: RegionSettings, catalogue: Catalogue, actor: str, again: bool
) -> Iterator[FileResult]:
    """Each file's result as it comes: reference data first, and what the store knows read anew after it has changed."""
    position = {feed.id: i for i, feed in enumerate(catalogue.feed)}
    scope = Scope(region)
    known = _known_bytes() if queue else frozenset()
    pool = db.engine(Role.PIPELINE) if queue else None
    stages: dict[int, list[tuple[Feed, Recognised]]] = {}
    slots = {found.source.label: found.slot for found in queue}
    loaded: dict[tuple[str, str], str] = {}
    for found in queue:
        if found.feed is not None:
            stages.setdefault(found.feed.stage, []).append((found.feed, found))
    for stage in sorted(stages):
        changed = False
        files = sorted(stages[stage], key=lambda pair: (position[pair[0].id], pair[1].source.label))
        for label, feed_id, ready in _prepared(files, scope, known, ahead=stage in _RECORD_STAGES):
            started = time.perf_counter()
            try:
                result = load_prepared(ready(), actor=actor, again=again, pool=pool)
            except FeedError as error:
                result = FileResult(label, feed_id, "refused", seconds=time.perf_counter() - started, message=str(error))
            if result.status == "loaded":
                changed = True
                result = _beside(result, slots[label], loaded)
            yield result
        if stage in _LOOKUP_STAGES:
            with db.transaction(Role.PIPELINE) as connection:
                write_region(connection, region, actor=actor)
                if changed:
                    refresh_lookups(connection)
        if changed and stage in _REFERENCE_STAGES:
            scope = Scope(region)


def _beside(result: FileResult, slot: str, loaded: dict[tuple[str, str], str]) -> FileResult:
    """The result, with a word where the same load stored another file for the same slot, which gave way. loaded: files by feed and slot."""
    before = loaded.get((result.feed, slot))
    loaded[result.feed, slot] = result.file
    if before is None:
        return result
    told = f"in place of {before}, which this load stored for the same slot; leave one of them out"
    return replace(result, message="; ".join(filter(None, (result.message, told))))


def _prepared(
    files: list[tuple[Feed, Recognised]], scope: Scope, known: frozenset[str], *, ahead: bool
) -> Iterator[tuple[str, str, Callable[[], Prepared]]]:
    """Each file's label and feed, and what gives it prepared.

    ahead: while one file is stored, another thread reads and screens the one after it. Only for records: reference data is screened by
    what the file before it brought.
    """
    if not ahead:
        yield from ((found.source.label, feed.id, partial(prepare, found, scope, known)) for feed, found in files)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="prepare") as other:
        waiting = [other.submit(prepare, found, scope, known) for _, found in files[:1]]
        for number, (feed, found) in enumerate(files):
            ready = waiting.pop()
            wait((ready,))
            if number + 1 < len(files):
                waiting.append(other.submit(prepare, files[number + 1][1], scope, known))
            yield found.source.label, feed.id, ready.result


def _known_bytes() -> frozenset[str]:
    """Hashes of everything that was ever offered: what is likely to change nothing need not be taken apart."""
    with db.transaction(Role.PIPELINE) as connection:
        return frozenset(db.fetch(connection, "feeds/known_bytes")["sha256"])


def status() -> tuple[DeliveryStatus, ...]:
    """Every delivery that the store knows, newest first within its feed and slot."""
    with db.transaction(Role.PIPELINE) as connection:
        rows = db.fetch(connection, "feeds/status")
    return tuple(DeliveryStatus(**{str(k): v for k, v in row.items()}) for row in rows.astype(object).to_dict("records"))


def feeds() -> tuple[FeedSummary, ...]:
    """Every feed of the catalogue, in order."""
    return tuple(
        FeedSummary(
            f.id,
            f.title,
            f.publisher,
            f.terms,
            f.sensitivity,
            f.edition,
            tuple(dict.fromkeys(w.shape for w in f.writes)),
            None if f.agreement is None else f.agreement.expires,
        )
        for f in read_catalogue().feed
    )


def check(path: Path = CATALOGUE) -> CatalogueCheck:
    """The catalogue's size, where it is valid; UserError naming file, feed and key where it is not."""
    catalogue = read_catalogue(path)
    if found := faults(catalogue):
        raise UserError("; ".join(found), where=str(path), hint="docs/feeds.md lists the keys of a feed.")
    shapes = sorted({w.shape for f in catalogue.feed for w in f.writes})
    return CatalogueCheck(path.name, len(catalogue.feed), sum(bool(f.writes) for f in catalogue.feed), tuple(shapes))
