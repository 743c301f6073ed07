"""Figures for areas that somebody asks for: checked against everything published, given and written down, or refused with a nearby area."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from sqlalchemy import Connection

from analytics.disclosure.ask import Question, SafeAnswer, ask, first_safe
from analytics.disclosure.plan import Counts, load_plan
from analytics.disclosure.policy import load_policy
from analytics.release.build import AREA_COLUMNS
from analytics.release.past import LSOA, read_ledger
from core.audit import record_event
from core.db import fetch, scalar
from core.errors import UserError
from core.periods import Period
from core.settings import ReleaseSettings

# areas near the one asked for that are tried when it is refused; each is one whole attack
TRIED = 6


@dataclass(frozen=True)
class Reply:
    """count: the figure, or None where it is refused. nearest: LSOAs of the nearest area that could be answered, () where none was found;
    added, left_out: how that differs. before: the figure was given before."""

    count: int | None
    release: int
    period: Period
    category: str
    nearest: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    before: bool = False


def answer_for(
    connection: Connection, name: str, members: Sequence[str], *, category: str, actor: str, settings: ReleaseSettings | None = None
) -> Reply:
    """The count of a category group in an area over the period of the current release. What is given is in the ledger.

    UserError where there is no current release, it names no such group, or the area holds a neighbourhood that the region does not.
    """
    settings = settings or ReleaseSettings()
    policy = load_policy(settings.policy)
    areas = fetch(connection, "release/areas").rename(columns=AREA_COLUMNS)
    position = {code: i for i, code in enumerate(areas[LSOA])}
    if unknown := sorted(set(members) - set(position)):
        raise UserError(f"{len(unknown)} of {len(members)} neighbourhoods are not of this region, such as {unknown[0]}", where=name)
    groups = fetch(connection, "release/groups")
    groups = groups[groups["kind"].isin(load_plan(settings.plan).kinds)].groupby("group_id", sort=False)["category"].agg(frozenset)
    ledger = read_ledger(connection, areas, tuple((str(g), m) for g, m in groups.items()))
    current = fetch(connection, "release/one", {"release_id": None})
    if current.empty:
        raise UserError("nothing is published yet", where="published.release", hint="run 'homeground release publish' first.")
    release = next(r for r in ledger.past if r.release == int(current["release_id"].iloc[0]))
    if not release.saw_counts:
        raise UserError(
            "the current release left no counts in the ledger", where=f"release {release.release}", hint="publish anew."
        )
    known = dict(release.groups)
    if category not in known:
        raise UserError(f"the release has no group {category!r}", where="--category", hint=f"one of: {', '.join(known)}.")
    period = Period(release.figures["period_start"].iloc[0], release.figures["period_end"].iloc[0])
    question = Question(
        frozenset(position[c] for c in members), (category, known[category]), period, release.loaded, release.release
    )
    reply = Reply(None, release.release, period, category)
    for given in ledger.answers:
        if (given.members, given.group, given.period, given.release) == (
            question.members, question.group, period, release.release,
        ):  # fmt: skip
            return replace(reply, count=given.count, before=True)
    counts = Counts(areas, pd.DataFrame(columns=["area", "category", "month", "incidents"]))
    safe = ask(question, counts, policy, ledger)
    if safe is not None:
        _write(connection, safe, name, sorted(members), actor)
        return replace(reply, count=safe.count)
    near = _nearby(connection, members)
    found = first_safe((replace(question, members=frozenset(position[c] for c in n)) for n in near), counts, policy, ledger)
    record_event(
        connection, actor=actor, action="answer_refused", subject=name, detail={"category": category, "areas": len(members)}
    )
    if found is None:
        return reply
    codes = sorted(str(areas[LSOA].iloc[i]) for i in found.members)
    return replace(
        reply,
        nearest=tuple(codes),
        added=tuple(sorted(set(codes) - set(members))),
        left_out=tuple(sorted(set(members) - set(codes))),
    )


def _nearby(connection: Connection, members: Sequence[str]) -> list[frozenset[str]]:
    """Areas like the one asked for, nearest first by residents gained and lost: one neighbour more, one member less, whole MSOAs."""
    around = fetch(connection, "release/around", {"members": list(members)}).set_index("code")
    own = frozenset(members)
    people = around["people"].astype(float).to_dict()
    more = [own | {str(c)} for c in around.index[~around["member"]]]
    less = [own - {c} for c in own if len(own) > 1]
    whole = frozenset(str(c) for c in around.index[around["msoa"].isin(set(around.loc[list(own), "msoa"]))])
    found = sorted({*more, *less} - {whole}, key=lambda area: (sum(people[c] for c in area ^ own), sorted(area)))
    return [*found[: TRIED - 1], *([whole] if whole != own else [])]


def _write(connection: Connection, safe: SafeAnswer, name: str, members: list[str], actor: str) -> None:
    question = safe.question
    certificate = {"releases_attacked_together": safe.releases, "audit_seconds": round(safe.seconds, 2)}
    values = {
        "release_id": question.release, "name": name, "members": members, "category": question.group[0],
        "period_start": question.period.start, "period_end": question.period.end, "count": safe.count,
        "certificate": json.dumps(certificate),
    }  # fmt: skip
    number = int(scalar(connection, "release/answer", values))
    detail = {"answer": number, "category": question.group[0], "areas": len(members), "attacked": safe.attacked}
    record_event(connection, actor=actor, action="answer_given", subject=name, detail=detail)
