"""What the factor, likeness and reach stages stored, as plain rows for the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from analytics.counts import loaded_months
from analytics.overlaps.chance import LARGEST, combination_key
from core.db import Role, fetch, transaction
from core.errors import UserError
from core.periods import CoveredPeriod, Period

Row = dict[str, Any]


def _rows(name: str, params: Mapping[str, Any] | None = None) -> list[Row]:
    with transaction(Role.PIPELINE) as connection:
        frame = fetch(connection, name, params)
    return [
        {str(k): None if pd.api.types.is_scalar(v) and pd.isna(v) else v for k, v in row.items()}
        for row in frame.to_dict("records")
    ]


def factors() -> list[Row]:
    """Declared factors of the latest run in order, each with its levels."""
    levels = _rows("overlaps/levels")
    return [row | {"levels": [lv for lv in levels if lv["factor_id"] == row["factor_id"]]} for row in _rows("overlaps/factors")]


def period() -> CoveredPeriod | None:
    """The months that the newest factors, kinds of places and rates are of, with their gaps; None before the first run."""
    newest = _rows("overlaps/factors")[:1]
    if not newest:
        return None
    span = Period(date.fromisoformat(newest[0]["period_start"]), newest[0]["period_end"])
    with transaction(Role.PIPELINE) as connection:
        return loaded_months.covered(connection, span)


def combination(chosen: Sequence[str]) -> Row:
    """The stored row of a choice such as ('income', 'health:1'). UserError where it cannot be: unknown, without data, or of a wrong
    number."""
    known = {row["factor_id"]: row for row in factors()}
    wanted: dict[str, int] = {}
    for word in chosen:
        name, _, level = word.partition(":")
        if name not in known:
            raise UserError(
                f"there is no factor '{name}'", where="overlap show", hint=f"choose from {', '.join(known) or 'none yet'}."
            )
        if known[name]["missing"]:
            raise UserError(f"factor {name} has no data: {known[name]['missing']}", where="overlap show")
        default = next(lv["level"] for lv in known[name]["levels"] if lv["is_default"])
        if level and level not in {str(lv["level"]) for lv in known[name]["levels"]}:
            raise UserError(
                f"factor {name} has no threshold {level}", where="overlap show", hint="see 'homeground overlap factors'."
            )
        wanted[name] = int(level or default)
    if not 2 <= len(wanted) <= LARGEST:
        raise UserError(f"choose 2 to {LARGEST} different factors", where="overlap show")
    key = combination_key([(name, wanted[name]) for name in known if name in wanted])
    found = _rows("overlaps/overlap", {"combination": key})
    if not found:
        hint = "choose risk factors, or one risk and one protective factor."
        raise UserError("this combination is not worked out", where="overlap show", hint=hint)
    return found[0]


def place(code: str) -> Row:
    """Factors, kind and similar areas of one place. UserError for a code that is none of the region's LSOAs of 2021."""
    named = _rows("overlaps/place_kind", {"code": code})
    if not named:
        raise UserError(f"'{code}' is no LSOA of 2021 of this region", where="overlap place")
    return named[0] | {
        "factors": _rows("overlaps/place_factors", {"code": code}),
        "rates": _rows("overlaps/place_similar_rates", {"code": code}),
    }


def service_kinds() -> list[Row]:
    return _rows("services/kinds")


def service_sites(kind: str) -> list[Row]:
    return _rows("services/sites", {"kind": kind})
