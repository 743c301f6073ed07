"""Which areas, groups and periods leave most of the truth visible: choices side by side, for people to choose from.

The shares are those of the first two steps of suppression (small cells, and what visible sums give away), which is quick; the attack of the
gate costs a little more. The plan that is chosen is attacked whole by `homeground release build`, as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import Connection

from analytics.disclosure.plan import Counts, Level, PublicationPlan, load_plan, system_of
from analytics.disclosure.policy import Policy, load_policy
from analytics.disclosure.suppress.cells import loss, primary
from analytics.disclosure.suppress.equations import close_equations
from analytics.release.adaptive import adaptive_hexagons
from analytics.release.build import AREA_COLUMNS
from core.db import fetch
from core.errors import UserError
from core.periods import Period
from core.settings import ReleaseSettings

ENOUGH_VISIBLE = 0.9
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
    """One plan: shares of the finest areas' cells, and of their incidents, that stay visible. places: how many finest areas there are."""

    areas: str
    groups: str
    months: int
    places: int
    cells_visible: float
    incidents_visible: float

    @property
    def good(self) -> bool:
        return min(self.cells_visible, self.incidents_visible) >= ENOUGH_VISIBLE


def suggest(connection: Connection, end: Period, *, settings: ReleaseSettings | None = None, say: Callable[[str], None] = lambda _: None
            ) -> list[Choice]:  # fmt: skip
    """Every choice, those with at least 90% of cells and incidents visible first and of these the finest areas first.

    end: the period that ends with the last loaded month; longer ones are tried where months of them are loaded.
    """
    settings = settings or ReleaseSettings()
    policy = load_policy(settings.policy)
    load_plan(settings.plan)
    groups = fetch(connection, "release/groups")
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
                plan = PublicationPlan(levels, tuple((str(g), m) for g, m in members.items()), (period,))
                found.append(_choice(name, label, months, plan, counts, policy))
            say(f"{name}, {months} months")
    if not found:
        raise UserError("no month is counted", where="analysis.month_status", hint="run 'homeground analyse' first.")
    return sorted(found, key=lambda c: (not c.good, -c.places, list(KINDS).index(c.groups), c.months))


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


def _choice(areas: str, groups: str, months: int, plan: PublicationPlan, counts: Counts, policy: Policy) -> Choice:
    system = system_of(plan, counts)
    visible = close_equations(system, primary(system, policy), loss(system, policy), enough=policy.required[1])
    own = (system.cells["geography"] == plan.levels[0].geography).to_numpy()
    true = system.cell_counts
    held = int(true[own].sum())
    return Choice(
        areas, groups, months, int(system.cells.loc[own, "place_code"].nunique()), round(float(visible[own].mean()), 4),
        round(float(true[own & visible].sum()) / held, 4) if held else 1.0,
    )  # fmt: skip


def as_table(choices: list[Choice]) -> str:
    """For a person: one line a choice, a star where at least 90% of cells and of incidents stay visible."""
    head = f"  {'areas':<44} {'groups':<20} {'months':>6} {'places':>7} {'cells':>7} {'incidents':>9}"
    lines = [
        f"{'*' if c.good else ' '} {c.areas:<44} {c.groups:<20} {c.months:>6} {c.places:>7,}"
        f" {c.cells_visible:>7.1%} {c.incidents_visible:>9.1%}"
        for c in choices
    ]
    good = sum(c.good for c in choices)
    foot = f"* {good} of {len(choices)} leave at least {ENOUGH_VISIBLE:.0%} of cells and of incidents visible, before the attack."
    return "\n".join([head, *lines, foot])
