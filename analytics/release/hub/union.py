"""The release of a hub: the figures of its members as they printed them, and sums of printed figures over all of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from analytics.release.hub.intake import refused
from analytics.release.hub.joint import Added, Attacked
from analytics.release.hub.member import ALL, HEXAGONS, KEY, Member
from analytics.release.hub.trust import Trust
from core.contracts import NOT_AVAILABLE, SUPPRESSED
from core.periods import Period
from core.provenance import code_version

FORCE = ("force", "2020")
VALUES = [*KEY, "count", "symbol", "lowest", "highest"]
# what a reader is told of the rule must be true of every figure
_RULE = ("threshold", "must_remain_possible", "zeros", "protect_implied", "parts_must_keep", "method")
_MEANS = (
    "each crate by a verifier that shares no code with what withholds figures: linear and integer programmes from what is printed alone",
    "crates with places in common as one system; crates without any have no incident in common",
    "every figure that the hub adds is the sum of printed figures, so it rules nothing out",
)


@dataclass(frozen=True)
class Union:
    """values: VALUES; places: as published.place, geom a shape or None. added: what the hub adds, for the attack."""

    members: tuple[Member, ...]
    values: pd.DataFrame
    places: pd.DataFrame
    added: tuple[Added, ...]
    trust: Trust

    @property
    def usual(self) -> tuple[Period, frozenset[date]]:
        """The period that most places of the finest level have, with the months that were loaded of it."""
        finest = next(level for level in ("lsoa", "msoa", "lad", FORCE[0]) if level in set(self.values["geography"]))
        of = self.places.set_index(["geography", "place_code"])["supplier"]
        by_code = {m.force.code: m for m in self.members}
        rows = self.values[self.values["geography"] == finest].drop_duplicates(["place_code", "period_start", "period_end"])
        found: Counter[tuple[date, date, frozenset[date]]] = Counter()
        for row in rows.itertuples():
            period = Period(row.period_start, row.period_end)
            months = by_code[of[finest, row.place_code]].window(period)
            found[period.end, period.start, months] += 1
        (end, start, months), _ = max(found.items(), key=lambda kn: (kn[1], kn[0][0], kn[0][1], sorted(kn[0][2])))
        return Period(start, end), months


def unite(members: Sequence[Member], trust: Trust) -> Union:
    """UserError where members do not go together: another rule, another meaning of a kind of incident, invented beside real figures. The
    later member is the one that is refused."""
    for other in members[1:]:
        _require_alike(members[0], other)
    for i, one in enumerate(members):
        for other in members[i + 1 :]:
            _require_same_kinds(one, other)
    taken = [_own(member, members[:i]) for i, member in enumerate(members)]
    hexagons, border = _hexagons(taken, members)
    regions, whole = _whole(members, trust)
    plain = pd.concat([rows[~rows["level"].isin(HEXAGONS)] for rows in taken])
    forces = plain["level"] == ALL
    plain = plain.assign(geography=plain["geography"].mask(forces, FORCE[0]), edition=plain["edition"].mask(forces, FORCE[1]))
    values = pd.concat([plain[VALUES], hexagons, regions], ignore_index=True).sort_values(KEY, ignore_index=True)
    return Union(tuple(members), values, _places(members, values, trust), (*border, *whole), trust)


def _require_alike(one: Member, other: Member) -> None:
    if strange := [n for n in _RULE if one.policy.get(n) != other.policy.get(n)]:
        said = f"{strange[0]} is {other.policy.get(strange[0])}, and {one.policy.get(strange[0])} in the crate of {one.force.name}"
        raise refused(other.given, f"it is protected by another rule: {said}", "agree on one rule, then ask for the crate anew.")
    if bool(one.about["synthetic"]) != bool(other.about["synthetic"]):
        raise refused(
            other.given, "invented figures do not stand beside real ones", "use a hub of its own (HOMEGROUND_DATABASE_NAME)."
        )


def _require_same_kinds(one: Member, other: Member) -> None:
    kinds = {c["category"]: c["kind"] for c in one.about["categories"]}
    for c in other.about["categories"]:
        name = c["category"]
        if name in one.groups and (one.groups[name] != other.groups[name] or kinds[name] != c["kind"]):
            apart = sorted(one.groups[name] ^ other.groups[name])
            how = f"they differ in {apart[0]}" if apart else "it has another place among the kinds"
            why = f"by {name!r} it means other incidents than the crate of {one.force.name} ({how})"
            raise refused(other.given, why, "agree on one definition, then ask for the crate anew.")


def _own(member: Member, before: Sequence[Member]) -> pd.DataFrame:
    """A member's figures, less those of places that a member before it has."""
    rows = member.taken()
    there = {
        (level, code)
        for m in before
        for level, codes in m.areas.items()
        if level not in (ALL, *HEXAGONS, *m.left_out)
        for code in codes
    }
    held = pd.Series(list(zip(rows["level"], rows["place_code"], strict=True)), index=rows.index)
    return rows[~held.isin(there)]


