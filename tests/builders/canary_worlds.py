"""Two counties that differ in small numbers alone, and whose protected tables are the same: what one serves, the other must serve too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import pandas as pd

from analytics.disclosure.gate import protect
from analytics.disclosure.plan import Counts, PublicationPlan, load_plan
from analytics.disclosure.policy import load_policy
from core.settings import ReleaseSettings
from tests.builders.release_county import FORCE, GROUPS, PERIOD, county_counts, lsoas

# of no overlay group, each in a partition group of its own
HERE, THERE = "Burglary", "Anti-social behaviour"


@dataclass(frozen=True)
class Worlds:
    """rows of the two counties; code: the neighbourhood of the canary, whose HERE group counts `counts[i]` in world i."""

    rows: tuple[pd.DataFrame, pd.DataFrame]
    code: str
    group: str
    counts: tuple[int, int]


def two_worlds(seed: int = 5) -> Worlds:
    """Exchange one incident between two neighbourhoods and two categories such that nothing published changes."""
    rows = county_counts(seed)
    table = _published(rows)
    held = set(
        table.loc[table["symbol"].notna() & (table["geography"] == "lsoa"), ["place_code", "category"]].itertuples(
            index=False, name=None
        )
    )
    group_of = {c: g for g, (kind, members) in GROUPS.items() if kind == "partition" for c in members}
    for one, other, month in _pairs(rows, held, group_of):
        changed = _moved(rows, [(one, HERE, 1), (one, THERE, -1), (other, HERE, -1), (other, THERE, 1)], month)
        now = [_count(r, one, group_of[HERE]) for r in (rows, changed)]
        if min(now) >= 1 and max(now) <= 4 and _published(changed).equals(table):
            return Worlds((rows, changed), one, group_of[HERE], (now[0], now[1]))
    raise LookupError("no two counties of this seed are told apart by withheld numbers alone")


def _count(rows: pd.DataFrame, code: str, group: str) -> int:
    return int(rows.loc[(rows["code"] == code) & rows["category"].isin(GROUPS[group][1]), "incidents"].sum())


def _pairs(rows: pd.DataFrame, held: set[tuple[str, str]], group_of: dict[str, str]) -> Iterator[tuple[str, str, object]]:
    """Neighbourhoods of one MSOA with all four cells withheld, and a month in which the exchange leaves no count below 0."""
    found = rows.set_index(["code", "category", "month"])["incidents"]
    for _, part in lsoas().groupby("msoa"):
        able = [c for c in part["code"] if (c, group_of[HERE]) in held and (c, group_of[THERE]) in held]
        for one, other in permutations(able, 2):
            for month in PERIOD.months():
                if found.get((one, THERE, month), 0) and found.get((other, HERE, month), 0):
                    yield one, other, month


def _moved(rows: pd.DataFrame, moves: list[tuple[str, str, int]], month: object) -> pd.DataFrame:
    more = pd.DataFrame([(c, k, month, n) for c, k, n in moves], columns=rows.columns)
    both = pd.concat([rows, more]).groupby(["code", "category", "month"], as_index=False)["incidents"].sum()
    return both[both["incidents"] > 0].reset_index(drop=True)


def _published(rows: pd.DataFrame) -> pd.DataFrame:
    """What the gate would publish of a county."""
    places = lsoas()
    areas = pd.DataFrame({"lsoa 2021": places["code"], "msoa 2021": places["msoa"], "lad 2022": places["lad"], "all": FORCE})
    frame = rows.assign(area=rows["code"].map({c: i for i, c in enumerate(places["code"])}))
    plan = PublicationPlan(
        load_plan(ReleaseSettings().plan).levels, tuple((g, frozenset(members)) for g, (_, members) in GROUPS.items()), (PERIOD,)
    )
    return protect(plan, Counts(areas, frame), load_policy(ReleaseSettings().policy)).frame
