"""Small files that would fill the memory: refused while they are unpacked, by bounds that are settings."""

from __future__ import annotations

import gzip
import io
import json
import time
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.builders import feeds_files as county
from tests.builders.files.offered import feed, offered, only, workbook, zipped

TABLE = feed(file_name=r"(^|/)fsm\.csv$")
SHEET = feed(file_name=r"(^|/)fsm\.xlsx$", read={"format": "xlsx", "sheet": "Data"})
ROWS = b"LSOA code,Year,FSM\n" + b"E01017136,2024,5\n" * 200_000


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("UNPACKED_MB", 2), ("MEMBERS", 50), ("COLUMNS", 40), ("CELLS", 1_000)):
        monkeypatch.setenv(f"HOMEGROUND_FILES_MOST_{name}", str(value))


def refused(folder: Path, *words: str) -> None:
    message = only(folder, TABLE, SHEET.model_copy(update={"id": "sheet"})).message
    for word in (*words, "HOMEGROUND_FILES_MOST_"):
        assert word in message


def test_gzip_zip_and_plain_files_that_are_too_large(tmp_path: Path) -> None:
    county.write(tmp_path / "a", "fsm.csv.gz", ROWS)
    county.write(tmp_path / "b", "fsm.zip", zipped({"fsm.csv": ROWS}))
    county.write(tmp_path / "c", "fsm.csv", ROWS)
    county.write(tmp_path / "d", "fsm.zip", zipped({"fsm.csv.gz": gzip.compress(ROWS)}))
    for folder in "abcd":
        refused(tmp_path / folder, "more than 2 MB")


def test_a_small_file_that_unpacks_to_many_times_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEGROUND_FILES_MOST_UNPACKED_MB", "1000")
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as stream:
        for _ in range(24):
            stream.write(ROWS)
    assert len(packed.getvalue()) < 1_000_000 < len(ROWS) * 24 // 64
    (tmp_path / "fsm.csv.gz").write_bytes(packed.getvalue())
    refused(tmp_path, "more than 100 times its size", "MOST_RATIO")


def test_a_size_that_an_archive_says_and_that_is_not_true(tmp_path: Path) -> None:
    data = bytearray(zipped({"fsm.csv": ROWS}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    county.write(tmp_path, "fsm.zip", bytes(data))
    assert "cut short or corrupt" in only(tmp_path, TABLE).message


def test_an_archive_of_too_many_files_is_refused_before_it_is_looked_through(tmp_path: Path) -> None:
    county.write(tmp_path, "x.zip", zipped({f"{i}/x.csv": b"a,b\n" for i in range(51)}))
    begun = time.perf_counter()
    refused(tmp_path, "holds 51 files; 50 are allowed")
    assert time.perf_counter() - begun < 2


def test_thousands_of_unknown_members_are_looked_through_in_seconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEGROUND_FILES_MOST_MEMBERS", "2000")
    county.write(tmp_path, "x.zip", zipped({f"{i}/x.csv": b"a,b\n1,2\n" for i in range(1_000)}))
    begun = time.perf_counter()
    assert len(offered(tmp_path)) == 1_000
    assert time.perf_counter() - begun < 20, "each used to open the archive anew"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "geojson"])
def test_too_many_columns(kind: str, tmp_path: Path) -> None:
    names = ["LSOA code", "Year", "FSM", *(f"c{i}" for i in range(40))]
    one = {"type": "Feature", "properties": dict.fromkeys([*names, *"abcdefghij"], 1), "geometry": None}
    written: dict[str, bytes] = {
        "csv": (",".join(names) + "\n").encode(),
        "xlsx": workbook({"Data": [list(names)]}),
        "geojson": json.dumps({"type": "FeatureCollection", "features": [one]}).encode(),
    }
    if kind == "parquet":
        parquet.write_table(pa.table({n: ["1"] for n in names}), tmp_path / "fsm.parquet")
    else:
        county.write(tmp_path, f"fsm.{kind}", written[kind])
    read = {
        "csv": {},
        "xlsx": {"format": "xlsx", "sheet": "Data"},
        "parquet": {"format": "parquet"},
        "geojson": {"format": "vector"},
    }[kind]
    message = only(tmp_path, feed(file_name=rf"fsm\.{kind}$", read=read)).message
    assert "columns; 40 are allowed" in message and "HOMEGROUND_FILES_MOST_COLUMNS" in message


