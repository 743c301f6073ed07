"""The parts about violence: how much, since when, of what kind, where, and at what time."""

from __future__ import annotations

from collections.abc import Sequence

from briefs import wording
from briefs.assessment.analysed import Analysed
from briefs.assessment.material import MOST_NAMES, Material, label_of
from briefs.assessment.statements import Figure, Statements
from briefs.content import Block, Bullets, Column, Paragraph, Section, Table
from briefs.describe.change import change_over_time
from briefs.describe.place import the_place
from briefs.describe.records import beside_other_places, what_is_recorded
from briefs.drawn.trend_chart import draw_months
from briefs.facts import Facts
from core.periods import CoveredPeriod
from core.poisson import SIDES, Rate
from published.count_change import change_words, months_note
from published.findings import CHANGED, INSIDE, LEVEL, Name, lower, violent
from published.release import Category, Place

# what the slides find sentences by
MONTHS = "months"


def profile(material: Material, told: Statements) -> list[Section]:
    facts, analysed = material.facts, material.analysed
    kinds = violent(facts.release.categories)
    meanings = tuple(f"{c.label}: {c.description}" for c in kinds if c.description)
    own = [told.find(f) for f in facts.findings if f.about in (LEVEL, CHANGED)]
    blocks: list[Block] = [
        Paragraph(
            "What counts as serious violence is for a partnership to define. The release behind this assessment has these groups, which"
            " the published files, with their 14 categories, can only stand in for:"
        ),
        Bullets(meanings),
        Bullets(tuple(own)),
    ]
    found = [Section("Profile of violence", tuple(blocks))]
    districts = _districts(facts)
    if len(districts) > 1:
        found.append(Section("District by district", tuple(_by_district(facts, districts, kinds)), level=2))
    if analysed is not None:
        found.append(Section("Month by month", tuple(_months(material, analysed, told)), level=2))
        found.append(Section("Kinds of violence", tuple(_kinds(facts, analysed)), level=2))
        if analysed.outcomes:
            found.append(Section("What came of it", tuple(_outcomes(analysed, told)), level=2))
    recorded = what_is_recorded(facts)
    found.append(Section("All that was recorded", recorded.blocks, level=2))
    found += [Section("Change since earlier periods", s.blocks, level=2) for s in change_over_time(facts)]
    if facts.parents:
        found.append(Section("Beside the whole area", beside_other_places(facts).blocks, level=2))
    return found


def _interval(rate: Rate | None, factor: float) -> str:
    return wording.NOT_SHOWN if rate is None else f"{rate.lower * factor:,.1f} to {rate.upper * factor:,.1f}"


def _districts(facts: Facts) -> list[Place]:
    return sorted(facts.release.of("lad"), key=lambda p: p.name) if facts.place.geography == "all" else []


def _by_district(facts: Facts, districts: Sequence[Place], kinds: Sequence[Category]) -> list[Block]:
    release = facts.release
    factor = release.covered.to_a_year
    blocks: list[Block] = []
    for category in kinds[:2]:
        rows = []
        for place in districts:
            cell = facts.cell(place, category.category)
            rate = cell.rate(place)
            side = release.beside(place, facts.place, category.category)
            words = "Cannot be compared" if side is None else SIDES[side].capitalize()
            interval = _interval(rate, factor)
            rows.append((place.label, cell.text, wording.rate(rate, cell, place, factor), interval, words))
        blocks.append(
            Table(
                f"{category.label} by district, {release.covered.in_sentence}",
                (
                    Column("District"),
                    Column("Recorded", numeric=True),
                    Column("A year per 1,000", numeric=True),
                    Column("95% interval", numeric=True),
                    Column(f"Beside {facts.place.name} as a whole", weight=1.2),
                ),
                tuple(rows),
                "In order of name, not of size.",
            )
        )
    return blocks


def _months(material: Material, analysed: Analysed, told: Statements) -> list[Block]:
    label = label_of(material.facts, analysed.group_id)
    title = f"{label} recorded in {material.facts.place.label}, month by month"
    figure = draw_months("months", label, analysed.months, analysed.missing, title=title)
    blocks: list[Block] = []
    now, before = _total(analysed, analysed.now), None if analysed.before is None else _total(analysed, analysed.before)
    source = f"analysis.count_month, districts, {analysed.group_id}"
    if before is not None and analysed.before is not None:
        words = change_words(before, analysed.before.loaded, now, analysed.now.loaded)
        blocks.append(
            Paragraph(
                told.say(
                    Name(label), " in ", Name(analysed.now.in_sentence), ", beside ", Name(analysed.before.in_sentence), ": ",
                    Figure(words, f"{source}, both periods"), ".",
                    about=MONTHS,
                )
            )
        )  # fmt: skip
        note = months_note(analysed.before, analysed.now)
        blocks += [Paragraph(note)] if note else []
    blocks += [figure] if figure is not None else [Paragraph("Too few months are loaded for a line.")]
    return blocks


