"""The middle of a brief: what is recorded, and how that stands beside other places. No ranking, no causal verb.

A rate is made from a published count and a published number of residents. A withheld count has at most the rates of the ends of its range.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from briefs import wording
from briefs.content import Block, Bullets, Column, FigureRow, Paragraph, Section, Table
from briefs.drawn.rate_chart import draw_chart
from briefs.facts import Facts
from core.poisson import SIDES
from published import range_words
from published.findings import lower
from published.release import OVERLAY, Category, Place
from published.sums import others_together

# fewer areas than this make no picture of "similar areas"
FEWEST_SIMILAR = 10
# what is withheld is mostly small, so a middle half made from what is left would stand too high
LEAST_PUBLISHED = 0.9


def what_is_recorded(facts: Facts) -> Section:
    """Counts, rates and intervals of the place itself."""
    place = facts.place
    cells = [facts.cell(place, c.category) for c in facts.release.categories]
    covered = facts.release.covered
    rows = []
    for category, cell in zip(facts.release.categories, cells, strict=True):
        rate = cell.rate(place)
        year = [] if covered.per_year is None else [wording.rate(rate, cell, place, covered.per_year)]
        rows.append((category.label, cell.text, wording.rate(rate, cell, place), wording.interval(rate, cell), *year))
    no_interval = f"{wording.NOT_SHOWN} stands where a range has no interval by chance" if any(c.has_range for c in cells) else ""
    note = [wording.symbols(cells), no_interval, _overlay_note(facts)]
    table = Table(
        caption=f"Recorded incidents in {place.label}, {covered.in_sentence}; rates are over {covered.over}",
        columns=(
            Column("Group of offences"),
            Column("Recorded", numeric=True),
            Column("Per 1,000 people", numeric=True),
            Column("95% interval", numeric=True),
            *([] if covered.per_year is None else [Column("The same a year", numeric=True)]),
        ),
        rows=tuple(rows),
        note=". ".join(part.rstrip(".") for part in note if part) + "." if any(note) else "",
    )
    blocks: list[Block] = [
        Paragraph(
            "These are incidents that were reported to the police, or found by them, and recorded. Harm that nobody reported is not"
            f" here. The figures cover {covered.in_sentence}."
        )
    ]
    if cells and all(cell.count is None for cell in cells):
        blocks.append(
            Paragraph(
                f"Every count about {place.label} is given as a range in this release. That says nothing of whether there is much or little"
                " to record here. The larger areas in the next table are the nearest for which exact numbers can be given."
                if all(cell.has_range for cell in cells)
                else f"Every count about {place.label} is withheld or not available in this release. That says nothing of whether"
                " there is much or little to record here: the larger areas in the next table are the nearest that can be given.",
                strong=True,
            )
        )
    blocks.append(table)
    blocks += _ranges(facts)
    blocks.append(Paragraph(_meaning(facts)))
    described = tuple(f"{c.label}: {_sentence(c.description)}" for c in facts.release.categories if c.description)
    if described:
        blocks += [Paragraph("What each group holds:"), Bullets(described)]
    return Section("What is recorded", tuple(blocks))


def months_sentence(facts: Facts) -> str:
    """Which months the figures cover; a month that is missing is named, and what that does to a rate is said."""
    covered = facts.release.covered
    return " ".join(filter(None, (f"The figures cover {covered.in_sentence}.", covered.gaps_note, covered.year_note)))


def _ranges(facts: Facts) -> list[Block]:
    """What a range is, and what the ranges of the place come to together."""
    if not any(facts.cell(facts.place, c.category).has_range for c in facts.release.categories):
        return []
    together = others_together(facts.release, facts.place)
    if together is None:
        return [Paragraph(range_words.RANGE_MEANS)]
    groups = f"The {len(together.categories)} groups of the total that are given as ranges come to {together.count:,} together."
    return [Paragraph(f"{range_words.RANGE_MEANS} {groups}")]


def _overlay_note(facts: Facts) -> str:
    over = [c.label for c in facts.release.categories if c.kind == OVERLAY]
    if not over:
        return ""
    return f"{wording.list_of(over)}: counted within the other groups, so not added to the total again"


def _meaning(facts: Facts) -> str:
    return (
        "The 95% interval is the range of underlying rates that a count of this size is compatible with. A small count has a wide"
        " interval. Where those of two places overlap, the difference may well be chance."
    )


def beside_other_places(facts: Facts) -> Section:
    """The same rates for the areas around, and for areas of similar deprivation, in no order of size."""
    place = facts.place
    blocks: list[Block] = []
    if facts.parents or facts.similar:
        blocks += _comparison(facts)
    blocks += _compared(facts)
    chart = draw_chart(facts)
    if chart is None:
        blocks.append(Paragraph("No chart is drawn, because no rate of this place or the areas around it is published."))
    else:
        blocks.append(chart)
    if not blocks:
        blocks.append(Paragraph(f"This release holds no other area to set {place.label} beside."))
    return Section("Beside other places", tuple(blocks))


def _comparison(facts: Facts) -> list[Block]:
    """The rates a year; over the months loaded where nobody noted how many these are."""
    covered = facts.release.covered
    if not covered.noted:
        return [_rates_table(facts, 1.0, f"Recorded incidents per 1,000 people over {covered.over}, {covered.in_sentence}")]
    caption = f"Recorded incidents a year per 1,000 people, {covered.in_sentence}"
    return [_rates_table(facts, covered.to_a_year, caption)]


def _rates_table(facts: Facts, factor: float, caption: str) -> Table:
    similar = len(facts.similar) >= FEWEST_SIMILAR
    shown = (facts.place, *facts.parents)
    columns = [Column("Group of offences")] + [
        Column(p.name if p != facts.place else f"This {wording.kind(p)}", numeric=True) for p in shown
    ]
    if similar:
        columns.append(Column("Similar areas: middle half", numeric=True))
    rows = []
    for category in facts.release.categories:
        row = [category.label]
        for place in shown:
            cell = facts.cell(place, category.category)
            row.append(wording.rate(cell.rate(place), cell, place, factor))
        if similar:
            half = middle_half(facts, category)
            row.append(f"{half[0] * factor:,.1f} to {half[1] * factor:,.1f}" if half else wording.NOT_SHOWN)
        rows.append(tuple(row))
    cells = [facts.cell(p, c.category) for p in shown for c in facts.release.categories]
    notes = [wording.symbols(cells), _similar_note(facts) if similar else ""]
    return Table(
        caption=caption,
        columns=tuple(columns),
        rows=tuple(rows),
        note=" ".join(f"{part.rstrip('.')}." for part in notes if part),
    )


def middle_half(facts: Facts, category: Category) -> tuple[float, float] | None:
    """Lower and upper quartile of the published rates of similar areas; None where too few of them are published."""
    rates = [r.per_1000 for p in facts.similar if (r := facts.cell(p, category.category).rate(p)) is not None]
    if len(facts.similar) < FEWEST_SIMILAR or len(rates) < LEAST_PUBLISHED * len(facts.similar):
        return None
    lower, _, upper = statistics.quantiles(rates, n=4, method="inclusive")
    return lower, upper


def _similar_note(facts: Facts) -> str:
    return (
        f"Similar areas are the {len(facts.similar):,} other neighbourhoods here in deprivation decile"
        f" {facts.place.deprivation_decile}; half of them lie between the two rates given. {wording.NOT_SHOWN} stands where the count of"
        " more than 1 in 10 of them is withheld, because the middle half of the rest would mislead"
    )


def _compared(facts: Facts) -> list[Block]:
    """How the place stands beside the district, else the whole area, of which it is a part. Words, not ranks."""
    other = facts.release.wider(facts.place)
    if other is None:
        return []
    sides: dict[int | None, list[str]] = {0: [], 1: [], -1: [], None: []}
    for category in facts.release.categories:
        sides[facts.release.beside(facts.place, other, category.category)].append(category.label)
    cannot = "Cannot be compared, because a count is withheld without a range or there is no population"
    said = {which: f"{words[0].upper()}{words[1:]}" for which, words in SIDES.items()} | {None: cannot}
    tested = sum(len(groups) for which, groups in sides.items() if which is not None)
    # the test takes incidents one by one; real counts vary more (docs/method.md)
    often = "at least 1 in 20 would differ so by chance alone, and more where incidents come in series"
    chance = f" Of {tested:,} such comparisons, {often}." if tested >= 5 else ""
    return [
        Paragraph(
            f"For each group the rate of {facts.place.label} is set against that of {other.name} as a whole, of which it is a part."
            f" Clearly is what chance would hardly do.{chance}"
        ),
        Bullets(tuple(f"{said[which]}: {_named(groups)}." for which, groups in sides.items() if groups)),
    ]


def _named(groups: Sequence[str]) -> str:
    return wording.list_of([lower(g) for g in groups])


def _sentence(text: str) -> str:
    trimmed = text.strip().rstrip(".")
    return f"{trimmed}."


def figure_rows(facts: Facts) -> tuple[FigureRow, ...]:
    """Every published number that the brief rests on, for the data formats."""
    roles: list[tuple[str, Place]] = [("this place", facts.place)]
    roles += [
        ({"lad": "district", "force": "police force area", "all": "whole area"}.get(p.geography, p.geography), p)
        for p in facts.parents
    ]
    roles += [("similar area", p) for p in facts.similar]
    return tuple(
        FigureRow(role, place, category, cell, cell.rate(place))
        for role, place in roles
        for category in facts.release.categories
        for cell in (facts.cell(place, category.category),)
    )
