"""The manifest of a crate (RFC 8785) and its signature (Ed25519, RFC 8032)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from core.errors import UserError
from core.secret_files import read_secret_file, write_secret

MANIFEST, SIGNATURE = "manifest.json", "signature.json"


def make_key(path: Path) -> str:
    """Write a new private key (PKCS 8, PEM) that its owner alone may read; returns the public key in hexadecimal.

    UserError where there is a file of that name already: nothing is overwritten.
    """
    key = Ed25519PrivateKey.generate()
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_secret(path, data)
    return public_of(key)


def load_key(path: Path) -> Ed25519PrivateKey:
    """The private key of a file. UserError where it is missing, is no Ed25519 key, or may be read by others than its owner."""
    hint = "make one by 'homeground release key FILE'."
    data = read_secret_file(path, what="the signing key", hint=hint)
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError) as error:
        raise UserError("the file is no private key without a password", where=str(path), hint=hint) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UserError("the key is of another kind than Ed25519", where=str(path), hint=hint)
    return key


def public_of(key: Ed25519PrivateKey) -> str:
    """The public key, 64 hexadecimal digits."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


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
