"""Each finding of a place, from what one release says of it and what the one before said."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from core.contracts import LSOA_2021
from core.languages.spoken import mark, say
from core.periods import CoveredPeriod
from published.count_change import cell_change, cell_step, change_of
from published.findings.finding import CHANGED, INSIDE, LARGEST, LEVEL, LIKE, SPEAKS_FOR, STRONG, UNUSUAL, Finding, lower, violent
from published.findings.pieces import Name, Number, Piece, Row, bracketed, cut, listed, said, tenths, two_ends
from published.release import PARTITION, Category, Cell, Place, Release
from published.releases import Earlier
from published.similar import nearest_in_size, rate_together, similar_areas

# kinds and places that one sentence names
_MOST_KINDS = 3
_MOST_PLACES = 5
# areas like a place that one sentence sets it beside: more than these differ too much in size
_MOST_LIKE = 5
# what a place is made of, one level down
_PARTS = {"all": mark("districts"), "lad": mark("local areas"), "msoa": mark("neighbourhoods")}
_DIGITS = re.compile(r"(\d[\d,]*(?:\.\d+)?)")
# by what core.poisson.SIDES says
_BESIDE = {
    1: mark("That is clearly higher than in %(place)s as a whole (%(rate)s)."),
    -1: mark("That is clearly lower than in %(place)s as a whole (%(rate)s)."),
    0: mark("That is not clearly different from %(place)s as a whole (%(rate)s)."),
}
_BESIDE_BY = {
    1: mark("That is clearly higher than in %(place)s as a whole (%(rate)s), by %(excess)s."),
    -1: mark("That is clearly lower than in %(place)s as a whole (%(rate)s), by %(excess)s."),
}


def findings_of(release: Release, place: Place, earlier: Sequence[Earlier]) -> tuple[Finding, ...]:
    """What is said first of a place. release: as it stands for the place's level; earlier: newest first, none where there is none.

    Empty where the release has no figure of the place.
    """
    told = _Told(release, place, earlier[0] if earlier else None)
    found: list[Finding | None] = [told.level(c, first=n == 0) for n, c in enumerate(told.violent)]
    found += [told.change_of_violence(), told.rose(), told.unusual(), told.inside(), told.like(), told.largest(), told.strong()]
    return tuple(f for f in found if f is not None)


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
        group, place, during = Name(category.label), Name(self.place.label), Name(self.covered.during)
        if cell.ends is None:
            withheld = (
                said(
                    mark("%(group)s: the number recorded in %(place)s %(during)s is withheld to protect small numbers."),
                    group=group, place=place, during=during,
                )
                if first
                else said(
                    mark("%(group)s: the number recorded in the same months is withheld to protect small numbers."), group=group
                )
            )  # fmt: skip
            return Finding(LEVEL, (category.category,), tuple(withheld))
        count = self._count(category, cell)
        recorded = (
            said(
                mark("%(group)s: %(count)s recorded in %(place)s %(during)s"), group=group, count=count, place=place, during=during
            )
            if first
            else said(mark("%(group)s: %(count)s recorded in the same months"), group=group, count=count)
        )
        pieces = self._with_rate(recorded, category)
        beside = self._beside(category)
        return Finding(LEVEL, (category.category,), (*pieces, *([" ", *beside] if beside else [])))

    def _with_rate(self, recorded: list[Piece], category: Category) -> list[Piece]:
        rate = self._rate(self.place, category)
        if not rate:
            return [*recorded, "."]
        limits = self._limits(category)
        if limits is None:
            return said(mark("%(recorded)s, or %(rate)s %(per)s."), recorded=recorded, rate=rate, per=self.per)
        return said(
            mark("%(recorded)s, or %(rate)s %(per)s (95%% interval %(lower)s to %(upper)s)."),
            recorded=recorded, rate=rate, per=self.per, lower=limits[0], upper=limits[1],
        )  # fmt: skip

    def _count(self, category: Category, cell: Cell) -> list[Piece]:
        rows = (self.row(self.place, category),)
        if cell.count is not None or cell.ends is None:
            return [Number(cell.text, "count", rows)]
        low, high = cell.ends
        lowest = Number(f"{low:,}", "lowest", rows)
        if low == high:
            return said(mark("%(number)s, worked out from the other figures,"), number=lowest)
        return said(mark("between %(lowest)s and %(highest)s"), lowest=lowest, highest=Number(f"{high:,}", "highest", rows))

    def _rate(self, place: Place, category: Category) -> list[Piece]:
        """The rate for a year, or both ends of it; nothing where there is neither."""
        cell, rows = self.cell(place, category), (self.row(place, category),)
        known = None if cell is None else cell.rate(place)
        if known is not None:
            return [Number(tenths(known.per_1000 * self.factor), "rate", rows)]
        ends = None if cell is None else cell.rate_ends(place)
        if ends is None:
            return []
        return two_ends(ends[0] * self.factor, ends[1] * self.factor, rows)

    def _limits(self, category: Category) -> tuple[Number, Number] | None:
        cell, rows = self.cell(self.place, category), (self.row(self.place, category),)
        known = None if cell is None else cell.rate(self.place)
        if known is None:
            return None
        return Number(tenths(known.lower * self.factor), "lower", rows), Number(tenths(known.upper * self.factor), "upper", rows)

    def _beside(self, category: Category) -> list[Piece]:
        side = self.release.beside(self.place, self.whole, category.category)
        if side is None or self.whole is None:
            return []
        place, rate = Name(self.whole.label), self._rate(self.whole, category)
        excess = self._excess(self.whole, category) if side else None
        if excess is None:
            return said(_BESIDE[side], place=place, rate=rate)
        return said(_BESIDE_BY[side], place=place, rate=rate, excess=excess)

    def _excess(self, whole: Place, category: Category) -> Number | None:
        """'12%': how far a shown rate lies from a shown one, for a difference that is clear can be small."""
        known = [None if cell is None else cell.rate(p) for p in (self.place, whole) for cell in (self.cell(p, category),)]
        own, around = known
        if own is None or around is None or not around.per_1000:
            return None
        rows = (self.row(self.place, category), self.row(whole, category))
        return Number(f"{abs(100 * own.per_1000 / around.per_1000 - 100):.0f}%", "excess", rows)

    # what changed --------------------------------------------------------------------------------------------

    def change_of_violence(self) -> Finding | None:
        """Violence in the period before and now, whichever way it went."""
        told = [(c, words) for c in self.violent if (words := self._changed(c))]
        if self.before is None or not told:
            return None
        pieces: list[Piece] = []
        for category, words in told:
            if pieces:
                pieces += [" ", *said(mark("%(group)s %(change)s."), group=Name(category.label), change=words)]
            else:
                pieces = said(
                    mark("Beside %(period)s, %(group)s %(change)s."),
                    period=Name(self.before.covered.in_sentence), group=Name(lower(category.label)), change=words,
                )  # fmt: skip
        return Finding(CHANGED, tuple(c.category for c, _ in told), tuple(pieces))

    def _changed(self, category: Category) -> list[Piece]:
        """'rose from 690 to 835: more than chance would give', with its numbers; nothing where it cannot be said."""
        return self._numbered(category, cell_change)

    def _numbered(self, category: Category, words: Callable[[Cell | None, int, Cell | None, int], str]) -> list[Piece]:
        old, new = self._both(category)
        if self.before is None or change_of(old, self.before.covered.loaded, new, self.covered.loaded) is None:
            return []
        now = self.row(self.place, category)
        rows = (replace(now, release_id=self.before.release_id, period=self.before.covered.period), now)
        cut = _DIGITS.split(words(old, self.before.covered.loaded, new, self.covered.loaded))
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
        rows = tuple(self.row(self.place, c) for c in (*self.violent, *self.others) if self._changed(c))
        pieces = said(
            mark(
                "More than in %(period)s, by more than chance would give: %(groups)s. Of %(count)s groups compared at least 1 in 20 would"
                " change so by chance alone."
            ),
            period=Name(self.before.covered.in_sentence),
            groups=listed(self._steps(found)),
            count=Number(str(len(rows)), "places", rows),
        )
        return Finding(CHANGED, tuple(c.category for c in found), tuple(pieces))

    def _steps(self, found: Sequence[Category]) -> list[list[Piece]]:
        """'robbery from 3 to 9' of each."""
        return [[Name(lower(c.label)), " ", *self._numbered(c, cell_step)] for c in found]

    # beside the area around ----------------------------------------------------------------------------------

    def _side(self, which: int) -> list[Category]:
        return [c for c in self.others if self.release.beside(self.place, self.whole, c.category) == which]

    def unusual(self) -> Finding | None:
        """Other kinds whose rate is clearly higher than that of the area around, the largest difference first."""
        found = sorted(self._side(1), key=self._ratio, reverse=True)
        if self.whole is None or not found:
            return None
        also = any(self.release.beside(self.place, self.whole, c.category) == 1 for c in self.violent)
        sentence = (
            mark("Also clearly higher than in %(place)s as a whole, %(per)s: %(groups)s.")
            if also
            else mark("Clearly higher than in %(place)s as a whole, %(per)s: %(groups)s.")
        )
        groups = cut(self._pairs(self.whole, found), _MOST_KINDS)
        pieces = said(sentence, place=Name(self.whole.label), per=self.per, groups=groups)
        return Finding(UNUSUAL, tuple(c.category for c in found), tuple(pieces))

    def _pairs(self, whole: Place, found: Sequence[Category]) -> list[list[Piece]]:
        """'robbery (4.1 beside 2.0)' of each."""
        return [
            said(
                mark("%(group)s (%(rate)s beside %(other)s)"),
                group=Name(lower(c.label)), rate=self._rate(self.place, c), other=self._rate(whole, c),
            )
            for c in found
        ]  # fmt: skip

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
        sentences: list[list[Piece]] = [[say(SPEAKS_FOR)]]
        if less and self.whole is not None:
            groups = cut(self._pairs(self.whole, sorted(less, key=self._ratio)), _MOST_KINDS)
            sentences.append(
                said(
                    mark("Clearly lower here than in %(place)s as a whole, %(per)s: %(groups)s."),
                    place=Name(self.whole.label), per=self.per, groups=groups,
                )
            )  # fmt: skip
        if fell and self.before is not None:
            sentences.append(
                said(
                    mark("Fewer than in %(period)s, by more than chance would give: %(groups)s."),
                    period=Name(self.before.covered.in_sentence), groups=listed(self._steps(fell)),
                )
            )  # fmt: skip
        if len(sentences) == 1:
            return None
        pieces = [piece for sentence in sentences for piece in (" ", *sentence)][1:]
        return Finding(STRONG, tuple(c.category for c in (*less, *fell)), tuple(pieces))

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
        place, group, kind = Name(self.place.label), Name(lower(category.label)), say(_PARTS[self.place.geography])
        count = Number(f"{len(tested):,}", "places", tuple(self.row(p, category) for p in tested))
        if not high:
            pieces = said(
                mark(
                    "Inside %(place)s the rate of %(group)s is clearly higher than in the whole of it in none of the %(count)s %(kind)s"
                    " that can be compared."
                ),
                place=place, group=group, count=count, kind=kind,
            )  # fmt: skip
            return Finding(INSIDE, (category.category,), tuple(pieces))
        furthest = sorted(high, key=lambda p: (-self._floor(p, category), p.code))[:_MOST_PLACES]
        named = cut(
            [[Name(p.label), *bracketed(self._rate(p, category))] for p in sorted(furthest, key=lambda p: p.label)],
            _MOST_PLACES,
            of=len(high),
        )
        pieces = said(
            mark(
                "Inside %(place)s the rate of %(group)s is clearly higher than in the whole of it in %(high)s of %(count)s %(kind)s; at"
                " least 1 in 40 would be so by chance alone."
            ),
            place=place, group=group, count=count, kind=kind,
            high=Number(f"{len(high):,}", "places", tuple(self.row(p, category) for p in high)),
        )  # fmt: skip
        by_name = (
            mark("Furthest above it, by name, %(per)s: %(places)s.")
            if len(high) > _MOST_PLACES
            else mark("By name, %(per)s: %(places)s.")
        )
        pieces += [" ", *said(by_name, per=self.per, places=named)]
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
        pieces = said(
            mark(
                "In the %(count)s areas nearest to it in size of the same tenth of deprivation, %(names)s, %(group)s came to %(rate)s"
                " %(per)s together."
            ),
            count=Number(str(len(areas)), "places", rows),
            names=listed([[Name(p.label)] for p in areas]),
            group=Name(lower(category.label)),
            rate=two_ends(together.lowest * self.factor, together.highest * self.factor, rows),
            per=self.per,
        )
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
        count, rate = Number(f"{whole.count:,}", "count", rows), self._rate(self.place, total)
        recorded = (
            said(mark("In all %(count)s incidents were recorded, %(rate)s %(per)s"), count=count, rate=rate, per=self.per)
            if rate
            else said(mark("In all %(count)s incidents were recorded"), count=count)
        )
        largest = sorted(shown, key=lambda pair: -pair[1])[:2]
        pieces: list[Piece] = [*recorded, "."]
        if len(largest) == 2:
            groups = listed([self._share(c, n, whole.count, rows) for c, n in largest])
            sentence = (
                mark("%(recorded)s; the largest groups were %(groups)s.")
                if len(shown) == len(kinds)
                else mark("%(recorded)s; the largest groups of those that are given exactly were %(groups)s.")
            )
            pieces = said(sentence, recorded=recorded, groups=groups)
        beside = self._beside(total)
        return Finding(LARGEST, (total.category,), (*pieces, *([" ", *beside] if beside else [])))

    def _share(self, category: Category, count: int, of: int, total: tuple[Row, ...]) -> list[Piece]:
        """'robbery (12%)'."""
        share = Number(f"{100 * count / of:.0f}%", "share", (self.row(self.place, category), *total))
        return [Name(lower(category.label)), " (", share, ")"]