def _hexagons(taken: Sequence[pd.DataFrame], members: Sequence[Member]) -> tuple[pd.DataFrame, list[Added]]:
    """Hexagons as one figure each: at a border the sum of what the forces on both sides printed, or the range of it."""
    parts = [
        rows[rows["level"].isin(HEXAGONS)].assign(
            member=n, months=[members[n].window(Period(s, e)) for s, e in _spans(rows[rows["level"].isin(HEXAGONS)])]
        )
        for n, rows in enumerate(taken)
    ]
    found, added = [], []
    for key, rows in pd.concat(parts).groupby(KEY, sort=True):
        if len(rows) > 1 and len(set(rows["months"])) > 1:
            # the two sides are of other months, and one figure cannot be of both
            continue
        sum_ = _sum(rows)
        found.append((*key, *sum_))
        if len(rows) > 1 and sum_[0] is not None:
            sites = tuple(
                (int(r.member), r.level, r.place_code, r.category, r.period_start, r.period_end) for r in rows.itertuples()
            )
            added.append(Added(f"{key[0]} {key[1]} {key[2]}, {key[3]}", int(sum_[0]), sites))
    return _frame(found), added


def _once(members: Sequence[Member]) -> list[int]:
    """Members that together cover everything once; none where two share a part of what they cover, which would be counted twice."""
    counted: dict[int, frozenset[str]] = {}
    for n, member in enumerate(members):
        areas = frozenset(area["area"] for area in member.crate.areas)
        before = frozenset[str]().union(*counted.values())
        if areas & before and not areas <= before:
            return []
        if not areas <= before:
            counted[n] = areas
    return list(counted)


def _whole(members: Sequence[Member], trust: Trust) -> tuple[pd.DataFrame, list[Added]]:
    """The sum over all forces, of the periods and months that all of them have; nothing where some force has none of a kind."""
    counted = _once(members)
    if not counted:
        return _frame([]), []
    frames = []
    for n in counted:
        rows = members[n].taken()
        rows = rows[rows["level"] == ALL]
        frames.append(rows.assign(member=n, months=[members[n].window(Period(s, e)) for s, e in _spans(rows)]))
    every = pd.concat(frames)
    found, added = [], []
    for key, rows in every.groupby(["category", "period_start", "period_end", "months"], sort=False):
        # all that supply anything, those that lie in another too: a reader is told of one period and its months
        if len(rows) < len(counted) or any(m.window(Period(key[1], key[2])) != key[3] for m in members):
            continue
        sum_ = _sum(rows)
        found.append(("all", "", trust.code, *key[:3], *sum_))
        if sum_[0] is not None:
            sites = tuple((int(r.member), ALL, r.place_code, r.category, r.period_start, r.period_end) for r in rows.itertuples())
            added.append(Added(f"all, {key[0]}", int(sum_[0]), sites))
    frame = _frame(found)
    # of one end of a period two spans may be common; the table has one of them
    return frame.drop_duplicates(["category", "period_end"], keep="last", ignore_index=True), added


def _spans(rows: pd.DataFrame) -> list[tuple[date, date]]:
    return list(zip(rows["period_start"], rows["period_end"], strict=True))


def _sum(rows: pd.DataFrame) -> tuple[int | None, str | None, int | None, int | None]:
    """Count, symbol, lowest, highest of the sum of some figures. What is known of one that is withheld is what is printed of it."""
    if len(rows) == 1:
        row = rows.iloc[0]
        return tuple(None if pd.isna(row[n]) else row[n] for n in ("count", "symbol", "lowest", "highest"))  # type: ignore[return-value]
    if rows["count"].notna().all():
        return int(rows["count"].sum()), None, None, None
    lowest = int(rows["count"].fillna(rows["lowest"]).fillna((rows["symbol"] == SUPPRESSED).astype("Int64")).sum())
    ends = rows["count"].fillna(rows["highest"])
    highest = int(ends.sum()) if ends.notna().all() else None
    return None, SUPPRESSED if lowest else NOT_AVAILABLE, lowest if highest is not None else None, highest