def _outcomes(analysed: Analysed, told: Statements) -> list[Block]:
    """The publisher's own outcomes of crimes that were followed for half a year and more, the most frequent first."""
    whole = sum(n for _, n in analysed.outcomes)
    rows = tuple((kind or "None in the outcome files", f"{n:,}", _share(n, whole)) for kind, n in analysed.outcomes)
    when: list[str | Name] = [] if analysed.outcomes_of is None else [" of ", Name(str(analysed.outcomes_of))]
    said = told.say(
        "Of ", Figure(f"{whole:,}", "analysis.outcome_count, districts"), " such crimes",
        *when,
        " that were followed for at least 6 months, the outcomes that the police published:",
    )  # fmt: skip
    columns = (
        Column("Outcome, as the publisher words it", weight=2),
        Column("Crimes", numeric=True),
        Column("Share", numeric=True),
    )
    of = analysed.outcomes_of
    older = [] if of is None or of.end >= analysed.now.period.start else [Paragraph(_OLDER)]
    return [Paragraph(said), *older, Table("Outcomes of recorded violence", columns, rows)]


_OLDER = "These crimes are from before the months that this assessment is of: no newer outcomes were loaded."


def _share(part: int, whole: int) -> str:
    """In percent; what was there is never 0%."""
    share = 100 * part / whole
    return "under 1%" if 0 < share < 0.5 else f"{share:.0f}%"


def _total(analysed: Analysed, covered: CoveredPeriod) -> int:
    return sum(n for m, n in analysed.months.items() if covered.period.start <= m <= covered.period.end)


def _kinds(facts: Facts, analysed: Analysed) -> list[Block]:
    rows: list[tuple[str, ...]] = []
    for kind, now, before in analysed.kinds:
        if analysed.before is None:
            # a column of dashes says less than none
            rows.append((kind, f"{now:,}"))
            continue
        change = (
            ""
            if before is None or analysed.before is None
            else change_words(before, analysed.before.loaded, now, analysed.now.loaded)
        )
        rows.append((kind, wording.NOT_SHOWN if before is None else f"{before:,}", f"{now:,}", change))
    columns = (Column("Kind"), Column("Before", numeric=True), Column("Now", numeric=True), Column("Change", weight=1.3))
    before_too = "" if analysed.before is None else ", and the twelve months before"
    table = Table(
        f"The publisher's own kinds within {lower(label_of(facts, analysed.kinds_of))}, {analysed.now.in_sentence}{before_too}",
        columns if analysed.before is not None else (Column("Kind"), Column("Recorded", numeric=True)),
        tuple(rows),
        "The published files tell no more of what kind of violence it was, whether a weapon was used, or whether it was at home.",
    )
    return [table]


def places(material: Material, told: Statements) -> list[Section]:
    facts, analysed = material.facts, material.analysed
    inside = [told.find(f) for f in facts.findings if f.about == INSIDE]
    found = [Section("Places and times", (*the_place(facts).blocks, Bullets(tuple(inside))))]
    found.append(Section("Local areas that stand out", tuple(_local_areas(facts)), level=2))
    if analysed is not None:
        hot = hot_sentence(material, told)
        blocks: list[Block] = [Paragraph(hot)] if hot else [Paragraph("No map of hot spots was made for this group.")]
        if analysed.hot:
            rows = []
            for certainty in sorted({h.certainty for h in analysed.hot}, reverse=True):
                names = [h.name for h in analysed.hot if h.certainty == certainty]
                rows.append((f"{certainty}%", f"{len(names):,}", wording.list_of(names)))
            blocks.append(
                Table(
                    "Neighbourhoods that are hot spots, by how sure that is",
                    (Column("How sure", weight=0.5), Column("Hot spots", numeric=True), Column("Neighbourhoods", weight=4)),
                    tuple(rows),
                    "A hot spot says where recorded harm clusters more than chance would give, never why.",
                )
            )
        found.append(Section("Hot spots", tuple(blocks), level=2))
        if analysed.emerging:
            items = []
            for kind, changed in sorted(analysed.emerging.items()):
                source = f"analysis.emerging, neighbourhoods, {analysed.group_id}, {kind}"
                items.append(
                    told.say(
                        f"{kind.capitalize()}s: ",
                        Figure(f"{len(changed):,}", source),
                        ": ",
                        Name(wording.list_of(changed, most=MOST_NAMES)),
                        ".",
                    )
                )
            found.append(Section("How hot spots changed from month to month", (Bullets(tuple(items)),), level=2))
    found.append(Section("Times of the week", tuple(_times(material, told)), level=2))
    return found


