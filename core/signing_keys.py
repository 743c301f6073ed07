"""Keys that sign (Ed25519, RFC 8032), each in a file that its owner alone may read, and files to which signed lines are added.

Exported releases are signed so, heads of the audit trail and the register of briefs.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from core.errors import UserError
from core.secret_files import read_secret_file, write_secret


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


def key_of_this_machine(path: Path) -> Ed25519PrivateKey:
    """The private key of a file, made on first use. UserError where it cannot be read or written."""
    if not path.exists():
        make_key(path)
    return load_key(path)


def public_of(key: Ed25519PrivateKey) -> str:
    """The public key, 64 hexadecimal digits."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def is_signed(public_key: str, signature: str, body: bytes) -> bool:
    """Whether a signature is of that body by that key, both in hexadecimal; False where one of them is no such thing."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), body)
    except (InvalidSignature, ValueError):
        return False
    return True


def append_lines(target: Path, lines: str, *, mode: int, what: str, hint: str) -> None:
    """Add whole lines to a file, made with that mode where it is missing: two processes at once leave whole lines.

    what: the file in words ("the register of briefs"), for the UserError where it cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, mode)
        try:
            os.write(handle, lines.encode())
        finally:
            os.close(handle)
    except OSError as error:
        raise UserError(f"{what} cannot be written ({error.strerror})", where=str(target), hint=hint) from error
