"""The published profile of one place, as content: title, sentences, table, what is withheld, how sure. No drawing here.

The Streamlit page, the plain HTML page and the download all show this one model, so they cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.look import wording
from core.contracts import NOT_AVAILABLE, SUPPRESSED
from core.languages.spoken import called, mark, say, say_many
from core.periods import CoveredPeriod
from core.poisson import Rate
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
            return called(wording.NOT_PUBLISHED)
        if self.cell.symbol is not None and self.cell.ends is not None:
            return range_words.in_words(*self.cell.ends)
        if self.symbol is not None:
            return called(
                wording.WITHHELD if self.symbol == SUPPRESSED else wording.SYMBOLS.get(self.symbol, wording.NOT_PUBLISHED)
            )
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
        title=say("Recorded crime in %(place)s", place=place.label),
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
    return "" if place.residents is None else say("%(people)s people live here.", people=f"{place.residents:,}")


def statistical(release: Release, place: Place) -> str:
    """The statistical name of a kind of area; the whole of a hub is no area of statistics."""
    if place.geography == "all" and release.suppliers:
        return say("area of several police forces")
    return called(wording.STATISTICAL[place.geography])


def _kind(release: Release, place: Place) -> str:
    """What sort of place this is, in a line under the title."""
    named = {
        "kind": wording.geography(place.geography).capitalize(),
        "statistical": statistical(release, place),
        "code": place.code,
    }
    if place.edition:
        parts = [say("%(kind)s (%(statistical)s %(code)s, %(edition)s boundaries)", **named, edition=place.edition)]
    else:
        parts = [say("%(kind)s (%(statistical)s %(code)s)", **named)]
    district, around = release.place("lad", place.parent_lad), release.place("msoa", place.parent_msoa)
    # only by a name that people use: an official one would say the district again, with a number
    names = [around.local_name] if around is not None and around.local_name and around != place else []
    names += [district.name] if district is not None else []
    if names:
        parts.append(say("in %(places)s", places=", ".join(names)))
    if place.residents is not None:
        reference = f" ({wording.reference(place.residents_reference)})" if place.residents_reference else ""
        parts.append(say("home to %(people)s people%(reference)s", people=f"{place.residents:,}", reference=reference))
    line = ", ".join(parts)
    if place.deprivation_decile is not None:
        source = wording.reference(place.deprivation_reference)
        line += ". " + say(
            "Deprivation: tenth %(tenth)s of 10, where 1 is the most deprived tenth of England (%(source)s)",
            tenth=place.deprivation_decile,
            source=source,
        )
    return line


def _sentences(release: Release, places: tuple[Place, ...], rows: tuple[ProfileRow, ...]) -> list[str]:
    place = places[0]
    covered = release.covered
    span = covered.during
    total = next((r for r in rows if r.category.kind == TOTAL), None)
    found: list[str] = []
    if total is None or total.figures[0].cell is None:
        return [say("No figure for %(place)s %(when)s is part of this release.", place=place.label, when=span)]
    own = total.figures[0]
    if own.ranged:
        found.append(
            say("Crimes and incidents recorded in %(place)s %(when)s: %(figure)s.", place=place.label, when=span, figure=own.words)
        )
        if own.rate_text and covered.per_year:
            found.append(
                say(
                    "Per 1,000 people over %(months)s: %(rate)s, or %(yearly)s a year.",
                    months=covered.over,
                    rate=own.rate_text,
                    yearly=own.year_text(covered),
                )
            )
        elif own.rate_text:
            found.append(say("Per 1,000 people over %(months)s: %(rate)s.", months=covered.over, rate=own.rate_text))
    elif own.count is None:
        found.append(
            say(
                "The number of crimes and incidents recorded in %(place)s %(when)s is withheld to protect people.",
                place=place.label,
                when=span,
            )
        )
    else:
        found.append(
            say_many(
                "%(count)s crime or incident was recorded in %(place)s %(when)s.",
                "%(count)s crimes and incidents were recorded in %(place)s %(when)s.",
                own.count,
                place=place.label,
                when=span,
            )
        )
        found.extend(_compared(release, place, total, covered))
    found.extend(_most(rows))
    together = others_together(release, place)
    if together is not None:
        found.append(
            say(
                "The other %(kinds)s kinds are given as ranges; together they come to %(number)s.",
                kinds=len(together.categories),
                number=f"{together.count:,}",
            )
        )
    found.extend(_cutting_across(rows))
    return found


def _compared(release: Release, place: Place, total: ProfileRow, covered: CoveredPeriod) -> list[str]:
    own = total.figures[0].rate
    if own is None:
        return []
    values = {"rate": wording.rate(own.per_1000), "months": covered.over, "interval": wording.interval(own)}
    if covered.per_year:
        first = say(
            "That is %(rate)s per 1,000 people over %(months)s (95%% interval %(interval)s), or %(yearly)s.",
            **values,
            yearly=wording.a_year(own.per_1000, covered),
        )
    else:
        first = say("That is %(rate)s per 1,000 people over %(months)s (95%% interval %(interval)s).", **values)
    wider = release.wider(place)
    side = release.beside(place, wider, total.category.category)
    if wider is None or side is None:
        return [first]
    there = figure_of(release, wider, total.category.category).rate_text
    return [first, say(_BESIDE_WIDER[side], place=wider.label, rate=there)]


_BESIDE_WIDER = {
    0: mark("This is not clearly different from %(place)s as a whole (%(rate)s)."),
    1: mark("In %(place)s as a whole it was %(rate)s: the rate here is clearly higher, beyond what chance alone would give."),
    -1: mark("In %(place)s as a whole it was %(rate)s: the rate here is clearly lower, beyond what chance alone would give."),
}


def _most(rows: tuple[ProfileRow, ...]) -> list[str]:
    shown = [(r.category.label, r.figures[0].count) for r in rows if r.category.kind == PARTITION and r.figures[0].count]
    if len(shown) < 2:
        return []
    shown.sort(key=lambda pair: -(pair[1] or 0))
    (first, n), (second, m) = shown[0], shown[1]
    exactly = any(r.category.kind == PARTITION and r.figures[0].ranged for r in rows)
    kinds = {"first": wording.lower(first), "many": f"{n:,}", "second": wording.lower(second), "less": f"{m:,}"}
    if exactly:
        return [
            say(
                "Of the kinds that are given exactly, %(first)s (%(many)s) and %(second)s (%(less)s) were recorded most.",
                **kinds,
            )
        ]
    return [say("Of the kinds that can be shown, %(first)s (%(many)s) and %(second)s (%(less)s) were recorded most.", **kinds)]


def _cutting_across(rows: tuple[ProfileRow, ...]) -> list[str]:
    found = []
    for row in rows:
        own = row.figures[0]
        if row.category.kind == OVERLAY and own.cell is not None:
            number = say("withheld to protect people") if own.withheld and not own.ranged else own.words
            found.append(f"{row.category.label}: {number}. {row.category.description}")
    return found


def limits_of(release: Release, supplier: Supplier | None = None) -> tuple[str, ...]:
    """What the figures can and cannot say, in the order in which it matters. supplier: of a hub, whose figures they are."""
    of_supplier = supplier is not None and supplier.period == release.period
    unplaced = supplier.unplaced_percent if supplier is not None and of_supplier else release.unplaced_percent
    found = [
        say(
            "People told the police of these crimes and incidents, and the police wrote them down. Much harm is never told to them, and some"
            " kinds less often than others."
        ),
        say(
            "The police do not publish the true spot of a crime. They move it to a point near by. So a crime near an edge can be counted in"
            " the neighbourhood next door."
        ),
    ]
    if unplaced is not None:
        found.append(
            say(
                "%(share)s%% of the records in this period came without a place. They are counted in no neighbourhood.",
                share=f"{unplaced:.1f}",
            )
        )
    found.append(
        say(
            "A rate divides by the people who live in a place. Where many others pass through, such as a town centre, the rate is high"
            " for that alone. The 95%% interval shows how far chance could move the rate."
        )
    )
    return tuple(found)
