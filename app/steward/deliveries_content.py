"""What the page Deliveries says: what waits, what is late, what became of every row, agreements that end, and who used it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from app.look import wording
from app.look.markup import Cell, Table, Tile
from app.person.reading import Reader
from app.person.sign_in import ROLE_NAMES, Person, ProfessionalRole
from app.steward import store
from app.steward.store import Delivery, Feed, Rejected, Run, Task, Use
from core.contracts import LATE_AFTER

# days ahead within which an agreement that ends is said, and days back of what was rejected
SOON_DAYS, RECENT_DAYS = 90, 30
# days over which the use of data is told, unless somebody asks for others
BACK_DAYS = 90
# as many earlier deliveries are compared with as where it was held (feeds.catalogue.shift)
_USUAL_OF, _KINDS, _LISTED = 24, 8, 40

STATUS = {
    "loaded": "in the store",
    "superseded": "replaced by a later one",
    "held": "waits for you",
    "refused": "refused, its bytes dropped",
}
# which parts of the analysis a page shows, by what the audit trail calls the page
_SHOWS = {
    "my_patch": ("My patch", ("hotspot", "foretell", "emerging", "count")),
    "hot_spots": ("Hot spots", ("hotspot", "grid", "stability")),
    "recorded": ("Hot spots, plainly", ("count",)),
    "where_next": ("Where next", ("foretell",)),
    "early_warning": ("Early warning", ("warn",)),
    "track_record": ("Track record", ("track_record",)),
    "my_dashboard": ("My dashboard", ("count", "records")),
    "serious_violence": ("Serious violence", ("count", "records")),
    "stop_and_search": ("Stop and search", ("records",)),
    "outcomes": ("Outcomes", ("records",)),
    # as one page was called that had both
    "outcomes_and_searches": ("Outcomes and searches", ("records",)),
    "risk_overlaps": ("Risk overlaps", ("factor", "likeness")),
    "service_reach": ("Services", ("reach",)),
    "risk_model": ("Models", ("risk_model",)),
    "own_area": ("An area you choose", ("release",)),
    "place_brief": ("Place brief", ("release",)),
}


@dataclass(frozen=True)
class Late:
    """A feed of which something stands that is older than its cadence allows. newest: the last month, or when it was last loaded."""

    feed: str
    newest: str
    age_days: int
    expected_days: int


@dataclass(frozen=True)
class Chosen:
    """What the boxes of the page hold. feed: '' for all; file: one with rejected rows; data: whose use is asked for; days: how far back."""

    feed: str
    file: int | None
    data: str
    days: int


@dataclass(frozen=True)
class Inbox:
    """What the page says, read in one transaction. listed: deliveries of the feed that was chosen; faulty: those of them with rejected rows;
    rejected: of the file that was chosen; used: of the data that was chosen, so many days back."""

    every: Sequence[Delivery]
    held: Sequence[Delivery]
    late: Sequence[Late]
    agreed: Sequence[tuple[Feed, int]]
    runs: Mapping[str, Run]
    workers: int
    tasks: Sequence[Task]
    listed: Sequence[Delivery]
    faulty: Mapping[int, Delivery]
    rejected: Sequence[Rejected]
    feeds: Sequence[str]
    used: Table | None


def build(reader: Reader, chosen: Chosen, today: date) -> Inbox:
    """What is chosen and is not there any more is the first of what is."""
    catalogue = store.catalogue()
    every = store.deliveries(reader)
    listed = [d for d in every if chosen.feed in ("", d.feed)]
    faulty = {d.delivery_id: d for d in listed if d.rejected}
    file = chosen.file if chosen.file in faulty else next(iter(faulty), None)
    feeds = sorted({d.feed for d in every}, key=lambda f: title_of(f, catalogue))
    data = chosen.data if chosen.data in feeds else next(iter(feeds), "")
    return Inbox(
        every=every,
        held=[d for d in every if d.status == "held"][::-1],
        late=late_feeds(every, catalogue, today),
        agreed=agreements(catalogue, (d.feed for d in every), today),
        runs=store.runs(reader),
        workers=store.workers(reader),
        tasks=store.tasks(reader),
        listed=listed,
        faulty=faulty,
        rejected=() if file is None else store.rejected(reader, file),
        feeds=feeds,
        used=used(data, store.uses(reader, today - timedelta(days=chosen.days)), store.inputs(reader)) if data else None,
    )


def title_of(feed: str, catalogue: Mapping[str, Feed]) -> str:
    return catalogue[feed].title if feed in catalogue else feed


def who(person: Person, actor: str) -> str:
    return "you" if actor == person.actor else actor


def whoever(person: Person, actor: str) -> str:
    """The same at the beginning of a sentence; the name under which somebody signs in stays as it is."""
    return "You" if actor == person.actor else actor


def late_feeds(deliveries: Sequence[Delivery], catalogue: Mapping[str, Feed], today: date) -> list[Late]:
    """The longest overdue first; by the rule of 'homeground feeds status'."""
    found = []
    for feed_id in dict.fromkeys(d.feed for d in deliveries if d.status == "loaded"):
        allowed = LATE_AFTER.get(catalogue[feed_id].cadence) if feed_id in catalogue else None
        if allowed is None:
            continue
        standing = [d for d in deliveries if d.feed == feed_id and d.status == "loaded"]
        months = [d.period_end for d in standing if d.period_end is not None]
        last = max(d.loaded_at for d in standing).date()
        since = _month_end(max(months)) if months else last
        age = today - since
        if age > allowed:
            newest = wording.month(max(months)) if months else f"loaded {wording.day(last)}"
            found.append(Late(feed_id, newest, age.days, allowed.days))
    return sorted(found, key=lambda f: f.expected_days - f.age_days)


def _month_end(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def agreements(catalogue: Mapping[str, Feed], standing: Iterable[str], today: date) -> list[tuple[Feed, int]]:
    """Agreements of feeds of which something was delivered, with the days that they still hold, the soonest to end first."""
    known = [catalogue[f] for f in dict.fromkeys(standing) if f in catalogue]
    return sorted(((f, (f.expires - today).days) for f in known if f.expires is not None), key=lambda found: found[1])


def head_tiles(
    deliveries: Sequence[Delivery], late: Sequence[Late], agreed: Sequence[tuple[Feed, int]], today: date, *, yours: bool = False
) -> list[Tile]:
    """yours: for the agency that delivers, and not for the steward."""
    held = [d for d in deliveries if d.status == "held"]
    recent = [d for d in deliveries if (today - d.loaded_at.date()).days <= RECENT_DAYS and d.status != "superseded"]
    rejected, rows_in = sum(d.rejected for d in recent), sum(d.rows_in for d in recent)
    ending = [f for f, days in agreed if days <= SOON_DAYS]
    share = f"{100 * rejected / rows_in:.2f}% of {rows_in:,} rows" if rows_in else "nothing came in"
    oldest = min((d.loaded_at for d in held), default=None)
    return [
        Tile(
            "Held",
            f"{len(held)}",
            (f"the longest since {wording.day(oldest)}" if oldest else "nothing waits" if yours else "nothing waits for you",),
        ),
        Tile("Late feeds", f"{len(late)}", ("of those whose publisher has a rhythm",)),
        Tile(f"Rows rejected, {RECENT_DAYS} days", f"{rejected:,}", (share,)),
        Tile("Agreements that end", f"{len(ending)}", (f"within {SOON_DAYS} days, or ended",)),
    ]


def period_of(delivery: Delivery) -> str:
    """Its months in words; '' where it tells of none."""
    first, last = delivery.period_start, delivery.period_end
    if first is None or last is None:
        return ""
    return wording.month(first) if first == last else f"{wording.month(first)} to {wording.month(last)}"


def earlier_of(held: Delivery, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Deliveries of the same series that stand, the nearest in time first: the slot is the same but for its month."""

    def series(of: Delivery) -> str:
        return of.slot if of.period_start is None else of.slot.replace(f"{of.period_start:%Y-%m}", "")

    def away(of: Delivery) -> int:
        return abs((of.period_end or of.loaded_at.date()).toordinal() - (held.period_end or held.loaded_at.date()).toordinal())

    alike = [d for d in deliveries if d.feed == held.feed and d.status == "loaded" and d.profile and series(d) == series(held)]
    return sorted(alike, key=away)[:_USUAL_OF]


