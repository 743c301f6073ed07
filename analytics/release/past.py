"""The ledger out of the database: every release, answer and seen count, in the terms of the candidate's areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from analytics.disclosure.history import Groups
from analytics.disclosure.ledger import Answer, Earlier, Ledger
from core.audit import record_event
from core.db import copy_frame, fetch, scalar
from core.errors import UserError
from core.periods import Period

_SEEN = ["area", "category", "month"]


@dataclass(frozen=True)
class Subject:
    """What releases are of, and where the past of that lies. finest: the level whose codes the seen counts bear; answers: whether there are
    figures that were given for areas that somebody asked for."""

    past: str
    figures: str
    seen: str
    table: str
    finest: str
    answers: bool


CRIME = Subject("release/past", "release/ledger", "release/seen_counts", "release_count", "lsoa 2021", answers=True)
SEARCHES = Subject(
    "release/search_past", "release/search_ledger", "release/search_seen_counts", "search_count", "lad 2022", answers=False
)


def read_ledger(connection: Connection, areas: pd.DataFrame, groups: Groups, of: Subject = CRIME) -> Ledger:
    """Everything that was ever published. groups: as they are now, for releases that did not note their own."""
    past = fetch(connection, of.past)
    if past.empty:
        return Ledger()
    cells = fetch(connection, of.figures)
    cells["count"] = cells["count"].astype("Int64")
    by_release = {int(str(r)): rows.drop(columns="release") for r, rows in cells.groupby("release")}
    releases = tuple(_earlier(row, by_release, groups) for row in past.to_dict("records"))
    position = {code: i for i, code in enumerate(areas[of.finest])}
    seen = fetch(connection, of.seen)
    seen["area"] = seen["code"].map(position)
    groups_of = {r.release: dict(r.groups) for r in releases}
    answers = tuple(
        Answer(
            name=str(a["name"]),
            members=frozenset(position[c] for c in a["members"]),
            group=(str(a["category"]), groups_of[int(a["release"])][str(a["category"])]),
            period=Period(a["period_start"], a["period_end"]),
            loaded=frozenset(a["months_loaded"]),
            count=int(a["count"]),
            release=int(a["release"]),
        )
        for a in (fetch(connection, "release/answers").to_dict("records") if of.answers else ())
    )
    # a neighbourhood that the region no longer holds lies in no area of the candidate
    return Ledger(tuple(r for r in releases if len(r.figures)), seen.dropna(subset=["area"]), answers)


def _earlier(row: dict[Any, Any], cells: dict[int, pd.DataFrame], groups: Groups) -> Earlier:
    release, layout, tells = int(row["release_id"]), row["layout"], row["figures_stand_for"]
    noted = isinstance(layout, dict) and isinstance(layout.get("groups"), dict)
    return Earlier(
        release=release,
        loaded=frozenset(date.fromisoformat(m) for m in layout["months_loaded"]) if noted else frozenset(row["months_loaded"]),
        groups=tuple((str(g), frozenset(m)) for g, m in layout["groups"].items()) if noted else groups,
        figures=cells.get(release, pd.DataFrame()),
        tells={int(k): (int(v[0]), int(v[1])) for k, v in tells.items()} if isinstance(tells, dict) else None,
        saw_counts=noted,
    )


def note_counts(connection: Connection, release_id: int, seen_now: pd.DataFrame, ledger: Ledger, codes: pd.Series,
                months: frozenset[date], of: Subject = CRIME) -> int:  # fmt: skip
    """Write down what a release saw for the first time or saw changed, in its months; returns how many counts these are."""
    last = ledger.changes.drop_duplicates(_SEEN, keep="last")
    last = last.loc[last["month"].isin(months), [*_SEEN, "incidents"]]
    now = seen_now[seen_now["month"].isin(months)].groupby(_SEEN, as_index=False)["incidents"].sum()
    both = now.merge(last, on=_SEEN, how="outer", suffixes=("", "_before")).fillna({"incidents": 0, "incidents_before": 0})
    both = both[both["incidents"] != both["incidents_before"]]
    rows = pd.DataFrame(
        {
            "release_id": release_id,
            "code": both["area"].astype("int64").map(codes.to_dict()),
            "category": both["category"],
            "month": both["month"],
            "incidents": both["incidents"].astype("int64"),
        }
    )
    return copy_frame(connection, "audit", of.table, rows)


def a_reason(given: str) -> str:
    """A reason as it is kept. UserError where nothing is said, or too much."""
    reason = given.strip()
    if not 1 <= len(reason) <= 400:
        raise UserError("a reason has 1 to 400 characters", where="--reason", hint="say why in a sentence.")
    return reason


def withdraw(connection: Connection, release_id: int, *, reason: str, actor: str) -> None:
    """Show a release no longer. Its figures stay in the ledger: they were seen. UserError where there is none, or it is withdrawn."""
    reason = a_reason(reason)
    if scalar(connection, "release/withdraw", {"release_id": release_id, "reason": reason}) is None:
        raise UserError(f"there is no release {release_id} that could be withdrawn", where="published.release",
                        hint="see 'homeground release list'.")  # fmt: skip
    record_event(connection, actor=actor, action="release_withdrawn", subject=f"release {release_id}", detail={"reason": reason})
