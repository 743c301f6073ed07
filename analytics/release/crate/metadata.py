"""What programmes need to read the tables: CSV on the Web (W3C, 2015) and a Data Package (Frictionless, v1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analytics.release.crate.contents import CrateContents
from analytics.release.crate.tables import SYMBOLS, VALUE_COLUMNS, Column, WrittenTable
from core.errors import InternalError
from core.periods import CoveredPeriod

OPEN_GOVERNMENT_3 = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
MEDIA_TYPES = {
    ".csv": "text/csv", ".json": "application/json", ".jsonld": "application/ld+json", ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet", ".py": "text/x-python",
}  # fmt: skip


def media_type(path: str) -> str:
    """Media type of a file of the crate. InternalError where the crate holds a file of a kind that nobody named."""
    suffix = Path(path).suffix
    if suffix not in MEDIA_TYPES:
        raise InternalError(f"crate: no media type for {path}")
    return MEDIA_TYPES[suffix]


def licence_address(licence: str) -> str | None:
    """Where the text of a licence stands, as far as we know it."""
    if licence.startswith(("http://", "https://")):
        return licence
    return OPEN_GOVERNMENT_3 if licence.startswith("Open Government Licence v3") else None


def csvw(contents: CrateContents, tables: Sequence[WrittenTable]) -> dict[str, Any]:
    """csv-metadata.json: every table with its columns, datatypes and key, and what the symbols mean."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": contents.current.title,
        "dc:description": describe(contents),
        "dialect": {"header": True, "encoding": "utf-8", "delimiter": ",", "lineTerminators": ["\n"]},
        "tables": [
            {
                "url": table.path,
                "dc:title": table.title,
                "tableSchema": {
                    "columns": [_csvw_column(c) for c in table.columns],
                    "primaryKey": list(table.key),
                },
                **({"notes": _notes()} if _is_values(table) else {}),
            }
            for table in tables
        ],
    }


def _is_values(table: WrittenTable) -> bool:
    return tuple(c.name for c in table.columns)[: len(VALUE_COLUMNS)] == VALUE_COLUMNS


def _notes() -> list[dict[str, str]]:
    return [{"type": "symbol", "symbol": symbol, "meaning": words} for symbol, words in SYMBOLS.items()]


def _csvw_column(column: Column) -> dict[str, Any]:
    datatype: dict[str, Any] = {"base": column.kind}
    if column.kind == "date":
        datatype["format"] = "yyyy-MM-dd"
    elif column.kind == "integer":
        datatype["minimum"] = 0
    elif column.pattern:
        datatype["format"] = column.pattern
    # an empty edition is text of no length and part of the key, not a value that is missing
    empty: dict[str, Any] = {"null": []} if column.name == "edition" else {"null": ""}
    return {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.description,
        "datatype": datatype,
        "required": not column.may_be_empty,
        **empty,
    }


def datapackage(contents: CrateContents, tables: Sequence[WrittenTable], folder: Path) -> dict[str, Any]:
    """datapackage.json: every table with schema, size and SHA-256."""
    release = contents.current
    return {
        "profile": "data-package",
        "name": f"homeground-release-{release.release}",
        "id": f"release-{release.release}-{str(release.certificate.get('digest', ''))[:12]}",
        "title": release.title,
        "description": describe(contents),
        "version": str(release.release),
        "created": release.published_at.isoformat(),
        "periods": [_period(covered) for covered in (release.covered, *release.carried)],
        "licenses": [_package_licence(name) for name in licences(contents)],
        "sources": [{"title": f"{s.title} ({s.publisher}, {s.edition})"} for s in contents.sources.itertuples()],
        "resources": [_resource(table, folder) for table in tables],
    }


def _period(covered: CoveredPeriod) -> dict[str, Any]:
    """First and last day of a period, how many of its months were loaded, and which were not; null and none where that was not noted."""
    return {
        "start": covered.period.start.isoformat(),
        "end": covered.last_day.isoformat(),
        "months_loaded": covered.loaded_listed,
        "months_missing": [f"{m:%Y-%m}" for m in covered.missing],
    }


def _package_licence(name: str) -> dict[str, str]:
    address = licence_address(name)
    return {"title": name, **({"path": address} if address else {"name": _slug(name)})}


def _resource(table: WrittenTable, folder: Path) -> dict[str, Any]:
    data = (folder / table.path).read_bytes()
    return {
        "profile": "tabular-data-resource",
        "name": _slug(table.path.removesuffix(".csv")),
        "title": table.title,
        "path": table.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {
            "fields": [_field(c) for c in table.columns],
            # an edition may be empty and still belongs to the key, so no key is declared over it: a key has no missing values
            "primaryKey": [k for k in table.key if k != "edition"],
            "missingValues": [""],
        },
    }


def _slug(words: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in words.lower()).strip("-")


def _field(column: Column) -> dict[str, Any]:
    limits: dict[str, Any] = {"required": not column.may_be_empty}
    if column.kind == "integer":
        limits["minimum"] = 0
    if column.pattern:
        limits["pattern"] = column.pattern
    shape = {"format": "%Y-%m-%d"} if column.kind == "date" else {}
    return {"name": column.name, "type": column.kind, **shape, "description": column.description, "constraints": limits}


def licences(contents: CrateContents) -> list[str]:
    """Licences of the sources, each once."""
    return sorted({str(name) for name in contents.sources["licence"]})


def describe(contents: CrateContents) -> str:
    """The release in a few sentences: what it is, of which months, and how it was tested."""
    release = contents.current
    carried = "".join(f" It carries figures of {covered} too." for covered in release.carried)
    invented = " The county is invented: these figures say nothing of any real place." if contents.synthetic else ""
    return (
        f"{release.title}: {contents.region_name}, {release.covered}.{carried} Small numbers are"
        f" withheld; certificate.json says how that was tested, and verify.py tests it anew.{invented}"
    )
