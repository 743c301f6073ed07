"""Months, spans of months, and what of a span was loaded. A month is the date of its first day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.languages.spoken import listed, said_month, say, say_many

MONTHS_A_YEAR = 12


def month_from_text(text: str) -> date:
    """'2025-11' as the first day of that month; ValueError for anything else."""
    if len(text) != 7 or text[4] != "-":
        raise ValueError(f"not a month as YYYY-MM: {text[:20]!r}")
    return date(int(text[:4]), int(text[5:]), 1)


def add_months(month: date, n: int) -> date:
    """The first day of the month n months later (earlier where n is negative)."""
    index = month.year * 12 + month.month - 1 + n
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, order=True)
class Period:
    """A span of whole months, both ends included, each given by its first day."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start.day != 1 or self.end.day != 1 or self.start > self.end:
            raise ValueError(f"not a span of months: {self.start} to {self.end}")

    @classmethod
    def ending(cls, end: date, months: int) -> Period:
        return cls(add_months(end, 1 - months), end)

    def months(self) -> Iterator[date]:
        month = self.start
        while month <= self.end:
            yield month
            month = add_months(month, 1)

    def __len__(self) -> int:
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    def __str__(self) -> str:
        """'December 2024 to November 2025'. What was loaded of it is CoveredPeriod's to say."""
        return (
            said_month(self.start)
            if self.start == self.end
            else say("%(start)s to %(end)s", start=said_month(self.start), end=said_month(self.end))
        )


def runs_of(months: Iterable[date]) -> tuple[Period, ...]:
    """Months as the spans that they make up, oldest first."""
    runs: list[Period] = []
    for month in sorted(months):
        if runs and add_months(runs[-1].end, 1) == month:
            runs[-1] = Period(runs[-1].start, month)
        else:
            runs.append(Period(month, month))
    return tuple(runs)


def months_in_words(months: Iterable[date]) -> str:
    """'December 2024 and March 2025 to June 2025': every month is in it, three and more in a row as a span."""
    words: list[str] = []
    for run in runs_of(months):
        words += [str(run)] if len(run) > 2 else [said_month(one) for one in run.months()]
    return listed(words)


@dataclass(frozen=True)
class CoveredPeriod:
    """A span of months and which of them were loaded. Whatever shows a period shows it in these words, so that none is told without its gaps.

    noted: whether it is known which months were loaded; releases of long ago noted it of their newest period alone.
    """

    period: Period
    missing: tuple[date, ...] = ()
    noted: bool = True

    @classmethod
    def of(cls, period: Period, loaded: Iterable[date], *, noted: bool = True) -> CoveredPeriod:
        """Whatever month of the period is not among the loaded ones is missing, whether anybody listed it as a gap or not."""
        there = frozenset(loaded)
        return cls(period, tuple(m for m in period.months() if m not in there) if noted else (), noted)

    @property
    def loaded(self) -> int:
        """How many months were loaded; 0 where that is not noted."""
        return len(self.period) - len(self.missing) if self.noted else 0

    @property
    def complete(self) -> bool:
        return self.noted and not self.missing

    @property
    def last_day(self) -> date:
        """The last day of the last month: the end of a period as files give it."""
        return add_months(self.period.end, 1) - timedelta(days=1)

    @property
    def coverage(self) -> str:
        """'all 12 months', or '10 of 12 months, without December 2024 and March 2025'."""
        months = len(self.period)
        if not self.noted:
            return say("how many of its %(months)s months were loaded was not noted", months=months)
        if self.missing:
            return say(
                "%(loaded)s of %(months)s, without %(missing)s",
                loaded=self.loaded, months=_months(months), missing=months_in_words(self.missing),
            )  # fmt: skip
        return say_many("1 month", "all %(count)s months", months)

    def __str__(self) -> str:
        """As a title or a caption has it: 'December 2024 to November 2025; 10 of 12 months, without December 2024 and March 2025'."""
        return f"{self.period}; {self.coverage}"

    @property
    def in_sentence(self) -> str:
        """The same within a sentence, in brackets."""
        return f"{self.period} ({self.coverage})"

    @property
    def during(self) -> str:
        """The same after a verb: 'from December 2024 to November 2025 (...)', 'in November 2025 (1 month)'."""
        if len(self.period) == 1:
            return say("in %(month)s", month=self.in_sentence)
        return say("from %(period)s", period=self.in_sentence)

    @property
    def over(self) -> str:
        """What a rate is over: '10 months', or '10 of 12 months' with its gaps named beside it."""
        if not self.noted:
            return say("the months loaded")
        months = len(self.period)
        return say("%(loaded)s of %(months)s", loaded=self.loaded, months=_months(months)) if self.missing else _months(months)

    @property
    def gaps_note(self) -> str:
        """A sentence on the months that are not there; empty where none is missing."""
        if not self.noted:
            return say(
                "Which of the %(months)s of %(period)s were loaded was not noted with this release, so nothing is said"
                " here of a month or a year.",
                months=_months(len(self.period)),
                period=self.period,
            )
        if not self.missing:
            return ""
        return say_many(
            "%(missing)s is missing: the figures were not delivered. A missing month is a gap, not a zero, so every"
            " figure here covers %(loaded)s of the %(months)s.",
            "%(missing)s are missing: the figures were not delivered. A missing month is a gap, not a zero, so every"
            " figure here covers %(loaded)s of the %(months)s.",
            len(self.missing),
            missing=months_in_words(self.missing),
            loaded=self.loaded,
            months=_months(len(self.period)),
        )

    @property
    def per_year(self) -> float | None:
        """What a number over the loaded months is to be multiplied by for a year; None where they are a year, or none is known."""
        return None if self.loaded in (0, MONTHS_A_YEAR) else MONTHS_A_YEAR / self.loaded

    @property
    def to_a_year(self) -> float:
        """What makes a number over the loaded months one for a year; 1 where they are a year, or nobody noted how many there are."""
        return self.per_year or 1.0

    @property
    def rate_is_per(self) -> str:
        """What a rate multiplied by `to_a_year` is per: for no year where nobody noted the months."""
        return say("a year per 1,000 people") if self.noted else say("per 1,000 people over the months loaded")

    @property
    def year_note(self) -> str:
        """Why a second rate stands beside the first; empty where the loaded months are a year."""
        if self.per_year is None:
            return ""
        return say(
            "A rate over %(months)s is not a rate for a year. The rate a year is worked out from the months loaded, as if every"
            " month were like them.",
            months=_months(self.loaded),
        )

    @property
    def gaps_listed(self) -> str:
        """The missing months for a column of a file: '2024-12 2025-03'; 'not noted' where nobody knows."""
        return " ".join(f"{m:%Y-%m}" for m in self.missing) if self.noted else "not noted"

    @property
    def loaded_listed(self) -> int | None:
        """How many months were loaded, for a column of a file; None where nobody knows."""
        return self.loaded if self.noted else None

    def as_columns(self) -> dict[str, object]:
        """The period and its gaps for a JSON object, as files name them."""
        return {
            "period_start": self.period.start.isoformat(),
            "period_end": self.last_day.isoformat(),
            "months_loaded": self.loaded_listed,
            "months_missing": self.gaps_listed.split(),
        }

    def like(self, other: CoveredPeriod) -> bool:
        """Whether as many months of both were loaded, so that their numbers can stand against each other as they are."""
        return self.noted and other.noted and self.loaded == other.loaded


def _months(count: int) -> str:
    return say_many("%(count)s month", "%(count)s months", count)