def beside_earlier(held: Delivery, earlier: Sequence[Delivery]) -> Table:
    """A held delivery in figures beside what is usual and what came nearest to it."""
    usual = f"Usual ({wording.plural(len(earlier), 'delivery', 'deliveries')})" if earlier else "Usual"
    columns = [Cell("Figure"), Cell("This one", number=True), Cell(usual, number=True), Cell("Nearest in time", number=True)]
    names: dict[str, None] = {}
    for one in (held, *earlier):
        names |= dict.fromkeys(sorted(one.profile.get("categories", {}), key=lambda n: -one.profile["categories"][n]))

    def monthly(of: Delivery, kind: str = "") -> float:
        amount = of.profile.get("categories", {}).get(kind, 0) if kind else of.profile.get("rows", 0)
        return float(amount) / max(int(of.profile.get("months", 1)), 1)

    def share(of: Delivery, what: str) -> float:
        rows = of.profile.get("rows", 0) + (of.profile.get("rejected", 0) if what == "rejected" else 0)
        return 100 * float(of.profile.get(what, 0)) / rows if rows else 0.0

    lines: list[tuple[str, Callable[[Delivery], float], str]] = [
        ("Rows a month", monthly, "{:,.0f}"),
        ("Rejected", partial(share, what="rejected"), "{:.1f}%"),
        ("Without a place", partial(share, what="unplaced"), "{:.1f}%"),
    ]
    lines += [(f"{name}, a month", partial(monthly, kind=name), "{:,.0f}") for name in list(names)[:_KINDS]]
    rows = []
    for label, figure, shape in lines:
        before = [figure(d) for d in earlier]
        cells = (figure(held), statistics.median(before), before[0]) if before else (figure(held), None, None)
        rows.append([Cell(label), *(Cell("none" if c is None else shape.format(c), number=True) for c in cells)])
    return Table("The delivery beside those before it", columns, rows, scrolls="The delivery beside those before it")


