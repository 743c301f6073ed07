"""Cell key perturbation as the ONS does it (package cell-key-perturbation), and what a perturbed figure tells.

Every incident has a record key; a cell's key is the sum of its records' keys, and a table (ptable) says by how much a count with that key is
changed, so the same records give the same figure in every table and every release. Counts below the ptable's threshold are withheld.
Our incidents have no keys of their own: a key is made from a secret and from what a correction elsewhere leaves alone (neighbourhood,
category, month, and the incident's number among these), so that it is the same in the next release. Who has the secret can undo the method.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.disclosure.attack.intervals import Bands
from analytics.disclosure.plan import Counts, PublicationPlan
from analytics.disclosure.system import IntArray, PublicationSystem
from core.errors import InternalError, UserError

# the sample table of the package: threshold 10, then rounding to base 5
SAMPLE = "10_5"
FEWEST_SECRET_BYTES = 32
# rows of a ptable: counts up to 750 have a row each, larger ones use the rows 501 to 750 in turn
LAST_ROW, CYCLE = 750, 250


@dataclass(frozen=True)
class PTable:
    """rows: pcv, ckey, pvalue. threshold: perturbed counts below it are withheld. digest: of all of it."""

    rows: pd.DataFrame
    threshold: int

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.threshold}\n{self.rows.to_csv(index=False)}".encode()).hexdigest()

    def tells(self, figures: IntArray, counts: IntArray) -> Bands:
        """The counts that each figure can stand for: of those, the unbroken run that holds the true one (fewer is the careful side).

        A figure of -1 is withheld: the run of counts that may fall below the threshold.
        """
        most = int(max(counts.max(initial=0), figures.max(initial=0))) + 2 * self.threshold + 20
        by_row = {int(k): np.unique(v) for k, v in self.rows.groupby("pcv")["pvalue"]}
        stands_for: dict[int, set[int]] = {}
        for count in range(most + 1):
            row = count if count <= LAST_ROW else (count - 1) % CYCLE + 501
            for change in by_row.get(row, np.zeros(1, dtype=np.int64)):
                figure = count + int(change)
                stands_for.setdefault(figure if figure >= self.threshold else -1, set()).add(count)
        low, high = counts.copy(), counts.copy()
        for i, (figure, count) in enumerate(zip(figures.tolist(), counts.tolist(), strict=True)):
            can = stands_for.get(figure, set())
            if count not in can:
                raise InternalError("cell key: a figure cannot stand for its count")
            while low[i] - 1 in can:
                low[i] -= 1
            while high[i] + 1 in can:
                high[i] += 1
        return Bands(low, high)


def read_ptable(name: str, threshold: int) -> PTable:
    """The sample table of the package by its name, or a CSV file with the columns pcv, ckey and pvalue."""
    if name == SAMPLE:
        from cell_key_perturbation.utils.generate_test_ptable import generate_ptable_10_5_rule

        return PTable(generate_ptable_10_5_rule(), threshold)
    path = Path(name)
    try:
        rows = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise UserError("the ptable cannot be read", where=str(path), hint=f'name a CSV file, or "{SAMPLE}".') from error
    if not {"pcv", "ckey", "pvalue"} <= set(rows.columns):
        raise UserError("the ptable has no columns pcv, ckey and pvalue", where=str(path))
    return PTable(rows[["pcv", "ckey", "pvalue"]].astype("int64"), threshold)


def read_secret(name: str) -> bytes:
    """The secret behind the record keys. UserError where the file is not there or holds too little."""
    try:
        secret = Path(name).read_bytes().strip()
    except OSError as error:
        raise UserError("the secret of the record keys is not there", where=name or "[cell_key] secret_file",
                        hint="write 32 random bytes or more to a file that only the release process may read.") from error  # fmt: skip
    if len(secret) < FEWEST_SECRET_BYTES:
        raise UserError(f"the secret of the record keys is shorter than {FEWEST_SECRET_BYTES} bytes", where=name)
    return secret


def perturb(
    system: PublicationSystem, plan: PublicationPlan, counts: Counts, ptable: PTable, secret: bytes
) -> tuple[IntArray, Bands]:
    """The perturbed figure of every cell, -1 where it is withheld, and what each tells. Cells are in the order of the system's rows."""
    records = _records(plan, counts, ptable, secret)
    wanted = system.cells[["geography", "edition", "place_code", "category", "period_start", "period_end"]]
    found = []
    for level in plan.levels:
        place = counts.areas[level.column].to_numpy(dtype=object)[records["area"].to_numpy()]
        for group, members in plan.groups:
            for period in plan.periods_of(level):
                inside = records["category"].isin(members) & records["month"].between(period.start, period.end) & (place != "")
                made = _tabulate(records[inside], place[inside], ptable)
                made = made.assign(geography=level.geography, edition=level.edition, category=group,
                                   period_start=period.start, period_end=period.end)  # fmt: skip
                found.append(made)
    merged = wanted.merge(pd.concat(found, ignore_index=True), on=list(wanted.columns), how="left")
    figures = merged["figure"].fillna(-1).to_numpy(dtype=np.int64)
    truth = merged["true"].fillna(0).to_numpy(dtype=np.int64)
    if not np.array_equal(truth, system.cell_counts):
        raise InternalError("cell key: the records do not add up to the counts")
    return figures, ptable.tells(figures, truth)


def _records(plan: PublicationPlan, counts: Counts, ptable: PTable, secret: bytes) -> pd.DataFrame:
    """One row an incident: area, category, month and its record key."""
    rows = counts.frame[counts.frame["incidents"] > 0]
    each = rows.loc[rows.index.repeat(rows["incidents"])]
    number = each.groupby(level=0).cumcount().to_numpy()
    code = counts.areas[plan.levels[0].column].to_numpy(dtype=object)[each["area"].to_numpy()]
    keys = int(ptable.rows["ckey"].max()) + 1
    texts = (f"{c}|{k}|{m}|{i}" for c, k, m, i in zip(code, each["category"], each["month"], number, strict=True))
    key = [int.from_bytes(hmac.digest(secret, t.encode(), "sha256")[:8], "big") % keys for t in texts]
    return each[["area", "category", "month"]].assign(record_key=key).reset_index(drop=True)


def _tabulate(records: pd.DataFrame, place: object, ptable: PTable) -> pd.DataFrame:
    """place_code, true and figure (missing where withheld) of every place that has a record."""
    from cell_key_perturbation.create_perturbed_table import create_perturbed_table

    if records.empty:
        return pd.DataFrame({"place_code": pd.Series(dtype=object), "true": [], "figure": []})
    data = records[["record_key"]].assign(place_code=place)
    # the package reports on the standard output
    with contextlib.redirect_stdout(io.StringIO()):
        made = create_perturbed_table(
            data=data, ptable=ptable.rows, geog=["place_code"], tab_vars=[], record_key="record_key", use_existing_ons_id=False,
            threshold=ptable.threshold,
        )  # fmt: skip
    return made.rename(columns={"pre_sdc_count": "true", "count": "figure"})[["place_code", "true", "figure"]]
