"""Releases one after another over a small invented area: each is protected together with all before it, as the command line does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from analytics.disclosure.gate import SafeTables, protect
from analytics.disclosure.ledger import Earlier, Ledger
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import Policy, Zeros
from core.contracts import SUPPRESSED
from core.periods import Period, add_months

FIRST = date(2024, 1, 1)
GROUPS = (("total", frozenset({"x", "y", "z"})), ("x", frozenset({"x"})), ("yz", frozenset({"y", "z"})))


def areas(n: int, districts: int = 2) -> pd.DataFrame:
    return pd.DataFrame({"area": [f"a{i:02d}" for i in range(n)], "district": [f"d{i % districts}" for i in range(n)], "all": "R"})


def counts(n_areas: int, months: int, mean: float, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = [
        (i, c, add_months(FIRST, m), int(rng.poisson(mean * (1 + i % 3))))
        for i in range(n_areas)
        for c in "xyz"
        for m in range(months)
    ]
    return pd.DataFrame(rows, columns=["area", "category", "month", "incidents"])


def plan_of(period: Period) -> PublicationPlan:
    return PublicationPlan((Level("area", "", 1.0), Level("district", "", 10.0), Level("all", "", float("inf"))), GROUPS, (period,))


def up_to(frame: pd.DataFrame, month: date) -> Counts:
    inside = frame[(frame["month"] <= month) & (frame["incidents"] > 0)]
    return Counts(areas(int(frame["area"].max()) + 1), inside, frozenset(frame.loc[frame["month"] <= month, "month"]))


def changes_since(before: pd.DataFrame | None, now: pd.DataFrame, release: int) -> pd.DataFrame:
    """What release sees for the first time, or sees changed."""
    names = ["area", "category", "month"]
    old = now.iloc[:0] if before is None else before
    both = now.merge(old, on=names, how="outer", suffixes=("", "_old")).fillna({"incidents": 0, "incidents_old": 0})
    both = both[both["incidents"] != both["incidents_old"]]
    return both.assign(release=release, incidents=both["incidents"].astype(int))[["release", *names, "incidents"]]


def remember(ledger: Ledger, tables: SafeTables, counted: Counts, before: pd.DataFrame | None, release: int,
             groups: tuple[tuple[str, frozenset[str]], ...] = GROUPS) -> Ledger:  # fmt: skip
    # as sql/release/ledger.sql reads it: a count marked [c] was more than 0
    shown_zeros = tables.certificate.policy["zeros"] == Zeros.SHOWN
    said = (tables.frame["symbol"] == SUPPRESSED) & shown_zeros
    figures = tables.frame.drop(columns="symbol").assign(known_least=said.astype(int))
    loaded = counted.loaded if counted.loaded is not None else frozenset(counted.frame["month"])
    past = Earlier(release, loaded, groups, figures, tables.certificate.tells)
    changes = changes_since(before, counted.frame, release)
    return replace(ledger, past=(*ledger.past, past), changes=pd.concat([ledger.changes, changes], ignore_index=True))


def roll(frame: pd.DataFrame, policy: Policy, *, releases: int, length: int, say: Callable[[str], None] = lambda _: None
         ) -> tuple[list[SafeTables], Ledger]:  # fmt: skip
    """Monthly releases of a rolling period, each protected against all before it."""
    ledger, made, before = Ledger(), [], None
    for number in range(1, releases + 1):
        end = add_months(FIRST, length - 2 + number)
        counted = up_to(frame, end)
        tables = protect(plan_of(Period.ending(end, length)), counted, policy, ledger)
        say(f"release {number}: {tables.frame['count'].notna().mean():.2f} shown")
        ledger = remember(ledger, tables, counted, before, number)
        before = counted.frame
        made.append(tables)
    return made, ledger
