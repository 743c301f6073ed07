"""Brings the catalogues up to date with the code: `python -m core.languages.renew`.

New sentences are added without a translation, and those that nobody says any more are dropped. Nothing is guessed. What is looked through
stands in pyproject.toml, under [tool.babel].
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from pathlib import PurePath
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from core.languages.catalogue import FOLDER, path_of, read_catalogue
from core.paths import PROJECT_ROOT

KEYWORDS = {"say": None, "say_many": (1, 2), "mark": None, "_": None, "gettext": None, "ngettext": (1, 2)}
# what of a partnership's own words stands on public pages: the kinds of crime and of stop and search
_LOOKED_THROUGH = ("core", "published", "app")
_DEFINITIONS = ("analytics/counts/definitions.toml", "analytics/release/search_plan.toml")


def sentences() -> Catalog:
    """Every sentence that the code says on a public page, without translations."""
    found = Catalog(project="Homeground", charset="utf-8", fuzzy=False)
    for name, message, comments in sorted(_in_code(), key=lambda one: one[0]):
        found.add(message, locations=[(name, 1)], auto_comments=comments)
    for name, label in labels():
        found.add(label, locations=[(name, 1)])
    for entry in found:
        # a sentence says its values by name, whatever a percent sign in it looks like
        entry.flags.discard("python-format")
    return found


def _in_code() -> Iterator[tuple[str, str | tuple[str, ...], list[str]]]:
    mappings = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(pattern, mapping["method"]) for mapping in mappings for pattern in mapping["patterns"]]
    options = {
        pattern: {k: str(v) for k, v in mapping.items() if k not in ("method", "patterns")}
        for mapping in mappings
        for pattern in mapping["patterns"]
    }
    # Babel remarks on each value that is an f-string; none of them is a sentence
    with redirect_stderr(StringIO()):
        for name, _line, message, comments, _context in extract_from_dir(
            PROJECT_ROOT,
            methods,
            options,
            KEYWORDS,
            comment_tags=("translators:",),
            strip_comment_tags=True,
            directory_filter=_is_ours,
        ):
            yield name, message, comments


def _is_ours(folder: str | os.PathLike[str]) -> bool:
    found = PurePath(folder).relative_to(PROJECT_ROOT).parts
    return not found or (found[0] in _LOOKED_THROUGH and not found[-1].startswith((".", "__")))


def labels() -> Iterator[tuple[str, str]]:
    """Labels and descriptions of the kinds that are counted, and the publisher's own kinds, which are data; with the file that has them."""
    for name in _DEFINITIONS:
        found = tomllib.loads((PROJECT_ROOT / name).read_text(encoding="utf-8"))
        for words in (*found.get("categories", ()), *_labelled(found)):
            yield name, words


def _labelled(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (value[key] for key in ("label", "description") if value.get(key) and "label" in value)
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _labelled(one)


def renewed(language: str) -> Catalog:
    """The catalogue of a language with the sentences of the code."""
    known = read_catalogue(language)
    known.update(sentences(), no_fuzzy_matching=True, update_header_comment=False, keep_user_comments=True)
    known.obsolete.clear()
    # whoever translates keeps their name in the head of it
    known.project, known.version = "Homeground", "public pages"
    return known


def main() -> int:
    for language in sorted(p.name for p in FOLDER.iterdir() if p.is_dir()):
        before, catalogue = read_catalogue(language), renewed(language)
        if [(m.id, m.locations) for m in before] != [(m.id, m.locations) for m in catalogue]:
            catalogue.revision_date = datetime.now(tz=UTC)
            with path_of(language).open("wb") as file:
                write_po(file, catalogue, width=110, include_lineno=False)
        empty = sum(bool(m.id) and not all(m.string if isinstance(m.string, tuple) else (m.string,)) for m in catalogue)
        print(f"{language}: {len(catalogue):,} sentences, {empty:,} of them not translated")  # noqa: T201 - a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
