"""What the analysis says of a place, for the partnership: hot spots, similar areas and factors by name. No number of incidents."""

from __future__ import annotations

from briefs import wording
from briefs.content import Block, Bullets, Column, Paragraph, Section, Table
from briefs.facts import Analysis, Facts
from published.findings import lower

_MOST_NAMES = 12


def lead_of(facts: Facts) -> tuple[str, ...]:
    """The sentences that stand first: hot spots, and how the place stands beside those most like it."""
    analysis = facts.analysis
    return () if analysis is None else tuple(filter(None, (_hot(facts, analysis), _alike(facts, analysis))))


def from_the_analysis(facts: Facts) -> tuple[Section, ...]:
    """A section for the partnership; none in a brief for anyone."""
    analysis = facts.analysis
    if analysis is None:
        return ()
    said = lead_of(facts)
    blocks: list[Block] = [
        Paragraph(
            "Not published: what the analysis of all records says of this place. It names neighbourhoods and has no number of incidents. It"
            " says where, never why, and nothing of any person."
        ),
        Bullets(said or ("The analysis has nothing to say of this place yet.",)),
    ]
    if analysis.alike:
        blocks.append(
            Paragraph(
                f"Most like {facts.place.label} in declared characteristics, none of which is recorded crime, the nearest first:"
                f" {wording.list_of(analysis.alike)}."
            )
        )
    if analysis.factors:
        rows = tuple((label, side.capitalize(), f"{meeting:,}", f"{places:,}") for side, label, meeting, places in analysis.factors)
        columns = (
            Column("Factor", weight=2),
            Column("Kind"),
            Column("Neighbourhoods that meet it", numeric=True),
            Column("Of", numeric=True),
        )
        blocks.append(
            Table("Declared risk and protective factors", columns, rows, "What stands beside harm is not shown to bring it about.")
        )
    return (Section("From the analysis, for the partnership", tuple(blocks)),)


def _hot(facts: Facts, analysis: Analysis) -> str:
    if not analysis.tested:
        return ""
    kind, place = lower(analysis.group), facts.place
    if not analysis.hot:
        where = "is no hot spot" if place.geography == "lsoa" else "has no neighbourhood that is a hot spot"
        return f"{place.label} {where} of {kind}: no cluster beyond chance, which is a finding too."
    if place.geography == "lsoa":
        return f"{place.label} is a hot spot of {kind}, {analysis.hot[0][1]}% sure, {_during(analysis)}."
    named = [f"{name} ({certainty}%)" for name, certainty in sorted(analysis.hot, key=lambda h: (-h[1], h[0]))]
    verb = "neighbourhood is a hot spot" if len(named) == 1 else "neighbourhoods are hot spots"
    return (
        f"{len(named):,} {verb} of {kind} {_during(analysis)}, with how sure that is: {wording.list_of(named, most=_MOST_NAMES)}."
    )


def _alike(facts: Facts, analysis: Analysis) -> str:
    if not analysis.compared:
        return ""
    kind, place = lower(analysis.alike_group), facts.place
    if place.geography == "lsoa":
        way = "clearly higher than" if analysis.above else "clearly lower than" if analysis.below else "not clearly different from"
        return f"Its rate of {kind} is {way} that of the ten areas most like it together."
    above = f": {wording.list_of(analysis.above, most=_MOST_NAMES)}" if analysis.above else ""
    return (
        f"Of its {analysis.compared:,} neighbourhoods {len(analysis.above):,} have a rate of {kind} that is clearly higher than that of the"
        f" ten areas most like each{above}. In {len(analysis.below):,} it is clearly lower."
    )


def _during(analysis: Analysis) -> str:
    return "" if analysis.period is None else analysis.period.during
