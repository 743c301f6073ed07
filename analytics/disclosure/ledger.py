"""What was published before, whole: a new release is attacked together with all of it. A release that was withdrawn stays: it was seen.

Each release brings the figures it showed, the cells it withheld (their small counts must stay safe too), the months it had, the groups as
they were defined then, and the counts that it saw. history.py lays them into one system with the candidate; this module says which of its
rows are public, what of the candidate cannot be withheld any more, and which sums must stay unknown beside the small cells:

- every sliver and remainder of one period (area class x category class), like the small cells: all of must_remain_possible;
- every month or run of months that no release shows by itself: parts_must_keep of the policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.disclosure.attack.intervals import NO_LIMIT, Bands
from analytics.disclosure.history import CANDIDATE, KEY, Groups, Joint, Layer, join_releases, system_of_joint
from analytics.disclosure.plan import Counts, PublicationPlan, system_of
from analytics.disclosure.policy import Policy
from analytics.disclosure.suppress.tight_series import already_known
from analytics.disclosure.system import BY_CONSTRUCTION, IntArray, PublicationSystem
from analytics.disclosure.targets import Targets, every_value, join
from core.errors import DisclosureError
from core.periods import Period

# the loss of withholding again what the last release withheld, beside withholding another cell: a pattern that stays gives less away
AGAIN = 0.5


@dataclass(frozen=True)
class Earlier:
    """One release of the past. figures: KEY, count (missing where withheld) and known_least: what the symbol of a withheld figure said by the
    rule of its release (1: more than 0; 0, also where the column is missing: nothing). tells: for a method that changes figures, the
    least and the largest count that each printed figure stands for; None where figures are true. saw_counts: whether the ledger knows
    what it saw.
    """

    release: int
    loaded: frozenset[date]
    groups: Groups
    figures: pd.DataFrame
    tells: Mapping[int, tuple[int, int]] | None = None
    saw_counts: bool = True


@dataclass(frozen=True)
class Answer:
    """A figure that was given for an area somebody asked for: members are rows of Counts.areas; release: whose counts it was made from."""

    name: str
    members: frozenset[int]
    group: tuple[str, frozenset[str]]
    period: Period
    loaded: frozenset[date]
    count: int
    release: int


@dataclass(frozen=True)
class Ledger:
    """releases in order of publication. changes: release, area, category, month, incidents: what each release saw for the first time or
    saw changed. answers: figures given beside the releases."""

    past: tuple[Earlier, ...] = ()
    changes: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["release", "area", "category", "month", "incidents"])
    )
    answers: tuple[Answer, ...] = ()

    @property
    def releases(self) -> int:
        return len(self.past)


@dataclass(frozen=True)
class History:
    """The candidate's rows first, in the order of system_of(plan, counts), then what was known before.

    targets: None where there is no past (the small atoms are the targets then). joint: how the atoms lie in time; None likewise.
    least: for each row of the system the least count that earlier figures leave possible (what was published cannot be taken back).
    kept: for each candidate cell the figure that an earlier release printed for exactly the same count, -1 where there is none.
    laid_in, not_comparable: earlier figures in the system, and those of releases whose counts the ledger does not know.
    """

    system: PublicationSystem
    targets: Targets | None
    joint: Joint | None
    least: IntArray
    kept: IntArray
    laid_in: int
    not_comparable: int
    releases: int
    corrected: int = 0

    def with_table(self, table: IntArray, policy: Policy) -> History:
        """The same layout and past, were these the true counts of the atoms: a table that gives every figure that is public."""
        system = self.system.with_counts(table)
        if self.joint is None:
            return replace(self, system=system)
        joint = replace(self.joint, atom_counts=table[: len(self.joint.area)])
        return replace(self, system=system, joint=joint, targets=_targets(joint, system, policy))

    def with_bands(self, own: Bands) -> Bands:
        """What is known of every row: the candidate's intervals, then what earlier releases showed, and nothing of what they withheld."""
        counts, seen = self.system.cell_counts[len(own.low) :], self.system.seen[len(own.low) :]
        shown = seen >= 1
        return Bands(
            np.concatenate([own.low, np.where(shown, counts, 0)]), np.concatenate([own.high, np.where(shown, counts, NO_LIMIT)])
        )


