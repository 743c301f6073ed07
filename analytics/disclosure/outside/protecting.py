"""Somebody's own counts through the gate: protect_tables, with the certificate and the same in plain words."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.disclosure.certificate import Certificate
from analytics.disclosure.gate import TABLE_COLUMNS, protect
from analytics.disclosure.history import KEY
from analytics.disclosure.ledger import Earlier, Ledger
from analytics.disclosure.outside.frames import (
    KEY_COLUMNS,
    NO_MONTH,
    WHOLE,
    Areas,
    Groups,
    Knowledge,
    check_frame,
    check_threshold,
    period_text,
    read_areas,
    read_counts,
    read_groups,
    read_period,
    small_counts,
    some_of,
    texts,
)
from analytics.disclosure.plan import Counts, Level, PublicationPlan
from analytics.disclosure.policy import MethodKind, Policy, Zeros
from core.contracts import NOT_AVAILABLE, SUPPRESSED
from core.errors import UserError
from core.periods import Period

_PAST = " It was made together with what was published before (earlier publications: {n}); what those had told cannot be untold."
# what is made for the partnership that runs a portal, and says nothing about a table of somebody else
_NOT_OURS_TO_SAY = ("source", "review_by", "override_role", "override_record")


@dataclass(frozen=True)
class EarlierTables:
    """What was published before, for `earlier`: the table as published, the true counts of its date, and its groups.

    table: geography, place, category, period, count, symbol, as ProtectedTables.table. counts: the long frame that it was made from, with the
    column names of the call that it is used in. groups: as they were then. knowledge: what the symbols said then.
    """

    table: pd.DataFrame
    counts: pd.DataFrame
    groups: Mapping[str, Sequence[str]]
    knowledge: Knowledge = "at_least_one"


@dataclass(frozen=True)
class ProtectedTables:
    """What may be published, and what is known of how well it is protected.

    table: one row a figure, sorted: geography, place, category (name of a group), period, count (Int64, missing where withheld), symbol
    (None, "[c]" or "[x]"), and what else the gate says of a figure: lowest and highest of a withheld one are the range that the figures
    of this table leave possible.
    certificate: made of the published table alone, fit to be published beside it.
    record: the same with exact numbers of small counts, for the publisher's own files, never to be published.
    """

    table: pd.DataFrame
    certificate: dict[str, Any]
    record: dict[str, Any] = field(repr=False)
    _counts: pd.DataFrame = field(repr=False)
    _groups: Groups = field(repr=False)
    _knowledge: Knowledge = field(repr=False)

    def as_earlier(self) -> EarlierTables:
        """For `earlier` of the next call. Holds the true counts: keep it where those are kept."""
        return EarlierTables(self.table, self._counts, {name: sorted(inside) for name, inside in self._groups}, self._knowledge)

    def explain(self) -> str:
        """What was done and what it is worth, in plain sentences. Says nothing that the certificate does not say."""
        return explain(self.certificate)


def protect_tables(
    counts: pd.DataFrame,
    *,
    areas: pd.DataFrame | None = None,
    levels: Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    threshold: int = 5,
    periods: Sequence[Any] | None = None,
    weights: Mapping[str, float] | None = None,
    worth: Mapping[str, float] | None = None,
    earlier: Sequence[EarlierTables] = (),
    knowledge: Knowledge = "at_least_one",
    area: str = "area",
    category: str | None = "category",
    month: str | None = None,
    count: str = "count",
    seed: int = 20260101,
    seconds: float = 600.0,
    rounds: int = 12,
) -> ProtectedTables:
    """Withhold small counts, and what gives them away, until our own attack learns nothing; every figure that is shown is true.

    counts: one row an area x category (x month) with its true count, in the columns named by area, category, month and count. What has
    no row is 0. category=None, month=None: there are none.
    areas: one row an area, in the column named by `area`; every column is a geography that is published, nested in others or not
    (missing: the area lies in none of it). None: the areas alone are published. levels: which columns of areas are published; None: all.
    groups: name -> categories, overlapping as they like; None: each category, and "all" of them.
    threshold: k; counts from 1 to k - 1 are small.
    periods: months as "2025-01", spans as ("2025-01", "2025-12"); None: one, from the first month of counts to the last.
    weights: geography -> loss of withholding one of its figures to protect another; infinite keeps a geography whole. None: the mean
    number of areas in a place, infinite for a geography of one place. worth: group -> what its figures are worth to readers; else 1.
    earlier: all that was published before of the same incidents (as_earlier), oldest first.
    knowledge: "at_least_one": zeros are shown, and readers know that "[c]" is at least 1; "may_be_zero": a 0 may be withheld too.
    seconds, rounds: what protection may take, of the processor, before the tables are refused. The same input and seed give the same table.

    Returns ProtectedTables. Every small count, printed or implied by differences, keeps each value from 1 to k possible.
    UserError: a mistake in what was given. DisclosureError: no safe table was found; publish fewer or coarser figures.
    Method: docs/disclosure.md (Fischetti and Salazar-Gonzalez 2001; Diaconis and Sturmfels 1998).
    """
    k = check_threshold(threshold)
    policy = policy_for(k, knowledge, seed=seed, seconds=seconds, rounds=rounds)
    names = {"area": area, "category": category, "month": month, "count": count}
    check_frame(counts, [c for c in names.values() if c is not None], "counts")
    known = read_areas(pd.DataFrame({area: counts[area].unique()}) if areas is None else areas, area, levels)
    long = read_counts(counts, known, names, "counts")
    named = read_groups(groups, long.categories, f"counts, column {category!r}")
    spans = _periods(periods, long.months, month)
    _numbers(worth, [name for name, _ in named], "worth")
    plan = PublicationPlan(
        tuple(Level(g, "", w) for g, w in _weights(known, weights).items()),
        named,
        spans,
        tuple((str(g), float(w)) for g, w in (worth or {}).items()),
    )
    ledger = _ledger(earlier, known, names)
    safe = protect(plan, Counts(pd.DataFrame(dict(known.places)), long.frame, frozenset(long.months)), policy, ledger)
    table = _table(safe.frame, known)
    return ProtectedTables(
        table,
        _certificate(safe.certificate, safe.certificate.as_dict(), table),
        _certificate(safe.certificate, safe.certificate.as_record(), table),
        counts.loc[:, [c for c in names.values() if c is not None]].copy(),
        named,
        knowledge,
    )


def policy_for(threshold: int, knowledge: str, *, seed: int, seconds: float, rounds: int = 12) -> Policy:
    """The rule of the library: every value from 1 to the threshold of every small count. UserError for an unknown kind of knowledge."""
    zeros = {"at_least_one": Zeros.SHOWN, "may_be_zero": Zeros.MAY_BE_HIDDEN}.get(str(knowledge))
    if zeros is None:
        raise UserError(
            f"knowledge {str(knowledge)[:40]!r} is not known", where="knowledge", hint="write 'at_least_one' or 'may_be_zero'."
        )
    if not seconds > 0 or rounds < 1:
        raise UserError("seconds must be above 0, and rounds at least 1", where="seconds, rounds")
    return Policy(
        name="homeground.disclosure", threshold=threshold, required=(1, threshold), zeros=zeros, protect_implied=True,
        kind=MethodKind.SUPPRESSION, audit_seconds=float(seconds), repair_rounds=int(rounds), seed=int(seed), source="",
        review_by=date.max, override_role="", override_record="", required_parts=(threshold, threshold),
    )  # fmt: skip


def _periods(given: Sequence[Any] | None, months: Sequence[date], column: str | None) -> tuple[Period, ...]:
    if column is None:
        if given is not None:
            raise UserError("periods need months", where="periods", hint="name the column of months by month=.")
        return (Period(NO_MONTH, NO_MONTH),)
    if given is None:
        given = [Period(months[0], months[-1])]
    if isinstance(given, str) or not list(given):
        raise UserError("periods is a list of periods", where="periods", hint="write [('2025-01', '2025-12')].")
    spans = tuple(dict.fromkeys(read_period(p, "periods") for p in given))
    gaps = sorted({m for p in spans for m in p.months()} - set(months))
    if gaps:
        raise UserError(
            f"months of a period that have no row at all: {some_of(f'{m:%Y-%m}' for m in gaps)}",
            where="counts",
            hint="a gap would be counted as 0. Choose periods without it; where nothing happened, add a row with the count 0.",
        )
    return spans


def _numbers(given: Mapping[str, float] | None, known: Sequence[str], where: str) -> None:
    wrong = [
        name
        for name, value in (given or {}).items()
        if str(name) not in known or isinstance(value, bool) or not isinstance(value, int | float) or not value > 0
    ]
    if wrong:
        raise UserError(
            f"{some_of(wrong)}: not a name of this publication, or not a number above 0",
            where=where,
            hint=f"the names are {some_of(known)}.",
        )


def _weights(known: Areas, given: Mapping[str, float] | None) -> dict[str, float]:
    """Of each geography the loss of withholding a figure, finest first as they stand."""
    _numbers(given, list(known.places), "weights")
    out = {}
    for geography, places in known.places.items():
        inside = places[places != ""]
        n = len(set(inside))
        if not n:
            raise UserError("no area lies in it", where=f"areas, column {geography!r}", hint="leave it out of levels.")
        out[geography] = float((given or {}).get(geography, np.inf if n == 1 else len(inside) / n))
    if np.isinf(list(out.values())).all():
        # one place everywhere: somebody must be withheld where two categories give one another away
        return {g: float((given or {}).get(g, 1.0)) for g in out}
    return out


def _ledger(earlier: Sequence[EarlierTables], known: Areas, names: Mapping[str, str | None]) -> Ledger:
    if not earlier:
        return Ledger()
    if names["month"] is None:
        raise UserError("tables of different dates need months", where="earlier", hint="name the column of months by month=.")
    past, changes, seen = [], [], pd.DataFrame(columns=["area", "category", "month"])
    keys = ["area", "category", "month"]
    for number, one in enumerate(earlier, start=1):
        where = f"earlier, table {number}"
        if not isinstance(one, EarlierTables):
            raise UserError(
                f"EarlierTables are needed, not {type(one).__name__}", where=where, hint="use ProtectedTables.as_earlier()."
            )
        long = read_counts(one.counts, known, names, f"{where}, counts")
        groups = read_groups(one.groups, long.categories, f"{where}, groups")
        # what an earlier table saw and a later one does not is 0 by then
        gone = seen.merge(long.frame[keys], on=keys, how="left", indicator=True)
        gone = gone.loc[gone["_merge"] == "left_only", keys].assign(incidents=0)
        changes.append(pd.concat([long.frame, gone], ignore_index=True).assign(release=number))
        seen = pd.concat([seen, long.frame[keys]], ignore_index=True).drop_duplicates(keys)
        past.append(Earlier(number, frozenset(long.months), groups, _figures(one, groups, known, where)))
    return Ledger(tuple(past), pd.concat(changes, ignore_index=True))


def _figures(one: EarlierTables, groups: Groups, known: Areas, where: str) -> pd.DataFrame:
    """A published table as the ledger keeps it: KEY, count, known_least."""
    table = check_frame(one.table, [*KEY_COLUMNS, "count", "symbol"], f"{where}, table")
    strange = sorted(set(table["geography"]) - set(known.places))
    if strange:
        raise UserError(
            f"geographies that areas does not hold: {some_of(strange)}",
            where=f"{where}, table",
            hint="add a column for each: what was published before is attacked together with the new tables.",
        )
    unknown = sorted(set(table["category"]) - {name for name, _ in groups})
    if unknown:
        raise UserError(f"groups that its groups do not hold: {some_of(unknown)}", where=f"{where}, table")
    spans = {p: read_period(p, f"{where}, column 'period'") for p in table["period"].unique()}
    least = 1 if one.knowledge == "at_least_one" else 0
    figures = pd.DataFrame(
        {
            "geography": table["geography"].to_numpy(dtype=object),
            "edition": "",
            "place_code": texts(table["place"]).to_numpy(dtype=object),
            "category": table["category"].to_numpy(dtype=object),
            "period_start": [spans[p].start for p in table["period"]],
            "period_end": [spans[p].end for p in table["period"]],
            "count": pd.to_numeric(table["count"]).astype("Int64").to_numpy(),
            "known_least": np.where(table["symbol"] == SUPPRESSED, least, 0),
        }
    )
    return figures.loc[:, [*KEY, "count", "known_least"]]


def _table(frame: pd.DataFrame, known: Areas) -> pd.DataFrame:
    """The gate's table under the names of the library, geographies in the order in which they were given."""
    pairs = zip(frame["period_start"], frame["period_end"], strict=True)
    table = pd.DataFrame(
        {
            "geography": frame["geography"],
            "place": frame["place_code"],
            "category": frame["category"],
            "period": pd.Series([period_text(start, end) for start, end in pairs], index=frame.index, dtype=object),
        }
    )
    rest = frame[[c for c in frame.columns if c not in TABLE_COLUMNS[:6]]]
    order = {g: i for i, g in enumerate(known.places)}
    return (
        pd.concat([table, rest], axis=1).sort_values("geography", key=lambda g: g.map(order), kind="stable").reset_index(drop=True)
    )


