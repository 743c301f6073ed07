"""What was published before. A release that was withdrawn stays: it was seen.

Every figure that an earlier release showed for a cell of the candidate's own layout (same place, category and period, same count) is
laid into the system as a published row, so that what is withheld now is attacked together with what was shown then. Figures that differ
because the data was corrected since, and releases of other periods, are counted and named in the certificate, not attacked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from analytics.disclosure.intervals import Bands
from analytics.disclosure.system import PublicationSystem

KEY = ["geography", "edition", "place_code", "category", "period_start", "period_end"]


@dataclass(frozen=True)
class Ledger:
    """shown: one row a figure that an earlier release showed: KEY, count and release. releases: how many releases there were."""

    shown: pd.DataFrame | None = None
    releases: int = 0


@dataclass(frozen=True)
class History:
    """The system with the earlier figures in it; laid_in of them, not_comparable left out; releases attacked with the candidate."""

    system: PublicationSystem
    laid_in: int
    not_comparable: int
    releases: int

    def with_bands(self, own: Bands) -> Bands:
        """What is known of every row: the candidate's intervals, then what earlier releases showed, exactly."""
        counts = self.system.cell_counts[len(own.low) :]
        return Bands(np.concatenate([own.low, counts]), np.concatenate([own.high, counts]))


def lay_in(system: PublicationSystem, ledger: Ledger) -> History:
    """Add the ledger's comparable figures to the candidate's system as rows that are public and stay so."""
    if ledger.shown is None or ledger.shown.empty:
        return History(system, 0, 0, 0)
    own = system.cells[KEY].assign(row=np.arange(system.n_cells), now=system.cell_counts)
    match = ledger.shown.merge(own, on=KEY, how="left")
    same = match[match["now"].notna() & (match["count"] == match["now"])].drop_duplicates("row")
    rows = same["row"].to_numpy(dtype=np.int64)
    earlier = system.cells.iloc[rows].assign(release=same["release"].to_numpy())
    # to withhold now what was shown before protects nobody
    weight = system.weight.copy()
    weight[rows] = np.inf
    grown = replace(
        system,
        incidence=sparse.csr_matrix(sparse.vstack([system.incidence, system.incidence[rows]], format="csr")),
        cells=pd.concat([system.cells, earlier], ignore_index=True),
        weight=np.concatenate([weight, np.full(len(rows), np.inf)]),
        seen=np.concatenate([system.seen, np.ones(len(rows), dtype=np.int8)]),
    )
    comparable = match["now"].notna() & (match["count"] == match["now"])
    return History(grown, len(rows), int((~comparable).sum()), int(match.loc[comparable, "release"].nunique()))