def _local_areas(facts: Facts) -> list[Block]:
    """Local areas where violence is clearly higher than around them, with what is published of them."""
    release = facts.release.for_level("msoa")
    kinds = violent(release.categories)
    if not kinds:
        return [Paragraph("The release has no group of violence.")]
    category, factor = kinds[0], release.covered.to_a_year
    district = "" if facts.place.geography == "all" else facts.place.code
    rows = []
    for place in sorted(release.of("msoa", district=district), key=lambda p: p.label):
        if release.beside(place, facts.place, category.category) != 1:
            continue
        cell = release.cell(place, category.category)
        if cell is None:
            continue
        lad = release.place("lad", place.parent_lad)
        rate = cell.rate(place)
        interval = _interval(rate, factor)
        own = (place.label, *([lad.name if lad else ""] if not district else []), cell.text)
        rows.append((*own, wording.rate(rate, cell, place, factor), interval))
    if not rows:
        return [
            Paragraph(
                f"In no local area is the rate of {lower(category.label)} clearly higher than in {facts.place.label} as a whole."
            )
        ]
    return [
        Table(
            f"Local areas where {lower(category.label)} is clearly higher than in {facts.place.label} as a whole,"
            f" {release.covered.in_sentence}",
            (
                Column("Local area", weight=1.4),
                *([Column("District")] if not district else []),
                Column("Recorded", numeric=True),
                Column("A year per 1,000", numeric=True),
                Column("95% interval", numeric=True),
            ),
            tuple(rows),
            "In order of name. At least 1 in 40 of all local areas would be here by chance alone. Residents are not the only people who use a"
            " town centre, so its rate is high for that alone.",
        )
    ]


def _times(material: Material, told: Statements) -> list[Block]:
    hours = [] if material.analysed is None else [h for h in material.analysed.hours if h[0] != "stop_search"]
    if not hours:
        return [
            Paragraph(
                "Not supplied. The published files of police have the month of an incident and neither its day nor its hour; no partner's"
                " feed with hours is loaded. Ambulance and emergency departments know the hour. Hours of searches say when police search,"
                " and are not used here."
            )
        ]
    return [
        Bullets(
            tuple(
                told.say(
                    f"{source.replace('_', ' ').capitalize()}: ", Figure(f"{n:,}", f"analysis.week_count, {source}"),
                    " records with an hour; most at ",
                    Figure(f"{hour}:00", f"analysis.week_count, {source}"), *([f" and on {day}"] if day else []), ".",
                )
                for source, day, hour, n in hours
            )
        )
    ]  # fmt: skip


def hot_sentence(material: Material, told: Statements) -> str:
    analysed = material.analysed
    if analysed is None or not analysed.measure:
        return ""
    kind = lower(label_of(material.facts, analysed.group_id))
    source = f"analysis.hotspot, neighbourhoods, {analysed.group_id}, {analysed.measure}"
    if not analysed.hot or analysed.hot_period is None:
        return told.say(
            "No neighbourhood of ",
            Name(material.facts.place.label),
            f" is a hot spot of {kind}: ",
            Figure("0", source),
            " at 90% or more.",
        )
    sure = [h.name for h in analysed.hot if h.certainty >= 99]
    named: list[str | Name] = [": ", Name(wording.list_of(sure, most=8))] if sure else []
    return told.say(
        Figure(f"{len(analysed.hot):,}", source), f" neighbourhoods are hot spots of {kind} (Getis-Ord Gi*, at 90% or more) ",
        Name(analysed.hot_period.during), ", ", Figure(f"{len(sure):,}", f"{source}, certainty of 99%"), " of them at 99%", *named, ".",
    )  # fmt: skip
