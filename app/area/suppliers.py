"""Of a hub: which force supplied which figures, and when. Nothing in an installation of one force."""

from __future__ import annotations

from app.look import wording
from app.look.markup import Cell, Table
from core.languages.spoken import say, say_many
from published.release import Place, Release, Source


def suppliers_table(release: Release) -> Table | None:
    """One row a force; None where there is one force alone."""
    if not release.suppliers:
        return None
    rows = [
        [
            Cell(s.name, (say("release %(number)s of its own", number=s.number),)),
            Cell(wording.day(s.published_at), (say("taken in here %(day)s", day=wording.day(s.added_at)),)),
            Cell(str(s.covered.period), (s.covered.coverage,)),
            Cell(f"{s.figures:,}", (say("%(shown)s as numbers", shown=f"{s.shown:,}"),), number=True),
        ]
        for s in release.suppliers
    ]
    columns = [Cell(say("Police force")), Cell(say("Published")), Cell(say("Newest period")), Cell(say("Figures"), number=True)]
    return Table(say("Who supplied the figures, and when"), columns, rows, scrolls=say("Table of who supplied the figures"))


def months_of_all(release: Release) -> str:
    """The months that all figures of a release are of; of a hub whose forces have other months, that each page says which its own are."""
    return str(release.covered) if _of_one_time(release) else say("over the months that each police force has supplied")


def gaps_of_all(release: Release) -> str:
    """Which months are missing from all figures; '' where none are, or where forces miss other months: then each page says it of its own."""
    return release.covered.gaps_note if _of_one_time(release) else ""


def _of_one_time(release: Release) -> bool:
    return len({(s.period, s.covered.coverage) for s in release.suppliers}) < 2


def how_they_came(release: Release) -> tuple[str, ...]:
    """What joins the figures of several forces, in sentences."""
    if not release.suppliers:
        return ()
    return (
        say_many(
            "These figures come from %(count)s police force. Each force keeps its own records. It protects small numbers itself and hands"
            " over what may be seen, signed with its key.",
            "These figures come from %(count)s police forces. Each force keeps its own records. It protects small numbers itself and hands"
            " over what may be seen, signed with its key.",
            len(release.suppliers),
        ),
        say(
            "Before a force's figures are shown here, they are attacked by a program that knows only what is printed: alone, and together"
            " with those of every other force that has a place in common. Figures that give a small number away are not shown."
        ),
        say(
            "Figures of the whole area are sums of the numbers that all forces print. Where a force withholds one, there is a range. Where"
            " forces have other months, there is no sum."
        ),
    )


def supplied_by(release: Release, place: Place) -> str:
    """Who supplied the figures of a place, and when; '' outside of a hub."""
    if not release.suppliers:
        return ""
    own = release.supplier(place)
    if own is None:
        return say("Sums of the figures of %(forces)s.", forces=wording.listed([s.name for s in release.suppliers]))
    return say(
        "Figures of %(force)s: its release %(number)s, published %(published)s and taken in here %(added)s.",
        force=own.name,
        number=own.number,
        published=wording.day(own.published_at),
        added=wording.day(own.added_at),
    )


def sources_of(release: Release, place: Place) -> tuple[Source, ...]:
    """What the figures of a place were made from."""
    return tuple(s for s in release.sources if place.supplier is None or s.supplier in ("", place.supplier))
