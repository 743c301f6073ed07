"""The first part of a brief: which place it is, where it lies, who lives there."""

from __future__ import annotations

from collections import Counter

from briefs import wording
from briefs.content import Block, Paragraph, Section
from briefs.drawn.place_map import draw_map
from briefs.facts import Facts
from published.release import Place


def the_place(facts: Facts) -> Section:
    """Definition and map."""
    place = facts.place
    lies = [f"in the {wording.kind(p)} {p.label}" for p in facts.parents if p.geography != "all"]
    where = f" It lies {', '.join(lies)}." if lies else ""
    blocks: list[Block] = [
        Paragraph(f"{place.label} ({place.code}) is {wording.kind_in_full(place)}.{where}{_made_of(facts)}"),
        Paragraph(
            "Its edges are lines on a map for statistics. People's own sense of where a neighbourhood begins and ends may differ,"
            " and what is recorded just across an edge is counted in the next area."
        ),
    ]
    figure = draw_map(facts)
    if figure is None:
        blocks.append(Paragraph("This release holds no outline of the place, so no map is drawn."))
    else:
        blocks.append(figure)
    return Section("The place", tuple(blocks))


def _made_of(facts: Facts) -> str:
    if not facts.inside:
        return ""
    return f" It is made of {len(facts.inside):,} neighbourhoods (LSOAs)."


def who_lives_here(facts: Facts) -> Section:
    """Residents and deprivation."""
    return Section("Population and deprivation", (Paragraph(residents(facts)), Paragraph(deprivation(facts))))


def residents(facts: Facts) -> str:
    """How many people live there, and what that number is not."""
    place = facts.place
    if not place.residents:
        return "This release holds no number of residents for the place, so no rate can be given."
    density = ""
    if facts.outline is not None:
        density = f", about {place.residents / (facts.outline.shape.area / 1e6):,.0f} people per square kilometre"
    return (
        f"{place.residents:,} people live in {place.label} ({wording.reference(place.residents_reference)}){density}."
        " Residents are not the only people who use a place: where many come to work, shop or go out, a rate per 1,000 residents"
        " overstates the risk to any one person there."
    )


def deprivation(facts: Facts) -> str:
    """The place's tenth of deprivation, or for a larger area those of the neighbourhoods within it."""
    place = facts.place
    if place.deprivation_decile is not None:
        return (
            f"{place.label} is in decile {place.deprivation_decile} of 10 for deprivation, where decile 1 is the most deprived"
            f" tenth of neighbourhoods ({wording.reference(place.deprivation_reference)}). Deprivation describes the area,"
            " not any person who lives there."
        )
    measured = [p for p in facts.inside if p.deprivation_decile is not None]
    if not measured:
        return "This release holds no measure of deprivation for the place."
    fifths = Counter(_fifth(p) for p in measured)
    return (
        f"Of the {len(measured):,} neighbourhoods in {place.label}, {fifths[1]:,} {'is' if fifths[1] == 1 else 'are'} in the most deprived"
        f" fifth of neighbourhoods and {fifths[5]:,} in the least deprived fifth ({wording.reference(measured[0].deprivation_reference)})."
        " Deprivation describes an area, not any person who lives there."
    )


def _fifth(place: Place) -> int:
    return ((place.deprivation_decile or 0) + 1) // 2