def lay_in(plan: PublicationPlan, counts: Counts, ledger: Ledger, policy: Policy) -> History:
    """One system of the candidate and of everything before it. DisclosureError where a past release cannot be expressed in its areas."""
    own = system_of(plan, counts)
    none = np.full(own.n_cells, -1, dtype=np.int64)
    if not ledger.past:
        return History(own, None, None, np.zeros(own.n_cells, dtype=np.int64), none, 0, 0, 0)
    keys, seen_counts = _counts_of_dates(counts, ledger)
    layers = [*_own_layers(plan, counts), *_past_layers(counts, ledger)]
    joint = join_releases(layers, keys, seen_counts)
    joint, seen, said, kept, lost = _what_is_known(joint, own, ledger)
    system, told = _with_intervals(system_of_joint(joint, seen, said), joint, ledger)
    targets = _targets(joint, system, policy)
    laid_in = int((system.seen == 1).sum()) + told
    return History(system, targets, joint, already_known(joint, system), kept, laid_in, lost, len(ledger.past), joint.corrected)


def _own_layers(plan: PublicationPlan, counts: Counts) -> list[Layer]:
    loaded = frozenset(plan.months) if counts.loaded is None else counts.loaded
    return [
        Layer(
            lv.geography, lv.edition, counts.areas[lv.column].to_numpy(dtype=object), plan.groups_of(lv), period, loaded, lv.weight
        )
        for lv in plan.levels
        for period in plan.periods_of(lv)
    ]  # fmt: skip


def _past_layers(counts: Counts, ledger: Ledger) -> list[Layer]:
    found = []
    for past in ledger.past:
        for (geography, edition, start, end), _ in past.figures.groupby(KEY[:2] + KEY[4:], sort=False):
            column = f"{geography} {edition}".strip()
            if column not in counts.areas.columns:
                raise DisclosureError(
                    f"release {past.release} published {column}, which the areas of this release do not hold: it cannot be attacked together"
                )
            places = counts.areas[column].to_numpy(dtype=object)
            found.append(
                Layer(str(geography), str(edition), places, past.groups, Period(start, end), past.loaded, np.inf, past.release)
            )
    for number, answer in enumerate(ledger.answers):
        inside = np.isin(np.arange(len(counts.areas)), sorted(answer.members))
        places = np.where(inside, f"{number}", "").astype(object)
        found.append(Layer("answer", "", places, (answer.group,), answer.period, answer.loaded, np.inf, answer.release))
    return found


def _counts_of_dates(counts: Counts, ledger: Ledger) -> tuple[pd.DataFrame, dict[int, IntArray]]:
    """Every (area, category, month) that ever had a count, and what each release saw of it; a release that left no record saw today's."""
    names = ["area", "category", "month"]
    now = counts.frame.groupby(names, as_index=False)["incidents"].sum()
    keys = pd.concat([now[names], ledger.changes[names]]).drop_duplicates(ignore_index=True)
    keys = keys.astype({"area": np.int64})
    today = keys.merge(now, on=names, how="left")["incidents"].fillna(0).to_numpy(dtype=np.int64)
    position = keys.assign(row=np.arange(len(keys)))
    changes = ledger.changes.astype({"area": np.int64}).merge(position, on=names, how="left")
    found, current = {CANDIDATE: today}, np.zeros(len(keys), dtype=np.int64)
    by_release = {int(r): rows for r, rows in changes.groupby("release")}
    for past in ledger.past:
        rows = by_release.get(past.release)
        if rows is not None:
            current = current.copy()
            current[rows["row"].to_numpy(dtype=np.int64)] = rows["incidents"].to_numpy(dtype=np.int64)
        found[past.release] = current if past.saw_counts else today
    return keys, found


