"""Which threshold, areas, groups and periods leave visible what people come for: choices side by side, for people to choose from.

What they come for is the group that the plan says is worth most: violence. The shares are those of the first two steps of suppression (small
cells, and what visible sums give away), which is quick; the attack of the gate costs a little more. The plan that is chosen is attacked whole
by `homeground release build`, as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from analytics.disclosure.nesting import unsaid_cells
from analytics.disclosure.plan import Counts, Level, PublicationPlan, load_plan, system_of
from analytics.disclosure.policy import Policy, load_policy
from analytics.disclosure.suppress.cells import loss, primary
from analytics.disclosure.suppress.equations import close_equations
from analytics.disclosure.system import BoolArray, PublicationSystem
from analytics.release.adaptive import adaptive_hexagons
from analytics.release.build import AREA_COLUMNS
from core.db import fetch
from core.errors import UserError
from core.periods import Period
from core.settings import ReleaseSettings

ENOUGH_VISIBLE = 0.95
# 5 as police.uk and the ONS; 8 as OpenSAFELY and NHS England; 10 as many local authorities with small places
THRESHOLDS = (5, 8, 10)
MONTHS = (12, 24, 36)
HEXAGONS_HOLD = (20, 50, 100, 200)
KINDS = {
    "all groups": ("total", "partition", "overlay"),
    "groups that add up": ("total", "partition"),
    "total and overlays": ("total", "overlay"),
    "total only": ("total",),
}
WHOLE = Level("all", "", float("inf"))
AREAS: dict[str, tuple[Level, ...]] = {
    "neighbourhoods (LSOA) and above": (
        Level("lsoa", "2021", 10.0),
        Level("msoa", "2021", 40.0),
        Level("lad", "2022", 200.0),
        WHOLE,
    ),
    "local areas (MSOA) and above": (Level("msoa", "2021", 40.0), Level("lad", "2022", 200.0), WHOLE),
    "districts and the whole": (Level("lad", "2022", 200.0), WHOLE),
}


@dataclass(frozen=True)
class Choice:
    """One plan under one threshold. places: how many finest areas there are.

    wanted_visible: of the group that is worth most to readers, the share of the finest areas whose figure stays visible; None where the
    plan does not publish that group. wanted_possible: the most that it could be, since a figure that is itself small is never shown.
    cells_visible, incidents_visible: of all groups, the share of the finest areas' cells and of their incidents.
    """

    threshold: int
    areas: str
    groups: str
    months: int
    places: int
    wanted_visible: float | None
    wanted_possible: float | None
    cells_visible: float
    incidents_visible: float

    @property
    def good(self) -> bool:
        return self.wanted_visible is not None and self.wanted_visible >= ENOUGH_VISIBLE


@dataclass(frozen=True)
class Choices:
    """Every choice, the good ones first. wanted: the label of the group that is worth most to readers."""

    wanted: str
    choices: tuple[Choice, ...]


def suggest(connection: Connection, end: Period, *, group: str | None = None, settings: ReleaseSettings | None = None,
            say: Callable[[str], None] = lambda _: None) -> Choices:  # fmt: skip
    """Every choice, those that show what is worth most in at least 95% of the finest areas first, and of these the finest areas first.

    end: the period that ends with the last loaded month; longer ones are tried where months of them are loaded. group: what is worth most;
    None: as the plan says. UserError where there is no such group, or no month is counted.
    """
    settings = settings or ReleaseSettings()
    policy, worth = load_policy(settings.policy), load_plan(settings.plan).worth
    groups = fetch(connection, "release/groups")
    wanted = _worth_most(groups, dict(worth), group)
    found: list[Choice] = []
    before = 0
    for months in MONTHS:
        period = Period.ending(end.end, months)
        span = {"period_start": period.start, "period_end": period.end}
        status = fetch(connection, "release/months", span)
        loaded = frozenset(status.loc[status["status"] == "loaded", "month"])
        if len(loaded) == before:
            continue  # nothing is loaded beyond the shorter period
        before = len(loaded)
        for name, levels, counts in _areas(connection, span, loaded):
            for label, kinds in KINDS.items():
                members = groups[groups["kind"].isin(kinds)].groupby("group_id", sort=False)["category"].agg(frozenset)
                plan = PublicationPlan(levels, tuple((str(g), m) for g, m in members.items()), (period,), worth)
                system = system_of(plan, counts)
                for threshold in sorted({policy.threshold, *THRESHOLDS}):
                    shown = _shown(system, _with_threshold(policy, threshold))
                    found.append(_choice(threshold, name, label, months, levels[0].geography, wanted[0], system, shown))
            say(f"{name}, {months} months")
    if not found:
        raise UserError("no month is counted", where="analysis.month_status", hint="run 'homeground analyse' first.")
    order = sorted(found, key=lambda c: (not c.good, -c.places, list(KINDS).index(c.groups), c.months, c.threshold))
    return Choices(wanted[1], tuple(order))


def _worth_most(groups: pd.DataFrame, worth: dict[str, float], group: str | None) -> tuple[str, str]:
    """Id and label of the group asked for, or of the one that the plan says is worth most; the first of the list where it says nothing."""
    names = groups.drop_duplicates("group_id").set_index("group_id")["label"]
    if group is not None:
        if group not in names.index:
            raise UserError(f"there is no group {group!r}", where="--for", hint=f"one of: {', '.join(names.index)}.")
        return group, str(names[group])
    best = max(names.index, key=lambda g: worth.get(str(g), 1.0))
    return str(best), str(names[best])


def _with_threshold(policy: Policy, threshold: int) -> Policy:
    """The same policy for another k: every value from 1 to k must remain possible."""
    low, high = policy.required
    return replace(policy, threshold=threshold, required=(low, high + threshold - policy.threshold))


def _shown(system: PublicationSystem, policy: Policy) -> BoolArray:
    visible = close_equations(system, primary(system, policy), loss(system, policy), enough=policy.required[1])
    return visible & ~unsaid_cells(system, visible, policy)


def _areas(
    connection: Connection, span: dict[str, date], loaded: frozenset[date]
) -> Iterator[tuple[str, tuple[Level, ...], Counts]]:
    areas = fetch(connection, "release/areas").rename(columns=AREA_COLUMNS)
    rows = fetch(connection, "release/counts", span)
    position = {code: i for i, code in enumerate(areas["lsoa 2021"])}
    frame = rows.assign(area=rows["code"].map(position))[["area", "category", "month", "incidents"]]
    counts = Counts(areas, frame, loaded)
    for name, levels in AREAS.items():
        yield name, levels, counts
    cells = fetch(connection, "release/hexagon_counts", span)
    if cells.empty:
        return
    held = cells.groupby("code")["incidents"].sum().to_dict()
    for enough in HEXAGONS_HOLD:
        hexagon = adaptive_hexagons({str(c): int(n) for c, n in held.items()}, enough=enough)
        codes = sorted(set(hexagon.values()))
        place = {code: i for i, code in enumerate(codes)}
        merged = cells.assign(area=cells["code"].map(hexagon).map(place))[["area", "category", "month", "incidents"]]
        level = Level("h3", "adaptive", 10.0)
        yield (
            f"adaptive hexagons of {enough} incidents or more",
            (level, WHOLE),
            Counts(pd.DataFrame({level.column: codes, WHOLE.column: "region"}), merged, loaded),
        )


def _choice(threshold: int, areas: str, groups: str, months: int, finest: str, wanted: str, system: PublicationSystem, visible: BoolArray
            ) -> Choice:  # fmt: skip
    own = (system.cells["geography"] == finest).to_numpy()
    headline = own & (system.cells["category"] == wanted).to_numpy()
    true = system.cell_counts
    held = int(true[own].sum())
    there = bool(headline.any())
    large = (true[headline] == 0) | (true[headline] >= threshold)
    return Choice(
        threshold, areas, groups, months, int(system.cells.loc[own, "place_code"].nunique()),
        round(float(visible[headline].mean()), 4) if there else None, round(float(large.mean()), 4) if there else None,
        round(float(visible[own].mean()), 4), round(float(true[own & visible].sum()) / held, 4) if held else 1.0,
    )  # fmt: skip


def as_table(found: Choices) -> str:
    """For a person: one line a choice, a star where what is worth most is shown in at least 95% of the finest areas."""
    head = f"  {'k':>3} {'areas':<44} {'groups':<20} {'months':>6} {'places':>7} {'shown':>7} {'at most':>7} {'cells':>7} {'incidents':>9}"
    lines = [
        f"{'*' if c.good else ' '} {c.threshold:>3} {c.areas:<44} {c.groups:<20} {c.months:>6} {c.places:>7,}"
        f" {_percent(c.wanted_visible)} {_percent(c.wanted_possible)} {c.cells_visible:>7.1%} {c.incidents_visible:>9.1%}"
        for c in found.choices
    ]
    good = sum(c.good for c in found.choices)
    foot = [
        f"shown: areas whose figure of {found.wanted} stays visible; at most: it is not itself below k. cells, incidents: all groups.",
        f"* {good} of {len(found.choices)} show it in at least {ENOUGH_VISIBLE:.0%} of areas, before the attack.",
    ]
    return "\n".join([head, *lines, *foot])


def _percent(share: float | None) -> str:
    return f"{'-':>7}" if share is None else f"{share:>7.1%}"
