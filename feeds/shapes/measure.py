"""Numbers about areas: people (place.population) and indicators (record.indicator)."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import Connection

from core import db
from feeds.catalogue.writes import IndicatorWrite, PopulationWrite, Value
from feeds.reading.rows import Mask, Rows, Screening, is_empty, is_in, numbers, repeats
from feeds.shapes.shape import Arrival, Notes, constant, kept_in_region, merge, screen_known


def screen_population(rows: Rows, write: PopulationWrite, screening: Screening, arrival: Arrival) -> Notes:
    """A code of the declared edition, once, with counts that are numbers and not below zero."""
    screen_known(rows, write.code, write.geography, write.edition, screening, arrival.scope)
    if write.group:
        screening.reject(~is_in(rows.text(write.group), list(write.groups)), write.group, "not a group of this feed")
        screening.reject(repeats(rows.text(write.code), rows.text(write.group)), write.code, "repeated code and group")
    else:
        screening.reject(repeats(rows.text(write.code)), write.code, "repeated code")
    counted = [write.people] if write.group else list(dict.fromkeys(c for m in write.measures for c in m.sum_of))
    for column in counted:
        people = numbers(rows.text(column))
        with np.errstate(invalid="ignore"):
            screening.reject(~(people >= 0), column, "not a number of people")
    return {}


def store_population(rows: Rows, write: PopulationWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """One row an area and measure."""
    kept, notes = kept_in_region(rows, write.code, write.geography, write.edition, write.keep, arrival.scope)
    rows = rows.where(kept)
    code = rows.text(write.code)
    if write.group:
        measure = pa.array([write.groups[g] for g in rows.text(write.group).to_pylist()], pa.string())
        parts = [(code, measure, numbers(rows.text(write.people)))]
    else:
        parts = []
        for wanted in write.measures:
            total: npt.NDArray[np.float64] = np.sum([numbers(rows.text(c)) for c in wanted.sum_of], axis=0)
            parts.append((code, constant(wanted.measure, len(rows)), total))
    tables = [
        pa.table(
            {
                "geography": constant(write.geography, len(people)),
                "edition": constant(write.edition, len(people)),
                "code": codes,
                "measure": measures,
                "reference": constant(write.reference, len(people)),
                "people": pa.array(people),
                "delivery_id": constant(delivery_id, len(people)),
            }
        )
        for codes, measures, people in parts
    ]
    staged = pa.concat_tables(tables)
    values = merge(arrival.connection, "population", staged, arrival, notes=notes)
    return notes | {"rows_kept": len(rows), "values": values}


def screen_indicator(rows: Rows, write: IndicatorWrite, screening: Screening, arrival: Arrival) -> Notes:
    """A code of the declared edition, once a period, with values that are empty or numbers within their bounds."""
    screen_known(rows, write.code, write.geography, write.edition, screening, arrival.scope)
    if write.period_column:
        screening.reject(is_empty(rows.text(write.period_column)), write.period_column, "no period")
        screening.reject(repeats(rows.text(write.code), rows.text(write.period_column)), write.code, "repeated code and period")
    else:
        screening.reject(repeats(rows.text(write.code)), write.code, "repeated code")
    missing = 0
    for value in write.values:
        for column in filter(None, (value.column, value.numerator, value.denominator)):
            texts = rows.text(column)
            empty, found = is_empty(texts), numbers(texts)
            screening.reject(~empty & np.isnan(found), column, "not a number")
            if column == value.column:
                missing += int(empty.sum())
                screening.reject(_out_of_bounds(found, value), column, _bounds_text(value))
    return {"values_missing": missing} if missing else {}


def _out_of_bounds(found: npt.NDArray[np.float64], value: Value) -> Mask:
    low = -np.inf if value.minimum is None else value.minimum
    high = np.inf if value.maximum is None else value.maximum
    with np.errstate(invalid="ignore"):
        outside: Mask = (found < low) | (found > high)
    return outside


def _bounds_text(value: Value) -> str:
    low = "" if value.minimum is None else f" from {value.minimum:g}"
    high = "" if value.maximum is None else f" to {value.maximum:g}"
    return f"not a value{low}{high}"


def store_indicator(rows: Rows, write: IndicatorWrite, delivery_id: int, arrival: Arrival) -> Notes:
    """One row an area and indicator; a missing value has no row, and is never zero."""
    kept, notes = kept_in_region(rows, write.code, write.geography, write.edition, write.keep, arrival.scope)
    rows = rows.where(kept)
    tables = []
    for value in write.values:
        given = rows.where(~is_empty(rows.text(value.column)))
        count = len(given)
        columns = {
            "indicator": constant(value.indicator, count),
            "geography": constant(write.geography, count),
            "edition": constant(write.edition, count),
            "code": given.text(write.code),
            "period": given.text(write.period_column) if write.period_column else constant(write.period, count),
            "value": pa.array(numbers(given.text(value.column))),
        }
        for name, column in (("numerator", value.numerator), ("denominator", value.denominator)):
            figures = numbers(given.text(column)) if column else np.full(count, np.nan)
            columns[name] = pa.array(figures, mask=np.isnan(figures))
        tables.append(pa.table(columns | {"delivery_id": constant(delivery_id, count)}))
    staged = pa.concat_tables(tables)
    for value in write.values:
        meaning = {
            "indicator": value.indicator,
            "label": value.label or value.indicator,
            "unit": value.unit,
            "publish": value.publish,
        }
        db.run_statement(arrival.connection, "feeds/merge/indicator_definition", meaning | {"feed": arrival.feed.id})
    values = merge(arrival.connection, "indicator", staged, arrival, notes=notes)
    return notes | {"rows_kept": len(rows), "values": values}


def remove_population(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the counts of people that stand from a retired delivery."""
    db.run_statement(connection, "feeds/delete/population", {"delivery_id": delivery_id})


def remove_indicator(connection: Connection, delivery_id: int, start: date | None, end: date | None) -> None:
    """Take out the indicators that stand from a retired delivery."""
    db.run_statement(connection, "feeds/delete/indicator", {"delivery_id": delivery_id})