def _what_is_known(
    joint: Joint, own: PublicationSystem, ledger: Ledger
) -> tuple[Joint, np.ndarray[Any, Any], IntArray, IntArray, int]:
    """Candidate rows in their own order, then the earlier rows that say something; what was seen of each; the least that the symbol of a
    withheld one says; kept figures; figures left out."""
    cells = joint.cells.assign(row=np.arange(len(joint.cells)), window=joint.window_of_row)
    more = np.diff(joint.incidence[:, joint.area < 0].indptr) if joint.corrected else np.zeros(len(cells), dtype=np.int64)
    cells = cells.assign(now=np.asarray(joint.incidence @ joint.atom_counts), corrected=more > 0)
    mine = own.cells[KEY].merge(cells[cells["release"] == CANDIDATE], on=KEY, how="left")
    past = cells[(cells["release"] != CANDIDATE) & (cells["geography"] != "answer")]
    figures = pd.concat([p.figures.reindex(columns=[*KEY, "count", "known_least"]).assign(release=p.release) for p in ledger.past])
    past = past.merge(figures, on=[*KEY, "release"], how="inner")
    answered = cells[cells["geography"] == "answer"].copy()
    answered["count"] = [ledger.answers[int(code)].count for code in answered["place_code"]]
    past = pd.concat([past, answered], ignore_index=True)
    past["shown"] = past["count"].notna()
    exact = past["release"].map({p.release: p.tells is None for p in ledger.past}).astype(bool) | (past["geography"] == "answer")
    wrong = past["shown"] & exact & (past["count"].astype("Float64").fillna(-1) != past["now"]).to_numpy()
    lost = int(wrong.sum())
    past = past[~wrong].assign(exact=exact[~wrong])
    # the same row of another release says nothing new, unless a correction lies in it or its figure is an interval of its own
    plain = past[past["exact"] & ~past["corrected"]].sort_values("shown", ascending=False, kind="stable")
    same = [*KEY, "window"]
    again = mine.merge(plain.drop_duplicates(same)[[*same, "shown"]], on=same, how="left")
    printed = past[~past["exact"] & ~past["corrected"] & past["shown"]].drop_duplicates(same, keep="last")
    before = mine[same].merge(printed[[*same, "count"]], on=same, how="left")["count"]
    kept = before.astype("Float64").fillna(-1).to_numpy(dtype=np.int64)
    public = again["shown"].fillna(False).to_numpy(dtype=bool)
    stays = pd.concat([plain.drop_duplicates(same), past[~past["exact"] | past["corrected"]]]).sort_values("row")
    last = ledger.past[-1].figures
    site = ["geography", "edition", "place_code", "category"]
    hidden_last = last.loc[last["count"].isna(), site].drop_duplicates().assign(hidden=True)
    again_hidden = mine[site].merge(hidden_last, on=site, how="left")["hidden"].fillna(False).to_numpy(dtype=bool)
    rows = np.concatenate([mine["row"].to_numpy(dtype=np.int64), stays["row"].to_numpy(dtype=np.int64)])
    # to withhold now what was shown before protects nobody
    weight = np.where(public, np.inf, own.weight * np.where(again_hidden, AGAIN, 1.0))
    seen = np.concatenate([np.zeros(len(mine)), np.where(stays["shown"], 1, -1)]).astype(np.int8)
    # a release of which the ledger does not know what it saw may have withheld what is 0 today
    told = (
        np.minimum(pd.to_numeric(stays["known_least"]).fillna(0), stays["now"]).where(~stays["shown"], 0).to_numpy(dtype=np.int64)
    )
    said = np.concatenate([np.zeros(len(mine), dtype=np.int64), told])
    picked = replace(
        joint,
        incidence=joint.incidence[rows],
        cells=joint.cells.iloc[rows].reset_index(drop=True),
        weight=np.concatenate([weight, np.full(len(stays), np.inf)]),
        window_of_row=joint.window_of_row[rows],
    )
    return picked, seen, said, kept, lost


def _with_intervals(system: PublicationSystem, joint: Joint, ledger: Ledger) -> tuple[PublicationSystem, int]:
    """Earlier figures that were rounded or perturbed: their rows become intervals (two atoms and two rows each, as in intervals.py)."""
    tells = {p.release: p.tells for p in ledger.past if p.tells is not None}
    if not tells:
        return system, 0
    figures = pd.concat([p.figures[[*KEY, "count"]].assign(release=p.release) for p in ledger.past])
    rows = system.cells.assign(row=np.arange(system.n_cells), seen=system.seen)
    rows = rows[(rows["seen"] == 1) & rows["release"].isin(list(tells))].merge(figures, on=[*KEY, "release"], how="inner")
    if rows.empty:
        return system, 0
    index = rows["row"].to_numpy(dtype=np.int64)
    bounds = np.array([tells[int(r)][int(c)] for r, c in zip(rows["release"], rows["count"], strict=True)])
    counts = system.cell_counts[index]
    n, one = len(index), sparse.identity(len(index), dtype=np.int64, format="csr")
    empty = sparse.csr_matrix((n, n), dtype=np.int64)
    above = sparse.hstack([system.incidence[index], one, empty])
    width = sparse.hstack([sparse.csr_matrix((n, system.n_atoms), dtype=np.int64), one, one])
    room = bounds[:, 1] - counts
    if (room < 0).any() or (counts < bounds[:, 0]).any():
        raise DisclosureError("an earlier figure does not stand for the count that its release saw")
    before = sparse.hstack([system.incidence, sparse.csr_matrix((system.n_cells, 2 * n), dtype=np.int64)])
    names = system.cells.iloc[index].assign(geography="interval", release=-1)
    seen = system.seen.copy()
    seen[index] = -1  # the count itself is not public: the interval is
    return PublicationSystem(
        incidence=sparse.csr_matrix(sparse.vstack([before, above, width], format="csr")),
        atom_counts=np.concatenate([system.atom_counts, room, bounds[:, 1] - bounds[:, 0] - room]),
        cells=pd.concat(
            [
                system.cells,
                names.assign(place_code=[f"a{i}" for i in range(n)]),
                names.assign(place_code=[f"b{i}" for i in range(n)]),
            ],
            ignore_index=True,
        ),
        weight=np.concatenate([system.weight, np.full(2 * n, np.inf)]),
        seen=np.concatenate([seen, np.full(2 * n, BY_CONSTRUCTION)]).astype(np.int8),
        known_least=np.concatenate([system.known_least, np.zeros(2 * n, dtype=np.int64)]),
    ), n


