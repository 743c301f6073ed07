"""Real files as links in a folder of their own, so that a benchmark loads what it chose of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def folder_of_files() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="hg-bench-files-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def link_files(data: Path, folder: Path, *parts: str) -> None:
    """Every file of these parts of the data but its notes, by a link at the same place below the folder, which is made."""
    folder.mkdir()
    for part in parts:
        for file in (data / part).rglob("*"):
            if file.is_file() and file.suffix != ".md":
                place = folder / file.relative_to(data)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(file)


def link_each(files: list[Path], folder: Path) -> Path:
    """These files, in a folder that is made."""
    folder.mkdir(parents=True)
    for file in files:
        (folder / file.name).symlink_to(file)
    return folder


def by_gdal(outlines: Path) -> str:
    """The name by which GDAL opens a file of outlines, packed ones too."""
    return f"/vsigzip/{outlines}" if outlines.suffix == ".gz" else str(outlines)
