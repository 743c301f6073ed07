"""Keys that sign (Ed25519, RFC 8032), each in a file that its owner alone may read: exported releases, and the head of the audit trail."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
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


def public_of(key: Ed25519PrivateKey) -> str:
    """The public key, 64 hexadecimal digits."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
