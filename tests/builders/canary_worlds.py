"""Two counties that differ in small numbers alone, and whose protected tables are the same: what one serves, the other must serve too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import pandas as pd
from sqlalchemy import text

from analytics.disclosure.gate import protect
from analytics.disclosure.plan import Counts, PublicationPlan, load_plan
from analytics.disclosure.policy import load_policy
from analytics.release.build import audit_release, build_release
from analytics.release.publish import publish
from analytics.risk_model.stage import record_decision
from core import db
from core.db import Role
from core.settings import ReleaseSettings
from tests.builders.board_models import store_model
from tests.builders.release_county import FORCE, GROUPS, PERIOD, county_counts, fill_county, lsoas

# of no overlay group, each in a partition group of its own
HERE, THERE = "Burglary", "Anti-social behaviour"
RESIDENTS = 1_627
LARGER_AREAS = """
INSERT INTO place.area (geography, edition, code, name, geom, area_m2)
SELECT p.parent_geography, p.parent_edition, p.parent_code, p.parent_code, ST_Multi(ST_Union(a.geom)), sum(a.area_m2)
FROM place.area_parent AS p
INNER JOIN place.area AS a ON p.child_geography = a.geography AND p.child_edition = a.edition AND p.child_code = a.code
WHERE a.geography = 'lsoa' AND p.parent_geography IN ('msoa', 'lad')
GROUP BY p.parent_geography, p.parent_edition, p.parent_code
"""
# what differs from run to run: times, ports, ids that a server makes up, seconds that an audit took
VARIES = (
    rb"date: [^\n]*GMT", rb"content-length: \d+", rb"_streamlit_xsrf=[^;]+", rb"127\.0\.0\.1:\d+", rb"localhost:\d+",
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?",
    rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?:\+\d\d(?::\d\d)?)?", rb'"(?:audit_)?seconds": [\d.]+', rb"\d+\.\d\d? ?s\b",
    rb"(?<=Seconds the attack took)(?:<[^>]*>|\s)*[\d.]+", rb"[0-9a-f]{32,64}", rb"[0-9a-f]{8}-[0-9a-f-]{27}",
    # the reference of a brief, and the number of a PDF, are made from all that it says, the seconds of the attack among it
    rb"HG-[A-Z0-9]+-[0-9a-f]{12}", rb"(?<=<xmpMM:InstanceID>)[^<]*",
    # the size of a file that holds such seconds
    rb'"bytes": ?\d+', rb'"contentSize": "\d+"', rb'"dcat:byteSize": \{\s*"@value": "\d+"',
)  # fmt: skip


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


def publish_world(rows: object, canary: str, score: float) -> int:
    """Fill the database that is in use, and publish. Returns the release's id. score: of a model that the board refuses."""
    with db.transaction(Role.OWNER) as connection:
        fill_county(connection, rows=rows)  # type: ignore[arg-type]
        connection.execute(text(LARGER_AREAS))
        # a population of its own makes the canary's rate a number that occurs nowhere else
        connection.execute(text("UPDATE place.population SET people = :n WHERE code = :c"), {"n": RESIDENTS, "c": canary})
    # a model whose scores follow from the true counts, as the register has it: decided on, and its reason is public
    model = store_model(score=score)
    with db.transaction(Role.PIPELINE) as connection:
        today = connection.execute(text("SELECT current_date")).scalar_one()
        record_decision(connection, model, "refused", board="A board", signed_by="B. Chair", decided_on=today, valid_until=today,
                        conditions="It knows too little.", actor="test")  # fmt: skip
    with db.transaction(Role.PIPELINE) as connection:
        candidate = build_release(connection, period=PERIOD)
        return publish(connection, audit_release(candidate), candidate=candidate, actor="test")


def still(body: bytes) -> bytes:
    """Without what differs from run to run."""
    for pattern in VARIES:
        body = re.sub(pattern, b"~", body)
    return body


def canaries(worlds: Worlds) -> list[bytes]:
    """What only somebody who knows the true count could write: its rate per 1,000 to two digits and more, its share of the group's parent."""
    found = []
    for count in worlds.counts:
        per_1000 = 1_000 * count / RESIDENTS
        found += [f"{per_1000:.{digits}f}".encode() for digits in (2, 3, 4, 6)]
    return found
