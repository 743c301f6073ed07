"""How far the real months were followed, against the files themselves and what the data's own notes measured."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from core import db
from core.db import Role

pytestmark = [pytest.mark.database, pytest.mark.real_data, pytest.mark.slow]
FOLLOWED = ("2021-03", "2021-04", "2021-05", "2021-11", "2021-12", "2022-01", "2022-02", "2022-03")


def read(real_data: Path, month: str, kind: str) -> pd.DataFrame:
    return pd.read_csv(real_data / "police" / f"{month}-thames-valley-{kind}.csv.gz", usecols=["Crime ID", "Month"], dtype=str)


def test_months_are_followed_as_far_as_their_files_reach(thames_valley: str, real_data: Path) -> None:
    with db.transaction(Role.PIPELINE) as connection:
        stored = pd.read_sql(
            text("SELECT to_char(month, 'YYYY-MM') AS month, crimes, with_outcome, followed_to FROM analysis.outcome_month"),
            connection,
        ).set_index("month")
        late = pd.read_sql(
            text("SELECT months_after, sum(crimes) AS crimes FROM analysis.outcome_delay WHERE month = '2021-03-01' GROUP BY 1"),
            connection,
        )
    assert tuple(stored.index[stored["followed_to"].notna()].sort_values()) == FOLLOWED
    assert {str(m)[:7] for m in stored["followed_to"].dropna()} == {"2022-03"}
    share = stored["with_outcome"] / stored["crimes"]
    # SOURCES.md: 89% of the street rows with an ID of 2021-03, but 36% of 2022-03, have an outcome by 2022-03
    assert share["2021-03"] == pytest.approx(0.89, abs=0.006)
    assert share["2022-03"] == pytest.approx(0.36, abs=0.006)
    # and from the files, by other means
    crimes = set(read(real_data, "2021-03", "street")["Crime ID"].dropna())
    months = [f"{y}-{m:02d}" for y, m in [*((2021, m) for m in range(3, 13)), *((2022, m) for m in range(1, 4))]]
    first: dict[str, int] = {}
    for after, month in enumerate(months):
        for crime in read(real_data, month, "outcomes")["Crime ID"]:
            first.setdefault(crime, after)
    assert (stored.loc["2021-03", "crimes"], stored.loc["2021-03", "with_outcome"]) == (len(crimes), len(crimes & set(first)))
    # those of the region with a place: nearly all, and none later or sooner than in the files
    waited = Counter(first[c] for c in crimes & set(first))
    counted = dict(zip(late["months_after"], late["crimes"], strict=True))
    assert set(counted) <= set(waited)
    assert all(0.9 * waited[k] <= n <= waited[k] for k, n in counted.items() if waited[k] >= 50)
