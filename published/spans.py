"""Published figures of a level over the spans that were published, for who sets one span beside another."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from core.db import rows
from core.periods import Period


@dataclass(frozen=True)
class Span:
    """A period of which figures of a level and a kind were published and not withdrawn, and the newest release that has them."""

    period: Period
    release_id: int


def spans(connection: Connection, geography: str, category: str) -> tuple[Span, ...]:
    """The earliest first; a kind that was defined in other words than now is another one."""
    found = rows(connection, "published/spans", {"geography": geography, "category": category})
    return tuple(Span(Period(r.period_start, r.period_end), int(r.release_id)) for r in found)


def figures(connection: Connection, span: Span, geography: str, category: str) -> dict[str, tuple[int | None, int | None]]:
    """By code the least and the largest that a figure can be: it itself twice where it is printed; None where nothing bounds it."""
    asked = {
        "release_id": span.release_id, "geography": geography, "category": category, "period_start": span.period.start,
        "period_end": span.period.end,
    }  # fmt: skip
    return {r.place_code: (r.low, r.high) for r in rows(connection, "published/span_figures", asked)}


def touching(connection: Connection, span: Span, geography: str) -> tuple[tuple[str, str], ...]:
    """Pairs of places of a release that touch, each way."""
    found = rows(connection, "published/touching", {"release_id": span.release_id, "geography": geography})
    return tuple((r.one, r.other) for r in found)
