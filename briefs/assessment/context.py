"""The parts about what stands beside violence: victims, factors, services, similar areas, what was tried, what residents say."""

from __future__ import annotations

from briefs import wording
from briefs.asked import OWN, Asked
from briefs.assessment.material import MOST_NAMES, Material, label_of
from briefs.assessment.statements import Figure, Statements
from briefs.content import Block, Bullets, Column, FillIn, Paragraph, Section, Table
from briefs.describe.services import services_and_gaps
from published.findings import Name, lower

# what the slides find a sentence by
TOGETHER = "risk factors together"


def victims(material: Material, told: Statements) -> list[Section]:
    partners = {} if material.analysed is None else material.analysed.partners
    blocks: list[Block] = [
        Paragraph(
            "Age, sex and ethnic group of those harmed, and whether they knew who harmed them: not supplied. The published files hold"
            " nothing about people, and no partner's feed that tells of victims is loaded. Nothing about a person follows from the place"
            " they live in."
        )
    ]
    if partners:
        covered = material.analysed.now if material.analysed is not None else None
        blocks.append(
            Bullets(
                tuple(
                    told.say(
                        f"{feed.removeprefix('partner_').replace('_', ' ').capitalize()}: ",
                        Figure(f"{n:,}", f"analysis.event_count, {feed}"),
                        " events in ", Name(covered.in_sentence if covered else ""), ", as the partner recorded them.",
                    )
                    for feed, n in sorted(partners.items())
                )
            )
        )  # fmt: skip
    else:
        blocks.append(
            Paragraph(
                "Attendances at emergency departments after violence and ambulance call-outs to assaults: not supplied. They show"
                " violence that police never hear of, which is much of it."
            )
        )
    return [Section("Victims", tuple(blocks))]


def overlaps(material: Material, told: Statements) -> list[Section]:
    analysed = material.analysed
    if analysed is None:
        return [Section("Causes and where they overlap", (Paragraph("Not analysed."),))]
    held = [f for f in analysed.factors if not f.missing]
    without = [f for f in analysed.factors if f.missing]
    blocks: list[Block] = [
        Paragraph(
            "What stands beside violence in the same places is no proof of what brings it about. The factors are those that the partnership"
            " declared; each neighbourhood meets one at its stated threshold or does not."
        )
    ]
    if held:
        blocks.append(
            Table(
                f"Declared factors, and how many neighbourhoods of {material.facts.place.label} meet them",
                (
                    Column("Factor", weight=1.5),
                    Column("Kind"),
                    Column("Threshold", weight=1.2),
                    Column("Meet it", numeric=True),
                    Column("Of", numeric=True),
                ),
                tuple((f.label, f"{f.side.capitalize()}", f.threshold, f"{f.meeting:,}", f"{f.places:,}") for f in held),
            )
        )
    if analysed.together:
        most = analysed.together[0][1]
        several = [name for name, n in analysed.together if n == most]
        risks = sum(f.side == "risk" for f in held)
        blocks.append(
            Paragraph(
                told.say(
                    "The most risk factors that one neighbourhood meets is ",
                    Figure(str(most), "analysis.factor_place at default thresholds"),
                    " of ", Figure(str(risks), "analysis.factor, side risk, with data"), "; that is so in ",
                    Figure(f"{len(several):,}", "analysis.factor_place at default thresholds"), ": ",
                    Name(wording.list_of(several, most=MOST_NAMES)), ".",
                    about=TOGETHER,
                )
            )
        )  # fmt: skip
    if without:
        blocks.append(Paragraph(f"Declared, and not supplied: {wording.list_of([lower(f.label) for f in without])}."))
    return [Section("Causes and where they overlap", tuple(blocks))]


def reach_sentences(material: Material, told: Statements) -> list[str]:
    found = []
    for reach in () if material.analysed is None else material.analysed.reach:
        if reach.beyond is None or not reach.residents:
            continue
        source = f"analysis.service_reach, {reach.label}"
        found.append(
            told.say(
                Figure(f"{reach.beyond:,.0f}", source), " of ", Figure(f"{reach.residents:,.0f}", source), " residents (",
                Figure(f"{100 * reach.beyond / reach.residents:.0f}%", source),
                f") live farther than {reach.reach_m / 1000:,.1f} km in a straight line from any of the listed {lower(reach.label)}.",
            )
        )  # fmt: skip
    return found


