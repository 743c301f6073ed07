"""Tables of outcomes, and of searches, as one file in long form: each row says what it is, of when, of whom and how sure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.look.csv_text import csv_text
from app.look.wording import HANDLING
from app.outcomes.report import FEWEST, KindShare
from core.periods import CoveredPeriod
from core.proportion import Proportion
from core.waiting_time import Waited

COLUMNS = (
    "table", "place", "place_code", "crimes", "period", "row", "number", "out_of", "measure", "value", "lower_95", "upper_95", "note",
    "months_loaded", "months_missing", "handling",
)  # fmt: skip


@dataclass(frozen=True)
class Where:
    """What every row of the file carries. crimes: the kind of crimes chosen, '' for searches; period: the months in words; covered: the same
    from the first to the last, None where there is none."""

    place: str
    place_code: str
    crimes: str
    period: str
    covered: CoveredPeriod | None


Row = tuple[object, ...]
# a value with its 95% limits; None where it is not shown
Limited = tuple[float | None, float | None, float | None]
NOT_SHOWN: Limited = (None, None, None)


def share_row(table: str, where: Where, name: str, share: Proportion) -> Row:
    """A share of fewer than FEWEST is left empty; its numbers stay, as on the page."""
    if share.whole < FEWEST:
        return as_row(table, where, name, share.part, share.whole, "share", NOT_SHOWN, f"under {FEWEST}")
    return as_row(table, where, name, share.part, share.whole, "share", (share.share, share.lower, share.upper), "")


def outcome_rows(where: Where, rows: Iterable[KindShare]) -> list[Row]:
    found = []
    for row in rows:
        found.append(share_row("outcome", where, row.kind.label, row.share))
        found += [
            as_row("outcome, publisher's words", where, f"{row.kind.label}: {words}", n, row.share.whole, "number", NOT_SHOWN, "")
            for words, n in row.words
        ]
    return found


def waiting_rows(where: Where, rows: Iterable[Waited]) -> list[Row]:
    note = "Kaplan-Meier; out_of: crimes followed at least so long"
    table = "months to first outcome"
    return [as_row(table, where, f"within {r.months}", None, r.watched, "share", (r.share, r.lower, r.upper), note) for r in rows]


def as_row(
    table: str, where: Where, name: str, number: int | None, out_of: int | None, measure: str, limited: Limited, note: str
) -> Row:
    digits = (None if v is None else round(v, 4) for v in limited)
    return (
        table,
        where.place,
        where.place_code,
        where.crimes,
        where.period,
        name,
        number,
        out_of,
        measure,
        *digits,
        note,
        None if where.covered is None else where.covered.loaded_listed,
        None if where.covered is None else where.covered.gaps_listed,
        HANDLING,
    )


def csv_of(rows: Sequence[Row]) -> str:
    return csv_text(COLUMNS, rows)