def _frame(found: list[tuple[Any, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(found, columns=VALUES).astype({"symbol": object})
    return frame.astype(dict.fromkeys(("count", "lowest", "highest"), "Int64"))


def _places(members: Sequence[Member], values: pd.DataFrame, trust: Trust) -> pd.DataFrame:
    """Every place that has a figure, but hexagons."""
    shown = set(zip(values["geography"], values["edition"], values["place_code"], strict=True))
    found, seen = [], set[tuple[str, str, str]]()
    for member in members:
        for place in member.places.astype(object).to_dict("records"):
            if place["geography"] == "all":
                place |= {"geography": FORCE[0], "edition": FORCE[1], "name": member.about["region_name"], "local_name": ""}
            key = (place["geography"], place["edition"], place["place_code"])
            if key in shown and key not in seen and key[0] != "h3":
                seen.add(key)
                found.append({**place, "supplier": member.force.code})
    if ("all", "", trust.code) in shown:
        once = {members[n].force.code for n in _once(members)}
        people = [p["residents"] for p in found if p["geography"] == FORCE[0] and p["supplier"] in once]
        known = all(p is not None and p == p for p in people)
        of_whole = {"residents": sum(people), "residents_reference": found[0]["residents_reference"]} if known else {}
        found.append(
            {"geography": "all", "edition": "", "place_code": trust.code, "name": trust.name, "local_name": "", **of_whole}
        )
    # where one place has no such number the others of its column would be written with a point
    frame = pd.DataFrame(found).astype(dict.fromkeys(("residents", "deprivation_decile"), "Int64"))
    return frame.astype(object).where(frame.notna(), None)


def certificate(union: Union, attacked: Attacked, added_at: Mapping[str, datetime]) -> dict[str, Any]:
    """What was attacked and held. Of counts that only the forces know it repeats what their own certificates say."""
    members = union.members
    values = union.values
    own = [m.certificate for m in members]
    text = values.to_csv(index=False, lineterminator="\n")
    small = [int(c["sensitive_counts_attacked"]) for c in own if "sensitive_counts_attacked" in c]
    narrowest = [c["narrowest_interval"] for c in own if isinstance(c.get("narrowest_interval"), list)]
    months = sorted(frozenset[date]().union(*(m.months for m in members)))
    said = [str(line) for c in own for line in c.get("not_protected", ())]
    return {
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "passed": True,
        "cells": len(values),
        "withheld": int(values["count"].isna().sum()),
        **({"attacked": sum(small), "sensitive_counts_attacked": sum(small)} if small else {}),
        **({"narrowest_interval": [max(low for low, _ in narrowest), min(high for _, high in narrowest)]} if narrowest else {}),
        "releases_attacked_together": sum(len(m.digests) for m in members),
        "policy": dict(members[0].policy),
        "method": {"kind": "suppression"},
        "means": list(_MEANS),
        "not_protected": list(dict.fromkeys(said)),
        "layout": {
            "groups": {name: sorted(inside) for m in reversed(members) for name, inside in m.groups.items()},
            "months_loaded": [m.isoformat() for m in months],
        },
        "hub": {
            "attacked_as_one_system": [list(names) for names in attacked.together],
            "sums_withheld_again": attacked.targets,
            "programmes": attacked.programmes,
            "figures_added": len(union.added),
            "crates": [
                {
                    "force": m.force.code, "name": m.force.name, "release": m.number, "published_at": m.published_at.isoformat(),
                    "taken_in": added_at[m.force.code].isoformat(), "manifest": m.manifest, "key": m.key,
                    "digest": m.digests[m.number], "left_out": sorted(m.left_out),
                }
                for m in members
            ],
        },
    }  # fmt: skip


def header(union: Union, certificate_: Mapping[str, Any]) -> dict[str, Any]:
    """The row of published.release, but for JSON, which the store writes."""
    period, months = union.usual
    titles = {m.title for m in union.members}
    return {
        "title": min(titles) if len(titles) == 1 else "Recorded crime and anti-social behaviour by neighbourhood",
        "period_start": period.start,
        "period_end": period.end,
        "months_loaded": sorted(months),
        "months_missing": [m for m in period.months() if m not in months],
        "unplaced_percent": None,
        "region_name": union.trust.name,
        "synthetic": bool(union.members[0].about["synthetic"]),
        "policy": dict(union.members[0].policy),
        "certificate": dict(certificate_),
        "code_version": code_version(),
    }


def categories(union: Union) -> pd.DataFrame:
    """Kinds of incident in the words of the first member that has them."""
    found: dict[str, dict[str, Any]] = {}
    for member in union.members:
        for c in member.about["categories"]:
            found.setdefault(c["category"], dict(c))
    return pd.DataFrame(list(found.values())).assign(position=range(len(found)))


def sources(union: Union) -> pd.DataFrame:
    rows = [{**s, "supplier": m.force.code} for m in union.members for s in m.about["sources"]]
    return pd.DataFrame(rows).astype(object)


def suppliers(union: Union, added_at: Mapping[str, datetime]) -> pd.DataFrame:
    """One row a member, as published.supplier."""
    found = []
    for m in union.members:
        taken = m.taken()
        newest = max(_spans(taken), key=lambda span: (span[1], span[0]))
        found.append(
            {
                "code": m.force.code, "name": m.force.name, "number": m.number, "published_at": m.published_at,
                "added_at": added_at[m.force.code], "period_start": newest[0], "period_end": newest[1],
                "months_loaded": "{" + ",".join(sorted(d.isoformat() for d in m.months)) + "}",
                "unplaced_percent": m.about.get("unplaced_percent"), "figures": len(taken), "shown": int(taken["count"].notna().sum()),
                "manifest": m.manifest, "public_key": m.key, "code_version": str(m.about["code_version"])[:100],
            }
        )  # fmt: skip
    return pd.DataFrame(found).astype(object)
