"""Frames that strangers bring, checked at the door: each mistake is one UserError that says what, where and what next.

A message names columns, rows by their number, and what is public (areas, groups); never a count that is not published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.disclosure.system import IntArray
from core.errors import UserError
from core.periods import Period, month_from_text

# the one month, and the one category, of counts that have none
NO_MONTH = date(2000, 1, 1)
WHOLE = "all"
LEAST_THRESHOLD, LARGEST_THRESHOLD = 2, 60
# rows or names that one message lists
NAMED_AT_MOST = 8
# the largest count whose sums surely stay whole numbers everywhere
LARGEST_COUNT = 1 << 40

# what readers take a withheld figure to be; the columns that name a figure
Knowledge = Literal["at_least_one", "may_be_zero"]
KEY_COLUMNS = ("geography", "place", "category", "period")
Groups = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True)
class Areas:
    """The finest areas: their names in order, and for each geography the place of every one ('' = in none)."""

    names: tuple[str, ...]
    places: Mapping[str, np.ndarray[Any, np.dtype[np.object_]]]


def some_of(names: Iterable[object]) -> str:
    """The first few of these names in one line."""
    listed = [str(name) for name in names]
    more = f" and {len(listed) - NAMED_AT_MOST} more" if len(listed) > NAMED_AT_MOST else ""
    return ", ".join(listed[:NAMED_AT_MOST]) + more


def small_counts(threshold: int) -> str:
    """'1 to 4', or '1' where the threshold is 2."""
    return "1" if threshold == LEAST_THRESHOLD else f"1 to {threshold - 1}"


def check_frame(frame: object, columns: Sequence[str], where: str) -> pd.DataFrame:
    """The frame itself. UserError where it is no frame, is empty, or lacks one of the columns or has it twice."""
    if not isinstance(frame, pd.DataFrame):
        raise UserError(f"a pandas DataFrame is needed, not {type(frame).__name__}", where=where)
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise UserError(
            f"columns missing: {some_of(missing)}",
            where=where,
            hint=f"it has the columns {some_of(frame.columns)}; name yours by the argument of that name.",
        )
    twice = [c for c in columns if list(frame.columns).count(c) > 1]
    if twice:
        raise UserError(f"columns that are there twice: {some_of(twice)}", where=where, hint="give each column a name of its own.")
    if frame.empty:
        raise UserError("there is no row", where=where, hint="a table needs at least one row.")
    return frame


def check_threshold(threshold: object) -> int:
    """The threshold k. UserError unless it is a whole number from 2 to 60."""
    whole = isinstance(threshold, int | np.integer) and not isinstance(threshold, bool)
    if not whole or not LEAST_THRESHOLD <= int(threshold) <= LARGEST_THRESHOLD:  # type: ignore[call-overload]
        raise UserError(
            f"threshold must be a whole number from {LEAST_THRESHOLD} to {LARGEST_THRESHOLD}",
            where="threshold",
            hint="5 withholds counts from 1 to 4.",
        )
    return int(threshold)  # type: ignore[call-overload,no-any-return]


def rows_of(wrong: pd.Series | np.ndarray[Any, np.dtype[np.bool_]]) -> str:
    """How many rows are wrong, and which: '2 rows (0, 5)', counted from 0."""
    at = np.flatnonzero(np.asarray(wrong, dtype=bool))
    return f"{len(at)} row{'s' * (len(at) != 1)} ({some_of(at)}, counted from 0)"


def numbers_in(values: pd.Series) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Each value as a number, nan where it is none (True and False are none)."""
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(values.map(lambda v: isinstance(v, bool | np.bool_)).to_numpy(dtype=bool), np.nan, numbers)


def whole_numbers(values: pd.Series, where: str) -> IntArray:
    """Counts as int64. UserError where one is missing, no number, not finite, below 0 or not whole."""
    numbers = numbers_in(values)
    missing = ~np.isfinite(numbers)
    plain = np.where(missing, 0.0, numbers)
    for wrong, what, hint in (
        (missing, "hold no number", "write 0 where nothing was counted."),
        (plain < 0, "hold a count below 0", "counts are 0 or more."),
        (plain != np.floor(plain), "hold a count that is not whole", "only true counts can be protected or attacked, not rounded or"
         " weighted ones, rates or means."),
        (plain > LARGEST_COUNT, "hold a count too large to be one", "check the column."),
    ):  # fmt: skip
        if wrong.any():
            raise UserError(f"{rows_of(wrong)} {what}", where=where, hint=hint)
    return np.asarray(plain, dtype=np.int64)


def texts(values: pd.Series) -> pd.Series:
    """Names as text, missing ones as ''; 7 and 7.0 are the same name."""

    def text(value: Any) -> str:
        if pd.isna(value):
            return ""
        return str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else str(value)

    return values.map(text).astype(object)


def read_areas(areas: object, area: str, levels: Sequence[str] | None, where: str = "areas") -> Areas:
    """One row a finest area, one column a geography. UserError where an area is there twice, in one place or in two."""
    frame = check_frame(areas, [area, *(levels or ())], where)
    chosen = list(frame.columns) if levels is None else list(levels)
    if not all(isinstance(c, str) and c and c == c.strip() for c in chosen) or len(set(chosen)) != len(chosen) or not chosen:
        raise UserError("the columns of geographies need names, each its own, that neither start nor end with a space", where=where)
    names = texts(frame[area])
    if (names == "").any():
        raise UserError(f"{rows_of(names == '')} name no area", where=f"{where}, column {area!r}", hint="give every row an area.")
    twice = names.duplicated(keep=False)
    if twice.any():
        again = sorted(set(names[twice]))
        for column in chosen:
            split = texts(frame[column])[twice].groupby(names[twice]).nunique()
            if (split > 1).any():
                raise UserError(
                    f"areas in two places of one level: {some_of(split.index[split > 1])}",
                    where=f"{where}, column {column!r}",
                    hint="give each area one row; where an area lies in two places, split it into parts and count each part.",
                )
        raise UserError(f"duplicate rows of the areas {some_of(again)}", where=where, hint="give each area one row.")
    return Areas(tuple(names), {c: texts(frame[c]).to_numpy(dtype=object) for c in chosen})


