"""The dashboard's figures as one file: each row says of which tile it is, of when and where, and how sure."""

from __future__ import annotations

from collections.abc import Sequence

from app.look.csv_text import csv_text
from app.look.wording import HANDLING
from app.own_dashboard.content import TileContent

COLUMNS = (
    "tile", "measure", "figure", "place", "place_code", "period_start", "period_end", "period", "value", "lower", "upper", "unit",
    "months_loaded", "months_missing", "note", "definition", "source", "handling",
)  # fmt: skip

Row = tuple[object, ...]


def csv_of(tiles: Sequence[TileContent]) -> str:
    return csv_text(COLUMNS, rows_of(tiles))


def rows_of(tiles: Sequence[TileContent]) -> list[Row]:
    """A tile without a figure has one row, which says why. lower, upper: the 95% interval, or the usual range where the unit says so."""
    found: list[Row] = []
    for number, tile in enumerate(tiles, 1):
        place = "*" if tile.wanted.place == "all" else tile.wanted.place
        of = (number, tile.wanted.measure, tile.title, tile.where, place)
        told = ("", "") if tile.measure is None else (tile.measure.definition, tile.measure.source)
        if tile.why_not:
            found.append((*of, "", "", "", None, None, None, "", "", "", tile.why_not, *told, HANDLING))
        for f in tile.figures:
            start, end = ("", "") if f.covered is None else (f.covered.period.start, f.covered.last_day)
            loaded, missing = ("", "") if f.covered is None else (f.covered.loaded_listed, f.covered.gaps_listed)
            found.append((*of, start, end, f.period, f.value, f.lower, f.upper, f.unit, loaded, missing, "", *told, HANDLING))
    return found