def accounting(deliveries: Sequence[Delivery], catalogue: Mapping[str, Feed], *, yours: bool = False) -> Table:
    """What became of every row: rows in = kept + left out + outside the area + rejected. yours: for the agency that delivers."""
    columns = [Cell("Delivery")] + [
        Cell(t, number=True) for t in ("Rows in", "Kept", "Left out", "Outside", "Rejected", "No place")
    ] + [Cell("State")]  # fmt: skip
    rows = []
    for d in deliveries[:_LISTED]:
        state = "waits for a steward" if yours and d.status == "held" else STATUS.get(d.status, d.status)
        notes = (title_of(d.feed, catalogue), f"{d.delivery_id}, {wording.day(d.loaded_at)}")
        numbers = (d.rows_in, d.kept, d.left_out, d.outside, d.rejected, d.unplaced)
        rows.append([Cell(d.file_name, notes), *(Cell(f"{n:,}", number=True) for n in numbers), Cell(state, (d.decided,))])
    caption = (
        "Rows in = kept + left out by the feed's own rule + outside the area + rejected. Rows without a place are among those kept."
        + (f" The {_LISTED} newest of {len(deliveries):,}." if len(deliveries) > _LISTED else "")
    )
    return Table(caption, columns, rows, scrolls="What became of every row")


