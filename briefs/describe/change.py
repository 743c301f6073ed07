"""How recorded numbers of the place changed since earlier releases: published counts, and of what is withheld only what its range says."""

from __future__ import annotations

from collections.abc import Sequence

from briefs import wording
from briefs.content import Bullets, Column, Paragraph, Section, Table
from briefs.facts import NO_CELL, Facts
from published.count_change import cell_change, months_note
from published.earlier import Earlier


def change_over_time(facts: Facts) -> tuple[Section, ...]:
    """A section where an earlier release has a period of its own, none otherwise."""
    if not facts.earlier:
        return ()
    now = Earlier(
        facts.release.release_id,
        facts.release.covered,
        {c.category: cell for c in facts.release.categories if (cell := facts.release.cell(facts.place, c.category)) is not None},
    )
    spans = (*reversed(facts.earlier), now)
    rows, shown = [], []
    for category in facts.release.categories:
        cells = [s.cells.get(category.category, NO_CELL) for s in spans]
        shown += cells
        rows.append((category.label, *(c.text for c in cells), _last_change(category.category, spans)))
    table = Table(
        caption=f"Recorded incidents in {facts.place.label}, period by period as published",
        columns=(
            Column("Group of offences"),
            *(Column(str(s.covered), numeric=True) for s in spans),
            Column("Change since the period before"),
        ),
        rows=tuple(rows),
        note=wording.symbols(shown),
    )
    earlier = wording.list_of([str(s.release_id) for s in spans[:-1]])
    months = months_note(spans[-2].covered, spans[-1].covered)
    said = (
        *([months] if months else []),
        f"The earlier figures are those of release {earlier}, as published then."
        if len(spans) == 2
        else f"The earlier figures are those of releases {earlier}, as published then.",
        f"Of {len(rows):,} groups at least 1 in 20 would seem to change by chance alone, and more where incidents come in series.",
        "A change is of what was recorded. Reporting and recording change, too.",
    )
    return (Section("Change over time", (Paragraph(_lead(facts, spans)), table, Bullets(said))),)


def _last_change(category: str, spans: Sequence[Earlier]) -> str:
    before, now = spans[-2], spans[-1]
    return cell_change(before.cells.get(category), before.covered.loaded, now.cells.get(category), now.covered.loaded)


def _lead(facts: Facts, spans: Sequence[Earlier]) -> str:
    total = facts.release.total.category if facts.release.total else ""
    cells = [s.cells.get(total, NO_CELL) for s in spans[-2:]]
    if cells[0].count is None or cells[1].count is None:
        return "Periods that were released before, beside the one of this brief. No month is in two of them."
    change = _last_change(total, spans)
    before, now = (s.covered.in_sentence for s in spans[-2:])
    return f"In {now}, beside {before}, the number recorded in all {change}. No month is in two of these periods."
