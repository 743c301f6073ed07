"""What the professional portal reads of when things happen: seasons, and hours of the week of the sources that give times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.hotspots.store import Choice
from app.person.reading import Reader
from app.person.store import Patch, covered, number, whole
from core.periods import CoveredPeriod, Period


@dataclass(frozen=True)
class SeasonMonth:
    """A calendar month: recorded a day over the average of its years, with its 95% interval; None where nothing was recorded."""

    month: int
    ratio: float | None
    lower: float | None
    upper: float | None
    recorded: int


@dataclass(frozen=True)
class Season:
    """The calendar months of a group in a district, or in the whole region. p_value: of all months together."""

    months: tuple[SeasonMonth, ...]
    years: int
    covered: CoveredPeriod
    p_value: float | None


@dataclass(frozen=True)
class WeekTimes:
    """Records of one source by (weekday, hour); either is None where the source does not give it."""

    source: str
    records: Mapping[tuple[int | None, int | None], int]
    covered: CoveredPeriod


def season(reader: Reader, choice: Choice, patch: Patch) -> Season | None:
    """That of the patch's district, or of the region where the patch is more than one district; None where there are too few years."""
    rows = reader.frame("times/seasons", {"group_id": choice.group_id, "district": patch.district})
    if rows.empty:
        return None
    months = tuple(
        SeasonMonth(int(r.calendar_month), number(r.ratio), number(r.lower), number(r.upper), int(r.incidents))
        for r in rows.itertuples(index=False)
    )
    first = rows.iloc[0]
    return Season(
        months,
        int(rows["years"].max()),
        covered(reader, Period(first["period_start"], first["period_end"])),
        number(first["p_value"]),
    )


def week_times(reader: Reader, patch: Patch) -> list[WeekTimes]:
    """Every source with times in the patch's district."""
    rows = reader.frame("times/week_counts", {"district": patch.district})
    searched = [r["month"] for r in reader.rows("searches/stop_months")]
    return [
        WeekTimes(
            str(source),
            {(whole(r.weekday), whole(r.hour)): int(r.records) for r in some.itertuples(index=False)},
            # of partners' records it is not kept which months were delivered
            CoveredPeriod.of(Period(some["period_start"].min(), some["period_end"].max()), searched, noted=source == "stop_search"),
        )
        for source, some in rows.groupby("source")
    ]