def rejected_table(found: Sequence[Rejected]) -> Table:
    rows = [
        [Cell(f"{r.field} {r.reason}".strip()), Cell(f"{r.lines:,}", number=True), Cell(f"{r.first_line:,}", number=True)]
        for r in found
    ]
    columns = [Cell("Why"), Cell("Rows", number=True), Cell("First line", number=True)]
    return Table("Why rows were rejected; the line counts the file's head", columns, rows, narrow=True)


def late_table(late: Sequence[Late], runs: Mapping[str, Run], catalogue: Mapping[str, Feed], *, yours: bool = False) -> Table:
    """yours: for the agency that delivers: what the worker tried is not its business."""
    rows = []
    for one in late:
        run = runs.get(one.feed)
        said = f"{run.outcome}, {wording.day(run.started_at)}" if run else "the worker has not tried it"
        rows.append(
            [
                Cell(title_of(one.feed, catalogue), (catalogue[one.feed].publisher,)),
                Cell(one.newest),
                Cell(f"{one.age_days:,}", (f"late after {one.expected_days:,}",), number=True),
                *([] if yours else [Cell(said, (run.message,) if run else ())]),
            ]
        )
    columns = [Cell("Feed"), Cell("Newest"), Cell("Days old", number=True), *([] if yours else [Cell("Last try")])]
    caption = "Feeds of which something newer is expected" if yours else "Feeds that are late: ask the publisher"
    return Table(caption, columns, rows, scrolls="Late feeds")


def agreements_table(agreed: Sequence[tuple[Feed, int]]) -> Table:
    rows = []
    for feed, days in agreed:
        left = "ended: its files are not read" if days < 0 else f"in {days:,} days"
        ends = "" if feed.expires is None else wording.day(feed.expires)
        rows.append([Cell(feed.title, (feed.publisher,)), Cell(feed.reference, (feed.owner,)), Cell(ends, (left,))])
    columns = [Cell("Feed"), Cell("Agreement"), Cell("Ends")]
    return Table(
        "Agreements of feeds of which something was delivered, the soonest to end first", columns, rows, scrolls="Agreements"
    )


def used(feed: str, uses: Sequence[Use], inputs: Sequence[tuple[str, str]]) -> Table:
    """Who looked at or took away what was made of a feed: page x action x role."""
    parts = {stage for stage, of in inputs if of == feed}
    rows = []
    for use in sorted(uses, key=lambda u: -u.times):
        page, shows = _SHOWS.get(use.subject, ("", ()))
        if parts.isdisjoint(shows):
            continue
        role = ROLE_NAMES[ProfessionalRole(use.role)] if use.role in set(ProfessionalRole) else use.role or "not noted"
        action = "taken away" if use.action == "export" else "looked at"
        rows.append(
            [
                Cell(page, (action,)), Cell(role), Cell(f"{use.people:,}", number=True), Cell(f"{use.times:,}", number=True),
                Cell(wording.day(use.last_at)),
            ]
        )  # fmt: skip
    columns = [Cell("Page"), Cell("Role"), Cell("People", number=True), Cell("Times", number=True), Cell("Last")]
    return Table("Pages made of this feed, by who looked at them, from the audit trail", columns, rows, scrolls="Who used it")


_ASKED = {"accept": "load it", "refuse": "drop it", "build": "build a candidate", "publish": "publish it"}
_STATE = {"waiting": "waits for a worker", "running": "is under way", "done": "is done", "failed": "failed"}


def task_line(task: Task, person: Person) -> str:
    """One task in a sentence: who asked for what, how it stands, and what was said last."""
    asked = f"{whoever(person, task.asked_by)} asked to {_ASKED[task.kind]} ({wording.day(task.asked_at)})"
    return f"{asked}. It {_STATE[task.state]}{f': {task.said}' if task.said else ''}."
