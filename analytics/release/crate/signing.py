"""The manifest of a crate (RFC 8785) and its signature (Ed25519, RFC 8032)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.signing_keys import public_of

MANIFEST, SIGNATURE = "manifest.json", "signature.json"


def manifest_of(folder: Path, about: Mapping[str, str | int]) -> bytes:
    """SHA-256 and size of every file of a folder but the manifest and the signature, in canonical JSON."""
    files: list[dict[str, str | int]] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if name not in (MANIFEST, SIGNATURE):
            data = path.read_bytes()
            files.append({"path": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)})
    return rfc8785.dumps({**about, "files": files})


def sign(folder: Path, key: Ed25519PrivateKey) -> None:
    """Write signature.json over the bytes of manifest.json; the public key stands in it."""
    signature = key.sign((folder / MANIFEST).read_bytes()).hex()
    told = {"algorithm": "Ed25519", "signed": MANIFEST, "public_key": public_of(key), "signature": signature}
    (folder / SIGNATURE).write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
