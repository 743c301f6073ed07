"""Sentences of an assessment, each with a number in brackets under which its figures can be traced."""

from __future__ import annotations

from dataclasses import dataclass, field

from published.findings import Finding, Name, Number, Row


@dataclass(frozen=True)
class Figure:
    """A number as it is written, and where it comes from."""

    text: str
    source: str


@dataclass(frozen=True)
class Statement:
    """about: what it is found by where another part says it again, '' for one that stands alone."""

    number: int
    text: str
    figures: tuple[Figure, ...]
    about: str = ""


@dataclass
class Statements:
    """Those that were said so far, in their order."""

    said: list[Statement] = field(default_factory=list)

    def say(self, *pieces: str | Figure | Name, about: str = "") -> str:
        """The sentence with its number behind it; one without a figure has none."""
        text = "".join(p if isinstance(p, str) else p.text for p in pieces)
        figures = tuple(p for p in pieces if isinstance(p, Figure))
        if not figures:
            return text
        known = next((s for s in self.said if (s.text, s.figures) == (text, figures)), None)
        if known is None:
            known = Statement(len(self.said) + 1, text, figures, about)
            self.said.append(known)
        return f"{text} [{known.number}]"

    def of(self, about: str) -> Statement | None:
        """The sentence that was said about something; None where it was not."""
        return next((s for s in self.said if s.about == about), None)

    def find(self, finding: Finding) -> str:
        """A finding of the release with its number."""
        return self.say(*(Figure(p.text, source_of(p)) if isinstance(p, Number) else p for p in finding.pieces))


def source_of(number: Number) -> str:
    """What a number is of, and the published cells that it comes from."""
    first = number.rows[0]
    same = {(r.release_id, r.category, r.period) for r in number.rows}
    if len(number.rows) > 3 and len(same) == 1:
        return f"{number.of}: release {first.release_id}, {len(number.rows)} places of {first.geography}, {first.category}, {first.period}"
    return f"{number.of}: {'; '.join(_cell(r) for r in number.rows)}"


def _cell(row: Row) -> str:
    return f"release {row.release_id}, {row.geography} {row.code}, {row.category}, {row.period}"
