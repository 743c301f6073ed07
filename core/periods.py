"""Months and spans of months. A month is the date of its first day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


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
        return f"{self.start:%B %Y} to {self.end:%B %Y}"
