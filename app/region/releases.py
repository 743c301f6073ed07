"""The releases so far, and what changed from the one before to this one in each district."""

from __future__ import annotations

from app.area.change_over_time import change_over_time
from app.area.glance import key_categories
from app.look import wording
from app.look.markup import Cell, Table
from core.db import Role, transaction
from core.languages.spoken import called, mark, say
from published.release import Place, Release
from published.releases import Listed, every_release

_STATUS = {"current": mark("shown now"), "superseded": mark("replaced by a newer one"), "withdrawn": mark("withdrawn")}


def releases_table() -> Table:
    """Newest first, those that were withdrawn with the reason."""
    with transaction(Role.COMMUNITY) as connection:
        found = every_release(connection)
    rows = [
        [
            Cell(say("Release %(number)s", number=r.release_id), (r.title,)),
            Cell(str(r.covered.period), (r.covered.coverage,)),
            Cell(wording.day(r.published_at), (_status(r),)),
            Cell(f"{r.figures:,}", (say("%(shown)s as numbers", shown=f"{r.shown:,}"),), number=True),
            Cell(
                "" if r.withdrawn else say("Certificate (JSON)"),
                link="" if r.withdrawn else f"/download/certificate/{r.release_id}.json",
            ),
        ]
        for r in found
    ]
    columns = [
        Cell(say("Release")),
        Cell(say("Period")),
        Cell(say("Published")),
        Cell(say("Figures"), number=True),
        Cell(say("Its check")),
    ]
    return Table(say("Releases, newest first"), columns, rows, scrolls=say("Table of releases"))


def _status(listed: Listed) -> str:
    return f"{called(_STATUS.get(listed.status, listed.status))}{f': {listed.withdrawn}' if listed.withdrawn else ''}"


def changes_table(release: Release) -> Table | None:
    """The whole area and its districts, violence first; None while there is no release before."""
    first = key_categories(release)
    rows = []
    since = ""
    for place in _places(release):
        view = release.for_place(place)
        change = change_over_time(view, place)
        if change is None:
            continue
        since = str(change.spans[-2].covered.period)
        words = {r.category.category: r.words for r in change.rows}
        rows.append(
            [
                Cell(place.label, link=f"/area/{place.geography}/{place.code}"),
                *(Cell(words.get(c.category, say("not published in both"))) for c in first),
            ]
        )
    if not rows:
        return None
    caption = say(
        "Recorded in %(before)s and in %(now)s, side by side", before=since, now=release.for_level("lad").covered.in_sentence
    )
    return Table(caption, [Cell(say("Area")), *(Cell(c.label) for c in first)], rows, scrolls=say("Table of changes"))


def _places(release: Release) -> list[Place]:
    return [*release.of("all"), *release.of("force"), *release.of("lad")]