def test_a_cell_far_from_the_table_is_no_array_of_all_before_it(tmp_path: Path) -> None:
    data = workbook({"Data": [["LSOA code", "Year", "FSM"], ["E01017136", 2024, 5]], "Notes": [["a"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}

    def with_cell(sheet: int, cell: bytes) -> bytes:
        name = f"xl/worksheets/sheet{sheet}.xml"
        return zipped(members | {name: members[name].replace(b"</sheetData>", b'<row r="900000">' + cell + b"</row></sheetData>")})

    county.write(tmp_path, "fsm.xlsx", with_cell(1, b'<c r="C900000"><v>1</v></c>'))
    refused(tmp_path, "reaches to row 900,000 and column 3")
    # one that only has a format, or stands in another sheet, is no matter
    for sheet, cell in ((1, b'<c r="C900000" s="1"/>'), (2, b'<c r="C900000"><v>1</v></c>')):
        county.write(tmp_path, "fsm.xlsx", with_cell(sheet, cell))
        assert only(tmp_path, SHEET).accepted["FSM"] == ["5"]


def test_cells_that_do_not_say_where_they_stand_are_counted(tmp_path: Path) -> None:
    data = workbook({"Data": [["LSOA code", "Year", "FSM"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"].replace(
        b"</sheetData>", b"<row>" + b"<c><v>1</v></c>" * 1_001 + b"</row></sheetData>"
    )
    county.write(tmp_path, "fsm.xlsx", zipped(members | {"xl/worksheets/sheet1.xml": sheet}))
    refused(tmp_path, "cells; 1,000 are allowed")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_too_many_rows(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOMEGROUND_FILES_MOST_ROWS", "1000")
    if kind == "csv":
        county.write(tmp_path, "fsm.csv", ROWS[:20_000])
    else:
        names = ("LSOA code", "Year", "FSM")
        parquet.write_table(pa.table({n: ["1"] * 1_200 for n in names}), tmp_path / "fsm.parquet")
    read = {"format": kind}
    message = only(tmp_path, feed(file_name=rf"fsm\.{kind}$", read=read)).message
    assert "rows; 1,000 are allowed" in message and "HOMEGROUND_FILES_MOST_ROWS" in message


@pytest.mark.parametrize("row", ["E01017136,x,y", "E01017136"])
def test_a_file_of_which_too_many_rows_would_be_kept_as_rejected(row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("feeds.loading.delivery", "feeds.reading.tabular"):
        monkeypatch.setattr(f"{module}.MOST_REJECTED", 5)
    good = "LSOA code,Year,FSM\nE01017136,2024,5\n"
    county.write(tmp_path / "a", "fsm.csv", (good + f"{row}\n" * 5).encode())
    assert len(only(tmp_path / "a", TABLE).reasons) == 5
    county.write(tmp_path / "b", "fsm.csv", (good + f"{row}\n" * 6).encode())
    assert "6 rows and more would be rejected; the first" in only(tmp_path / "b", TABLE).message


def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path) -> None:
    data = workbook({"Data": [["LSOA code", "Year", "FSM"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for part in ("xl/sharedStrings.xml", "xl/workbook.xml"):
        county.write(tmp_path, "fsm.xlsx", zipped(members | {part: b"<x>" + b" " * 3_000_000 + b"</x>"}))
        refused(tmp_path, "more than 2 MB")


def test_a_text_that_parquet_holds_once_and_repeats(tmp_path: Path) -> None:
    table = pa.table({"LSOA code": ["x" * 10_000] * 1_000, "Year": ["1"] * 1_000, "FSM": ["1"] * 1_000})
    parquet.write_table(table, tmp_path / "fsm.parquet")
    assert (tmp_path / "fsm.parquet").stat().st_size < 100_000
    message = only(tmp_path, feed(file_name=r"fsm\.parquet$", read={"format": "parquet"})).message
    assert "more than 2 MB" in message