def digest_of_table(table: pd.DataFrame) -> str:
    """SHA-256 of the table as CSV, written by to_csv(index=False, lineterminator="\\n"): what a certificate is for."""
    return hashlib.sha256(table.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


def _certificate(made: Certificate, said: dict[str, Any], table: pd.DataFrame) -> dict[str, Any]:
    """For exactly this table, without what only a partnership with a portal has."""
    policy = {k: v for k, v in made.policy.items() if k not in _NOT_OURS_TO_SAY}
    layout = dict(made.layout)
    if layout["periods"] == [[NO_MONTH.isoformat()] * 2]:
        layout |= {"periods": [[WHOLE, WHOLE]], "months_loaded": []}
    return {**said, "digest": digest_of_table(table), "policy": policy, "layout": layout}


def explain(certificate: Mapping[str, Any]) -> str:
    """A certificate in plain sentences. Everything in it follows from the published table and from the rule."""
    policy = certificate["policy"]
    k = policy["threshold"]
    shown = certificate["policy"]["zeros"] == Zeros.SHOWN.value
    marks = (
        f"{SUPPRESSED} stands for a withheld count of at least 1 (not only small ones: others are withheld to protect them), and"
        f" {NOT_AVAILABLE} says nothing at all, not even whether the count is 0."
        if shown
        else f"{SUPPRESSED} stands for a withheld count, which may be 0, small or large."
    )
    low, high = certificate["narrowest_interval"]
    levels = [
        f"  - {name}: {said['cells'] - said['withheld']:,} of {said['cells']:,} figures are shown"
        for name, said in certificate["levels"].items()
    ]
    past = certificate["earlier_releases"]
    lines = [
        f"Counts of {small_counts(k)} are small and are not shown. {marks} Every figure that is shown is true.",
        f"Shown of {certificate['cells']:,} figures:",
        *levels,
        "The tables were attacked before they were given to you. The attacker " + certificate["attacker"] + ".",
        f"The attack failed: of every small count, those included that only follow from differences between figures, each value from {low} to"
        f" {high} remains possible." + (_PAST.format(n=past) if past else ""),
        "Not protected against:",
        *(f"  - {what}" for what in certificate["not_protected"]),
        f"The certificate is for exactly these figures (SHA-256 {certificate['digest'][:16]}...).",
    ]  # fmt: skip
    return "\n".join(lines)
