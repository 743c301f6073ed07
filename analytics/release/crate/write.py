"""The crate of a release as a folder: all of it or nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.release.crate import linked, metadata
from analytics.release.crate.contents import CrateContents, PublishedRelease
from analytics.release.crate.layout import Layout, lay_out, plan_record
from analytics.release.crate.signing import MANIFEST, SIGNATURE, manifest_of, sign
from analytics.release.crate.tables import WrittenTable, write_layout, write_places, write_values
from core.errors import UserError

VERIFIER = Path(__file__).with_name("verify.py")
RO_CRATE_FILE = "ro-crate-metadata.json"

_README = """# {title}

{description}

| what | where |
|---|---|
| figures by kind of place | `*.csv` in this folder |
| what was withheld and how that was tested | `certificate.json`, `plan/policy.json` |
| how each figure is a sum of atoms (layout, no counts) | `plan/plan.json`, `plan/areas.csv`, `plan/atoms.csv` |
| outlines and names of places | `outlines/*.parquet`, `plan/places.csv` |
| everything that was published before | `earlier/`, `answers/answers.json` |
| for programmes and catalogues | `csv-metadata.json`, `datapackage.json`, `dataset.jsonld`, `ro-crate-metadata.json` |
| hashes and signature | `manifest.json`, `signature.json` |

Attack it: `python verify.py . --key KEY`, with the public key that the publisher told you by another way than this folder. It needs Python
3.11, numpy and SciPy. Take `verify.py` from where you trust it: whoever can change this folder can change that file too.
"""


def write_crate(folder: Path, contents: CrateContents, key: Ed25519PrivateKey | None) -> list[Path]:
    """Write the crate into a new or empty folder and return its files; with a key it is signed.

    UserError where the folder holds something or cannot be written; then nothing of it is there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError("the folder is not empty", where=str(folder), hint="name a new folder; nothing is overwritten.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise UserError(f"the export cannot be written ({error.strerror})", where=str(folder)) from error
    try:
        _fill(staging, contents, key)
        if folder.exists():
            folder.rmdir()
        staging.chmod(0o755)
        staging.rename(folder)
    except OSError as error:
        raise UserError(f"the export cannot be written ({error.strerror})", where=str(folder)) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _fill(folder: Path, contents: CrateContents, key: Ed25519PrivateKey | None) -> None:
    layout = lay_out(contents)
    tables = _tables(folder, contents, layout)
    _json(folder / "plan" / "plan.json", plan_record(contents, layout))
    _json(folder / "plan" / "policy.json", dict(contents.policy))
    if contents.complete:
        _json(folder / "answers" / "answers.json", {"answers": _answers(contents)})
    _outlines(folder, contents)
    words = {"title": contents.current.title, "description": metadata.describe(contents)}
    (folder / "README.md").write_text(_README.format(**words), encoding="utf-8")
    shutil.copyfile(VERIFIER, folder / "verify.py")
    _json(folder / "csv-metadata.json", metadata.csvw(contents, tables))
    _json(folder / "datapackage.json", metadata.datapackage(contents, tables, folder))
    data = [p for p in _paths(folder) if p.endswith((".csv", ".parquet")) or p in ("certificate.json", "answers/answers.json")]
    _json(folder / "dataset.jsonld", linked.dataset(contents, folder, data))
    last = [MANIFEST, *([SIGNATURE] if key else [])]
    _json(folder / RO_CRATE_FILE, linked.ro_crate(contents, sorted([*_paths(folder), *last])))
    about: dict[str, str | int] = {
        "release": contents.current.release,
        "digest": str(contents.current.certificate.get("digest", "")),
        "hash": "SHA-256",
    }
    (folder / MANIFEST).write_bytes(manifest_of(folder, about))
    if key is not None:
        sign(folder, key)


def _tables(folder: Path, contents: CrateContents, layout: Layout) -> list[WrittenTable]:
    tables = write_values(folder, contents.current.values, "", contents.current.title)
    _json(folder / "certificate.json", _certificate(contents.current))
    for release in contents.earlier:
        inside = f"earlier/{release.release}/"
        tables += write_values(folder / inside, release.values, inside, f"Release {release.release}, {release.title}")
        _json(folder / inside / "certificate.json", _certificate(release))
    return [*tables, *write_layout(folder, layout), write_places(folder, contents)]


def _certificate(release: PublishedRelease) -> dict[str, Any]:
    return {"release_id": release.release, **release.certificate}


def _answers(contents: CrateContents) -> list[dict[str, Any]]:
    return [
        {
            "answer_id": int(a.answer_id),
            "release": int(a.release),
            "name": str(a.name),
            "members": [str(code) for code in a.members],
            "category": str(a.category),
            "period_start": a.period_start.isoformat(),
            "period_end": a.period_end.isoformat(),
            "count": int(a.count),
        }
        for a in contents.answers.itertuples()
    ]


def _outlines(folder: Path, contents: CrateContents) -> None:
    """One GeoParquet a geography, of the places whose outline is held."""
    for (geography, edition), rows in contents.outlines.groupby(["geography", "edition"], sort=True):
        (folder / "outlines").mkdir(exist_ok=True)
        whole = rows.reset_index(drop=True).astype({"residents": "Int64", "deprivation_decile": "Int64"})
        whole.to_parquet(folder / "outlines" / f"{geography}_{edition}.parquet".replace("_.", "."), index=False)


def _paths(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def _json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
