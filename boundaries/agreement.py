"""How often our own join and the LSOA printed in the police files agree, by year, and why they differ.

police.uk prints the LSOA of its snapped point by full-resolution boundaries; we hold generalised ones, whose border may run tens of
metres beside. So disagreeing points should lie close to the border of the area that was printed: the report says how close.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection

from boundaries.areas import read_areas
from core.contracts import LSOA_2011, LSOA_2021
from core.db import fetch, run_statement


@dataclass(frozen=True)
class AgreementRow:
    """One year and edition. edition: the one that the printed codes belong to; rows: incidents with a point and a printed code.

    rows = agree + differ + not_in_edition. differ: the printed area is another one than ours (or ours is none: outside_ours of them).
    within_*_m: share of `differ` that lies no farther than that from the printed area. not_in_edition: printed codes that the loaded
    edition does not hold (another edition, or an area far outside the region).
    """

    year: int
    edition: str
    rows: int
    agree: int
    share: float
    differ: int
    outside_ours: int
    within_10_m: float
    within_50_m: float
    within_100_m: float
    not_in_edition: int


def agreement_by_year(connection: Connection) -> tuple[AgreementRow, ...]:
    """Compare every placed incident that has a printed LSOA; a row a year and edition, both ascending."""
    run_statement(connection, "boundaries/prefer_hash_joins")
    rows = fetch(connection, "boundaries/printed_lsoa")
    editions = {
        LSOA_2011.edition: (read_areas(connection, LSOA_2011), "lsoa11_code"),
        LSOA_2021.edition: (read_areas(connection, LSOA_2021), "lsoa21_code"),
    }
    found = []
    # no code of the month in any edition held: nothing to compare with, and the newest edition says so in not_in_edition
    rows["edition"] = rows["edition"].where(rows["edition"].isin(list(editions)), LSOA_2021.edition)
    for (year, edition), part in rows.groupby(["year", "edition"], sort=True):
        areas, ours = editions[str(edition)]
        found.append(_row(int(year), str(edition), part, areas, ours))
    return tuple(found)


def _row(year: int, edition: str, rows: pd.DataFrame, areas: gpd.GeoDataFrame, ours: str) -> AgreementRow:
    weight = rows["incidents"].to_numpy(np.int64)
    known = rows["printed_lsoa"].isin(areas.index).to_numpy()
    same = (rows["printed_lsoa"] == rows[ours]).to_numpy()
    differ = known & ~same
    points = shapely.points(rows["easting"].to_numpy()[differ], rows["northing"].to_numpy()[differ])
    printed = areas.geometry.reindex(rows["printed_lsoa"][differ]).to_numpy()
    distance_m = shapely.distance(points, printed)

    def within(metres: float) -> float:
        total = int(weight[differ].sum())
        return float(weight[differ][distance_m <= metres].sum() / total) if total else 0.0

    total = int(weight.sum())
    agree = int(weight[same].sum())
    return AgreementRow(
        year=year,
        edition=edition,
        rows=total,
        agree=agree,
        share=agree / total if total else 0.0,
        differ=int(weight[differ].sum()),
        outside_ours=int(weight[differ & rows[ours].isna().to_numpy()].sum()),
        within_10_m=within(10.0),
        within_50_m=within(50.0),
        within_100_m=within(100.0),
        not_in_edition=int(weight[~known & ~same].sum()),
    )
