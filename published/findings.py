"""What matters about a place in a release, as sentences whose every number names the published rows that it comes from.

The order is the reader's: violence first, with its rate for a year, its interval and the area around; then what changed, what is unusual,
where inside the place, what was largest, and what is strong. A place stands beside the area around it by one rule
(core.poisson.beside_whole, decision 0113), and one period beside another by one test (published.count_change). Places are never ranked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.contracts import LSOA_2021
from core.periods import CoveredPeriod, Period
from core.poisson import SIDES
from published.count_change import cell_change, change_of
from published.release import OVERLAY, PARTITION, Category, Cell, Place, Release
from published.releases import Earlier
from published.similar import nearest_in_size, rate_together, similar_areas

# what a finding is about, in the order in which findings are told
LEVEL, CHANGED, UNUSUAL, INSIDE, LIKE, LARGEST, STRONG = "level", "changed", "unusual", "inside", "like", "largest", "strong"
# kinds and places that one sentence names
_MOST_KINDS = 3
_MOST_PLACES = 5
# areas like a place that one sentence sets it beside: more than these differ too much in size
_MOST_LIKE = 5


@dataclass(frozen=True)
class Row:
    """The key of one published cell."""

    release_id: int
    geography: str
    edition: str
    code: str
    category: str
    period: Period


@dataclass(frozen=True)
class Number:
    """A number as it is written, what it is of its rows, and these rows.

    of: count, lowest, highest (of a range); rate, lower, upper, lowest rate, highest rate (per 1,000 residents, for a year where the months
    loaded are known); change (an end or the step of a change); share (percent of the last row); excess (percent by which the rate of
    the first row lies from that of the last); places (how many rows).
    """

    text: str
    of: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Name:
    """A name or a period: what digits it holds are no figures."""

    text: str


Piece = str | Number | Name


@dataclass(frozen=True)
class Finding:
    """One sentence or two. about: LEVEL and so on; categories: what groups it tells of."""

    about: str
    categories: tuple[str, ...]
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        return "".join(p if isinstance(p, str) else p.text for p in self.pieces)

    @property
    def numbers(self) -> tuple[Number, ...]:
        return tuple(p for p in self.pieces if isinstance(p, Number))


def findings_of(release: Release, place: Place, earlier: Sequence[Earlier]) -> tuple[Finding, ...]:
    """What is said first of a place. release: as it stands for the place's level; earlier: newest first, none where there is none.

    Empty where the release has no figure of the place.
    """
    told = _Told(release, place, earlier[0] if earlier else None)
    found: list[Finding | None] = [told.level(c, first=n == 0) for n, c in enumerate(told.violent)]
    found += [told.change_of_violence(), told.rose(), told.unusual(), told.inside(), told.like(), told.largest(), told.strong()]
    return tuple(f for f in found if f is not None)


def violent(categories: Sequence[Category]) -> tuple[Category, ...]:
    """The groups of violence, that of the publisher's own kinds first, then what the partnership cut across them."""
    named = [c for c in categories if "violence" in c.category]
    return tuple(sorted(named, key=lambda c: c.kind == OVERLAY))


