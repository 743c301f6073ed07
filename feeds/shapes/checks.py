"""Checks that a feed declares on its columns, run by pandera over all rows at once; a row that fails is rejected with its reason.

The rules of a target shape (codes of an edition, coordinates, months) stand with the shape. What a partner promises about its own columns
stands in the catalogue, as `[[feed.checks]]`, and becomes one pandera schema. Empty fields pass every check but `required`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from feeds.catalogue.check import Check, Reference
from feeds.reading.rows import Rows, Screening, is_empty, is_in, numbers

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pandera

    from feeds.shapes.scope import Scope


def screen_columns(rows: Rows, checks: list[Check], screening: Screening, scope: Scope) -> None:
    """Reject rows that break a declared check. Types first, references next, then the rest as one pandera schema over what stands."""
    if not checks:
        return
    typed = {c.column: _typed(rows, c, screening) for c in checks}
    for check in checks:
        if check.refers_to is not None:
            _screen_reference(rows, check, check.refers_to, screening, scope)
    _screen_schema(typed, checks, screening)


def _typed(rows: Rows, check: Check, screening: Screening) -> pd.Series:
    """The column in its type, missing where empty; rows that are not of the type are rejected."""
    import pandas as pd

    texts = rows.text(check.column)
    empty = is_empty(texts)
    if check.type in ("integer", "number"):
        found = numbers(texts)
        wrong = ~empty & (np.isnan(found) | ((found % 1 != 0) if check.type == "integer" else False))
        screening.reject(wrong, check.column, "not a whole number" if check.type == "integer" else "not a number")
        return pd.Series(found)
    as_text = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts).to_pandas()
    if check.type == "date":
        dates = pd.to_datetime(as_text, format=check.format, errors="coerce", exact=True)
        screening.reject(~empty & dates.isna().to_numpy(), check.column, f"not a date written as {check.format}")
        return dates
    return as_text.astype(object)


def _screen_reference(rows: Rows, check: Check, to: Reference, screening: Screening, scope: Scope) -> None:
    """Codes that the store does not know. Nothing is said while it knows none of that kind."""
    texts = rows.text(check.column)
    if to.geography == "postcode":
        from feeds.shapes.point import compact

        known, texts, what = scope.postcodes, compact(texts), "not a postcode that is held"
    else:
        known = scope.known_codes.get((to.geography, to.edition), frozenset())
        what = f"not a code of {to.geography} {to.edition}"
    if known:
        screening.reject(~is_empty(texts) & ~is_in(texts, known), check.column, what)


def _screen_schema(typed: dict[str, pd.Series], checks: list[Check], screening: Screening) -> None:
    import pandas as pd
    import pandera.pandas as pandera
    from pandera.errors import SchemaErrors

    standing = np.flatnonzero(screening.accepted)
    frame = pd.DataFrame({column: values.iloc[standing].set_axis(standing) for column, values in typed.items()})
    reasons: dict[str, str] = {}
    columns = {}
    for check in checks:
        rules: list[pandera.Check | pandera.Hypothesis] = []
        for rule, reason in _rules(check):
            name = f"{check.column}|{len(reasons)}"
            reasons[name] = reason
            rule.error = name
            rules.append(rule)
        columns[check.column] = pandera.Column(
            checks=rules, nullable=not check.required, unique=check.unique, report_duplicates="exclude_first"
        )
    try:
        pandera.DataFrameSchema(columns).validate(frame, lazy=True)
    except SchemaErrors as error:
        # the cases hold values of the file: only where they stand and which rule they broke is taken from them
        cases = error.failure_cases
        for (column, broken), part in cases.groupby(["column", "check"], sort=False):
            mask = np.zeros(len(screening.accepted), dtype=bool)
            mask[part["index"].to_numpy(dtype=np.int64)] = True
            screening.reject(mask, str(column), reasons.get(str(broken)) or _built_in(str(broken)))


def _rules(check: Check) -> list[tuple[pandera.Check, str]]:
    """pandera's own checks for one column, each with the reason that a steward reads."""
    import pandera.pandas as pandera

    rules: list[tuple[pandera.Check, str]] = []
    if check.minimum is not None:
        rules.append((pandera.Check.ge(check.minimum), f"less than {check.minimum:g}"))
    if check.maximum is not None:
        rules.append((pandera.Check.le(check.maximum), f"more than {check.maximum:g}"))
    if check.values:
        rules.append((pandera.Check.isin(check.values), "not in the code list of this feed"))
    if check.pattern:
        rules.append((pandera.Check.str_matches(rf"(?:{check.pattern})\Z"), "not written as this feed declares"))
    return rules


def _built_in(broken: str) -> str:
    return {"not_nullable": "no value", "field_uniqueness": "repeated value"}.get(broken, "breaks a check of this feed")
