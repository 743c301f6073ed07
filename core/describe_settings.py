"""docs/settings.md and .env.example from the settings classes: `python -m core.describe_settings` writes both.

A test compares the files with what this module makes, so neither can fall behind the code.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from core.paths import PROJECT_ROOT
from core.settings import all_settings_classes

SETTINGS_PAGE = PROJECT_ROOT / "docs" / "settings.md"
ENV_EXAMPLE = PROJECT_ROOT / ".env.example"


@dataclass(frozen=True)
class Setting:
    """One environment variable. default is as a person would write it, empty for none."""

    variable: str
    default: str
    description: str
    secret: bool


def settings_of(cls: type[BaseSettings]) -> Iterator[Setting]:
    """The settings of one class, in the order in which they stand there."""
    prefix = str(cls.model_config.get("env_prefix", ""))
    for name, field in cls.model_fields.items():
        secret = SecretStr in (field.annotation, *get_args(field.annotation))
        yield Setting(f"{prefix}{name}".upper(), _written(field.default), field.description or "", secret)


def _written(value: object) -> str:
    """A default as one would write it in the file: paths from the project's folder, so that no machine's path is printed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Path):
        return str(value.relative_to(PROJECT_ROOT)) if value.is_relative_to(PROJECT_ROOT) else str(value)
    return str(value)


def settings_page() -> str:
    """The text of docs/settings.md."""
    parts = [
        "# Settings",
        "",
        "Every setting is an environment variable; a file `.env` in the project's folder is read too, and the environment wins. A wrong"
        " value is refused at the start. This page is made by `python -m core.describe_settings` from `core/settings.py`.",
    ]
    for cls in all_settings_classes():
        parts += [
            "",
            f"## {_title(cls)}",
            "",
            inspect.cleandoc(cls.__doc__ or ""),
            "",
            "| variable | default | what it does |",
            "|---|---|---|",
        ]
        parts += [
            f"| `{s.variable}` | {f'`{s.default}`' if s.default else 'empty'} | {s.description}{' A secret.' if s.secret else ''} |"
            for s in settings_of(cls)
        ]
    return "\n".join(parts) + "\n"


def env_example() -> str:
    """The text of .env.example: every setting with its help, commented out at its default."""
    parts = [
        "# Copy to .env and uncomment what differs. The environment wins over this file.",
        "# Made by `python -m core.describe_settings`; docs/settings.md has the same as a table.",
    ]
    for cls in all_settings_classes():
        parts += ["", f"# --- {_title(cls)} ---"]
        for setting in settings_of(cls):
            parts += ["", f"# {setting.description}", f"#{setting.variable}={setting.default}"]
    return "\n".join(parts) + "\n"


def _title(cls: type[BaseSettings]) -> str:
    return cls.__name__.removesuffix("Settings")


def main() -> None:
    SETTINGS_PAGE.write_text(settings_page(), encoding="utf-8")
    ENV_EXAMPLE.write_text(env_example(), encoding="utf-8")


if __name__ == "__main__":
    main()
