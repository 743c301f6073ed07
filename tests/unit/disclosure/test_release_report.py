"""What a release shows of each level and category, from its printed table alone."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analytics.release.report import as_table, shown_by_category


def _row(geography: str, place: str, category: str, count: int | None, ends: tuple[int, int] | None = None) -> dict[str, object]:
    low, high = ends or (None, None)
    return {
        "geography": geography, "edition": "" if geography == "all" else "2021", "place_code": place, "category": category,
        "period_start": date(2025, 1, 1), "period_end": date(2025, 12, 1), "count": count, "lowest": low, "highest": high,
    }  # fmt: skip


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype(dict.fromkeys(("count", "lowest", "highest"), "Int64"))


def test_shares_widths_and_incidents_are_those_of_what_is_printed() -> None:
    frame = _frame([
        _row("lsoa", "a", "violence", 6), _row("lsoa", "b", "violence", None, (1, 9)), _row("lsoa", "c", "violence", None, (2, 4)),
        _row("lsoa", "d", "violence", 9), _row("all", "r", "violence", 20),
        _row("lsoa", "a", "drugs", None, (0, 5)), _row("lsoa", "b", "drugs", None), _row("lsoa", "c", "drugs", 5),
        _row("lsoa", "d", "drugs", 0),
        _row("all", "r", "drugs", None, (5, 12)),
    ])  # fmt: skip
    found = shown_by_category(frame).set_index(["level", "category"])
    violence, drugs = found.loc[("lsoa 2021", "violence")], found.loc[("lsoa 2021", "drugs")]
    assert (violence["cells"], violence["shown"], violence["ranges"], violence["width"]) == (4, 0.5, 0.5, 5.0)
    assert violence["incidents"] == 15 / 20
    # one of the two withheld has no range; the whole is withheld, so no share of it is said
    assert (drugs["shown"], drugs["ranges"], drugs["width"]) == (0.5, 0.25, 5.0)
    assert pd.isna(drugs["incidents"])
    assert found.loc[("all", "violence"), "incidents"] == 1.0


def test_the_table_has_a_line_for_each_and_says_nothing_where_there_is_nothing() -> None:
    frame = _frame([_row("lsoa", "a", "violence", 6), _row("all", "r", "violence", 6), _row("all", "r", "drugs", 0)])
    head, *lines = as_table(shown_by_category(frame)).splitlines()
    assert head.split() == ["level", "category", "cells", "shown", "ranges", "width", "incidents"]
    assert [line.split() for line in lines] == [
        ["lsoa", "2021", "violence", "1", "100.0%", "0.0%", "100.0%"],
        ["all", "violence", "1", "100.0%", "0.0%", "100.0%"],
        ["all", "drugs", "1", "100.0%", "0.0%"],
    ]
