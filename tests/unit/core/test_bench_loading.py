"""What the benchmarks of a load reckon with: rows per second at both ends, whole months, a process of its own."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench.load import first_files
from bench.loading.apart import apart, seconds_between
from bench.loading.drawn import draw
from bench.loading.ours import rate


def own_process(marker: str) -> dict[str, float]:
    if marker == "fails":
        raise ValueError("the peer ended badly")
    return {"process": float(os.getpid())}


def test_rows_per_second_are_those_of_the_first_million_or_a_sixth() -> None:
    # a sixth of 600 rows stands in the first file alone
    assert rate([100, 200, 300], [2.0, 10.0, 10.0]) == 50
    assert rate([900_000, 200_000, 8_900_000], [1.0, 1.0, 100.0]) == 1_100_000 / 2


def test_work_apart_has_a_process_of_its_own_and_says_what_it_used() -> None:
    found = apart(own_process, "a marker")
    assert found["process"] != os.getpid()
    # Python alone holds some megabytes, and what this process holds is not counted with it
    assert 0.005 < found["peak_gb"] < 2
    assert found["processor_s"] >= 0


def test_work_apart_that_fails_raises_its_own_error() -> None:
    with pytest.raises(ValueError, match="the peer ended badly"):
        apart(own_process, "fails")


def test_each_step_lasts_from_its_beginning_to_the_next() -> None:
    assert seconds_between([1.0, 3.0, 3.5, 4.5, 8.5]) == {"read_s": 2.0, "place_s": 0.5, "count_s": 1.0, "store_s": 4.0}


@pytest.mark.parametrize(("rows", "taken"), [(0, 4), (1, 2), (20, 2), (21, 3), (1_000, 4)])
def test_the_first_months_that_hold_so_many_rows(tmp_path: Path, rows: int, taken: int) -> None:
    files = [tmp_path / f"{n}.csv.gz" for n in range(4)]
    for file in files:
        file.write_bytes(gzip.compress(b"header\n" + b"row\n" * 10))
    assert first_files(files, rows) == files[:taken]


@pytest.mark.real_data
def test_drawn_files_hold_the_rows_that_were_asked_for_over_all_months_and_the_country(real_data: Path, tmp_path: Path) -> None:
    outlines = real_data / "boundaries" / "lsoa21_ew_bsc_wgs84.geojson.gz"
    folder = tmp_path / "street"
    assert draw(real_data, outlines, folder, 5_000, 3) == {"drawn": 5_000}
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == [f"2020-0{n}-thames-valley-street.csv" for n in (1, 2, 3)]
    rows = pd.concat([pd.read_csv(file, dtype=str, keep_default_na=False) for file in files])
    assert len(rows) == 5_000
    named = rows.loc[rows["Crime ID"] != "", "Crime ID"]
    assert named.is_unique
    # anchors of a county are copied over the whole country, and what has no place there has none here
    placed = rows[rows["Longitude"] != ""]
    assert np.ptp(placed["Latitude"].astype(float)) > 4
    assert placed["LSOA code"].str[0].isin(["E", "W"]).all()
    assert (rows.loc[rows["Longitude"] == "", "LSOA code"] == "").all()
