"""Files whose ending says that they are not read here: which of them hold data, and what a person does with one."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_SAVE = "open it and save it as .xlsx or .csv."
_READ = "CSV, .xlsx, Parquet, GeoJSON, GeoPackage, shapefiles and .zip or .gz of them are read."


@dataclass(frozen=True)
class NotRead:
    """is_data: worth a word wherever it lies. is_text: may be a table by its content."""

    what: str
    next: str
    is_data: bool = True
    is_text: bool = False


_SPREADSHEET = NotRead("a spreadsheet of a format that is not read", _SAVE)
_BOUNDARY = NotRead("a boundary file of a format that is not read", "save it as GeoPackage or GeoJSON.")
_ARCHIVE = NotRead("an archive of a kind that is not unpacked", "unpack it, and offer the files in it.")
_OF_PROGRAM = NotRead("a data file of a format that is not read", "open it in its own program and save it as .csv.")
_DOCUMENT = NotRead("a document, and no table", "ask for the table itself, as .xlsx or .csv.", is_data=False)
_TEXT = NotRead("a text file, whose ending says nothing of a table", "give its name the ending .csv.", is_data=False, is_text=True)
_PART = NotRead("a part of a shapefile without its .shp", "put all parts of the shapefile side by side, or zip them together.")
_OTHER = NotRead("of no kind that is read", _READ, is_data=False)
_PASSED_OVER = NotRead("a part of a shapefile", "offer the .shp, or all parts in one .zip.", is_data=False)

_BY_SUFFIX = {
    ".xls": NotRead("a workbook of the old Excel format (.xls), which is not read", _SAVE),
    ".ods": NotRead("an OpenDocument spreadsheet (.ods), which is not read", _SAVE),
    ".xlsb": NotRead("a binary Excel workbook (.xlsb), which is not read", _SAVE),
    ".xlsm": NotRead("an Excel workbook with macros (.xlsm), which is not read", _SAVE),
} | {
    suffix: kind
    for kind, suffixes in (
        (_SPREADSHEET, (".fods", ".numbers", ".xlt", ".xltx", ".wk1", ".123")),
        (_BOUNDARY, (".kml", ".kmz", ".gml", ".mif", ".fgb", ".dxf", ".topojson", ".geojsonl", ".gpx")),
        (_ARCHIVE, (".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst", ".z", ".lzh")),
        (_OF_PROGRAM, (".mdb", ".accdb", ".sav", ".dta", ".rds", ".rda", ".rdata", ".sas7bdat", ".feather", ".arrow", ".sqlite", ".jsonl")),
        (_DOCUMENT, (".pdf", ".doc", ".docx", ".odt", ".htm", ".html", ".rtf", ".ppt", ".pptx")),
        (_TEXT, (".txt", ".dat", ".asc", ".tab", ".psv", ".text", "")),
    )
    for suffix in suffixes
}  # fmt: skip
_PARTS = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix")


def not_read(name: PurePosixPath, siblings: Path | zipfile.ZipFile) -> NotRead:
    """What a file of this name is. siblings: the folder or the archive in which it lies."""
    suffix = name.suffix.lower()
    if suffix not in _PARTS:
        return _BY_SUFFIX.get(suffix, _OTHER)
    stem = name.stem.casefold()
    if isinstance(siblings, zipfile.ZipFile):
        beside = [p for p in map(PurePosixPath, siblings.namelist()) if p.parent == name.parent]
    else:
        beside = [PurePosixPath(p.name) for p in siblings.iterdir()]
    has_shape = any(p.stem.casefold() == stem and p.suffix.lower() == ".shp" for p in beside)
    return _PASSED_OVER if has_shape or suffix != ".dbf" else _PART
