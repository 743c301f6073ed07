"""The data pack: the figures, services and sources of a brief as CSV, with a plain description and the release's certificate."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from briefs import archive
from briefs.content import Brief, FigureRow
from briefs.describe.services import services_inside
from briefs.facts import Facts
from briefs.figures_table import (
    COLUMN_MEANINGS,
    FIGURE_COLUMNS,
    SERVICE_COLUMNS,
    SOURCE_COLUMNS,
    STATEMENT_COLUMNS,
    Value,
    figure_values,
    service_values,
    source_values,
    statement_values,
)


def data_pack(facts: Facts, brief: Brief, rows: Sequence[FigureRow]) -> bytes:
    """A zip of values.csv, statements.csv, services.csv, sources.csv, README.txt and certificate.json."""
    files = {
        "README.txt": _readme(facts, brief).encode(),
        "values.csv": _csv(FIGURE_COLUMNS, (figure_values(facts, r) for r in rows)),
        "statements.csv": _csv(STATEMENT_COLUMNS, statement_values(facts)),
        "services.csv": _csv(SERVICE_COLUMNS, (service_values(s) for s in services_inside(facts))),
        "sources.csv": _csv(SOURCE_COLUMNS, (source_values(s) for s in facts.sources)),
        "certificate.json": certificate_json(facts),
    }
    return archive.pack(files, facts.release.published_at)


def certificate_json(facts: Facts) -> bytes:
    """The release's own words about its protection."""
    release = facts.release
    body = {
        "release_id": release.release_id,
        "title": release.title,
        "published_at": release.published_at.isoformat(),
        "synthetic": release.synthetic,
        "code_version": release.code_version,
        "policy": release.policy,
        "certificate": release.certificate,
    }
    return (json.dumps(body, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """CSV as RFC 4180 has it: UTF-8, CRLF, a header row; an empty field is an absent value."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if value is None else _harmless(value) for value in row])
    return buffer.getvalue().encode()


def _harmless(value: Value) -> Value:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it: names come from outside."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _readme(facts: Facts, brief: Brief) -> str:
    release = facts.release
    lines = [brief.title, brief.subtitle, brief.reference]
    if brief.synthetic_label:
        lines += ["", brief.synthetic_label]
    lines += ["", *(f"{name}: {words}" for name, words in brief.colophon)]
    lines += [
        "",
        "values.csv        published counts and rates of the place, the areas it lies in, and areas of similar deprivation",
        "statements.csv    each number of what is said first, and the published rows that it comes from",
        "services.csv      services within the place, from the lists held",
        "sources.csv       what the release was made from",
        "certificate.json  how small numbers were protected, and how that was tested",
        "",
        "Columns of values.csv",
        *(f"  {name:<18} {COLUMN_MEANINGS[name]}" for name in FIGURE_COLUMNS),
        "",
        "[c] does not mean 0: a withheld count may be of any size. Where lowest and highest are given, it is one of them or between them.",
        f"Period: {release.covered}.",
        *filter(None, (release.covered.gaps_note, release.covered.year_note)),
    ]
    lines.append(f"Made with Homeground {release.code_version}.")
    return "\r\n".join(lines) + "\r\n"
