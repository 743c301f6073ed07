"""What two people agree to: a candidate as it would be published, and the release that is published of it.

The database holds the rule (sql/functions/steward_two_people.sql): the second person is another one, and what is published is what they saw.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from analytics.disclosure.gate import KEY_COLUMNS, TABLE_COLUMNS, SafeTables
from analytics.release.build import Candidate
from analytics.release.searches import SearchCandidate
from core.db import fetch, one_or_none, run_statement, scalar
from core.errors import UserError

_LEVEL = ["geography", "edition", "category"]


@dataclass(frozen=True)
class Approved:
    """A proposal to publish that another person approved. until: last month of the span that its candidate was built for."""

    proposal_id: int
    candidate_id: int
    until: date
    digest: str
    proposed_by: str
    approved_by: str


def two_people_needed(connection: Connection) -> bool:
    """Whether every release needs two people here (HOMEGROUND_RELEASE_TWO_PEOPLE), the operator's too."""
    return bool(scalar(connection, "steward/rule"))


def require_no_second_person(connection: Connection, step: str = "publish") -> None:
    """UserError where a release needs two people, for whoever would publish or withdraw alone: said before an hour of work is lost."""
    if two_people_needed(connection):
        then = " The worker then publishes it, or 'homeground release publish --proposal NUMBER'." if step == "publish" else ""
        raise UserError(
            f"two people {step} here, and this is one",
            where="HOMEGROUND_RELEASE_TWO_PEOPLE",
            hint=f"propose it on the page Releases and have somebody else approve it there.{then}",
        )


def approved(connection: Connection, proposal_id: int) -> Approved:
    """UserError where no second person approved it, or it was carried out."""
    found = one_or_none(connection, "steward/approved", {"proposal_id": proposal_id})
    if found is None or found.release_id is not None:
        why = "has no approval of a second person" if found is None else f"was published as release {found.release_id}"
        raise UserError(f"proposal {proposal_id} {why}", where="steward.proposal", hint="see the page Releases.")
    return Approved(proposal_id, int(found.candidate_id), found.until, found.digest, found.proposed_by, found.approved_by)


def require_same_figures(tables: SafeTables, agreed: Approved) -> None:
    """UserError where the figures are others than those that two people saw."""
    if tables.certificate.digest != agreed.digest:
        raise UserError(
            f"what would be published now is not what was approved as candidate {agreed.candidate_id}",
            where=f"proposal {agreed.proposal_id}",
            hint="counts, the plan or the policy changed since, or another release was published: build a candidate and propose it.",
        )


def note_outcome(connection: Connection, agreed: Approved, release_id: int) -> None:
    """That a proposal was carried out, in the transaction that publishes; the database refuses what was not approved."""
    run_statement(connection, "steward/note_outcome", {"proposal_id": agreed.proposal_id, "release_id": release_id})


def note_candidate(
    connection: Connection,
    candidate: Candidate,
    tables: SafeTables,
    *,
    until: date,
    built_by: str,
    searches: SafeTables | None = None,
) -> int:
    """Keep what a release would show, for two people to look at. Nothing that is withheld is in it. Returns its id.

    searches: those of the candidate, protected; their certificate is part of what is agreed to.
    """
    tables.check()
    before = fetch(connection, "release/current_figures")
    certificate, record = tables.certificate, tables.certificate.as_record()
    rows = shown(tables.frame, before, candidate.categories)
    if searches is not None and candidate.searches is not None:
        record |= {"searches": searches.certificate.as_record()}
        rows += _of_searches(searches.frame, candidate.searches)
    values = {
        "built_by": built_by,
        "title": candidate.title,
        "period_start": candidate.period.start,
        "period_end": candidate.period.end,
        "months_loaded": list(candidate.months_loaded),
        "until": until,
        "digest": certificate.digest,
        "beside": None if before.empty else int(before["release_id"].iloc[0]),
        "policy": json.dumps(certificate.policy),
        # exact numbers, for stewards: what is published with the release says them round
        "certificate": json.dumps(record),
        "shown": json.dumps(rows),
    }
    return int(scalar(connection, "steward/note_candidate", values))


def _of_searches(figures: pd.DataFrame, of: SearchCandidate) -> list[dict[str, Any]]:
    """The same of stop and search, whose figures are of a period that no release showed before."""
    named = of.groups.rename(columns={"category": "group_id"})
    named = named.assign(label="Stop and search: " + named["label"].str.lower(), position=range(len(named)))
    return shown(figures, pd.DataFrame(columns=list(TABLE_COLUMNS)), named)


def shown(figures: pd.DataFrame, before: pd.DataFrame, categories: pd.DataFrame) -> list[dict[str, Any]]:
    """One row a level x kind: what a candidate shows and withholds, and how that differs from the release that is current.

    figures: TABLE_COLUMNS of the gate. before: the same keys and count; empty where nothing is published. Violence comes first, then the
    order of the definitions. newly_shown, newly_withheld, changed: of the figures that both have; new: that the release before has not.
    """
    keys = list(KEY_COLUMNS)
    now = figures[[*keys, "count"]].rename(columns={"count": "now"})
    then = before[[*keys, "count"]].rename(columns={"count": "then"}).assign(had=True)
    both = now.merge(then, on=keys, how="left") if len(before) else now.assign(then=pd.NA, had=False)
    had = both["had"].eq(True)
    here, there = both["now"].notna(), pd.to_numeric(both["then"]).notna() & had
    marked = both[_LEVEL].assign(
        figures=1,
        withheld=~here,
        new=~had,
        newly_shown=had & here & ~there,
        newly_withheld=had & ~here & there,
        changed=had & here & there & (pd.to_numeric(both["now"]).fillna(-1) != pd.to_numeric(both["then"]).fillna(-1)),
    )
    summed = marked.groupby(_LEVEL, sort=True).sum().astype("int64").reset_index()
    named = categories.set_index("group_id")
    summed["label"] = summed["category"].map(named["label"]).fillna(summed["category"])
    summed["position"] = summed["category"].map(named["position"]).fillna(len(named))
    summed["later"] = ~summed["category"].str.contains("violen")
    ordered = summed.sort_values(["later", "position", "geography", "edition"], kind="stable").drop(columns=["later", "position"])
    return [{str(k): v for k, v in row.items()} for row in ordered.to_dict("records")]
