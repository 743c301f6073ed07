"""Target shapes for what the police publish beside crimes: outcomes, and stop and search."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class OutcomeWrite(_Strict):
    """Rows of record.outcome: what became of a crime, in the month in which it was recorded. Joined to its crime by identifier."""

    shape: Literal["outcome"]
    month: str
    month_format: str = "%Y-%m"
    identifier: str
    identifier_title: str = "identifier"
    outcome: str
    outcomes: list[str]
    # the column that names the force whose area the row falls in
    force: str = ""

    @property
    def columns(self) -> list[str]:
        return [c for c in (self.identifier, self.month, self.outcome, self.force) if c]


class StopWrite(_Strict):
    """Rows of record.stop: one search each. '' = the feed has no such column; an empty field = the force did not say."""

    shape: Literal["stop"]
    # the moment, in ISO 8601 with its offset; of it the month and the hour by clocks in London are kept
    moment: str
    kind: str = ""
    gender: str = ""
    age_range: str = ""
    self_defined_ethnicity: str = ""
    officer_defined_ethnicity: str = ""
    legislation: str = ""
    object_of_search: str
    outcome: str
    linked: str = ""
    outer_clothing_removed: str = ""
    part_of_operation: str = ""
    # longitude and latitude
    x: str
    y: str
    furthest_km: Annotated[int, Field(gt=0)] = 150
    # rows that are alike in every field: kept where the force lists each search once, rejected where areas were asked in pieces
    alike: Literal["keep", "reject"] = "keep"
    # "region": rows beyond the force area's boundary are left out and counted, for feeds that name no force
    keep: Literal["all", "region"] = "all"

    @model_validator(mode="after")
    def _has_a_point(self) -> StopWrite:
        if not (self.x and self.y):
            raise ValueError("a search lies at a point: give x and y")
        return self

    # as feeds.shapes.placing asks
    @property
    def crs(self) -> int:
        return 4326

    @property
    def postcode(self) -> str:
        return ""

    @property
    def area(self) -> None:
        return None

    @property
    def texts(self) -> dict[str, str]:
        """Columns of record.stop that hold words, and the feed's columns for them."""
        return {
            "kind": self.kind, "gender": self.gender, "age_range": self.age_range,
            "self_defined_ethnicity": self.self_defined_ethnicity, "officer_defined_ethnicity": self.officer_defined_ethnicity,
            "legislation": self.legislation, "object_of_search": self.object_of_search, "outcome": self.outcome,
        }  # fmt: skip

    @property
    def flags(self) -> dict[str, str]:
        """Columns of record.stop that hold yes, no or nothing, and the feed's columns for them."""
        return {
            "linked": self.linked, "outer_clothing_removed": self.outer_clothing_removed, "part_of_operation": self.part_of_operation,
        }  # fmt: skip

    @property
    def columns(self) -> list[str]:
        return [c for c in (self.moment, *self.texts.values(), *self.flags.values(), self.x, self.y) if c]