def services(material: Material, told: Statements) -> list[Section]:
    blocks: list[Block] = []
    sentences = reach_sentences(material, told)
    if sentences:
        blocks.append(Bullets(tuple(sentences)))
    cautions = (
        []
        if material.analysed is None
        else [f"{r.label}: {r.caution or r.unused}" for r in material.analysed.reach if r.caution or r.unused]
    )
    blocks += [Paragraph("What these lists do not tell:"), Bullets(tuple(cautions))] if cautions else []
    blocks += services_and_gaps(material.facts).blocks
    return [Section("Services and gaps", tuple(blocks))]


def similar(material: Material, told: Statements) -> list[Section]:
    analysed = material.analysed
    if analysed is None or analysed.alike is None or not analysed.alike.compared:
        words = "No neighbourhood was compared with its similar areas: the analysis has none for this group."
        return [Section("Beside similar areas", (Paragraph(words),))]
    alike = analysed.alike
    source = f"analysis.similar_rate, {analysed.alike_group}"
    kind = lower(label_of(material.facts, analysed.alike_group))
    items = []
    for names, way in ((alike.above, "higher"), (alike.below, "lower")):
        # the first few of hundreds by the alphabet say nothing of the area
        listed: list[str | Name] = [": ", Name(wording.list_of(names))] if 0 < len(names) <= MOST_NAMES else []
        items.append(
            told.say(
                f"The rate of {kind} is clearly {way} than that of the ten most similar areas together in ",
                Figure(f"{len(names):,}", source), " of ",
                Figure(f"{alike.compared:,}", source), " neighbourhoods", *listed, ".",
            )
        )  # fmt: skip
    return [
        Section(
            "Beside similar areas",
            (
                Paragraph(
                    "Each neighbourhood stands beside the ten that are most like it in declared characteristics, such as deprivation and"
                    " density, in which no recorded crime is. Clearly: the 95% interval of the ratio of the two rates does not hold 1."
                ),
                Bullets(tuple(items)),
            ),
        )
    ]


def _own(asked: Asked, key: str, prompt: str, lines: int) -> list[Block]:
    if key in asked.own:
        return [Paragraph(part.strip(), own=key) for part in asked.own[key].split("\n\n") if part.strip()]
    return [FillIn(prompt, lines, own=key)] if asked.room else []


def tried(asked: Asked) -> list[Section]:
    own = _own(asked, "tried", "What was done, when, by whom, and what was learnt", 6)
    said = Paragraph(
        "Whether a response changed anything can be told where its plan was written before it began: where, when,"
        " and what it is compared with. A fall alone shows nothing, because places that are chosen when they are at their highest fall"
        " anyway."
    )
    missing = [] if own else [Paragraph("What was tried and what came of it: not supplied by the partnership.", strong=True)]
    return [Section("What was tried and what came of it", (*own, *missing, said), by_hand=bool(own), written="tried" in asked.own)]


def residents(material: Material, asked: Asked, told: Statements) -> list[Section]:
    own = _own(asked, "residents", "What people told us, and in whose words", 7)
    blocks: list[Block] = [*own]
    if material.answers:
        blocks.append(
            Paragraph(
                told.say(
                    "Residents asked about figures of this area and were answered in public ",
                    Figure(f"{len(material.answers):,}", "published.answer"),
                    " times. The newest:",
                )
            )
        )
        rows = tuple((wording.short_day(a.asked_on), a.question, a.answer, a.body) for a in material.answers[:8])
        columns = (
            Column("Asked", weight=0.5),
            Column("Question", weight=1.4),
            Column("Answer", weight=1.6),
            Column("By", weight=0.8),
        )
        blocks.append(Table("Questions of residents and their answers", columns, rows))
    elif not own:
        blocks.append(
            Paragraph(
                "What residents say: not supplied. No question about this area was answered in public, and no survey is loaded.",
                strong=True,
            )
        )
    return [Section("What residents say", tuple(blocks), by_hand=bool(own), written="residents" in asked.own)]


def recommendations(asked: Asked) -> list[Section]:
    own = _own(asked, "recommendations", "What we recommend, who leads, by when, and how we will know", 8)
    agreed = _own(asked, "agreed", "Agreed by (name, role, organisation, date)", 3)
    if not own and not agreed:
        words = "Recommendations are the partnership's. None was supplied; Homeground makes none."
        return [Section(OWN["recommendations"], (Paragraph(words),))]
    return [Section(OWN["recommendations"], (*own, *agreed), by_hand=True, written="recommendations" in asked.own)]
