"""Catalogues of sentences (gettext), read from the text that translators edit: `locale/LANGUAGE/LC_MESSAGES/homeground.po`.

They are read when a portal starts, or when a language is first spoken, and kept. No compiled file lies beside them, so none can be older
than its text. What a tool guessed (`#, fuzzy`) is not said: a guess is made where an English sentence changed, and nobody has looked at it.
"""

from __future__ import annotations

import gettext
import threading
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

FOLDER = Path(__file__).resolve().parent / "locale"


def path_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "homeground.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue as its text has it, with comments and what is not translated."""
    from babel.messages.pofile import read_po

    with path_of(language).open("rb") as file:
        return read_po(file, locale=language)


class Catalogues:
    """The catalogues of this process, each read once. read: by language."""

    def __init__(self) -> None:
        self.read: dict[str, gettext.NullTranslations] = {}
        self._lock = threading.Lock()

    def of(self, language: str) -> gettext.NullTranslations:
        with self._lock:
            if language not in self.read:
                self.read[language] = _usable(read_catalogue(language))
            return self.read[language]

    def read_all(self) -> None:
        """Every catalogue that there is, before anyone asks."""
        for folder in FOLDER.iterdir():
            if folder.is_dir():
                self.of(folder.name)


def _usable(catalogue: Catalog) -> gettext.NullTranslations:
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, catalogue, use_fuzzy=False)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


CATALOGUES = Catalogues()
