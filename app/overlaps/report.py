"""What the page of risk overlaps says in words, rows and areas: content only, no drawing and no reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.look import wording
from app.look.csv_text import csv_text
from app.look.map_frame import MapArea
from app.look.markup import LegendEntry
from app.look.palette import NO_DATA_FILL, Palette
from app.look.wording import HANDLING, distance
from app.overlaps.store import (
    Analysis,
    BesideSummary,
    Factor,
    Join,
    Level,
    Member,
    Neighbourhood,
    SimilarRate,
    Tally,
    Together,
    Value,
)
from app.person.store import Patch

MOST_FACTORS = 4
# a rate from fewer incidents than this says little by itself
FEW_INCIDENTS = 10


@dataclass(frozen=True)
class Chosen:
    """A factor and the threshold at which a person cut it."""

    factor: Factor
    level: Level

    def meets(self, place: Neighbourhood) -> bool:
        value = place.values.get(self.factor.factor_id)
        return value is not None and value.level >= self.level.level

    def unsure(self, place: Neighbourhood) -> bool:
        """Whether the place's interval reaches across the threshold."""
        value = place.values.get(self.factor.factor_id)
        return value is not None and value.sure < self.level.level <= value.possible

    def known(self, place: Neighbourhood) -> bool:
        return self.factor.factor_id in place.values


def combination(chosen: Sequence[Chosen], analysis: Analysis) -> str:
    """The key of a choice as the analysis stores it: factors in the order in which they are declared."""
    order = {f.factor_id: k for k, f in enumerate(analysis.factors)}
    ordered = sorted(chosen, key=lambda c: order[c.factor.factor_id])
    return "+".join(f"{c.factor.factor_id}:{c.level.level}" for c in ordered)


def met(place: Neighbourhood, chosen: Sequence[Chosen]) -> int:
    return sum(c.meets(place) for c in chosen)


def meets_all(place: Neighbourhood, chosen: Sequence[Chosen]) -> bool:
    return met(place, chosen) == len(chosen)


def region_sentences(found: Together, chosen: Sequence[Chosen]) -> tuple[str, ...]:
    """How many places of the region meet the choice, how many would by chance, and how sure that is."""
    number = _all(found.size)
    first = (
        f"In the whole region {found.meeting:,} of {wording.plural(found.places, 'neighbourhood')} {_have(found.meeting)} {number}."
    )
    expected = (
        f"By chance it would be about {_about(found.expected)} (95% range {found.expected_lower:,.0f} to"
        f" {found.expected_upper:,.0f}), if each lay"
        " elsewhere, as clustered as it is, and knew nothing of the others."
    )
    if found.q_value <= 0.05:
        direction = "more" if found.meeting > found.expected else "less"
        rare = "fewer than 1 in 100 findings" if found.q_value <= 0.01 else "fewer than 1 in 20 findings"
        verdict = f"So they are found together {direction} often than chance would have them; {rare} this strong would be chance."
    else:
        verdict = "So nothing here says that they are found together more or less often than chance would have them."
    said = [first, expected, verdict]
    if found.meeting_sure != found.meeting_possible:
        said.append(
            f"Some of these values have an interval that reaches across the threshold: {found.meeting_sure:,}"
            f" neighbourhoods surely have {number},"
            f" up to {found.meeting_possible:,} may."
        )
    if found.joined:
        said.append(f"{found.joined:,} of them lie beside others of the same kind more than chance would have it.")
    return tuple(said)


def patch_sentence(places: Sequence[Neighbourhood], chosen: Sequence[Chosen], patch: Patch) -> str:
    here = [p for p in places if meets_all(p, chosen)]
    unknown = sum(not all(c.known(p) for c in chosen) for p in places)
    what = wording.listed([short(c) for c in chosen])
    text = f"In {patch.name} {len(here):,} of {wording.plural(len(places), 'neighbourhood')} {_have(len(here))} {_all(len(chosen))}: {what}."
    if unknown:
        text += f" Of {wording.plural(unknown, 'neighbourhood')} not everything is known."
    return text


