"""What bytes really are, whatever their name says: so that a message names the cause and not its effect."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from dataclasses import dataclass

from core.errors import FeedError
from feeds.reading.source import file_settings, under_password

# the names of streams inside an OLE container, as they stand in its directory
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_WORD_DOCUMENT = "WordDocument".encode("utf-16-le")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|script|div|meta|title)\b", re.IGNORECASE)
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Kind:
    """A kind of file by its own signature. next: what a person does with one that was taken for a table. endings: of names of its own."""

    name: str
    what: str
    next: str
    endings: tuple[str, ...] = ()


_AGAIN = "download it again, and open it before it is offered."
_SAVE = "open it and save it as .xlsx or .csv."
HTML = Kind("html", "a web page (HTML)", "a page for signing in or of an error was saved in place of the file, perhaps; " + _AGAIN)
XML = Kind("xml", "XML", _SAVE)
OLD_EXCEL = Kind("xls", "a workbook of the old Excel format (.xls), which is not read", _SAVE)
WORD = Kind("word", "a Word document", "ask for the table itself, as .xlsx or .csv.")
PASSWORD = Kind("password", "protected by a password", "open it, take the password off and save it again.")
PDF = Kind("pdf", "a PDF document", "ask for the table itself, as .xlsx or .csv.")
GZIP = Kind("gzip", "packed by gzip", "give its name the ending .gz.")
XLSX = Kind(
    "xlsx", "an Excel workbook", "give its name the ending .xlsx, with a feed that says so, or save it as .csv.", (".xlsx",)
)
BINARY_EXCEL = Kind("xlsb", "a binary Excel workbook (.xlsb), which is not read", _SAVE)
ODS = Kind("ods", "an OpenDocument spreadsheet (.ods), which is not read", _SAVE)
ZIP = Kind("zip", "a ZIP archive", "give its name the ending .zip, or unpack it.", (".zip",))
PARQUET = Kind("parquet", "Parquet", "give its name the ending .parquet, with a feed that says so.", (".parquet",))
GEOPACKAGE = Kind(
    "sqlite", "a GeoPackage or another SQLite database", "give its name the ending .gpkg, with a feed that says so.", (".gpkg",)
)
OTHER_ARCHIVE = Kind("archive", "an archive of a kind that is not unpacked here", "unpack it, and offer the files in it.")
RTF = Kind("rtf", "a text document (RTF)", "ask for the table itself, as .xlsx or .csv.")
PICTURE = Kind("picture", "a picture", "ask for the table itself, as .xlsx or .csv.")
TEXT = Kind("text", "plain text (a CSV, perhaps)", "give its name the ending .csv, with a feed that says so.")
UTF16 = Kind("utf-16", "UTF-16", "save it as UTF-8.")

_SPACE = 0x20
_SIGNATURES = (
    (b"%PDF", PDF), (b"\x1f\x8b", GZIP), (b"PAR1", PARQUET), (b"SQLite format 3\x00", GEOPACKAGE), (b"7z\xbc\xaf\x27\x1c", OTHER_ARCHIVE),
    (b"Rar!", OTHER_ARCHIVE), (b"BZh", OTHER_ARCHIVE), (b"\xfd7zXZ", OTHER_ARCHIVE), (b"\x28\xb5\x2f\xfd", OTHER_ARCHIVE),
    (b"{\\rtf", RTF), (b"\x89PNG", PICTURE), (b"\xff\xd8\xff", PICTURE), (b"GIF8", PICTURE),
)  # fmt: skip


def kind_of(data: bytes) -> Kind | None:
    """The kind of file that these bytes are; None for text and for what has no signature known here."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in data:
            return PASSWORD
        return WORD if _WORD_DOCUMENT in data else OLD_EXCEL
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data)
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.match(start) or (start.startswith((b"<!--", b"<?xml")) and _HTML.search(start)):
        return HTML
    return XML if start.startswith(b"<?xml") else None


def _kind_of_text(data: bytes, expected: str) -> Kind | None:
    """Text where something else is expected: a table where a workbook is, or UTF-16 where GeoJSON is, which is UTF-8."""
    head = data[:4096]
    if expected == "vector":
        return UTF16 if head.startswith((b"\xff\xfe", b"\xfe\xff")) else None
    printable = b"\n" in head and not any(byte < _SPACE and byte not in b"\t\r\n" for byte in head)
    return TEXT if expected in ("xlsx", "parquet") and printable else None


def _kind_of_zip(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if any(i.flag_bits & 0x1 for i in archive.infolist()):
                return PASSWORD
            if "mimetype" in names and b"opendocument.spreadsheet" in _head(archive, "mimetype"):
                under = "META-INF/manifest.xml" in names and b"encryption-data" in _head(archive, "META-INF/manifest.xml")
                return PASSWORD if under else ODS
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, KeyError, EOFError, struct.error):
        return ZIP
    if "xl/workbook.bin" in names:
        return BINARY_EXCEL
    return XLSX if any(n.startswith("xl/") for n in names) else ZIP


def _head(archive: zipfile.ZipFile, member: str) -> bytes:
    with archive.open(member) as handle:
        return handle.read(_CHUNK)


_OWN = {"csv": (), "xlsx": (XLSX,), "parquet": (PARQUET,), "vector": (GEOPACKAGE, ZIP, XML)}
_CALLED = {"csv": "a CSV table", "xlsx": "an Excel workbook (.xlsx)", "parquet": "Parquet", "vector": "boundaries"}


def require_kind(data: bytes, expected: str, label: str) -> None:
    """FeedError naming what the bytes are, where they are plainly something else than the feed's format."""
    found = kind_of(data) or _kind_of_text(data, expected)
    if found is None or found in _OWN[expected]:
        return
    if found is PASSWORD:
        raise under_password(label)
    # an archive that cannot be listed is a workbook cut short
    if expected == "xlsx" and found is ZIP and not zipfile.is_zipfile(io.BytesIO(data)):
        return
    raise FeedError(f"is {found.what}, where its feed expects {_CALLED[expected]}", where=label, hint=found.next)


def require_columns_bound(count: int, label: str) -> None:
    """FeedError for a table with more columns than are allowed."""
    most = file_settings().most_columns
    if count > most:
        raise FeedError(
            f"has {count:,} columns; {most:,} are allowed",
            where=label,
            hint="ask the publisher for a long table; HOMEGROUND_FILES_MOST_COLUMNS says what is allowed.",
        )


def require_rows_bound(count: int, label: str) -> None:
    """FeedError for a table with more rows than are allowed."""
    most = file_settings().most_rows
    if count > most:
        raise FeedError(
            f"has {count:,} rows; {most:,} are allowed",
            where=label,
            hint="ask the publisher for smaller files; HOMEGROUND_FILES_MOST_ROWS says what is allowed.",
        )
