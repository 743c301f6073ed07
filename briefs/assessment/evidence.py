"""The parts about the evidence itself: who supplied what, what is missing, and by what method."""

from __future__ import annotations

from collections.abc import Sequence

from briefs import wording
from briefs.assessment.material import Material
from briefs.assessment.statements import Statements
from briefs.content import Bullets, Column, Paragraph, Section, Table
from briefs.describe.evidence import cannot_say, data_quality, protection, sources
from briefs.describe.place import deprivation

# the words of a table row for what is not there
NOT_SUPPLIED = "Not supplied"


def gaps(material: Material, told: Statements) -> list[Section]:
    rows = []
    for supply in material.supplies:
        # each with its own last day where these differ: the newest would stand for all
        differ = len({day for _, day in supply.held}) > 1
        titles = [f"{title} (until {wording.short_day(day)})" if differ and day else title for title, day in supply.held]
        held = wording.list_of(titles) if titles else NOT_SUPPLIED
        days = [day for _, day in supply.held if day is not None]
        until = wording.short_day(max(days)) if days else wording.NOT_SHOWN
        rows.append(
            (
                supply.authority,
                supply.asked,
                held,
                "; ".join(supply.agreements) or ("Open data" if supply.held else wording.NOT_SHOWN),
                until,
            )
        )
    checklist = Table(
        "Who supplied what",
        (
            Column("Authority", weight=0.9),
            Column("Asked for", weight=1.4),
            Column("Held", weight=1.4),
            Column("Agreement", weight=0.9),
            Column("Until", weight=0.6),
        ),
        tuple(rows),
        "Held: what the release or the analysis was made from. What was supplied and not loaded is not here.",
    )
    return [
        Section("Data gaps", (Paragraph("What is missing limits what can be said more than any method does."), checklist)),
        Section("Quality of what is held", data_quality(material.facts).blocks, level=2),
        Section("What this assessment cannot say", cannot_say(material.facts).blocks, level=2),
    ]


def method(material: Material, releases: Sequence[int] = ()) -> list[Section]:
    """releases: others that figures come from."""
    facts = material.facts
    used = (
        "Rates: Byar's method for counts of 10 and more, exact Poisson limits below.",
        "A place beside the whole that it lies in: an exact binomial test, 2.5% on each side.",
        "Change: two Poisson counts of one rate, by the exact test of Przyborowski and Wilenski (1940).",
        "Hot spots: Getis-Ord Gi* against shuffled maps, false discoveries controlled by Benjamini and Hochberg.",
        "Similar areas: the nearest in declared characteristics without recorded crime.",
        "Reach of services: straight lines from live postcodes; residents shared evenly over the postcodes of their neighbourhood.",
    )
    return [
        Section("Method", (Bullets(used), Paragraph(deprivation(facts)))),
        Section(
            "How small numbers are protected", protection(facts, releases, analysed=material.analysed is not None).blocks, level=2
        ),
        Section("Sources and versions", sources(facts).blocks, level=2),
    ]
