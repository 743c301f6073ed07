"""From facts to the brief: the order of its parts, its opening summary, and what is left to people."""

from __future__ import annotations

from briefs import wording
from briefs.content import Brief, Bullets, FillIn, Paragraph, Section
from briefs.describe.change import change_over_time
from briefs.describe.evidence import cannot_say, data_quality, protection, sources
from briefs.describe.place import the_place, who_lives_here
from briefs.describe.records import beside_other_places, what_is_recorded
from briefs.describe.services import services_and_gaps
from briefs.facts import Facts
from published import range_words

SYNTHETIC = "Synthetic data: a made-up county. Nothing here is about a real place."


def compose(facts: Facts) -> Brief:
    """The whole brief of one place."""
    release, place = facts.release, facts.place
    return Brief(
        title=f"Place brief: {place.label}",
        subtitle=f"Recorded incidents, {release.covered}. {release.region_name}",
        reference=f"{place.code}, release {release.release_id}, published {wording.day(release.published_at.date())}",
        footer=f"Homeground, release {release.release_id}, {wording.day(release.published_at.date())}. {place.code}",
        synthetic_label=SYNTHETIC if release.synthetic else "",
        published_at=release.published_at,
        keywords=(place.code, place.name, f"release {release.release_id}"),
        sections=(
            in_short(facts),
            the_place(facts),
            who_lives_here(facts),
            what_is_recorded(facts),
            *change_over_time(facts),
            beside_other_places(facts),
            services_and_gaps(facts),
            *_left_to_people(),
            cannot_say(facts),
            data_quality(facts),
            protection(facts),
            sources(facts),
        ),
    )


def in_short(facts: Facts) -> Section:
    """Four or five sentences that stand on their own, each with its period, place and uncertainty."""
    place, release = facts.place, facts.release
    items = []
    if place.residents:
        tenth = f", in deprivation decile {place.deprivation_decile} of 10 (1 is most deprived)" if place.deprivation_decile else ""
        items.append(f"{place.residents:,} people live here ({wording.reference(place.residents_reference)}){tenth}.")
    if release.total is not None:
        items.append(_total(facts, release.total.category))
    cells = [facts.cell(place, c.category) for c in release.categories]
    ranged = sum(c.has_range for c in cells)
    if ranged:
        items.append(
            f"{ranged:,} of {len(cells):,} counts about this place {'is' if ranged == 1 else 'are'} given as"
            f" {'a range' if ranged == 1 else 'ranges'} to protect small numbers."
        )
    withheld = sum(c.symbol == "[c]" and not c.has_range for c in cells)
    if withheld:
        items.append(
            f"{withheld:,} of {len(release.categories):,} counts about this place {'is' if withheld == 1 else 'are'} withheld"
            " to protect small numbers."
        )
    items += filter(None, (release.covered.gaps_note, release.covered.year_note))
    items.append(
        "This brief informs decisions and makes none. What residents say, what has been tried and what to do next"
        " are for the partnership to add."
    )
    return Section("In short", (Bullets(tuple(items)),))


def _total(facts: Facts, category: str) -> str:
    place, release = facts.place, facts.release
    cell = facts.cell(place, category)
    over, factor = release.covered.during, release.covered.per_year
    if cell.ends is not None and cell.has_range:
        residents = wording.rate(None, cell, place)
        year = "" if factor is None else f" ({wording.rate(None, cell, place, factor)} a year)"
        per = f", which is {residents} per 1,000 people over {release.covered.over}{year}" if place.residents else ""
        return f"The number of incidents recorded here {over} is {range_words.in_words(*cell.ends)}{per}."
    if cell.count is None:
        why = "withheld to protect small numbers" if cell.symbol == "[c]" else "not available"
        return f"The number of incidents recorded here {over} is {why} {cell.symbol or '[x]'}."
    said = f"{cell.count:,} incidents were recorded here {over}"
    rate = cell.rate(place)
    if rate is None:
        return f"{said}. No rate can be given, because the number of residents is not known."
    said += (
        f": {rate.per_1000:,.1f} per 1,000 people over {release.covered.over} (95% interval {rate.lower:,.1f} to {rate.upper:,.1f})"
    )
    said += "" if factor is None else f", or {wording.rate(rate, cell, place, factor)} a year"
    beside = facts.parent("lad") or facts.parent("all")
    other = facts.cell(beside, category).rate(beside) if beside else None
    return f"{said}. In {beside.name} the rate was {other.per_1000:,.1f}." if beside and other else f"{said}."


def _left_to_people() -> tuple[Section, ...]:
    return (
        Section(
            "What residents say",
            (
                Paragraph(
                    "Data of this kind cannot hold what it is like to live here. Note whom you asked, how, when and how many."
                ),
                FillIn("What people told us, and in whose words", 7),
            ),
            by_hand=True,
        ),
        Section(
            "What has been tried",
            (FillIn("What was done, when, by whom, and what was learnt", 6),),
            by_hand=True,
        ),
        Section(
            "Recommendations",
            (
                Paragraph("Homeground makes no recommendation. People who know the place and answer for it do."),
                FillIn("What we recommend, who leads, by when, and how we will know", 7),
                FillIn("Agreed by (name, role, organisation, date)", 2),
            ),
            by_hand=True,
        ),
    )
