"""The releases so far, and what changed from the one before to this one in each district."""

from __future__ import annotations

from app.area.change_over_time import change_over_time
from app.area.glance import key_categories
from app.look import wording
from app.look.markup import Cell, Table
from core.db import Role, transaction
from published.release import Place, Release
from published.releases import Listed, every_release

_STATUS = {"current": "shown now", "superseded": "replaced by a newer one", "withdrawn": "withdrawn"}


def releases_table() -> Table:
    """Newest first, those that were withdrawn with the reason."""
    with transaction(Role.COMMUNITY) as connection:
        found = every_release(connection)
    rows = [
        [
            Cell(f"Release {r.release_id}", (r.title,)),
            Cell(str(r.covered.period), (r.covered.coverage,)),
            Cell(wording.day(r.published_at), (_status(r),)),
            Cell(f"{r.figures:,}", (f"{r.shown:,} as numbers",), number=True),
            Cell(
                "" if r.withdrawn else "Certificate (JSON)",
                link="" if r.withdrawn else f"/download/certificate/{r.release_id}.json",
            ),
        ]
        for r in found
    ]
    columns = [Cell("Release"), Cell("Period"), Cell("Published"), Cell("Figures", number=True), Cell("Its check")]
    return Table("Releases, newest first", columns, rows, scrolls="Table of releases")


def _status(listed: Listed) -> str:
    return f"{_STATUS.get(listed.status, listed.status)}{f': {listed.withdrawn}' if listed.withdrawn else ''}"


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
                *(Cell(words.get(c.category, "not published in both")) for c in first),
            ]
        )
    if not rows:
        return None
    caption = f"Recorded in {since} and in {release.for_level('lad').covered.in_sentence}, side by side"
    return Table(caption, [Cell("Area"), *(Cell(c.label) for c in first)], rows, scrolls="Table of changes")


def _places(release: Release) -> list[Place]:
    return [*release.of("all"), *release.of("force"), *release.of("lad")]
