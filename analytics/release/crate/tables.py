"""The tables of a crate as CSV, and what each of their columns means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from analytics.release.crate.contents import CrateContents
from analytics.release.crate.layout import Layout

VALUE_KEY = ("geography", "edition", "place_code", "category", "period_start", "period_end")
VALUE_COLUMNS = (*VALUE_KEY, "count", "symbol")

Kind = Literal["string", "integer", "date"]


@dataclass(frozen=True)
class Column:
    """One column: kind of its values, what it means, whether it may be empty, and the pattern of its text where it has one."""

    name: str
    kind: Kind
    description: str
    may_be_empty: bool = False
    pattern: str = ""


@dataclass(frozen=True)
class WrittenTable:
    """A CSV of the crate. path: from the crate's folder; key: the columns that name a row."""

    path: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: int


SYMBOLS = {
    "[c]": "Withheld to protect small numbers. The count is not 0, unless the policy says that zeros may be hidden. It may be small, or"
    " withheld so that another one cannot be worked out.",
    "[x]": "Not available: the figure of a wider area, or the place's total, is withheld, so nothing is said here, a 0 included.",
}
_KNOWN = {
    c.name: c
    for c in (
        Column("geography", "string", "Kind of place: lsoa, msoa, lad (district) or all (the whole area)."),
        Column("edition", "string", "Year of the boundaries; empty for the whole area.", may_be_empty=True),
        Column("place_code", "string", "The publisher's code of the place, such as E01000001."),
        Column("category", "string", "Category group, as plan/plan.json defines it by the publisher's categories."),
        Column("period_start", "date", "First day of the first month."),
        Column("period_end", "date", "First day of the last month, which the period holds whole; datapackage.json says its last day and"
               " which of its months were loaded."),
        Column("count", "integer", "Recorded incidents; empty where a symbol stands instead. Never rounded or changed, unless the policy's"
               " method says so.", may_be_empty=True),
        Column("symbol", "string", "Why there is no count: [c] or [x].", may_be_empty=True, pattern=r"\[[cxkuz]\]"),
        Column("lowest", "integer", "Of a withheld count: the least that the figures of its release leave possible.", may_be_empty=True),
        Column("highest", "integer", "Of a withheld count: the most that the figures of its release leave possible; empty where there is no"
               " end.", may_be_empty=True),
    )
}  # fmt: skip


def write_values(folder: Path, values: pd.DataFrame, prefix: str, title: str) -> list[WrittenTable]:
    """One CSV a geography, with whatever columns the values have."""
    columns = tuple(value_column(name, values) for name in values.columns)
    whole = {c.name: values[c.name].astype("Int64") for c in columns if c.kind == "integer"}
    values = values.assign(**whole)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for (geography, edition), rows in values.groupby(["geography", "edition"], sort=True):
        name = f"{geography}_{edition}.csv" if edition else f"{geography}.csv"
        rows.to_csv(folder / name, index=False, lineterminator="\n")
        written.append(WrittenTable(f"{prefix}{name}", f"{title}: {geography} {edition}".strip(), columns, VALUE_KEY, len(rows)))
    return written


def value_column(name: str, values: pd.DataFrame) -> Column:
    """The description of a column of values; one that nobody has described yet is described by its kind."""
    if name in _KNOWN:
        return _KNOWN[name]
    number = pd.api.types.is_integer_dtype(values[name]) or pd.api.types.is_float_dtype(values[name])
    return Column(name, "integer" if number else "string", f"{name}, as the release published it.", may_be_empty=True)


def write_layout(folder: Path, layout: Layout) -> list[WrittenTable]:
    """plan/areas.csv and plan/atoms.csv."""
    levels = [c for c in layout.areas.columns if c != "area"]
    areas = (
        Column("area", "string", "A finest area."),
        *(Column(level, "string", f"Code of the place of {level} that the area lies in.", may_be_empty=True) for level in levels),
    )
    atoms = (
        Column("atom", "integer", "Number of the atom."),
        Column("area", "string", "Its area, as in plan/areas.csv."),
        Column("kind", "string", "Its class of categories, as in plan/plan.json."),
        Column("span", "string", "Its months, as in plan/plan.json."),
    )
    return [
        _write(folder, "plan/areas.csv", "Areas and the wider areas that they lie in", layout.areas, areas, ("area",)),
        _write(folder, "plan/atoms.csv", "Atoms: of these every figure is a sum (layout only)", layout.atoms, atoms, ("atom",)),
    ]


def write_places(folder: Path, contents: CrateContents) -> WrittenTable:
    """plan/places.csv: places of the release by name."""
    columns = (
        _KNOWN["geography"], _KNOWN["edition"], _KNOWN["place_code"],
        Column("name", "string", "Official name."),
        Column("local_name", "string", "Name that people use.", may_be_empty=True),
        Column("parent_msoa", "string", "Middle layer area that it lies in.", may_be_empty=True),
        Column("parent_lad", "string", "District that it lies in.", may_be_empty=True),
        Column("residents", "integer", "Usual residents.", may_be_empty=True),
        Column("residents_reference", "string", "Source of the residents.", may_be_empty=True),
        Column("deprivation_decile", "integer", "1 is most deprived.", may_be_empty=True),
        Column("deprivation_reference", "string", "Source of the decile.", may_be_empty=True),
    )  # fmt: skip
    return _write(
        folder, "plan/places.csv", "Places of the release", contents.places, columns, ("geography", "edition", "place_code")
    )


def _write(
    folder: Path, path: str, title: str, rows: pd.DataFrame, columns: Sequence[Column], key: tuple[str, ...]
) -> WrittenTable:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    whole = {c.name: rows[c.name].astype("Int64") for c in columns if c.kind == "integer"}
    rows.assign(**whole)[[c.name for c in columns]].to_csv(folder / path, index=False, lineterminator="\n")
    return WrittenTable(path, title, tuple(columns), key, len(rows))
