"""What a reader does with a crate, and what somebody may do to one."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pandas as pd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.release.crate.signing import MANIFEST, manifest_of, sign
from analytics.release.crate.verify import main
from analytics.release.crate.write import VERIFIER


def verify_alone(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The verifier as a reader starts it: a process of its own, with nothing of ours on its path."""
    return subprocess.run([sys.executable, "-I", str(VERIFIER), str(folder), *options], capture_output=True, text=True, check=False)


def verify(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What it says and how it ends, without a process of its own: most of what that takes is to import scipy once more."""
    given = [str(folder), *options]
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()) as faults:
        try:
            code: object = main(given)
        except SystemExit as ended:
            code = ended.code
    assert isinstance(code, int), code
    return subprocess.CompletedProcess(given, code, said.getvalue(), faults.getvalue())


def change_row(folder: Path, table: str, which: Callable[[dict[str, str]], bool], **new: str) -> dict[str, str]:
    """Write other values into the first row that fits; returns what it was."""
    path = folder / table
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    row = next(r for r in rows if which(r))
    before = dict(row)
    row.update(new)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")
    return before


def change_json(folder: Path, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
    path = folder / name
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    path.write_text(json.dumps(value), encoding="utf-8")


def make_certificate_fit(folder: Path) -> None:
    """The digest and the numbers of cells anew, as somebody would who knows how they are made."""
    rows = []
    for path in folder.glob("*.csv"):
        rows += list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    names = ["geography", "edition", "place_code", "category", "period_start", "period_end", "count", "symbol"]
    rows.sort(key=lambda r: [r[n] for n in names[:6]])
    text = pd.DataFrame(rows, columns=names).to_csv(index=False, lineterminator="\n")
    new = {
        "digest": hashlib.sha256(text.encode()).hexdigest(), "cells": len(rows), "withheld": sum(r["count"] == "" for r in rows),
    }  # fmt: skip
    change_json(folder, "certificate.json", lambda c: c.update(new))


def make_hashes_fit(folder: Path, key: Ed25519PrivateKey | None = None) -> None:
    """The manifest anew, signed where a key is given; without one the old signature stays."""
    old = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_bytes(manifest_of(folder, {k: v for k, v in old.items() if k != "files"}))
    if key is not None:
        sign(folder, key)
