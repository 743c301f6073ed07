"""The catalogue of feeds: what each one is, how to know its files, how to read them, and where their columns go.

`catalogue.toml` is typed and strict: an unknown key, a wrong type or a contradiction is a UserError that names the file and the key.
A new feed is lines of TOML; code is needed only for a new target shape.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from core.errors import UserError
from core.paths import PROJECT_ROOT
from feeds.catalogue.entry import HOUR, Cadence, Catalogue, Feed, Only, Reading, Recognise, Timing
from feeds.catalogue.faults import grave_faults
from feeds.catalogue.writes import STAGES, Write

# STAGES is used wherever feeds are put in order
__all__ = [
    "CATALOGUE",
    "HOUR",
    "STAGES",
    "Cadence",
    "Catalogue",
    "Feed",
    "Only",
    "Reading",
    "Recognise",
    "Timing",
    "read_catalogue",
]

CATALOGUE = PROJECT_ROOT / "feeds" / "catalogue.toml"


def read_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """The catalogue of a file. UserError naming the file, the feed and the key for anything that is not as it should be."""
    try:
        stat = path.stat()
    except OSError as error:
        raise UserError("the catalogue cannot be read", where=str(path)) from error
    return _read(path, stat.st_mtime_ns)


@lru_cache(maxsize=8)
def _read(path: Path, modified: int) -> Catalogue:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"not valid TOML: {error}", where=str(path)) from error
    try:
        catalogue = Catalogue.model_validate(content)
    except ValidationError as error:
        raise UserError(_explain(error, content), where=str(path), hint="docs/feeds.md lists the keys of a feed.") from error
    if found := grave_faults(catalogue):
        raise UserError("; ".join(found), where=str(path), hint="docs/feeds.md lists the keys of a feed.")
    return catalogue


def _explain(error: ValidationError, content: dict[str, object]) -> str:
    """Every fault as 'feed imd_2025, key read.delimiter: what is wrong'."""
    shapes = {s for w in get_args(get_args(Write)[0]) for s in get_args(w.model_fields["shape"].annotation)}
    lines = []
    feeds = content.get("feed")
    for fault in error.errors():
        steps = [s for s in fault["loc"] if s not in shapes]
        where = ""
        if len(steps) >= 2 and steps[0] == "feed" and isinstance(steps[1], int) and isinstance(feeds, list):
            entry = feeds[steps[1]]
            where = f"feed {entry.get('id', f'number {steps[1] + 1}') if isinstance(entry, dict) else steps[1] + 1}, "
            steps = steps[2:]
        key = ".".join(str(s) for s in steps) or "the whole"
        lines.append(f"{where}key {key}: {fault['msg']}")
    return "; ".join(lines)
