"""Two tiers of a series of releases that can be attacked apart: small areas once a period, wide areas as often as wanted.

The slow tier are the levels that are renewed so seldom that their periods never overlap (neighbourhoods and local areas once a year).
Each such period is one *block*: its figures are printed once, those of the wider areas for the same months beside them, and carried from
release to release as they were printed. The fast tier are the other levels (districts and the whole, each month), for groups of which
none cuts across another.

*Proposition 4.* Let every area of the slow tier lie in one area of the fast tier, and let the figure of every fast area and group be
shown for every block. If each block by itself is certified, and the fast tier with its past (its own figures of the blocks among them)
is, then both together are: each small cell, each sliver of a block, and each month or run of months of a finest area and class may be k,
and no sum of 1 to k - 1 can be known to be below k.
Proof: of one fast area and group write the counts of a block as a matrix: finest areas and classes by months. Figures of the slow tier
see its row sums, figures of the fast tier its column sums. Take any table that the slow tier's reader cannot rule out (row sums R)
and any that the fast tier's cannot (column sums C). Both add up to the figure that is shown of the block. So there is a matrix of
whole numbers, none negative, with these sums (the transportation problem), and one of which a chosen entry is the lesser of its two
sums. Hence each cell and sliver of one tier takes its values whatever the other tier shows. An entry of 1 to k - 1 may be k: its row
sum is k or more, or may be k because the block is certified; its column sum likewise, because the fast tier is; and the figure
shown, as it is not 0, is k or more. Sums of entries follow as in proposition 2. Months in no block have no row sums to keep.

So a block is attacked once, when it is new, and years of a dozen districts are a small system. Everything that decides whether there are
tiers is printed or laid down in the plan, so the choice tells nothing. Where a condition fails (an exact figure was given for an area that
somebody asked for, blocks overlap, other groups, another method), everything is attacked in one system as without tiers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from analytics.disclosure.history import KEY, Groups
from analytics.disclosure.ledger import Earlier, Ledger
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import MethodKind, Policy
from core.contracts import SUPPRESSED
from core.periods import Period

_COUNTED = ["area", "category", "month"]
# the block that is being released, as a release of its own in the past of the fast tier
_BLOCK = -2


@dataclass(frozen=True)
class Tiers:
    """What of a candidate is the block. new: all levels over the block, None where it was printed before; carried: its figures then. Without
    a block where the small areas have no figures at all of the time that is asked for.

    fast: the fast levels, the finest first. blocks: every block that was printed, with the release that did so first.
    """

    block: Period | None
    new: PublicationPlan | None
    carried: pd.DataFrame
    fast: tuple[Level, ...]
    blocks: dict[Period, Earlier]


@dataclass(frozen=True)
class FastTier:
    """Plans to try in turn: the fast levels over their own period, then fewer of them; counts by areas of the finest, and their past.

    The last plan of a new block, and the only one where the own period is the block itself, shows what is printed already: all that it
    is asked is whether the past can stand beside it.
    """

    plans: tuple[PublicationPlan, ...]
    counts: Counts
    ledger: Ledger
    block: Period | None
    new: bool


def tiers_of(plan: PublicationPlan, counts: Counts, ledger: Ledger, policy: Policy) -> Tiers | None:
    """Where the candidate parts; None where the parts could not be attacked apart."""
    slow = tuple(level for level in plan.levels if _is_slow(plan, level))
    fast = _by_size(tuple(level for level in plan.levels if level not in slow), counts.areas)
    if policy.kind is not MethodKind.SUPPRESSION or ledger.answers or not fast:
        return None
    before = _levels_before(plan, ledger, counts.areas)
    slow = (*slow, *before) if before is not None else ()
    spans = {plan.periods_of(level) for level in slow if level in plan.levels}
    if not slow or len(spans) > 1 or not _nest((*_by_size(slow, counts.areas), *fast), counts.areas):
        return None
    blocks = _blocks_of(ledger, slow, plan.groups, policy)
    if blocks is None:
        return None
    if not spans:
        return Tiers(None, None, pd.DataFrame(), fast, blocks)
    (periods,) = spans
    if len(periods) != 1 or any(periods[0] not in plan.periods_of(level) for level in fast):
        return None
    block = periods[0]
    if any(p != block and not _apart(p, block) for p in blocks):
        return None
    known = block in blocks
    whole = replace(plan, periods=(block,), levels=tuple(replace(level, periods=()) for level in plan.levels))
    carried = _over(blocks[block].figures, block).reset_index(drop=True) if known else pd.DataFrame()
    return Tiers(block, None if known else whole, carried, fast, blocks)


def fast_tier(tiers: Tiers, plan: PublicationPlan, counts: Counts, ledger: Ledger, printed: pd.DataFrame) -> FastTier | None:
    """The fast tier, for those levels of which every figure of every block is shown; None where there is none, or nothing to attack.

    printed: what is printed of the block. InseparableError where a level or a group was published between blocks before, and cannot be now.
    """
    groups = side_by_side(plan.groups)
    levels = fast_levels(tiers, plan, ledger, None if tiers.block is None else printed)
    own = tuple(replace(level, periods=plan.periods_of(level)[:1]) for level in levels)
    if not own or (not ledger.past and own[0].periods == (tiers.block,)):
        return None
    ground = own[0]
    areas = counts.areas.drop_duplicates(ground.column)[[level.column for level in own]].reset_index(drop=True)
    now = _by_place(counts.frame, counts.areas, ground)
    past = _past_of(
        tiers, own, ledger, counts, groups, printed, now, frozenset(plan.months) if counts.loaded is None else counts.loaded
    )
    plans = [replace(plan, levels=own[i:], groups=groups, periods=ground.periods) for i in range(len(own))]
    if tiers.block is not None and (tiers.new is not None or ground.periods == (tiers.block,)):
        same = tuple(replace(level, periods=(tiers.block,)) for level in own)
        beside = replace(plan, levels=same, groups=groups, periods=(tiers.block,))
        plans = [beside] if ground.periods == (tiers.block,) else [*plans, beside]
    return FastTier(tuple(plans), Counts(areas, now, counts.loaded), past, tiers.block, tiers.new is not None)


def fast_levels(tiers: Tiers, plan: PublicationPlan, ledger: Ledger, printed: pd.DataFrame | None) -> tuple[Level, ...]:
    """The fast levels of which every figure of every block is shown; InseparableError as in fast_tier.

    printed: None before the block that is released now was attacked, which tells early what earlier blocks alone forbid.
    """
    names = [name for name, _ in side_by_side(plan.groups)]
    rows = [_over(release.figures, period) for period, release in tiers.blocks.items()]
    if printed is not None:
        rows.append(printed)
    levels = tiers.fast
    while levels and not all(_all_shown(r, levels[0], names) for r in rows):
        levels = levels[1:]
    between = _tables_between(ledger, set(tiers.blocks) | ({tiers.block} if tiers.block else set()))
    left = {_name(level) for level in levels}
    if any(level not in left or group not in names for level, group in between):
        raise InseparableError
    return levels


class InseparableError(Exception):
    """The tiers of this candidate hang together by what was printed before. withheld: the cells that the new block had to withhold by
    itself, where it was attacked before this was known: with the past beside it no fewer go."""

    withheld: pd.DataFrame | None = None


def side_by_side(groups: Groups) -> Groups:
    """The groups less those that cut across others: the one that cuts across most goes first, of equal ones the last."""
    left = dict(groups)
    order = [name for name, _ in groups]
    while True:
        crossing = {
            name: sum(bool(members & other) and not (members <= other or other <= members) for other in left.values())
            for name, members in left.items()
        }
        worst = max(crossing, key=lambda name: (crossing[name], order.index(name)))
        if not crossing[worst]:
            return tuple(left.items())
        del left[worst]


def _is_slow(plan: PublicationPlan, level: Level) -> bool:
    return level.every >= max(len(period) for period in plan.periods_of(level))


def _levels_before(plan: PublicationPlan, ledger: Ledger, areas: pd.DataFrame) -> tuple[Level, ...] | None:
    """Levels that were published before and are not now; None where the areas do not hold one of them."""
    names = {name for past in ledger.past for name, _ in _spans(past.figures)} - {_name(level) for level in plan.levels}
    found = tuple(Level(geography, edition, 1.0) for geography, edition in sorted(names))
    return found if all(level.column in areas.columns for level in found) else None


def _by_size(levels: tuple[Level, ...], areas: pd.DataFrame) -> tuple[Level, ...]:
    """The level with most places first."""
    return tuple(sorted(levels, key=lambda level: -areas[level.column].nunique()))


def _nest(levels: tuple[Level, ...], areas: pd.DataFrame) -> bool:
    """Whether each area of each level lies in one of the next, and every finest area in one of each."""
    if any((areas[level.column] == "").any() for level in levels):
        return False
    return all(areas.groupby(a.column)[b.column].nunique().le(1).all() for a, b in pairwise(levels))


def _name(level: Level) -> tuple[str, str]:
    return level.geography, level.edition


def _apart(one: Period, other: Period) -> bool:
    return one.end < other.start or other.end < one.start


def _over(figures: pd.DataFrame, period: Period) -> pd.DataFrame:
    return figures[(figures["period_start"] == period.start) & (figures["period_end"] == period.end)]


def _spans(figures: pd.DataFrame) -> Iterator[tuple[tuple[str, str], Period]]:
    """Each geography and period of which there are figures."""
    for geography, edition, start, end in figures[[*KEY[:2], *KEY[4:]]].drop_duplicates().itertuples(index=False):
        yield (str(geography), str(edition)), Period(start, end)


def _blocks_of(ledger: Ledger, slow: tuple[Level, ...], groups: Groups, policy: Policy) -> dict[Period, Earlier] | None:
    """Each block that was printed and its first release; None where one was printed in another way: in other groups, by another method,
    under another rule for zeros, a second time with other figures, or beside one that shares months with it."""
    names = {_name(level) for level in slow}
    found: dict[Period, Earlier] = {}
    for past in ledger.past:
        if past.tells is not None or not past.saw_counts or dict(past.groups) != dict(groups):
            return None
        for period in {period for name, period in _spans(past.figures) if name in names}:
            first = found.setdefault(period, past)
            rows = _over(past.figures, period)
            if "symbol" not in rows:
                return None
            same = first is past or _as_text(rows) == _as_text(_over(first.figures, period))
            says = rows.loc[rows["symbol"] == SUPPRESSED, "known_least"] == int(policy.hidden_is_at_least)
            if not same or not says.all():
                return None
    return found if all(_apart(a, b) for a, b in combinations(found, 2)) else None


def _as_text(figures: pd.DataFrame) -> str:
    return str(figures[[*KEY, "count", "symbol"]].sort_values(KEY).astype({"count": "Int64"}).to_csv(index=False))


def _tables_between(ledger: Ledger, blocks: set[Period]) -> set[tuple[tuple[str, str], str]]:
    """Levels and groups of which figures of other periods than a block's were published."""
    found = set()
    for past in ledger.past:
        for *level, group, start, end in past.figures[[*KEY[:2], *KEY[3:]]].drop_duplicates().itertuples(index=False):
            if Period(start, end) not in blocks:
                found.add(((str(level[0]), str(level[1])), str(group)))
    return found


