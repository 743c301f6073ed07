"""The tables of the dashboard of stop and search as one file, in the form of that of outcomes (app.outcomes.download)."""

from __future__ import annotations

from collections.abc import Iterable

from app.outcomes.download import NOT_SHOWN, Row, Where, as_row, csv_of, share_row
from app.searches.persons import Filled, Noted
from app.searches.report import Disparity, FoundRate
from core.proportion import Ratio

__all__ = ["csv_of", "disparity_rows", "filled_rows", "found_rows", "noted_rows", "share_row"]


def found_rows(table: str, where: Where, rows: Iterable[FoundRate]) -> list[Row]:
    """out_of: searches whose link is known; the note tells how many there were in all."""
    found = []
    for r in rows:
        limited = NOT_SHOWN if r.share is None else (r.share.share, r.share.lower, r.share.upper)
        note = "; ".join(filter(None, (f"{r.stops} searches, link unknown in {r.unknown}", r.why_not)))
        found.append(as_row(table, where, r.name, r.found, r.known, "found rate", limited, note))
    return found


def disparity_rows(where: Where, found: Disparity) -> list[Row]:
    rows: list[Row] = []
    for r in found.rows:
        rows.append(as_row("ethnic group", where, r.label, r.stops, round(r.residents), "searches; residents", NOT_SHOWN, ""))
        for measure, ratio in (
            ("ratio to White residents", r.ratio),
            ("ratio within neighbourhoods (Mantel-Haenszel)", r.within),
            ("ratio by officer-defined group", r.officer_ratio),
        ):
            rows.append(_ratio_row(where, r.label, measure, ratio))
    rows.append(as_row("ethnic group", where, "Not stated", found.not_stated, found.persons, "searches", NOT_SHOWN, ""))
    return rows


def _ratio_row(where: Where, label: str, measure: str, ratio: Ratio | None) -> Row:
    if ratio is None:
        return as_row("ethnic group", where, label, None, None, measure, NOT_SHOWN, "not shown")
    limited = (ratio.times, ratio.lower, ratio.upper)
    return as_row("ethnic group", where, label, None, None, measure, limited, "residents are not the people on the street")


def noted_rows(table: str, where: Where, of: Noted) -> list[Row]:
    """out_of: searches of persons of which it is noted; no share where that is too few of all."""
    found = []
    for r in of.rates:
        share = of.share(r)
        limited = NOT_SHOWN if share is None else (share.share, share.lower, share.upper)
        found.append(
            as_row(table, where, r.name, r.stops, of.stated, "share", limited, "" if share else "noted too rarely for a share")
        )
    return found


def filled_rows(where: Where, of: Iterable[Filled]) -> list[Row]:
    return [
        as_row(
            "filled in",
            where,
            f.field,
            f.share.part,
            f.share.whole,
            "share",
            (f.share.share, f.share.lower, f.share.upper),
            f"of {f.of}",
        )
        for f in of
    ]
