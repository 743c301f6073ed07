"""Bytes to rows: encodings, line ends, malformed rows and the line each row stood on."""

from __future__ import annotations

import io

import openpyxl
import pytest

from core.errors import FeedError
from feeds.catalogue.feed import Feed, Reading, Recognise
from feeds.reading.tabular import read_table

BOM = b"\xef\xbb\xbf"


def feed(columns: tuple[str, ...] = ("a", "b"), **reading: object) -> Feed:
    return Feed(
        id="a_feed", title="A feed", publisher="Someone", licence="Open", sensitivity="open",
        recognise=Recognise(columns=list(columns)), read=Reading.model_validate(reading),
    )  # fmt: skip


def table(data: bytes, **reading: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = read_table(data, feed(**reading), "file.csv").table.to_pydict()  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    "data", [b"a,b\n1,x\n2,\n", b"a,b\r\n1,x\r\n2,\r\n", BOM + b"a,b\n1,x\n2,\n", BOM + b"a,b\r\n1,x\r\n2,", b"a,b\n1,x\n\n2,\n"]
)
def test_line_ends_marks_and_blank_lines(data: bytes) -> None:
    assert table(data) == {"a": ["1", "2"], "b": ["x", ""]}


def test_nothing_is_read_as_a_number_or_as_missing() -> None:
    assert table(b"a,b\n007,NA\n1e5,null\n") == {"a": ["007", "1e5"], "b": ["NA", "null"]}


def test_the_publishers_own_word_for_missing() -> None:
    assert table(b"a,b\n1,NA\nNA,Nancy\n", missing=["NA"]) == {"a": ["1", ""], "b": ["", "Nancy"]}


def test_declared_encoding_and_a_delimiter_beyond_ascii() -> None:
    assert table('a¬b\nCafé¬"x\n'.encode("latin-1"), encoding="latin-1", delimiter="¬", quote="") == {"a": ["Café"], "b": ['"x']}


def test_utf16_when_declared() -> None:
    assert table("a,b\n1,é\n".encode("utf-16"), encoding="utf-16") == {"a": ["1"], "b": ["é"]}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n", "no rows"),
        (b"a,c\n1,2\n", "missing b"),
        (b"a;b\n1;2\n", "missing a, b"),
        (b"a,b,a\n1,2,3\n", "a column twice: a"),
        (b"a,b\n1,2\n3,\xff\n", "line 3 is not UTF-8"),
        (b"a,b\n1,\x00\n", "NUL"),
        (b'a,b\n1,"2\n3,4\n', "quotation mark is left open"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_is_not_what_it_should_be(data: bytes, word: str) -> None:
    with pytest.raises(FeedError, match=word) as caught:
        read_table(data, feed(), "folder/file.csv")
    assert "folder/file.csv" in str(caught.value)
    assert "What next:" in str(caught.value)


def test_malformed_rows_are_kept_as_rejected_with_their_line() -> None:
    rows = read_table(b"a,b\n1,x\n2\n3,y\n4,y,z\n5,z\n", feed(), "file.csv")
    assert rows.table.to_pydict() == {"a": ["1", "3", "5"], "b": ["x", "y", "z"]}
    assert rows.line.tolist() == [2, 4, 6]
    assert [(r.line, r.reason) for r in rows.malformed] == [(3, "has 1 fields, not 2"), (5, "has 3 fields, not 2")]
    assert rows.rows_in == 5


def test_lines_are_those_of_the_file_where_records_span_lines() -> None:
    rows = read_table(b'a,b\n1,"x\ny"\n\n2,z\n3\n4,w\n', feed(), "file.csv")
    assert rows.table.column("b").to_pylist() == ["x\ny", "z", "w"]
    assert rows.line.tolist() == [2, 5, 7]
    assert [r.line for r in rows.malformed] == [6]


def test_a_file_without_a_header() -> None:
    rows = read_table(b"1,x\n2,y\n", feed(headerless=["a", "b"]), "file.csv")
    assert (rows.table.to_pydict(), rows.line.tolist()) == ({"a": ["1", "2"], "b": ["x", "y"]}, [1, 2])


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Data"
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_spreadsheet() -> None:
    data = workbook(["a", "b"], [9, "x"], [None, None], [0.5, None])
    rows = read_table(data, feed(format="xlsx", sheet="Data"), "file.xlsx")
    assert rows.table.to_pydict() == {"a": ["9", "0.5"], "b": ["x", ""]}
    assert rows.line.tolist() == [2, 4]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (workbook(["a", "b"], [1, 2])[:500], "cannot be opened"),
        (workbook(["a", "c"], [1, 2]), "missing b"),
        (workbook(["a", "b"]), "no rows"),
    ],
    ids=["cut off", "another column", "no rows"],
)
def test_a_spreadsheet_that_is_not_what_it_should_be(data: bytes, word: str) -> None:
    with pytest.raises(FeedError, match=word):
        read_table(data, feed(format="xlsx", sheet="Data"), "file.xlsx")


def test_a_sheet_that_is_not_there() -> None:
    with pytest.raises(FeedError, match="no sheet 'Numbers'"):
        read_table(workbook(["a", "b"], [1, 2]), feed(format="xlsx", sheet="Numbers"), "file.xlsx")


def test_a_header_with_a_carriage_return_in_its_middle() -> None:
    with pytest.raises(FeedError, match="cannot be cut into column names"):
        read_table(b"a,b\rc,d\n1,2,3\n", feed(), "file.csv")


def test_a_field_of_megabytes_among_blank_lines() -> None:
    rows = read_table(b"a,b\n\n" + b"y" * 200_000 + b",x\n2,z\n", feed(), "file.csv")
    assert rows.table.to_pydict()["b"] == ["x", "z"]
