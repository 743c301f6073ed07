"""Indexes of outlines kept on disk between runs (STATE_DIR/indexes): built anew only where an outline changed.

Building the indexes of a force area takes seconds, reading them back a tenth of one, and most runs place a month's few new points by
outlines that have stood for years. A file is named after what it was made from: the fingerprint of the outlines and the program that
built it. One that cannot be read back whole is built anew; a folder that cannot be written to costs time, nothing else.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from boundaries import area_grid, point_in_area
from boundaries.point_in_area import AreaIndex
from core.contracts import Geography

_PLAIN = {"cell_size": float, "columns": int, "rows": int}


def kept_index(folder: Path, geography: Geography, fingerprint: str, build: Callable[[], AreaIndex]) -> AreaIndex:
    """The index of a geography's outlines: from the folder, or built and put there in place of the one of other outlines."""
    kind = f"{geography.level}-{geography.edition}"
    path = folder / f"{kind}-{hashlib.sha256(f'{_program()} {fingerprint}'.encode()).hexdigest()[:32]}.npz"
    try:
        return _read(path)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        index = build()
    # another account's folder, or a full disk: the index is in memory, which is all that this run needs
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        for older in folder.glob(f"{kind}-*"):
            older.unlink(missing_ok=True)
        _write(path, index)
    return index


@cache
def _program() -> str:
    """A hash of the modules that say what an index is: one that another version built is not read."""
    sources = (Path(module.__file__ or "").read_bytes() for module in (area_grid, point_in_area))
    return hashlib.sha256(b"".join(sources)).hexdigest()


def _read(path: Path) -> AreaIndex:
    with np.load(path, allow_pickle=False) as kept:
        found = {f.name: kept[f.name] for f in fields(AreaIndex)}
    plain = {name: kind(found[name]) for name, kind in _PLAIN.items()}
    return AreaIndex(**(found | plain | {"codes": tuple(found["codes"].tolist())}))


def _write(path: Path, index: AreaIndex) -> None:
    """Beside first, then in its place: nobody reads half a file, and of two that write at once one stands."""
    arrays: dict[str, Any] = {f.name: np.asarray(getattr(index, f.name)) for f in fields(AreaIndex)}
    with tempfile.NamedTemporaryFile(prefix=f"{path.stem}-", suffix=".new", dir=path.parent, delete=False) as beside:
        np.savez(beside, **arrays)
    Path(beside.name).replace(path)
