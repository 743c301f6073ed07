"""Two editions of one place, figure by figure. What was said of a period and is said otherwise now was corrected or is shown in another
way; what is said of another period changed in the world. Published values alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from briefs import wording
from briefs.editions.known import Edition
from briefs.facts import Facts
from core.periods import CoveredPeriod
from published.count_change import cell_change, change_of
from published.release import Category, Cell, Place, Release
from published.releases import Earlier

# what became of a figure of the earlier edition
SAME, CORRECTED, COMPLETED, SHOWN = "same", "corrected", "completed", "shown"


@dataclass(frozen=True)
class Step:
    """A figure of the earlier edition. then: as it gave it; since: of the same months as they were last said; now: of the newest period.
    became: SAME and so on. change: in the world, in words, '' where the period is the same; beyond: by more than chance would give."""

    place: Place
    category: Category
    then: Cell
    since: Cell | None
    now: Cell | None
    became: str
    change: str
    beyond: bool


@dataclass(frozen=True)
class Since:
    """What changed since an edition. withdrawn: its release was, so that none of its figures is said again. steps: of the place, then of
    the areas around it. then, since, now: the periods with their months. other: sentences on what else is otherwise. releases: that figures
    of it come from."""

    edition: Edition
    published: str = ""
    withdrawn: bool = False
    then: CoveredPeriod | None = None
    since: CoveredPeriod | None = None
    now: CoveredPeriod | None = None
    steps: tuple[Step, ...] = ()
    other: tuple[str, ...] = ()
    releases: tuple[int, ...] = ()

    @property
    def later(self) -> bool:
        """Whether the newer edition is of another period."""
        return self.then is not None and self.now is not None and self.then.period != self.now.period

    def of(self, place: Place) -> tuple[Step, ...]:
        return tuple(s for s in self.steps if s.place.code == place.code)


def compare(edition: Edition, old: Release, new: Facts, last_said: Mapping[str, Earlier]) -> Since:
    """What changed from old, the release of the edition as it stands for the place, to new.

    last_said: of each place by code, the period of old as the newest release has it.
    """
    steps = []
    then, now = old.covered, new.release.covered
    own = last_said.get(new.place.code)
    for place in (new.place, *new.parents):
        said = last_said.get(place.code)
        for category in new.release.categories:
            cell = old.cell(place, category.category)
            meant = old.category(category.category)
            if cell is not None and meant is not None and meant.description == category.description:
                steps.append(_step(place, category, cell, then, said, new.cell(place, category.category), now))
    return Since(
        edition,
        wording.day(old.published_at.date()),
        then=then,
        since=None if own is None else own.covered,
        now=now,
        steps=tuple(steps),
        other=_other(old, new),
        releases=tuple(sorted({old.release_id, *(e.release_id for e in last_said.values())})),
    )


def _step(
    place: Place, category: Category, cell: Cell, then: CoveredPeriod, said: Earlier | None, newest: Cell, now: CoveredPeriod
) -> Step:
    since = None if said is None else said.cells.get(category.category)
    became = _became(cell, then, since, then if said is None else said.covered)
    if then.period == now.period:
        return Step(place, category, cell, since, newest, became, "", False)
    # what was corrected is no change in the world, so the newest figures are set beside the corrected ones
    base, covered = (cell, then) if since is None or said is None else (since, said.covered)
    shared = len(set(then.period.months()) & set(now.period.months()))
    if shared:
        words = f"the two periods share {shared} {'month' if shared == 1 else 'months'}, so chance is not reckoned"
        return Step(place, category, cell, since, newest, became, words, False)
    change = change_of(base, covered.loaded, newest, now.loaded)
    words = cell_change(base, covered.loaded, newest, now.loaded)
    return Step(place, category, cell, since, newest, became, words, change is not None and change.beyond)


def _became(then: Cell, months_then: CoveredPeriod, since: Cell | None, months_since: CoveredPeriod) -> str:
    """Where both leave a number possible that is the same, nothing says that the data are others: protection may have chosen anew."""
    if since is None or then == since:
        return SAME
    if months_then.missing != months_since.missing:
        return COMPLETED
    old, new = then.ends, since.ends
    if old is None or new is None or (old[0] <= new[1] and new[0] <= old[1]):
        return SAME if old is not None and old == new else SHOWN
    return CORRECTED


def _other(old: Release, new: Facts) -> tuple[str, ...]:
    """What else is otherwise and moves a rate or a comparison: residents, deprivation, and what groups mean."""
    said = []
    before = old.place(new.place.geography, new.place.code)
    if before is not None and before.residents != new.place.residents and before.residents and new.place.residents:
        said.append(
            f"Rates are of {new.place.residents:,} residents ({wording.reference(new.place.residents_reference)}); that edition's were of"
            f" {before.residents:,} ({wording.reference(before.residents_reference)})."
        )
    if before is not None and before.deprivation_decile != new.place.deprivation_decile:
        tenths = [str(p.deprivation_decile or "none") for p in (before, new.place)]
        said.append(f"Its deprivation decile is {tenths[1]}; in that edition it was {tenths[0]}.")
    meant, come, gone = _groups(old, new.release)
    said += [f"Defined in other words now, so not compared: {wording.list_of(meant)}."] if meant else []
    said += [f"Groups that it did not have: {wording.list_of(come)}."] if come else []
    said += [f"Groups that are no longer published: {wording.list_of(gone)}."] if gone else []
    return tuple(said)


def _groups(old: Release, new: Release) -> tuple[list[str], list[str], list[str]]:
    before = {c.category: c for c in old.categories}
    after = {c.category: c for c in new.categories}
    meant = [c.label for k, c in after.items() if k in before and before[k].description != c.description]
    come = [c.label for k, c in after.items() if k not in before]
    return meant, come, [c.label for k, c in before.items() if k not in after]
