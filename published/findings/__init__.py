"""What matters about a place in a release, as sentences whose every number names the published rows that it comes from.

The order is the reader's: violence first, with its rate for a year, its interval and the area around; then what changed, what is unusual,
where inside the place, what was largest, and what is strong. A place stands beside the area around it by one rule
(core.poisson.beside_whole, decision 0113), and one period beside another by one test (published.count_change). Places are never ranked.
Sentences are said in the language that is spoken (core.languages.spoken), with the same numbers of the same rows.
"""

from published.findings.finding import (
    CHANGED,
    INSIDE,
    LARGEST,
    LEVEL,
    LIKE,
    SPEAKS_FOR,
    STRONG,
    UNUSUAL,
    Finding,
    lower,
    violent,
)
from published.findings.pieces import Name, Number, Piece, Row
from published.findings.told import findings_of

__all__ = [
    "CHANGED", "INSIDE", "LARGEST", "LEVEL", "LIKE", "SPEAKS_FOR", "STRONG", "UNUSUAL", "Finding", "Name", "Number", "Piece", "Row",
    "findings_of", "lower", "violent",
]  # fmt: skip
