"""Files with a secret that their owner alone may read: keys that sign, keys that choose."""

from __future__ import annotations

import os
from pathlib import Path

from core.errors import UserError


def write_secret(path: Path, data: bytes) -> None:
    """Write a new file of mode 600. UserError where there is a file of that name already: no key is overwritten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UserError(
            "there is a file of that name, and no key is overwritten",
            where=str(path),
            hint="name another file, or move this one away.",
        ) from error
    except OSError as error:
        raise UserError(f"the key cannot be written ({error.strerror})", where=str(path)) from error
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def read_secret_file(path: Path, *, what: str, hint: str) -> bytes:
    """The bytes of a key's file. what: the key in words ("the signing key"); hint: how to make one. UserError where it cannot be read, or
    others than its owner may read it."""
    try:
        data, mode = path.read_bytes(), path.stat().st_mode
    except OSError as error:
        raise UserError(f"{what} cannot be read ({error.strerror})", where=str(path), hint=hint) from error
    if mode & 0o077:
        raise UserError(f"others than its owner may read {what}", where=str(path), hint="chmod 600 it.")
    return data