def _all(count: int) -> str:
    return {2: "both", 3: "all three", 4: "all four"}.get(count, f"all {count}")


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _about(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"


def _p(value: float) -> str:
    return f"{value:.1g}" if value < 0.01 else f"{value:.2f}"


def independent_note(found: Together) -> str:
    """The textbook answer beside ours: why the two differ."""
    return (
        f"A textbook test would expect {_about(found.expected_independent)}, as if neighbourhoods were drawn one by"
        " one. Factors cluster, so two"
        " of them that have nothing to do with each other often share a whole patch; the range above allows for that. It is corrected for all"
        f" choices of {found.size} factors that can be made on this page (p {_p(found.p_value)}, q {_p(found.q_value)})."
    )


def areas_of(
    places: Sequence[Neighbourhood], chosen: Sequence[Chosen], palette: Palette, selected: str | None
) -> tuple[MapArea, ...]:
    return tuple(
        MapArea(
            code=p.code,
            geometry=p.outline,
            fill=_fill(p, chosen, palette),
            words=_words(p, chosen),
            selected=p.code == selected,
            dashed=not all(c.known(p) for c in chosen),
        )
        for p in places
    )


def _fill(place: Neighbourhood, chosen: Sequence[Chosen], palette: Palette) -> str:
    if not any(c.known(place) for c in chosen):
        return NO_DATA_FILL
    return colours(len(chosen), palette)[met(place, chosen)]


def colours(count: int, palette: Palette) -> tuple[str, ...]:
    """A colour for 0 to `count` factors: neutral, then ever deeper; the deepest is that of all of them."""
    steps = {1: (4,), 2: (1, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4)}[count]
    return (palette.neutral, *(palette.sequential[s] for s in steps))


def legend_of(count: int, palette: Palette) -> tuple[LegendEntry, ...]:
    ramp = colours(count, palette)
    labels = [f"all {count}" if count > 2 else "both"] + [f"{k} of {count}" for k in range(count - 1, 0, -1)] + ["none of them"]
    return tuple(LegendEntry(label, ramp[count - k]) for k, label in enumerate(labels))


def _words(place: Neighbourhood, chosen: Sequence[Chosen]) -> str:
    has = [short(c) for c in chosen if c.meets(place)]
    unsure = [short(c) for c in chosen if c.unsure(place)]
    text = f"{place.name}. {met(place, chosen)} of {len(chosen)}"
    text += f": {wording.listed(has)}." if has else "."
    if unsure:
        text += f" Unsure: {wording.listed(unsure)}."
    return text


def short(chosen: Chosen) -> str:
    return chosen.factor.label[:1].lower() + chosen.factor.label[1:]


def sure_words(place: Neighbourhood, chosen: Sequence[Chosen]) -> str:
    unsure = [short(c) for c in chosen if c.unsure(place)]
    return f"unsure: {wording.listed(unsure)}" if unsure else "nothing unsure in these data"


def join_words(join: Join | None) -> str:
    """Whether a place stands with others of its kind, in words; empty where that was not worked out."""
    if join is None:
        return ""
    if join.joins == 0:
        return f"alone: none of {join.neighbours} neighbours"
    beyond = ", beyond chance" if join.q_value is not None and join.q_value <= 0.05 else ", as chance would have it"
    return f"beside {join.joins} of {join.neighbours} neighbours{beyond}"


def may_meet_all(place: Neighbourhood, chosen: Sequence[Chosen]) -> bool:
    """Whether a place that does not meet them all would at the farther end of its intervals."""
    return not meets_all(place, chosen) and all(c.meets(place) or c.unsure(place) for c in chosen)


def strengths(place: Neighbourhood, analysis: Analysis) -> list[str]:
    """Protective factors that the place meets at their default thresholds."""
    found = []
    for factor in analysis.on("protective"):
        value = place.values.get(factor.factor_id)
        if value is not None and value.level >= factor.default:
            found.append(factor.label)
    return found


@dataclass(frozen=True)
class FactorLine:
    """One factor of one place for a table."""

    factor: Factor
    meets: bool
    stand: str
    value: str


def factor_lines(place: Neighbourhood, analysis: Analysis, side: str, chosen: Mapping[str, Level]) -> list[FactorLine]:
    """What a place has of every factor of a side, each at the threshold that was chosen, else at its default."""
    lines = []
    for factor in analysis.on(side):
        level = chosen.get(factor.factor_id) or factor.level(factor.default)
        value = place.values.get(factor.factor_id)
        if value is None:
            lines.append(FactorLine(factor, False, "not known here", ""))
            continue
        meets = value.level >= level.level
        stand = f"yes: {level.label}" if meets else f"no (threshold: {level.label})"
        if value.sure < level.level <= value.possible:
            stand += "; unsure, its interval reaches across the threshold"
        lines.append(FactorLine(factor, meets, stand, value_words(factor, value)))
    return lines


def value_words(factor: Factor, value: Value) -> str:
    """The value with its interval, where the source has one."""
    if factor.unit == "Gi*":
        return f"Gi* {value.value:.1f}"
    if factor.unit.startswith("decile"):
        return f"decile {value.value:.0f} of 10"
    if factor.unit.startswith("metres"):
        return distance(value.value)
    # adding 0 turns a rounded -0.00 into 0.00
    number = f"{round(value.value, 2) + 0.0:.2f}" if abs(value.value) < 10 else f"{value.value:,.1f}"
    unit = factor.unit.split(", ")[0]
    if value.lower is None or value.upper is None or value.lower == value.upper:
        return f"{number} ({unit})"
    return f"{number} {unit}, 95% interval {value.lower:,.1f} to {value.upper:,.1f}"


def kind_sentence(member: Member, description: str) -> str:
    """The kind of a place and how firmly it belongs to it."""
    firm = f"it fell in this kind in {100 * member.certainty:.0f}% of resamples"
    if member.certainty < 0.8:
        firm += f", so it lies between kinds {member.type_id} and {member.next_type_id}"
    return f"Kind {member.type_id}. {description} Of this neighbourhood: {firm}."


def similar_sentence(names: Sequence[tuple[str, bool]]) -> str:
    """Who the similar areas are, and whether they really are alike."""
    far = sum(not close for _, close in names)
    text = (
        f"Most alike in who lives there and how they live, recorded incidents left aside: {wording.listed([n for n, _ in names])}."
    )
    if far:
        text += f" {far} of these {_are(far)} not very alike: no nearer than one pair of neighbourhoods in ten is."
    return text


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def similar_words(rate: SimilarRate) -> str:
    """A place's rate against its similar areas: said to be apart only where the interval of the ratio says so."""
    if rate.ratio is None or rate.ratio_lower is None or rate.ratio_upper is None:
        return "cannot be compared: none was recorded in the similar areas"
    interval = f"{rate.ratio:.1f} times theirs (95% interval {rate.ratio_lower:.1f} to {rate.ratio_upper:.1f})"
    few = "; few recorded, so read with care" if rate.incidents < FEW_INCIDENTS else ""
    if rate.ratio_lower <= 1 <= rate.ratio_upper:
        return f"not told apart from them: {interval}{few}"
    return f"{'above' if rate.ratio > 1 else 'below'} them together: {interval}{few}"


def tally_words(tally: Tally) -> str:
    if tally.p_value > 0.05:
        return "as chance would have it"
    return "more than by chance" if tally.meeting > tally.expected else "fewer than by chance"


def beside_sentences(summaries: Sequence[BesideSummary], analysis: Analysis) -> list[str]:
    """Which factors lie beside much of the other over the region as a whole, and in how many single places that stands out."""
    labels = {f.factor_id: f.label for f in analysis.factors}
    said = []
    for s in summaries:
        if s.first not in labels or s.second not in labels:
            continue
        first, second = labels[s.first].lower(), labels[s.second].lower()
        beyond = "more" if s.moran_i > 0 else "less"
        whole = (
            f'{labels[s.first]}: over the region as a whole next to "{second}" {beyond} than chance would have it'
            if s.p_value <= 0.05
            else f'{labels[s.first]}: next to "{second}" no more and no less than chance would have it'
        )
        spread = f"(bivariate Moran's I {s.moran_i:.2f}, by chance {s.expected_lower:.2f} to {s.expected_upper:.2f})"
        single = (
            f'{s.high_beside_high:,} single neighbourhoods with much of "{first}" stand out beside much of the other.'
            if s.high_beside_high
            else "No single neighbourhood stands out."
        )
        said.append(f"{whole} {spread}. {single}")
    return said


def without_data(analysis: Analysis) -> str:
    """The declared factors that nothing is known of; why, in the codes of files, is the business of whoever loads them."""
    names = [f"{f.label[:1].lower()}{f.label[1:]}" for f in analysis.factors if f.missing]
    if not names:
        return ""
    return f"{wording.listed(names)} (whoever runs this portal reads why with: homeground overlap factors)"


def nowhere_sentence(places: Sequence[Neighbourhood], chosen: Sequence[Chosen]) -> str:
    """What stands in the place of a table where no place has them all, with what the map then shows; empty where one has."""
    most = max((met(p, chosen) for p in places), default=0)
    if most == len(chosen):
        return ""
    shows = "The map shows where some of them are." if most else "None of them is on the map: no neighbourhood here has even one."
    return f"No neighbourhood of this patch has them all. That is a finding too. {shows}"


def sure_sentences(analysis: Analysis, found: Together | None) -> tuple[str, ...]:
    missing = without_data(analysis)
    return (
        independent_note(found) if found else "",
        "A factor says something of a place, never of a person who lives there. That two are found together does not say that one brings the"
        " other.",
        "The deprivation domains move together, because each is made from partly the same benefits data. Three of them at once are not three"
        " separate facts.",
        "What protects is only what these data show. They hold no youth club, faith group, park, family or neighbour: ask the people who live"
        " there.",
        "The publisher gives no interval for deprivation, so near a threshold it looks surer than it is.",
        f"Without data, and so in no figure here: {missing}." if missing else "",
    )


def csv_of(places: Sequence[Neighbourhood], chosen: Sequence[Chosen], analysis: Analysis, joins: Mapping[str, Join]) -> str:
    """Every neighbourhood of the patch with every factor, for download; how it may be handled stands in every row."""
    used = [f for f in analysis.factors if not f.missing]
    columns = (
        "code", "name", "district", "chosen_met", "chosen_unsure", "neighbours", "neighbours_alike", "q_value",
        *(f"{f.factor_id}_{part}" for f in used for part in ("value", "level", "sure_level", "possible_level")),
        "period_start", "period_end", "months_loaded", "months_missing", "run", "handling",
    )  # fmt: skip
    covered = analysis.covered
    about = (
        covered.period.start.isoformat(), covered.last_day.isoformat(), covered.loaded_listed, covered.gaps_listed, analysis.run_id, HANDLING,
    )  # fmt: skip
    return csv_text(
        columns,
        (
            (
                p.code, p.name, p.lad_code, met(p, chosen), sum(c.unsure(p) for c in chosen), *_join_figures(joins.get(p.code)),
                *(figure for f in used for figure in _value_figures(p.values.get(f.factor_id))), *about,
            )
            for p in places
        ),
    )  # fmt: skip


def _join_figures(join: Join | None) -> tuple[object, ...]:
    if join is None:
        return (None,) * 3
    return (join.neighbours, join.joins, None if join.q_value is None else f"{join.q_value:.6g}")


def _value_figures(value: Value | None) -> tuple[object, ...]:
    return (None,) * 4 if value is None else (f"{value.value:.6g}", value.level, value.sure, value.possible)
