"""What an assessment is made from."""

from __future__ import annotations

from dataclasses import dataclass

from briefs.assessment.analysed import Analysed, Supply
from briefs.facts import Facts
from published.answers import Answer

# names of places that a sentence has
MOST_NAMES = 12


@dataclass(frozen=True)
class Material:
    """What an assessment is made from. analysed: None where nothing was analysed. answers: what residents asked about the area, answered."""

    facts: Facts
    analysed: Analysed | None
    supplies: tuple[Supply, ...]
    answers: tuple[Answer, ...]


def label_of(facts: Facts, group_id: str) -> str:
    return next((c.label for c in facts.release.categories if c.category == group_id), group_id.replace("_", " "))
