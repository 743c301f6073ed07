"""What the page says of stop and search: how often it found what was searched for, and searches by ethnic group. Content only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.look import wording
from app.outcomes.report import FEWEST
from app.searches.store import EthnicSearches, MonthOfSearches, RatioSum, Searches, SearchMonth
from core.periods import CoveredPeriod, Period, add_months
from core.proportion import Proportion, Ratio, pooled_rate_ratio, proportion, rate_ratio

# above this share unknown, what is known may be a picked part of the whole: no found rate and no ratio is given
MOST_UNKNOWN = 0.25
GROUPS = {
    "asian": "Asian",
    "black": "Black",
    "mixed": "Mixed or multiple",
    "other": "Other",
    "white": "White",
    "not_stated": "Not stated",
}
# officers choose among fewer groups than the census has: only these mean the same in both
BOTH_WAYS = ("asian", "black")

PLAIN_OUTCOMES = {
    "A no further action disposal": "No further action",
    "Summons / charged by post": "Summons or charge by post",
    "Khat or Cannabis warning": "Cannabis or khat warning",
    "Caution (simple or conditional)": "Caution",
}


@dataclass(frozen=True)
class FoundRate:
    """Searches of one kind: known are those of which the force says whether the outcome is linked to what was searched for."""

    name: str
    stops: int
    found: int
    known: int

    @property
    def unknown(self) -> int:
        return self.stops - self.known

    @property
    def share(self) -> Proportion | None:
        """Of the known ones; None where too few or too many unknown."""
        if self.known < FEWEST or self.unknown > MOST_UNKNOWN * self.stops:
            return None
        return proportion(self.found, self.known)

    @property
    def why_not(self) -> str:
        """Why there is no rate; with the least and the most that it can be where the link is unknown too often."""
        if self.share is not None:
            return ""
        if self.stops < FEWEST:
            return f"too few (under {FEWEST})"
        least, most = 100 * self.found / self.stops, 100 * (self.found + self.unknown) / self.stops
        return f"unknown too often: between {least:.0f}% and {most:.0f}%"


def found_rates(rows: Iterable[Searches], district: str, by: Callable[[Searches], str]) -> tuple[FoundRate, ...]:
    """By name, so that nothing is ranked."""
    sums: dict[str, list[int]] = {}
    for row in rows:
        if district in ("", row.lad_code):
            of = sums.setdefault(by(row), [0, 0, 0])
            for k, n in enumerate((row.stops, row.found, row.found_known)):
                of[k] += n
    return tuple(FoundRate(name, *of) for name, of in sorted(sums.items()))


def all_searches(rows: Iterable[Searches], district: str) -> FoundRate:
    total = found_rates(rows, district, lambda row: "All searches")
    return total[0] if total else FoundRate("All searches", 0, 0, 0)


def outcome_counts(rows: Iterable[Searches], district: str) -> tuple[tuple[str, Proportion], ...]:
    """What came of searches, most frequent first; plain words where the publisher's are not."""
    rates = found_rates(rows, district, lambda row: PLAIN_OUTCOMES.get(row.outcome, row.outcome))
    total = sum(r.stops for r in rates)
    pairs = [(r.name, proportion(r.stops, total)) for r in sorted(rates, key=lambda r: (-r.stops, r.name))]
    return tuple((name, share) for name, share in pairs if share is not None)


def found_by_month(rows: Sequence[MonthOfSearches], covered: CoveredPeriod) -> tuple[tuple[date, FoundRate], ...]:
    """Every loaded month of a span; of one in which nobody was searched there is no share."""
    of = {r.month: r for r in rows}
    months = [m for m in covered.period.months() if m not in covered.missing]
    return tuple(
        (m, FoundRate(f"{m:%B %Y}", of[m].stops, of[m].found, of[m].found_known) if m in of else FoundRate(f"{m:%B %Y}", 0, 0, 0))
        for m in months
    )


def years_of(covered: CoveredPeriod) -> tuple[CoveredPeriod, ...]:
    """The span cut into whole years that end with it, oldest first; none where it holds fewer than two."""
    found, end = [], covered.period.end
    while (start := add_months(end, -11)) >= covered.period.start:
        year = Period(start, end)
        loaded = [m for m in year.months() if m not in covered.missing]
        if loaded:
            found.append(CoveredPeriod.of(year, loaded))
        end = add_months(start, -1)
    return tuple(reversed(found)) if len(found) > 1 else ()


def covered_by(months: Sequence[SearchMonth], period: Period) -> CoveredPeriod:
    """A span with the months of searches that were loaded of it."""
    return CoveredPeriod.of(period, [m.month for m in months])


def lead_sentences(total: FoundRate, covered: CoveredPeriod, where: str) -> tuple[str, ...]:
    if not total.stops:
        return (f"No search was recorded in {where} {covered.during}.",)
    of = f"{wording.plural(total.stops, 'search', 'searches')} in {where}, {covered}."
    if total.share is None:
        return (of, f"How often they found what was looked for cannot be said: {total.why_not}.")
    s = total.share
    return (
        of,
        f"In {100 * s.share:.0f}% of those whose link is known ({100 * s.lower:.0f}% to {100 * s.upper:.0f}%) the outcome was linked to what"
        f" was looked for: {s.part:,} of {s.whole:,}. In {total.unknown:,} the force does not say.",
    )


