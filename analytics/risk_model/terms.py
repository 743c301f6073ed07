"""What the risk factor model is made of: analytics/risk_model/risk_model.toml, typed and checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from core.declared import Declared, checked, read_toml

Words = Annotated[str, Field(min_length=1, max_length=300)]


class Term(Declared):
    """A property of places from record.indicator; lowest_is_most: its lowest value means most of what the label names."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
    label: Words
    indicator: Words
    lowest_is_most: bool = False


class Excluded(Declared):
    """What was left out on purpose."""

    what: Words
    why: Words


class Spatial(Declared):
    """neighbours: the terms' means over a place's neighbours too; patterns: so many Moran eigenvectors."""

    neighbours: bool
    patterns: Annotated[int, Field(ge=0, le=100)]


class Life(Declared):
    """Months after the last month of its data for which a model may be shown."""

    months: Annotated[int, Field(ge=1, le=36)]


class Owner(Declared):
    """Who answers for the model; empty means not given yet."""

    organisation: str = ""
    team: str = ""
    senior_responsible_owner: str = ""
    contact: str = ""
    website: str = ""

    def missing(self) -> list[str]:
        return [name.replace("_", " ") for name, value in self.model_dump().items() if not value]


class ModelTerms(Declared):
    """The whole file."""

    version: int
    title: Words
    group: str
    reviewed: date
    term: Annotated[tuple[Term, ...], Field(min_length=1)]
    excluded: tuple[Excluded, ...] = ()
    spatial: Spatial
    life: Life
    owner: Owner = Owner()


def load_terms(path: Path) -> ModelTerms:
    """UserError that names the file and the key where it cannot be read."""
    raw = read_toml(path, what="the terms of the model")
    return checked(ModelTerms, raw, where=str(path), hint="put the key right and run the command again.")
