"""Of a hub: which force supplied which figures, and when. Nothing in an installation of one force."""

from __future__ import annotations

from app.look import wording
from app.look.markup import Cell, Table
from published.release import Place, Release, Source


def suppliers_table(release: Release) -> Table | None:
    """One row a force; None where there is one force alone."""
    if not release.suppliers:
        return None
    rows = [
        [
            Cell(s.name, (f"release {s.number} of its own",)),
            Cell(wording.day(s.published_at), (f"taken in here {wording.day(s.added_at)}",)),
            Cell(str(s.covered.period), (s.covered.coverage,)),
            Cell(f"{s.figures:,}", (f"{s.shown:,} as numbers",), number=True),
        ]
        for s in release.suppliers
    ]
    columns = [Cell("Police force"), Cell("Published"), Cell("Newest period"), Cell("Figures", number=True)]
    return Table("Who supplied the figures, and when", columns, rows, scrolls="Table of who supplied the figures")


def how_they_came(release: Release) -> tuple[str, ...]:
    """What joins the figures of several forces, in sentences."""
    if not release.suppliers:
        return ()
    return (
        f"These figures come from {wording.plural(len(release.suppliers), 'police force')}. Each force keeps its own records. It protects"
        " small numbers itself and hands over what may be seen, signed with its key.",
        "Before a force's figures are shown here, they are attacked by a program that knows only what is printed: alone, and together with"
        " those of every other force that has a place in common. Figures that give a small number away are not shown.",
        "Figures of the whole area are sums of the numbers that all forces print. Where a force withholds one, there is a range. Where forces"
        " have other months, there is no sum.",
    )


def supplied_by(release: Release, place: Place) -> str:
    """Who supplied the figures of a place, and when; '' outside of a hub."""
    if not release.suppliers:
        return ""
    own = release.supplier(place)
    if own is None:
        return f"Sums of the figures of {wording.listed([s.name for s in release.suppliers])}."
    return (
        f"Figures of {own.name}: its release {own.number}, published {wording.day(own.published_at)} and taken in here"
        f" {wording.day(own.added_at)}."
    )


def sources_of(release: Release, place: Place) -> tuple[Source, ...]:
    """What the figures of a place were made from."""
    return tuple(s for s in release.sources if place.supplier is None or s.supplier in ("", place.supplier))