def read_groups(groups: object, categories: Sequence[str], where: str) -> Groups:
    """Groups as given, or one for each category and one of all. UserError for a category that is in no group, and for a group of none."""
    if groups is None:
        single = tuple((c, frozenset([c])) for c in categories)
        if len(single) == 1:
            return single
        if WHOLE in categories:
            raise UserError(
                f"a category is called {WHOLE!r}, which is the name of the group of all",
                where="groups",
                hint="say the groups yourself.",
            )
        return ((WHOLE, frozenset(categories)), *single)
    if not isinstance(groups, Mapping) or not groups:
        raise UserError(
            "groups must be a dict of name -> categories, with at least one group",
            where="groups",
            hint="write {'violence': ['assault', 'robbery'], 'all': [...]}.",
        )
    found = []
    for name, members in groups.items():
        if isinstance(members, str) or not isinstance(members, Iterable) or not (inside := frozenset(str(m) for m in members)):
            raise UserError(f"group {name!r} needs a list of categories", where="groups", hint="write ['assault', 'robbery'].")
        found.append((str(name), inside))
    if len({name for name, _ in found}) != len(found):
        raise UserError("two groups have the same name as text", where="groups", hint="give each group a name of its own.")
    unknown = sorted(set(categories) - set().union(*(inside for _, inside in found)))
    if unknown:
        raise UserError(
            f"categories that are in no group: {some_of(unknown)}",
            where=where,
            hint="add them to a group, or leave out their rows.",
        )
    return tuple(found)


def read_month(value: object, where: str) -> date:
    """A month written as 2025-11, or any date in it."""
    if isinstance(value, pd.Period):
        value = value.start_time
    if isinstance(value, date) and not pd.isna(value):
        return date(value.year, value.month, 1)
    try:
        return month_from_text(str(value)[:7] if re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)) else str(value))
    except ValueError as error:
        raise UserError("a month cannot be read", where=where, hint="write months as 2025-11, or as dates.") from error


def read_months(values: pd.Series, where: str) -> pd.Series:
    """Each month once read, as the date of its first day."""
    known = {value: read_month(value, where) for value in values.unique()}
    return values.map(known)


def read_period(value: object, where: str) -> Period:
    """A period as a month, as (first, last), or as the text '2025-01' or '2025-01 to 2025-12'; both ends belong to it."""
    if isinstance(value, Period):
        return value
    ends = value.split(" to ") if isinstance(value, str) else value if isinstance(value, tuple | list) else [value]
    if not 1 <= len(ends) <= 2:
        raise UserError("a period is a first and a last month", where=where, hint="write ('2025-01', '2025-12').")
    first, last = read_month(ends[0], where), read_month(ends[-1], where)
    if first > last:
        raise UserError(f"a period ends before it begins: {period_text(last, first)} the wrong way round", where=where)
    return Period(first, last)


def period_text(start: date, end: date) -> str:
    """'2025-01', '2025-01 to 2025-12', or 'all' for counts that have no month."""
    if (start, end) == (NO_MONTH, NO_MONTH):
        return WHOLE
    return f"{start:%Y-%m}" if start == end else f"{start:%Y-%m} to {end:%Y-%m}"


@dataclass(frozen=True)
class LongCounts:
    """Checked long counts: area (row number of the areas), category, month (date), incidents; columns as in plan.Counts.frame."""

    frame: pd.DataFrame
    categories: tuple[str, ...]
    months: tuple[date, ...]


def read_counts(counts: object, known: Areas, names: Mapping[str, str | None], where: str) -> LongCounts:
    """names: the columns of area, category (None: there are no categories), month (None: no months) and count."""
    columns = [c for c in names.values() if c is not None]
    frame = check_frame(counts, columns, where)
    area = texts(frame[names["area"]])
    position = {name: i for i, name in enumerate(known.names)}
    strange = sorted(set(area) - set(position))
    if strange:
        raise UserError(
            f"areas that the frame of areas does not hold: {some_of(strange)}",
            where=f"{where}, column {names['area']!r}",
            hint="add a row for each to areas, or leave out their counts.",
        )
    kind = names["category"]
    category = pd.Series(WHOLE, index=frame.index, dtype=object) if kind is None else texts(frame[kind])
    if (category == "").any():
        raise UserError(f"{rows_of(category == '')} name no category", where=f"{where}, column {kind!r}", hint="name each.")
    time = names["month"]
    month = pd.Series(NO_MONTH, index=frame.index, dtype=object) if time is None else read_months(frame[time], f"{where}, {time!r}")
    long = pd.DataFrame(
        {
            "area": area.map(position).to_numpy(dtype=np.int64),
            "category": category.to_numpy(dtype=object),
            "month": month.to_numpy(dtype=object),
            "incidents": whole_numbers(frame[names["count"]], f"{where}, column {names['count']!r}"),
        }
    )
    twice = long.duplicated(["area", "category", "month"], keep=False)
    if twice.any():
        raise UserError(
            f"duplicate rows of the same area, category and month: {rows_of(twice)}", where=where, hint="add up the rows that belong"
            " together: counts.groupby([...], as_index=False).sum().",
        )  # fmt: skip
    return LongCounts(long, tuple(sorted(set(long["category"]))), tuple(sorted(set(long["month"]))))
