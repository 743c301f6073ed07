"""What everyone is told of a response: published figures of the span before it and of the span after it, read and compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from scipy import sparse
from sqlalchemy import Connection

from analytics.evaluation.released import Printed, Told, from_released, rounded
from published.spans import Span, figures, spans, touching


@dataclass(frozen=True)
class PublicResult:
    """told: as everyone may read it (problem.result.told): a verdict, percentages in steps of 5, spans, how many places. before_release,
    after_release: whose figures these are; None where no published span lies before the response, or after its start."""

    told: dict[str, Any]
    before_release: int | None
    after_release: int | None


def public_result(
    connection: Connection, *, geography: str, code: str, group: str, starts: date, least_fall: float
) -> PublicResult:
    """The newest published span that ends before the response and the first that begins with it or later: nothing is left to choose."""
    every = spans(connection, geography, group)
    before = next((s for s in reversed(every) if s.period.end < starts), None)
    after = next((s for s in every if s.period.start >= starts), None)
    if before is None or after is None:
        return PublicResult({"verdict": "not_yet", "why": "no_before" if before is None else "no_after"}, None, None)
    told = _compared(connection, before, after, geography, code, group, least_fall)
    said: dict[str, Any] = {
        "verdict": told.verdict,
        "why": told.why,
        "around": told.around,
        "before": [before.period.start.isoformat(), before.period.end.isoformat()],
        "after": [after.period.start.isoformat(), after.period.end.isoformat()],
    }
    if told.effect is not None:
        middle, low, high = rounded(told.effect)
        said |= {"middle": middle, "low": low, "high": high, "places": told.effect.places}
    return PublicResult(said, before.release_id, after.release_id)


def _compared(connection: Connection, before: Span, after: Span, geography: str, code: str, group: str, least_fall: float) -> Told:
    pairs = touching(connection, before, geography)
    earlier, later = (figures(connection, span, geography, group) for span in (before, after))
    codes = sorted({*earlier, *later, code, *(c for pair in pairs for c in pair)})
    at = {c: i for i, c in enumerate(codes)}
    ends = ([at[one] for one, _ in pairs], [at[other] for _, other in pairs])
    touch = sparse.csr_matrix((np.ones(len(pairs)), ends), shape=(len(at), len(at)))
    return from_released(_printed(earlier, codes), _printed(later, codes), touch, at[code], least_fall)


def _printed(found: dict[str, tuple[int | None, int | None]], codes: list[str]) -> Printed:
    ends = np.array([found.get(c, (None, None)) for c in codes], dtype=np.float64).reshape(-1, 2)
    return Printed(ends[:, 0], ends[:, 1])
