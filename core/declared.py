"""Files of declarations (TOML) read into typed, frozen models. An unknown key or a wrong value is one UserError: file and entry."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import UserError


class Declared(BaseModel):
    """A section of such a file: no key but its own, no value of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


_Model = TypeVar("_Model", bound=BaseModel)


def read_toml(path: Path, *, what: str, missing: str = "") -> dict[str, object]:
    """The parsed file. `what` names it in an error ("the definitions file"); `missing` says what to do where it is not there."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{what} is not there", where=str(path), hint=missing) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(f"{what} cannot be read: {error}", where=str(path)) from error


def checked(model: type[_Model], raw: Mapping[str, object], *, where: str, hint: str) -> _Model:
    """The model of parsed TOML. UserError names the first entry that is wrong."""
    try:
        return model.model_validate({key: _tuples(value) for key, value in raw.items()})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        entry = ".".join(str(part) for part in first["loc"])
        message = str(first["msg"]).removeprefix("Value error, ")
        raise UserError(f"{entry}: {message}" if entry else message, where=where, hint=hint) from error


def _tuples(value: object) -> object:
    """TOML arrays as tuples, because the models are frozen and strict."""
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value