def _all_shown(printed: pd.DataFrame, level: Level, names: list[str]) -> bool:
    mine = printed[(printed["geography"] == level.geography) & (printed["edition"] == level.edition)]
    mine = mine[mine["category"].isin(names)]
    return bool(len(mine)) and bool(mine["count"].notna().all())


def _by_place(frame: pd.DataFrame, areas: pd.DataFrame, ground: Level) -> pd.DataFrame:
    """Counts by row of the fast areas instead of the finest ones."""
    codes = areas[ground.column]
    position = {code: i for i, code in enumerate(codes.drop_duplicates())}
    place = frame["area"].astype("int64").map(codes.map(position))
    return frame.assign(area=place).groupby(_COUNTED, as_index=False)["incidents"].sum()


def _states(ledger: Ledger) -> Iterator[tuple[Earlier, pd.DataFrame]]:
    """Each release of the past and all that it saw, at the finest grain."""
    current = ledger.changes.iloc[:0][[*_COUNTED, "incidents"]]
    by_release = {int(r): rows for r, rows in ledger.changes.groupby("release")}
    for past in ledger.past:
        rows = by_release.get(past.release)
        if rows is not None:
            current = pd.concat([current, rows[[*_COUNTED, "incidents"]]]).drop_duplicates(_COUNTED, keep="last")
        yield past, current


