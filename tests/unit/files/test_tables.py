"""Tables as people have them: title rows, Excel dates, invisible characters, unnamed columns; and messages that name the cause."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.builders import feeds_files as county
from tests.builders.files.offered import feed, offered, only, partner_events, workbook, zipped

TABLE = feed(file_name=r"(^|/)fsm_[a-z]+\.csv$")
SHEET = feed("sheet", file_name=r"(^|/)fsm_[a-z]+\.xlsx$", read={"format": "xlsx", "sheet": "Data"})
HEADER = "LSOA code,Year,FSM\n"
ROW = "E01017136,2024,5\n"


def table(tmp_path: Path, content: str | bytes, name: str = "fsm_a.csv") -> Path:
    return county.write(tmp_path, name, content.encode() if isinstance(content, str) else content)


# ---- rows


@pytest.mark.parametrize(
    ("code", "year"),
    [
        (" E01017136", "2024 "), ("E01017136\u00a0", "\t2024"), ("E01017136\ufeff", "20\u200b24"), ("E0101\u200d7136\u2060", "\u30002024"),
        ("E01017136\u00ad", " 2024"),
    ],
)  # fmt: skip
def test_what_nobody_sees_is_taken_off(code: str, year: str, tmp_path: Path) -> None:
    table(tmp_path, f"{HEADER}{code},{year}, 5 \n")
    found = only(tmp_path, TABLE)
    assert found.accepted == {"LSOA code": ["E01017136"], "Year": ["2024"], "FSM": ["5"]}
    assert found.screened is not None
    assert found.screened.notes["trimmed"] == {"LSOA code": 1, "Year": 1, "FSM": 1}


def test_a_category_with_a_space_at_its_end_is_that_category(tmp_path: Path) -> None:
    county.write(tmp_path, "x.csv", b"Attendance date,Time,Weapon,Postcode\n01/03/2025,23:15,Fist ,\n")
    assert only(tmp_path, partner_events()).accepted["Weapon"] == ["Fist"]


def test_periods_are_trimmed_and_one_of_nothing_is_none(tmp_path: Path) -> None:
    table(tmp_path, f"{HEADER}E01017136, 2024,5\nE01017137,   ,6\nE01017136,2024,7\n")
    found = only(tmp_path, TABLE)
    assert found.accepted["Year"] == ["2024"]
    assert found.reasons == [(3, "Year: no period"), (4, "LSOA code: repeated code and period")]


def test_a_code_that_only_looks_right_says_why(tmp_path: Path) -> None:
    # a Cyrillic letter, and a small one
    table(tmp_path, f"{HEADER}\u041501017136,2024,5\ne01017137,2024,6\n{ROW}")
    assert [reason for _, reason in only(tmp_path, TABLE).reasons] == [
        "LSOA code: not an area code: it holds a character that only looks like a letter or a digit",
        "LSOA code: not an area code (a letter and eight digits): its letter is a small one",
    ]


def test_dates_that_cannot_be_are_rejected(tmp_path: Path) -> None:
    rows = [f"{day},,Fist,\n" for day in ("01/03/2025", "01/03/2095", "01/03/1925", "31/12/1989", "01/01/1990")]
    county.write(tmp_path, "x.csv", ("Attendance date,Time,Weapon,Postcode\n" + "".join(rows)).encode())
    found = only(tmp_path, partner_events())
    assert found.accepted["Attendance date"] == ["01/03/2025", "01/01/1990"]
    assert [reason for _, reason in found.reasons] == [
        "Attendance date: a date that has not come yet", "Attendance date: a date before 1990", "Attendance date: a date before 1990",
    ]  # fmt: skip


def test_a_month_that_has_not_come_is_refused_by_its_name(tmp_path: Path) -> None:
    county.write(tmp_path, county.street_name("2095-01"), county.street_csv([county.Street(month="2095-01")]))
    assert "2095-01, which has not come yet" in only(tmp_path).message


# ---- columns


def test_columns_without_name_and_value_are_left_out_and_others_are_told(tmp_path: Path) -> None:
    table(tmp_path, f"LSOA code,Year,FSM,,\n{ROW.strip()},,\n")
    found = only(tmp_path, TABLE)
    assert (list(found.accepted), found.told) == (["LSOA code", "Year", "FSM"], "")
    table(tmp_path, f",LSOA code,Year,FSM,\n1,{ROW.strip()},x\n")
    found = only(tmp_path, TABLE)
    assert found.accepted["FSM"] == ["5"]
    assert found.told == "column 1, which has no name, column 5, which has no name: not used"


def test_the_same_in_a_sheet(tmp_path: Path) -> None:
    rows: list[list[object]] = [["LSOA code", "Year", "FSM", None, None], ["E01017136", 2024, 5, None, "a note"]]
    county.write(tmp_path, "fsm_a.xlsx", workbook({"Data": rows}))
    found = only(tmp_path, SHEET)
    assert found.accepted["Year"] == ["2024"]
    assert found.told == "column 5, which has no name: not used"


@pytest.mark.parametrize("header", ["\ufeffLSOA code ,\u00a0Year,FSM", '"LSOA\ncode",Year,FSM', '"LSOA\r\ncode","Year","FSM"'])
def test_names_of_columns_are_cleaned_too(header: str, tmp_path: Path) -> None:
    table(tmp_path, f"{header}\n{ROW}E01017137,x,y,z\n")
    found = only(tmp_path, TABLE)
    assert found.accepted["LSOA code"] == ["E01017136"]
    assert [line for line, _ in found.reasons] == [header.count("\n") + 3], "lines are those of the file"


def test_a_header_below_title_rows(tmp_path: Path) -> None:
    content = f'"Free meals"\n"Source: a council"\n\n{HEADER}{ROW}E01017137,2024,-1\n'
    table(tmp_path, content)
    message = only(tmp_path, TABLE).message
    assert "missing LSOA code, Year, FSM (line 4 has them)" in message and "read.header_row = 4" in message
    declared = feed(file_name=r"fsm_[a-z]+\.csv$", read={"header_row": 4})
    found = only(tmp_path, declared)
    assert found.accepted["FSM"] == ["5"]
    assert found.reasons == [(6, "FSM: not a value from 0")]
    by_columns = feed(read={"header_row": 4})
    assert only(tmp_path, by_columns).feed == "a_feed"
    assert "line 4 has them" in only(tmp_path, feed()).message


def test_a_header_below_title_rows_of_a_sheet(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Free meals"], [], ["LSOA code", "Year", "FSM"], ["E01017136", 2024, 5], ["E01017137", 2024, -1]]
    county.write(tmp_path, "fsm_a.xlsx", workbook({"Data": rows}))
    assert "(line 3 has them)" in only(tmp_path, SHEET).message
    declared = feed(read={"format": "xlsx", "sheet": "Data", "header_row": 3})
    found = only(tmp_path, declared)
    assert (found.accepted["FSM"], found.reasons) == (["5"], [(5, "FSM: not a value from 0")])
    assert "line 3 has them" in only(tmp_path, feed(read={"format": "xlsx", "sheet": "Data"})).message


# ---- dates of spreadsheets


def test_dates_of_a_spreadsheet_are_read_however_text_is_written(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Attendance date", "Time", "Weapon", "Postcode"],
        [date(2025, 3, 4), time(23, 15), "Fist", ""],
        [datetime(2025, 3, 4, 7, 45), "7:05", "Glass", ""],  # noqa: DTZ001 - a spreadsheet knows no zones
        ["05/03/2025", 0.5, "Knife", ""],
        ["2025-03-06", "", "Other", ""],
    ]
    county.write(tmp_path, "x.xlsx", workbook({"Data": rows}))
    found = only(tmp_path, partner_events(read={"format": "xlsx", "sheet": "Data"}))
    assert found.accepted["Attendance date"] == ["04/03/2025", "04/03/2025", "05/03/2025"]
    assert found.accepted["Time"] == ["23:15", "7:05", "12:00"]
    assert found.reasons == [(5, "Attendance date: not a date written as %d/%m/%Y")]


def test_dates_of_parquet_too(tmp_path: Path) -> None:
    columns = {
        "Attendance date": pa.array([date(2025, 3, 4), None], pa.date32()), "Time": ["7:05", ""], "Weapon": ["Fist", "Fist"],
        "Postcode": ["", ""],
    }  # fmt: skip
    parquet.write_table(pa.table(columns), tmp_path / "x.parquet")
    found = only(tmp_path, partner_events(read={"format": "parquet"}))
    assert found.accepted["Attendance date"] == ["04/03/2025"]


# ---- messages

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_HTML = b"\n<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>"
_ODS = zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"})
CAUSES = {
    "semicolons": ("fsm_a.csv", f"{HEADER}{ROW}".replace(",", ";"), ["divided by semicolons", "read.delimiter"]),
    "tabs": ("fsm_a.csv", f"{HEADER}{ROW}".replace(",", "\t"), ["divided by tabs"]),
    "sep= of another divider": ("fsm_a.csv", "sep=;\n" + f"{HEADER}{ROW}".replace(",", ";"), ["divided by semicolons"]),
    "other capital letters": ("fsm_a.csv", f"{HEADER}{ROW}".replace("LSOA code", "LSOA Code"), ["it has LSOA Code", "capital letters"]),
    "a web page": ("fsm_a.csv", _HTML, ["a web page (HTML)", "download it again"]),
    "a web page called an archive": ("fsm_a.zip", _HTML, ["a web page (HTML)", "no ZIP archive"]),
    "a table called a workbook": ("fsm_a.xlsx", HEADER + ROW, ["plain text", "ending .csv"]),
    "a web page called a workbook": ("fsm_a.xlsx", _HTML, ["a web page (HTML)"]),
    "a workbook called a table": ("fsm_a.csv", workbook({"Data": [["a"]]}), ["an Excel workbook", ".xlsx"]),
    "an old workbook called a new one": ("fsm_a.xlsx", _OLE + "Workbook".encode("utf-16-le"), ["old Excel format (.xls)", "save it as"]),
    "a workbook under a password": ("fsm_a.xlsx", _OLE + "EncryptedPackage".encode("utf-16-le"), ["protected by a password"]),
    "OpenDocument called a workbook": ("fsm_a.xlsx", _ODS, ["OpenDocument spreadsheet (.ods)"]),
    "a PDF called a table": ("fsm_a.csv", b"%PDF-1.7\n", ["a PDF document"]),
    "gzip without its ending": ("fsm_a.csv", b"\x1f\x8b\x08" + bytes(20), ["packed by gzip", ".gz"]),
    "UTF-16 without its mark": ("fsm_a.csv", (HEADER + ROW).encode("utf-16-le"), ["may be UTF-16"]),
    "Latin-1": ("fsm_a.csv", (HEADER + ROW + "E01017137,2024,é\n").encode("latin-1"), ["line 3 is not UTF-8", "cp1252"]),
    "another sheet": ("fsm_a.xlsx", workbook({"Sheet1": [["LSOA code", "Year", "FSM"]]}), ["no sheet 'Data'", "it has Sheet1"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CAUSES)
def test_a_message_names_the_cause(case: str, tmp_path: Path) -> None:
    name, content, words = CAUSES[case]
    table(tmp_path, content, name)
    message = only(tmp_path, TABLE, SHEET).message
    assert name in message and "What next:" in message
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("FSM_A.CSV", (HEADER + ROW).encode(), "in capital letters alone"),
        ("x.csv", (HEADER + ROW).encode("utf-16"), "it is UTF-16"),
        ("x.xlsx", _OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("x.zip", zipped({"licence.txt": b"words"}), "no file of a kind that is read"),
        ("x.zip", zipped({"y.zip": zipped({"z.csv": b"1"})}), "an archive inside an archive"),
        ("x.csv", b"", "it is empty"),
    ],
)
def test_an_unknown_file_is_told_why(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    county.write(tmp_path, name, content)
    found = only(tmp_path, TABLE)
    assert found.feed == "" and words in found.message


def test_excels_own_line_is_passed_over(tmp_path: Path) -> None:
    table(tmp_path, f"sep=,\n{HEADER}{ROW}E01017137,2024,-1\n")
    found = only(tmp_path, TABLE)
    assert (found.accepted["FSM"], [line for line, _ in found.reasons]) == (["5"], [4])
    assert only(tmp_path, feed()).feed == "a_feed"


def test_an_unknown_table_is_told_what_keeps_it_from_being_known(tmp_path: Path) -> None:
    table(tmp_path, f"{HEADER}{ROW}".replace(",", ";"), "x.csv")
    found = only(tmp_path, feed())
    assert found.feed == "" and "may be of feed a_feed, but its fields are divided by semicolons" in found.message
    table(tmp_path, _HTML, "x.csv")
    assert "a web page (HTML)" in only(tmp_path, feed()).message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fsm_a.xls", ".xls"),
        ("fsm_a.ods", ".ods"),
        ("fsm_a.xlsb", ".xlsb"),
        ("areas.kml", "GeoPackage"),
        ("all.7z", "unpack it"),
        ("a.mdb", ".csv"),
    ],
)
def test_data_of_a_kind_that_is_not_read_is_named_wherever_it_lies(name: str, words: str, tmp_path: Path) -> None:
    county.write(tmp_path / "a", name, b"anything")
    assert words in only(tmp_path / "a", TABLE).message
    county.write(tmp_path / "b", "x.zip", zipped({name: b"anything", "licence.txt": b"words"}))
    assert any(words in o.message for o in offered(tmp_path / "b"))


def test_a_text_file_is_named_where_a_feed_would_know_it_or_it_alone_is_asked_for(tmp_path: Path) -> None:
    county.write(tmp_path, "fsm_data.txt", (HEADER + ROW).encode())
    county.write(tmp_path, "other.txt", (HEADER + ROW).replace(",", "\t").encode())
    county.write(tmp_path, "licence.txt", b"a,b\n1,2\n")
    from feeds.catalogue.feed import Catalogue

    catalogue = Catalogue(feed=[TABLE])
    assert {o.label: "ending .csv" in o.message for o in offered(tmp_path, catalogue)} == {"fsm_data.txt": True, "other.txt": True}
    (alone,) = offered(tmp_path / "licence.txt", catalogue)
    assert "ending .csv" in alone.message


# ---- archives


def test_a_zip_with_a_name_twice_is_refused(tmp_path: Path) -> None:
    county.write(tmp_path, "x.zip", zipped([("fsm_a.csv", (HEADER + ROW).encode()), ("fsm_a.csv", (HEADER + ROW * 2).encode())]))
    assert "two files of one name: fsm_a.csv" in only(tmp_path, TABLE).message


def test_two_members_for_one_slot_are_refused_and_equal_ones_are_not(tmp_path: Path) -> None:
    name = county.street_name()
    one, other = county.street_csv(county.many(3)), county.street_csv(county.many(4))
    county.write(tmp_path / "a", "x.zip", zipped({f"a/{name}": one, f"b/{name}": other}))
    assert all("one and the same place in the store" in o.message for o in offered(tmp_path / "a"))
    county.write(tmp_path / "b", "x.zip", zipped({f"a/{name}": one, f"b/{name}": one}))
    assert [o.message for o in offered(tmp_path / "b")] == ["", ""]


def test_a_member_under_a_password(tmp_path: Path) -> None:
    data = bytearray(zipped({"fsm_a.csv": (HEADER + ROW).encode()}))
    # the flag of an encrypted member, in the member's own header and in the directory's
    data[6] |= 1
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    county.write(tmp_path, "x.zip", bytes(data))
    assert "protected by a password" in only(tmp_path, TABLE).message


# ---- feeds of files as they are published


def test_the_register_of_schools(tmp_path: Path) -> None:
    columns = "URN,LA (code),EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name),Postcode,Easting,Northing"
    rows = "1,330,St Zoë’s,Open,Primary,AB1 2CD,450100,206100\n2,330,Old,Closed,Primary,AB1 2CD,450100,206100\n"
    rows += '3,330,New,"Open, but proposed to close",,,,\n'
    county.write(tmp_path, "edubasealldata20260601.csv", f"{columns}\n{rows}".encode("cp1252"))
    found = only(tmp_path)
    assert (found.feed, found.accepted["EstablishmentName"]) == ("dfe_schools_gias", ["St Zoë’s", "New"])


@pytest.mark.parametrize(
    ("name", "header", "known"),
    [
        ("ONSPD_FEB_2024_UK.csv", "pcd,pcds,dointr,doterm,oslaua,oseast1m,osnrth1m,lsoa11,lsoa21", "onspd"),
        ("ONSPD_NOV_2025_UK_RG.csv", "pcd7,pcds,dointr,doterm,lad25cd,east1m,north1m,lsoa11cd,lsoa21cd", "onspd_lad25"),
        ("NSPL_AUG_2026_UK.csv", "pcd7,pcds,dointr,doterm,lad26cd,east1m,north1m,lsoa11cd,lsoa21cd", "onspd_lad26"),
    ],
)
def test_the_directory_of_postcodes(name: str, header: str, known: str, tmp_path: Path) -> None:
    rows = "RG1 1AA,RG1 1AA,198001,,E06000038,471500,173500,E01016180,E01016180\n"
    rows += "RG1 1AB,RG1 1AB,198001,199001,E06000038,,,E01016180,E01016180\n"
    county.write(tmp_path, "x.zip", zipped({f"Data/{name}": f"{header}\n{rows}".encode()}))
    found = only(tmp_path)
    assert (found.feed, found.accepted["pcds"]) == (known, ["RG1 1AA", "RG1 1AB"])
    assert found.slot == name.removesuffix(".csv").split("_", 3)[3]
