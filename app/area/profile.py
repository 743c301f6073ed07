"""The published profile of one place, as content: title, sentences, table, what is withheld, how sure. No drawing here.

The Streamlit page, the plain HTML page and the download all show this one model, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.look import wording
from core.contracts import NOT_AVAILABLE, SUPPRESSED
from core.periods import CoveredPeriod
from core.poisson import SIDES, Rate
from published import range_words
from published.release import OVERLAY, PARTITION, TOTAL, Category, Cell, Place, Release, Supplier
from published.sums import others_together


@dataclass(frozen=True)
class Figure:
    """One cell of the profile's table: a count with its rate, a range with its ends as rates, or why there is neither.

    cell: None where nothing was published. rate_ends: of a withheld count whose range is published, per 1,000 people.
    """

    cell: Cell | None
    rate: Rate | None = None
    rate_ends: tuple[float, float] | None = None

    @property
    def count(self) -> int | None:
        return None if self.cell is None else self.cell.count

    @property
    def symbol(self) -> str | None:
        return None if self.cell is None else self.cell.symbol

    @property
    def withheld(self) -> bool:
        return self.symbol is not None

    @property
    def ranged(self) -> bool:
        """Whether a range stands where the count is withheld."""
        return self.cell is not None and self.cell.has_range

    @property
    def worked_out(self) -> bool:
        """Whether that range has one number only."""
        return self.ranged and self.cell is not None and self.cell.lowest == self.cell.highest

    @property
    def text(self) -> str:
        """As a table prints it: '35', '30 to 52', '31*', '[c]'."""
        return NOT_AVAILABLE if self.cell is None else self.cell.text

    @property
    def words(self) -> str:
        """As a sentence says it: '35', 'between 30 and 52', or why there is no number."""
        if self.cell is None:
            return wording.NOT_PUBLISHED
        if self.cell.symbol is not None and self.cell.ends is not None:
            return range_words.in_words(*self.cell.ends)
        if self.symbol is not None:
            return wording.WITHHELD if self.symbol == SUPPRESSED else wording.SYMBOLS.get(self.symbol, wording.NOT_PUBLISHED)
        return wording.number(self.count)

    @property
    def rate_text(self) -> str:
        """The rate as a table prints it: '12.1', or '12.1 to 21.3' for a range; '' where there is none."""
        if self.rate is not None:
            return wording.rate(self.rate.per_1000)
        return range_words.two_ends(*map(wording.rate, self.rate_ends)) if self.rate_ends is not None else ""

    def year_text(self, covered: CoveredPeriod) -> str:
        """The same for a year, from the months loaded; '' where they are a year or there is no rate."""
        factor = covered.per_year
        if factor is None:
            return ""
        if self.rate is not None:
            return wording.rate(self.rate.per_1000 * factor)
        return range_words.two_ends(*(wording.rate(e * factor) for e in self.rate_ends)) if self.rate_ends is not None else ""


NOTHING = Figure(None)


@dataclass(frozen=True)
class ProfileRow:
    """One category: the place itself first, then each place around it."""

    category: Category
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class AreaProfile:
    """Everything that the profile of a place says. places[0] is the place itself; the others lie around it, small to large."""

    places: tuple[Place, ...]
    title: str
    kind: str
    sentences: tuple[str, ...]
    rows: tuple[ProfileRow, ...]
    missing: str
    sure: tuple[str, ...]

    @property
    def place(self) -> Place:
        return self.places[0]


def build_profile(release: Release, place: Place) -> AreaProfile:
    """The profile of a place of a release."""
    places = (place, *release.around(place))
    rows = tuple(
        ProfileRow(category, tuple(figure_of(release, p, category.category) for p in places)) for category in _ordered(release)
    )
    rows = tuple(row for row in rows if any(f.cell is not None for f in row.figures))
    return AreaProfile(
        places=places,
        title=f"Recorded crime in {place.label}",
        kind=_kind(release, place),
        sentences=tuple(_sentences(release, places, rows)),
        rows=rows,
        missing=" ".join(filter(None, (release.covered.gaps_note, release.covered.year_note))),
        sure=limits_of(release, release.supplier(place)),
    )


def figure_of(release: Release, place: Place, category: str) -> Figure:
    return figure_from(release.cell(place, category), place)


def figure_from(cell: Cell | None, place: Place) -> Figure:
    return NOTHING if cell is None else Figure(cell, cell.rate(place), cell.rate_ends(place))


def _ordered(release: Release) -> list[Category]:
    """The total first, then its parts, then what cuts across: inside each in the release's own order, never by size."""
    return [c for kind in (TOTAL, PARTITION, OVERLAY) for c in release.categories if c.kind == kind]


def people_of(place: Place) -> str:
    """Who lives there, in a sentence; '' where that is not known."""
    return "" if place.residents is None else f"{place.residents:,} people live here."


def statistical(release: Release, place: Place) -> str:
    """The statistical name of a kind of area; the whole of a hub is no area of statistics."""
    return (
        "area of several police forces" if place.geography == "all" and release.suppliers else wording.STATISTICAL[place.geography]
    )