def _past_of(tiers: Tiers, fast: tuple[Level, ...], ledger: Ledger, counts: Counts, groups: Groups, printed: pd.DataFrame, now: pd.DataFrame,
             loaded: frozenset[date]) -> Ledger:  # fmt: skip
    """The past of the fast levels, by their areas and in their groups, and the block that is printed now."""
    names, kept = {_name(level) for level in fast}, [name for name, _ in groups]
    releases: list[Earlier] = []
    changes: list[pd.DataFrame] = []
    before = now.iloc[:0]

    def take(entry: Earlier, seen: pd.DataFrame) -> None:
        nonlocal before
        rows = entry.figures
        inside = [key in names for key in zip(rows["geography"], rows["edition"], strict=True)]
        changes.append(_changed(before, seen).assign(release=entry.release))
        releases.append(replace(entry, groups=groups, figures=rows[np.asarray(inside, dtype=bool) & rows["category"].isin(kept)]))
        before = seen

    for past, state in _states(ledger):
        # a block is carried as it was printed: what a later release saw of it is not what is printed of it
        fresh = [period not in tiers.blocks or tiers.blocks[period] is past for period in _periods(past.figures)]
        take(replace(past, figures=past.figures[np.asarray(fresh, dtype=bool)]), _by_place(state, counts.areas, fast[0]))
    if tiers.new is not None:
        take(Earlier(_BLOCK, loaded, groups, printed.assign(known_least=0)), now)
    return Ledger(tuple(r for r in releases if len(r.figures)), pd.concat(changes, ignore_index=True)) if releases else Ledger()


def _periods(figures: pd.DataFrame) -> list[Period]:
    return [Period(start, end) for start, end in zip(figures["period_start"], figures["period_end"], strict=True)]


def _changed(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    both = after.merge(before, on=_COUNTED, how="outer", suffixes=("", "_before"))
    both = both.fillna({"incidents": 0, "incidents_before": 0})
    both = both[both["incidents"] != both["incidents_before"]]
    return both.assign(incidents=both["incidents"].astype("int64"))[[*_COUNTED, "incidents"]]
