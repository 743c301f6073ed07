"""What a check of a column is, as the catalogue declares it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator, model_validator

if TYPE_CHECKING:
    pass


def _float(value: object) -> object:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Reference(BaseModel):
    """Codes that a column's values must be among: areas of one edition, or postcodes that are held."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    geography: Literal["lsoa", "msoa", "postcode"]
    edition: str = ""

    @model_validator(mode="after")
    def _areas_have_editions(self) -> Reference:
        if (self.geography == "postcode") == bool(self.edition):
            raise ValueError("an area needs its edition, a postcode has none")
        return self


class Check(BaseModel):
    """`[[feed.checks]]`: what is promised of one column."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    column: str
    type: Literal["text", "integer", "number", "date"] = "text"
    # how a date is written, as strptime reads it
    format: str = ""
    required: bool = False
    unique: bool = False
    minimum: Annotated[float | None, BeforeValidator(_float)] = None
    maximum: Annotated[float | None, BeforeValidator(_float)] = None
    # the code list of a text column
    values: list[str] = []
    # the whole text must match
    pattern: str = ""
    refers_to: Reference | None = None

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value

    @model_validator(mode="after")
    def _fits_its_type(self) -> Check:
        if (self.type == "date") != bool(self.format):
            raise ValueError("a date, and only a date, needs its format")
        if self.type not in ("integer", "number") and (self.minimum is not None or self.maximum is not None):
            raise ValueError("minimum and maximum need type integer or number")
        if self.type != "text" and (self.values or self.pattern or self.refers_to):
            raise ValueError("values, pattern and refers_to need type text")
        return self
