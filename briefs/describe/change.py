"""How recorded numbers of the place changed since earlier releases: published counts, and of what is withheld only what its range says."""

from __future__ import annotations

from collections.abc import Sequence

from briefs import wording
from briefs.content import Block, Bullets, Column, Paragraph, Section, Table
from briefs.drawn.trend_chart import Step, draw_periods
from briefs.facts import NO_CELL, Facts
from published.count_change import cell_change, months_note
from published.findings import violent
from published.release import Place
from published.releases import Earlier


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
    return (Section("Change over time", (Paragraph(_lead(facts, spans)), *_trend(facts, spans), table, Bullets(said))),)


def _trend(facts: Facts, spans: Sequence[Earlier]) -> list[Block]:
    """Violence period by period, beside the area around; nothing where fewer than two periods are known."""
    kinds = violent(facts.release.categories)
    if not kinds:
        return []
    around = facts.release.wider(facts.place)
    before = {e.covered.period: e for e in facts.earlier_around}
    whole = []
    if around is not None:
        now = Earlier(facts.release.release_id, facts.release.covered, {kinds[0].category: facts.cell(around, kinds[0].category)})
        whole = [e for s in spans[:-1] if (e := before.get(s.covered.period)) is not None] + [now]
    figure = draw_periods(
        "trend",
        kinds[0].label,
        _steps(spans, kinds[0].category, facts.place),
        [] if around is None else _steps(whole, kinds[0].category, around),
        "" if around is None else around.name,
    )
    return [] if figure is None else [figure]


def _steps(spans: Sequence[Earlier], category: str, place: Place) -> list[Step]:
    """Rates a year by the residents of now: what changed is what was recorded, not who is divided by."""
    found = []
    for span in spans:
        cell, factor = span.cells.get(category, NO_CELL), span.covered.to_a_year
        rate, ends = cell.rate(place), cell.rate_ends(place)
        if not span.covered.noted:
            continue
        if rate is not None:
            found.append(Step(span.covered, rate.lower * factor, rate.upper * factor, rate.per_1000 * factor))
        elif ends is not None:
            found.append(Step(span.covered, ends[0] * factor, ends[1] * factor, None))
    return found


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