def _targets(joint: Joint, system: PublicationSystem, policy: Policy) -> Targets:
    """Slivers and remainders of each period, then parts of periods, with a true count of 1 to k - 1 and no cell of their own."""
    n_own = len(joint.area)
    key = np.random.default_rng(0).integers(1, 2**62, size=n_own, dtype=np.int64).astype(np.uint64)
    taken = np.asarray(sparse.csr_matrix(joint.incidence, dtype=np.uint64) @ key)
    slivers: list[Any] = []
    for release, more in joint.sees_more.items():
        for window in np.unique(joint.window_of_row[joint.cells["release"].to_numpy() == release]):
            slivers.append(_by_site(joint, joint.windows[window], more))
    parts = [sparse.identity(n_own, dtype=np.int64, format="csr")[np.flatnonzero(joint.area >= 0)]]
    for more in joint.sees_more.values():
        touched = np.flatnonzero(np.diff(more.indptr))
        if len(touched):
            own = sparse.identity(more.shape[0], dtype=np.int64, format="csr")[touched]
            parts.append(sparse.hstack([own, more[touched]], format="csr"))
    low, high = policy.required
    found = []
    for rows, wanted in ((slivers, (low, high)), (parts, policy.required_parts)):
        small, taken = _small_and_new(rows, joint.atom_counts, policy.threshold, key, taken)
        if wanted is not None and policy.protect_implied:
            wide = sparse.hstack([small, sparse.csr_matrix((small.shape[0], system.n_atoms - n_own), dtype=np.int64)], format="csr")
            found.append(every_value(wide, np.full(small.shape[0], wanted[0]), np.full(small.shape[0], wanted[1])))
    if not found:
        return every_value(sparse.csr_matrix((0, system.n_atoms), dtype=np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64))
    return join(found)


def _by_site(joint: Joint, window: np.ndarray[Any, Any], more: Any) -> Any:
    """One row an area class x category class: its atoms within the window, as one release saw them."""
    inside = np.flatnonzero((joint.area >= 0) & window[np.maximum(joint.month, 0)])
    site = joint.area[inside] * (joint.kind.max() + 1) + joint.kind[inside]
    _, row = np.unique(site, return_inverse=True)
    own = sparse.csr_matrix((np.ones(len(inside), dtype=np.int64), (row, inside)), shape=(int(row.max()) + 1, more.shape[0]))
    return sparse.hstack([own, own @ more], format="csr")


def _small_and_new(rows: Sequence[Any], atom_counts: IntArray, threshold: int, key: Any, taken: Any) -> tuple[Any, Any]:
    """Those rows whose true sum is 1 to k - 1 and which are none of the sums taken already (told by a random linear hash)."""
    if not rows:
        return sparse.csr_matrix((0, len(atom_counts)), dtype=np.int64), taken
    every = sparse.csr_matrix(sparse.vstack(rows, format="csr"), dtype=np.int64)
    true = np.asarray(every @ atom_counts)
    shadow = np.asarray(sparse.csr_matrix(every, dtype=np.uint64) @ key)
    _, first = np.unique(shadow, return_index=True)
    fresh = np.zeros(len(shadow), dtype=bool)
    fresh[first] = True
    keep = fresh & (true >= 1) & (true < threshold) & ~np.isin(shadow, taken)
    return every[np.flatnonzero(keep)], np.concatenate([taken, shadow[keep]])