def lower(label: str) -> str:
    """A label within a sentence."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


@dataclass(frozen=True)
class _Told:
    """What one release says of one place."""

    release: Release
    place: Place
    before: Earlier | None

    @property
    def violent(self) -> tuple[Category, ...]:
        return violent(self.release.categories) or (() if self.release.total is None else (self.release.total,))

    @property
    def others(self) -> tuple[Category, ...]:
        """Kinds that are no violence and add up to the total."""
        return tuple(c for c in self.release.categories if c.kind == PARTITION and c not in self.violent)

    @property
    def whole(self) -> Place | None:
        return self.release.wider(self.place)

    @property
    def covered(self) -> CoveredPeriod:
        return self.release.covered

    @property
    def factor(self) -> float:
        return self.covered.to_a_year

    @property
    def per(self) -> str:
        return self.covered.rate_is_per

    def cell(self, place: Place, category: Category) -> Cell | None:
        return self.release.cell(place, category.category)

    def row(self, place: Place, category: Category) -> Row:
        return Row(self.release.release_id, place.geography, place.edition, place.code, category.category, self.release.period)

    # one group -----------------------------------------------------------------------------------------------

    def level(self, category: Category, *, first: bool) -> Finding | None:
        """How much, per 1,000 people a year, how sure, and beside the area around. first: with the place and the period."""
        cell = self.cell(self.place, category)
        if cell is None:
            return None
        where: list[Piece] = [" in ", Name(self.place.label), " ", Name(self.covered.during)] if first else [" in the same months"]
        if cell.ends is None:
            said: list[Piece] = [Name(category.label), ": the number recorded", *where, " is withheld to protect small numbers."]
            return Finding(LEVEL, (category.category,), tuple(said))
        pieces: list[Piece] = [Name(category.label), ": ", *self._count(category, cell), " recorded", *where]
        rate = self._rate(self.place, category)
        if rate:
            pieces += [", or ", *rate, f" {self.per}", *self._interval(category)]
        return Finding(LEVEL, (category.category,), (*pieces, ".", *self._beside(category)))

    def _count(self, category: Category, cell: Cell) -> list[Piece]:
        rows = (self.row(self.place, category),)
        if cell.count is not None or cell.ends is None:
            return [Number(cell.text, "count", rows)]
        low, high = cell.ends
        if low == high:
            return [Number(f"{low:,}", "lowest", rows), ", worked out from the other figures,"]
        return ["between ", Number(f"{low:,}", "lowest", rows), " and ", Number(f"{high:,}", "highest", rows)]

    def _rate(self, place: Place, category: Category) -> list[Piece]:
        """The rate for a year, or both ends of it; nothing where there is neither."""
        cell, rows = self.cell(place, category), (self.row(place, category),)
        known = None if cell is None else cell.rate(place)
        if known is not None:
            return [Number(_tenths(known.per_1000 * self.factor), "rate", rows)]
        ends = None if cell is None else cell.rate_ends(place)
        if ends is None:
            return []
        low, high = (_tenths(e * self.factor) for e in ends)
        if low == high:
            return [Number(low, "lowest rate", rows)]
        return [Number(low, "lowest rate", rows), " to ", Number(high, "highest rate", rows)]

    def _interval(self, category: Category) -> list[Piece]:
        cell, rows = self.cell(self.place, category), (self.row(self.place, category),)
        known = None if cell is None else cell.rate(self.place)
        if known is None:
            return []
        ends = Number(_tenths(known.lower * self.factor), "lower", rows), Number(_tenths(known.upper * self.factor), "upper", rows)
        return [" (95% interval ", ends[0], " to ", ends[1], ")"]

    def _beside(self, category: Category) -> list[Piece]:
        side = self.release.beside(self.place, self.whole, category.category)
        if side is None or self.whole is None:
            return []
        than = "from" if side == 0 else "than in"
        by = self._excess(self.whole, category) if side else []
        return [
            f" That is {SIDES[side]} {than} ", Name(self.whole.label), " as a whole (", *self._rate(self.whole, category), ")", *by, ".",
        ]  # fmt: skip

    def _excess(self, whole: Place, category: Category) -> list[Piece]:
        """', by 12%': how far a shown rate lies from a shown one, for a difference that is clear can be small."""
        known = [None if cell is None else cell.rate(p) for p in (self.place, whole) for cell in (self.cell(p, category),)]
        own, around = known
        if own is None or around is None or not around.per_1000:
            return []
        rows = (self.row(self.place, category), self.row(whole, category))
        return [", by ", Number(f"{abs(100 * own.per_1000 / around.per_1000 - 100):.0f}%", "excess", rows)]

    # what changed --------------------------------------------------------------------------------------------

    def change_of_violence(self) -> Finding | None:
        """Violence in the period before and now, whichever way it went."""
        told = [(c, words) for c in self.violent if (words := self._changed(c))]
        if self.before is None or not told:
            return None
        pieces: list[Piece] = ["Beside ", Name(self.before.covered.in_sentence), ", "]
        for n, (category, words) in enumerate(told):
            pieces += [*([". "] if n else []), Name(category.label if n else lower(category.label)), " ", *words]
        return Finding(CHANGED, tuple(c.category for c, _ in told), (*pieces, "."))

    def _changed(self, category: Category) -> list[Piece]:
        """'rose from 690 to 835: more than chance would give', with its numbers; nothing where it cannot be said."""
        old, new = self._both(category)
        if self.before is None or change_of(old, self.before.covered.loaded, new, self.covered.loaded) is None:
            return []
        words = cell_change(old, self.before.covered.loaded, new, self.covered.loaded)
        now = self.row(self.place, category)
        rows = (replace(now, release_id=self.before.release_id, period=self.before.covered.period), now)
        cut = re.split(r"(\d[\d,]*(?:\.\d+)?)", words)
        return [Number(part, "change", rows) if n % 2 else part for n, part in enumerate(cut) if part]

    def _both(self, category: Category) -> tuple[Cell | None, Cell | None]:
        return None if self.before is None else self.before.cells.get(category.category), self.cell(self.place, category)

    def _beyond(self, way: str, among: Sequence[Category]) -> list[Category]:
        """Groups that changed one way by more than chance would give."""
        if self.before is None:
            return []
        months = self.before.covered.loaded, self.covered.loaded
        found = []
        for category in among:
            old, new = self._both(category)
            change = change_of(old, months[0], new, months[1])
            if change is not None and change.beyond and change.way == way:
                found.append(category)
        return found

    def rose(self) -> Finding | None:
        """Other kinds that rose by more than chance would give."""
        found = self._beyond("rose", self.others)
        if self.before is None or not found:
            return None
        pieces: list[Piece] = [
            "More than in ",
            Name(self.before.covered.in_sentence),
            ", by more than chance would give: ",
            *_listed(self._steps(found)),
            ".",
        ]
        tested = sum(bool(self._changed(c)) for c in (*self.violent, *self.others))
        rows = tuple(self.row(self.place, c) for c in (*self.violent, *self.others) if self._changed(c))
        pieces += [
            " Of ",
            Number(str(tested), "places", rows),
            " groups compared at least 1 in 20 would change so by chance alone.",
        ]
        return Finding(CHANGED, tuple(c.category for c in found), tuple(pieces))

    def _steps(self, found: Sequence[Category]) -> list[list[Piece]]:
        """'robbery from 3 to 9' of each."""
        each: list[list[Piece]] = []
        for category in found:
            words = self._changed(category)
            # what follows the colon is said once, before the list
            last = words[-1]
            kept = [*words[:-1], last.split(":")[0]] if isinstance(last, str) else words
            opening = kept[0]
            if isinstance(opening, str):
                kept[0] = opening.removeprefix("rose ").removeprefix("fell ").removeprefix(", ")
            each.append([Name(lower(category.label)), " ", *(k for k in kept if k)])
        return each

    # beside the area around ----------------------------------------------------------------------------------

    def _side(self, which: int) -> list[Category]:
        return [c for c in self.others if self.release.beside(self.place, self.whole, c.category) == which]

    def unusual(self) -> Finding | None:
        """Other kinds whose rate is clearly higher than that of the area around, the largest difference first."""
        found = sorted(self._side(1), key=self._ratio, reverse=True)
        if self.whole is None or not found:
            return None
        also = any(self.release.beside(self.place, self.whole, c.category) == 1 for c in self.violent)
        pieces: list[Piece] = [
            "Also clearly" if also else "Clearly",
            " higher than in ",
            Name(self.whole.label),
            f" as a whole, {self.per}: ",
        ]
        return Finding(
            UNUSUAL,
            tuple(c.category for c in found),
            (*pieces, *_cut(self._pairs(self.whole, found), _MOST_KINDS), "."),
        )

    def _pairs(self, whole: Place, found: Sequence[Category]) -> list[list[Piece]]:
        """'robbery (4.1 beside 2.0)' of each."""
        return [[Name(lower(c.label)), " (", *self._rate(self.place, c), " beside ", *self._rate(whole, c), ")"] for c in found]

    def _ratio(self, category: Category) -> float:
        """The rate here to that of the area around, by the nearer ends of ranges."""
        counted = [
            None if p is None or (cell := self.cell(p, category)) is None else cell.counted(p) for p in (self.place, self.whole)
        ]
        own, around = counted
        return (
            0.0 if own is None or around is None or not around.highest else own.lowest / own.people * around.people / around.highest
        )

    def strong(self) -> Finding | None:
        """What speaks for the place: groups that are clearly lower than in the area around, and those that fell beyond chance."""
        less = [c for c in (*self.violent[:1], *self.others) if self.release.beside(self.place, self.whole, c.category) == -1]
        fell = self._beyond("fell", (*self.violent[:1], *self.others))
        pieces: list[Piece] = []
        if less and self.whole is not None:
            lowest = sorted(less, key=self._ratio)
            pieces += ["Clearly lower here than in ", Name(self.whole.label), f" as a whole, {self.per}: "]
            pieces += [*_cut(self._pairs(self.whole, lowest), _MOST_KINDS), "."]
        if fell and self.before is not None:
            opening = " Fewer than in " if less else "Fewer than in "
            pieces += [
                opening,
                Name(self.before.covered.in_sentence),
                ", by more than chance would give: ",
                *_listed(self._steps(fell)),
                ".",
            ]
        return (
            Finding(STRONG, tuple(c.category for c in (*less, *fell)), ("What speaks for the place. ", *pieces)) if pieces else None
        )

    # inside the place, and like it ---------------------------------------------------------------------------

    def parts(self) -> list[Place]:
        """What a place is made of, one level down: districts of the region, local areas of a district, neighbourhoods of a local area."""
        code, level = self.place.code, self.place.geography
        if level == "all":
            return self.release.of("lad")
        if level == "lad":
            return self.release.of("msoa", district=code)
        lsoas = [p for p in self.release.of(LSOA_2021.level) if p.edition == LSOA_2021.edition]
        return [p for p in lsoas if level == "msoa" and p.parent_msoa == code]

    def inside(self) -> Finding | None:
        """Parts of the place where violence is clearly higher than in the place as a whole, by name."""
        parts = self.parts()
        if not self.violent or len(parts) < 2:
            return None
        category = self.violent[0]
        sides = [(p, self.release.beside(p, self.place, category.category)) for p in parts]
        tested = [p for p, side in sides if side is not None]
        high = [p for p, side in sides if side == 1]
        if not tested:
            return None
        kind = {"all": "districts", "lad": "local areas", "msoa": "neighbourhoods"}[self.place.geography]
        of: list[Piece] = [Number(f"{len(tested):,}", "places", tuple(self.row(p, category) for p in tested)), f" {kind}"]
        opening: list[Piece] = ["Inside ", Name(self.place.label), " the rate of ", Name(lower(category.label))]
        if not high:
            pieces = [*opening, " is clearly higher than in the whole of it in none of the ", *of, " that can be compared."]
            return Finding(INSIDE, (category.category,), tuple(pieces))
        furthest = sorted(high, key=lambda p: (-self._floor(p, category), p.code))[:_MOST_PLACES]
        named = _cut(
            [[Name(p.label), *_bracketed(self._rate(p, category))] for p in sorted(furthest, key=lambda p: p.label)],
            _MOST_PLACES,
            of=len(high),
        )
        shown = " Furthest above it, by name" if len(high) > _MOST_PLACES else " By name"
        pieces = [
            *opening, " is clearly higher than in the whole of it in ",
            Number(f"{len(high):,}", "places", tuple(self.row(p, category) for p in high)), " of ", *of, "; at least 1 in 40",
            " would be so by chance alone.",
            f"{shown}, {self.per}: ", *named, ".",
        ]  # fmt: skip
        return Finding(INSIDE, (category.category,), tuple(pieces))

    def _floor(self, place: Place, category: Category) -> float:
        """The least that a rate can be."""
        cell = self.cell(place, category)
        return cell.ends[0] / place.residents if cell is not None and cell.ends is not None and place.residents else 0.0

    def like(self) -> Finding | None:
        """The areas most like it by what the release says of them, by name, with their rate of violence together."""
        if not self.violent:
            return None
        category = self.violent[0]
        areas = nearest_in_size(self.place, similar_areas(self.release, self.place), _MOST_LIKE)
        together = rate_together(self.release, areas, category.category) if areas else None
        if together is None:
            return None
        rows = tuple(self.row(p, category) for p in areas)
        low, high = _tenths(together.lowest * self.factor), _tenths(together.highest * self.factor)
        rate: list[Piece] = [Number(low, "lowest rate", rows)]
        rate += [" to ", Number(high, "highest rate", rows)] if high != low else []
        pieces: list[Piece] = [
            "In the ",
            Number(str(len(areas)), "places", rows),
            " areas nearest to it in size of the same tenth of deprivation, ",
        ]
        pieces += [
            *_listed([[Name(p.label)] for p in areas]),
            ", ",
            Name(lower(category.label)),
            " came to ",
            *rate,
            f" {self.per} together.",
        ]
        return Finding(LIKE, (category.category,), tuple(pieces))

    def largest(self) -> Finding | None:
        """The largest kinds among all that was recorded, where the total is shown."""
        total = self.release.total
        whole = None if total is None else self.cell(self.place, total)
        if total is None or whole is None or not whole.count:
            return None
        kinds = [c for c in self.release.categories if c.kind == PARTITION]
        shown = [(c, cell.count) for c in kinds if (cell := self.cell(self.place, c)) is not None and cell.count]
        rows = (self.row(self.place, total),)
        pieces: list[Piece] = ["In all ", Number(f"{whole.count:,}", "count", rows), " incidents were recorded"]
        rate = self._rate(self.place, total)
        pieces += [", ", *rate, f" {self.per}"] if rate else []
        largest = sorted(shown, key=lambda pair: -pair[1])[:2]
        if len(largest) == 2:
            exact = "" if len(shown) == len(kinds) else " of those that are given exactly"
            pieces += [f"; the largest groups{exact} were "]
            pieces += _listed(
                [
                    [
                        Name(lower(c.label)),
                        " (",
                        Number(f"{100 * n / whole.count:.0f}%", "share", (self.row(self.place, c), *rows)),
                        ")",
                    ]
                    for c, n in largest
                ]
            )
        return Finding(LARGEST, (total.category,), (*pieces, ".", *self._beside(total)))


def _tenths(value: float) -> str:
    return f"{value:,.1f}"


def _bracketed(rate: Sequence[Piece]) -> list[Piece]:
    return [" (", *rate, ")"] if rate else []


def _cut(each: Sequence[Sequence[Piece]], most: int, *, of: int = 0) -> list[Piece]:
    """The first few of a list and how many more there are: names left out, no figure. of: how many there are, where each holds fewer."""
    left = max(len(each), of) - most
    return _listed([*each[:most], [Name(f"{left} more")]]) if left > 0 else _listed(each)


def _listed(each: Sequence[Sequence[Piece]]) -> list[Piece]:
    """'a, b and c' of pieces; with semicolons where a name holds an 'and' of its own."""
    names = ["".join(p if isinstance(p, str) else p.text for p in some) for some in each]
    wide = any(" and " in n or "," in n for n in names)
    pieces: list[Piece] = []
    for n, some in enumerate(each):
        if n:
            last = n == len(each) - 1
            pieces.append(("; and " if wide else " and ") if last else ("; " if wide else ", "))
        pieces += some
    return pieces