def not_counted_note(months: Sequence[SearchMonth], period: Period) -> str:
    """Searches that are in no figure, of all that is held."""
    within = [m for m in months if period.start <= m.month <= period.end]
    everything, without = sum(m.searches for m in within), sum(m.without_place for m in within)
    outside, covered = sum(m.outside for m in within), covered_by(months, period)
    said = ""
    if without or outside:
        said = (
            f"Of {everything:,} searches in the files of these months, {without:,} came without a place and {outside:,} lie outside the"
            " region: they are in no figure here."
        )
    return " ".join(filter(None, (said, covered.gaps_note)))


@dataclass(frozen=True)
class GroupRow:
    """Searches of one ethnic group. ratio: to White residents, over the whole area; within: inside the same neighbourhoods."""

    group: str
    label: str
    stops: int
    residents: float
    found: FoundRate
    ratio: Ratio | None
    within: Ratio | None
    officer_stops: int
    officer_ratio: Ratio | None


@dataclass(frozen=True)
class Disparity:
    """Searches of persons by ethnic group. not_stated: of self-defined, officer_not_stated: of officer-defined ethnicity."""

    rows: tuple[GroupRow, ...]
    persons: int
    not_stated: int
    officer_not_stated: int

    @property
    def self_usable(self) -> bool:
        return self.persons > 0 and self.not_stated <= MOST_UNKNOWN * self.persons

    @property
    def officer_usable(self) -> bool:
        return self.persons > 0 and self.officer_not_stated <= MOST_UNKNOWN * self.persons


def disparity(searches: Sequence[EthnicSearches], sums: Sequence[RatioSum], residents: dict[str, float]) -> Disparity:
    """Ratios only where ethnicity is stated often enough, and of groups with at least FEWEST searches each."""
    by_self = {g: [s for s in searches if s.self_defined == g] for g in GROUPS}
    stops = {g: sum(s.stops for s in rows) for g, rows in by_self.items()}
    officer = {g: sum(s.stops for s in searches if s.officer_defined == g) for g in GROUPS}
    persons = sum(stops.values())
    empty = Disparity((), persons, stops["not_stated"], officer["not_stated"])
    pooled = {s.ethnicity: s for s in sums}

    def crude(of: dict[str, int], group: str, usable: bool) -> Ratio | None:
        if not usable or group == "white" or min(of[group], of["white"]) < FEWEST:
            return None
        return rate_ratio(of[group], residents.get(group, 0.0), of["white"], residents.get("white", 0.0))

    rows = []
    for group, label in GROUPS.items():
        if group == "not_stated":
            continue
        ratio = crude(stops, group, empty.self_usable)
        held = pooled.get(group)
        within = pooled_rate_ratio(held.numerator, held.denominator, held.variance) if ratio is not None and held else None
        found = FoundRate(label, stops[group], sum(s.found for s in by_self[group]), sum(s.found_known for s in by_self[group]))
        other_way = crude(officer, group, empty.officer_usable) if group in BOTH_WAYS else None
        rows.append(
            GroupRow(group, label, stops[group], residents.get(group, 0.0), found, ratio, within, officer[group], other_way)
        )
    return Disparity(tuple(rows), persons, stops["not_stated"], officer["not_stated"])


def ratio_words(ratio: Ratio | None) -> str:
    return "" if ratio is None else f"{ratio.times:.1f} ({ratio.lower:.1f} to {ratio.upper:.1f})"


def disparity_sentences(found: Disparity, where: str) -> tuple[str, ...]:
    """What the ratios say, or why there are none; then what they cannot say."""
    if not found.persons:
        return (f"No search of a person was recorded in {where} in this span.",)
    not_stated = 100 * found.not_stated / found.persons
    said = [
        f"Of {found.persons:,} searches of persons, {not_stated:.0f}% have no ethnic group given by the person, and"
        f" {100 * found.officer_not_stated / found.persons:.0f}% none noted by the officer."
    ]
    if not found.self_usable:
        said.append(
            f"More than {100 * MOST_UNKNOWN:.0f}% are not stated, so no ratio by the group that people gave themselves is shown: those who"
            " did not say may differ from those who did."
        )
    shown = [(row, row.ratio) for row in found.rows if row.ratio is not None]
    sure = [(row, ratio) for row, ratio in shown if ratio.lower > 1 or ratio.upper < 1]
    for row, ratio in sure:
        within = "" if row.within is None else f" Inside the same neighbourhoods it is {ratio_words(row.within)}."
        said.append(
            f"Searches of people who gave their group as {row.label} were {ratio.times:.1f} times as many per resident as those of people"
            f" who gave White ({ratio.lower:.1f} to {ratio.upper:.1f}).{within}"
        )
    if shown and not sure:
        said.append("No ratio differs from 1 beyond chance.")
    return tuple(said)


CAVEATS = (
    "Residents are not the people on the street. Shoppers, students, commuters and visitors are searched where they are, and counted nowhere"
    " among residents, so a ratio can be far too high or too low, most of all in town centres.",
    "Two ways of noting ethnicity: the group that the person gave (five groups of the census), and the one that the officer saw (fewer"
    " groups, without the person's word). Neither fills gaps of the other here. The census counts the first kind, so the main ratio uses it.",
    "Searches cluster in places. The ratio inside neighbourhoods compares residents of the same small areas with each other"
    " (Mantel-Haenszel); it is nearer to like with like, and still knows nothing of who was on the street.",
    f"Small numbers: no ratio is shown of a group with under {FEWEST} searches, and the interval says how far chance alone could move it.",
    "A ratio says that searches differ between groups. It does not say why, and nothing of any person of a group.",
)
