"""Many invented feeds of twenty shapes, their files, and fifteen ways to break one."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pyarrow as pa
from pyarrow import parquet

from tests.builders.feeds_files import LSOAS, SOUTH, WEST, point_in

_HEAD = """
[[feed]]
id = "{id}"
title = "Invented feed {id}"
publisher = "An invented partner"
licence = "for tests"
sensitivity = "open"
cadence = "daily"
source = {{ kind = "folder", folder = "{id}" }}
recognise.columns = [{recognise}]
"""


@dataclass(frozen=True)
class Kind:
    """One of the twenty: how the file is written, and how a row tells where and what."""

    name: str
    form: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    where: str = "none"
    events: bool = True
    partner: bool = True
    day: str = "%Y-%m-%d"


KINDS = (
    Kind("plain"), Kind("semicolons", delimiter=";"), Kind("tabs", delimiter="\t"), Kind("bars", delimiter="|"),
    Kind("windows", encoding="cp1252"), Kind("latin", encoding="latin-1"), Kind("wide", encoding="utf-16"),
    Kind("british_days", day="%d/%m/%Y"), Kind("months", day="%Y-%m"), Kind("degrees", where="degrees"), Kind("grid", where="grid"),
    Kind("lsoa21", where="2021"), Kind("lsoa11", where="2011"), Kind("crime", partner=False, where="degrees"), Kind("sheet", form="xlsx"),
    Kind("parquet", form="parquet"), Kind("parquet_codes", form="parquet", where="2021"), Kind("indicator", events=False),
    Kind("indicator_sheet", form="xlsx", events=False), Kind("indicator_parquet", form="parquet", events=False),
)  # fmt: skip


@dataclass(frozen=True)
class Invented:
    """A feed and its kind."""

    id: str
    kind: Kind

    @property
    def columns(self) -> list[str]:
        return ["ref", "day", "what", "place", "east", "north"] if self.kind.events else ["code", "term", "share"]

    def toml(self) -> str:
        kind, mark = self.kind, self.id
        named = ", ".join(f'"{mark} {c}"' for c in self.columns)
        lines = [_HEAD.format(id=mark, recognise=named), f'read.format = "{kind.form}"']
        if kind.form == "xlsx":
            lines.append('read.sheet = "data"')
        if kind.form == "csv":
            lines += [f"read.delimiter = {kind.delimiter!r}".replace("'", '"'), f'read.encoding = "{kind.encoding}"']
        if not kind.events:
            value = f'{{ indicator = "{mark}", column = "{mark} share", minimum = 0, maximum = 100 }}'
            lines += ["[[feed.writes]]", 'shape = "indicator"', 'geography = "lsoa"', 'edition = "2021"', f'code = "{mark} code"']
            return "\n".join([*lines, f'period_column = "{mark} term"', f"values = [{value}]"]) + "\n"
        lines += [
            'period.rule = "column"',
            "[[feed.writes]]",
            'shape = "event"',
            f'month = "{mark} day"',
            f'month_format = "{kind.day}"',
        ]
        lines += [f'category = "{mark} what"', 'categories = ["Fall", "Assault", "Théft"]', f'identifier = "{mark} ref"']
        if kind.partner:
            lines.append('series = "partner"')
        if kind.where in ("degrees", "grid"):
            lines += [f'x = "{mark} east"', f'y = "{mark} north"', f"crs = {4326 if kind.where == 'degrees' else 27700}"]
        if kind.where in ("2021", "2011"):
            lines.append(f'area = {{ geography = "lsoa", edition = "{kind.where}", column = "{mark} place" }}')
        return "\n".join(lines) + "\n"

    def rows(self, count: int, version: int = 0) -> list[list[str]]:
        if not self.kind.events:
            return [[LSOAS[i % len(LSOAS)], f"{2000 + version}-{i // len(LSOAS)}", str(i % 100)] for i in range(count)]
        made = []
        for i in range(count):
            east, north = "", ""
            if self.kind.where == "degrees":
                east, north = point_in(i % len(LSOAS))
            if self.kind.where == "grid":
                east, north = str(WEST + 10 * (i % 300)), str(SOUTH + 10 * (i % 300))
            day = {
                "%Y-%m-%d": f"2025-{i % 12 + 1:02d}-15",
                "%d/%m/%Y": f"15/{i % 12 + 1:02d}/2025",
                "%Y-%m": f"2025-{i % 12 + 1:02d}",
            }
            what = ("Fall", "Assault", "Théft")[i % 3]
            made.append(
                [
                    f"{version}-{i}",
                    day[self.kind.day],
                    what,
                    LSOAS[i % len(LSOAS)] if self.kind.where in ("2021", "2011") else "",
                    east,
                    north,
                ]
            )
        return made

    def encode(self, rows: list[list[str]], *, columns: list[str] | None = None) -> bytes:
        header = columns or [f"{self.id} {c}" for c in self.columns]
        if self.kind.form == "csv":
            text = "\n".join(self.kind.delimiter.join(r) for r in [header, *rows]) + "\n"
            return text.encode(self.kind.encoding)
        buffer = io.BytesIO()
        if self.kind.form == "xlsx":
            book = openpyxl.Workbook()
            sheet = book.active
            sheet.title = "data"
            for row in [header, *rows]:
                sheet.append(row)
            book.save(buffer)
        else:
            parquet.write_table(pa.table({c: [r[k] for r in rows] for k, c in enumerate(header)}), buffer)
        return buffer.getvalue()

    def write(self, inbox: Path, data: bytes) -> Path:
        path = inbox / self.id / f"{self.id}.{self.kind.form}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path


def invent(count: int) -> list[Invented]:
    return [Invented(f"f{i:03d}_{KINDS[i % len(KINDS)].name}", KINDS[i % len(KINDS)]) for i in range(count)]


# whole: the file cannot be used at all; rows: so many of its rows are rejected, the others load
WHOLE = ("empty", "header_only", "cut_short", "no_such_column", "column_twice", "noise", "all_rows_bad", "swapped_header")
ROWS = ("bad_day_or_term", "bad_category_or_value", "repeated_key", "bad_code", "bad_point", "blank_day_or_term", "three_bad_rows")
WAYS = WHOLE + ROWS


def break_file(feed: Invented, way: str, rows: list[list[str]], dice: random.Random) -> tuple[bytes, int]:
    """The broken bytes, and how many of its rows are rejected where the rest can be loaded (-1: nothing can)."""
    rows = [list(r) for r in rows]
    header = [f"{feed.id} {c}" for c in feed.columns]
    whole = feed.encode(rows)
    if way in WHOLE:
        made = {
            "empty": lambda: b"",
            "header_only": lambda: feed.encode([]),
            "cut_short": lambda: (
                whole[: len(whole) // 2] if feed.kind.form != "csv" else (header[0] + "\n").encode(feed.kind.encoding)
            ),
            "no_such_column": lambda: feed.encode(rows, columns=[f"{c}?" for c in header]),
            "column_twice": lambda: (
                b"\x00" * 100 if feed.kind.form == "parquet" else feed.encode(rows, columns=[header[0], *header[:-1]])
            ),
            "noise": lambda: dice.randbytes(500),
            "all_rows_bad": lambda: feed.encode(
                [[*r[:1], "never", *r[2:]] if feed.kind.events else ["nowhere", *r[1:]] for r in rows]
            ),
            "swapped_header": lambda: feed.encode(rows, columns=[header[1], header[0], *header[2:]]),
        }[way]()
        return made, -1
    events, at = feed.kind.events, dice.randrange(1, len(rows))
    spoilt = 1
    if way == "bad_day_or_term":
        rows[at][1] = "31 February" if events else ""
    elif way == "bad_category_or_value":
        rows[at][2] = "Dragon" if events else "101"
    elif way == "repeated_key":
        rows[at][0] = rows[0][0]
        rows[at][1] = rows[at][1] if events else rows[0][1]
    elif way == "bad_code":
        position = 3 if events else 0
        if events and feed.kind.where not in ("2021", "2011"):
            position = 2
        rows[at][position] = "E0X"
    elif way == "bad_point":
        if events and feed.kind.where in ("degrees", "grid"):
            rows[at][4] = rows[at][5] = "0"
        else:
            rows[at][2] = "nothing" if events else "-5"
    elif way == "blank_day_or_term":
        rows[at][1] = ""
    else:
        spoilt = 3
        for k in range(3):
            rows[k][2] = "Dragon" if events else "x"
    return feed.encode(rows), spoilt