def _kind(release: Release, place: Place) -> str:
    """What sort of place this is, in a line under the title."""
    parts = [f"{wording.GEOGRAPHY[place.geography].capitalize()} ({statistical(release, place)} {place.code}"]
    parts[0] += f", {place.edition} boundaries)" if place.edition else ")"
    district, around = release.place("lad", place.parent_lad), release.place("msoa", place.parent_msoa)
    # only by a name that people use: an official one would say the district again, with a number
    names = [around.local_name] if around is not None and around.local_name and around != place else []
    names += [district.name] if district is not None else []
    if names:
        parts.append(f"in {', '.join(names)}")
    if place.residents is not None:
        reference = f" ({wording.reference(place.residents_reference)})" if place.residents_reference else ""
        parts.append(f"home to {place.residents:,} people{reference}")
    line = ", ".join(parts)
    if place.deprivation_decile is not None:
        source = wording.reference(place.deprivation_reference)
        line += f". Deprivation: tenth {place.deprivation_decile} of 10, where 1 is the most deprived tenth of England ({source})"
    return line


def _sentences(release: Release, places: tuple[Place, ...], rows: tuple[ProfileRow, ...]) -> list[str]:
    place = places[0]
    covered = release.covered
    span = covered.during
    total = next((r for r in rows if r.category.kind == TOTAL), None)
    found: list[str] = []
    if total is None or total.figures[0].cell is None:
        return [f"No figure for {place.label} {span} is part of this release."]
    own = total.figures[0]
    if own.ranged:
        found.append(f"Crimes and incidents recorded in {place.label} {span}: {own.words}.")
        if own.rate_text:
            year = f", or {own.year_text(covered)} a year" if covered.per_year else ""
            found.append(f"Per 1,000 people over {covered.over}: {own.rate_text}{year}.")
    elif own.count is None:
        found.append(f"The number of crimes and incidents recorded in {place.label} {span} is withheld to protect people.")
    else:
        verb = "was" if own.count == 1 else "were"
        found.append(
            f"{wording.plural(own.count, 'crime or incident', 'crimes and incidents')} {verb} recorded in {place.label} {span}."
        )
        found.extend(_compared(release, place, total, covered))
    found.extend(_most(rows))
    together = others_together(release, place)
    if together is not None:
        found.append(f"The other {len(together.categories)} kinds are given as ranges; together they come to {together.count:,}.")
    found.extend(_cutting_across(rows))
    return found


def _compared(release: Release, place: Place, total: ProfileRow, covered: CoveredPeriod) -> list[str]:
    own = total.figures[0].rate
    if own is None:
        return []
    year = f", or {wording.a_year(own.per_1000, covered)}" if covered.per_year else ""
    first = (
        f"That is {wording.rate(own.per_1000)} per 1,000 people over {covered.over} (95% interval {wording.interval(own)}){year}."
    )
    wider = release.wider(place)
    side = release.beside(place, wider, total.category.category)
    if wider is None or side is None:
        return [first]
    there = figure_of(release, wider, total.category.category).rate_text
    if not side:
        return [first, f"This is {SIDES[side]} from {wider.label} as a whole ({there})."]
    beyond = f"the rate here is {SIDES[side]}, beyond what chance alone would give"
    return [first, f"In {wider.label} as a whole it was {there}: {beyond}."]


def _most(rows: tuple[ProfileRow, ...]) -> list[str]:
    shown = [(r.category.label, r.figures[0].count) for r in rows if r.category.kind == PARTITION and r.figures[0].count]
    if len(shown) < 2:
        return []
    shown.sort(key=lambda pair: -(pair[1] or 0))
    (first, n), (second, m) = shown[0], shown[1]
    exactly = any(r.category.kind == PARTITION and r.figures[0].ranged for r in rows)
    which = "are given exactly" if exactly else "can be shown"
    return [f"Of the kinds that {which}, {wording.lower(first)} ({n:,}) and {wording.lower(second)} ({m:,}) were recorded most."]


def _cutting_across(rows: tuple[ProfileRow, ...]) -> list[str]:
    found = []
    for row in rows:
        own = row.figures[0]
        if row.category.kind == OVERLAY and own.cell is not None:
            number = "withheld to protect people" if own.withheld and not own.ranged else own.words
            found.append(f"{row.category.label}: {number}. {row.category.description}")
    return found


def limits_of(release: Release, supplier: Supplier | None = None) -> tuple[str, ...]:
    """What the figures can and cannot say, in the order in which it matters. supplier: of a hub, whose figures they are."""
    of_supplier = supplier is not None and supplier.period == release.period
    unplaced = supplier.unplaced_percent if supplier is not None and of_supplier else release.unplaced_percent
    found = [
        "People told the police of these crimes and incidents, and the police wrote them down. Much harm is never told to them, and some"
        " kinds less often than others.",
        "The police do not publish the true spot of a crime. They move it to a point near by. So a crime near an edge can be counted in"
        " the neighbourhood next door.",
    ]
    if unplaced is not None:
        found.append(f"{unplaced:.1f}% of the records in this period came without a place. They are counted in no neighbourhood.")
    found.append(
        "A rate divides by the people who live in a place. Where many others pass through, such as a town centre, the rate is high"
        " for that alone. The 95% interval shows how far chance could move the rate."
    )
    return tuple(found)
